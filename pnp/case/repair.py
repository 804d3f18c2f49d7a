"""A stand-in for a case with mistakes, so that checks of the whole can still look at its sound parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from pnp.case.errors import Problem
from pnp.case.keypath import Path, field_at, lookup, removed, replaced

_MOST_ROUNDS = 5
_OPTIONAL_TABLES: Final[dict[str | int, int]] = {
    "interfaces": 2,
    "points": 2,
    "lines": 2,
    "potential_differences": 2,
    "sweep": 1,
}
"""Tables that are taken out whole, and how many keys of the path name one."""


def repaired(
    build: Callable[[dict[str, Any]], object],
    model: type[BaseModel],
    raw: dict[str, Any],
    problems: Sequence[Problem],
) -> dict[str, Any]:
    """The tables with every wrong key taken out or, where one is needed, set to its field's example.

    Args:
        build: Validates tables one by one; raises ValidationError.
        model: The case's model.
        raw: The tables.
        problems: The mistakes known.

    Returns:
        Tables that usually validate; findings that rest on a wrong key are the caller's to drop.
    """
    for problem in problems:
        if problem.stand_in is not None:
            raw = replaced(raw, problem.path, problem.stand_in)
        else:
            raw = _without(raw, problem.path)
    for _ in range(_MOST_ROUNDS):
        try:
            build(raw)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                path = tuple(detail["loc"])
                field = field_at(model, path)
                if detail["type"] == "missing" and field is not None and field.examples:
                    raw = replaced(raw, path, field.examples[0])
                else:
                    raw = _without(raw, path)
        else:
            break
    return raw


def _without(raw: dict[str, Any], path: Path) -> dict[str, Any]:
    """Without the entry at ``path``; an optional table goes as a whole, and so does a list that is not of tables."""
    path = path[: _OPTIONAL_TABLES.get(path[0], len(path))] if path else path
    names = tuple(p for p in path if p != "[key]")
    lists = [i for i, part in enumerate(names) if isinstance(part, int)]
    if lists and not isinstance(lookup(raw, names[: lists[0] + 1]), dict):
        names = names[: lists[0]]
    nothing = object()
    if not names or lookup(raw, names, nothing) is nothing:
        return raw
    kept: dict[str, Any] = removed(raw, names)
    return kept
