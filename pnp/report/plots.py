"""The pictures of a result, drawn from the result alone; PNG, PDF or SVG.

`profile`, `driving_forces` and `sweep`; in two dimensions `potential`, `concentration.K`, `charge_density` and
`current_density`, and `line.NAME` for each line that the case names.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pnp.report.format import quantity
from pnp.report.plane_zoom import is_of_plane
from pnp.result import CONVERGED, Result, SweepPoint, unknown_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pnp.plane_fields import PlaneFields
    from pnp.report.scale import Scale

FORMATS = ("png", "pdf", "svg")
DRIVING_FORCES = "driving_force"
"""The name by which the picture of driving forces is asked for."""
LEAST_WIDTH, MOST_WIDTH = 0.07, 0.5
"""Widths that pictures can have, m: below, the numbers along the axes have no room."""
LINE = "line."
"""What stands before a line's name where the picture of its profile is asked for."""
_USUAL: dict[str, list[str] | None] = {
    "sweep": None,
    "profile": None,
    "driving_forces": None,
    "plane": None,
    "lines": None,
}
"""Each picture with the usual quantities."""
_METADATA: dict[str, dict[str, Any]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}


def figures(
    result: Result,
    names: Sequence[str] | None = None,
    zooms: Sequence[str] = (),
    width: float | None = None,
    title: str | None = None,
    point: SweepPoint | None = None,
    scale: Scale | None = None,
) -> dict[str, Figure]:
    """Every picture this result has material for, by file name without ending.

    Args:
        result: The result.
        names: Quantities of a sweep and columns or panels of a profile to draw, instead of the usual ones.
        zooms: Parts of the axis or of the sweep to draw (see `pnp.report.zoom`); only what they are of is drawn.
        width: Width of each picture in m; by default that of a thesis' text.
        title: A title instead of the case's own; "" for none.
        point: The point of the sweep that is drawn as a state of its own, instead of the sweep.
        scale: Of the vertical axes of the quantities named, instead of one that fits their values.

    Raises:
        pnp.report.scale.ScaleError: no value of a quantity is positive and the scale is to be logarithmic.
        KeyError: a name that is neither; the message names the nearest.
        pnp.report.zoom.ZoomError: a zoom that names nothing of this result.
    """
    from pnp.report import style

    inches = style.WIDTH if width is None else width / 0.0254
    heading = (result.case.title or result.case.name) if title is None else title
    shown = _shown_point(result) if point is None else point
    own = heading
    if heading and shown is not None:
        from pnp.report.sweep_point import heading as at_point

        own = f"{heading}\n{at_point(result, shown)}"
    elif heading and not result.converged and result.sweep is None:
        own = f"{heading}\nnot converged: the last iterate"
    if point is not None:
        from pnp.report.sweep_point import state_at

        result, heading = state_at(result, point), own
    table, profile = result.sweep, result.profile
    wanted = _sorted_names(result, names) if names else _USUAL
    windows = None
    places: list[str] = []
    if result.fields is not None:
        places = [text for text in zooms if table is None or is_of_plane(result.fields, text)]
        zooms = [text for text in zooms if text not in places]
        if places and not zooms:
            table = None
    if zooms:
        from pnp.report.zoom import zoomed

        windows, part = zoomed(result, zooms)
        table = part
        profile = profile if windows else None
    zooms = [*zooms, *places]
    drawn: dict[str, Figure] = {}
    if table is not None and len(table.rows) > 1 and table.quantity_units() and wanted["sweep"] != []:
        from pnp.report.sweep_plot import draw_sweep

        drawn["sweep"] = draw_sweep(result, table, wanted["sweep"], heading, inches, scale)
    if profile is not None and wanted["profile"] != []:
        from pnp.report.profile_plot import draw_profile

        drawn["profile"] = draw_profile(result, profile, wanted["profile"], windows, own, inches, scale)
    if result.fields is not None and (places or not zooms):
        drawn |= _of_plane(result, result.fields, wanted, own, inches, scale, places)
    if not zooms and wanted["driving_forces"] != []:
        from pnp.report.driving_forces import draw_driving_forces, has_driving_forces, something_passes

        if has_driving_forces(result) and (names or something_passes(result)):
            drawn["driving_forces"] = draw_driving_forces(result, heading, inches)
    return drawn


def _of_plane(
    result: Result,
    fields: PlaneFields,
    wanted: dict[str, list[str] | None],
    title: str,
    inches: float,
    scale: Scale | None,
    places: list[str],
) -> dict[str, Figure]:
    """Maps of the plane, and profiles along the lines through it."""
    from pnp.report.plane_plot import PlanePictures
    from pnp.report.profile_plot import draw_profile

    pictures = PlanePictures(result, fields, title, inches, places)
    columns, lines = wanted["plane"], wanted["lines"]
    drawn = {name: pictures.draw(name, scale) for name in (pictures.usual() if columns is None else columns)}
    for name in [f"{LINE}{own}" for own in result.cuts] if lines is None and not places else lines or []:
        cut = result.cuts[name.removeprefix(LINE)]
        heading = f"{title}\nalong the line {name.removeprefix(LINE)}".strip()
        drawn[name] = draw_profile(result, cut, title=heading, width=inches)
    return drawn


def save(figure: Figure, path: Path) -> None:
    """Write a figure; the format is the ending of `path`.

    Text stays text in vector formats (TrueType in PDF, <text> in SVG), and the same figure gives the same file.
    """
    import matplotlib

    ending = path.suffix.lstrip(".").lower()
    options: dict[str, Any] = {"metadata": _METADATA.get(ending)}
    if ending == "png":
        # Light compression: half the time for a few more kilobytes.
        options["pil_kwargs"] = {"compress_level": 2}
    with matplotlib.rc_context({"pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "pnp"}):
        figure.savefig(path, **options)


def write_plots(result: Result, folder: Path, file_format: str = "png") -> list[Path]:
    """Draw and write every picture into `folder`; their paths."""
    paths = []
    for name, figure in figures(result).items():
        path = folder / f"{name}.{file_format}"
        save(figure, path)
        paths.append(path)
    return paths


def drawable(result: Result) -> list[str]:
    """Every name that a picture can be asked for by."""
    from pnp.report.driving_forces import has_driving_forces
    from pnp.report.profile_plot import available_panels

    names = list(result.sweep.quantity_units()) if result.sweep is not None and len(result.sweep.rows) > 1 else []
    if result.profile is not None:
        names += [*available_panels(result.profile), *result.profile.columns]
    if result.fields is not None:
        names += [*dict.fromkeys(name.partition(".")[0] for name in result.fields.columns), *result.fields.columns]
    names += [f"{LINE}{own}" for own in result.cuts]
    if has_driving_forces(result):
        names.append(DRIVING_FORCES)
    return list(dict.fromkeys(names))


def _sorted_names(result: Result, names: Sequence[str]) -> dict[str, list[str] | None]:
    """The names by the picture they are drawn in, [] for a picture that is not asked for.

    Raises:
        KeyError: a name that no picture has.
    """
    known = drawable(result)
    swept = result.sweep.quantity_units() if result.sweep is not None else {}
    found: dict[str, list[str]] = {picture: [] for picture in _USUAL}
    for name in names:
        if name not in known:
            if name in result.quantities:
                raise KeyError(
                    f"{name} is a single number here ({quantity(result[name], result.unit(name))}), nothing to draw. "
                    f"Drawn are: {', '.join(known) or 'none'}"
                )
            raise KeyError(unknown_name("quantity", name, known))
        if name in swept:
            found["sweep"].append(name)
        elif name == DRIVING_FORCES:
            found["driving_forces"].append(name)
        elif name.startswith(LINE) and name.removeprefix(LINE) in result.cuts:
            found["lines"].append(name)
        elif result.fields is not None:
            # "concentration" stands for those of all species.
            columns = result.fields.columns
            own = [name] if name in columns else [c for c in columns if c.partition(".")[0] == name]
            found["plane"] += [column for column in own if column not in found["plane"]]
        else:
            found["profile"].append(name)
    return {**found}


def _shown_point(result: Result) -> SweepPoint | None:
    """The point of a sweep that the result's profile or fields belong to."""
    rows = result.sweep.rows if result.sweep is not None else ()
    held = result.fields is not None
    return next((r for r in reversed(rows) if (held or r.profile is not None) and r.status == CONVERGED), None)
