"""Edges of a triangulation: which nodes, which cells, found by sorting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Edges:
    """Every edge once.

    Attributes:
        nodes: (e, 2) nodes of each edge, the smaller index first, in lexicographic order.
        of_cell: (m, 3) edge of each cell opposite its vertex 0, 1, 2.
        cells: (e, 2) the one or two cells at each edge, −1 where there is no second.
        count: (e,) how many cells share the edge: 1 outside, 2 inside, more in an invalid mesh.
    """

    nodes: Indices
    of_cell: Indices
    cells: Indices
    count: Indices

    @property
    def outer(self) -> NDArray[np.bool_]:
        """(e,) whether the edge belongs to one cell only."""
        return np.asarray(self.count == 1)

    def find(self, pairs: Indices) -> Indices:
        """(k,) index of the edge of each (k, 2) pair of nodes in any order, −1 where there is none."""
        if not len(pairs):
            return np.zeros(0, dtype=np.int64)
        base = int(max(self.nodes.max(initial=0), pairs.max())) + 1
        keys = self.nodes[:, 0] * base + self.nodes[:, 1]
        ordered = np.sort(pairs, axis=1)
        wanted = ordered[:, 0] * base + ordered[:, 1]
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, at, np.int64(-1))


def edges_of(triangles: Indices) -> Edges:
    """The edges of (m, 3) triangles."""
    m = len(triangles)
    pairs = np.sort(triangles[:, [[1, 2], [2, 0], [0, 1]]], axis=2).reshape(-1, 2)
    base = int(triangles.max(initial=0)) + 1
    keys = pairs[:, 0] * base + pairs[:, 1]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    count = np.diff(np.append(first, 3 * m))
    of_cell = np.empty(3 * m, dtype=np.int64)
    of_cell[order] = np.repeat(np.arange(len(first)), count)
    cells = np.full((len(first), 2), -1, dtype=np.int64)
    cells[:, 0] = order[first] // 3
    shared = count > 1
    cells[shared, 1] = order[first[shared] + 1] // 3
    return Edges(pairs[order[first]], of_cell.reshape(m, 3), cells, count)


def cell_components(edges: Edges, joined: NDArray[np.bool_] | None = None) -> Indices:
    """(m,) number of the piece each cell belongs to; cells share a piece when they meet along an edge.

    Args:
        edges: The edges.
        joined: (e,) which edges join their two cells; None for all.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    m = len(edges.of_cell)
    inner = edges.count > 1
    a, b = edges.cells[inner if joined is None else inner & joined].T
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(m, m))
    _, piece = connected_components(graph, directed=False)
    return np.asarray(piece, dtype=np.int64)
