"""Rows of stretched cells beside lines, made by pushing a finished mesh away from them and filling the gap.

Nodes at distance d < B from the line move away from it by T (1 − d/B), so that a gap of depth T opens and the cells
beyond are compressed by 1 − T/B at most. The gap is filled with n rows of quadrilaterals, graded from the line and cut
in two; on straight lines their triangles have right angles, and flips (``repair``) put the rest right. Nothing of it
depends on how the mesh was made, and the same mesh gives the same rows. Gmsh's own boundary layers, tried before, come
out in the order of memory addresses: another mesh in each process.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pnp.plane.mesh import Array, Indices, PlaneMesh, signed_areas
from pnp.plane.repair import constrained

LEAST_COMPRESSED = 3.0
"""B over T: cells next to the rows keep two thirds of their height."""
SHARPEST = 0.3
"""Least 1 + cosine of the angle by which a line may turn at a node."""
ATTEMPTS = 5
SAMPLES, CANDIDATES = 8, 16
MOST_RAYS = 200


@dataclass(frozen=True, eq=False)
class _Line:
    """Facets with the side's cells on the left, and where each of their nodes moves for a gap of unit depth."""

    facets: Indices
    nodes: Indices
    push: Array
    ends: dict[int, int]


def add_rows(
    mesh: PlaneMesh,
    facets: Indices,
    side: int,
    first: float,
    growth: float,
    along: float,
    thickness: float | None = None,
) -> PlaneMesh | None:
    """The mesh with rows of stretched cells beside facets, or None where none fit.

    Args:
        mesh: A mesh whose cells at the facets are about as high as long.
        facets: (k, 2) facets: closed lines, or lines that end on the outer boundary about at right angles.
        side: Region in which the rows lie.
        first: Height of the row at the line, m, or a little less.
        growth: Ratio of the heights of neighbouring rows.
        along: Length of the facets, to which heights would grow, m.
        thickness: Depth of all rows at most, m.
    """
    line = _line(mesh, facets, side)
    wanted = (along - first) / (growth - 1.0)
    wanted = wanted if thickness is None else min(wanted, thickness)
    if line is None or wanted <= first:
        return None
    moved = np.setdiff1d(mesh.triangles[mesh.region == side], line.nodes)
    distance, push = _nearest(mesh.points[moved], mesh.points, line)
    push, fixed = _sliding(mesh, side, moved, push)
    room = min(float(np.min(distance[fixed], initial=np.inf)), 0.5 * _gap(mesh.points, line))
    reach = min(room, LEAST_COMPRESSED * wanted)
    for _ in range(ATTEMPTS):
        depth = min(wanted, reach / LEAST_COMPRESSED)
        if depth <= 2.0 * first:
            return None
        points = mesh.points.copy()
        points[moved] += depth * push * np.maximum(0.0, 1.0 - distance / reach)[:, None]
        done = _filled(mesh, points, line, side, first, growth, depth)
        if (signed_areas(done.points, done.triangles) > 0).all():
            return done
        reach *= 0.6
    return None


def _line(mesh: PlaneMesh, facets: Indices, side: int) -> _Line | None:
    edges = mesh.edges
    edge = edges.find(facets)
    cells = edges.cells[edge]
    mine = (cells >= 0) & (mesh.region[cells] == side)
    if not len(facets) or not (mine.sum(axis=1) == 1).all():
        return None
    cell = cells[np.arange(len(cells)), np.argmax(mine, axis=1)]
    opposite = np.argmax(edges.of_cell[cell] == edge[:, None], axis=1)
    at = np.arange(len(cell))
    ordered = np.stack([mesh.triangles[cell, (opposite + k) % 3][at] for k in (1, 2)], axis=1)
    step = mesh.points[ordered[:, 1]] - mesh.points[ordered[:, 0]]
    normal = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.hypot(*step.T)[:, None]
    nodes = np.unique(ordered)
    leaving = {int(ordered[k, 0]): k for k in range(len(ordered))}
    arriving = {int(ordered[k, 1]): k for k in range(len(ordered))}
    if len(leaving) < len(ordered) or len(arriving) < len(ordered):
        return None
    wall = np.zeros(len(edges.nodes), dtype=bool)
    wall[edge] = True
    held = np.flatnonzero(edges.outer & ~wall & (mesh.region[edges.cells[:, 0]] == side))
    beyond: dict[int, list[int]] = {}
    for e in held:
        a, b = int(edges.nodes[e, 0]), int(edges.nodes[e, 1])
        beyond.setdefault(a, []).append(b)
        beyond.setdefault(b, []).append(a)
    push, ends = np.zeros((len(nodes), 2)), {}
    for k in range(len(nodes)):
        node = int(nodes[k])
        if node in leaving and node in arriving:
            u, v = normal[arriving[node]], normal[leaving[node]]
            if 1.0 + u @ v < SHARPEST:
                return None
            push[k] = (u + v) / (1.0 + u @ v)
            continue
        to = beyond.get(node, [])
        if len(to) != 1:
            return None
        way = mesh.points[to[0]] - mesh.points[node]
        way = way / np.hypot(*way)
        lean = float(way @ normal[leaving.get(node, arriving.get(node, 0))])
        if lean < 0.6:
            return None
        push[k], ends[node] = way / lean, to[0]
    return _Line(ordered, nodes, push, ends)


def _nearest(at: Array, points: Array, line: _Line) -> tuple[Array, Array]:
    """Distance of each position to the line, and the push of the nearest point on it."""
    from scipy.spatial import cKDTree

    a, b = points[line.facets[:, 0]], points[line.facets[:, 1]]
    where = np.searchsorted(line.nodes, line.facets)
    # long facets stand beside short ones: each is found by several of its points
    parts = (np.arange(SAMPLES) + 0.5) / SAMPLES
    samples = (a[:, None] + parts[:, None] * (b - a)[:, None]).reshape(-1, 2)
    count = min(CANDIDATES, len(samples))
    _, near = cKDTree(samples).query(at, count)
    near = np.reshape(near, (len(at), count)) // SAMPLES
    start, step = a[near], (b - a)[near]
    part = np.clip(np.sum((at[:, None] - start) * step, axis=2) / np.sum(step**2, axis=2), 0.0, 1.0)
    off = np.linalg.norm(at[:, None] - start - part[..., None] * step, axis=2)
    best = np.argmin(off, axis=1)
    rows = np.arange(len(at))
    part, facet = part[rows, best][:, None], near[rows, best]
    push = (1.0 - part) * line.push[where[facet, 0]] + part * line.push[where[facet, 1]]
    return off[rows, best], push


def _sliding(mesh: PlaneMesh, side: int, moved: Indices, push: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Pushes along straight outer lines for nodes on them; and which nodes may not move at all."""
    edges = mesh.edges
    held = np.flatnonzero(constrained(mesh))
    ends = edges.nodes[held]
    step = mesh.points[ends[:, 1]] - mesh.points[ends[:, 0]]
    way = step / np.hypot(*step.T)[:, None]
    n = len(mesh.points)
    # the sum of the ways' tensors has a second eigenvalue where held edges meet at an angle
    tensor = np.zeros((n, 3))
    for column, value in enumerate((way[:, 0] ** 2, way[:, 0] * way[:, 1], way[:, 1] ** 2)):
        for end in (0, 1):
            tensor[:, column] += np.bincount(ends[:, end], value, n)
    free = np.bincount(ends.ravel(), minlength=n) == 0
    inside = np.bincount(ends[~edges.outer[held]].ravel(), minlength=n) > 0
    trace = tensor[:, 0] + tensor[:, 2]
    bent = tensor[:, 0] * tensor[:, 2] - tensor[:, 1] ** 2 > 1e-10 * trace**2
    along = np.zeros((n, 2))
    for end in (0, 1):
        along[ends[:, end]] = way
    tangent = along[moved]
    part = np.sum(push * tangent, axis=1)
    parallel = np.abs(part) > 0.9 * np.hypot(*push.T)
    fixed = ~free[moved] & (inside[moved] | bent[moved] | ~parallel)
    slid = np.where(free[moved][:, None], push, part[:, None] * tangent)
    return np.where(fixed[:, None], 0.0, slid), fixed


def _gap(points: Array, line: _Line) -> float:
    """The shortest way at right angles from the line across the side to the line again."""
    a, b = points[line.facets[:, 0]], points[line.facets[:, 1]]
    some = slice(None, None, max(1, len(a) // MOST_RAYS))
    start, step = 0.5 * (a + b)[some], (b - a)[some]
    ray = (np.stack([-step[:, 1], step[:, 0]], axis=1) / np.hypot(*step.T)[:, None])[:, None]
    along, to = (b - a)[None], a[None] - start[:, None]
    cross = ray[..., 0] * along[..., 1] - ray[..., 1] * along[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (to[..., 0] * along[..., 1] - to[..., 1] * along[..., 0]) / cross
        place = (to[..., 0] * ray[..., 1] - to[..., 1] * ray[..., 0]) / cross
    hit = np.isfinite(distance) & (distance > 1e-9 * np.hypot(*step.T)[:, None]) & (place >= 0.0) & (place <= 1.0)
    return float(np.min(distance[hit], initial=np.inf))


def _filled(
    mesh: PlaneMesh, points: Array, line: _Line, side: int, first: float, growth: float, depth: float
) -> PlaneMesh:
    """The pushed mesh with the gap filled."""
    count = int(np.ceil(np.log1p(depth * (growth - 1.0) / first) / np.log(growth)))
    heights = depth * (growth ** np.arange(1, count + 1) - 1.0) / (growth**count - 1.0)
    n, wide = len(points), len(line.nodes)
    new = points[line.nodes][None] + heights[:, None, None] * line.push[None]
    # number of wall node k in row j, row 0 being the line itself
    number = np.concatenate([line.nodes[None], n + np.arange(count * wide).reshape(count, wide)])
    top = np.arange(n)
    top[line.nodes] = number[-1]
    triangles = np.where((mesh.region == side)[:, None], top[mesh.triangles], mesh.triangles)
    a, b = np.searchsorted(line.nodes, line.facets).T
    corners = [number[:-1, a], number[:-1, b], number[1:, b], number[1:, a]]
    p, q, r, s = (c.ravel() for c in corners)
    every = np.concatenate([points, new.reshape(-1, 2)])
    shorter = np.linalg.norm(every[p] - every[r], axis=1) <= np.linalg.norm(every[q] - every[s], axis=1)
    low = np.where(shorter, np.stack([p, q, r]), np.stack([p, q, s])).T
    high = np.where(shorter, np.stack([p, r, s]), np.stack([q, r, s])).T
    facets, group = _facets_at_ends(mesh, line, number)
    return replace(
        mesh,
        points=every,
        triangles=np.concatenate([triangles, low, high]),
        region=np.concatenate([mesh.region, np.full(2 * len(p), side, dtype=np.int32)]),
        facets=facets,
        facet_group=group,
    )


def _facets_at_ends(mesh: PlaneMesh, line: _Line, number: Indices) -> tuple[Indices, NDArray[np.int32]]:
    """Named outer facets at which the rows end, cut into the rows' own."""
    facets, groups = [mesh.facets.copy()], [mesh.facet_group]
    for end, beyond in line.ends.items():
        column = number[:, int(np.searchsorted(line.nodes, end))]
        for k in np.flatnonzero((np.sort(mesh.facets, axis=1) == sorted((end, beyond))).all(axis=1)):
            facets[0][k] = column[-1], beyond
            facets.append(np.stack([column[:-1], column[1:]], axis=1))
            groups.append(np.full(len(column) - 1, mesh.facet_group[k], dtype=np.int32))
    return np.concatenate(facets), np.concatenate(groups)
