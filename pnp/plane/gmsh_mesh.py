"""Meshing a declared geometry by Gmsh's OpenCASCADE kernel."""

from __future__ import annotations

from dataclasses import replace
from math import hypot
from typing import Any

import numpy as np

from pnp.plane.check import check
from pnp.plane.errors import MeshError, listed
from pnp.plane.geometry import PlaneGeometry
from pnp.plane.gmsh_session import session
from pnp.plane.mesh import PlaneMesh, signed_areas
from pnp.plane.rows import add_rows
from pnp.plane.shapes import Piece, Placement, Point
from pnp.plane.sizes import Layer, Lines, Sizes, set_sizes
from pnp.units import length_text

EXTENT = 1000.0
"""Extent of the domain in model units: OpenCASCADE takes points nearer than 1e-7 for one."""
SAME = 1e-8
"""Part of the extent within which a point lies on a line."""


def mesh_geometry(geometry: PlaneGeometry, sizes: Sizes) -> PlaneMesh:
    """The triangles of a geometry, its regions, boundaries and interfaces named.

    Nodes of curved lines lie on the curve. The same input gives the same mesh.

    Raises:
        MeshError: Gmsh is missing or fails, a region is covered, or a boundary or interface lies nowhere.
    """
    (x0, x1), (y0, y1) = geometry.extent
    extent = max(x1 - x0, y1 - y0)
    unit = extent / EXTENT
    with session("this geometry") as gmsh:
        gmsh.option.setNumber("Geometry.Tolerance", 1e-7)
        lines = _build(gmsh, geometry, unit)
        _place_groups(gmsh, geometry, lines, unit, SAME * extent)
        mesh = generate(gmsh, lines, sizes, unit)
    return check(mesh, geometry.axisymmetric)


def generate(gmsh: Any, lines: Lines, sizes: Sizes, unit: float) -> PlaneMesh:
    """Mesh the current model's surfaces, and add the rows of stretched cells that layers ask for."""
    # frontal: 3 % of its cells are obtuse, against 5 % by algorithm 5
    gmsh.option.setNumber("Mesh.Algorithm", 6)
    layers = [layer for layer in sizes.layers if layer.stretched]
    set_sizes(gmsh, lines, sizes, unit)
    gmsh.model.mesh.generate(2)
    mesh = extract(gmsh, lines, unit)
    for layer in layers:
        found = _with_rows(gmsh, mesh, layer, lines, sizes)
        if found is None:
            break
        mesh = found
    else:
        return mesh
    gmsh.model.mesh.clear()
    for tag in gmsh.model.mesh.field.list():
        gmsh.model.mesh.field.remove(tag)
    set_sizes(gmsh, lines, sizes, unit, stretch=False)
    gmsh.model.mesh.generate(2)
    note = f"rows of stretched cells do not fit at {layer.place}: cells at lines are as long as high, so there are more"
    return replace(extract(gmsh, lines, unit), notes=(note,))


def _with_rows(gmsh: Any, mesh: PlaneMesh, layer: Layer, lines: Lines, sizes: Sizes) -> PlaneMesh | None:
    curves = lines.of_layer(layer)
    if not curves or layer.side is None or layer.along is None:
        return mesh
    facets, _ = _elements(gmsh, 1, dict.fromkeys(curves, 0), _numbers(gmsh))
    alpha = (sizes.growth if layer.growth is None else layer.growth) - 1.0
    return add_rows(
        mesh,
        facets,
        lines.region_names.index(layer.side),
        layer.first / sizes.refinement,
        1.0 + alpha / sizes.refinement,
        layer.along / sizes.refinement,
        layer.thickness,
    )


def _numbers(gmsh: Any) -> Any:
    """Row in ``extract``'s points of each of Gmsh's node tags."""
    tags = gmsh.model.mesh.getNodes()[0].astype(np.int64)
    index = np.full(int(tags.max(initial=0)) + 1, -1, dtype=np.int64)
    index[tags] = np.arange(len(tags))
    return index


def extract(gmsh: Any, lines: Lines, unit: float) -> PlaneMesh:
    """The current model's triangles and grouped facets, in metres; nodes that neither uses stay out."""
    points = np.asarray(gmsh.model.mesh.getNodes()[1], dtype=np.float64).reshape(-1, 3)[:, :2] * unit
    index = _numbers(gmsh)
    cells, region = _elements(gmsh, 2, lines.surfaces, index)
    facets, group = _elements(gmsh, 1, lines.groups, index)
    # a source's surfaces may run the other way round
    turned = signed_areas(points, cells) < 0
    cells[turned] = cells[turned][:, ::-1]
    return PlaneMesh(points, cells, region, lines.region_names, facets, group, lines.group_names)


def _elements(gmsh: Any, dimension: int, entities: dict[int, int], index: Any) -> tuple[Any, Any]:
    """(n, dimension + 1) nodes and (n,) the number given to each element's entity."""
    nodes, numbers = [np.zeros((0, dimension + 1), dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    for tag, number in sorted(entities.items()):
        for kind, found in zip(*gmsh.model.mesh.getElements(dimension, tag)[::2], strict=True):
            if kind != dimension:  # 1: line of two nodes, 2: triangle of three
                raise MeshError(f"Gmsh made elements of type {kind}", "lines and triangles of first order")
            nodes.append(index[found.astype(np.int64)].reshape(-1, dimension + 1))
            numbers.append(np.full(len(nodes[-1]), number, dtype=np.int32))
    return np.concatenate(nodes), np.concatenate(numbers)


def curves_beside(gmsh: Any, surfaces: dict[int, int]) -> dict[int, tuple[int, ...]]:
    """Region indices at the sides of every curve that bounds a surface."""
    beside: dict[int, tuple[int, ...]] = {}
    for _, tag in gmsh.model.getEntities(1):
        above = [surfaces[int(s)] for s in gmsh.model.getAdjacencies(1, tag)[0] if int(s) in surfaces]
        if above:
            beside[tag] = tuple(sorted(above))
    return beside


def _build(gmsh: Any, geometry: PlaneGeometry, unit: float) -> Lines:
    """Surfaces of all regions, each less what is painted over it, joined along common lines."""
    occ = gmsh.model.occ
    outlines = [[geometry.outline(shape) for shape in region.shapes] for region in geometry.regions]
    above: list[tuple[int, int]] = []
    faces: list[tuple[tuple[int, int], int]] = []
    for k, region in reversed(list(enumerate(geometry.regions))):
        own = [(2, _surface(occ, outline, unit)) for outline in outlines[k]]
        if len(own) > 1:
            own, _ = occ.fuse(own[:1], own[1:])
        seen = occ.cut(occ.copy(own), above, removeTool=False)[0] if above else occ.copy(own)
        if not seen:
            raise MeshError(
                "later regions cover all of it", "the later shape is on top", "change the order", region.name
            )
        faces += [(face, k) for face in seen]
        above += own
    occ.remove(above, recursive=True)
    placements = [p for b in geometry.boundaries for p in b.on] + [p for i in geometry.interfaces for p in i.on]
    (x0, x1), (y0, y1) = geometry.extent
    near = SAME * max(x1 - x0, y1 - y0)
    pieces = [piece for region_outlines in outlines for outline in region_outlines for piece in outline]
    ends = {end for p in placements for end in p.ends if any(_on_piece(end, piece, near) for piece in pieces)}
    points = [(0, occ.addPoint(x / unit, y / unit, 0.0)) for x, y in sorted(ends)]
    entities = [*(face for face, _ in faces), *points]
    made = occ.fragment(entities[:1], entities[1:])[1] if len(entities) > 1 else [entities]
    occ.synchronize()
    surfaces: dict[int, int] = {}
    for (_, k), fragments in zip(faces, made, strict=False):
        surfaces.update({tag: k for dimension, tag in fragments if dimension == 2})
    names = (*(b.name for b in geometry.boundaries), *(i.name for i in geometry.interfaces))
    lines = Lines(tuple(r.name for r in geometry.regions), names, surfaces)
    lines.beside = curves_beside(gmsh, surfaces)
    return lines


def _surface(occ: Any, outline: list[Piece], unit: float) -> int:
    corners = [occ.addPoint(p.start[0] / unit, p.start[1] / unit, 0.0) for p in outline]
    curves = []
    for piece, a, b in zip(outline, corners, corners[1:] + corners[:1], strict=True):
        if piece.centre is None:
            curves.append(occ.addLine(a, b))
        else:
            centre = occ.addPoint(piece.centre[0] / unit, piece.centre[1] / unit, 0.0)
            curves.append(occ.addCircleArc(a, centre, b))
            occ.remove([(0, centre)])
    return int(occ.addPlaneSurface([occ.addCurveLoop(curves)]))


def _on_piece(point: Point, piece: Piece, near: float) -> bool:
    (ax, ay), (bx, by) = piece.start, piece.end
    if piece.centre is not None:
        radius = hypot(ax - piece.centre[0], ay - piece.centre[1])
        return abs(hypot(point[0] - piece.centre[0], point[1] - piece.centre[1]) - radius) <= near
    length = hypot(bx - ax, by - ay)
    along = ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / length
    off = ((point[1] - ay) * (bx - ax) - (point[0] - ax) * (by - ay)) / length
    return abs(off) <= near and -near <= along <= length + near


def _place_groups(gmsh: Any, geometry: PlaneGeometry, lines: Lines, unit: float, near: float) -> None:
    """Find the curves of each boundary and interface by where they lie."""
    samples = {tag: _samples(gmsh, tag, unit) for tag in lines.beside}
    outer = [tag for tag, beside in lines.beside.items() if len(beside) == 1]
    for g, boundary in enumerate(geometry.boundaries):
        found = [t for t in outer if any(_lies(samples[t], p, near) for p in boundary.on)]
        if geometry.axisymmetric and any(all(abs(x) <= near for x, _ in samples[t]) for t in found):
            raise MeshError("it lies on the axis r = 0", "the axis is always symmetry", "leave it out", boundary.name)
        if not found:
            (x0, x1), (y0, y1) = geometry.extent
            words = ("r", "z") if geometry.axisymmetric else ("x", "y")
            span = ", ".join(
                f"{axis} from {length_text(low)} to {length_text(high)}"
                for axis, (low, high) in zip(words, ((x0, x1), (y0, y1)), strict=True)
            )
            raise MeshError(
                "no part of the outer boundary lies there", f"the domain: {span}", "correct its line", boundary.name
            )
        _claim(lines, found, g)
    for k, interface in enumerate(geometry.interfaces):
        pair = tuple(sorted(lines.region_names.index(n) for n in interface.between))
        found = [t for t, beside in lines.beside.items() if beside == pair and pair[0] != pair[1]]
        if not found:
            others = {lines.region_names[b] for beside in lines.beside.values() for b in beside if pair[0] in beside}
            raise MeshError(
                f'"{interface.between[0]}" and "{interface.between[1]}" do not touch',
                f'"{lines.region_names[pair[0]]}" touches {listed(sorted(others - {lines.region_names[pair[0]]}))}',
                "",
                interface.name,
            )
        if interface.on:
            found = [t for t in found if any(_lies(samples[t], p, near) for p in interface.on)]
        if not found:
            raise MeshError("no part of the two regions' border lies there", "", "correct its line", interface.name)
        _claim(lines, found, len(geometry.boundaries) + k)


def _claim(lines: Lines, curves: list[int], group: int) -> None:
    for tag in curves:
        other = lines.groups.setdefault(tag, group)
        if other != group:
            a, b = lines.group_names[other], lines.group_names[group]
            raise MeshError(f'it shares a part with "{a}"', "each part has one name", "change one's range", b)


def _samples(gmsh: Any, tag: int, unit: float) -> list[Point]:
    """Five points along a curve, the ends among them, m."""
    (low,), (high,) = gmsh.model.getParametrizationBounds(1, tag)
    values = gmsh.model.getValue(1, tag, np.linspace(low, high, 5))
    return [(float(x) * unit, float(y) * unit) for x, y, _ in np.reshape(values, (-1, 3))]


def _lies(samples: list[Point], placement: Placement, near: float) -> bool:
    return all(placement.has(p, near) for p in samples)
