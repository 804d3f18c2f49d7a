"""The meshes, tables and bookkeeping of the two-dimensional benchmarks; what they time is not run here."""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pnp.case import Case

FOLDER = Path(__file__).resolve().parents[2] / "scripts" / "lib" / "bench"
PROBLEMS = ("half_electrode", "nanopore_rod")
NM = 1e-9


@pytest.fixture(scope="module")
def bench() -> Iterator[SimpleNamespace]:
    """The modules that need neither DOLFINx nor DEVSIM; they import one another by their bare names."""
    names = ("timing", "report", "plane_problems", "against_devsim", "poisson_units")
    sys.path.insert(0, str(FOLDER))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    finally:
        sys.path.remove(str(FOLDER))
        for name in names:
            sys.modules.pop(name, None)


def areas(mesh: Any) -> np.ndarray:
    a, b, c = (mesh.points[mesh.triangles[:, k]] for k in range(3))
    return 0.5 * ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])


@pytest.mark.parametrize("name", PROBLEMS)
class TestNodeLines:
    def test_refined_lines_contain_the_coarse_ones(self, bench: SimpleNamespace, name: str) -> None:
        problem = bench.plane_problems.PROBLEMS[name]
        for coarse, fine in zip(problem.axes(), problem.axes(2), strict=True):
            assert len(fine) == 2 * len(coarse) - 1
            np.testing.assert_array_equal(fine[::2], coarse)

    def test_increase_and_contain_the_corners_of_every_box(self, bench: SimpleNamespace, name: str) -> None:
        problem = bench.plane_problems.PROBLEMS[name]
        for k, line in enumerate(problem.axes()):
            assert (np.diff(line) > 0).all()
            assert {end for b in problem.boxes for end in (b.x, b.y)[k]} <= set(line)

    def test_neighbouring_cells_are_of_similar_size(self, bench: SimpleNamespace, name: str) -> None:
        for line in bench.plane_problems.PROBLEMS[name].axes():
            size = np.diff(line)
            assert np.abs(np.log(size[1:] / size[:-1])).max() < np.log(1.25)

    def test_survive_the_file(self, bench: SimpleNamespace, name: str, tmp_path: Path) -> None:
        lines = bench.plane_problems.PROBLEMS[name].axes()
        bench.plane_problems.write_axes(tmp_path / "axes.npz", *lines)
        for read, made in zip(bench.plane_problems.read_axes(tmp_path / "axes.npz"), lines, strict=True):
            np.testing.assert_array_equal(read, made)


def test_as_many_nodes_as_the_issue_asks(bench: SimpleNamespace) -> None:
    for name, wanted in {"half_electrode": 100_000, "nanopore_rod": 22_000}.items():
        x, y = bench.plane_problems.PROBLEMS[name].axes()
        assert len(x) * len(y) == pytest.approx(wanted, rel=0.01)


def test_boxes_cover_their_areas_and_later_ones_win(bench: SimpleNamespace) -> None:
    problem = bench.plane_problems.NANOPORE_ROD
    mesh = bench.plane_problems.triangles_of(problem, *problem.axes())
    area = areas(mesh)
    assert (area > 0).all()
    found = np.bincount(mesh.region, weights=area)
    dielectric, rod = 2200 * NM * 500 * NM, 1 * NM * 20 * NM
    np.testing.assert_allclose(found, [2500 * NM * 2500 * NM - dielectric - rod, dielectric, rod], rtol=1e-12)


def test_edges_of_terminals_and_interfaces_have_their_lengths(bench: SimpleNamespace) -> None:
    pore = bench.plane_problems.triangles_of(
        bench.plane_problems.NANOPORE_ROD, *bench.plane_problems.NANOPORE_ROD.axes()
    )
    half = bench.plane_problems.triangles_of(
        bench.plane_problems.HALF_ELECTRODE, *bench.plane_problems.HALF_ELECTRODE.axes()
    )

    def length(mesh: Any, name: str) -> float:
        ends = mesh.points[mesh.edges[name]]
        return float(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum())

    assert set(pore.edges) == {"top", "bottom", "electrolyte|dielectric", "electrolyte|rod"}
    assert length(pore, "electrolyte|dielectric") == pytest.approx((2 * 2200 + 500) * NM, rel=1e-12)
    assert length(pore, "electrolyte|rod") == pytest.approx((2 * 1 + 20) * NM, rel=1e-12)
    assert length(pore, "top") == pytest.approx(2500 * NM, rel=1e-12)
    assert length(half, "electrode") == pytest.approx(20 * NM, rel=1e-12)


def test_processes_are_timed_in_turn_and_a_failure_is_told(bench: SimpleNamespace, tmp_path: Path) -> None:
    def command(text: str) -> list[str]:
        return [sys.executable, "-c", f"open({str(tmp_path / 'log')!r}, 'a').write({text!r}); print({text!r})"]

    todo = {name: command(name) for name in "ab"}
    costs, outputs = bench.timing.costs_alternately(todo, {name: {} for name in "ab"}, runs=2, warm=("b",))
    assert (tmp_path / "log").read_text(encoding="utf-8") == "babab"
    assert outputs == {"a": "a\n", "b": "b\n"}
    assert all(len(c) == 2 and bench.timing.median_cost(c).processor > 0 for c in costs.values())
    with pytest.raises(RuntimeError, match=r"(?s)x failed:.*no such thing"):
        bench.timing.costs_alternately({"x": [sys.executable, "-c", "raise SystemExit('no such thing')"]}, {"x": {}}, 1)


def test_ratios_are_of_what_pnp_takes(bench: SimpleNamespace) -> None:
    def measured(solver: str, wall: float, value: float) -> Any:
        cost = bench.timing.Cost(wall, wall)
        return bench.against_devsim.Measured(bench.plane_problems.HALF_ELECTRODE, solver, cost, value, 9, (2, 3), 1e9)

    rows = [measured("pnp", 2.0, 1.0), measured("DEVSIM, diode", 50.0, 1.01)]
    assert "| half_electrode | DEVSIM, diode | 25.0 " in bench.against_devsim._ratios(rows)
    assert "1.0e-02" in bench.against_devsim._ratios(rows)
    assert "5 (2 + 3)" in bench.against_devsim._details(rows)


def test_steady_solves_are_told_in_units_of_the_scalar_one(bench: SimpleNamespace) -> None:
    unit = {"nodes": 100, "assembly": 0.1, "set_up": 0.1, "solve": 0.3, "iterations": 6, "processor_seconds": 0.4}
    pnp = {
        "converged": True,
        "seconds": 10.0,
        "processor_seconds": 6.0,
        "unknowns": 300,
        "newton": 5,
        "linear": 60,
        "last_linear": [12, 7],
        "stages": {"assembly": 4.0, "set-up": 2.0, "solve": 1.0},
        "memory_bytes": 2e9,
    }
    found = [{"name": "pore", "ranks": 1, "unit": unit, "pnp": pnp, "memory_bytes": 3e9}]
    head, _, row = (line.split("|") for line in bench.poisson_units._costs(found).splitlines())
    told = {h.strip(): r.strip() for h, r in zip(head[1:-1], row[1:-1], strict=True)}
    assert (told["units"], told["units of processor time"], told["most a step"]) == ("20.0", "15.0", "12")
    assert [told[name] for name in ("assembly", "set-up", "solve", "other")] == ["40%", "20%", "10%", "30%"]
    assert told["GB"] == "2.00"
    assert "12 + 7" in bench.poisson_units._counts(found)


def test_case_files_are_valid_and_say_what_the_problem_does(bench: SimpleNamespace) -> None:
    for problem in bench.plane_problems.PROBLEMS.values():
        case = Case.from_dict(tomllib.loads(bench.plane_problems.case_text(problem)))
        assert list(case.regions) == [b.name for b in problem.boxes]
        drive = case.boundaries[problem.drive]
        assert drive.potential == pytest.approx(problem.terminal(problem.drive).potential)
        assert case.temperature == problem.temperature


def test_each_benchmark_has_marks_of_its_own(bench: SimpleNamespace, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    lines = [*bench.report.marks("measured"), *bench.report.marks("devsim")]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    bench.report.put_into_page(page, "new", "devsim")
    begin, end = bench.report.marks("devsim")
    assert page.read_text(encoding="utf-8") == "\n".join([*lines[:2], f"{begin}\n\nnew\n\n{end}\n"])
