"""Which quantities of a sweep are worth a column or a panel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from pnp.constants import F, R, epsilon_0, thermal_voltage
from pnp.result import SweepTable

if TYPE_CHECKING:
    from pnp.case import Case

# What a sweep is usually made for, the first ones first.
PREFERRED = (
    "membrane_potential",
    "liquid_junction_potential",
    "current_density",
    "current",
    "surface_charge",
    "charge",
    "differential_capacitance",
    "potential_difference",
    "flux",
    "molar_flow",
    "bulk_charge_fraction",
    "max_electric_field",
)
_FLOWS = ("flux", "current_density", "molar_flow", "current")
NOISE = 1e-6
"""Share of the physical scale below which a spread is the solver's tolerance and rounding, no result."""


def interesting_quantities(table: SweepTable, case: Case, most: int) -> list[str]:
    """At most `most` quantities: what the sweep is made for, then others that vary by more than rounding.

    The first of `PREFERRED` is kept however little it varies, because in a study of the mesh that is the result.
    """
    with_model = {name for _, name in table.simplified()}
    units = table.quantity_units()
    ranked = []
    for order, name in enumerate(units):
        base = name.partition(".")[0]
        if _is_noise(name, case) or _is_doubled(name, with_model, units, case) or _repeats_key(table, name):
            continue
        if (base not in PREFERRED and name not in with_model) or _is_nothing(table, name, case):
            continue
        rank = PREFERRED.index(base) if base in PREFERRED else len(PREFERRED)
        ranked.append((not varies(table, name, case), name not in with_model, rank, order, name))
    ranked.sort()
    results = [entry for entry in ranked if not (entry[0] and is_given(entry[-1], case))] or ranked
    main = min(results, key=lambda entry: (entry[2], entry[0], entry[3]))[-1] if results else None
    chosen = [entry[-1] for entry in ranked if not entry[0]]
    if main is not None and main not in chosen[:most]:
        chosen.insert(0, main)
    return (chosen or list(units))[:most]


def is_given(name: str, case: Case) -> bool:
    """Whether a quantity is prescribed by the boundaries or by the mode, so that it is no result."""
    if case.study.mode == "current":
        return name == "current_density"
    return case.floating_boundary() is None and name in ("membrane_potential", "liquid_junction_potential")


def _is_noise(name: str, case: Case) -> bool:
    """Whether a quantity is a current or a flux where none passes, or one at an end instead of the whole."""
    base, last = name.partition(".")[0], name.rpartition(".")[2]
    if base not in _FLOWS:
        return False
    # In a plane there may be none through the whole: many boundaries, and no inside.
    at_end = base in ("flux", "current_density") and last in case.boundaries
    return at_end or case.study.mode == "open_circuit" or not carries_current(case)


def _is_doubled(name: str, with_model: set[str], units: dict[str, str], case: Case) -> bool:
    """Whether the same quantity is there with and without its boundary's name, and this is the lesser of the two.

    The one without the name is kept, unless a simplified model predicts only the other.
    """
    base, _, last = name.rpartition(".")
    if last in case.boundaries and base in units:
        return base in with_model or name not in with_model
    return name not in with_model and any(f"{name}.{side}" in with_model for side in case.boundaries)


def varies(table: SweepTable, name: str, case: Case) -> bool:
    """Whether a quantity changes along the sweep by more than the solver's tolerance lets it."""
    values = table[name]
    values = values[np.isfinite(values)]
    if not values.size:
        return False
    own = float(np.abs(values).max())
    scale = _physical_scale(table.quantity_units()[name], case)
    return float(np.ptp(values)) > NOISE * max(own, scale)


def _is_nothing(table: SweepTable, name: str, case: Case) -> bool:
    """Whether a flux or current is zero but for the solver's tolerance at every point."""
    if name.partition(".")[0] not in _FLOWS:
        return False
    values = table[name]
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    return largest <= NOISE * NOISE * _physical_scale(table.quantity_units()[name], case)


def noise_floor(unit: str, case: Case) -> float:
    """The size (SI) below which a quantity of this unit is the solver's tolerance; 0 where only its own size tells."""
    return NOISE * _physical_scale(unit, case)


def _physical_scale(unit: str, case: Case) -> float:
    """What a quantity of this unit is measured against (SI); 0 where only its own size tells.

    RT/F for potentials; the flux that the largest concentration drives through the stack by diffusion, and F
    times it for currents; √(ε RT c) for charges per area, about that of a layer at RT/F; 1 for fractions.
    """
    if unit == "V":
        return float(thermal_voltage(case.temperature))
    concentrations = {s: _largest_concentration(case, s) for s in case.species}
    if unit in ("mol/m^2/s", "A/m^2"):
        flux = max(c * _diffusive_permeability(case, s) for s, c in concentrations.items())
        return flux * (F if unit == "A/m^2" else 1.0)
    if unit == "C/m^2":
        permittivity = epsilon_0 * max(region.permittivity for region in case.regions.values())
        return math.sqrt(permittivity * R * case.temperature * max(concentrations.values()))
    return 1.0 if unit == "1" else 0.0


def _largest_concentration(case: Case, species: str) -> float:
    """The largest concentration in mol/m³ that the case gives for a species."""
    given = [case.reservoir_concentrations(side).get(species) for side in case.boundaries]
    given += [b.species[species].concentration for b in case.boundaries.values() if species in b.species]
    given += [r.species[species].initial_concentration for r in case.regions.values() if species in r.species]
    return max((c for c in given if c is not None), default=0.0)


def _diffusive_permeability(case: Case, species: str) -> float:
    """1 / Σ L / (D β) over the stack in m/s; 0 where a region does not let the species in."""
    resistance = 0.0
    for name, region in case.regions.items():
        if not case.present(name, species):
            return 0.0
        resistance += region.thickness / case.diffusivity(name, species) * math.exp(-case.log_partition(name, species))
    return 1.0 / resistance


def carries_current(case: Case) -> bool:
    """Whether a steady current can pass: not where an end blocks every species, whose flux is then noise."""
    return all(
        boundary.type == "reservoir" or any(not own.blocked for own in boundary.species.values())
        for boundary in case.boundaries.values()
    )


def _repeats_key(table: SweepTable, name: str) -> bool:
    """Whether a quantity is the swept value again, or its negative, so that showing it says nothing."""
    if table.quantity_units()[name] != table.unit or table.unit == "1":
        return False
    values, key = table[name], table.values()
    good = np.isfinite(values)
    return any(np.allclose(values[good], sign * key[good], rtol=1e-9, atol=0.0) for sign in (1.0, -1.0))
