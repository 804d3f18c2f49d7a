"""A PlaneMesh's measures and neighbours, and what check puts right or refuses."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.parts import first_mesh
from pnp.plane.check import check
from pnp.plane.errors import MeshError
from pnp.plane.mesh import PlaneMesh
from pnp.plane.quality import angles, cells_per_debye_length, quality
from pnp.plane.topology import edges_of
from tests.unit.plane_meshes import grid, one_region, scattered, two_layers

ROOT = Path(__file__).parents[2]


def test_edges_of_two_cells() -> None:
    edges = edges_of(np.array([[0, 1, 2], [1, 3, 2]]))
    assert edges.nodes.tolist() == [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]]
    assert edges.of_cell.tolist() == [[2, 1, 0], [4, 2, 3]]
    assert edges.cells[2].tolist() == [0, 1]
    assert edges.outer.tolist() == [True, True, False, True, True]
    assert edges.find(np.array([[2, 1], [0, 3]])).tolist() == [2, -1]


def test_measures() -> None:
    mesh = two_layers()
    assert mesh.region_volumes(False) == pytest.approx([1, 1])
    # cylinders: inner π, outer 4π − π
    assert mesh.region_volumes(True) == pytest.approx([np.pi, 3 * np.pi])
    assert mesh.group_measures(False) == pytest.approx([1, 1, 1])
    assert mesh.group_measures(True) == pytest.approx([0, 4 * np.pi, 2 * np.pi])
    assert list(mesh.neighbours) == [(0, 1)]
    assert mesh.points[mesh.neighbours[0, 1], 0] == pytest.approx(1.0)
    assert mesh.group_regions == ((0,), (1,), (0, 1))
    assert mesh.region_sizes()[0] == pytest.approx([1 / 6, 1 / 6, np.sqrt(2) / 6])


def test_boundary_facets_have_their_cell_on_the_left() -> None:
    mesh = two_layers()
    a, b = mesh.points[mesh.boundary_facets[:, 0]], mesh.points[mesh.boundary_facets[:, 1]]
    # Gauss: the area enclosed, positive when the inside is on the left
    assert 0.5 * np.sum(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) == pytest.approx(2.0)


@pytest.mark.parametrize("refinement", [0.5, 1.0])
def test_no_cell_is_longer_than_the_largest(refinement: float) -> None:
    changes = ["mesh.largest_cell=0.8 nm", f"mesh.refinement={refinement}"]
    mesh = first_mesh(Case.load(ROOT / "cases" / "half_electrode.toml", changes))
    lines = [np.unique(mesh.points[:, axis].round(15)) for axis in (0, 1)]
    assert [np.diff(line).max() for line in lines] == pytest.approx([0.8e-9, 0.8e-9], rel=0.2)


def test_check_keeps_a_sound_mesh() -> None:
    mesh = two_layers()
    checked = check(mesh, axisymmetric=True)
    assert checked.notes == ()
    assert np.array_equal(checked.triangles, mesh.triangles)
    assert np.array_equal(checked.points, mesh.points)


def test_inverted_cells_are_turned_with_a_note() -> None:
    mesh = two_layers()
    triangles = mesh.triangles.copy()
    triangles[3] = triangles[3][::-1]
    checked = check(replace(mesh, triangles=triangles), axisymmetric=False)
    assert (checked.cell_areas > 0).all()
    assert checked.notes == ("1 inverted cell re-oriented",)


def test_loose_nodes_are_dropped() -> None:
    mesh = two_layers()
    shifted = replace(
        mesh,
        points=np.concatenate([[[7.0, 7.0]], mesh.points]),
        triangles=mesh.triangles + 1,
        facets=mesh.facets + 1,
    )
    checked = check(shifted, axisymmetric=False)
    assert np.array_equal(checked.points, mesh.points)
    assert np.array_equal(
        np.sort(checked.facets, axis=1), np.sort(mesh.facets, axis=1)[np.lexsort(mesh.facets.T[::-1])]
    )


def pulled_apart(gap: float = 0.0) -> PlaneMesh:
    """The two layers, each with nodes of its own on the line between them."""
    mesh = two_layers()
    n = len(mesh.points)
    triangles = np.where((mesh.region == 1)[:, None], mesh.triangles + n, mesh.triangles)
    facets = np.where((mesh.facet_group == 1)[:, None], mesh.facets + n, mesh.facets)
    return replace(
        mesh,
        points=np.concatenate([mesh.points, mesh.points + np.array([gap, 0.0])]),
        triangles=triangles,
        facets=facets,
    )


def test_coinciding_nodes_are_merged() -> None:
    checked = check(pulled_apart(), axisymmetric=False)
    assert checked.notes == ("7 nodes merged with others at the same place",)
    assert list(checked.neighbours) == [(0, 1)]
    assert len(checked.points) == len(two_layers().points)


def test_parts_that_only_seem_to_touch_are_refused() -> None:
    mesh = pulled_apart()
    right = np.unique(mesh.triangles[mesh.region == 1])
    points = mesh.points.copy()
    points[right, 1] = (points[right, 1] - 0.5) * 0.93 + 0.5
    with pytest.raises(MeshError, match=r"nodes of one part on the edges of another.*share their nodes.*fragment"):
        check(replace(mesh, points=points), axisymmetric=False)


def test_overlapping_parts_are_refused() -> None:
    mesh = pulled_apart(gap=-0.41)
    right = np.unique(mesh.triangles[mesh.region == 1])
    points = mesh.points.copy()
    points[right, 1] *= 0.97
    points[right, 1] += 0.01
    with pytest.raises(MeshError, match=r'cells lie on each other at \(.*\) \("left", "right"\)'):
        check(replace(mesh, points=points), axisymmetric=False)


def test_a_cell_twice_is_refused() -> None:
    mesh = two_layers()
    with pytest.raises(MeshError, match=r"cells lie on each other at .* share an edge"):
        check(
            replace(
                mesh, triangles=np.concatenate([mesh.triangles, mesh.triangles[:1]]), region=np.append(mesh.region, 0)
            ),
            axisymmetric=False,
        )


def test_flat_cells_are_refused_with_their_place() -> None:
    mesh = two_layers()
    points = mesh.points.copy()
    a, b, c = mesh.triangles[30]
    points[c] = 0.5 * (points[a] + points[b])
    with pytest.raises(MeshError, match=r'without area, the first at \(.*\) in region "left"'):
        check(replace(mesh, points=points), axisymmetric=False)


def test_stretched_cells_are_not_flat() -> None:
    points, triangles = grid(np.array([0.0, 1e-8, 1.0]), np.linspace(0, 1, 3))
    assert len(check(one_region(points, triangles), axisymmetric=False).triangles) == 8


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"facet_names": ("west", "east", "wall", "top")}, "there are no facets of that name"),
        ({"region_names": ("left", "right", "glass")}, "the region has no cells"),
        ({"triangles": np.zeros((0, 3), dtype=np.int64)}, "the mesh has no triangles"),
        ({"facets": np.zeros((0, 2), dtype=np.int64), "facet_group": np.zeros(0, dtype=np.int32), "facet_names": ()},
         "no boundary is named; name at least one outer line"),
    ],
)  # fmt: skip
def test_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(MeshError, match=message):
        check(replace(two_layers(), **change), axisymmetric=False)  # type: ignore[arg-type]


def test_facets_off_the_edges_are_refused() -> None:
    mesh = two_layers()
    facets = mesh.facets.copy()
    facets[0] = 0, 20
    with pytest.raises(MeshError, match="1 facet not along edges of cells") as caught:
        check(replace(mesh, facets=facets), axisymmetric=False)
    assert caught.value.name == "west"


def test_a_facet_in_two_groups_is_refused() -> None:
    mesh = two_layers()
    with pytest.raises(MeshError, match='1 facet in both "west" and "wall"'):
        check(
            replace(
                mesh,
                facets=np.concatenate([mesh.facets, mesh.facets[:1, ::-1]]),
                facet_group=np.append(mesh.facet_group, np.int32(2)),
            ),
            axisymmetric=False,
        )


def test_a_group_half_inside_is_refused() -> None:
    mesh = two_layers()
    group = np.where(mesh.facet_group == 2, 1, mesh.facet_group).astype(np.int32)
    with pytest.raises(MeshError, match="partly on the outer boundary and partly inside"):
        check(replace(mesh, facet_group=group, facet_names=("west", "east")), axisymmetric=False)


def test_a_part_that_no_boundary_reaches_is_refused() -> None:
    mesh = pulled_apart(gap=0.5)
    kept = mesh.facet_group == 0
    lonely = replace(mesh, facets=mesh.facets[kept], facet_group=mesh.facet_group[kept], facet_names=("west",))
    with pytest.raises(MeshError, match='no named boundary reaches "right"; named lines: "west"') as caught:
        check(lonely, axisymmetric=False)
    assert pickle.loads(pickle.dumps(caught.value)).name == "right"


def test_radii_are_not_negative() -> None:
    mesh = two_layers()
    with pytest.raises(MeshError, match=r"the mesh reaches to r < 0, to \(-1 m, 0 m\)"):
        check(replace(mesh, points=mesh.points - np.array([1.0, 0.0])), axisymmetric=True)
    nearly = check(replace(mesh, points=mesh.points - np.array([1e-17, 0.0])), axisymmetric=True)
    assert nearly.points[:, 0].min() == 0.0


def test_quality() -> None:
    mesh = two_layers(4)
    found = quality(mesh)
    assert (found.smallest_angle, found.largest_angle, found.obtuse_share) == (pytest.approx(45), pytest.approx(90), 0)
    assert found.largest_aspect == pytest.approx(np.sqrt(3))
    assert found.cells_in.tolist() == [32, 32]
    points, triangles = scattered()
    assert angles(points, triangles).sum(axis=1) == pytest.approx(180.0)
    assert 0 < quality(one_region(points, triangles)).obtuse_share < 1


def test_cells_per_debye_length() -> None:
    mesh = two_layers(4)
    found = cells_per_debye_length(mesh, {"left": 0.5})
    assert found == {("west", "left"): pytest.approx((2, 2)), ("wall", "left"): pytest.approx((2, 2))}
