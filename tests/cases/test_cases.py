"""Every file in cases/ against the number its header states, with its balances, and the form of its header."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from pnp.result import Result
from pnp.study import run
from tests.physics.systems import missed_balances

CASES = Path(__file__).parents[2] / "cases"
COARSE = ["mesh.refinement=0.5"]
"""The default run halves the meshes; `scripts/test --all` runs every case as it stands."""


@dataclass(frozen=True)
class Expected:
    """One stated number: quantity, value, tolerance at the default mesh, and whether the mesh error rules it.

    ``last`` names the sweep's point it belongs to: -1 the last, 0 the first.
    """

    quantity: str
    value: float
    tolerance: float
    mesh: bool = False
    point: int = -1


def nernst(z: int, outside: float, inside: float) -> float:
    return R * 310.15 / (z * F) * float(np.log(outside / inside))


def ghk_current(v: float) -> float:
    """F Σ P u (c_in − c_out e^−u)/(1 − e^−u), Hodgkin & Katz 1949, with the file's permeabilities and solutions."""
    u = v * F / (R * 310.15)
    ions = ((1e-8, 140.0, 4.0), (0.8e-8, 12.0, 145.0))
    return float(F * sum(p * u * (i - o * np.exp(-u)) / -np.expm1(-u) for p, i, o in ions))


def gouy_chapman(wall: float, distance: float) -> float:
    """ψ of a 1:1 salt at 0.1 M (Gouy 1910, Chapman 1913)."""
    thermal = R * 298.15 / F
    debye = np.sqrt(78.49 * epsilon_0 * thermal / (2 * F * 100.0))
    return float(4 * thermal * np.arctanh(np.tanh(wall / (4 * thermal)) * np.exp(-distance / debye)))


EXACT = 1e-9
"""V: what equilibrium is held to at any mesh."""
STATED: dict[str, list[Expected]] = {
    "potassium_nernst": [Expected("membrane_potential", nernst(1, 4, 140), EXACT)],
    "sodium_nernst": [Expected("membrane_potential", nernst(1, 145, 12), EXACT)],
    "chloride_nernst": [Expected("membrane_potential", nernst(-1, 110, 4), EXACT)],
    "calcium_nernst": [Expected("membrane_potential", nernst(2, 1.5, 1e-4), EXACT)],
    "no_gradient": [
        Expected("membrane_potential", 0.0, EXACT),
        Expected("flux.K", 0.0, 1e-15),
    ],
    # GHK with the permeabilities and solutions of the file; 0.01 mV is the bound up to a partition of 1e-5
    "resting_potential": [
        Expected(
            "membrane_potential",
            R * 310.15 / F * float(np.log((4 + 0.04 * 145 + 0.45 * 4) / (140 + 0.04 * 12 + 0.45 * 110))),
            1e-5,
            point=0,
        )
    ],
    # at +100 mV; slab and diffuse layers share the voltage in series: 0.5 % at each face, times u = 3.7
    "nonselective_channel": [Expected("current_density", ghk_current(0.1), 2 * 0.005 * 3.7 * ghk_current(0.1))],
    "gouy_chapman": [
        Expected("surface_charge.right", -0.9094945951893917, 0.01 * 0.909, mesh=True),
        Expected("differential_capacitance.right", 17.714297311245087, 0.01 * 17.7, mesh=True),
        Expected("potential.one_nanometre_out", gouy_chapman(-0.2, 1e-9), 0.01 * 0.036, mesh=True),
    ],
    "donnan_membrane": [
        Expected("potential_difference.left_face", -0.05941250504578271, 1e-4),
        Expected("potential_difference.right_face", -0.1183212682421737, 2e-4),
        Expected("membrane_potential", 0.0588992088568356, 1e-4),
    ],
    "junction_hcl_dilution": [Expected("liquid_junction_potential", 0.03796358162351499, 5e-6, mesh=True)],
    "junction_hcl_kcl": [Expected("liquid_junction_potential", 0.026850292919294555, 1e-7)],
    "junction_nacl_kcl": [Expected("liquid_junction_potential", -0.004362997582780927, 1e-7)],
    "junction_kcl_hcl": [Expected("liquid_junction_potential", -0.005885187537648381, 5e-6, mesh=True)],
}


def solved(name: str, overrides: list[str]) -> Result:
    result = run(Case.load(CASES / f"{name}.toml", overrides))
    assert result.converged, result.message
    assert missed_balances(result) == []
    assert not [w for w in result.warnings if "balance" in w or "resol" in w], result.warnings
    return result


def value_of(result: Result, expected: Expected) -> float:
    if result.sweep is not None:
        return float(result.sweep[expected.quantity][expected.point])
    return result[expected.quantity]


@pytest.mark.parametrize("name", STATED)
def test_stated_number_on_a_coarse_mesh(name: str) -> None:
    """Second order: half the cells, four times the mesh error; what is exact stays exact."""
    result = solved(name, COARSE)
    for e in STATED[name]:
        assert value_of(result, e) == pytest.approx(e.value, abs=e.tolerance * (4 if e.mesh else 1)), e.quantity


@pytest.mark.slow
@pytest.mark.parametrize("name", STATED)
def test_stated_number(name: str) -> None:
    result = solved(name, [])
    for e in STATED[name]:
        assert value_of(result, e) == pytest.approx(e.value, abs=e.tolerance), e.quantity


def test_every_case_is_stated_here() -> None:
    """limiting_current states a curve; tests/physics/test_currents.py holds it."""
    assert {p.stem for p in CASES.glob("*.toml")} == {*STATED, "limiting_current"}


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda p: p.stem)
def test_header_says_what_to_expect_and_how_to_run(path: Path) -> None:
    header = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    text = "\n".join(header)
    for word in ("# Expect:", "# Source:", "# Time:", f"scripts/pnp run cases/{path.name}"):
        assert word in text, word


def test_partition_sweep_approaches_and_leaves_ghk() -> None:
    result = solved("resting_potential", [])
    assert result.sweep is not None
    ghk = STATED["resting_potential"][0].value
    deviation = np.abs(result.sweep["membrane_potential"] - ghk)
    partition = result.sweep.values()
    assert (deviation[partition <= 1.001e-5] < 1e-5).all()
    assert deviation[-1] > 100 * deviation[0]
