"""`pnp run`: solve a case, show its numbers, write its result folder."""

from __future__ import annotations

import argparse
import atexit
import datetime
import gc
import os
import shlex
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pnp.commands.errors import DEFECT, DONE, INTERRUPTED, NOT_CONVERGED, WRONG, UsageError, defect_text

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.result import Result

HELP = "solve a case file, print its numbers beside the simplified models, write a result folder"
EPILOG = """\
PETSc options can be given as they are, with one dash, after the case file:
  pnp run case.toml -ksp_monitor -mat_mumps_icntl_14 40
Exit codes: 0 done, 1 not converged (what there is, is written), 2 the case or the command is wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("case", metavar="CASE", type=Path, help="case file (TOML)")
    parser.add_argument(
        "-o", "--output", metavar="FOLDER", type=Path, help="result folder (default: results/<case name>)"
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="overrides",
        help='set a key of the case, e.g. --set species.K.diffusivity="1.9e-9 m^2/s"; may be repeated',
    )
    parser.add_argument("--overwrite", action="store_true", help="replace the result folder if it exists")
    parser.add_argument("--no-plots", action="store_true", help="write the numbers only")
    parser.add_argument(
        "--plot-format", choices=("png", "pdf", "svg"), default="png", help="format of the pictures (default: png)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Solve the case. Collective: every rank calls it, rank 0 speaks and writes."""
    started = time.perf_counter()
    case, problem = _load(arguments)
    # A wrong case is said at once, before the second it takes to import the solver.
    if case is None and not _under_launcher():
        raise UsageError(problem)
    from mpi4py import MPI

    # Otherwise the interpreter looks through everything DOLFINx and matplotlib hold before it ends: 0.2 s.
    atexit.register(gc.freeze)
    world = MPI.COMM_WORLD
    try:
        return _solve(arguments, case, problem, world, started)
    except UsageError:
        raise
    except BaseException as error:
        if world.size == 1:
            raise
        _abort(error, world)
        raise


def _load(arguments: argparse.Namespace) -> tuple[Case | None, str]:
    """The case, or None and what is wrong with it."""
    from pnp.case import Case, CaseError

    try:
        return Case.load(arguments.case, arguments.overrides), ""
    except CaseError as error:
        return None, f"the case cannot be solved\n{error}"


def _under_launcher() -> bool:
    sizes = ("OMPI_COMM_WORLD_SIZE", "PMIX_SIZE", "PMI_SIZE")
    return any(os.environ.get(name, "1") != "1" for name in sizes)


def _solve(arguments: argparse.Namespace, case: Case | None, problem: str, world: Any, started: float) -> int:
    from pnp.result_folder import ResultFolderError, check_target, write

    folder: Path = arguments.output or Path("results") / (case.name if case else "")
    if not problem and world.rank == 0:
        try:
            check_target(folder, arguments.overwrite)
        except ResultFolderError as error:
            problem = str(error)
    # Every rank learns of any rank's problem before anything collective is begun.
    problems = [text for text in world.allgather(problem) if text]
    if problems or case is None:
        raise UsageError(problems[0])

    from pnp.case import CaseError
    from pnp.petsc_options import PetscOptionError
    from pnp.report.progress import ProgressBar
    from pnp.report.tables import Report
    from pnp.study import run as solve

    # PETSc, imported just now, would end the run with a page of text when a reader (`| head`) has gone away.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    report = Report() if world.rank == 0 else None
    if report:
        report.case(case)
    # a request to end keeps what is done, as Ctrl-C does
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ProgressBar(None if world.rank == 0 else False) as progress:
            result = solve(case, progress=progress, petsc_options=arguments.petsc_options)
    except CaseError as error:
        # Raised on every rank alike: what only the mesh shows.
        raise UsageError(f"the case cannot be solved\n{error}") from error
    except PetscOptionError as error:
        raise UsageError(str(error)) from error
    code = DONE if result.converged else INTERRUPTED if result.provenance["interrupted"] else NOT_CONVERGED
    if report is None:
        # Rank 0 writes; its success is the run's.
        return int(world.bcast(None, root=0))
    result = _with_provenance(result, arguments, started)
    failure, notes = "", []
    try:
        plots = not arguments.no_plots
        notes = write(result, folder, arguments.overwrite, plots, arguments.plot_format)
    except ResultFolderError as error:
        failure, code = str(error), WRONG
    world.bcast(code, root=0)
    report.result(result)
    for text in notes:
        report.warning(text)
    if failure:
        print(f"pnp: {failure}", file=sys.stderr)
    else:
        report.written(folder, time.perf_counter() - started)
    return code


def _with_provenance(result: Result, arguments: argparse.Namespace, started: float) -> Result:
    """The result with what only the command knows: how it was called, when, and for how long."""
    from dataclasses import replace

    known = {
        "command": shlex.join(["pnp", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "case_source": str(arguments.case),
        "overrides": list(arguments.overrides),
        "petsc_options": list(arguments.petsc_options),
    }
    provenance = {**known, **result.provenance, "wall_time_s": time.perf_counter() - started}
    return replace(result, provenance=provenance)


def _abort(error: BaseException, world: Any) -> None:
    """End all ranks: one that fails alone would leave the others waiting for it."""
    sys.stdout.flush()
    if isinstance(error, KeyboardInterrupt):
        world.Abort(INTERRUPTED)
    elif isinstance(error, Exception):
        print(f"pnp: rank {world.rank}: {defect_text(error)}", file=sys.stderr, flush=True)
        world.Abort(DEFECT)
