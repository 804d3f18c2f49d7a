"""How wide a table's columns have to be: numbers are never cut, so a table that is too wide is shown otherwise."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

GAP = 3
"""Letters between two columns."""
HEADER_WIDTH = 14
"""A head longer than this, and than the numbers below it, is broken between words."""
LONGEST_WORD = 24
"""A text column is at least as wide as its longest word, up to this."""


def head(text: str, cells: Sequence[str]) -> str:
    """The head of a number column in lines that fit."""
    width = max([HEADER_WIDTH, *(len(cell) for cell in cells)])
    return "\n".join(part for line in text.splitlines() for part in textwrap.wrap(line, width, break_long_words=False))


def number_width(header: str, cells: Sequence[str]) -> int:
    """Width of a number column whose head is broken as `head` does."""
    return max([0, *map(len, header.splitlines()), *map(len, cells)])


def text_width(header: str, cells: Sequence[str], longest: int = LONGEST_WORD) -> int:
    """Least width of a text column, which may break between words."""
    words = [word for text in (header, *cells) for word in text.split()]
    return min(max(map(len, words), default=0), longest)


def total(widths: Sequence[int]) -> int:
    """Width of the whole table."""
    return sum(widths) + GAP * (len(widths) - 1)
