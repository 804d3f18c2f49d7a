"""Fields carried from one mesh of a plane to another, by linear interpolation: what nested iteration starts from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pnp.discretisation import Discretisation
from pnp.plane.grid import Axes, PlaneGrid

Array = NDArray[np.float64]


def interpolated(old: Discretisation, fields: Array, new: Discretisation, charge_number: Array, ratio: float) -> Array:
    """Fields (owned, N + 1) of one discretisation at the owned nodes of another. Collective.

    Args:
        old: The one.
        fields: Columns m_1 … m_N, φ*.
        new: The other.
        charge_number: z_i (N,).
        ratio: Unit of length of the one over that of the other.
    """
    points = new.points[: new.owned] / ratio
    assert isinstance(old.grid, PlaneGrid)
    if old.grid.axes is not None and old.scheme.degree == 1:
        return _on_lattice(old, old.grid.axes, fields, points, charge_number)
    return _on_triangles(old, fields, points)


def _on_lattice(old: Discretisation, axes: Axes, fields: Array, points: Array, charge_number: Array) -> Array:
    """Between the lines of a tensor product, along x and then along y; nothing is read outside of the domain."""
    lines = axes.x.nodes, axes.y.nodes
    own = old.points[: old.owned]
    i, j = (_nearest(line, own[:, axis]) for axis, line in enumerate(lines))
    table = np.zeros((len(lines[0]), len(lines[1]), fields.shape[1]))
    flat = (i * len(lines[1]) + j).astype(np.int64)
    for indices, values in old.comm.allgather((flat, fields)):
        table.reshape(-1, fields.shape[1])[indices] = values
    (i, s), (j, t) = (_between(line, points[:, axis]) for axis, line in enumerate(lines))
    low = along_edge(table[i, j], table[i + 1, j], s, charge_number)
    high = along_edge(table[i, j + 1], table[i + 1, j + 1], s, charge_number)
    return along_edge(low, high, t, charge_number)


def along_edge(a: Array, b: Array, share: Array, charge_number: Array) -> Array:
    """Fields (k, N + 1) at a share (k,) of the way from a to b as the edge-averaged flux has them.

    φ is linear, and a steady flux makes e^m linear in (e^{zδφ s} − 1)/(e^{zδφ} − 1) (Scharfetter & Gummel 1969):
    without a field concentrations are linear, which m is not where one of them falls to a trace; equilibrium stays.
    """
    drop = b[:, -1] - a[:, -1]
    found = np.empty_like(a)
    found[:, -1] = a[:, -1] + share * drop
    for i, z in enumerate(charge_number):
        x = np.clip(z * drop, -700.0, 700.0)
        flat, size = np.abs(x) < 1e-8, np.maximum(np.abs(x), 1e-8)
        # the two weights, each without cancellation; u counts from the end where e^{zφ} is smaller
        u = np.where(x > 0, 1.0 - share, share)
        steep = np.expm1(-size * u) / np.expm1(-size)
        rest = np.exp(-size * u) * np.expm1(-size * (1.0 - u)) / np.expm1(-size)
        to_b = np.where(flat, share, np.where(x > 0, rest, steep))
        to_a = np.where(flat, 1.0 - share, np.where(x > 0, steep, rest))
        low, high = a[:, i], b[:, i]
        top = np.maximum(low, high)
        with np.errstate(divide="ignore"):
            mean = top + np.log(to_a * np.exp(low - top) + to_b * np.exp(high - top))
        found[:, i] = np.where(share == 0.0, low, np.where(share == 1.0, high, mean))
    return found


def _nearest(line: Array, x: Array) -> NDArray[np.int64]:
    return np.searchsorted(0.5 * (line[1:] + line[:-1]), x).astype(np.int64)


def _between(line: Array, x: Array) -> tuple[NDArray[np.int64], Array]:
    """Interval of each x and its share of the way there; a position on a line is that line to rounding."""
    i = np.clip(np.searchsorted(line, x, side="right") - 1, 0, len(line) - 2)
    share = (x - line[i]) / (line[i + 1] - line[i])
    share = np.where(np.abs(share) < 1e-9, 0.0, np.where(np.abs(share - 1.0) < 1e-9, 1.0, share))
    return i.astype(np.int64), np.clip(share, 0.0, 1.0)


def _on_triangles(old: Discretisation, fields: Array, points: Array) -> Array:
    """Linear in the triangle that a point lies in, or that of the nearest node where a curved side moved."""
    from matplotlib.tri import Triangulation
    from scipy.spatial import cKDTree

    index_map = old.space.dofmap.index_map
    to_global = index_map.local_to_global(np.arange(old.nodes, dtype=np.int32))
    cells = to_global[old.cell_nodes[: old.owned_cells, :3]]
    gathered = old.comm.allgather((to_global[: old.owned], old.points[: old.owned], fields, cells))
    size = index_map.size_global
    positions, table = np.zeros((size, 2)), np.zeros((size, fields.shape[1]))
    for indices, own, values, _ in gathered:
        positions[indices], table[indices] = own, values
    triangles = np.concatenate([part[3] for part in gathered])
    used, corners = np.unique(triangles, return_inverse=True)
    positions, table, corners = positions[used], table[used], corners.reshape(-1, 3)
    # matplotlib merges no near nodes, but its search loses points where coordinates are very small
    scale = float(np.abs(positions).max())
    found = Triangulation(*(positions / scale).T, corners).get_trifinder()(*(points / scale).T)
    result = np.empty((len(points), fields.shape[1]))
    inside = found >= 0
    x = positions[corners[found[inside]]]
    u, v, p = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0], points[inside] - x[:, 0]
    double = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    second = (p[:, 0] * v[:, 1] - p[:, 1] * v[:, 0]) / double
    third = (u[:, 0] * p[:, 1] - u[:, 1] * p[:, 0]) / double
    weights = np.column_stack([1.0 - second - third, second, third])
    result[inside] = np.einsum("kc,kcf->kf", weights, table[corners[found[inside]]])
    if not inside.all():
        result[~inside] = table[cKDTree(positions).query(points[~inside])[1]]
    return result
