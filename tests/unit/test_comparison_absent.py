"""Comparisons where a species is shut out, shut in, or held by a condition of its own; where models have no answer."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import pnp
from pnp.case import Case
from pnp.comparison import simplified_models
from pnp.comparison.point_ions import BEYOND, beyond_point_ions
from pnp.comparison.prediction import worst
from pnp.constants import F, R
from pnp.derived import derived
from tests.unit.test_comparison import bath, double_layer, film, reservoir, rows, species

T = 310.15
GHK = "Goldman-Hodgkin-Katz"
TEMPLATES = Path(pnp.__file__).parent / "templates"


def cell(outside_absent, membrane_absent=("Cl", "A"), **more):
    """K⁺ and Na⁺ through 4 nm; the anion A of the inside is absent outside, or there at 0 mol/L."""
    own = {"K": "1e-8 m/s", "Na": "3e-10 m/s", "A": "1e-8 m/s"}
    right = {**reservoir(0, K=5, Na=145, Cl=150), "balance": "Cl"}
    if not outside_absent:
        right["concentrations"]["A"] = "0 mol/L"
    return {
        "temperature": f"{T} K",
        "inside": "cytosol",
        "species": species("K", "Na", "Cl", "A"),
        "regions": {
            "cytosol": bath("20 nm"),
            "membrane": {
                "thickness": "4 nm",
                "permittivity": 2.0,
                "absent": list(membrane_absent),
                "species": {
                    s: {"permeability": p, "partition_coefficient": 1e-6}
                    for s, p in own.items()
                    if s not in membrane_absent
                },
            },
            "outside": {**bath("20 nm"), **({"absent": ["A"]} if outside_absent else {})},
        },
        "boundaries": {"left": {**reservoir(K=140, Na=12, Cl=10), "balance": "A"}, "right": right},
        "study": {"mode": "open_circuit"},
        **more,
    }


@pytest.mark.parametrize("fixed", [None, "-0.1 V"])
@pytest.mark.parametrize("inside", ["cytosol", "outside"])
def test_absent_from_a_bath_that_lacks_it_is_zero_in_it(inside, fixed):
    twins = []
    for absent in (True, False):
        tables = cell(absent, inside=inside)
        if fixed:
            tables["boundaries"]["left"]["potential"] = fixed
            tables["study"] = {"mode": "fixed_voltage"}
        case = Case.from_dict(tables)
        twins.append((simplified_models(case), derived(case)))
    assert twins[0] == twins[1]
    found = {(r.model, r.quantity): r for r in twins[0][0]}
    if not fixed:
        voltage = R * T / F * math.log((1e-8 * 5 + 3e-10 * 145) / (1e-8 * 140 + 3e-10 * 12))
        sign = 1 if inside == "cytosol" else -1
        assert found[GHK, "membrane_potential"].value == pytest.approx(sign * voltage, rel=1e-12)
        assert "not <" not in found[GHK, "membrane_potential"].reason
    assert {d.subject for d in twins[0][1] if d.name == "capacitance"} == {"regions.membrane"}


def test_what_enters_the_membrane_but_not_the_bath_behind_it_crosses_nothing():
    found = rows(cell(True, membrane_absent=["Cl", "Na"]))
    # A enters the membrane from the inside alone: K⁺ is the only ion that carries current.
    nernst = R * T / F * math.log(5 / 140)
    assert found["Nernst", "membrane_potential"].value == pytest.approx(nernst, rel=1e-12)
    assert GHK not in {model for model, _ in found}
    assert any(model == GHK for model, _ in rows(cell(False, membrane_absent=["Cl", "Na"])))


def test_two_solutions_with_one_ion_in_common_are_at_its_nernst_potential():
    tables = {
        "species": species("H", "A", "K", "Cl"),
        "regions": {"acid": {**bath(), "absent": ["K", "Cl"]}, "salt": {**bath(), "absent": ["A"]}},
        "boundaries": {"left": reservoir(0, H=100, A=100), "right": reservoir(H=10, K=10, Cl=20)},
        "study": {"mode": "open_circuit"},
    }
    found = rows(tables)
    # Right minus left.
    expected = R * 298.15 / F * math.log(100 / 10)
    assert found["Nernst", "liquid_junction_potential"].value == pytest.approx(expected, rel=1e-12)
    assert {model for model, _ in found} == {"Nernst"}


def test_the_custom_template_is_at_the_nernst_potential_of_potassium():
    case = Case.load(TEMPLATES / "custom.toml")
    (row,) = simplified_models(case)
    assert (row.model, row.quantity) == ("Nernst", "membrane_potential")
    assert row.value == pytest.approx(R * T / F * math.log(5 / 140), rel=1e-12)
    assert row.reason == "permeability of other ions / that of the permeant ion = 0 (< 0.001)"


def test_a_neutral_species_with_a_condition_of_its_own_is_left_out():
    tables = film("ljp_HCl0.1|KCl0.1")
    tables["species"]["urea"] = {"charge_number": 0, "diffusivity": "1e-9 m^2/s"}
    for side in ("left", "right"):
        tables["boundaries"][side]["concentrations"]["urea"] = "5 mmol/L"
    planck = "Planck (steady electroneutral film)"
    free = rows(tables)
    assert (planck, "flux.urea") in free
    tables["boundaries"]["right"]["species"] = {"urea": {"flux": "1e-8 mol/m^2/s"}}
    held = rows(tables)
    assert (planck, "flux.urea") not in held
    assert {key: row for key, row in free.items() if key != (planck, "flux.urea")} == held


def test_an_ion_with_a_condition_of_its_own_is_no_bath():
    tables = film("ljp_HCl0.1|KCl0.1")
    tables["boundaries"]["right"]["species"] = {"K": {"flux": "1e-8 mol/m^2/s"}}
    assert rows(tables) == {}


def test_ions_shut_in_a_membrane_leave_what_knows_no_field():
    tables = cell(True, membrane_absent=["Cl", "A"])
    tables["species"]["X"] = {"charge_number": -1, "diffusivity": "1e-10 m^2/s"}
    tables["regions"]["membrane"]["species"]["X"] = {"initial_concentration": "100 mmol/L"}
    for end in ("cytosol", "outside"):
        tables["regions"][end]["absent"] = [*tables["regions"][end].get("absent", []), "X"]
    assert rows(tables) == {}
    tables["regions"]["membrane"]["absent"] = ["Cl", "A", "Na"]
    del tables["regions"]["membrane"]["species"]["Na"]
    assert list(rows(tables)) == [("Nernst", "membrane_potential")]


def test_a_region_with_shut_in_ions_has_no_potential_that_follows_from_the_bath():
    tables = {
        "species": species("K", "Cl", "A"),
        "regions": {
            "lumen": {**bath(), "species": {"A": {"initial_concentration": "50 mmol/L"}}},
            "bath": {**bath(), "absent": ["A"]},
        },
        "boundaries": {"left": {"type": "symmetry"}, "right": reservoir(0, K=10, Cl=10)},
        "points": {
            "in": {"region": "lumen", "fraction": 0.5},
            "out": {"region": "bath", "fraction": 0.5},
        },
        "potential_differences": {"drop": ["in", "out"]},
    }
    assert rows(tables) == {}
    names = {(d.subject, d.name) for d in derived(Case.from_dict(tables))}
    assert ("regions.lumen", "equilibrium_potential") not in names
    assert not any(name == "capacitance" for _, name in names)


def test_models_without_a_finite_answer_are_left_out():
    found = rows(double_layer({"type": "electrode", "potential": "-20 V"}))
    assert found
    assert all(math.isfinite(row.value) for row in found.values())
    assert {model for model, _ in found} == {"Debye–Hückel"}


@pytest.mark.parametrize("charge", [1, 2])
def test_what_is_beyond_point_ions_is_said_with_what_to_do(charge):
    tables = double_layer({"type": "electrode", "potential": "0 V"})
    if charge == 2:
        tables["species"] = species("Ca", "Cl")
        tables["boundaries"]["left"] = reservoir(0.02, Ca=100, Cl=200)
    limit = BEYOND * R * 298.15 / F / charge
    for potential, said in ((0.02 - 0.99 * limit, False), (0.02 - 1.01 * limit, True)):
        tables["boundaries"]["right"]["potential"] = f"{potential} V"
        text = beyond_point_ions(Case.from_dict(tables))
        assert bool(text) == said
    assert text.startswith("boundaries.right.potential lies")
    assert f"lower the potential to within {limit:.2g} V" in text
    stern = double_layer({"type": "electrode", "potential": "3 V"}, stern="1 nm")
    assert beyond_point_ions(Case.from_dict(stern)) == ""


def test_two_electrodes_share_the_voltage():
    own = {s: {"initial_concentration": "100 mmol/L"} for s in ("K", "Cl")}
    limit = 2 * BEYOND * R * 298.15 / F
    for factor, said in ((0.99, False), (1.01, True)):
        tables = {
            "species": species("K", "Cl"),
            "regions": {"solution": {**bath(), "species": own}},
            "boundaries": {
                "left": {"type": "electrode", "potential": "0 V"},
                "right": {"type": "electrode", "potential": f"{factor * limit} V"},
            },
        }
        assert bool(beyond_point_ions(Case.from_dict(tables))) == said


def test_worst_of_many_reasons():
    texts = [
        "a b = 0.5 (not < 0.1); c = 1e-05 (< 0.001)",
        "a b = 0.05 (< 0.1); c = 0.0002 (< 0.001)",
        "c = inf (not < 0.001)",
    ]
    assert worst(texts) == "a b up to 0.5 (not < 0.1 at 1 of 3 points); c up to inf (not < 0.001 at 1 of 3 points)"
    assert worst(texts[:2]).endswith("; c up to 0.0002 (< 0.001)")
    assert worst([""]) == ""
