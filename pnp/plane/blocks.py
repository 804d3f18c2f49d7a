"""Rectangles painted over each other as blocks between lines, with the groups on their faces: for tensor meshes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pnp.plane.errors import MeshError
from pnp.plane.geometry import PlaneBoundary, PlaneGeometry, PlaneInterface
from pnp.plane.mesh import PlaneMesh
from pnp.plane.shapes import Placement, Rectangle
from pnp.plane.tensor import right_triangles
from pnp.units import length_text

Array = NDArray[np.float64]

SAME = 1e-9
"""Part of the extent within which two lines are one."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """A geometry of axis-parallel rectangles, cut by the lines of all their sides.

    Attributes:
        lines: Increasing positions of the lines of both axes.
        region: Region of each block (i, j), −1 outside.
        region_names: Names of the regions.
        boundary_names: Names of boundaries.
        interface_names: Names of interfaces.
        groups: Name of the group on face (axis, line, block along the line).
        axisymmetric: Whether the coordinates are r, z.
    """

    lines: tuple[Array, Array]
    region: NDArray[np.int32]
    region_names: tuple[str, ...]
    boundary_names: tuple[str, ...]
    interface_names: tuple[str, ...]
    groups: dict[tuple[int, int, int], str]
    axisymmetric: bool

    def scaled(self, unit: float) -> Blocks:
        """The same with lengths counted in ``unit``."""
        x, y = (np.asarray(line / unit, dtype=np.float64) for line in self.lines)
        return replace(self, lines=(x, y))

    def faces(self, axis: int) -> list[list[tuple[int, int]]]:
        """Of each line of an axis the regions (lower, upper) at each block along it, −1 for none."""
        region = self.region if axis == 0 else self.region.T
        padded = np.pad(region, ((1, 1), (0, 0)), constant_values=-1)
        return [
            [(int(a), int(b)) for a, b in zip(padded[line], padded[line + 1], strict=True)]
            for line in range(len(self.lines[axis]))
        ]

    def group_of(self, axis: int, line: int, along: int) -> str | None:
        """Boundary or interface on a face."""
        return self.groups.get((axis, line, along))

    def mesh(self, x: Array, y: Array, columns: NDArray[np.int32], rows: NDArray[np.int32]) -> PlaneMesh:
        """Triangles between lines x (p,) and y (q,), m; ``columns`` and ``rows`` are the blocks of their intervals."""
        region = self.region[np.ix_(columns, rows)]
        points, triangles, number = right_triangles(x, y, region >= 0)
        facets, group = self._facets(len(y), columns, rows)
        names = (*self.boundary_names, *self.interface_names)
        used = np.zeros(len(x) * len(y), dtype=bool)
        i, j = np.nonzero(region >= 0)
        for di in (0, 1):
            for dj in (0, 1):
                used[(i + di) * len(y) + j + dj] = True
        renumbered = np.cumsum(used) - 1
        return PlaneMesh(
            points,
            triangles,
            region.reshape(-1)[number].astype(np.int32),
            self.region_names,
            renumbered[facets],
            np.array([names.index(g) for g in group], dtype=np.int32),
            names,
        )

    def _facets(
        self, q: int, columns: NDArray[np.int32], rows: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], list[str]]:
        """Node pairs of all faces that have a group, and the group of each; ``q`` lines y."""
        intervals = (columns, rows)
        starts = [np.searchsorted(own, np.arange(own[-1] + 2)) for own in intervals]
        pairs, names = [], []
        for (axis, line, along), name in self.groups.items():
            first, last = starts[1 - axis][along], starts[1 - axis][along + 1]
            steps, at = np.arange(first, last), int(starts[axis][line])
            nodes = at * q + steps if axis == 0 else steps * q + at
            pairs.append(np.column_stack([nodes, nodes + (1 if axis == 0 else q)]))
            names += [name] * len(steps)
        return (np.concatenate(pairs) if pairs else np.zeros((0, 2), dtype=np.int64)), names


def blocks_of(geometry: PlaneGeometry) -> Blocks:
    """The blocks of a geometry that `PlaneGeometry.tensor` says is axis-parallel.

    Raises:
        MeshError: A region is painted over wholly, or a boundary or interface lies nowhere.
    """
    lines = tuple(_lines(geometry, axis) for axis in (0, 1))
    middle = [0.5 * (a[1:] + a[:-1]) for a in lines]
    region = np.full((len(middle[0]), len(middle[1])), -1, dtype=np.int32)
    for k, r in enumerate(geometry.regions):
        for shape in r.shapes:
            assert isinstance(shape, Rectangle)
            inside = [
                np.ones(len(m), dtype=bool) if range_ is None else (m > range_[0]) & (m < range_[1])
                for m, range_ in zip(middle, shape.extent, strict=True)
            ]
            region[np.ix_(*inside)] = k
    for k, r in enumerate(geometry.regions):
        if not (region == k).any():
            raise MeshError("later regions cover it", "some of each region is left", "change the order", name=r.name)
    names = tuple(r.name for r in geometry.regions)
    boundaries, interfaces = geometry.boundaries, geometry.interfaces
    blocks = Blocks(
        (lines[0], lines[1]),
        region,
        names,
        tuple(b.name for b in boundaries),
        tuple(i.name for i in interfaces),
        {},
        geometry.axisymmetric,
    )
    extent = max(float(a[-1] - a[0]) for a in lines)
    for axis in (0, 1):
        for line, faces in enumerate(blocks.faces(axis)):
            for along, (a, b) in enumerate(faces):
                if a == b:
                    continue
                at = (lines[axis][line], middle[1 - axis][along])
                point = at if axis == 0 else (at[1], at[0])
                outer = min(a, b) < 0
                if outer and geometry.axisymmetric and axis == 0 and at[0] <= SAME * extent:
                    continue
                pair = {names[k] for k in (a, b) if k >= 0}
                found = [o.name for o in boundaries if outer and _on(o.on, point, SAME * extent)]
                found += [
                    i.name
                    for i in interfaces
                    if not outer and set(i.between) == pair and (not i.on or _on(i.on, point, SAME * extent))
                ]
                if len(set(found)) > 1:
                    raise MeshError(
                        f"it overlaps {found[1]} at ({length_text(point[0])}, {length_text(point[1])})",
                        "one name for each part",
                        "change where one of them lies",
                        name=found[0],
                    )
                if found:
                    blocks.groups[axis, line, along] = found[0]
    parts: list[PlaneBoundary | PlaneInterface] = [*boundaries, *interfaces]
    for part in parts:
        if part.name not in blocks.groups.values():
            raise MeshError(
                "it lies on no part of the outer boundary"
                if isinstance(part, PlaneBoundary)
                else "its regions do not touch there",
                "a line that a region ends at",
                "check its coordinates",
                name=part.name,
            )
    return blocks


def _lines(geometry: PlaneGeometry, axis: int) -> Array:
    extent = geometry.extent
    values = list(extent[axis])
    for r in geometry.regions:
        for shape in r.shapes:
            values += shape.extent[axis] or ()
    parts: list[PlaneBoundary | PlaneInterface] = [*geometry.boundaries, *geometry.interfaces]
    for part in parts:
        for placement in part.on:
            values += [end[axis] for end in placement.ends]
    low, high = extent[axis]
    ordered = np.unique([v for v in values if low <= v <= high])
    apart = np.append(True, np.diff(ordered) > SAME * max(b - a for a, b in extent))
    return np.asarray(ordered[apart], dtype=np.float64)


def _on(placements: tuple[Placement, ...], point: tuple[float, float], tolerance: float) -> bool:
    return any(p.has(point, tolerance) for p in placements)
