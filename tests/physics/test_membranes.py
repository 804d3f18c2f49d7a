"""Membranes: GHK where it is exact and where it is approached, Donnan and Teorell–Meyer–Sievers, strong charge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R
from tests.physics.systems import bath, missed_balances, reservoir, solved, species

REFERENCE = {e["id"]: e for e in json.loads((Path(__file__).parents[1] / "reference.json").read_text(encoding="utf-8"))}
T = 298.15
INSIDE = {"K": 0.140, "Na": 0.012, "Cl": 0.004}
OUTSIDE = {"K": 0.004, "Na": 0.145, "Cl": 0.110}


def membrane(permeability: dict[str, float], partition: float, thickness: str = "4 nm") -> Case:
    """A slab of permittivity 2 between the mammalian solutions; permeabilities in m/s of the ions that may enter."""
    ions = ["K", "Na", "Cl", "A"]
    own = {s: {"permeability": f"{p!r} m/s", "partition_coefficient": partition} for s, p in permeability.items()}
    return Case.from_dict(
        {
            "inside": "cytosol",
            "species": species(*ions),
            "regions": {
                "cytosol": bath("20 nm"),
                "membrane": {
                    "thickness": thickness,
                    "permittivity": 2.0,
                    "absent": [s for s in ions if s not in permeability],
                    "species": own,
                },
                "outside": bath("20 nm"),
            },
            "boundaries": {
                "left": reservoir(INSIDE, None, "A"),
                "right": reservoir(OUTSIDE, 0.0, "A"),
            },
            "study": {"mode": "open_circuit"},
        }
    )


def ghk(permeability: dict[str, float]) -> float:
    """GHK voltage (Hodgkin & Katz 1949), inside minus outside, written out here on purpose."""
    up = sum(p * (OUTSIDE if s != "Cl" else INSIDE)[s] for s, p in permeability.items())
    down = sum(p * (INSIDE if s != "Cl" else OUTSIDE)[s] for s, p in permeability.items())
    return R * T / F * float(np.log(up / down))


@pytest.mark.parametrize("partition", [1e-8, 1e-6, 1e-4, 1e-2, 1.0, 100.0])
def test_monovalent_cations_alone_obey_ghk_at_every_partition(partition: float) -> None:
    """Σ P_i c_i e^φ is constant across the membrane whatever its field, so GHK is exact with unpolarised baths.

    The baths are polarised by P L / D = 1e-13 · 20 nm / 1e-9 = 2e-12.
    """
    permeability = {"K": 1e-13, "Na": 0.05e-13}
    result = solved(membrane(permeability, partition))
    assert abs(result["membrane_potential"] - ghk(permeability)) < 1e-9
    assert missed_balances(result) == []


def test_with_chloride_ghk_is_approached_linearly_in_the_partition() -> None:
    """The part that does not vanish with the partition is that of the diffuse layers (under 1 µV): it is taken out."""
    permeability = {"K": 1e-13, "Na": 0.04e-13, "Cl": 0.45e-13}
    exact = ghk(permeability)
    empty, *deviation = [
        solved(membrane(permeability, b))["membrane_potential"] - exact for b in (1e-10, 1e-6, 1e-5, 1e-4)
    ]
    assert abs(empty) < 1e-6
    assert abs(deviation[0]) < 1e-5
    assert abs(deviation[1]) < 1e-5
    slopes = np.diff(np.log10(np.abs(np.array(deviation) - empty)))
    assert slopes == pytest.approx([1.0, 1.0], abs=0.05), deviation


def charged(x: float, salt: tuple[str, str] = ("K", "Cl"), left: float = 0.1, right: float = 0.01, **more: Any) -> Case:
    """A membrane with fixed charge x mol/L between two solutions of one salt."""
    points = {"l": {"region": "membrane", "position": "30 nm"}, "b": {"region": "left", "fraction": 0.2}}
    return Case.from_dict(
        {
            "species": species(*salt),
            "regions": {
                "left": bath("50 nm"),
                "membrane": {**bath("2 mm"), "fixed_charge": f"{x!r} mol/L"},
                "right": bath("50 nm"),
            },
            "boundaries": {
                "left": reservoir(dict.fromkeys(salt, left)),
                "right": reservoir(dict.fromkeys(salt, right), None),
            },
            "points": points,
            "potential_differences": {"donnan": ["l", "b"]},
            "study": {"mode": "open_circuit"},
            **more,
        }
    )


@pytest.mark.parametrize("row", [r for r in REFERENCE["tms_table"]["expected"]["table"] if r[1] != 0.0], ids=str)
def test_thick_charged_membrane_is_teorell_meyer_sievers(row: list[Any]) -> None:
    """The salt flux polarises the baths by (L_bath/L_membrane)(c_left/c_right) times the ratio of diffusivities."""
    salt, x, total, donnan_left, _, _ = row
    cation = salt.removesuffix("Cl")
    result = solved(charged(x, (cation, "Cl")))
    polarisation = 50e-9 / 2e-3 * (0.1 / 0.01) * 9.311 / 1.334
    assert abs(result["liquid_junction_potential"] - total) < R * T / F * polarisation
    assert abs(result["potential_difference.donnan"] - donnan_left) < R * T / F * polarisation
    assert missed_balances(result) == []


@pytest.mark.parametrize("x", [-5.0, 5.0])
def test_five_molar_charge_in_a_millimolar_solution(x: float) -> None:
    """Both interfaces resolved, no option set; inside it is asinh(X/2c) (Donnan 1911)."""
    case = charged(x, left=0.001, right=0.001)
    result = solved(case)
    expected = R * T / F * np.arcsinh(x / 0.002)
    # 20 % of a bath of 5 Debye lengths: the layer reaches the point with e^-4 of a saturated 4 RT/F
    assert result["potential_difference.donnan"] == pytest.approx(expected, abs=R * T / F * 4 * np.exp(-4.0))
    assert result.warnings == ()
    assert missed_balances(result) == []


def test_donnan_table_in_equilibrium() -> None:
    for x, molar, potential, cation, anion in REFERENCE["donnan_table"]["expected"]["table"]:
        result = solved(charged(x, left=molar, right=molar))
        # end of the left bath against the middle of the membrane
        assert result.profile is not None
        columns, region = result.profile.columns, result.profile.region
        middle = np.flatnonzero(region == 1)[np.sum(region == 1) // 2]
        assert columns["potential"][middle] == pytest.approx(potential, rel=1e-8)
        assert columns["concentration.K"][middle] == pytest.approx(cation * 1e3, rel=1e-8)
        assert columns["concentration.Cl"][middle] == pytest.approx(anion * 1e3, rel=1e-8)
