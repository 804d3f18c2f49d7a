"""Colours for the values of a field in bands between round numbers: linear, logarithmic, or both around zero."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from numpy.typing import NDArray

from pnp.plane_fields import FloatArray
from pnp.report import style
from pnp.report.format import common_scale
from pnp.report.scale import decade_ticks, linear_ticks, plain_number, power_of_ten

Kind = Literal["linear", "log", "symlog"]
BANDS = 5
"""Bands of one colour between two numbers of a linear scale."""
MOST_DECADES = 12.0
"""A logarithmic scale ends this many decades below its largest value."""
SYMLOG_DECADES = 4
ON_EDGE = 1e-5
"""Share of a band by which a value may lie below its lower edge."""
ONE_SIGN = 1e-3
"""A field whose values of the other sign are smaller than this share of the largest has colours for one sign."""


@dataclass(frozen=True)
class ColourScale:
    """From values to colours.

    Attributes:
        kind: "linear", "log" or "symlog" (linear around zero, logarithmic beyond).
        edges: Ends of the bands in the scale's own measure, increasing.
        ticks: Places of the numbers in that measure.
        labels: The numbers.
        factor: Takes SI values to the unit of the numbers.
        symbol: That unit.
        colours: Name of the colour map.
        part: The share of the colour map that is used.
        threshold: Of a symlog scale: up to where it is linear, in that unit.
    """

    kind: Kind
    edges: tuple[float, ...]
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    factor: float
    symbol: str
    colours: str
    part: tuple[float, float] = (0.0, 1.0)
    threshold: float = 1.0

    def measure(self, values: FloatArray) -> FloatArray:
        """SI values in the scale's own measure, NaN where there are none; shape as given."""
        shown = np.asarray(values, dtype=np.float64) * self.factor
        if self.kind == "linear":
            return shown
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.kind == "log":
                return np.where(shown > 0, np.log10(shown), np.where(shown <= 0, self.edges[0], np.nan))
            return np.asarray(np.sign(shown) * np.log10(1 + np.abs(shown) / self.threshold))

    def image(self, values: FloatArray) -> NDArray[np.uint8]:
        """SI values (rows, columns) as colours (rows, columns, 4); NaN is transparent."""
        measure = self.measure(values)
        bands, step = len(self.edges) - 1, (self.edges[-1] - self.edges[0]) / (len(self.edges) - 1)
        # A value that is an edge but for rounding, as that of the bulk often is, has one colour everywhere.
        band = np.floor((np.nan_to_num(measure) - self.edges[0]) / step + ON_EDGE).astype(np.int64).clip(0, bands - 1)
        table = (255 * self._table()).round().astype(np.uint8)
        rgba: NDArray[np.uint8] = table[band]
        rgba[np.isnan(measure)] = 0
        return rgba

    def _table(self) -> NDArray[np.float64]:
        bands = len(self.edges) - 1
        first, last = self.part
        return np.asarray(colormaps[self.colours](first + (last - first) * (np.arange(bands) + 0.5) / bands))

    def levels(self, measure: FloatArray) -> list[float]:
        """The numbers at which values (in the scale's measure) have lines; not where much of the picture is at one."""
        seen = measure[np.isfinite(measure)]
        if not seen.size:
            return []
        step = (self.edges[-1] - self.edges[0]) / (len(self.edges) - 1)
        flat = [t for t in self.ticks if np.mean(np.abs(seen - t) < 1e-3 * step) > 0.02]
        return [t for t in self.ticks if seen.min() < t < seen.max() and t not in flat]

    def draw_bar(self, axes: Axes) -> None:
        """The bar with its numbers to the right, lines at the numbers as in the picture."""
        low, high = self.edges[0], self.edges[-1]
        for (a, b), colour in zip(zip(self.edges[:-1], self.edges[1:], strict=True), self._table(), strict=True):
            axes.axhspan(a, b, color=colour, lw=0)
        axes.hlines(self.ticks, 0, 1, **line_style(self.kind))
        axes.set_xlim(0, 1)
        axes.set_ylim(low, high)
        axes.set_xticks([])
        axes.set_yticks(self.ticks, self.labels)
        axes.yaxis.tick_right()
        axes.tick_params(labelsize=style.SMALL_FONT, length=2.5, pad=2)
        for spine in axes.spines.values():
            spine.set_linewidth(0.6)


def line_style(kind: Kind) -> dict[str, Any]:
    """How the lines of equal value look."""
    return {"colors": "black", "linewidths": 0.45, "alpha": 0.5 if kind != "symlog" else 0.35}


def linear_scale(values: FloatArray, unit: str, least: float, colours: str, most: int = 6) -> ColourScale:
    """Bands between round numbers that hold all values (SI), over at least `least` (SI)."""
    factor, symbol = common_scale([float(np.abs(values).max()), least], unit)
    low, high = float(values.min()) * factor, float(values.max()) * factor
    if high - low < least * factor:
        low, high = 0.5 * (low + high - least * factor), 0.5 * (low + high + least * factor)
    if not high > low:
        low, high = low - 0.5 * max(abs(low), 1e-30), high + 0.5 * max(abs(high), 1e-30)
    ticks = linear_ticks(low, high, most)
    step = (ticks[1] - ticks[0] if len(ticks) > 1 else high - low) / BANDS
    # A value at an end of the range belongs to the band inside.
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    edges = tuple(step * n for n in range(first, max(last, first + 1) + 1))
    ticks = linear_ticks(edges[0], edges[-1], most)
    return ColourScale("linear", edges, tuple(ticks), tuple(map(plain_number, ticks)), factor, symbol, colours)


def log_scale(values: FloatArray, unit: str, colours: str, most: int = 6, decades: float = MOST_DECADES) -> ColourScale:
    """Bands that are parts of decades, for those of the values (SI) within so many `decades` of the largest."""
    positive = values[values > 0]
    highest = float(positive.max())
    lowest = max(float(positive.min()), highest * 10**-decades)
    factor, symbol = common_scale([highest], unit)
    low, high = math.log10(lowest * factor), math.log10(highest * factor)
    per_decade = next(n for n in (20, 10, 5, 2, 1) if n * (high - low) < 30 or n == 1)
    first, last = math.floor(low * per_decade + 1e-6), math.ceil(high * per_decade - 1e-6)
    edges = tuple(n / per_decade for n in range(first, max(last, first + 1) + 1))
    ticks, _ = decade_ticks(10 ** edges[0], 10 ** edges[-1], most)
    places = tuple(math.log10(t) for t in ticks)
    return ColourScale("log", edges, places, tuple(map(power_of_ten, ticks)), factor, symbol, colours)


def signed_scale(values: FloatArray, unit: str, colours: str, symlog: bool) -> ColourScale:
    """Bands around zero in the two halves of a colour map, the same on both sides; of one sign in its own half alone.

    Args:
        values: In SI.
        unit: SI unit.
        colours: Name of a colour map that is pale in its middle.
        symlog: Whether the scale is logarithmic beyond a small value.
    """
    largest = float(np.abs(values).max())
    factor, symbol = common_scale([largest], unit)
    top = largest * factor
    signs = [s for s in (-1.0, 1.0) if (s * values).max() > ONE_SIGN * largest] or [-1.0, 1.0]
    part = (0.0 if -1.0 in signs else 0.5, 1.0 if 1.0 in signs else 0.5)
    if not symlog:
        ends = np.array([0.0, *(s * largest for s in signs)])
        return dataclasses.replace(linear_scale(ends, unit, 0.0, colours), part=part)
    decade = math.ceil(math.log10(top) - 1e-9)
    threshold = 10.0 ** (decade - SYMLOG_DECADES)
    most = math.log10(1 + top / threshold)
    low, high = (most * part[0] - 0.5 * most) * 2, (most * part[1] - 0.5 * most) * 2
    edges = tuple(float(edge) for edge in np.linspace(low, high, 16 * len(signs) + 1))
    powers = [10.0**n for n in range(decade - SYMLOG_DECADES + 1, decade + 1) if 10.0**n <= top * (1 + 1e-9)]
    powers = powers[-1::-2][::-1] if len(powers) > 2 and len(signs) > 1 else powers
    ticks = [*(-p for p in powers[::-1] if -1.0 in signs), 0.0, *(p for p in powers if 1.0 in signs)]
    places = tuple(math.copysign(math.log10(1 + abs(t) / threshold), t) for t in ticks)
    labels = tuple("0" if t == 0 else ("−" if t < 0 else "") + power_of_ten(abs(t)) for t in ticks)
    return ColourScale("symlog", edges, places, labels, factor, symbol, colours, part, threshold)
