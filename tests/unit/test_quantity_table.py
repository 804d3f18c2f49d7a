"""The table of quantities: every name has one entry, and the documentation is the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from pnp.quantity_table import QUANTITIES, as_markdown, family

DOCS = Path(__file__).parents[2] / "pnp" / "docs" / "quantities.md"


def test_documentation_is_made_from_the_table() -> None:
    assert as_markdown() in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("flux.K", "flux.<species>"),
        ("flux.K.left", "flux.<species>.<boundary>"),
        ("current_density", "current_density"),
    ],
)
def test_names_find_their_entry(name: str, entry: str) -> None:
    assert family(name) == entry
    assert entry in QUANTITIES


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        family("flux.K.left.again")
