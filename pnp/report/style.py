"""How pictures look: one style for all, legible in a thesis, for colour-blind readers and in grey."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.textpath import text_to_path
from matplotlib.ticker import NullLocator

from pnp.report.scale import decade_ticks, linear_ticks, plain_number, power_of_ten

if TYPE_CHECKING:
    from pnp.case import Case

WIDTH = 5.6
"""Width of a picture in inches (142 mm): that of the text of a thesis on A4."""
DPI = 200
FONT = 9.0
SMALL_FONT = 8.0
LETTER = 0.0625
"""Mean width of a letter of `SMALL_FONT`, inches."""
HANDLE = 0.44
"""Inches of a legend's line with the space around it."""
LABEL_OFFSET = 0.52
"""Inches between a panel and the label of its y axis, for the numbers."""
LINE_HEIGHT = 0.165
"""Height of a line of `SMALL_FONT`, inches."""
# Okabe & Ito's colours without the yellow, which is too pale for a line on white, then three more of other
# lightness. Line styles differ as well: curves that coincide, and prints without colour, stay readable.
SPECIES_STYLES: tuple[tuple[str, Any], ...] = (
    ("#0072B2", "-"),
    ("#D55E00", (0, (5, 2))),
    ("#009E73", (0, (1.3, 1.3))),
    ("#CC79A7", (0, (6, 2, 1.5, 2))),
    ("#E69F00", (0, (3, 1, 1, 1, 1, 1))),
    ("#56B4E9", (0, (9, 2.5))),
    ("#6F6F6F", (0, (2.5, 2))),
    ("#7A4A12", (0, (1.3, 3))),
)
_OWN_STYLE = {"K": 0, "Na": 1, "Cl": 2, "Ca": 3, "H": 4, "Mg": 5}
"""Ions met often look the same in every picture, whatever else is in the case."""
MODEL_STYLES = (("#7F3C8D", "o"), ("#8C6D00", "s"), ("#B2182B", "^"), ("#1B7F9C", "D"), ("#444444", "v"))
FULL_MODEL = "Poisson–Nernst–Planck"
SHADES = ("#F0E4CD", "#DCE6EF", "#E3EBDD", "#ECDFE8")
FACE = "#808080"


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of this size in inches, drawn without pyplot (no display, no global state)."""
    figure = Figure(figsize=(width, height), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def species_styles(case: Case) -> dict[str, tuple[str, Any]]:
    """Colour and line style of each species of a case."""
    slots = {name: _OWN_STYLE.get(name.rstrip("+-⁺⁻0123456789²³")) for name in case.species}
    free = [i for i in (6, 7, 5, 4, 3, 1, 2, 0) if i not in slots.values()]
    for name, slot in slots.items():
        if slot is None:
            slots[name] = free.pop(0) if free else len(slots) % len(SPECIES_STYLES)
    return {name: SPECIES_STYLES[slot or 0] for name, slot in slots.items()}


def dress(axes: Axes, x_ticks: int | None = 6, y_ticks: int = 4) -> None:
    """Frame and ticks shared by every panel: at most this many intervals; `x_ticks` None leaves x alone.

    Call it when limits and scales are set: the ticks are placed here, once, because matplotlib's own search for
    them (and its minor ticks, each an object of four) is most of the time that a picture takes.
    """
    axes.tick_params(labelsize=SMALL_FONT, direction="in", length=3, pad=3)
    if x_ticks is not None:
        _place(axes, "x", x_ticks)
    _place(axes, "y", y_ticks)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def no_x_ticks(axes: Axes) -> None:
    """Take away the ticks of x, as in all but the last of panels over one another."""
    axes.xaxis.set_major_locator(NullLocator())
    axes.xaxis.set_minor_locator(NullLocator())


def _place(axes: Axes, which: str, most: int) -> None:
    axis = axes.xaxis if which == "x" else axes.yaxis
    limits = axes.get_xlim() if which == "x" else axes.get_ylim()
    low, high = min(limits), max(limits)
    if axis.get_scale() == "linear":
        ticks = linear_ticks(low, high, most)
        axis.set_ticks(ticks, [plain_number(v) for v in ticks])
        return
    ticks, minor = decade_ticks(low, high, most + 1)
    axis.set_ticks(ticks, [power_of_ten(v) for v in ticks])
    axis.set_minor_locator(NullLocator())
    if minor:
        # One line of markers for all of them.
        at_edge = np.zeros(len(minor))
        x, y, transform, marker = (
            (minor, at_edge, axes.get_xaxis_transform(), 2)
            if which == "x"
            else (at_edge, minor, axes.get_yaxis_transform(), 1)
        )
        marks = Line2D(
            x, y, linestyle="none", marker=MarkerStyle(marker), markersize=2, color="black", markeredgewidth=0.6
        )
        marks.set_transform(transform)
        marks.set_label("_minor")
        axes.add_artist(marks)


_UNIT = r"[pnuµmcdkMG]?(?:V|m|M|A|C|F|K|s|S|J|L|mol|degC|°C)\b"


def typeset(text: str) -> str:
    """A text with minus signs, with dashes between names, and with no line's end between a number and its unit."""
    text = re.sub(r"(?<![\w.)\]])-(?=\d)", "−", text)
    text = re.sub(r"(?<=[^\W\d_])-(?=[A-Z][^\W\d_])", "–", text)
    return re.sub(rf"(?<=\d) (?={_UNIT}|%)", "\u00a0", text)


def wrapped(title: str, width: float) -> str:
    """A title broken into lines that fit a figure of this width in inches."""
    letters = int(12.5 * width)
    title = typeset(title)
    return "\n".join(part for row in title.splitlines() for part in textwrap.wrap(row, letters, break_on_hyphens=False))


def axis_label(text: str, width: float) -> tuple[str, float]:
    """The label of a horizontal axis in lines that fit a figure of this width, and the height of all but the first."""
    lines = textwrap.wrap(text, max(10, int((width - 0.3) / (1.13 * LETTER))), break_on_hyphens=False)
    return "\n".join(lines), LINE_HEIGHT * (len(lines) - 1)


def title_height(title: str) -> float:
    """Height in inches that a title takes, 0 without one."""
    return 0.1 + 0.18 * len(title.splitlines()) if title else 0.0


def add_title(figure: Figure, title: str) -> None:
    """A title at the top edge."""
    if title:
        figure.suptitle(title, fontsize=FONT + 1, y=1 - 0.07 / figure.get_figheight(), va="top")


def _text_width(text: str) -> float:
    """Inches of a text of `SMALL_FONT`."""
    return float(text_to_path.get_text_width_height_descent(text, FontProperties(size=SMALL_FONT), False)[0]) / 72


class Legend:
    """The entries above the panels, where they hide no data: how many fit a row is known before anything is drawn."""

    def __init__(self, labels: Sequence[str], width: float) -> None:
        """Entries with these texts in a figure of this width in inches."""
        self.labels = list(labels)
        self._widths = np.array([_text_width(label) for label in self.labels])
        columns = len(self.labels)
        while columns > 1 and self._across(columns) > width - 0.1:
            columns -= 1
        rows = math.ceil(len(self.labels) / columns) if columns else 0
        # As many columns as fill the rows evenly.
        self.columns = math.ceil(len(self.labels) / rows) if rows else 1
        if columns > 1 and self._across(self.columns) > width - 0.1:
            self.columns = columns
        self.height = LINE_HEIGHT * rows + 0.06 if rows else 0.0

    def _across(self, columns: int) -> float:
        """Inches of the entries in this many columns, filled one after the other as matplotlib does."""
        return sum(float(share.max()) + HANDLE for share in np.array_split(self._widths, columns))

    def draw(self, figure: Figure, handles: Sequence[Any], top: float) -> None:
        """Draw it with its upper edge `top` inches below the figure's."""
        if not self.labels:
            return
        figure.legend(
            list(handles),
            self.labels,
            loc="upper center",
            bbox_to_anchor=(0.5, 1 - top / figure.get_figheight()),
            ncols=self.columns,
            frameon=False,
            fontsize=SMALL_FONT,
            handlelength=2.2,
            handletextpad=0.5,
            columnspacing=1.2,
            labelspacing=0.25,
            borderpad=0.0,
            borderaxespad=0.0,
        )
