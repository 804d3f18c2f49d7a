"""One-way fluxes: labelled ions solved with the rest of the system, against the quantities and Ussing's ratio."""

from __future__ import annotations

from typing import Any

import pytest

from pnp.case import Case
from pnp.constants import F, R
from pnp.result import Result
from pnp.simplified import nernst_potential, ussing_flux_ratio
from tests.physics.systems import bath, reservoir, solved, species

T = 310.15
IN = {"K": 0.14, "Na": 0.012, "Cl": 0.004}
OUT = {"K": 0.004, "Na": 0.145, "Cl": 0.11}
PERMEABILITY = {"K": 1e-8, "Na": 4e-10, "Cl": 4.5e-9}
CURVED = {"cylindrical": "30 nm", "spherical": "30 nm"}


def cell(volts: float, labelled: str | None = None, partition: float = 1e-3, **more: Any) -> Case:
    """A membrane between a mammalian cell and its surroundings; one ion may be two labels, one in each bath.

    The partition bends the field in the membrane by its ions' own charge, so that GHK does not hold.
    """
    tables = species("K", "Na", "Cl", "A")
    permeability = dict(PERMEABILITY)
    inside, outside = dict(IN), dict(OUT)
    if labelled is not None:
        for bath_of_label, own, name in ((inside, IN, "from_inside"), (outside, OUT, "from_outside")):
            tables[name] = tables[labelled]
            permeability[name] = permeability[labelled]
            inside[name], outside[name] = 0.0, 0.0
            bath_of_label[name] = own[labelled]
        for table in (tables, permeability, inside, outside):
            del table[labelled]
    own = {s: {"permeability": f"{p!r} m/s", "partition_coefficient": partition} for s, p in permeability.items()}
    membrane = {"thickness": "4 nm", "permittivity": 2.0, "absent": ["A"], "species": own}
    return Case.from_dict(
        {
            "temperature": f"{T} K",
            "inside": "cytosol",
            "species": tables,
            "regions": {"cytosol": bath("20 nm"), "membrane": membrane, "outside": bath("20 nm")},
            "boundaries": {
                "left": reservoir(inside, volts, "A"),
                "right": reservoir(outside, 0.0, "A"),
            },
            **more,
        }
    )


def flow(result: Result, name: str) -> float:
    """Of a species through the membrane: its flux, or in curved coordinates its whole flow."""
    return result[f"flux.{name}" if f"flux.{name}" in result.quantities else f"molar_flow.{name}"]


@pytest.mark.parametrize("volts", [-0.09, 0.0, 0.05])
@pytest.mark.parametrize("ion", ["K", "Cl"])
def test_labelled_ions_cross_in_ussings_ratio(ion: str, volts: float) -> None:
    """Two labels in place of one ion, each in the bath of one side and as the trace for zero in the other.

    The trace, 1e-12 of that bath, runs against its label: at most e^{|FV/RT|} · 1e-12 · 149 / 4 < 2e-9 of it.
    """
    full = solved(cell(volts, ion))
    out, back = flow(full, "from_inside"), -flow(full, "from_outside")
    expected = float(ussing_flux_ratio(volts, 1 if ion == "K" else -1, IN[ion], OUT[ion], T))
    assert out / back == pytest.approx(expected, rel=1e-8)
    # The unlabelled solution says the same: as its quantities, and as the net flux.
    plain = solved(cell(volts))
    assert plain[f"efflux.{ion}"] == pytest.approx(out, rel=1e-8)
    assert plain[f"influx.{ion}"] == pytest.approx(back, rel=1e-8)
    assert plain[f"ussing_ratio.{ion}"] == pytest.approx(expected, rel=1e-12)
    assert flow(plain, ion) == pytest.approx(out - back, abs=1e-8 * (out + back))
    row = next(r for r in plain.simplified_models if r.quantity == f"ussing_ratio.{ion}")
    assert row.value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("coordinates", CURVED)
def test_labelled_ions_cross_curved_membranes_in_the_same_ratio(coordinates: str) -> None:
    more = {"coordinates": coordinates, "inner_radius": CURVED[coordinates]}
    labelled, plain = solved(cell(0.05, "K", **more)), solved(cell(0.05, **more))
    out, back = flow(labelled, "from_inside"), -flow(labelled, "from_outside")
    assert out / back == pytest.approx(float(ussing_flux_ratio(0.05, 1, IN["K"], OUT["K"], T)), rel=1e-8)
    assert plain["efflux.K"] == pytest.approx(out, rel=1e-8)
    assert plain["influx.K"] == pytest.approx(back, rel=1e-8)


def test_dynamic_standoff_at_the_nernst_potential() -> None:
    """In and out are each equal, and far from nothing, while the net flux is zero."""
    equilibrium = float(nernst_potential(1, IN["K"], OUT["K"], T))
    result = solved(cell(equilibrium))
    out, back = result["efflux.K"], result["influx.K"]
    assert out == pytest.approx(back, rel=1e-12)
    assert abs(flow(result, "K")) < 1e-10 * out
    # What one bath's ions would carry through the membrane without a field bounds what they carry against one.
    assert 0.01 * PERMEABILITY["K"] * IN["K"] * 1e3 < out < PERMEABILITY["K"] * IN["K"] * 1e3


def test_ghk_one_way_fluxes_where_the_field_is_uniform() -> None:
    """A membrane almost without ions: the one-way fluxes are those of a uniform field, within the layers' share."""
    result = solved(cell(-0.07, partition=1e-9))
    rows = {r.quantity: r for r in result.simplified_models if r.model == "Goldman-Hodgkin-Katz"}
    # Linear layers take about 1 % of the voltage, which moves each one-way flux by that share of |FV/RT|.
    share = 0.015 * 0.07 * F / (R * T)
    for name in ("efflux.K", "influx.K", "efflux.Cl", "influx.Na"):
        assert result[name] == pytest.approx(rows[name].value, rel=share)
