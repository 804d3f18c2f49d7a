"""The picture of a profile: potential, concentrations, electrochemical potentials and charge along x."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pnp.constants import F
from pnp.report import style
from pnp.report.format import common_scale, ion_label
from pnp.report.windows import Window, windows
from pnp.result import FloatArray, Profile, Result, unknown_name

DEFAULT_PANELS = ("potential", "concentration", "electrochemical_potential", "charge_density")
MOST_DECADES = 14.0
"""A logarithmic axis ends this many decades below its largest value: traces below say nothing more."""
CHARGE_NOISE = 1e-9
"""Share of the ions' charge below which the charge density is drawn as zero."""
LETTER_WIDTH = 0.062
"""Mean width of a letter of a region's name, inches."""


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
    "charge_density": Panel("Charge density\nρ", 0.0, zero_line=True),
}


def available_panels(profile: Profile) -> list[str]:
    """Names of the panels this profile has columns for."""
    return [name for name in PANELS if _columns(profile, name)]


def draw_profile(result: Result, profile: Profile, panels: list[str] | None = None, title: str = "") -> Figure:
    """Draw the profile: one row for each panel, the whole domain first, then its layers enlarged.

    Args:
        result: Gives charge numbers, permittivities and boundary types.
        profile: What is drawn.
        panels: Names out of `PANELS`, or single columns such as "concentration.K"; by default those of
            `DEFAULT_PANELS` that the profile has.
        title: A line above the picture.

    Raises:
        KeyError: a panel that the profile does not have; the message names the nearest.
    """
    names = panels or [name for name in DEFAULT_PANELS if _columns(profile, name)]
    for name in names:
        if not _columns(profile, name):
            raise KeyError(unknown_name("column", name, [*available_panels(profile), *profile.columns]))
    views = windows(result, profile)
    width = 4.6 if len(views) == 1 else 1.0 + 2.6 * len(views)
    title = style.wrapped(title, width)
    top, bottom, row = 0.25 + style.title_height(title), 0.62, 1.4
    height = top + bottom + row * len(names)
    figure = style.new_figure(width, height)
    grid = figure.subplots(len(names), len(views), squeeze=False, sharex="col", sharey="row")
    legend = any(len(_columns(profile, name)) > 1 for name in names)
    margin = 0.5 + LETTER_WIDTH * (1 + max(map(len, profile.species), default=0)) if legend else 0.2
    width += margin
    figure.subplots_adjust(
        left=1.0 / width,
        right=1 - margin / width,
        top=1 - top / height,
        bottom=bottom / height,
        hspace=0.1,
        wspace=0.18,
    )
    for i, name in enumerate(names):
        _draw_row(result, profile, name, list(grid[i]), views)
    with_legend = next((i for i, name in enumerate(names) if len(_columns(profile, name)) > 1), None)
    if with_legend is not None:
        _legend(grid[with_legend][-1])
    for j, view in enumerate(views):
        _dress_column(profile, [grid[i][j] for i in range(len(names))], view, len(views) == 1)
    if title:
        figure.suptitle(title, fontsize=style.FONT + 1, y=1 - 0.08 / height, va="top")
    figure.align_ylabels()
    return figure


def _columns(profile: Profile, panel: str) -> list[str]:
    """The columns of a panel, in order: "concentration" stands for those of all species."""
    if panel in profile.columns:
        return [panel]
    return [name for name in profile.columns if name.startswith(panel + ".")]


def _draw_row(result: Result, profile: Profile, name: str, row: list[Axes], views: list[Window]) -> None:
    columns = _columns(profile, name)
    panel = PANELS.get(name.partition(".")[0], Panel(name.replace("_", " ").capitalize(), 0.0))
    data = np.concatenate([profile.columns[c][_shown(profile, c)] for c in columns])
    least = panel.least_span
    if name == "charge_density":
        least = CHARGE_NOISE * _largest_charge(result, profile)
    factor, symbol = common_scale([*(float(v) for v in data), least], profile.units[columns[0]])
    positive = data[data > 0]
    log = panel.may_be_log and positive.size > 0 and positive.max() > 100 * positive.min()
    species = list(result.case.species)
    for axes, view in zip(row, views, strict=True):
        if log:
            axes.set_yscale("log")
        x_factor, _ = common_scale([view.width], "m")
        for order, column in enumerate(columns):
            _, _, ion = column.partition(".")
            index = species.index(ion) if ion in species else order
            label = ion_label(ion, result.case.species[ion].charge_number) if ion in species else column
            for k in range(len(profile.region_names)):
                # One line per region: what jumps at an interface is not joined by a slope.
                here = profile.region == k
                axes.plot(
                    (profile.x[here] - view.origin) * x_factor,
                    profile.columns[column][here] * factor,
                    color=style.colour(index) if ion else "black",
                    linestyle=style.line(index) if ion else "-",
                    linewidth=1.4,
                    label=label if not np.all(np.isnan(profile.columns[column][here])) else "_absent",
                )
    _limit(row[0], data, panel.zero_line, least, factor, log)
    row[0].set_ylabel(f"{panel.label} ({symbol})" if symbol else panel.label, fontsize=style.FONT)


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
    return (
        max(
            F * abs(result.case.species[s].charge_number) * float(np.nanmax(profile.columns[f"concentration.{s}"]))
            for s in profile.species
        )
        if profile.species
        else 0.0
    )


def _legend(axes: Axes) -> None:
    """One entry for each species, right of the panel."""
    handles, labels = axes.get_legend_handles_labels()
    unique = dict(zip(labels, handles, strict=True))
    axes.legend(
        list(unique.values()),
        list(unique),
        loc="upper left",
        bbox_to_anchor=(1.01, 1.03),
        frameon=False,
        fontsize=style.SMALL_FONT,
        handlelength=1.8,
        handletextpad=0.5,
        borderaxespad=0.0,
    )


def _limit(axes: Axes, data: FloatArray, zero_line: bool, least: float, factor: float, log: bool) -> None:
    if not data.size:
        return
    if log:
        positive = data[data > 0] * factor
        high = float(positive.max())
        axes.set_ylim(*style.padded_log(max(float(positive.min()), high * 10**-MOST_DECADES), high))
        return
    low, high = float(data.min()) * factor, float(data.max()) * factor
    if zero_line:
        low, high = min(low, 0.0), max(high, 0.0)
    axes.set_ylim(*style.padded(low, high, max(least * factor, 1e-9 * abs(high))))


def _dress_column(profile: Profile, column: list[Axes], view: Window, alone: bool) -> None:
    factor, symbol = common_scale([view.width], "m")
    for axes in column:
        axes.set_xlim((view.start - view.origin) * factor, (view.stop - view.origin) * factor)
        style.dress(axes, 6 if alone else 4)
    bounds = profile.region_bounds()
    for index, (_, left, right) in enumerate(bounds):
        start, stop = max(left, view.start), min(right, view.stop)
        if stop <= start or len(bounds) == 1:
            continue
        for axes in column:
            if 0 < index < len(bounds) - 1:
                shade = style.SHADES[(index - 1) % len(style.SHADES)]
                axes.axvspan((start - view.origin) * factor, (stop - view.origin) * factor, color=shade, lw=0, zorder=0)
            if index:
                axes.axvline((left - view.origin) * factor, color="#808080", linewidth=0.6, zorder=1)
    if len(bounds) > 1:
        _name_regions(column[0], bounds, view, factor)
    label = f"Position from\n{view.name} ({symbol})" if view.name else f"Position x ({symbol})"
    column[-1].set_xlabel(label, fontsize=style.FONT)


def _name_regions(axes: Axes, bounds: list[tuple[str, float, float]], view: Window, factor: float) -> None:
    """Names of the regions above a panel, inner ones first; one that would overlap another is left out."""
    inches = 2.4 / view.width
    taken: list[tuple[float, float]] = []
    visible = [(n, max(a, view.start), min(b, view.stop)) for n, a, b in bounds]
    ends = (bounds[0][0], bounds[-1][0])
    for name, start, stop in sorted(visible, key=lambda v: (v[0] in ends, v[1] - v[2])):
        if stop <= start:
            continue
        middle, half = 0.5 * (start + stop), 0.5 * LETTER_WIDTH * (len(name) + 2) / inches
        # A name gives way outwards to one that is there already.
        for left, right in taken:
            if middle - half < right and middle + half > left:
                outwards = middle >= 0.5 * (left + right)
                middle = right + half if outwards else left - half
        if any(middle - half < right and middle + half > left for left, right in taken):
            continue
        if middle - half < view.start - 0.05 * view.width or middle + half > view.stop + 0.05 * view.width:
            continue
        taken.append((middle - half, middle + half))
        axes.annotate(
            name,
            ((middle - view.origin) * factor, 1.02),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="bottom",
            fontsize=style.SMALL_FONT,
        )
