"""Which regions of a case are one phase with a reservoir, and which ions no reservoir supplies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.case.layout import Layout


def kept_ions(case: Case) -> list[str]:
    """Ions whose total amount is kept."""
    return [s for s in case.closed_species() if case.species[s].charge_number]


def solution_regions(case: Case, layout: Layout | None = None) -> set[str]:
    """Regions that are the phase of a reservoir, see `pnp.comparison.parts.Layer.is_solution`.

    A reservoir gives a concentration for every species of its end region: the other species it lacks.

    Args:
        case: The case.
        layout: Where its regions lie; None for what is known of that without a mesh.
    """
    layout = case.layout if layout is None else layout
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
    for b, boundary in case.boundaries.items():
        if boundary.type != "reservoir":
            continue
        for end in plain.intersection(layout.boundary_regions.get(b, ())):
            alike = [r for r in plain if entering[r] == entering[end]]
            found |= layout.reached([end], alike) or {end}
    return found
