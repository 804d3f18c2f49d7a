"""How the regions of a stack are told apart in a profile: shades, lines between them, and their names above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes

from pnp.report import style
from pnp.report.broken_axis import BrokenAxis
from pnp.result import Result

LOW_PERMITTIVITY = 0.5
"""Share of the stack's largest permittivity below which a region is no solution."""


def shades(result: Result, names: Iterable[str]) -> dict[str, str]:
    """A shade for each region that is no plain solution: a membrane, an ion exchanger, a dielectric."""
    case = result.case
    largest = max(region.permittivity for region in case.regions.values())
    special = [
        name
        for name in names
        if case.regions[name].fixed_charge != 0.0
        or case.regions[name].permittivity < LOW_PERMITTIVITY * largest
        or any(not case.present(name, ion) or case.log_partition(name, ion) != 0.0 for ion in case.species)
    ]
    return {name: style.SHADES[order % len(style.SHADES)] for order, name in enumerate(special)}


def mark_regions(
    axes: Axes, bounds: Sequence[tuple[str, float, float]], axis: BrokenAxis, colours: dict[str, str]
) -> None:
    """Shades of the regions, and lines at the faces between them."""
    for index, (name, left, right) in enumerate(bounds):
        spans = axis.spans(left, right)
        if name in colours:
            for start, stop in spans:
                axes.axvspan(start, stop, color=colours[name], lw=0, zorder=0)
        if index and spans and any(s.holds(left) for s in axis.segments):
            axes.axvline(spans[0][0], color=style.FACE, linewidth=0.6, zorder=1)


def region_names(bounds: Sequence[tuple[str, float, float]], axis: BrokenAxis) -> list[tuple[float, str, int]]:
    """Where the name of each region stands above the panels (inches), and on which line, so that none overlap."""
    found: list[tuple[float, str, int]] = []
    for region, left, right in bounds:
        spans = axis.spans(left, right)
        if not spans:
            continue
        name = region.replace("_", " ")
        half = 0.5 * style.LETTER * (len(name) + 1)
        middle = 0.5 * (spans[0][0] + spans[-1][1])
        middle = min(max(middle, half - 0.3), axis.width - half)
        level = 0
        while any(line == level and abs(middle - at) < half + 0.5 * style.LETTER * len(n) for at, n, line in found):
            level += 1
        found.append((middle, name, level))
    return found
