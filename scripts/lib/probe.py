"""Tells scripts/env whether this Python can run pnp: first line the verdict, then the folders on its path."""

import sys
from importlib.util import find_spec

REQUIRED = ("mpi4py", "petsc4py", "numpy", "scipy", "pydantic", "pint", "rich", "matplotlib", "meshio")


def verdict(wanted: str) -> str:
    """Return "absent", "old VERSION", "other VERSION", "incomplete VERSION modules" or "usable VERSION"."""
    if find_spec("dolfinx") is None:
        return "absent"
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("fenics-dolfinx")
    except PackageNotFoundError:  # built from source without metadata
        import dolfinx

        found = dolfinx.__version__
    parts = tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in found.split(".")[:2])
    if parts < (0, 9) or sys.version_info < (3, 11):
        return "old " + found
    if wanted and tuple(wanted.split(".")) != tuple(found.split(".")[: len(wanted.split("."))]):
        return "other " + found
    missing = [name for name in REQUIRED if find_spec(name) is None]
    if missing:
        return "incomplete " + found + " " + ", ".join(missing)
    return "usable " + found


print(verdict(sys.argv[1]), *filter(None, sys.path[1:]), sep="\n")
