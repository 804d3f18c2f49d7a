"""Key paths such as ``regions.rod.shapes[0].disc.radius``: read, written, followed through the case."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pnp.case.table import fields_by_key
from pnp.units import QuantityError, closest

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ENTRIES = re.compile(r"(.+?)((?:\[\d{1,4}\])+)")
_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s."'=]+))\s*""")


def parse_path(text: str) -> Path:
    """The parts of a key path; names with dots are quoted as in TOML, entries of lists counted from [0].

    Raises:
        QuantityError: the text is no key path.
    """
    parts: list[str | int] = []
    at = 0
    while True:
        match = _PART.match(text, at)
        if match is None:
            raise QuantityError(
                "is no key path",
                "names joined by points, names with points in quotes",
                "e.g. species.K.diffusivity",
            )
        entries = _ENTRIES.fullmatch(match[3] or "")
        parts.append(entries[1] if entries else next(g for g in match.groups() if g is not None))
        parts += [int(i) for i in entries[2][1:-1].split("][")] if entries else []
        at = match.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            raise QuantityError(
                "is no key path",
                "names joined by points, names with points in quotes",
                "e.g. species.K.diffusivity",
            )
        at += 1


def format_path(path: Path) -> str:
    """The text of a key path, list positions in brackets."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            bare = (
                part
                if _BARE.fullmatch(part) or (part and all(c.isalnum() or c in "_+-" for c in part))
                else quoted(part)
            )
            text += f".{bare}" if text else bare
    return text


def quoted(text: str) -> str:
    """A TOML basic string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def lookup(raw: Any, path: Path, default: Any = None) -> Any:
    """What the case as given holds at a path, or ``default``."""
    for part in path:
        if isinstance(raw, Mapping):
            if part not in raw:
                return default
            raw = raw[part]
        elif isinstance(raw, (list, tuple)) and isinstance(part, int) and -len(raw) <= part < len(raw):
            raw = raw[part]
        else:
            return default
    return raw


def replaced(raw: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of ``raw`` with ``value`` at ``path``; what lies beside the path is shared, not copied."""
    copy: dict[str, Any] = _replaced(raw, path, value)
    return copy


def _replaced(raw: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    part = path[0]
    if isinstance(raw, list) and isinstance(part, int) and part < len(raw):
        return [_replaced(entry, path[1:], value) if i == part else entry for i, entry in enumerate(raw)]
    copy = dict(raw) if isinstance(raw, Mapping) else {}
    copy[str(part)] = _replaced(copy.get(str(part)), path[1:], value)
    return copy


def removed(raw: Any, path: Path) -> Any:
    """A copy of ``raw`` without what is at ``path``."""
    if isinstance(raw, dict) and path[0] in raw:
        copy = dict(raw)
        if len(path) == 1:
            del copy[path[0]]
        else:
            copy[path[0]] = removed(copy[path[0]], path[1:])
        return copy
    if isinstance(raw, list) and isinstance(path[0], int) and path[0] < len(raw):
        kept = [] if len(path) == 1 else [removed(raw[path[0]], path[1:])]
        return [*raw[: path[0]], *kept, *raw[path[0] + 1 :]]
    return raw


def inner_type(annotation: Any) -> Any:
    """The type itself, without ``Annotated`` and ``| None``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    arguments = get_args(annotation)
    if NoneType in arguments:
        kept = [a for a in arguments if a is not NoneType]
        if len(kept) == 1:
            return inner_type(kept[0])
    return annotation


def _list_in(kind: Any) -> Any:
    """Of several types the one that is a list; any other type as it is."""
    return next((a for a in get_args(kind) if get_origin(a) in (list, tuple)), kind) if is_union(kind) else kind


def is_union(kind: Any) -> bool:
    """Whether a type stands for several: ``float | list[float]``."""
    return get_origin(kind) in (Union, UnionType)


def _below(kind: Any, part: str | int) -> tuple[Any, FieldInfo | None]:
    """Type and field one step down."""
    kind = _list_in(inner_type(kind))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = fields_by_key(kind).get(str(part))
        return (field.annotation, field) if field is not None else (None, None)
    if get_origin(kind) is dict:
        return get_args(kind)[1], None
    if isinstance(part, int) and get_origin(kind) in (list, tuple):
        return get_args(kind)[0], None
    return None, None


def field_at(model: type[BaseModel], path: Path) -> FieldInfo | None:
    """The field of the case at a path, or None for a name, a list entry or an unknown key."""
    kind: Any = model
    field: FieldInfo | None = None
    for part in path:
        kind, field = _below(kind, part)
        if kind is None:
            return None
    return field


def names_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the table at a path may have; empty where the user chooses the names."""
    kind: Any = model
    for part in path:
        kind, _ = _below(kind, part)
    kind = inner_type(kind)
    return list(fields_by_key(kind)) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def example_of(field: FieldInfo | None, path: Path) -> str:
    """A line of TOML that sets the field, from its first example."""
    if field is None or not field.examples:
        return ""
    return f"{path[-1]} = {toml_value(field.examples[0])}"


def toml_value(value: Any) -> str:
    """A value as TOML in one line.

    Raises:
        TypeError: TOML has no such value.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml_key(k)} = {toml_value(v)}" for k, v in value.items()) + " }"
    raise TypeError(f"TOML has no {type(value).__name__}")


def _toml_key(key: str) -> str:
    return key if _BARE.fullmatch(key) else quoted(key)


def write_toml(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """TOML text of nested tables: plain keys first, then sub-tables, in their order."""
    plain = {k: v for k, v in table.items() if not isinstance(v, Mapping)}
    inline = {
        k: v
        for k, v in table.items()
        if isinstance(v, Mapping)
        and v
        and not any(isinstance(w, (Mapping, list)) for w in v.values())
        and k == "concentrations"
    }
    lines = [f"{_toml_key(k)} = {toml_value(v)}" for k, v in {**plain, **inline}.items()]
    heading = f"[{'.'.join(_toml_key(p) for p in path)}]\n" if path and (lines or not table) else ""
    text = heading + "".join(line + "\n" for line in lines)
    for key, value in table.items():
        if isinstance(value, Mapping) and key not in inline:
            text += ("\n" if text else "") + write_toml(value, (*path, key))
    return text


def check_path(
    model: type[BaseModel], raw: Mapping[str, Any], parts: Path, value: Any = None
) -> tuple[str, str, str] | None:
    """What is wrong with a key path that is to be set, as (problem, allowed, advice), or None.

    Keys of tables must be known, names chosen by the user must exist: a misspelt species in an override is a
    mistake, not a new species. A new name is taken where ``value`` is the whole of what it names.
    """
    kind: Any = model
    for depth, part in enumerate(parts):
        inner = _list_in(inner_type(kind))
        table = format_path(parts[:depth]) or "a case"
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            valid = list(fields_by_key(inner))
            if part not in valid:
                return _unknown(f'"{part}" is no key of {table}', "keys", str(part), valid)
        elif get_origin(inner) is dict:
            valid = _names_for(raw, parts[: depth + 1])
            whole = depth == 1 == len(parts) - 1 and isinstance(value, Mapping)
            free = parts[0] == "potential_differences" or parts[:2] == ("mesh", "parameters")
            if part not in valid and not whole and not free:
                return _unknown(f'"{part}" is no name in {table}', "names", str(part), valid)
        elif get_origin(inner) in (list, tuple):
            entries = lookup(raw, parts[:depth])
            count = len(entries) if isinstance(entries, Sequence) and not isinstance(entries, str) else 0
            if not isinstance(part, int) or part >= count:
                last = f"{table}[0] to {table}[{count - 1}]" if count else "none"
                return f"{format_path(parts[: depth + 1])} is no entry of the list {table}", f"entries: {last}", ""
        else:
            return f"{table} has no keys below it", "it is a single value", f"use {table}"
        kind, _ = _below(kind, part)
    return None


def _names_for(raw: Mapping[str, Any], parts: Path) -> list[str]:
    """Names that exist at this step: species below regions and boundaries come from the case's species."""
    if len(parts) > 2 and parts[-2] in ("species", "concentrations"):
        parts = ("species", "")
    table = lookup(raw, parts[:-1])
    return list(table) if isinstance(table, Mapping) else []


def _unknown(problem: str, what: str, part: str, valid: list[str]) -> tuple[str, str, str]:
    near = closest(part, valid)
    return (
        problem,
        f"{what}: {', '.join(valid) if valid else 'none'}",
        f'did you mean "{near}"?' if near else "use one of these",
    )
