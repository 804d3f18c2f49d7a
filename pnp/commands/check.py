"""`pnp check`: every mistake of a case file at once, or what follows from it without solving."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pnp.commands.errors import UsageError

if TYPE_CHECKING:
    from pnp.case import Case

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
        _check_mesh(case)
    except CaseError as error:
        count = len(error.messages)
        raise UsageError(f"{count} {'mistake' if count == 1 else 'mistakes'} in the case\n{error}") from None
    Report().check(case)
    return 0


def _check_mesh(case: Case) -> None:
    """Read or build what only a mesh tells of a plane: its groups, which regions touch, what is cut off.

    Raises:
        CaseError: Its geometry or mesh is none.
    """
    if case.is_stack:
        return
    from pnp.plane_parts import plane_parts

    plane_parts(case)
