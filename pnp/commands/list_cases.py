"""`pnp list`: the case files of a folder, one line each."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from pnp.commands.errors import UsageError
from pnp.examples import Description, cases_folder, describe, descriptions, templates

HELP = "list the case files of a folder, or those that come with pnp, with what each shows"
_LEAST = 20
"""Characters of a text below which it is not worth a column."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?", help="where the case files are (default: cases)"
    )


def run(arguments: argparse.Namespace) -> int:
    """List the cases; without a folder of cases anywhere, the templates."""
    here = Path("cases")
    folder: Path | None = arguments.folder or (here if here.is_dir() else cases_folder())
    if folder is None:
        print("No folder of cases here, nor beside this pnp, which is an installed package. It brings these templates;")
        print("`pnp new NAME` writes one to start from, `pnp list FOLDER` lists your own cases:")
        show({name: describe(text) for name, text in templates().items()})
        return 0
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: give the folder of the case files, or `pnp new` writes one")
    cases = descriptions(folder)
    if cases:
        show({str(path): description for path, description in cases.items()})
    else:
        print(f"no case files (*.toml) in {folder}; `pnp new` writes one")
    return 0


def show(described: Mapping[str, Description]) -> None:
    """One line each: name, title, what it shows; on a terminal as much as it is wide, in a pipe all."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    names = max(map(len, described), default=0)
    titles = max((len(d.title) for d in described.values()), default=0)
    for name, d in described.items():
        line = f"{name:{names}}  {d.title or d.shows}"
        if d.title and d.shows and width - names - titles - 4 >= _LEAST:
            line = f"{name:{names}}  {d.title:{titles}}  {d.shows}"
        print(line if len(line) <= width else line[: max(width - 1, names)] + "…")
