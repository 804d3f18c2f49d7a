"""`pnp info`: versions and places, for reports of defects; works without DOLFINx too, and says so."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

from pnp.examples import cases_folder, templates
from pnp.report.launcher import rank_of_launcher

HELP = "show the versions of pnp, Python, DOLFINx, PETSc and its packages, the cores, and where cases and caches are"
_PYTHON_PACKAGES = (
    "numpy",
    "scipy",
    "pydantic",
    "pint",
    "matplotlib",
    "rich",
    "meshio",
    "xarray",
    "mpi4py",
    "petsc4py",
)
_SOLVER_PACKAGES = (
    "mumps",
    "hypre",
    "superlu_dist",
    "superlu",
    "metis",
    "parmetis",
    "ptscotch",
    "umfpack",
    "ml",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(arguments: argparse.Namespace) -> int:
    """Show everything known. Collective: DOLFINx starts MPI, which waits for every rank; rank 0 speaks."""
    from pnp import __version__

    solver = _dolfinx()
    if rank_of_launcher() > 0:
        return 0
    cases = cases_folder()
    rows = [
        ("pnp", f"{__version__} ({Path(__file__).resolve().parents[1]})"),
        ("Python", f"{platform.python_version()} ({sys.executable})"),
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("cores", _cores()),
        *solver,
        *((name, _version(name)) for name in _PYTHON_PACKAGES),
        ("C compiler", _compiler()),
        ("kernel cache", _kernel_cache()),
        ("cases", str(cases) if cases else "not part of an installed package: see `pnp new`"),
        ("templates", f"{', '.join(templates())} (`pnp new NAME` writes one)"),
        ("PNP_DEBUG", os.environ.get("PNP_DEBUG", "not set (1 shows the full traceback of a defect)")),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:{width}}  {value}")
    return 0


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def _dolfinx() -> list[tuple[str, str]]:
    """Versions of the solver's libraries, as far as they can be imported."""
    rows = []
    try:
        import dolfinx

        rows.append(("DOLFINx", f"{dolfinx.__version__} ({Path(dolfinx.__file__).parent})"))
    except Exception as error:  # A broken installation fails in many ways, all of which are to be shown.
        rows.append(("DOLFINx", f"missing ({type(error).__name__}: {error}): only `run` needs it"))
    try:
        from petsc4py import PETSc

        kinds = f"{PETSc.ScalarType.__name__} numbers, {PETSc.IntType.__name__} indices"
        rows.append(("PETSc", ".".join(map(str, PETSc.Sys.getVersion())) + f", {kinds}"))
        has = [name for name in _SOLVER_PACKAGES if _has_package(PETSc, name)]
        rows.append(("PETSc packages", ", ".join(has) or "none"))
    except Exception as error:
        rows.append(("PETSc", f"missing ({type(error).__name__}: {error})"))
    try:
        from mpi4py import MPI

        # "Open MPI v5.0.7, package: ..." and "MPICH Version:      4.2.1" and more lines
        library = " ".join(MPI.Get_library_version().strip(chr(0)).splitlines()[0].partition(",")[0].split())
        ranks = MPI.COMM_WORLD.size
        rows.append(("MPI", f"{library}, {ranks} rank{'s' if ranks > 1 else ''} here"))
    except Exception as error:
        rows.append(("MPI", f"missing ({type(error).__name__}: {error})"))
    return rows


def _has_package(petsc: object, name: str) -> bool:
    try:
        return bool(petsc.Sys.hasExternalPackage(name))  # type: ignore[attr-defined]
    except Exception:
        return False


def _cores() -> str:
    """Cores of the machine, how many of them this process may use, and the threads each rank starts."""
    total = os.cpu_count() or 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else total
    own = "" if usable == total else f", {usable} of them for this process"
    return (
        f"{total}{own}; OMP_NUM_THREADS {os.environ.get('OMP_NUM_THREADS', 'not set (1 is best with several ranks)')}"
    )


def _compiler() -> str:
    """The C compiler that DOLFINx's kernels are compiled with: CC, or the one Python was built with."""
    named = ((os.environ.get("CC") or sysconfig.get_config_var("CC") or "").split() or ["cc"])[0]
    return shutil.which(named) or f"missing ({named}): new kernels cannot be compiled; install it or set CC"


def _kernel_cache() -> str:
    """Where DOLFINx keeps compiled kernels, with their number."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(base) if base else Path.home() / ".cache"
    folder = folder / "fenics"
    if not folder.is_dir():
        return f"{folder} (empty: the first solve compiles for some seconds)"
    return f"{folder} ({sum(1 for _ in folder.glob('*.so'))} compiled kernels)"
