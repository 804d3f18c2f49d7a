"""A user's own mesh file as a PlaneMesh: its physical groups are the case's regions, boundaries and interfaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from pnp.plane.check import check
from pnp.plane.errors import MeshError, listed, nearest, place
from pnp.plane.mesh import Array, PlaneMesh
from pnp.plane.raw import RawMesh, read_raw

Between = Mapping[str, tuple[str, str]]

HOW_TO_TAG = (
    'in Gmsh: Physical Surface("electrolyte") = {1}; Physical Curve("electrode") = {2}; '
    "or gmsh.model.addPhysicalGroup(2, [1], name=…) in Python; then mesh and save again"
)


def read_mesh(
    path: Path,
    unit: float,
    regions: Sequence[str],
    lines: Sequence[str],
    between: Between | None = None,
    axisymmetric: bool = False,
) -> PlaneMesh:
    """Read a mesh file.

    Args:
        path: The file.
        unit: Its length unit, m.
        regions: Names of the case's regions: groups of surfaces in the file.
        lines: Names of boundaries and of interfaces that are groups of lines in the file.
        between: Interfaces given by the two regions that they part.
        axisymmetric: Whether the coordinates are r, z.

    Raises:
        MeshError: the file is missing or unreadable, has no groups, or its groups are not what the case names.
    """
    return named_mesh(read_raw(path), path.name, unit, regions, lines, between, axisymmetric)


def named_mesh(
    raw: RawMesh,
    source: str,
    unit: float,
    regions: Sequence[str],
    lines: Sequence[str],
    between: Between | None = None,
    axisymmetric: bool = False,
) -> PlaneMesh:
    """A PlaneMesh from a mesh with groups; ``source`` is its name for messages. See ``read_mesh``."""
    points, notes = _flat(raw)
    if not len(raw.cells):
        raise MeshError(f"{source} has no triangles", "", "mesh its surfaces, not only its lines")
    if not raw.cell_groups:
        raise MeshError(
            f"no surface in {source} has a name or number",
            f"needed: {listed(regions)}; named lines: {listed(raw.line_groups)}",
            HOW_TO_TAG,
        )
    known_names(source, regions, "surfaces", raw.cell_groups, "lines", raw.line_groups)
    known_names(source, lines, "lines", raw.line_groups, "surfaces", raw.cell_groups)
    region = _regions(raw, source, regions, points * unit)
    unused = [name for name in raw.line_groups if name not in lines]
    if unused:
        notes = (*notes, f"named lines of {source} that the case does not use: {listed(unused)}")
    groups = [raw.line_groups[name] for name in lines]
    mesh = PlaneMesh(
        points=points * unit,
        triangles=raw.cells,
        region=region,
        region_names=tuple(regions),
        facets=raw.lines[np.concatenate([np.zeros(0, dtype=np.int64), *groups])],
        facet_group=np.repeat(np.arange(len(groups), dtype=np.int32), [len(g) for g in groups]),
        facet_names=tuple(lines),
        notes=(*raw.notes, *notes),
    )
    mesh = check(mesh, axisymmetric)
    return add_interfaces(mesh, between) if between else mesh


def add_interfaces(mesh: PlaneMesh, between: Between) -> PlaneMesh:
    """The mesh with groups for interfaces that are given by the two regions they part, after the groups it has.

    Raises:
        MeshError: two regions do not touch, or an interface shares facets with another group.
    """
    facets, groups = [mesh.facets], [mesh.facet_group]
    names = list(mesh.region_names)
    for k, (name, (a, b)) in enumerate(between.items(), len(mesh.facet_names)):
        for region in (a, b):
            if region not in names:
                advice = nearest(region, names, "name two regions")
                raise MeshError(f'"{region}" is no region', f"regions: {listed(names)}", advice, name)
        i, j = sorted((names.index(a), names.index(b)))
        found = mesh.neighbours.get((i, j))
        if found is None:
            touching = [f"{names[p]}–{names[q]}" for p, q in mesh.neighbours]
            raise MeshError(f'"{a}" and "{b}" do not touch', f"regions that do: {listed(touching)}", "", name)
        facets.append(found)
        groups.append(np.full(len(found), k, dtype=np.int32))
    mesh = replace(
        mesh,
        facets=np.concatenate(facets),
        facet_group=np.concatenate(groups),
        facet_names=(*mesh.facet_names, *between),
    )
    return check(mesh, axisymmetric=False)


def _flat(raw: RawMesh) -> tuple[Array, tuple[str, ...]]:
    """The two coordinates that vary."""
    used = raw.points[np.unique(raw.cells)] if len(raw.cells) else raw.points
    spans = np.ptp(used, axis=0)
    if spans[2] <= 1e-6 * spans.max():
        return raw.points[:, :2], ()
    axis = int(np.argmin(spans))
    if spans[axis] > 1e-6 * spans.max():
        raise MeshError(
            f"the mesh is not flat: its coordinates span {', '.join(f'{s:.4g}' for s in spans)}",
            "a mesh in the plane",
            "mesh a cross-section",
        )
    kept = [k for k in range(3) if k != axis]
    words = [" xyz"[k + 1] for k in kept]
    note = f"the mesh lies in the plane {words[0]}, {words[1]}: these are taken for the two coordinates"
    return raw.points[:, kept], (note,)


def known_names(
    source: str,
    names: Sequence[str],
    kind: str,
    there: Mapping[str, Any],
    other_kind: str,
    others: Mapping[str, Any],
) -> None:
    """Raise where a name is none of the groups of its kind that ``source`` has."""
    for name in names:
        if name in there:
            continue
        if name in others:
            raise MeshError(
                f'"{name}" is a group of {other_kind} in {source}',
                f"groups of {kind}: {listed(there)}",
                f"make a group of {kind} of that name, or rename it in the case",
                name=name,
            )
        raise MeshError(
            f'{source} has no group of {kind} "{name}"',
            f"groups of {kind}: {listed(there)}; of {other_kind}: {listed(others)}",
            nearest(name, there, "rename it in the case or in the mesh"),
            name=name,
        )


def _regions(
    raw: RawMesh, source: str, regions: Sequence[str], points: Array
) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """(m,) region of each cell; every cell belongs to exactly one."""
    region = np.full(len(raw.cells), -1, dtype=np.int32)
    for k, name in enumerate(regions):
        own = raw.cell_groups[name]
        twice = own[region[own] >= 0]
        if twice.size:
            other = regions[region[twice[0]]]
            raise MeshError(
                f'{twice.size} cells of {source} are in both "{other}" and "{name}", the first at '
                f"{place(points[raw.cells[twice[0]]].mean(axis=0))}",
                "a cell belongs to one region",
                "put each surface in one group, or name only one of them in the case",
                name=name,
            )
        region[own] = k
    left = np.flatnonzero(region < 0)
    if left.size:
        groups = [name for name, cells in raw.cell_groups.items() if np.isin(cells, left).any()]
        where = place(points[raw.cells[left[0]]].mean(axis=0))
        if groups:
            raise MeshError(
                f"{left.size} cells of {source} are in no region of the case, but in {listed(groups)}",
                f"regions of the case: {listed(regions)}",
                f"add [regions.{groups[0]}], or take that surface out of the mesh",
            )
        raise MeshError(
            f"{left.size} cells of {source} are in no group, the first at {where}",
            f"groups of surfaces: {listed(raw.cell_groups)}",
            HOW_TO_TAG,
        )
    return region


def write_mesh(mesh: PlaneMesh, path: Path, unit: float = 1.0) -> None:
    """Write the mesh with its names as Gmsh's ASCII ``.msh`` 4.1, coordinates in ``unit`` metres.

    Read again in a unit of 1 m, nodes are the same to the last digit.
    """
    path.write_text(msh_text(mesh, unit), encoding="utf-8")


def msh_text(mesh: PlaneMesh, unit: float = 1.0) -> str:
    """The mesh as the text of a ``.msh`` 4.1 file: one surface per region, one curve per boundary or interface."""
    points = mesh.points / unit
    low, high = points.min(axis=0), points.max(axis=0)
    box = f"{low[0]:.16g} {low[1]:.16g} 0 {high[0]:.16g} {high[1]:.16g} 0"
    curves, surfaces = len(mesh.facet_names), len(mesh.region_names)
    out = ["$MeshFormat", "4.1 0 8", "$EndMeshFormat", "$PhysicalNames", str(curves + surfaces)]
    out += [f'1 {k} "{name}"' for k, name in enumerate(mesh.facet_names, 1)]
    out += [f'2 {k} "{name}"' for k, name in enumerate(mesh.region_names, 1)]
    out += ["$EndPhysicalNames", "$Entities", f"0 {curves} {surfaces} 0"]
    out += [f"{k} {box} 1 {k} 0" for k in range(1, curves + 1)]
    out += [f"{k} {box} 1 {k} 0" for k in range(1, surfaces + 1)]
    n = len(points)
    out += ["$EndEntities", "$Nodes", f"1 {n} 1 {n}", f"2 1 0 {n}"]
    out += [str(k) for k in range(1, n + 1)]
    out += [f"{float(x)!r} {float(y)!r} 0" for x, y in points]
    blocks = [(1, k, mesh.facets[mesh.facet_group == k]) for k in range(curves)]
    blocks += [(2, k, mesh.triangles[mesh.region == k]) for k in range(surfaces)]
    blocks = [b for b in blocks if len(b[2])]
    total = sum(len(b[2]) for b in blocks)
    out += ["$EndNodes", "$Elements", f"{len(blocks)} {total} 1 {total}"]
    number = 0
    for dimension, k, elements in blocks:
        out.append(f"{dimension} {k + 1} {dimension} {len(elements)}")
        for nodes in elements + 1:
            number += 1
            out.append(f"{number} " + " ".join(str(node) for node in nodes))
    return "\n".join([*out, "$EndElements", ""])
