"""Fenced blocks of Markdown pages, and the comparison of shown output with what came out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

_FENCE = re.compile(
    r"^```(?P<language>\S*)(?: title=\"(?P<title>[^\"]*)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_DURATION = re.compile(r"\d+(?:\.\d+)? (?:ms|s|min)\b")


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Attributes:
        line: Where its text begins in the page, counted from 1.
        language: What stands behind the fence.
        text: What stands in it.
        title: The file that it shows, or shows a change of; "" for none.
        promised: The text blocks that follow it directly, separated by prose: excerpts of its output, in order.
    """

    line: int
    language: str
    text: str
    title: str = ""
    promised: tuple[str, ...] = ()


def blocks(page: Path) -> list[Block]:
    """The blocks of a page to be run, each with the excerpts of its output that follow it."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start("text")) + 1
        language, inside = match["language"], match["text"]
        if language == "text" and found and found[-1].language in ("sh", "python"):
            found[-1] = replace(found[-1], promised=(*found[-1].promised, inside))
        else:
            found.append(Block(line, language, inside, match["title"] or ""))
    return found


def edit(file: Path, block: Block) -> None:
    """Write the file that a block shows, or make the changes of a diff in it.

    Each hunk begins with "@@"; its lines must be in the file exactly once, wherever.
    """
    if block.language != "diff":
        file.write_text(block.text, encoding="utf-8")
        return
    text = file.read_text(encoding="utf-8")
    for hunk in block.text.split("@@\n")[1:]:
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        count = text.count(before)
        assert count == 1, f"{file.name}, line {block.line} of the page: found {count} times:\n{before}"
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


def missing(promised: str, output: str) -> str:
    """The first line of a promised excerpt that the output does not have in its place, or "".

    A line of "…" stands for any lines, "…" at the end or within a line for any text, a number for itself or
    one that rounds to it, a duration for any duration. Space between columns does not matter.
    """
    lines = [line.rstrip() for line in output.splitlines()]
    position, anywhere = 0, False
    for wanted in promised.splitlines():
        if wanted.strip() == "…":
            anywhere = True
            continue
        rest = range(position, len(lines)) if anywhere else range(position, min(position + 1, len(lines)))
        here = next((i for i in rest if same(wanted, lines[i])), None)
        if here is None:
            return wanted
        position, anywhere = here + 1, False
    return "" if anywhere or position == len(lines) else f"(the output goes on: {lines[position]!r})"


def same(wanted: str, line: str) -> bool:
    """Whether one line is as promised."""
    wanted, line = (_DURATION.sub("<duration>", text) for text in (wanted, line))
    pieces = [_pattern(piece) for piece in wanted.split("…")]
    found = re.fullmatch(r"\s*" + r".*?".join(pieces) + r"\s*", line)
    if found is None:
        return False
    numbers = _NUMBER.findall(wanted)
    return all(_close(a, b) for a, b in zip(numbers, found.groups(), strict=True))


def _pattern(text: str) -> str:
    """A text in which numbers are groups and any space is any other."""
    parts = []
    position = 0
    for number in _NUMBER.finditer(text):
        parts += [_words(text[position : number.start()]), rf"({_NUMBER.pattern})"]
        position = number.end()
    return "".join([*parts, _words(text[position:])])


def _words(text: str) -> str:
    return re.sub(r"(?:\\?\s)+", r"\\s+", re.escape(text))


def _close(wanted: str, found: str) -> bool:
    """Whether one rounds to the other: within half a unit of the last digit shown, and what a float makes of that."""
    mantissa, _, exponent = wanted.partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    exact = "." not in wanted and "e" not in wanted
    return wanted == found if exact else abs(float(wanted) - float(found)) <= (0.5 + 1e-6) * unit
