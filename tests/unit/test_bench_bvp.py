"""The benchmark against solve_bvp: that its errors are true errors, and that no settings above the target are timed."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "scripts" / "lib" / "bench"


@pytest.fixture(scope="module")
def bench() -> Iterator[SimpleNamespace]:
    """The benchmark's modules that need no DOLFINx; they import one another by their bare names."""
    names = ("problems", "timing", "bvp", "report")
    sys.path.insert(0, str(FOLDER))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    finally:
        sys.path.remove(str(FOLDER))
        for name in names:
            sys.modules.pop(name, None)


def test_an_offset_is_the_error(bench: SimpleNamespace) -> None:
    """The exact potential has no error, and one that is 1e-6 V off at one point has that one."""
    layer = bench.problems.Layer.at(0.2)
    x = np.linspace(0.0, 3.0, 50) * layer.debye
    phi = layer.exact(x)
    assert layer.error(x, phi) == 0.0
    phi[7] += 1e-6
    assert layer.error(x, phi) == pytest.approx(1e-6, rel=1e-9)


def test_the_error_between_nodes_counts(bench: SimpleNamespace) -> None:
    """Straight lines between exact nodal values are off by h²|φ''|/8 where φ is smooth (interpolation error)."""
    layer = bench.problems.Layer.at(0.05)
    h = 0.05
    nodes = np.arange(0.0, 6.0, h)
    x = np.column_stack([nodes, nodes + h])
    phi = layer.exact(x * layer.debye)
    assert layer.error(x * layer.debye, phi) == 0.0
    points, values = bench.problems.lagrange(x, phi, 8)
    # largest in the middle of the first cell, with φ'' = sinh φ (in RT/F, Debye lengths) somewhere in that cell
    most, least = (h**2 / 8.0 * np.sinh(abs(v) / layer.thermal) * layer.thermal for v in phi[0])
    assert least <= layer.error(points * layer.debye, values) <= most


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_polynomials_of_the_degree_are_held_exactly(bench: SimpleNamespace, degree: int) -> None:
    """Nodes of a cell in any order; the value at every point is that of the polynomial, to rounding."""
    inner = np.linspace(0.0, 1.0, degree + 1)
    x = np.array([[1.0, 3.0], [3.0, 3.5]]) @ np.array([1.0 - inner, inner])
    x = x[:, np.roll(np.arange(degree + 1), 1)]
    points, values = bench.problems.lagrange(x, x**degree, 5)
    assert points.min() == 1.0
    assert points.max() == 3.5
    assert values == pytest.approx(points**degree, rel=1e-13)


def test_the_cheapest_settings_reach_the_target(bench: SimpleNamespace) -> None:
    """Settings (seconds, error): those above the target never win, however quick, nor those that failed."""

    def solve(settings: tuple[float, float]) -> tuple[float, float]:
        time.sleep(settings[0])
        return settings

    todo = [(0.02, 1e-9), (0.0, 1e-7), (0.004, 9e-9), (0.0, float("nan")), (0.0, float("inf"))]
    best = bench.timing.cheapest(todo, solve, lambda found: found[1], 1e-8)
    assert best.settings == (0.004, 9e-9)
    assert best.error == 9e-9
    assert best.seconds >= 0.004
    assert bench.timing.cheapest(todo[1:2], solve, lambda found: found[1], 1e-8) is None


@pytest.mark.parametrize("unknowns", ["φ", "ln c", "c"])
def test_the_three_ways_to_write_the_layer_are_one_problem(bench: SimpleNamespace, unknowns: str) -> None:
    """Each is within 1e-8 V of Gouy and Chapman with 100 nodes, and not within 1e-8 V with 20 (fourth order: 5⁴)."""
    layer = bench.problems.Layer.at(0.05)
    fine, coarse = (
        bench.bvp.layer_error(layer, bench.bvp.solve_layer(layer, bench.bvp.Settings(unknowns, n, tolerance)))
        for n, tolerance in ((100, 1e-5), (20, 1e-1))
    )
    assert fine < 1e-8 < coarse


def test_a_solution_that_failed_has_no_error_to_compare(bench: SimpleNamespace) -> None:
    """Status 1 of solve_bvp (too many nodes) is an infinite error."""
    layer, film = bench.problems.Layer.at(0.05), bench.problems.Film.of_case()
    failed = SimpleNamespace(status=1)
    assert bench.bvp.layer_error(layer, failed) == float("inf")
    assert bench.bvp.film_error(film, failed) == float("inf")


def test_the_film_is_that_of_the_reference(bench: SimpleNamespace) -> None:
    """26.850293 mV is what the case file states; solve_bvp finds it to 1e-8 V in a process of its own."""
    film = bench.problems.Film.of_case()
    assert film.exact == pytest.approx(26.850293e-3, abs=5e-10)
    settings = bench.bvp.Settings("c", 20, 1e-5)
    given = json.dumps({"problem": asdict(film), "settings": asdict(settings)})
    command = [sys.executable, str(FOLDER / "one.py"), given]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert film.error(float(printed) * film.thermal) < 1e-8


def test_tables_replace_what_is_between_the_marks(bench: SimpleNamespace, tmp_path: Path) -> None:
    """What stands before and after stays; a page without marks is refused."""
    page, report = tmp_path / "page.md", bench.report
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
    report.put_into_page(page, "new")
    assert page.read_text(encoding="utf-8") == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"
    page.write_text("nothing here", encoding="utf-8")
    with pytest.raises(ValueError, match="needs one line"):
        report.put_into_page(page, "new")
