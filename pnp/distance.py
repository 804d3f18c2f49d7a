"""How far points of a plane are from pieces of line: few long ones where facets line up, else the nearest end."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_LINES = 64
"""Lines up to which each is looked at; SciPy, which finds nearest points, takes longer to be imported than this."""
SAME = 1e-9
"""Part of the extent within which two positions are one."""


def distance(points: Array, ends: Array) -> Array:
    """Distance of points (n, 2) from the nearest of segments (k, 2, 2), infinite without any.

    Of more than `MOST_LINES` lines, or where some are not parallel to an axis, from the nearest end of a segment.
    """
    if not len(ends):
        return np.full(len(points), np.inf)
    lines = _lines(ends)
    if lines is None or len(lines) > MOST_LINES:
        from scipy.spatial import cKDTree

        return np.asarray(cKDTree(ends.reshape(-1, 2)).query(points)[0], dtype=np.float64)
    found = np.full(len(points), np.inf)
    for low, high in lines:
        beside = np.maximum(np.maximum(low - points, points - high), 0.0)
        np.minimum(found, beside[:, 0] ** 2 + beside[:, 1] ** 2, out=found)
    return np.asarray(np.sqrt(found))


def _lines(ends: Array) -> list[tuple[Array, Array]] | None:
    """Segments parallel to an axis joined to lines from low to high, None where one is not parallel."""
    low, high = ends.min(axis=1), ends.max(axis=1)
    near = SAME * float(np.max(high.max(axis=0) - low.min(axis=0)))
    flat = high - low <= near
    if not flat.any(axis=1).all():
        return None
    lines = []
    for axis in (0, 1):
        own = flat[:, axis] & ~((axis == 1) & flat[:, 0])
        for at in _values(low[own, axis], near):
            on = own & (np.abs(low[:, axis] - at) <= near)
            first, last = low[on, 1 - axis], high[on, 1 - axis]
            order = np.argsort(first)
            first, reach = first[order], np.maximum.accumulate(last[order])
            starts = np.flatnonzero(np.append(True, first[1:] > reach[:-1] + near))
            for a, b in pairwise([*starts, len(first)]):
                corners = np.empty((2, 2))
                corners[:, axis], corners[:, 1 - axis] = at, (first[a], reach[b - 1])
                lines.append((corners[0], corners[1]))
    return lines


def _values(x: Array, near: float) -> Array:
    """Distinct values."""
    ordered = np.sort(x)
    return ordered[np.append(True, np.diff(ordered) > near)] if len(ordered) else ordered
