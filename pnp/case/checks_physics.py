"""Checks of the physics of a case whose names refer to each other soundly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from pnp.case.checks_charge import fixed_charges
from pnp.case.checks_potential import carriers, fixed_potential
from pnp.case.checks_reservoirs import neutral_reservoirs
from pnp.case.checks_species import closed_species, permeant_species
from pnp.case.errors import Problem
from pnp.case.layout import Layout

if TYPE_CHECKING:
    from pnp.case.case import Case

PHYSICS_CHECKS: Final[tuple[Callable[[Case, Layout], Iterable[Problem]], ...]] = (
    permeant_species,
    fixed_charges,
    neutral_reservoirs,
    fixed_potential,
    carriers,
    closed_species,
)


def physics_problems(case: Case, layout: Layout | None = None) -> list[Problem]:
    """What the checks of this file find in a case whose references are sound.

    Args:
        case: The case.
        layout: What a mesh tells of it; None for what is known without one.
    """
    known = layout if layout is not None else case.layout
    return [p for check in PHYSICS_CHECKS for p in check(case, known)]
