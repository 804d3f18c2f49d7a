"""The gallery: a page for each case, made from its run, and an index with a small picture of each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from scripts.lib.docs.prose import prose

COLUMNS = 96
"""Width of the terminal that the tables are printed for."""
THUMBNAIL = (640, 480)
"""Largest size of a small picture in pixels, twice what the page shows."""
_HIDE_CONTENTS = "---\nhide:\n  - toc\n---\n\n"
TIMEOUT = 900.0
"""Seconds that a case may take."""
_FIRST = ("sweep", "profile")
"""Pictures in the order of their page; the first one there is stands for the case in the index."""


@dataclass(frozen=True)
class Shown:
    """A case as its page shows it.

    Attributes:
        name: Name of the case file without ending.
        text: The case file.
        output: What `pnp run` printed.
        pictures: PNG files of the result, the most telling first.
    """

    name: str
    text: str
    output: str
    pictures: tuple[Path, ...]


def run_all(cases: list[Path], folder: Path, at_once: int) -> list[Shown]:
    """Run the cases in a folder, some at once, and collect what they show.

    Raises:
        RuntimeError: one did not end with exit status 0, or made no picture; the message has its words.
    """
    with ThreadPoolExecutor(at_once) as workers:
        return list(workers.map(lambda path: _run(path, folder), cases))


def _run(path: Path, folder: Path) -> Shown:
    # A short path, for it stands in the table's last line.
    results = Path("results") / path.stem
    command = [sys.executable, "-m", "pnp", "run", str(path), "-o", str(results)]
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=environment, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{path}: pnp run did not end within {TIMEOUT:.0f} s") from None
    if done.returncode != 0:
        raise RuntimeError(f"{path}: pnp run ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    found = {picture.stem: picture for picture in sorted((folder / results).glob("*.png"))}
    order = [*(name for name in _FIRST if name in found), *(name for name in found if name not in _FIRST)]
    if not order:
        raise RuntimeError(f"{path}: the run made no picture in {results}")
    return Shown(path.stem, path.read_text(encoding="utf-8"), done.stdout, tuple(found[name] for name in order))


def write_pages(shown: list[Shown], folder: Path) -> None:
    """Write a page for each case, its pictures beside it, and the index."""
    folder.mkdir(parents=True)
    for case in shown:
        for picture in case.pictures:
            shutil.copyfile(picture, folder / f"{case.name}_{picture.name}")
        with Image.open(case.pictures[0]) as image:
            # Of a picture with many panels the upper ones.
            upper = min(image.height, image.width * THUMBNAIL[1] // THUMBNAIL[0])
            small = image.convert("RGB").crop((0, 0, image.width, upper))
            small.thumbnail(THUMBNAIL)
            small.save(folder / f"{case.name}_small.png", optimize=True)
        (folder / f"{case.name}.md").write_text(_page(case), encoding="utf-8")
    (folder / "index.md").write_text(_index(shown), encoding="utf-8")


def _page(case: Shown) -> str:
    header, about = _header(case.text), title(case.text)
    pictures = "\n\n".join(
        f"[![{about}: {picture.stem}]({case.name}_{picture.name})]({case.name}_{picture.name})"
        for picture in case.pictures
    )
    facts = "\n\n".join(f"**{name}:** {prose(text)}" for name, text in header.items() if name not in ("", "Run"))
    return f"""\
{_HIDE_CONTENTS}# {about}

{prose(header[""])}

{facts}

```sh
{header["Run"]}
```

{pictures}

## What it prints

```text
{case.output.strip()}
```

## The case file

```toml title="cases/{case.name}.toml"
{case.text.strip()}
```
"""


def _index(shown: list[Shown]) -> str:
    cards = "\n\n".join(
        f"[![]({case.name}_small.png){{ loading=lazy }} **{title(case.text)}** "
        f"<span>{prose(_header(case.text)[''])}</span>]({case.name}.md){{ .card }}"
        for case in shown
    )
    return f"""\
{_HIDE_CONTENTS}# Gallery

One page for each case file in `cases/`, made by running it: what it shows, what to expect, the pictures, the numbers
and the file to start from.

<div class="gallery" markdown>

{cards}

</div>
"""


def title(text: str) -> str:
    """The title of a case file.

    Raises:
        ValueError: it has none.
    """
    found = re.search(r'^title\s*=\s*"(.*)"', text, re.MULTILINE)
    if found is None:
        raise ValueError("a case in the gallery needs a title")
    return found[1]


def _header(text: str) -> dict[str, str]:
    """The comment a case file begins with: what it shows under "", then "Expect", "Source", "Time", "Run"."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("#").strip())
    words = " ".join(lines)
    parts = re.split(r"(?:^|\s)(Expect|Source|Time|Run):\s", words)
    found = {"": parts[0].strip(), **{n: t.strip() for n, t in zip(parts[1::2], parts[2::2], strict=True)}}
    if not {"Expect", "Source", "Run"} <= set(found):
        raise ValueError(f"the comment of {title(text)!r} lacks one of Expect, Source, Run: {words[:200]}")
    return found
