"""Checks of the species: each region lets one in, each is fixed by a boundary or has an amount of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pnp.case.checks_shapes import shape_uses
from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.layout import Layout

if TYPE_CHECKING:
    from pnp.case.case import Case


def permeant_species(case: Case, layout: Layout) -> Iterator[Problem]:
    """Every region but a declared dielectric lets some species in."""
    for r, region in case.regions.items():
        if region.absent != "all" and not any(case.present(r, s) for s in case.species):
            yield Problem(
                ("regions", r, "absent"),
                "no species can enter this region",
                f"species: {', '.join(case.species)}",
                'take one out, or write absent = "all" if it is a dielectric without ions',
            )
    if all(region.absent == "all" for region in case.regions.values()):
        yield Problem(
            ("regions",),
            "no species can enter any region",
            'allowed: absent = "all" in some regions',
            "let a species in",
            show=False,
        )


def _stretches(case: Case, layout: Layout, species: str) -> list[list[str]]:
    """Regions that a species can enter, those that hang together in one list; one list where that is not known."""
    left = [r for r in case.regions if case.present(r, species)]
    runs: list[list[str]] = []
    while left:
        together = layout.reached(left[:1], left)
        run = [r for r in left if together is None or r in together]
        runs.append(run)
        left = [r for r in left if r not in run]
    return runs


def closed_species(case: Case, layout: Layout) -> Iterator[Problem]:
    """A species that no boundary fixes has an amount and no supply; another has no initial amount."""
    for s in case.species:
        runs = _stretches(case, layout, s)
        if not runs:
            yield Problem(
                ("species", s),
                "can enter no region",
                "needs a region without it in absent",
                "remove the species",
                show=False,
            )
            continue
        # Of a boundary whose regions are not known, the best is assumed: a mesh decides.
        held = [any(case.fixed_at(b, s) and _touches(layout, b, run) for b in case.boundaries) for run in runs]
        uses: tuple[Path, ...] = (
            ("boundaries",),
            *shape_uses(case),
            *(("regions", r, "absent") for r in case.regions),
            ("species", s),
        )
        initial = {
            r: own.initial_concentration for r in case.regions if (own := case.regions[r].species.get(s)) is not None
        }
        given = [r for r, c in initial.items() if c is not None]
        if all(held):
            for r in given:
                yield Problem(
                    ("regions", r, "species", s, "initial_concentration"),
                    f"has no effect: a boundary fixes {s}",
                    "allowed for species that no boundary fixes",
                    "remove it",
                    uses=uses,
                )
        elif any(held) or len(runs) > 1:
            together = "stretch" if case.is_stack else "connected group"
            loose = next(run for run, h in zip(runs, held, strict=True) if not h)
            yield Problem(
                ("species", s),
                f"is cut off in {', '.join(loose)}: regions it cannot enter part it from the rest, "
                f"and no boundary fixes it there",
                f"a species that no boundary fixes is in one {together} of regions",
                f'use two species, one for each side, or add "{s}" to absent in {loose[0]}',
                uses=uses,
                show=False,
            )
        else:
            yield from _amount(case, s, runs[0], initial, uses)


def _touches(layout: Layout, boundary: str, run: list[str]) -> bool:
    ends = layout.boundary_regions.get(boundary)
    return ends is None or any(r in run for r in ends)


def _amount(
    case: Case, s: str, run: list[str], initial: dict[str, float | None], uses: tuple[Path, ...]
) -> Iterator[Problem]:
    fluxes = [b for b, boundary in case.boundaries.items() if s in boundary.species and boundary.species[s].flux]
    for b in fluxes:
        yield Problem(
            ("boundaries", b, "species", s, "flux"),
            f"a steady state needs {s} to be fixed somewhere: nothing else lets it in or out",
            f"allowed with a reservoir or a concentration at {'the other' if case.is_stack else 'another'} boundary",
            "fix it there, or set blocked = true",
            uses=uses,
        )
    if not fluxes and not any(initial.values()):
        given = [r for r, c in initial.items() if c is not None]
        yield Problem(
            ("regions", (given or run)[0], "species", s, "initial_concentration"),
            f"is zero everywhere, and no boundary fixes {s}"
            if given
            else f"is missing: no boundary fixes {s}, so its amount must be given",
            f"above zero in at least one of {', '.join(run)}",
            'add e.g. initial_concentration = "10 mmol/L"',
            uses=uses,
        )
