"""JSON Schema of the case file, for editors: every key described, quantities as texts with examples."""

from __future__ import annotations

from typing import Any, Final

from pnp.case.case import Case
from pnp.case.table import Table, fields_by_key
from pnp.units import format_quantity

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def case_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a case file.

    Returns:
        Tables ready for ``json.dumps``. TOML has no null: a key that may be left out is simply not required.
    """
    schema = Case.model_json_schema(mode="validation")
    tables = {"Case": schema, **schema["$defs"]}
    models: dict[str, type[Table]] = {model.__name__: model for model in Table.__subclasses__()}
    models["Case"] = Case
    for name, table in tables.items():
        for key, entry in table.get("properties", {}).items():
            table["properties"][key] = _for_editors(entry, fields_by_key(models[name])[key].description or "")
    return {"$schema": _DIALECT, **schema, "title": "pnp case file"}


def _for_editors(entry: dict[str, Any], description: str) -> dict[str, Any]:
    """One key's schema: without null and generated titles, its units and range said in the description."""
    branches = [b for b in entry.get("anyOf", []) if b != {"type": "null"}]
    if len(branches) == 1:
        entry = {
            **{k: v for k, v in entry.items() if k != "anyOf"},
            **branches[0],
            "examples": entry["examples"],
        }
    elif branches:
        entry = {**entry, "anyOf": branches}
    unit, units, allowed = (entry.pop(k, None) for k in ("x-si-unit", "x-units", "x-allowed"))
    if unit is not None and isinstance(entry.get("default"), float):
        entry["default"] = format_quantity(entry["default"], unit)
    if units is not None:
        description = f"{description} A text with its unit ({', '.join(units)}), {allowed}."
    kept = {k: v for k, v in entry.items() if k != "title" and not (k == "default" and v is None)}
    described: dict[str, Any] = _plain({**kept, "description": description})
    return described


def _plain(value: Any) -> Any:
    """Without the keys that carry units below the described level, and without null in defaults."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if not k.startswith("x-") and v is not None}
    return value
