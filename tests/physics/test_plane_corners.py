"""Corners where two boundaries meet: each row counts at the boundary that holds it, whatever their order."""

from __future__ import annotations

from typing import Any

import pytest

from pnp.case import Case
from tests.physics.systems import missed_balances, reservoir, solved, species

HEIGHT, WIDTH, VOLTAGE = 30e-9, 10e-9, 0.01


def channel(order: tuple[str, ...], drive: dict[str, Any], refinement: float) -> Case:
    """A straight channel of 0.1 M KCl between a bath at 0 V and what drives it, insulated at its side."""
    boundaries = {
        "side": {"type": "wall", "on": [{"x": f"{WIDTH!r} m"}]},
        "bath": {**reservoir({"K": 0.1, "Cl": 0.1}), "on": [{"y": "0 nm"}]},
        "driven": {**drive, "on": [{"y": f"{HEIGHT!r} m"}]},
    }
    shape = {"rectangle": {"x": ["0 nm", f"{WIDTH!r} m"], "y": ["0 nm", f"{HEIGHT!r} m"]}}
    return Case.from_dict(
        {
            "coordinates": "planar",
            "species": species("K", "Cl"),
            "regions": {"solution": {"permittivity": 78.49, "shapes": [shape]}},
            "boundaries": {name: boundaries[name] for name in order},
            "mesh": {"refinement": refinement, "error_estimate": False},
        }
    )


@pytest.mark.parametrize("order", [("side", "bath", "driven"), ("bath", "driven", "side")])
def test_a_wall_takes_no_current_from_the_baths_that_it_meets(order: tuple[str, ...]) -> None:
    """Uniform current, σ V / height times the width: all of it through the baths."""
    result = solved(channel(order, reservoir({"K": 0.1, "Cl": 0.1}, VOLTAGE), 0.3))
    assert missed_balances(result) == []
    assert result["current.driven"] == pytest.approx(-result["current.bath"], rel=1e-9)
    assert abs(result["current"]) == pytest.approx(abs(result["current.bath"]), rel=1e-9)
    assert abs(result.quantities["current.side"].value if "current.side" in result.quantities else 0.0) < 1e-9 * abs(
        result["current"]
    )


@pytest.mark.parametrize("order", [("side", "bath", "driven"), ("bath", "driven", "side")])
def test_an_electrode_has_all_of_its_charge(order: tuple[str, ...]) -> None:
    """As on a line; with twice the cell size, second order, the mesh error is 0.8 %."""
    result = solved(channel(order, {"type": "electrode", "potential": "0.05 V"}, 1.0))
    stack = Case.from_dict(
        {
            "species": species("K", "Cl"),
            "regions": {"solution": {"thickness": f"{HEIGHT!r} m", "permittivity": 78.49}},
            "boundaries": {
                "left": reservoir({"K": 0.1, "Cl": 0.1}),
                "right": {"type": "electrode", "potential": "0.05 V"},
            },
        }
    )
    plane = result["surface_charge.driven"]
    assert plane == pytest.approx(solved(stack)["surface_charge.right"], rel=0.015)
    assert plane * WIDTH == pytest.approx(result["charge.driven"], rel=1e-12)
