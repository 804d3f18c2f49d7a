"""Mesh, function space and compiled forms: everything that depends on the grid and on no number of the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import dolfinx
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc
from mpi4py import MPI
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp import kernels
from pnp.area_weights import AreaWeights, Weighted
from pnp.grading import Grid
from pnp.mesh import element, interval_domain
from pnp.model import Model
from pnp.terms.coefficients import POSITION_COEFFICIENTS, REGION_COEFFICIENTS
from pnp.terms.fields import Fields
from pnp.terms.loads import boundary_weight, interface_weight
from pnp.terms.poisson import space_charge
from pnp.terms.registry import FLUXES, steady_terms
from pnp.terms.storage import amount

Array = NDArray[np.float64]

ONE_RULE = "everything"
MIDPOINT = {"quadrature_degree": 1}
VERTEX = {"quadrature_rule": "vertex", "quadrature_degree": 1}


@dataclass(frozen=True)
class Scheme:
    """How the equations are discretised: ``flux`` "edge_averaged" (P1 only) or "galerkin", and the degree."""

    flux: str = "edge_averaged"
    degree: int = 1

    @property
    def lumped(self) -> bool:
        """Whether transport is taken at edge midpoints and charge at vertices, rather than by the Galerkin rule."""
        return self.flux == "edge_averaged"

    @property
    def rules(self) -> tuple[str, ...]:
        """Forms of the residual: a form keeps to one quadrature rule, the form compiler would mix them up."""
        return ("transport", "charge") if self.lumped else (ONE_RULE,)

    def quadrature(self, rule: str) -> dict[str, Any]:
        """Quadrature rule of the terms that need "transport" or "charge", see `pnp.terms.registry.Term`."""
        if self.lumped:
            return MIDPOINT if rule == "transport" else VERTEX
        # c is an exponential: two degrees more than the mass matrix
        return {"quadrature_degree": 2 * self.degree + 2}


class Discretisation:
    """The blocked Lagrange space of N + 1 components on a grid, with its compiled forms.

    Local arrays have one row per node of this rank, owned nodes first, and N + 1 columns m_1 … m_N, φ.

    Attributes:
        grid: The grid.
        species: Number of species N.
        scheme: Flux and degree.
        comm: The communicator the mesh lives on.
        domain: Mesh, cell regions, facets of the faces.
        space: The blocked function space.
        owned: Number of owned nodes.
        x: Position* of each local node, shape (nodes,).
        matrix: The Jacobian's storage.
    """

    def __init__(self, grid: Grid, species: int, scheme: Scheme, comm: MPI.Comm = MPI.COMM_WORLD) -> None:
        """Build mesh, space and forms. Collective."""
        self.grid, self.species, self.scheme, self.comm = grid, species, scheme, comm
        self.domain = interval_domain(grid, comm)
        mesh = self.domain.mesh
        self.space = fem.functionspace(mesh, element("Lagrange", scheme.degree, (species + 1,)))
        self._state = fem.Function(self.space)
        self._charge_number = fem.Constant(mesh, np.zeros(species))
        spaces = {
            True: fem.functionspace(mesh, element("DG", 0, (species,))),
            False: fem.functionspace(mesh, element("DG", 0)),
        }
        varying = fem.functionspace(mesh, element("DG", scheme.degree))
        self._by_region = {c.name: fem.Function(spaces[c.per_species]) for c in REGION_COEFFICIENTS}
        self._by_position = {c.name: fem.Function(varying) for c in POSITION_COEFFICIENTS}
        self.areas = AreaWeights(mesh, scheme.lumped)
        self._varying_points: Array = varying.tabulate_dof_coordinates()[:, 0].copy()
        self._loaded: Model | None = None
        self._work = dolfinx.la.vector(self.space.dofmap.index_map, species + 1)
        self.owned: int = self.space.dofmap.index_map.size_local
        self.x: Array = self.space.tabulate_dof_coordinates()[:, 0].copy()
        self._region_fluxes: dict[int, tuple[Any, Any, PETSc.Mat]] = {}
        self._data = kernels.Data(
            mesh,
            self.space,
            {"state": self._state, **self._by_region, **self._by_position, **self.areas.by_name},
            {"charge_number": self._charge_number},
        )
        self._forms = [self._form(rule, lambda r=rule: self.residual_forms()[r]) for rule in scheme.rules]
        self.matrix: PETSc.Mat = petsc.create_matrix(self._forms[0][1])
        self.matrix.setOption(PETSc.Mat.Option.KEEP_NONZERO_PATTERN, True)

    def _fields(self) -> Fields:
        n, test = self.species, ufl.TestFunction(self.space)
        return Fields(
            m=[self._state[i] for i in range(n)],
            phi=self._state[n],
            v=[test[i] for i in range(n)],
            q=test[n],
            charge_number=[self._charge_number[i] for i in range(n)],
            coefficients=self._by_position
            | {
                c.name: [self._by_region[c.name][i] for i in range(n)] if c.per_species else self._by_region[c.name]
                for c in REGION_COEFFICIENTS
            },
            domain=self.domain.mesh,
        )

    def residual_forms(self) -> dict[str, Any]:
        """The steady residual by quadrature rule: a form keeps to one, the form compiler would mix them up."""
        f = self._fields()
        forms: dict[str, Any] = {}
        for term in steady_terms(self.scheme.flux):
            rule = term.rule if self.scheme.lumped else ONE_RULE
            forms[rule] = forms.get(rule, 0) + term.form(f, self._measure(term.rule))
        return forms

    @cached_property
    def _transport(self) -> Any:
        """Jacobian of the terms of transport alone."""
        if self.scheme.lumped:
            return self._forms[0][1]
        terms = [term for term in steady_terms(self.scheme.flux) if term.rule == "transport"]
        f, measure = self._fields(), self._measure("transport")
        return self._form("transport", lambda: sum(term.form(f, measure) for term in terms))[1]

    def _measure(self, rule: str, **where: Any) -> Weighted:
        """Measure of the terms that need a rule: its quadrature, and A dx in place of dx."""
        return Weighted(ufl.Measure("dx", metadata=self.scheme.quadrature(rule), **where), self.areas.weight(rule))

    def _form(self, kind: str, write: Callable[[], Any], cells: NDArray[np.int32] | None = None) -> tuple[Any, Any]:
        """A form and its derivative; ``write`` is called where the process has not compiled this kind yet."""

        def make() -> tuple[Any, Any]:
            form = write()
            return form, ufl.derivative(form, self._state)

        residual, jacobian = kernels.forms((kind, self.species, self.scheme), make, self._data, cells)
        return residual, jacobian

    @cached_property
    def _amount(self) -> tuple[Any, Any]:
        return self._form("amount", lambda: amount(self._fields(), self._measure("charge")))

    @cached_property
    def _amount_matrix(self) -> PETSc.Mat:
        return petsc.create_matrix(self._amount[1])

    def rounding(self, matrix: PETSc.Mat, state: Array) -> Array:
        """Rounding bound of each column's rows: ε_mach Σ |A| max(|u|, 1) over all ranks, (N + 1,). Collective.

        With rows of size D c / h this is the bound Σ ε_mach D c |m| / h of a sum of fluxes in logarithmic unknowns, for
        levels of at least RT.
        """
        own = self.row_rounding(matrix, state).sum(axis=0)
        total = np.empty_like(own)
        self.comm.Allreduce(own, total, op=MPI.SUM)
        return total

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
        made = [self.matrix, *(matrix for _, _, matrix in self._region_fluxes.values())]
        if "_amount_matrix" in self.__dict__:
            made.append(self._amount_matrix)
        made += self.__dict__.get("_rounding_work", ())
        for item in made:
            item.destroy()

    @property
    def nodes(self) -> int:
        """Local nodes, ghosts included."""
        return len(self.x)

    @property
    def unknowns(self) -> int:
        """Global number of unknowns of the field problem."""
        return int(self.space.dofmap.index_map.size_global) * (self.species + 1)

    @cached_property
    def cell_nodes(self) -> NDArray[np.int32]:
        """Local nodes of each local cell, shape (cells, degree + 1)."""
        return np.asarray(self.space.dofmap.list, dtype=np.int32)

    @cached_property
    def owned_cells(self) -> int:
        """Number of cells this rank owns; they come first."""
        topology = self.domain.mesh.topology
        return int(topology.index_map(topology.dim).size_local)

    @cached_property
    def face_nodes(self) -> tuple[NDArray[np.int32], ...]:
        """Local nodes on each face of the stack."""
        return tuple(fem.locate_dofs_topological(self.space, 0, facets) for facets in self.domain.face_facets)

    def face_weight(self, face: int) -> Array:
        """∮ v over a face (0 … R, or −1) at the owned nodes, (owned,); it multiplies surface charge and given flux."""
        assert self._loaded is not None
        return self._unit_face_weights[face] * self._loaded.face_areas[face]

    @cached_property
    def _unit_face_weights(self) -> tuple[Array, ...]:
        test = ufl.TestFunction(self.space)[self.species]
        last = len(self.domain.face_facets) - 1
        return tuple(self._face_weight(test, k, k not in (0, last)) for k in range(last + 1))

    def _face_weight(self, test: Any, face: int, interior: bool) -> Array:
        mesh = self.domain.mesh
        facets = np.sort(self.domain.face_facets[face])
        tags = dolfinx.mesh.meshtags(mesh, 0, facets, np.ones(len(facets), dtype=np.int32))
        if interior:
            form = interface_weight(test, ufl.Measure("dS", domain=mesh, subdomain_data=tags)(1))
        else:
            form = boundary_weight(test, ufl.Measure("ds", domain=mesh, subdomain_data=tags)(1))
        return self._assemble([fem.form(form)]).reshape(self.owned, -1)[:, self.species].copy()

    def load(self, model: Model) -> None:
        """Give the forms the numbers of a model with this grid (nothing to do when they have them)."""
        if self._loaded is model:
            return
        self._loaded = model
        self.areas.load(model.geometry)
        region, n = self.domain.cell_region, self.species
        self._charge_number.value[:] = model.charge_number
        for c in REGION_COEFFICIENTS:
            function = self._by_region[c.name]
            size = n if c.per_species else 1
            cells = function.function_space.dofmap.list[:, 0]
            function.x.array.reshape(-1, size)[cells] = c.values(model)[region].reshape(-1, size)
        for p in POSITION_COEFFICIENTS:
            function = self._by_position[p.name]
            dofs, points = function.function_space.dofmap.list, self._varying_points
            for k, r in enumerate(model.regions):
                own = dofs[region == k].reshape(-1)
                xi = np.clip((points[own] - model.faces[k]) / r.thickness, 0.0, 1.0)
                function.x.array[own] = p.values(model, k, points[own], xi)

    def set_state(self, u: Array) -> None:
        """Put owned values, shape (owned, N + 1), into the state and update ghosts. Collective."""
        self._state.x.array[: u.size] = u.reshape(-1)
        self._state.x.scatter_forward()

    def local_state(self) -> Array:
        """The state at all local nodes, ghosts included: (nodes, N + 1)."""
        return self._state.x.array.reshape(self.nodes, -1).copy()

    def assemble_residual(self) -> Array:
        """Unconstrained residual at the state, shape (owned, N + 1). Collective."""
        return self._assemble([residual for residual, _ in self._forms]).reshape(self.owned, -1)

    def _region_flux(self, k: int) -> tuple[Any, Any, PETSc.Mat]:
        """The flux term over region k alone: its forms and a matrix for its Jacobian."""
        if k not in self._region_fluxes:
            cells = np.flatnonzero(self.domain.cell_region[: self.owned_cells] == k).astype(np.int32)
            measure = self._measure("transport", domain=self.domain.mesh, subdomain_data=[(1, cells)], subdomain_id=1)
            flux = FLUXES[self.scheme.flux]
            residual, jacobian = self._form("region flux", lambda: flux(self._fields(), measure), cells)
            self._region_fluxes[k] = residual, jacobian, petsc.create_matrix(jacobian)
        return self._region_fluxes[k]

    def assemble_region_flux(self, k: int) -> Array:
        """Flux term over region k alone at the state, (owned, N + 1). Collective."""
        return self._assemble([self._region_flux(k)[0]]).reshape(self.owned, -1)

    def assemble_region_flux_jacobian(self, k: int) -> PETSc.Mat:
        """Its derivative. Collective."""
        _, jacobian, matrix = self._region_flux(k)
        matrix.zeroEntries()
        petsc.assemble_matrix(matrix, jacobian)
        matrix.assemble()
        return matrix

    @cached_property
    def _cell_charge(self) -> Any:
        cells = fem.functionspace(self.domain.mesh, ("DG", 0))
        fields = replace(self._fields(), q=ufl.TestFunction(cells))
        return fem.form(space_charge(fields, self._measure("charge"))), cells

    def region_charges(self) -> Array:
        """∫ (Σ z_i c_i* + ρ*) A dx* over each region at the state, (R,), as Poisson's rows see it. Collective."""
        assert self._loaded is not None
        form, cells = self._cell_charge
        b = dolfinx.la.vector(cells.dofmap.index_map, 1)
        fem.assemble_vector(b.array, form)
        owned = cells.dofmap.list[: self.owned_cells, 0]
        own = -np.bincount(
            self.domain.cell_region[: self.owned_cells], b.array[owned], minlength=len(self._loaded.regions)
        )
        total = np.empty_like(own)
        self.comm.Allreduce(own, total, op=MPI.SUM)
        return total

    def assemble_amounts(self) -> Array:
        """∫ c_i v_i by node, shape (owned, N + 1), last column zero. Collective."""
        return self._assemble([self._amount[0]]).reshape(self.owned, -1)

    def _assemble(self, forms: list[Any]) -> Array:
        b = self._work
        b.array[:] = 0.0
        for form in forms:
            fem.assemble_vector(b.array, form)
        b.scatter_reverse(dolfinx.la.InsertMode.add)
        return b.array[: self.owned * (self.species + 1)].copy()

    def assemble_jacobian(self, charge: bool = True) -> PETSc.Mat:
        """Unconstrained Jacobian at the state, into ``matrix``; of transport alone without ``charge``. Collective."""
        self.matrix.zeroEntries()
        for jacobian in [jacobian for _, jacobian in self._forms] if charge else [self._transport]:
            petsc.assemble_matrix(self.matrix, jacobian)
        self.matrix.assemble()
        return self.matrix

    def assemble_amount_jacobian(self) -> PETSc.Mat:
        """∂/∂u of ∫ c_i v_i. Collective."""
        self._amount_matrix.zeroEntries()
        petsc.assemble_matrix(self._amount_matrix, self._amount[1])
        self._amount_matrix.assemble()
        return self._amount_matrix

    def node_sum(self, per_node: Array) -> Array:
        """Sum contributions of all ranks to each node, (nodes, k ≤ N + 1) local in, (owned, k) out. Collective."""
        k = per_node.shape[1]
        b = self._work
        b.array[:] = 0.0
        b.array.reshape(self.nodes, -1)[:, :k] = per_node
        b.scatter_reverse(dolfinx.la.InsertMode.add)
        return b.array.reshape(self.nodes, -1)[: self.owned, :k].copy()

    def vector(self, values: Array) -> PETSc.Vec:
        """PETSc vector over the owned unknowns, holding a copy of ``values``."""
        return PETSc.Vec().createWithArray(
            values.reshape(-1).copy(), size=(self.owned * (self.species + 1), self.unknowns), comm=self.comm
        )
