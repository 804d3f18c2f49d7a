"""`pnp info`: versions and places, for reports of defects; works without DOLFINx too, and says so."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from pnp.report.launcher import rank_of_launcher

HELP = "show the versions of pnp, Python, DOLFINx, PETSc and its packages, and where caches are"
_PYTHON_PACKAGES = (
    "numpy",
    "scipy",
    "pydantic",
    "pint",
    "matplotlib",
    "rich",
    "meshio",
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
    rows = [
        ("pnp", __version__),
        ("Python", f"{platform.python_version()} ({sys.executable})"),
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores"),
        *solver,
        *((name, _version(name)) for name in _PYTHON_PACKAGES),
        ("kernel cache", _kernel_cache()),
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

        scalar = PETSc.ScalarType.__name__
        rows.append(("PETSc", ".".join(map(str, PETSc.Sys.getVersion())) + f", {scalar} numbers"))
        has = [name for name in _SOLVER_PACKAGES if _has_package(PETSc, name)]
        rows.append(("PETSc packages", ", ".join(has) or "none"))
    except Exception as error:
        rows.append(("PETSc", f"missing ({type(error).__name__}: {error})"))
    try:
        from mpi4py import MPI

        rows.append(("MPI", f"{MPI.Get_library_version().splitlines()[0].strip(chr(0))}"))
    except Exception as error:
        rows.append(("MPI", f"missing ({type(error).__name__}: {error})"))
    return rows


def _has_package(petsc: object, name: str) -> bool:
    try:
        return bool(petsc.Sys.hasExternalPackage(name))  # type: ignore[attr-defined]
    except Exception:
        return False


def _kernel_cache() -> str:
    """Where DOLFINx keeps compiled kernels, with their number."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(base) if base else Path.home() / ".cache"
    folder = folder / "fenics"
    if not folder.is_dir():
        return f"{folder} (empty: the first solve compiles for some seconds)"
    return f"{folder} ({sum(1 for _ in folder.glob('*.so'))} compiled kernels)"
