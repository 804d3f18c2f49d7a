"""What follows from a case of the plane without solving it: baths, Debye lengths, Nernst potentials (no DOLFINx)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from pnp.expressions import Expression
from pnp.simplified.debye import debye_length, ionic_strength
from pnp.simplified.nernst import nernst_potential
from pnp.simplified.validation import Array

if TYPE_CHECKING:
    from pnp.case import Case

Derived = tuple[str, str, float, str]
"""Subject by key path, name, value, SI unit."""


def plane_derived(case: Case) -> list[Derived]:
    """Per reservoir and region ionic strength and Debye length, per ion the Nernst potential between two reservoirs."""
    z = _charge_numbers(case)
    found: list[Derived] = []
    for b in _reservoirs(case):
        bath = _bath(case, b)
        found.append((f"boundaries.{b}", "ionic_strength", ionic_strength(z, bath), "mol/m^3"))
        regions = [r for r in case.boundary_regions(b) or () if any(case.present(r, s) for s in case.species)]
        if regions:
            length = debye_length(z, bath, case.regions[regions[0]].permittivity, case.temperature)
            found += [(f"boundaries.{b}", "debye_length", length, "m")] if np.isfinite(length) else []
    lengths = plane_debye_lengths(case)
    for r, length in lengths.items():
        found.append((f"regions.{r}", "ionic_strength", ionic_strength(z, composition(case, r)), "mol/m^3"))
        found += [(f"regions.{r}", "debye_length", length, "m")] if np.isfinite(length) else []
    return found + _nernst(case, z)


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
