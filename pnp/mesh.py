"""The DOLFINx mesh of a one-dimensional grid, with the region of each cell and the facets of each face."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import basix.ufl
import dolfinx
import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp import compat
from pnp.grading import Grid


@cache
def element(family: str, degree: int, shape: tuple[int, ...] | None = None) -> Any:
    """An element on intervals; made once, which costs more than the function space on a small mesh."""
    return basix.ufl.element(family, "interval", degree, shape=shape)


@dataclass(frozen=True)
class Domain:
    """A mesh and its named parts, local to this rank.

    Attributes:
        mesh: The DOLFINx mesh (ghosted across shared facets).
        cell_region: Region index of each local cell, ghosts included.
        face_facets: For each of the R + 1 faces of the stack, the local facets on it (owned or ghost).
    """

    mesh: Any
    cell_region: NDArray[np.int32]
    face_facets: tuple[NDArray[np.int32], ...]


def interval_domain(grid: Grid, comm: MPI.Comm) -> Domain:
    """Mesh of the grid, distributed over ``comm``; it needs a cell for each rank. Collective."""
    n = len(grid.region)
    root = comm.rank == 0
    cells = np.column_stack([np.arange(n), np.arange(1, n + 1)]) if root else np.empty((0, 2))
    points = grid.nodes[:, None] if root else np.empty((0, 1))
    mesh = compat.create_mesh(comm, cells.astype(np.int64), np.ascontiguousarray(points), element("Lagrange", 1, (1,)))
    cell_region = grid.region[mesh.topology.original_cell_index]
    mesh.topology.create_connectivity(0, 1)
    positions = grid.nodes[grid.faces]
    # half the smallest neighbouring cell: no other node is that near
    widths = np.diff(grid.nodes)
    reach = [0.5 * min(widths[max(k - 1, 0)], widths[min(k, n - 1)]) for k in grid.faces]
    facets = tuple(
        dolfinx.mesh.locate_entities(mesh, 0, lambda x, at=at, r=r: np.abs(x[0] - at) < r)
        for at, r in zip(positions, reach, strict=True)
    )
    return Domain(mesh, cell_region, facets)
