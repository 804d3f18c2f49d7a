"""Which simplified models apply to which case, with what numbers and reasons; derived values of a case."""

from __future__ import annotations

import copy
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.comparison import simplified_models
from pnp.constants import F, R, epsilon_0
from pnp.derived import derived
from pnp.result import Quantity

REFERENCE = {
    entry["id"]: entry
    for entry in json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))
}
VT = R * 298.15 / F
D = {"K": 1.957e-9, "Na": 1.334e-9, "Cl": 2.032e-9, "H": 9.311e-9, "Ca": 0.792e-9, "A": 1e-9, "Li": 1.029e-9}
CHARGE = {"K": 1, "Na": 1, "Cl": -1, "H": 1, "Ca": 2, "A": -1, "Li": 1}


def species(*names):
    return {s: {"charge_number": CHARGE[s], "diffusivity": f"{D[s]} m^2/s"} for s in names}


def reservoir(potential=None, **millimolar):
    table = {"type": "reservoir", "concentrations": {s: f"{c} mmol/L" for s, c in millimolar.items()}}
    return table if potential is None else {**table, "potential": f"{potential} V"}


def bath(thickness="50 nm"):
    return {"thickness": thickness, "permittivity": 78.49}


def mammal(permeable, mode="open_circuit", potential=None, partition=1e-8):
    """Membrane of 4 nm between the reference's mammalian baths; `permeable` gives relative permeabilities."""
    names = ("K", "Na", "Cl", "A")
    membrane = {
        "thickness": "4 nm",
        "permittivity": 2.0,
        "absent": [s for s in names if s not in permeable] if permeable else "all",
        "species": {
            s: {"permeability": f"{1e-9 * p} m/s", "partition_coefficient": partition} for s, p in permeable.items()
        },
    }
    return {
        "temperature": "310.15 K",
        "inside": "cytosol",
        "species": species(*names),
        "regions": {"cytosol": bath(), "membrane": membrane, "outside": bath()},
        "boundaries": {
            "left": {**reservoir(potential, K=140, Na=12, Cl=4), "balance": "A"},
            "right": {**reservoir(0, K=4, Na=145, Cl=110), "balance": "A"},
        },
        "study": {"mode": mode},
    }


def film(name, thickness="10 um"):
    p = REFERENCE[name]["params"]
    sides = [dict(zip(p["ions"], np.array(p[k]) * 1e3, strict=True)) for k in ("cL_M", "cR_M")]
    return {
        "species": species(*p["ions"]),
        "regions": {"film": bath(thickness)},
        "boundaries": {"left": reservoir(0, **sides[0]), "right": reservoir(**sides[1])},
        "study": {"mode": "open_circuit"},
    }


def rows(tables, quantities=None):
    return {(r.model, r.quantity): r for r in simplified_models(Case.from_dict(tables), quantities)}


def number(text, name):
    """The number beside a criterion in a reason."""
    found = re.search(re.escape(name) + r" = ([0-9.e+-]+)", text)
    assert found, text
    return float(found.group(1))


def holds(text, name):
    """Whether a reason says that a criterion is met."""
    found = re.search(re.escape(name) + r" = (?:inf|[0-9.e+-]+)(?: \((not )?< [0-9.e-]+\))?(?:;|$)", text)
    assert found, text
    return found[1] is None


GHK = "Goldman-Hodgkin-Katz"
PLANCK = "Planck (steady electroneutral film)"
IN_MEMBRANE = "(membrane thickness / its Debye length)^2"
SHARED = "voltage that slab and diffuse layers share: |z|F V_layers/RT"
SURFACE = "surface charge: |z|F psi_interface/RT"
POLARISED = "polarisation of the baths J L/(D c)"
POLARISED_FLUX = "polarisation of the baths max(J/c, P) L/D"
FILM = "(Debye length / film * ratio of ionic strengths)^2"
UNSYMMETRICAL = "unsymmetrical salt |sum z^3 c / sum z^2 c| F psi0/RT"


@pytest.mark.parametrize("ion", ["K", "Na", "Cl"])
def test_one_permeant_ion_is_nernst_and_nothing_else(ion):
    expected = REFERENCE["nernst_mammal_310.15K"]["expected"][f"{ion}_V"]
    full = {"membrane_potential": Quantity(expected + 1e-6, "V")}
    found = rows(mammal({ion: 1.0}), full)
    assert list(found) == [("Nernst", "membrane_potential")]
    row = found["Nernst", "membrane_potential"]
    assert row.value == pytest.approx(expected, abs=1e-12)
    assert row.deviation == pytest.approx(1e-6, rel=1e-6)
    assert "= 0" in row.reason


def test_inside_on_the_right_and_no_inside():
    expected = REFERENCE["nernst_mammal_310.15K"]["expected"]["K_V"]
    tables = mammal({"K": 1.0})
    turned = {**tables, "inside": "outside"}
    assert rows(turned)["Nernst", "membrane_potential"].value == pytest.approx(-expected, abs=1e-12)
    del tables["inside"]
    junction = rows(tables)["Nernst", "liquid_junction_potential"]
    assert junction.value == pytest.approx(-expected, abs=1e-12)


def test_resting_potential_is_ghk_with_chord_conductance_and_driving_forces():
    expected = REFERENCE["ghk_mammal_310.15K"]["expected"]["V_m_V"]
    nernst = REFERENCE["nernst_mammal_310.15K"]["expected"]
    found = rows(mammal({"K": 1.0, "Na": 0.04, "Cl": 0.45}))
    assert found[GHK, "membrane_potential"].value == pytest.approx(expected, abs=1e-12)
    assert found[GHK, "membrane_potential"].deviation is None
    for ion in ("K", "Na", "Cl"):
        assert found[GHK, f"driving_force.{ion}"].value == pytest.approx(expected - nernst[f"{ion}_V"], abs=1e-12)
    current = sum(CHARGE[s] * found[GHK, f"flux.{s}"].value for s in ("K", "Na", "Cl"))
    assert abs(current) < 1e-12 * abs(found[GHK, "flux.K"].value)
    chord = found["chord conductance", "membrane_potential"].value
    assert nernst["K_V"] < chord < nernst["Na_V"]
    assert ("Nernst", "membrane_potential") not in found


def test_ghk_reason_measures_the_membranes_charge():
    name = "(membrane thickness / its Debye length)^2"
    empty, full = (
        rows(mammal({"K": 1.0, "Cl": 0.45}, partition=b))[GHK, "membrane_potential"].reason for b in (1e-8, 1e-3)
    )
    strength = F**2 * 1e-8 * (140 + 4 + 4 + 110) / 2
    assert number(empty, name) == pytest.approx((4e-9) ** 2 * strength / (2 * epsilon_0 * R * 310.15), rel=0.05)
    assert number(full, name) == pytest.approx(1e5 * number(empty, name), rel=0.05)
    # What fails is said first.
    assert full.startswith(name)
    assert "not <" in full.split(";")[0]
    # With cations alone no field in the membrane can change the zero-current voltage.
    assert name not in rows(mammal({"K": 1.0, "Na": 0.04}))[GHK, "membrane_potential"].reason


def test_ghk_reason_measures_the_polarisation_of_the_baths():
    thin, thick = mammal({"K": 1.0, "Na": 0.04}), mammal({"K": 1.0, "Na": 0.04})
    thick["regions"]["cytosol"] = bath("50 um")
    thick["regions"]["outside"] = bath("50 um")
    name = "polarisation of the baths J L/(D c)"
    one, other = (number(rows(t)[GHK, "membrane_potential"].reason, name) for t in (thin, thick))
    assert other == pytest.approx(1000 * one, rel=0.1)


def test_ghk_current_at_fixed_voltage_and_its_reversal():
    at_zero = rows(mammal({"K": 1.0, "Na": 0.8}, "fixed_voltage", 0.0))
    expected = F * 1e-9 * ((140 - 4) + 0.8 * (12 - 145))
    assert at_zero[GHK, "current_density"].value == pytest.approx(expected, rel=1e-12)
    reversal = R * 310.15 / F * math.log((4 + 0.8 * 145) / (140 + 0.8 * 12))
    there = rows(mammal({"K": 1.0, "Na": 0.8}, "fixed_voltage", reversal))
    assert abs(there[GHK, "current_density"].value) < 1e-10 * expected
    assert there[GHK, "flux.K"].value == pytest.approx(-there[GHK, "flux.Na"].value, rel=1e-10)


def test_prescribed_current_inverts_the_current_equation():
    tables = mammal({"K": 1.0, "Na": 0.8}, "fixed_voltage", 0.03)
    current = rows(tables)[GHK, "current_density"].value
    # Given as it is reported, from inside to outside, whichever end floats.
    given = mammal({"K": 1.0, "Na": 0.8}, "current")
    given["study"]["current_density"] = f"{current} A/m^2"
    assert rows(given)[GHK, "membrane_potential"].value == pytest.approx(0.03, abs=1e-12)


def test_layers_in_series_add_their_resistances():
    tables = mammal({"K": 1.0, "Na": 0.8}, "fixed_voltage", 0.0)
    half = copy.deepcopy(tables["regions"]["membrane"])
    half["thickness"] = "2 nm"
    for own in half["species"].values():
        own["permeability"] = f"{2 * float(own['permeability'].split()[0])} m/s"
    split = {**tables, "regions": {"cytosol": bath(), "a": half, "b": half, "outside": bath()}}
    one, two = (rows(t)[GHK, "current_density"].value for t in (tables, split))
    assert two == pytest.approx(one, rel=1e-12)


def test_dielectric_slab_is_a_capacitor():
    found = rows(mammal({}, "fixed_voltage", -0.07))
    plates = found["parallel plates", "max_electric_field"].value
    assert plates == pytest.approx(0.07 / 4e-9, rel=1e-12)
    both = found["slab and two linear layers", "max_electric_field"].value
    exact = found["slab and two Gouy-Chapman layers", "max_electric_field"].value
    assert plates > exact > both > 0.95 * plates
    assert GHK not in {model for model, _ in found}


@pytest.mark.parametrize("name", [k for k, q in REFERENCE.items() if "stationary_NP_V" in q["expected"]])
def test_films_are_planck_and_henderson(name):
    found, expected = rows(film(name)), REFERENCE[name]["expected"]
    planck = found["Planck (steady electroneutral film)", "liquid_junction_potential"]
    henderson = found["Henderson", "liquid_junction_potential"]
    assert planck.value == pytest.approx(expected["stationary_NP_V"], abs=1e-12)
    assert henderson.value == pytest.approx(expected["henderson_V"], abs=1e-12)
    shift = abs(expected["henderson_V"] - expected["stationary_NP_V"]) / VT
    assert number(henderson.reason, "linear mixture: shift from the steady film F/RT") == pytest.approx(
        shift, rel=0.05, abs=1e-12
    )
    c = REFERENCE[name]["params"]
    equal_with_common_ion = len(c["ions"]) == 3 and c["cL_M"][2] == c["cR_M"][2]
    assert (("Lewis-Sargent", "liquid_junction_potential") in found) == equal_with_common_ion


def test_film_reason_is_the_debye_length_over_the_film():
    name = "(Debye length / film * ratio of ionic strengths)^2"
    model = ("Planck (steady electroneutral film)", "liquid_junction_potential")
    debye = REFERENCE["debye_lengths_nm"]["expected"]["0.1"] * 1e-9
    reason = rows(film("ljp_HCl0.1|KCl0.1", "20 nm"))[model].reason
    assert number(reason, name) == pytest.approx((debye / 20e-9) ** 2, rel=0.05)
    assert "not <" in reason
    assert "not <" not in rows(film("ljp_HCl0.1|KCl0.1", "1 mm"))[model].reason


def test_film_with_inside_turns_its_signs():
    tables = film("ljp_HCl0.1|KCl3.5")
    tables["regions"] = {"acid": bath("5 um"), "salt": bath("5 um")}
    model = "Planck (steady electroneutral film)"
    one, other = (rows({**tables, "inside": end}) for end in ("acid", "salt"))
    potential = REFERENCE["ljp_HCl0.1|KCl3.5"]["expected"]["stationary_NP_V"]
    assert one[model, "membrane_potential"].value == pytest.approx(-potential, abs=1e-12)
    assert other[model, "membrane_potential"].value == pytest.approx(potential, abs=1e-12)
    assert one[model, "flux.H"].value == pytest.approx(-other[model, "flux.H"].value, rel=1e-12)
    assert one[model, "flux.H"].value > 0


def charged(left, right, mode="open_circuit", thickness="100 um", fixed="-1 mol/L"):
    return {
        "species": species("K", "Cl"),
        "regions": {
            "left": bath(),
            "membrane": {"thickness": thickness, "permittivity": 78.49, "fixed_charge": fixed},
            "right": bath("100 nm"),
        },
        "boundaries": {
            "left": reservoir(0, K=left, Cl=left),
            "right": reservoir(None if mode == "open_circuit" else 0, K=right, Cl=right),
        },
        "points": {
            "bath_left": {"region": "left", "fraction": 0.2},
            "inner_left": {"region": "membrane", "position": "20 nm"},
            "inner_right": {"region": "membrane", "fraction": 0.9998},
            "bath_right": {"region": "right", "fraction": 0.8},
            "face": {"region": "membrane", "position": "0.1 nm"},
        },
        "potential_differences": {
            "at_left": ["inner_left", "bath_left"],
            "at_right": ["bath_right", "inner_right"],
            "too_near": ["face", "bath_left"],
        },
        "study": {"mode": mode},
    }


def test_charged_membrane_between_unequal_baths():
    found = rows(charged(100, 10))
    expected = next(r for r in REFERENCE["tms_table"]["expected"]["table"] if r[:2] == ["KCl", -1.0])
    donnan = {(r[0], r[1]): r[2] for r in REFERENCE["donnan_table"]["expected"]["table"]}
    assert found["Teorell-Meyer-Sievers", "liquid_junction_potential"].value == pytest.approx(expected[2], rel=1e-10)
    assert found["Donnan", "potential_difference.at_left"].value == pytest.approx(donnan[-1.0, 0.1], rel=1e-12)
    assert found["Donnan", "potential_difference.at_right"].value == pytest.approx(-donnan[-1.0, 0.01], rel=1e-12)
    assert ("Donnan", "potential_difference.too_near") not in found
    # GHK knows nothing of the charge, whose Donnan potential against the mean of the baths is what it leaves out.
    charge = "fixed charge of the membrane: |z|F psi/RT"
    ghk = found[GHK, "liquid_junction_potential"]
    assert number(ghk.reason, charge) == pytest.approx(math.asinh(1000 / (2 * 55)), rel=0.05)
    assert not holds(ghk.reason, charge)
    flux = [found["Teorell-Meyer-Sievers", f"flux.{s}"].value for s in ("K", "Cl")]
    assert flux[0] == pytest.approx(flux[1], rel=1e-9)
    assert flux[0] > 0


def test_charged_membrane_between_equal_baths_is_donnan():
    donnan = {(r[0], r[1]): r[2] for r in REFERENCE["donnan_table"]["expected"]["table"]}
    for mode in ("open_circuit", "fixed_voltage"):
        found = rows(charged(100, 100, mode))
        assert found["Donnan", "potential.inner_left"].value == pytest.approx(donnan[-1.0, 0.1], rel=1e-12)
        assert found["Donnan", "potential_difference.at_left"].value == pytest.approx(donnan[-1.0, 0.1], rel=1e-12)
        assert ("Donnan", "potential.face") not in found
        assert ("Donnan", "potential.bath_left") not in found


def test_bipolar_junction_before_a_wall():
    tables = {
        "species": species("K", "Cl"),
        "regions": {
            "bath": bath(),
            "positive": {"thickness": "1 um", "permittivity": 78.49, "fixed_charge": "1 mol/L"},
            "negative": {"thickness": "1 um", "permittivity": 78.49, "fixed_charge": "-1 mol/L"},
        },
        "boundaries": {"left": reservoir(0, K=10, Cl=10), "right": {"type": "wall"}},
        "points": {
            "p": {"region": "positive", "fraction": 0.5},
            "n": {"region": "negative", "fraction": 0.5},
        },
        "potential_differences": {"built_in": ["p", "n"]},
    }
    expected = REFERENCE["bipolar_builtin_V"]["expected"]["X+=1,X-=1,c=0.01"]
    assert rows(tables)["Donnan", "potential_difference.built_in"].value == pytest.approx(expected, rel=1e-12)


def double_layer(right, thickness="30 nm", stern=None):
    regions = {"solution": bath(thickness)}
    if stern is not None:
        regions["stern"] = {"thickness": stern, "permittivity": 10.0, "absent": "all"}
    return {
        "species": species("K", "Cl"),
        "regions": regions,
        "boundaries": {"left": reservoir(0.02, K=100, Cl=100), "right": right},
        "points": {
            "wall": {"region": list(regions)[-1], "fraction": 1.0},
            "bulk": {"region": "solution", "fraction": 0.0},
        },
        "potential_differences": {"surface": ["wall", "bulk"]},
    }


def test_electrode_is_grahame_against_the_bath_not_against_zero():
    psi, _, sigma, capacitance = REFERENCE["gouy_chapman_table"]["expected"]["table"][11]
    found = rows(double_layer({"type": "electrode", "potential": f"{-psi + 0.02} V"}))
    assert found["Grahame", "surface_charge.right"].value == pytest.approx(-sigma, rel=1e-9)
    assert found["Gouy-Chapman", "differential_capacitance.right"].value == pytest.approx(capacitance, rel=1e-9)
    assert found["Gouy-Chapman", "potential.wall"].value == pytest.approx(-psi + 0.02, rel=1e-9)
    assert found["Gouy-Chapman", "potential_difference.surface"].value == pytest.approx(-psi, rel=1e-9)
    excess = {s: found["Gouy-Chapman", f"surface_excess.{s}"].value for s in ("K", "Cl")}
    assert -F * (excess["K"] - excess["Cl"]) == pytest.approx(-sigma, rel=1e-9)
    assert "not <" in found["Debye–Hückel", "surface_charge.right"].reason
    assert number(found["Debye–Hückel", "surface_charge.right"].reason, "|z|F psi0/RT") == pytest.approx(
        psi / VT, rel=0.05
    )


def test_charged_wall_finds_its_potential():
    psi, _, sigma, capacitance = REFERENCE["gouy_chapman_table"]["expected"]["table"][11]
    found = rows(double_layer({"type": "wall", "surface_charge": f"{sigma} C/m^2"}))
    assert found["Gouy-Chapman", "potential_difference.surface"].value == pytest.approx(psi, rel=1e-9)
    assert found["Gouy-Chapman", "differential_capacitance.right"].value == pytest.approx(capacitance, rel=1e-9)
    assert ("Grahame", "surface_charge.right") not in found


def test_layer_without_ions_before_an_electrode_is_a_stern_layer():
    thickness = 10.0 * epsilon_0 / 0.2
    drop, _, diffuse, sigma, capacitance = REFERENCE["gouy_chapman_stern_table"]["expected"]["table"][8]
    tables = double_layer({"type": "electrode", "potential": f"{drop + 0.02} V"}, stern=f"{thickness} m")
    tables["points"]["plane"] = {"region": "stern", "fraction": 0.0}
    found = rows(tables)
    model = "Gouy-Chapman-Stern"
    assert found[model, "surface_charge.right"].value == pytest.approx(sigma, rel=1e-9)
    assert found[model, "differential_capacitance.right"].value == pytest.approx(capacitance, rel=1e-9)
    assert found[model, "potential.plane"].value == pytest.approx(diffuse + 0.02, rel=1e-9)
    assert found[model, "potential.wall"].value == pytest.approx(drop + 0.02, rel=1e-9)


def test_thin_solution_says_so():
    found = rows(double_layer({"type": "electrode", "potential": "0.1 V"}, thickness="3 nm"))
    assert "not <" in found["Grahame", "surface_charge.right"].reason


def test_uncharged_wall_predicts_nothing():
    assert rows(double_layer({"type": "wall"})) == {}


@pytest.mark.parametrize("potential", [0.1, -0.1, -0.3])
def test_selective_interface(potential):
    tables = double_layer({"type": "electrode", "potential": f"{potential} V"}, thickness="1 um")
    tables["boundaries"]["left"] = reservoir(0, K=100, Cl=100)
    tables["boundaries"]["right"]["species"] = {"K": {"concentration": "100 mmol/L"}}
    found = rows(tables)
    limit = 2 * F * D["K"] * 100 / 1e-6
    film_value = found["electroneutral film, selective interface", "current_density"].value
    assert film_value == pytest.approx(limit * (1 - math.exp(potential / (2 * VT))), rel=1e-10)
    if potential < 0:
        row = found["limiting current", "current_density"]
        assert row.value == pytest.approx(limit, rel=1e-12)
        left = number(row.reason, "concentration left at the interface 1 - I/I_lim")
        assert left == pytest.approx(math.exp(potential / (2 * VT)), rel=0.05)
    else:
        assert ("limiting current", "current_density") not in found
    assert "Grahame" not in {model for model, _ in found}


def test_field_matters_to_all_but_the_zero_current_voltage_of_one_valence():
    cations = {"K": 1.0, "Na": 0.04}
    full, empty = (rows(mammal(cations, partition=b)) for b in (0.1, 1e-8))
    for row in ("membrane_potential", "driving_force.K"):
        assert IN_MEMBRANE not in full[GHK, row].reason
    assert not holds(full[GHK, "flux.K"].reason, IN_MEMBRANE)
    assert holds(empty[GHK, "flux.K"].reason, IN_MEMBRANE)
    for partition, met in ((0.1, False), (1e-8, True)):
        given = mammal(cations, "current", partition=partition)
        given["study"]["current_density"] = "1e-4 A/m^2"
        found = rows(given)
        assert holds(found[GHK, "membrane_potential"].reason, IN_MEMBRANE) == met
        at_voltage = rows(mammal(cations, "fixed_voltage", -0.05, partition))
        assert holds(at_voltage[GHK, "current_density"].reason, IN_MEMBRANE) == met
        assert holds(at_voltage["chord conductance", "current_density"].reason, IN_MEMBRANE) == met


@pytest.mark.parametrize(("sigma", "met"), [(-0.02, False), (1e-5, True)])
def test_surface_charge_of_a_face_counts_by_grahame(sigma, met):
    def with_charge(*arguments):
        face = {"between": ["membrane", "outside"], "surface_charge": f"{sigma} C/m^2"}
        return rows({**mammal(*arguments), "interfaces": {"face": face}})

    expected = 2 * math.asinh(abs(sigma) / math.sqrt(8 * 78.49 * epsilon_0 * R * 310.15 * 149))
    found = with_charge({"K": 1.0, "Cl": 0.45})
    for key in ((GHK, "membrane_potential"), (GHK, "flux.K"), ("chord conductance", "membrane_potential")):
        assert number(found[key].reason, SURFACE) == pytest.approx(expected, rel=0.05)
        assert holds(found[key].reason, SURFACE) == met
    cations = with_charge({"K": 1.0, "Na": 0.04})
    assert SURFACE not in cations[GHK, "membrane_potential"].reason
    assert SURFACE not in cations["chord conductance", "membrane_potential"].reason
    assert holds(cations[GHK, "flux.K"].reason, SURFACE) == met


def test_surface_charge_within_the_membrane_counts():
    tables = mammal({"K": 1.0, "Cl": 0.45})
    half = {**tables["regions"]["membrane"], "thickness": "2 nm"}
    tables["regions"] = {"cytosol": bath(), "a": half, "b": half, "outside": bath()}
    tables["interfaces"] = {"f": {"between": ["a", "b"], "surface_charge": "-0.001 C/m^2"}}
    # At least its potential between two capacitors.
    least = 0.001 / (2 * 2 * epsilon_0 / 2e-9) * F / (R * 310.15)
    assert number(rows(tables)[GHK, "flux.K"].reason, SURFACE) > 0.95 * least


@pytest.mark.parametrize(("voltage", "met"), [(-0.1, False), (-1e-3, True)])
def test_diffuse_layers_take_their_share_of_the_voltage(voltage, met):
    found = rows(mammal({"K": 1.0, "Cl": 0.45}, "fixed_voltage", voltage))
    debye = [math.sqrt(78.49 * epsilon_0 * R * 310.15 / (2 * F**2 * c)) for c in (152, 149)]
    ratio = 2.0 / 4e-9 * sum(debye) / 78.49
    expected = ratio / (1 + ratio) * abs(voltage) * F / (R * 310.15)
    for model in (GHK, "chord conductance"):
        text = found[model, "current_density"].reason
        assert number(text, SHARED) == pytest.approx(expected, rel=0.05)
        assert holds(text, SHARED) == met


@pytest.mark.parametrize(("permeability", "met"), [(1e6, False), (1.0, True)])
def test_chord_conductance_and_small_currents_see_the_resistance_of_the_baths(permeability, met):
    tables = mammal({"K": permeability, "Na": 0.8 * permeability}, "fixed_voltage", 1e-6)
    tables["boundaries"]["right"] = {**tables["boundaries"]["left"], "potential": "0 V"}
    found = rows(tables)
    for model in (GHK, "chord conductance"):
        text = found[model, "current_density"].reason
        assert holds(text, POLARISED_FLUX) == met
        # However small the current, so that its own polarisation is no measure.
        least = permeability * 1e-9 * 100e-9 / min(D["K"], D["Na"] / 0.8)
        assert number(text, POLARISED_FLUX) == pytest.approx(least, rel=0.05)


def test_film_between_unequal_ends_needs_more_than_its_debye_length():
    def unequal(dilute, concentrated):
        ends = {
            "left": reservoir(0, H=dilute, K=0, Cl=dilute),
            "right": reservoir(H=0, K=concentrated, Cl=concentrated),
        }
        return rows({**film("ljp_HCl0.1|KCl0.1"), "boundaries": ends})

    wide, narrow = unequal(0.1, 1000), unequal(10, 100)
    for model in (PLANCK, "Henderson", "Goldman (uniform field)"):
        assert not holds(wide[model, "liquid_junction_potential"].reason, FILM)
        assert holds(narrow[model, "liquid_junction_potential"].reason, FILM)
    debye = REFERENCE["debye_lengths_nm"]["expected"]["0.1"] * 1e-9 * math.sqrt(10)
    reason = narrow[PLANCK, "liquid_junction_potential"].reason
    assert number(reason, FILM) == pytest.approx((debye * 10 / 10e-6) ** 2, rel=0.05)


def test_a_reservoir_is_a_face_of_a_charged_end_region():
    positions = {"face": "0.02 nm", "near": "1.5 nm", "deep": "50 nm"}
    found = rows(
        {
            "species": species("K", "Cl"),
            "regions": {"gel": {**bath("100 nm"), "fixed_charge": "-1 mol/L"}, "bath": bath()},
            "boundaries": {"left": reservoir(0, K=100, Cl=100), "right": reservoir(0, K=100, Cl=100)},
            "points": {name: {"region": "gel", "position": x} for name, x in positions.items()},
        }
    )
    name = "exp(-distance from the faces / Debye length)"
    assert ("Donnan", "potential.face") not in found
    assert not holds(found["Donnan", "potential.near"].reason, name)
    assert holds(found["Donnan", "potential.deep"].reason, name)


def test_debye_hueckel_of_an_unsymmetrical_salt_is_of_first_order():
    for salt, psi, met in (({"Ca": 10, "Cl": 20}, 6e-3, False), ({"Ca": 10, "Cl": 20}, 3e-4, True)):
        tables = double_layer({"type": "electrode", "potential": f"{psi} V"})
        tables["species"] = species(*salt)
        tables["boundaries"]["left"] = reservoir(0, **salt)
        text = rows(tables)["Debye–Hückel", "surface_charge.right"].reason
        # Σ z³c / Σ z²c = (8 - 2) / (4 + 2)
        assert number(text, UNSYMMETRICAL) == pytest.approx(psi / VT, rel=0.05)
        assert holds(text, UNSYMMETRICAL) == met
        assert holds(text, "|z|F psi0/RT")
    symmetrical = rows(double_layer({"type": "electrode", "potential": "0.026 V"}))
    assert holds(symmetrical["Debye–Hückel", "surface_charge.right"].reason, UNSYMMETRICAL)
    # A narrow solution is no error of the linear layer, which knows its far end.
    thin = rows(double_layer({"type": "electrode", "potential": "0.026 V"}, thickness="1 nm"))
    debye = REFERENCE["debye_lengths_nm"]["expected"]["0.1"] * 1e-9
    expected = 0.006 * 78.49 * epsilon_0 / debye / math.tanh(1e-9 / debye)
    assert thin["Debye–Hückel", "surface_charge.right"].value == pytest.approx(expected, rel=1e-9)
    assert not holds(thin["Grahame", "surface_charge.right"].reason, "exp(-solution / Debye length)")


@pytest.mark.parametrize(("thickness", "met"), [("20 nm", False), ("100 um", True)])
def test_thin_charged_membrane_says_so(thickness, met):
    tables = charged(100, 10, thickness=thickness)
    del tables["points"], tables["potential_differences"]
    for row in ("liquid_junction_potential", "flux.K"):
        text = rows(tables)["Teorell-Meyer-Sievers", row].reason
        assert holds(text, "Debye length / membrane * ratio of ionic strengths") == met


def test_voltage_adds_to_what_moves_a_donnan_potential():
    for volts, met in ((2.0, False), (1e-6, True)):
        tables = charged(100, 10, "fixed_voltage")
        tables["boundaries"]["right"]["potential"] = f"{volts} V"
        text = rows(tables)["Donnan", "potential_difference.at_left"].reason
        assert holds(text, "drop before the point F/RT") == met
        polarised = number(text, POLARISED)
        assert (polarised > 1.0) == (volts == 2.0)


def test_field_of_a_slab_more_polar_than_its_baths_is_largest_in_a_bath():
    for permittivity, weakest in ((200.0, 78.49), (2.0, 2.0)):
        tables = mammal({}, "fixed_voltage", -0.001)
        tables["regions"]["membrane"]["permittivity"] = permittivity
        found = rows(tables)
        debye = [math.sqrt(78.49 * epsilon_0 * R * 310.15 / (2 * F**2 * c)) for c in (152, 149)]
        charge = 0.001 * epsilon_0 / (4e-9 / permittivity + sum(debye) / 78.49)
        for model in ("slab and two linear layers", "slab and two Gouy-Chapman layers"):
            row = found[model, "max_electric_field"]
            assert row.value == pytest.approx(charge / (weakest * epsilon_0), rel=1e-3)


def test_point_thousands_of_debye_lengths_from_an_electrode():
    found = rows(double_layer({"type": "electrode", "potential": "0.1 V"}, thickness="10 um"))
    assert found["Gouy-Chapman", "potential.bulk"].value == 0.02
    assert ("Grahame", "surface_charge.right") in found


@pytest.mark.parametrize(("thickness", "met"), [("20 nm", False), ("1 um", True)])
def test_film_before_a_selective_interface_must_be_thick(thickness, met):
    tables = double_layer({"type": "electrode", "potential": "0.1 V"}, thickness=thickness)
    tables["boundaries"]["right"]["species"] = {"K": {"concentration": "100 mmol/L"}}
    text = rows(tables)["electroneutral film, selective interface", "current_density"].reason
    assert holds(text, "Debye length / film") == met


def test_derived_values():
    values = {(d.subject, d.name): d for d in derived(Case.from_dict(mammal({"K": 1.0, "Na": 0.04, "Cl": 0.45})))}
    nernst = REFERENCE["nernst_mammal_310.15K"]["expected"]
    for ion in ("K", "Na", "Cl"):
        assert values[f"species.{ion}", "nernst_potential"].value == pytest.approx(nernst[f"{ion}_V"], abs=1e-12)
    assert values["species.Cl", "permeability"].value == pytest.approx(0.45e-9, rel=1e-12)
    assert values["species.A", "permeability"].value == 0.0
    strength = values["regions.cytosol", "ionic_strength"].value
    assert strength == pytest.approx((140 + 12 + 4 + 148) / 2, rel=1e-12)
    debye = values["regions.cytosol", "debye_length"]
    assert debye.unit == "m"
    assert debye.value == pytest.approx(math.sqrt(78.49 * epsilon_0 * R * 310.15 / (2 * F**2 * strength)), rel=1e-12)
    assert values["regions.cytosol", "thickness_over_debye_length"].value == pytest.approx(50e-9 / debye.value)
    assert values["regions.membrane", "capacitance"].value == pytest.approx(0.0044270939064, rel=1e-12)


def test_derived_donnan_potential_of_a_charged_region():
    values = {(d.subject, d.name): d.value for d in derived(Case.from_dict(charged(100, 100)))}
    donnan = {(r[0], r[1]): r for r in REFERENCE["donnan_table"]["expected"]["table"]}[-1.0, 0.1]
    assert values["regions.membrane", "equilibrium_potential"] == pytest.approx(donnan[2], rel=1e-12)
    assert values["regions.membrane", "ionic_strength"] == pytest.approx(500 * (donnan[3] + donnan[4]), rel=1e-12)
