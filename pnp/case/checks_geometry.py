"""Checks of where things lie: named points in their regions, curved faces and the axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.names import unknown_name

if TYPE_CHECKING:
    from pnp.case.case import Case

ENDS = ("left", "right")
"""The ends of the stack: their potentials are reported without being named as points."""


def points(case: Case) -> Iterator[Problem]:
    """Each point lies in its region, by one of its two coordinates; differences name two points."""
    for p, point in case.points.items():
        path: Path = ("points", p)
        if p in ENDS:
            problem = "is the name of an end, whose potential is reported anyway"
            yield Problem(path, problem, "allowed: any other name", "rename the point", show=False)
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
                    f"allowed: 0 m to {thickness:g} m",
                    "positions count from the region's left face",
                    uses=(("regions", point.region, "thickness"),),
                )
    for d, names in case.potential_differences.items():
        for name in dict.fromkeys(names):
            if name not in (*ENDS, *case.points):
                yield unknown_name(("potential_differences", d), name, "points", [*ENDS, *case.points])
        if names[0] == names[1]:
            yield Problem(
                ("potential_differences", d),
                "is a point's difference to itself",
                "allowed: two different points",
                "change one",
            )


def curved_faces(case: Case) -> Iterator[Problem]:
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
    elif case.inner_radius == 0.0 and case.boundaries["left"].type != "symmetry":
        where = "axis" if case.coordinates == "cylindrical" else "centre"
        yield Problem(
            ("boundaries", "left", "type"),
            f"inner_radius = 0 puts the left end on the {where}, where no boundary has an area",
            'allowed: "symmetry"',
            'write type = "symmetry", or give an inner_radius',
            uses=(("coordinates",), ("inner_radius",)),
        )
