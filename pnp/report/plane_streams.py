"""Lines along a vector field, evenly spread over a panel, with arrow heads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch

from pnp.plane_fields import FloatArray
from pnp.report.plane_layout import Panel

BETWEEN = 0.15
"""Inches between two lines."""
SHORTEST = 0.3
"""Inches of the shortest line that has an arrow head."""
COLOUR, WIDTH = "black", 0.55


def draw_streams(
    panel: Panel, x: FloatArray, y: FloatArray, right: FloatArray, up: FloatArray, mirrored: bool = False
) -> None:
    """Draw the lines.

    Args:
        panel: Where.
        x: Columns in the unit of the panel's numbers, equally spaced, shape (columns,).
        y: Rows, shape (rows,).
        right: Component to the right at each, NaN where there is none, shape (rows, columns).
        up: Component upwards.
        mirrored: Whether their mirror images at y = 0 are drawn too.
    """
    # In inches, so that lines are parallel to the vectors as they are drawn.
    right = np.asarray(right * panel.width / panel.frame.width)
    up = np.asarray(up * panel.height / panel.frame.height)
    size = np.hypot(right, up)
    if not np.nanmax(size, initial=0.0) > 0 or min(size.shape) < 3:
        return
    missing = ~(size > 0)
    scale = np.where(missing, 1.0, size)
    per_x, per_y = panel.extent[1] - panel.extent[0], panel.extent[3] - panel.extent[2]
    lines = panel.axes.streamplot(
        x,
        y,
        np.where(missing, np.nan, right / scale * per_x / panel.width),
        np.where(missing, np.nan, up / scale * per_y / panel.height),
        density=(panel.width / BETWEEN / 30, panel.height * (y[-1] - y[0]) / per_y / BETWEEN / 30),
        arrowstyle="-",
        arrowsize=0.01,
        minlength=0.15,
        color=COLOUR,
        linewidth=WIDTH,
        zorder=3,
    )
    curves = _joined([np.asarray(piece) for piece in lines.lines.get_segments()])
    inch = np.array([panel.width / per_x, panel.height / per_y])
    for sign in (1.0, -1.0) if mirrored else (1.0,):
        own = [curve * [1.0, sign] for curve in curves]
        if sign < 0:
            panel.axes.add_collection(LineCollection(own, colors=COLOUR, linewidths=WIDTH, zorder=3), autolim=False)
        for curve in own:
            _arrow(panel, curve, inch)


def _joined(pieces: Sequence[FloatArray]) -> list[FloatArray]:
    """Pieces (k, 2) of curves as whole curves (n, 2): old versions of Matplotlib give each step of its own."""
    curves: list[list[FloatArray]] = []
    for piece in pieces:
        if curves and np.array_equal(curves[-1][-1][-1], piece[0]):
            curves[-1].append(piece[1:])
        else:
            curves.append([piece])
    return [np.concatenate(curve) for curve in curves]


def _arrow(panel: Panel, curve: FloatArray, inch: FloatArray) -> None:
    """A head at the middle of a curve."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*(np.diff(curve, axis=0) * inch).T))])
    if along[-1] < SHORTEST:
        return
    middle = min(int(np.searchsorted(along, 0.5 * along[-1])), len(curve) - 1)
    start, stop = curve[middle - 1], curve[middle]
    panel.axes.add_patch(
        FancyArrowPatch(
            (start[0], start[1]),
            (stop[0], stop[1]),
            arrowstyle="-|>",
            mutation_scale=5.5,
            shrinkA=0,
            shrinkB=0,
            color=COLOUR,
            linewidth=WIDTH,
            zorder=3,
        )
    )
