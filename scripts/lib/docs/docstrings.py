"""Google docstrings taken apart, for pages that are made from them."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from typing import Any

_SECTION = re.compile(r"^(Args|Returns|Raises|Attributes|Yields):$")
_ENTRY = re.compile(r"^    (\S[^:]*): (.*)$")


@dataclass(frozen=True)
class Docstring:
    """A docstring in parts.

    Attributes:
        summary: First sentence or sentences, up to the first empty line.
        body: What follows up to the first section, empty lines kept.
        sections: By name ("Args", "Raises", …) the entries (name, text); of "Returns" one entry without a name.
    """

    summary: str
    body: str
    sections: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def docstring_of(thing: Any) -> Docstring:
    """The docstring of a module, class or function.

    Raises:
        ValueError: it has none.
    """
    text = inspect.getdoc(thing)
    if not text:
        raise ValueError(f"{thing!r} has no docstring")
    summary, _, rest = text.partition("\n\n")
    body: list[str] = []
    sections: dict[str, list[tuple[str, str]]] = {}
    current: list[tuple[str, str]] | None = None
    for line in rest.splitlines():
        if found := _SECTION.match(line):
            current = sections.setdefault(found[1], [])
        elif current is None:
            body.append(line)
        elif line.strip():
            _add(current, line, "Returns" in sections and current is sections["Returns"])
    return Docstring(" ".join(summary.split()), "\n".join(body).strip(), sections)


def _add(entries: list[tuple[str, str]], line: str, nameless: bool) -> None:
    found = None if nameless else _ENTRY.match(line)
    if found:
        entries.append((found[1], found[2]))
    elif entries:
        name, text = entries[-1]
        entries[-1] = (name, f"{text} {line.strip()}")
    else:
        entries.append(("", line.strip()))
