"""Key paths such as ``regions.membrane.species.K.diffusivity``: read, written, followed through the case."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pnp.units import QuantityError, closest

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s."'=]+))\s*""")


def parse_path(text: str) -> tuple[str, ...]:
    """The parts of a key path; names with dots are quoted as in TOML.

    Raises:
        QuantityError: the text is no key path.
    """
    parts: list[str] = []
    at = 0
    while True:
        match = _PART.match(text, at)
        if match is None:
            raise QuantityError(
                "is no key path",
                "names joined by points, names with points in quotes",
                "e.g. species.K.diffusivity",
            )
        parts.append(next(g for g in match.groups() if g is not None))
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


def replaced(raw: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A copy of ``raw`` with ``value`` at ``path``; what lies beside the path is shared, not copied."""
    copy = dict(raw)
    if len(path) == 1:
        copy[path[0]] = value
    else:
        below = copy.get(path[0], {})
        copy[path[0]] = replaced(below if isinstance(below, Mapping) else {}, path[1:], value)
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


def _below(kind: Any, part: str | int) -> tuple[Any, FieldInfo | None]:
    """Type and field one step down."""
    kind = inner_type(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(part))
        return (field.annotation, field) if field is not None else (None, None)
    if get_origin(kind) is dict:
        return get_args(kind)[1], None
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
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


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
    model: type[BaseModel], raw: Mapping[str, Any], parts: tuple[str, ...], value: Any = None
) -> tuple[str, str, str] | None:
    """What is wrong with a key path that is to be set, as (problem, allowed, advice), or None.

    Keys of tables must be known, names chosen by the user must exist: a misspelt species in an override is a
    mistake, not a new species. A new name is taken where ``value`` is the whole of what it names.
    """
    kind: Any = model
    for depth, part in enumerate(parts):
        inner = inner_type(kind)
        table = format_path(parts[:depth]) or "a case"
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            valid = list(inner.model_fields)
            if part not in valid:
                return _unknown(f'"{part}" is no key of {table}', "keys", part, valid)
        elif get_origin(inner) is dict:
            valid = _names_for(raw, parts[: depth + 1])
            whole = depth == 1 == len(parts) - 1 and isinstance(value, Mapping)
            if part not in valid and not whole and parts[0] != "potential_differences":
                return _unknown(f'"{part}" is no name in {table}', "names", part, valid)
        else:
            return f"{table} has no keys below it", "it is a single value", f"use {table}"
        kind, _ = _below(kind, part)
    return None


def _names_for(raw: Mapping[str, Any], parts: tuple[str, ...]) -> list[str]:
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
