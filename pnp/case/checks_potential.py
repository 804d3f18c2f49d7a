"""Checks of the potential: something fixes it, what the mode needs floats, something carries the current."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pnp.case.boundary import Side
from pnp.case.charge import fixed_charge_per_area, surface_charges_per_area, volume_per_area
from pnp.case.checks_reservoirs import NEUTRAL
from pnp.case.checks_species import permeant_species
from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.constants import F
from pnp.expressions import Expression

if TYPE_CHECKING:
    from pnp.case.case import Case


def _electrical(case: Case) -> tuple[list[Side], list[Side]]:
    """Boundaries with a given potential, and reservoirs and electrodes without."""
    active = [b for b, boundary in case.boundaries.items() if boundary.type in ("reservoir", "electrode")]
    given = [b for b in active if case.boundaries[b].potential is not None]
    return given, [b for b in active if b not in given]


def fixed_potential(case: Case) -> Iterator[Problem]:
    """Something fixes the potential, and exactly what the mode needs floats."""
    given, floating = _electrical(case)
    mode = case.study.mode
    uses: tuple[Path, ...] = (("boundaries",), ("study", "mode"))
    if mode == "fixed_voltage":
        for b in floating:
            yield Problem(
                ("boundaries", b, "potential"),
                f'is missing, so the {case.boundaries[b].type} floats; mode = "fixed_voltage" fixes it',
                "allowed: a potential at every reservoir and electrode",
                'add e.g. potential = "0 V", or set study.mode = "open_circuit"',
                uses=(("study", "mode"), ("boundaries", b, "type")),
            )
        if not given and not floating:
            yield from _closed_cell(case)
        return
    if len(given) + len(floating) < 2:
        walls = [b for b, boundary in case.boundaries.items() if boundary.type in ("wall", "symmetry")]
        yield Problem(
            ("study", "mode"),
            f"no current can pass the boundary {walls[0]}, a {case.boundaries[walls[0]].type}",
            "needs a reservoir or an electrode at both ends",
            'remove it for mode = "fixed_voltage", or change the boundary',
            uses=uses,
        )
    elif not floating:
        yield Problem(
            ("study", "mode"),
            "both boundaries have a given potential, none floats",
            "allowed: exactly one without potential",
            'remove one potential, or set mode = "fixed_voltage"',
            uses=uses,
        )
    elif not given:
        yield Problem(
            ("boundaries",),
            "the potential floats: neither boundary has one",
            f'mode = "{mode}" needs exactly one potential as reference',
            'add potential = "0 V" to one boundary',
            uses=uses,
            show=False,
        )


def _closed_cell(case: Case) -> Iterator[Problem]:
    """Two boundaries without potential: free by a constant, and the whole must be neutral (Gauss's law)."""
    fixed = [s for s in case.species if case.species[s].charge_number and s not in case.closed_species()]
    if fixed:
        yield Problem(
            ("boundaries",),
            "the potential floats: nothing fixes it",
            f"a cell of two walls needs none only when no ion is held at a wall; held: {', '.join(fixed)}",
            'give one boundary type = "electrode" or "reservoir" and potential = "0 V"',
            uses=(("species",), ("study",)),
            show=False,
        )
        return
    parts = [F * fixed_charge_per_area(case, r) for r in case.regions]
    parts += surface_charges_per_area(case)
    for s, species in case.species.items():
        for r, region in case.regions.items():
            own = region.species.get(s)
            if own is not None and own.initial_concentration is not None and case.present(r, s):
                content = own.initial_concentration * volume_per_area(case, r)
                parts.append(F * species.charge_number * content)
    total = sum(parts)
    # Charges that are integrals of an expression are as exact as the quadrature.
    tolerance = 1e-6 if any(isinstance(r.fixed_charge, Expression) for r in case.regions.values()) else NEUTRAL
    if abs(total) > tolerance * sum(abs(p) for p in parts):
        yield Problem(
            ("boundaries",),
            f"the potential floats: nothing fixes it, and the closed cell has a charge of {total:+.6g} C/m^2",
            "two walls need a total of zero: fixed charge, surface charges and ions",
            "change an initial_concentration or surface_charge, "
            'or give one boundary type = "electrode" and potential = "0 V"',
            uses=(("species",), ("regions",), ("interfaces",), ("study",)),
            show=False,
        )


def carriers(case: Case) -> Iterator[Problem]:
    """In open circuit and at a given current, some ion can pass from one end to the other."""
    given, floating = _electrical(case)
    if case.study.mode == "fixed_voltage" or len(given) != 1 or len(floating) != 1 or any(permeant_species(case)):
        return
    ions = [s for s, species in case.species.items() if species.charge_number]
    if any(
        case.fixed_at("left", s) and case.fixed_at("right", s) and all(case.present(r, s) for r in case.regions)
        for s in ions
    ):
        return
    reasons = []
    for s in ions:
        stops = [f"cannot enter {r}" for r in case.regions if not case.present(r, s)]
        stops += [f"is held by nothing at the boundary {b}" for b in case.boundaries if not case.fixed_at(b, s)]
        reasons.append(f"{s} {stops[0]}")
    yield Problem(
        ("study", "mode"),
        f"nothing carries a current from end to end: {'; '.join(reasons) or 'there is no ion'}",
        "needs an ion present in every region, held at both ends",
        'let one pass, or give both boundaries a potential and set mode = "fixed_voltage"',
        uses=(("regions",), ("boundaries",), ("species",)),
    )
