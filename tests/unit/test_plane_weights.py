"""The box method's weights on triangles: what they reproduce exactly, and how negative ones are found and mended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pnp.plane.check import check
from pnp.plane.edge_weights import corner_volumes, edge_weights, inadmissible
from pnp.plane.mesh import Array, Indices, PlaneMesh, signed_areas
from pnp.plane.repair import flip, repair
from tests.unit.plane_meshes import grid, one_region, scattered, two_layers


def operator(points: Array, triangles: Indices, u: Array, axisymmetric: bool) -> Array:
    """Σ_b w_ab (u_a − u_b) at every node."""
    weights = edge_weights(points, triangles, axisymmetric)
    result = np.zeros(len(points))
    for i in range(3):
        a, b = triangles[:, (i + 1) % 3], triangles[:, (i + 2) % 3]
        flux = weights[:, i] * (u[a] - u[b])
        np.add.at(result, a, flux)
        np.add.at(result, b, -flux)
    return result


def inner_nodes(points: Array, triangles: Indices) -> Indices:
    return np.setdiff1d(np.arange(len(points)), one_region(points, triangles).boundary_facets)


def test_corner_volumes_add_up_to_the_cells() -> None:
    points, triangles = scattered()
    area = signed_areas(points, triangles)
    assert corner_volumes(points, triangles).sum(axis=1) == pytest.approx(area, rel=1e-11)
    weighted = area * points[triangles, 0].mean(axis=1)
    assert corner_volumes(points, triangles, True).sum(axis=1) == pytest.approx(weighted, rel=1e-10)


def test_plane_weights_are_the_stiffness_of_linear_functions() -> None:
    points, triangles = scattered()
    weights = edge_weights(points, triangles)
    u, v = points @ [0.7, -1.3] + 2.0, points @ [0.2, 0.9]
    sides = [(triangles[:, (i + 1) % 3], triangles[:, (i + 2) % 3]) for i in range(3)]
    found = sum(weights[:, i] * (u[a] - u[b]) * (v[a] - v[b]) for i, (a, b) in enumerate(sides))
    assert found == pytest.approx(signed_areas(points, triangles) * (0.7 * 0.2 - 1.3 * 0.9), rel=1e-10)


def test_radial_currents_are_exact_on_tensor_grids() -> None:
    points, triangles = grid(np.geomspace(0.01, 1.0, 6), np.array([0.0, 0.1, 0.4, 1.0]))
    inner = inner_nodes(points, triangles)
    assert operator(points, triangles, np.log(points[:, 0]), True)[inner] == pytest.approx(0.0, abs=1e-12)
    assert operator(points, triangles, points[:, 1], True)[inner] == pytest.approx(0.0, abs=1e-12)


def test_radial_weights_are_exact_for_linear_functions_on_any_triangles() -> None:
    """∮ r ∂u/∂n over a dual cell is 0 for u = z and its area for u = r: no current along the axis is lessened."""
    points, triangles = scattered()
    inner = inner_nodes(points, triangles)
    dual = np.bincount(triangles.ravel(), corner_volumes(points, triangles).ravel())
    assert operator(points, triangles, points[:, 1], True)[inner] == pytest.approx(0.0, abs=1e-12)
    assert operator(points, triangles, points[:, 0], True)[inner] == pytest.approx(-dual[inner], abs=1e-12)


def test_radial_weights_are_right_on_the_axis() -> None:
    """Nodes on r = 0 keep their row: for u = z² the flux out of their dual cell is −∮ r ∂u/∂n = −2∫ r up to O(h²)."""
    points, triangles = grid(np.array([0.0, 0.1, 0.25]), np.linspace(0, 1, 5))
    on_axis = [n for n in range(5) if 0 < points[n, 1] < 1]
    volumes = np.bincount(triangles.ravel(), corner_volumes(points, triangles, True).ravel())
    assert volumes[on_axis] == pytest.approx(0.25 * 0.05**2 / 2)
    row = operator(points, triangles, points[:, 1] ** 2, True)
    assert row[on_axis] == pytest.approx(-2 * volumes[on_axis], rel=1e-12)


@pytest.mark.parametrize("axisymmetric", [False, True])
def test_right_triangles_give_the_product_form(axisymmetric: bool) -> None:
    r, z = np.array([0.0, 1e-6, 0.3, 1.0]), np.array([0.0, 0.5, 0.7, 2.0])
    points, triangles = grid(r, z)
    weights = edge_weights(points, triangles, axisymmetric)
    mesh = one_region(points, triangles)
    assembled = np.bincount(mesh.edges.of_cell.ravel(), weights.ravel())
    a, b = points[mesh.edges.nodes[:, 0]], points[mesh.edges.nodes[:, 1]]
    dual_r, dual_z = (
        np.concatenate([[0], 0.5 * (r[1:] + r[:-1]), [1]]),
        np.concatenate([[0], 0.5 * (z[1:] + z[:-1]), [2]]),
    )
    for (ar, az), (br, bz), weight in zip(a, b, assembled, strict=True):
        if ar == br:
            k = int(np.searchsorted(r, ar))
            low, high = dual_r[k], dual_r[k + 1]
            across = (high**2 - low**2) / 2 if axisymmetric else high - low
            assert weight == pytest.approx(across / (bz - az), rel=1e-9)
        elif az == bz:
            k = int(np.searchsorted(z, az))
            radius = (br - ar) / np.log(br / ar) if ar > 0 else (ar + br) / 2
            across = (dual_z[k + 1] - dual_z[k]) * (radius if axisymmetric else 1.0)
            assert weight == pytest.approx(across / (br - ar), rel=1e-9)
        else:
            assert abs(weight) < 1e-9 * assembled.max()


def spoiled() -> PlaneMesh:
    """A Delaunay mesh with every fifth of the edges that can be flipped flipped."""
    points, triangles = scattered(150)
    mesh = one_region(points, triangles)
    triangles = triangles.copy()
    taken: set[int] = set()
    for (a, b), (first, second) in zip(mesh.edges.nodes.tolist(), mesh.edges.cells.tolist(), strict=True):
        if second < 0 or taken & {first, second}:
            continue
        c = next(n for n in triangles[first] if n not in (a, b))
        d = next(n for n in triangles[second] if n not in (a, b))
        new = np.array([[a, d, c], [d, b, c]])
        areas = signed_areas(points, new)
        if areas.min() < 0:
            new, areas = new[:, ::-1], -areas
        if areas.min() > 1e-4:
            triangles[[first, second]] = new
            taken |= {first, second}
            # the neighbours' cells no longer hold the edges listed for them
            edges = mesh.edges.of_cell[[first, second]].ravel()
            taken |= {int(c) for c in mesh.edges.cells[edges].ravel()}
    return one_region(points, triangles)


def test_flips_restore_delaunay() -> None:
    mesh = check(spoiled(), axisymmetric=False)
    before = inadmissible(mesh.points, mesh.triangles, mesh.region, [[1.0]], names=["epsilon"])
    assert before.counts["epsilon"] > 10
    assert "of its cells' largest" in str(before)
    mended, flips = flip(mesh)
    assert flips >= before.counts["epsilon"]
    expected = {tuple(sorted(t)) for t in scattered(150)[1].tolist()}
    assert {tuple(sorted(t)) for t in mended.triangles.tolist()} == expected
    assert (mended.cell_areas > 0).all()


def kite(slope: float = 0.2) -> PlaneMesh:
    """Two regions, a named border between them, two boundaries: that border and two outer edges face obtuse angles."""
    points = np.array([[-1.0, 0.0], [1.0, 0.0], [0.1, slope], [0.0, -1.5], [0.0, 1.5]])
    triangles = np.array([[0, 1, 2], [1, 0, 3], [0, 2, 4], [2, 1, 4]])
    return PlaneMesh(
        points,
        triangles,
        np.array([0, 1, 0, 0], dtype=np.int32),
        ("up", "down"),
        np.array([[0, 1], [1, 3], [0, 4]]),
        np.array([0, 1, 2], dtype=np.int32),
        ("wall", "low", "high"),
    )


@pytest.mark.parametrize("axisymmetric", [False, True])
def test_borders_that_face_obtuse_angles_get_nodes(axisymmetric: bool) -> None:
    mesh = kite()
    mesh = check(replace(mesh, points=mesh.points + np.array([1.0, 0.0])), axisymmetric)
    coefficients = [[1.0, 1.0], [1.0, 0.0]]
    done = repair(mesh, np.array(coefficients), axisymmetric, ["epsilon", "K"])
    assert done.before.counts == {"epsilon": 3, "K": 3}
    assert done.before.worst.min() < -0.1
    assert done.after.clean
    assert str(done.after) == "no edge has a negative weight"
    assert done.nodes >= 1
    mended = check(done.mesh, axisymmetric)
    assert mended.region_volumes(axisymmetric) == pytest.approx(mesh.region_volumes(axisymmetric))
    assert mended.group_measures(axisymmetric) == pytest.approx(mesh.group_measures(axisymmetric))
    assert [len(mended.facets_of(name)) for name in ("wall", "low", "high")] == [2, 2, 2]
    # without nodes the border stays, and is reported
    left = repair(mesh, np.array(coefficients), axisymmetric, ["epsilon", "K"], add_nodes=False)
    assert left.after.counts == {"epsilon": 3, "K": 3}


def test_flips_leave_borders_and_named_facets() -> None:
    mesh = kite()
    same = replace(mesh, region=np.zeros(4, dtype=np.int32), region_names=("up",))
    assert flip(same)[1] == 0
    unnamed = replace(
        same, facets=mesh.facets[1:], facet_group=np.array([0, 1], dtype=np.int32), facet_names=("low", "high")
    )
    assert flip(unnamed)[1] == 1


def test_sound_meshes_are_left_alone() -> None:
    mesh = two_layers()
    done = repair(mesh, np.array([[78.0, 2.0], [1.0, 0.0]]), axisymmetric=True)
    assert done.mesh is mesh
    assert (done.flips, done.nodes, done.before.clean) == (0, 0, True)
    assert done.before.total.tolist() == [len(mesh.edges.nodes), np.unique(mesh.edges.of_cell[mesh.region == 0]).size]
