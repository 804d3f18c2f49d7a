"""Currents: limiting and beyond, prescribed against fixed voltage, GHK current, exact bi-ionic flux."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from pnp.case import Case
from pnp.constants import F, R
from pnp.discretisation import Discretisation
from pnp.linear import LinearSolver
from pnp.newton import NewtonOptions
from pnp.scheme import Scheme
from pnp.steady import solve_steady
from tests.builders import End, model, region, uniform_grid
from tests.physics.systems import bath, missed_balances, reservoir, solved, species

CASES = Path(__file__).parents[2] / "cases"


def test_exact_bi_ionic_solution_at_the_nodes() -> None:
    """Harmonic φ, c1 = A1 + B e^−φ, c2 = A2 − B e^−φ, c3 = A1 + A2: exact for any ε, with flux, without charge.

    Source: direct substitution (harmonic_bi_ionic in tests/reference.json). The edge-averaged flux is exact for
    constant field.
    """
    a1, a2, b, drop = 0.4, 0.9, 0.3, 2.5
    length = 10.0
    d = [9.311, 1.957, 2.032]

    def fields(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        phi = drop * x / length
        return np.array([a1 + b * np.exp(-phi), a2 - b * np.exp(-phi), np.full_like(phi, a1 + a2)]), phi

    ends = []
    for x in (np.zeros(1), np.full(1, length)):
        c, phi = fields(x)
        ends.append(End(np.log(c[:, 0]), float(phi[0])))
    m = model([1, 1, -1], [region("a", length, 3, diffusivity=d, permittivity=0.3)], *ends)
    disc = Discretisation(uniform_grid(m, 17), 3, Scheme(), MPI.COMM_SELF)
    solution = solve_steady(disc, LinearSolver(disc), m, NewtonOptions())
    assert solution.converged
    c, phi = fields(disc.points[:, 0])
    expected = np.log(c) + np.outer([1, 1, -1], phi) - m.reference[:, None]
    assert np.abs(solution.state.fields[:, :3].T - expected).max() < 1e-10
    assert np.abs(solution.state.fields[:, 3] - phi).max() < 1e-10


def test_over_limiting_sweep_to_one_volt_needs_no_option() -> None:
    case = Case.load(CASES / "limiting_current.toml")
    result = solved(case)
    assert result.sweep is not None
    assert all(row.status == "converged" for row in result.sweep.rows)
    current = result.sweep["current_density"]
    limiting = 2 * F * 1.957e-9 * 100.0 / 1e-6
    # K+ leaves to the right: the current rises to the plateau and beyond it, never falls
    assert (np.diff(current) > 0).all()
    plateau = current[(np.arange(len(current)) * 0.025 > 0.15) & (np.arange(len(current)) * 0.025 < 0.25)]
    assert plateau == pytest.approx(limiting, rel=0.05)
    assert 1.02 < current[-1] / limiting < 1.5
    assert missed_balances(result) == []


LENGTH = float(np.sqrt(78.49 * 8.8541878128e-12 * R * 298.15 / (F**2 * 100.0)))


def over_limiting(**options: object) -> float:
    """I / I_lim at 40 RT/F with L/λ_D = 1000 (λ² = ε RT / F² c), cation fixed at the bath's value at the interface."""
    case = Case.from_dict(
        {
            "species": {s: {"charge_number": z, "diffusivity": "1e-9 m^2/s"} for s, z in (("K", 1), ("Cl", -1))},
            "regions": {"electrolyte": bath(f"{1000 * LENGTH!r} m")},
            "boundaries": {
                "left": reservoir({"K": 0.1, "Cl": 0.1}),
                "right": {
                    "type": "electrode",
                    "potential": f"{-40 * R * 298.15 / F!r} V",
                    "species": {"K": {"concentration": "0.1 mol/L"}},
                },
            },
            **options,
        }
    )
    return solved(case)["current_density"] / (2 * F * 1e-9 * 100.0 / (1000 * LENGTH))


def test_direct_jump_to_forty_thermal_voltages() -> None:
    """Two discretisations that share no flux formula meet: the edge-averaged one tends to Galerkin P2 at order 2."""
    quadratic = over_limiting(mesh={"refinement": 2.0}, solver={"flux": "galerkin", "degree": 2})
    middle, fine = (abs(over_limiting(mesh={"refinement": r}) - quadratic) for r in (2.0, 4.0))
    assert np.log2(middle / fine) >= 1.9
    assert fine < 1e-4 * quadratic


@pytest.mark.parametrize("inside", [None, "a", "b"])
@pytest.mark.parametrize("floats", ["left", "right"])
def test_prescribed_current_and_fixed_voltage_agree(floats: str, inside: str | None) -> None:
    """Impose the current that a fixed voltage gave, as it was reported: the voltage comes back."""
    solutions = {"left": {"K": 0.1, "Na": 0.0, "Cl": 0.1}, "right": {"K": 0.0, "Na": 0.1, "Cl": 0.1}}
    base = {
        "species": species("K", "Na", "Cl"),
        "regions": {"a": bath("100 nm"), "b": bath("100 nm")},
        "boundaries": {b: reservoir(c, 0.05 if b == floats else 0.0) for b, c in solutions.items()},
        **({"inside": inside} if inside else {}),
    }
    voltage = solved(Case.from_dict(base))
    floating = {b: reservoir(c, None if b == floats else 0.0) for b, c in solutions.items()}
    current = voltage["current_density"]
    study = {"mode": "current", "current_density": f"{current!r} A/m^2"}
    back = solved(Case.from_dict({**base, "boundaries": floating, "study": study}))
    assert back[f"potential.{floats}"] == pytest.approx(0.05, abs=1e-9)
    assert back["current_density"] == pytest.approx(current, rel=1e-9)
    assert missed_balances(back) == []


def test_channel_follows_the_ghk_current_equation() -> None:
    result = solved(Case.load(CASES / "nonselective_channel.toml"))
    assert result.sweep is not None
    thermal = R * 310.15 / F
    v = result.sweep.values()
    for s, p, inside, outside in (("K", 1e-8, 140.0, 4.0), ("Na", 0.8e-8, 12.0, 145.0)):
        u = v / thermal
        safe = np.where(np.abs(u) < 1e-9, 1.0, u)
        # Goldman 1943; Hodgkin & Katz 1949: j = P u (c_in − c_out e^−u) / (1 − e^−u)
        expected = np.where(
            np.abs(u) < 1e-9,
            p * (inside - outside),
            p * safe * (inside - outside * np.exp(-safe)) / -np.expm1(-safe),
        )
        # slab and diffuse layers share the voltage in series: C_slab / C_layer = 0.5 % at each face, times u
        shared = 2 * (2.0 / 4e-9) / (78.49 / 0.8e-9)
        allowed = shared * np.maximum(np.abs(u), 0.1) * np.abs(p * np.maximum(1.0, np.abs(u)) * max(inside, outside))
        assert (np.abs(result.sweep[f"flux.{s}"] - expected) < allowed).all()
    reversal = np.interp(0.0, result.sweep["current_density"], v)
    assert reversal == pytest.approx(thermal * np.log((4 + 0.8 * 145) / (140 + 0.8 * 12)), abs=2e-5)
