"""Every wrong case gives its own helpful message, and one file's mistakes are all reported at once."""

from __future__ import annotations

import copy
import pickle
import re
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnp.case import Boundary, Case, CaseError, Region, RegionSpecies, SpeciesCondition, Study, Sweep
from pnp.case.reading import parse_toml
from tests.unit.wrong_cases import CELL, MEMBRANE, WRONG, membrane

SOURCE = "cases/x.toml"


def refusal(text: str) -> CaseError:
    with pytest.raises(CaseError) as caught:
        Case.from_dict(parse_toml(text, SOURCE), source=SOURCE)
    return caught.value


@pytest.mark.parametrize("text", [MEMBRANE, CELL], ids=["membrane", "cell"])
def test_the_cases_they_are_made_from_are_right(text: str) -> None:
    Case.from_dict(parse_toml(text, SOURCE))


@pytest.mark.parametrize("name", WRONG)
def test_message(name: str) -> None:
    text, part = WRONG[name]
    error = refusal(text)
    assert part in str(error)
    assert str(error) == "\n".join(error.messages)
    for message in error.messages:
        assert message.startswith(f"{SOURCE}: ")
        # Where, what is wrong, and what is allowed or to be done: never a bare "invalid".
        assert message.count(";") >= 1
        assert "\n" not in message
        assert not re.search(r"[Tt]raceback|pydantic|Input should|[Vv]alue error|None", message)


def test_there_are_many_and_all_differ() -> None:
    texts = [str(refusal(text)) for text, _ in WRONG.values()]
    assert len(texts) >= 60
    assert len(set(texts)) == len(texts)


def test_a_single_mistake_gives_few_messages() -> None:
    several = {n: m for n, (text, _) in WRONG.items() if len(m := refusal(text).messages) > 1}
    assert set(several) <= {"boundary_renamed", "balance_of_the_wrong_sign", "cut_off_species"}, several


def test_all_mistakes_at_once_in_the_order_of_the_file() -> None:
    text = membrane(
        ("310.15 K", "310.15"),
        ("difusivity" if "difusivity" in MEMBRANE else "diffusivity", "difusivity"),
        ('"50 nm"', '"50 mV"'),
        ("permittivity = 2\n", "permittivity = -2\n"),
        ('absent = ["Cl"]', 'absent = ["Clx"]'),
        ('Cl = "5 mmol/L"', 'Cl = "6 mmol/L"'),
        ('position = "2 nm"', 'position = "5 nm"'),
    )
    messages = refusal(text).messages
    for part in (
        'temperature = "310.15": has no unit',
        "species.K.difusivity",
        'regions.cytosol.thickness = "50 mV"',
        "regions.membrane.permittivity = -2: must be positive",
        'there is no species "Clx"',
        "boundaries.right.concentrations = {…}: is not electroneutral",
        "points.middle.position",
    ):
        assert sum(part in m for m in messages) == 1, (part, messages)
    assert len(messages) == 7
    assert [m.split(": ")[1].split(" = ")[0] for m in messages[:4]] == [
        "temperature",
        "species.K.difusivity",
        "regions.cytosol.thickness",
        "regions.membrane.permittivity",
    ]


def test_mistakes_in_several_stages_do_not_hide_each_other() -> None:
    """A wrong table, a wrong reference and wrong physics are found in one go, without follow-up findings."""
    text = membrane(
        ('thickness = "4 nm"\n', ""),
        ('region = "membrane"', 'region = "mem"'),
        ('K = "140 mmol/L"', 'K = "14 mmol/L"'),
    )
    messages = refusal(text).messages
    assert len(messages) == 3, messages


@pytest.mark.parametrize("tables", [{}, {"species": 3}, {"species": {"K": 1}, "regions": [], "boundaries": "left"}])
def test_hardly_a_case(tables: dict[str, object]) -> None:
    with pytest.raises(CaseError) as caught:
        Case.from_dict(tables)
    assert {m.split(":")[0].split(" =")[0].split(".")[0] for m in caught.value.messages} == {
        "species",
        "regions",
        "boundaries",
    }


@pytest.mark.parametrize(
    "value",
    [10**400, -(10**4000), float("nan"), [[]], {"a": {}}, None, "\x1b[31m", "x" * 10000, True, object()],
    ids=lambda v: type(v).__name__,
)
@pytest.mark.parametrize("key", ["temperature", "species", "inside", "title", "study", "sweep", "mesh", "points"])
def test_odd_values_are_refused_without_a_crash(key: str, value: object) -> None:
    tables = parse_toml(MEMBRANE, SOURCE)
    tables[key] = value
    if key in ("inside", "sweep", "title") and value is None:
        return
    with pytest.raises(CaseError) as caught:
        Case.from_dict(tables)
    for message in caught.value.messages:
        assert message.isprintable()
        assert len(message) < 2000


ODD = [
    0,
    -1,
    1e308,
    True,
    [],
    {},
    "",
    "all",
    "K",
    "1 nm",
    "0 V",
    "1 M * xi",
    [1],
    {"K": 1},
    {"K": {}},
    "x" * 300,
    float("inf"),
]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_tables_are_a_case_or_refused(data: st.DataObject) -> None:
    """Up to three keys of a right case are taken out, renamed or set to something odd."""
    tables: Any = tomllib.loads(data.draw(st.sampled_from([MEMBRANE, CELL])))
    for _ in range(data.draw(st.integers(1, 3))):
        table = tables
        while True:
            key = data.draw(st.sampled_from(list(table)))
            if not isinstance(table[key], dict) or not table[key] or data.draw(st.booleans()):
                break
            table = table[key]
        match data.draw(st.sampled_from(["remove", "rename", "set", "add"])):
            case "remove":
                del table[key]
            case "rename":
                table[data.draw(st.sampled_from([key + "s", key[:-1], "x", "K", "name with blanks"]))] = table.pop(key)
            case "set":
                table[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
            case "add":
                table[data.draw(st.sampled_from(KEYS))] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
        if not table:
            return
    messages: list[str] = []
    try:
        case = Case.from_dict(tables)
    except CaseError as error:
        messages = error.messages or ["none"]
    else:
        assert Case.from_dict(tomllib.loads(case.to_toml())) == case
    assert all(m.isprintable() and ":" in m and not re.search(r"pydantic|Input should", m) for m in messages)


KEYS = sorted(
    {
        name
        for model in (Case, Boundary, Region, RegionSpecies, SpeciesCondition, Study, Sweep)
        for name in model.model_fields
    }
)


def test_the_error_survives_a_process_boundary() -> None:
    error = CaseError(["a", "b"])
    assert pickle.loads(pickle.dumps(error)).messages == ["a", "b"]
