"""What follows from a case of the plane without solving it: baths, sizes, Debye lengths, a pore (no DOLFINx)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from pnp.comparison.pore import HALL, IN_TUBE, resistances
from pnp.comparison.views import stacks_from_case
from pnp.expressions import Expression
from pnp.simplified.debye import debye_length, ionic_strength
from pnp.simplified.nernst import nernst_potential
from pnp.simplified.validation import Array

if TYPE_CHECKING:
    from pnp.case import Case

Derived = tuple[str, str, float, str]
"""Subject by key path, name, value, SI unit."""


def plane_derived(case: Case) -> list[Derived]:
    """Ionic strengths, Debye lengths, Nernst potentials between two reservoirs, sizes, the conductance of a pore.

    Sizes of regions and boundaries where they are known without a mesh: of a plane areas and lengths, of a body of
    revolution volumes and areas. Of a pore between two baths alike its Ohmic conductance and its Dukhin number, the
    conductance of its walls' diffuse layers over that of the solution where that is largest.
    """
    z = _charge_numbers(case)
    found: list[Derived] = []
    for b in _reservoirs(case):
        bath = _bath(case, b)
        found.append((f"boundaries.{b}", "ionic_strength", ionic_strength(z, bath), "mol/m^3"))
        regions = [r for r in case.boundary_regions(b) or () if any(case.present(r, s) for s in case.species)]
        if regions:
            length = debye_length(z, bath, case.regions[regions[0]].permittivity, case.temperature)
            found += [(f"boundaries.{b}", "debye_length", length, "m")] if np.isfinite(length) else []
    size, unit = ("area", "m^2") if case.coordinates == "planar" else ("volume", "m^3")
    for r, length in plane_debye_lengths(case).items():
        if np.isfinite(length):
            found.append((f"regions.{r}", "ionic_strength", ionic_strength(z, composition(case, r)), "mol/m^3"))
            found.append((f"regions.{r}", "debye_length", length, "m"))
        if r in case.layout.volumes:
            found.append((f"regions.{r}", size, case.layout.volumes[r], unit))
    size, unit = ("length", "m") if case.coordinates == "planar" else ("area", "m^2")
    for name, value in case.layout.areas.items():
        table = "boundaries" if name in case.boundaries else "interfaces"
        found.append((f"{table}.{name}", size, value, unit))
    return found + _nernst(case, z) + _pore(case)


def _pore(case: Case) -> list[Derived]:
    for stack in stacks_from_case(case):
        pore = resistances(stack)
        if pore is None:
            continue
        resistance = pore.resistance.get(IN_TUBE, pore.resistance[HALL])
        found: list[Derived] = [("case", "pore_conductance", 1.0 / resistance, "S")]
        return found + ([("case", "dukhin_number", pore.dukhin, "1")] if pore.dukhin else [])
    return []


def plane_debye_lengths(case: Case) -> dict[str, float]:
    """Debye length of each region in m at its estimated composition; inf without ions."""
    z = _charge_numbers(case)
    return {
        r: debye_length(z, composition(case, r), region.permittivity, case.temperature)
        for r, region in case.regions.items()
    }


def composition(case: Case, region: str) -> Array:
    """Concentrations in mol/m³ that a region is estimated to hold, (species,).

    Those of the mean of the reservoirs that it touches, or of all, partitioned; what it holds at the beginning; and
    the counter-ions of a uniform fixed charge.
    """
    reservoirs = _reservoirs(case)
    near = [b for b in reservoirs if region in (case.boundary_regions(b) or ())] or reservoirs
    mean = np.mean([_bath(case, b) for b in near], axis=0) if near else np.zeros(len(case.species))
    found = np.zeros(len(case.species))
    charge = case.regions[region].fixed_charge
    fixed = 0.0 if isinstance(charge, Expression) else charge
    for i, (s, species) in enumerate(case.species.items()):
        if not case.present(region, s):
            continue
        own = case.regions[region].species.get(s)
        given = own.initial_concentration if own is not None else None
        found[i] = given if given is not None else mean[i] * np.exp(case.log_partition(region, s))
        if species.charge_number * fixed < 0.0:
            found[i] = max(found[i], abs(fixed / species.charge_number))
    return found


def _nernst(case: Case, z: Array) -> list[Derived]:
    reservoirs = _reservoirs(case)
    if len(reservoirs) != 2:
        return []
    ((first, second),) = combinations(reservoirs, 2)
    if case.inside is not None and case.inside in (case.boundary_regions(second) or ()):
        first, second = second, first
    inside, outside = _bath(case, first), _bath(case, second)
    found: list[Derived] = []
    for i, s in enumerate(case.species):
        if z[i] != 0.0 and inside[i] > 0.0 and outside[i] > 0.0:
            potential = float(nernst_potential(z[i], inside[i], outside[i], case.temperature))
            found.append((f"species.{s}", "nernst_potential", potential, "V"))
    return found


def _reservoirs(case: Case) -> list[str]:
    return [b for b, boundary in case.boundaries.items() if boundary.type == "reservoir"]


def _charge_numbers(case: Case) -> Array:
    return np.array([float(s.charge_number) for s in case.species.values()])


def _bath(case: Case, boundary: str) -> Array:
    given = case.reservoir_concentrations(boundary)
    return np.array([given.get(s, 0.0) for s in case.species])
