"""What the cases of a sweep or of several ions show as a whole: curves, slopes, crossings and directions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R
from pnp.result import Result, SweepTable
from tests.cases.closed_forms import BODY, gouy_chapman, nernst, thermal
from tests.physics.systems import solved

CASES = Path(__file__).parents[2] / "cases"


def case_result(name: str, *overrides: str) -> Result:
    return solved(Case.load(CASES / f"{name}.toml", ["mesh.refinement=0.5", *overrides]))


def sweep(name: str) -> SweepTable:
    table = case_result(name).sweep
    assert table is not None
    return table


@pytest.mark.parametrize("level", [-0.065, -0.05])
def test_chloride_turns_from_inhibition_to_excitation(level: float) -> None:
    """E_Cl rises with internal Cl⁻ and passes a potential V at c_out e^{FV/RT}."""
    table = sweep("chloride_gradient")
    potential, inside = table["membrane_potential"], table.values()
    assert (np.diff(potential) > 0).all()
    expected = 130.0 * np.exp(level / thermal(BODY))
    found = float(np.interp(level, potential, inside))
    # linear between points 1 mmol/L apart: h²/8 V''/V' = 1/(8 c)
    assert found == pytest.approx(expected, abs=1 / (8 * expected))
    assert found == pytest.approx({-0.065: 11.42, -0.05: 20.02}[level], abs=0.02)


def test_potential_is_a_straight_line_in_temperature() -> None:
    """Through the absolute zero, with slope (R/F) ln(c_out/c_in)."""
    table = sweep("temperature")
    kelvin, potential = table.values(), table["membrane_potential"]
    assert kelvin[[0, -1]] == pytest.approx([273.15, 318.15], rel=1e-14)
    slope = R / F * np.log(14 / 140)
    assert slope == pytest.approx(-0.198421e-3, abs=1e-9)
    assert potential == pytest.approx(slope * kelvin, abs=1e-9)


def test_voltage_moves_no_neutral_solute() -> None:
    table = sweep("neutral_solute")
    assert table.values() == pytest.approx([0.0, -0.025, -0.05, -0.075, -0.1], abs=1e-15)
    assert np.ptp(table["flux.urea"]) < 1e-12 * table["flux.urea"][0]
    # while the slab is charged in proportion
    assert table["max_electric_field"] == pytest.approx(247.478e6 * -table.values(), rel=1e-3, abs=1e-6)


IONS = {"K": (1, 140.0, 5.0), "Na": (1, 10.0, 145.0), "Cl": (-1, 10.0, 116.0), "Ca": (2, 1e-4, 1.8)}


def test_driving_force_gives_the_direction_of_every_flux() -> None:
    """Its sign is that of the ion's current, z F J, positive outward; the flux of an anion is against it."""
    result = case_result("driving_forces")
    for s, (z, _, _) in IONS.items():
        assert np.sign(z * result[f"flux.{s}"]) == np.sign(result[f"driving_force.{s}"]), s
    assert [np.sign(result[f"flux.{s}"]) for s in IONS] == [1, -1, 1, -1]
    assert result["flux.A"] == 0.0


@pytest.mark.parametrize("ion", list(IONS))
def test_flux_reverses_at_the_ions_own_potential(ion: str) -> None:
    z, inside, outside = IONS[ion]
    own = nernst(z, outside, inside)
    below, at, above = (
        case_result("driving_forces", f'boundaries.left.potential="{own + shift!r} V"')[f"flux.{ion}"]
        for shift in (-1e-3, 0.0, 1e-3)
    )
    assert abs(at) < 1e-8 * abs(above)
    assert np.sign(z * below) == -1
    assert np.sign(z * above) == 1


REFERENCE = {e["id"]: e for e in json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))}
BUILT_IN = REFERENCE["bipolar_builtin_V"]["expected"]
"""In V, by its charges and salt in mol/L: "X+=1,X-=0.1,c=0.001"."""


@pytest.mark.parametrize("system", BUILT_IN)
def test_built_in_potential_of_other_charges(system: str) -> None:
    """RT/F [asinh(X₊/2c) + asinh(X₋/2c)]; the halves are 100 nm thick, 73 Debye lengths of the weakest one."""
    anion_exchanger, cation_exchanger, salt = (part.partition("=")[2] for part in system.split(","))
    result = case_result(
        "bipolar_junction",
        f'regions.anion_exchanger.fixed_charge="{anion_exchanger} mol/L"',
        f'regions.cation_exchanger.fixed_charge="-{cation_exchanger} mol/L"',
        'regions.anion_exchanger.thickness="100 nm"',
        'regions.cation_exchanger.thickness="100 nm"',
        *(f'boundaries.{b}.concentrations.{s}="{salt} mol/L"' for b in ("left", "right") for s in ("K", "Cl")),
    )
    assert result["potential_difference.built_in"] == pytest.approx(BUILT_IN[system], abs=1e-9)
    assert result["potential.right"] - result["potential.left"] == 0.0


def test_differences_with_the_ends_have_their_predictions() -> None:
    """The ends count as points there: Gouy–Chapman's drop of the whole layer is the applied one."""
    drop = 'potential_differences={ drop = ["right", "left"], layer = ["right", "one_nanometre_out"] }'
    result = case_result("gouy_chapman", drop, "sweep.points=2")
    rows = {r.quantity: r for r in result.simplified_models if r.model == "Gouy-Chapman"}
    # the shown point of the sweep, the last
    assert rows["potential_difference.drop"].value == pytest.approx(-0.2, rel=1e-12)
    layer = -0.2 - gouy_chapman(-0.2, 1e-9)
    assert rows["potential_difference.layer"].value == pytest.approx(layer, rel=1e-9)
    assert rows["potential_difference.layer"].deviation == pytest.approx(0.0, abs=0.04 * 0.036)
