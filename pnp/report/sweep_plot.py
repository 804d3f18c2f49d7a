"""The picture of a sweep: current against voltage with reversal potentials, or any quantity."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pnp.constants import F
from pnp.report import style
from pnp.report.format import common_scale, ion_label, key_words, quantity, words
from pnp.report.interest import carries_current, interesting_quantities
from pnp.result import CONVERGED, FloatArray, Result, SweepTable, unknown_name

MOST_PANELS = 3


def draw_sweep(result: Result, table: SweepTable, names: list[str] | None = None, title: str = "") -> Figure:
    """Draw the sweep; a sweep of voltage that has a current gives the current-voltage curve.

    Args:
        result: Gives the charge numbers of the species.
        table: The points.
        names: Quantities to draw instead of the usual ones, one panel each.
        title: A line above the picture.

    Raises:
        KeyError: a quantity that the sweep does not have; the message names the nearest.
    """
    for name in names or []:
        if name not in table.quantity_units():
            raise KeyError(unknown_name("quantity", name, table.quantity_units()))
    count = sum(row.status != CONVERGED for row in table.rows)
    if count:
        # In the title, because in a panel it would lie over curves and markers.
        title = f"{title}\n{count} of {len(table.rows)} points not converged (×)".strip()
    if names is None and _is_current_voltage(table) and carries_current(result.case):
        return _draw_current_voltage(result, table, title)
    return _draw_quantities(table, names or interesting_quantities(table, result.case, MOST_PANELS), title)


def _is_current_voltage(table: SweepTable) -> bool:
    return table.unit == "V" and "current_density" in table.quantity_units() and len(table.rows) > 1


def _figure(panels: int, title: str, legend_width: float) -> tuple[Figure, list[Axes]]:
    row = 3.2 if panels == 1 else 1.9
    width = 5.2 + legend_width
    title = style.wrapped(title, width)
    top, bottom = 0.12 + style.title_height(title), 0.5
    height = top + bottom + row * panels
    figure = style.new_figure(width, height)
    grid = figure.subplots(panels, 1, squeeze=False, sharex="col")
    figure.subplots_adjust(
        left=1.0 / width,
        right=1 - (0.2 + legend_width) / width,
        top=1 - top / height,
        bottom=bottom / height,
        hspace=0.1,
    )
    if title:
        figure.suptitle(title, fontsize=style.FONT + 1, y=1 - 0.08 / height, va="top")
    return figure, [row[0] for row in grid]


def _draw_current_voltage(result: Result, table: SweepTable, title: str) -> Figure:
    units = table.quantity_units()
    by_potential = "membrane_potential" in units and np.isfinite(table["membrane_potential"]).sum() > 1
    voltage = table["membrane_potential"] if by_potential else table.values()
    current = table["current_density"]
    curves = [("total", current, "black", "-", 1.8)]
    carriers = _carriers(result, table)
    for index, (ion, data) in enumerate(result.case.species.items()):
        if ion in carriers:
            values = carriers[ion]
            label = ion_label(ion, data.charge_number)
            curves.append((label, values, style.colour(index), style.line(index + 1), 1.3))
    if len(curves) == 2:
        curves = curves[:1]
    models = {model: v for (model, name), v in table.simplified().items() if name == "current_density"}
    finite = np.concatenate([c[1] for c in curves])
    finite = finite[np.isfinite(finite)]
    factor, symbol = common_scale([float(v) for v in finite], "A/m^2")
    figure, (axes,) = _figure(1, title, 1.75)
    axes.axhline(0, color="#808080", linewidth=0.8)
    axes.axvline(0, color="#808080", linewidth=0.8)
    for label, values, colour, line, width in curves:
        # A line through a single point is none.
        marker = "o" if np.isfinite(values).sum() < 3 else None
        axes.plot(
            1e3 * voltage,
            factor * values,
            color=colour,
            linestyle=line,
            linewidth=width,
            marker=marker,
            markersize=3,
            label=label,
        )
    for order, (model, values) in enumerate(models.items()):
        _draw_model(axes, 1e3 * voltage, factor * values, model, order)
    crossing = reversal_potential(voltage, current)
    if crossing is not None:
        label = "reversal " + _minus(quantity(crossing, "V", 4))
        axes.plot([1e3 * crossing], [0.0], "o", color="black", markersize=5, zorder=5, label=label)
    _mark_nernst(result, table, axes)
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    axes.set_ylim(*style.padded(factor * min(low, 0.0), factor * max(high, 0.0), 1e-12))
    axes.margins(x=0.02)
    axes.set_ylabel(f"Current density ({symbol})", fontsize=style.FONT)
    axes.set_xlabel("Membrane potential (mV)" if by_potential else _key_label(table, "mV"), fontsize=style.FONT)
    style.dress(axes)
    _legend(axes)
    _mark_failures(axes, table, 1e3 * (_membrane_voltages(voltage, table.values()) if by_potential else voltage))
    if not finite.size:
        # Nothing to draw but the failures: the voltages asked for, and no numbers that would seem a result.
        axes.set_ylim(-1.0, 1.0)
        axes.set_yticks([])
        axes.set_ylabel("Current density", fontsize=style.FONT)
    return figure


def _membrane_voltages(known: FloatArray, key: FloatArray) -> FloatArray:
    """Where the points that failed belong: the swept potential is the membrane's up to its sign and a constant."""
    good = np.isfinite(known)
    for sign in (1.0, -1.0):
        shift = known[good] - sign * key[good]
        if np.ptp(shift) < 1e-9:
            return np.where(good, known, sign * key + shift[0])
    return known


def _carriers(result: Result, table: SweepTable) -> dict[str, FloatArray]:
    """The current density F z J of each ion that carries a visible part of the current somewhere."""
    found = {}
    for ion, data in result.case.species.items():
        if data.charge_number and f"flux.{ion}" in table.quantity_units():
            found[ion] = F * data.charge_number * table[f"flux.{ion}"]
    largest = max((float(np.nanmax(np.abs(v), initial=0.0)) for v in found.values()), default=0.0)
    return {ion: v for ion, v in found.items() if np.nanmax(np.abs(v), initial=0.0) > 1e-6 * largest}


def reversal_potential(voltage: FloatArray, current: FloatArray) -> float | None:
    """Where the current changes sign, in V, by linear interpolation; None if it does not, or everywhere."""
    good = np.isfinite(voltage) & np.isfinite(current)
    v, j = voltage[good], current[good]
    if j.size < 2 or not np.any(j):
        return None
    order = np.argsort(v)
    v, j = v[order], j[order]
    changes = np.nonzero((j[:-1] <= 0) != (j[1:] <= 0))[0]
    if changes.size != 1:
        return None
    i = int(changes[0])
    return float(v[i] - j[i] * (v[i + 1] - v[i]) / (j[i + 1] - j[i]))


def _mark_nernst(result: Result, table: SweepTable, axes: Axes) -> None:
    """A tick on the zero line for each ion's Nernst potential, if it is the same at all points."""
    low, high = axes.get_xlim()
    carriers = _carriers(result, table)
    for index, (ion, data) in enumerate(result.case.species.items()):
        name = f"nernst_potential.{ion}"
        if name not in table.quantity_units() or ion not in carriers:
            continue
        values = table[name]
        values = values[np.isfinite(values)]
        if not values.size or np.ptp(values) > 1e-6 or not low < 1e3 * values[0] < high:
            continue
        text = f"Nernst {ion_label(ion, data.charge_number)} {_minus(quantity(float(values[0]), 'V', 4))}"
        axes.plot(
            [1e3 * values[0]],
            [0.0],
            "|",
            color=style.colour(index),
            markersize=10,
            markeredgewidth=1.8,
            label=text,
        )


def _draw_quantities(table: SweepTable, names: list[str], title: str) -> Figure:
    units = table.quantity_units()
    models = table.simplified()
    legend = any(quantity in names for _, quantity in models)
    values = table.values()
    log = is_logarithmic(values)
    # Over decades of the key, how a model is approached and left is read from the deviation.
    compared = names[0] if log and any(quantity == names[0] for _, quantity in models) else None
    figure, panels = _figure(len(names) + (compared is not None), title, 1.6 if legend else 0.0)
    texts = [str(row.value) for row in table.rows] if isinstance(table.rows[0].value, str) else []
    factor, symbol = (1.0, "") if log or texts else common_scale([float(v) for v in values], table.unit)
    if log and table.unit not in ("", "1"):
        factor, symbol = common_scale([float(np.median(values))], table.unit)
    x = factor * values
    explained: set[str] = set()
    if compared is not None:
        _draw_deviation(table, compared, x, panels.pop(1))
    for axes, name in zip(panels, names, strict=True):
        y = table[name]
        beside = {model: v for (model, quantity), v in models.items() if quantity == name}
        data = np.concatenate([y, *beside.values()])
        data = data[np.isfinite(data)]
        # The unit is the full result's: a model may be off by orders of magnitude.
        own = y[np.isfinite(y)]
        y_factor, y_symbol = common_scale([float(v) for v in (own if own.size else data)], units[name])
        y_log = bool(data.size) and bool(np.all(data > 0)) and data.max() > 100 * data.min()
        axes.set_xscale("log" if log else "linear")
        axes.set_yscale("log" if y_log else "linear")
        marker = "o" if len(x) < 40 else None
        label = "Poisson–Nernst–Planck"
        axes.plot(x, y_factor * y, color="black", marker=marker, markersize=3, linewidth=1.4, label=label)
        for order, (model, predicted) in enumerate(beside.items()):
            _draw_model(axes, x, y_factor * predicted, model, order)
        if data.size and not y_log:
            low, high = y_factor * float(data.min()), y_factor * float(data.max())
            axes.set_ylim(*style.padded(low, high, max(1e-4 * max(abs(low), abs(high)), 1e-300)))
        text = _two_lines(words(name))
        axes.set_ylabel(f"{text} ({y_symbol})" if y_symbol else text, fontsize=style.FONT)
        style.dress(axes)
        if not set(beside) <= explained:
            _legend(axes)
            explained |= set(beside)
        _mark_failures(axes, table, x)
    if texts:
        figure.axes[-1].set_xticks(list(x), texts)
    figure.axes[-1].set_xlabel(_key_label(table, symbol), fontsize=style.FONT)
    figure.align_ylabels()
    return figure


def _draw_deviation(table: SweepTable, name: str, x: FloatArray, axes: Axes) -> None:
    """How far each simplified model is from the full result, on logarithmic axes."""
    full = table[name]
    rows = {m: np.abs(v - full) for (m, quantity), v in table.simplified().items() if quantity == name}
    data = np.concatenate(list(rows.values()))
    data = data[np.isfinite(data) & (data > 0)]
    factor, symbol = common_scale([float(v) for v in data], table.quantity_units()[name])
    axes.set_xscale("log")
    if data.size:
        axes.set_yscale("log")
    for order, (model, values) in enumerate(rows.items()):
        _draw_model(axes, x, factor * values, model, order)
    axes.set_ylabel(f"Deviation of\nthe model ({symbol})", fontsize=style.FONT)
    style.dress(axes)


def is_logarithmic(values: FloatArray) -> bool:
    """Whether swept values are for a logarithmic axis: positive, over a decade, even in the logarithm."""
    if values.size < 3 or not np.all(np.isfinite(values)) or not np.all(values > 0):
        return False
    if values.max() < 20 * values.min():
        return False
    ordered = np.sort(values)
    return float(np.ptp(np.diff(np.log(ordered)))) < float(np.ptp(np.diff(ordered)) / np.mean(np.diff(ordered)))


def _draw_model(axes: Axes, x: FloatArray, y: FloatArray, model: str, order: int) -> None:
    """A simplified model: markers without a line, so that the full curve stays visible beneath."""
    every = max(1, len(x) // 12)
    axes.plot(
        x[::every],
        y[::every],
        linestyle="none",
        marker=style.MARKERS[order % len(style.MARKERS)],
        markersize=4.5,
        markerfacecolor="none",
        markeredgecolor=style.MODEL_COLOURS[order % len(style.MODEL_COLOURS)],
        label=_two_lines(model),
    )


def _mark_failures(axes: Axes, table: SweepTable, x: FloatArray) -> None:
    """A cross on the axis for each point that did not converge."""
    failed = np.array([row.status != CONVERGED for row in table.rows])
    if not failed.any():
        return
    transform = axes.get_xaxis_transform()
    axes.plot(x[failed], np.zeros(int(failed.sum())), "x", color="#B00000", transform=transform, clip_on=False)


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.02, 1.02),
        frameon=False,
        fontsize=style.SMALL_FONT,
        handlelength=1.8,
        borderaxespad=0.0,
    )


def _key_label(table: SweepTable, symbol: str) -> str:
    text = key_words(table.keys)
    return f"{text} ({symbol})" if symbol else text


def _minus(text: str) -> str:
    """A number with a true minus sign, as on the axes."""
    return text.replace("-", "−")


def _two_lines(text: str) -> str:
    """The text broken near its middle, with a capital first letter."""
    text = text[:1].upper() + text[1:]
    if len(text) < 20:
        return text
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text
    cut = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return text[:cut] + "\n" + text[cut + 1 :]
