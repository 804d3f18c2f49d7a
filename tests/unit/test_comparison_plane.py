"""Which simplified models apply to cases in planes, and which must not; values against those of stacks."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.case.layout import Layout, pairs_of
from pnp.cli import main
from pnp.comparison import simplified_models
from pnp.comparison.point_ions import beyond_point_ions
from pnp.constants import F, R, epsilon_0
from pnp.derived import derived
from pnp.quantity_table import unit_of
from pnp.result import Quantity
from pnp.simplified import DiffuseLayer, debye_length, nernst_potential
from tests.unit.test_comparison import GHK, IN_MEMBRANE, holds, mammal, number, reservoir, species
from tests.unit.test_comparison import rows as rows_of

CASES = Path(__file__).parents[2] / "cases"
VT = R * 298.15 / F
WATER = 78.49
BESIDE = "permittivity beside the membrane / its own"
EXTENT = "Debye length / extent of the wall"
FILM = "Planck (steady electroneutral film)"


def rows(tables, quantities=None, layout=None):
    found = simplified_models(Case.from_dict(tables), quantities, layout)
    assert all(r.unit == unit_of(r.quantity, tables["coordinates"]) for r in found)
    return {(r.model, r.quantity): r for r in found}


def loaded(name, *overrides):
    found = simplified_models(Case.load(CASES / f"{name}.toml", overrides), None)
    return {(r.model, r.quantity): r for r in found}


def box(**ranges):
    return {"rectangle": {axis: [f"{a} nm", f"{b} nm"] for axis, (a, b) in ranges.items()}}


def water(*shapes, **more):
    return {"permittivity": WATER, "shapes": list(shapes), **more}


def dielectric(*shapes, permittivity=2.0, **more):
    return {"permittivity": permittivity, "absent": "all", "shapes": list(shapes), **more}


def patch(permeable, *, inside="cytosol", side="membrane", channel=((0, 2), (0, 4)), **more):
    """The reference's mammalian baths, and a channel for some ions in a membrane without any."""
    given = mammal(permeable)
    names = list(given["species"])
    r, z = channel
    tables = {
        "temperature": given["temperature"],
        "coordinates": "axisymmetric",
        "species": given["species"],
        "regions": {
            "cytosol": water(box(r=(0, 20), z=(-20, 0))),
            "outside": water(box(r=(0, 20), z=(4, 24))),
            "membrane": dielectric(box(z=(0, 4))),
            "channel": {
                "permittivity": 20.0,
                "absent": [s for s in names if s not in permeable],
                "shapes": [box(r=r, z=z)],
                "species": {
                    s: {"diffusivity": f"{p}e-11 m^2/s", "partition_coefficient": 1e-8} for s, p in permeable.items()
                },
            },
        },
        "boundaries": {
            "low": {**given["boundaries"]["left"], "on": [{"z": "-20 nm"}]},
            "high": {**given["boundaries"]["right"], "on": [{"z": "24 nm"}]},
        },
        "study": {"mode": "open_circuit"},
        **more,
    }
    return {**tables, "inside": inside} if inside else tables


# ---------------------------------------------------------------- membranes


@pytest.mark.parametrize("ion", ["K", "Na", "Cl"])
def test_a_selective_channel_is_nernst_and_nothing_else(ion):
    flat = rows_of(mammal({ion: 1.0}))
    found = rows(patch({ion: 1.0}), {"membrane_potential": Quantity(0.0, "V")})
    assert list(found) == [("Nernst", "membrane_potential")]
    row = found["Nernst", "membrane_potential"]
    assert row.value == pytest.approx(flat["Nernst", "membrane_potential"].value, abs=1e-15)
    assert row.deviation == -row.value
    assert holds(row.reason, "permeability of other ions / that of the permeant ion")


def test_the_side_that_is_inside_and_none():
    inside = rows(patch({"K": 1.0}))["Nernst", "membrane_potential"].value
    assert rows(patch({"K": 1.0}, inside="outside"))["Nernst", "membrane_potential"].value == -inside
    # The second boundary's minus the first one's.
    assert rows(patch({"K": 1.0}, inside=None))["Nernst", "liquid_junction_potential"].value == -inside


def test_charge_anywhere_leaves_nernst_and_cations_as_they_are():
    charge = {"between": ["cytosol", "membrane"], "surface_charge": "-0.1 C/m^2"}
    for permeable in ({"K": 1.0}, {"K": 1.0, "Na": 0.04}):
        plain = rows(patch(permeable))
        charged = rows(patch(permeable, interfaces={"face": charge}))
        assert {k: r.value for k, r in charged.items()} == {k: r.value for k, r in plain.items()}
        assert plain


@pytest.mark.parametrize("permeable", [{"K": 1.0, "Na": 0.04}, {"K": 1.0, "Na": 0.04, "Cl": 0.45}])
def test_a_channel_for_several_ions_is_ghk_by_ratios(permeable):
    flat, found = rows_of(mammal(permeable)), rows(patch(permeable))
    for key in ((GHK, "membrane_potential"), (GHK, "driving_force.K"), ("chord conductance", "membrane_potential")):
        assert found[key].value == pytest.approx(flat[key].value, rel=1e-12)
    assert not any(q.startswith(("flux", "molar_flow", "current", "efflux")) for _, q in found)
    # Cations alone need no uniform field.
    text = found[GHK, "membrane_potential"].reason
    assert (IN_MEMBRANE in text) == (BESIDE in text) == ("Cl" in permeable)


def test_what_lies_beside_a_channel_matters_where_it_is_not_as_thick():
    permeable = {"K": 1.0, "Na": 0.04, "Cl": 0.45}
    level = rows(patch(permeable))[GHK, "membrane_potential"].reason
    assert number(level, BESIDE) == 0.0
    tables = patch(permeable)
    tables["regions"]["membrane"]["shapes"] = [box(z=(0, 4)), box(r=(5, 20), z=(-3, 0))]
    text = rows(tables)[GHK, "membrane_potential"].reason
    assert number(text, BESIDE) == pytest.approx(2.0 / 20.0)
    assert not holds(text, BESIDE)


def test_charge_hides_the_field_of_cations_and_anions():
    charge = {"between": ["cytosol", "membrane"], "surface_charge": "-0.01 C/m^2"}
    assert rows(patch({"K": 1.0, "Cl": 0.45}))
    assert rows(patch({"K": 1.0, "Cl": 0.45}, interfaces={"face": charge})) == {}


def beside(tables, name, ion, r=(8, 10)):
    """The patch with another channel beside the first."""
    tables = copy.deepcopy(tables)
    own = {ion: {"diffusivity": "1e-11 m^2/s", "partition_coefficient": 1e-8}}
    absent = [s for s in tables["species"] if s != ion]
    tables["regions"][name] = {
        "permittivity": 20.0,
        "absent": absent,
        "shapes": [box(r=r, z=(0, 4))],
        "species": own,
    }
    return tables


def test_channels_in_parallel():
    # The same ion through two of them is at equilibrium; of two ions the areas would have to be known.
    one = rows(patch({"K": 1.0}))["Nernst", "membrane_potential"].value
    assert rows(beside(patch({"K": 1.0}), "other", "K"))["Nernst", "membrane_potential"].value == one
    assert rows(beside(patch({"K": 1.0}), "other", "Na")) == {}
    assert rows(beside(patch({"K": 1.0, "Na": 0.1}), "other", "Na")) == {}
    # A pocket that ends in the membrane carries nothing.
    pocket = beside(patch({"K": 1.0}), "pocket", "K")
    pocket["regions"]["pocket"]["shapes"] = [box(r=(8, 10), z=(0, 3))]
    assert rows(pocket)["Nernst", "membrane_potential"].value == one


def test_a_hole_beside_the_channel_joins_the_baths():
    tables = patch({"K": 1.0})
    tables["regions"]["outside"]["shapes"].append(box(r=(10, 12), z=(0, 4)))
    # Painted before the membrane, the hole is closed by it.
    assert rows(tables)
    tables["regions"]["hole"] = water(box(r=(10, 12), z=(0, 4)))
    assert rows(tables) == {}


def test_what_a_current_or_a_third_reservoir_leaves_out():
    tables = patch({"K": 1.0})
    tables["study"] = {"mode": "current", "current_density": "1 A/m^2"}
    assert rows(tables) == {}
    tables = patch({"K": 1.0})
    third = {**tables["boundaries"]["high"], "on": [{"r": "20 nm", "z": ["4 nm", "24 nm"]}]}
    assert rows({**tables, "boundaries": {**tables["boundaries"], "third": third}}) == {}


def test_fixed_voltage_has_no_potential_and_no_flux_to_predict():
    tables = patch({"K": 1.0, "Na": 0.04})
    tables["boundaries"]["low"]["potential"] = "-60 mV"
    tables["study"] = {"mode": "fixed_voltage"}
    assert rows(tables) == {}


def test_a_mesh_tells_what_shapes_would():
    """The layout alone, as for a mesh from a file."""
    tables = patch({"K": 1.0})
    expected = rows(tables)["Nernst", "membrane_potential"]
    for region in tables["regions"].values():
        del region["shapes"]
    for boundary in tables["boundaries"].values():
        del boundary["on"]
    tables["mesh"] = {"file": "patch.msh", "length_unit": "nm"}
    pairs = [("cytosol", "membrane"), ("cytosol", "channel"), ("outside", "membrane"), ("outside", "channel")]
    layout = Layout(
        boundary_regions={"low": ("cytosol",), "high": ("outside",)},
        neighbours=pairs_of([*pairs, ("membrane", "channel")]),
        volumes={"cytosol": 2.5e-23, "outside": 2.5e-23, "membrane": 5e-24, "channel": 5e-26},
    )
    assert rows(tables) == {}
    assert rows(tables, layout=layout)["Nernst", "membrane_potential"].value == expected.value


# ---------------------------------------------------------------- films and charged plugs


def junction(first=None, last=None, **more):
    return {
        "coordinates": "planar",
        "species": species("H", "K", "Cl"),
        "regions": {"solution": water(box(x=(0, 500), y=(0, 100)), box(x=(500, 1000), y=(0, 400)))},
        "boundaries": {
            "narrow": {**reservoir(0, **(first or {"H": 100, "K": 0, "Cl": 100})), "on": [{"x": "0 nm"}]},
            "wide": {**reservoir(None, **(last or {"H": 0, "K": 100, "Cl": 100})), "on": [{"x": "1000 nm"}]},
        },
        "study": {"mode": "open_circuit"},
        **more,
    }


@pytest.mark.parametrize("last", [{"H": 0, "K": 100, "Cl": 100}, {"H": 0, "K": 10, "Cl": 10}])
def test_a_junction_of_any_shape_is_that_of_a_film(last):
    tables = junction(last=last)
    flat = rows_of(
        {
            "species": tables["species"],
            "regions": {"film": {"thickness": "1 um", "permittivity": WATER}},
            "boundaries": {"left": reservoir(0, H=100, K=0, Cl=100), "right": reservoir(None, **last)},
            "study": tables["study"],
        }
    )
    found = rows(tables)
    assert {k: r.value for k, r in found.items()} == pytest.approx(
        {k: r.value for k, r in flat.items() if r.unit == "V"}
    )
    assert ("Lewis-Sargent", "liquid_junction_potential") in found or last["K"] != 100
    # The narrowest passage stands for the film.
    text = found[FILM, "liquid_junction_potential"].reason
    length = debye_length([1, 1, -1], list(last.values()), WATER, 298.15)
    expected = (length / 100e-9 * 100 / last["K"]) ** 2
    assert number(text, "(Debye length / film * ratio of ionic strengths)^2") == pytest.approx(expected, rel=0.05)


def test_what_leaves_a_junction_as_it_is_and_what_does_not():
    tables = junction()
    value = rows(tables)[FILM, "liquid_junction_potential"].value
    assert value == pytest.approx(0.026850292919294555, abs=1e-12)
    obstacle = dielectric({"disc": {"centre": ["700 nm", "200 nm"], "radius": "50 nm"}})
    with_obstacle = {**tables, "regions": {**tables["regions"], "bead": obstacle}}
    assert rows(with_obstacle)[FILM, "liquid_junction_potential"].value == value
    for charge in ({"fixed_charge": "0.1 e/nm^3"}, {"fixed_charge": "100 mol/m^3 * x / (1 nm)"}):
        charged = {**tables, "regions": {**tables["regions"], "bead": {**obstacle, **charge}}}
        assert rows(charged) == {}
    face = {"between": ["solution", "bead"], "surface_charge": "-0.01 C/m^2"}
    assert rows({**with_obstacle, "interfaces": {"face": face}}) == {}
    wall = {"type": "wall", "surface_charge": "-0.01 C/m^2", "on": [{"y": "0 nm"}]}
    assert rows({**tables, "boundaries": {**tables["boundaries"], "wall": wall}}) == {}
    del wall["surface_charge"]
    assert rows({**tables, "boundaries": {**tables["boundaries"], "wall": wall}})


@pytest.mark.parametrize(("scale", "applies"), [({"H": 0.5, "K": 0.5, "Cl": 0.5}, True), ({"H": 0.5}, False)])
def test_regions_of_proportional_diffusivities_are_one_film(scale, applies):
    tables = junction()
    own = {s: {"diffusivity": f"{factor * d} m^2/s"} for s, factor in scale.items() for d in [_diffusivity(tables, s)]}
    tables["regions"]["gel"] = water(box(x=(600, 800), y=(0, 200)), species=own)
    found = rows(tables)
    assert bool(found) == applies
    if applies:
        assert found[FILM, "liquid_junction_potential"].value == pytest.approx(0.026850292919294555, abs=1e-12)


def _diffusivity(tables, name):
    return float(tables["species"][name]["diffusivity"].split()[0])


def plug(charge="-100 mol/m^3", low=None, **more):
    """A charged gel in a hole through a plate, between two baths."""
    return {
        "coordinates": "axisymmetric",
        "inside": "below",
        "species": species("K", "Cl"),
        "regions": {
            "below": water(box(r=(0, 300), z=(-300, 0))),
            "above": water(box(r=(0, 300), z=(500, 800))),
            "plate": dielectric(box(z=(0, 500))),
            "gel": water(box(r=(0, 100), z=(0, 500)), fixed_charge=charge),
        },
        "boundaries": {
            "low": {**(low or reservoir(None, K=100, Cl=100)), "on": [{"z": "-300 nm"}]},
            "high": {**reservoir(0, K=10, Cl=10), "on": [{"z": "800 nm"}]},
        },
        "study": {"mode": "open_circuit"},
        **more,
    }


def test_a_charged_plug_is_teorell_meyer_sievers_by_its_potential_alone():
    layers = {r: {"thickness": "500 nm", "permittivity": WATER} for r in ("below", "gel", "above")}
    layers["gel"]["fixed_charge"] = "-100 mol/m^3"
    flat = rows_of(
        {
            "inside": "below",
            "species": species("K", "Cl"),
            "regions": layers,
            "boundaries": {"left": reservoir(None, K=100, Cl=100), "right": reservoir(0, K=10, Cl=10)},
            "study": {"mode": "open_circuit"},
        }
    )
    key = ("Teorell-Meyer-Sievers", "membrane_potential")
    found = rows(plug())
    assert found[key].value == pytest.approx(flat[key].value, rel=1e-12)
    assert [q for m, q in found if m == key[0]] == ["membrane_potential"]
    # The gel lets as much through as the baths: they are polarised, and it says so.
    assert not holds(found[key].reason, "polarisation of the baths J L/(D c)")
    varying = rows(plug("-100 mol/m^3 * z / (500 nm)"))
    assert varying == {}


# ---------------------------------------------------------------- walls


def electrode(volts=0.2, reach=(0, 20), **more):
    return {
        "coordinates": "planar",
        "species": species("K", "Cl"),
        "regions": {"water": water(box(x=(0, 40), y=(0, 20)))},
        "boundaries": {
            "electrode": {
                "type": "electrode",
                "potential": f"{volts} V",
                "on": [{"y": "0 nm", "x": [f"{v} nm" for v in reach]}],
            },
            "bath": {**reservoir(0, K=100, Cl=100), "on": [{"y": "20 nm"}]},
        },
        **more,
    }


LAYER = DiffuseLayer([1.0, -1.0], [100.0, 100.0], WATER, 298.15)


@pytest.mark.parametrize("volts", [0.2, 0.5, -0.1])
def test_an_electrode_is_gouy_chapman_and_its_edges_are_told(volts):
    found = rows(electrode(volts))
    charge = np.sign(volts) * np.sqrt(8 * epsilon_0 * WATER * R * 298.15 * 100.0) * np.sinh(abs(volts) / 2 / VT)
    assert found["Grahame", "surface_charge.electrode"].value == pytest.approx(charge, rel=1e-9)
    assert found["Grahame", "charge.electrode"].value == pytest.approx(charge * 20e-9, rel=1e-9)
    capacitance = epsilon_0 * WATER / LAYER.debye_length * np.cosh(volts / 2 / VT)
    assert found["Gouy-Chapman", "differential_capacitance.electrode"].value == pytest.approx(capacitance, rel=1e-9)
    assert ("Debye–Hückel", "surface_charge.electrode") in found
    # It has one edge: its other end is at a side of the domain.
    text = found["Grahame", "surface_charge.electrode"].reason
    assert number(text, EXTENT) == pytest.approx(LAYER.debye_length / 20e-9, rel=0.05)
    assert number(text, "exp(-solution / Debye length)") == pytest.approx(np.exp(-20e-9 / LAYER.debye_length), rel=0.05)


@pytest.mark.parametrize(("reach", "edges"), [((0, 40), 0), ((10, 30), 2), ((20, 40), 1)])
def test_edges_of_an_electrode(reach, edges):
    text = rows(electrode(reach=reach))["Grahame", "surface_charge.electrode"].reason
    expected = edges * LAYER.debye_length / ((reach[1] - reach[0]) * 1e-9)
    assert number(text, EXTENT) == pytest.approx(expected, rel=0.05)


def test_a_side_that_is_charged_makes_an_edge():
    tables = electrode(reach=(0, 40))
    side = {"type": "wall", "surface_charge": "-0.01 C/m^2", "on": [{"x": "40 nm"}]}
    found = rows({**tables, "boundaries": {**tables["boundaries"], "side": side}})
    assert number(found["Grahame", "surface_charge.electrode"].reason, EXTENT) == pytest.approx(
        LAYER.debye_length / 40e-9, rel=0.05
    )
    # Each wall has its own layer; whose the excess is, is not known.
    psi = LAYER.surface_potential(-0.01)
    model = "Gouy-Chapman"
    assert found[model, "differential_capacitance.side"].value == pytest.approx(float(LAYER.capacitance(psi)), rel=1e-9)
    assert (model, "surface_excess.K") not in found
    assert (model, "surface_excess.K") in rows(tables)


def test_points_before_an_electrode():
    points = {"near": ["5 nm", "1 nm"], "edge": ["19 nm", "1 nm"], "beside": ["30 nm", "1 nm"], "on": ["5 nm", "0 nm"]}
    tables = electrode(points={name: {"at": at} for name, at in points.items()})
    tables["potential_differences"] = {"a": ["on", "near"], "b": ["on", "edge"]}
    found = rows(tables)
    expected = float(LAYER.potential(1e-9, 0.2))
    assert found["Gouy-Chapman", "potential.near"].value == pytest.approx(expected, rel=1e-9)
    assert found["Gouy-Chapman", "potential_difference.a"].value == pytest.approx(0.2 - expected, rel=1e-9)
    told = {q.rpartition(".")[2] for _, q in found if q.startswith("potential")}
    assert told == {"near", "on", "a"}


def test_a_disc_electrode_has_a_rim_and_the_side_of_a_rod_is_not_flat():
    tables = electrode()
    tables["coordinates"] = "axisymmetric"
    tables["regions"]["water"] = water(box(r=(0, 40), z=(0, 20)))
    tables["boundaries"]["electrode"]["on"] = [{"z": "0 nm", "r": ["0 nm", "20 nm"]}]
    tables["boundaries"]["bath"]["on"] = [{"z": "20 nm"}]
    row = rows(tables)["Grahame", "charge.electrode"]
    assert row.value == pytest.approx(float(LAYER.surface_charge(0.2)) * np.pi * (20e-9) ** 2, rel=1e-9)
    assert number(row.reason, EXTENT) == pytest.approx(2 * LAYER.debye_length / 20e-9, rel=0.05)
    tables["boundaries"]["electrode"]["on"] = [{"r": "40 nm"}]
    assert rows(tables) == {}


def test_what_is_close_before_an_electrode_is_told():
    tables = electrode()
    tables["regions"]["bead"] = dielectric(box(x=(4, 6), y=(2, 4)))
    text = rows(tables)["Grahame", "surface_charge.electrode"].reason
    assert number(text, "exp(-solution / Debye length)") == pytest.approx(np.exp(-2e-9 / LAYER.debye_length), rel=0.05)


def test_electrodes_that_have_no_layer_of_their_own():
    charged = electrode(interfaces={"face": {"between": ["water", "bead"], "surface_charge": "-0.01 C/m^2"}})
    charged["regions"]["bead"] = dielectric(box(x=(25, 30), y=(10, 12)))
    assert rows(charged) == {}
    # Two baths with a voltage between them.
    driven = electrode()
    driven["boundaries"]["side"] = {**reservoir(0.1, K=100, Cl=100), "on": [{"x": "40 nm"}]}
    assert rows(driven) == {}
    driven["boundaries"]["side"]["potential"] = "0 V"
    assert rows(driven)
    # A film without ions before it.
    covered = electrode()
    covered["regions"]["film"] = dielectric(box(x=(0, 40), y=(0, 1)))
    assert rows(covered) == {}


def test_an_electrode_beyond_point_ions_is_told_of():
    assert beyond_point_ions(Case.from_dict(electrode(0.5))) == ""
    assert "boundaries.electrode.potential lies 2 V" in beyond_point_ions(Case.from_dict(electrode(2.0)))


# ---------------------------------------------------------------- the cases of planes


def test_the_cases_of_planes():
    assert {m for m, _ in loaded("half_electrode")} == {"Grahame", "Gouy-Chapman", "Debye–Hückel"}
    assert loaded("junction_2d")[FILM, "liquid_junction_potential"].value == pytest.approx(
        0.026850292919294555, abs=1e-12
    )
    expected = float(nernst_potential(1, 140.0, 5.0, 310.15))
    patch_ = loaded("membrane_patch")
    assert {k: r.value for k, r in patch_.items()} == {("Nernst", "membrane_potential"): pytest.approx(expected)}
    for name, end in (("nanopore_conical", "base"), ("nanopore_rod", "top")):
        assert loaded(name) == {}
        assert {q for _, q in loaded(name, f"boundaries.{end}.potential=1 V")} == {"current"}


@pytest.mark.parametrize(("name", "told"), [("nanopore_rod", True), ("half_electrode", False)])
def test_check_takes_the_end_of_a_sweep_where_its_beginning_predicts_nothing(name, told, capsys):
    assert main(["check", str(CASES / f"{name}.toml")]) == 0
    shown = capsys.readouterr().out
    assert ("At the last point of the sweep, boundaries.top.potential = 7 V:" in shown) == told
    assert ("No simplified model applies" in shown) is False


def test_derived_sizes():
    values = {(d.subject, d.name): d for d in derived(Case.load(CASES / "membrane_patch.toml"))}
    assert values["regions.channel", "volume"].value == pytest.approx(np.pi * 2.5e-9**2 * 4e-9, rel=1e-9)
    assert values["boundaries.external", "area"].value == pytest.approx(np.pi * 20e-9**2, rel=1e-9)
    values = {(d.subject, d.name): d for d in derived(Case.from_dict(electrode()))}
    assert values["regions.water", "area"].value == pytest.approx(800e-18, rel=1e-9)
    assert (values["boundaries.electrode", "length"].value, values["boundaries.electrode", "length"].unit) == (
        pytest.approx(20e-9),
        "m",
    )
    assert not any(re.search("pore|dukhin", name) for _, name in values)
