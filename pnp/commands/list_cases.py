"""`pnp list`: the case files of a folder, one line each."""

from __future__ import annotations

import argparse
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
        with path.open(encoding="utf-8") as file:
            return file.read(65536)
    except (OSError, UnicodeDecodeError) as error:
        return f"# (cannot be read: {error})\n[regions"


def _is_case(text: str) -> bool:
    """Whether a TOML file is a case: it has regions, other files (of projects, editors) do not."""
    return any(line.lstrip().startswith(("[regions", "regions")) for line in text.splitlines())
