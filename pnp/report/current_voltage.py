"""The current-voltage curve: what each ion carries, the simplified curves, reversal and Nernst potentials."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pnp.constants import F
from pnp.report import style
from pnp.report.format import common_scale, ion_label, words
from pnp.report.scale import padded
from pnp.report.sweep_plot import (
    LEFT,
    RIGHT,
    add_legend,
    current_name,
    draw_model,
    key_label,
    mark_failures,
    model_label,
    model_styles,
    panels,
)
from pnp.result import FloatArray, Result, SweepTable

NARROW = 4.5
"""A picture narrower than this (inches) has short entries in its legend."""
NO_CURRENT = 1e-9
"""Share of the largest current of a sweep below which one is the solver's tolerance."""
NO_VOLTAGE = 1e-6
"""Share of the step of a sweep below which a reversal potential is 0 but for rounding and interpolation."""


def draw_current_voltage(result: Result, table: SweepTable, title: str, width: float = style.WIDTH) -> Figure:
    """Draw the current (density) against membrane potential, or against the swept potential where there is no membrane.

    Args:
        result: Gives the charge numbers of the species.
        table: A sweep of a potential with a current.
        title: A line above the picture.
        width: Of the picture in inches.
    """
    units = table.quantity_units()
    by_potential = "membrane_potential" in units and np.isfinite(table["membrane_potential"]).sum() > 1
    voltage = table["membrane_potential"] if by_potential else table.values()
    name = current_name(table) or "current_density"
    current = table[name]
    carriers = _carriers(result, table, name)
    looks = style.species_styles(result.case)
    several = len(carriers) > 1
    curves = [("total" if several else style.FULL_MODEL, current, "black", "-", 1.9)]
    if several:
        curves += [(_label(result, ion), values, *looks[ion], 1.3) for ion, values in carriers.items()]
    models = {model: v for (model, predicted), v in table.simplified().items() if predicted == name}
    finite = np.concatenate([c[1] for c in curves])
    finite = finite[np.isfinite(finite)]
    factor, symbol = common_scale([float(v) for v in finite], units[name])
    crossing = reversal_potential(voltage, current)
    nernst = {ion: e for ion, e in _nernst(result, table).items() if ion in carriers}
    names = {ion: f"E({_label(result, ion)})" if width < NARROW else f"Nernst {_label(result, ion)}" for ion in nernst}
    marks = {ion: f"{names[ion]} {_millivolts(e)}" for ion, e in nernst.items()}
    reversal = "" if crossing is None else f"reversal {_millivolts(crossing)}"
    low, high = 1e3 * float(np.nanmin(voltage)), 1e3 * float(np.nanmax(voltage))
    where = 1e3 * (_membrane_voltages(voltage, table.values()) if by_potential else voltage)
    low, high = padded(min(low, float(np.nanmin(where))), max(high, float(np.nanmax(where))), 0.0, 0.02)
    marks = {ion: text for ion, text in marks.items() if low < 1e3 * nernst[ion] < high}
    x_label = "Membrane potential (mV)" if by_potential else key_label(table, "mV")
    # The longest last, in a column of their own where there are several.
    labels = [*(c[0] for c in curves), *marks.values(), *([reversal] if reversal else []), *map(model_label, models)]
    figure, (axes,), legend = panels(1, title, labels, x_label, width)
    axes.set_xlim(low, high)
    axes.axhline(0, color=style.FACE, linewidth=0.8)
    axes.axvline(0, color=style.FACE, linewidth=0.8)
    for label, values, colour, line, thickness in curves:
        # A line through a single point is none.
        marker = "o" if np.isfinite(values).sum() < 3 else None
        axes.plot(
            1e3 * voltage,
            factor * values,
            color=colour,
            linestyle=line,
            linewidth=thickness,
            marker=marker,
            markersize=3,
            label=label,
        )
    own = model_styles(table, [name])
    for model, values in models.items():
        draw_model(axes, 1e3 * voltage, factor * values, model, own[model])
    for ion, text in marks.items():
        _mark(axes, nernst[ion], text, "|", looks[ion][0], 8)
    if crossing is not None:
        _mark(axes, crossing, reversal, "o", "black", 5)
    y_label = words(name).capitalize() if "." not in name else f"Current at {name.partition('.')[2]}, outward"
    bottom, top = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if finite.size:
        axes.set_ylim(*padded(factor * min(bottom, 0.0), factor * max(top, 0.0), 1e-12))
        axes.set_ylabel(f"{y_label} ({symbol})", fontsize=style.FONT)
    else:
        # Nothing to draw but the failures: the voltages asked for, and no numbers that would seem a result.
        axes.set_ylim(-1.0, 1.0)
        axes.set_ylabel(y_label, fontsize=style.FONT)
    style.dress(axes, max(2, int((width - LEFT - RIGHT) / 0.6)), 6)
    if not finite.size:
        axes.set_yticks([])
    add_legend(figure, legend)
    mark_failures(axes, table, where)
    return figure


def reversal_potential(voltage: FloatArray, current: FloatArray) -> float | None:
    """Where the current changes sign, in V; None if it does not, or more than once.

    By the polynomial of least degree through the two points around the change of sign and, where there are any, one
    more on either side: the error is of fourth order in the steps of the sweep. Currents below `NO_CURRENT` of the
    largest are none, so that a sweep that only starts or ends at no current has no reversal whichever sign rounding
    gives it, and a potential below `NO_VOLTAGE` of the step around it is 0.
    """
    good = np.isfinite(voltage) & np.isfinite(current)
    v, j = voltage[good], current[good]
    if j.size < 2 or not np.any(j):
        return None
    order = np.argsort(v)
    v, j = v[order], j[order]
    j = np.where(np.abs(j) > NO_CURRENT * np.abs(j).max(), j, 0.0)
    flows = np.nonzero(j)[0]
    changes = np.nonzero(np.diff(np.sign(j[flows])))[0]
    if changes.size != 1:
        return None
    before, after = (int(i) for i in flows[changes[0] : changes[0] + 2])
    if after > before + 2:
        return None
    near = slice(max(0, before - 1), after + 2)
    step = low, high = float(v[before]), float(v[after])
    falls = float(j[before]) > 0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if (_through(v[near], j[near], middle) > 0) == falls:
            low = middle
        else:
            high = middle
    found = 0.5 * (low + high)
    return found if abs(found) > NO_VOLTAGE * (step[1] - step[0]) else 0.0


def _through(x: FloatArray, y: FloatArray, at: float) -> float:
    """The polynomial through a few points (Lagrange's form) at one place."""
    total = 0.0
    for i in range(x.size):
        others = np.delete(x, i)
        total += float(y[i] * np.prod((at - others) / (x[i] - others)))
    return total


def _membrane_voltages(known: FloatArray, key: FloatArray) -> FloatArray:
    """Where the points that failed belong: the swept potential is the membrane's up to its sign and a constant."""
    good = np.isfinite(known)
    for sign in (1.0, -1.0):
        shift = known[good] - sign * key[good]
        if np.ptp(shift) < 1e-9:
            return np.where(good, known, sign * key + shift[0])
    return known


def _carriers(result: Result, table: SweepTable, current: str) -> dict[str, FloatArray]:
    """What each ion that carries a visible part of the current somewhere has of it, F z times its flux or flow."""
    base, _, boundary = current.partition(".")
    flow = "flux" if base == "current_density" else "molar_flow"
    found = {}
    for ion, data in result.case.species.items():
        own = ".".join(part for part in (flow, ion, boundary) if part)
        if data.charge_number and own in table.quantity_units():
            found[ion] = F * data.charge_number * table[own]
    largest = max((float(np.nanmax(np.abs(v), initial=0.0)) for v in found.values()), default=0.0)
    return {ion: v for ion, v in found.items() if np.nanmax(np.abs(v), initial=0.0) > 1e-6 * largest}


def _nernst(result: Result, table: SweepTable) -> dict[str, float]:
    """The Nernst potential in V of each ion for which it is the same at all points."""
    found = {}
    for ion in result.case.species:
        if f"nernst_potential.{ion}" in table.quantity_units():
            values = table[f"nernst_potential.{ion}"]
            values = values[np.isfinite(values)]
            if values.size and np.ptp(values) <= 1e-6:
                found[ion] = float(values[0])
    return found


def _mark(axes: Axes, potential: float, label: str, marker: str, colour: str, size: float) -> None:
    """A mark on the line of no current."""
    axes.plot(
        [1e3 * potential],
        [0.0],
        marker,
        color=colour,
        markersize=size,
        markeredgewidth=1.8 if marker == "|" else 0.8,
        zorder=5,
        label=label,
    )


def _label(result: Result, ion: str) -> str:
    return ion_label(ion, result.case.species[ion].charge_number)


def _millivolts(value: float) -> str:
    """A potential to 0.01 mV, so that those of a legend have the same decimals."""
    text = f"{1e3 * value:.2f}"
    return style.typeset(f"{'0' if float(text) == 0 else text}\u00a0mV")
