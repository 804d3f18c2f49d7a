"""Simplified models of curved faces, capacitors, counter-ion cells, one-way fluxes: which rows, what numbers."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from scipy import special
from scipy.integrate import quad

from pnp.case import Case
from pnp.comparison import simplified_models
from pnp.comparison.prediction import criterion
from pnp.constants import F, R, epsilon_0
from pnp.derived import derived
from pnp.simplified import counter_ion_annulus, counter_ion_slab, debye_length, ghk_flux, one_way_fluxes

T = 298.15
VT = R * T / F
D = {"K": 1.957e-9, "Na": 1.334e-9, "Cl": 2.032e-9}
CHARGE = {"K": 1, "Na": 1, "Cl": -1}
WATER = 78.49
EXPONENT = {"cartesian": 0, "cylindrical": 1, "spherical": 2}
GHK = "Goldman-Hodgkin-Katz"


def species(*names):
    return {s: {"charge_number": CHARGE[s], "diffusivity": f"{D[s]} m^2/s"} for s in names}


def reservoir(potential=None, **millimolar):
    table = {"type": "reservoir", "concentrations": {s: f"{c} mmol/L" for s, c in millimolar.items()}}
    return table if potential is None else {**table, "potential": f"{potential} V"}


def bath(thickness="50 nm", **more):
    return {"thickness": thickness, "permittivity": WATER, **more}


def rows(tables):
    return {(r.model, r.quantity): r for r in simplified_models(Case.from_dict(tables))}


def around(coordinates, radius="10 nm"):
    return {} if coordinates == "cartesian" else {"coordinates": coordinates, "inner_radius": radius}


def series(coordinates, a, b):
    """∫ dr/A from a to b with A = (r/1 m)^k, by quadrature."""
    k = EXPONENT[coordinates]
    return quad(lambda r: r**-k, a, b, epsabs=0, epsrel=1e-12)[0]


FULL = {"cartesian": 1.0, "cylindrical": 2 * math.pi, "spherical": 4 * math.pi}


def membrane(coordinates, potential, layers=({"thickness": "4 nm", "permittivity": 2.0},), inside="in", **own):
    partitions = {s: {"partition_coefficient": b, "diffusivity": "1e-12 m^2/s"} for s, b in own.items()}
    between = {f"m{i}": {**layer, "species": layer.get("species", partitions)} for i, layer in enumerate(layers)}
    return {
        **around(coordinates),
        "inside": inside,
        "species": species("K", "Na", "Cl"),
        "regions": {"in": bath("20 nm"), **between, "out": bath("20 nm")},
        "boundaries": {
            "left": reservoir(potential, K=140, Na=10, Cl=150),
            "right": reservoir(0, K=5, Na=145, Cl=150),
        },
        "study": {"mode": "fixed_voltage" if potential is not None else "open_circuit"},
    }


@pytest.mark.parametrize("coordinates", EXPONENT)
def test_ghk_flows_meet_the_resistance_of_their_shell(coordinates):
    found = rows(membrane(coordinates, -0.05, K=1e-6, Na=1e-7, Cl=1e-6))
    length = series(coordinates, 30e-9, 34e-9) / FULL[coordinates]
    p = np.array([1e-6, 1e-7, 1e-6]) * 1e-12 / length
    z, inside, outside = [1, 1, -1], [140, 10, 150], [5, 145, 150]
    flux = ghk_flux(-0.05, z, p, inside, outside, T)
    one_way = one_way_fluxes(-0.05, z, p, inside, outside, T)
    name, unit = {
        "cartesian": ("flux", "mol/m^2/s"),
        "cylindrical": ("molar_flow", "mol/m/s"),
        "spherical": ("molar_flow", "mol/s"),
    }[coordinates]
    for i, s in enumerate(("K", "Na", "Cl")):
        assert found[GHK, f"{name}.{s}"].unit == unit
        assert found[GHK, f"{name}.{s}"].value == pytest.approx(flux[i], rel=1e-10)
        assert found[GHK, f"efflux.{s}"].value == pytest.approx(one_way[0][i], rel=1e-10)
        assert found[GHK, f"influx.{s}"].value == pytest.approx(one_way[1][i], rel=1e-10)
    current = found[GHK, "current_density" if coordinates == "cartesian" else "current"]
    assert current.value == pytest.approx(F * float(np.sum(np.array(z) * flux)), rel=1e-10)
    assert current.unit == {"cartesian": "A/m^2", "cylindrical": "A/m", "spherical": "A"}[coordinates]


@pytest.mark.parametrize("coordinates", ["cylindrical", "spherical"])
def test_voltages_are_those_of_a_slab(coordinates):
    flat, curved = (rows(membrane(c, None, K=1e-6, Na=1e-7, Cl=1e-6)) for c in ("cartesian", coordinates))
    for key in ((GHK, "membrane_potential"), ("chord conductance", "membrane_potential")):
        assert curved[key].value == pytest.approx(flat[key].value, rel=1e-12)
    junction = {
        "species": species("K", "Na", "Cl"),
        "regions": {"film": bath("10 um")},
        "boundaries": {"left": reservoir(0, K=100, Na=0, Cl=100), "right": reservoir(None, K=0, Na=10, Cl=10)},
        "study": {"mode": "open_circuit"},
    }
    flat, curved = (rows({**junction, **around(c, "5 um")}) for c in ("cartesian", coordinates))
    for (model, quantity), row in flat.items():
        if row.unit == "V":
            assert curved[model, quantity].value == pytest.approx(row.value, rel=1e-12)
    # Flows are the fluxes of a slab as thick as the series length.
    scale = 10e-6 * FULL[coordinates] / series(coordinates, 5e-6, 15e-6)
    model = "Planck (steady electroneutral film)"
    for s in ("K", "Na", "Cl"):
        expected = flat[model, f"flux.{s}"].value * scale
        assert curved[model, f"molar_flow.{s}"].value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("volts", [-0.05, 0.05])
def test_ussing_ratio(volts):
    found = rows(membrane("cartesian", volts, K=1e-6, Na=1e-7, Cl=1e-6))
    ratio = 140 / 5 * math.exp(volts / VT)
    assert found["Ussing", "ussing_ratio.K"].value == pytest.approx(ratio, rel=1e-12)
    assert found["Ussing", "ussing_ratio.Cl"].value == pytest.approx(math.exp(-volts / VT), rel=1e-12)
    # From the other side it is one over it.
    turned = rows(membrane("cartesian", volts, inside="out", K=1e-6, Na=1e-7, Cl=1e-6))
    assert turned["Ussing", "ussing_ratio.K"].value == pytest.approx(1 / ratio, rel=1e-12)
    one_way = [turned[GHK, f"{name}.K"].value for name in ("efflux", "influx")]
    assert one_way[0] / one_way[1] == pytest.approx(1 / ratio, rel=1e-12)
    assert "ussing_ratio.K" not in {quantity for _, quantity in rows(membrane("cartesian", None, K=1e-6, Na=1e-7))}


@pytest.mark.parametrize(("first", "second", "met"), [(2.0, 2.0, True), (2.0, 20.0, False)])
def test_layers_count_by_what_they_do_to_the_fluxes(first, second, met):
    own = {s: {"partition_coefficient": 1e-8, "diffusivity": "1e-12 m^2/s"} for s in ("K", "Cl")}
    layers = [{"thickness": "2 nm", "permittivity": e, "absent": ["Na"], "species": own} for e in (first, second)]
    text = rows(membrane("cartesian", -0.1, layers))[GHK, "flux.K"].reason
    found = re.search(r"shift of the fluxes = ([0-9.e+-]+) \((not )?< 0.01\)", text)
    assert found, text
    # ∫ e^{zφ} dx with the piecewise linear φ over that with the linear one, largest for z = ±1.
    share, drop = (1 / first) / (1 / first + 1 / second), 0.1 / VT

    def mean(z, weights):
        ends = np.cumsum([0.0, *weights]) * drop
        parts = [quad(lambda u, a=a, b=b: math.exp(z * (a + (b - a) * u)), 0, 1)[0] for a, b in pairwise(ends)]
        return np.mean(parts)

    expected = max(abs(mean(z, [1.0]) / mean(z, [share, 1 - share]) - 1) for z in (1, -1))
    assert float(found[1]) == pytest.approx(expected, rel=0.05, abs=1e-12)
    assert (found[2] is None) == met


def test_a_criterion_shows_its_threshold_at_zero_as_well():
    assert criterion("x", 0.0, 0.1) == "x = 0 (< 0.1)"
    assert criterion("x", 0.2, 0.1) == "x = 0.2 (not < 0.1)"
    assert criterion("x", float("inf"), 0.1) == "x = inf (not < 0.1)"


def capacitor(coordinates, volts=0.01, width="20 nm", permittivity=2.0, inside="a", millimolar=(100, 10)):
    return {
        **around(coordinates),
        "inside": inside,
        "species": species("K", "Cl"),
        "regions": {
            "a": bath(width),
            "m": {"thickness": "4 nm", "permittivity": permittivity, "absent": "all"},
            "b": bath(width),
        },
        "boundaries": {
            "left": reservoir(volts, K=millimolar[0], Cl=millimolar[0]),
            "right": reservoir(0, K=millimolar[1], Cl=millimolar[1]),
        },
        "points": {"middle": {"region": "m", "fraction": 0.5}, "face": {"region": "a", "fraction": 1.0}},
        "potential_differences": {
            "whole": ["left", "right"],
            "half": ["face", "middle"],
            "layer": ["left", "face"],
        },
        "study": {"mode": "fixed_voltage"},
    }


LINEAR = "slab and two linear layers"


@pytest.mark.parametrize("width", [0.5e-9, 20e-9])
@pytest.mark.parametrize("coordinates", EXPONENT)
def test_linear_capacitor(coordinates, width):
    found = rows(capacitor(coordinates, width=f"{width} m"))
    start = 0.0 if coordinates == "cartesian" else 10e-9
    inner, outer = start + width, start + width + 4e-9
    lengths = [debye_length([1, -1], [c, c], WATER, T) for c in (100.0, 10.0)]
    k = EXPONENT[coordinates]
    face = FULL[coordinates] * np.array([inner, outer]) ** k
    one, other = width / lengths[0], width / lengths[1]
    # ψ'/ψ at the face of a layer that is zero at the reservoir, inward of a at the left and outward at the right.
    if k == 0:
        slope = [1 / math.tanh(one) / lengths[0], 1 / math.tanh(other) / lengths[1]]
    elif k == 2:
        slope = [1 / math.tanh(one) / lengths[0] - 1 / inner, 1 / math.tanh(other) / lengths[1] + 1 / outer]
    else:
        slope = []
        for a, b, length, sign in ((inner, start, lengths[0], 1), (outer, outer + width, lengths[1], -1)):
            factors = special.ive(0, b / length), special.kve(0, b / length)
            grow, decay = np.exp((a - b) / length), np.exp((b - a) / length)
            value = factors[1] * special.ive(0, a / length) * grow - factors[0] * special.kve(0, a / length) * decay
            steep = factors[1] * special.ive(1, a / length) * grow + factors[0] * special.kve(1, a / length) * decay
            slope.append(sign * steep / value / length)
    layers = WATER * epsilon_0 * np.array(slope) * face
    slab = 2.0 * epsilon_0 * FULL[coordinates] / series(coordinates, inner, outer)
    joint = 1 / (1 / slab + 1 / layers[0] + 1 / layers[1])
    assert found[LINEAR, "capacitance.m"].value == pytest.approx(joint, rel=1e-9)
    assert found[LINEAR, "face_charge.m"].value == pytest.approx(0.01 * joint, rel=1e-9)
    plates = "parallel plates" if k == 0 else "plates about the slab alone"
    assert found[plates, "capacitance.m"].value == pytest.approx(slab, rel=1e-9)
    assert found[LINEAR, "max_electric_field"].value == pytest.approx(
        0.01 * joint / (2 * epsilon_0 * face[0]), rel=1e-9
    )
    assert found[LINEAR, "potential_difference.whole"].value == pytest.approx(0.01, rel=1e-12)
    assert found[LINEAR, "potential_difference.layer"].value == pytest.approx(0.01 * joint / layers[0], rel=1e-9)
    half = 0.01 * joint * series(coordinates, inner, inner + 2e-9) / (2 * epsilon_0 * FULL[coordinates])
    assert found[LINEAR, "potential_difference.half"].value == pytest.approx(half, rel=1e-9)
    assert ("slab and two Gouy-Chapman layers" in {model for model, _ in found}) == (k == 0)


def test_capacitor_seen_from_its_other_side():
    """The left face's charge and the capacitance do not know which side is called inside."""
    one, other = (rows(capacitor("cartesian", inside=inside)) for inside in ("a", "b"))
    for key, row in one.items():
        assert other[key].value == pytest.approx(row.value, rel=1e-12), key


def test_gouy_chapman_capacitor_adds_up():
    found = rows(capacitor("cartesian", 2.0, "200 nm", 80.0))
    model = "slab and two Gouy-Chapman layers"
    assert found[model, "potential_difference.whole"].value == pytest.approx(2.0, rel=1e-12)
    charge = found[model, "face_charge.m"].value
    slab = 80.0 * epsilon_0 / 4e-9
    assert found[model, "potential_difference.half"].value == pytest.approx(0.5 * charge / slab, rel=1e-12)
    # The differential capacitance is the slope of the charge.
    up, down = (rows(capacitor("cartesian", v, "200 nm", 80.0))[model, "face_charge.m"].value for v in (2.001, 1.999))
    assert found[model, "capacitance.m"].value == pytest.approx((up - down) / 0.002, rel=1e-5)
    assert "not <" in found[LINEAR, "face_charge.m"].reason


def particle(coordinates, sigma="1e-3 C/m^2", radius="2 nm"):
    return {
        **around(coordinates, radius),
        "species": species("K", "Cl"),
        "regions": {"solution": bath("30 nm")},
        "boundaries": {"left": {"type": "wall", "surface_charge": sigma}, "right": reservoir(0.005, K=100, Cl=100)},
        "points": {"out": {"region": "solution", "position": "1 nm"}},
        "potential_differences": {"surface": ["left", "right"]},
    }


@pytest.mark.parametrize("coordinates", EXPONENT)
def test_charged_particle_is_debye_hueckel(coordinates):
    found = rows(particle(coordinates))
    length, a = debye_length([1, -1], [100.0, 100.0], WATER, T), 2e-9
    x, y = a / length, (a + 1e-9) / length
    capacitance, decay = {
        "cartesian": (1 / length, math.exp(x - y)),
        "cylindrical": (special.k1(x) / special.k0(x) / length, special.k0(y) / special.k0(x)),
        "spherical": ((1 + x) / a, x / y * math.exp(x - y)),
    }[coordinates]
    # The reservoir, 31 Debye lengths off, is the bulk.
    capacitance *= WATER * epsilon_0
    surface = 1e-3 / capacitance
    model = "Debye–Hückel"
    assert found[model, "differential_capacitance.left"].value == pytest.approx(capacitance, rel=1e-12)
    assert found[model, "potential.left"].value == pytest.approx(0.005 + surface, rel=1e-12)
    assert found[model, "potential.out"].value == pytest.approx(0.005 + surface * decay, rel=1e-12)
    assert found[model, "potential_difference.surface"].value == pytest.approx(surface, rel=1e-12)
    text = found[model, "potential.left"].reason
    assert float(re.search(r"\|z\|F psi0/RT = ([0-9.e+-]+) \(<", text)[1]) == pytest.approx(surface / VT, rel=0.05)
    assert ("Gouy-Chapman" in {m for m, _ in found}) == (coordinates == "cartesian")
    strong = rows(particle(coordinates, "0.1 C/m^2"))[model, "potential.left"].reason
    assert strong.startswith("|z|F psi0/RT")
    assert "not <" in strong.split(";")[0]


def cell(coordinates, right="symmetry", salt=0.0):
    """Counter-ions of −0.05 C/m² on the left in 5 nm, with some salt."""
    k = EXPONENT[coordinates]
    volume = {0: 5e-9, 1: (7e-9**2 - 2e-9**2) / 2 / 2e-9, 2: (7e-9**3 - 2e-9**3) / 3 / 2e-9**2}[k]
    total = (2.0 if right == "wall" else 1.0) * 0.05 / F / volume
    own = {"K": {"initial_concentration": f"{total + salt!r} mol/m^3"}}
    own["Cl"] = {"initial_concentration": f"{salt!r} mol/m^3"}
    wall = {"type": "wall", "surface_charge": "-0.05 C/m^2"}
    return {
        **around(coordinates, "2 nm"),
        "species": species(*(("K", "Cl") if salt else ("K",))),
        "regions": {"cell": {**bath("5 nm"), "species": {s: q for s, q in own.items() if salt or s == "K"}}},
        "boundaries": {"left": wall, "right": wall if right == "wall" else {"type": "symmetry"}},
        "points": {"p": {"region": "cell", "position": "1 nm"}},
        "potential_differences": {"drop": ["left", "p"]},
    }


def test_counter_ion_slab_of_a_closed_cell():
    for right, half in (("symmetry", 5e-9), ("wall", 2.5e-9)):
        found = rows(cell("cartesian", right))
        slab = counter_ion_slab(-0.05, half, 1, WATER, T)
        at = 1e-9 - half
        model = "counter-ion slab"
        assert found[model, "concentration.K.p"].value == pytest.approx(float(slab.concentration(at)), rel=1e-12)
        drop = float(slab.potential(half) - slab.potential(at))
        assert found[model, "potential_difference.drop"].value == pytest.approx(drop, rel=1e-9)
        h = 1e-13
        slope = float(slab.potential(at + h) - slab.potential(at - h)) / (2 * h)
        assert found[model, "electric_field.p"].value == pytest.approx(-slope, rel=1e-6)
        assert found[model, "max_electric_field"].value == pytest.approx(0.05 / (WATER * epsilon_0), rel=1e-12)


def test_counter_ion_annulus_of_a_closed_cell_and_what_is_none():
    found = rows(cell("cylindrical"))
    annulus = counter_ion_annulus(-0.05, 2e-9, 7e-9, 1, WATER, T)
    model = "counter-ion annulus"
    assert found[model, "concentration.K.p"].value == pytest.approx(float(annulus.concentration(3e-9)), rel=1e-12)
    drop = float(annulus.potential(2e-9) - annulus.potential(3e-9))
    assert found[model, "potential_difference.drop"].value == pytest.approx(drop, rel=1e-9)
    assert "= 0 (< 0.001)" in found[model, "concentration.K.p"].reason
    salted = rows(cell("cylindrical", salt=10.0))
    assert "not <" in salted[model, "concentration.K.p"].reason
    # A sphere has no closed form.
    assert rows(cell("spherical")) == {}


@pytest.mark.parametrize("coordinates", EXPONENT)
def test_derived_values_of_a_curved_membrane(coordinates):
    case = membrane(coordinates, 0.0, K=1e-6, Na=1e-7, Cl=1e-6)
    values = {(d.subject, d.name): d for d in derived(Case.from_dict(case))}
    # What a case file would give: P = βD/L, however curved.
    assert values["species.K", "permeability"].value == pytest.approx(1e-6 * 1e-12 / 4e-9, rel=1e-12)
    capacitance = values["regions.m0", "capacitance"]
    start = 0.0 if coordinates == "cartesian" else 10e-9
    length = series(coordinates, start + 20e-9, start + 24e-9) / FULL[coordinates]
    assert capacitance.value == pytest.approx(2.0 * epsilon_0 / length, rel=1e-9)
    assert capacitance.unit == {"cartesian": "F/m^2", "cylindrical": "F/m", "spherical": "F"}[coordinates]
