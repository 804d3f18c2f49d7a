"""Studies: one steady state, or a sweep of them, from a validated case to a result."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp import __version__, compat
from pnp.adaptation import MOST_CELLS, MOST_PASSES, demand_of_state, initial_grid, refined, too_coarse
from pnp.balances import Balance, balances
from pnp.case import Case, CaseError
from pnp.comparison import simplified_models
from pnp.discretisation import Discretisation, Scheme
from pnp.grading import Grid, MeshOptions, grade
from pnp.linear import LinearSolver
from pnp.model import Model
from pnp.newton import NewtonOptions
from pnp.nondimensional import model_from_case
from pnp.problem import State
from pnp.profile import Samples, sample
from pnp.quantities import evaluate
from pnp.result import CONVERGED, NOT_CONVERGED, Quantity, Result, SimplifiedRow, SweepPoint, SweepTable
from pnp.solver_report import report, resolution_warnings
from pnp.steady import SteadySolution, solve_steady

if TYPE_CHECKING:
    from pathlib import Path

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Point:
    """One case of a study with its model; a study without a sweep has one."""

    case: Case
    model: Model
    value: tuple[float | str | int, str] | None = None


@dataclass(frozen=True)
class Solved:
    """One solved point: the solution, everything read from it, and how many times finer its mesh should still be."""

    point: Point
    solution: SteadySolution
    samples: Samples
    quantities: dict[str, Quantity]
    simplified: tuple[SimplifiedRow, ...]
    balances: tuple[Balance, ...]
    demand: float


def solve(case: Case | str | Path, **options: Any) -> Result:
    """Solve a case: ``pnp.solve("cases/x.toml")`` or ``pnp.solve(pnp.Case.load(...))``; see `run`."""
    return run(case if isinstance(case, Case) else Case.load(case), **options)


def run(
    case: Case,
    *,
    progress: Progress | None = None,
    petsc_options: Sequence[str] = (),
    comm: MPI.Comm = MPI.COMM_WORLD,
) -> Result:
    """Run the study a case asks for. Collective; every rank returns the same result.

    Args:
        case: The validated case.
        progress: Called as ``progress(done, total, text)`` after each point, on every rank.
        petsc_options: PETSc options as on a command line, e.g. ``["-ksp_monitor"]``.
        comm: Communicator to solve on.

    Returns:
        The result; a solve that fails is a result with status "not converged" that says why, not an exception.

    Raises:
        CaseError: On every rank, where the mesh has fewer cells than there are ranks.
    """
    began = time.perf_counter()
    if petsc_options:
        PETSc.Options().insertString(" ".join(petsc_options))
    points = _points(case)
    solved: list[Solved] = []
    session = _Session(case, points, comm)
    for k, point in enumerate(points):
        solved.append(session.solve(point))
        if progress is not None:
            progress(k + 1, len(points), "" if point.value is None else f"{point.value[0]} {point.value[1]}")
    return _result(case, solved, session, time.perf_counter() - began)


def _points(case: Case) -> list[Point]:
    base = model_from_case(case)
    if case.sweep is None:
        return [Point(case, base)]
    found = []
    for value, shown in zip(case.sweep_values(), case.sweep_quantities(), strict=True):
        own = case.with_value(case.sweep.keys, value)
        found.append(Point(own, model_from_case(own, base.scales), shown))
    return found


class _Session:
    """Keeps discretisation, linear solver and last solution from point to point, so that sweeps start warm."""

    def __init__(self, case: Case, points: Sequence[Point], comm: MPI.Comm) -> None:
        self.case, self.comm = case, comm
        mesh = case.mesh
        self.mesh = MeshOptions(mesh.refinement, mesh.growth, mesh.cells_per_debye_length, mesh.max_cell_fraction)
        self.adapt = mesh.adapt
        self.scheme = Scheme(case.solver.flux, case.solver.degree)
        self.newton = NewtonOptions(case.solver.tolerance, case.solver.max_iterations)
        self._alike: dict[tuple[Any, ...], list[Model]] = {}
        for point in points:
            self._alike.setdefault(_stack(point.model), []).append(point.model)
        self._grids: dict[tuple[Any, ...], Grid] = {}
        self.disc: Discretisation | None = None
        self.linear: LinearSolver | None = None
        self.done: list[Solved] = []

    def _grid(self, model: Model) -> Grid:
        """One grid for all points that share this one's stack and scales."""
        stack = _stack(model)
        if stack not in self._grids:
            grid = grade(self._alike[stack], self.mesh)
            for alike in self._alike[stack] if self.adapt else ():
                grid = initial_grid(alike, grid, self.mesh)
            if len(grid.region) < self.comm.size:
                raise CaseError(
                    [
                        f"mesh.refinement = {self.mesh.refinement:g}: the mesh has {len(grid.region)} cells, "
                        f"fewer than the {self.comm.size} ranks; use fewer ranks or a finer mesh"
                    ]
                )
            self._grids[stack] = grid
        return self._grids[stack]

    def solve(self, point: Point) -> Solved:
        solution, samples = self._solve_on(self._grid(point.model), point)
        demand = self._demand(solution, samples)
        for _ in range(MOST_PASSES):
            if not (self.adapt and solution.converged and too_coarse(demand)):
                break
            grid = refined(solution.problem.disc.grid, demand, self.mesh.growth)
            if len(grid.region) > MOST_CELLS:
                break
            finer, finer_samples = self._solve_on(grid, point, (solution, samples))
            if not finer.converged:
                break
            self._grids[_stack(point.model)] = grid
            attempts, ramp = solution.attempts + finer.attempts, solution.ramp + finer.ramp
            solution, samples = replace(finer, attempts=attempts, ramp=ramp), finer_samples
            demand = self._demand(solution, samples)
        if solution.converged:
            quantities = evaluate(point.case, solution.problem, solution.state, samples)
            checks = balances(solution.problem, solution.state)
        else:
            quantities, checks = {}, ()
        rows = simplified_models(point.case, quantities or None)
        found = Solved(point, solution, samples, quantities, tuple(rows), checks, float(demand.max(initial=1.0)))
        if solution.converged:
            self.done = [*self.done[-1:], found]
        return found

    def _demand(self, solution: SteadySolution, samples: Samples) -> Array:
        disc = solution.problem.disc
        return demand_of_state(samples, disc.grid, disc.scheme.degree, self.mesh.refinement)

    def _solve_on(
        self, grid: Grid, point: Point, coarser: tuple[SteadySolution, Samples] | None = None
    ) -> tuple[SteadySolution, Samples]:
        """Solve a point on a grid, from its solution on a coarser grid if there is one."""
        if self.disc is None or self.linear is None or self.disc.grid != grid:
            self.disc = Discretisation(grid, len(point.model.species), self.scheme, self.comm)
            self.linear = LinearSolver(self.disc, self.linear.iterations if self.linear else 0)
        if coarser is None:
            starts = self._starts(point, self.disc)
        else:
            starts = [("from the coarser mesh", _carry(*coarser, self.disc, point.model))]
        options = self.case.solver
        solution = solve_steady(
            self.disc,
            self.linear,
            point.model,
            self.newton,
            rule=options.step_rule,
            ramp=options.ramp,
            starts=starts,
        )
        return solution, sample(solution.problem, solution.state)

    def _starts(self, point: Point, disc: Discretisation) -> list[tuple[str, State]]:
        """The last solution, and before it the line through the last two where the sweep allows it."""
        if not self.done:
            return []
        carried = [_carry(s.solution, s.samples, disc, point.model) for s in self.done]
        starts = [("from the previous state", carried[-1])]
        known = [s.point.value[0] for s in self.done if s.point.value is not None]
        here = point.value[0] if point.value is not None else None
        if len(known) == 2 and isinstance(here, float) and known[0] != known[1]:
            step = (here - known[1]) / (known[1] - known[0])
            before, last = carried
            line = last.moved(step * (last.fields - before.fields), step * (last.border - before.border))
            starts.insert(0, ("by extrapolation", line))
        return starts


def _stack(model: Model) -> tuple[Any, ...]:
    """What a grid's positions depend on; equal for models that can share one."""
    return model.scales, tuple(model.faces)


def _carry(solution: SteadySolution, samples: Samples, disc: Discretisation, model: Model) -> State:
    """The last solution as a start for another model: levels follow the reference, positions their region."""
    old = solution.problem
    shift = old.model.reference - model.reference
    border = solution.state.border
    if old.disc is disc:
        fields = solution.state.fields.copy()
        fields[:, :-1] += shift
        return State(fields, border)
    x, fields = disc.x[: disc.owned], np.empty((disc.owned, disc.species + 1))
    for k, (r, q) in enumerate(zip(model.regions, old.model.regions, strict=True)):
        here = (x >= model.faces[k]) & (x <= model.faces[k + 1])
        own = samples.region == k
        position = (x[here] - model.faces[k]) / r.thickness
        known = (samples.x[own] - old.model.faces[k]) / q.thickness
        for i in range(disc.species):
            fields[here, i] = np.interp(position, known, samples.m[own, i]) + shift[i]
        fields[here, -1] = np.interp(position, known, samples.phi[own])
    return State(fields, border)


def _result(case: Case, solved: Sequence[Solved], session: _Session, seconds: float) -> Result:
    good = [s for s in solved if s.solution.converged]
    shown = good[-1] if good else solved[-1]
    converged = len(good) == len(solved)
    failed = [s for s in solved if not s.solution.converged]
    message = "" if converged else failed[0].solution.reason
    sweep = None
    if case.sweep is not None:
        sweep = SweepTable(tuple(case.sweep.keys), tuple(_sweep_point(s) for s in solved))
        if failed:
            value, unit = failed[0].point.value or ("", "")
            message = f"{len(failed)} of {len(solved)} points did not converge; the first, {value} {unit}: {message}"
    assert session.linear is not None
    warnings = [*shown.point.model.traces, *resolution_warnings(shown.samples, shown.demand)]
    worst = [b for s in good for b in s.balances if not b.ok]
    warnings += sorted({f"balance of {b.name} missed: {b.value:.2e} {b.unit}, allowed {b.allowed:.1e}" for b in worst})
    return Result(
        case=case,
        status=CONVERGED if converged else NOT_CONVERGED,
        message=message,
        quantities=shown.quantities,
        simplified_models=shown.simplified,
        solver=report(shown.solution, shown.samples, shown.balances, session.linear, [s.solution for s in solved]),
        provenance=_provenance(session.comm, seconds),
        profile=shown.samples.to_profile(),
        sweep=sweep,
        warnings=tuple(warnings),
    )


def _sweep_point(s: Solved) -> SweepPoint:
    value, unit = s.point.value or (0, "")
    solution = s.solution
    return SweepPoint(
        value=value,
        unit=unit,
        status=CONVERGED if solution.converged else NOT_CONVERGED,
        message="" if solution.converged else solution.reason,
        quantities=s.quantities,
        simplified=s.simplified,
        solver={"newton_iterations": solution.newton_iterations, "ramp_steps": len(solution.ramp)},
        profile=s.samples.to_profile() if solution.converged else None,
    )


def _provenance(comm: MPI.Comm, seconds: float) -> dict[str, Any]:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "versions": {"pnp": __version__, "numpy": np.__version__, **compat.versions()},
        "ranks": comm.size,
        "solve_time_s": seconds,
        "wall_time_s": seconds,
        "peak_memory_bytes": int(comm.allreduce(memory, op=MPI.SUM)),
    }
