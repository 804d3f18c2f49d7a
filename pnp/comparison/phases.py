"""Which regions of a case are one phase with a reservoir, and which ions no reservoir supplies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pnp.case import Case


def kept_ions(case: Case) -> list[str]:
    """Ions whose total amount is kept."""
    return [s for s in case.closed_species() if case.species[s].charge_number]


def solution_regions(case: Case) -> set[str]:
    """Regions that are the phase of a reservoir, see `pnp.comparison.parts.Layer.is_solution`."""
    entering = {r: frozenset(s for s in case.species if case.present(r, s)) for r in case.regions}
    kept = kept_ions(case)
    plain = {
        r
        for r, region in case.regions.items()
        if not callable(region.fixed_charge)
        and not region.fixed_charge
        and entering[r]
        and not entering[r].intersection(kept)
        and all(case.log_partition(r, s) == 0.0 for s in entering[r])
    }
    found = {r for r in plain if len(entering[r]) == len(case.species)}
    order = list(case.regions)
    for side, boundary in case.boundaries.items():
        if boundary.type == "reservoir":
            found |= _from_end(order if side == "left" else order[::-1], plain, entering)
    return found


def _from_end(order: Sequence[str], plain: set[str], entering: dict[str, frozenset[str]]) -> set[str]:
    """Plain regions from an end on that the species of the end region enter, and no others.

    A reservoir gives a concentration for every species of its end region: the other species it lacks.
    """
    found: set[str] = set()
    for r in order:
        if r not in plain or entering[r] != entering[order[0]]:
            break
        found.add(r)
    return found
