"""How far the mesh puts each number off: the same problem on half the cells."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from pnp.discretisation import Discretisation
from pnp.linear import LinearSolver
from pnp.newton import NewtonOptions
from pnp.quantities import evaluate
from pnp.result import Quantity
from pnp.session import Solved, elimination_order
from pnp.steady import solve_steady


def mesh_errors(solved: Solved, comm: MPI.Comm) -> dict[str, float]:
    """Estimated error of each quantity of a converged point, in its unit; {} where no coarser mesh tells. Collective.

    |Q(h) − Q(2h)| / 3 for the edge-averaged flux, whose order is 2 (L. F. Richardson, Phil. Trans. R. Soc. A 210, 307
    (1911)). For Galerkin elements |Q(h) − Q(2h)| itself: on smooth solutions they are far better than that, where a
    concentration runs to a trace they converge slowly whatever their degree.
    """
    coarse = solved.coarse if solved.coarse is not None else _coarse(solved, comm)
    weight = 3.0 if solved.solution.problem.disc.scheme.lumped else 1.0
    differences = {n: abs(q.value - coarse[n].value) / weight for n, q in solved.quantities.items() if n in coarse}
    # a ratio of fluxes that one of them underflows is infinite, and has no error
    return {name: error for name, error in differences.items() if np.isfinite(error)}


def _coarse(solved: Solved, comm: MPI.Comm) -> dict[str, Quantity]:
    """The quantities on a coarser mesh, solved on for this; {} where there is none. Collective."""
    problem, point, meshes = solved.solution.problem, solved.point, solved.meshes
    scheme, options = problem.disc.scheme, point.case.solver
    grid = meshes.coarser(problem.disc.grid)
    if grid is None or grid.cells < comm.size:
        return {}
    disc = Discretisation(grid, len(point.model.species), scheme, comm)
    linear = LinearSolver(disc, elimination_order(point.model))
    try:
        start = meshes.carry(solved.solution, solved.samples, disc, point.model)
        newton = NewtonOptions(options.tolerance, options.max_iterations)
        starts = [("from the finer mesh", start)]
        solution = solve_steady(disc, linear, point.model, newton, rule=options.step_rule, ramp=False, starts=starts)
        if not solution.converged:
            return {}
        return evaluate(point.case, solution.problem, solution.state, meshes.sample(solution))
    finally:
        linear.destroy()
        disc.destroy()
