"""The parts of a case in a plane: its names, its layout and what meshes are made of (no DOLFINx)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import pi

import numpy as np

from pnp.case import Case, CaseError
from pnp.case.layout import Layout
from pnp.case.mesh_layout import layout_of_mesh
from pnp.case.plane import plane_geometry, problem_of
from pnp.plane.blocks import Blocks, blocks_of
from pnp.plane.errors import MeshError
from pnp.plane.geometry import PlaneGeometry
from pnp.plane.layout import PlaneLayout
from pnp.plane.mesh import PlaneMesh
from pnp.plane.sizes import Sizes
from pnp.plane.topology import cell_components
from pnp.plane_grading import PartNames
from pnp.units import length_text

Make = Callable[[Sizes], PlaneMesh]
Told = tuple[PlaneLayout, Layout, tuple[tuple[int, ...], ...]]
"""What a mesh tells: the layout, the same by name, each interface's regions."""

SMOOTH = 96
"""Facets on a full turn of a curved line of the mesh that a layout is taken from."""


@dataclass(frozen=True, eq=False)
class Parts:
    """A case in a plane: its names, its layout in m and what meshes are made of.

    Attributes:
        names: Names of regions, boundaries and interfaces.
        layout: Sizes and neighbours.
        known: The same, by name, as the checks and the simplified models of a case take it.
        key: The tables of the case that all this follows from.
        blocks: The geometry where it is all rectangles.
        make: Gives a mesh of given sizes; None for a mesh that is as it is.
        widths: Narrowest dimension of each region, m.
        mesh: The mesh that the layout was taken from; None on ranks that were told of it.
    """

    names: PartNames
    layout: PlaneLayout
    known: Layout
    key: str
    blocks: Blocks | None = None
    make: Make | None = None
    widths: tuple[float, ...] = ()
    mesh: PlaneMesh | None = field(default=None, repr=False)

    @property
    def told(self) -> Told:
        """What other ranks are told."""
        return self.layout, self.known, self.names.between

    def serves(self, case: Case) -> bool:
        """Whether another case has the same geometry."""
        return _geometry_key(case) == self.key


def _geometry_key(case: Case) -> str:
    tables = [
        case.coordinates,
        [[s.model_dump_json() for s in r.shapes] for r in case.regions.values()],
        [[p.model_dump_json() for p in b.on] for b in case.boundaries.values()],
        [i.model_dump_json(exclude={"surface_charge"}) for i in case.interfaces.values()],
        [str(case.mesh.file), str(case.mesh.source), str(case.mesh.parameters), str(case.mesh.length_unit)],
    ]
    return repr(tables)


def plane_parts(case: Case, told: Told | None = None) -> Parts:
    """The parts of a case in a plane, checked.

    Args:
        case: The case.
        told: What a mesh tells of it, where another rank has it; else one is built or read.

    Raises:
        CaseError: Its geometry or mesh is none, or a check fails on what the mesh tells.
    """
    try:
        parts = _parts(case, told)
    except MeshError as error:
        raise CaseError([problem_of(error, case).text({}, case.source)]) from error
    case.check_layout(parts.known)
    return parts


def _parts(case: Case, told: Told | None) -> Parts:
    """The parts, before the case is checked with what they tell of it."""
    blocks, make, mesh = None, None, None
    widths: tuple[float, ...] = ()
    if case.mesh.is_given:
        between = {name: i.between for name, i in case.interfaces.items() if not i.is_group}
        make = _from_source(case, between) if case.mesh.source is not None else None
        if told is None:
            mesh = _given(case, between, make)
    else:
        geometry = plane_geometry(case)
        widths = tuple(geometry.widths[name] for name in case.regions)
        if geometry.tensor:
            blocks = blocks_of(geometry)
        else:
            make = _meshed(geometry)
        if told is None:
            mesh = _plain(geometry, blocks, make)
    if mesh is not None:
        _reached(case, mesh)
    layout, known, between_regions = told if told is not None else _told(case, mesh)
    names = PartNames(tuple(case.regions), tuple(case.boundaries), tuple(case.interfaces), between_regions)
    if not widths:
        widths = tuple(float(w) for w in (layout.bounds[:, 1] - layout.bounds[:, 0]).min(axis=1))
    return Parts(names, layout, known, _geometry_key(case), blocks, make, widths, mesh)


def _reached(case: Case, mesh: PlaneMesh) -> None:
    """Each piece of the plane that a species can enter has a boundary that holds it, if any piece has.

    Regions may consist of several pieces, which the checks of a case cannot tell apart.

    Raises:
        MeshError: About the region of a piece that is cut off.
    """
    edges = mesh.edges
    beside = edges.cells[edges.find(mesh.facets)][:, 0]
    for s in case.species:
        allowed = np.array([case.present(r, s) for r in mesh.region_names])[mesh.region]
        inner = edges.count > 1
        joined = inner & allowed[edges.cells[:, 0]] & allowed[np.where(inner, edges.cells[:, 1], 0)]
        piece = cell_components(edges, joined)
        holding = [k for k, name in enumerate(mesh.facet_names) if name in case.boundaries and case.fixed_at(name, s)]
        held = np.unique(piece[beside[np.isin(mesh.facet_group, holding)]])
        cut_off = np.flatnonzero(allowed & ~np.isin(piece, held))
        if held.size and cut_off.size:
            where = mesh.points[mesh.triangles[cut_off[0]]].mean(axis=0)
            raise MeshError(
                f"{s} cannot come from any reservoir to the piece of it around "
                f"({length_text(float(where[0]))}, {length_text(float(where[1]))})",
                "pieces that hang together with a boundary that holds the species",
                f"make it a region of its own with {s} absent, or join it to the rest",
                name=mesh.region_names[int(mesh.region[cut_off[0]])],
            )


def _plain(geometry: PlaneGeometry, blocks: Blocks | None, make: Make | None) -> PlaneMesh:
    """A mesh of declared shapes that is fine enough to measure them."""
    if blocks is not None:
        columns, rows = (np.arange(len(line) - 1, dtype=np.int32) for line in blocks.lines)
        return blocks.mesh(*blocks.lines, columns, rows)
    assert make is not None
    return make(Sizes({name: 0.25 * width for name, width in geometry.widths.items()}, segments=SMOOTH))


def _told(case: Case, mesh: PlaneMesh | None) -> Told:
    """What a mesh tells of a case."""
    assert mesh is not None
    layout = layout_of(mesh, tuple(case.boundaries), case.coordinates == "axisymmetric")
    touched = dict(zip(mesh.facet_names, mesh.group_regions, strict=True))
    return layout, layout_of_mesh(case, mesh), tuple(touched[name] for name in case.interfaces)


def _given(case: Case, between: Mapping[str, tuple[str, str]], make: Make | None) -> PlaneMesh:
    """The mesh of the user's file or source; a source's with plain sizes."""
    path = case.mesh_path
    assert path is not None
    lines = _lines(case)
    axisymmetric = case.coordinates == "axisymmetric"
    if make is not None:
        plain = Sizes(dict.fromkeys(case.regions, _source_extent(case) / 20.0), segments=SMOOTH)
        mesh = make(plain)
    else:
        from pnp.plane.files import read_mesh

        mesh = read_mesh(path, case.mesh.length_scale, list(case.regions), lines, between, axisymmetric)
    outer = mesh.edges.outer
    for name in lines:
        where = outer[mesh.edges.find(mesh.facets_of(name))]
        if name in case.boundaries and not where.all():
            raise MeshError("its lines are inside of the mesh", "a boundary lies on the outside", "", name=name)
        if name in case.interfaces and where.any():
            raise MeshError("its lines are on the outside of the mesh", "an interface parts two regions", "", name=name)
    for name, point in case.points.items():
        if point.at is not None and not mesh.holds(point.at):
            raise MeshError(f"points.{name} lies outside of it", f"the mesh spans {_span(mesh)}", "move the point")
    return mesh


def _span(mesh: PlaneMesh) -> str:
    (x0, y0), (x1, y1) = mesh.extent
    return f"{length_text(x0)} to {length_text(x1)} and {length_text(y0)} to {length_text(y1)}"


def _lines(case: Case) -> list[str]:
    """Names that are groups of lines of a given mesh."""
    return [*case.boundaries, *(name for name, i in case.interfaces.items() if i.is_group)]


def _source_extent(case: Case) -> float:
    """Extent of a source's geometry in m."""
    from pnp.plane.source import extent_of, load_source

    assert case.mesh_path is not None
    return extent_of(load_source(case.mesh_path), case.mesh.parameters)


def _from_source(case: Case, between: Mapping[str, tuple[str, str]]) -> Make:
    def make(sizes: Sizes) -> PlaneMesh:
        from pnp.plane.source import load_source, mesh_source

        assert case.mesh_path is not None
        axisymmetric = case.coordinates == "axisymmetric"
        source, regions = load_source(case.mesh_path), list(case.regions)
        return mesh_source(source, case.mesh.parameters, sizes, regions, _lines(case), between, axisymmetric)

    return make


def _meshed(geometry: PlaneGeometry) -> Make:
    def make(sizes: Sizes) -> PlaneMesh:
        from pnp.plane.gmsh_mesh import mesh_geometry

        return mesh_geometry(geometry, sizes)

    return make


def layout_of(mesh: PlaneMesh, boundaries: Sequence[str], axisymmetric: bool) -> PlaneLayout:
    """The layout of a mesh in m."""
    turn = 2.0 * pi if axisymmetric else 1.0
    groups = [mesh.facet_names.index(name) for name in boundaries]
    count = range(len(mesh.region_names))
    corners = [mesh.points[np.unique(mesh.triangles[mesh.region == k])] for k in count]
    return PlaneLayout(
        axisymmetric,
        np.asarray(mesh.region_volumes(axisymmetric) / turn, dtype=np.float64),
        np.asarray(mesh.group_measures(axisymmetric)[groups] / turn, dtype=np.float64),
        tuple(mesh.neighbours),
        tuple(mesh.group_regions[g] for g in groups),
        np.array([[c.min(axis=0), c.max(axis=0)] for c in corners]),
    )
