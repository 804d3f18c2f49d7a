"""Gouy–Chapman layers: charge, capacitance and profile against closed forms, and the observed order of the profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from pnp.discretisation import Discretisation
from pnp.grading import MeshOptions, grade
from pnp.linear import LinearSolver
from pnp.newton import NewtonOptions
from pnp.nondimensional import model_from_case
from pnp.scheme import Scheme
from pnp.steady import solve_steady
from tests.mms.manufactured import errors
from tests.physics.systems import bath, electrode, missed_balances, reservoir, solved, species

REFERENCE = {e["id"]: e for e in json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))}
THERMAL = R * 298.15 / F


@pytest.mark.parametrize("row", REFERENCE["gouy_chapman_table"]["expected"]["table"], ids=str)
def test_charge_and_capacitance_within_one_per_cent_at_the_default_mesh(row: list[float]) -> None:
    psi, molar, sigma, capacitance = row
    result = solved(electrode(psi, molar, {0.1: "30 nm", 0.01: "90 nm", 0.001: "300 nm"}[molar]))
    assert result["surface_charge.right"] == pytest.approx(sigma, rel=1e-2)
    assert result["differential_capacitance.right"] == pytest.approx(capacitance, rel=1e-2)
    assert missed_balances(result) == []


def test_charged_wall_has_the_potential_of_the_grahame_equation() -> None:
    """The same layers from the other side: surface charge given, potential found."""
    for psi, molar, sigma, capacitance in REFERENCE["gouy_chapman_table"]["expected"]["table"]:
        if molar != 0.1:
            continue
        case = electrode(0.0, molar)
        raw = {
            "species": {
                s: {"charge_number": q.charge_number, "diffusivity": f"{q.diffusivity} m^2/s"}
                for s, q in case.species.items()
            },
            "regions": {"electrolyte": {"thickness": "30 nm", "permittivity": 78.49}},
            "boundaries": {
                "left": {
                    "type": "reservoir",
                    "potential": "0 V",
                    "concentrations": {"K": "0.1 mol/L", "Cl": "0.1 mol/L"},
                },
                "right": {"type": "wall", "surface_charge": f"{sigma!r} C/m^2"},
            },
        }
        result = solved(type(case).from_dict(raw))
        # dψ = dσ / C: one per cent of the charge
        assert result["potential.right"] == pytest.approx(psi, abs=1e-2 * sigma / capacitance)
        assert result["differential_capacitance.right"] == pytest.approx(capacitance, rel=1e-2)


def profile_error(psi: float, refinement: float, scheme: Scheme) -> float:
    """L² error of the Gouy–Chapman potential, in RT/F √λ0, by a rule far beyond the order looked for."""
    case = electrode(psi)
    model = model_from_case(case)
    grid = grade([model], MeshOptions(refinement=refinement))
    disc = Discretisation(grid, 2, scheme, MPI.COMM_SELF)
    solution = solve_steady(disc, LinearSolver(disc), model, NewtonOptions())
    assert solution.converged, solution.reason
    debye = np.sqrt(78.49 * epsilon_0 * R * 298.15 / (2 * F**2 * 100.0)) / model.scales.length
    wall = float(np.tanh(psi / THERMAL / 4))

    def exact(mod: Any, x: Any) -> list[Any]:
        t = wall * mod.exp(-(grid.nodes[-1] - x) / debye)
        return [0.0 * x, 0.0 * x, 2 * mod.ln((1 + t) / (1 - t))]

    return float(errors(disc, model, solution.state.fields, exact)[2])


@pytest.mark.parametrize(
    ("scheme", "order", "refinements"),
    [
        (Scheme(), 1.9, (1.0, 2.0, 4.0)),
        (Scheme("galerkin", 1), 1.9, (1.0, 2.0, 4.0)),
        (Scheme("galerkin", 2), 2.9, (0.25, 0.5, 1.0)),
    ],
    ids=["edge_averaged", "galerkin1", "galerkin2"],
)
def test_observed_order_of_the_profile(scheme: Scheme, order: float, refinements: tuple[float, ...]) -> None:
    """30 nm is 31 Debye lengths: the reservoir's finite distance changes ψ by e^-31, far below the errors here."""
    found = [profile_error(-0.1, r, scheme) for r in refinements]
    observed = np.log2(np.array(found[:-1]) / np.array(found[1:]))
    assert observed[-1] >= order, (found, observed)


def test_surface_excess_of_the_layer_is_its_charge() -> None:
    """z-weighted surface excesses neutralise the electrode: F (Γ_K − Γ_Cl) = −σ."""
    result = solved(electrode(-0.1))
    excess = F * (result["surface_excess.K"] - result["surface_excess.Cl"])
    assert excess == pytest.approx(-result["surface_charge.right"], rel=1e-9)


@pytest.mark.parametrize("potential", [-0.65, -0.5, 0.6])
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_steep_layer_is_solved_on_either_side(side: str, potential: float) -> None:
    """Elimination that ends at the electrode would leave its last pivot to a difference of numbers 1e9 times larger."""
    other = {"left": "right", "right": "left"}[side]
    case = Case.from_dict(
        {
            "species": species("K", "Cl"),
            "regions": {"solution": bath("30 nm")},
            "boundaries": {
                side: {"type": "electrode", "potential": f"{potential} V"},
                other: reservoir({"K": 0.5, "Cl": 0.5}),
            },
        }
    )
    result = solved(case)
    half = F * potential / (2 * R * 298.15)
    charge = np.sqrt(8 * R * 298.15 * 78.49 * epsilon_0 * 500.0) * np.sinh(half)
    capacitance = charge / np.tanh(half) * F / (2 * R * 298.15)
    assert result["surface_charge"] == pytest.approx(charge, rel=5e-3)
    assert result["differential_capacitance"] == pytest.approx(capacitance, rel=1e-2)
    assert any("ions are points" in text for text in result.warnings)
