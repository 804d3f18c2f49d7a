"""Whether a mesh can be solved on: what can be put right is, with a note; the rest is an error that says where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pnp.plane.errors import MeshError, listed, place
from pnp.plane.mesh import Array, Indices, PlaneMesh, signed_areas
from pnp.plane.topology import cell_components

ROUNDING = 64.0 * float(np.finfo(np.float64).eps)
SAME_PLACE = 1e-9
"""Nodes nearer to each other than this part of the shortest edge are one node."""
MOST_TRIED = 200
"""How many cells of a piece are tried for lying in another piece."""


def check(mesh: PlaneMesh, axisymmetric: bool) -> PlaneMesh:
    """The mesh, put right where that is safe: nodes merged or dropped, cells re-oriented, facets given once.

    Raises:
        MeshError: the mesh has degenerate or overlapping cells, pieces that do not fit, empty or overlapping groups,
            facets off the cells' edges, or a piece that no named boundary reaches.
    """
    _numbers(mesh)
    mesh = _on_axis(mesh) if axisymmetric else mesh
    mesh = _merged(_oriented(mesh))
    mesh = _without_loose_nodes(mesh)
    _cells_apart(mesh)
    for k, name in enumerate(mesh.region_names):
        if not np.any(mesh.region == k):
            raise MeshError(
                "the region has no cells",
                "",
                "a later region may cover it, or its shape lies outside the domain",
                name=name,
            )
    mesh = _facets_once(mesh)
    _facets_on_edges(mesh)
    _pieces(mesh)
    return mesh


def _numbers(mesh: PlaneMesh) -> None:
    if not len(mesh.triangles):
        raise MeshError("the mesh has no triangles", "", "mesh its surfaces, not only its lines")
    if not np.isfinite(mesh.points).all():
        raise MeshError("the mesh has nodes whose coordinates are no finite numbers")
    if mesh.triangles.min() < 0 or mesh.triangles.max() >= len(mesh.points):
        raise MeshError("the mesh has triangles of nodes that are not there")


def _on_axis(mesh: PlaneMesh) -> PlaneMesh:
    r = mesh.points[:, 0]
    near = 1e-9 * float(np.max(np.abs(r)))
    if r.min() < -near:
        worst = int(np.argmin(r))
        raise MeshError(
            f"the mesh reaches to r < 0, to {place(mesh.points[worst])}",
            "axisymmetric coordinates are r ≥ 0 and z, r first",
            "mesh only the half-plane, and turn it if its axis is not the second coordinate",
        )
    return replace(mesh, points=np.stack([np.where(r < near, 0.0, r), mesh.points[:, 1]], axis=1))


def _oriented(mesh: PlaneMesh) -> PlaneMesh:
    corners = mesh.points[mesh.triangles]
    longest = np.max(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2), axis=1)
    areas = signed_areas(mesh.points, mesh.triangles)
    extent = float(np.max(np.ptp(mesh.points, axis=0)))
    flat = np.flatnonzero(np.abs(areas) <= ROUNDING * extent * longest)
    if flat.size:
        where = place(corners[flat[0]].mean(axis=0))
        raise MeshError(
            f"{_count(flat.size, 'cell')} without area, the first at {where} in region "
            f'"{mesh.region_names[mesh.region[flat[0]]]}"',
            "",
            "mesh that place anew; points or lines that nearly coincide are the usual cause",
        )
    turned = areas < 0
    if not turned.any():
        return mesh
    triangles = mesh.triangles.copy()
    triangles[turned] = triangles[turned][:, ::-1]
    note = () if turned.all() else (f"{_count(int(turned.sum()), 'inverted cell')} re-oriented",)
    return replace(mesh, triangles=triangles, notes=mesh.notes + note)


def _merged(mesh: PlaneMesh) -> PlaneMesh:
    """One node where several coincide, as formats that store each piece by itself have them."""
    from scipy.spatial import cKDTree

    corners = mesh.points[mesh.triangles]
    shortest = float(np.min(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)))
    candidates = np.unique(np.concatenate([mesh.boundary_facets.ravel(), mesh.facets.ravel()]))
    found = cKDTree(mesh.points[candidates]).query_pairs(SAME_PLACE * shortest, output_type="ndarray")
    pairs = candidates[found]
    if not len(pairs):
        return mesh
    stands_for = np.arange(len(mesh.points))
    for a, b in np.sort(pairs, axis=1)[np.argsort(pairs.max(axis=1))]:
        stands_for[b] = min(stands_for[b], stands_for[a])
    merged = replace(mesh, triangles=stands_for[mesh.triangles], facets=stands_for[mesh.facets])
    used = np.unique(mesh.triangles)
    gone = used.size - np.unique(merged.triangles).size
    if not gone:
        return merged
    return replace(merged, notes=(*mesh.notes, f"{_count(gone, 'node')} merged with others at the same place"))


def _without_loose_nodes(mesh: PlaneMesh) -> PlaneMesh:
    used = np.zeros(len(mesh.points), dtype=bool)
    used[mesh.triangles] = True
    loose = np.flatnonzero(~used[mesh.facets].all(axis=1))
    if loose.size:
        raise _off_edges(mesh, loose)
    if used.all():
        return mesh
    number = np.cumsum(used) - 1
    return replace(
        mesh, points=mesh.points[used], triangles=number[mesh.triangles], facets=number[mesh.facets].reshape(-1, 2)
    )


def _cells_apart(mesh: PlaneMesh) -> None:
    crowded = np.flatnonzero(mesh.edges.count > 2)
    if crowded.size:
        raise MeshError(
            f"cells lie on each other at {place(mesh.points[mesh.edges.nodes[crowded[0]]].mean(axis=0))}: "
            f"{mesh.edges.count[crowded[0]]} of them share an edge",
            "",
            "each place belongs to one region: cut overlapping surfaces by each other (in Gmsh: fragment)",
        )


def _facets_once(mesh: PlaneMesh) -> PlaneMesh:
    """Each facet once; two groups on one facet are an error."""
    if not len(mesh.facets):
        return mesh
    ordered = np.sort(mesh.facets, axis=1)
    order = np.lexsort((mesh.facet_group, ordered[:, 1], ordered[:, 0]))
    facets, group = ordered[order], mesh.facet_group[order]
    again = np.concatenate(([False], (facets[1:] == facets[:-1]).all(axis=1)))
    clash = np.flatnonzero(again & np.concatenate(([False], group[1:] != group[:-1])))
    if clash.size:
        a, b = (mesh.facet_names[g] for g in (group[clash[0] - 1], group[clash[0]]))
        raise MeshError(
            f'{_count(clash.size, "facet")} in both "{a}" and "{b}" '
            f"(or others), the first at {place(mesh.points[facets[clash[0]]].mean(axis=0))}",
            "a facet belongs to one boundary or interface",
            "make their lines meet in a point only",
            name=b,
        )
    return replace(mesh, facets=facets[~again], facet_group=group[~again])


def _facets_on_edges(mesh: PlaneMesh) -> None:
    edge = mesh.edges.find(mesh.facets)
    off = np.flatnonzero(edge < 0)
    if off.size:
        raise _off_edges(mesh, off)
    outer = mesh.edges.outer[edge]
    for g, name in enumerate(mesh.facet_names):
        own = outer[mesh.facet_group == g]
        if not own.size:
            raise MeshError("there are no facets of that name", "", "see where its line lies", name=name)
        if own.any() and not own.all():
            inside = np.flatnonzero((mesh.facet_group == g) & ~outer)
            raise MeshError(
                f"it lies partly on the outer boundary and partly inside, at "
                f"{place(mesh.points[mesh.facets[inside[0]]].mean(axis=0))}",
                "a boundary is outside, an interface inside",
                "give the two parts names of their own",
                name=name,
            )


def _off_edges(mesh: PlaneMesh, which: Indices) -> MeshError:
    name = mesh.facet_names[mesh.facet_group[which[0]]]
    where = place(mesh.points[mesh.facets[which[0]]].mean(axis=0))
    return MeshError(
        f"{_count(which.size, 'facet')} not along edges of cells, the first at {where}",
        "",
        "make the lines part of the surfaces before meshing (in Gmsh: fragment, or embed)",
        name=name,
    )


def _pieces(mesh: PlaneMesh) -> None:
    """Every piece is reached by a named boundary, and no piece lies on or misses its neighbour."""
    piece = cell_components(mesh.edges)
    if piece.max(initial=0) > 0:
        _fit(mesh, piece)
    edge = mesh.edges.find(mesh.facets)
    edge = edge[mesh.edges.outer[edge]]
    reached = np.zeros(int(piece.max(initial=0)) + 1, dtype=bool)
    reached[piece[mesh.edges.cells[edge, 0]]] = True
    if reached.all():
        return
    regions = [mesh.region_names[k] for k in np.unique(mesh.region[~reached[piece]])]
    names = [mesh.facet_names[g] for g in np.unique(mesh.facet_group)]
    raise MeshError(
        f"no named boundary reaches {listed(regions)}" if reached.any() else "no boundary is named",
        f"named lines: {listed(names)}" if reached.any() else "",
        "name a boundary of that part, or take the part away" if reached.any() else "name at least one outer line",
        name=regions[0] if reached.any() else None,
    )


def _fit(mesh: PlaneMesh, piece: Indices) -> None:
    """No node of one piece lies on a facet of another or inside it."""
    from scipy.spatial import cKDTree

    facets = mesh.boundary_facets
    nodes = np.unique(facets)
    a, b = mesh.points[facets[:, 0]], mesh.points[facets[:, 1]]
    length = np.hypot(*(b - a).T)
    found = cKDTree(mesh.points[nodes]).query_ball_point((a + b) / 2, 0.5 * length * (1 - 1e-6))
    count = np.array([len(f) for f in found])
    if count.any():
        facet = np.repeat(np.arange(len(facets)), count)
        node = nodes[np.concatenate([np.asarray(f, dtype=np.int64) for f in found if f])]
        along, to = b[facet] - a[facet], mesh.points[node] - a[facet]
        off = np.abs(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]) / length[facet] ** 2
        hanging = node[off < 1e-6]
        if hanging.size:
            raise MeshError(
                f"{_count(np.unique(hanging).size, 'node')} of one part on the edges of another, the first at "
                f"{place(mesh.points[hanging[0]])}",
                "parts that touch share their nodes",
                "join the surfaces before meshing (in Gmsh: fragment)",
            )
    beside = mesh.edges.cells[mesh.edges.outer, 0]
    for p in range(int(piece.max()) + 1):
        cells = beside[piece[beside] == p]
        cells = cells[:: max(1, len(cells) // MOST_TRIED)]
        centres = mesh.points[mesh.triangles[cells]].mean(axis=1)
        for q in np.unique(piece[beside[piece[beside] != p]]):
            of_q = piece[beside] == q
            within = np.flatnonzero(_inside(centres, a[of_q], b[of_q]))
            if within.size:
                names = {mesh.region_names[mesh.region[cells[within[0]]]], *(_names(mesh, piece == q))}
                raise MeshError(
                    f"cells lie on each other at {place(centres[within[0]])} ({listed(sorted(names))})",
                    "each place belongs to one region",
                    "cut overlapping surfaces by each other before meshing (in Gmsh: fragment)",
                )


def _names(mesh: PlaneMesh, cells: NDArray[np.bool_]) -> list[str]:
    return [mesh.region_names[k] for k in np.unique(mesh.region[cells])]


def _inside(points: Array, a: Array, b: Array) -> NDArray[np.bool_]:
    """(n,) whether each point lies inside the closed facets a → b (even–odd rule)."""
    x, y = points[:, :1], points[:, 1:]
    crosses = (a[:, 1] > y) != (b[:, 1] > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = a[:, 0] + (b[:, 0] - a[:, 0]) * (y - a[:, 1]) / (b[:, 1] - a[:, 1])
    return np.asarray(np.count_nonzero(crosses & (at > x), axis=1) % 2 == 1)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
