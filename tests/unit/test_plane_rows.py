"""Rows of stretched cells added to a mesh: heights, groups at their ends, and where none fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pnp.plane.check import check
from pnp.plane.edge_weights import inadmissible
from pnp.plane.mesh import PlaneMesh
from pnp.plane.rows import add_rows
from tests.unit.plane_meshes import two_layers


def with_top(mesh: PlaneMesh) -> PlaneMesh:
    """The upper side of "right" named as well."""
    facets = mesh.boundary_facets
    top = (mesh.points[facets, 1] == 1.0).all(axis=1) & (mesh.points[facets, 0] >= 1.0).all(axis=1)
    return replace(
        mesh,
        facets=np.concatenate([mesh.facets, facets[top]]),
        facet_group=np.append(mesh.facet_group, np.full(int(top.sum()), 3, dtype=np.int32)),
        facet_names=(*mesh.facet_names, "top"),
    )


def test_rows_on_a_straight_line() -> None:
    mesh = with_top(two_layers(10))
    found = add_rows(mesh, mesh.facets_of("wall"), 1, 0.002, 1.3, 0.1)
    assert found is not None
    found = check(found, axisymmetric=False)
    assert found.notes == ()
    assert found.region_volumes(False) == pytest.approx([1, 1])
    assert found.group_measures(False) == pytest.approx(mesh.group_measures(False))
    assert found.group_regions == mesh.group_regions
    # left of the wall nothing has changed
    left = found.points[np.unique(found.triangles[found.region == 0])]
    assert len(left) == len(np.unique(mesh.triangles[mesh.region == 0]))
    x = np.unique(np.round(found.points[np.abs(found.points[:, 1] - 0.5) < 1e-9, 0], 12))
    steps = np.diff(x[x >= 1.0])
    assert 0.002 / 1.3 < steps[0] <= 0.002
    # the named side is cut where the rows end
    rows = len(found.facets_of("top")) - 10
    assert steps[1:rows] / steps[: rows - 1] == pytest.approx(1.3)
    # there is room for heights to grow until they meet the facets' length
    assert steps[:rows].sum() == pytest.approx((0.1 - 0.002) / 0.3)
    assert inadmissible(found.points, found.triangles, found.region, [[1.0, 5.0], [0.0, 1.0]], True).clean


def test_less_depth_where_a_gap_is_narrow() -> None:
    mesh = two_layers(10)
    both = np.concatenate([mesh.facets_of("wall"), mesh.facets_of("east")])
    found = add_rows(mesh, both, 1, 0.002, 1.1, 0.1)
    assert found is not None
    found = check(found, axisymmetric=False)
    assert found.region_volumes(False) == pytest.approx([1, 1])
    x = np.unique(np.round(found.points[np.abs(found.points[:, 1] - 0.5) < 1e-9, 0], 12))
    right = x[x >= 1.0] - 1.0
    assert right == pytest.approx(1.0 - right[::-1])
    thinner = add_rows(mesh, both, 1, 0.002, 1.1, 0.1, thickness=0.02)
    assert thinner is not None
    assert len(thinner.triangles) < len(found.triangles)


def test_where_no_rows_fit() -> None:
    mesh = two_layers(10)
    wall = mesh.facets_of("wall")
    wall = wall[np.argsort(mesh.points[wall, 1].mean(axis=1))]
    # it would end inside
    assert add_rows(mesh, wall[:5], 1, 0.002, 1.3, 0.1) is None
    # both sides are of the region
    joined = replace(mesh, region=np.zeros_like(mesh.region), region_names=("all",))
    assert add_rows(joined, wall, 0, 0.002, 1.3, 0.1) is None
    # nothing to grow
    assert add_rows(mesh, wall, 1, 0.1, 1.3, 0.1) is None
    assert add_rows(mesh, wall[:0], 1, 0.002, 1.3, 0.1) is None
