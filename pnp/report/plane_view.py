"""How a plane lies in its pictures: x and y as they are; an axisymmetric one with z to the right, mirrored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pnp.plane_fields import FloatArray, IntArray, PlaneFields
from pnp.report.plane_raster import Frame, Raster, rasterised


@dataclass(frozen=True, eq=False)
class PlaneView:
    """A mesh in the plane of the paper.

    Attributes:
        points: Nodes on paper, m, shape (n, 2); of a mirrored view the upper half.
        triangles: Corners, shape (m, 3).
        region: Index of the region of each triangle, shape (m,).
        axes: Symbols of the horizontal and the vertical coordinate.
        mirrored: Whether the mirror image at the axis is shown too.
        turned: Whether the first coordinate is the vertical one.
    """

    points: FloatArray
    triangles: IntArray
    region: IntArray
    axes: tuple[str, str]
    mirrored: bool
    turned: bool

    @cached_property
    def whole(self) -> Frame:
        """All of it."""
        (left, bottom), (right, top) = self.points.min(axis=0), self.points.max(axis=0)
        return Frame(float(left), float(right), -float(top) if self.mirrored else float(bottom), float(top))

    @cached_property
    def outlines(self) -> FloatArray:
        """Segments around the regions, shape (k, 2, 2), in m: the edges that are of one triangle of a region only."""
        edges = np.sort(self.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        # Nodes of a mesh that has them once are told apart by region.
        key = edges[:, 0] * (int(self.triangles.max()) + 1) + edges[:, 1]
        key = key * (int(self.region.max()) + 1) + np.repeat(self.region, 3)
        _, first, count = np.unique(key, return_index=True, return_counts=True)
        found = edges[first[count == 1]]
        return self.drawn(self.points[found])

    def drawn(self, segments: FloatArray) -> FloatArray:
        """Segments (k, 2, 2) on paper, with their mirror images; what lies on the axis of symmetry is no line."""
        if not self.mirrored:
            return segments
        segments = segments[segments[:, :, 1].max(axis=1) > 1e-9 * self.whole.top]
        return np.concatenate([segments, segments * [1.0, -1.0]])

    def raster(self, frame: Frame, columns: int, rows: int) -> Raster:
        """The pixels of a frame; one that holds the axis of a mirrored view is symmetric about it."""
        if not self.mirrored or frame.bottom >= 0:
            return rasterised(self.points, self.triangles, frame, columns, rows)
        upper = Frame(frame.left, frame.right, 0.0, frame.top)
        return rasterised(self.points, self.triangles, upper, columns, rows // 2).mirrored()

    def components(self, vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
        """To the right and upwards, in the half that is not mirrored, each of shape (n,)."""
        first, second = vectors.T
        return (second, first) if self.turned else (first, second)


def view_of(fields: PlaneFields) -> PlaneView:
    """How fields lie on paper."""
    return plane_view(fields.points, fields.triangles, fields.cell_region, fields.coordinates == "axisymmetric")


def plane_view(points: FloatArray, triangles: IntArray, region: IntArray, axisymmetric: bool) -> PlaneView:
    """How a mesh lies on paper.

    Args:
        points: x, y or r, z in m, shape (n, 2).
        triangles: Corners, shape (m, 3).
        region: Index of the region of each triangle, shape (m,).
        axisymmetric: Whether the points are r, z.
    """
    if not axisymmetric:
        return PlaneView(points, triangles, region, ("x", "y"), mirrored=False, turned=False)
    r = points[:, 0]
    mirrored = bool(r.min() <= 1e-9 * r.max())
    return PlaneView(points[:, ::-1], triangles, region, ("z", "r"), mirrored, turned=True)
