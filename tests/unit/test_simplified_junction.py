"""Liquid junctions, Donnan and charged membranes: reference, properties, a second way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnp.constants import F, R
from pnp.simplified import (
    bipolar_potential,
    charged_membrane,
    donnan_concentrations,
    donnan_potential,
    donnan_potential_symmetric,
    goldman_potential,
    henderson_potential,
    lewis_sargent_potential,
    planck_potential,
    stationary_film,
    teorell_meyer_sievers_potential,
)
from pnp.simplified.film_fluxes import solve_film

REFERENCE = {
    entry["id"]: entry
    for entry in json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))
}

FILMS = [k for k, entry in REFERENCE.items() if "stationary_NP_V" in entry["expected"]]
D = {"H": 9.311e-9, "K": 1.957e-9, "Na": 1.334e-9, "Cl": 2.032e-9}
T = 298.15
VT = R * T / F

salts = st.floats(min_value=-2, max_value=3.5).map(lambda p: 10.0**p)
diffusivities = st.floats(min_value=-10, max_value=-8.03).map(lambda p: 10.0**p)


def film_arguments(name):
    p = REFERENCE[name]["params"]
    d = [p["D_1e-9_m2_s"][ion] * 1e-9 for ion in p["ions"]]
    return (
        np.array(p["z"], float),
        np.array(d),
        np.array(p["cL_M"]) * 1e3,
        np.array(p["cR_M"]) * 1e3,
        p["T_K"],
    )


def integrated(z, d, left, flux, gain, steps=4000):
    """Right end and length of the film by Runge–Kutta from its fluxes alone: a second way."""
    j = flux / d
    c, length = left.copy(), 0.0

    def rate(state):
        strength = np.sum(z * z * state[:-1])
        return np.append(-j * strength + z * state[:-1] * np.sum(z * j), strength)

    state = np.append(c, length)
    # The end of the parameter follows from the potential: φ_right − φ_left = −s Σ z j.
    s = gain / np.sum(z * j)
    h = s / steps
    for _ in range(steps):
        k1 = rate(state)
        k2 = rate(state + 0.5 * h * k1)
        k3 = rate(state + 0.5 * h * k2)
        k4 = rate(state + h * k3)
        state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return state[:-1], state[-1]


@pytest.mark.parametrize("name", FILMS)
def test_film_reference(name):
    arguments, expected = film_arguments(name), REFERENCE[name]["expected"]
    assert henderson_potential(*arguments) == pytest.approx(expected["henderson_V"], rel=1e-11)
    assert planck_potential(*arguments) == pytest.approx(expected["stationary_NP_V"], rel=1e-11)
    assert planck_potential(*arguments) == pytest.approx(expected["planck_V"], rel=1e-11)


@pytest.mark.parametrize("name", FILMS)
def test_general_film_solver_agrees_with_the_explicit_one(name):
    z, d, left, right, temperature = film_arguments(name)
    explicit = stationary_film(z, d, left, right, temperature)
    swap = np.sum(left) > np.sum(right)
    gain, flux = solve_film(z, d, *((right, left) if swap else (left, right)), guess=0.0)
    sign = -1.0 if swap else 1.0
    assert -sign * gain * VT == pytest.approx(explicit.potential_difference, abs=1e-14)
    np.testing.assert_allclose(sign * flux, explicit.flux_times_thickness, rtol=1e-11)


def test_bi_ionic_reference():
    entry = REFERENCE["harmonic_bi_ionic"]["expected"]
    z, d = [1, 1, -1], [9.311e-9, 1.957e-9, 2.032e-9]
    for closed_form in (planck_potential, henderson_potential, goldman_potential):
        assert closed_form(z, d, [1, 0, 1], [0, 1, 1], T) == pytest.approx(entry["E_1D_V"], rel=1e-12)
    assert entry["E_1D_zero_current_RT_F"] * VT == pytest.approx(entry["E_1D_V"], rel=1e-12)
    assert lewis_sargent_potential(d[0] + d[2], d[1] + d[2], T) == pytest.approx(entry["E_1D_V"], abs=1e-15)


def test_lewis_sargent_reference():
    entry = REFERENCE["ljp_measured_macinnes_yeh"]
    conductivities = {
        "0.1": entry["params"]["Lambda_0.1M_S_cm2_mol"],
        "0.01": entry["params"]["Lambda_0.01M"],
    }
    for c, left, right, _, _, expected in entry["expected"]["table"]:
        value = lewis_sargent_potential(conductivities[c][left], conductivities[c][right], T)
        assert abs(value) * 1e3 == pytest.approx(expected, rel=1e-12)
    assert lewis_sargent_potential(2.0, 1.0, T, 1) == -lewis_sargent_potential(2.0, 1.0, T, -1)


@given(salts, salts, diffusivities, diffusivities, st.sampled_from([(1, -1), (2, -1), (1, -2), (3, -2)]))
def test_one_salt_is_the_logarithm_of_nernst(left, right, cation, anion, charges):
    zc, za = charges
    c = np.array([-za, zc], float)
    transport = (zc * cation - zc * anion) / (zc**2 * cation * -za + za**2 * anion * zc) * -za
    expected = -VT * transport * np.log(right / left)
    film = stationary_film([zc, za], [cation, anion], c * left, c * right, T)
    assert film.potential_difference == pytest.approx(expected, abs=1e-13)
    assert henderson_potential([zc, za], [cation, anion], c * left, c * right, T) == pytest.approx(expected, abs=1e-13)
    # The ambipolar diffusivity carries the salt.
    ambipolar = cation * anion * (zc - za) / (zc * cation - za * anion)
    np.testing.assert_allclose(
        film.flux_times_thickness,
        ambipolar * c * (left - right),
        rtol=1e-9,
        atol=1e-13 * ambipolar * max(left, right),
    )


@given(salts, diffusivities, diffusivities, diffusivities)
def test_theories_meet_for_equal_concentrations_and_a_common_ion(c, first, second, common):
    arguments = ([1, 1, -1], [first, second, common], [c, 0, c], [0, c, c], T)
    expected = VT * np.log((first + common) / (second + common))
    for closed_form in (planck_potential, henderson_potential, goldman_potential):
        assert closed_form(*arguments) == pytest.approx(expected, abs=2e-15)


mixtures = st.lists(st.tuples(st.sampled_from([1, 2, 3]), diffusivities, salts, salts), min_size=1, max_size=4)


def mixture(cations, anion_charge, anion_diffusivity):
    z = np.array([q[0] for q in cations] + [anion_charge], float)
    d = np.array([q[1] for q in cations] + [anion_diffusivity])
    left, right = (np.array([q[k] for q in cations] + [0.0]) for k in (2, 3))
    for side in (left, right):
        side[-1] = -np.sum(z * side) / anion_charge
    return z, d, left, right


@settings(max_examples=40, deadline=None)
@given(mixtures, st.sampled_from([-1, -2]), diffusivities)
def test_film_of_any_mixture_is_a_solution(cations, anion_charge, anion_diffusivity):
    z, d, left, right = mixture(cations, anion_charge, anion_diffusivity)
    film = stationary_film(z, d, left, right, T)
    back = stationary_film(z, d, right, left, T)
    assert back.potential_difference == pytest.approx(-film.potential_difference, abs=1e-12)
    np.testing.assert_allclose(back.flux_times_thickness, -film.flux_times_thickness, rtol=1e-6, atol=1e-20)
    assert planck_potential(z, 3 * d, 5 * left, 5 * right, T) == pytest.approx(film.potential_difference, abs=1e-12)
    current = z * film.flux_times_thickness
    assert abs(np.sum(current)) <= 1e-9 * np.sum(np.abs(z * d * (left + right)))


def test_film_of_three_valences_by_integration():
    z = np.array([1.0, 2.0, -1.0, -2.0])
    d = np.array([1.957e-9, 0.792e-9, 2.032e-9, 1.065e-9])
    left, right = np.array([100.0, 5.0, 90.0, 10.0]), np.array([2.0, 40.0, 0.0, 41.0])
    film = stationary_film(z, d, left, right, T)
    assert abs(np.sum(z * film.flux_times_thickness)) < 1e-12 * np.sum(np.abs(film.flux_times_thickness))
    end, length = integrated(z, d, left, film.flux_times_thickness, -film.potential_difference / VT)
    np.testing.assert_allclose(end, right, rtol=1e-8, atol=1e-8)
    assert length == pytest.approx(1.0, rel=1e-8)
    # Between its limits: neither Henderson's mixture nor anything far from it.
    assert film.potential_difference != pytest.approx(henderson_potential(z, d, left, right, T), abs=1e-5)


def test_film_with_fixed_charge_by_integration():
    z, d = np.array([1.0, 1.0, 2.0, -1.0]), np.array([1.957e-9, 9.311e-9, 0.792e-9, 2.032e-9])
    left, right = np.array([60.0, 0.0, 5.0, 20.0]), np.array([5.0, 75.0, 0.0, 30.0])
    film = stationary_film(z, d, left, right, T, -50.0)
    end, length = integrated(z, d, left, film.flux_times_thickness, -film.potential_difference / VT)
    np.testing.assert_allclose(end, right, rtol=1e-8, atol=1e-8)
    assert length == pytest.approx(1.0, rel=1e-8)


@pytest.mark.parametrize("trace", [1e-6, 1e-9, 1e-12])
def test_a_trace_tends_to_absence(trace):
    z, d = [1, 1, -1], [D["H"], D["K"], D["Cl"]]
    absent = planck_potential(z, d, [100, 0, 100], [0, 3500, 3500], T)
    c = 100 * trace
    present = planck_potential(z, d, [100 - c, c, 100], [c, 3500 - c, 3500], T)
    assert present == pytest.approx(absent, abs=max(1e-14, 1.0 * trace))


def test_extreme_ratios():
    z, d = [1, 1, -1], [D["H"], D["K"], D["Cl"]]
    ratio = 1e12
    salt = planck_potential([1, -1], [D["H"], D["Cl"]], [1e3, 1e3], [1e3 / ratio, 1e3 / ratio], T)
    u = (D["H"] - D["Cl"]) / (D["H"] + D["Cl"])
    assert salt == pytest.approx(VT * u * np.log(ratio), rel=1e-13)
    forth = planck_potential(z, d, [1e3, 0, 1e3], [0, 1e-9, 1e-9], T)
    assert forth == pytest.approx(-planck_potential(z, d, [0, 1e-9, 1e-9], [1e3, 0, 1e3], T), rel=1e-13)
    divalent = planck_potential([2, 1, -1], d, [500, 0, 1000], [0, 1e-9, 1e-9], T)
    assert divalent == pytest.approx(-planck_potential([2, 1, -1], d, [0, 1e-9, 1e-9], [500, 0, 1000], T), rel=1e-9)


def test_no_gradient_no_potential_and_neutral_solute():
    same = ([1, 2, -1, 0], [1e-9, 2e-9, 3e-9, 4e-9], [10, 5, 20, 7], [10, 5, 20, 1], T)
    film = stationary_film(*same)
    assert film.potential_difference == 0.0
    np.testing.assert_allclose(film.flux_times_thickness, [0, 0, 0, 4e-9 * 6], atol=1e-24)


def test_junctions_refuse_what_is_no_junction():
    for closed_form in (henderson_potential, planck_potential, goldman_potential):
        with pytest.raises(ValueError, match="not electroneutral"):
            closed_form([1, -1], [1e-9, 1e-9], [1, 2], [1, 1], T)
        with pytest.raises(ValueError, match="without ions"):
            closed_form([1, -1], [1e-9, 1e-9], [0, 0], [1, 1], T)
        with pytest.raises(ValueError, match="one value per ion"):
            closed_form([1, -1], [1e-9], [1, 1], [1, 1], T)


def test_donnan_reference():
    for x, c, potential, cation, anion in REFERENCE["donnan_table"]["expected"]["table"]:
        arguments = ([1, -1], [c * 1e3, c * 1e3], x * 1e3, T)
        assert donnan_potential(*arguments) == pytest.approx(potential, rel=1e-13)
        assert float(donnan_potential_symmetric(1, c * 1e3, x * 1e3, T)) == pytest.approx(potential, rel=1e-13)
        np.testing.assert_allclose(donnan_concentrations(*arguments), [cation * 1e3, anion * 1e3], rtol=1e-12)


def test_bipolar_reference():
    for key, expected in REFERENCE["bipolar_builtin_V"]["expected"].items():
        values = {name: float(value) * 1e3 for name, value in (part.split("=") for part in key.split(","))}
        bath = [values["c"], values["c"]]
        built_in = bipolar_potential([1, -1], bath, values["X+"], -values["X-"], T)
        assert built_in == pytest.approx(expected, rel=1e-12)
        assert bipolar_potential([1, -1], bath, -values["X-"], values["X+"], T) == -built_in


@given(
    mixtures,
    st.sampled_from([-1, -2]),
    st.floats(-5e3, 5e3),
    st.lists(st.floats(-8, 8), min_size=5, max_size=5),
)
def test_donnan_phase_is_electroneutral(cations, anion_charge, fixed, log_partition):
    z, _, bath, _ = mixture(cations, anion_charge, 1e-9)
    ln = np.array(log_partition[: z.size])
    inside = donnan_concentrations(z, bath, fixed, T, ln)
    assert np.all(inside > 0)
    assert abs(np.sum(z * inside) + fixed) <= 1e-11 * (np.sum(np.abs(z) * inside) + abs(fixed))


@given(salts, st.floats(min_value=-14, max_value=3).map(lambda p: 10.0**p), st.sampled_from([1, 2]))
def test_donnan_keeps_the_digits_of_small_charges(c, fixed, z):
    exact = VT / z * np.arcsinh(fixed / (2 * z * c))
    assert donnan_potential([z, -z], [c, c], fixed, T) == pytest.approx(exact, rel=1e-11)
    assert donnan_potential([z, -z], [c, c], -fixed, T) == pytest.approx(-exact, rel=1e-11)


def test_donnan_with_one_sign_excluded_and_errors():
    only_cations = donnan_potential([1, -1], [100.0, 100.0], -1000.0, T, [0.0, -np.inf])
    assert only_cations == pytest.approx(-VT * np.log(10.0), rel=1e-13)
    assert donnan_potential([1, 2, -1], [100.0, 1.0, 102.0], 0.0, T) == 0.0
    with pytest.raises(ValueError, match="no ion of the solution can balance"):
        donnan_potential([1, -1], [100.0, 100.0], 1000.0, T, [0.0, -np.inf])


@pytest.mark.parametrize("row", REFERENCE["tms_table"]["expected"]["table"], ids=lambda r: f"{r[0]} {r[1]}")
def test_teorell_meyer_sievers_reference(row):
    salt, x, total, left, diffusion, right = row
    cation = D[salt.removesuffix("Cl")]
    assert teorell_meyer_sievers_potential(cation, D["Cl"], 100.0, 10.0, x * 1e3, T) == pytest.approx(total, rel=1e-12)
    parts = charged_membrane([1, -1], [cation, D["Cl"]], [100.0, 100.0], [10.0, 10.0], x * 1e3, T)
    assert parts.potential_difference == pytest.approx(total, rel=1e-12)
    assert parts.diffusion == pytest.approx(diffusion, rel=1e-9)
    assert parts.donnan_left == pytest.approx(left, rel=1e-12, abs=1e-20)
    # The table counts each contribution from left to right.
    assert -parts.donnan_right == pytest.approx(right, rel=1e-12, abs=1e-20)


def test_highly_charged_membrane_is_nernst():
    total = teorell_meyer_sievers_potential(1e-9, 2e-9, 100.0, 10.0, -1e9, T)
    assert total == pytest.approx(VT * np.log(10.0), rel=1e-9)
    excluded = charged_membrane([1, -1], [1e-9, 2e-9], [100.0] * 2, [10.0] * 2, -1e3, T, [0.0, -np.inf])
    assert excluded.potential_difference == pytest.approx(VT * np.log(10.0), rel=1e-12)
    np.testing.assert_allclose(excluded.flux_times_thickness, 0.0, atol=1e-18)
