"""Checks of where things lie in the plane: pieces on the outer boundary or between regions, points, lines, regions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pnp.case.checks_shapes import shape_uses
from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.layout import Layout
from pnp.case.painting import OUTSIDE, Painting
from pnp.case.plane import placements
from pnp.case.shapes import AXES, Piece, is_place
from pnp.units import length_text

if TYPE_CHECKING:
    from pnp.case.case import Case

_MOST_OFF: Final = 0.01
"""Share of a piece with a range that may lie off the outer boundary."""


def place_problems(case: Case) -> list[Problem]:
    """What does not lie where it must in a case whose shapes and pieces are sound by themselves."""
    if case.is_stack:
        return []
    return [replace(p, blocks=False) for check in (pieces_in_place, points_in_place) for p in check(case)]


def pieces_in_place(case: Case) -> Iterator[Problem]:
    """Boundaries lie on the outer boundary, interfaces between their regions, each place in one boundary only."""
    painting = case.painting
    if painting is None:
        return
    for b, boundary in case.boundaries.items():
        for i, piece in enumerate(boundary.on):
            yield from _on_edge(case, painting, ("boundaries", b, "on", i), piece)
    yield from _overlaps(case, painting)
    for name, interface in case.interfaces.items():
        if not set(interface.between) <= set(case.regions):
            continue
        pair = sorted(list(case.regions).index(r) for r in interface.between)
        for i, piece in enumerate(interface.on):
            (placement,) = placements([piece], AXES[case.coordinates])
            sides = np.sort(painting.sides(placement), axis=1)
            if not np.any(np.all(sides == pair, axis=1)):
                yield Problem(
                    ("interfaces", name, "on", i),
                    f"does not lie between {interface.between[0]} and {interface.between[1]}",
                    "pieces of an interface restrict the faces between its two regions",
                    "change it, or leave on out for all of the faces",
                    uses=(*shape_uses(case), ("interfaces", name, "between")),
                    show=False,
                )


def _on_edge(case: Case, painting: Painting, path: Path, piece: Piece) -> Iterator[Problem]:
    axes, uses = AXES[case.coordinates], shape_uses(case)
    (placement,) = placements([piece], axes)
    sides = painting.sides(placement)
    outer = np.sum(sides == OUTSIDE, axis=1) == 1
    if not outer.any():
        ends = zip(axes, painting.extent, strict=True)
        extent = ", ".join(f"{axis} from {length_text(low)} to {length_text(high)}" for axis, (low, high) in ends)
        where = "lies outside the domain" if np.all(sides == OUTSIDE) else "lies inside the domain, not on its edge"
        advice = "change it; a charged face between two regions is an interface" if "inside" in where else "change it"
        yield Problem(path, where, f"the domain has {extent}", advice, uses=uses, show=False)
        return
    if case.coordinates == "axisymmetric" and is_place(piece.r) and piece.r == 0.0:
        boundary = case.boundaries[str(path[1])]
        if boundary.type != "symmetry":
            yield Problem(
                path,
                "is the axis, where no boundary has an area",
                'the axis is of type "symmetry" without being named',
                "remove it",
                uses=uses,
                show=False,
            )
        return
    ranged = piece.start is not None or not all(v is None or is_place(v) for v in piece.along(axes))
    if ranged and np.mean(~outer) > _MOST_OFF:
        yield Problem(
            path,
            f"lies on the outer boundary only in part ({100 * np.mean(outer):.0f} %)",
            "a range or two ends stay on the outer boundary",
            "shorten it, or leave the range out for all of the edge at this place",
            uses=uses,
            show=False,
        )


def _overlaps(case: Case, painting: Painting) -> Iterator[Problem]:
    """No part of the outer boundary is in two boundaries."""
    axes = AXES[case.coordinates]
    done: list[tuple[str, int, Piece]] = []
    for b, boundary in case.boundaries.items():
        for i, piece in enumerate(boundary.on):
            (placement,) = placements([piece], axes)
            outer = np.sum(painting.sides(placement) == OUTSIDE, axis=1) == 1
            for other, j, earlier in done:
                (second,) = placements([earlier], axes)
                if other != b and np.any(painting.on(placement, second) & outer):
                    yield Problem(
                        ("boundaries", b, "on", i),
                        f"overlaps boundaries.{other}.on[{j}]",
                        "each part of the outer boundary is in one boundary",
                        "give one of them a range, or remove one",
                        uses=(*shape_uses(case), ("boundaries", other, "on")),
                        show=False,
                    )
                    break
            done.append((b, i, piece))


def points_in_place(case: Case) -> Iterator[Problem]:
    """Points lie in some region, lines from one point to another."""
    painting = case.painting
    places = [(("points", p, "at"), point.at) for p, point in case.points.items()]
    places += [
        (("lines", name, key), getattr(line, field))
        for name, line in case.lines.items()
        for key, field in (("from", "start"), ("to", "end"))
    ]
    for path, at in places:
        if at is None:
            continue
        if case.coordinates == "axisymmetric" and at[0] < 0.0:
            yield Problem(
                path,
                "its r is negative",
                "allowed: r from 0",
                "write its distance from the axis",
                uses=(("coordinates",),),
            )
        elif painting is not None and path[0] == "points" and not _is_in(painting, at):
            extent = ", ".join(
                f"{axis} from {length_text(low)} to {length_text(high)}"
                for axis, (low, high) in zip(AXES[case.coordinates], painting.extent, strict=True)
            )
            yield Problem(path, "lies in no region", f"the domain has {extent}", "change it", uses=shape_uses(case))
    for name, line in case.lines.items():
        if line.start == line.end:
            yield Problem(
                ("lines", name),
                "begins where it ends",
                "allowed: two different points",
                "change one of them",
                show=False,
            )


def _is_in(painting: Painting, at: tuple[float, float]) -> bool:
    """Whether a point lies in a region or on the edge of one, up to rounding."""
    size = 1e-9 * max(high - low for low, high in painting.extent)
    around = np.array([[at[0] + i * size, at[1] + j * size] for i in (-1, 0, 1) for j in (-1, 0, 1)])
    return bool(np.any(painting.regions_at(around) != OUTSIDE))


def regions_in_place(case: Case, layout: Layout) -> Iterator[Problem]:
    """No region is painted over completely."""
    for r, region in case.regions.items():
        if region.shapes and layout.volumes.get(r) == 0.0:
            yield Problem(
                ("regions", r, "shapes"),
                "nothing of it is left: later regions are painted over it",
                "regions are painted in the order written, later ones on top",
                "write this region after them, or change its shapes",
                uses=shape_uses(case),
                show=False,
            )
