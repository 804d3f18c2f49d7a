"""pnp beside SciPy's solve_bvp at equal true error, in one run: scripts/bench_bvp --help.

The settings of solve_bvp are searched first, those of pnp are the one choice in `finite_elements`. Then everything is
timed in turn. With --page the tables replace what is between the marks in a Markdown file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import bvp
import finite_elements as fe
import timing
from problems import Film, Layer
from report import machine, put_into_page, table_in_solver, table_settings, table_whole

VOLTAGES = (0.05, 0.2, 0.5)
TARGET = 1e-8
"""True error in V that every solver has to reach."""
FINER = 1e-12
"""A second level for the film, where pnp's own error is at rounding whatever the mesh."""


@dataclass(frozen=True)
class Measured:
    """One problem: what was chosen, and median times in ms by name.

    Attributes:
        name: For tables.
        errors: True error in V by solver.
        settings: Text by solver.
        times: Medians in ms.
    """

    name: str
    errors: dict[str, float]
    settings: dict[str, str]
    times: dict[str, float]


def layer_candidates(
    unknowns: tuple[str, ...], starts: tuple[str, ...], steps: tuple[int, ...]
) -> Iterator[bvp.Settings]:
    """Settings of solve_bvp worth trying for a layer, those likely to be quick first."""
    for tolerance, nodes, first, n, u, start in product(
        (1e-3, 1e-4, 1e-5, 1e-6, 1e-7), (40, 70, 100, 150, 200, 300, 400), (0.2, 0.5, 1.0), steps, unknowns, starts
    ):
        yield bvp.Settings(u, nodes, tolerance, first, n, start)


def film_candidates() -> Iterator[bvp.Settings]:
    """The same for the film."""
    for tolerance, nodes in product((1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 5e-8, 3e-8), (5, 8, 10, 15, 20, 50, 100, 200, 300)):
        yield bvp.Settings("c", nodes, tolerance)


def chosen(problem: Layer | Film, candidates: Iterator[bvp.Settings], target: float) -> timing.Choice:
    """The cheapest settings of solve_bvp.

    Raises:
        RuntimeError: If no settings reach the target.
    """
    solve, error = (
        (partial(bvp.solve_layer, problem), partial(bvp.layer_error, problem))
        if isinstance(problem, Layer)
        else (partial(bvp.solve_film, problem), partial(bvp.film_error, problem))
    )
    with warnings.catch_warnings():
        # iterates of settings that fail overflow
        warnings.simplefilter("ignore")
        found = timing.cheapest(candidates, solve, error, target, lambda s: f"{len(s.x)} nodes")
    if found is None:
        raise RuntimeError(f"no settings of solve_bvp reach {target:g} V for {problem}")
    return found


def measure_layer(voltage: float, runs: int) -> tuple[Measured, bvp.Settings]:
    """Search and time one potential."""
    layer = Layer.at(voltage)
    plain, ramps = ("linear theory",), (1, 2, 4)
    choices = {
        "full": chosen(layer, layer_candidates(("ln c", "c"), plain, ramps), TARGET),
        "full, exact start": chosen(layer, layer_candidates(("ln c", "c"), ("exact",), (1,)), TARGET),
        "reduced": chosen(layer, layer_candidates(("φ",), plain, ramps), TARGET),
    }
    todo = {f"solve_bvp {k}": partial(bvp.solve_layer, layer, c.settings) for k, c in choices.items()}
    case = fe.case_of(layer)
    ready = fe.set_up(case)
    errors = {"pnp": fe.error_of(layer, fe.everything(case)), **{k: c.error for k, c in choices.items()}}
    linear = fe.linear_theory(layer, ready)
    errors["pnp from linear theory"] = fe.error_of(layer, fe.everything(case, linear))
    todo |= _pnp(case, ready)
    todo["pnp from linear theory"] = partial(_freed, case, linear)
    todo["solve from linear theory"] = partial(fe.solve, case, ready, linear)
    todo["pnp as it comes"] = partial(_freed, fe.case_of(layer, default=True))
    errors["pnp as it comes"] = fe.error_of(layer, fe.everything(fe.case_of(layer, default=True)))
    times = {name: timing.milliseconds(t) for name, t in timing.alternately(todo, runs).items()}
    settings = {k: _words(c) for k, c in choices.items()} | {"pnp": _size(ready, fe.solve(case, ready))}
    return Measured(f"Gouy–Chapman, {voltage:g} V", errors, settings, times), choices["full"].settings


def measure_film(target: float, runs: int) -> tuple[Measured, bvp.Settings]:
    """Search and time the junction."""
    film = Film.of_case()
    choice = chosen(film, film_candidates(), target)
    case, default = fe.case_of(film), fe.case_of(film, default=True)
    ready = fe.set_up(case)
    todo = {"solve_bvp full": partial(bvp.solve_film, film, choice.settings), **_pnp(case, ready)}
    todo["pnp as it comes"] = partial(_freed, default)
    errors = {
        "full": choice.error,
        "pnp": fe.error_of(film, fe.everything(case)),
        "pnp as it comes": fe.error_of(film, fe.everything(default)),
    }
    times = {name: timing.milliseconds(t) for name, t in timing.alternately(todo, runs).items()}
    settings = {"full": _words(choice), "pnp": _size(ready, fe.solve(case, ready))}
    return Measured(f"HCl\\|KCl film, {target:g} V", errors, settings, times), choice.settings


def _pnp(case: Any, ready: fe.Ready) -> dict[str, Callable[[], Any]]:
    """Pnp's stages."""
    problem, first = fe.begin(ready)
    return {
        "pnp": partial(_freed, case),
        "set-up": partial(_freed_set_up, case),
        "solve": partial(fe.solve, case, ready),
        "Newton": partial(fe.only_newton, case, problem, first),
    }


def _freed(case: Any, start: Any = None) -> None:
    fe.close(fe.everything(case, start))


def _freed_set_up(case: Any) -> None:
    ready = fe.set_up(case)
    ready.linear.destroy()
    ready.disc.destroy()


def _words(choice: timing.Choice) -> str:
    s = choice.settings
    ramp = f", ramp of {s.steps}" if s.steps > 1 else ""
    return f"{s.unknowns}, {s.nodes} → {choice.detail}, tol {s.tolerance:g}{ramp}"


def _size(ready: fe.Ready, solution: Any) -> str:
    return (
        f"degree {ready.disc.scheme.degree}, {len(ready.grid.region)} cells, {ready.disc.unknowns} unknowns, "
        f"{solution.newton_iterations} Newton"
    )


def whole_processes(
    problems: list[tuple[str, Layer | Film, bvp.Settings]], runs: int
) -> list[tuple[str, dict[str, float]]]:
    """Seconds of fresh processes: `pnp run` with its files but no pictures, and Python with SciPy alone."""
    here = Path(__file__).resolve().parent
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for k, (name, problem, settings) in enumerate(problems):
            file = Path(folder) / f"case_{k}.toml"
            file.write_text(fe.case_of(problem).to_toml(), encoding="utf-8")
            given = json.dumps({"problem": asdict(problem), "settings": asdict(settings)})
            run = [sys.executable, "-m", "pnp", "run", str(file), "-o", f"{folder}/result", "--overwrite", "--no-plots"]
            todo = {
                "pnp run": partial(_quiet, run),
                "python with solve_bvp": partial(_quiet, [sys.executable, str(here / "one.py"), given]),
                "import dolfinx": partial(_quiet, [sys.executable, "-c", "import dolfinx"]),
            }
            times = timing.alternately(todo, runs)
            rows.append((name, {name: timing.milliseconds(t) / 1e3 for name, t in times.items()}))
    return rows


def _quiet(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def main() -> int:
    """Measure, print, and put the tables into a page if one is named."""
    parser = argparse.ArgumentParser(prog="scripts/bench_bvp", description="pnp beside SciPy's solve_bvp.")
    parser.add_argument("--runs", type=int, default=41, help="runs of each solve (default 41)")
    parser.add_argument("--processes", type=int, default=5, help="runs of each process (default 5; 0: none)")
    parser.add_argument("--page", type=Path, help="Markdown file whose marked part the tables replace")
    given = parser.parse_args()
    measured, whole = [], []
    for voltage in VOLTAGES:
        found, settings = measure_layer(voltage, given.runs)
        measured.append(found)
        whole.append((found.name, Layer.at(voltage), settings))
    for target in (TARGET, FINER):
        found, settings = measure_film(target, given.runs)
        measured.append(found)
        whole.append((found.name, Film.of_case(), replace(settings)))
    parts = [table_in_solver(measured), table_settings(measured)]
    if given.processes:
        parts.insert(1, table_whole(whole_processes(whole, given.processes)))
    parts.append(machine(given.runs, given.processes))
    text = "\n\n".join(parts)
    print(text)
    if given.page:
        put_into_page(given.page, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
