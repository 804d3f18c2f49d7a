"""Mesh, function space and assembly: everything that depends on the grid and on no number of the case."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import dolfinx
import numpy as np
from dolfinx import fem
from dolfinx.fem import petsc
from mpi4py import MPI
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.forms import Forms
from pnp.jacobian import Jacobian
from pnp.mesh import AnyGrid, domain_of
from pnp.model import Model
from pnp.places import Places
from pnp.scheme import Scheme
from pnp.stopwatch import stage

Array = NDArray[np.float64]


class Discretisation:
    """The blocked Lagrange space of N + 1 components on a grid, and what is assembled on it.

    Local arrays have one row per node of this rank, owned nodes first, and N + 1 columns m_1 … m_N, φ.

    Attributes:
        grid: The grid or mesh.
        species: Number of species N.
        scheme: Flux and degree.
        comm: The communicator the mesh lives on.
        domain: Mesh, cell regions, facets of boundaries and interfaces.
        forms: The compiled forms.
        space: The blocked function space.
        owned: Number of owned nodes.
        points: Position* of each local node, shape (nodes, dimension).
        matrix: The Jacobian's storage.
    """

    def __init__(self, grid: AnyGrid, species: int, scheme: Scheme, comm: MPI.Comm = MPI.COMM_WORLD) -> None:
        """Build mesh, space and forms. Collective."""
        self.grid, self.species, self.scheme, self.comm = grid, species, scheme, comm
        self.domain = domain_of(grid, comm)
        self.forms = Forms(self.domain, species, scheme)
        self.space = self.forms.space
        self._work = dolfinx.la.vector(self.space.dofmap.index_map, species + 1)
        self.owned: int = self.space.dofmap.index_map.size_local
        dim = self.domain.mesh.topology.dim
        self.points: Array = self.space.tabulate_dof_coordinates()[:, :dim].copy()
        self._region_fluxes: dict[tuple[int, ...], tuple[Any, Any]] = {}
        self._region_matrices: dict[tuple[int, ...], PETSc.Mat] = {}
        self._jacobian = Jacobian(self.forms.residual[0][1], self.space)
        self.matrix: PETSc.Mat = self._jacobian.matrix

    @cached_property
    def _amount_matrix(self) -> PETSc.Mat:
        return petsc.create_matrix(self.forms.amount[1])

    def rounding(self, state: Array) -> tuple[Array, Array]:
        """Rounding bound ε_mach |A| max(|u|, 1) of each row of the Jacobian, and its sum over rows. Collective.

        With rows of size D c / h this is the bound Σ ε_mach D c |m| / h of a sum of fluxes in logarithmic unknowns, for
        levels of at least RT.

        Returns:
            The bounds (owned, N + 1); for each column the sum over the rows of all ranks, (N + 1,).
        """
        self.set_state(state)
        self.assemble_jacobian()
        weights = np.maximum(np.abs(state), 1.0).reshape(-1)
        bounds = np.finfo(float).eps * self._jacobian.magnitudes(weights).reshape(self.owned, -1)
        own = bounds.sum(axis=0)
        total = np.empty_like(own)
        self.comm.Allreduce(own, total, op=MPI.SUM)
        return bounds, total

    def row_rounding(self, matrix: PETSc.Mat, state: Array) -> Array:
        """Rounding bound of each row of ``matrix``, of the Jacobian's pattern: ε_mach |A| max(|u|, 1). Collective.

        Returns:
            The bounds, (owned, N + 1).
        """
        x, y, magnitude = self._rounding_work
        matrix.copy(magnitude, PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
        indptr, indices, values = magnitude.getValuesCSR()
        magnitude.setValuesCSR(indptr, indices, np.abs(values))
        magnitude.assemble()
        x.array[:] = np.maximum(np.abs(state), 1.0).reshape(-1)
        magnitude.mult(x, y)
        return np.finfo(float).eps * y.array_r.reshape(self.owned, -1)

    @cached_property
    def _rounding_work(self) -> tuple[PETSc.Vec, PETSc.Vec, PETSc.Mat]:
        x = self.vector(np.zeros(self.owned * (self.species + 1)))
        return x, x.duplicate(), self.matrix.duplicate()

    def destroy(self) -> None:
        """Free what PETSc holds; nothing can be assembled any more, numbers read stay. Collective.

        Without it PETSc keeps objects of several ranks until the end of the process.
        """
        made = [self._jacobian, *self._region_matrices.values()]
        if "_amount_matrix" in self.__dict__:
            made.append(self._amount_matrix)
        made += self.__dict__.get("_rounding_work", ())
        for item in made:
            item.destroy()

    @property
    def nodes(self) -> int:
        """Local nodes, ghosts included."""
        return len(self.points)

    @property
    def unknowns(self) -> int:
        """Global number of unknowns of the field problem."""
        return int(self.space.dofmap.index_map.size_global) * (self.species + 1)

    @cached_property
    def cell_nodes(self) -> NDArray[np.int32]:
        """Local nodes of each local cell, shape (cells, nodes of a cell)."""
        return np.asarray(self.space.dofmap.list, dtype=np.int32)

    @cached_property
    def owned_cells(self) -> int:
        """Number of cells this rank owns; they come first."""
        topology = self.domain.mesh.topology
        return int(topology.index_map(topology.dim).size_local)

    @cached_property
    def places(self) -> Places:
        """Which nodes lie on which boundaries and in which regions."""
        return Places(self.domain, self.space, self.comm)

    def boundary_nodes(self, b: int) -> NDArray[np.int64]:
        """Owned nodes on boundary ``b``."""
        return self.places.on_facets(self.domain.boundary_facets[b])

    def face_nodes(self, face: int) -> NDArray[np.int64]:
        """Owned nodes on face 0 … R of a stack."""
        return self.places.on_facets(self.domain.face_facets[face])

    def nodes_of(self, regions: tuple[int, ...]) -> NDArray[np.int64]:
        """Owned nodes of the cells of some regions, of whichever rank. Collective."""
        if not regions:
            return np.zeros(0, dtype=np.int64)
        inside = self._membership[:, list(regions)].any(axis=1)
        return np.flatnonzero(inside)

    @cached_property
    def _membership(self) -> NDArray[np.bool_]:
        """Whether each owned node has a cell of each region, (owned, R)."""
        region = self.domain.cell_region[: self.owned_cells]
        count = int(self.comm.allreduce(int(self.domain.cell_region.max(initial=0)), op=MPI.MAX)) + 1
        width = self.species + 1
        found = np.zeros((self.owned, count), dtype=bool)
        for first in range(0, count, width):
            chosen = np.arange(first, min(first + width, count))
            own = np.zeros((self.nodes, len(chosen)))
            for local in self.cell_nodes[: self.owned_cells].T:
                for column, k in enumerate(chosen):
                    own[local[region == k], column] = 1.0
            found[:, chosen] = self.node_sum(own) > 0
        return found

    def boundary_weight(self, b: int) -> Array:
        """∮ A v over boundary ``b`` at the owned nodes, (owned,); it multiplies surface charge and given flux."""
        return self._facet_weight("boundary", self.domain.boundary_facets[b], interior=False)

    def interface_weight(self, i: int) -> Array:
        """∫ A v over interface ``i`` at the owned nodes, (owned,)."""
        return self._facet_weight("interface", self.domain.interface_facets[i], interior=True)

    def _facet_weight(self, kind: str, facets: NDArray[np.int32], interior: bool) -> Array:
        if self.scheme.lumped:
            own = self.places.box_areas(facets, self.model)
            return self.node_sum(own[:, None])[:, 0]
        form = self.forms.facet_weight(facets, interior)
        return self._assemble([form]).reshape(self.owned, -1)[:, self.species].copy()

    def distance_from(self, b: int) -> Array:
        """Distance* of owned nodes from boundary ``b``, (owned,): along a stack, in a plane to its nearest facet.

        Collective.
        """
        own = self.points[: self.owned]
        if self.model.plane is None:
            return np.abs(own[:, 0] - self.model.faces[0 if b == 0 else -1])
        return self.places.distance_from_facets(self.domain.boundary_facets[b])[: self.owned]

    def harmonic(self, regions: tuple[int, ...], fixed: Array) -> Array:
        """χ at owned nodes with ∇²χ = 0 in some regions and the values ``fixed`` (owned,) where not nan. Collective.

        Where nothing says anything it is 0.
        """
        cells = np.flatnonzero(np.isin(self.domain.cell_region[: self.owned_cells], regions)).astype(np.int32)
        form, space = self.forms.stiffness(cells)
        return self.places.solved(form, space, self.nodes_of(regions), fixed)

    @property
    def model(self) -> Model:
        """The model whose numbers the forms have."""
        assert self.forms.data.model is not None
        return self.forms.data.model

    def load(self, model: Model) -> None:
        """Give the forms the numbers of a model with this grid (nothing to do when they have them)."""
        self.forms.data.load(model)

    def set_state(self, u: Array) -> None:
        """Put owned values, shape (owned, N + 1), into the state and update ghosts. Collective."""
        self.forms.state.x.array[: u.size] = u.reshape(-1)
        self.forms.state.x.scatter_forward()

    def local_state(self) -> Array:
        """The state at all local nodes, ghosts included: (nodes, N + 1)."""
        return self.forms.state.x.array.reshape(self.nodes, -1).copy()

    def assemble_residual(self) -> Array:
        """Unconstrained residual at the state, shape (owned, N + 1). Collective."""
        return self._assemble([residual for residual, _ in self.forms.residual]).reshape(self.owned, -1)

    def _region_flux(self, regions: tuple[int, ...]) -> tuple[Any, Any]:
        """The flux term over some regions alone, and its derivative."""
        if regions not in self._region_fluxes:
            cells = np.flatnonzero(np.isin(self.domain.cell_region[: self.owned_cells], regions)).astype(np.int32)
            residual, jacobian = self.forms.flux_over(cells)
            self._region_fluxes[regions] = residual, jacobian
        return self._region_fluxes[regions]

    def assemble_region_flux(self, regions: tuple[int, ...]) -> Array:
        """Flux term over some regions alone at the state, (owned, N + 1). Collective."""
        return self._assemble([self._region_flux(regions)[0]]).reshape(self.owned, -1)

    def assemble_region_flux_jacobian(self, regions: tuple[int, ...]) -> PETSc.Mat:
        """Its derivative. Collective."""
        _, jacobian = self._region_flux(regions)
        if regions not in self._region_matrices:
            self._region_matrices[regions] = petsc.create_matrix(jacobian)
        matrix = self._region_matrices[regions]
        matrix.zeroEntries()
        petsc.assemble_matrix(matrix, jacobian)
        matrix.assemble()
        return matrix

    def region_charges(self) -> Array:
        """∫ (Σ z_i c_i* + ρ*) A dx* over each region at the state, (R,), as Poisson's rows see it. Collective."""
        form, cells = self.forms.cell_charge
        b = dolfinx.la.vector(cells.dofmap.index_map, 1)
        fem.assemble_vector(b.array, form)
        owned = cells.dofmap.list[: self.owned_cells, 0]
        region = self.domain.cell_region[: self.owned_cells]
        own = -np.bincount(region, b.array[owned], minlength=len(self.model.regions))
        total = np.empty_like(own)
        self.comm.Allreduce(own, total, op=MPI.SUM)
        return total

    def assemble_amounts(self) -> Array:
        """∫ c_i v_i by node, shape (owned, N + 1), last column zero. Collective."""
        return self._assemble([self.forms.amount[0]]).reshape(self.owned, -1)

    def _assemble(self, forms: list[Any]) -> Array:
        b = self._work
        with stage("assembly"):
            b.array[:] = 0.0
            for form in forms:
                fem.assemble_vector(b.array, form)
            b.scatter_reverse(dolfinx.la.InsertMode.add)
        return b.array[: self.owned * (self.species + 1)].copy()

    def assemble_jacobian(self, charge: bool = True) -> PETSc.Mat:
        """Unconstrained Jacobian at the state, into ``matrix``; of transport alone without ``charge``. Collective."""
        every = [jacobian for _, jacobian in self.forms.residual]
        with stage("assembly"):
            return self._jacobian.assemble(every if charge else [self.forms.transport_jacobian])

    def assemble_amount_jacobian(self) -> PETSc.Mat:
        """∂/∂u of ∫ c_i v_i. Collective."""
        self._amount_matrix.zeroEntries()
        petsc.assemble_matrix(self._amount_matrix, self.forms.amount[1])
        self._amount_matrix.assemble()
        return self._amount_matrix

    def node_sum(self, per_node: Array) -> Array:
        """Sum contributions of all ranks to each node, (nodes, k ≤ N + 1) local in, (owned, k) out. Collective."""
        return self.node_total(per_node)[: self.owned]

    def node_total(self, per_node: Array) -> Array:
        """The same sum at all local nodes, ghosts included: (nodes, k ≤ N + 1) in and out. Collective."""
        k = per_node.shape[1]
        b = self._work
        b.array[:] = 0.0
        b.array.reshape(self.nodes, -1)[:, :k] = per_node
        b.scatter_reverse(dolfinx.la.InsertMode.add)
        b.scatter_forward()
        return b.array.reshape(self.nodes, -1)[:, :k].copy()

    def vector(self, values: Array) -> PETSc.Vec:
        """PETSc vector over the owned unknowns, holding a copy of ``values``."""
        return PETSc.Vec().createWithArray(
            values.reshape(-1).copy(), size=(self.owned * (self.species + 1), self.unknowns), comm=self.comm
        )
