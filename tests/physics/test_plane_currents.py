"""Currents in planes: prescribed against fixed voltage, open circuit, conservation, resistances in closed form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R
from tests.physics.systems import missed_balances, reservoir, solved, species
from tests.physics.test_plane_equilibrium import BATH, COORDINATES, box

CASES = Path(__file__).parents[2] / "cases"


def channels(coordinates: str, wide: float | None, **more: Any) -> Case:
    """A narrow and a wide channel between two solutions; the wide one's end at a potential in V, floating for None."""
    revolved = coordinates == "axisymmetric"
    on = "z" if revolved else "y"
    return Case.from_dict(
        {
            "coordinates": coordinates,
            "species": species("K", "Na", "Cl"),
            "regions": {
                "narrow": {"permittivity": BATH, "shapes": [box(("0 nm", "5 nm"), ("0 nm", "20 nm"), revolved)]},
                "wide": {"permittivity": 40.0, "shapes": [box(("0 nm", "15 nm"), ("20 nm", "40 nm"), revolved)]},
            },
            "boundaries": {
                "low": {**reservoir({"K": 0.1, "Na": 0.0, "Cl": 0.1}), "on": [{on: "0 nm"}]},
                "high": {**reservoir({"K": 0.01, "Na": 0.05, "Cl": 0.06}, wide), "on": [{on: "40 nm"}]},
            },
            "mesh": {"refinement": 0.5},
            **more,
        }
    )


@pytest.mark.parametrize("coordinates", COORDINATES)
def test_prescribed_current_and_fixed_voltage_agree(coordinates: str) -> None:
    """Impose the current that a fixed voltage gave, as it was reported: the voltage comes back."""
    voltage = solved(channels(coordinates, 0.08))
    assert missed_balances(voltage) == []
    assert voltage["current.low"] == pytest.approx(-voltage["current.high"], rel=1e-9)
    density = f"{voltage['current_density.high']!r} A/m^2"
    imposed = solved(channels(coordinates, None, study={"mode": "current", "current_density": density}))
    assert imposed["potential.high"] == pytest.approx(0.08, abs=1e-10)
    assert imposed["current"] == pytest.approx(voltage["current"], rel=1e-9)
    assert missed_balances(imposed) == []


@pytest.mark.parametrize("coordinates", COORDINATES)
def test_open_circuit_has_no_current_at_either_end(coordinates: str) -> None:
    result = solved(channels(coordinates, None, study={"mode": "open_circuit"}))
    scale = F * abs(result["molar_flow.K.low"])
    assert abs(result["current"]) < 1e-9 * scale
    assert abs(result["current.high"]) < 1e-9 * scale
    assert missed_balances(result) == []


@pytest.mark.parametrize("coordinates", COORDINATES)
def test_resistance_of_a_long_channel(coordinates: str) -> None:
    """Equal solutions, a small voltage: I = V A κ/L with κ = F² Σ D c/RT, exact in a channel of constant width."""
    revolved = coordinates == "axisymmetric"
    on = "z" if revolved else "y"
    ends = {
        name: {**reservoir({"K": 0.1, "Cl": 0.1}, v), "on": [{on: at}]}
        for name, v, at in (("low", 0.0, "0 nm"), ("high", 1e-3, "50 nm"))
    }
    result = solved(
        Case.from_dict(
            {
                "coordinates": coordinates,
                "species": species("K", "Cl"),
                "regions": {
                    "channel": {"permittivity": BATH, "shapes": [box(("0 nm", "7 nm"), ("0 nm", "50 nm"), revolved)]}
                },
                "boundaries": ends,
            }
        )
    )
    conductivity = F**2 * (1.957 + 2.032) * 1e-9 * 100.0 / (R * 298.15)
    area = np.pi * 7e-9**2 if revolved else 7e-9
    assert result["current.high"] == pytest.approx(-conductivity * area / 50e-9 * 1e-3, rel=1e-9)


def test_junction_between_channels_is_plancks() -> None:
    """RT/F ln((D_H + D_Cl)/(D_K + D_Cl)) = 26.8502929 mV whatever the walls, by a mesh of any fineness."""
    result = solved(Case.load(CASES / "junction_2d.toml", ["mesh.refinement=0.3"]))
    assert result["liquid_junction_potential"] == pytest.approx(26.850292919294555e-3, abs=1e-11)
    assert abs(result["current"]) < 1e-9 * F * abs(result["molar_flow.H"])
    assert missed_balances(result) == []
