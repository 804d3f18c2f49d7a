"""The one table of quantity names, units and meanings; the units of results and docs/quantities.md are made from it."""

from __future__ import annotations

import re
from functools import cache
from typing import get_args

from pnp.geometry import EXTENT, Coordinates, PlaneCoordinates

QUANTITIES: dict[str, tuple[str, str]] = {
    "membrane_potential": ("V", "φ(inside end) − φ(other end), when the case names its `inside`"),
    "liquid_junction_potential": (
        "V",
        "φ(right end) − φ(left end) between two reservoirs without `inside`; of a plane the second minus the first",
    ),
    "potential.<point>": ("V", "φ at a named point or at a boundary: the ends `left` and `right` of a stack"),
    "potential_difference.<name>": ("V", "φ(first point) − φ(second point)"),
    "current_density": ("A/m^2", "F Σ z_i J_i, from inside to outside, or along +x without `inside`; plane faces only"),
    "current": (
        "A/<m^2>",
        "F Σ z_i J_i A, from inside to outside or along +r, of a plane without `inside` from the first of the two "
        "boundaries that let anything pass to the second; not of plane faces",
    ),
    "current_density.<boundary>": ("A/m^2", "outward at the boundary"),
    "flux.<species>": ("mol/m^2/s", "J_i from inside to outside, or along +x without `inside`; plane faces only"),
    "molar_flow.<species>": (
        "mol/<m^2>/s",
        "J_i A, counted as `current` is; not of plane faces",
    ),
    "current.<boundary>": ("A/<m>", "F Σ z_i ∫ J_i·n dA, outward through a boundary; two dimensions only"),
    "molar_flow.<species>.<boundary>": ("mol/<m>/s", "∫ J_i·n dA, outward through a boundary; two dimensions only"),
    "efflux.<species>": (
        "mol/<m^2>/s",
        "what the ions of the `inside` reservoir alone carry outward, as a label shows it",
    ),
    "influx.<species>": (
        "mol/<m^2>/s",
        "what those of the other reservoir carry inward; efflux − influx is the net flow",
    ),
    "ussing_ratio.<species>": ("1", "efflux / influx; 1 at the Nernst potential, where they stand off"),
    "flux.<species>.<boundary>": ("mol/m^2/s", "outward at the boundary"),
    "nernst_potential.<species>": ("V", "E_i = RT/(z_i F) ln(c_i outside / c_i inside)"),
    "driving_force.<species>": ("V", "membrane_potential − E_i"),
    "electric_field.<point>": ("V/m", "−dφ/dx at a named point; in two dimensions the size of the field"),
    "charge_density.<point>": ("C/m^3", "F (Σ z_i c_i + fixed charge) at a named point"),
    "concentration.<species>.<point>": ("mol/m^3", "c_i at a named point of a region that the species enters"),
    "surface_charge": ("C/m^2", "that of the one wall or electrode; of a stack's right one where both ends are"),
    "differential_capacitance": (
        "F/m^2",
        "that of the one blocking wall or electrode; of a stack's right one where both are",
    ),
    "surface_charge.<boundary>": ("C/m^2", "charge of a wall or electrode, ε ∂φ/∂n with n outward"),
    "differential_capacitance.<boundary>": ("F/m^2", "dσ/dφ of a blocking wall or electrode"),
    "charge.<boundary>": ("C/<m>", "∫ ε ∂φ/∂n dA, charge of a wall or electrode; two dimensions only"),
    "face_charge.<region>": (
        "C/<m^2>",
        "charge that an ion-free region without fixed charge separates: on its left face, the opposite on its right",
    ),
    "capacitance.<region>": (
        "F/<m^2>",
        "d face_charge / dV, V between two ends that hold a potential: the region in series with all else",
    ),
    "surface_excess.<species>": (
        "mol/m^2",
        "∫ (c_i − β_i c_i(reservoir)) A dx per area of the blocking end, one reservoir at the other",
    ),
    "amount.<species>": ("mol/<m^2>", "∫ c_i A dx over everything"),
    "amount.<species>.<region>": ("mol/<m>", "∫ c_i dV over the region; two dimensions only"),
    "space_charge.<region>": ("C/<m^2>", "∫ F (Σ z_i c_i + fixed charge) A dx over the region"),
    "debye_length.<region>": ("m", "√(ε RT / F² Σ z_i² c_i) at the region's middle"),
    "max_electric_field": ("V/m", "largest |dφ/dx|"),
    "min_concentration": ("mol/m^3", "smallest concentration of any species where it is present"),
    "max_concentration": ("mol/m^3", "largest concentration of any species"),
    "bulk_charge_fraction": (
        "1",
        "largest |ρ| / F Σ |z_i| c_i farther than 20 Debye lengths from every face",
    ),
}
"""Name: (SI unit, meaning) of every quantity a result can hold.

<m^2> is what an integral over the domain is counted per: an area of plane faces, a metre of coaxial cylinders or of
the depth of a plane, nothing (concentric spheres and axisymmetry: the total). <m> is the same where only two dimensions
have the quantity.
"""


@cache
def unit_of(name: str, coordinates: Coordinates = "cartesian") -> str:
    """SI unit of a quantity in given coordinates.

    Raises:
        KeyError: If the table has no such quantity.
    """
    return _per_extent(QUANTITIES[family(name)][0], EXTENT[coordinates])


def _per_extent(unit: str, extent: str) -> str:
    return re.sub(r"/<m(\^2)?>", f"/{extent}" if extent else "", unit)


def is_total(name: str) -> bool:
    """Whether a quantity is an integral, whose unit depends on the coordinates; False if the table has none such."""
    try:
        return "<m" in QUANTITIES[family(name)][0]
    except KeyError:
        return False


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
    rows = []
    for name, (unit, meaning) in QUANTITIES.items():
        shown = [EXTENT[c] for c in get_args(PlaneCoordinates)] if "<m>" in unit else EXTENT.values()
        units = ", ".join(dict.fromkeys(_per_extent(unit, extent) for extent in shown))
        rows.append(f"| `{name}` | {units} | {meaning.replace('|', chr(92) + '|')} |")
    return "\n".join(["| name in summary.json | unit | meaning |", "| --- | --- | --- |", *rows]) + "\n"
