"""From the shapes of a case to a geometry that can be painted and meshed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pnp.case import shapes as given
from pnp.case.errors import CaseError, Problem
from pnp.case.keypath import Path
from pnp.case.painting import Painting
from pnp.plane.errors import MeshError
from pnp.plane.geometry import PlaneBoundary, PlaneGeometry, PlaneInterface, PlaneRegion
from pnp.plane.shapes import Disc, OnCircle, OnLine, OnSegment, Placement, Polygon, Pore, Rectangle, Shape

if TYPE_CHECKING:
    from pnp.case.case import Case

_FRAME: Final = Rectangle((0.0, 1.0), (-1.0, 1.0))
"""Beside a single shape, so that a layer has an extent."""


def plane_geometry(case: Case) -> PlaneGeometry:
    """The geometry of a planar or axisymmetric case whose regions have shapes, in m.

    Raises:
        CaseError: the shapes are no geometry.
    """
    try:
        return _geometry(case)
    except MeshError as error:
        raise CaseError([problem_of(error, case).text({}, case.source)]) from None


def painting_of(case: Case) -> Painting | None:
    """The regions of a case painted over each other; None for a stack, a given mesh, and shapes that are not sound."""
    if case.is_stack or case.mesh.is_given:
        return None
    try:
        return Painting(PlaneGeometry(_regions(case), axisymmetric=case.coordinates == "axisymmetric"))
    except MeshError:
        return None


def _regions(case: Case) -> tuple[PlaneRegion, ...]:
    axes = given.AXES[case.coordinates]
    return tuple(
        PlaneRegion(name, tuple(converted(shape, axes) for shape in region.shapes))
        for name, region in case.regions.items()
    )


def _geometry(case: Case) -> PlaneGeometry:
    axes = given.AXES[case.coordinates]
    return PlaneGeometry(
        regions=_regions(case),
        boundaries=tuple(PlaneBoundary(name, placements(b.on, axes)) for name, b in case.boundaries.items()),
        interfaces=tuple(
            PlaneInterface(name, face.between, placements(face.on, axes)) for name, face in case.interfaces.items()
        ),
        axisymmetric=case.coordinates == "axisymmetric",
    )


def converted(shape: given.Shape, axes: tuple[str, str]) -> Shape:
    """One shape; ``axes`` names the two coordinates."""
    if shape.rectangle is not None:
        return Rectangle(getattr(shape.rectangle, axes[0]), getattr(shape.rectangle, axes[1]))
    if shape.disc is not None:
        return Disc(shape.disc.centre, shape.disc.radius)
    if shape.pore is not None:
        return Pore(shape.pore.r, shape.pore.z, shape.pore.rounding)
    return Polygon(tuple(shape.polygon or ()))


def placements(pieces: Sequence[given.Piece], axes: tuple[str, str]) -> tuple[Placement, ...]:
    """The pieces of a boundary or an interface; ``axes`` names the two coordinates."""
    return tuple(_placement(piece, axes) for piece in pieces)


def _placement(piece: given.Piece, axes: tuple[str, str]) -> Placement:
    if piece.circle is not None:
        return OnCircle(piece.circle.centre, piece.circle.radius)
    if piece.start is not None and piece.end is not None:
        return OnSegment(piece.start, piece.end)
    values = piece.along(axes)
    axis = 0 if given.is_place(values[0]) else 1
    place, reach = values[axis], values[1 - axis]
    low, high = reach if isinstance(reach, tuple) else (None, None)
    return OnLine(axis, place if isinstance(place, float) else 0.0, low, high)


def shape_fault(shape: given.Shape, axes: tuple[str, str]) -> MeshError | None:
    """Why one shape encloses no area, crosses itself or the axis; None for a sound one."""
    frame = PlaneRegion("frame", (_FRAME,))
    try:
        PlaneGeometry((frame, PlaneRegion("", (converted(shape, axes),))), axisymmetric=axes[0] == "r")
    except MeshError as error:
        return error
    return None


def problem_of(error: MeshError, case: Case) -> Problem:
    """A fault of the geometry or the mesh as a finding about the key that it comes from."""
    path: Path = ("regions",)
    for table, key in (("regions", "shapes"), ("boundaries", "on"), ("interfaces", "on")):
        if error.name in getattr(case, table):
            path = (table, str(error.name), key)
    if error.name in case.interfaces and not case.interfaces[str(error.name)].on:
        path = ("interfaces", str(error.name), "between")
    if case.mesh.is_given:
        path = ("mesh", "file" if case.mesh.file is not None else "source")
    return Problem(path, error.problem, error.allowed, error.advice, show=case.mesh.is_given)
