"""`pnp plot`: draw a result again from its files alone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pnp.commands.errors import UsageError

if TYPE_CHECKING:
    from pnp.result import Result

HELP = "draw the pictures of a result folder again: other quantities, a part of them, another format or size"
EPILOG = """\
What --zoom takes, for a profile:
  membrane                          a region
  "cytosol|membrane"                a face between two regions with its layers; so do left and right, the ends,
                                    and the name of a charged interface
  "10 nm:20 nm"                     positions; ":20 nm" and "10 nm:" go to an end
  "-2 nm:5 nm @ cytosol|membrane"   distances from a face (a region stands for its left one)
for the maps of a plane:
  membrane                          a region
  "0 nm:20 nm, -10 nm:10 nm"        a range of x (r) and one of y (z); an end left out is that of the whole
and for a sweep:
  "-20 mV:20 mV"                    the swept value
Several of a profile stand beside one another, each on its own scale; they may touch, not overlap. A range that
begins with a minus sign and has no space in it needs an equals sign: --zoom=-20mV:20mV; so does --at=-70mV.

A folder keeps the profiles of some points of a sweep, its ends included. --at draws the nearest of them, and says so
where it is not the point asked for."""
FORMATS = ("png", "pdf", "svg")
SCALES = ("linear", "log")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("result", metavar="RESULT", type=Path, help="result folder")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="the picture, or a folder for it (default: RESULT)"
    )
    parser.add_argument(
        "--quantity",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help="what to draw: a quantity of a sweep, a column or panel of a profile (potential, concentration, "
        "concentration.K, ...), of a plane line.NAME too, or driving_force; several make several panels",
    )
    parser.add_argument(
        "--zoom",
        metavar="WHERE",
        action="append",
        default=[],
        help='only this part: a region, a face or a range, e.g. "cytosol|membrane" (see below); may be repeated',
    )
    parser.add_argument(
        "--at", metavar="VALUE", help='of a sweep: draw the profile of this point, e.g. "-70 mV", and not the sweep'
    )
    parser.add_argument("--scale", choices=SCALES, help="vertical axis of what --quantity names (default: what fits)")
    parser.add_argument("--format", choices=FORMATS, help="file format (default: the ending of FILE, or png)")
    parser.add_argument("--width", metavar="LENGTH", help='width of the picture, e.g. "85 mm" (default: 142 mm)')
    parser.add_argument("--title", metavar="TEXT", help='a title instead of the case\'s own; "" for none')


def run(arguments: argparse.Namespace) -> int:
    """Draw and write."""
    from pnp.case import CaseError
    from pnp.report.plots import figures, save
    from pnp.report.scale import ScaleError
    from pnp.report.sweep_point import PointError, kept_point, point_value
    from pnp.report.zoom import ZoomError
    from pnp.result_folder import ResultFolderError
    from pnp.result_reading import load

    output: Path | None = arguments.output
    folder: Path = arguments.result
    if output is not None and output.is_dir():
        folder, output = output, None
    asked = output.suffix.lstrip(".") if output is not None else ""
    ending = arguments.format or asked or "png"
    if (asked or ending) not in FORMATS:
        raise UsageError(f"unknown picture format {asked or ending!r}: one of {', '.join(FORMATS)}")
    if asked and asked != ending:
        raise UsageError(f"-o {output} asks for {asked}, --format for {ending}: leave one of them out")
    width = _width(arguments.width)
    if arguments.scale and not [name for name in arguments.quantity if name != "driving_force"]:
        raise UsageError(f"--scale {arguments.scale}: name what it is for with --quantity")
    try:
        result = load(arguments.result)
    except (ResultFolderError, CaseError) as error:
        raise UsageError(str(error)) from None
    try:
        point, note = kept_point(result, arguments.at) if arguments.at is not None else (None, "")
        drawn = figures(result, arguments.quantity, arguments.zoom, width, arguments.title, point, arguments.scale)
    except KeyError as error:
        raise UsageError(str(error.args[0])) from None
    except (PointError, ScaleError, ZoomError) as error:
        raise UsageError(str(error)) from None
    if not drawn:
        raise UsageError(f"{arguments.result} holds nothing to draw{_why(result, arguments)}")
    at = "" if point is None else point_value(point)
    paths = {name: folder / f"{_stem(name, result, arguments, at)}.{ending}" for name in drawn}
    if output is not None:
        output = output if output.suffix else output.with_suffix(f".{ending}")
        paths = {
            name: output if order == 0 else output.with_stem(f"{output.stem}_{name}")
            for order, name in enumerate(drawn)
        }
    if note:
        print(f"pnp: {note}", file=sys.stderr)
    try:
        for name, figure in drawn.items():
            save(figure, paths[name])
            print(paths[name])
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise UsageError(f"the picture cannot be written: {where}{error.strerror or error}") from None
    return 0


def _width(text: str | None) -> float | None:
    """The width asked for in m.

    Raises:
        UsageError: it is no length, or one that no picture fits.
    """
    if text is None:
        return None
    from pnp.report.plots import LEAST_WIDTH, MOST_WIDTH
    from pnp.units import QuantityError, named_unit, parse

    allowed = f"a length from {1e3 * LEAST_WIDTH:g} mm to {1e3 * MOST_WIDTH:g} mm"
    try:
        number, unit = parse(text)
    except QuantityError as error:
        raise UsageError(f"--width {text}: {error}; allowed is {allowed}") from None
    if unit.dimension != named_unit("m").dimension:
        raise UsageError(f"--width {text}: is no length; allowed is {allowed}, e.g. --width '85 mm'")
    width = unit.value(number)
    if not LEAST_WIDTH * (1 - 1e-9) <= width <= MOST_WIDTH * (1 + 1e-9):
        raise UsageError(f"--width {text}: allowed is {allowed}")
    return width


def _why(result: Result, arguments: argparse.Namespace) -> str:
    """Why nothing is drawn, if the options are the reason."""
    if arguments.quantity and arguments.zoom:
        return f": --zoom {' '.join(arguments.zoom)} is of no picture that shows {', '.join(arguments.quantity)}"
    return f" (status: {result.status})"


def _stem(picture: str, result: Result, arguments: argparse.Namespace, at: str) -> str:
    """Name of a picture's file: the usual pictures keep theirs, others are named by what they show."""
    from pnp.report.zoom import slug

    swept = result.sweep.quantity_units() if result.sweep is not None and not at else {}
    names = [name for name in dict.fromkeys(arguments.quantity) if (name in swept) == (picture == "sweep")]
    if result.fields is not None and picture != "sweep":
        names = []  # each picture shows one
    stem = "_".join(names) if picture != "driving_forces" and names else picture
    if at:
        stem = f"{stem}_at_{slug([at])}"
    return f"{stem}_{slug(arguments.zoom)}" if arguments.zoom else stem
