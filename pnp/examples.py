"""Case files that come with pnp: the templates of the package, and the cases of the checkout it runs from."""

from __future__ import annotations

import codecs
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pnp.case import Case

_HEAD = 65536
"""Bytes of a file in which its comment and its title are looked for."""


@dataclass(frozen=True)
class Description:
    """What a case file says of itself.

    Attributes:
        title: Its title, or "" if it has none.
        shows: Its first comment line, or "" if it begins with none.
    """

    title: str
    shows: str


def templates() -> dict[str, str]:
    """The text of each template by its name."""
    found = [f for f in files("pnp").joinpath("templates").iterdir() if f.name.endswith(".toml")]
    return {f.name.removesuffix(".toml"): f.read_text(encoding="utf-8") for f in sorted(found, key=lambda f: f.name)}


def template(name: str) -> Case:
    """The case of a template: ``pnp.template("membrane")`` is what ``pnp new membrane`` writes.

    Raises:
        KeyError: there is no such template; the message names the nearest.
    """
    from pnp.case import Case
    from pnp.result import unknown_name

    known = templates()
    if name not in known:
        raise KeyError(unknown_name("template", name, known))
    return Case.from_dict(tomllib.loads(known[name]), source=f"{name}.toml")


def cases_folder() -> Path | None:
    """The folder `cases` of the checkout pnp runs from; None for an installed package, which has templates only."""
    root = Path(__file__).resolve().parents[1]
    return root / "cases" if (root / "cases").is_dir() and (root / "pyproject.toml").is_file() else None


def describe(text: str) -> Description:
    """Title and first comment line of a case file; only what stands before its first table is looked at."""
    title = shows = ""
    for line in text.splitlines():
        if line.startswith("#") and not shows and not title:
            shows = line.lstrip("# ").rstrip()
        elif line.lstrip().startswith("["):
            break
        elif line.partition("=")[0].strip() == "title":
            try:
                title = str(tomllib.loads(line)["title"])
            except tomllib.TOMLDecodeError:
                title = line.partition("=")[2].strip()
    return Description(title, shows)


def descriptions(folder: Path) -> dict[Path, Description]:
    """What each case file of a folder says of itself; other TOML files are left out."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            text = _head(path)
        except OSError as error:
            found[path] = Description(f"(cannot be read: {error.strerror or 'unknown reason'})", "")
            continue
        # A case has regions; other files (of projects, editors) do not.
        if any(line.lstrip().startswith(("[regions", "regions")) for line in text.splitlines()):
            found[path] = describe(text)
    return found


def _head(path: Path) -> str:
    """The beginning of a file, as printable text.

    Raises:
        OSError: it cannot be read, or is no UTF-8 text.
    """
    with path.open("rb") as file:
        data = file.read(_HEAD)
    if b"\0" in data:
        raise OSError(0, "it is UTF-16 or a binary file, not UTF-8 text")
    try:
        # Incremental: the last character may be cut in two. A byte order mark is no part of the comment.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        raise OSError(0, "it is not UTF-8 text") from None
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in text.splitlines())
