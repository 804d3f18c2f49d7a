"""Weights of the box method on triangles, and whether fluxes along every edge have the right sign.

A cell's perpendicular bisectors meet at its circumcentre. The part of the dual facet of edge E (opposite vertex i) in
cell K runs from the edge's midpoint to the circumcentre, signed; over the edge's length it is

    w_i = ½ cot(angle at i) = −∫_K ∇λ_a·∇λ_b,

and with the radius r as weight w_i·(r_mid + r_cc)/2, since r is linear along it; on an edge along r, off the axis, the
logarithmic mean r_log stands for r_mid at the edge, w_i·((r_cc − r_mid)/2 + r_log), with which a radial current is
exact as it is in one dimension. On slanted edges it would lessen axial currents too, by h²/(12 r²) everywhere and so by
h² ln(1/h) in all. The part of a vertex's dual cell in K consists of the two triangles (vertex, midpoint,
circumcentre), signed, of area w|E|²/4 each; with r the area times the mean of r over its corners. Their sum over K is
∫_K dA or ∫_K r dA exactly (MacNeal 1953, doi:10.1090/qam/99978; Bank, Rose & Fichtner 1983,
doi:10.1109/T-ED.1983.21257; Xu & Zikatanov 1999, doi:10.1090/S0025-5718-99-01148-5).

With a coefficient k per region the scheme is monotone when Σ_K k_K w_E ≥ 0 for every edge. In one region that is the
Delaunay condition; at outer edges and at jumps of k each opposite angle has to be 90° at most. In axisymmetry both also
suffice: the circumcentres are then at r ≥ 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.plane.topology import Edges, edges_of

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

ALONG = 1e-9
"""An edge that rises less than this part of its length along r is along r."""
ROUNDING = 1e-9
"""Negative weights smaller than this part of the neighbouring cells' largest are rounding."""


def edge_weights(points: Array, triangles: Indices, axisymmetric: bool = False) -> Array:
    """(m, 3) weight of the edge opposite each vertex: a number, or with ∫ r (without 2π) a length, m.

    Args:
        points: (n, 2) m.
        triangles: (m, 3) counter-clockwise.
        axisymmetric: Whether the first coordinate is a radius that weighs.
    """
    return _edge_weights(points, triangles, axisymmetric, *_angles(points, triangles))


def box_weights(points: Array, triangles: Indices, axisymmetric: bool = False) -> tuple[Array, Array]:
    """What `edge_weights` and `corner_volumes` give, at less than the cost of both."""
    angles = _angles(points, triangles)
    return _edge_weights(points, triangles, axisymmetric, *angles), _corner_volumes(
        points, triangles, axisymmetric, *angles
    )


def _edge_weights(
    points: Array, triangles: Indices, axisymmetric: bool, dot: Array, twice_area: Array, squares: Array
) -> Array:
    weight = 0.5 * dot / twice_area[:, None]
    if axisymmetric:
        middle, centre = _radii(points, triangles, dot, twice_area, squares)
        weight = weight * (0.5 * (centre[:, None] - middle) + _mean_radii(points[triangles]))
    return np.asarray(weight)


def corner_volumes(points: Array, triangles: Indices, axisymmetric: bool = False) -> Array:
    """(m, 3) signed part of each vertex's dual cell in each cell: area in m², or ∫ r dA (without 2π) in m³.

    Args:
        points: (n, 2) m.
        triangles: (m, 3) counter-clockwise.
        axisymmetric: Whether the first coordinate is a radius that weighs.
    """
    return _corner_volumes(points, triangles, axisymmetric, *_angles(points, triangles))


def _corner_volumes(
    points: Array, triangles: Indices, axisymmetric: bool, dot: Array, twice_area: Array, squares: Array
) -> Array:
    part = 0.125 * squares * dot / twice_area[:, None]
    if not axisymmetric:
        return np.asarray(part[:, [1, 2, 0]] + part[:, [2, 0, 1]])
    middle, centre = _radii(points, triangles, dot, twice_area, squares)
    corner = points[triangles, 0]
    shared = (middle + centre[:, None]) / 3.0
    return np.asarray(
        part[:, [1, 2, 0]] * (corner / 3.0 + shared[:, [1, 2, 0]])
        + part[:, [2, 0, 1]] * (corner / 3.0 + shared[:, [2, 0, 1]])
    )


def _mean_radii(corners: Array) -> Array:
    """(m, 3) (b − a)/ln(b/a) of the radii at the ends of an edge along r opposite each vertex; (a + b)/2 of others."""
    start, end = corners[:, [1, 2, 0]], corners[:, [2, 0, 1]]
    a, b = start[:, :, 0], end[:, :, 0]
    low, high = np.minimum(a, b), np.maximum(a, b)
    along = np.abs(end[:, :, 1] - start[:, :, 1]) <= ALONG * (high - low)
    apart = (low > 0.0) & (high > low) & along
    difference, base = np.where(apart, high - low, 1.0), np.where(apart, low, 1.0)
    return np.asarray(np.where(apart, difference / np.log1p(difference / base), 0.5 * (a + b)))


def _angles(points: Array, triangles: Indices) -> tuple[Array, Array, Array]:
    """Per cell: (m, 3) products of the two sides that meet at each vertex, (m,) 2·area, (m, 3) |opposite side|²."""
    x, y = points[triangles, 0], points[triangles, 1]
    # side i runs opposite vertex i
    sx, sy = x[:, [2, 0, 1]] - x[:, [1, 2, 0]], y[:, [2, 0, 1]] - y[:, [1, 2, 0]]
    dot = -(sx[:, [1, 2, 0]] * sx[:, [2, 0, 1]] + sy[:, [1, 2, 0]] * sy[:, [2, 0, 1]])
    twice_area = sx[:, 1] * sy[:, 2] - sy[:, 1] * sx[:, 2]
    return dot, twice_area, sx**2 + sy**2


def _radii(points: Array, triangles: Indices, dot: Array, twice_area: Array, squares: Array) -> tuple[Array, Array]:
    """(m, 3) r of the midpoint of each side and (m,) r of the circumcentre."""
    r = points[triangles, 0]
    barycentric = squares * dot / (2.0 * twice_area**2)[:, None]
    return 0.5 * (r[:, [1, 2, 0]] + r[:, [2, 0, 1]]), np.sum(barycentric * r, axis=1)


@dataclass(frozen=True, eq=False)
class Admissibility:
    """Edges whose assembled weight is negative.

    Attributes:
        names: Name of each coefficient: a permittivity or a species' diffusivity.
        edges: For each coefficient the nodes (j, 2) of its negative edges.
        worst: (c,) most negative weight over the largest weight of the cells beside that edge, 0.0 where none is.
        total: Number of edges where some coefficient is not zero, for each coefficient.
    """

    names: tuple[str, ...]
    edges: tuple[Indices, ...]
    worst: Array
    total: NDArray[np.int64]

    @property
    def counts(self) -> dict[str, int]:
        """Number of negative edges of each coefficient."""
        return {name: len(edges) for name, edges in zip(self.names, self.edges, strict=True)}

    @property
    def clean(self) -> bool:
        """Whether there is none."""
        return not any(len(e) for e in self.edges)

    def __str__(self) -> str:
        """A line per coefficient that has negative edges, or one that says there are none."""
        lines = [
            f"{name}: {len(edges)} of {total} edges with a negative weight, the worst {worst:.1e} of its cells' largest"
            for name, edges, worst, total in zip(self.names, self.edges, self.worst, self.total, strict=True)
            if len(edges)
        ]
        return "\n".join(lines) or "no edge has a negative weight"


def inadmissible(
    points: Array,
    triangles: Indices,
    region: NDArray[np.int32],
    coefficients: Array,
    axisymmetric: bool = False,
    names: Sequence[str] | None = None,
    edges: Edges | None = None,
) -> Admissibility:
    """Edges whose weight Σ_K k_K w_E is negative beyond rounding.

    Args:
        points: (n, 2) m.
        triangles: (m, 3) counter-clockwise.
        region: (m,) region of each cell.
        coefficients: (c, regions) each coefficient in each region, in any unit; 0 where a species is absent.
        axisymmetric: Whether r weighs.
        names: Name of each coefficient, else "0", "1", ….
        edges: The triangles' edges, if they are known.
    """
    edges = edges_of(triangles) if edges is None else edges
    weights = edge_weights(points, triangles, axisymmetric)
    largest = np.abs(weights).max(axis=1)
    slot, cells = edges.of_cell.ravel(), np.repeat(np.arange(len(triangles)), 3)
    found, worst, total = [], [], []
    coefficients = np.atleast_2d(np.asarray(coefficients, dtype=np.float64))
    for row in coefficients:
        k = row[region]
        assembled = np.bincount(slot, (weights * k[:, None]).ravel(), len(edges.nodes))
        scale = np.bincount(slot, (k * largest)[cells], len(edges.nodes))
        relative = np.divide(assembled, scale, out=np.zeros_like(assembled), where=scale > 0)
        negative = np.flatnonzero(relative < -ROUNDING)
        found.append(edges.nodes[negative])
        worst.append(float(relative[negative].min(initial=0.0)))
        total.append(int(np.count_nonzero(scale > 0)))
    labels = tuple(names) if names is not None else tuple(str(k) for k in range(len(coefficients)))
    return Admissibility(labels, tuple(found), np.array(worst), np.array(total))
