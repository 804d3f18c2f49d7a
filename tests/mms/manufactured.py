"""Manufactured solutions: chosen fields, the sources that make them exact, and the error of the discrete solution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dolfinx
import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.discretisation import Discretisation
from pnp.linear import LinearSolver
from pnp.model import Model
from pnp.newton import NewtonOptions
from pnp.scheme import Scheme
from pnp.steady import solve_steady
from tests.builders import uniform_grid

Array = NDArray[np.float64]
Exact = Callable[[Any, Any], list[Any]]
"""``exact(mod, x)`` gives [m_1 … m_N, φ] at x, with ``mod`` either ``ufl`` or ``numpy``."""

EXACT_RULE = {"quadrature_degree": 12}


class Area:
    """A dx: an integrand times it is the integral over shells."""

    def __init__(self, area: Any, dx: Any) -> None:
        self.area, self.dx = area, dx

    def __rmul__(self, integrand: Any) -> Any:
        return integrand * self.area * self.dx


def source_of(disc: Discretisation, model: Model, exact: Exact, natural: Array | None = None) -> Array:
    """Load that makes ``exact`` the solution: minus the weak form evaluated at it, written here independently.

    ``natural`` (2, N + 1) are the loads at the two ends that the model itself brings (given flux, −surface charge);
    they are taken out, so that a wrong boundary term shows.
    """
    mesh = disc.domain.mesh
    n = disc.species
    x = ufl.SpatialCoordinate(mesh)[0]
    fields = exact(ufl, x)
    test = ufl.TestFunction(disc.space)
    cells = fem.functionspace(mesh, ("DG", 0))
    data = {}
    for name in ("diffusivity", "log_partition", "present"):
        table = np.array([getattr(r, name) for r in model.regions], dtype=float)
        data[name] = [fem.Function(cells) for _ in range(n)]
        for i in range(n):
            data[name][i].x.array[cells.dofmap.list[:, 0]] = table[disc.domain.cell_region, i]
    epsilon = fem.Function(cells)
    epsilon.x.array[cells.dofmap.list[:, 0]] = np.array([r.permittivity for r in model.regions])[
        disc.domain.cell_region
    ]
    # volume integrals on coaxial cylinders and concentric spheres, per area of the outer face
    power = {"cartesian": 0, "cylindrical": 1, "spherical": 2}[model.geometry.coordinates]
    dx = Area((x / model.geometry.outer) ** power, ufl.dx(metadata=EXACT_RULE))
    form = epsilon * fields[n].dx(0) * test[n].dx(0) * dx
    charge: Any = 0
    for i in range(n):
        here = data["present"][i]
        z = float(model.charge_number[i])
        c = here * ufl.exp(here * (fields[i] + model.reference[i] - z * fields[n] + data["log_partition"][i]))
        form += data["diffusivity"][i] * c * fields[i].dx(0) * test[i].dx(0) * dx
        charge += z * c
    for k, r in enumerate(model.regions):
        inside = fem.Function(cells)
        inside.x.array[cells.dofmap.list[:, 0]] = disc.domain.cell_region == k
        xi = (x - model.faces[k]) / r.thickness
        fixed = r.fixed_charge(x, xi) if callable(r.fixed_charge) else r.fixed_charge
        charge += inside * fixed
    form += -charge * test[n] * dx
    b = dolfinx.la.vector(disc.space.dofmap.index_map, n + 1)
    fem.assemble_vector(b.array, fem.form(form))
    b.scatter_reverse(dolfinx.la.InsertMode.add)
    source = -b.array[: disc.owned * (n + 1)].reshape(disc.owned, -1).copy()
    if natural is not None:
        for face, load in enumerate(natural):
            nodes = disc.boundary_nodes(face)
            source[nodes[nodes < disc.owned]] -= load
    return source


def errors(disc: Discretisation, fields: Array, exact: Exact) -> Array:
    """L² error of each component, (N + 1,), by a rule that is exact far beyond the order looked for."""
    mesh = disc.domain.mesh
    u = fem.Function(disc.space)
    u.x.array[: fields.size] = fields.reshape(-1)
    u.x.scatter_forward()
    wanted = exact(ufl, ufl.SpatialCoordinate(mesh)[0])
    dx = ufl.dx(metadata=EXACT_RULE)
    found = [fem.assemble_scalar(fem.form((u[i] - w) ** 2 * dx)) for i, w in enumerate(wanted)]
    return np.sqrt([mesh.comm.allreduce(e) for e in found])


def solve_on(
    model: Model,
    exact: Exact,
    scheme: Scheme,
    cells: int,
    natural: Array | None = None,
    manufactured: bool = True,
) -> tuple[Discretisation, Array]:
    """Solve on equal cells; the converged fields (owned, N + 1)."""
    disc = Discretisation(uniform_grid(model, cells), len(model.charge_number), scheme, MPI.COMM_SELF)
    source = source_of(disc, model, exact, natural) if manufactured else None
    solution = solve_steady(disc, LinearSolver(disc), model, NewtonOptions(tolerance=1e-10), source=source, ramp=False)
    assert solution.converged, solution.reason
    return disc, solution.state.fields


def observed_orders(
    model: Model,
    exact: Exact,
    scheme: Scheme,
    cells: tuple[int, ...],
    natural: Array | None = None,
    manufactured: bool = True,
) -> Array:
    """log2 of the ratio of L² errors between successive meshes (each twice as fine), (meshes − 1, N + 1)."""
    found = []
    for n in cells:
        disc, fields = solve_on(model, exact, scheme, n, natural, manufactured)
        found.append(errors(disc, fields, exact))
    return np.log2(np.array(found[:-1]) / np.array(found[1:]))
