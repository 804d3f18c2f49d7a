"""Small meshes made by hand or by SciPy, so that most of pnp.plane is tested without Gmsh."""

from __future__ import annotations

import numpy as np
from scipy.spatial import Delaunay

from pnp.plane.mesh import Array, Indices, PlaneMesh


def grid(x: Array, y: Array) -> tuple[Array, Indices]:
    """Right triangles on the tensor product of two lists of coordinates."""
    X, Y = np.meshgrid(x, y, indexing="ij")
    points = np.stack([X.ravel(), Y.ravel()], axis=1)
    i, j = np.meshgrid(np.arange(len(x) - 1), np.arange(len(y) - 1), indexing="ij")
    a = (i * len(y) + j).ravel()
    b, c, d = a + len(y), a + len(y) + 1, a + 1
    return points, np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


def two_layers(n: int = 6) -> PlaneMesh:
    """[0, 2] × [0, 1] cut at x = 1 into "left" and "right", with boundaries "west" and "east", interface "wall"."""
    points, triangles = grid(np.linspace(0, 2, 2 * n + 1), np.linspace(0, 1, n + 1))
    region = (points[triangles, 0].mean(axis=1) > 1).astype(np.int32)
    columns = np.arange(len(points)).reshape(2 * n + 1, n + 1)
    lines = [np.stack([columns[k, :-1], columns[k, 1:]], axis=1) for k in (0, 2 * n, n)]
    return PlaneMesh(
        points=points,
        triangles=triangles,
        region=region,
        region_names=("left", "right"),
        facets=np.concatenate(lines),
        facet_group=np.repeat(np.arange(3, dtype=np.int32), n),
        facet_names=("west", "east", "wall"),
    )


def scattered(count: int = 60, seed: int = 3) -> tuple[Array, Indices]:
    """A Delaunay triangulation of random points in the square [1, 2] × [0, 1], its sides evenly divided."""
    s = np.linspace(0, 1, 9)
    sides = [np.stack([1 + s, 0 * s], 1), np.stack([1 + s, 0 * s + 1], 1)]
    sides += [np.stack([0 * s + 1, s], 1)[1:-1], np.stack([0 * s + 2, s], 1)[1:-1]]
    inner = np.random.default_rng(seed).uniform(0.08, 0.92, (count, 2)) + np.array([1, 0])
    points = np.concatenate([*sides, inner])
    triangles = Delaunay(points).simplices.astype(np.int64)
    corners = points[triangles]
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = 0.5 * (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    triangles[area < 0] = triangles[area < 0][:, ::-1]
    return points, triangles[np.abs(area) > 1e-12]


def one_region(points: Array, triangles: Indices) -> PlaneMesh:
    """One region "all" whose whole outside is the boundary "outside"."""
    bare = PlaneMesh(
        points,
        triangles,
        np.zeros(len(triangles), dtype=np.int32),
        ("all",),
        np.zeros((0, 2), dtype=np.int64),
        np.zeros(0, dtype=np.int32),
        ("outside",),
    )
    facets = bare.boundary_facets
    return PlaneMesh(
        points, triangles, bare.region, ("all",), facets, np.zeros(len(facets), dtype=np.int32), ("outside",)
    )
