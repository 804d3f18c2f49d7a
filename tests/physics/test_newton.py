"""The non-linear solver: exact Jacobian, ends that say why, states that are never worse, ramps that arrive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from pnp import newton
from pnp.case import Case
from pnp.continuation import walk
from pnp.discretisation import Discretisation, Scheme
from pnp.grading import MeshOptions, grade
from pnp.initial import guess
from pnp.linear import LinearSolver
from pnp.newton import NewtonOptions
from pnp.nondimensional import model_from_case
from pnp.problem import Problem, State
from pnp.study import run
from tests.physics.systems import bath, electrode, film, missed_balances, reservoir, species

CASES = Path(__file__).parents[2] / "cases"


def problem_of(case: Case, scheme: Scheme) -> Problem:
    model = model_from_case(case)
    grid = grade([model], MeshOptions(refinement=0.2))
    disc = Discretisation(grid, len(model.species), scheme, MPI.COMM_SELF)
    return Problem(disc, model, LinearSolver(disc))


@pytest.mark.parametrize("scheme", [Scheme(), Scheme("galerkin", 1), Scheme("galerkin", 2)], ids=str)
def test_jacobian_by_taylor_expansion(scheme: Scheme) -> None:
    """‖F(u + εv) − F(u) − ε J v‖ falls as ε², border rows and columns included.

    J v is found through the solver: v is taken as J⁻¹ w for a random w.
    """
    problem = problem_of(Case.load(CASES / "potassium_nernst.toml"), scheme)
    rng = np.random.default_rng(1)
    first = guess(problem)
    state = State(first.fields + 0.1 * rng.standard_normal(first.fields.shape), first.border + 0.1)
    base = problem.residual(state)
    system = problem.linearise()
    w, w_border = base.fields * rng.uniform(0.5, 1.5, base.fields.shape), base.border * 0.7
    v, v_border = system.solve(w, w_border)
    scale = 1e-2 / np.abs(v).max()
    remainders = []
    for epsilon in (scale, scale / 2, scale / 4):
        moved = problem.residual(state.moved(epsilon * v, epsilon * v_border))
        fields = (moved.fields - base.fields - epsilon * w).reshape(-1) * system.row_scale
        border = moved.border - base.border - epsilon * w_border
        remainders.append((np.abs(fields).max(), np.abs(border).max(initial=0.0)))
    fields, border = np.array(remainders).T
    assert np.log2(fields[:-1] / fields[1:]) == pytest.approx([2.0, 2.0], abs=0.1)
    assert np.log2(border[:-1] / border[1:]) == pytest.approx([2.0, 2.0], abs=0.1)


def test_newton_converges_quadratically() -> None:
    """A form that mixed quadrature rules would leave it linear."""
    problem = problem_of(Case.load(CASES / "donnan_membrane.toml"), Scheme())
    outcome = newton.solve(problem, guess(problem), NewtonOptions())
    assert outcome.converged
    updates = [i.update for i in outcome.history if i.rule == "full"]
    before, after = updates[-3], updates[-2]
    assert after < 10 * before**2 + 1e-12


def unsolvable(**solver: object) -> Case:
    return film(["K", "Cl"], [0.1, 0.1], [1e-3, 1e-3], solver={"max_iterations": 1, **solver})


@pytest.mark.parametrize("ramp", [False, True])
def test_a_solve_that_fails_says_why_and_keeps_finite_numbers(ramp: bool) -> None:
    result = run(unsolvable(ramp=ramp))
    assert result.status == "not converged"
    assert "no convergence in 1 iterations" in result.message
    assert ("ramp" in result.message) == ramp
    assert result.quantities == {}
    assert result.profile is not None
    assert np.isfinite(result.profile.columns["potential"]).all()


def test_a_ramp_takes_an_over_limiting_current_where_a_jump_fails() -> None:
    """1.6 V across 0.7 µm of 0.1 mM (24 Debye lengths) against an ideal cation-selective interface."""
    case = Case.from_dict(
        {
            "species": species("K", "Cl"),
            "regions": {"a": bath("0.69 um")},
            "boundaries": {
                "left": reservoir({"K": 1e-4, "Cl": 1e-4}),
                "right": {
                    "type": "electrode",
                    "potential": "-1.6 V",
                    "species": {"K": {"concentration": "1e-4 mol/L"}},
                },
            },
        }
    )
    result = run(case)
    assert result.converged, result.message
    assert result.solver["ramp_steps"] > 0
    assert result.solver["ramp"][-1] == {"drive": 1.0, "accepted": True}
    assert missed_balances(result) == []


def test_a_sweep_keeps_its_good_points() -> None:
    """Points that cannot converge in the iterations allowed are rows that say so; the others are there."""
    case = electrode(
        0.0,
        solver={"max_iterations": 2, "ramp": False},
        sweep={"key": "boundaries.right.potential", "values": ["0 V", "-200 mV"]},
    )
    result = run(case)
    assert result.sweep is not None
    assert [row.status for row in result.sweep.rows] == ["converged", "not converged"]
    assert result.status == "not converged"
    assert "1 of 2 points" in result.message


def test_walk_shrinks_grows_and_gives_up() -> None:
    """Steps above 0.3 fail: the walk arrives all the same; where everything fails it says where it stood."""
    tried: list[float] = []

    def attempt(begin: float, to: float, state: float) -> float | None:
        tried.append(to - begin)
        return to if to - begin <= 0.3 else None

    path = walk(attempt, 0.0, begin=0.0, end=1.0, first=0.2, smallest=0.01)
    assert path.arrived
    assert path.state == 1.0
    assert max(tried) > 0.3
    stuck = walk(lambda a, b, s: None, 0.0, begin=0.0, end=1.0, first=0.2, smallest=0.01)
    assert not stuck.arrived
    assert stuck.position == 0.0
    assert "0.01" in stuck.reason


def test_an_under_resolved_layer_is_told() -> None:
    case = Case.load(CASES / "gouy_chapman.toml", ["mesh.refinement=0.1"])
    result = run(case)
    assert any("right" in w and "Debye length" in w for w in result.warnings)
