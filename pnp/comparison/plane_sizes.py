"""How large the regions of a plane are, roughly, and which touch: what criteria are estimated from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pnp.case.layout import Layout, pairs_of
from pnp.case.painting import OUTSIDE, Painting
from pnp.plane.shapes import OnCircle, OnSegment, Placement

if TYPE_CHECKING:
    from pnp.case import Case

Box = tuple[tuple[float, float], tuple[float, float]]
"""Ranges of the two coordinates in m."""


def neighbours(case: Case, layout: Layout) -> Layout:
    """The layout with the neighbours of painted regions where it has none."""
    painting = case.painting
    if layout.neighbours is not None or painting is None:
        return layout
    names = list(case.regions)
    # Two regions meet only where one of them was painted, on an outline.
    sides = np.concatenate([painting.sides(piece) for piece in _outlines(painting)])
    pairs = np.unique(sides[(sides[:, 0] != sides[:, 1]) & np.all(sides != OUTSIDE, axis=1)], axis=0)
    return replace(layout, neighbours=pairs_of((names[a], names[b]) for a, b in pairs))


def _outlines(painting: Painting) -> Iterable[Placement]:
    for region in painting.geometry.regions:
        for shape in region.shapes:
            for piece in shape.outline(painting.extent):
                if piece.centre is None:
                    yield OnSegment(piece.start, piece.end)
                else:
                    yield OnCircle(piece.centre, float(np.hypot(*np.subtract(piece.start, piece.centre))))


class Sizes:
    """Extents of regions: of their shapes, or guessed from what a mesh tells of their volumes."""

    def __init__(self, case: Case, layout: Layout) -> None:
        self._case = case
        self._layout = layout
        self._painting = case.painting

    def box(self, region: str) -> Box | None:
        """Ranges of the two coordinates that a region's shapes span; None without shapes."""
        shapes = self._shapes(region)
        if not shapes:
            return None
        low, high = np.min(shapes, axis=0)[:, 0], np.max(shapes, axis=0)[:, 1]
        return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))

    def extent(self, region: str) -> tuple[float, float]:
        """Extents along the two coordinates in m; across the axis from side to side."""
        box = self.box(region)
        if box is None:
            return self._from_volume(region), self._from_volume(region)
        return self._across(box)

    def narrowest(self, regions: Iterable[str]) -> float:
        """Smallest extent of any shape of some regions in m."""
        found = []
        for r in regions:
            shapes = self._shapes(r)
            found += [min(self._across(shape)) for shape in shapes] or [self._from_volume(r)]
        return min(found)

    def _across(self, box: Box) -> tuple[float, float]:
        (a, b), (c, d) = box
        on_axis = self._case.coordinates == "axisymmetric" and a <= 0.0
        return (2.0 * b if on_axis else b - a), d - c

    def _shapes(self, region: str) -> list[Box]:
        if self._painting is None:
            return []
        own = self._painting.geometry.regions[list(self._case.regions).index(region)]
        whole = self._painting.extent
        return [(shape.extent[0] or whole[0], shape.extent[1] or whole[1]) for shape in own.shapes]

    def _from_volume(self, region: str) -> float:
        volume = self._layout.volumes.get(region, float("nan"))
        return float(volume ** (1.0 / 3.0 if self._case.coordinates == "axisymmetric" else 0.5))
