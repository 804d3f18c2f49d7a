"""Words that were not written as Markdown (docstrings, descriptions, comments of case files), made fit for a page."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[*|]|(?<!\w)_|_(?!\w)")
_DOI = re.compile(r"\b(?:DOI |doi:)(10\.\d{4,}/[^\s,;)]*[^\s,;).])")
_CODE = re.compile(r"(`[^`]*`)")


def prose(text: str) -> str:
    """The text with its signs kept as they are, code in backticks left alone, and a DOI as a link."""
    pieces = _CODE.split(text.replace("``", "`"))
    return "".join(piece if i % 2 else _plain(piece) for i, piece in enumerate(pieces))


def _plain(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return _DOI.sub(r"[doi:\1](https://doi.org/\1)", _SIGNS.sub(lambda found: f"\\{found[0]}", text))
