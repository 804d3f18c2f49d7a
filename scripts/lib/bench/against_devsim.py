"""Whole processes of pnp and of DEVSIM on identical nodes, one thread each, with the error of what they find.

Both read the same node lines and solve the same system but for rounding; DEVSIM runs as its examples do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plane_problems import PROBLEMS, PlaneProblem, case_text, write_axes
from timing import Cost, costs_alternately, median_cost, table

HERE = Path(__file__).resolve().parent

STARTS: Mapping[str, tuple[str, ...]] = {"half_electrode": ("diode", "pore", "equilibrium"), "nanopore_rod": ("pore",)}
"""Ways to begin that DEVSIM is timed with, the one of the example that is nearest first; see `devsim_run.STARTS`."""

TAKEN = "Medians"
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


@dataclass(frozen=True)
class Measured:
    """One way of solving one problem.

    Attributes:
        problem: The problem.
        solver: For tables.
        cost: Medians of whole processes.
        value: The quantity found.
        nodes: Of the mesh.
        newton: Newton steps, of each solve.
        memory: Peak in bytes.
    """

    problem: PlaneProblem
    solver: str
    cost: Cost
    value: float
    nodes: int
    newton: tuple[int, ...]
    memory: float

    @property
    def error(self) -> float:
        """Relative to the reference."""
        return abs(self.value / self.problem.reference - 1.0)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--problems", nargs="+", choices=PROBLEMS, default=list(PROBLEMS), help="default: both")
    parser.add_argument("--axes", type=Path, help="folder with PROBLEM.npz, node lines x and y in m (default: graded)")
    parser.add_argument(
        "--solver", choices=("umfpack", "pardiso"), default="umfpack", help="DEVSIM's (default umfpack)"
    )
    parser.add_argument("--only-first", action="store_true", help="only the first way to begin, the example's")


def measure(given: argparse.Namespace) -> str:
    """Time everything in turn.

    Returns:
        The tables in Markdown.
    """
    rows: list[Measured] = []
    for name in given.problems:
        with tempfile.TemporaryDirectory() as folder:
            axes = _axes(PROBLEMS[name], given.axes, Path(folder))
            rows += _measured(PROBLEMS[name], axes, Path(folder), given)
    return f"{_ratios(rows)}\n\n{_details(rows)}"


def _axes(problem: PlaneProblem, given: Path | None, folder: Path) -> Path:
    if given is not None:
        return given / f"{problem.name}.npz"
    write_axes(folder / "axes.npz", *problem.axes())
    return folder / "axes.npz"


def _measured(problem: PlaneProblem, axes: Path, folder: Path, given: argparse.Namespace) -> list[Measured]:
    starts = STARTS[problem.name][: 1 if given.only_first else None]
    todo: dict[str, list[str]] = {}
    environments: dict[str, dict[str, str]] = {}
    todo["pnp"], environments["pnp"] = pnp_command(problem, axes, folder), dict(os.environ) | ONE_THREAD
    for start in starts:
        command = [sys.executable, str(HERE / "devsim_run.py"), problem.name, str(axes), "--start", start]
        todo[f"DEVSIM, {start}"] = [*command, "--solver", given.solver]
        environments[f"DEVSIM, {start}"] = devsim_environment()
    # a first run of pnp compiles; one of DEVSIM would only repeat what is measured
    costs, outputs = costs_alternately(todo, environments, given.runs, warm=("pnp",))
    readers: dict[str, Callable[[str], dict[str, Any]]] = {"pnp": lambda _: pnp_found(problem, folder)}
    found = {name: readers.get(name, json.loads)(text) for name, text in outputs.items()}
    return [
        Measured(
            problem,
            name,
            median_cost(costs[name]),
            f["quantity"],
            f["nodes"],
            tuple(f["newton"]),
            f["memory_bytes"],
        )
        for name, f in found.items()
    ]


def devsim_environment() -> dict[str, str]:
    """Environment of a process that imports DEVSIM; a DEVSIM_MATH_LIBS that is set is kept.

    Raises:
        SystemExit: DEVSIM is not installed.
    """
    folder = Path(os.environ.get("PNP_DEVSIM", ""))
    libraries = sorted((folder / "openblas").glob("libopenblas*.so"))
    if not libraries:
        sys.exit(f"no DEVSIM with an OpenBLAS in {folder}: start scripts/bench_2d devsim, which installs them")
    found = dict(os.environ) | ONE_THREAD
    found["PYTHONPATH"] = os.pathsep.join([str(folder), found.get("PYTHONPATH", "")])
    found["LD_LIBRARY_PATH"] = os.pathsep.join([str(folder / "openblas"), found.get("LD_LIBRARY_PATH", "")])
    found.setdefault("DEVSIM_MATH_LIBS", str(libraries[0]))
    return found


# -- what pnp is asked and says ---------------------------------------------------------------------------------------


def pnp_command(problem: PlaneProblem, axes: Path, folder: Path) -> list[str]:
    """`pnp run` on these node lines, without pictures."""
    case = folder / f"{problem.name}.toml"
    case.write_text(case_text(problem), encoding="utf-8")
    run = [sys.executable, str(HERE / "pnp_on_lines.py"), str(axes), str(case)]
    return [*run, "-o", str(folder / "result"), "--overwrite", "--no-plots"]


PNP_QUANTITY = {"half_electrode": "charge.electrode", "nanopore_rod": "current"}
"""Names in pnp's summary of what is compared."""


def pnp_found(problem: PlaneProblem, folder: Path) -> dict[str, Any]:
    """What `devsim_run` reports, from pnp's summary."""
    summary = json.loads((folder / "result" / "summary.json").read_text(encoding="utf-8"))
    solver, provenance = summary["solver"], summary["provenance"]
    return {
        "quantity": summary["quantities"][PNP_QUANTITY[problem.name]]["value"],
        "nodes": solver["unknowns"] // 3,
        "newton": [len(h["updates"]) for h in solver["history"]],
        "memory_bytes": provenance["peak_memory_bytes"],
    }


# -- tables -----------------------------------------------------------------------------------------------------------


def _ratios(rows: list[Measured]) -> str:
    """DEVSIM over pnp for each problem and way to begin."""
    own = {m.problem.name: m for m in rows if m.solver == "pnp"}
    cells = []
    for m in rows:
        if m.solver == "pnp":
            continue
        pnp = own[m.problem.name]
        ratios = [
            f"{m.cost.wall / pnp.cost.wall:.1f}",
            f"{m.cost.processor / pnp.cost.processor:.1f}",
            f"{m.value / pnp.value - 1.0:.1e}",
        ]
        cells.append([m.problem.name, m.solver, *ratios])
    return table(["problem", "solver", "time / pnp", "processor time / pnp", "value / pnp − 1"], cells)


def _details(rows: list[Measured]) -> str:
    head = ["problem", "solver", "s", "processor s", "Newton steps", "nodes", "GB", "value", "relative error"]
    cells = [
        [
            m.problem.name,
            m.solver,
            f"{m.cost.wall:.1f}",
            f"{m.cost.processor:.1f}",
            str(sum(m.newton)) + (f" ({' + '.join(map(str, m.newton))})" if len(m.newton) > 1 else ""),
            str(m.nodes),
            f"{m.memory / 1e9:.2f}",
            f"{m.value:.6e} {m.problem.unit}",
            f"{m.error:.1e}",
        ]
        for m in rows
    ]
    return table(head, cells)
