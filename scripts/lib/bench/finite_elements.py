"""The problems solved by pnp, in the stages that are timed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from problems import BETWEEN, Film, Layer, lagrange

from pnp import newton
from pnp.case import Case
from pnp.discretisation import Discretisation
from pnp.grading import Grid, grade
from pnp.initial import guess
from pnp.linear import LinearSolver
from pnp.model import Model
from pnp.newton import NewtonOptions
from pnp.nondimensional import model_from_case
from pnp.problem import Problem, State
from pnp.scheme import Scheme
from pnp.session import mesh_options
from pnp.steady import SteadySolution, solve_steady

LAYER_MESH = {"growth": 1.15, "cells_per_debye_length": 6, "max_cell_fraction": 0.2, "adapt": False}
LAYER_SOLVER = {"flux": "galerkin", "degree": 4, "tolerance": 1e-6}
"""One choice for all potentials: degree 4 on the mesh that pnp grades, coarser than its default."""
FILM_MESH = {"max_cell_fraction": 0.1, "adapt": False}
FILM_SOLVER = {"tolerance": 1e-6}
"""The default flux is exact for this film on any mesh: ten cells."""


@dataclass(frozen=True)
class Ready:
    """What is set up before Newton's method begins."""

    model: Model
    grid: Grid
    disc: Discretisation
    linear: LinearSolver


def case_of(problem: Layer | Film, default: bool = False) -> Case:
    """The case as benchmarked, or as it stands in its file (with ``default``)."""
    tables = problem.case_tables()
    if not default:
        mesh, solver = (LAYER_MESH, LAYER_SOLVER) if isinstance(problem, Layer) else (FILM_MESH, FILM_SOLVER)
        tables |= {"mesh": mesh, "solver": solver}
    return Case.from_dict(tables)


def set_up(case: Case) -> Ready:
    """Dimensionless model, mesh, function spaces, kernels, matrix, linear solver."""
    model = model_from_case(case)
    grid = grade([model], mesh_options(case))
    disc = Discretisation(grid, len(model.species), Scheme(case.solver.flux, case.solver.degree))
    return Ready(model, grid, disc, LinearSolver(disc))


def solve(case: Case, ready: Ready, start: State | None = None) -> SteadySolution:
    """From what is set up to the converged state, by pnp's own ladder of starts, or from ``start``."""
    starts = [] if start is None else [("given", start)]
    return solve_steady(ready.disc, ready.linear, ready.model, _options(case), starts=starts)


def everything(case: Case, start: State | None = None) -> SteadySolution:
    """From the built case to the converged state."""
    return solve(case, set_up(case), start)


def begin(ready: Ready) -> tuple[Problem, State]:
    """The discrete problem and its first guess."""
    problem = Problem(ready.disc, ready.model, ready.linear)
    return problem, guess(problem)


def only_newton(case: Case, problem: Problem, first: State) -> Any:
    """Newton's method alone."""
    return newton.solve(problem, first, _options(case))


def linear_theory(layer: Layer, ready: Ready) -> State:
    """Debye–Hückel's exponential at every node, the start that solve_bvp is given."""
    disc, scales = ready.disc, ready.model.scales
    distance = (ready.model.faces[-1] - disc.x[: disc.owned]) * scales.length
    fields = np.zeros((disc.owned, disc.species + 1))
    fields[:, -1] = -layer.voltage / scales.potential * np.exp(-distance / layer.debye)
    return State(fields, np.zeros(0))


def error_of(problem: Layer | Film, solution: SteadySolution) -> float:
    """True error in V, at the nodes and between them; inf where there is no solution."""
    if not solution.converged:
        return float("inf")
    disc, model = solution.problem.disc, solution.problem.model
    if isinstance(problem, Film):
        return problem.error(float(solution.state.border[0]) * model.scales.potential)
    nodes = disc.cell_nodes
    x, phi = lagrange(disc.x[nodes], solution.state.fields[:, -1][nodes], BETWEEN * disc.scheme.degree)
    return problem.error((model.faces[-1] - x) * model.scales.length, phi * model.scales.potential)


def close(solution: SteadySolution) -> None:
    """Free what PETSc holds."""
    solution.problem.linear.destroy()
    solution.problem.disc.destroy()


def _options(case: Case) -> NewtonOptions:
    return NewtonOptions(case.solver.tolerance, case.solver.max_iterations)
