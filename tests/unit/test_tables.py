"""What the terminal shows, in a pipe, on a narrow terminal, and of results that did not converge."""

from __future__ import annotations

import dataclasses
import io

import pytest

from pnp.report.progress import ProgressBar
from pnp.report.sweep_table import MOST_ROWS, sweep_rows
from pnp.report.tables import Report
from pnp.result import Result
from tests.unit.example_results import iv_result, membrane_result, partition_result


def printed(result: Result, width: int = 110) -> str:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        patch.setenv("COLUMNS", str(width))
        report = Report()
    report.case(result.case)
    report.result(result)
    return out.getvalue()


def test_everything_a_reader_needs() -> None:
    text = printed(membrane_result())
    for part in (
        "Potassium membrane",
        "open circuit",
        "310.15 K",
        "inside: cytosol",
        "4 nm",
        "829.2 pm",
        "1.957e-09 m²/s",
        "140 mmol/L",
        "potential floats",
        "membrane potential",
        "-89.0587 mV",
        "Goldman-Hodgkin-Katz",
        "1 µV",
        "its own ions",
        "1803 unknowns",
        "5 Newton iterations",
        "step rule component",
        "holds",
        "no ramp",
        "Cells per Debye length",
        "Warning: concentration 0 of Na",
    ):
        assert part in text, part
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("result", [membrane_result(), iv_result(failed=3), partition_result()])
def test_lines_fit_the_terminal(width: int, result: Result) -> None:
    assert max(len(line) for line in printed(result, width).splitlines()) <= width


def test_what_did_not_converge_is_said_first() -> None:
    result = dataclasses.replace(membrane_result(), status="not converged", message="the residual grew", quantities={})
    text = printed(result)
    assert "NOT CONVERGED: the residual grew" in text
    assert text.index("NOT CONVERGED") < text.index("Solver:")


def test_sweep_table_shows_ends_and_failures() -> None:
    table = iv_result(points=101, failed=5).sweep
    assert table is not None
    header, rows, note = sweep_rows(table, membrane_result().case)
    assert "potential\n(mV)" in header
    assert [rows[0][0], rows[-1][0]] == ["-100", "100"]
    assert len(rows) == MOST_ROWS + 1
    assert sum("not converged: the residual" in row[-1] for row in rows) == 1
    assert note.startswith("1 of 101 points did not converge. 85 more")


def test_markup_in_names_is_text() -> None:
    result = membrane_result()
    case = result.case.with_value("title", "[red]K[/red] :smile: membrane")
    assert "[red]K[/red] :smile: membrane" in printed(dataclasses.replace(result, case=case))


def test_a_hidden_bar_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar(visible=False) as bar:
        bar(1, 10, "x")
    with ProgressBar() as bar:
        bar(1, 1)
    assert capsys.readouterr().err == ""


def test_a_visible_bar_counts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with ProgressBar(visible=True) as bar:
        bar(1, 10, "-100 mV")
        bar(10, 10, "100 mV")
    assert "10/10" in capsys.readouterr().err
