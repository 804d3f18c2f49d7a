"""A dielectric slab between two salt solutions: charge, drops and field of slab and diffuse layers in series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.result import Result
from pnp.simplified import DiffuseLayer, charge_capacitor
from tests.cases.closed_forms import LIPID, ROOM, SLAB, Capacitor, debye
from tests.physics.systems import missed_balances, solved

FILE = Path(__file__).parents[2] / "cases" / "membrane_capacitor.toml"
DEFAULT_ELEMENTS = ['solver.flux="edge_averaged"', "solver.degree=1"]


def capacitor(volts: float, *overrides: str) -> Result:
    return solved(Case.load(FILE, [f'boundaries.left.potential="{volts!r} V"', *overrides]))


def with_baths(metres: float) -> list[str]:
    return [f'regions.{r}.thickness="{metres!r} m"' for r in ("cytosol", "extracellular")]


def with_salt(molar: float) -> list[str]:
    return [f'boundaries.{b}.concentrations.{s}="{molar!r} mol/L"' for b in ("left", "right") for s in ("K", "Cl")]


def charge(result: Result) -> float:
    """Of the slab's left face in C/m²; by Gauss's law ε/d times the drop across it."""
    assert result["face_charge.membrane"] == pytest.approx(result["potential_difference.slab"] * LIPID / SLAB, rel=1e-9)
    return result["face_charge.membrane"]


@pytest.mark.parametrize("refinement", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("bath", [20e-9, 2e-9, 0.5e-9])
@pytest.mark.parametrize("volts", [1e-3, -0.07])
def test_charge_is_that_of_the_series_formula(volts: float, bath: float, refinement: float) -> None:
    """1/C = d/ε_m + 2 λ_D tanh(L/λ_D)/ε_w within 1e-6, also where a bath is thinner than its layer (L < λ_D)."""
    expected = Capacitor(volts, bath=bath)
    assert expected.nonlinearity < 1e-7
    result = capacitor(volts, *with_baths(bath), f"mesh.refinement={refinement}")
    assert missed_balances(result) == []
    assert charge(result) == pytest.approx(expected.charge, rel=1e-6)
    assert result["capacitance.membrane"] == pytest.approx(expected.capacitance, rel=1e-6)
    assert result["max_electric_field"] == pytest.approx(abs(expected.field), rel=1e-6)
    drops = [result[f"potential_difference.{name}"] for name in ("inner_layer", "outer_layer")]
    assert drops == pytest.approx(expected.layer_drops, rel=2e-5)


def test_thin_baths_are_told_from_thick_ones() -> None:
    """The factor tanh(L/λ_D) is worth far more than what the formula is held to."""
    assert Capacitor(0.07, bath=0.5e-9).charge / Capacitor(0.07).charge - 1 > 1e-3


def test_what_is_left_over_is_the_layers_nonlinearity() -> None:
    """At 1 V (too much for a membrane) the charge exceeds the linear one by the share of the layers times ψ²/24.

    The next term is smaller by about ψ² = 0.04.
    """
    expected = Capacitor(1.0)
    excess = charge(capacitor(1.0)) / expected.charge - 1
    assert expected.nonlinearity > 1e-5
    assert excess == pytest.approx(expected.nonlinearity, rel=0.04)


def test_nonlinear_layers_in_a_dilute_salt() -> None:
    """1 mmol/L and 0.7 V: slab and two Gouy–Chapman layers, which the linear formula misses by half a percent."""
    volts, salt = 0.7, 1.0
    layer = DiffuseLayer([1, -1], [salt, salt], 78.49, ROOM)
    exact = charge_capacitor(volts, LIPID / SLAB, layer, layer).surface_charge
    linear = Capacitor(volts, strengths=(salt, salt), bath=1.0).charge
    assert exact / linear - 1 > 5e-3
    result = capacitor(volts, *with_baths(30 * debye(salt, ROOM)), *with_salt(1e-3))
    assert charge(result) == pytest.approx(exact, rel=1e-6)


def test_default_elements_converge_with_second_order() -> None:
    expected = Capacitor(-0.07).charge
    options = [[*DEFAULT_ELEMENTS, f"mesh.refinement={r}"] for r in (1.0, 2.0, 4.0)]
    error = np.array([abs(charge(capacitor(-0.07, *o)) / expected - 1) for o in options])
    assert error[0] < 3e-5
    # the nonlinearity, 7.5e-8, is 8 % of the last error
    assert (np.log2(error[:-1] / error[1:]) > 1.85).all(), error


@pytest.mark.parametrize("overrides", [DEFAULT_ELEMENTS, []], ids=["default", "quadratic"])
def test_charge_sits_at_the_faces_only(overrides: list[str]) -> None:
    """None in the slab, whose field is uniform; in a bath it falls as e^(−x/λ_D) from the face."""
    result = capacitor(-0.07, *overrides)
    assert result.profile is not None
    x, region = result.profile.x, result.profile.region
    density, field = (result.profile.columns[name] for name in ("charge_density", "electric_field"))
    slab = region == 1
    assert (density[slab] == 0).all()
    assert np.ptp(field[slab]) < 1e-9 * abs(field[slab].mean())
    assert field[slab].mean() < 0
    length = debye(150.0, ROOM)
    for bath, distance, sign in ((region == 0, 20e-9 - x, -1), (region == 2, x - 24e-9, 1)):
        near = bath & (distance < 8 * length)
        face = np.argmin(np.where(bath, distance, np.inf))
        assert np.sign(density[face]) == sign
        # c = ε ψ/λ² with ψ the drop of the layer, whose nonlinearity is ψ²/6
        assert abs(density[face]) == pytest.approx(abs(Capacitor(-0.07).charge) / length, rel=5e-3)
        decay = np.log(density[near] / density[face]) + distance[near] / length
        # h²/24 λ² per Debye length with cells up to 0.5 λ_D there
        assert np.abs(decay).max() < 0.1
        assert np.abs(density[bath & (distance > 15 * length)]).max() < 1e-6 * abs(density[face])
