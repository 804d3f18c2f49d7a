"""The same answer on any number of ranks: every case on one, two or four, through the command a user types."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import meshio
import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F
from tests.scales import THERMAL, exchange_flux, scale_of

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "cases").glob("*.toml"))
STACKS = [c for c in CASES if Case.load(c).is_stack]
PLANES = [c for c in CASES if c not in STACKS]
QUICK = {"potassium_nernst", "junction_hcl_kcl", "donnan_membrane", "gouy_chapman"}
SHORTENED = {"nanopore_conical": ["sweep.points=3"], "nanopore_rod": ['sweep.values=["0 V","3 V"]']}
TIMEOUT = 120.0

pytestmark = [pytest.mark.mpi, pytest.mark.timeout(300)]


def slow_but(quick: set[str], case: Path) -> list[pytest.MarkDecorator]:
    """Marks of a case."""
    return [] if case.stem in quick else [pytest.mark.slow]


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


@pytest.mark.parametrize("case", [pytest.param(c, id=c.stem, marks=slow_but(QUICK, c)) for c in STACKS])
def test_two_ranks_give_the_numbers_of_one(case: Path, tmp_path: Path) -> None:
    one, two = (run_on(n, case, tmp_path / str(n)) for n in (1, 2))
    assert deviations(Case.load(case), one, two, 1e-9) == []


@pytest.mark.parametrize("case", [pytest.param(c, id=c.stem, marks=slow_but({"membrane_patch"}, c)) for c in PLANES])
def test_planes_have_the_same_numbers_and_files_on_one_two_and_four_ranks(case: Path, tmp_path: Path) -> None:
    """On coarse meshes and with a few points of a sweep."""
    options = [word for key in ("mesh.refinement=0.3", *SHORTENED.get(case.stem, ())) for word in ("--set", key)]
    one, two, four = (run_on(n, case, tmp_path / str(n), *options) for n in (1, 2, 4))
    loaded = Case.load(case)
    for other in (two, four):
        assert deviations(loaded, one, other, 1e-8) == []
    names = {p.relative_to(tmp_path / "1") for p in (tmp_path / "1").rglob("*") if p.is_file()}
    assert Path("fields.vtu") in names
    for ranks in ("2", "4"):
        folder = tmp_path / ranks
        assert {p.relative_to(folder) for p in folder.rglob("*") if p.is_file()} == names
        (ours, area), (theirs, other_area) = (fields_of(tmp_path / n / "fields.vtu") for n in ("1", ranks))
        assert ours.keys() == theirs.keys()
        assert unlike(loaded, ours, theirs) == []
        assert other_area == pytest.approx(area, rel=1e-12)
        for cut in sorted(n for n in names if n.parent.name == "cuts"):
            ours, theirs = columns_of(tmp_path / "1" / cut), columns_of(folder / cut)
            assert ours.keys() == theirs.keys()
            assert unlike(loaded, ours, theirs) == [], cut


def deviations(case: Case, one: dict[str, Any], other: dict[str, Any], share: float) -> list[str]:
    """Quantities of two summaries that differ by more than a share of their scale, balances that do not hold."""
    ours, theirs = one["quantities"], other["quantities"]
    assert ours.keys() == theirs.keys()
    assert one["solver"]["cells"] == other["solver"]["cells"]
    found = [
        f"{name}: {q['value']!r}, {theirs[name]['value']!r}"
        for name, q in ours.items()
        if abs(theirs[name]["value"] - q["value"]) > share * scale_of(name, case, ours)
    ]
    return found + [b["name"] for b in other["solver"]["balances"] if not b["ok"]]


Columns = dict[str, np.ndarray]


def unlike(case: Case, ours: Columns, theirs: Columns) -> list[str]:
    """Columns that differ by more than 1e-8 of their scale; names end in their unit."""
    ions = max(np.nanmax(np.abs(v)) for name, v in ours.items() if name.startswith("concentration."))
    flux = exchange_flux(case)
    cancels = {"flux": flux, "current_density": F * flux, "charge_density": F * ions, "electric_field": THERMAL / 1e-9}
    found = []
    for name, a in ours.items():
        kind = name.split(" ")[0].split(".")[0]
        scale = max(np.nanmax(np.abs(a), initial=0.0), cancels.get(kind, 0.0))
        if not np.allclose(a, theirs[name], rtol=0.0, atol=1e-8 * scale, equal_nan=True):
            found.append(name)
    return found


def fields_of(path: Path) -> tuple[Columns, float]:
    """Fields of a VTU file in an order that follows from the places of its points, and the area of its triangles."""
    mesh = meshio.read(path)
    corners = mesh.points[mesh.cells_dict["triangle"]]
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    place = np.round(mesh.points[:, :2] / np.abs(mesh.points).max(), 10)
    # a place that several regions share has a point of each, told apart by what is there
    absent = [np.isnan(f).astype(float) for f in mesh.point_data.values() if np.ndim(f) == 1]
    order = np.lexsort(np.column_stack([place, *absent]).T[::-1])
    found = {name: np.asarray(f)[order] for name, f in mesh.point_data.items()}
    return found, float(np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]).sum())


def columns_of(path: Path) -> Columns:
    """Columns of numbers of a CSV file, by name."""
    head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    table = [c for c in zip(head, *rows, strict=True) if c[0] != "region"]
    return {c[0]: np.array([float(v) if v else np.nan for v in c[1:]]) for c in table}


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
