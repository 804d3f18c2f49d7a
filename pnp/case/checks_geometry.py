"""Checks of where things lie: interfaces and the inside among the regions, named points, curved faces and the axis."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pnp.case.boundary import SIDES
from pnp.case.checks_shapes import shape_uses
from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.layout import Layout
from pnp.case.names import unknown_name
from pnp.units import length_text

if TYPE_CHECKING:
    from pnp.case.case import Case


def interfaces(case: Case, layout: Layout) -> Iterator[Problem]:
    """Interfaces lie between two regions that touch."""
    names = list(case.regions)
    for i, interface in case.interfaces.items():
        if interface.is_group:
            continue
        path: Path = ("interfaces", i, "between")
        unknown = [r for r in interface.between if r not in case.regions]
        for r in unknown:
            yield unknown_name(path, r, "regions", names)
        if interface.between[0] == interface.between[1]:
            yield Problem(path, "names one region twice", "allowed: two neighbouring regions", "change one of them")
            continue
        touching = layout.neighbours
        if unknown or touching is None or frozenset(interface.between) in touching:
            continue
        pairs = [p for p in itertools.combinations(names, 2) if frozenset(p) in touching]
        listed = "; ".join(", ".join(p) for p in pairs) or "none, there is one region"
        advice = "name two that touch"
        problem = "the two regions are not neighbours"
        yield Problem(path, problem, f"neighbours: {listed}", advice, uses=shape_uses(case))


def inside(case: Case, layout: Layout) -> Iterator[Problem]:
    """The inside is a region at an end of the stack; in the plane one at exactly one reservoir or electrode."""
    if case.inside is None:
        return
    names = list(case.regions)
    at = {b: layout.boundary_regions.get(b) for b in (SIDES if case.is_stack else case.terminals)}
    ends = list(dict.fromkeys(r for regions in at.values() if regions for r in regions))
    if case.inside not in case.regions:
        yield unknown_name(("inside",), case.inside, "regions", ends or names)
    elif case.is_stack and len(names) == 1:
        yield Problem(
            ("inside",),
            "there is one region, which is at both ends",
            "allowed: with two regions or more",
            "remove it",
        )
    elif case.is_stack and case.inside not in ends:
        yield Problem(
            ("inside",),
            "is not at an end of the stack",
            f"allowed: {', '.join(ends)}",
            "name the first or the last region",
        )
    elif not case.is_stack and all(regions is not None for regions in at.values()):
        touched = [b for b, regions in at.items() if regions and case.inside in regions]
        only = [r for r in ends if sum(r in (regions or ()) for regions in at.values()) == 1]
        if len(touched) != 1:
            yield Problem(
                ("inside",),
                f"touches {'no reservoir and no electrode' if not touched else ' and '.join(touched)}",
                f"allowed, regions at exactly one reservoir or electrode: {', '.join(only) or 'none'}",
                "name one of these" if only else "remove it",
                uses=(*shape_uses(case), ("boundaries",)),
            )


def points(case: Case, layout: Layout) -> Iterator[Problem]:
    """Each point of a stack lies in its region, by one of its two coordinates; differences name two points."""
    ends = SIDES if case.is_stack else tuple(case.boundaries)
    for p, point in case.points.items():
        path: Path = ("points", p)
        if p in ends:
            what = "an end" if case.is_stack else "a boundary"
            problem = f"is the name of {what}, whose potential is reported anyway"
            yield Problem(path, problem, "allowed: any other name", "rename the point", show=False)
        if not case.is_stack:
            continue
        if point.region not in case.regions:
            yield unknown_name((*path, "region"), point.region, "regions", case.regions)
        if (point.position is None) == (point.fraction is None):
            problem = (
                "gives neither position nor fraction" if point.position is None else "gives both position and fraction"
            )
            yield Problem(path, problem, "allowed: one of them", "write e.g. fraction = 0.5", show=False)
        elif point.position is not None and point.region in case.regions:
            thickness = case.regions[point.region].thickness
            # Equal up to rounding is the face itself: "4 nm" against a thickness computed from other units.
            if point.position > thickness * (1 + 1e-12):
                yield Problem(
                    (*path, "position"),
                    f"lies outside its region {point.region}",
                    f"allowed: 0 m to {length_text(thickness)}",
                    "positions count from the region's left face",
                    uses=(("regions", point.region, "thickness"),),
                )
    for d, names in case.potential_differences.items():
        for name in dict.fromkeys(names):
            if name not in (*ends, *case.points):
                yield unknown_name(("potential_differences", d), name, "points", [*ends, *case.points])
        if names[0] == names[1]:
            yield Problem(
                ("potential_differences", d),
                "is a point's difference to itself",
                "allowed: two different points",
                "change one",
            )


def curved_faces(case: Case, layout: Layout) -> Iterator[Problem]:
    """An inner radius has a curvature to belong to, and nothing but symmetry sits on an axis or at a centre."""
    if case.coordinates == "cartesian":
        if case.inner_radius:
            yield Problem(
                ("inner_radius",),
                'coordinates = "cartesian" have no radius',
                'allowed: with coordinates = "cylindrical" or "spherical"',
                "remove it, or set coordinates",
                uses=(("coordinates",),),
            )
    elif case.is_stack and case.inner_radius == 0.0 and case.boundaries["left"].type != "symmetry":
        where = "axis" if case.coordinates == "cylindrical" else "centre"
        yield Problem(
            ("boundaries", "left", "type"),
            f"inner_radius = 0 puts the left end on the {where}, where no boundary has an area",
            'allowed: "symmetry"',
            'write type = "symmetry", or give an inner_radius',
            uses=(("coordinates",), ("inner_radius",)),
        )
