"""Everything that differs between the supported DOLFINx versions (0.9, 0.10, 0.11). No version test anywhere else."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from typing import Any

import dolfinx
import numpy as np
from petsc4py import PETSc

MINIMUM = (0, 9)
INSTALLED = tuple(int(n) for n in dolfinx.__version__.split(".")[:2])

if INSTALLED < MINIMUM:
    raise ImportError(
        f"pnp needs DOLFINx {MINIMUM[0]}.{MINIMUM[1]} or newer, found {dolfinx.__version__}: "
        "run through scripts/env, which brings one, or install fenics-dolfinx from conda-forge"
    )


def create_mesh(comm: Any, cells: np.ndarray, points: np.ndarray, element: Any) -> Any:
    """A mesh ghosted across shared facets, from cells (n, vertices) and points (m, dim) of this rank. Collective.

    The positional order of ``create_mesh`` changed in 0.10; from 0.11 the partitioner needs a bound on the cells
    at a facet. One rank needs no partitioner, whose graph of the cells takes most of the time.
    """
    if comm.size == 1:
        return dolfinx.mesh.create_mesh(comm=comm, cells=cells, x=points, e=element)
    shared = dolfinx.mesh.GhostMode.shared_facet
    links = {"max_facet_to_cell_links": 2} if INSTALLED >= (0, 11) else {}
    partitioner = dolfinx.mesh.create_cell_partitioner(shared, **links)
    return dolfinx.mesh.create_mesh(comm=comm, cells=cells, x=points, e=element, partitioner=partitioner)


def cell_nodes(mesh: Any) -> np.ndarray:
    """Local geometry nodes of each local cell; ``dofmap`` became ``dofmaps`` in 0.11."""
    geometry = mesh.geometry
    return np.asarray(geometry.dofmaps[0] if INSTALLED >= (0, 11) else geometry.dofmap)


def bind_form(
    compiled: tuple[Any, Any, Any], data: Any, coefficients: Sequence[str], constants: Sequence[str], cells: Any = None
) -> Any:
    """A form of a compiled kernel on the mesh and functions of ``data`` (`pnp.kernels.Data`).

    ``fem.create_form`` does it in 0.11; that of 0.9 numbers the coefficients before those that drop out. From 0.10 the
    kernel's address comes as a list (one for each cell type) and entity maps as a list.
    """
    ufcx, code, module = compiled
    address = int(module.ffi.cast("uintptr_t", module.ffi.addressof(ufcx)))
    newer = INSTALLED >= (0, 10)
    bound = dolfinx.cpp.fem.Form_float64(
        [address] if newer else address,
        [data.space._cpp_object] * ufcx.rank,
        [data.functions[name]._cpp_object for name in coefficients],
        [data.constants[name]._cpp_object for name in constants],
        {} if cells is None else {dolfinx.fem.IntegralType.cell: [(1, cells)]},
        [] if newer else {},
        data.mesh._cpp_object,
    )
    return dolfinx.fem.Form(bound, ufcx, code, module)


def versions() -> dict[str, str]:
    """Versions of the FEniCS components, PETSc and MPI in use."""
    import mpi4py

    found = {"dolfinx": dolfinx.__version__, "petsc": ".".join(map(str, PETSc.Sys.getVersion()))}
    for name in ("fenics-ufl", "fenics-ffcx", "fenics-basix"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "unknown"
    found["mpi4py"] = mpi4py.__version__
    return found
