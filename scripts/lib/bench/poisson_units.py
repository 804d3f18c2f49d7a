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
FIELDS = 3
"""Unknowns of a node: two ions and the potential."""
PROBLEMS = {
    "half_electrode, 0.5 V": ("half_electrode", 0.5),
    "nanopore_rod, 0 V": ("nanopore_rod", 0.0),
    "nanopore_rod, 7 V": ("nanopore_rod", 7.0),
}
"""Problems of `plane_problems` with the potential that drives, by what tables call them."""
TAKEN = "The least"
STAGES = ("assembly", "set-up", "solve")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--problems", nargs="+", choices=PROBLEMS, default=list(PROBLEMS), help="default: all")
    parser.add_argument("--unknowns", type=float, nargs="+", default=SIZES, help="sizes (default 1e4 … 4e6)")
    parser.add_argument("--ranks", type=int, nargs="+", default=(1, 2), help="ranks to time (default 1 2)")
    parser.add_argument("--count-ranks", type=int, nargs="*", default=(4, 8), help="to count on too (default 4 8)")
    parser.add_argument("--count-at", type=float, default=2.5e5, help="largest size to count at (default 2.5e5)")


def measure(given: argparse.Namespace) -> str:
    """Run everything.

    Returns:
        The tables in Markdown.
    """
    found = []
    for name in given.problems:
        for unknowns in given.unknowns:
            counted = given.count_ranks if unknowns <= given.count_at else ()
            for ranks in (*given.ranks, *counted):
                print(f"{name}: {unknowns:g} unknowns on {ranks} ranks", file=sys.stderr, flush=True)
                found.append({"name": name, **one(name, unknowns / FIELDS, ranks, given)})
    timed = [f for f in found if f["ranks"] in given.ranks]
    return f"{_costs(timed)}\n\n{_counts(found)}"


def one(name: str, nodes: float, ranks: int, given: argparse.Namespace) -> dict[str, Any]:
    """What `poisson_one` says of a problem and a size on some ranks.

    Raises:
        RuntimeError: It fails.
    """
    problem, potential = PROBLEMS[name]
    which = ["--problem", problem, "--potential", str(potential)]
    runs = given.runs if ranks in given.ranks else 1
    command = [sys.executable, str(HERE / "poisson_one.py"), str(nodes), "--runs", str(runs), *which]
    # ranks that wait let others work: the machine may be busy, or have fewer cores
    environment = dict(os.environ) | {"OMP_NUM_THREADS": "1", "OMPI_MCA_mpi_yield_when_idle": "1"}
    done = subprocess.run(
        ["mpiexec", "-n", str(ranks), *command], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{nodes:g} nodes on {ranks} ranks failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def _costs(found: Sequence[dict[str, Any]]) -> str:
    """Times, iterations, shares of the stages, memory."""
    steady = ["Newton", "linear", "most a step", *STAGES, "other"]
    head = ["problem", "unknowns", "ranks", "units", "units of processor time", "unit, s", "steady, s", *steady, "GB"]
    rows = []
    for f in found:
        u, p = f["unit"], f["pnp"]
        unit = u["assembly"] + u["set_up"] + u["solve"]
        ratios = [f"{p['seconds'] / unit:.1f}", f"{p['processor_seconds'] / u['processor_seconds']:.1f}"]
        cells = ratios if p["converged"] else ["did not converge", "–"]
        cells += [f"{unit:.3f}", f"{p['seconds']:.2f}", str(p["newton"]), str(p["linear"]), str(max(p["last_linear"]))]
        shares = [p["stages"][s] / p["seconds"] for s in STAGES]
        cells += [f"{share:.0%}" for share in (*shares, 1.0 - sum(shares))]
        rows.append([f["name"], str(p["unknowns"]), str(f["ranks"]), *cells, f"{p['memory_bytes'] / 1e9:.2f}"])
    return table(head, rows)


def _counts(found: Sequence[dict[str, Any]]) -> str:
    """Linear iterations of each Newton step on the last mesh by size and ranks, and of the unit."""
    ranks = sorted({f["ranks"] for f in found})
    told = [f"{n} rank{'s' if n > 1 else ''}" for n in ranks]
    rows = []
    for name, size in dict.fromkeys((f["name"], f["pnp"]["unknowns"]) for f in found):
        here = {f["ranks"]: f for f in found if (f["name"], f["pnp"]["unknowns"]) == (name, size)}
        row = [" + ".join(map(str, here[n]["pnp"]["last_linear"])) if n in here else "–" for n in ranks]
        unit = ", ".join(str(here[n]["unit"]["iterations"]) for n in ranks if n in here)
        rows.append([name, str(size), *row, unit])
    return table(["problem", "unknowns", *told, "CG of the unit"], rows)
