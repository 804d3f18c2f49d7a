"""Checks of shapes, and of the pieces of boundaries and interfaces, each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.plane import shape_fault
from pnp.case.shapes import AXES, KINDS, Piece, Rectangle, Shape, is_place

if TYPE_CHECKING:
    from pnp.case.case import Case

_LETTERS: Final = ("x", "y", "r", "z")


def shape_uses(case: Case) -> tuple[Path, ...]:
    """What findings about places in the plane rest on; nothing in a stack."""
    if case.is_stack:
        return ()
    return (
        ("coordinates",),
        ("mesh",),
        *(("regions", r, "shapes") for r in case.regions),
    )


def shape_keys(case: Case) -> Iterator[Problem]:
    """Each shape is one of the four, in the coordinates of the case, and sound by itself."""
    for r, region in case.regions.items():
        for i, shape in enumerate(region.shapes):
            path: Path = ("regions", r, "shapes", i)
            given = [k for k in KINDS if getattr(shape, k) is not None]
            if len(given) != 1:
                problem = f"gives {' and '.join(given)}" if given else "gives no shape"
                advice = "keep one, and give the other as a shape of its own" if given else "add one"
                yield Problem(path, problem, f"allowed: exactly one of {', '.join(KINDS)}", advice, show=False)
                continue
            found = list(_of_one(case, path, shape))
            yield from found
            if found:
                continue
            fault = shape_fault(shape, AXES[case.coordinates])
            if fault is not None:
                problem = fault.problem.removeprefix(f"{shape.kind}: ")
                yield Problem(
                    (*path, shape.kind), problem, fault.allowed, fault.advice, uses=(("coordinates",),), show=False
                )
    sound = not case.mesh.is_given and not any(_of_one(case, (), s) for r in case.regions.values() for s in r.shapes)
    yield from _extent(case) if sound else ()


def _of_one(case: Case, path: Path, shape: Shape) -> list[Problem]:
    if shape.kind == "pore" and case.coordinates == "planar":
        return [
            Problem(
                (*path, "pore"),
                "a pore is a body of revolution",
                'allowed: with coordinates = "axisymmetric"',
                "set coordinates, or draw a channel with a rectangle or a polygon",
                uses=(("coordinates",),),
                show=False,
            )
        ]
    if shape.rectangle is None:
        return []
    found = wrong_letters(case, (*path, "rectangle"), shape.rectangle)
    if not found and not any(getattr(shape.rectangle, a) is not None for a in AXES[case.coordinates]):
        axes = " or ".join(AXES[case.coordinates])
        found.append(Problem((*path, "rectangle"), "has no range", f"needs {axes}, or both", "add one", show=False))
    return found


def wrong_letters(case: Case, path: Path, table: Rectangle | Piece) -> list[Problem]:
    """Coordinates that a shape or a piece names and the case does not have."""
    axes = AXES[case.coordinates]
    found = []
    for letter in _LETTERS:
        if letter not in axes and getattr(table, letter) is not None:
            other = axes[("x", "y").index(letter) if letter in ("x", "y") else ("r", "z").index(letter)]
            found.append(
                Problem(
                    (*path, letter),
                    f'coordinates = "{case.coordinates}" have no {letter}',
                    f"coordinates here: {', '.join(axes)}",
                    f"write {other}",
                    uses=(("coordinates",),),
                )
            )
    return found


def _extent(case: Case) -> Iterator[Problem]:
    """Some shape says how far the domain reaches along each axis."""
    for axis in AXES[case.coordinates]:
        rectangles = [s.rectangle for r in case.regions.values() for s in r.shapes]
        if rectangles and all(q is not None and getattr(q, axis) is None for q in rectangles):
            region = next(r for r, q in case.regions.items() if q.shapes)
            yield Problem(
                ("regions", region, "shapes"),
                f"no shape says how far the domain reaches in {axis}",
                f"a layer without {axis} is as wide as the other shapes",
                f'give a rectangle its {axis}, e.g. {axis} = ["0 nm", "40 nm"]',
                uses=shape_uses(case),
                show=False,
                blocks=False,
            )


def piece_keys(case: Case) -> Iterator[Problem]:
    """Each piece of a boundary or an interface is a line, a part of one or a circle, in the coordinates of the case."""
    for path, pieces in _all_pieces(case):
        for i, piece in enumerate(pieces):
            yield from piece_problems(case, (*path, i), piece)


def _all_pieces(case: Case) -> Iterator[tuple[Path, Sequence[Piece]]]:
    for b, boundary in case.boundaries.items():
        yield ("boundaries", b, "on"), boundary.on
    for i, interface in case.interfaces.items():
        yield ("interfaces", i, "on"), interface.on


def piece_problems(case: Case, path: Path, piece: Piece) -> list[Problem]:
    """What is wrong with one piece, wherever it lies."""
    found = wrong_letters(case, path, piece)
    if found:
        return found
    axes = AXES[case.coordinates]
    values = piece.along(axes)
    line, oblique = any(v is not None for v in values), piece.start is not None or piece.end is not None
    example = f'write e.g. {{ {axes[1]} = "0 nm", {axes[0]} = ["0 nm", "20 nm"] }}'
    allowed = f"allowed: one place of {axes[0]} or {axes[1]}, from and to, or a circle"
    if line + oblique + (piece.circle is not None) != 1:
        problem = "gives more than one of them" if line or oblique or piece.circle else "gives no place"
        return [Problem(path, problem, allowed, example, show=False)]
    if oblique and (piece.start is None or piece.end is None):
        missing = "from" if piece.start is None else "to"
        return [
            Problem(
                (*path, missing),
                "is missing",
                "an oblique piece has two ends: from and to",
                f'add {missing} = ["0 nm", "10 nm"]',
            )
        ]
    if oblique and piece.start == piece.end:
        return [
            Problem(path, "begins where it ends", "allowed: two different points", "change one of them", show=False)
        ]
    places = [is_place(v) for v in values]
    if line and sum(places) != 1:
        problem = "is a point" if all(places) else "has no fixed coordinate"
        return [
            Problem(
                path,
                problem,
                f"allowed: one place of {axes[0]} or {axes[1]}, and a range of the other",
                example,
                show=False,
            )
        ]
    return []


def key_problems(case: Case) -> list[Problem]:
    """What is wrong with the keys of shapes and pieces in a case of the plane."""
    return [] if case.is_stack else [*shape_keys(case), *piece_keys(case)]
