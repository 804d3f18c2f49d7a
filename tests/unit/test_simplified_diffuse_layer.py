"""Diffuse layers, limiting current, Boltzmann: reference, properties, a second way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnp.constants import F, R, epsilon_0
from pnp.simplified import (
    DiffuseLayer,
    boltzmann_concentration,
    counter_ion_slab,
    debye_length,
    gouy_chapman_capacitance,
    gouy_chapman_potential,
    gouy_chapman_stern,
    gouy_chapman_surface_excess,
    grahame_surface_charge,
    grahame_surface_potential,
    ionic_strength,
    limiting_current_density,
    poisson_boltzmann_charge_density,
    selective_interface_current_density,
)

REFERENCE = {
    entry["id"]: entry
    for entry in json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))
}

WATER, T = 78.49, 298.15
VT = R * T / F

potentials = st.floats(-0.4, 0.4).filter(lambda v: v == 0.0 or abs(v) > 1e-200)
mixtures = st.sampled_from(
    [
        ([1, -1], [10.0, 10.0]),
        ([2, -1], [5.0, 10.0]),
        ([1, 2, -1, -2], [20.0, 5.0, 10.0, 10.0]),
        ([1, -3], [3.0, 1.0]),
    ]
)


def test_debye_length_reference():
    for strength, nanometres in REFERENCE["debye_lengths_nm"]["expected"].items():
        c = float(strength) * 1e3
        assert debye_length([1, -1], [c, c], WATER, T) == pytest.approx(nanometres * 1e-9, rel=1e-10)
        # Ionic strength is all that counts: CaCl2 at a third of the strength.
        assert debye_length([2, -1], [c / 3, 2 * c / 3], WATER, T) == pytest.approx(nanometres * 1e-9, rel=1e-10)
    assert ionic_strength([2, -1], [1.0, 2.0]) == 3.0
    assert debye_length([0], [1.0], WATER, T) == float("inf")


def test_grahame_and_capacitance_reference():
    for psi, molar, sigma, capacitance in REFERENCE["gouy_chapman_table"]["expected"]["table"]:
        c = molar * 1e3
        layer = DiffuseLayer([1, -1], [c, c], WATER, T)
        for sign in (1.0, -1.0):
            assert float(grahame_surface_charge(sign * psi, 1, c, WATER, T)) == pytest.approx(sign * sigma, rel=1e-10)
            assert float(grahame_surface_potential(sign * sigma, 1, c, WATER, T)) == pytest.approx(
                sign * psi, rel=1e-10
            )
            assert float(layer.surface_charge(sign * psi)) == pytest.approx(sign * sigma, rel=1e-10)
            assert layer.surface_potential(sign * sigma) == pytest.approx(sign * psi, rel=1e-10)
            assert float(layer.capacitance(sign * psi)) == pytest.approx(capacitance, rel=1e-10)
        assert float(gouy_chapman_capacitance(psi, 1, c, WATER, T)) == pytest.approx(capacitance, rel=1e-10)


def test_profile_reference():
    c = 10.0
    layer = DiffuseLayer([1, -1], [c, c], WATER, T)
    table = np.array(REFERENCE["gc_profile"]["expected"]["table"])
    x = table[:, 0] * layer.debye_length
    np.testing.assert_allclose(gouy_chapman_potential(x, 0.1, 1, c, WATER, T), table[:, 1], rtol=1e-10)
    np.testing.assert_allclose(layer.potential(x, 0.1), table[:, 1], rtol=1e-10)
    np.testing.assert_allclose(layer.potential(x, -0.1), -table[:, 1], rtol=1e-10)


@given(st.floats(-2.0, 2.0), st.floats(0, 30), st.sampled_from([1, 2]))
def test_profile_keeps_its_invariant(psi, x, z):
    c = 10.0
    length = debye_length([z, -z], [c, c], WATER, T)
    value = float(gouy_chapman_potential(x * length, psi, z, c, WATER, T))
    assert float(gouy_chapman_potential(0.0, psi, z, c, WATER, T)) == pytest.approx(psi, rel=1e-12)
    left, right = np.tanh(z * value / VT / 4), np.tanh(z * psi / VT / 4) * np.exp(-x)
    assert left == pytest.approx(right, rel=1e-9, abs=1e-300)


def test_profile_of_enormous_potential_is_finite():
    profile = gouy_chapman_potential([0.0, 1e-9], 20.0, 1, 10.0, WATER, T)
    assert profile[0] == pytest.approx(20.0, rel=1e-12)
    assert 0 < profile[1] < 0.3


@settings(deadline=None, max_examples=40)
@given(mixtures, potentials)
def test_mixture_layer_against_charge_balance_and_slopes(bulk, psi):
    layer = DiffuseLayer(*bulk, WATER, T)
    sigma = float(layer.surface_charge(psi))
    # Charge of the wall = minus that of the excess ions: the surface excess is a quadrature of its own.
    excess = layer.surface_excess(psi)
    assert -F * float(np.sum(np.array(bulk[0]) * excess)) == pytest.approx(sigma, rel=1e-9, abs=1e-300)
    assert layer.surface_potential(sigma) == pytest.approx(psi, rel=1e-9, abs=1e-18)
    h = 1e-6
    slope = float(layer.surface_charge(psi + h) - layer.surface_charge(psi - h)) / (2 * h)
    assert float(layer.capacitance(psi)) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("psi", [-0.1, 0.02, 0.1])
def test_mixture_profile_satisfies_poisson_boltzmann(psi):
    layer = DiffuseLayer([1, 2, -1, -2], [20.0, 5.0, 10.0, 10.0], WATER, T)
    h = 0.01 * layer.debye_length
    for x in np.array([0.3, 1.0, 3.0, 8.0]) * layer.debye_length:
        v = layer.potential(x + h * np.array([-2, -1, 0, 1, 2]), psi)
        curvature = (-v[0] + 16 * v[1] - 30 * v[2] + 16 * v[3] - v[4]) / (12 * h * h)
        density = float(poisson_boltzmann_charge_density(layer.charge_number, layer.concentration, v[2], T))
        assert -WATER * epsilon_0 * curvature == pytest.approx(density, rel=1e-6)
    assert layer.potential(0.0, psi) == pytest.approx(psi, rel=1e-13)


@given(potentials, st.sampled_from([1, 2]))
def test_mixture_is_gouy_chapman_for_one_symmetric_salt(psi, z):
    c = 25.0
    layer = DiffuseLayer([z, -z], [c, c], WATER, T)
    assert float(layer.surface_charge(psi)) == pytest.approx(
        float(grahame_surface_charge(psi, z, c, WATER, T)), rel=1e-11
    )
    expected = gouy_chapman_surface_excess([z, -z], psi, z, c, WATER, T)
    np.testing.assert_allclose(layer.surface_excess(psi), expected, rtol=1e-9, atol=1e-300)


def test_linear_limit_has_no_cancellation():
    layer = DiffuseLayer([2, -1], [5.0, 10.0], WATER, T)
    assert float(layer.surface_charge(1e-12)) == pytest.approx(1e-12 * layer.linear_capacitance, rel=1e-9)
    assert float(layer.surface_charge(0.0)) == 0.0
    assert float(layer.capacitance(0.0)) == pytest.approx(layer.linear_capacitance, rel=1e-15)
    assert layer.surface_potential(1e-14) == pytest.approx(1e-14 / layer.linear_capacitance, rel=1e-9)
    assert layer.surface_excess(0.0).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="not electroneutral"):
        DiffuseLayer([1, -1], [1.0, 2.0], WATER, T)
    with pytest.raises(ValueError, match="without ions"):
        DiffuseLayer([1, -1], [0.0, 0.0], WATER, T)


def test_stern_reference():
    entry = REFERENCE["gouy_chapman_stern_table"]
    for drop, molar, diffuse, sigma, capacitance in entry["expected"]["table"]:
        layer = DiffuseLayer([1, -1], [molar * 1e3, molar * 1e3], WATER, T)
        for sign in (1.0, -1.0):
            state = gouy_chapman_stern(sign * drop, entry["params"]["C_H_F_m2"], layer)
            assert state.diffuse_potential == pytest.approx(sign * diffuse, rel=1e-9)
            assert state.surface_charge == pytest.approx(sign * sigma, rel=1e-9)
            assert state.capacitance == pytest.approx(capacitance, rel=1e-9)
    assert gouy_chapman_stern(0.0, 0.2, layer).surface_charge == 0.0


def test_counter_ion_slab_reference():
    entry = REFERENCE["counterion_slab"]
    eps2, h, expected = entry["params"]["eps2"], entry["params"]["h"], entry["expected"]
    # Scales that turn SI into the reference's units: length 1 m, potential RT/F, charge ε RT/(F ε2) per area.
    permittivity = WATER * epsilon_0
    sigma = -permittivity * VT / eps2
    slab = counter_ion_slab(sigma, h, 1, WATER, T)
    unit = abs(sigma) / F
    assert slab.wave_number == pytest.approx(expected["K"], rel=1e-12)
    assert slab.mid_concentration / unit == pytest.approx(expected["c_mid"], rel=1e-12)
    assert float(slab.concentration(h)) / unit == pytest.approx(expected["c_wall"], rel=1e-11)
    assert float(slab.potential(h)) / VT == pytest.approx(expected["phi_wall"], rel=1e-11)
    contact = float(slab.concentration(h)) - slab.mid_concentration
    assert contact == pytest.approx(sigma**2 / (2 * permittivity * R * T), rel=1e-11)
    with pytest.raises(ValueError, match="signs must differ"):
        counter_ion_slab(0.1, 1e-9, 1, WATER, T)


@given(st.sampled_from([(1, -1), (2, -1), (-1, 1), (-1, 2), (-2, 1)]), st.floats(-0.1, 0.5))
def test_selective_interface_by_integration_of_its_film(charges, drop):
    z, other = charges
    d, c, length = 1.5e-9, 100.0, 1e-5
    current = float(selective_interface_current_density(drop, z, other, d, c, length, T))
    limit = limiting_current_density(z, other, d, c, length)
    assert limit == pytest.approx(abs(z) * F * (1 + abs(z / other)) * d * c / length, rel=1e-14)
    assert np.sign(current) == np.sign(z * drop)
    assert current * z <= limit * abs(z) * (1 + 1e-12)
    # c(L) from the flux, then μ̃ of the crossing ion from c and from the other ion's Boltzmann factor.
    flux = current / (z * F)
    end = c - flux * length / (d * (1 + abs(z / other)))
    if end > 1e-3 * c:
        phi = -np.log(end / c) / other
        recovered = -(np.log(end / c) + z * phi) / abs(z) * VT
        assert recovered == pytest.approx(drop, rel=1e-9, abs=1e-12)


def test_limiting_current_of_one_to_one_salt():
    assert limiting_current_density(1, -1, 2e-9, 1.0, 1e-6) == pytest.approx(2 * F * 2e-9 * 1.0 / 1e-6, rel=1e-15)
    with pytest.raises(ValueError, match="opposite signs"):
        limiting_current_density(1, 1, 2e-9, 1.0, 1e-6)


def test_boltzmann():
    np.testing.assert_allclose(boltzmann_concentration(10.0, [1, -1, 0], VT, T), 10.0 * np.exp([-1, 1, 0]), rtol=1e-15)
    assert float(boltzmann_concentration(10.0, 0, 1.0, T, np.log(0.5))) == pytest.approx(5.0, rel=1e-15)
