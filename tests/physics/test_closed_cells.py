"""Cells that no reservoir opens: amounts are kept, and the counter-ion slab has an exact solution."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from tests.physics.systems import bath, missed_balances, solved, species

REFERENCE = {e["id"]: e for e in json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))}


@pytest.mark.parametrize("volts", [0.05, 0.5, 2.0])
def test_blocked_cell_keeps_its_salt_and_is_antisymmetric(volts: float) -> None:
    own = {s: {"initial_concentration": "0.1 mol/L"} for s in ("K", "Cl")}
    case = Case.from_dict(
        {
            "species": species("K", "Cl"),
            "regions": {"cell": {**bath("40 nm"), "species": own}},
            "boundaries": {
                "left": {"type": "electrode", "potential": "0 V"},
                "right": {"type": "electrode", "potential": f"{volts} V"},
            },
        }
    )
    result = solved(case)
    for s in ("K", "Cl"):
        assert result[f"amount.{s}"] == pytest.approx(100.0 * 40e-9, rel=1e-12)
    # node positions near the right wall are rounded to ε x, which is a share of the thin cells there
    assert result.profile is not None
    x = result.profile.x
    rounding = 10 * np.finfo(float).eps * x[-1] / np.diff(x).min()
    assert result["surface_charge.left"] == pytest.approx(-result["surface_charge.right"], rel=1e-9 + rounding)
    assert missed_balances(result) == []


def test_counter_ion_slab_between_two_charged_walls() -> None:
    """c = c_m / cos²(Kx) (Gouy; Israelachvili): one ion, no salt, no potential fixed anywhere."""
    e = REFERENCE["counterion_slab"]["expected"]
    eps2, half = 0.05, 1e-8
    errors = []
    for refinement in (1.0, 2.0, 4.0):
        result = solved(slab(eps2, half, refinement))
        assert missed_balances(result) == []
        assert result.profile is not None
        c = result.profile.columns["concentration.K"] / slab_concentration(eps2, half)
        drop = np.ptp(result.profile.columns["potential"]) / THERMAL
        errors.append([abs(c.min() - e["c_mid"]), abs(c[0] - e["c_wall"]), abs(drop + e["phi_wall"])])
        assert c[0] == pytest.approx(c[-1], rel=1e-9)
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert (orders[-1] > 1.9).all(), (errors, orders)
    assert errors[-1][1] < 1e-3 * e["c_wall"]


THERMAL = R * 298.15 / F


def slab_concentration(eps2: float, half: float) -> float:
    """Mean concentration (mol/m³) at which the reference's numbers are those of a slab of this half-width in m."""
    return float(78.49 * epsilon_0 * THERMAL / (F * eps2 * half**2))


def slab(eps2: float, half: float, refinement: float) -> Case:
    """One ion between two equally charged walls."""
    concentration = slab_concentration(eps2, half)
    own = {"K": {"initial_concentration": f"{concentration!r} mol/m^3"}}
    wall = {"type": "wall", "surface_charge": f"{-F * concentration * half!r} C/m^2"}
    return Case.from_dict(
        {
            "species": species("K"),
            "regions": {"slab": {**bath(f"{2 * half!r} m"), "species": own}},
            "boundaries": {"left": wall, "right": wall},
            "mesh": {"refinement": refinement},
        }
    )
