"""The non-linear solver: exact Jacobian, ends that say why, states that are never worse, ramps that arrive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from pnp import newton
from pnp.bordered import BorderedSystem
from pnp.case import Case
from pnp.constants import epsilon_0
from pnp.continuation import walk
from pnp.discretisation import Discretisation
from pnp.grading import MeshOptions, grade
from pnp.initial import guess
from pnp.linear import LinearSolver, SingularMatrixError
from pnp.newton import NewtonOptions, component_step, logarithmic_step
from pnp.nondimensional import model_from_case
from pnp.problem import Problem
from pnp.scheme import Scheme
from pnp.study import run
from tests.physics.systems import bath, electrode, film, missed_balances, reservoir, solved, species
from tests.physics.taylor import remainder_orders

CASES = Path(__file__).parents[2] / "cases"


def problem_of(case: Case, scheme: Scheme) -> Problem:
    model = model_from_case(case)
    grid = grade([model], MeshOptions(refinement=0.2))
    disc = Discretisation(grid, len(model.species), scheme, MPI.COMM_SELF)
    return Problem(disc, model, LinearSolver(disc))


@pytest.mark.parametrize("scheme", [Scheme(), Scheme("galerkin", 1), Scheme("galerkin", 2)], ids=str)
def test_jacobian_by_taylor_expansion(scheme: Scheme) -> None:
    fields, border = remainder_orders(problem_of(Case.load(CASES / "potassium_nernst.toml"), scheme))
    assert fields == pytest.approx([2.0, 2.0], abs=0.1)
    assert border == pytest.approx([2.0, 2.0], abs=0.1)


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


def test_component_step_is_the_whole_step_scaled() -> None:
    du, dlam = np.array([[1.0, -8.0], [2.0, 4.0]]), np.array([6.0])
    half, border = component_step(du, dlam, 8.0, 4.0)
    assert half == pytest.approx(du / 2)
    assert border == pytest.approx([3.0])
    whole, border = component_step(du, dlam, 8.0, 10.0)
    assert whole == pytest.approx(du)
    assert border == pytest.approx([6.0])
    nothing, _ = component_step(0 * du, 0 * dlam, 0.0, 4.0)
    assert nothing == pytest.approx(0 * du)


def test_logarithmic_step_limits_concentrations_and_leaves_the_potential() -> None:
    """δ ln c = δm − z δφ: e² − 1 becomes ln(1 + δ) = 2, −3 stays, −20 becomes −8; m is put back as δ ln c + z δφ."""
    z = np.array([1.0, -2.0])
    phi = np.array([0.5, -10.0, 3.0])
    dlnc = np.array([[np.e**2 - 1, -3.0], [-20.0, 0.0], [-8.5, np.e - 1]])
    du = np.column_stack([dlnc + z * phi[:, None], phi])
    step, border = logarithmic_step(du, np.array([100.0]), z)
    assert step[:, 2] == pytest.approx(phi)
    assert step[:, :2] - z * phi[:, None] == pytest.approx(np.array([[2.0, -3.0], [-8.0, 0.0], [-8.0, 1.0]]))
    assert border == pytest.approx([100.0])


def noisy(monkeypatch: pytest.MonkeyPatch, sizes: list[float]) -> None:
    """Newton's updates are what they are, plus one of the sizes at one unknown, in turn."""
    solve, turn = BorderedSystem.solve, iter(range(10**6))

    def solved(self: BorderedSystem, fields: np.ndarray, border: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        du, dlam = solve(self, fields, border)
        du[len(du) // 2, 0] += sizes[next(turn) % len(sizes)]
        return du, dlam

    monkeypatch.setattr(BorderedSystem, "solve", solved)


def outcome_of(name: str, **options: object) -> newton.Outcome:
    problem = problem_of(Case.load(CASES / f"{name}.toml"), Scheme())
    return newton.solve(problem, guess(problem), NewtonOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize("sizes", [[1e-4, -1e-4], [2e-7, -2e-7], [1e-7, 2e-8, -3e-7]], ids=str)
def test_stagnation_away_from_rounding_is_refused(monkeypatch: pytest.MonkeyPatch, sizes: list[float]) -> None:
    """By the size of the updates, or by a residual that rounding does not explain; noise does not go on for ever."""
    noisy(monkeypatch, sizes)
    outcome = outcome_of("junction_hcl_kcl", max_iterations=60)
    assert not outcome.converged
    assert "stagnates" in outcome.reason
    assert ("times its rounding" in outcome.reason) == (sizes[0] < 1e-6)
    assert len(outcome.history) < 20


@pytest.mark.parametrize("limit", [60, 7])
def test_rounding_is_accepted_and_said(limit: int) -> None:
    """A tolerance that rounding does not let be reached: after stagnation, or at the limit of iterations."""
    outcome = outcome_of("junction_hcl_kcl", tolerance=0.0, max_iterations=limit)
    assert outcome.converged, outcome.reason
    assert "rounding" in outcome.reason
    assert max(outcome.history[-1].norms) < 1e-12


def test_a_border_that_is_not_finite_is_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    solve = BorderedSystem.solve
    monkeypatch.setattr(BorderedSystem, "solve", lambda *a: (solve(*a)[0], np.array([np.nan])))
    outcome = outcome_of("junction_hcl_kcl")
    assert not outcome.converged
    assert outcome.reason == "the Newton step is not finite"
    assert outcome.state.finite


def test_a_singular_system_is_a_result_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    solve = LinearSolver.solve

    def singular(self: LinearSolver, rhs: np.ndarray, accuracy: object) -> np.ndarray:
        if self.iterations > 2:
            raise SingularMatrixError("the linear solver (test) failed: a zero pivot")
        return solve(self, rhs)

    monkeypatch.setattr(LinearSolver, "solve", singular)
    result = run(film(["K", "Cl"], [0.1, 0.1], [1e-3, 1e-3], solver={"ramp": False}))
    assert result.status == "not converged"
    assert "a zero pivot" in result.message
    assert result.profile is not None
    assert np.isfinite(result.profile.columns["potential"]).all()


def test_linear_iterations_are_those_of_newton_steps() -> None:
    """Open circuit: in each step one solve for the border's column and one for the residual; none for anything else."""
    result = run(film(["K", "Cl"], [0.1, 0.1], [1e-3, 1e-3]))
    assert result.solver["linear_iterations"] == 2 * result.solver["newton_iterations"]


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
        solver={"max_iterations": 1, "ramp": False},
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


def test_volts_across_a_dielectric_do_not_shorten_steps() -> None:
    """A charged wall behind 20 µm of oil drops 4 kV, 1.6e5 RT/F, where no concentration depends on φ."""
    result = solved(
        Case.from_dict(
            {
                "species": species("K", "Cl"),
                "regions": {
                    "oil": {"thickness": "20 um", "permittivity": 78.49, "absent": "all"},
                    "water": bath("100 nm"),
                },
                "boundaries": {
                    "left": {"type": "wall", "surface_charge": "-0.14 C/m^2"},
                    "right": reservoir({"K": 0.01, "Cl": 0.01}),
                },
            }
        )
    )
    assert result["potential.left"] == pytest.approx(-0.14 * 20e-6 / (78.49 * epsilon_0), rel=1e-3)
    assert result["space_charge.water"] == pytest.approx(0.14, rel=1e-6)
    assert result.solver["newton_iterations"] < 60
    assert result.solver["ramp_steps"] == 0
