"""Nernst, GHK, chord conductance, Mullins–Noda, Ussing, capacitance: reference to 1e-12, and properties."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnp import constants
from pnp.constants import F, R, epsilon_0, thermal_voltage
from pnp.simplified import (
    DiffuseLayer,
    charge_capacitor,
    chord_conductance_current_density,
    chord_conductance_voltage,
    driving_force,
    ghk_current_density,
    ghk_flux,
    ghk_voltage,
    ghk_voltage_monovalent,
    membrane_capacitance_linear,
    mullins_noda_potential,
    nernst_potential,
    one_way_fluxes,
    parallel_plate_capacitance,
    reversal_conductance,
    series_capacitance,
    ussing_flux_ratio,
)
from pnp.simplified.special_functions import bernoulli, expm1_minus_linear, logarithmic_mean

REFERENCE = {
    entry["id"]: entry
    for entry in json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))
}

CHARGE = {"K": 1, "Na": 1, "Cl": -1, "Ca": 2}
T = 298.15
VT = R * T / F

concentrations = st.floats(min_value=-6, max_value=3.5).map(lambda p: 10.0**p)
permeabilities = st.floats(min_value=-12, max_value=-4).map(lambda p: 10.0**p)
voltages = st.floats(min_value=-0.5, max_value=0.5)
valences = st.sampled_from([-2, -1, 1, 2, 3])


def test_constants_are_those_of_codata():
    expected = REFERENCE["const"]["expected"]
    for name, ours in (("R", R), ("F", F), ("eps0", epsilon_0), ("kB", constants.k_B), ("e", constants.e)):
        assert ours == pytest.approx(expected[name], rel=1e-15)
    assert expected["NA"] == constants.N_A
    assert pytest.approx(constants.e * constants.N_A, rel=1e-15) == F
    assert pytest.approx(constants.k_B * constants.N_A, rel=1e-15) == R
    for key, value in expected.items():
        if key.startswith("RT_F"):
            assert thermal_voltage(float(key.split("_")[2])) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_thermal_voltage_refuses_impossible_temperatures(temperature):
    with pytest.raises(ValueError, match="must be positive"):
        thermal_voltage(temperature)


@pytest.mark.parametrize("name", [k for k in REFERENCE if k.startswith("nernst_")])
def test_nernst_reference(name):
    entry = REFERENCE[name]
    temperature = float(entry["params"]["T_K"])
    for ion, (outside, inside) in entry["params"]["conc_mM_out_in"].items():
        value = nernst_potential(CHARGE[ion], inside, outside, temperature)
        assert float(value) == pytest.approx(entry["expected"][f"{ion}_V"], rel=1e-12)
        assert float(driving_force(-0.07, CHARGE[ion], inside, outside, temperature)) == pytest.approx(
            -0.07 - entry["expected"][f"{ion}_V"], rel=1e-12
        )


def test_nernst_of_close_concentrations_keeps_its_digits():
    difference = 2.0**-40
    assert float(nernst_potential(1, 1.0, 1.0 + difference, T)) == pytest.approx(VT * difference, rel=1e-11)


def test_nernst_limits_and_errors():
    assert nernst_potential(1, [0.0, 1.0], [1.0, 0.0], T).tolist() == [np.inf, -np.inf]
    assert np.isnan(nernst_potential(1, 0.0, 0.0, T))
    with pytest.raises(ValueError, match="must not be zero"):
        nernst_potential(0, 1.0, 1.0, T)
    with pytest.raises(ValueError, match="concentration_inside"):
        nernst_potential(1, -1.0, 1.0, T)


@pytest.mark.parametrize("name", [k for k in REFERENCE if k.startswith("ghk_") and "current" not in k])
def test_ghk_voltage_reference(name):
    entry = REFERENCE[name]
    p = entry["params"]
    ions = list(p["P_rel"])
    z = [CHARGE[i] for i in ions]
    permeability = [float(p["P_rel"][i]) * 1e-8 for i in ions]
    inside, outside = ([float(p[k][i]) for i in ions] for k in ("c_in_mM", "c_out_mM"))
    temperature = float(p["T_K"])
    expected = entry["expected"]["V_m_V"]
    closed = ghk_voltage_monovalent(z, permeability, inside, outside, temperature)
    assert closed == pytest.approx(expected, rel=1e-12)
    assert ghk_voltage(z, permeability, inside, outside, temperature) == closed
    current = ghk_current_density(closed, z, permeability, inside, outside, temperature)
    assert abs(np.sum(current)) < 1e-13 * np.sum(np.abs(current))


def test_ghk_current_reference():
    entry = REFERENCE["ghk_current_table"]
    baths = {"K": (400, 20), "Na": (50, 440), "Cl": (52, 560), "Ca": (1e-4, 10)}
    table = np.array(entry["expected"]["table"])
    for column, (ion, (inside, outside)) in enumerate(baths.items(), start=1):
        current = ghk_current_density(table[:, 0], CHARGE[ion], 1e-8, inside, outside, T)
        np.testing.assert_allclose(current, table[:, column], rtol=1e-12)


def test_ghk_with_calcium_agrees_with_its_currents():
    z, p = [1, 1, -1, 2], [1e-8, 4e-10, 4.5e-9, 3e-9]
    inside, outside = [140, 12, 4, 1e-4], [4, 145, 110, 1.5]
    voltage = ghk_voltage(z, p, inside, outside, 310.15)
    current = ghk_current_density(voltage, z, p, inside, outside, 310.15)
    assert abs(np.sum(current)) < 1e-13 * np.sum(np.abs(current))
    assert voltage > ghk_voltage(z[:3], p[:3], inside[:3], outside[:3], 310.15)


@given(valences, permeabilities, concentrations, concentrations, voltages)
def test_ghk_flux_turns_round_with_the_sides(z, p, inside, outside, v):
    forth = float(ghk_flux(v, z, p, inside, outside, T))
    back = float(ghk_flux(-v, z, p, outside, inside, T))
    assert forth == pytest.approx(-back, rel=1e-13, abs=1e-300)


@given(permeabilities, concentrations, concentrations, voltages, st.sampled_from([-3, -1, 2]))
def test_ghk_flux_is_the_textbook_formula(p, inside, outside, v, z):
    u = z * v / VT
    if abs(u) > 0.01:
        textbook = p * u * (inside - outside * np.exp(-u)) / (1.0 - np.exp(-u))
        scale = p * abs(u) * (inside + outside * np.exp(-u)) / abs(1.0 - np.exp(-u))
        assert float(ghk_flux(v, z, p, inside, outside, T)) == pytest.approx(textbook, abs=1e-12 * scale)


def test_ghk_flux_is_regular_at_zero_volts():
    v = np.array([-1e-300, -1e-12, 0.0, 1e-12, 1e-300])
    flux = ghk_flux(v, 1, 1e-8, 140.0, 4.0, T)
    np.testing.assert_allclose(flux, 1e-8 * 136.0, rtol=1e-9)
    assert np.all(np.isfinite(ghk_flux([-1e3, 1e3], 3, 1e-8, 140.0, 4.0, T)))


@given(
    st.lists(
        st.tuples(st.sampled_from([-1, 1]), permeabilities, concentrations, concentrations),
        min_size=1,
        max_size=5,
    )
)
def test_ghk_closed_form_is_a_root_and_antisymmetric(ions):
    z, p, inside, outside = (list(q) for q in zip(*ions, strict=True))
    voltage = ghk_voltage_monovalent(z, p, inside, outside, T)
    assert voltage == pytest.approx(-ghk_voltage_monovalent(z, p, outside, inside, T), abs=1e-15)
    scaled = ghk_voltage_monovalent(z, [7e3 * q for q in p], inside, outside, T)
    assert voltage == pytest.approx(scaled, abs=1e-15)
    current = ghk_current_density(voltage, z, p, inside, outside, T)
    one_way = one_way_fluxes(voltage, z, p, inside, outside, T)
    assert abs(np.sum(current)) <= 1e-13 * F * np.sum(one_way)


@given(valences, permeabilities, concentrations, concentrations)
def test_ghk_of_one_ion_is_nernst(z, p, inside, outside):
    nernst = float(nernst_potential(z, inside, outside, T))
    assert ghk_voltage([z], [p], [inside], [outside], T) == pytest.approx(nernst, abs=1e-14)


@given(voltages, permeabilities)
def test_ghk_voltage_inverts_the_current(v, p):
    z, inside, outside = [1, 2, -1], [100.0, 1.0, 102.0], [10.0, 50.0, 110.0]
    ratio = [p, 0.3 * p, 0.1 * p]
    current = float(np.sum(ghk_current_density(v, z, ratio, inside, outside, T)))
    assert ghk_voltage(z, ratio, inside, outside, T, current) == pytest.approx(v, abs=1e-13)


def test_ghk_refuses_what_has_no_answer():
    with pytest.raises(ValueError, match="one value per ion"):
        ghk_voltage([1, 1], [1e-8], [1.0], [1.0], T)
    with pytest.raises(ValueError, match=r"must be \+1 or -1"):
        ghk_voltage_monovalent([2], [1e-8], [1.0], [1.0], T)
    with pytest.raises(ValueError, match="unbounded"):
        ghk_voltage([1], [1e-8], [0.0], [1.0], T)
    with pytest.raises(ValueError, match="permeability"):
        ghk_flux(0.0, 1, -1e-8, 1.0, 1.0, T)


def test_chord_conductance_reference():
    p = REFERENCE["chord_squid"]["params"]
    ions = list(p["g_S_cm2"])
    value = chord_conductance_voltage([p["g_S_cm2"][i] for i in ions], [p["E_V"][i] for i in ions])
    assert value == pytest.approx(REFERENCE["chord_squid"]["expected"]["V_m_V"], rel=1e-13)


@given(st.lists(st.tuples(st.floats(0.01, 10), voltages), min_size=1, max_size=4), st.floats(-1, 1))
def test_chord_voltage_gives_the_current(batteries, current):
    g, e = (np.array(q) for q in zip(*batteries, strict=True))
    voltage = chord_conductance_voltage(g, e, current)
    assert float(np.sum(chord_conductance_current_density(voltage, g, e))) == pytest.approx(current, abs=1e-12)


@given(valences, concentrations, concentrations)
def test_reversal_conductance_is_the_slope_of_the_current(z, inside, outside):
    e = float(nernst_potential(z, inside, outside, T))
    h = 1e-5
    slope = np.diff(ghk_current_density([e - h, e + h], z, 1e-8, inside, outside, T))[0] / (2 * h)
    assert float(reversal_conductance(z, 1e-8, inside, outside, T)) == pytest.approx(slope, rel=1e-5)


def mullins_noda(entry, ratio):
    p = {name: float(value) for name, value in entry["params"].items()}
    baths = [p[name] for name in ("K_in", "K_out", "Na_in", "Na_out")]
    return p["b"], *baths, p["T_K"], ratio


def test_mullins_noda_reference():
    entry = REFERENCE["mullins_noda_squid"]
    pumped, passive = (mullins_noda_potential(*mullins_noda(entry, r)) for r in (1.5, 1.0))
    assert pumped == pytest.approx(entry["expected"]["V_r1.5_V"], rel=1e-12)
    assert passive == pytest.approx(entry["expected"]["V_r1_V"], rel=1e-12)
    assert pumped - passive == pytest.approx(entry["expected"]["electrogenic_V"], rel=1e-11)


@given(concentrations, concentrations, concentrations, concentrations, st.floats(1e-3, 1e3), st.floats(0.2, 5.0))
def test_mullins_noda_is_where_the_pump_makes_up_for_both_leaks(k_in, k_out, na_in, na_out, b, r):
    v = mullins_noda_potential(b, k_in, k_out, na_in, na_out, T, r)
    leaks = ghk_flux(v, 1, np.array([1e-8, b * 1e-8]), [k_in, na_in], [k_out, na_out], T)
    scale = np.sum(one_way_fluxes(v, 1, np.array([1e-8 * r, b * 1e-8]), [k_in, na_in], [k_out, na_out], T))
    # r K+ leak out as 1 Na+ leaks in, in the ratio in which the pump carries them back.
    assert abs(r * leaks[0] + leaks[1]) <= 1e-13 * scale
    assert mullins_noda_potential(b, k_in, k_out, na_in, na_out, T, 1.0) == pytest.approx(
        ghk_voltage([1, 1], [1.0, b], [k_in, na_in], [k_out, na_out], T), abs=1e-15
    )


def test_mullins_noda_refuses_what_has_no_answer():
    with pytest.raises(ValueError, match="pump_ratio"):
        mullins_noda_potential(0.04, 400, 20, 50, 440, T, 0.0)
    with pytest.raises(ValueError, match="unbounded"):
        mullins_noda_potential(0.0, 400, 0.0, 50, 440, T)


@given(valences, voltages, concentrations, concentrations)
def test_one_way_fluxes(z, v, inside, outside):
    out, back = one_way_fluxes(v, z, 1e-8, inside, outside, T)
    net = float(ghk_flux(v, z, 1e-8, inside, outside, T))
    assert float(out - back) == pytest.approx(net, abs=1e-13 * float(out + back))
    assert float(out / back) == pytest.approx(float(ussing_flux_ratio(v, z, inside, outside, T)), rel=1e-11)


def test_one_way_fluxes_stand_off_at_the_nernst_potential():
    e = nernst_potential(1, 140.0, 4.0, 310.15)
    out, back = one_way_fluxes(e, 1, 1e-8, 140.0, 4.0, 310.15)
    assert float(out) == pytest.approx(float(back), rel=1e-13)
    assert float(out) > 0


def test_membrane_capacitance_reference():
    entry = REFERENCE["membrane_capacitance"]["expected"]
    for permittivity, nanometres, expected, microfarad in entry["table"]:
        found = float(parallel_plate_capacitance(permittivity, nanometres * 1e-9))
        assert found == pytest.approx(expected, rel=1e-12)
        assert found * 1e6 / 1e4 == pytest.approx(microfarad, rel=1e-12)
    charge = float(parallel_plate_capacitance(2, 4e-9)) * 0.07
    assert charge == pytest.approx(entry["q_C_m2_70mV"], rel=1e-12)
    assert charge / constants.e * 1e-12 == pytest.approx(entry["ions_per_um2_70mV"], rel=1e-12)
    for volts in (0.07, 0.1):
        field = float(parallel_plate_capacitance(2, 4e-9)) * volts / (2 * epsilon_0)
        assert field == pytest.approx(entry[f"field_V_m_{volts * 1e3:.0f}mV"], rel=1e-12)
    # A cell of radius 10 µm with 140 mmol/L of K+, by this capacitance and by 1 µF/cm².
    area, volume = 4 * np.pi * 1e-10, 4 / 3 * np.pi * 1e-15
    assert charge * area / constants.e == pytest.approx(entry["ions_cell_r10um"], rel=1e-12)
    ions = 0.07 * 0.01 * area / constants.e
    assert ions == pytest.approx(entry["ions_cell_if_1uF_cm2"], rel=1e-12)
    assert ions / (140.0 * volume * constants.N_A) == pytest.approx(entry["fraction_of_K_1uFcm2"], rel=1e-12)


def test_charged_slab_between_two_baths():
    bath = DiffuseLayer([1, -1], [150.0, 150.0], 80.0, T)
    weak = DiffuseLayer([2, -1], [0.5, 1.0], 80.0, T)
    slab = float(parallel_plate_capacitance(2.0, 4e-9))
    linear = membrane_capacitance_linear(slab, bath, weak)
    assert linear == pytest.approx(
        1 / (1 / slab + bath.debye_length / 80 / epsilon_0 + weak.debye_length / 80 / epsilon_0)
    )
    thin = membrane_capacitance_linear(slab, bath, weak, 2 * bath.debye_length, 0.5 * weak.debye_length)
    elastance = bath.debye_length * np.tanh(2.0) + weak.debye_length * np.tanh(0.5)
    assert thin == pytest.approx(1 / (1 / slab + elastance / (80 * epsilon_0)), rel=1e-14)
    small = charge_capacitor(1e-6, slab, bath, weak)
    assert small.surface_charge == pytest.approx(1e-6 * linear, rel=1e-5)
    assert series_capacitance([2.0, 2.0]) == 1.0
    for voltage in (-0.3, 0.3):
        state = charge_capacitor(voltage, slab, bath, weak)
        total = state.left_drop + state.right_drop + state.surface_charge / slab
        assert total == pytest.approx(voltage, rel=1e-12)
        assert float(weak.surface_charge(state.right_drop)) == pytest.approx(state.surface_charge, rel=1e-10)
        assert float(bath.surface_charge(-state.left_drop)) == pytest.approx(-state.surface_charge, rel=1e-10)
    turned = charge_capacitor(-0.3, slab, weak, bath)
    assert turned.surface_charge == pytest.approx(-charge_capacitor(0.3, slab, bath, weak).surface_charge, rel=1e-12)


@given(st.floats(-700, 700))
def test_bernoulli(x):
    assert float(bernoulli(-x)) == pytest.approx(float(bernoulli(x)) + x, rel=1e-13, abs=1e-13)
    if abs(x) > 1e-3:
        assert float(bernoulli(x)) == pytest.approx(x / np.expm1(x), rel=1e-13)


def test_special_functions_at_their_edges():
    np.testing.assert_array_equal(bernoulli([0.0, 1e4, -1e4]), [1.0, 0.0, 1e4])
    np.testing.assert_allclose(expm1_minus_linear([1e-8, -1e-8]), [0.5e-16, 0.5e-16], rtol=1e-8)
    for x in (-1.0, -0.999, 0.999, 1.0):
        exact = sum(x**k / float(np.prod(np.arange(1.0, k + 1))) for k in range(2, 30))
        assert float(expm1_minus_linear(x)) == pytest.approx(exact, rel=1e-14)
    assert float(logarithmic_mean(2.0, 2.0)) == 2.0
    assert float(logarithmic_mean(0.0, 2.0)) == 0.0
    assert float(logarithmic_mean(1.0, np.e)) == pytest.approx(np.e - 1.0, rel=1e-15)
    assert float(logarithmic_mean(1e-300, 1.0)) == pytest.approx(1.0 / (300 * np.log(10)), rel=1e-14)
