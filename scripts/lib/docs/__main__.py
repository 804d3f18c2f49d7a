"""`scripts/docs`: builds the documentation's site, and fails on any warning."""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pnp.case import case_schema
from scripts.lib.docs import gallery, notebook
from scripts.lib.docs.case_reference import case_reference
from scripts.lib.docs.formulas import typeset
from scripts.lib.docs.simplified_models import simplified_models

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[2]
PAGES = CHECKOUT / "pnp" / "docs"
NOTEBOOK = "notebook.ipynb"
NAVIGATION: dict[str, list[str]] = {
    "Home": ["index.md"],
    "Using pnp": ["first_ten_minutes.md", "case_reference.md", "quantities.md", "python.md", "notebook.md"],
    "Gallery": ["gallery/index.md"],
    "Physics": ["notation.md", "method.md", "solver.md", "simplified_models.md", "benchmarks.md"],
    "Development": ["adding_a_term.md"],
}
"""Pages by chapter. Those of `OPTIONAL` are left out when there is nothing to make them from."""
OPTIONAL = ("notebook.md", "benchmarks.md")
NEEDED = ("material", "nbclient", "nbconvert", "ipykernel")
SITE_MARK = "search/search_index.js"
"""What says that a folder is a site of ours, which may be replaced."""
_LOADED = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(https?:)?//[^"]*"')
_REMOTE = re.compile(r'"https://[\w.-]+/[\w./@-]+"')


def main() -> int:
    """Build the site; the exit status of the command."""
    parser = argparse.ArgumentParser(prog="scripts/docs", description="Build the documentation, without warnings.")
    parser.add_argument("-o", "--output", metavar="FOLDER", type=Path, default=CHECKOUT / "build" / "docs")
    parser.add_argument("--serve", action="store_true", help="show the site on this machine when it is built")
    parser.add_argument("--jobs", type=int, default=2, help="cases run at once for the gallery (default: 2)")
    options = parser.parse_args()
    output: Path = options.output.resolve()
    started = time.monotonic()
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        packages = "mkdocs-material nbclient nbconvert ipykernel"
        return _complain(f"this Python lacks {', '.join(missing)}: {sys.executable} -m pip install {packages}")
    if output.is_file() or (output.is_dir() and any(output.iterdir()) and not (output / SITE_MARK).is_file()):
        return _complain(f"{output} is something else than a site of this command: it stays; give another folder")
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as name:
        work = Path(name)
        try:
            build(work, options.jobs)
        except (RuntimeError, ValueError) as error:
            return _complain(str(error))
        shutil.rmtree(output, ignore_errors=True)
        (work / "site").rename(output)
    where = output.relative_to(Path.cwd()) if output.is_relative_to(Path.cwd()) else output
    print(f"documentation written to {where}/index.html in {time.monotonic() - started:.0f} s, without warnings")
    if options.serve:
        print("http://127.0.0.1:8000/ until Ctrl-C", flush=True)
        os.execv(
            sys.executable,
            [sys.executable, "-m", "http.server", "8000", "--bind", "127.0.0.1", "--directory", str(output)],
        )
    return 0


def _complain(text: str) -> int:
    print(f"scripts/docs: {text}", file=sys.stderr)
    return 1


def build(work: Path, jobs: int) -> None:
    """Make the sources in `work/pages` and the site in `work/site`.

    Raises:
        RuntimeError: a run, MkDocs or the result is not as it should be.
        ValueError: something to make a page from is not.
    """
    import yaml  # comes with MkDocs

    pages = work / "pages"
    shutil.copytree(PAGES, pages, ignore=shutil.ignore_patterns(NOTEBOOK))
    for name in ("style.css", "iframe-worker.js"):
        shutil.copyfile(HERE / name, pages / name)
    cases = sorted((CHECKOUT / "cases").glob("*.toml"))
    print(f"running the {len(cases)} cases of the gallery", flush=True)
    gallery.write_pages(gallery.run_all(cases, work, jobs), pages / "gallery")
    (pages / "case_reference.md").write_text(case_reference(case_schema()), encoding="utf-8")
    (pages / "simplified_models.md").write_text(simplified_models(cases), encoding="utf-8")
    if (PAGES / NOTEBOOK).is_file():
        print("executing the notebook", flush=True)
        notebook.write_page(PAGES / NOTEBOOK, pages, CHECKOUT)
    for page in pages.rglob("*.md"):
        page.write_text(typeset(page.read_text(encoding="utf-8")), encoding="utf-8")
    settings = yaml.safe_load((HERE / "mkdocs.yml").read_text(encoding="utf-8"))
    settings |= {"nav": _navigation(pages, [case.stem for case in cases]), "docs_dir": "pages", "site_dir": "site"}
    (work / "mkdocs.yml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
    # Not --quiet: then warnings would not be counted, and --strict would let them pass.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(work / "mkdocs.yml")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0 or "WARNING" in done.stdout:
        raise RuntimeError(f"MkDocs refuses the pages\n{done.stdout}")
    _keep_local(work / "site")


def _navigation(pages: Path, cases: list[str]) -> list[dict[str, Any]]:
    """The chapters with the pages that are there, for MkDocs."""
    chapters = []
    for chapter, names in NAVIGATION.items():
        there = [name for name in names if name not in OPTIONAL or (pages / name).exists()]
        if chapter == "Gallery":
            there += [f"gallery/{name}.md" for name in cases]
        chapters.append({chapter: there if len(there) > 1 else there[0]})
    return chapters


def _keep_local(site: Path) -> None:
    """Take out of the theme's scripts what they would load for old browsers and diagrams, and check every page.

    Raises:
        RuntimeError: a page would load something from another machine.
    """
    for path in site.rglob("*.map"):
        path.unlink()
    for path in site.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        path.write_text(_REMOTE.sub('""', text), encoding="utf-8")
    for path in site.rglob("*.html"):
        found = _LOADED.search(path.read_text(encoding="utf-8"))
        if found:
            raise RuntimeError(f"{path.relative_to(site)} would load something from another machine: {found[0]}")


if __name__ == "__main__":
    sys.exit(main())
