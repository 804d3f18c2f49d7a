"""Fields on triangles as pixels: exact where they are linear, as fast for a million triangles as for a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.plane_fields import FloatArray, IntArray

MOST_CANDIDATES = 2_000_000
"""Pairs of a triangle and a pixel looked at together, so that memory stays small."""


@dataclass(frozen=True)
class Frame:
    """A rectangle of the picture's plane, m."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """Width in m."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in m."""
        return self.top - self.bottom

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top."""
        return self.left, self.right, self.bottom, self.top


@dataclass(frozen=True)
class Raster:
    """Which triangle holds the middle of each pixel, and where in it.

    Attributes:
        cell: Index of the triangle, −1 where there is none, shape (rows, columns); the first row is the lowest.
        weights: Barycentric coordinates in it, shape (rows, columns, 3).
    """

    cell: IntArray
    weights: FloatArray

    def values(self, triangles: IntArray, column: FloatArray) -> FloatArray:
        """A column of nodes at the pixels, NaN outside, shape (rows, columns)."""
        found = np.full(self.cell.shape, np.nan)
        inside = self.cell >= 0
        found[inside] = np.sum(column[triangles[self.cell[inside]]] * self.weights[inside], axis=1)
        return found

    def of_cells(self, column: IntArray) -> IntArray:
        """A column of triangles at the pixels, −1 outside, shape (rows, columns)."""
        return np.where(self.cell >= 0, column[self.cell], -1)

    def mirrored(self) -> Raster:
        """The same with its mirror image below."""
        return Raster(
            np.concatenate([self.cell[::-1], self.cell]), np.concatenate([self.weights[::-1], self.weights], axis=0)
        )


def rasterised(points: FloatArray, triangles: IntArray, frame: Frame, columns: int, rows: int) -> Raster:
    """The pixels of a frame on a mesh.

    Args:
        points: Nodes in the picture's plane, m, shape (n, 2).
        triangles: Corners, shape (m, 3).
        frame: What the pixels cover.
        columns: Pixels across.
        rows: Pixels up.
    """
    # Pixel (i, j) has its middle at (i, j).
    x = (points[:, 0] - frame.left) * (columns / frame.width) - 0.5
    y = (points[:, 1] - frame.bottom) * (rows / frame.height) - 0.5
    px, py = x[triangles], y[triangles]
    cell = np.full((rows, columns), -1, dtype=np.int64)
    weights = np.zeros((rows, columns, 3))
    left, across = _range(px, columns)
    low, up = _range(py, rows)
    for own in _chunks(across * up):
        count = across[own] * up[own]
        which = np.repeat(own, count)
        order = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        i = left[which] + order % across[which]
        j = low[which] + order // across[which]
        (x0, x1, x2), (y0, y1, y2) = px[which].T, py[which].T
        twice = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        with np.errstate(divide="ignore", invalid="ignore"):
            b = ((i - x0) * (y2 - y0) - (x2 - x0) * (j - y0)) / twice
            c = ((x1 - x0) * (j - y0) - (i - x0) * (y1 - y0)) / twice
        a = 1.0 - b - c
        inside = np.minimum(np.minimum(a, b), c) >= -1e-9
        i, j = i[inside], j[inside]
        cell[j, i] = which[inside]
        weights[j, i] = np.stack([a[inside], b[inside], c[inside]], axis=1)
    return Raster(cell, weights)


def _range(corners: FloatArray, size: int) -> tuple[IntArray, IntArray]:
    """The first pixel of each triangle's bounding box in one direction, and how many there are."""
    first = np.ceil(corners.min(axis=1) - 1e-6).clip(0, size).astype(np.int64)
    last = np.floor(corners.max(axis=1) + 1e-6).clip(-1, size - 1).astype(np.int64)
    return first, np.maximum(last - first + 1, 0)


def _chunks(count: IntArray) -> Iterator[NDArray[np.int64]]:
    """The triangles that have pixels, some together."""
    seen = np.flatnonzero(count)
    chunk = np.cumsum(count[seen]) // MOST_CANDIDATES
    for k in np.unique(chunk):
        yield seen[chunk == k]
