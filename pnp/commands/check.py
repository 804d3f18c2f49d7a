"""`pnp check`: every mistake of a case file at once, or what follows from it without solving."""

from __future__ import annotations

import argparse
from pathlib import Path

from pnp.commands.errors import UsageError

HELP = "check a case file without solving: every mistake, or derived quantities and simplified models"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("case", metavar="CASE", type=Path, help="case file (TOML)")
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="overrides",
        help="set a key of the case; may be repeated",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the case and show what it says."""
    from pnp.case import Case, CaseError
    from pnp.report.tables import Report

    try:
        case = Case.load(arguments.case, arguments.overrides)
    except CaseError as error:
        count = len(error.messages)
        raise UsageError(f"{count} {'mistake' if count == 1 else 'mistakes'} in the case\n{error}") from None
    Report().check(case)
    return 0
