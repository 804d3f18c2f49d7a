"""Shapes of which regions are made, and lines on which boundaries and interfaces lie, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, hypot, inf, tan

Point = tuple[float, float]
Range = tuple[float, float]
Box = tuple[Range, Range]
"""The ranges of the two coordinates."""


@dataclass(frozen=True)
class Piece:
    """One piece of a shape's outline: a straight line, or an arc of less than half a turn.

    Attributes:
        start: Where it begins, m.
        end: Where it ends, m.
        centre: Centre of the arc, m; None for a straight line.
    """

    start: Point
    end: Point
    centre: Point | None = None


@dataclass(frozen=True)
class Rectangle:
    """An axis-parallel rectangle; a range that is left out is the whole extent of the other shapes: a layer.

    Attributes:
        x: Range of the first coordinate (x or r), m.
        y: Range of the second coordinate (y or z), m.
    """

    x: Range | None = None
    y: Range | None = None

    @property
    def extent(self) -> tuple[Range | None, Range | None]:
        """Ranges of the two coordinates, None for the whole extent."""
        return self.x, self.y

    def outline(self, whole: Box) -> list[Piece]:
        """Pieces, counter-clockwise; ``whole`` stands for ranges that are left out."""
        (x0, x1), (y0, y1) = self.x or whole[0], self.y or whole[1]
        return closed([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


@dataclass(frozen=True)
class Disc:
    """A disc; in axisymmetry a sphere when its centre lies on the axis, else a torus.

    Attributes:
        centre: m.
        radius: m.
    """

    centre: Point
    radius: float

    @property
    def extent(self) -> tuple[Range, Range]:
        """Ranges of the two coordinates, m."""
        (x, y), r = self.centre, self.radius
        return (x - r, x + r), (y - r, y + r)

    def outline(self, whole: Box) -> list[Piece]:
        """Four quarters, counter-clockwise."""
        (x, y), r = self.centre, self.radius
        ends = [(x + r, y), (x, y + r), (x - r, y), (x, y - r)]
        return [Piece(a, b, self.centre) for a, b in zip(ends, ends[1:] + ends[:1], strict=True)]

    def half_outline(self) -> list[Piece]:
        """The half at r ≥ 0 of a disc whose centre lies on the axis."""
        (x, y), r = self.centre, self.radius
        low, right, high = (x, y - r), (x + r, y), (x, y + r)
        return [Piece(low, right, self.centre), Piece(right, high, self.centre), Piece(high, low)]


@dataclass(frozen=True)
class Polygon:
    """A closed line of straight pieces.

    Attributes:
        corners: At least three, in either sense, m.
    """

    corners: tuple[Point, ...]

    @property
    def extent(self) -> tuple[Range, Range]:
        """Ranges of the two coordinates, m."""
        x, y = zip(*self.corners, strict=True)
        return (min(x), max(x)), (min(y), max(y))

    def outline(self, whole: Box) -> list[Piece]:
        """Pieces in the order of the corners."""
        return closed(list(self.corners))


@dataclass(frozen=True)
class Pore:
    """The lumen of an axisymmetric pore: r from 0 to the wall, the wall straight from (r[0], z[0]) to (r[1], z[1]).

    Attributes:
        r: Radii at the lower and the upper end, m; conical when they differ.
        z: Lower and upper end, m.
        rounding: Radius of the arcs that replace the wall's two edges, tangent to the wall and to the faces z = z[0]
            and z = z[1] of what the pore is cut from, m; the mouths open outward by it.
    """

    r: Range
    z: Range
    rounding: float = 0.0

    @property
    def extent(self) -> tuple[Range, Range]:
        """Ranges of r and z, m."""
        low, high = self.tangents()
        return (0.0, max(self.r[0] + low, self.r[1] + high)), self.z

    def tangents(self) -> tuple[float, float]:
        """Distance from each edge of the wall to where its arc begins, along the face and along the wall alike, m."""
        inclination = atan2(self.z[1] - self.z[0], self.r[1] - self.r[0])
        # the material's angle at the lower edge is the wall's inclination, at the upper one its supplement
        return self.rounding / tan(inclination / 2.0), self.rounding * tan(inclination / 2.0)

    def outline(self, whole: Box) -> list[Piece]:
        """Pieces, counter-clockwise."""
        (r0, r1), (z0, z1) = self.r, self.z
        if not self.rounding:
            return closed([(0.0, z0), (r0, z0), (r1, z1), (0.0, z1)])
        low, high = self.tangents()
        length = hypot(r1 - r0, z1 - z0)
        dr, dz = (r1 - r0) / length, (z1 - z0) / length
        a, b = (r0 + low, z0), (r0 + low * dr, z0 + low * dz)
        c, d = (r1 - high * dr, z1 - high * dz), (r1 + high, z1)
        return [
            Piece((0.0, z0), a),
            Piece(a, b, (a[0], z0 + self.rounding)),
            *([Piece(b, c)] if hypot(c[0] - b[0], c[1] - b[1]) > 1e-9 * length else []),
            Piece(c, d, (d[0], z1 - self.rounding)),
            Piece(d, (0.0, z1)),
            Piece((0.0, z1), (0.0, z0)),
        ]


Shape = Rectangle | Disc | Polygon | Pore


@dataclass(frozen=True)
class OnLine:
    """The outer boundary, or an interface, where one coordinate has a value.

    Attributes:
        axis: 0 for x or r, 1 for y or z: the coordinate that is fixed.
        value: Its value, m.
        low: Lower end of the other coordinate's range, m; None for all.
        high: Upper end, m; None for all.
    """

    axis: int
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def ends(self) -> list[Point]:
        """Its end points, where a facet has to end, m."""
        given = [v for v in (self.low, self.high) if v is not None]
        return [(self.value, v) if self.axis == 0 else (v, self.value) for v in given]

    def has(self, point: Point, tolerance: float) -> bool:
        """Whether the point lies on it."""
        off, along = abs(point[self.axis] - self.value), point[1 - self.axis]
        low, high = self.low if self.low is not None else -inf, self.high if self.high is not None else inf
        return off <= tolerance and low - tolerance <= along <= high + tolerance


@dataclass(frozen=True)
class OnSegment:
    """The outer boundary, or an interface, between two points on a straight line.

    Attributes:
        start: m.
        end: m.
    """

    start: Point
    end: Point

    @property
    def ends(self) -> list[Point]:
        """Its end points, where a facet has to end, m."""
        return [self.start, self.end]

    def has(self, point: Point, tolerance: float) -> bool:
        """Whether the point lies on it."""
        (ax, ay), (bx, by) = self.start, self.end
        length = hypot(bx - ax, by - ay)
        tx, ty = (bx - ax) / length, (by - ay) / length
        along = (point[0] - ax) * tx + (point[1] - ay) * ty
        off = abs((point[1] - ay) * tx - (point[0] - ax) * ty)
        return off <= tolerance and -tolerance <= along <= length + tolerance


@dataclass(frozen=True)
class OnCircle:
    """The outer boundary, or an interface, on a circle.

    Attributes:
        centre: m.
        radius: m.
    """

    centre: Point
    radius: float

    @property
    def ends(self) -> list[Point]:
        """None: it is closed."""
        return []

    def has(self, point: Point, tolerance: float) -> bool:
        """Whether the point lies on it."""
        return abs(hypot(point[0] - self.centre[0], point[1] - self.centre[1]) - self.radius) <= tolerance


Placement = OnLine | OnSegment | OnCircle


def closed(corners: list[Point]) -> list[Piece]:
    """Straight pieces from corner to corner and back to the first."""
    return [Piece(a, b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
