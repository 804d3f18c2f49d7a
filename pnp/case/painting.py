"""Regions painted over each other: which one lies at a point, and what lies on both sides of a line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from math import atan2, cos, hypot, pi, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pnp.plane.geometry import PlaneGeometry
from pnp.plane.shapes import Disc, OnCircle, OnLine, Piece, Placement, Pore, Rectangle, Shape

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

OUTSIDE: Final = -1
"""Index of no region."""
_ALONG: Final = 400
"""Samples along a placement, besides one between any two lines of the rectangles' grid."""
_OFF: Final = 1e-7
"""Distance of samples from the line they are beside, over the extent of the domain."""
_ARC_STEPS: Final = 16


class Painting:
    """A geometry by the region at each point; regions by their index in it."""

    def __init__(self, geometry: PlaneGeometry) -> None:
        self.geometry = geometry
        self.extent = geometry.extent

    @cached_property
    def grid(self) -> tuple[Array, Array]:
        """Coordinates in m at which sides of rectangles lie, along each axis, within the domain."""
        found = []
        for axis, (low, high) in enumerate(self.extent):
            sides = [
                v
                for r in self.geometry.regions
                for s in r.shapes
                if isinstance(s, Rectangle)
                for v in s.extent[axis] or ()
            ]
            found.append(np.unique([low, high, *(v for v in sides if low < v < high)]))
        return found[0], found[1]

    @property
    def only_rectangles(self) -> bool:
        """Whether the cells of ``grid`` are each of one region."""
        return all(isinstance(s, Rectangle) for r in self.geometry.regions for s in r.shapes)

    def regions_at(self, points: Array) -> Indices:
        """Index of the region at each of the points (n, 2) in m, OUTSIDE where there is none: (n,)."""
        found = np.full(len(points), OUTSIDE)
        for k, region in enumerate(self.geometry.regions):
            for shape in region.shapes:
                found[_contains(shape, points, self.extent)] = k
        if self.geometry.axisymmetric:
            found[points[:, 0] < 0.0] = OUTSIDE
        return found

    def sides(self, placement: Placement) -> Indices:
        """Regions on the two sides of a placement at samples along it, OUTSIDE for none: (n, 2)."""
        points, normals, _ = self._samples(placement)
        size = max(high - low for low, high in self.extent)
        beside = [self.regions_at(points + sign * _OFF * size * normals) for sign in (-1.0, 1.0)]
        return np.column_stack(beside)

    def on(self, placement: Placement, other: Placement) -> NDArray[np.bool_]:
        """Which samples along a placement lie on another one too: (n,)."""
        points, _, _ = self._samples(placement)
        tolerance = 1e-9 * max(high - low for low, high in self.extent)
        return np.array([other.has((float(x), float(y)), tolerance) for x, y in points])

    def area(self, placement: Placement, chosen: NDArray[np.bool_]) -> float:
        """Length in m, or area of revolution in m², of the part of a placement whose samples (n,) are chosen."""
        points, _, lengths = self._samples(placement)
        turn = 2.0 * pi * points[:, 0] if self.geometry.axisymmetric else 1.0
        return float(np.sum((turn * lengths)[chosen]))

    def _samples(self, placement: Placement) -> tuple[Array, Array, Array]:
        """Points along a placement and unit normals, (n, 2) each, and the lengths that they stand for, (n,)."""
        if isinstance(placement, OnCircle):
            angle = 2.0 * pi * (np.arange(_ALONG) + 0.5) / _ALONG
            normals = np.column_stack([np.cos(angle), np.sin(angle)])
            lengths = np.full(_ALONG, 2.0 * pi * placement.radius / _ALONG)
            return np.asarray(placement.centre) + placement.radius * normals, normals, lengths
        if isinstance(placement, OnLine):
            low, high = self.extent[1 - placement.axis]
            low, high = (g if g is not None else e for g, e in ((placement.low, low), (placement.high, high)))
            ends = np.array([[placement.value, low], [placement.value, high]])
            ends = ends if placement.axis == 0 else ends[:, ::-1]
        else:
            ends = np.array([placement.start, placement.end])
        way = ends[1] - ends[0]
        breaks = [np.linspace(0.0, 1.0, _ALONG + 1)]
        for axis in (0, 1):
            if way[axis] != 0.0:
                breaks.append((self.grid[axis] - ends[0, axis]) / way[axis])
        cuts = np.unique(np.clip(np.concatenate(breaks), 0.0, 1.0))
        t = (cuts[:-1] + cuts[1:]) / 2.0
        normal = np.array([-way[1], way[0]]) / hypot(*way)
        return ends[0] + t[:, None] * way, np.broadcast_to(normal, (len(t), 2)), np.diff(cuts) * hypot(*way)

    def samples_of(self, region: int, along: int) -> Array:
        """Points in a region, (n, 2): those of a grid of ``along`` by ``along`` over each of its shapes."""
        found = [np.empty((0, 2))]
        for shape in self.geometry.regions[region].shapes:
            axes = []
            for axis in (0, 1):
                low, high = shape.extent[axis] or self.extent[axis]
                axes.append(low + (high - low) * (np.arange(along) + 0.5) / along)
            points = np.column_stack([a.reshape(-1) for a in np.meshgrid(*axes)])
            found.append(points[self.regions_at(points) == region])
        return np.concatenate(found)


def _contains(shape: Shape, points: Array, whole: tuple[tuple[float, float], tuple[float, float]]) -> NDArray[np.bool_]:
    x, y = points.T
    if isinstance(shape, Rectangle):
        (x0, x1), (y0, y1) = shape.x or whole[0], shape.y or whole[1]
        return np.asarray((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))
    if isinstance(shape, Disc):
        return np.asarray(np.hypot(x - shape.centre[0], y - shape.centre[1]) <= shape.radius)
    corners = _polyline(shape.outline(whole)) if isinstance(shape, Pore) else np.asarray(shape.corners)
    inside = np.zeros(len(points), dtype=bool)
    # A ray in the direction of +x crosses the outline an odd number of times.
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if ay != by:
            crosses = (y < ay) != (y < by)
            inside ^= crosses & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    return inside


def _polyline(pieces: Iterable[Piece]) -> Array:
    """Corners of an outline, its arcs in straight steps, (n, 2)."""
    corners: list[tuple[float, float]] = []
    for piece in pieces:
        corners.append(piece.start)
        if piece.centre is not None:
            x, y = piece.centre
            radius = hypot(piece.start[0] - x, piece.start[1] - y)
            first = atan2(piece.start[1] - y, piece.start[0] - x)
            turn = atan2(piece.end[1] - y, piece.end[0] - x) - first
            turn = (turn + pi) % (2.0 * pi) - pi
            angles = [first + turn * i / _ARC_STEPS for i in range(1, _ARC_STEPS)]
            corners += [(x + radius * cos(a), y + radius * sin(a)) for a in angles]
    return np.array(corners)
