"""The non-linear solver in a plane: exact Jacobian, quadratic convergence."""

from __future__ import annotations

from pathlib import Path

import pytest
from mpi4py import MPI

from pnp import newton
from pnp.case import Case
from pnp.discretisation import Discretisation
from pnp.initial import guess
from pnp.linear import LinearSolver
from pnp.newton import NewtonOptions
from pnp.parts import meshes_of
from pnp.problem import Problem
from pnp.scheme import Scheme
from pnp.session import points_of
from tests.physics.taylor import remainder_orders

CASES = Path(__file__).parents[2] / "cases"


def problem_of(name: str, scheme: Scheme, *overrides: str) -> Problem:
    case = Case.load(CASES / f"{name}.toml", ["mesh.refinement=0.15", *overrides])
    point = points_of(case, MPI.COMM_SELF)[0]
    grid = meshes_of([point], MPI.COMM_SELF).first()
    disc = Discretisation(grid, len(point.model.species), scheme, MPI.COMM_SELF)
    return Problem(disc, point.model, LinearSolver(disc))


@pytest.mark.parametrize("scheme", [Scheme(), Scheme("galerkin", 1), Scheme("galerkin", 2)], ids=str)
@pytest.mark.parametrize("name", ["membrane_patch", "half_electrode"])
def test_jacobian_by_taylor_expansion(name: str, scheme: Scheme) -> None:
    fields, border = remainder_orders(problem_of(name, scheme))
    assert fields == pytest.approx([2.0, 2.0], abs=0.1)
    if name == "membrane_patch":
        assert border == pytest.approx([2.0, 2.0], abs=0.1)


@pytest.mark.parametrize("name", ["membrane_patch", "half_electrode"])
def test_newton_converges_quadratically(name: str) -> None:
    """A form that mixed quadrature rules would leave it linear."""
    problem = problem_of(name, Scheme())
    outcome = newton.solve(problem, guess(problem), NewtonOptions())
    assert outcome.converged
    updates = [i.update for i in outcome.history if i.rule == "full"]
    before, after = updates[-3], updates[-2]
    assert after < 10 * before**2 + 1e-12
