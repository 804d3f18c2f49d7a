"""The DOLFINx mesh of a grid, with the region of each cell and the facets of each boundary and interface."""

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
from pnp.plane.grid import PlaneGrid
from pnp.plane.tensor import right_triangles

Facets = tuple[NDArray[np.int32], ...]
AnyGrid = Grid | PlaneGrid
CELLS = {1: "interval", 2: "triangle"}


@cache
def element(cell: str, family: str, degree: int, shape: tuple[int, ...] | None = None) -> Any:
    """An element on "interval" or "triangle"; made once, which costs more than the function space on a small mesh."""
    return basix.ufl.element(family, cell, degree, shape=shape)


@dataclass(frozen=True)
class Domain:
    """A mesh and its named parts, local to this rank.

    Attributes:
        mesh: The DOLFINx mesh (ghosted across shared facets).
        cell_region: Region index of each local cell, ghosts included.
        boundary_facets: For each boundary the local facets on it (owned or ghost).
        interface_facets: For each interface of the model likewise: the R − 1 faces of a stack.
    """

    mesh: Any
    cell_region: NDArray[np.int32]
    boundary_facets: Facets
    interface_facets: Facets

    @property
    def cell(self) -> str:
        """The name of its cells: "interval" or "triangle"."""
        return CELLS[self.mesh.topology.dim]

    @property
    def face_facets(self) -> Facets:
        """Of a stack: the facets of its R + 1 faces from left to right."""
        return self.boundary_facets[0], *self.interface_facets, self.boundary_facets[1]


def domain_of(grid: AnyGrid, comm: MPI.Comm) -> Domain:
    """Mesh of a grid, distributed over ``comm``; it needs a cell for each rank. Collective."""
    return stack_domain(grid, comm) if isinstance(grid, Grid) else plane_domain(grid, comm)


def stack_domain(grid: Grid, comm: MPI.Comm) -> Domain:
    """Mesh of a stack: intervals, or the triangles of a strip. Collective."""
    n, height = len(grid.region), grid.height
    cells, points = np.column_stack([np.arange(n), np.arange(1, n + 1)]), grid.nodes[:, None]
    region = grid.region
    if height:
        rows = np.linspace(0.0, height, grid.rows + 1)
        points, cells, column = right_triangles(grid.nodes, rows)
        region = grid.region[column]
    dim = points.shape[1]
    mesh = _distributed(comm, dim, points, cells)
    cell_region = region[mesh.topology.original_cell_index]
    mesh.topology.create_connectivity(dim - 1, dim)
    positions = grid.nodes[grid.faces]
    # half the smallest neighbouring cell: no other node is that near
    widths = np.diff(grid.nodes)
    reach = [0.5 * min(widths[max(k - 1, 0)], widths[min(k, n - 1)]) for k in grid.faces]
    first, *inner, last = (
        dolfinx.mesh.locate_entities(mesh, dim - 1, lambda x, at=at, r=r: np.abs(x[0] - at) < r)
        for at, r in zip(positions, reach, strict=True)
    )
    return Domain(mesh, cell_region, (first, last), tuple(inner))


def _distributed(comm: MPI.Comm, dim: int, points: NDArray[Any], cells: NDArray[Any]) -> Any:
    """Mesh of what rank 0 has of it. Collective."""
    if comm.rank != 0:
        points, cells = np.empty((0, dim)), np.empty((0, dim + 1))
    shape = element(CELLS[dim], "Lagrange", 1, (dim,))
    return compat.create_mesh(comm, cells.astype(np.int64), np.ascontiguousarray(points), shape)


def plane_domain(grid: PlaneGrid, comm: MPI.Comm) -> Domain:
    """Mesh of a plane; rank 0 holds it, the others take its names and regions from there. Collective."""
    own = grid.mesh if comm.rank == 0 else None
    points, triangles = (own.points, own.triangles) if own is not None else (np.empty((0, 2)), np.empty((0, 3)))
    mesh = _distributed(comm, 2, points / grid.unit, triangles)
    region, facets, group, names = comm.bcast(
        (own.region, own.facets, own.facet_group, own.facet_names) if own is not None else None
    )
    cell_region = np.asarray(region, dtype=np.int32)[mesh.topology.original_cell_index]
    mesh.topology.create_entities(1)
    mesh.topology.create_connectivity(1, 2)
    mesh.topology.create_connectivity(2, 1)
    mesh.topology.create_connectivity(1, 0)
    count = mesh.topology.index_map(1).size_local + mesh.topology.index_map(1).num_ghosts
    corners = dolfinx.mesh.entities_to_geometry(mesh, 1, np.arange(count, dtype=np.int32))
    original = np.sort(mesh.geometry.input_global_indices[corners], axis=1)
    base = int(max(original.max(initial=0), facets.max(initial=0))) + 1
    keys = original[:, 0] * base + original[:, 1]
    ends = np.sort(facets, axis=1)
    wanted = ends[:, 0] * base + ends[:, 1]
    every = np.append(np.sort(wanted), -1)
    some = np.flatnonzero(every[np.searchsorted(every[:-1], keys)] == keys)

    def found(name: str) -> NDArray[np.int32]:
        own = wanted[group == names.index(name)] if name in names else wanted[:0]
        return some[np.isin(keys[some], own)].astype(np.int32)

    return Domain(mesh, cell_region, tuple(map(found, grid.boundary_names)), tuple(map(found, grid.interface_names)))
