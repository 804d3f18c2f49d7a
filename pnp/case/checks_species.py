"""Checks of the species: each region lets one in, each is fixed by a boundary or has an amount of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pnp.case.errors import Problem
from pnp.case.keypath import Path

if TYPE_CHECKING:
    from pnp.case.case import Case


def permeant_species(case: Case) -> Iterator[Problem]:
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


def _stretches(case: Case, species: str) -> list[list[str]]:
    """Runs of neighbouring regions that a species can enter."""
    runs: list[list[str]] = [[]]
    for r in case.regions:
        if case.present(r, species):
            runs[-1].append(r)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def closed_species(case: Case) -> Iterator[Problem]:
    """A species that no boundary fixes has an amount and no supply; another has no initial amount."""
    for s in case.species:
        runs = _stretches(case, s)
        if not runs:
            yield Problem(
                ("species", s),
                "can enter no region",
                "needs a region without it in absent",
                "remove the species",
                show=False,
            )
            continue
        held = [
            (case.end_region("left") in run and case.fixed_at("left", s))
            or (case.end_region("right") in run and case.fixed_at("right", s))
            for run in runs
        ]
        uses: tuple[Path, ...] = (
            ("boundaries",),
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
            loose = next(run for run, h in zip(runs, held, strict=True) if not h)
            yield Problem(
                ("species", s),
                f"is cut off in {', '.join(loose)}: regions it cannot enter part it from the rest, "
                f"and no boundary fixes it there",
                "a species that no boundary fixes is in one stretch of regions",
                f'use two species, one for each side, or add "{s}" to absent in {loose[0]}',
                uses=uses,
                show=False,
            )
        else:
            yield from _amount(case, s, runs[0], initial, uses)


def _amount(
    case: Case, s: str, run: list[str], initial: dict[str, float | None], uses: tuple[Path, ...]
) -> Iterator[Problem]:
    fluxes = [b for b, boundary in case.boundaries.items() if s in boundary.species and boundary.species[s].flux]
    for b in fluxes:
        yield Problem(
            ("boundaries", b, "species", s, "flux"),
            f"a steady state needs {s} to be fixed somewhere: nothing else lets it in or out",
            "allowed with a reservoir or a concentration at the other boundary",
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
