"""The notebook as a page: executed in a folder of its own, then written as Markdown with its pictures."""

from __future__ import annotations

from pathlib import Path

TIMEOUT = 120
"""Seconds that one cell may take."""


def write_page(notebook: Path, folder: Path, checkout: Path) -> None:
    """Execute a notebook and write `notebook.md`, and its pictures beside it.

    Args:
        notebook: The .ipynb file, which stays as it is.
        folder: Where the page goes.
        checkout: The folder that the notebook's relative paths start from.

    Raises:
        RuntimeError: a cell ended with an error.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbconvert import MarkdownExporter

    document = nbformat.read(notebook, as_version=4)
    try:
        NotebookClient(document, timeout=TIMEOUT, resources={"metadata": {"path": str(checkout)}}).execute()
    except CellExecutionError as error:
        raise RuntimeError(f"{notebook.name}: {error}") from error
    pictures = f"{notebook.stem}_files"
    text, resources = MarkdownExporter().from_notebook_node(
        document, resources={"output_files_dir": pictures, "unique_key": notebook.stem}
    )
    for name, data in resources["outputs"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / f"{notebook.stem}.md").write_text(text, encoding="utf-8")
