"""The case-file reference: every table and key of the JSON Schema of case files, as a page."""

from __future__ import annotations

import json
import re
from typing import Any

from scripts.lib.docs.prose import prose

Schema = dict[str, Any]

_HEAD = """\
# Case-file reference

A case file is TOML. Quantities are texts with a unit (`"4 nm"`, `"140 mmol/L"`), numbers without a unit are bare, and
species, regions and points have the names that you give them (in `<…>` here). A key that is not listed is an error, and
`pnp check CASE` reports every mistake of a file at once.

This page is made from the schema that `pnp schema` prints: an editor that knows JSON Schema completes and explains the
keys from it.
"""
_UNITS = re.compile(r"\s*A text with its unit \((?P<units>[^)]*)\), (?P<range>.*)\.$")
_NAMES = {
    "species": "<species>",
    "regions": "<region>",
    "boundaries": "<boundary>",
    "interfaces": "<interface>",
    "points": "<point>",
    "potential_differences": "<name>",
    "lines": "<line>",
}
"""What stands for the user's names, by the table that holds them."""


def case_reference(schema: Schema) -> str:
    """The page.

    Args:
        schema: As `pnp.case.case_schema` returns it.

    Raises:
        ValueError: a key without description or example, of a type that is not understood, or a table that no key
            leads to: the page would be silent about it.
    """
    places = _places(schema)
    unseen = set(schema["$defs"]) - set(places.values())
    if unseen:
        raise ValueError(f"no key of the schema leads to {', '.join(sorted(unseen))}")
    parts = [_HEAD, f"\n## Top level {{ #{_anchor('')} }}\n\n", _keys("", schema, places)]
    for path, name in places.items():
        described = schema["$defs"][name]
        parts += [f"\n## `[{path}]` {{ #{_anchor(path)} }}\n\n", prose(described["description"]), "\n\n"]
        parts.append(_keys(path, described, places))
    return "".join(parts)


def _places(schema: Schema) -> dict[str, str]:
    """Where each table first stands, in the order of the keys that lead to it: path, and name in the schema."""
    found: dict[str, str] = {}

    def walk(described: Schema, prefix: str) -> None:
        for key, entry in described.get("properties", {}).items():
            name = _table_in(entry)
            if name is not None and name not in found.values():
                path = _path(prefix, key, entry)
                found[path] = name
                walk(schema["$defs"][name], path)

    walk(schema, "")
    return found


def _table_in(entry: Schema) -> str | None:
    """Name of the table that a key holds, or holds under names of the user's; None for a plain value."""
    extra = entry.get("additionalProperties")
    held = [entry, *entry.get("patternProperties", {}).values(), *([extra] if isinstance(extra, dict) else [])]
    held += [entry["items"]] if isinstance(entry.get("items"), dict) else []
    return next((h["$ref"].rpartition("/")[2] for h in held if "$ref" in h), None)


def _path(prefix: str, key: str, entry: Schema) -> str:
    path = f"{prefix}.{key}" if prefix else key
    if "$ref" in entry:
        return path
    if entry.get("type") == "array":
        return f"{path}[0]"
    fixed = entry.get("propertyNames", {}).get("enum")
    return f"{path}.{'|'.join(fixed) if fixed else _NAMES[key]}"


def _anchor(path: str) -> str:
    return re.sub(r"[^a-z_]+", "-", f"key-{path}".lower()).strip("-") if path else "top-level"


def _keys(path: str, described: Schema, places: dict[str, str]) -> str:
    required = described.get("required", [])
    parts = []
    for key, entry in described.get("properties", {}).items():
        where = f"{path}.{key}".lstrip(".")
        if not entry.get("description") or not entry.get("examples"):
            raise ValueError(f"{where} has no description or no example in the schema")
        inner = _table_in(entry)
        found = _UNITS.search(entry["description"])
        text = entry["description"][: found.start()] if found else entry["description"]
        if inner is not None:
            inside = next(place for place, name in places.items() if name == inner)
            what = "list of tables" if entry.get("type") == "array" else "table"
            facts = [f"{what} [`[{inside}]`](#{_anchor(inside)})"]
            example = ""
        else:
            kind = f"quantity ({found['units']})" if found else _type(entry, where)
            facts = [kind, found["range"] if found else _range(entry)]
            example = f"`{key} = {_toml(entry['examples'][0])}`"
        facts.append("**required**" if key in required else _default(entry, inner))
        line = " · ".join(fact for fact in facts if fact)
        parts.append(f"`{key}`\n:   {prose(text)}<br>\n    <small>{line}</small>")
        parts.append(f"<br>\n    {example}\n\n" if example else "\n\n")
    return "".join(parts)


def _type(entry: Schema, where: str) -> str:
    if "enum" in entry:
        return "one of " + ", ".join(f'`"{value}"`' for value in entry["enum"])
    if "const" in entry:
        return f"`{_toml(entry['const'])}`"
    if "anyOf" in entry:
        return " or ".join(_type(branch, where) for branch in entry["anyOf"])
    kind = entry.get("type")
    if kind == "array":
        two = "list of two names" if "prefixItems" in entry else "list of two lengths"
        return two if entry.get("maxItems") == 2 else "list"
    if kind == "object":
        tables = {"concentrations": "quantities by species", "parameters": "values by name"}
        return f"table of {tables.get(where.rpartition('.')[2], 'lists by name')}"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    if isinstance(kind, list) and set(kind) <= set(names):
        return " or ".join(names[k] for k in kind)
    if kind not in names:
        raise ValueError(f"{where} is of a type this page does not know: {entry}")
    return "name" if kind == "string" and "pattern" in entry else names[kind]


def _range(entry: Schema) -> str:
    if "exclusiveMinimum" in entry:
        return f"above {entry['exclusiveMinimum']:g}, at most {entry['maximum']:g}"
    return f"{entry['minimum']:g} to {entry['maximum']:g}" if "minimum" in entry else ""


def _default(entry: Schema, inner: str | None) -> str:
    if "default" not in entry:
        return "may be left out"
    return (
        "may be left out"
        if inner is not None or entry["default"] in ({}, [])
        else f"default `{_toml(entry['default'])}`"
    )


def _toml(value: Any) -> str:
    """A value as TOML writes it, in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
