"""Where rows of stretched cells fit beside lines of a Gmsh model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pnp.plane.sizes import Lines

Array = NDArray[np.float64]

SAMPLES = 33
"""Points on each curve from which depth is measured."""
FILLED = 0.7
"""Part of the way to a line without layers of its own that rows may fill; half of it to one with layers."""
PARALLEL = 0.8
"""Cosine above which two lines are too nearly parallel for rows beside one to end at the other."""


def ends_outside(gmsh: Any, lines: Lines, curves: list[int]) -> bool:
    """Whether the curves together are closed, or end on outer lines that run about at right angles to them.

    There rows of cells can end with them; elsewhere they would end inside the region.
    """
    model = gmsh.model
    outer = [tag for tag, beside in lines.beside.items() if len(beside) == 1 and tag not in curves]
    for _, end in model.getBoundary([(1, c) for c in curves], combined=True, oriented=False):
        own = [_leaving(model, c, end) for c in curves if end in _ends(model, c)]
        met = [_leaving(model, c, end) for c in outer if end in _ends(model, c)]
        if not met or any(abs(float(u @ v)) > PARALLEL for u in own for v in met):
            return False
    return True


def _ends(model: Any, curve: int) -> set[int]:
    return {tag for _, tag in model.getBoundary([(1, curve)], oriented=False)}


def _leaving(model: Any, curve: int, end: int) -> Array:
    """Unit vector along a curve away from one of its ends."""
    points = _polyline(model, curve)
    at = np.asarray(model.getValue(0, end, []))[:2]
    if np.hypot(*(points[0] - at)) > np.hypot(*(points[-1] - at)):
        points = points[::-1]
    step = points[1] - points[0]
    return np.asarray(step / np.hypot(*step))


def free_depth(gmsh: Any, lines: Lines, curves: list[int], side: int) -> float:
    """How deep rows beside the curves can be on the side of a region before they meet a line, in model units.

    From points on the curves rays at right angles go to the region's other lines; lines that share an end point with
    the curve are left out, for there rows end or turn.
    """
    model = gmsh.model
    walls = {tag: _polyline(model, tag) for tag, beside in lines.beside.items() if side in beside}
    ends = {tag: _ends(model, tag) for tag in walls}
    surfaces = [tag for tag, region in lines.surfaces.items() if region == side]
    size = max(float(np.max(np.ptp(points, axis=0))) for points in walls.values())
    depth = np.inf
    for curve in curves:
        points = walls[curve]
        middle, step = 0.5 * (points[1:] + points[:-1]), np.diff(points, axis=0)
        normal = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.hypot(*step.T)[:, None]
        probe = middle[len(middle) // 2] + 1e-5 * size * normal[len(middle) // 2]
        if not any(model.isInside(2, s, [probe[0], probe[1], 0.0]) for s in surfaces):
            normal = -normal
        for other, line in walls.items():
            if other != curve and not ends[other] & ends[curve]:
                part = 0.5 * FILLED if other in curves else FILLED
                depth = min(depth, part * _nearest_hit(middle, normal, line[:-1], line[1:]))
    return float(depth)


def _polyline(model: Any, curve: int) -> Array:
    """(SAMPLES, 2) points along a curve."""
    (low,), (high,) = model.getParametrizationBounds(1, curve)
    values = np.asarray(model.getValue(1, curve, np.linspace(low, high, SAMPLES)))
    return values.reshape(-1, 3)[:, :2]


def _nearest_hit(start: Array, direction: Array, a: Array, b: Array) -> float:
    """The least distance at which rays meet segments a → b, infinite where none does."""
    along = (b - a)[None]
    to = a[None] - start[:, None]
    ray = direction[:, None]
    cross = ray[..., 0] * along[..., 1] - ray[..., 1] * along[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (to[..., 0] * along[..., 1] - to[..., 1] * along[..., 0]) / cross
        place = (to[..., 0] * ray[..., 1] - to[..., 1] * ray[..., 0]) / cross
    hit = np.isfinite(distance) & (distance > 0.0) & (place >= 0.0) & (place <= 1.0)
    return float(np.min(distance[hit], initial=np.inf))
