"""Declared geometries meshed by Gmsh: areas, painting order, groups, sizes, and what is refused."""

from __future__ import annotations

import threading
from dataclasses import replace
from math import pi

import numpy as np
import pytest

from pnp.plane.errors import MeshError
from pnp.plane.geometry import PlaneBoundary, PlaneGeometry, PlaneInterface, PlaneRegion
from pnp.plane.gmsh_mesh import mesh_geometry
from pnp.plane.gmsh_session import session
from pnp.plane.mesh import PlaneMesh
from pnp.plane.quality import cells_per_debye_length, quality
from pnp.plane.repair import repair
from pnp.plane.shapes import Disc, OnCircle, OnLine, OnSegment, Polygon, Pore, Rectangle
from pnp.plane.sizes import Layer, NodalSizes, Sizes

NM = 1e-9
BOX = Rectangle((0.0, 40 * NM), (0.0, 20 * NM))
WATER = PlaneRegion("water", (BOX,))
BLOB = PlaneRegion("gel", (Disc((20 * NM, 10 * NM), 5 * NM),))
COARSE = Sizes({"water": 4 * NM, "glass": 4 * NM, "gel": 4 * NM})


def pore(rounding: float = 0.0, r: tuple[float, float] = (2 * NM, 6 * NM)) -> PlaneGeometry:
    """A pore through a membrane of 20 nm between two baths; lumen and baths are one region."""
    return PlaneGeometry(
        (
            PlaneRegion("glass", (Rectangle((0.0, 30 * NM), (0.0, 20 * NM)),)),
            PlaneRegion(
                "water",
                (
                    Rectangle(None, (-30 * NM, 0.0)),
                    Rectangle(None, (20 * NM, 50 * NM)),
                    Pore(r, (0.0, 20 * NM), rounding),
                ),
            ),
        ),
        (PlaneBoundary("below", (OnLine(1, -30 * NM),)), PlaneBoundary("above", (OnLine(1, 50 * NM),))),
        (PlaneInterface("wall", ("water", "glass")),),
        axisymmetric=True,
    )


def test_painting_order() -> None:
    regions = (
        WATER,
        PlaneRegion("glass", (Rectangle((10 * NM, 30 * NM), (5 * NM, 20 * NM)),)),
        PlaneRegion("gel", (Rectangle((20 * NM, 40 * NM), (0.0, 10 * NM)),)),
    )
    boundaries = (PlaneBoundary("west", (OnLine(0, 0.0),)),)
    mesh = mesh_geometry(PlaneGeometry(regions, boundaries), COARSE)
    assert mesh.region_volumes(False) * 1e18 == pytest.approx([800 - 300 - 200 + 50, 300 - 50, 200], rel=1e-9)
    flipped = mesh_geometry(PlaneGeometry((regions[0], regions[2], regions[1]), boundaries), COARSE)
    assert flipped.region_volumes(False) * 1e18 == pytest.approx([350, 150, 300], rel=1e-9)
    assert sorted(flipped.neighbours) == [(0, 1), (0, 2), (1, 2)]


def test_groups_are_complete() -> None:
    geometry = PlaneGeometry(
        (WATER, PlaneRegion("glass", (Rectangle(None, (15 * NM, 20 * NM)),))),
        (
            PlaneBoundary("electrode", (OnLine(1, 0.0, 0.0, 20 * NM),)),
            PlaneBoundary("sides", (OnSegment((40 * NM, 0.0), (40 * NM, 7 * NM)), OnLine(0, 0.0))),
        ),
        (
            PlaneInterface("charged", ("glass", "water"), (OnLine(1, 15 * NM, high=10 * NM),)),
            PlaneInterface("plain", ("water", "glass"), (OnLine(1, 15 * NM, low=10 * NM),)),
        ),
    )
    mesh = mesh_geometry(geometry, COARSE)
    assert mesh.facet_names == ("electrode", "sides", "charged", "plain")
    assert mesh.group_measures(False) / NM == pytest.approx([20, 27, 10, 30], rel=1e-9)
    assert mesh.group_regions == ((0,), (0, 1), (0, 1), (0, 1))
    assert mesh.points[mesh.facets_of("electrode"), 1] == pytest.approx(0.0, abs=1e-20)


def test_straight_cone_has_its_volume() -> None:
    mesh = mesh_geometry(pore(), COARSE)
    frustum = pi * 20 / 3 * (4 + 12 + 36)
    assert mesh.region_volumes(True) * 1e27 == pytest.approx(
        [pi * 900 * 20 - frustum, 2 * pi * 900 * 30 + frustum], rel=1e-9
    )
    slant = pi * (2 + 6) * np.hypot(20, 4)
    assert mesh.group_measures(True)[2] * 1e18 == pytest.approx(slant + pi * (900 - 4) + pi * (900 - 36), rel=1e-9)
    # no line is left between lumen and baths
    assert not np.isin(mesh.facet_names, "water").any()
    assert quality(mesh).smallest_angle > 15


def test_rounded_edges_lie_on_their_circles() -> None:
    mesh = mesh_geometry(pore(rounding=2 * NM, r=(3 * NM, 3 * NM)), COARSE)
    nodes = mesh.points[np.unique(mesh.facets_of("wall"))] / NM
    low = nodes[(nodes[:, 0] < 5 - 1e-9) & (nodes[:, 1] < 2 - 1e-9)]
    assert len(low) >= 7
    assert np.hypot(low[:, 0] - 5, low[:, 1] - 2) == pytest.approx(2.0, rel=1e-9)
    # a quarter circle is cut off the membrane at each edge, to the accuracy of 32 chords on a turn
    cut = (1 - pi / 4) * 4
    area = mesh.region_volumes(False)[0] * 1e18
    assert area == pytest.approx(20 * 27 - 2 * cut, abs=0.045)


def test_sphere_on_the_axis_and_circular_outside() -> None:
    geometry = PlaneGeometry(
        (PlaneRegion("water", (Disc((0.0, 0.0), 30 * NM),)), PlaneRegion("gel", (Disc((0.0, 0.0), 5 * NM),))),
        (PlaneBoundary("far", (OnCircle((0.0, 0.0), 30 * NM),)),),
        (PlaneInterface("surface", ("gel", "water")),),
        axisymmetric=True,
    )
    mesh = mesh_geometry(geometry, replace(COARSE, segments=64))
    assert mesh.region_volumes(True)[1] * 1e27 == pytest.approx(4 / 3 * pi * 125, rel=5e-3)
    assert mesh.group_measures(True) * 1e18 == pytest.approx([4 * pi * 900, 4 * pi * 25], rel=5e-3)
    finer = mesh_geometry(geometry, replace(COARSE, segments=64, refinement=2.0))
    errors = [abs(m.region_volumes(True)[1] * 1e27 - 4 / 3 * pi * 125) for m in (mesh, finer)]
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.1)


def heights(mesh: PlaneMesh, group: str, region: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    cells = mesh.edges.cells[mesh.edges.find(mesh.facets_of(group))].ravel()
    cells = cells[(cells >= 0) & (mesh.region[cells] == region)]
    return np.sqrt(4 / np.sqrt(3) * mesh.cell_areas[cells])


def test_sizes_grow_from_the_layer() -> None:
    geometry = PlaneGeometry((WATER,), (PlaneBoundary("electrode", (OnLine(1, 0.0),)),))
    layer = Layer("group", ("electrode",), 0.5 * NM, "water")
    sizes = Sizes({"water": 2 * NM}, (layer,), growth=1.25)
    mesh = mesh_geometry(geometry, sizes)
    size = np.sqrt(4 / np.sqrt(3) * mesh.cell_areas)
    wanted = np.minimum(0.5 * NM + 0.25 * mesh.points[mesh.triangles, 1].mean(axis=1), 2 * NM)
    ratio = size / wanted
    assert np.median(ratio) == pytest.approx(1.0, abs=0.1)
    assert ratio.max() < 1.6
    assert ratio.min() > 0.5
    halved = mesh_geometry(geometry, replace(sizes, refinement=2.0))
    assert len(halved.triangles) / len(mesh.triangles) == pytest.approx(4.0, rel=0.1)
    per_debye = cells_per_debye_length(halved, {"water": 1 * NM})["electrode", "water"]
    assert per_debye[1] == pytest.approx(4.0 * 2 / np.sqrt(3), rel=0.15)


def test_layers_of_every_kind() -> None:
    geometry = PlaneGeometry(
        (WATER, PlaneRegion("glass", (Rectangle((10 * NM, 30 * NM), (0.0, 10 * NM)),))),
        (PlaneBoundary("electrode", (OnLine(1, 20 * NM, 0.0, 20 * NM),)),),
    )
    bare = len(mesh_geometry(geometry, COARSE).triangles)
    for layer in (
        Layer("between", ("glass", "water"), 0.5 * NM, "water"),
        Layer("border", ("glass",), 0.5 * NM),
        Layer("ends", ("electrode",), 0.2 * NM, growth=1.1),
    ):
        mesh = mesh_geometry(geometry, replace(COARSE, layers=(layer,)))
        assert len(mesh.triangles) > 1.3 * bare
    # the last: fine where the electrode ends inside the side, coarse elsewhere
    corners = mesh.points[mesh.triangles]
    smallest = np.argmin(mesh.cell_areas)
    assert min(np.hypot(*(corners[smallest].mean(axis=0) - np.array(p) * NM)) for p in ((20, 20), (0, 20))) < 1 * NM
    with pytest.raises(MeshError, match='at "electrod", which is not there; there are "electrode"'):
        mesh_geometry(geometry, replace(COARSE, layers=(Layer("group", ("electrod",), NM),)))


def test_small_cells_of_a_region_do_not_jump_at_its_border() -> None:
    geometry = PlaneGeometry(
        (WATER, PlaneRegion("glass", (Rectangle(None, (0.0, 5 * NM)),))), (PlaneBoundary("west", (OnLine(0, 0.0),)),)
    )
    mesh = mesh_geometry(geometry, Sizes({"water": 5 * NM, "glass": 0.5 * NM}))
    assert quality(mesh).smallest_angle > 20


def test_nodal_sizes() -> None:
    geometry = PlaneGeometry((WATER,), (PlaneBoundary("west", (OnLine(0, 0.0),)),))
    first = mesh_geometry(geometry, COARSE)
    nodal = np.where(first.points[:, 0] > 20 * NM, 1 * NM, 3 * NM)
    mesh = mesh_geometry(geometry, replace(COARSE, nodal=NodalSizes(first.points, first.triangles, nodal)))
    size, x = np.sqrt(4 / np.sqrt(3) * mesh.cell_areas), mesh.points[mesh.triangles, 0].mean(axis=1)
    assert np.median(size[x > 25 * NM]) == pytest.approx(1 * NM, rel=0.1)
    assert np.median(size[x < 15 * NM]) == pytest.approx(3 * NM, rel=0.2)


def test_extremes_of_scale() -> None:
    """A millimetre with a part of five nanometres."""
    geometry = PlaneGeometry(
        (
            PlaneRegion("water", (Rectangle((0.0, 1e-3), (0.0, 1e-3)),)),
            PlaneRegion("gel", (Rectangle((0.0, 5 * NM), (0.0, 5 * NM)),)),
        ),
        (PlaneBoundary("far", (OnLine(1, 1e-3),)),),
    )
    mesh = mesh_geometry(geometry, Sizes({"water": 1e-4, "gel": NM}, growth=1.5))
    assert mesh.region_volumes(False)[1] == pytest.approx(25 * NM**2, rel=1e-4)
    assert quality(mesh).smallest_angle > 15


def test_same_input_same_mesh_from_any_thread() -> None:
    first = mesh_geometry(pore(1 * NM), COARSE)
    found: list[PlaneMesh] = []
    threads = [threading.Thread(target=lambda: found.append(mesh_geometry(pore(1 * NM), COARSE))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    for mesh in found:
        assert np.array_equal(mesh.points, first.points)
        assert np.array_equal(mesh.triangles, first.triangles)


def test_the_callers_own_gmsh_model_is_left_alone() -> None:
    import gmsh

    gmsh.initialize(interruptible=False)
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.model.add("mine")
        gmsh.option.setNumber("Mesh.MeshSizeMax", 7.0)
        mesh_geometry(PlaneGeometry((WATER,), (PlaneBoundary("west", (OnLine(0, 0.0),)),)), COARSE)
        assert gmsh.model.getCurrent() == "mine"
        assert gmsh.option.getNumber("Mesh.MeshSizeMax") == 7.0
        assert "pnp" not in gmsh.model.list()
    finally:
        gmsh.finalize()


@pytest.mark.parametrize(
    ("regions", "boundaries", "interfaces", "message"),
    [
        ([PlaneRegion("gel", (BOX,))], [], [], "later regions cover all of it"),
        ([], [PlaneBoundary("top", (OnLine(1, 21 * NM),))], [],
         "no part of the outer boundary lies there; the domain: x from 0 m to 40 nm, y from 0 m to 20 nm"),
        ([], [PlaneBoundary("a", (OnLine(1, 0.0),)), PlaneBoundary("b", (OnLine(1, 0.0, 0.0, NM),))], [],
         'it shares a part with "a"; each part has one name'),
        ([BLOB, PlaneRegion("glass", (Rectangle((0, NM), (0, NM)),))], [],
         [PlaneInterface("wall", ("gel", "glass"))], '"gel" and "glass" do not touch; "gel" touches "water"'),
        ([BLOB], [], [PlaneInterface("wall", ("gel", "water"), (OnLine(0, 0.0),))],
         "no part of the two regions' border lies there"),
        ([], [], [], "no boundary is named"),
    ],
)  # fmt: skip
def test_refused(
    regions: list[PlaneRegion], boundaries: list[PlaneBoundary], interfaces: list[PlaneInterface], message: str
) -> None:
    geometry = PlaneGeometry((WATER, *regions), tuple(boundaries), tuple(interfaces))
    with pytest.raises(MeshError, match=message):
        mesh_geometry(geometry, COARSE)


def test_the_axis_is_no_boundary() -> None:
    geometry = replace(pore(), boundaries=(PlaneBoundary("middle", (OnLine(0, 0.0),)),))
    with pytest.raises(MeshError, match="it lies on the axis r = 0; the axis is always symmetry"):
        mesh_geometry(geometry, COARSE)


def test_disjoint_regions_each_need_a_boundary() -> None:
    geometry = PlaneGeometry(
        (WATER, PlaneRegion("gel", (Polygon(((50 * NM, 0.0), (60 * NM, 0.0), (50 * NM, 9 * NM))),))),
        (PlaneBoundary("west", (OnLine(0, 0.0),)),),
    )
    with pytest.raises(MeshError, match='no named boundary reaches "gel"'):
        mesh_geometry(geometry, COARSE)


def test_gmsh_missing_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "gmsh", None)
    with pytest.raises(MeshError, match=r"this geometry needs Gmsh, which is not installed .*pip install gmsh"):
        mesh_geometry(pore(), COARSE)


def test_gmsh_errors_are_the_users() -> None:
    with pytest.raises(MeshError, match=r"Gmsh cannot mesh that: \w+"), session("that") as gmsh:
        gmsh.model.occ.addPlaneSurface([77])


def stretched(geometry: PlaneGeometry, layer: Layer, **others: float) -> PlaneMesh:
    sizes = Sizes({name.name: 4 * NM for name in geometry.regions}, (layer,), 1.25)
    return mesh_geometry(geometry, replace(sizes, **others))  # type: ignore[arg-type]


def is_stretched(mesh: PlaneMesh) -> bool:
    return quality(mesh).largest_aspect > 10


@pytest.mark.parametrize(("refinement", "rounding"), [(1.0, 1 * NM), (2.0, 1 * NM), (1.0, 0.0)])
def test_rows_of_stretched_cells(refinement: float, rounding: float) -> None:
    layer = Layer("group", ("wall",), 0.05 * NM, "water", along=1 * NM)
    geometry = pore(rounding)
    mesh = stretched(geometry, layer, refinement=refinement)
    assert mesh.notes == ()
    wall = mesh.facets_of("wall")
    cells = mesh.edges.cells[mesh.edges.find(wall)]
    cells = cells[mesh.region[cells] == 1]
    height = 2 * mesh.cell_areas[cells] / mesh.facet_measures(wall, axisymmetric=False)
    assert np.all((height * refinement > 0.04 * NM) & (height * refinement < 0.0501 * NM))
    whole = mesh.region_volumes(True).sum() * 1e27
    assert whole == pytest.approx(pi * 900 * 80, rel=1e-9)
    mended = repair(mesh, np.array([[2.0, 78.0], [0.0, 1.0]]), axisymmetric=True)
    assert mended.after.clean
    again = stretched(geometry, layer, refinement=refinement)
    assert np.array_equal(again.points, mesh.points)
    assert np.array_equal(again.triangles, mesh.triangles)


def test_rows_save_cells() -> None:
    layer = Layer("group", ("wall",), 0.1 * NM, "water", along=1 * NM)
    rows, none = (stretched(pore(), one) for one in (layer, replace(layer, along=None)))
    assert len(rows.triangles) < 0.4 * len(none.triangles)


def test_rows_around_a_closed_line_and_along_a_whole_side() -> None:
    far = (PlaneBoundary("far", (OnLine(1, 0.0),)),)
    around = stretched(
        PlaneGeometry((WATER, BLOB), far, (PlaneInterface("wall", ("gel", "water")),)),
        Layer("group", ("wall",), 0.05 * NM, "water", along=0.8 * NM),
    )
    beside = stretched(PlaneGeometry((WATER,), far), Layer("group", ("far",), 0.05 * NM, "water", along=1 * NM))
    for mesh in (around, beside):
        assert is_stretched(mesh)
        assert mesh.notes == ()
        assert mesh.region_volumes(False).sum() * 1e18 == pytest.approx(800, rel=1e-9)
        assert repair(mesh, np.ones((1, len(mesh.region_names)))).after.clean


def test_rows_that_would_end_inside_are_not_made() -> None:
    half = PlaneGeometry((WATER,), (PlaneBoundary("electrode", (OnLine(1, 0.0, 0.0, 20 * NM),)),))
    mesh = stretched(half, Layer("group", ("electrode",), 0.1 * NM, "water", along=1 * NM))
    assert not is_stretched(mesh)
    assert mesh.notes == (
        "rows of stretched cells do not fit at electrode: cells at lines are as long as high, so there are more",
    )
    assert mesh.region_sizes()[0, 0] < 0.11 * NM


def test_rows_fill_a_narrow_gap_only_in_part() -> None:
    narrow = pore(r=(0.5 * NM, 0.5 * NM), rounding=0.2 * NM)
    mesh = stretched(narrow, Layer("group", ("wall",), 0.02 * NM, "water", along=0.5 * NM))
    assert is_stretched(mesh)
    assert mesh.notes == ()
    assert mesh.region_volumes(True).sum() * 1e27 == pytest.approx(pi * 900 * 80, rel=1e-9)
    assert repair(mesh, np.array([[2.0, 78.0], [0.0, 1.0]]), axisymmetric=True).after.clean
