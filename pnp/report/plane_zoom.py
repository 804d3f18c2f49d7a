"""The part of a plane where its current or its fields change, where that is too small for a picture of the whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pnp.plane_fields import FloatArray, PlaneFields
from pnp.report.format import common_scale, number
from pnp.report.plane_raster import Frame
from pnp.report.plane_view import PlaneView
from pnp.report.scale import spans_decades
from pnp.report.zoom import ZoomError, length_of
from pnp.units import QuantityError

SHARE = 0.92
"""Share of ∫ |j|² dA, or of ∫ |∇v|² dA (mean over the fields v), that the zoom shows at least in each direction."""
MARGIN = 0.35
"""What is shown around that, in units of its size."""
WORTH_A_ZOOM = 2.5
"""The whole is this many times larger in both directions, or there is no zoom."""
WORTH_A_STRETCH = 4.0
"""If the whole is this many times larger in one direction only, that is a layer, which is shown stretched."""
FLAT = 1e-6
"""Share of its size below which a field's span is rounding."""


def interesting_frame(fields: PlaneFields, view: PlaneView, flows: bool) -> Frame | None:
    """Where current flows most densely, or where concentrations change; None if that is not much less."""
    weight = _energy(fields, view, flows)
    if not weight.any():
        return None
    corners = view.points[view.triangles]
    left, right = _quantiles(corners[:, :, 0], weight)
    bottom, top = _quantiles(corners[:, :, 1], weight)
    whole = view.whole
    if view.mirrored and bottom < 0.5 * top:
        bottom = -top
    across, up = MARGIN * (right - left), MARGIN * (top - bottom)
    even = max(across, up)
    for pads in ((even, even), (across, up)):
        wide = _within(left - pads[0], right + pads[0], whole.left, whole.right)
        high = _within(bottom - pads[1], top + pads[1], whole.bottom, whole.top)
        if view.mirrored and high[0] < 0:
            high = (-high[1], high[1])
        shares = (wide[1] - wide[0]) / whole.width, (high[1] - high[0]) / whole.height
        if max(shares) < 1 / WORTH_A_ZOOM or (pads[0] != pads[1] and min(shares) < 1 / WORTH_A_STRETCH):
            return Frame(*wide, *high)
    return None


def _energy(fields: PlaneFields, view: PlaneView, flows: bool) -> FloatArray:
    """∫ |j|² dA of each triangle, or ∫ |∇v|² dA of the concentrations where ions are, each one's sum 1; shape (m,)."""
    a, b, c = (view.points[view.triangles[:, k]] for k in range(3))
    twice = np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    total = np.zeros(len(view.triangles))
    current = fields.columns.get("current_density")
    if flows and current is not None:
        return np.asarray(np.nan_to_num(current[view.triangles] ** 2).sum(axis=(1, 2)) * twice)
    # The field in a dielectric tells nothing, however far it reaches.
    ions = [np.isfinite(fields.columns[f"concentration.{s}"]) for s in fields.species]
    conducting = np.any(ions, axis=0) if ions else np.ones(len(fields.points), dtype=bool)
    # the potential reaches farther than what it does to the ions
    for name in [*(f"concentration.{s}" for s in fields.species), "potential"]:
        if name == "potential" and total.any():
            break
        values = fields.columns.get(name)
        if values is None or not np.isfinite(values[conducting]).any():
            continue
        values = np.where(conducting, values, np.nan)
        known = values[np.isfinite(values)]
        if spans_decades(known[known > 0]) and name != "potential":
            with np.errstate(invalid="ignore", divide="ignore"):
                values = np.where(values > 1e-12 * known.max(), np.log(values), np.nan)
            known = values[np.isfinite(values)]
        if np.ptp(known) <= FLAT * np.abs(known).max():
            continue
        u, v, w = (values[view.triangles[:, k]] for k in range(3))
        flow = u[:, None] * _turned(c - b) + v[:, None] * _turned(a - c) + w[:, None] * _turned(b - a)
        energy = np.nan_to_num(np.sum(flow**2, axis=1) / (2.0 * np.maximum(twice, 1e-300)))
        total += energy / max(float(energy.sum()), 1e-300)
    return total


def _turned(edges: FloatArray) -> FloatArray:
    return np.stack([-edges[:, 1], edges[:, 0]], axis=1)


def _quantiles(corners: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Between which places the share of the weight lies, triangles counted with their whole extent."""
    tail = 0.5 * (1 - SHARE) * weight.sum()
    low, high = corners.min(axis=1), corners.max(axis=1)
    up = np.argsort(low)
    down = np.argsort(high)[::-1]
    first = low[up[np.searchsorted(np.cumsum(weight[up]), tail)]]
    last = high[down[np.searchsorted(np.cumsum(weight[down]), tail)]]
    return float(first), float(last)


def _within(low: float, high: float, least: float, most: float) -> tuple[float, float]:
    """The part of a range inside another; an end that nearly reaches the other's end does."""
    size = high - low
    if low < least + 0.1 * size:
        low = least
    if high > most - 0.1 * size:
        high = most
    return low, high


def is_of_plane(fields: PlaneFields, text: str) -> bool:
    """Whether a zoom is meant for a plane, not for a sweep: a region, or a range of each coordinate."""
    return text.strip() in fields.region_names or "," in text or ":" not in text


def named_frame(fields: PlaneFields, view: PlaneView, texts: Sequence[str]) -> Frame:
    """What each text selects, all together: a region ("membrane"), or ranges "0 nm:20 nm, -10 nm:10 nm".

    The first range is of x or r, the second of y or z; an end left out is that of the whole.

    Raises:
        pnp.report.zoom.ZoomError: a text that is neither, or that selects nothing.
    """
    found = [_named(fields, text) for text in texts]
    low, high = np.min([f[0] for f in found], axis=0), np.max([f[1] for f in found], axis=0)
    left, bottom = low[::-1] if view.turned else low
    right, top = high[::-1] if view.turned else high
    if view.mirrored and bottom <= 1e-6 * top:
        bottom = -top
    return Frame(float(left), float(right), float(bottom), float(top))


def _named(fields: PlaneFields, text: str) -> tuple[FloatArray, FloatArray]:
    """Least and largest coordinates of what a text selects."""
    if text.strip() in fields.region_names:
        own = fields.points[fields.region == fields.region_names.index(text.strip())]
        return own.min(axis=0), own.max(axis=0)
    low, high = fields.points.min(axis=0), fields.points.max(axis=0)
    ranges = text.split(",")
    if len(ranges) != 2 or any(":" not in part for part in ranges):
        raise ZoomError(f"zoom {text!r}: is no part of the plane{_allowed(fields)}")
    start, stop = low.copy(), high.copy()
    for k, part in enumerate(ranges):
        first, last = (end.strip() for end in part.split(":", 1))
        try:
            start[k] = length_of(first) if first else low[k]
            stop[k] = length_of(last) if last else high[k]
        except QuantityError as error:
            raise ZoomError(f"zoom {text!r}: is no range of lengths: {error}{_allowed(fields)}") from None
    start, stop = np.maximum(start, low), np.minimum(stop, high)
    if not np.all(start < stop):
        raise ZoomError(f"zoom {text!r}: selects nothing{_allowed(fields)}")
    return start, stop


def _allowed(fields: PlaneFields) -> str:
    ranges = []
    extent = float(np.ptp(fields.points, axis=0).max())
    ends = np.stack([fields.points.min(axis=0), fields.points.max(axis=0)])
    for low, high in np.where(np.abs(ends) < 1e-12 * extent, 0.0, ends).T:
        factor, symbol = common_scale([float(low), float(high)], "m")
        ranges.append(f"{number(low * factor)} {symbol}:{number(high * factor)} {symbol}")
    return (
        f"\nWhat can be zoomed to:\n  a region: {', '.join(fields.region_names)}"
        f'\n  a range of {fields.axes[0]} and one of {fields.axes[1]}, within "{", ".join(ranges)}"'
    )
