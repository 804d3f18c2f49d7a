"""What is said of a name that refers to nothing, and which keys a finding on a boundary rests on."""

from __future__ import annotations

from collections.abc import Iterable

from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.units import closest


def held_by(boundary: str) -> tuple[Path, ...]:
    """The keys that say what a boundary holds."""
    return tuple(("boundaries", boundary, key) for key in ("type", "concentrations", "balance", "species"))


def unknown_name(path: Path, given: str, table: str, valid: Iterable[str]) -> Problem:
    """A name that refers to nothing in a table such as "regions"."""
    valid = list(valid)
    what = table.removesuffix("s") if table != "species" else table
    near = closest(given, valid)
    return Problem(
        path,
        f'there is no {what} "{given}"',
        f"{what} names: {', '.join(valid) or 'none'}",
        f'did you mean "{near}"?' if near else "use one of these",
        uses=((table, given),),
    )
