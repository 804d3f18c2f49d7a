"""Meshes made again from the state: fronts, dilute ends and narrow charges that the grading could not know of."""

from __future__ import annotations

import numpy as np
import pytest

from pnp.adaptation import refined, too_coarse
from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from pnp.grading import Grid
from pnp.simplified.planck import planck_potential
from tests.physics.systems import bath, missed_balances, reservoir, solved, species


def stacked_film(**mesh: object) -> Case:
    """The junction HCl 1 mM | KCl 3.5 M as a film between two thin baths of the same solution."""
    return Case.from_dict(
        {
            "species": species("H", "K", "Cl"),
            "regions": {"a": bath("10 nm"), "film": bath("100 um"), "b": bath("10 nm")},
            "boundaries": {
                "left": reservoir({"H": 1e-3, "K": 0.0, "Cl": 1e-3}),
                "right": reservoir({"H": 0.0, "K": 3.5, "Cl": 3.5}, None),
            },
            "study": {"mode": "open_circuit"},
            "mesh": mesh,
        }
    )


def test_the_dilute_end_of_a_film_is_found_wherever_it_lies() -> None:
    exact = planck_potential([1, 1, -1], [9.311e-9, 1.957e-9, 2.032e-9], [1.0, 0.0, 1.0], [0.0, 3500.0, 3500.0], 298.15)
    adapted, as_graded = solved(stacked_film()), solved(stacked_film(adapt=False))
    # (λ_D/L)² is 1e-8, times (3500)² for the dilute end: 0.1; what it leaves is a finite-width effect of 0.4 %
    assert adapted["liquid_junction_potential"] == pytest.approx(exact, rel=5e-3)
    assert adapted.solver["mesh_refinements"] > 0
    assert missed_balances(adapted) == []
    assert abs(as_graded["liquid_junction_potential"] / exact - 1) > 0.1
    assert any("too fast for the cells" in w for w in as_graded.warnings)


def test_a_nanometre_step_of_fixed_charge_within_ten_micrometres() -> None:
    """Far from the step it is the Donnan potential of each side; at it the exact field of the first integral.

    For a step from −X to X in a 1:1 salt c the potential is antisymmetric, and the first integral of the
    Poisson–Boltzmann equation gives E(0)² = (2 RT/ε) [2c (cosh ψ_D − 1) − X ψ_D] with sinh ψ_D = X/2c in RT/F.
    """
    x, c = 300.0, 100.0
    case = Case.from_dict(
        {
            "species": species("K", "Cl"),
            "regions": {"m": {**bath("10 um"), "fixed_charge": "0.3 mol/L * tanh((x - 5 um) / (0.01 nm))"}},
            "boundaries": {"left": reservoir({"K": 0.1, "Cl": 0.1}), "right": reservoir({"K": 0.1, "Cl": 0.1})},
            "points": {"step": {"region": "m", "fraction": 0.5}, "far": {"region": "m", "fraction": 0.7}},
        }
    )
    result = solved(case)
    donnan = np.arcsinh(x / (2 * c))
    field = np.sqrt(2 * R * 298.15 / (78.49 * epsilon_0) * (x * donnan - 2 * c * (np.cosh(donnan) - 1)))
    assert result["potential.far"] == pytest.approx(R * 298.15 / F * donnan, rel=1e-6)
    assert abs(result["electric_field.step"]) == pytest.approx(field, rel=1e-2)
    assert not any("too fast" in w for w in result.warnings)


def test_refined_grids_keep_faces_and_meet_their_demand() -> None:
    nodes = np.concatenate([np.linspace(0, 1, 11), np.linspace(1, 3, 5)[1:]])
    grid = Grid(nodes, np.repeat(np.arange(2, dtype=np.int32), [10, 4]), np.array([0, 10, 14]))
    demand = np.ones(14)
    demand[3] = 7.0
    finer = refined(grid, demand, 1.2)
    assert too_coarse(demand)
    assert np.array_equal(finer.nodes[finer.faces], [0.0, 1.0, 3.0])
    inside = (finer.nodes[:-1] >= nodes[3] - 1e-12) & (finer.nodes[1:] <= nodes[4] + 1e-12)
    assert np.diff(finer.nodes)[inside].max() <= 0.1 / 7.0 + 1e-12
    # the second region asked for nothing and keeps its nodes
    assert np.array_equal(finer.nodes[finer.faces[1] :], grid.nodes[10:])
