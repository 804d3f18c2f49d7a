"""How a case is meshed: its parts, found on rank 0 and told to all, and the meshes of alike points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from mpi4py import MPI

from pnp.case import Case, CaseError
from pnp.grading import MeshOptions
from pnp.meshes import Meshes, StackMeshes
from pnp.model import Model
from pnp.nondimensional import model_from_case
from pnp.plane.grid import PlaneGrid
from pnp.plane.mesh import PlaneMesh
from pnp.plane.tensor import right_triangles
from pnp.plane_parts import Parts, plane_parts
from pnp.tensor_meshes import TensorMeshes
from pnp.triangle_meshes import GivenMesh, GmshMeshes


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


def parts_of(case: Case, comm: MPI.Comm) -> Parts | None:
    """The parts of a case in a plane, None for a stack. Collective.

    Raises:
        CaseError: On every rank, where its geometry or mesh is none.
    """
    if case.is_stack:
        return None
    parts, error = None, None
    if comm.rank == 0:
        try:
            parts = plane_parts(case)
        except CaseError as raised:
            error = raised
    error = comm.bcast(error)
    if error is not None:
        raise error
    told = comm.bcast(parts.told if parts is not None else None)
    return parts if parts is not None else plane_parts(case, told)


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
