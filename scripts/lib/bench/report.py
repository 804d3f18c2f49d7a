"""The benchmark's tables as Markdown, ratios first, and their place in a page of the documentation."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from timing import table


def marks(name: str) -> tuple[str, str]:
    """The lines between which a page has measured tables."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


BEGIN, END = marks("measured")


def table_in_solver(measured: Iterable[Any]) -> str:
    """Ratios pnp / solve_bvp, then the times they come from."""
    measured = list(measured)
    ratios = []
    for m in measured:
        t = m.times

        def ratio(name: str, other: str, t: dict[str, float] = t) -> str:
            return f"{t[name] / t[other]:.2f}" if name in t and other in t else "–"

        ratios.append(
            [
                m.name,
                ratio("pnp", "solve_bvp full"),
                ratio("solve", "solve_bvp full"),
                ratio("pnp from linear theory", "solve_bvp full"),
                ratio("solve from linear theory", "solve_bvp full"),
                ratio("pnp", "solve_bvp full, exact start"),
                ratio("pnp", "solve_bvp reduced"),
            ]
        )
    head = [
        "pnp / solve_bvp",
        "all",
        "solve",
        "all, same start",
        "solve, same start",
        "all / from exact start",
        "all / reduced equation",
    ]
    names = ["pnp", "set-up", "solve", "Newton", "pnp from linear theory", "pnp as it comes"]
    others = ["solve_bvp full", "solve_bvp full, exact start", "solve_bvp reduced"]
    columns = [*names, *others]
    rows = [[m.name, *(f"{m.times[c]:.2f}" if c in m.times else "–" for c in columns)] for m in measured]
    return f"{table(head, ratios)}\n\n{table(['ms', *columns], rows)}"


def table_settings(measured: Iterable[Any]) -> str:
    """Errors and settings behind the times."""
    rows = []
    for m in measured:
        for name, error in m.errors.items():
            solver = name if name.startswith("pnp") else f"solve_bvp {name}"
            rows.append([m.name, solver, f"{error:.1e}", m.settings.get(name, "")])
    return table(["problem", "solver", "true error, V", "settings"], rows)


def table_whole(rows: Iterable[tuple[str, dict[str, float]]]) -> str:
    """Whole processes."""
    found = [
        [
            name,
            f"{t['pnp run'] / t['python with solve_bvp']:.2f}",
            *(f"{t[c]:.2f}" for c in ("pnp run", "python with solve_bvp", "import dolfinx")),
        ]
        for name, t in rows
    ]
    return table(["whole process", "ratio", "pnp run, s", "python with solve_bvp, s", "import dolfinx, s"], found)


def machine(runs: int, processes: int | None = None, what: str = "Medians") -> str:
    """What it was measured on.

    Args:
        runs: Runs of each.
        processes: Runs of whole processes, where those are fewer.
        what: What was taken of them.
    """
    import numpy
    import scipy

    from pnp import compat

    kind = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        kind = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    found = compat.versions()
    fewer = "" if processes is None else f" ({processes} for processes)"
    return (
        f"{what} of {runs} runs{fewer} taken in turn, one thread, on {os.cpu_count()} cores of "
        f"{kind}; DOLFINx {found['dolfinx']}, PETSc {found['petsc']}, SciPy {scipy.__version__}, "
        f"NumPy {numpy.__version__}, Python {platform.python_version()}."
    )


def put_into_page(page: Path, text: str, mark: str = "measured") -> None:
    """Replace what is between the marks of a page.

    Args:
        page: Markdown file.
        text: What stands between the marks afterwards.
        mark: Name of the marks.

    Raises:
        ValueError: If the page has no marks.
    """
    begin, end = marks(mark)
    old = page.read_text(encoding="utf-8")
    if old.count(begin) != 1 or old.count(end) != 1:
        raise ValueError(f"{page}: needs one line {begin} and, after it, one line {end}")
    before, rest = old.split(begin)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{rest.split(end)[1]}", encoding="utf-8")
