"""Flat walls and electrodes in a plane: how large they are, what is before them, which points are before them."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, pi
from typing import TYPE_CHECKING, Final

import numpy as np

from pnp.case.painting import OUTSIDE, Painting
from pnp.case.plane import placements
from pnp.case.shapes import AXES
from pnp.comparison.parts import FlatWall
from pnp.plane.shapes import OnCircle, OnLine, Placement
from pnp.simplified.validation import Array

if TYPE_CHECKING:
    from pnp.case import Case

FAR_FROM_EDGES: Final = 7.0
"""Debye lengths from the edges of a wall beyond which a point before it sees no edge: e^−7 = 1e-3."""
_RAYS: Final = 9
_STEPS: Final = 4000
_BESIDE: Final = 1e-6
"""Distance of samples from what they are beside, over the extent of the domain."""


@dataclass(frozen=True)
class _Piece:
    """A straight piece of a wall.

    Attributes:
        start: One end in m.
        way: From it to the other end in m.
        inward: Unit normal into the domain.
        edges: Which of its two ends is an edge.
    """

    start: Array
    way: Array
    inward: Array
    edges: tuple[bool, bool] = (True, True)

    @property
    def length(self) -> float:
        return hypot(*self.way)


@dataclass(frozen=True)
class Wall:
    """A flat wall with what is before it.

    Attributes:
        face: The wall itself.
        distance: To the nearest other thing along its normals in m.
        pieces: Its pieces, in one line.
    """

    face: FlatWall
    distance: float
    pieces: tuple[_Piece, ...]

    def points(self, case: Case, debye_length: float) -> dict[str, float]:
        """Distance in m of the named points before it that are far from its edges."""
        found = {}
        for name, point in case.points.items():
            for piece in self.pieces:
                to = np.asarray(point.at, dtype=np.float64) - piece.start
                along, away = float(to @ piece.way) / piece.length, float(to @ piece.inward)
                least = [FAR_FROM_EDGES * debye_length if edge else 0.0 for edge in piece.edges]
                if least[0] <= along <= piece.length - least[1] and -1e-9 * piece.length <= away <= self.distance:
                    found[name] = max(away, 0.0)
        return found


def flat_wall(case: Case, painting: Painting, boundary: str, solution: set[str], is_alone: bool) -> Wall | None:
    """A wall or electrode that is flat, with solution of one permittivity before all of it; None for any other.

    Args:
        case: The case.
        painting: Its regions.
        boundary: The boundary's name.
        solution: Regions of that solution.
        is_alone: No other boundary blocks.
    """
    own = {k for k, r in enumerate(case.regions) if r in solution}
    on = placements(case.boundaries[boundary].on, AXES[case.coordinates])
    found = [_piece(painting, placement, own) for placement in on]
    pieces = [p for p in found if p is not None]
    if not pieces or len(pieces) < len(found) or not _in_one_line(pieces):
        return None
    if painting.geometry.axisymmetric and abs(pieces[0].inward[0]) > 1e-9:
        return None  # the side of a cylinder or a cone
    distance = min(_distance(painting, piece, own) for piece in pieces)
    pieces = [_with_edges(case, painting, boundary, piece, distance) for piece in pieces]
    area, rim = 0.0, 0.0
    for piece, placement in zip(pieces, on, strict=True):
        area += painting.area(placement, np.ones(len(painting.sides(placement)), dtype=bool))
        for end, edge in zip((piece.start, piece.start + piece.way), piece.edges, strict=True):
            rim += (2.0 * pi * end[0] if painting.geometry.axisymmetric else 1.0) if edge else 0.0
    return Wall(FlatWall(area, rim, is_alone), distance, tuple(pieces))


def _piece(painting: Painting, placement: Placement, own: set[int]) -> _Piece | None:
    """A placement as a piece with solution on one side and nothing on the other, all along; None for any other."""
    if isinstance(placement, OnCircle):
        return None
    if isinstance(placement, OnLine):
        low, high = painting.extent[1 - placement.axis]
        low, high = (g if g is not None else e for g, e in ((placement.low, low), (placement.high, high)))
        ends = np.array([[placement.value, low], [placement.value, high]])
        ends = ends if placement.axis == 0 else ends[:, ::-1]
    else:
        ends = np.array([placement.start, placement.end])
    way = ends[1] - ends[0]
    normal = np.array([-way[1], way[0]]) / hypot(*way)
    sides = painting.sides(placement)
    for side, sign in ((0, -1.0), (1, 1.0)):
        inner, outer = sides[:, side], sides[:, 1 - side]
        if np.all(outer == OUTSIDE) and np.all(np.isin(inner, list(own))):
            return _Piece(ends[0], way, sign * normal)
    return None


def _in_one_line(pieces: list[_Piece]) -> bool:
    first = pieces[0]
    off = [abs(float((p.start - first.start) @ first.inward)) for p in pieces]
    along = [float(p.inward @ first.inward) for p in pieces]
    return max(off) <= 1e-9 * first.length and min(along) > 1.0 - 1e-9


def _distance(painting: Painting, piece: _Piece, own: set[int]) -> float:
    """Distance along the normals to the end of the solution in m."""
    reach = hypot(*(high - low for low, high in painting.extent))
    away = reach * (np.arange(_STEPS) + 0.5) / _STEPS
    nearest = reach
    for t in (np.arange(_RAYS) + 0.5) / _RAYS:
        regions = painting.regions_at(piece.start + t * piece.way + away[:, None] * piece.inward)
        ends = np.flatnonzero(~np.isin(regions, list(own)))
        if ends.size:
            nearest = min(nearest, float(away[ends[0]]))
    return nearest


def _with_edges(case: Case, painting: Painting, boundary: str, piece: _Piece, distance: float) -> _Piece:
    along: Array = np.asarray(piece.way / piece.length, dtype=np.float64)
    ends = ((piece.start, -along), (piece.start + piece.way, along))
    first, last = (not _is_mirrored(case, painting, boundary, end, out, piece, distance) for end, out in ends)
    return _Piece(piece.start, piece.way, piece.inward, (first, last))


def _is_mirrored(
    case: Case, painting: Painting, boundary: str, end: Array, out: Array, piece: _Piece, distance: float
) -> bool:
    """Whether a wall ends at the axis or at a side of the domain at a right angle to it that nothing is at."""
    size = max(high - low for low, high in painting.extent)
    if painting.geometry.axisymmetric and end[0] <= _BESIDE * size:
        return True
    up = end + distance * ((np.arange(50) + 0.5) / 50)[:, None] * piece.inward
    beyond = painting.regions_at(up + _BESIDE * size * out)
    before = painting.regions_at(up - _BESIDE * size * out)
    if np.any(beyond != OUTSIDE) or np.any(before == OUTSIDE):
        return False
    for b, other in case.boundaries.items():
        if b == boundary or other.type == "symmetry" or (other.type == "wall" and not other.surface_charge):
            continue
        for placement in placements(other.on, AXES[case.coordinates]):
            if any(placement.has((float(x), float(y)), 1e-9 * size) for x, y in up):
                return False
    return True
