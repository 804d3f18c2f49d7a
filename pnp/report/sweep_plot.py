"""The picture of a sweep: any quantity against the swept value, with the simplified models beside the full one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pnp.report import style
from pnp.report.format import common_scale, key_words, words
from pnp.report.interest import carries_current, interesting_quantities, noise_floor, varies
from pnp.report.scale import Scale, checked_log, padded, padded_log, spans_decades
from pnp.result import CONVERGED, FloatArray, Result, SweepTable, unknown_name

if TYPE_CHECKING:
    from pnp.case import Case

MOST_PANELS = 3
MOST_MARKERS = 12
MOST_DECADES = 14.0
LONG_LABEL = 22
"""Letters from which the label of a vertical axis is broken into two lines."""
LEFT, RIGHT = 0.92, 0.18
"""Inches beside the panels."""
ROW, ONLY_ROW, BETWEEN = 1.75, 3.0, 0.14
"""Height of a panel among several and alone, and what is between two, inches."""


def draw_sweep(
    result: Result,
    table: SweepTable,
    names: Sequence[str] | None = None,
    title: str = "",
    width: float = style.WIDTH,
    scale: Scale | None = None,
) -> Figure:
    """Draw the sweep; a sweep of voltage that has a current gives the current-voltage curve.

    Args:
        result: Gives the charge numbers of the species.
        table: The points.
        names: Quantities to draw instead of the usual ones, one panel each.
        title: A line above the picture.
        width: Of the picture in inches.
        scale: Of the vertical axes of the quantities named, instead of one that fits the values.

    Raises:
        pnp.report.scale.ScaleError: a logarithmic one is asked for values none of which is positive.
        KeyError: a quantity that the sweep does not have; the message names the nearest.
    """
    for name in names or []:
        if name not in table.quantity_units():
            raise KeyError(unknown_name("quantity", name, table.quantity_units()))
    count = sum(row.status != CONVERGED for row in table.rows)
    if count:
        # In the title, because in a panel it would lie over curves and markers.
        title = f"{title}\n{count} of {len(table.rows)} points not converged (×)".strip()
    if not names and is_current_voltage(table, result.case):
        from pnp.report.current_voltage import draw_current_voltage

        return draw_current_voltage(result, table, title, width)
    chosen = list(names or interesting_quantities(table, result.case, MOST_PANELS))
    return _draw_quantities(table, result.case, chosen, title, width, scale)


def is_current_voltage(table: SweepTable, case: Case) -> bool:
    """Whether the sweep is one of voltage and has a current that is more than noise, or no result at all."""
    name = current_name(table)
    if table.unit != "V" or name is None or not carries_current(case):
        return False
    known = np.isfinite(table[name]).sum()
    return bool(known < 2) or varies(table, name, case)


def current_name(table: SweepTable) -> str | None:
    """The quantity that is the sweep's current: through the whole, or else out of the first boundary that has one."""
    known = table.quantity_units()
    through = (name for name in known if name.startswith("current."))
    return next((name for name in ("current_density", "current") if name in known), next(through, None))


def panels(
    count: int, title: str, labels: Sequence[str], x_label: str, width: float
) -> tuple[Figure, list[Axes], style.Legend]:
    """An empty figure with panels over one another, the label below, room for a title and a legend above them."""
    row = ONLY_ROW if count == 1 else ROW
    title = style.wrapped(title, width)
    legend = style.Legend(labels, width)
    top, bottom = 0.12 + style.title_height(title) + legend.height, 0.46
    x_label, more = style.axis_label(x_label, width)
    bottom += more
    height = top + bottom + row * count + BETWEEN * (count - 1)
    figure = style.new_figure(width, height)
    style.add_title(figure, title)
    across = width - LEFT - RIGHT
    made = []
    for i in range(count):
        low = height - top - row * (i + 1) - BETWEEN * i
        axes = figure.add_axes((LEFT / width, low / height, across / width, row / height))
        axes.yaxis.set_label_coords(-style.LABEL_OFFSET / across, 0.5)
        axes.xaxis.set_label_coords(0.5, -0.22 / row)
        made.append(axes)
    made[-1].set_xlabel(x_label, fontsize=style.FONT, va="top")
    return figure, made, legend


def add_legend(figure: Figure, legend: style.Legend) -> None:
    """Draw the legend of `panels` with a handle from whichever panel has it."""
    handles: dict[str, Any] = {}
    for axes in figure.axes:
        for line in axes.lines:
            handles.setdefault(str(line.get_label()), line)
    title = figure.get_suptitle()
    legend.draw(figure, [handles[label] for label in legend.labels], 0.06 + style.title_height(title))


def _draw_quantities(
    table: SweepTable, case: Case, names: list[str], title: str, width: float, scale: Scale | None = None
) -> Figure:
    models, values = table.simplified(), table.values()
    log = is_logarithmic(values)
    looks = model_styles(table, names)
    # Over decades of the key, how a model is approached and left is read from the deviation.
    compared = names[0] if log and any(quantity == names[0] for _, quantity in models) else None
    labels = [style.FULL_MODEL, *(model_label(m) for m in looks)] if looks else []
    texts = [str(row.value) for row in table.rows] if isinstance(table.rows[0].value, str) else []
    factor, symbol = (1.0, "") if log or texts else common_scale([float(v) for v in values], table.unit)
    if log and table.unit not in ("", "1"):
        factor, symbol = common_scale([float(np.median(values))], table.unit)
    x = factor * values
    count = len(names) + (compared is not None)
    figure, made, legend = panels(count, title, labels, key_label(table, symbol), width)
    rows: list[tuple[Axes, str | None]] = [(made[0], names[0])]
    rows += [(axes, None) for axes in made[1:2] if compared is not None]
    rows += list(zip(made[len(rows) :], names[1:], strict=True))
    for axes, name in rows:
        axes.set_xscale("log" if log else "linear")
        low, high = float(x.min()), float(x.max())
        axes.set_xlim(*(padded_log(low, high) if log else padded(low, high, 0.0, 0.03)))
        if name is None:
            _draw_deviation(table, names[0], x, axes, looks)
        else:
            _draw_quantity(table, case, name, x, axes, looks, scale)
        last = axes is made[-1]
        style.dress(axes, max(2, int((width - LEFT - RIGHT) / 0.7)) if last and not texts else None, 4)
        if not last:
            style.no_x_ticks(axes)
        mark_failures(axes, table, x)
    if texts:
        made[-1].set_xticks(list(x), texts)
    add_legend(figure, legend)
    return figure


def _draw_quantity(
    table: SweepTable,
    case: Case,
    name: str,
    x: FloatArray,
    axes: Axes,
    looks: dict[str, int],
    scale: Scale | None = None,
) -> None:
    """One quantity, and what simplified models say of it."""
    y = table[name]
    beside = {model: v for (model, quantity), v in table.simplified().items() if quantity == name}
    data = np.concatenate([y, *beside.values()])
    data = data[np.isfinite(data)]
    # The unit is the full result's: a model may be off by orders of magnitude.
    own = y[np.isfinite(y)]
    unit = table.quantity_units()[name]
    # Rounding around zero is drawn as zero.
    floor = noise_floor(unit, case)
    floor = floor if data.size and float(np.abs(data).max()) < floor else 0.0
    factor, symbol = common_scale([floor, *(float(v) for v in (own if own.size else data))], unit)
    # What is as good as zero somewhere has no decades.
    log = not floor and spans_decades(data) and float(data.min()) > 10**-MOST_DECADES * float(data.max())
    if scale:
        log = checked_log(name, data, scale)
    if log:
        positive = data[data > 0]
        least = max(float(positive.min()), 10**-MOST_DECADES * float(positive.max()))
        axes.set_yscale("log", nonpositive="mask")
        axes.set_ylim(*padded_log(factor * least, factor * float(positive.max())))
    elif data.size:
        low, high = factor * float(data.min()), factor * float(data.max())
        axes.set_ylim(*padded(low, high, max(1e-4 * max(abs(low), abs(high)), 2 * factor * floor, 1e-300)))
    marker = "o" if len(x) < 40 else None
    axes.plot(x, factor * y, color="black", marker=marker, markersize=2.5, linewidth=1.4, label=style.FULL_MODEL)
    for model, predicted in beside.items():
        draw_model(axes, x, factor * predicted, model, looks[model])
    text = words(name).replace("_", " ")
    # The unit stays in one piece.
    text = _broken(f"{text} ({symbol})".replace(symbol, symbol.replace(" ", "\u00a0")) if symbol else text)
    axes.set_ylabel(text, fontsize=style.FONT)


def _draw_deviation(table: SweepTable, name: str, x: FloatArray, axes: Axes, looks: dict[str, int]) -> None:
    """How far each simplified model is from the full result, on logarithmic axes."""
    full = table[name]
    rows = {m: np.abs(v - full) for (m, quantity), v in table.simplified().items() if quantity == name}
    data = np.concatenate(list(rows.values()))
    data = data[np.isfinite(data) & (data > 0)]
    factor, symbol = common_scale([float(v) for v in data], table.quantity_units()[name])
    if data.size:
        axes.set_yscale("log")
        axes.set_ylim(*padded_log(factor * float(data.min()), factor * float(data.max())))
    for model, values in rows.items():
        draw_model(axes, x, factor * values, model, looks[model])
    # Full model's errors are in it too, so it is named by what is drawn.
    axes.set_ylabel(f"|PNP − model|\n({symbol})" if symbol else "|PNP − model|", fontsize=style.FONT)


def model_styles(table: SweepTable, names: Sequence[str]) -> dict[str, int]:
    """The look of each simplified model of these quantities, the same in every panel."""
    models = dict.fromkeys(model for name in names for model, quantity in table.simplified() if quantity == name)
    return {model: index for index, model in enumerate(models)}


def is_logarithmic(values: FloatArray) -> bool:
    """Whether swept values are for a logarithmic axis: positive, over a decade, even in the logarithm."""
    if values.size < 3 or not np.all(np.isfinite(values)) or not np.all(values > 0):
        return False
    if values.max() < 20 * values.min():
        return False
    ordered = np.sort(values)
    return float(np.ptp(np.diff(np.log(ordered)))) < float(np.ptp(np.diff(ordered)) / np.mean(np.diff(ordered)))


def draw_model(axes: Axes, x: FloatArray, y: FloatArray, model: str, order: int) -> None:
    """A simplified model: a thin line beneath the full curve, and open markers that let it be seen."""
    colour, marker = style.MODEL_STYLES[order % len(style.MODEL_STYLES)]
    axes.plot(
        x,
        y,
        color=colour,
        linewidth=0.8,
        marker=marker,
        markevery=max(1, len(x) // MOST_MARKERS),
        markersize=5.5,
        markerfacecolor="none",
        label=model_label(model),
        zorder=1.9,
    )


def mark_failures(axes: Axes, table: SweepTable, x: FloatArray) -> None:
    """A cross on the axis for each point that did not converge."""
    failed = np.array([row.status != CONVERGED for row in table.rows])
    if not failed.any():
        return
    transform = axes.get_xaxis_transform()
    axes.plot(
        x[failed],
        np.zeros(int(failed.sum())),
        "x",
        color="#B00000",
        transform=transform,
        clip_on=False,
        label="_not converged",
    )


def key_label(table: SweepTable, symbol: str) -> str:
    """The swept key in words, with its unit."""
    text = key_words(table.keys)
    return f"{text} ({symbol})" if symbol else text


def model_label(model: str) -> str:
    """A simplified model in a legend."""
    return _first_capital(style.typeset(model))


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _broken(text: str) -> str:
    """The text broken near its middle, with a capital first letter."""
    text = _first_capital(text)
    if len(text) < LONG_LABEL:
        return text
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text
    cut = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return text[:cut] + "\n" + text[cut + 1 :]
