"""Meshes of triangles as Gmsh makes them, or as the user gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.grading import MeshOptions
from pnp.mesh import AnyGrid
from pnp.meshes import Demand
from pnp.model import Model
from pnp.node_fields import NodeFields
from pnp.plane.errors import MeshError
from pnp.plane.grid import PlaneGrid
from pnp.plane.mesh import PlaneMesh
from pnp.plane.repair import repair
from pnp.plane.sizes import NodalSizes, Sizes
from pnp.plane_grading import GMSH_DENSITY, PartNames, cell_sizes
from pnp.plane_meshes import FIRST_NODES, MOST_NODES, PlaneMeshes, halvings_left
from pnp.plane_samples import PlaneSamples
from pnp.steady import SteadySolution

T = TypeVar("T")
Array = NDArray[np.float64]

MOST_GMSH_HALVINGS = 3
"""Coarser meshes of Gmsh's are too coarse for their geometry to have edges of positive weight."""


class GmshMeshes(PlaneMeshes):
    """Meshes of any declared geometry, or of a parametrised source, by Gmsh."""

    def __init__(
        self,
        models: Sequence[Model],
        options: MeshOptions,
        adapts: bool,
        comm: MPI.Comm,
        make: Callable[[Sizes], PlaneMesh],
        names: PartNames,
        widths: Sequence[float],
    ) -> None:
        """``make`` gives the mesh of some sizes, on rank 0; ``widths`` (m) are those of the regions."""
        super().__init__(models, options, adapts, comm)
        self._make, self._names, self._widths = make, names, widths
        self._nodal: NodalSizes | None = None

    def first(self) -> AnyGrid:
        """A mesh of about `FIRST_NODES` nodes."""
        halvings = MOST_GMSH_HALVINGS
        grid = self._grid(halvings)
        # nodes grow fourfold with each halving but for the least that a geometry takes; a mesh that is noted for its
        # edges or its layers is too coarse for the geometry
        while halvings and (2 * grid.cells <= FIRST_NODES or grid.notes):
            halvings -= 1
            grid = self._grid(halvings)
        return grid

    @property
    def density(self) -> float:
        """Cells are as long as they are wide."""
        return GMSH_DENSITY

    def _grid(self, halvings: int) -> PlaneGrid:
        sizes = cell_sizes(self.models, self._names, self._widths, self.options)
        wanted = replace(sizes, refinement=sizes.refinement * 0.5**halvings, nodal=self._nodal)
        mesh = on_first_rank(self.comm, lambda: self._repaired(self._make(wanted)))
        cells, notes = self.comm.bcast((len(mesh.triangles), mesh.notes) if mesh is not None else None)
        return PlaneGrid(
            mesh, self.unit, cells, self._names.boundaries, self._names.interfaces, halvings, notes=tuple(notes)
        )

    def _repaired(self, mesh: PlaneMesh) -> PlaneMesh:
        return mended(mesh, self.models[0])

    def demand(self, solution: SteadySolution, samples: NodeFields) -> Demand:
        """For each owned cell (m,)."""
        assert isinstance(samples, PlaneSamples)
        own = np.maximum(*self.cell_demand(solution, samples))
        return Demand(float(self.comm.allreduce(float(own.max(initial=1.0)), op=MPI.MAX)), (own, samples))

    def refined(self, grid: AnyGrid, demand: Demand) -> AnyGrid | None:
        """Meshed anew, with the sizes that the state asks for."""
        if not self.wanted(grid, demand):
            return None
        own, samples = demand.detail
        halvings = halvings_left(grid)
        corners = samples.points[samples.cells]
        sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
        size = sides.mean(axis=1) / own
        gathered = self.comm.gather((corners, size))
        if self.comm.rank == 0:
            every, sizes = (np.concatenate(parts) for parts in zip(*gathered, strict=True))
            triangles = np.arange(3 * len(every)).reshape(-1, 3)
            share = self.refinement * 0.5**halvings
            nodal = np.repeat(sizes * share * self.unit, 3)
            if np.sum(0.5 / sizes**2 * np.prod(np.ptp(every, axis=1), axis=1)) * 4**halvings > MOST_NODES:
                nodal = np.zeros(0)
            self._nodal = NodalSizes(every.reshape(-1, 2) * self.unit, triangles, nodal) if len(nodal) else self._nodal
        return self._grid(halvings)

    def finer(self, grid: AnyGrid) -> AnyGrid | None:
        """Meshed anew, with half the sizes."""
        halvings = halvings_left(grid)
        return self._grid(halvings - 1) if halvings else None

    def coarser(self, grid: AnyGrid) -> AnyGrid | None:
        """Meshed anew, with twice the sizes of the last."""
        return self._grid(1)


class GivenMesh(PlaneMeshes):
    """The user's own mesh, as it is."""

    def __init__(
        self, models: Sequence[Model], options: MeshOptions, comm: MPI.Comm, mesh: PlaneMesh | None, names: PartNames
    ) -> None:
        """``mesh`` is there on rank 0."""
        super().__init__(models, options, False, comm)
        self._mesh, self._names = mesh, names

    def first(self) -> AnyGrid:
        """The mesh, edges mended."""
        mesh = on_first_rank(self.comm, lambda: None if self._mesh is None else mended(self._mesh, self.models[0]))
        cells, notes = self.comm.bcast((len(mesh.triangles), mesh.notes) if mesh is not None else None)
        names = self._names.boundaries, self._names.interfaces
        return PlaneGrid(mesh, self.unit, cells, *names, notes=tuple(notes))

    def demand(self, solution: SteadySolution, samples: NodeFields) -> Demand:
        """The largest of any cell, for a warning."""
        assert isinstance(samples, PlaneSamples)
        own = float(np.maximum(*self.cell_demand(solution, samples)).max(initial=1.0))
        return Demand(float(self.comm.allreduce(own, op=MPI.MAX)), None)

    def refined(self, grid: AnyGrid, demand: Demand) -> AnyGrid | None:
        """None: it is the user's."""
        return None

    def coarser(self, grid: AnyGrid) -> AnyGrid | None:
        """None: it is the user's."""
        return None


def on_first_rank(comm: MPI.Comm, make: Callable[[], T | None]) -> T | None:
    """What ``make`` gives on rank 0, None on the others; its `MeshError` is raised on all. Collective."""
    made, error = None, None
    if comm.rank == 0:
        try:
            made = make()
        except MeshError as raised:
            error = raised
    error = comm.bcast(error)
    if error is not None:
        raise error
    return made


def mended(mesh: PlaneMesh, model: Model) -> PlaneMesh:
    """A mesh whose edges have no negative weight for any coefficient of a model, as far as that can be had."""
    assert model.plane is not None
    diffusivity = np.array([np.where(r.present, r.diffusivity, 0.0) for r in model.regions]).T
    coefficients = np.vstack([[r.permittivity for r in model.regions], diffusivity])
    names = ["permittivity", *(f"diffusivity of {s}" for s in model.species)]
    done = repair(mesh, coefficients, model.plane.axisymmetric, names)
    notes = tuple(str(done.after).splitlines()) if not done.after.clean else ()
    return replace(done.mesh, notes=(*done.mesh.notes, *notes))
