"""The notebook of the documentation: committed without outputs, runs from start to end, says what is true."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import pnp

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "pnp/docs/notebook.ipynb"
MOST_SECONDS = 20.0

Cells = list[dict[str, Any]]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cells, float, Path]:
    """The cells after a run in an empty folder, with one more that says which Python and which pnp it was; seconds."""
    folder = tmp_path_factory.mktemp("notebook")
    place = folder / "home"
    pnp.solve(pnp.template("membrane"))  # a cache without its kernels is filled before the clock runs
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import sys\nprint(sys.executable)\nprint(pnp.__file__)"))
    with pytest.MonkeyPatch.context() as patch:
        # Nothing is read from or written to the user's own Jupyter folders; plots are embedded whatever a user has set.
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(place))
        patch.delenv("MPLBACKEND", raising=False)
        started = time.perf_counter()
        client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
        client.execute()
    assert [path.name for path in folder.iterdir() if path != place] == []
    return [cell for cell in notebook.cells if cell.cell_type == "code"], time.perf_counter() - started, folder


def printed(cells: Cells) -> str:
    return "".join(o["text"] for c in cells for o in c["outputs"] if o["output_type"] == "stream")


def test_runs_quickly_in_this_python_with_this_pnp(executed: tuple[Cells, float, Path]) -> None:
    cells, seconds, _ = executed
    assert seconds < MOST_SECONDS
    assert printed(cells[-1:]).split() == [sys.executable, str(ROOT / "pnp/__init__.py")]


def test_no_warning_reaches_the_reader(executed: tuple[Cells, float, Path]) -> None:
    outputs = [o for cell in executed[0] for o in cell["outputs"]]
    assert outputs
    assert [o["text"] for o in outputs if o.get("name") == "stderr"] == []


def test_shows_a_table_and_pictures(executed: tuple[Cells, float, Path]) -> None:
    outputs = [o.get("data", {}) for cell in executed[0] for o in cell["outputs"]]
    tables = [data["text/html"] for data in outputs if "text/html" in data]
    assert len(tables) == 1
    assert "Goldman-Hodgkin-Katz" in tables[0]
    plots = [cell for cell in executed[0] if ".plot(" in cell["source"]]
    assert len(plots) == 4
    for cell in plots:
        assert any("image/png" in o.get("data", {}) for o in cell["outputs"]), cell["source"]


def test_says_what_is_true(executed: tuple[Cells, float, Path]) -> None:
    """GHK with the template's numbers, and the two bounds that the text names."""
    text = printed(executed[0])
    # RT/F ln((5 + 0.03·145)/(140 + 0.03·12)) at 310.15 K, and with 40 mmol/L outside
    assert "-72.398 mV\n" in text
    assert "-30.792 mV with 40 mmol/L" in text
    largest = re.search(r"largest: ([0-9.]+) µV", text)
    assert largest
    assert 0 < float(largest[1]) < 0.1
    assert "True <pnp.Result of 'Membrane between cytosol and outside': converged" in text


def test_is_committed_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert notebook.metadata.kernelspec.name == "python3"
