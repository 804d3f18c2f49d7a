"""A two-dimensional geometry as declared: regions painted in order, boundaries, interfaces; in metres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, isfinite

from pnp.plane.errors import MeshError, listed, nearest, place
from pnp.plane.shapes import (
    Box,
    Disc,
    OnLine,
    OnSegment,
    Piece,
    Placement,
    Point,
    Polygon,
    Pore,
    Range,
    Rectangle,
    Shape,
    closed,
)
from pnp.units import length_text


@dataclass(frozen=True)
class PlaneRegion:
    """A region: the union of its shapes, less what later regions paint over.

    Attributes:
        name: Name in the case.
        shapes: At least one.
    """

    name: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class PlaneBoundary:
    """A named part of the outer boundary.

    Attributes:
        name: Name in the case.
        on: Where it lies.
    """

    name: str
    on: tuple[Placement, ...]


@dataclass(frozen=True)
class PlaneInterface:
    """A named interface.

    Attributes:
        name: Name in the case.
        between: The two regions it parts.
        on: Restricts it to these lines; () for all of it.
    """

    name: str
    between: tuple[str, str]
    on: tuple[Placement, ...] = ()


@dataclass(frozen=True)
class PlaneGeometry:
    """Regions in painting order, the later on top, with named boundaries and interfaces.

    Attributes:
        regions: In painting order.
        boundaries: Parts of the outer boundary; what none names is left without a group.
        interfaces: Named interfaces.
        axisymmetric: Whether the coordinates are r, z.
    """

    regions: tuple[PlaneRegion, ...]
    boundaries: tuple[PlaneBoundary, ...] = ()
    interfaces: tuple[PlaneInterface, ...] = ()
    axisymmetric: bool = False

    def __post_init__(self) -> None:
        """Check what can be checked without meshing."""
        names = [r.name for r in self.regions]
        for region in self.regions:
            for shape in region.shapes:
                _sound(shape, region.name, self.axisymmetric)
        for boundary in self.boundaries:
            _placed(boundary.on, boundary.name)
        for interface in self.interfaces:
            _placed(interface.on, interface.name)
            for name in interface.between:
                if name not in names:
                    raise MeshError(
                        f'it lies between regions of which "{name}" is none',
                        f"regions: {listed(names)}",
                        nearest(name, names, "name two regions"),
                        name=interface.name,
                    )
        _ = self.extent

    @property
    def extent(self) -> Box:
        """Ranges of the two coordinates over all shapes, m.

        Raises:
            MeshError: every shape leaves a coordinate's range out.
        """
        found: list[Range] = []
        for axis, word in enumerate(("r" if self.axisymmetric else "x", "z" if self.axisymmetric else "y")):
            ranges = [e for r in self.regions for s in r.shapes if (e := s.extent[axis]) is not None]
            if not ranges:
                raise MeshError(
                    f"no shape says how far the domain reaches in {word}", "", f"give one a range of {word}"
                )
            low, high = min(a for a, _ in ranges), max(b for _, b in ranges)
            found.append((max(low, 0.0) if self.axisymmetric and axis == 0 else low, high))
        return found[0], found[1]

    def outline(self, shape: Shape) -> list[Piece]:
        """A shape's outline, cut at the axis."""
        if self.axisymmetric and isinstance(shape, Disc) and shape.centre[0] == 0.0:
            return shape.half_outline()
        return shape.outline(self.extent)

    @property
    def widths(self) -> dict[str, float]:
        """Narrowest dimension of any shape of each region, m: a largest cell size should be some part of it."""
        (x0, x1), (y0, y1) = self.extent
        found = {}
        for region in self.regions:
            extents = [(s.extent[0] or (x0, x1), s.extent[1] or (y0, y1)) for s in region.shapes]
            found[region.name] = min(b - a for extent in extents for a, b in extent)
        return found

    @property
    def tensor(self) -> bool:
        """Whether all is axis-parallel, so that a tensor-product grid fits."""
        shapes = all(isinstance(s, Rectangle) for r in self.regions for s in r.shapes)
        placements = [p for b in self.boundaries for p in b.on] + [p for i in self.interfaces for p in i.on]
        return shapes and all(
            isinstance(p, OnLine) or (isinstance(p, OnSegment) and (p.start[0] == p.end[0] or p.start[1] == p.end[1]))
            for p in placements
        )


def _sound(shape: Shape, region: str, axisymmetric: bool) -> None:
    """Raise where a shape has no area, is no number, crosses itself or crosses the axis."""

    def wrong(problem: str, allowed: str = "", advice: str = "") -> MeshError:
        return MeshError(f"{type(shape).__name__.lower()}: {problem}", allowed, advice, name=region)

    if isinstance(shape, Polygon) and len(shape.corners) < 3:
        raise wrong(f"{len(shape.corners)} corners enclose no area", "at least three")
    for extent in shape.extent:
        if extent is not None and not (all(isfinite(v) for v in extent) and extent[0] < extent[1]):
            raise wrong("it has no area", "each range from a lower to a higher value")
    if isinstance(shape, Polygon):
        _simple(shape, wrong)
    if isinstance(shape, Pore):
        if not axisymmetric:
            raise wrong("a pore is axisymmetric", "", 'set coordinates = "axisymmetric", or use rectangles')
        if min(shape.r) <= 0 or shape.rounding < 0:
            raise wrong("its radii are not positive", "r > 0 at both ends, rounding ≥ 0")
        length = hypot(shape.r[1] - shape.r[0], shape.z[1] - shape.z[0])
        ends = sum(shape.tangents())
        if ends > length * (1 + 1e-9):
            raise wrong(
                "rounding is larger than the wall has room for",
                f"at most {length_text(shape.rounding * length / ends, 4)}",
                "make it smaller",
            )
    first = shape.extent[0]
    if axisymmetric and first is not None and first[0] < 0 and not (isinstance(shape, Disc) and shape.centre[0] == 0.0):
        raise wrong("it reaches to r < 0", "r ≥ 0; a disc centred on the axis is a sphere", "give the half at r ≥ 0")


def _simple(shape: Polygon, wrong: Callable[..., MeshError]) -> None:
    """Raise where two sides of a polygon cross."""
    sides = closed(list(shape.corners))
    for i, p in enumerate(sides):
        for q in sides[i + 2 : len(sides) - (i == 0)]:
            if _turn(p, q.start) * _turn(p, q.end) < 0 and _turn(q, p.start) * _turn(q, p.end) < 0:
                raise wrong(
                    f"the side from {place(p.start)} to {place(p.end)} crosses another", "", "order the corners"
                )


def _turn(side: Piece, point: Point) -> float:
    (ax, ay), (bx, by) = side.start, side.end
    return (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)


def _placed(on: tuple[Placement, ...], name: str) -> None:
    for p in on:
        empty = (isinstance(p, OnLine) and p.low is not None and p.high is not None and not p.low < p.high) or (
            isinstance(p, OnSegment) and p.start == p.end
        )
        if empty:
            raise MeshError("a line of no length", "a range from a lower to a higher value", "", name=name)
