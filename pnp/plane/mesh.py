"""A two-dimensional mesh of triangles with named regions, boundaries and interfaces, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pnp.plane.topology import Edges, edges_of

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PlaneMesh:
    """Triangles in the plane (x, y), or in the half-plane (r, z) of an axisymmetric body.

    Attributes:
        points: (n, 2) m; x, y or r, z.
        triangles: (m, 3) nodes of each cell, counter-clockwise.
        region: (m,) index of each cell's region in ``region_names``.
        region_names: In the order of the case file.
        facets: (k, 2) nodes of the facets of named boundaries and interfaces.
        facet_group: (k,) index of each facet's group in ``facet_names``.
        facet_names: Names of boundaries and interfaces.
        notes: What was done to the mesh that the user should know, one sentence each.
    """

    points: Array
    triangles: Indices
    region: NDArray[np.int32]
    region_names: tuple[str, ...]
    facets: Indices
    facet_group: NDArray[np.int32]
    facet_names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def edges(self) -> Edges:
        """All edges with the cells beside them."""
        return edges_of(self.triangles)

    @cached_property
    def cell_areas(self) -> Array:
        """(m,) m²; negative for a cell whose nodes run clockwise."""
        return signed_areas(self.points, self.triangles)

    def cell_volumes(self, axisymmetric: bool) -> Array:
        """(m,) areas in m², or the volumes ∫ 2πr dA in m³ of the rings that the cells sweep out."""
        if not axisymmetric:
            return self.cell_areas
        return np.asarray(2.0 * np.pi * self.points[self.triangles, 0].mean(axis=1) * self.cell_areas)

    def region_volumes(self, axisymmetric: bool) -> Array:
        """(regions,) area in m² or, axisymmetric, volume in m³ of each region."""
        volumes = np.bincount(self.region, self.cell_volumes(axisymmetric), len(self.region_names))
        return volumes.astype(np.float64)

    def facet_measures(self, facets: Indices, axisymmetric: bool) -> Array:
        """Lengths in m of (k, 2) facets or, axisymmetric, the areas ∫ 2πr ds in m² that they sweep out."""
        a, b = self.points[facets[:, 0]], self.points[facets[:, 1]]
        length = np.hypot(*(b - a).T)
        return np.asarray(length * np.pi * (a[:, 0] + b[:, 0]) if axisymmetric else length)

    def group_measures(self, axisymmetric: bool) -> Array:
        """(groups,) length in m or, axisymmetric, area in m² of each named boundary and interface."""
        measures = self.facet_measures(self.facets, axisymmetric)
        return np.bincount(self.facet_group, measures, len(self.facet_names)).astype(np.float64)

    def facets_of(self, name: str) -> Indices:
        """(j, 2) nodes of the facets of one group."""
        return np.asarray(self.facets[self.facet_group == self.facet_names.index(name)])

    @cached_property
    def boundary_facets(self) -> Indices:
        """(b, 2) nodes of all outer facets, named or not, the cell on the left of the way from first to second."""
        edge = np.flatnonzero(self.edges.outer)
        cell = self.edges.cells[edge, 0]
        opposite = np.argmax(self.edges.of_cell[cell] == edge[:, None], axis=1)
        corners = self.triangles[cell]
        at = np.arange(len(edge))
        return np.stack([corners[at, (opposite + 1) % 3], corners[at, (opposite + 2) % 3]], axis=1)

    @cached_property
    def neighbours(self) -> dict[tuple[int, int], Indices]:
        """Facets (j, 2) between each pair of regions that touch; the pairs as region indices, the smaller first."""
        inner = np.flatnonzero(self.edges.count == 2)
        pair = np.sort(self.region[self.edges.cells[inner]], axis=1)
        differ = pair[:, 0] != pair[:, 1]
        inner, pair = inner[differ], pair[differ]
        return {
            (int(a), int(b)): self.edges.nodes[inner[(pair[:, 0] == a) & (pair[:, 1] == b)]]
            for a, b in np.unique(pair, axis=0)
        }

    @cached_property
    def group_regions(self) -> tuple[tuple[int, ...], ...]:
        """Regions that each group touches, in order of ``facet_names``."""
        cells = self.edges.cells[self.edges.find(self.facets)]
        touched = np.where(cells >= 0, self.region[cells], -1)
        return tuple(
            tuple(int(r) for r in np.unique(touched[self.facet_group == g]) if r >= 0)
            for g in range(len(self.facet_names))
        )

    def region_sizes(self) -> Array:
        """(regions, 3) shortest, median and longest edge of each region, m; NaN for a region without cells."""
        a, b = self.points[self.edges.nodes[:, 0]], self.points[self.edges.nodes[:, 1]]
        longest = np.hypot(*(b - a).T)[self.edges.of_cell]
        sizes = np.full((len(self.region_names), 3), np.nan)
        for k in range(len(self.region_names)):
            lengths = longest[self.region == k]
            if lengths.size:
                sizes[k] = lengths.min(), np.median(lengths), lengths.max()
        return sizes

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a point (m) lies in a cell, or to rounding on its edge."""
        x = self.points[self.triangles]
        u, v, p = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0], np.asarray(point) - x[:, 0]
        double = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
        second = (p[:, 0] * v[:, 1] - p[:, 1] * v[:, 0]) / double
        third = (u[:, 0] * p[:, 1] - u[:, 1] * p[:, 0]) / double
        return bool(np.any(np.minimum(np.minimum(second, third), 1.0 - second - third) > -1e-9))

    @property
    def extent(self) -> Array:
        """(2, 2) m: the lowest and the highest coordinates."""
        return np.stack([self.points.min(axis=0), self.points.max(axis=0)])


def signed_areas(points: Array, triangles: Indices) -> Array:
    """(m,) areas, positive where the nodes run counter-clockwise."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    u, v = b - a, c - a
    return np.asarray(0.5 * (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]), dtype=np.float64)
