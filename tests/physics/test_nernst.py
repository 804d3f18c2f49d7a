"""Equilibrium is exact: Nernst potentials to rounding on any mesh, flat electrochemical potentials, neutral bulk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from tests.physics.systems import bath, missed_balances, reservoir, solved, species

CASES = Path(__file__).parents[2] / "cases"
NERNST = {
    "potassium_nernst": ("K", 1, 4.0, 140.0),
    "sodium_nernst": ("Na", 1, 145.0, 12.0),
    "chloride_nernst": ("Cl", -1, 110.0, 4.0),
    "calcium_nernst": ("Ca", 2, 1.5, 1e-4),
}
T = 310.15


@pytest.mark.parametrize("refinement", [1.0, 0.1])
@pytest.mark.parametrize("name", NERNST)
def test_membrane_sits_at_the_nernst_potential(name: str, refinement: float) -> None:
    ion, z, outside, inside = NERNST[name]
    result = solved(Case.load(CASES / f"{name}.toml", [f"mesh.refinement={refinement}"]))
    expected = R * T / (z * F) * np.log(outside / inside)
    assert abs(result["membrane_potential"] - expected) < 1e-9
    assert abs(result[f"driving_force.{ion}"]) < 1e-9
    assert missed_balances(result) == []


def width_case(width: float) -> Case:
    """The potassium membrane with baths of a given width in Debye lengths (0.1 M: λ_D from the definition)."""
    debye = np.sqrt(78.49 * epsilon_0 * R * 298.15 / (2 * F**2 * 100.0))
    return Case.from_dict(
        {
            "inside": "cytosol",
            "species": species("K", "Na", "Cl"),
            "regions": {
                "cytosol": bath(f"{float(width * debye)!r} m"),
                "membrane": {
                    "thickness": "4 nm",
                    "permittivity": 2.0,
                    "absent": ["Na", "Cl"],
                    "species": {"K": {"permeability": "1e-8 m/s", "partition_coefficient": 1e-8}},
                },
                "outside": bath(f"{float(width * debye)!r} m"),
            },
            "boundaries": {
                "left": reservoir({"K": 0.1, "Na": 0.0}, None, "Cl"),
                "right": reservoir({"K": 0.09, "Na": 0.01}, 0.0, "Cl"),
            },
            "study": {"mode": "open_circuit"},
        }
    )


@pytest.mark.parametrize("width", [1.0, 10.0, 1e2, 1e3, 1e4, 1e5, 1e6])
def test_nernst_value_does_not_depend_on_bath_width(width: float) -> None:
    result = solved(width_case(width))
    expected = R * 298.15 / F * np.log(0.09 / 0.1)
    assert abs(result["membrane_potential"] - expected) < 1e-9
    assert missed_balances(result) == []
    if width >= 100.0:
        # what is left of the layer 20 Debye lengths away is its amplitude (under 0.01 here) times e^-20
        assert result["bulk_charge_fraction"] < 0.01 * np.exp(-20.0)
        # linear range: the layer's charge is the capacitance of slab and two layers in series times the voltage
        debye = np.sqrt(78.49 * epsilon_0 * R * 298.15 / (2 * F**2 * 100.0))
        layer = 78.49 * epsilon_0 / debye
        slab = 2.0 * epsilon_0 / 4e-9
        charge = expected / (1 / slab + 2 / layer)
        # deviations: the layers' cosh (V_layer² / 8, V_layer = 0.3 mV) and the membrane's own ions (partition 1e-8)
        assert result["space_charge.cytosol"] == pytest.approx(charge, rel=1e-3)
        assert result["space_charge.outside"] == pytest.approx(-charge, rel=1e-3)


def test_a_wall_of_five_thermal_voltages_leaves_electrochemical_potentials_flat() -> None:
    """A step of μ° by 5 RT in mid-bath, both ions, and one by ±5 for cation and anion."""
    for shifts in ((5.0, 5.0), (5.0, -5.0)):
        energies = {
            s: {"standard_potential": f"{e * R * 298.15!r} J/mol"} for s, e in zip(["K", "Cl"], shifts, strict=True)
        }
        case = Case.from_dict(
            {
                "species": species("K", "Cl"),
                "regions": {
                    "a": bath("50 nm"),
                    "wall": {**bath("3 nm"), "species": energies},
                    "b": bath("50 nm"),
                },
                "boundaries": {
                    "left": reservoir({"K": 0.1, "Cl": 0.1}),
                    "right": reservoir({"K": 0.1, "Cl": 0.1}, None),
                },
                "study": {"mode": "open_circuit"},
            }
        )
        result = solved(case)
        assert result.profile is not None
        for s in ("K", "Cl"):
            level = result.profile.columns[f"electrochemical_potential.{s}"] / (R * 298.15)
            assert np.ptp(level) < 1e-12
        assert abs(result["liquid_junction_potential"]) < 1e-12
