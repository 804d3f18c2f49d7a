"""Ohmic pores: the closed forms against independent solutions, and the cases that are read as one."""

from __future__ import annotations

import copy
import re

import numpy as np
import pytest
from scipy import integrate, special

from pnp.case import Case
from pnp.comparison import simplified_models
from pnp.comparison.pore import CHARGED, HALL, IN_TUBE
from pnp.constants import F, R
from pnp.derived import derived
from pnp.simplified import (
    DiffuseLayer,
    access_in_tube,
    access_resistance,
    conductivity,
    cone_resistance,
    pore_conductance,
    surface_conductivity,
)
from tests.unit.test_comparison import reservoir, species
from tests.unit.test_comparison_plane import WATER, box, dielectric, water

Z, D, T = np.array([1.0, -1.0]), np.array([1.957e-9, 2.032e-9]), 298.15
KAPPA = F**2 / (R * T) * 100.0 * float(D.sum())
LAYER = DiffuseLayer(Z, [100.0, 100.0], WATER, T)


# ---------------------------------------------------------------- closed forms


def test_conductivity_of_potassium_chloride():
    # 0.1 M KCl at 25 °C; 1.29 S/m measured, 1.50 of an ideal solution of its limiting diffusivities.
    assert conductivity(Z, D, [100.0, 100.0], T) == pytest.approx(KAPPA, rel=1e-12)
    assert pytest.approx(1.498, abs=1e-3) == KAPPA


def test_an_orifice_is_two_accesses_and_a_long_pore_is_its_lumen():
    # Maxwell's orifice in a thin sheet: G = 2 κ a.
    assert pore_conductance((2e-9, 2e-9), 0.0, KAPPA) == pytest.approx(2 * KAPPA * 2e-9, rel=1e-12)
    lumen = KAPPA * np.pi * (2e-9) ** 2 / 1e-3
    assert pore_conductance((2e-9, 2e-9), 1e-3, KAPPA) == pytest.approx(lumen, rel=1e-5)


@pytest.mark.parametrize("radii", [(4e-9, 40e-9), (40e-9, 4e-9), (5e-9, 5e-9)])
def test_a_cone_by_quadrature(radii):
    a, b = radii
    expected, _ = integrate.quad(lambda s: 1.0 / (np.pi * (a + (b - a) * s) ** 2), 0.0, 1.0, epsabs=0.0)
    assert cone_resistance(radii, 1e-6, KAPPA) == pytest.approx(1e-6 / KAPPA * expected, rel=1e-9)


@pytest.mark.parametrize("slope", [0.02, 0.1])
def test_a_cone_is_wrong_by_a_quarter_of_its_slope_squared(slope):
    # Exact between the spheres through its two rims: R = (1/ρ₁ − 1/ρ₂) / (2π (1 − cos θ) κ).
    angle = np.arctan(slope)
    a, b = 1e-9, 3e-9
    exact = np.sin(angle) * (1 / a - 1 / b) / (2 * np.pi * (1 - np.cos(angle)) * KAPPA)
    found = cone_resistance((a, b), (b - a) / slope, KAPPA)
    assert exact / found - 1 == pytest.approx(slope**2 / 4, rel=0.02)


def _spreading(xi):
    """4κa R of what the current spreads in from an equipotential disc in a tube, by Fourier–Bessel series.

    The flux on the disc is a sum of (1 − r²/a²)^ν, ν = −1/2, 1/2, …, and Galerkin's method gives its coefficients.
    """
    k = special.jn_zeros(1, 2000)
    far = (np.arange(2001, 200001) + 0.25) * np.pi
    k = np.concatenate([k, far - 3 / (8 * far)])
    weight = 2 / (special.j0(k) ** 2 * k)
    powers = np.arange(3) - 0.5
    modes = np.array(
        [xi**2 * 2**v * special.gamma(v + 1) * special.jv(v + 1, k * xi) / (k * xi) ** (v + 1) for v in powers]
    )
    through = xi**2 / (2 * (powers + 1))
    return 4 * xi / (2 * np.pi * (through @ np.linalg.solve((modes * weight) @ modes.T, through)))


@pytest.mark.parametrize("xi", [0.05, 0.2, 0.5, 0.8])
def test_access_in_a_tube_by_fourier_bessel_series(xi):
    a, tube, length = 10e-9, 10e-9 / xi, 100e-9
    column = length / (KAPPA * np.pi * tube**2)
    found = (access_in_tube(a, KAPPA, tube, length) - column) / access_resistance(a, KAPPA)
    assert found == pytest.approx(_spreading(xi), abs=8e-4)


def test_a_wide_tube_is_no_tube():
    assert access_in_tube(1e-9, KAPPA, 1e-3, 1e-3) == pytest.approx(access_resistance(1e-9, KAPPA), rel=1e-5)
    with pytest.raises(ValueError, match="must not be below the mouth's radius"):
        access_in_tube(2e-9, KAPPA, 1e-9, 1e-9)


@pytest.mark.parametrize("sigma", [-0.05, -0.005, 0.02])
def test_surface_conductivity_of_a_symmetrical_salt(sigma):
    # Γ± = 2 c λ (e^{∓y/2} − 1).
    y = LAYER.surface_potential(sigma) * F / (R * T)
    excess = 2 * 100.0 * LAYER.debye_length * np.expm1(-Z * y / 2)
    expected = F**2 / (R * T) * float(np.sum(D * excess))
    assert surface_conductivity(LAYER, D, sigma) == pytest.approx(expected, rel=1e-9)


def test_far_above_the_bulk_the_counter_ions_alone_conduct():
    dilute = DiffuseLayer(Z, [1e-3, 1e-3], WATER, T)
    assert surface_conductivity(dilute, D, -0.1) == pytest.approx(F / (R * T) * 0.1 * D[0], rel=2e-3)


# ---------------------------------------------------------------- cases


def pore(volts=0.01, **more):
    """A straight pore of 5 nm radius and 20 nm length in a membrane."""
    return {
        "coordinates": "axisymmetric",
        "species": species("K", "Cl"),
        "regions": {
            "solution": water(box(r=(0, 100), z=(-200, 220))),
            "membrane": dielectric(box(r=(5, 100), z=(0, 20))),
        },
        "boundaries": {
            "low": {**reservoir(0, K=100, Cl=100), "on": [{"z": "-200 nm"}]},
            "high": {**reservoir(volts, K=100, Cl=100), "on": [{"z": "220 nm"}]},
        },
        **more,
    }


def currents(tables):
    found = {r.model: r for r in simplified_models(Case.from_dict(tables), None)}
    assert all(r.quantity == "current" and r.unit == "A" for r in found.values())
    return found


def says(row, name):
    found = re.search(re.escape(name) + r" = ([0-9.e+-]+) \((not )?<", row.reason)
    assert found, row.reason
    return float(found[1])


def conical(rounding="0 nm"):
    tables = pore()
    tables["regions"]["membrane"]["shapes"] = [box(z=(0, 20))]
    tables["regions"]["pore"] = water({"pore": {"r": ["3 nm", "8 nm"], "z": ["0 nm", "20 nm"], "rounding": rounding}})
    return tables


def test_a_straight_pore():
    found = currents(pore())
    assert set(found) == {HALL, IN_TUBE}
    # From the first boundary to the second, which is higher.
    assert found[HALL].value == pytest.approx(-0.01 * pore_conductance((5e-9, 5e-9), 20e-9, KAPPA), rel=1e-9)
    lumen = cone_resistance((5e-9, 5e-9), 20e-9, KAPPA)
    ways = 2 * access_in_tube(5e-9, KAPPA, 100e-9, 200e-9)
    assert found[IN_TUBE].value == pytest.approx(-0.01 / (lumen + ways), rel=1e-9)
    assert says(found[HALL], "walls / solution in the conductance of the lumen") == 0.0
    assert says(found[HALL], "slope of the wall, squared") == 0.0
    assert currents(pore(0.0)) == {}


def test_the_pore_can_be_seen_from_its_inside_and_be_drawn_otherwise():
    expected = currents(pore())[HALL].value
    split = pore(inside="below")
    split["regions"] = {
        "below": water(box(r=(0, 100), z=(-200, 0))),
        "above": water(box(r=(0, 100), z=(20, 220))),
        "lumen": water(box(r=(0, 5), z=(0, 20))),
        "membrane": dielectric(box(r=(5, 100), z=(0, 20))),
    }
    assert currents(split)[HALL].value == pytest.approx(expected, rel=1e-9)
    assert currents({**split, "inside": "above"})[HALL].value == pytest.approx(-expected, rel=1e-9)
    # Without a membrane the domain ends at the pore's wall.
    del split["regions"]["membrane"]
    assert currents(split)[HALL].value == pytest.approx(expected, rel=1e-9)


def test_a_conical_pore():
    found = currents(conical())
    assert found[HALL].value == pytest.approx(-0.01 * pore_conductance((3e-9, 8e-9), 20e-9, KAPPA), rel=1e-9)
    assert says(found[HALL], "slope of the wall, squared") == pytest.approx((5 / 20) ** 2, rel=0.05)
    # Rounded rims conduct a little more.
    rounded = currents(conical("1 nm"))[HALL].value
    assert 1.0 < rounded / found[HALL].value < 1.1


def test_a_lumen_of_its_own_diffusivity():
    tables = conical()
    tables["regions"]["pore"]["species"] = {s: {"diffusivity": "1e-9 m^2/s"} for s in ("K", "Cl")}
    lumen = cone_resistance((3e-9, 8e-9), 20e-9, KAPPA * 2e-9 / float(D.sum()))
    ways = access_resistance(3e-9, KAPPA) + access_resistance(8e-9, KAPPA)
    assert currents(tables)[HALL].value == pytest.approx(-0.01 / (lumen + ways), rel=1e-9)


def test_a_core_takes_its_part_of_the_lumen():
    tables = pore()
    tables["regions"]["core"] = dielectric(box(r=(0, 2), z=(5, 15)), fixed_charge="0.01 e/nm^3")
    found = currents(tables)
    lumen = 10e-9 / (KAPPA * np.pi * 25e-18) + 10e-9 / (KAPPA * np.pi * 21e-18)
    ways = 2 * access_resistance(5e-9, KAPPA)
    assert found[HALL].value == pytest.approx(-0.01 / (lumen + ways), rel=1e-9)
    # Its charge as that of its surface: F X r/2.
    sigma = 0.01e27 * 1.602176634e-19 * 1e-9
    walls = surface_conductivity(LAYER, D, sigma) * 2 * np.pi * 2e-9
    charged = 10e-9 / (KAPPA * np.pi * 25e-18) + 10e-9 / (KAPPA * np.pi * 21e-18 + walls)
    inner = 2 * access_in_tube(5e-9, KAPPA, 100e-9, 200e-9)
    assert found[CHARGED].value == pytest.approx(-0.01 / (charged + inner), rel=1e-9)


@pytest.mark.parametrize("restricted", [False, True])
def test_a_charged_wall_conducts_by_itself(restricted):
    face = {"between": ["membrane", "solution"], "surface_charge": "-0.05 C/m^2"}
    tables = pore(interfaces={"wall": {**face, "on": [{"r": "5 nm"}]} if restricted else face})
    found = currents(tables)
    walls = surface_conductivity(LAYER, D, -0.05) * 2 * np.pi * 5e-9
    bulk = KAPPA * np.pi * (5e-9) ** 2
    inner = 2 * access_in_tube(5e-9, KAPPA, 100e-9, 200e-9)
    assert found[CHARGED].value == pytest.approx(-0.01 / (20e-9 / (bulk + walls) + inner), rel=1e-9)
    assert says(found[HALL], "walls / solution in the conductance of the lumen") == pytest.approx(
        walls / bulk, rel=0.05
    )
    values = {d.name: d.value for d in derived(Case.from_dict(tables)) if d.subject == "case"}
    assert values["dukhin_number"] == pytest.approx(walls / bulk, rel=1e-9)
    assert values["pore_conductance"] == pytest.approx(found[IN_TUBE].value / -0.01, rel=1e-9)
    # On the membrane's outer faces charge is not in the lumen.
    outside = {**face, "on": [{"z": "0 nm"}]}
    assert CHARGED not in currents(pore(interfaces={"wall": outside}))


def test_what_is_no_ohmic_pore():
    unequal = pore()
    unequal["boundaries"]["high"]["concentrations"]["K"] = "50 mmol/L"
    unequal["boundaries"]["high"]["concentrations"]["Cl"] = "50 mmol/L"
    assert currents(unequal) == {}
    ring = pore()
    ring["regions"]["plug"] = dielectric(box(r=(0, 1), z=(0, 20)))
    assert currents(ring)
    second = pore()
    second["regions"]["second"] = water(box(r=(50, 51), z=(0, 20)))
    assert currents(second) == {}
    charged = pore()
    charged["regions"]["membrane"]["fixed_charge"] = "0.01 e/nm^3"
    assert currents(charged) == {}
    selective = pore()
    selective["regions"]["filter"] = {**water(box(r=(0, 5), z=(8, 12))), "absent": ["Cl"]}
    assert currents(selective) == {}
    planar = copy.deepcopy(pore())
    planar["coordinates"] = "planar"
    planar["regions"]["solution"] = water(box(x=(0, 100), y=(-200, 220)))
    planar["regions"]["membrane"] = dielectric(box(x=(5, 100), y=(0, 20)))
    for b, y in (("low", "-200 nm"), ("high", "220 nm")):
        planar["boundaries"][b]["on"] = [{"y": y}]
    assert currents(planar) == {}


def test_a_reservoir_at_the_side_leaves_the_bath_unbounded():
    tables = pore()
    tables["boundaries"]["low"]["on"] = [{"r": "100 nm", "z": ["-200 nm", "0 nm"]}]
    assert set(currents(tables)) == {HALL}
