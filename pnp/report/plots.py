"""The pictures of a result, drawn from the result alone: `profile` and `sweep`, as PNG, PDF or SVG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pnp.report.format import key_words, quantity
from pnp.result import Result, SweepPoint, unknown_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "pdf", "svg")


def figures(result: Result, names: list[str] | None = None) -> dict[str, Figure]:
    """Every picture this result has material for, by file name without ending.

    Args:
        result: The result.
        names: Quantities of a sweep and columns or panels of a profile to draw, instead of the usual ones.

    Raises:
        KeyError: a name that is neither; the message names the nearest.
    """
    title = result.case.title or result.case.name
    table, profile = result.sweep, result.profile
    sweep_names = profile_names = None
    if names:
        from pnp.report.profile_plot import available_panels

        columns = [*available_panels(profile), *profile.columns] if profile is not None else []
        quantities = list(table.quantity_units()) if table is not None else []
        for name in names:
            if name not in columns and name not in quantities:
                raise KeyError(unknown_name("quantity", name, [*quantities, *columns]))
        sweep_names = [name for name in names if name in quantities]
        profile_names = [name for name in names if name not in quantities]
    drawn: dict[str, Figure] = {}
    if table is not None and len(table.rows) > 1 and table.quantity_units() and sweep_names != []:
        from pnp.report.sweep_plot import draw_sweep

        drawn["sweep"] = draw_sweep(result, table, sweep_names, title)
    if profile is not None and profile_names != []:
        from pnp.report.profile_plot import draw_profile

        drawn["profile"] = draw_profile(result, profile, profile_names, title + _at_point(result))
    return drawn


def save(figure: Figure, path: Path) -> None:
    """Write a figure; the format is the ending of `path`."""
    options: dict[str, Any] = {}
    if path.suffix == ".png":
        # Light compression: half the time for a few more kilobytes.
        options["pil_kwargs"] = {"compress_level": 2}
    figure.savefig(path, **options)


def write_plots(result: Result, folder: Path, file_format: str = "png") -> list[Path]:
    """Draw and write every picture into `folder`; their paths."""
    paths = []
    for name, figure in figures(result).items():
        path = folder / f"{name}.{file_format}"
        save(figure, path)
        paths.append(path)
    return paths


def _at_point(result: Result) -> str:
    """Which point of a sweep the profile belongs to, for the title."""
    if result.sweep is None:
        return "" if result.converged else "\nnot converged: the last iterate"
    shown: SweepPoint | None = None
    for row in result.sweep.rows:
        if row.profile is not None and row.status == "converged":
            shown = row
    if shown is None:
        return ""
    value = str(shown.value)
    if isinstance(shown.value, float):
        value = quantity(shown.value, shown.unit).replace("-", "−")
    swept = key_words(result.sweep.keys)
    return f"\nat {swept[:1].lower()}{swept[1:]}\u00a0=\u00a0{value}"
