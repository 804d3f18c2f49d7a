"""Edge weights and corner volumes of the box method on triangles, planar and axisymmetric.

The box of a node is the set of points nearest to it (its Voronoi cell): within a triangle its faces are the pieces of
the perpendicular bisectors between the edges' midpoints and the circumcentre (R. E. Bank & D. J. Rose, SIAM J. Numer.
Anal. 24, 777 (1987), doi:10.1137/0724050). A piece beyond the triangle (opposite an obtuse angle) counts negatively.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

NEXT, AFTER = [1, 2, 0], [2, 0, 1]
"""Vertices of edge 0, 1, 2, which lies opposite vertex 0, 1, 2."""


def edge_weights(points: Array, triangles: Indices, axisymmetric: bool) -> Array:
    """Area of each edge's box face over the edge's length, (m, 3); edge i lies opposite vertex i.

    In the plane ½ cot of the opposite angle, which is −∫ ∇λ_a·∇λ_b. Around an axis ∫ r ds over the box face instead of
    its length (no 2π), and for an edge between two radii the logarithmic mean in place of the middle one, with which
    a radial current is exact as it is in one dimension; not at the axis, which it would cut off.
    """
    corners = points[triangles]
    a, b = corners[:, NEXT], corners[:, AFTER]
    weights = _planar(corners)
    if not axisymmetric:
        return weights
    middle, centre = 0.5 * (a + b)[..., 0], circumcentres(corners)[:, None, 0]
    r_a, r_b = a[..., 0], b[..., 0]
    return np.asarray(weights * (0.5 * (middle + centre) + _logarithmic_mean(r_a, r_b) - middle))


def corner_volumes(points: Array, triangles: Indices, axisymmetric: bool) -> Array:
    """Volume of each corner's box in its triangle, (m, 3), or ∫ r over it (no 2π)."""
    corners = points[triangles]
    a, b = corners[:, NEXT], corners[:, AFTER]
    # the box of a corner in a triangle: corner, midpoint, circumcentre; w |E|²/4 for either end of each edge
    parts = _planar(corners) * np.sum((b - a) ** 2, axis=2) / 4.0
    r = np.ones_like(parts)
    r_first, r_second = r, r
    if axisymmetric:
        beyond = 0.5 * (a + b)[..., 0] + circumcentres(corners)[:, None, 0]
        r_first, r_second = (a[..., 0] + beyond) / 3.0, (b[..., 0] + beyond) / 3.0
    volumes = np.zeros_like(parts)
    for edge in range(3):
        volumes[:, NEXT[edge]] += parts[:, edge] * r_first[:, edge]
        volumes[:, AFTER[edge]] += parts[:, edge] * r_second[:, edge]
    return volumes


def circumcentres(corners: Array) -> Array:
    """(m, 2) circumcentre of triangles with ``corners`` (m, 3, 2)."""
    origin = corners[:, 0]
    u, v = corners[:, 1] - origin, corners[:, 2] - origin
    double = 2.0 * (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    uu, vv = np.sum(u * u, axis=1), np.sum(v * v, axis=1)
    shift = np.column_stack([v[:, 1] * uu - u[:, 1] * vv, u[:, 0] * vv - v[:, 0] * uu])
    return np.asarray(origin + shift / double[:, None])


def _planar(corners: Array) -> Array:
    """½ cot of the angle opposite each edge, (m, 3)."""
    u, v = corners[:, NEXT] - corners, corners[:, AFTER] - corners
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    return np.asarray(0.5 * np.sum(u * v, axis=2) / np.abs(cross))


def _logarithmic_mean(a: Array, b: Array) -> Array:
    """(b − a)/ln(b/a), the mean of equal numbers, and the arithmetic mean where one is 0."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    mean = 0.5 * (a + b)
    apart = (low > 0.0) & (high > low)
    difference = np.where(apart, high - low, 1.0)
    base = np.where(apart, low, 1.0)
    return np.asarray(np.where(apart, difference / np.log1p(difference / base), mean))
