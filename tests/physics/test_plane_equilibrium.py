"""Planes at equilibrium: Nernst potentials to rounding, closed cells that keep amounts, levels behind barriers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import R
from tests.cases.closed_forms import BODY, nernst
from tests.physics.systems import missed_balances, reservoir, solved, species

CASES = Path(__file__).parents[2] / "cases"
COORDINATES = ["planar", "axisymmetric"]
BATH = 78.49


def box(first: tuple[str, str], second: tuple[str, str], axisymmetric: bool) -> dict[str, Any]:
    """A rectangle in either coordinates."""
    x, y = ("r", "z") if axisymmetric else ("x", "y")
    return {"rectangle": {x: list(first), y: list(second)}}


def ball(at: str, radius: str) -> dict[str, Any]:
    """A disc at x = 0: a cylinder's section, or a sphere."""
    return {"disc": {"centre": ["0 nm", at], "radius": radius}}


@pytest.mark.parametrize(
    ("ion", "inside", "outside"),
    [("K", (140.0, 10.0), (5.0, 145.0)), ("K", (5.0, 10.0), (140.0, 1.0)), ("Na", (140.0, 10.0), (5.0, 145.0))],
    ids=str,
)
@pytest.mark.parametrize("refinement", [0.1, 0.3])
def test_patch_sits_at_the_nernst_potential(
    ion: str, inside: tuple[float, float], outside: tuple[float, float], refinement: float
) -> None:
    """Of whatever ion can pass, at any concentrations, on any mesh."""
    absent = '["Na", "Cl"]' if ion == "K" else '["K", "Cl"]'
    held = [
        f'boundaries.{b}.concentrations={{ K = "{k} mmol/L", Na = "{na} mmol/L" }}'
        for b, (k, na) in (("cytosolic", inside), ("external", outside))
    ]
    channel = f'regions.channel.species={{ {ion} = {{ diffusivity = "1e-10 m^2/s", partition_coefficient = 1e-2 }} }}'
    options = [f"mesh.refinement={refinement}", f"regions.channel.absent={absent}", channel, *held]
    result = solved(Case.load(CASES / "membrane_patch.toml", options))
    at = ("K", "Na").index(ion)
    assert abs(result["membrane_potential"] - nernst(1, outside[at], inside[at], BODY)) < 1e-9
    assert missed_balances(result) == []


def closed(coordinates: str, round_cell: bool, refinement: float) -> Case:
    """Salt in a cell that no reservoir opens, between an electrode and a grounded one."""
    own = {s: {"initial_concentration": "0.1 mol/L"} for s in ("K", "Cl")}
    revolved = coordinates == "axisymmetric"
    regions = {
        "cell": {"permittivity": BATH, "shapes": [box(("0 nm", "20 nm"), ("0 nm", "10 nm"), revolved)], "species": own}
    }
    if round_cell:
        grain = {"permittivity": 4.0, "absent": "all", "fixed_charge": "0.05 mol/L", "shapes": [ball("5 nm", "2 nm")]}
        regions["grain"] = grain
    along, across = ("r", "z") if revolved else ("x", "y")
    return Case.from_dict(
        {
            "coordinates": coordinates,
            "species": species("K", "Cl"),
            "regions": regions,
            "boundaries": {
                "low": {
                    "type": "electrode",
                    "potential": "0.2 V",
                    "on": [{across: "0 nm", along: ["0 nm", "10 nm"]}],
                },
                "high": {"type": "electrode", "potential": "0 V", "on": [{across: "10 nm"}]},
            },
            "mesh": {"refinement": refinement},
        }
    )


@pytest.mark.parametrize("round_cell", [False, True], ids=["tensor", "gmsh"])
@pytest.mark.parametrize("coordinates", COORDINATES)
def test_closed_cell_keeps_its_salt(coordinates: str, round_cell: bool) -> None:
    """The amounts are those of the cell's volume, of which a polygon leaves a little more than its circle."""
    result = solved(closed(coordinates, round_cell, 0.2))
    revolved = coordinates == "axisymmetric"
    volume = np.pi * 20e-9**2 * 10e-9 if revolved else 20e-9 * 10e-9
    if round_cell:
        volume -= 4 / 3 * np.pi * 2e-9**3 if revolved else np.pi * 2e-9**2 / 2
    for s in ("K", "Cl"):
        assert result[f"amount.{s}"] == pytest.approx(100.0 * volume, rel=2e-3 if round_cell else 1e-12)
    assert result["amount.K"] == pytest.approx(result["amount.Cl"], rel=1e-12)
    walls = result["charge.low"] + result["charge.high"]
    inside = sum(result[f"space_charge.{r}"] for r in (("cell", "grain") if round_cell else ("cell",)))
    assert walls == pytest.approx(-inside, abs=1e-9 * abs(result["charge.low"]))
    assert missed_balances(result) == []


def vesicle(coordinates: str, permeability: float, charge: float = 0.0) -> Case:
    """A vesicle of 6 nm radius with a shell of 4 nm in a bath; fixed charge (mol/L) inside it."""
    shell = {
        s: {"diffusivity": f"{permeability * 4e-9 / 1e-3!r} m^2/s", "partition_coefficient": 1e-3} for s in ("K", "Cl")
    }
    revolved = coordinates == "axisymmetric"
    side = "r" if revolved else "x"
    return Case.from_dict(
        {
            "coordinates": coordinates,
            "species": species("K", "Cl"),
            "regions": {
                "bath": {"permittivity": BATH, "shapes": [box(("0 nm", "25 nm"), ("-25 nm", "25 nm"), revolved)]},
                "membrane": {"permittivity": 2.0, "species": shell, "shapes": [ball("0 nm", "10 nm")]},
                "vesicle": {
                    "permittivity": BATH,
                    "fixed_charge": f"{charge!r} mol/L",
                    "shapes": [ball("0 nm", "6 nm")],
                },
            },
            "boundaries": {"outside": {**reservoir({"K": 0.1, "Cl": 0.1}), "on": [{side: "25 nm"}]}},
            "points": {"centre": {"at": ["0 nm", "0 nm"]}},
            "mesh": {"refinement": 0.3},
        }
    )


@pytest.mark.parametrize("charge", [0.0, -0.1])
@pytest.mark.parametrize("permeability", [1e-10, 1e-20])
def test_a_vesicle_is_in_equilibrium_with_its_bath(permeability: float, charge: float) -> None:
    """However tight its shell; the level of each species inside it is found, not stepped through the barrier."""
    result = solved(vesicle("axisymmetric", permeability, charge))
    thermal = R * 298.15 / 96485.33212
    for s, z in (("K", 1), ("Cl", -1)):
        level = 100.0 * np.exp(-z * result["potential.centre"] / thermal)
        assert result[f"concentration.{s}.centre"] == pytest.approx(level, rel=1e-9)
    assert missed_balances(result) == []
