"""What is wrong with a case file, in words: pydantic's errors and the checks' findings as messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pnp.case.keypath import Path, example_of, field_at, format_path, lookup, names_at
from pnp.units import closest

_ABSENT = object()
LONGEST_SHOWN = 10**30
"""Larger whole numbers are not written out."""


class CaseError(Exception):
    """A case that cannot be run.

    Attributes:
        messages: One per mistake: "file: key.path = value: problem; allowed; what to do".
    """

    def __init__(self, messages: Sequence[str]) -> None:
        self.messages = list(messages)
        super().__init__("\n".join(self.messages))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by its messages, so that it survives a process boundary."""
        return type(self), (self.messages,)


@dataclass(frozen=True)
class Problem:
    """One mistake.

    Attributes:
        path: Where: the key path, () for the whole case.
        problem: What is wrong.
        allowed: What is allowed, or "".
        advice: What to do, or "".
        uses: Other key paths the finding rests on: where one of them is wrong, the finding is not reported.
        show: Whether to show the value given at ``path``.
        touches: Other key paths that are as good as wrong: the key a misspelt one was meant to be.
        stand_in: What to put at ``path`` for later checks; None takes the key out.
        blocks: Whether later checks cannot run on a case with this mistake.
    """

    path: Path
    problem: str
    allowed: str = ""
    advice: str = ""
    uses: tuple[Path, ...] = ()
    show: bool = True
    touches: tuple[Path, ...] = ()
    stand_in: Any = None
    blocks: bool = True

    def rests_on(self, wrong: Iterable[Path]) -> bool:
        """Whether one of the key paths this finding uses is among, above or below those known to be wrong."""
        used = (self.path, *self.uses)
        return any(w[: len(u)] == u or u[: len(w)] == w for w in wrong for u in used)

    def text(self, raw: object, source: str) -> str:
        """The message; ``raw`` is the case as given, ``source`` the file."""
        where = format_path(self.path)
        given = lookup(raw, self.path, _ABSENT) if self.show and self.path else _ABSENT
        if given is not _ABSENT:
            where += f" = {shown(given)}"
        parts = "; ".join(t for t in (self.problem, self.allowed, self.advice) if t)
        return ": ".join(t for t in (source, where, parts) if t)


def paths_of(problems: Iterable[Problem]) -> list[Path]:
    """The key paths that findings show to be wrong."""
    return [path for p in problems for path in (p.path, *p.touches)]


def shown(value: object) -> str:
    """A given value as the file has it, shortened."""
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        text = "[" + ", ".join(shown(v) for v in value[:6]) + (", …]" if len(value) > 6 else "]")
    elif isinstance(value, str):
        clean = "".join(c if c.isprintable() else " " for c in value[:200])
        text = f'"{clean}"'
    else:
        long = isinstance(value, int) and abs(value) >= LONGEST_SHOWN
        text = "(a very long number)" if long else str(value)
    return text if len(text) <= 80 else text[:76] + "…" + text[-1]


def problems_of(error: ValidationError, model: type[Any], raw: dict[str, Any]) -> list[Problem]:
    """Every mistake pydantic found, a missing key left out where its misspelling is reported beside it."""
    found: list[Problem] = []
    meant: set[Path] = set()
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "extra_forbidden":
            path = tuple(detail["loc"])
            missing = [d["loc"][-1] for d in details if d["type"] == "missing" and d["loc"][:-1] == detail["loc"][:-1]]
            valid = names_at(model, path[:-1])
            near = closest(str(path[-1]), [str(m) for m in missing]) or closest(str(path[-1]), valid)
            if near is not None:
                meant.add((*path[:-1], near))
            found.append(_unknown_key(path, near, valid))
    for detail in details:
        path = tuple(detail["loc"])
        if detail["type"] != "extra_forbidden" and not (detail["type"] == "missing" and path in meant):
            found.append(_translated(detail, path, model))
    order = {id(d): i for i, d in enumerate(found)}
    return sorted(found, key=lambda p: (_position(raw, p.path), order[id(p)]))


def _position(raw: Any, path: Path) -> tuple[int, ...]:
    """Where a key stands in the file, so that messages come in the file's order."""
    place: list[int] = []
    for key in path:
        if isinstance(raw, dict) and key in raw:
            place.append(list(raw).index(key))
            raw = raw[key]
        else:
            place.append(10**6)
            break
    return tuple(place)


def _unknown_key(path: Path, near: str | None, valid: list[str]) -> Problem:
    advice = f'did you mean "{near}"?' if near else "remove it"
    table = format_path(path[:-1])
    listed = f"keys of {table or 'a case'}: {', '.join(valid)}"
    return Problem(path, "unknown key", listed, advice, touches=((*path[:-1], near),) if near else ())


def _translated(detail: Any, path: Path, model: type[Any]) -> Problem:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "pnp":
        if path and path[-1] == "[key]":
            path = path[:-1]
        return Problem(path, context["problem"], context["allowed"], context["advice"])
    field = field_at(model, path)
    example = example_of(field, path)
    about = field.description.split(";")[0].rstrip(".") if field is not None and field.description else ""
    if kind == "missing" and len(path) > 1 and isinstance(path[-1], int):
        return Problem(path[:-1], "expected a list of two names", "allowed: two", "add what is missing")
    if kind == "missing":
        return Problem(path, "is missing", about, f"add {example}" if example else "add it")
    if kind == "literal_error":
        valid = [v.strip().strip("'") for v in context["expected"].replace(" or ", ", ").split(",")]
        if valid == ["True"]:
            return Problem(path, "is not true", "allowed: true", "leave the key out for no condition")
        listed = ", ".join(f'"{v}"' for v in valid)
        near = closest(str(detail["input"]), valid)
        return Problem(
            path,
            "is not one of the choices",
            f"allowed: {listed}",
            f'did you mean "{near}"?' if near else "choose one",
        )
    wanted = {
        "model_type": "a table",
        "model_attributes_type": "a table",
        "dict_type": "a table",
        "list_type": "a list",
        "tuple_type": "a list",
        "string_type": "a text in quotes",
        "bool_type": "true or false",
        "too_long": "a list of two names",
        "too_short": "at least one entry",
        "string_too_long": "a shorter text",
    }.get(kind)
    if path and path[-1] == "[key]":
        path = path[:-1]
    if wanted is None:
        return Problem(path, str(detail["msg"]), about, f"write e.g. {example}" if example else "")
    return Problem(path, f"expected {wanted}", about, f"write e.g. {example}" if example else "")
