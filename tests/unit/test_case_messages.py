"""Messages on a case read as one would write them, and say once what is wrong many times."""

from __future__ import annotations

from typing import Any

import pytest

from pnp.case import Case, CaseError


def layer(**more: Any) -> dict[str, Any]:
    bath = {"type": "reservoir", "potential": "0 V", "concentrations": {"K": "10 mmol/L", "Cl": "10 mmol/L"}}
    return {
        "species": {
            "K": {"charge_number": 1, "diffusivity": "2e-9 m^2/s"},
            "Cl": {"charge_number": -1, "diffusivity": "2e-9 m^2/s"},
        },
        "regions": {"solution": {"thickness": "20 nm", "permittivity": 78.5}},
        "boundaries": {"left": {"type": "electrode", "potential": "-0.1 V"}, "right": bath},
        **more,
    }


def messages(tables: dict[str, Any]) -> list[str]:
    with pytest.raises(CaseError) as caught:
        Case.from_dict(tables)
    return caught.value.messages


def test_an_electrode_has_its_article() -> None:
    tables = layer()
    tables["boundaries"]["left"]["concentrations"] = {"K": "1 mmol/L"}
    (text,) = messages(tables)
    assert "an electrode has no concentrations; keys of an electrode: potential, species" in text
    tables["boundaries"]["left"] = {"type": "wall", "potential": "1 V"}
    assert any("a wall has no potential" in text for text in messages(tables))


def test_one_mistake_of_all_values_of_a_sweep_is_told_once() -> None:
    sweep = {"key": "boundaries.left.potential", "start": "-1 mol/L", "stop": "1 mol/L", "points": 41}
    (text,) = messages(layer(sweep=sweep))
    assert (
        '41 values, the first "-1 mol/L", make a wrong case: boundaries.left.potential = "-1 mol/L": the unit' in text
    )


def test_different_mistakes_of_a_sweep_are_all_told() -> None:
    values = ["1 nm", "2 nm", "0 V", "3 K", "many"]
    found = messages(layer(sweep={"key": "boundaries.left.potential", "values": values}))
    assert len(found) == 3
    assert found[0].startswith('sweep.values[0]: 2 values, the first "1 nm", make a wrong case')
    assert found[1].startswith('sweep.values[3]: the value "3 K" makes a wrong case')
    assert found[2].startswith('sweep.values[4]: the value "many" makes a wrong case')
