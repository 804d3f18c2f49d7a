"""`pnp new`: a commented case file to start from."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from pathlib import Path

from pnp.commands.errors import UsageError
from pnp.commands.list_cases import show
from pnp.examples import describe, templates

HELP = "write a commented, runnable case file from a template"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("template", metavar="TEMPLATE", nargs="?", help="its name; without one, all are listed")
    parser.add_argument(
        "file", metavar="FILE", type=Path, nargs="?", help="the file to write (default: TEMPLATE.toml here)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the template; never over a file that exists."""
    known = templates()
    if arguments.template is None:
        show({name: describe(text) for name, text in known.items()})
        return 0
    if arguments.template not in known:
        near = get_close_matches(arguments.template, known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"no template {arguments.template!r}{hint}\nThe templates are: {', '.join(known)}")
    path: Path = arguments.file or Path(f"{arguments.template}.toml")
    if path.is_dir():
        path = path / f"{arguments.template}.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(known[arguments.template])
    except FileExistsError:
        raise UsageError(f"{path} exists already: give another file name") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    print(f"{path} written. Next: pnp check {path}, pnp run {path}")
    return 0
