"""Where the panels of a picture of a plane lie: the whole, the part that is enlarged, and the bar of colours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pnp.plane_fields import FloatArray
from pnp.report import style
from pnp.report.format import common_scale
from pnp.report.plane_raster import Frame
from pnp.report.plane_view import PlaneView
from pnp.report.scale import linear_ticks, plain_number

LEFT, BOTTOM, RIGHT = 0.6, 0.42, 0.1
"""Inches beside and below a panel, for its numbers and labels."""
BAR_GAP, BAR, BAR_NUMBERS = 0.1, 0.13, 0.47
"""Inches of the bar of colours, with what is before and after it."""
EXTREME = 4.0
"""What is longer than this many times its width is stretched to it."""
TALLEST, TALLEST_OF_TWO, MOST_INCHES = 1.15, 0.85, 4.2
"""Height of a panel over its width at most, alone and of two over one another; inches of both together at most."""
BESIDE = 4.6
"""Panels stand beside one another in pictures of at least this width, inches, where they are no longer than high."""
ROOM_FOR_WORDS, ROOM_FOR_NAME = 2.2, 1.4
"""Inches of a panel above which what it shows is told at length, and at all."""
ENLARGED = 0.5
"""A part that is less than this share of the whole in both directions is shown in its true shape."""
BETWEEN_NUMBERS = 0.45
"""Inches between two numbers along an axis."""


@dataclass(frozen=True)
class Panel:
    """One map of a picture.

    Attributes:
        axes: Where it is drawn, in the unit of its numbers.
        frame: What it shows, m.
        factor: Takes m to the unit of its numbers.
        width: Inches.
        height: Inches.
    """

    axes: Axes
    frame: Frame
    factor: float
    width: float
    height: float

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top in the unit of its numbers."""
        left, right, bottom, top = (self.factor * v for v in self.frame.extent)
        return left, right, bottom, top


@dataclass(frozen=True)
class Page:
    """A figure with its panels, and the axes of the bar of colours if it has one."""

    figure: Figure
    panels: tuple[Panel, ...]
    bar: Axes | None


def page(
    view: PlaneView,
    whole: Frame,
    zoom: Frame | None,
    title: str,
    label: str,
    width: float,
    note: str = "",
    bar: bool = True,
    above: float = 0.0,
) -> Page:
    """An empty picture with one panel, or a second one for a part.

    Args:
        view: What is drawn.
        whole: What the first panel shows.
        zoom: The part that a second one shows, or None.
        title: A line above.
        label: What the colours are of, with its unit, below the title.
        width: Of the picture, inches.
        note: A line below.
        bar: Whether there is a bar of colours.
        above: Inches between title and panels that are left free.
    """
    title = style.wrapped(title, width)
    note, more = style.axis_label(note, width)
    ratio = whole.width / whole.height
    drawn = min(max(ratio, 1 / EXTREME), EXTREME)
    beside = zoom is not None and width >= BESIDE and drawn < 1.35
    side = BAR_GAP + BAR + BAR_NUMBERS if bar else RIGHT
    room = width - LEFT - side
    if beside:
        room = 0.5 * (room - LEFT)
    tallest = TALLEST * room if zoom is None or beside else TALLEST_OF_TWO * room
    tallest = min(tallest, MOST_INCHES if zoom is None or beside else 0.7 * MOST_INCHES)
    across, up = (room, room / drawn) if room / drawn <= tallest else (tallest * drawn, tallest)
    if zoom is not None and drawn == ratio and max(zoom.width / whole.width, zoom.height / whole.height) < ENLARGED:
        zoom = _shaped(zoom, ratio, view)
    stacked = zoom is not None and not beside
    over = style.LINE_HEIGHT if beside or drawn != ratio else 0.0
    head = 0.1 + above + style.title_height(title) + (0.22 if label else 0.0) + over
    foot = BOTTOM + (style.LINE_HEIGHT + more + 0.04 if note else 0.0)
    between = BOTTOM + style.LINE_HEIGHT + 0.08
    height = head + up + foot + (up + between if stacked else 0.0)
    figure = style.new_figure(width, height)
    style.add_title(figure, title)
    if label:
        y = 1 - (0.05 + style.title_height(title)) / height
        figure.text(0.5, y, label, ha="center", va="top", fontsize=style.FONT)
    # What the panels leave is shared between both sides.
    total = LEFT + across + side + (LEFT + across if beside else 0.0)
    left = LEFT + 0.5 * (width - total)
    lefts = [left, left + across + LEFT] if beside else [left, left]
    lows = [height - head - up] * 2 if beside else [height - head - up, foot]
    frames = [whole] if zoom is None else [whole, zoom]
    panels = []
    for k, frame in enumerate(frames):
        axes = figure.add_axes((lefts[k] / width, lows[k] / height, across / width, up / height))
        panels.append(_dressed(axes, frame, view, across, up))
    if zoom is not None:
        _mark_part(panels)
    if note:
        figure.text(0.5, 0.05 / height, note, ha="center", va="bottom", fontsize=style.SMALL_FONT)
    if not bar:
        return Page(figure, tuple(panels), None)
    start = lefts[len(frames) - 1] + across + BAR_GAP
    low = min(lows[: len(frames)])
    tall = up + (up + between if stacked else 0.0)
    own = figure.add_axes((start / width, low / height, BAR / width, tall / height))
    return Page(figure, tuple(panels), own)


def _shaped(zoom: Frame, ratio: float, view: PlaneView) -> Frame:
    """The part made wider or higher until it has the panel's shape, inside the whole."""
    width, height = max(zoom.width, zoom.height * ratio), max(zoom.height, zoom.width / ratio)
    whole = view.whole
    left, right = _moved(0.5 * (zoom.left + zoom.right), width, whole.left, whole.right)
    bottom, top = _moved(0.5 * (zoom.bottom + zoom.top), height, whole.bottom, whole.top)
    if view.mirrored and bottom < 0 < top:
        bottom, top = -0.5 * height, 0.5 * height
    return Frame(left, right, bottom, top)


def _moved(middle: float, size: float, least: float, most: float) -> tuple[float, float]:
    low = min(max(middle - 0.5 * size, least), most - size)
    return low, low + size


def _dressed(axes: Axes, frame: Frame, view: PlaneView, across: float, up: float) -> Panel:
    factor, symbol = common_scale([max(map(abs, frame.extent))], "m")
    panel = Panel(axes, frame, factor, across, up)
    left, right, bottom, top = panel.extent
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    for axis, low, high, room in ((axes.xaxis, left, right, across), (axes.yaxis, bottom, top, up)):
        numbers = linear_ticks(low, high, max(2, int(room / BETWEEN_NUMBERS)))
        vertical = axis is axes.yaxis
        shown = [plain_number(abs(v) if vertical and view.mirrored else v) for v in numbers]
        axis.set_ticks(numbers, shown)
    axes.tick_params(labelsize=style.SMALL_FONT, length=2.5, pad=2)
    for spine in axes.spines.values():
        spine.set_linewidth(0.6)
    name = f"|{view.axes[1]}|" if view.mirrored else view.axes[1]
    axes.set_xlabel(f"{view.axes[0]} ({symbol})", fontsize=style.FONT, labelpad=2)
    axes.set_ylabel(f"{name} ({symbol})", fontsize=style.FONT, labelpad=2)
    stretch = (up / frame.height) / (across / frame.width)
    if not 0.99 < stretch < 1.01:
        which, times = (name, stretch) if stretch > 1 else (view.axes[0], 1 / stretch)
        axes.text(
            1.0,
            1.02,
            f"{which} stretched {times:.2g} times" if across > ROOM_FOR_WORDS else f"{which} × {times:.2g}",
            transform=axes.transAxes,
            ha="right",
            va="bottom",
            fontsize=style.SMALL_FONT,
        )
    return panel


def _mark_part(panels: list[Panel]) -> None:
    """A dashed frame in the whole around what the other panel shows, which has one too."""
    whole, part = panels
    left, right, bottom, top = (whole.factor * v for v in part.frame.extent)
    box = Rectangle((left, bottom), right - left, top - bottom, fill=False, linewidth=0.9, linestyle=(0, (3, 2)))
    box.set_zorder(6)
    whole.axes.add_patch(box)
    if part.width > ROOM_FOR_NAME:
        part.axes.text(
            0.0,
            1.02,
            "dashed frame",
            transform=part.axes.transAxes,
            ha="left",
            va="bottom",
            fontsize=style.SMALL_FONT,
        )
    for spine in part.axes.spines.values():
        spine.set_linestyle((0, (3, 2)))
        spine.set_linewidth(0.9)


def draw_outlines(panel: Panel, view: PlaneView) -> None:
    """Thin lines around the regions; those that leave the panel are cut."""
    segments = view.outlines
    left, right, bottom, top = panel.frame.extent
    x, y = segments[:, :, 0], segments[:, :, 1]
    seen = (x.min(1) <= right) & (x.max(1) >= left) & (y.min(1) <= top) & (y.max(1) >= bottom)
    lines = LineCollection(
        list(panel.factor * segments[seen]), colors="black", linewidths=0.7, capstyle="round", zorder=4
    )
    panel.axes.add_collection(lines, autolim=False)


def stroke() -> list[object]:
    """A pale edge around letters, so that they are read on any colour."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.2, foreground="white", alpha=0.85)]


def name_regions(panel: Panel, view: PlaneView, names: Sequence[str], named: Collection[str] = ()) -> list[str]:
    """The name of each region where it has room, upright where it only fits so; small regions stay without.

    Args:
        panel: Where.
        view: Its regions are named.
        names: Of all regions.
        named: Those that have their name elsewhere.

    Returns:
        Those that have got one.
    """
    from scipy.ndimage import distance_transform_edt, minimum_filter

    per_inch = 40
    columns, rows = int(panel.width * per_inch), 2 * int(panel.height * per_inch / 2)
    region = view.raster(panel.frame, columns, rows).of_cells(view.region)
    found = []
    for k, name in enumerate(names):
        own = np.pad(region == k, 1)
        if name in named or not own.any():
            continue
        text = name.replace("_", " ")
        wide, high = style.LETTER * len(text) + 0.2, style.LINE_HEIGHT + 0.02
        distance = np.minimum(distance_transform_edt(own) / per_inch, 0.3)
        for upright in (False, True):
            size = (wide, high) if upright else (high, wide)
            box = tuple(int(per_inch * s) + 1 for s in size)
            fits = minimum_filter(own, size=box, mode="constant", cval=False)
            if fits.any():
                score = np.where(fits, distance + _towards_corner(own.shape), -np.inf)
                j, i = np.unravel_index(int(np.argmax(score)), own.shape)
                left, right, bottom, top = panel.extent
                panel.axes.text(
                    left + (i - 0.5) / columns * (right - left),
                    bottom + (j - 0.5) / region.shape[0] * (top - bottom),
                    text,
                    ha="center",
                    va="center",
                    rotation=90 if upright else 0,
                    fontsize=style.SMALL_FONT,
                    path_effects=stroke(),
                    zorder=5,
                )
                found.append(name)
                break
    return found


def _towards_corner(shape: tuple[int, ...]) -> FloatArray:
    """A small preference for places away from the middle, where fields change; least for the upper left."""
    j, i = np.meshgrid(np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1]), indexing="ij")
    return np.asarray(0.1 * (np.abs(i) + np.abs(j)) + 0.02 * (j - i))
