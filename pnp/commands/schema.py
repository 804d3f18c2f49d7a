"""`pnp schema`: the JSON Schema of case files, for editors."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pnp.commands.errors import UsageError

HELP = "print the JSON Schema of case files, which describes every key (for editors)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it to a file instead")


def run(arguments: argparse.Namespace) -> int:
    """Print or write the schema."""
    from pnp.case import case_schema

    text = json.dumps(case_schema(), indent=2, ensure_ascii=False)
    if arguments.output is None:
        print(text)
        return 0
    try:
        arguments.output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{arguments.output} cannot be written: {error.strerror}") from None
    print(f"schema written to {arguments.output}")
    return 0
