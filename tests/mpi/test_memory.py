"""On two ranks PETSc frees nothing by itself: a few hundred solves, and meshes made and destroyed, take no memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PER_SOLVE, PER_MESH = 4.0, 60.0
"""kB of growth allowed. Where nothing was destroyed, 134 kB were measured for each solve and 585 kB for each mesh."""

SCRIPT = """
import gc
import numpy as np
from mpi4py import MPI
from pnp.case import Case
from pnp.discretisation import Discretisation
from pnp.scheme import Scheme
from pnp.grading import MeshOptions, grade
from pnp.initial import guess
from pnp.linear import LinearSolver
from pnp.nondimensional import model_from_case
from pnp.problem import Problem

comm = MPI.COMM_WORLD
model = model_from_case(Case.load("cases/nonselective_channel.toml"))
grid = grade([model], MeshOptions())


def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4.0


def growth(call, turns):
    for _ in range(turns // 4):
        call()
    gc.collect()
    before = resident()
    for _ in range(turns):
        call()
    gc.collect()
    return comm.allreduce((resident() - before) / turns, op=MPI.MAX)


def made():
    disc = Discretisation(grid, len(model.species), Scheme(), comm)
    linear = LinearSolver(disc)
    return disc, linear, Problem(disc, model, linear)


disc, linear, problem = made()
state = guess(problem)
zero = np.zeros(len(problem.borders))


def solve():
    residual = problem.residual(state)
    system = problem.linearise()
    system.solve(residual.fields, zero)
    system.row_rounding(state.fields)
    disc.rounding(state.fields)


def remake():
    other, solver, again = made()
    again.residual(state)
    again.linearise()
    solver.destroy()
    other.destroy()


grown = {"solve": growth(solve, 400), "remake": growth(remake, 20)}
if comm.rank == 0:
    print("GROWN", grown["solve"], grown["remake"])
"""


@pytest.mark.mpi
@pytest.mark.timeout(120)
def test_memory_on_two_ranks_is_bounded() -> None:
    done = subprocess.run(
        ["mpiexec", "-n", "2", sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100.0,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    words = next(line for line in done.stdout.splitlines() if line.startswith("GROWN")).split()
    assert float(words[1]) < PER_SOLVE
    assert float(words[2]) < PER_MESH
