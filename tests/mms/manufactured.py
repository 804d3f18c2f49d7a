"""Manufactured solutions: chosen fields, the sources that make them exact, and the error of the discrete solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import dolfinx
import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from numpy.typing import NDArray

from pnp import newton
from pnp.discretisation import Discretisation
from pnp.initial import guess
from pnp.linear import LinearSolver
from pnp.mesh import AnyGrid
from pnp.model import Model
from pnp.newton import NewtonOptions
from pnp.problem import Conditions, Problem
from pnp.scheme import Scheme
from tests.builders import uniform_grid

Array = NDArray[np.float64]
Exact = Callable[..., list[Any]]
"""``exact(mod, x)``, in a plane ``exact(mod, x, y)``, gives [m_1 … m_N, φ]; ``mod`` is ``ufl`` or ``numpy``."""

EXACT_RULE = {"quadrature_degree": 8}


@dataclass(frozen=True)
class Over:
    """A measure with an area: an integrand times it is the integral over shells, or over a body of revolution."""

    area: Any
    measure: Any

    def __rmul__(self, integrand: Any) -> Any:
        return integrand * self.area * self.measure


class Weak:
    """The weak form of a model in UFL, written here independently of the solver's.

    Numbers are coefficients and constants, so that models of one kind share compiled forms.
    """

    def __init__(self, disc: Discretisation, model: Model) -> None:
        self.disc, self.model, self.mesh = disc, model, disc.domain.mesh
        self._cells = fem.functionspace(self.mesh, ("DG", 0))
        x = ufl.SpatialCoordinate(self.mesh)
        self.x = tuple(x[k] for k in range(self.mesh.topology.dim))
        self.reference = fem.Constant(self.mesh, model.reference)
        self.present = [self.by_region([float(r.present[i]) for r in model.regions]) for i in range(disc.species)]

    def by_region(self, values: Sequence[float]) -> Any:
        """A function that is constant in each region."""
        made = fem.Function(self._cells)
        made.x.array[self._cells.dofmap.list[:, 0]] = np.asarray(values, dtype=float)[self.disc.domain.cell_region]
        return made

    @property
    def area(self) -> Any:
        """A: integrals times it are those over shells, or over a body of revolution without its 2π."""
        if self.model.plane is not None:
            return self.x[0] if self.model.plane.axisymmetric else 1.0
        power = {"cartesian": 0, "cylindrical": 1, "spherical": 2}[self.model.geometry.coordinates]
        return (self.x[0] / self.model.geometry.outer) ** power

    def at(self, exact: Exact) -> Any:
        """The residual at some fields: what the volume holds, and the loads that the model itself brings.

        The loads (given flux, surface charge) are here so that a wrong one in the solver shows.
        """
        model, n = self.model, self.disc.species
        fields, test = exact(ufl, *self.x), ufl.TestFunction(self.disc.space)
        dx = Over(self.area, ufl.dx(metadata=EXACT_RULE))
        z = fem.Constant(self.mesh, np.array(model.charge_number))
        epsilon = self.by_region([r.permittivity for r in model.regions])
        form = ufl.inner(epsilon * ufl.grad(fields[n]), ufl.grad(test[n])) * dx
        charge = self._fixed_charge()
        for i, here in enumerate(self.present):
            d = self.by_region([r.diffusivity[i] for r in model.regions])
            beta = self.by_region([r.log_partition[i] if r.present[i] else 0.0 for r in model.regions])
            c = here * ufl.exp(here * (fields[i] - z[i] * fields[n] + beta))
            form += ufl.inner(d * c * ufl.grad(fields[i]), ufl.grad(test[i])) * dx
            charge += z[i] * c
        return form - charge * test[n] * dx + self._loads(test)

    def _fixed_charge(self) -> Any:
        total: Any = 0
        for k, r in enumerate(self.model.regions):
            fixed = r.fixed_charge
            if callable(fixed):
                stack = self.model.plane is None
                second = (self.x[0] - self.model.faces[k]) / r.thickness if stack else self.x[1]
                total += self.by_region(np.eye(len(self.model.regions))[k]) * fixed(self.x[0], second)
        numbers = [0.0 if callable(r.fixed_charge) else r.fixed_charge for r in self.model.regions]
        return total + self.by_region(numbers)

    def _loads(self, test: Any) -> Any:
        n, total = self.disc.species, 0
        for boundary, facets in zip(self.model.boundaries, self.disc.domain.boundary_facets, strict=True):
            if boundary.surface_charge or boundary.flux.any():
                given = fem.Constant(self.mesh, np.array([*boundary.flux, -boundary.surface_charge]))
                total += sum(given[k] * test[k] for k in range(n + 1)) * Over(self.area, self._on("ds", facets))
        for sigma, facets in zip(self.model.interface_charge, self.disc.domain.interface_facets, strict=True):
            if sigma:
                total += -fem.Constant(self.mesh, sigma) * ufl.avg(test[n] * self.area) * self._on("dS", facets)
        return total

    def _on(self, kind: str, facets: NDArray[np.int32]) -> Any:
        ordered = np.sort(facets)
        ones = np.ones(len(ordered), dtype=np.int32)
        tags = dolfinx.mesh.meshtags(self.mesh, self.mesh.topology.dim - 1, ordered, ones)
        return ufl.Measure(kind, domain=self.mesh, subdomain_data=tags, metadata=EXACT_RULE)(1)


def source_of(disc: Discretisation, model: Model, exact: Exact) -> Array:
    """Load that makes ``exact`` the solution: minus the weak form at it."""
    b = dolfinx.la.vector(disc.space.dofmap.index_map, disc.species + 1)
    fem.assemble_vector(b.array, fem.form(Weak(disc, model).at(exact)))
    b.scatter_reverse(dolfinx.la.InsertMode.add)
    return -b.array[: disc.owned * (disc.species + 1)].reshape(disc.owned, -1).copy()


def errors(disc: Discretisation, model: Model, fields: Array, exact: Exact) -> Array:
    """L² error over the body of each component where it lives, (N + 1,), by a rule far beyond the order looked for."""
    weak = Weak(disc, model)
    u = fem.Function(disc.space)
    u.x.array[: fields.size] = fields.reshape(-1)
    u.x.scatter_forward()
    *levels, phi = exact(ufl, *weak.x)
    dx = Over(weak.area, ufl.dx(metadata=EXACT_RULE))
    squares = [
        here * (u[i] + weak.reference[i] - m) ** 2 * dx
        for i, (m, here) in enumerate(zip(levels, weak.present, strict=True))
    ]
    found = [fem.assemble_scalar(fem.form(s)) for s in (*squares, (u[disc.species] - phi) ** 2 * dx)]
    return np.sqrt([disc.comm.allreduce(e) for e in found])


def along_boundaries(problem: Problem, exact: Exact) -> Conditions:
    """The conditions with the values that ``exact`` has at each node: a model's own are constant on a boundary."""
    *levels, phi = exact(np, *problem.disc.points[: problem.disc.owned].T)
    z, own = problem.model.charge_number, problem.conditions
    activity = [
        (nodes, np.broadcast_to(levels[i] - z[i] * phi - problem.model.reference[i], phi.shape)[nodes])
        for i, (nodes, _) in enumerate(own.activity)
    ]
    return replace(own, activity=tuple(activity), potential=(own.potential[0], phi[own.potential[0]]))


def solve_on(
    model: Model, exact: Exact, scheme: Scheme, grid: AnyGrid, manufactured: bool = True
) -> tuple[Discretisation, Array]:
    """Solve on a grid; the converged fields (owned, N + 1)."""
    disc = Discretisation(grid, len(model.charge_number), scheme, MPI.COMM_SELF)
    source = source_of(disc, model, exact) if manufactured else None
    problem = Problem(disc, model, LinearSolver(disc), source)
    if model.plane is not None:
        problem.conditions = along_boundaries(problem, exact)
    outcome = newton.solve(problem, guess(problem), NewtonOptions(tolerance=1e-10))
    assert outcome.converged, outcome.reason
    return disc, outcome.state.fields


def errors_on(model: Model, exact: Exact, scheme: Scheme, grids: Sequence[AnyGrid], manufactured: bool = True) -> Array:
    """L² errors on each grid, (grids, N + 1)."""
    found = []
    for grid in grids:
        disc, fields = solve_on(model, exact, scheme, grid, manufactured)
        found.append(errors(disc, model, fields, exact))
    return np.array(found)


def observed_orders(
    model: Model, exact: Exact, scheme: Scheme, cells: Sequence[int], manufactured: bool = True
) -> Array:
    """log2 of the ratio of L² errors between successive grids of a stack, (grids − 1, N + 1), each twice as fine."""
    found = errors_on(model, exact, scheme, [uniform_grid(model, n) for n in cells], manufactured)
    return np.log2(found[:-1] / found[1:])


def overall(found: Array, cells: Sequence[int]) -> Array:
    """Order of each component, (N + 1,): the slope of the straight line through errors (meshes, N + 1).

    Errors on unstructured meshes that are not nested scatter by some 20 % about it.
    """
    return np.asarray(-np.polyfit(np.log(cells), np.log(found), 1)[0])
