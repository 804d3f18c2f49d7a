"""The one table of quantity names, units and meanings; the units of results and docs/quantities.md are made from it."""

from __future__ import annotations

from functools import cache

QUANTITIES: dict[str, tuple[str, str]] = {
    "membrane_potential": ("V", "φ(inside end) − φ(other end), when the case names its `inside`"),
    "liquid_junction_potential": ("V", "φ(right end) − φ(left end) between two reservoirs without `inside`"),
    "potential.<point>": ("V", "φ at a named point or at the ends `left` and `right`"),
    "potential_difference.<name>": ("V", "φ(first point) − φ(second point)"),
    "current_density": ("A/m^2", "F Σ z_i J_i, from inside to outside, or along +x without `inside`"),
    "current_density.<boundary>": ("A/m^2", "outward at the boundary"),
    "flux.<species>": ("mol/m^2/s", "J_i from inside to outside, or along +x without `inside`"),
    "flux.<species>.<boundary>": ("mol/m^2/s", "outward at the boundary"),
    "nernst_potential.<species>": ("V", "E_i = RT/(z_i F) ln(c_i outside / c_i inside)"),
    "driving_force.<species>": ("V", "membrane_potential − E_i"),
    "electric_field.<point>": ("V/m", "−dφ/dx at a named point"),
    "charge_density.<point>": ("C/m^3", "F (Σ z_i c_i + fixed charge) at a named point"),
    "concentration.<species>.<point>": ("mol/m^3", "c_i at a named point of a region that the species enters"),
    "surface_charge": ("C/m^2", "that of the wall or electrode; of the right one where both ends are"),
    "differential_capacitance": ("F/m^2", "that of the blocking wall or electrode; of the right one where both are"),
    "surface_charge.<boundary>": ("C/m^2", "charge of a wall or electrode, ε ∂φ/∂n with n outward"),
    "differential_capacitance.<boundary>": ("F/m^2", "dσ/dφ of a blocking wall or electrode"),
    "surface_excess.<species>": (
        "mol/m^2",
        "∫ (c_i − β_i c_i(reservoir)) dx, one reservoir and a blocking end",
    ),
    "amount.<species>": ("mol/m^2", "∫ c_i dx over the whole stack"),
    "space_charge.<region>": ("C/m^2", "∫ F (Σ z_i c_i + fixed charge) dx over the region"),
    "debye_length.<region>": ("m", "√(ε RT / F² Σ z_i² c_i) at the region's middle"),
    "max_electric_field": ("V/m", "largest |dφ/dx|"),
    "min_concentration": ("mol/m^3", "smallest concentration of any species where it is present"),
    "bulk_charge_fraction": (
        "1",
        "largest |ρ| / F Σ |z_i| c_i farther than 20 Debye lengths from every face",
    ),
}
"""Name: (SI unit, meaning) of every quantity a result can hold."""


@cache
def unit_of(name: str) -> str:
    """SI unit of a quantity.

    Raises:
        KeyError: If the table has no such quantity.
    """
    return QUANTITIES[family(name)][0]


def family(name: str) -> str:
    """The table's entry that a quantity belongs to: "flux.K.left" is "flux.<species>.<boundary>".

    Raises:
        KeyError: If the table has no such quantity.
    """
    parts = name.split(".")
    for entry in QUANTITIES:
        wanted = entry.split(".")
        if len(wanted) == len(parts) and wanted[0] == parts[0]:
            return entry
    raise KeyError(name)


def as_markdown() -> str:
    """The table for the documentation."""
    rows = [
        f"| `{name}` | {unit} | {meaning.replace('|', chr(92) + '|')} |" for name, (unit, meaning) in QUANTITIES.items()
    ]
    return "\n".join(["| name in summary.json | unit | meaning |", "| --- | --- | --- |", *rows]) + "\n"
