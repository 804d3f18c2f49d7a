"""`pnp plot`: draw a result again from its files alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pnp.commands.errors import UsageError

if TYPE_CHECKING:
    from pnp.result import Result

HELP = "draw the pictures of a result folder again, in another format or of other quantities"
FORMATS = ("png", "pdf", "svg")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("result", metavar="RESULT", type=Path, help="result folder")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="the picture, or a folder for it (default: RESULT)"
    )
    parser.add_argument(
        "--quantity",
        metavar="NAME",
        action="append",
        default=[],
        help="a quantity of a sweep, or a column of a profile, to draw; may be repeated",
    )
    parser.add_argument("--format", choices=FORMATS, help="file format (default: the ending of FILE, or png)")


def run(arguments: argparse.Namespace) -> int:
    """Draw and write."""
    from pnp.case import CaseError
    from pnp.report.plots import figures, save
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
    try:
        result = load(arguments.result)
    except (ResultFolderError, CaseError) as error:
        raise UsageError(str(error)) from None
    try:
        drawn = figures(result, arguments.quantity or None)
    except KeyError as error:
        raise UsageError(str(error.args[0])) from None
    if not drawn:
        raise UsageError(f"{arguments.result} holds nothing to draw (status: {result.status})")
    paths = {name: folder / f"{_stem(name, result, arguments.quantity)}.{ending}" for name in drawn}
    if output is not None:
        output = output if output.suffix else output.with_suffix(f".{ending}")
        paths = {
            name: output if order == 0 else output.with_stem(f"{output.stem}_{name}")
            for order, name in enumerate(drawn)
        }
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


def _stem(picture: str, result: Result, quantities: list[str]) -> str:
    """Name of a picture's file: the usual pictures keep theirs, others are named by the quantities they show."""
    swept = result.sweep.quantity_units() if result.sweep is not None else {}
    return "_".join(name for name in dict.fromkeys(quantities) if (name in swept) == (picture == "sweep")) or picture
