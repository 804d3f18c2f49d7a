"""How plots look: one style for all, legible in a thesis and for colour-blind readers."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from pnp.report.format import SUPERSCRIPTS

DPI = 200
FONT = 9.0
SMALL_FONT = 8.0
# Okabe & Ito's colours without the yellow, which is too pale for a line on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F3C8D", "#000000")
# Line styles differ as well: curves that coincide, and prints without colour, stay readable.
LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1, 1, 1, 1, 1)))
MODEL_COLOURS = ("#7F3C8D", "#E69F00", "#56B4E9", "#009E73", "#666666")
MARKERS = ("o", "s", "^", "D", "v", "P")
SHADES = ("#EFE3CC", "#DCE6EF", "#E3EBDD", "#ECDFE8")
GRID = "#D9D9D9"


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of this size in inches, drawn without pyplot (no display, no global state)."""
    figure = Figure(figsize=(width, height), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def wrapped(title: str, width: float) -> str:
    """A title broken into lines that fit a figure of this width in inches."""
    letters = int(11.0 * width)
    return "\n".join(part for row in title.splitlines() for part in textwrap.wrap(row, letters))


def title_height(title: str) -> float:
    """Height in inches that a title takes, 0 without one."""
    return 0.12 + 0.18 * len(title.splitlines()) if title else 0.0


def colour(index: int) -> str:
    """The colour of the curve with this index."""
    return COLOURS[index % len(COLOURS)]


def line(index: int) -> Any:
    """The line style of the curve with this index."""
    return LINES[index % len(LINES)]


def dress(axes: Axes, x_bins: int = 6) -> None:
    """Ticks, grid and frame shared by every panel, with at most `x_bins` intervals between numbers along x."""
    axes.tick_params(labelsize=SMALL_FONT, direction="in", length=3)
    axes.tick_params(which="minor", direction="in", length=1.5)
    axes.grid(True, color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    for axis, scale, bins in ((axes.xaxis, axes.get_xscale(), x_bins), (axes.yaxis, axes.get_yscale(), 5)):
        if scale == "linear":
            axis.set_major_formatter(FuncFormatter(_plain_number))
            axis.set_major_locator(MaxNLocator(bins, steps=[1, 2, 2.5, 5, 10]))
        else:
            axis.set_major_formatter(FuncFormatter(_power_of_ten))
            axis.set_minor_formatter(NullFormatter())
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _plain_number(value: float, _position: int | None = None) -> str:
    """A tick in full: the usual offset or power in a corner of the panel is overlooked."""
    return f"{value:.8g}".replace("-", "−")


def _power_of_ten(value: float, _position: int | None = None) -> str:
    """A tick of a logarithmic axis; plain text is drawn much faster than TeX-like markup."""
    exponent = round(math.log10(value))
    return f"{value:g}" if -2 < exponent < 4 else "10" + str(exponent).translate(SUPERSCRIPTS)


def padded(low: float, high: float, least: float, share: float = 0.08) -> tuple[float, float]:
    """Limits with a margin around [low, high], at least `least` wide so that rounding noise looks flat."""
    if high - low < least:
        middle = 0.5 * (low + high)
        low, high = middle - 0.5 * least, middle + 0.5 * least
    margin = share * (high - low)
    return low - margin, high + margin


def padded_log(low: float, high: float) -> tuple[float, float]:
    """Limits of a logarithmic axis around [low, high] > 0."""
    ratio = max(high / low, 10.0) ** 0.06
    return low / ratio, high * ratio
