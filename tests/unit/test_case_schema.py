"""The JSON Schema describes every key, with examples that are legal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pnp.case import Case, case_schema


def tables() -> Iterator[tuple[str, dict[str, Any]]]:
    schema = case_schema()
    yield "case", schema
    yield from schema["$defs"].items()


def test_it_is_json() -> None:
    assert json.loads(json.dumps(case_schema())) == case_schema()


def test_every_key_is_described_with_an_example() -> None:
    for name, table in tables():
        assert table["additionalProperties"] is False, name
        for key, entry in table["properties"].items():
            assert entry["description"], f"{name}.{key}"
            assert entry["examples"], f"{name}.{key}"


def test_keys_are_those_of_the_case() -> None:
    assert list(case_schema()["properties"]) == list(Case.model_fields)
    assert case_schema()["required"] == ["species", "regions", "boundaries"]


def test_quantities_are_texts_and_nothing_is_null() -> None:
    schema = case_schema()
    thickness = schema["$defs"]["Region"]["properties"]["thickness"]
    assert thickness["type"] == "string"
    assert "nm" in thickness["description"]
    assert schema["properties"]["temperature"]["default"] == "298.15 K"
    text = json.dumps(schema)
    assert "null" not in text
    assert "x-si-unit" not in text
