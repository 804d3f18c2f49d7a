"""Reading a case file: size, encoding and TOML are checked, overrides from the command line applied."""

from __future__ import annotations

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import BaseModel

from pnp.case.errors import CaseError, shown
from pnp.case.keypath import check_path, parse_path, replaced
from pnp.units import QuantityError

LARGEST: Final = 1_000_000
"""Bytes a case file may have."""


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The content of a case file.

    Raises:
        CaseError: it cannot be read or is no TOML; says what it is and what to do.
    """
    file = FilePath(path)
    try:
        if "\0" in str(file):
            raise FileNotFoundError
        with _open(file) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > LARGEST:
                raise CaseError(
                    [
                        f"{file}: is {_size(size)} long; a case file has at most {_size(LARGEST)}; "
                        f"give the file with the case, not a result"
                    ]
                )
            data = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise CaseError([f"{file}: there is no such file; {_nearby(file)}"]) from None
    except IsADirectoryError:
        inside = sorted(p.name for p in file.glob("*.toml"))[:5]
        hint = f"case files in it: {', '.join(inside)}" if inside else "there is no .toml file in it"
        raise CaseError([f"{file}: is a folder, not a case file; {hint}; give the path of one file"]) from None
    except OSError as error:
        raise CaseError(
            [f"{file}: cannot be read: {error.strerror or error}; check its permissions and the path"]
        ) from None
    return parse_toml(_text(data, file), str(file))


def _open(file: FilePath) -> Any:
    # A pipe or device could block for ever or never end.
    if not stat.S_ISREG(file.stat().st_mode) and not file.is_dir():
        raise OSError(0, "it is no ordinary file")
    return file.open("rb")


def _text(data: bytes, file: FilePath) -> str:
    if len(data) > LARGEST:
        raise CaseError(
            [f"{file}: is longer than {_size(LARGEST)}, the most a case file has; give the file with the case"]
        )
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise CaseError([f"{file}: is UTF-16 text; a case file is UTF-8; save the file in the encoding UTF-8"])
    if b"\0" in data:
        raise CaseError(
            [f"{file}: is a binary file; a case file is a text in TOML; `pnp new` writes one to start from"]
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaseError(
            [
                f"{file}: line {line}: is not UTF-8 text (byte 0x{data[error.start]:02x}); "
                f"save the file in the encoding UTF-8"
            ]
        ) from None


def _size(size: int) -> str:
    return f"{size / 1e6:.3g} MB" if size >= 1e5 else f"{size} bytes"


def _nearby(file: FilePath) -> str:
    folder = file.parent
    try:
        names = sorted(p.name for p in folder.iterdir() if p.suffix == ".toml" and p.is_file())[:1000]
    except OSError:
        return f"there is no folder {folder} either; check the path"
    near = difflib.get_close_matches(file.name, names, n=3, cutoff=0.5) or difflib.get_close_matches(
        file.name + ".toml", names, n=3
    )
    if near:
        return f"did you mean {' or '.join(str(folder / n) for n in near)}?"
    return (
        f"case files in {folder}: {', '.join(names[:5])}"
        if names
        else f"there is no .toml file in {folder}; check the path"
    )


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """TOML text as nested dicts.

    Raises:
        CaseError: a mistake in the syntax, with its line and column and the line itself.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$", message)
        lines = text.splitlines()
        number = int(match[1]) if match and match[1] else max(len(lines), 1)
        column = f", column {match[2]}" if match and match[2] else ", at its end"
        problem = message[: match.start()] if match else message
        content = lines[number - 1].strip()[:80] if 0 < number <= len(lines) else ""
        content = "".join(c if c.isprintable() else " " for c in content)
        hint = _hint(content, problem)
        raise CaseError([f"{source}: line {number}{column}: {problem}; the line is: {content}; {hint}"]) from None
    except (RecursionError, ValueError) as error:
        what = "is nested too deeply" if isinstance(error, RecursionError) else "has a number with too many digits"
        raise CaseError([f"{source}: {what} to be a case file; compare with a file made by `pnp new`"]) from None


def _hint(line: str, problem: str) -> str:
    value = line.partition("=")[2].strip()
    if re.match(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*[A-Za-zµ%°]", value):
        return f'a value with a unit is a text in quotes: "{value.split("#")[0].strip()}"'
    if re.match(r"[A-Za-z_]", value) and "Invalid value" in problem:
        return f'a text needs quotes: "{value.split("#")[0].strip()}"'
    if line.count('"') % 2:
        return 'a quote is missing: a text starts and ends with "'
    if "Cannot overwrite" in problem or "twice" in problem:
        return "give each key and each table once"
    return 'a line is key = value, a table starts with [name], a text stands in "quotes"'


def apply_overrides(
    raw: dict[str, Any], overrides: Sequence[str], model: type[BaseModel]
) -> tuple[dict[str, Any], list[str]]:
    """The case as given with ``KEY=VALUE`` overrides set, in their order.

    Returns:
        The tables, and a message for each override that is no KEY=VALUE or names no key of the case.
    """
    messages: list[str] = []
    for override in overrides:
        key, equals, text = _split(override)
        if not equals:
            messages.append(f'--set {override}: has no =; expected KEY=VALUE; write e.g. --set temperature="37 degC"')
            continue
        try:
            parts = parse_path(key.strip())
        except QuantityError as error:
            messages.append(f"--set {override}: {shown(key)} {error}")
            continue
        value = override_value(text)
        wrong = check_path(model, raw, parts, value)
        if wrong is not None:
            messages.append(f"--set {override}: {'; '.join(t for t in wrong if t)}")
            continue
        raw = replaced(raw, parts, value)
    return raw, messages


def _split(override: str) -> tuple[str, str, str]:
    """Key and value at the first "=" outside quotes."""
    match = re.match(r"""((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^"'=])*)(=)(.*)""", override, re.DOTALL)
    return (match[1], match[2], match[3]) if match else (override, "", "")


def override_value(text: str) -> Any:
    """VALUE of an override: TOML if it reads as such, else the text itself: a shell takes the quotes away."""
    if "\n" in text:
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text.strip()
