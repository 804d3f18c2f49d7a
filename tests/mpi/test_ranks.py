"""The same answer on any number of ranks: every case on one and two, through the command a user types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "cases").glob("*.toml"))
QUICK = {"potassium_nernst", "junction_hcl_kcl", "donnan_membrane", "gouy_chapman"}
TIMEOUT = 120.0

pytestmark = [pytest.mark.mpi, pytest.mark.timeout(300)]


def run_on(ranks: int, case: Path, folder: Path, *options: str) -> dict[str, Any]:
    """Summary of a run on some ranks."""
    launcher = ["mpiexec", "-n", str(ranks)] if ranks > 1 else []
    command = [
        *launcher,
        sys.executable,
        "-m",
        "pnp",
        "run",
        str(case),
        "-o",
        str(folder),
        "--no-plots",
        *options,
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["provenance"]["ranks"] == ranks
    return summary


def exchange_flux(case: Case) -> float:
    """Size of the fluxes that cancel in equilibrium: the largest over species of the smallest D β c / L, mol/m²/s.

    c is that of the reservoirs, or what a closed species began with; per area of the outer face.
    """
    sizes = []
    for s in case.species:
        held = [case.reservoir_concentrations(b).get(s, 0.0) for b in case.boundaries]
        own = [q.species[s].initial_concentration or 0.0 for q in case.regions.values() if s in q.species]
        c = max([*held, *own])
        through = [
            case.diffusivity(r, s) * np.exp(case.log_partition(r, s)) * c / region.thickness
            for r, region in case.regions.items()
            if case.present(r, s)
        ]
        sizes.append(min(through))
    return float(max(sizes))


def scale_of(name: str, case: Case, quantities: dict[str, Any]) -> float:
    """Scale of a quantity: the largest of its unit, and where such sums cancel the size of what cancels in them."""
    unit = quantities[name]["unit"]
    largest = max(abs(q["value"]) for q in quantities.values() if q["unit"] == unit)
    if name.split(".", maxsplit=1)[0] in ("flux", "molar_flow", "current_density", "current"):
        total = case.geometry.outer_area if name == "current" or name.startswith("molar_flow") else 1.0
        return float(max(largest, exchange_flux(case) * total * (F if unit.startswith("A") else 1.0)))
    if name.startswith("space_charge."):
        return float(F * max(q["value"] for n, q in quantities.items() if n.startswith("amount.")))
    if name.startswith("charge_density."):
        return float(F * quantities["max_concentration"]["value"])
    return float({"1": 1.0, "V": max(largest, 0.025)}.get(unit, largest))


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c.stem, marks=[] if c.stem in QUICK else [pytest.mark.slow]) for c in CASES]
)
def test_two_ranks_give_the_numbers_of_one(case: Path, tmp_path: Path) -> None:
    one, two = (run_on(n, case, tmp_path / str(n)) for n in (1, 2))
    assert one["quantities"].keys() == two["quantities"].keys()
    loaded = Case.load(case)
    for name, q in one["quantities"].items():
        other = two["quantities"][name]["value"]
        assert abs(other - q["value"]) <= 1e-9 * scale_of(name, loaded, one["quantities"]), name
    assert all(b["ok"] for b in two["solver"]["balances"])


def test_a_wrong_case_ends_all_ranks_with_one_message(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('temperature = "-3 K"\n', encoding="utf-8")
    done = subprocess.run(
        ["mpiexec", "-n", "2", sys.executable, "-m", "pnp", "run", str(wrong)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 2
    assert (done.stdout + done.stderr).count("temperature") == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()


def test_more_ranks_than_cells_is_refused_with_a_reason(tmp_path: Path) -> None:
    case = ROOT / "cases" / "junction_hcl_dilution.toml"
    done = subprocess.run(
        [
            "mpiexec",
            "-n",
            "4",
            sys.executable,
            "-m",
            "pnp",
            "run",
            str(case),
            "-o",
            str(tmp_path / "r"),
            "--set",
            "mesh.refinement=0.01",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 2
    assert "fewer than the 4 ranks" in done.stderr
