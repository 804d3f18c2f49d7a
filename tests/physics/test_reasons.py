"""The reasons beside the simplified models are true: where every criterion is met, the model is met too."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from pnp.case import Case
from pnp.constants import F
from pnp.result import Result, SimplifiedRow
from tests.physics.systems import CHARGE, bath, electrode, film, reservoir, solved, species

FINE = {"refinement": 3.0}
"""Cells small enough for the discretisation to be no part of a deviation."""


def met(row: SimplifiedRow) -> bool:
    """Whether every criterion of a row is met."""
    return "not <" not in row.reason


def relative(row: SimplifiedRow, result: Result) -> float:
    """Deviation over what is allowed: 1 mV, or 5 % of the scale of the quantity.

    The scale is the model's largest prediction of the kind; of a current, at least the largest that one ion
    carries, since a sum can cancel.
    """
    assert row.deviation is not None
    if row.unit == "V":
        return abs(row.deviation) / 1e-3
    kind = row.quantity.split(".")[0]
    rows = result.simplified_models
    scale = max(abs(r.value) for r in rows if r.model == row.model and r.quantity.split(".")[0] == kind)
    if kind in ("current_density", "current"):
        fluxes = [r for r in rows if r.quantity.startswith(("flux.", "molar_flow."))]
        carried = (F * CHARGE[r.quantity.split(".")[1]] * r.value for r in fluxes)
        scale = max([scale, *map(abs, carried)])
    return abs(row.deviation) / (0.05 * scale)


def checked(result: Result) -> list[SimplifiedRow]:
    """Rows of a result, none of which claims to hold and does not."""
    rows = [r for r in result.simplified_models if r.deviation is not None]
    untrue = [f"{r.model}, {r.quantity}: {relative(r, result):.3g}: {r.reason}" for r in rows if met(r)]
    assert all(relative(r, result) < 1.0 for r in rows if met(r)), "\n".join(untrue)
    return rows


def slab(
    ions: dict[str, float],
    left: dict[str, float],
    right: dict[str, float],
    voltage: float | None = 0.0,
    diffusivity: str = "1e-14 m^2/s",
    solution: str = "20 nm",
    **more: Any,
) -> Case:
    """Bath | slab of 4 nm and permittivity 2 | bath; partition coefficients of the ions that enter, mol/L, V."""
    names = list(left)
    absent = [s for s in names if s not in ions] if ions else "all"
    own = {s: {"partition_coefficient": b, "diffusivity": diffusivity} for s, b in ions.items()}
    middle = {"thickness": "4 nm", "permittivity": 2.0, "absent": absent, "species": own}
    regions = {"a": bath(solution), "m": {**middle, **more.pop("slab", {})}, "b": bath(solution)}
    study = {"mode": "open_circuit" if voltage is None else "fixed_voltage"}
    tables = {
        "inside": "a",
        "species": species(*names),
        "regions": regions,
        "boundaries": {"left": reservoir(left, voltage), "right": reservoir(right, 0.0)},
        "study": study,
        "mesh": FINE,
    }
    return Case.from_dict({**tables, **more})


INSIDE, OUTSIDE = {"K": 0.14, "Na": 0.01, "Cl": 0.15}, {"K": 0.005, "Na": 0.145, "Cl": 0.15}
SALT = {"K": 0.1, "Cl": 0.1}
FACE = {"between": ["m", "b"]}
SPHERE = {"coordinates": "spherical", "inner_radius": "10 nm"}


def charged(thickness: str, **more: Any) -> Case:
    """A charged membrane between 0.5 and 0.05 mol/L of a salt, slow enough to leave the baths as they are."""
    own = {s: {"diffusivity": "1e-14 m^2/s"} for s in ("Na", "Cl")}
    regions = {
        "a": bath("20 nm"),
        "m": {**bath(thickness), "fixed_charge": "-0.5 mol/L", "species": own},
        "b": bath("20 nm"),
    }
    ends = [dict.fromkeys(("Na", "Cl"), c) for c in (0.5, 0.05)]
    return Case.from_dict(
        {
            "species": species("Na", "Cl"),
            "regions": regions,
            "boundaries": {"left": reservoir(ends[0]), "right": reservoir(ends[1], None)},
            "points": {"i": {"region": "m", "position": "5 nm"}, "o": {"region": "a", "fraction": 0.3}},
            "potential_differences": {"face": ["i", "o"]},
            "study": {"mode": "open_circuit"},
            "mesh": FINE,
            **more,
        }
    )


def calcium(potential: float) -> Case:
    """An electrode in 10 mmol/L of CaCl2."""
    ends = {"left": reservoir({"Ca": 0.01, "Cl": 0.02}), "right": {"type": "electrode", "potential": f"{potential} V"}}
    return electrode(
        0.0, species=species("Ca", "Cl"), boundaries=ends, mesh=FINE, regions={"electrolyte": bath("40 nm")}
    )


SLOW = {"partition_coefficient": 1e-6, "diffusivity": "1e-14 m^2/s"}
LAYER = {"thickness": "2 nm", "species": {"K": SLOW, "Cl": SLOW}}
CURRENT = {"mode": "current", "current_density": "0.1 A/m^2"}
LOOSE = {"left": reservoir(INSIDE, None), "right": reservoir(OUTSIDE, 0.0)}
HOLD: dict[str, tuple[Case, str]] = {
    "GHK fluxes": (slab({"K": 1e-6, "Na": 5e-7}, INSIDE, OUTSIDE, 0.01), "Goldman"),
    "GHK with an anion": (slab({"K": 1e-6, "Na": 5e-7, "Cl": 1e-6}, INSIDE, OUTSIDE, None), "Goldman"),
    "GHK voltage of cations in any field": (slab({"K": 0.05, "Na": 0.025}, INSIDE, OUTSIDE, None), "Goldman"),
    "GHK voltage of cations in a charged slab": (
        slab({"K": 0.05, "Na": 0.025}, INSIDE, OUTSIDE, None, slab={"fixed_charge": "-0.1 mol/L"}),
        "Goldman",
    ),
    "little fixed charge": (
        slab({"K": 1e-6, "Cl": 1e-6}, INSIDE, OUTSIDE, 0.01, slab={"fixed_charge": "-2e-6 mol/L"}),
        "Goldman",
    ),
    "little surface charge": (
        slab({"K": 1e-6}, INSIDE, OUTSIDE, 0.01, interfaces={"f": {**FACE, "surface_charge": "1e-4 C/m^2"}}),
        "Goldman",
    ),
    "chord conductance": (slab({"K": 1e-6, "Cl": 1e-6}, SALT, SALT, 0.002), "chord"),
    "narrow junction": (film(["H", "K", "Cl"], [0.01, 0.0, 0.01], [0.0, 0.1, 0.1], mesh=FINE), "Planck"),
    "thick charged membrane": (charged("1 um"), "Teorell"),
    "salt of two valences": (calcium(3e-4), "Debye"),
    "polar slab": (slab({}, SALT, SALT, 0.05, slab={"permittivity": 200.0}), "slab and two Gouy"),
}
FAIL: dict[str, tuple[Case, str, str]] = {
    "fluxes of cations in any field": (
        slab({"K": 0.05, "Na": 0.025}, INSIDE, OUTSIDE, None, "1e-15 m^2/s"),
        "Goldman",
        "flux.K",
    ),
    "voltage of a given current": (
        slab({"K": 0.05, "Na": 0.025}, INSIDE, OUTSIDE, None, "1e-15 m^2/s", study=CURRENT, boundaries=LOOSE),
        "Goldman",
        "membrane_potential",
    ),
    "fixed charge": (
        slab({"K": 1e-6, "Cl": 1e-6}, INSIDE, OUTSIDE, 0.01, slab={"fixed_charge": "-1e-3 mol/L"}),
        "Goldman",
        "flux.K",
    ),
    "layers of unequal field": (
        slab(
            {"K": 1e-6, "Cl": 1e-6},
            SALT,
            SALT,
            0.1,
            regions={
                "a": bath("20 nm"),
                "m": {**LAYER, "permittivity": 2.0},
                "n": {**LAYER, "permittivity": 40.0},
                "b": bath("20 nm"),
            },
        ),
        "Goldman",
        "flux.K",
    ),
    "surface charge": (
        slab({"K": 1e-6}, INSIDE, OUTSIDE, -0.05, interfaces={"f": {**FACE, "surface_charge": "-0.05 C/m^2"}}),
        "Goldman",
        "flux.K",
    ),
    "volts across a slab": (
        slab({"K": 1e-8, "Cl": 1e-8}, SALT, SALT, -1.0, slab={"thickness": "10 nm", "permittivity": 4.0}),
        "Goldman",
        "flux.K",
    ),
    "membrane that hinders less than its baths": (
        slab({"K": 0.5, "Cl": 0.5}, SALT, SALT, 0.001, "2e-9 m^2/s", "1 um", slab={"permittivity": 20.0}),
        "chord",
        "current_density",
    ),
    "wide junction": (
        film(["H", "K", "Cl"], [1e-4, 0.0, 1e-4], [0.0, 1.0, 1.0], "1 um", mesh={"refinement": 8.0}),
        "Planck",
        "liquid_junction_potential",
    ),
    "thin charged membrane": (charged("10 nm"), "Teorell", "liquid_junction_potential"),
    "salt of two valences": (calcium(6e-3), "Debye", "differential_capacitance.right"),
}


def gel_core(coordinates: str, radius: str) -> Case:
    """A ball or a fibre of charged gel in 0.1 mol/L of a salt, with a point in its middle."""
    return Case.from_dict(
        {
            "coordinates": coordinates,
            "species": species("K", "Cl"),
            "regions": {"gel": {**bath(radius), "fixed_charge": "-0.05 mol/L"}, "b": bath("20 nm")},
            "boundaries": {"left": {"type": "symmetry"}, "right": reservoir(SALT)},
            "points": {"middle": {"region": "gel", "fraction": 0.0}},
            "mesh": FINE,
        }
    )


def selective(around: dict[str, Any]) -> Case:
    """A film of salt before a face that K⁺ alone crosses."""
    end = {"type": "electrode", "potential": "-0.02 V", "species": {"K": {"concentration": "0.1 mol/L"}}}
    ends = {"left": end, "right": reservoir(SALT)}
    return electrode(0.0, boundaries=ends, mesh=FINE, **{**around, "inner_radius": "1 um"}, thickness="1 um")


def ball(around: dict[str, Any]) -> Case:
    """A weakly charged particle or rod in a salt."""
    ends = {"left": {"type": "wall", "surface_charge": "1e-3 C/m^2"}, "right": reservoir(SALT)}
    points = {"p": {"region": "electrolyte", "position": "0.5 nm"}}
    return electrode(0.0, boundaries=ends, points=points, mesh=FINE, **{**around, "inner_radius": "1 nm"})


def shell(around: dict[str, Any]) -> Case:
    """A dielectric shell under a voltage, between two solutions."""
    thin = {"permittivity": 20.0, "thickness": "1 nm"}
    return slab({}, SALT, SALT, 0.005, solution="2 nm", slab=thin, **{**around, "inner_radius": "1 nm"})


CURVED_HOLD: dict[str, tuple[Callable[[dict[str, Any]], Case], str, str]] = {
    "GHK fluxes": (lambda c: slab({"K": 1e-6, "Na": 5e-7}, INSIDE, OUTSIDE, 0.01, **c), "Goldman", "molar_flow.K"),
    "GHK one-way": (
        lambda c: slab({"K": 1e-6, "Na": 5e-7}, INSIDE, OUTSIDE, 0.01, **c),
        "Goldman",
        "efflux.K",
    ),
    "GHK voltage": (
        lambda c: slab({"K": 1e-6, "Na": 5e-7, "Cl": 1e-6}, INSIDE, OUTSIDE, None, **c),
        "Goldman",
        "membrane_potential",
    ),
    "chord conductance": (lambda c: slab({"K": 1e-6, "Cl": 1e-6}, SALT, SALT, 0.002, **c), "chord", "current"),
    "junction": (
        lambda c: film(["H", "K", "Cl"], [0.1, 0.0, 0.1], [0.0, 1.0, 1.0], **{**c, "inner_radius": "5 um"}),
        "Planck",
        "liquid_junction_potential",
    ),
    "junction's flow": (
        lambda c: film(["H", "K", "Cl"], [0.1, 0.0, 0.1], [0.0, 1.0, 1.0], **{**c, "inner_radius": "5 um"}),
        "Planck",
        "molar_flow.H",
    ),
    "charged membrane": (
        lambda c: charged("1 um", **{**c, "inner_radius": "500 nm"}),
        "Teorell",
        "liquid_junction_potential",
    ),
    "charged membrane's flow": (
        lambda c: charged("1 um", **{**c, "inner_radius": "500 nm"}),
        "Teorell",
        "molar_flow.Na",
    ),
    "selective interface": (selective, "electroneutral film", "current"),
    "charged ball": (ball, "Debye", "potential.p"),
    "dielectric shell": (shell, "slab and two linear", "capacitance.m"),
    "gel core": (lambda c: gel_core(c["coordinates"], "20 nm"), "Donnan", "potential.middle"),
}


@pytest.mark.parametrize("coordinates", ["cylindrical", "spherical"])
@pytest.mark.parametrize("name", CURVED_HOLD)
def test_models_between_curved_faces(name: str, coordinates: str) -> None:
    """Those that are shown hold there too, where their numbers say so; the faces are far from plane."""
    make, model, quantity = CURVED_HOLD[name]
    result = solved(make({"coordinates": coordinates, "inner_radius": "10 nm"}))
    rows = [r for r in checked(result) if r.model.startswith(model) and r.quantity == quantity]
    assert rows, [(r.model, r.quantity) for r in result.simplified_models]
    assert met(rows[0]), rows[0].reason
    # Closer than what faces taken as plane would give, by far.
    assert rows[0].deviation is not None
    assert abs(rows[0].deviation) < 0.02 * abs(rows[0].value)


@pytest.mark.parametrize("coordinates", ["cylindrical", "spherical"])
def test_a_thin_gel_core_is_no_donnan_phase(coordinates: str) -> None:
    """Towards its middle a layer reaches farther than in a slab, which its number counts."""
    result = solved(gel_core(coordinates, "6 nm"))
    row = next(r for r in checked(result) if r.quantity == "potential.middle")
    assert not met(row)


def test_planar_models_are_not_shown_for_curved_faces() -> None:
    names = {r.model for make, *_ in CURVED_HOLD.values() for r in solved(make(SPHERE)).simplified_models}
    assert not {n for n in names if "Gouy" in n or "Grahame" in n}
    assert "Debye–Hückel" in names


@pytest.mark.parametrize("name", HOLD)
def test_where_every_criterion_is_met_the_model_holds(name: str) -> None:
    case, model = HOLD[name]
    assert any(met(row) and row.model.startswith(model) for row in checked(solved(case))), name


@pytest.mark.parametrize("name", FAIL)
def test_where_the_model_fails_a_criterion_says_so(name: str) -> None:
    """The deviation is real, so that the criterion is needed."""
    case, model, quantity = FAIL[name]
    result = solved(case)
    checked(result)
    row = next(r for r in result.simplified_models if r.model.startswith(model) and r.quantity == quantity)
    assert not met(row)
    assert relative(row, result) > 1.0


@pytest.mark.parametrize("coordinates", ["cartesian", "cylindrical", "spherical"])
@pytest.mark.parametrize("seed", range(12))
def test_slabs_drawn_at_random(seed: int, coordinates: str) -> None:
    """Partition, mobility, baths, voltage, charges and radius over decades: no row claims to hold and does not."""
    draw = random.Random(seed)
    ions = ["K", "Na", "Cl"][: draw.choice([2, 3])]
    partition = {s: 10.0 ** draw.uniform(-8.0, -1.0) for s in ions}
    left, right = ({s: 10.0 ** draw.uniform(-2.0, -0.5) for s in ("K", "Na")} for _ in range(2))
    ends = [{**c, "Cl": sum(c.values())} for c in (left, right)]
    charge = draw.choice([-1.0, 1.0]) * 10.0 ** draw.uniform(-6.0, -2.0)
    fixed = draw.choice([-1.0, 0.0, 0.0, 1.0]) * 10.0 ** draw.uniform(-7.0, 0.0)
    case = slab(
        partition,
        ends[0],
        ends[1],
        draw.choice([None, 0.001, 0.01, -0.1]),
        f"{10.0 ** draw.uniform(-16.0, -11.0)} m^2/s",
        slab={"permittivity": draw.choice([2.0, 20.0, 120.0]), "fixed_charge": f"{fixed} mol/L"},
        interfaces={"f": {**FACE, "surface_charge": f"{charge} C/m^2"}},
        coordinates=coordinates,
        inner_radius=f"{0.0 if coordinates == 'cartesian' else 10.0 ** draw.uniform(0.0, 3.0)} nm",
    )
    assert checked(solved(case))
