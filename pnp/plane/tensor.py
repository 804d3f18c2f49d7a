"""Tensor-product meshes: lines x, lines y, and each rectangle between them cut into two right triangles.

Right triangles never have a negative edge weight, whatever their stretching, weight or jump: the weight of the
hypotenuse is zero and those of the legs are ratios of lengths. The edge-averaged flux is then the five-point scheme.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def right_triangles(
    x: Array, y: Array, inside: NDArray[np.bool_] | None = None
) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Points (n, 2), counter-clockwise triangles (m, 3) and the number of each one's rectangle (m,).

    Args:
        x: Lines x (p,), increasing.
        y: Lines y (q,), increasing.
        inside: Which of the (p − 1, q − 1) rectangles exist; all without.

    Returns:
        Points in order of x, then y, without those that no triangle has; rectangle (i, j) has the number i of its
        column where all exist, else i (q − 1) + j.
    """
    p, q = len(x), len(y)
    i: NDArray[Any]
    j: NDArray[Any]
    i, j = (a.reshape(-1) for a in np.meshgrid(np.arange(p - 1), np.arange(q - 1), indexing="ij"))
    number: NDArray[Any] = i
    if inside is not None:
        kept = inside.reshape(-1)
        i, j = i[kept], j[kept]
        number = i * (q - 1) + j
    corner = i * q + j
    lower = np.column_stack([corner, corner + q, corner + q + 1])
    upper = np.column_stack([corner, corner + q + 1, corner + 1])
    triangles: NDArray[np.int64] = np.stack([lower, upper], axis=1).reshape(-1, 3).astype(np.int64)
    xx, yy = np.meshgrid(x, y, indexing="ij")
    points = np.column_stack([xx.reshape(-1), yy.reshape(-1)])
    if inside is not None:
        used = np.zeros(len(points), dtype=bool)
        used[triangles] = True
        triangles = (np.cumsum(used) - 1)[triangles]
        points = points[used]
    return points, triangles, np.repeat(number, 2).astype(np.int64)
