"""Shapes' outlines, and what a geometry refuses before it is meshed."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot, pi, radians, tan

import pytest

from pnp.plane.errors import MeshError
from pnp.plane.geometry import PlaneBoundary, PlaneGeometry, PlaneInterface, PlaneRegion
from pnp.plane.shapes import Disc, OnCircle, OnLine, OnSegment, Polygon, Pore, Rectangle, Shape

WHOLE = ((0.0, 4.0), (-1.0, 1.0))


def one(*shapes: Shape, axisymmetric: bool = False) -> PlaneGeometry:
    return PlaneGeometry((PlaneRegion("water", shapes),), axisymmetric=axisymmetric)


def test_a_layer_spans_the_whole() -> None:
    geometry = one(Rectangle((0.0, 4.0), (-1.0, 1.0)), Rectangle(None, (0.0, 0.5)))
    assert geometry.extent == WHOLE
    assert [p.start for p in geometry.outline(geometry.regions[0].shapes[1])] == [(0, 0), (4, 0), (4, 0.5), (0, 0.5)]
    assert geometry.widths == {"water": 0.5}


@pytest.mark.parametrize("r", [(2.0, 2.0), (1.0, 5.0), (6.0, 2.0)])
def test_rounded_pore_is_tangent_to_wall_and_faces(r: tuple[float, float]) -> None:
    pore = Pore(r, (-3.0, 3.0), rounding=0.5)
    outline = pore.outline(WHOLE)
    arcs = [p for p in outline if p.centre is not None]
    assert len(arcs) == 2
    for arc in arcs:
        assert arc.centre is not None
        for x, y in (arc.start, arc.end):
            assert hypot(x - arc.centre[0], y - arc.centre[1]) == pytest.approx(0.5)
    assert arcs[0].centre[1] == pytest.approx(-2.5)  # type: ignore[index]
    wall = outline[2]
    along = (wall.end[0] - wall.start[0], wall.end[1] - wall.start[1])
    # the wall lies on the line between the two edges, at right angles to the arcs' radii
    assert along[0] * 6.0 == pytest.approx(along[1] * (r[1] - r[0]))
    for arc, end in ((arcs[0], wall.start), (arcs[1], wall.end)):
        assert arc.centre is not None
        assert along[0] * (end[0] - arc.centre[0]) + along[1] * (end[1] - arc.centre[1]) == pytest.approx(0.0)
    assert pore.extent[0][1] == pytest.approx(max(arcs[0].start[0], arcs[1].end[0]))


def test_straight_pore_has_a_wall_of_four_corners() -> None:
    assert [p.start for p in Pore((1.0, 2.0), (0.0, 3.0)).outline(WHOLE)] == [(0, 0), (1, 0), (2, 3), (0, 3)]


def test_a_disc_on_the_axis_is_half_a_disc() -> None:
    geometry = one(Disc((0.0, 1.0), 2.0), axisymmetric=True)
    assert geometry.extent == ((0.0, 2.0), (-1.0, 3.0))
    assert min(p.start[0] for p in geometry.outline(geometry.regions[0].shapes[0])) == 0.0
    assert one(Disc((0.0, 1.0), 2.0)).extent[0] == (-2.0, 2.0)


def test_placements() -> None:
    line = OnLine(1, 2.0, low=0.0, high=1.0)
    assert [line.has(p, 1e-9) for p in ((0.5, 2.0), (1.0, 2.0), (1.1, 2.0), (0.5, 2.1))] == [True, True, False, False]
    assert OnLine(0, 2.0).has((2.0, 1e9), 1e-9)
    segment = OnSegment((0.0, 0.0), (2.0, 2.0))
    assert [segment.has(p, 1e-9) for p in ((1.0, 1.0), (1.0, 1.1), (3.0, 3.0))] == [True, False, False]
    assert OnCircle((1.0, 0.0), 2.0).has((3.0, 0.0), 1e-9)


def test_tensor_grids_fit_axis_parallel_geometries_only() -> None:
    region = PlaneRegion("a", (Rectangle((0, 1), (0, 1)),))
    assert PlaneGeometry((region,), (PlaneBoundary("b", (OnSegment((0, 0), (1, 0)),)),)).tensor
    assert not PlaneGeometry((region,), (PlaneBoundary("b", (OnSegment((0, 0), (1, 1)),)),)).tensor
    assert not one(Disc((0, 0), 1)).tensor


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: one(Rectangle((0, 1), (1, 1))), "rectangle: it has no area"),
        (lambda: one(Rectangle((0, 1), None)), "no shape says how far the domain reaches in y; give one a range of y"),
        (lambda: one(Polygon(((0, 0), (1, 1)))), "polygon: 2 corners enclose no area; at least three"),
        (lambda: one(Polygon(((0, 0), (1, 1), (1, 0), (0, 1)))), r"from \(0 m, 0 m\) to \(1 m, 1 m\) crosses another"),
        (lambda: one(Disc((0.5, 0), 1), axisymmetric=True), "disc: it reaches to r < 0"),
        (lambda: one(Pore((1, 1), (0, 1))), 'a pore is axisymmetric; set coordinates = "axisymmetric"'),
        (lambda: one(Pore((0, 1), (0, 1)), axisymmetric=True), "pore: its radii are not positive"),
        (lambda: one(Pore((1, 1), (0, 1), 0.6), axisymmetric=True), "rounding is larger.*at most 500 mm"),
        (lambda: PlaneGeometry((PlaneRegion("water", (Rectangle((0, 1), (0, 1)),)),), (),
                               (PlaneInterface("wall", ("water", "watr")),)),
         'regions of which "watr" is none; regions: "water"; did you mean "water"'),
        (lambda: PlaneGeometry((PlaneRegion("water", (Rectangle((0, 1), (0, 1)),)),),
                               (PlaneBoundary("wall", (OnLine(0, 0.0, 1.0, 1.0),)),)), "a line of no length"),
    ],
)  # fmt: skip
def test_refused(build: Callable[[], object], message: str) -> None:
    with pytest.raises(MeshError, match=message):
        build()


def test_largest_rounding_that_fits_is_accepted() -> None:
    one(Pore((1, 1), (0, 1), 0.5), axisymmetric=True)
    assert Pore((1, 1 + tan(radians(30))), (0, 1), 0.1).extent[0][1] > 1 + tan(radians(30)) + 0.1 * tan(pi / 8) / 2
