"""A steady solve in units of one scalar Poisson solve on the same mesh, by size and number of ranks.

Each size and number of ranks is a process of its own, see `poisson_one`. More ranks than cores are for counting
iterations only; their times are not shown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from timing import table

HERE = Path(__file__).resolve().parent
SIZES = (1e4, 4e4, 2.5e5, 1e6, 4e6)
TAKEN = "The least"
STAGES = ("assembly", "set-up", "solve")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--case", type=Path, help="case file (default: none, only the unit, on a unit square)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key of the case")
    parser.add_argument("--unknowns", type=float, nargs="+", default=SIZES, help="sizes (default 1e4 … 4e6)")
    parser.add_argument("--fields", type=int, default=3, help="unknowns of a node (default 3, two ions)")
    parser.add_argument("--ranks", type=int, nargs="+", default=(1, 2), help="ranks to time (default 1 2)")
    parser.add_argument("--count-ranks", type=int, nargs="*", default=(4, 8), help="to count on too (default 4 8)")
    parser.add_argument("--count-at", type=float, default=2.5e5, help="largest size to count at (default 2.5e5)")


def measure(given: argparse.Namespace) -> str:
    """Run everything.

    Returns:
        The tables in Markdown.
    """
    found = []
    for unknowns in given.unknowns:
        counted = given.count_ranks if unknowns <= given.count_at else ()
        for ranks in (*given.ranks, *counted):
            print(f"{unknowns:g} unknowns on {ranks} ranks", file=sys.stderr, flush=True)
            found.append(one(unknowns / given.fields, ranks, given))
    timed = [f for f in found if f["ranks"] in given.ranks]
    return f"{_costs(timed, given.fields)}\n\n{_counts(found, given.fields)}"


def one(nodes: float, ranks: int, given: argparse.Namespace) -> dict[str, Any]:
    """What `poisson_one` says of a size on some ranks.

    Raises:
        RuntimeError: It fails.
    """
    case = [] if given.case is None else ["--case", str(given.case), *(f"--set={item}" for item in given.set)]
    runs = given.runs if ranks in given.ranks else 1
    command = [sys.executable, str(HERE / "poisson_one.py"), str(nodes), "--runs", str(runs), *case]
    environment = dict(os.environ) | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        ["mpiexec", "-n", str(ranks), *command], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{nodes:g} nodes on {ranks} ranks failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def _costs(found: Sequence[dict[str, Any]], fields: int) -> str:
    """Times, iterations, shares of the stages, memory: of pnp where a case was solved, else of the unit."""
    with_pnp = any(f["pnp"] for f in found)
    steady = ["steady, units", "steady, s", "Newton", "linear", "linear a step", *STAGES]
    head = ["unknowns", "ranks", "unit, s", *(steady if with_pnp else ["assembly", "set-up", "CG"]), "GB"]
    rows = []
    for f in found:
        u, p = f["unit"], f["pnp"]
        unit = u["assembly"] + u["set_up"] + u["solve"]
        unknowns, memory = (p["unknowns"], p["memory_bytes"]) if p else (fields * u["nodes"], f["memory_bytes"])
        cells = _of_pnp(p, unit) if p else [f"{u[k] / unit:.0%}" for k in ("assembly", "set_up", "solve")]
        rows.append([str(unknowns), str(f["ranks"]), f"{unit:.3f}", *cells, f"{memory / 1e9:.2f}"])
    return table(head, rows)


def _of_pnp(p: dict[str, Any], unit: float) -> list[str]:
    steps = max(1, p["newton"])
    shares = [f"{p['stages'][s] / p['seconds']:.0%}" if s in p["stages"] else "–" for s in STAGES]
    cost = [f"{p['seconds'] / unit:.1f}", f"{p['seconds']:.2f}"] if p["converged"] else ["did not converge", "–"]
    return [*cost, str(p["newton"]), str(p["linear"]), f"{p['linear'] / steps:.1f}", *shares]


def _counts(found: Sequence[dict[str, Any]], fields: int) -> str:
    """Iterations by size and ranks: of the unit, and of pnp's Newton steps and linear solves."""
    ranks = sorted({f["ranks"] for f in found})
    told = [f"{n} rank{'s' if n > 1 else ''}" for n in ranks]
    head = ["unknowns", *(f"CG, {t}" for t in told)]
    with_pnp = any(f["pnp"] for f in found)
    if with_pnp:
        head += [f"linear / Newton, {t}" for t in told]
    rows = []
    for size in dict.fromkeys(f["unit"]["nodes"] for f in found):
        here = {f["ranks"]: f for f in found if f["unit"]["nodes"] == size}
        row = [str(fields * size), *(str(here[n]["unit"]["iterations"]) if n in here else "–" for n in ranks)]
        if with_pnp:
            row += [f"{here[n]['pnp']['linear']} / {here[n]['pnp']['newton']}" if n in here else "–" for n in ranks]
        rows.append(row)
    return table(head, rows)
