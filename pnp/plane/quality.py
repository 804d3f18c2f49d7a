"""How good a mesh is: shapes and sizes of its cells, and how many of them a Debye layer has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.plane.mesh import Array, Indices, PlaneMesh

RIGHT = 90.0 + 1e-6
"""Degrees above which an angle is obtuse: right angles of tensor-product grids are not."""


@dataclass(frozen=True, eq=False)
class Quality:
    """Shapes and sizes of a mesh's cells.

    Attributes:
        nodes: Number of nodes.
        cells: Number of cells.
        smallest_angle: Degrees.
        largest_angle: Degrees.
        obtuse_share: Part of the cells that have an obtuse angle.
        largest_aspect: Longest side over smallest height, 1 for an equilateral cell.
        smallest_at: (2,) where the smallest angle is, m.
        sizes: (regions, 3) shortest, median and longest edge of each region, m.
        cells_in: (regions,) number of cells of each region.
    """

    nodes: int
    cells: int
    smallest_angle: float
    largest_angle: float
    obtuse_share: float
    largest_aspect: float
    smallest_at: Array
    sizes: Array
    cells_in: NDArray[np.int64]


def angles(points: Array, triangles: Indices) -> Array:
    """(m, 3) angle at each vertex, degrees."""
    corners = points[triangles]
    u, v = np.roll(corners, -1, axis=1) - corners, np.roll(corners, 1, axis=1) - corners
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    return np.asarray(np.degrees(np.arctan2(cross, np.sum(u * v, axis=2))))


def quality(mesh: PlaneMesh) -> Quality:
    """Shapes and sizes of the mesh's cells."""
    found = angles(mesh.points, mesh.triangles)
    corners = mesh.points[mesh.triangles]
    longest = np.max(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2), axis=1)
    aspect = longest**2 / (2.0 * mesh.cell_areas) * (np.sqrt(3.0) / 2.0)
    at = int(np.argmin(found.min(axis=1)))
    return Quality(
        nodes=len(mesh.points),
        cells=len(mesh.triangles),
        smallest_angle=float(found.min()),
        largest_angle=float(found.max()),
        obtuse_share=float(np.mean(found.max(axis=1) > RIGHT)),
        largest_aspect=float(aspect.max()),
        smallest_at=corners[at].mean(axis=0),
        sizes=mesh.region_sizes(),
        cells_in=np.bincount(mesh.region, minlength=len(mesh.region_names)),
    )


def cells_per_length(mesh: PlaneMesh, facets: Indices, lengths: Array) -> dict[int, tuple[float, float]]:
    """How many cells fit into a length at right angles to facets, for each region beside them.

    Args:
        mesh: The mesh.
        facets: (k, 2) facets of the mesh.
        lengths: (regions,) length to resolve in each region, such as its Debye length, m; NaN or infinite for none.

    Returns:
        Of each region beside the facets that has a length, the least and the median number of cells.
    """
    cells = mesh.edges.cells[mesh.edges.find(facets)]
    measure = np.repeat(mesh.facet_measures(facets, axisymmetric=False), 2)
    cells = cells.ravel()
    there = cells >= 0
    cells, measure = cells[there], measure[there]
    height = 2.0 * mesh.cell_areas[cells] / measure
    region = mesh.region[cells]
    found = {}
    for k in np.unique(region):
        if np.isfinite(lengths[k]):
            number = lengths[k] / height[region == k]
            found[int(k)] = float(number.min()), float(np.median(number))
    return found


def cells_per_debye_length(
    mesh: PlaneMesh, debye_lengths: Mapping[str, float]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Least and median number of cells in a Debye length at each group, by (group, region).

    Args:
        mesh: The mesh.
        debye_lengths: Of the regions that have ions, m.
    """
    lengths = np.array([debye_lengths.get(name, np.nan) for name in mesh.region_names])
    return {
        (name, mesh.region_names[k]): numbers
        for name in mesh.facet_names
        for k, numbers in cells_per_length(mesh, mesh.facets_of(name), lengths).items()
    }
