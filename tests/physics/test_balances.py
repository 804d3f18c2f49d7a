"""Every balance holds in a converged state, and none holds in a state that is 1e-3 RT/F beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from pnp import newton
from pnp.balances import balances
from pnp.case import Case
from pnp.discretisation import Discretisation
from pnp.grading import MeshOptions, grade
from pnp.initial import guess
from pnp.linear import LinearSolver
from pnp.newton import NewtonOptions
from pnp.nondimensional import model_from_case
from pnp.problem import Problem, State
from pnp.scheme import Scheme
from tests.physics.systems import bath, electrode, species

CASES = Path(__file__).parents[2] / "cases"


def converged(case: Case) -> tuple[Problem, State]:
    model = model_from_case(case)
    disc = Discretisation(grade([model], MeshOptions(refinement=0.2)), len(model.species), Scheme(), MPI.COMM_SELF)
    problem = Problem(disc, model, LinearSolver(disc))
    outcome = newton.solve(problem, guess(problem), NewtonOptions())
    assert outcome.converged, outcome.reason
    return problem, outcome.state


def beside(problem: Problem, state: State, fields: slice) -> set[str]:
    """Names of the balances that do not hold when the fields (columns) are changed by up to 1e-3."""
    change = np.zeros_like(state.fields)
    change[:, fields] = 1e-3 * np.random.default_rng(1).uniform(-1.0, 1.0, change[:, fields].shape)
    return {b.name for b in balances(problem, state.moved(change, 0.0 * state.border)) if not b.ok}


@pytest.mark.parametrize("name", ["potassium_nernst", "junction_hcl_kcl", "donnan_membrane"])
def test_a_state_beside_the_solution_misses_every_balance(name: str) -> None:
    problem, state = converged(Case.load(CASES / f"{name}.toml"))
    everything = {b.name for b in balances(problem, state)}
    assert {"current", "charge"} < everything
    assert beside(problem, state, slice(0, 0)) == set()
    assert beside(problem, state, slice(None)) == everything


def test_each_species_has_its_own_balance() -> None:
    problem, state = converged(electrode(-0.05))
    assert beside(problem, state, slice(0, 1)) == {"flux of K", "current", "charge"}
    assert beside(problem, state, slice(1, 2)) == {"flux of Cl", "current", "charge"}


def test_kept_amounts_are_balances() -> None:
    own = {s: {"initial_concentration": "0.1 mol/L"} for s in ("K", "Cl")}
    given = {
        "species": species("K", "Cl"),
        "regions": {"cell": {**bath("40 nm"), "species": own}},
        "boundaries": {
            "left": {"type": "electrode", "potential": "0 V"},
            "right": {"type": "electrode", "potential": "0.05 V"},
        },
    }
    problem, state = converged(Case.from_dict(given))
    assert beside(problem, state, slice(0, 0)) == set()
    assert beside(problem, state, slice(0, 1)) >= {"amount of K", "charge"}
    assert beside(problem, state, slice(0, 1)).isdisjoint({"amount of Cl"})
    assert beside(problem, state, slice(1, 2)) >= {"amount of Cl", "charge"}


def test_the_balance_inside_a_membrane_is_finer_than_the_flux_through_it() -> None:
    """Between its ends rounding of the baths' exchange allows Ca²⁺ a hundred times its flux; inside, a millionth."""
    problem, state = converged(Case.load(CASES / "driving_forces.toml"))
    found = {b.name: b for b in balances(problem, state)}
    for s in ("K", "Na", "Cl", "Ca"):
        inside = found[f"flux of {s} in membrane"]
        assert inside.ok
        assert inside.allowed < 1e-6 * inside.scale
