"""Edges of negative weight mended: flips inside regions, then nodes on borders that obtuse angles face.

Flipping every edge inside a region whose opposite angles exceed 180° together (Lawson 1977) ends at the constrained
Delaunay triangulation. What then remains is a border or outer edge that faces an obtuse angle; a node at the foot of
that angle's vertex turns it into right angles (Ruppert 1995, doi:10.1006/jagm.1995.1021, splits such edges too).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pnp.plane.edge_weights import ROUNDING, Admissibility, edge_weights, inadmissible
from pnp.plane.mesh import Array, Indices, PlaneMesh, signed_areas

FLIP_ROUNDS = 100
LEAST_AREA = 1e-9
"""Flips that leave a cell less than this part of the area of both are not made: its corners are on a line."""
SPLIT_ROUNDS = 6
NEAREST_END = 0.25
"""A border edge is split no nearer to its ends than this part of it, so that cells stay of a size."""
SHORTEST = 1.0 / 8.0
"""A border edge is not split to less than this part of what it was: acute corners would be split for ever."""


@dataclass(frozen=True, eq=False)
class Repair:
    """What was done to a mesh's edges.

    Attributes:
        mesh: The mended mesh.
        flips: Number of edges flipped.
        nodes: Number of nodes added on borders and outer edges.
        before: Negative edges of the mesh that was given.
        after: Negative edges that remain.
    """

    mesh: PlaneMesh
    flips: int
    nodes: int
    before: Admissibility
    after: Admissibility


def repair(
    mesh: PlaneMesh,
    coefficients: Array,
    axisymmetric: bool = False,
    names: Sequence[str] | None = None,
    add_nodes: bool = True,
) -> Repair:
    """Mend the edges whose weight is negative for any coefficient; region borders and named facets stay where they are.

    Args:
        mesh: The mesh.
        coefficients: (c, regions) permittivity and each species' diffusivity in each region; 0 where absent.
        axisymmetric: Whether r weighs.
        names: Names of the coefficients.
        add_nodes: Whether nodes may be added on border and outer edges.
    """

    def state(m: PlaneMesh) -> Admissibility:
        return inadmissible(m.points, m.triangles, m.region, coefficients, axisymmetric, names, m.edges)

    before = after = state(mesh)
    if before.clean:
        return Repair(mesh, 0, 0, before, after)
    current, flips = flip(mesh)
    after = state(current)
    nodes = 0
    lengths: dict[tuple[int, int], float] = {}
    for _ in range(SPLIT_ROUNDS if add_nodes else 0):
        if after.clean:
            break
        wrong = np.unique(np.concatenate(after.edges), axis=0)
        current, added, lengths = _split(current, wrong, lengths)
        if not added:
            break
        current, flipped = flip(current)
        nodes, flips = nodes + added, flips + flipped
        after = state(current)
    return Repair(current, flips, nodes, before, after)


def constrained(mesh: PlaneMesh) -> NDArray[np.bool_]:
    """(e,) edges that have to stay: outer ones, borders of regions, named facets."""
    edges = mesh.edges
    held = edges.outer.copy()
    inner = ~held
    held[inner] = mesh.region[edges.cells[inner, 0]] != mesh.region[edges.cells[inner, 1]]
    held[edges.find(mesh.facets)] = True
    return held


def flip(mesh: PlaneMesh) -> tuple[PlaneMesh, int]:
    """The constrained Delaunay triangulation of the same nodes, and how many flips it took."""
    total = 0
    for _ in range(FLIP_ROUNDS):
        chosen = _flippable(mesh)
        if not chosen.size:
            break
        total += chosen.size
        mesh = _flipped(mesh, chosen)
    return mesh, total


def _flippable(mesh: PlaneMesh) -> Indices:
    """Edges to flip at once, no two of them in one cell."""
    edges = mesh.edges
    weights = edge_weights(mesh.points, mesh.triangles)
    assembled = np.bincount(edges.of_cell.ravel(), weights.ravel(), len(edges.nodes))
    scale = np.bincount(edges.of_cell.ravel(), np.repeat(np.abs(weights).max(axis=1), 3), len(edges.nodes))
    wrong = np.flatnonzero((assembled < -ROUNDING * scale) & ~constrained(mesh))
    new = signed_areas(mesh.points, _across(mesh, wrong).reshape(-1, 3)).reshape(-1, 2)
    wrong = wrong[new.min(axis=1) > LEAST_AREA * new.sum(axis=1)]
    wrong = wrong[np.argsort(assembled[wrong], kind="stable")]
    taken = np.zeros(len(mesh.triangles), dtype=bool)
    chosen = []
    for edge in wrong:
        a, b = edges.cells[edge]
        if not (taken[a] or taken[b]):
            taken[a] = taken[b] = True
            chosen.append(edge)
    return np.array(chosen, dtype=np.int64)


def _across(mesh: PlaneMesh, chosen: Indices) -> Indices:
    """(k, 2, 3) the two cells (a, d, c), (d, b, c) that replace (a, b, c), (b, a, d) beside each edge."""
    first, second = mesh.edges.cells[chosen].T
    c, a, b = _corners(mesh, first, chosen)
    d, _, _ = _corners(mesh, second, chosen)
    return np.stack([np.stack([a, d, c], axis=1), np.stack([d, b, c], axis=1)], axis=1)


def _flipped(mesh: PlaneMesh, chosen: Indices) -> PlaneMesh:
    triangles = mesh.triangles.copy()
    triangles[mesh.edges.cells[chosen]] = _across(mesh, chosen)
    return replace(mesh, triangles=triangles)


def _corners(mesh: PlaneMesh, cells: Indices, edges: Indices) -> tuple[Indices, Indices, Indices]:
    """The vertex opposite an edge in a cell, and the edge's two, in the cell's order."""
    opposite = np.argmax(mesh.edges.of_cell[cells] == edges[:, None], axis=1)
    nodes = mesh.triangles[cells]
    at = np.arange(len(cells))
    return nodes[at, opposite], nodes[at, (opposite + 1) % 3], nodes[at, (opposite + 2) % 3]


def _split(
    mesh: PlaneMesh, wrong: Indices, original: dict[tuple[int, int], float]
) -> tuple[PlaneMesh, int, dict[tuple[int, int], float]]:
    """A node on each border or outer edge of negative weight, at the foot of the obtuse angle that it faces.

    ``original`` has the first length of edges that are parts of split ones; nodes of each edge in increasing order.
    """
    edges = mesh.edges
    index = _faced(mesh, edges.find(wrong))
    points, triangles, region = mesh.points.copy(), mesh.triangles.copy(), mesh.region.copy()
    new_points: list[Array] = []
    new_cells: list[tuple[int, int, int]] = []
    new_region: list[int] = []
    halves: dict[tuple[int, int], int] = {}
    taken: set[int] = set()
    original = dict(original)
    for edge in index:
        cells = [int(c) for c in edges.cells[edge] if c >= 0]
        if taken.intersection(cells):
            continue
        a, b = (int(n) for n in edges.nodes[edge])
        along = points[b] - points[a]
        length = float(np.hypot(*along))
        corner = [next(int(n) for n in triangles[c] if n not in (a, b)) for c in cells]
        feet = [float((points[p] - points[a]) @ along) / length**2 for p in corner]
        angles = [float((points[a] - points[p]) @ (points[b] - points[p])) for p in corner]
        foot = min(max(feet[int(np.argmin(angles))], NEAREST_END), 1.0 - NEAREST_END)
        whole = original.get((a, b), length)
        if min(foot, 1.0 - foot) * length < SHORTEST * whole:
            continue
        taken.update(cells)
        node = len(points) + len(new_points)
        new_points.append(points[a] + foot * along)
        halves[a, b] = node
        original[a, node] = original[b, node] = whole
        for c in cells:
            i = next(k for k in range(3) if triangles[c, k] not in (a, b))
            p, q, s = (int(triangles[c, (i + k) % 3]) for k in range(3))
            triangles[c] = (p, q, node)
            new_cells.append((p, node, s))
            new_region.append(int(region[c]))
    if not new_points:
        return mesh, 0, original
    facets, group = _split_facets(mesh, halves)
    mended = replace(
        mesh,
        points=np.concatenate([points, np.array(new_points)]),
        triangles=np.concatenate([triangles, np.array(new_cells, dtype=np.int64)]),
        region=np.concatenate([region, np.array(new_region, dtype=np.int32)]),
        facets=facets,
        facet_group=group,
    )
    return mended, len(new_points), original


def _faced(mesh: PlaneMesh, wrong: Indices) -> Indices:
    """Edges that have to stay and face an obtuse angle, of the cells beside edges of negative weight.

    Those edges themselves need not be negative: at the axis r = 0 both the cotangent and the circumcentre's radius
    are, and it is the cell's other two edges that suffer.
    """
    edges = mesh.edges
    cells = np.unique(edges.cells[wrong])
    cells = cells[cells >= 0]
    held = constrained(mesh)[edges.of_cell[cells]]
    obtuse = edge_weights(mesh.points, mesh.triangles[cells]) < 0.0
    return np.unique(edges.of_cell[cells][held & obtuse])


def _split_facets(mesh: PlaneMesh, halves: dict[tuple[int, int], int]) -> tuple[Indices, NDArray[np.int32]]:
    facets, group = mesh.facets.copy(), mesh.facet_group
    more, more_group = [], []
    for k in range(len(mesh.facets)):
        a, b = int(mesh.facets[k].min()), int(mesh.facets[k].max())
        node = halves.get((a, b))
        if node is not None:
            facets[k] = (a, node)
            more.append((node, b))
            more_group.append(group[k])
    if not more:
        return facets, group
    facets = np.concatenate([facets, np.array(more, dtype=np.int64)])
    return facets, np.concatenate([group, np.array(more_group, dtype=np.int32)])
