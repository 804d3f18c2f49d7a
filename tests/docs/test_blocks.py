"""The comparison of promised and real output: it must see a wrong number, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import blocks, missing, same


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        ("membrane potential   -95.0226 mV", "membrane potential       -95.0226 mV"),
        ("membrane potential   -95.0226 mV", "membrane potential       -95.02255 mV"),
        ("2.284e+07 V/m", "2.2844e+07 V/m"),
        ("Solver: 985 unknowns, …", "Solver: 985 unknowns, 245 cells"),
        ("deviation … V", "deviation 1e-17 V"),
        ("Whole run: 1.53 s", "Whole run: 0.97 s"),
        ("flux of K …   holds", "flux of K   5.43e-10   10.9   nmol m⁻² s⁻¹   holds"),
    ],
)
def test_same(wanted: str, line: str) -> None:
    assert same(wanted, line)


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        ("membrane potential -95.0226 mV", "membrane potential -95.0225 mV"),
        ("[-0.208  0.029]", "[-0.207  0.029]"),
        ("2.284e+07 V/m", "2.2846e+07 V/m"),
        ("membrane potential -95.0226 mV", "membrane potential 95.0226 mV"),
        ("985 unknowns", "984 unknowns"),
        ("985 unknowns", "985 unknown"),
        ("flux of K …   holds", "flux of K   5.43e-10   10.9   nmol m⁻² s⁻¹   MISSED"),
    ],
)
def test_not_the_same(wanted: str, line: str) -> None:
    assert not same(wanted, line)


def test_lines_are_looked_for_in_order_and_without_gaps() -> None:
    output = "a 1.0\nb 2.0\nc 3.0\n"
    assert missing("…\nb 2.0\n…\n", output) == ""
    assert missing("a 1.0\n…\n", output) == ""
    assert missing("b 2.0\n…\n", output) == "b 2.0"
    assert missing("…\nc 3.0\nb 2.0\n", output) == "b 2.0"
    assert missing("a 1.0\nc 3.0\n", output) == "c 3.0"
    assert "goes on" in missing("a 1.0\nb 2.0\n", output)


def test_excerpts_belong_to_the_block_before_them(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```sh\nls\n```\nwords\n```text\nx\n```\n\n```text\ny\n```\n```toml\nk = 1\n```\n```text\nz\n```\n")
    found = blocks(page)
    assert [b.language for b in found] == ["sh", "toml", "text"]
    assert found[0].promised == ("x\n", "y\n")
    assert (found[0].line, found[1].line) == (2, 13)
