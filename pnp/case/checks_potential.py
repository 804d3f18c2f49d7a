"""Checks of the potential: something fixes it, what the mode needs floats, something carries the current."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pnp.case.checks_reservoirs import NEUTRAL
from pnp.case.checks_shapes import shape_uses
from pnp.case.checks_species import permeant_species
from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.layout import CHARGE_UNIT, Layout
from pnp.constants import F
from pnp.expressions import Expression

if TYPE_CHECKING:
    from pnp.case.case import Case


def _electrical(case: Case) -> tuple[list[str], list[str]]:
    """Boundaries with a given potential, and reservoirs and electrodes without."""
    given = [b for b in case.terminals if case.boundaries[b].potential is not None]
    return given, [b for b in case.terminals if b not in given]


def fixed_potential(case: Case, layout: Layout) -> Iterator[Problem]:
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
            yield from _closed_cell(case, layout)
        return
    if len(case.terminals) < 2:
        walls = [b for b in case.boundaries if b not in case.terminals]
        problem = f"no current can pass the boundary {walls[0]}, a {case.boundaries[walls[0]].type}" if walls else ""
        if not case.is_stack:
            through = case.terminals
            problem = (
                f"a current can pass one boundary only, {through[0]}" if through else "no boundary lets a current pass"
            )
        yield Problem(
            ("study", "mode"),
            problem,
            f"needs a reservoir or an electrode at {'both ends' if case.is_stack else 'two boundaries or more'}",
            'remove it for mode = "fixed_voltage", or change the boundary',
            uses=uses,
        )
    elif not floating:
        all_of_them = "both boundaries" if case.is_stack else "all reservoirs and electrodes"
        yield Problem(
            ("study", "mode"),
            f"{all_of_them} have a given potential, none floats",
            "allowed: exactly one without potential",
            'remove one potential, or set mode = "fixed_voltage"',
            uses=uses,
        )
    elif not given:
        none_of_them = "neither boundary" if case.is_stack else "no reservoir and no electrode"
        needed = "exactly one potential" if len(floating) == 2 else "a potential at all but one of them"
        yield Problem(
            ("boundaries",),
            f"the potential floats: {none_of_them} has one",
            f'mode = "{mode}" needs {needed} as reference',
            'add potential = "0 V" to one boundary',
            uses=uses,
            show=False,
        )
    elif len(floating) > 1:
        yield Problem(
            ("study", "mode"),
            f"the potentials of {' and '.join(floating)} float",
            f'mode = "{mode}" has exactly one reservoir or electrode without potential',
            f'add e.g. potential = "0 V" to boundaries.{floating[0]}',
            uses=uses,
        )


def _closed_cell(case: Case, layout: Layout) -> Iterator[Problem]:
    """No boundary with a potential: it is free by a constant, and the whole must be neutral (Gauss's law)."""
    fixed = [s for s in case.species if case.species[s].charge_number and s not in case.closed_species()]
    walls = "two walls" if case.is_stack else "walls"
    if fixed:
        yield Problem(
            ("boundaries",),
            "the potential floats: nothing fixes it",
            f"a cell of {walls} needs none only when no ion is held at a wall; held: {', '.join(fixed)}",
            'give one boundary type = "electrode" or "reservoir" and potential = "0 V"',
            uses=(("species",), ("study",)),
            show=False,
        )
        return
    parts = charges(case, layout)
    if parts is None:
        return
    total = sum(parts)
    # Charges that are integrals of an expression are as exact as the quadrature.
    tolerance = 1e-6 if any(isinstance(r.fixed_charge, Expression) for r in case.regions.values()) else NEUTRAL
    if abs(total) > tolerance * sum(abs(p) for p in parts):
        unit = "C/m^2" if case.is_stack else CHARGE_UNIT[case.coordinates]
        yield Problem(
            ("boundaries",),
            f"the potential floats: nothing fixes it, and the closed cell has a charge of {total:+.6g} {unit}",
            f"{walls} need a total of zero: fixed charge, surface charges and ions",
            "change an initial_concentration or surface_charge, "
            'or give one boundary type = "electrode" and potential = "0 V"',
            uses=(("species",), ("regions",), ("interfaces",), ("study",), *shape_uses(case)),
            show=False,
        )


def charges(case: Case, layout: Layout) -> list[float] | None:
    """Each fixed charge, surface charge and initial content of ions in C (per area or length); None: not known."""
    given = fixed_charges(case, layout)
    if given is None or not set(case.regions) <= set(layout.volumes):
        return None
    for s, species in case.species.items():
        for r, region in case.regions.items():
            own = region.species.get(s)
            if own is not None and own.initial_concentration is not None and case.present(r, s):
                content = own.initial_concentration * layout.volumes[r]
                given.append(F * species.charge_number * content)
    return given


def fixed_charges(case: Case, layout: Layout) -> list[float] | None:
    """Each fixed charge and surface charge in C (per area or length); None: not known."""
    surfaces = {name: q.surface_charge for table in (case.boundaries, case.interfaces) for name, q in table.items()}
    charged = {name: sigma for name, sigma in surfaces.items() if sigma}
    if not set(case.regions) <= set(layout.fixed_charges) or not set(charged) <= set(layout.areas):
        return None
    volume = [F * layout.fixed_charges[r] for r in case.regions]
    return volume + [sigma * layout.areas[name] for name, sigma in charged.items()]


def carriers(case: Case, layout: Layout) -> Iterator[Problem]:
    """In open circuit and at a given current, some ion can pass from a boundary to the floating one."""
    given, floating = _electrical(case)
    if case.study.mode == "fixed_voltage" or len(floating) != 1 or not given or any(permeant_species(case, layout)):
        return
    ions = [s for s, species in case.species.items() if species.charge_number]
    passing = [_passes(case, layout, s, floating[0], given) for s in ions]
    if any(p is not False for p in passing):
        return
    reasons = []
    for s in ions:
        stops = [f"cannot enter {r}" for r in case.regions if not case.present(r, s)]
        stops += [f"is held by nothing at the boundary {b}" for b in case.terminals if not case.fixed_at(b, s)]
        reasons.append(f"{s} {stops[0]}" if stops else f"{s} finds no way")
    ends = "from end to end" if case.is_stack else f"to the boundary {floating[0]}"
    needed = (
        "in every region, held at both ends" if case.is_stack else "all the way from another boundary, held at both"
    )
    every = "both" if case.is_stack else "all"
    yield Problem(
        ("study", "mode"),
        f"nothing carries a current {ends}: {'; '.join(reasons) or 'there is no ion'}",
        f"needs an ion present {needed}",
        f'let one pass, or give {every} boundaries a potential and set mode = "fixed_voltage"',
        uses=(("regions",), ("boundaries",), ("species",)),
    )


def _passes(case: Case, layout: Layout, species: str, floating: str, others: list[str]) -> bool | None:
    """Whether an ion, held at the floating boundary and at another, has a way between; None: not known."""
    held = [b for b in others if case.fixed_at(b, species)]
    if not case.fixed_at(floating, species) or not held:
        return False
    ends = [layout.boundary_regions.get(b) for b in (floating, *held)]
    start = ends[0]
    if start is None:
        return None
    reached = layout.reached(start, [r for r in case.regions if case.present(r, species)])
    if reached is None or any(regions is None for regions in ends):
        return None
    return any(r in reached for regions in ends[1:] for r in regions or ())
