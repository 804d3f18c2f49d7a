"""Every command and every Python block of the documentation, run in a copy of the checkout, and the output shown."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import Block, blocks, edit, missing

CHECKOUT = Path(__file__).parents[2]
PAGES = ["README.md", *sorted(f"pnp/docs/{page.name}" for page in (CHECKOUT / "pnp" / "docs").glob("*.md"))]
NOT_RUN = {
    r"\bconda\b": "sets up another machine",
    r"\bapt-get\b": "sets up another machine",
    r"\bpodman\b": "needs a container engine",
    r"\bscripts/docs\b": "builds these pages; a check of .ci/run, for MkDocs need not be there",
    r"\bscripts/test *(#|--|$)": "is what runs this test",
}
"""Shell blocks that are not run, by what stands in them, each with the reason."""
GIVEN = {"my_case.toml": "pnp/templates/membrane.toml"}
"""Files that a page takes to be there, and what stands for them; `my_script.py` is the page's Python blocks."""
NOT_COPIED = {".git", "build", "dist", "results"}
"""What of the checkout's own folder is no part of it."""
MARK = "-- next block --"
WIDTH = "100"
"""Columns of the terminal that the shown tables are for."""


def reason_not_to_run(block: Block) -> str:
    return next((reason for pattern, reason in NOT_RUN.items() if re.search(pattern, block.text)), "")


def pages_with(language: str) -> list[Any]:
    """Pages with blocks of a language; those that start several ranks are marked so."""
    found = []
    for page in PAGES:
        texts = [block.text for block in blocks(CHECKOUT / page) if block.language == language]
        if texts:
            found.append(pytest.param(page, id=page, marks=pytest.mark.mpi if "mpiexec" in "".join(texts) else ()))
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy to run in, so that no result of a run is written into the checkout itself."""
    folder = tmp_path / "checkout"
    caches = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis", "*.egg-info")

    def left_out(where: str, names: list[str]) -> set[str]:
        return caches(where, names) | (NOT_COPIED if Path(where) == CHECKOUT else set())

    shutil.copytree(CHECKOUT, folder, ignore=left_out)
    for name, source in GIVEN.items():
        shutil.copyfile(CHECKOUT / source, folder / name)
    return folder


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": WIDTH, "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTHONPATH", None)  # the copy's own package, not that of the checkout
    return subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def check(block: Block, page: str, output: str) -> None:
    for excerpt in block.promised:
        absent = missing(excerpt, output)
        assert not absent, f"{page}:{block.line}: the page shows {absent!r}, and the output is\n{output}"


@pytest.mark.parametrize("page", pages_with("sh"))
def test_shell_blocks(page: str, checkout: Path) -> None:
    """In the order of the page, as a reader would run them; blocks with a file's name change or write that file."""
    found = blocks(CHECKOUT / page)
    (checkout / "my_script.py").write_text("".join(b.text for b in found if b.language == "python"), encoding="utf-8")
    for block in found:
        if block.title:
            edit(checkout / block.title, block)
        elif block.language == "sh" and not reason_not_to_run(block):
            done = run(["bash", "-euo", "pipefail", "-c", block.text], checkout)
            words = f"{page}:{block.line}: exit status {done.returncode}\n{block.text}{done.stdout}{done.stderr}"
            assert done.returncode == 0, words
            check(block, page, done.stdout)


@pytest.mark.parametrize("page", pages_with("python"))
def test_python_blocks(page: str, checkout: Path) -> None:
    """One process for a page: each block goes on from the one before."""
    found = [block for block in blocks(CHECKOUT / page) if block.language == "python" and not block.title]
    steps = [f"print({MARK!r}, flush=True)\nexec(compile({b.text!r}, 'line {b.line}', 'exec'))\n" for b in found]
    (checkout / "blocks.py").write_text("".join(steps), encoding="utf-8")
    done = run(["scripts/env", "python3", "blocks.py"], checkout)
    assert done.returncode == 0, f"{page}: {done.stdout}{done.stderr}"
    for block, output in zip(found, done.stdout.split(f"{MARK}\n")[1:], strict=True):
        check(block, page, output)


MADE = re.compile(r"\bpnp (?:run \S*?(?P<stem>\w+)\.toml|new \w+ (?P<file>\S+)|(?:plot|schema) )(?P<rest>[^\n]*)")
OUTPUT = re.compile(r"(?:-o|--output) (\S+)")


def made_by(text: str) -> list[str]:
    """What the commands of a block make and would refuse to make again, by name."""
    found = []
    for command in MADE.finditer(text.replace("\\\n", " ")):
        rest = command["rest"].partition(" #")[0]
        asked = OUTPUT.search(rest)
        if command["file"]:
            found.append(command["file"])
        elif command["stem"] and "--overwrite" not in rest:
            found.append(asked[1] if asked else f"results/{command['stem']}")
    return found


def test_what_a_command_makes_is_known() -> None:
    assert made_by("scripts/pnp run cases/a.toml # -o b\nscripts/pnp new membrane d.toml\n") == ["results/a", "d.toml"]
    assert made_by("scripts/pnp run a.toml \\\n  -o results/c\n") == ["results/c"]
    assert made_by("scripts/pnp run cases/a.toml --overwrite   # again\nscripts/pnp plot results/a -o x.svg\n") == []


def test_a_reader_can_go_from_page_to_page() -> None:
    """No command of a page refuses because of what another page made in the same checkout."""
    made: dict[str, str] = {}
    for page in PAGES:
        own = [name for b in blocks(CHECKOUT / page) if b.language == "sh" for name in made_by(b.text)]
        for name in own:
            assert name not in made, f"{page} makes {name} anew, which {made.get(name)} has made"
        made |= dict.fromkeys(own, page)
    assert "my_membrane.toml" in made


def test_only_set_up_and_tests_are_not_run() -> None:
    """Every exception is used, and none hides more than it says."""
    hidden = [block.text for page in PAGES for block in blocks(CHECKOUT / page) if block.language == "sh"]
    for pattern in NOT_RUN:
        assert any(re.search(pattern, text) for text in hidden), f"nothing matches {pattern} any more"
    known = ("sh", "python", "text", "toml", "math", "diff", "json")
    for page in PAGES:
        for block in blocks(CHECKOUT / page):
            assert block.language in known, f"{page}:{block.line}: a block of {block.language!r} would not be run"
