"""The picture of the driving forces on ions: V − E as bars between Nernst and membrane potential, and where they go."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pnp.constants import thermal_voltage
from pnp.report import style
from pnp.report.format import ion_label
from pnp.report.scale import padded
from pnp.result import Result

LEAST_IONS = 2
AT_EQUILIBRIUM = 1e-6
"""Share of RT/F below which a driving force is the solver's tolerance, and the ion at equilibrium."""
AGREEMENT = 0.1
"""The fluxes at both ends agree to this share of the larger, or else are noise: a steady flux is one."""
ROW, LINE = 0.34, 0.2
"""Height of a bar with its space, and of a line of the table below narrow pictures, inches."""
CANNOT_PASS = "cannot pass"
LEFT, RIGHT = 0.55, 0.18
"""Inches left of the bars, and right of them where no table stands."""
COLUMNS = ((0.6, "right"), (1.35, "right"), (1.45, "left"))
"""Columns of the table: the edge they are aligned at, inches from where it begins, and which edge that is."""
LAST_COLUMN = 0.85
"""Width of the last of them, inches."""
HEADS = ("E (mV)", "V − E (mV)", "net flux")
HEAD = -0.75
"""Where the heads of the columns stand beside the bars, in rows."""
NARROW = 4.5
"""A picture narrower than this (inches) has the table below the bars instead of beside them."""
SPACE = 0.12
"""Inches between the outermost marks and the frame."""
WORDS = {"in": "inward", "out": "outward"}


@dataclass(frozen=True)
class Force:
    """One bar: an ion's Nernst potential and driving force (V), and the word for where its flux goes."""

    ion: str
    nernst: float
    force: float
    direction: str


def has_driving_forces(result: Result) -> bool:
    """Whether this is a single state with a membrane potential and at least two Nernst potentials."""
    return result.sweep is None and len(forces(result)) >= LEAST_IONS


def something_passes(result: Result) -> bool:
    """Whether some ion can pass all regions: where none can, the picture shows nothing that happens."""
    return any(row.direction != CANNOT_PASS for row in forces(result))


def forces(result: Result) -> list[Force]:
    """The driving force V − E on each ion that has a Nernst potential, in the order of the case; [] without V."""
    if "membrane_potential" not in result.quantities:
        return []
    voltage = result["membrane_potential"]
    found = []
    for ion in result.case.species:
        nernst = result.quantities.get(f"nernst_potential.{ion}")
        if nernst is not None:
            force = voltage - nernst.value
            found.append(Force(ion, nernst.value, force, direction(result, ion, force)))
    return found


def direction(result: Result, ion: str, force: float) -> str:
    """Where the net flux of an ion goes: "in", "out" (of the side named `inside`), or why it goes nowhere."""
    if any(not result.case.present(region, ion) for region in result.case.regions):
        return CANNOT_PASS
    flux = result.quantities.get(f"flux.{ion}")
    if flux is None:
        return ""
    ends = [result.quantities[f"flux.{ion}.{side}"].value for side in ("left", "right") if _known(result, ion, side)]
    noise = len(ends) == 2 and abs(sum(ends)) > AGREEMENT * max(map(abs, ends))
    balanced = abs(force) < AT_EQUILIBRIUM * float(thermal_voltage(result.case.temperature))
    if flux.value == 0 or noise or balanced:
        return "no net flux"
    return "out" if flux.value > 0 else "in"


def draw_driving_forces(result: Result, title: str = "", width: float = style.WIDTH) -> Figure:
    """Draw a bar for each ion, from its Nernst potential to the membrane potential, and a table of the numbers.

    Args:
        result: A single state for which `has_driving_forces` holds.
        title: A line above the picture.
        width: Of the picture in inches.
    """
    voltage, rows = result["membrane_potential"], forces(result)
    labels = {row.ion: ion_label(row.ion, result.case.species[row.ion].charge_number) for row in rows}
    title = style.wrapped(title, width)
    legend = style.Legend(["Nernst potential E", "driving force V − E", "membrane potential V"], width)
    left = max(LEFT, style.LETTER * (2 + max(map(len, labels.values()))))
    below = width < NARROW
    notes = _notes(result, rows, width)
    top = 0.1 + style.title_height(title) + legend.height + 1.3 * style.LINE_HEIGHT
    bottom = 0.45 + (LINE * (len(rows) + 1) + 0.14 if below else 0.0) + style.LINE_HEIGHT * len(notes)
    height = top + bottom + ROW * len(rows)
    figure = style.new_figure(width, height)
    style.add_title(figure, title)
    across = width - left - (RIGHT if below else COLUMNS[-1][0] + LAST_COLUMN)
    axes = figure.add_axes((left / width, bottom / height, across / width, ROW * len(rows) / height))
    values = [1e3 * v for v in (voltage, *(row.nernst for row in rows))]
    axes.set_xlim(*padded(min(values), max(values), 1.0, max(0.08, SPACE / (across - 2 * SPACE))))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    styles = style.species_styles(result.case)
    for place, row in enumerate(rows):
        colour = styles[row.ion][0]
        axes.barh(place, 1e3 * row.force, left=1e3 * row.nernst, height=0.5, color=colour, alpha=0.55, lw=0)
        axes.plot([1e3 * row.nernst], [place], "D", color=colour, markersize=5, zorder=3, label=f"E {row.ion}")
    axes.axvline(1e3 * voltage, color="black", linewidth=1.4, zorder=2, label="V")
    axes.axvline(0.0, color=style.FACE, linewidth=0.6, zorder=0)
    _name_voltage(axes, voltage, across)
    lines = [(_number(r.nernst), _number(r.force, sign=True), WORDS.get(r.direction, r.direction)) for r in rows]
    if below:
        first = LINE * (len(rows) + 0.5) + 0.1 + style.LINE_HEIGHT * len(notes)
        for order, (name, words) in enumerate(zip(["", *labels.values()], [HEADS, *lines], strict=True)):
            y = first - LINE * order
            _say(figure, left - 0.06, y, name, "right")
            _say_all(figure, left, y, words)
    else:
        for place, words in zip([HEAD, *range(len(rows))], [HEADS, *lines], strict=True):
            _say_all(figure, left + across, bottom + ROW * (len(rows) - 0.5 - place), words)
    for order, note in enumerate(reversed(notes)):
        _say(figure, 0.1, 0.06 + style.LINE_HEIGHT * (order + 0.5), note, "left")
    axes.set_xlabel("Potential (mV)", fontsize=style.FONT)
    style.dress(axes, max(2, int(across / 0.55)), 4)
    axes.set_yticks(range(len(rows)), list(labels.values()), fontsize=style.FONT)
    axes.tick_params(axis="y", length=0)
    legend.draw(
        figure,
        [
            Line2D([], [], linestyle="none", marker="D", markersize=5, color=style.FACE),
            Line2D([], [], color=style.FACE, alpha=0.55, linewidth=7, solid_capstyle="butt"),
            Line2D([], [], color="black", linewidth=1.4),
        ],
        0.06 + style.title_height(title),
    )
    return figure


def _notes(result: Result, rows: list[Force], width: float) -> list[str]:
    """What inward means, in lines that fit, where a flux has a direction."""
    if result.case.inside is None or not any(row.direction in WORDS for row in rows):
        return []
    text = f"Inward is towards {result.case.inside.replace('_', ' ')}."
    return textwrap.wrap(text, max(10, int((width - 0.2) / style.LETTER)), break_on_hyphens=False)


def _say(figure: Figure, x: float, y: float, text: str, side: str) -> None:
    """A text with its `side` at `x` and its middle at `y` inches from the picture's lower left corner."""
    width, height = figure.get_size_inches()
    figure.text(x / width, y / height, text, ha=side, va="center", fontsize=style.SMALL_FONT)


def _say_all(figure: Figure, x: float, y: float, words: Sequence[str]) -> None:
    """A line of the table that begins at `x` inches."""
    for text, (edge, side) in zip(words, COLUMNS, strict=True):
        _say(figure, x + edge, y, text, side)


def _name_voltage(axes: Axes, voltage: float, across: float) -> None:
    """The membrane potential above its line."""
    low, high = axes.get_xlim()
    text = f"V = {_number(voltage)} mV"
    half = 0.5 * style.LETTER * (len(text) + 1) / across * (high - low)
    place = min(max(1e3 * voltage, low + half), high - half)
    axes.text(place, HEAD, text, ha="center", va="center", fontsize=style.SMALL_FONT)


def _known(result: Result, ion: str, side: str) -> bool:
    return f"flux.{ion}.{side}" in result.quantities


def _number(value: float, sign: bool = False) -> str:
    """A potential in mV to 0.01 mV."""
    text = f"{1e3 * value:{'+' if sign else ''}.2f}"
    return _minus("0" if float(text) == 0 else text)


def _minus(text: str) -> str:
    return text.replace("-", "−")
