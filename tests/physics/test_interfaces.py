"""Charge on interfaces and dielectrics between solutions: Gauss's law, Grahame, capacitors in series."""

from __future__ import annotations

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from tests.physics.systems import bath, missed_balances, reservoir, solved, species

THERMAL = R * 298.15 / F
EPSILON = 78.49 * epsilon_0


@pytest.mark.parametrize("sigma", [-0.1, 0.02])
def test_charged_sheet_in_one_solution_is_two_grahame_layers(sigma: float) -> None:
    case = Case.from_dict(
        {
            "species": species("K", "Cl"),
            "regions": {"a": bath("30 nm"), "b": bath("30 nm")},
            "interfaces": {"sheet": {"between": ["a", "b"], "surface_charge": f"{sigma!r} C/m^2"}},
            "boundaries": {"left": reservoir({"K": 0.1, "Cl": 0.1}), "right": reservoir({"K": 0.1, "Cl": 0.1})},
            "points": {"sheet": {"region": "a", "fraction": 1.0}},
        }
    )
    result = solved(case)
    # Grahame 1947 for half the charge on each side
    expected = 2 * THERMAL * np.arcsinh(sigma / 2 / np.sqrt(8 * EPSILON * R * 298.15 * 100.0))
    assert result["potential.sheet"] == pytest.approx(expected, rel=5e-3)
    assert result["space_charge.a"] == pytest.approx(-sigma / 2, rel=1e-6)
    assert result["space_charge.b"] == pytest.approx(-sigma / 2, rel=1e-6)
    assert missed_balances(result) == []


def capacitor(volts: float, refinement: float) -> Case:
    """A slab without ions between two solutions."""
    return Case.from_dict(
        {
            "inside": "a",
            "species": species("K", "Cl"),
            "regions": {
                "a": bath("30 nm"),
                "slab": {"thickness": "4 nm", "permittivity": 2.0, "absent": "all"},
                "b": bath("30 nm"),
            },
            "boundaries": {
                "left": reservoir({"K": 0.1, "Cl": 0.1}, volts),
                "right": reservoir({"K": 0.1, "Cl": 0.1}, 0.0),
            },
            "points": {"middle": {"region": "slab", "fraction": 0.5}},
            "mesh": {"refinement": refinement},
        }
    )


def test_slab_and_two_diffuse_layers_in_series() -> None:
    """Linear range (0.1 mV over layers of 1 %): what is left is the mesh error, of second order."""
    debye = np.sqrt(EPSILON * THERMAL / (2 * F * 100.0))
    series = 1 / (4e-9 / (2.0 * epsilon_0) + 2 * debye / EPSILON)
    errors = []
    for refinement in (1.0, 2.0):
        result = solved(capacitor(1e-4, refinement))
        charge = result["space_charge.a"]
        assert result["space_charge.b"] == pytest.approx(-charge, rel=1e-9)
        assert result["electric_field.middle"] == pytest.approx(charge / (2.0 * epsilon_0), rel=1e-6)
        assert result["flux.K"] == 0.0
        errors.append(abs(charge / (series * 1e-4) - 1))
    assert errors[0] < 1e-4
    assert np.log2(errors[0] / errors[1]) > 1.9, errors


def test_seventy_millivolts_make_megavolts_per_metre() -> None:
    """17.5 MV/m without the layers (membrane_capacitance in tests/reference.json), 1 % less with them."""
    result = solved(capacitor(-0.07, 1.0))
    assert result["membrane_potential"] == pytest.approx(-0.07, abs=1e-15)
    debye = np.sqrt(EPSILON * THERMAL / (2 * F * 100.0))
    share = 1 / (1 + 2 * (debye / EPSILON) * (2.0 * epsilon_0 / 4e-9))
    assert abs(result["electric_field.middle"]) == pytest.approx(17.5e6 * share, rel=1e-4)


def test_symmetry_is_half_of_a_symmetric_problem() -> None:
    """Two equal charged walls around a reservoir-free middle, and one wall with a symmetry plane."""
    wall = {"type": "wall", "surface_charge": "-0.05 C/m^2"}
    ions = {"K": {"initial_concentration": "0.3 mol/L"}, "Cl": {"initial_concentration": "0.3 mol/L"}}
    # neutrality: 2 · 0.05 C/m² over 10 nm needs 0.1 / (F 10 nm) more cations
    more = 0.1 / (F * 1e-8)
    ions["K"] = {"initial_concentration": f"{300.0 + more!r} mol/m^3"}

    def cell(width: str, right: dict[str, str]) -> Case:
        return Case.from_dict(
            {
                "species": species("K", "Cl"),
                "regions": {"cell": {**bath(width), "species": ions}},
                "boundaries": {"left": wall, "right": right},
                "mesh": {"refinement": 4.0},
            }
        )

    whole, half = solved(cell("10 nm", wall)), solved(cell("5 nm", {"type": "symmetry"}))
    assert whole.profile is not None
    assert half.profile is not None
    for s in ("K", "Cl"):
        full = whole.profile.columns[f"concentration.{s}"]
        assert half.profile.columns[f"concentration.{s}"][0] == pytest.approx(full[0], rel=1e-3)
        assert half.profile.columns[f"concentration.{s}"][-1] == pytest.approx(full[len(full) // 2], rel=1e-3)
