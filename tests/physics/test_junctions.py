"""Liquid-junction films against the stationary Nernst–Planck (Planck) closed form of the reference numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pnp.constants import F, R
from pnp.simplified.planck import planck_potential
from tests.physics.systems import film, missed_balances, solved

REFERENCE = json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))
FILMS = {
    e["id"]: e
    for e in REFERENCE
    if e["id"].startswith("ljp_") and "stationary_NP_V" in (e["expected"] if isinstance(e["expected"], dict) else {})
}


@pytest.mark.parametrize("name", FILMS)
def test_film_junction_within_five_microvolts_of_planck(name: str) -> None:
    p = FILMS[name]["params"]
    result = solved(film(p["ions"], p["cL_M"], p["cR_M"]))
    assert result["liquid_junction_potential"] == pytest.approx(FILMS[name]["expected"]["stationary_NP_V"], abs=5e-6)
    assert missed_balances(result) == []


@pytest.mark.parametrize("thickness", ["1 um", "10 um", "1 mm", "1 cm"])
def test_hcl_kcl_is_exact_from_a_micrometre_up(thickness: str) -> None:
    """No space charge forms, and the edge-averaged flux is nodally exact: what is left is the 1e-12 trace."""
    result = solved(film(["H", "K", "Cl"], [0.1, 0.0, 0.1], [0.0, 0.1, 0.1], thickness))
    exact = R * 298.15 / F * np.log((9.311 + 2.032) / (1.957 + 2.032))
    assert abs(result["liquid_junction_potential"] - exact) < 1e-7
    assert missed_balances(result) == []


def test_difference_from_planck_vanishes_with_debye_length_over_width() -> None:
    """PNP tends to the electroneutral film as (λ_D/L)²; the mesh error is made small by refining."""
    ions, left, right = ["H", "K", "Cl"], [0.1, 0.0, 0.1], [0.0, 0.01, 0.01]
    z, d = [1, 1, -1], [9.311e-9, 1.957e-9, 2.032e-9]
    exact = planck_potential(z, d, np.array(left) * 1e3, np.array(right) * 1e3, 298.15)
    gaps = []
    for thickness in ("50 nm", "100 nm", "200 nm", "400 nm"):
        result = solved(film(ions, left, right, thickness, mesh={"refinement": 8}))
        gaps.append(abs(result["liquid_junction_potential"] - exact))
    orders = np.log2(np.array(gaps[:-1]) / np.array(gaps[1:]))
    assert orders[-1] > 1.5, (gaps, orders)
