"""The parts of a case: how it is meshed, and for a plane its layout, found on rank 0 and told to all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import pi
from typing import Protocol

import numpy as np
from mpi4py import MPI

from pnp.case import Case, CaseError
from pnp.case.layout import Layout
from pnp.case.mesh_layout import layout_of_mesh
from pnp.case.plane import plane_geometry, problem_of
from pnp.grading import MeshOptions
from pnp.meshes import Meshes, StackMeshes
from pnp.model import Model
from pnp.nondimensional import model_from_case
from pnp.plane.blocks import Blocks, blocks_of
from pnp.plane.errors import MeshError
from pnp.plane.geometry import PlaneGeometry
from pnp.plane.grid import PlaneGrid
from pnp.plane.layout import PlaneLayout
from pnp.plane.mesh import PlaneMesh
from pnp.plane.sizes import Sizes
from pnp.plane.tensor import right_triangles
from pnp.plane_grading import PartNames
from pnp.tensor_meshes import TensorMeshes
from pnp.triangle_meshes import GivenMesh, GmshMeshes, on_first_rank
from pnp.units import length_text

Make = Callable[[Sizes], PlaneMesh]

SMOOTH = 96
"""Facets on a full turn of a curved line of the mesh that a layout is taken from."""


class HasModel(Protocol):
    """A case with its model and parts."""

    @property
    def case(self) -> Case: ...  # noqa: D102
    @property
    def model(self) -> Model: ...  # noqa: D102
    @property
    def parts(self) -> Parts | None: ...  # noqa: D102


@dataclass(frozen=True)
class Alone:
    """A case by itself, with its model and parts."""

    case: Case
    model: Model
    parts: Parts | None


@dataclass(frozen=True, eq=False)
class Parts:
    """A case in a plane: its names, its layout in m and what meshes are made of.

    Attributes:
        names: Names of regions, boundaries and interfaces.
        layout: Sizes and neighbours.
        known: The same, by name, as the checks and the simplified models of a case take it.
        key: The tables of the case that all this follows from.
        blocks: The geometry where it is all rectangles.
        make: Gives a mesh of given sizes, on rank 0; None for a mesh that is as it is.
        mesh: The mesh that the layout was taken from, on rank 0.
    """

    names: PartNames
    layout: PlaneLayout
    known: Layout
    key: str
    blocks: Blocks | None = None
    make: Make | None = None
    widths: tuple[float, ...] = ()
    mesh: PlaneMesh | None = field(default=None, repr=False)

    def serves(self, case: Case) -> bool:
        """Whether another case has the same geometry."""
        return _geometry_key(case) == self.key


def _geometry_key(case: Case) -> str:
    tables = [
        case.coordinates,
        [[s.model_dump_json() for s in r.shapes] for r in case.regions.values()],
        [[p.model_dump_json() for p in b.on] for b in case.boundaries.values()],
        [i.model_dump_json() for i in case.interfaces.values()],
        [str(case.mesh.file), str(case.mesh.source), str(case.mesh.parameters), str(case.mesh.length_unit)],
    ]
    return repr(tables)


def parts_of(case: Case, comm: MPI.Comm) -> Parts | None:
    """The parts of a case in a plane, None for a stack. Collective.

    Raises:
        CaseError: On every rank, where its geometry or mesh is none.
    """
    if case.is_stack:
        return None
    try:
        parts = _parts(case, comm)
    except MeshError as error:
        raise CaseError([problem_of(error, case).text({}, case.source)]) from error
    case.check_layout(parts.known)
    return parts


def _parts(case: Case, comm: MPI.Comm) -> Parts:
    """The parts, before the case is checked with what they tell of it."""
    axisymmetric = case.coordinates == "axisymmetric"
    blocks, make, widths = None, None, ()
    if case.mesh.is_given:
        between = {name: i.between for name, i in case.interfaces.items() if not i.is_group}
        make = _from_source(case, between) if case.mesh.source is not None else None
        mesh = on_first_rank(comm, lambda: _given(case, between, make))
    else:
        geometry = plane_geometry(case)
        if geometry.tensor:
            blocks = blocks_of(geometry)
            intervals = [np.arange(len(line) - 1, dtype=np.int32) for line in blocks.lines]
            mesh = blocks.mesh(*blocks.lines, *intervals) if comm.rank == 0 else None
        else:
            make = _meshed(geometry)
            plain = Sizes({name: 0.25 * width for name, width in geometry.widths.items()}, segments=SMOOTH)
            mesh = on_first_rank(comm, lambda: make(plain))
        widths = tuple(geometry.widths[name] for name in case.regions)
    layout, known, between = comm.bcast(_told(case, mesh, axisymmetric) if mesh is not None else None)
    names = PartNames(tuple(case.regions), tuple(case.boundaries), tuple(case.interfaces), between)
    if not widths:
        widths = tuple(float(w) for w in (layout.bounds[:, 1] - layout.bounds[:, 0]).min(axis=1))
    return Parts(names, layout, known, _geometry_key(case), blocks, make, widths, mesh)


def _told(case: Case, mesh: PlaneMesh, axisymmetric: bool) -> tuple[PlaneLayout, Layout, tuple[tuple[int, ...], ...]]:
    """What rank 0 tells the others of a mesh: its layout, that of the case's checks, each interface's regions."""
    layout = layout_of(mesh, tuple(case.boundaries), axisymmetric)
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
        return make(plain)
    from pnp.plane.files import read_mesh

    mesh = read_mesh(path, case.mesh.length_scale, list(case.regions), lines, between, axisymmetric)
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
        mesh.region_volumes(axisymmetric) / turn,
        mesh.group_measures(axisymmetric)[groups] / turn,
        tuple(mesh.neighbours),
        tuple(mesh.group_regions[g] for g in groups),
        np.array([[c.min(axis=0), c.max(axis=0)] for c in corners]),
    )


def mesh_options(case: Case) -> MeshOptions:
    """Grading as the case asks for it."""
    mesh = case.mesh
    largest = float("inf") if mesh.largest_cell is None else mesh.largest_cell
    return MeshOptions(mesh.refinement, mesh.growth, mesh.cells_per_debye_length, mesh.max_cell_fraction, largest)


def meshes_of(points: Sequence[HasModel], comm: MPI.Comm) -> Meshes:
    """The meshes of points that can share them."""
    case, parts, models = points[0].case, points[0].parts, [p.model for p in points]
    options, adapts = mesh_options(case), case.mesh.adapt
    if parts is None:
        return StackMeshes(models, options, adapts)
    if parts.blocks is not None:
        return TensorMeshes(models, options, adapts, comm, parts.blocks)
    if parts.make is not None:
        return GmshMeshes(models, options, adapts, comm, parts.make, parts.names, parts.widths)
    return GivenMesh(models, options, comm, parts.mesh, parts.names)


def first_mesh(case: Case) -> PlaneMesh:
    """The mesh that a case in a plane, or on a strip, is solved on to the end, before it is adapted; one rank.

    Raises:
        CaseError: Its geometry or mesh is none.
    """
    comm = MPI.COMM_SELF
    parts = parts_of(case, comm)
    model = model_from_case(case, layout=None if parts is None else parts.layout)
    meshes = meshes_of([Alone(case, model, parts)], comm)
    grid = meshes.first()
    while (finer := meshes.finer(grid)) is not None:
        grid = finer
    if isinstance(grid, PlaneGrid):
        assert grid.mesh is not None
        return grid.mesh
    unit, rows = model.scales.length, np.linspace(0.0, grid.height, grid.rows + 1)
    points, triangles, column = right_triangles(grid.nodes, rows)
    none = np.zeros((0, 2), dtype=np.int64)
    names = tuple(case.regions)
    return PlaneMesh(points * unit, triangles, grid.region[column], names, none, np.zeros(0, dtype=np.int32), ())
