"""The parts of a case: how it is meshed, and for a plane its layout, found on rank 0 and told to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import pi
from typing import TYPE_CHECKING, Protocol

import numpy as np
from mpi4py import MPI

from pnp.case import Case, CaseError
from pnp.case.plane import plane_geometry, problem_of
from pnp.grading import MeshOptions
from pnp.meshes import Meshes, StackMeshes
from pnp.model import Model
from pnp.plane.blocks import Blocks, blocks_of
from pnp.plane.errors import MeshError
from pnp.plane.geometry import PlaneGeometry
from pnp.plane.layout import PlaneLayout
from pnp.plane.mesh import PlaneMesh
from pnp.plane.sizes import Sizes
from pnp.plane_grading import PartNames
from pnp.plane_meshes import GivenMesh, GmshMeshes, TensorMeshes, on_first_rank

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


@dataclass(frozen=True, eq=False)
class Parts:
    """A case in a plane: its names, its layout in m and what meshes are made of.

    Attributes:
        names: Names of regions, boundaries and interfaces.
        layout: Sizes and neighbours.
        key: The tables of the case that all this follows from.
        blocks: The geometry where it is all rectangles.
        make: Gives a mesh of given sizes, on rank 0; None for a mesh that is as it is.
        mesh: The mesh that the layout was taken from, on rank 0.
    """

    names: PartNames
    layout: PlaneLayout
    key: str
    blocks: Blocks | None = None
    make: Callable[[Sizes], PlaneMesh] | None = None
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
        return _parts(case, comm)
    except MeshError as error:
        raise CaseError([problem_of(error, case).text({}, case.source)]) from error


def _parts(case: Case, comm: MPI.Comm) -> Parts:
    if case.mesh.is_given:
        raise NotImplementedError
    geometry = plane_geometry(case)
    names = _names(case, geometry)
    blocks, make, mesh = None, None, None
    if geometry.tensor:
        blocks = blocks_of(geometry)
        intervals = [np.arange(len(line) - 1, dtype=np.int32) for line in blocks.lines]
        mesh = blocks.mesh(*blocks.lines, *intervals)
    else:
        make = _meshed(geometry)
        widths = geometry.widths
        plain = Sizes({name: 0.25 * widths[name] for name in names.regions}, segments=SMOOTH)
        mesh = on_first_rank(comm, lambda: make(plain))
    layout = comm.bcast(layout_of(mesh, names, geometry.axisymmetric) if mesh is not None else None)
    assert layout is not None
    widths = tuple(geometry.widths[name] for name in names.regions)
    return Parts(names, layout, _geometry_key(case), blocks, make, widths)


def _meshed(geometry: PlaneGeometry) -> Callable[[Sizes], PlaneMesh]:
    def make(sizes: Sizes) -> PlaneMesh:
        from pnp.plane.gmsh_mesh import mesh_geometry

        return mesh_geometry(geometry, sizes)

    return make


def _names(case: Case, geometry: PlaneGeometry) -> PartNames:
    regions = tuple(case.regions)
    between = tuple(tuple(regions.index(r) for r in i.between) for i in geometry.interfaces)
    return PartNames(regions, tuple(case.boundaries), tuple(case.interfaces), between)


def layout_of(mesh: PlaneMesh, names: PartNames, axisymmetric: bool) -> PlaneLayout:
    """The layout of a mesh in m."""
    turn = 2.0 * pi if axisymmetric else 1.0
    groups = [mesh.facet_names.index(name) for name in names.boundaries]
    corners = [mesh.points[np.unique(mesh.triangles[mesh.region == k])] for k in range(len(names.regions))]
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
    return MeshOptions(mesh.refinement, mesh.growth, mesh.cells_per_debye_length, mesh.max_cell_fraction)


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
