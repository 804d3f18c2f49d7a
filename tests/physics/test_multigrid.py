"""Multigrid for the Jacobians of planes: the same solutions as MUMPS in few iterations, and MUMPS where it fails."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from mpi4py import MPI

from pnp import krylov, newton
from pnp.case import Case
from pnp.discretisation import Discretisation
from pnp.initial import guess
from pnp.krylov import Accuracy
from pnp.linear import LinearSolver
from pnp.mesh import AnyGrid
from pnp.newton import NewtonOptions
from pnp.petsc_options import user_options
from pnp.problem import Problem
from pnp.scheme import Scheme
from pnp.session import Session, _key, points_of

pytestmark = pytest.mark.skipif(not krylov.available(), reason="PETSc without hypre")


def problem_of(name: str, halvings: int = 1, multigrid: bool | None = True) -> Problem:
    """The last point of a case on its first mesh, every cell of it halved each way so many times."""
    point = points_of(Case.load(f"cases/{name}.toml", ["mesh.refinement=4"]), MPI.COMM_SELF)[-1]
    session = Session([point], MPI.COMM_SELF)
    grid: AnyGrid | None = session._first(point)
    for _ in range(halvings):
        assert grid is not None
        grid = session._meshes[_key(point)].finer(grid)
    assert grid is not None
    disc = Discretisation(grid, len(point.model.species), Scheme(), MPI.COMM_SELF)
    return Problem(disc, point.model, LinearSolver(disc, multigrid=multigrid))


def freed(problem: Problem) -> None:
    problem.linear.destroy()
    problem.disc.destroy()


@pytest.fixture(params=["half_electrode", "nanopore_rod", "junction_2d"])
def problem(request: pytest.FixtureRequest) -> Iterator[Problem]:
    made = problem_of(request.param)
    yield made
    freed(made)


def solved(problem: Problem) -> newton.Outcome:
    """From the guess."""
    state = guess(problem)
    return newton.solve(problem, state, NewtonOptions())


def test_newton_finds_what_it_finds_with_mumps(problem: Problem) -> None:
    """To the tolerance, with less than 25 iterations a step, stretched cells and 104 RT/F included."""
    found = solved(problem)
    assert found.converged, found.reason
    assert problem.linear.inexact, problem.linear.describe()
    assert "MUMPS" not in problem.linear.describe()
    near = [i for i in found.history if i.rule == "full"]
    assert max(i.linear for i in near) <= 25
    own = problem.linear
    problem.linear = LinearSolver(problem.disc, multigrid=False)
    exact = newton.solve(problem, found.state, NewtonOptions())
    assert exact.converged
    assert len(exact.history) == 1, "the state that multigrid led to is not the solution"
    problem.linear.destroy()
    problem.linear = own


def test_iterations_do_not_grow_with_the_mesh() -> None:
    counts = []
    for halvings in (0, 2):
        problem = problem_of("half_electrode", halvings)
        state = solved(problem).state
        problem.residual(state)
        system = problem.linearise(Accuracy(1e-6))
        before = problem.linear.iterations
        fields = np.random.default_rng(0).standard_normal(state.fields.shape)
        system.solve(fields, np.zeros(0))
        counts.append(problem.linear.iterations - before)
        freed(problem)
    assert counts[1] <= 1.3 * counts[0] + 1, counts


def test_a_tight_solve_is_one() -> None:
    """Its error is what was asked for, found with MUMPS."""
    problem = problem_of("half_electrode")
    state = solved(problem).state
    rng = np.random.default_rng(1)
    fields = rng.standard_normal(state.fields.shape)
    problem.residual(state)
    found, _ = problem.linearise().solve(fields, np.zeros(0))
    assert problem.linear.inexact
    own = problem.linear
    problem.linear = LinearSolver(problem.disc, multigrid=False)
    problem.residual(state)
    exact, _ = problem.linearise().solve(fields, np.zeros(0))
    assert not problem.linear.inexact
    assert np.linalg.norm(found - exact) < 1e-8 * np.linalg.norm(exact)
    problem.linear.destroy()
    problem.linear = own
    freed(problem)


def test_mumps_takes_over_where_it_stagnates_and_says_so() -> None:
    with user_options(["-ksp_max_it", "1"]):
        problem = problem_of("half_electrode")
        found = solved(problem)
        said = problem.linear.describe()
        freed(problem)
    assert found.converged, found.reason
    assert "MUMPS took over" in said
    assert "the iteration limit (-ksp_max_it)" in said


def test_options_choose_a_preconditioner_or_change_the_smoother() -> None:
    with user_options(["-pc_type", "lu"]):
        problem = problem_of("half_electrode")
        assert not problem.linear.coarsens
        freed(problem)
    with user_options(["-mg_levels_pc_type", "sor", "-ksp_type", "fgmres"]) as options:
        problem = problem_of("half_electrode")
        assert solved(problem).converged
        assert problem.linear.describe().startswith("fgmres + multigrid")
        assert options.unused() == []
        freed(problem)


def test_small_systems_and_lines_are_factorised() -> None:
    problem = problem_of("half_electrode", 0, multigrid=None)
    assert problem.disc.unknowns < 20_000
    assert not problem.linear.coarsens
    assert problem.linear.describe() == "preonly + lu (mumps)"
    freed(problem)
