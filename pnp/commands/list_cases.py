"""`pnp list`: the case files of a folder, one line each."""

from __future__ import annotations

import argparse
import codecs
from pathlib import Path

from pnp.commands.errors import UsageError
from pnp.commands.new import first_comment

HELP = "list the case files of a folder with what each shows"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?", help="where the case files are (default: cases)"
    )


def run(arguments: argparse.Namespace) -> int:
    """List the cases."""
    folder: Path = arguments.folder or _default_folder()
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: give the folder of the case files, or `pnp new` writes one")
    cases = {path: text for path in sorted(folder.glob("*.toml")) if _is_case(text := _head(path))}
    if not cases:
        print(f"no case files (*.toml) in {folder}; `pnp new` writes one")
        return 0
    width = max(len(str(path)) for path in cases)
    for path, text in cases.items():
        print(f"{path!s:{width}}  {first_comment(text)}")
    return 0


def _default_folder() -> Path:
    """`cases` here, else that of the checkout pnp runs from."""
    here = Path("cases")
    if here.is_dir():
        return here
    beside = Path(__file__).resolve().parents[2] / "cases"
    return beside if beside.is_dir() else here


def _head(path: Path) -> str:
    """The beginning of a file, which holds its comment; what is wrong with it, if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(65536)
        if b"\0" in data:
            raise OSError(0, "it is UTF-16 or a binary file, not UTF-8 text")
        # Incremental: the last character may be cut in two. A byte order mark is no part of the comment.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except OSError as error:
        return f"# (cannot be read: {error.strerror or 'unknown reason'})\n[regions"
    except UnicodeDecodeError:
        return "# (cannot be read: it is not UTF-8 text)\n[regions"
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in text.splitlines())


def _is_case(text: str) -> bool:
    """Whether a TOML file is a case: it has regions, other files (of projects, editors) do not."""
    return any(line.lstrip().startswith(("[regions", "regions")) for line in text.splitlines())
