"""A position axis in pieces with scales of their own, so that nanometres are readable beside millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pnp.report import style
from pnp.report.format import common_scale
from pnp.report.scale import linear_ticks, plain_number
from pnp.report.windows import Window
from pnp.result import FloatArray

GAP = 0.09
"""Inches between two pieces."""
LEAST_WIDTH = 0.5
"""Inches of the narrowest piece: room for two numbers."""
NARROWEST_TICKS, COMFORTABLE_TICKS = 0.2, 0.42
"""Inches between two numbers at least: if there are only three, and otherwise."""
LARGEST_NUMBER = 400.0
"""A piece whose positions are more than this many times its width is numbered from a face inside or beside it."""


@dataclass(frozen=True)
class Segment:
    """One piece of the axis.

    Attributes:
        start: Where it starts, m.
        stop: Where it ends, m.
        left: Its left edge on paper, inches from the panel's.
        right: Its right edge on paper, inches.
        origin: The position with the number 0, m.
        factor: Takes m to the unit of its numbers.
        symbol: That unit.
    """

    start: float
    stop: float
    left: float
    right: float
    origin: float
    factor: float
    symbol: str

    def to_paper(self, x: FloatArray) -> FloatArray:
        """Positions in m to inches."""
        share = (np.asarray(x, dtype=np.float64) - self.start) / (self.stop - self.start)
        return np.asarray(self.left + (self.right - self.left) * share)

    def from_paper(self, u: FloatArray) -> FloatArray:
        """Inches to positions in m."""
        share = (np.asarray(u, dtype=np.float64) - self.left) / (self.right - self.left)
        return np.asarray(self.start + (self.stop - self.start) * share)

    def holds(self, x: float) -> bool:
        """Whether a position lies in it, its ends included."""
        slack = 1e-9 * (self.stop - self.start)
        return self.start - slack <= x <= self.stop + slack


class BrokenAxis:
    """The pieces from left to right, and what is drawn along them."""

    def __init__(
        self, views: Sequence[Window], weights: Sequence[float], width: float, faces: Sequence[float], name: str = "x"
    ) -> None:
        """Lay the pieces out.

        Args:
            views: What each piece shows; they do not overlap.
            weights: How wide each is on paper, relative to the others.
            width: Inches of all together, gaps included.
            faces: Interfaces and walls in m; where positions from x = 0 would be long numbers, the pieces around
                them are numbered from them.
            name: Symbol of the coordinate.
        """
        self.name = name
        room = width - GAP * (len(views) - 1)
        least = min(LEAST_WIDTH, room / len(views))
        spare = room - least * len(views)
        total = sum(weights) or 1.0
        self.width = width
        segments = []
        left = 0.0
        factor, symbol = common_scale([max(abs(views[0].start), abs(views[-1].stop))], "m")
        plain = all(_readable(v, factor) for v in views)
        for view, weight in zip(views, weights, strict=True):
            right = left + least + spare * weight / total
            origin = 0.0
            if not plain:
                # Rounded first: up to 0.99998 mm is counted in mm.
                largest = float(f"{max(abs(view.start), abs(view.stop)):.3g}")
                factor, symbol = common_scale([largest], "m")
                if _face_inside(view, faces) is not None or not _readable(view, factor):
                    factor, symbol = common_scale([view.width], "m")
                    origin = _nearest_face(view, faces)
            segments.append(Segment(view.start, view.stop, left, right, origin, factor, symbol))
            left = right + GAP
        self.segments = tuple(segments)

    @property
    def from_faces(self) -> bool:
        """Whether some piece is numbered from a face."""
        return any(s.origin for s in self.segments)

    def curve(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """A curve in inches along the axis, cut at the gaps (NaN there); x in m increases.

        Args:
            x: Positions in m, shape (n,).
            y: Values, shape (n,).
        """
        us: list[FloatArray] = []
        ys: list[FloatArray] = []
        gap = np.array([np.nan])
        for s in self.segments:
            low, high = max(s.start, float(x[0])), min(s.stop, float(x[-1]))
            if high <= low:
                continue
            inside = (x > low) & (x < high)
            own = np.concatenate([[low], x[inside], [high]])
            us += [s.to_paper(own), gap]
            ys += [np.interp(own, x, y), gap]
        return (np.concatenate(us), np.concatenate(ys)) if us else (np.empty(0), np.empty(0))

    def positions(self, u: FloatArray) -> FloatArray:
        """Inches along the axis back to positions in m; NaN in the gaps. Shape as `u`."""
        x = np.full(np.shape(u), np.nan)
        for s in self.segments:
            inside = (u >= s.left - 1e-9) & (u <= s.right + 1e-9)
            x[inside] = s.from_paper(np.asarray(u)[inside])
        return x

    def spans(self, start: float, stop: float) -> list[tuple[float, float]]:
        """Where the part from `start` to `stop` (m) is seen: left and right edges in inches."""
        found = []
        for s in self.segments:
            low, high = max(start, s.start), min(stop, s.stop)
            if high > low:
                left, right = (float(v) for v in s.to_paper(np.array([low, high])))
                found.append((left, right))
        return found

    def inside(self, x: FloatArray) -> NDArray[np.bool_]:
        """Which positions (m) are seen; boolean, shape as `x`."""
        return np.asarray(np.any([(x >= s.start) & (x <= s.stop) for s in self.segments], axis=0))

    def ticks(self) -> tuple[list[float], list[str]]:
        """Places in inches and numbers, as many as have room; one that would touch the piece before stays empty."""
        places: list[float] = []
        labels: list[str] = []
        taken = -1.0
        for s in self.segments:
            low, high = ((v - s.origin) * s.factor for v in (s.start, s.stop))
            room = s.right - s.left
            for most in range(max(1, min(2, int(room / NARROWEST_TICKS)), int(room / COMFORTABLE_TICKS)), 0, -1):
                values = linear_ticks(low, high, most)
                own = [float(s.to_paper(np.array(v / s.factor + s.origin))) for v in values]
                texts = [plain_number(v) for v in values]
                if _apart(own, texts):
                    break
            for place, text in zip(own, texts, strict=True):
                half = 0.5 * style.LETTER * len(text)
                free = place - half > taken + style.LETTER
                places.append(place)
                labels.append(text if free else "")
                taken = place + half if free else taken
        return places, labels

    def units(self) -> list[tuple[float, str]]:
        """What the numbers of each piece are, below its middle (inches); one text where all are the same."""
        if len({(s.origin, s.symbol) for s in self.segments}) == 1 and self.segments[0].origin == 0:
            return []
        texts = []
        for s in self.segments:
            text = f"{'from face' if s.origin else self.name} ({s.symbol})"
            if style.LETTER * len(text) > s.right - s.left + GAP:
                # The piece beside it says what is counted.
                text = f"({s.symbol})"
            texts.append((0.5 * (s.left + s.right), text))
        return texts


def _apart(places: Sequence[float], texts: Sequence[str]) -> bool:
    """Whether numbers at these places (inches) stand clear of one another."""
    halves = [0.5 * style.LETTER * len(text) for text in texts]
    ends = [(place - half, place + half) for place, half in zip(places, halves, strict=True)]
    return all(b[0] - a[1] > style.LETTER for a, b in pairwise(ends))


def _readable(view: Window, factor: float) -> bool:
    """Whether positions in this unit, counted from x = 0, are short numbers along a view."""
    largest = max(abs(view.start), abs(view.stop))
    return largest < LARGEST_NUMBER * (view.stop - view.start) and (view.stop - view.start) * factor > 0.05


def _face_inside(view: Window, faces: Sequence[float]) -> float | None:
    """The face in a view, the first of several; one between two pieces belongs to neither."""
    slack = 1e-9 * view.width
    return next((f for f in faces if view.start + slack < f < view.stop - slack), None)


def _nearest_face(view: Window, faces: Sequence[float]) -> float:
    """The face inside a view, else the one nearest to it, else where it starts."""
    inside = _face_inside(view, faces)
    if inside is not None:
        return inside
    return min(faces, key=lambda f: min(abs(f - view.start), abs(f - view.stop)), default=view.start)
