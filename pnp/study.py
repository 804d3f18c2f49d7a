"""Studies: one steady state, or a sweep of them, from a validated case to a result."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from mpi4py import MPI

from pnp import __version__, compat, stopwatch
from pnp.case import Case
from pnp.mesh_error import mesh_errors
from pnp.petsc_options import user_options
from pnp.plane.grid import PlaneGrid
from pnp.plane_fields import PlaneFields
from pnp.plane_output import cuts, plane_fields
from pnp.plane_samples import PlaneSamples
from pnp.profile import Samples
from pnp.result import CONVERGED, NOT_CONVERGED, Profile, Result, SweepPoint, SweepTable
from pnp.session import Session, Solved, points_of
from pnp.solver_report import linear_iterations, report, state_warnings

if TYPE_CHECKING:
    from pathlib import Path

Progress = Callable[[int, int, str], None]

ALL_PROFILES = 200
"""Sweeps of up to so many points keep every profile, longer ones ``SOME_PROFILES`` of them, evenly spread."""
SOME_PROFILES = 11


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
    """Run the study a case asks for. Collective; every rank returns the same result, but rank 0 alone fields of planes.

    Args:
        case: The validated case.
        progress: Called as ``progress(done, total, text)`` after each point, on every rank.
        petsc_options: PETSc options as on a command line, e.g. ``["-ksp_monitor"]``.
        comm: Communicator to solve on.

    Returns:
        The result; a solve that fails is a result with status "not converged" that says why, not an exception. On one
        rank a sweep that is interrupted (KeyboardInterrupt) is such a result too, with the points that are done.

    Raises:
        pnp.petsc_options.PetscOptionError: On every rank, for an option that PETSc does not accept.
        pnp.case.CaseError: On every rank, where the mesh has fewer cells than there are ranks.
    """
    began, before = time.perf_counter(), stopwatch.seconds()
    points = points_of(case, comm)
    session, tally = Session(points, comm), Tally()
    kept = set(range(len(points)))
    if len(points) > ALL_PROFILES:
        kept = {int(i) for i in np.linspace(0, len(points) - 1, SOME_PROFILES).round()}
    with user_options(petsc_options) as told:
        try:
            for k, point in enumerate(points):
                tally.add(session.solve(point), keep_profile=k in kept)
                if progress is not None:
                    progress(k + 1, len(points), "" if point.value is None else f"{point.value[0]} {point.value[1]}")
        except KeyboardInterrupt:
            if comm.size > 1 or not tally.rows:
                raise
            tally.missing = len(points) - len(tally.rows)
        errors = _mesh_errors(case, tally, comm)
        result = _result(case, tally, session, errors, time.perf_counter() - began)
        result = replace(result, solver={**result.solver, "seconds": _stages(before, comm)})
    session.close()
    unused = tuple(f"PETSc option {name} was used by nobody: is it misspelt?" for name in told.unused())
    return replace(result, warnings=result.warnings + unused)


@dataclass
class Tally:
    """What is kept of the points of a study: their numbers, and the last point that converged as it is.

    Attributes:
        rows: A row of the sweep for every point.
        shown: The last point that converged, or the last point if none did.
        newton_iterations: Of all points.
        linear_iterations: Of Newton's steps at all points.
        ramp_steps: Of all points.
        missed: Sentences on balances that do not hold.
        missing: Points that were not tried, because the run was interrupted.
    """

    rows: list[SweepPoint] = field(default_factory=list)
    shown: Solved | None = None
    newton_iterations: int = 0
    linear_iterations: int = 0
    ramp_steps: int = 0
    missed: set[str] = field(default_factory=set)
    missing: int = 0

    def add(self, s: Solved, keep_profile: bool) -> None:
        """Take what a solved point leaves; its problem and its mesh are not kept."""
        solution, (value, unit) = s.solution, s.point.value or (0, "")
        converged = solution.converged
        if converged or self.shown is None or not self.shown.solution.converged:
            self.shown = s
        self.newton_iterations += solution.newton_iterations
        self.linear_iterations += linear_iterations(solution)
        self.ramp_steps += len(solution.ramp)
        self.missed |= {
            f"balance of {b.name} missed: {b.value:.2e} {b.unit}, allowed {b.allowed:.1e}"
            for b in s.balances
            if not b.ok
        }
        row = SweepPoint(
            value=value,
            unit=unit,
            status=CONVERGED if converged else NOT_CONVERGED,
            message="" if converged else solution.reason,
            quantities=s.quantities,
            simplified=s.simplified,
            solver={"newton_iterations": solution.newton_iterations, "ramp_steps": len(solution.ramp)},
            profile=profile_of(s) if converged and keep_profile else None,
        )
        self.rows.append(row)


def profile_of(s: Solved) -> Profile | None:
    """The profile of a stack; a plane has cuts instead."""
    return s.samples.to_profile() if isinstance(s.samples, Samples) else None


def fields_of(s: Solved) -> tuple[PlaneFields | None, dict[str, Profile], tuple[str, ...]]:
    """Of a plane, on rank 0: the fields, the cuts along named lines, sentences on lines without any. Collective."""
    fields = plane_fields(s.point.case, s.samples) if isinstance(s.samples, PlaneSamples) else None
    return (fields, *cuts(s.point.case, fields)) if fields is not None else (None, {}, ())


def notes_of(s: Solved) -> tuple[str, ...]:
    """What is to be said of a plane's mesh."""
    grid = s.solution.problem.disc.grid
    return grid.notes if isinstance(grid, PlaneGrid) else ()


def _mesh_errors(case: Case, tally: Tally, comm: MPI.Comm) -> dict[str, float]:
    shown = tally.shown
    if shown is None or not shown.solution.converged or not case.mesh.error_estimate:
        return {}
    return mesh_errors(shown, comm)


def _result(case: Case, tally: Tally, session: Session, errors: dict[str, float], seconds: float) -> Result:
    assert tally.shown is not None
    assert session.linear is not None
    shown = tally.shown
    failed = [row for row in tally.rows if row.status != CONVERGED]
    message = failed[0].message if failed else ""
    sweep = None
    if case.sweep is not None:
        sweep = SweepTable(tuple(case.sweep.keys), tuple(tally.rows))
        if failed:
            first = f"{failed[0].value} {failed[0].unit}"
            message = f"{len(failed)} of {len(tally.rows)} points did not converge; the first, {first}: {message}"
    if tally.missing:
        message = f"interrupted: {tally.missing} of {len(tally.rows) + tally.missing} points are missing"
    warnings = [*shown.point.model.traces, *sorted(tally.missed), *notes_of(shown)]
    fields, lines, empty = fields_of(shown)
    warnings += empty
    if shown.solution.converged:
        warnings += state_warnings(shown.samples, shown.demand, own_mesh=case.mesh.file is not None)
    solver = report(shown.solution, shown.samples, shown.balances, session.linear)
    value, unit = shown.point.value or ("", "")
    totals: dict[str, Any] = {
        # a sweep's summary is that of one point, its iterations are those of all
        **({"shown_point": f"{value} {unit}"} if sweep else {}),
        "newton_iterations": tally.newton_iterations,
        "linear_iterations": tally.linear_iterations,
        "ramp_steps": tally.ramp_steps,
    }
    return Result(
        case=case,
        status=NOT_CONVERGED if failed or tally.missing else CONVERGED,
        message=message,
        quantities={name: replace(q, mesh_error=errors.get(name)) for name, q in shown.quantities.items()},
        simplified_models=shown.simplified,
        solver={**solver, **totals},
        provenance={**_provenance(session.comm, seconds), "interrupted": tally.missing > 0},
        profile=profile_of(shown),
        fields=fields,
        cuts=lines,
        sweep=sweep,
        warnings=tuple(warnings),
    )


def _stages(before: dict[str, float], comm: MPI.Comm) -> dict[str, float]:
    """Seconds of assembly, set-up of linear solvers and solves since then, of the slowest rank. Collective."""
    now = stopwatch.seconds()
    return {name: float(comm.allreduce(now[name] - before[name], op=MPI.MAX)) for name in stopwatch.STAGES}


def _provenance(comm: MPI.Comm, seconds: float) -> dict[str, Any]:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "versions": {"pnp": __version__, "numpy": np.__version__, **compat.versions()},
        "ranks": comm.size,
        "solve_time_s": seconds,
        "wall_time_s": seconds,
        "peak_memory_bytes": int(comm.allreduce(memory, op=MPI.SUM)),
    }
