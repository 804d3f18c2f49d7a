"""A line through a two-dimensional result as a profile: the fields exactly where they are on the triangles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pnp.plane_fields import FloatArray, IntArray, PlaneFields
from pnp.result import Profile

EDGE = 1e-9
"""Barycentric slack with which a line along an edge is inside the triangles on both sides."""


class CutError(ValueError):
    """A line on which there is nothing; the text says why."""


def line_cut(fields: PlaneFields, start: Sequence[float], stop: Sequence[float]) -> Profile:
    """The fields along the straight line between two points.

    Linear on each triangle, so that a row for each edge that is crossed, two where the region changes, is all there
    is. A region that the line enters twice is in `Profile.region_names` twice. Of vectors the component along the line.

    Args:
        fields: The fields.
        start: Where the line begins, m; x = 0 of the profile.
        stop: Where it ends, m.

    Raises:
        CutError: it has no length, or meets no triangle.
    """
    begin = np.asarray(start, dtype=np.float64)
    along = np.asarray(stop, dtype=np.float64) - begin
    length = float(np.hypot(*along))
    if not length > 0:
        raise CutError("the line has no length")
    along = np.asarray(along / length, dtype=np.float64)
    cells, low, high, at_start, per_length = _crossed(fields, begin, along, length)
    if not cells.size:
        raise CutError("the line meets no region")
    gap = low[1:] - high[:-1] > EDGE * length
    # Both sides of an edge are at the same place, to the last digit.
    low[1:] = np.where(gap, low[1:], high[:-1])
    ends = np.stack([low, high], axis=1)
    weights = at_start[:, None, :] + per_length[:, None, :] * ends[:, :, None]
    corners = fields.triangles[cells]
    region = fields.region[corners[:, 0]]
    new_run = np.concatenate([[False], gap | (region[1:] != region[:-1])])
    run = np.cumsum(new_run)
    # Within a run the end of one triangle is the start of the next.
    kept = np.stack([new_run, np.ones_like(new_run)], axis=1)
    kept[0, 0] = True
    columns = {}
    for name, values in fields.columns.items():
        own = values if values.ndim == 1 else values @ along
        columns[name] = np.einsum("kei,ki->ke", weights, own[corners])[kept]
    first = np.concatenate([[True], new_run[1:]])
    return Profile(
        x=ends[kept],
        region=np.repeat(run[:, None], 2, axis=1)[kept].astype(np.int64),
        region_names=tuple(fields.region_names[k] for k in region[first]),
        columns=columns,
        units={name: fields.units[name] for name in columns},
    )


def _crossed(
    fields: PlaneFields, begin: FloatArray, along: FloatArray, length: float
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """The triangles on the line in order, from where to where, and their barycentric coordinates a + b s along it."""
    offset = fields.points - begin
    s, across = offset @ along, offset @ np.array([-along[1], along[0]])
    slack = 1e-12 * (length + float(np.ptp(fields.points, axis=0).max()))
    side = across[fields.triangles]
    near = (side.min(axis=1) <= slack) & (side.max(axis=1) >= -slack)
    place = s[fields.triangles]
    near &= (place.min(axis=1) <= length) & (place.max(axis=1) >= 0.0)
    cells = np.flatnonzero(near)
    # In the frame (s, across) the line is across = 0.
    (s0, s1, s2), (q0, q1, q2) = place[cells].T, side[cells].T
    twice = (s1 - s0) * (q2 - q0) - (s2 - s0) * (q1 - q0)
    a = np.stack([s1 * q2 - s2 * q1, s2 * q0 - s0 * q2, s0 * q1 - s1 * q0], axis=1) / twice[:, None]
    b = np.stack([q1 - q2, q2 - q0, q0 - q1], axis=1) / twice[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        root = -a / b
    extent = place[cells].max(axis=1) - place[cells].min(axis=1)
    level = np.abs(b) * extent[:, None] <= EDGE
    low = np.where((b > 0) & ~level, root, -np.inf).max(axis=1).clip(0.0, length)
    high = np.where((b < 0) & ~level, root, np.inf).min(axis=1).clip(0.0, length)
    inside = np.all(~level | (a >= -EDGE), axis=1) & (high - low > EDGE * extent)
    cells, low, high, a, b = (v[inside] for v in (cells, low, high, a, b))
    order = np.lexsort((fields.region[fields.triangles[cells, 0]], np.round(low / length, 12)))
    kept: list[int] = []
    reached = -np.inf
    for i in order:
        # Along an edge both triangles hold the line: the first is taken.
        if low[i] >= reached - 0.5 * (high[i] - low[i]):
            kept.append(int(i))
            reached = high[i]
    return cells[kept], low[kept], high[kept], a[kept], b[kept]
