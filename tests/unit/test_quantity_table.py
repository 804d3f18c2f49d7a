"""The table of quantities: every name has one entry, and the documentation is the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from pnp.geometry import Coordinates
from pnp.quantity_table import QUANTITIES, as_markdown, family, is_total, unit_of

DOCS = Path(__file__).parents[2] / "pnp" / "docs" / "quantities.md"


def test_documentation_is_made_from_the_table() -> None:
    assert as_markdown() in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("flux.K", "flux.<species>"),
        ("flux.K.left", "flux.<species>.<boundary>"),
        ("current_density", "current_density"),
        ("current.bath", "current.<boundary>"),
        ("molar_flow.K.bath", "molar_flow.<species>.<boundary>"),
        ("amount.K.pore", "amount.<species>.<region>"),
    ],
)
def test_names_find_their_entry(name: str, entry: str) -> None:
    assert family(name) == entry
    assert entry in QUANTITIES


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        family("flux.K.left.again")


@pytest.mark.parametrize(
    ("name", "coordinates", "unit"),
    [
        ("current.bath", "planar", "A/m"),
        ("current.bath", "axisymmetric", "A"),
        ("molar_flow.K.bath", "planar", "mol/m/s"),
        ("molar_flow.K.bath", "axisymmetric", "mol/s"),
        ("charge.electrode", "planar", "C/m"),
        ("amount.K", "axisymmetric", "mol"),
        ("amount.K", "cartesian", "mol/m^2"),
        ("space_charge.pore", "planar", "C/m"),
        ("current", "cylindrical", "A/m"),
        ("potential.middle", "axisymmetric", "V"),
        ("flux.K.left", "planar", "mol/m^2/s"),
    ],
)
def test_units_of_totals_follow_the_coordinates(name: str, coordinates: Coordinates, unit: str) -> None:
    assert unit_of(name, coordinates) == unit


def test_totals_are_known_as_such() -> None:
    assert [is_total(name) for name in ("current.bath", "amount.K", "potential.middle", "of my own")] == [
        True,
        True,
        False,
        False,
    ]


def test_no_unit_is_left_open_in_the_documentation() -> None:
    assert "<m" not in as_markdown()
