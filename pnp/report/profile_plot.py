"""The picture of a profile: potential, concentrations, space charge and field along the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from pnp.constants import F
from pnp.report import style
from pnp.report.broken_axis import BrokenAxis
from pnp.report.format import common_scale, ion_label
from pnp.report.regions import mark_regions, region_names, shades
from pnp.report.scale import Scale, checked_log, padded, padded_log, spans_decades
from pnp.report.windows import Window, layer_faces, pieces, weights
from pnp.result import FloatArray, Profile, Result, unknown_name

DEFAULT_PANELS = ("potential", "concentration", "charge_density", "electric_field")
MOST_DECADES = 14.0
"""A logarithmic axis ends this many decades below its largest value: traces below say nothing more."""
CHARGE_NOISE = 1e-9
"""Share of the ions' charge below which the charge density is drawn as zero."""
LEFT, RIGHT = 0.92, 0.18
"""Inches beside the panels."""
ROW, BETWEEN = 1.12, 0.12
"""Height of a panel, and what is between two, inches."""
_AXES = {"x": "Position", "r": "Radius", "s": "Distance"}
BREAK_MARK = [(-0.5, -1.0), (0.5, 1.0)]


@dataclass(frozen=True)
class Panel:
    """What is drawn in one row: its label with symbol, and the least span of its axis in SI units."""

    label: str
    least_span: float
    zero_line: bool = False
    may_be_log: bool = False


PANELS = {
    "potential": Panel("Potential\nφ", 1e-3),
    "electric_field": Panel("Electric field\nE", 1.0, zero_line=True),
    "concentration": Panel("Concentration\nc", 0.0, may_be_log=True),
    "electrochemical_potential": Panel("Electrochemical\npotential μ̃", 1000.0),
    "charge_density": Panel("Space charge\nρ", 0.0, zero_line=True),
}


def available_panels(profile: Profile) -> list[str]:
    """Names of the panels this profile has columns for."""
    return [name for name in PANELS if _columns(profile, name)]


def draw_profile(
    result: Result,
    profile: Profile,
    panels: Sequence[str] | None = None,
    views: Sequence[Window] | None = None,
    title: str = "",
    width: float = style.WIDTH,
    scale: Scale | None = None,
) -> Figure:
    """Draw the profile: one row for each panel, on one axis in which layers are enlarged.

    Args:
        result: Gives charge numbers, permittivities and boundary types.
        profile: What is drawn.
        panels: Names out of `PANELS`, or single columns such as "concentration.K"; by default those of
            `DEFAULT_PANELS` that the profile has, without a space charge that is noise.
        views: The parts of the axis to show, from left to right; by default all of it, with its layers enlarged.
        title: A line above the picture.
        width: Of the picture in inches.
        scale: Of the vertical axes, instead of one that fits the values.

    Raises:
        pnp.report.scale.ScaleError: a logarithmic one is asked for values none of which is positive.
        KeyError: a panel that the profile does not have; the message names the nearest.
    """
    names = list(panels or _default_panels(result, profile))
    for name in names:
        if not _columns(profile, name):
            raise KeyError(unknown_name("column", name, [*available_panels(profile), *profile.columns]))
    views = list(views or pieces(result, profile))
    bounds = profile.region_bounds()
    colours = shades(result, (name for name, _, _ in bounds))
    symbol = "x" if result.case.coordinates == "cartesian" else "r"
    if result.fields is not None:
        symbol = "s"
    axis = BrokenAxis(views, weights(profile, views), width - LEFT - RIGHT, layer_faces(result, profile), symbol)
    ions = _ions_drawn(result, profile, names)
    styles = style.species_styles(result.case)
    legend = style.Legend([_ion_label(result, ion) for ion in ions], width)
    title = style.wrapped(title, width)
    named = region_names(bounds, axis)
    units = axis.units()
    top = 0.07 + style.title_height(title) + legend.height + style.LINE_HEIGHT * (1 + max(r[2] for r in named))
    label, more = style.axis_label(_position_label(axis, units), width)
    bottom = 0.44 + (style.LINE_HEIGHT if units else 0.0) + more
    height = top + bottom + ROW * len(names) + BETWEEN * (len(names) - 1)
    figure = style.new_figure(width, height)
    style.add_title(figure, title)
    legend.draw(
        figure,
        [Line2D([], [], color=styles[ion][0], linestyle=styles[ion][1], linewidth=1.4) for ion in ions],
        0.06 + style.title_height(title),
    )
    for i, name in enumerate(names):
        low = height - top - ROW * (i + 1) - BETWEEN * i
        axes = figure.add_axes((LEFT / width, low / height, axis.width / width, ROW / height))
        axes.set_xlim(0.0, axis.width)
        _draw_row(result, profile, name, axes, axis, scale)
        mark_regions(axes, bounds, axis, colours)
        _mark_breaks(axes, axis)
        axes.yaxis.set_label_coords(-style.LABEL_OFFSET / axis.width, 0.5)
        if i == 0:
            for place, text, level in named:
                y = 1 + (0.03 + style.LINE_HEIGHT * level) / ROW
                _note(axes, place, y, text, va="bottom")
        if i + 1 < len(names):
            style.no_x_ticks(axes)
        else:
            _number_positions(axes, axis, units, label)
    return figure


def _default_panels(result: Result, profile: Profile) -> list[str]:
    names = [name for name in DEFAULT_PANELS if _columns(profile, name)]
    charge = profile.columns.get("charge_density")
    noise = CHARGE_NOISE * _largest_charge(result, profile)
    if charge is not None and np.nanmax(np.abs(charge), initial=0.0) <= noise and len(names) > 1:
        names.remove("charge_density")
    return names


def _columns(profile: Profile, panel: str) -> list[str]:
    """The columns of a panel, in order: "concentration" stands for those of all species."""
    if panel in profile.columns:
        return [panel]
    return [name for name in profile.columns if name.startswith(panel + ".")]


def _ions_drawn(result: Result, profile: Profile, names: Sequence[str]) -> list[str]:
    """The species that the legend tells apart, in the order of the case."""
    drawn = {column.partition(".")[2] for name in names for column in _columns(profile, name)}
    return [ion for ion in result.case.species if ion in drawn]


def _ion_label(result: Result, ion: str) -> str:
    return ion_label(ion, result.case.species[ion].charge_number)


def _draw_row(
    result: Result, profile: Profile, name: str, axes: Axes, axis: BrokenAxis, scale: Scale | None = None
) -> None:
    columns = _columns(profile, name)
    panel = PANELS.get(name.partition(".")[0], Panel(name.replace("_", " ").capitalize(), 0.0))
    curves = {column: _curve(profile, column, axis) for column in columns}
    data = np.concatenate([_values_seen(profile, column, axis, *curve) for column, curve in curves.items()])
    least = panel.least_span
    if name == "charge_density":
        least = CHARGE_NOISE * _largest_charge(result, profile)
    factor, symbol = common_scale([*(float(v) for v in data), least], profile.units[columns[0]])
    positive = data[data > 0]
    log = checked_log(name, data, scale) if scale else panel.may_be_log and spans_decades(positive)
    if log or name.startswith("electrochemical_potential"):
        # A trace that stands for zero is no number of these axes: its curve ends where it leaves them.
        curves = {column: _curve(profile, column, axis, traces=False) for column in columns}
    if log:
        axes.set_yscale("log", nonpositive="mask")
    _limit(axes, data, panel.zero_line, least, factor, log)
    if panel.zero_line and not log:
        axes.axhline(0.0, color=style.FACE, linewidth=0.6, zorder=1)
    styles = style.species_styles(result.case)
    for column, (u, y) in curves.items():
        colour, line = styles.get(column.partition(".")[2], ("black", "-"))
        axes.plot(u, factor * y, color=colour, linestyle=line, linewidth=1.4, label=column)
    label = panel.label
    if name in profile.columns and "." in name:
        label = f"{label.partition(chr(10))[0]}\nof {_ion_label(result, name.partition('.')[2])}"
    label = f"{label} ({symbol})" if symbol else label
    fits = max(map(len, label.splitlines())) * style.LETTER < ROW
    axes.set_ylabel(label, fontsize=style.FONT if fits else style.SMALL_FONT)
    style.dress(axes, None, 5)


def _curve(profile: Profile, column: str, axis: BrokenAxis, traces: bool = True) -> tuple[FloatArray, FloatArray]:
    """A column along the axis, broken where it jumps from one region to the next; without the ends' traces if asked."""
    us: list[FloatArray] = []
    ys: list[FloatArray] = []
    values = profile.columns[column]
    if not traces:
        values = np.where(_shown(profile, column), values, np.nan)
    size = float(np.nanmax(np.abs(values), initial=0.0))
    for k in range(len(profile.region_names)):
        here = profile.region == k
        if not here.any():
            continue
        u, y = axis.curve(profile.x[here], values[here])
        if us and us[-1].size and u.size and us[-1][-2] == u[0] and abs(ys[-1][-2] - y[0]) <= 1e-9 * size:
            # Continuous there: one stroke, whose dashes go on.
            us[-1], ys[-1] = us[-1][:-1], ys[-1][:-1]
        us.append(u)
        ys.append(y)
    return np.concatenate(us), np.concatenate(ys)


def _values_seen(profile: Profile, column: str, axis: BrokenAxis, u: FloatArray, y: FloatArray) -> FloatArray:
    """The values that set an axis' limits: at the nodes that are seen, and where the curve is cut between nodes."""
    nodes = profile.columns[column][_shown(profile, column) & axis.inside(profile.x)]
    start, stop = float(profile.x[0]), float(profile.x[-1])
    cuts = [s.left for s in axis.segments if s.start > start] + [s.right for s in axis.segments if s.stop < stop]
    at_cut = np.isfinite(y) & np.any([np.abs(u - cut) < 1e-9 for cut in cuts], axis=0) if cuts else np.zeros(0, int)
    return np.concatenate([nodes, y[at_cut]])


def _shown(profile: Profile, column: str) -> NDArray[np.bool_]:
    """The rows that set an axis' limits: not NaN, nor the trace that stands for zero in a reservoir."""
    good = np.isfinite(profile.columns[column])
    concentration = profile.columns.get("concentration." + column.partition(".")[2])
    if concentration is not None and np.any(good):
        ends = np.isin(profile.x, (profile.x[0], profile.x[-1]))
        good &= ~(ends & (concentration < 1e-9 * np.nanmax(concentration)))
    return good


def _largest_charge(result: Result, profile: Profile) -> float:
    """Largest F |z| c of any species in C/m³, against which rounding noise in the charge density is seen."""
    found = [
        F * abs(result.case.species[s].charge_number) * float(np.nanmax(profile.columns[f"concentration.{s}"]))
        for s in profile.species
        if np.isfinite(profile.columns[f"concentration.{s}"]).any()
    ]
    return max(found, default=0.0)


def _limit(axes: Axes, data: FloatArray, zero_line: bool, least: float, factor: float, log: bool) -> None:
    if not data.size:
        return
    if log:
        positive = data[data > 0] * factor
        high = float(positive.max())
        axes.set_ylim(*padded_log(max(float(positive.min()), high * 10**-MOST_DECADES), high))
        return
    low, high = float(data.min()) * factor, float(data.max()) * factor
    if zero_line:
        low, high = min(low, 0.0), max(high, 0.0)
    axes.set_ylim(*padded(low, high, max(least * factor, 1e-9 * abs(high), 1e-300)))


def _mark_breaks(axes: Axes, axis: BrokenAxis) -> None:
    """Gaps with slanted marks in the frame's lower edge where the scale changes."""
    axes.spines["bottom"].set_visible(False)
    u = [end for s in axis.segments for end in (s.left, s.right, np.nan)]
    at_edge = np.zeros(len(u))
    transform = axes.get_xaxis_transform()
    axes.plot(u, at_edge, color="black", linewidth=1.0, transform=transform, clip_on=False, label="_frame")
    if len(axis.segments) > 1:
        ends = [e for a, b in pairwise(axis.segments) for e in (a.right, b.left)]
        axes.plot(
            ends,
            np.zeros(len(ends)),
            linestyle="none",
            marker=BREAK_MARK,
            markersize=6,
            markeredgecolor="black",
            markeredgewidth=0.9,
            transform=transform,
            clip_on=False,
            label="_breaks",
        )


def _number_positions(axes: Axes, axis: BrokenAxis, units: list[tuple[float, str]], label: str) -> None:
    places, labels = axis.ticks()
    axes.set_xticks(places, labels)
    axes.tick_params(axis="x", pad=5)
    for place, text in units:
        _note(axes, place, -0.21 / ROW, text, va="top")
    axes.xaxis.set_label_coords(0.5, -(0.22 + (style.LINE_HEIGHT if units else 0.0)) / ROW)
    axes.set_xlabel(label, fontsize=style.FONT, va="top")


def _position_label(axis: BrokenAxis, units: list[tuple[float, str]]) -> str:
    name = f"{_AXES[axis.name]} {axis.name}"
    if not units:
        return f"{name} ({axis.segments[0].symbol})"
    return name + ("; from face: distance from the nearest interface or wall" if axis.from_faces else "")


def _note(axes: Axes, u: float, y: float, text: str, va: str) -> None:
    """A text centred at `u` inches along the axis and at a share `y` of the panel's height."""
    axes.text(
        u, y, text, transform=axes.get_xaxis_transform(), ha="center", va=va, fontsize=style.SMALL_FONT, clip_on=False
    )
