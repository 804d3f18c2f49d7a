"""Pictures: what is in them, that layers are enlarged, and that labels do not overlap."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from pnp.report.interest import carries_current, interesting_quantities
from pnp.report.plots import figures, save, write_plots
from pnp.report.sweep_plot import is_logarithmic, reversal_potential
from pnp.report.windows import windows
from pnp.result import Result
from tests.unit.example_results import iv_result, membrane_result, partition_result, wall_result

RESULTS = {
    "membrane": membrane_result(),
    "wall": wall_result(),
    "curve": iv_result(),
    "curve with a failure": iv_result(failed=3),
    "partition": partition_result(),
}


def texts(figure: Figure) -> list[Text]:
    """Every text that is really drawn: an axis also keeps labels of ticks that are out of its limits."""
    drawn: list[Text] = []
    draw = Text.draw

    def record(self: Text, *arguments: Any, **options: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            drawn.append(self)
        draw(self, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", record)
        figure.canvas.draw()
    return drawn


@pytest.mark.parametrize("name", RESULTS)
def test_nothing_overlaps_or_is_cut(name: str) -> None:
    for figure in figures(RESULTS[name]).values():
        shown = texts(figure)
        assert len(shown) > 10
        boxes = [(t.get_text(), t.get_window_extent()) for t in shown]
        for text, box in boxes:
            assert box.x0 >= 0, text
            assert box.y0 >= 0, text
            assert box.x1 <= figure.bbox.x1, text
            assert box.y1 <= figure.bbox.y1, text
        for (text, box), (other_text, other) in itertools.combinations(boxes, 2):
            shared = box.intersection(box, other)
            assert shared is None or min(shared.width, shared.height) < 2, (text, other_text)


@pytest.mark.parametrize("name", RESULTS)
def test_every_axis_has_a_unit(name: str) -> None:
    for figure in figures(RESULTS[name]).values():
        for axes in figure.axes:
            if axes.get_subplotspec().is_first_col():  # type: ignore[union-attr]
                assert "(" in axes.get_ylabel()
        assert all(a.get_xlabel() for a in figure.axes if a.get_subplotspec().is_last_row())  # type: ignore[union-attr]


def test_layers_of_nanometres_beside_millimetres_are_enlarged() -> None:
    result = membrane_result()
    assert result.profile is not None
    whole, near = windows(result, result.profile)
    assert (whole.start, whole.stop) == (0.0, pytest.approx(2.000004e-3))
    assert near.start < 1e-3
    assert near.stop > 1e-3 + 4e-9
    assert near.width < 1e-7
    assert near.name == "cytosol | membrane"


def test_a_wall_is_enlarged_and_a_reservoir_is_not() -> None:
    result = wall_result()
    assert result.profile is not None
    views = windows(result, result.profile)
    assert [view.name for view in views] == ["", "the left end"]
    assert views[1].width == pytest.approx(8 * 3.1e-9, rel=0.1)


def test_profile_has_all_panels_and_names() -> None:
    figure = figures(membrane_result())["profile"]
    labels = " ".join(axes.get_ylabel() for axes in figure.axes)
    for part in ("Potential", "Concentration", "Electrochemical", "Charge", "mV", "mmol/L", "kJ/mol"):
        assert part in labels
    shown = {t.get_text() for t in texts(figure)}
    assert {"cytosol", "membrane", "outside", "K⁺", "Cl⁻", "Potassium membrane"} <= shown


def test_concentrations_over_decades_are_logarithmic() -> None:
    figure = figures(membrane_result(), ["concentration"])["profile"]
    assert all(axes.get_yscale() == "log" for axes in figure.axes)
    figure = figures(membrane_result(), ["potential"])["profile"]
    assert all(axes.get_yscale() == "linear" for axes in figure.axes)


def test_current_voltage_curve() -> None:
    (axes,) = figures(iv_result())["sweep"].axes
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[:3] == ["total", "K⁺", "Cl⁻"]
    assert "Goldman-Hodgkin-Katz" in [label.replace("\n", " ") for label in labels]
    assert any(label.startswith("reversal −29") for label in labels)
    assert any(label.startswith("Nernst K⁺ −89") for label in labels)
    assert axes.get_xlabel() == "Membrane potential (mV)"


def test_failures_are_said() -> None:
    failed = dataclasses.replace(membrane_result(), status="not converged")
    shown = texts(figures(failed)["profile"])
    assert any("not converged" in t.get_text() for t in shown)
    figure = figures(iv_result(failed=3))["sweep"]
    assert any("1 of 21 points not converged" in t.get_text() for t in texts(figure))


def test_sweep_over_decades_shows_the_deviation() -> None:
    figure = figures(partition_result())["sweep"]
    assert all(axes.get_xscale() == "log" for axes in figure.axes)
    assert any("Deviation" in axes.get_ylabel() for axes in figure.axes)
    assert figure.axes[-1].get_xlabel() == "Partition coefficient (membrane, K)"


def test_reversal_potential() -> None:
    v = np.linspace(-1, 1, 11)
    assert reversal_potential(v, 2 * (v - 0.13)) == pytest.approx(0.13)
    assert reversal_potential(v, v + 5) is None
    assert reversal_potential(v, np.zeros(11)) is None
    assert reversal_potential(v[::-1], (v - 0.13)[::-1]) == pytest.approx(0.13)


def test_logarithmic_keys() -> None:
    assert is_logarithmic(np.logspace(-8, -1, 8))
    assert not is_logarithmic(np.linspace(1, 100, 8))
    assert not is_logarithmic(np.array([-1.0, 1.0, 100.0]))
    assert is_logarithmic(np.array([1.0, 10.0, 100.0]))


def test_the_key_itself_is_no_result() -> None:
    table, case = iv_result().sweep, iv_result().case
    assert table is not None
    assert "membrane_potential" not in interesting_quantities(table, case, 9)
    assert interesting_quantities(table, case, 9)[0] == "current_density"


def test_noise_behind_a_blocking_electrode_is_no_current() -> None:
    assert carries_current(membrane_result().case)
    assert not carries_current(wall_result().case)
    one = wall_result().case.with_value("boundaries.left.species", {"K": {"concentration": "1 mmol/L"}})
    assert carries_current(one)


@pytest.mark.parametrize(
    ("names", "drawn"),
    [(["flux.K"], ["sweep"]), (["potential"], ["profile"]), (["flux.K", "potential"], ["sweep", "profile"])],
)
def test_named_quantities(names: list[str], drawn: list[str]) -> None:
    assert list(figures(iv_result(), names)) == drawn
    with pytest.raises(KeyError, match="did you mean"):
        figures(iv_result(), ["potentiel"])


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_formats(ending: str, start: bytes, tmp_path: Path) -> None:
    save(figures(membrane_result(), ["potential"])["profile"], tmp_path / f"x.{ending}")
    assert (tmp_path / f"x.{ending}").read_bytes().startswith(start)


def test_a_result_without_anything_draws_nothing(tmp_path: Path) -> None:
    bare = Result(case=membrane_result().case, status="not converged", message="", quantities={})
    assert write_plots(bare, tmp_path) == []
