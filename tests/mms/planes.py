"""Meshes of one rectangle in a series of finenesses: right triangles, a scattered Delaunay triangulation, Gmsh's."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.spatial import Delaunay

from pnp.plane.geometry import PlaneBoundary, PlaneGeometry, PlaneInterface, PlaneRegion
from pnp.plane.gmsh_mesh import mesh_geometry
from pnp.plane.mesh import Array, Indices, PlaneMesh, signed_areas
from pnp.plane.shapes import Disc, OnLine, Rectangle
from pnp.plane.sizes import Sizes
from pnp.plane.tensor import right_triangles

Family = Callable[[int], PlaneMesh]
"""``family(n)`` has about n cells along an edge of length 1."""

SIDES = ("low", "high", "inner", "outer")
"""Boundaries y = 0, y = 1, x = start, x = start + 1 of every mesh here; on an axis no mesh needs "inner"."""
SCATTER = 0.25
"""How far a scattered node lies from its place in a grid, over the grid's spacing."""


def named(points: Array, triangles: Indices, region: Array, start: float) -> PlaneMesh:
    """The mesh of regions "a" and "b" with the four sides as boundaries, and the interface "middle" between the two."""
    bare = PlaneMesh(
        points, triangles, region.astype(np.int32), ("a", "b"), np.zeros((0, 2), np.int64), np.zeros(0, np.int32), ()
    )
    outer = bare.boundary_facets
    x, y = points[outer].mean(axis=1).T
    sides = [y == 0.0, y == 1.0, x == start, x == start + 1.0]
    facets = [*(outer[side] for side in sides), bare.neighbours[0, 1]]
    group = np.repeat(np.arange(5, dtype=np.int32), [len(f) for f in facets])
    return PlaneMesh(points, triangles, bare.region, ("a", "b"), np.concatenate(facets), group, (*SIDES, "middle"))


def tensor(start: float = 0.0) -> Family:
    """Right triangles, twice as long in y as in x; "b" lies above y = 1/2; n is a multiple of 4."""

    def made(n: int) -> PlaneMesh:
        x, y = np.linspace(start, start + 1.0, n + 1), np.linspace(0.0, 1.0, n // 2 + 1)
        points, triangles, _ = right_triangles(x, y)
        return named(points, triangles, points[triangles, 1].mean(axis=1) > 0.5, start)

    return made


def scattered(start: float = 0.0) -> Family:
    """A Delaunay triangulation of nodes beside a grid's, but on the sides and on y = 1/2, above which "b" lies."""

    @cache
    def made(n: int) -> PlaneMesh:
        x, y = np.meshgrid(np.linspace(0.0, 1.0, n + 1), np.linspace(0.0, 1.0, n + 1), indexing="ij")
        inside = (x > 0) & (x < 1) & (y > 0) & (y < 1) & (y != 0.5)
        moves = np.random.default_rng(n).uniform(-SCATTER / n, SCATTER / n, (2, *x.shape)) * inside
        points = np.column_stack([(x + moves[0]).reshape(-1) + start, (y + moves[1]).reshape(-1)])
        triangles = Delaunay(points).simplices.astype(np.int64)
        area = signed_areas(points, triangles)
        triangles[area < 0] = triangles[area < 0][:, ::-1]
        # three nodes on a side, within rounding
        triangles = triangles[np.abs(area) > 1e-9 / n**2]
        return named(points, triangles, points[triangles, 1].mean(axis=1) > 0.5, start)

    return made


def gmsh(start: float = 0.0, on_axis: bool = False) -> Family:
    """Gmsh's, with a curved interface: "b" is a disc in the middle, or half of one that lies on the axis."""

    @cache
    def made(n: int) -> PlaneMesh:
        return mesh_geometry(_with_disc(start, on_axis), Sizes({"a": 1.0 / n, "b": 1.0 / n}, segments=8))

    return made


def _with_disc(start: float, on_axis: bool) -> PlaneGeometry:
    lines = {"low": (1, 0.0), "high": (1, 1.0), "inner": (0, start), "outer": (0, start + 1.0)}
    if on_axis:
        del lines["inner"]
    regions = (
        PlaneRegion("a", (Rectangle((start, start + 1.0), (0.0, 1.0)),)),
        PlaneRegion("b", (Disc((start + (0.0 if on_axis else 0.5), 0.45), 0.3),)),
    )
    sides = tuple(PlaneBoundary(name, (OnLine(axis, at),)) for name, (axis, at) in lines.items())
    return PlaneGeometry(regions, sides, (PlaneInterface("middle", ("a", "b")),), on_axis)
