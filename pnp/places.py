"""Where the nodes of a discretisation lie: on facets, how much of them is each node's, and functions between them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from dolfinx import fem
from dolfinx.fem import petsc
from mpi4py import MPI
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.distance import distance
from pnp.grading import differ
from pnp.mesh import Domain
from pnp.model import Model

Array = NDArray[np.float64]

SMALL = 20_000
"""Unknowns up to which a harmonic function is found by factorisation."""
HARMONIC_TOLERANCE = 1e-10
"""Relative tolerance of a harmonic test function: any function between its ends counts the same flux."""


class Places:
    """Nodes on facets and box areas of nodes, local to this rank."""

    def __init__(self, domain: Domain, space: Any, comm: MPI.Comm) -> None:
        """``space`` is the blocked space of the unknowns."""
        self._domain, self._space, self._comm = domain, space, comm
        self._known: dict[int, NDArray[np.int64]] = {}

    @property
    def _dim(self) -> int:
        return int(self._domain.mesh.topology.dim)

    def on_facets(self, facets: NDArray[np.int32]) -> NDArray[np.int64]:
        """Owned nodes on facets, those that only other ranks hold included. Collective the first time."""
        if id(facets) not in self._known:
            nodes = fem.locate_dofs_topological(self._space, self._dim - 1, facets)
            self._known[id(facets)] = nodes[nodes < self._space.dofmap.index_map.size_local].astype(np.int64)
        return self._known[id(facets)]

    def box_areas(self, facets: NDArray[np.int32], model: Model) -> Array:
        """Area* of facets that belongs to each local node's box, (nodes,): a point, or halves of edges.

        Owned facets only, so that a sum over ranks counts each once; first degree.
        """
        mesh = self._domain.mesh
        found = np.zeros(self._space.dofmap.index_map.size_local + self._space.dofmap.index_map.num_ghosts)
        own = np.sort(facets[facets < mesh.topology.index_map(self._dim - 1).size_local])
        if not len(own):
            return found
        nodes = self._facet_nodes(own)
        points = self._space.tabulate_dof_coordinates()
        if self._dim == 1:
            np.add.at(found, nodes[:, 0], model.geometry.area(points[nodes[:, 0], 0]))
            return found
        ends = points[nodes]
        half = 0.5 * np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
        r = ends[:, :, 0]
        # ∫ r over the half of an edge at its end a: half its length times (3 r_a + r_b)/4
        revolved, unit = (
            (model.plane.axisymmetric, 1.0)
            if model.plane is not None
            else (model.geometry.exponent == 1, model.geometry.height * model.geometry.outer**model.geometry.exponent)
        )
        for a, b in ((0, 1), (1, 0)):
            np.add.at(found, nodes[:, a], half * ((3.0 * r[:, a] + r[:, b]) / 4.0 if revolved else 1.0) / unit)
        return found

    def distance_from_facets(self, facets: NDArray[np.int32]) -> Array:
        """Distance* of each local node from the nearest of some facets of all ranks, in a plane. Collective."""
        points = self._space.tabulate_dof_coordinates()[:, :2]
        ends = points[self._facet_nodes(facets)] if len(facets) else np.zeros((0, 2, 2))
        return distance(points, np.concatenate(self._comm.allgather(ends)))

    def distance_from_parts(self) -> Array:
        """Distance* of each local node from the nearest boundary or interface. Collective."""
        domain = self._domain
        facets = np.unique(np.concatenate([*domain.boundary_facets, *domain.interface_facets, self.borders]))
        return self.distance_from_facets(facets)

    @cached_property
    def borders(self) -> NDArray[np.int32]:
        """Local facets between cells of different regions."""
        mesh = self._domain.mesh
        mesh.topology.create_connectivity(self._dim - 1, self._dim)
        table = mesh.topology.connectivity(self._dim - 1, self._dim)
        inner = np.flatnonzero(np.diff(table.offsets) == 2)
        region = self._domain.cell_region
        a, b = (region[table.array[table.offsets[inner] + side]] for side in (0, 1))
        return inner[a != b].astype(np.int32)

    def along_parts(self, model: Model) -> Iterator[tuple[str, NDArray[np.int64], Array]]:
        """Boundaries, and borders of regions by side: names, owned cells at them, the length* of each one's facet."""
        mesh, dim = self._domain.mesh, self._dim
        owned = mesh.topology.index_map(dim).size_local
        table = mesh.topology.connectivity(dim - 1, dim)
        points = self._space.tabulate_dof_coordinates()
        region = self._domain.cell_region

        def found(facets: NDArray[np.int32], side: int) -> tuple[NDArray[np.int64], Array]:
            cells = table.array[table.offsets[facets] + side].astype(np.int64)
            ends = points[self._facet_nodes(facets)] if len(facets) else np.zeros((0, 2, 3))
            own = cells < owned
            return cells[own], np.linalg.norm(ends[own, 1] - ends[own, 0], axis=1)

        borders = self.borders  # makes the connectivity too
        table = mesh.topology.connectivity(dim - 1, dim)
        for boundary, facets in zip(model.boundaries, self._domain.boundary_facets, strict=True):
            yield boundary.name, *found(facets, 0)
        names = [r.name for r in model.regions]
        for j, k in model.neighbours:
            if not differ(model, j, k):
                continue
            parts = [found(borders, side) for side in (0, 1)]
            other = [region[table.array[table.offsets[borders] + 1 - side]] for side in (0, 1)]
            for own, beyond in ((j, k), (k, j)):
                cells, base = [], []
                for side in (0, 1):
                    at = table.array[table.offsets[borders] + side]
                    chosen = (at < owned) & (region[at] == own) & (other[side] == beyond)
                    mine = chosen[at < owned]
                    cells.append(parts[side][0][mine])
                    base.append(parts[side][1][mine])
                pair = f"{names[min(j, k)]}|{names[max(j, k)]}, {names[own]} side"
                yield pair, np.concatenate(cells), np.concatenate(base)

    def segments(self, facets: NDArray[np.int32], to_global: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """Ends of owned facets as region · ``count`` + global node, (k, 2), on the side of the first owned cell."""
        mesh, dim = self._domain.mesh, self._dim
        own = facets[facets < mesh.topology.index_map(dim - 1).size_local]
        mesh.topology.create_connectivity(dim - 1, dim)
        table = mesh.topology.connectivity(dim - 1, dim)
        first = table.array[table.offsets[own]]
        last = table.array[table.offsets[own + 1] - 1]
        # the side of the smaller region, which every rank takes alike
        region = np.minimum(self._domain.cell_region[first], self._domain.cell_region[last]).astype(np.int64)
        return region[:, None] * count + to_global[self._facet_nodes(own)]

    def _facet_nodes(self, facets: NDArray[np.int32]) -> NDArray[np.int64]:
        """Local nodes of each facet, (facets, dimension), first degree."""
        mesh, dim = self._domain.mesh, self._dim
        mesh.topology.create_connectivity(dim - 1, dim)
        mesh.topology.create_connectivity(dim, dim - 1)
        to_cell, to_facet = mesh.topology.connectivity(dim - 1, dim), mesh.topology.connectivity(dim, dim - 1)
        cells = to_cell.array[to_cell.offsets[facets]]
        around = to_facet.array.reshape(-1, dim + 1)[cells]
        opposite = np.argmax(around == facets[:, None], axis=1)
        # facet i of an interval is its vertex i; that of a triangle lies opposite vertex i
        kept = np.array([[0], [1]]) if dim == 1 else np.array([[1, 2], [0, 2], [0, 1]])
        corners = np.asarray(self._space.dofmap.list)[cells]
        return np.take_along_axis(corners, kept[opposite], axis=1).astype(np.int64)

    def solved(self, form: Any, space: Any, inside: NDArray[np.int64], fixed: Array) -> Array:
        """Owned values of the scalar u with form(u, v) = 0 at the nodes ``inside`` that are not fixed. Collective.

        Raises:
            RuntimeError: The solver fails.
        """
        assert np.array_equal(space.dofmap.list, self._space.dofmap.list)
        matrix = petsc.create_matrix(form)
        petsc.assemble_matrix(matrix, form)
        matrix.assemble()
        owned = len(fixed)
        free = np.zeros(owned, dtype=bool)
        free[inside] = True
        rows = np.flatnonzero(~(free & np.isnan(fixed))).astype(PETSc.IntType)
        x = matrix.createVecRight()
        b = x.duplicate()
        x.array[:] = 0.0
        b.array[:] = np.where(np.isnan(fixed), 0.0, fixed)
        x.array[rows] = b.array_r[rows]
        matrix.zeroRowsColumnsLocal(rows, diag=1.0, x=x, b=b)
        ksp = PETSc.KSP().create(self._comm)
        ksp.setOperators(matrix)
        direct = space.dofmap.index_map.size_global <= SMALL
        ksp.setType("preonly" if direct else "cg")
        ksp.getPC().setType("lu" if direct else "hypre")
        if direct:
            ksp.getPC().setFactorSolverType("mumps")
        ksp.setTolerances(rtol=HARMONIC_TOLERANCE)
        ksp.setInitialGuessNonzero(not direct)
        ksp.solve(b, x)
        reason, values = ksp.getConvergedReason(), np.array(x.array_r)
        for item in (ksp, matrix, x, b):
            item.destroy()
        if reason <= 0:
            raise RuntimeError(f"no harmonic test function: PETSc's reason {reason}")
        return values
