"""Pictures: what is in them, that layers are enlarged, and that labels do not overlap."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from pnp.constants import F, R, epsilon_0
from pnp.report.broken_axis import GAP, BrokenAxis
from pnp.report.current_voltage import reversal_potential
from pnp.report.driving_forces import direction
from pnp.report.interest import carries_current, interesting_quantities
from pnp.report.plots import figures, save, write_plots
from pnp.report.scale import SCALES, ScaleError, decade_ticks, linear_ticks
from pnp.report.style import FULL_MODEL, species_styles, typeset
from pnp.report.sweep_plot import is_logarithmic
from pnp.report.sweep_point import PointError, kept_point
from pnp.report.windows import Window, debye_lengths, layer_faces, pieces, weights
from pnp.report.zoom import ZoomError, zoomed
from pnp.result import Profile, Quantity, Result, SweepTable
from tests.unit.example_results import (
    MEMBRANE_CASE,
    WALL_CASE,
    case,
    iv_result,
    membrane_result,
    partition_result,
    wall_result,
)

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
    for picture, figure in figures(RESULTS[name]).items():
        *upper, last = figure.axes
        # The pieces of a broken axis have units of their own below them.
        below = [last.get_xlabel(), *(text.get_text() for text in last.texts)]
        assert any(text.endswith(("m)", "V)")) for text in below) or picture == "sweep"
        assert not any(axes.get_xlabel() for axes in upper)
        assert all("(" in axes.get_ylabel() for axes in figure.axes) or picture == "driving_forces"


def test_layers_of_nanometres_beside_millimetres_are_enlarged() -> None:
    result = membrane_result()
    assert result.profile is not None
    left, near, right = pieces(result, result.profile)
    assert (left.start, right.stop) == (0.0, pytest.approx(2.000004e-3))
    assert (left.stop, near.stop) == (near.start, right.start)
    # The membrane, and eight Debye lengths of each bath.
    lengths = debye_lengths(result, result.profile)
    assert near.start == pytest.approx(1e-3 - 8 * lengths[0], rel=1e-12)
    assert near.stop == pytest.approx(1e-3 + 4e-9 + 8 * lengths[2], rel=1e-12)
    # 1:1 electrolytes of 140 and 5 mol/m3, √(ε RT/(2 F² c))
    expected = [np.sqrt(78.49 * epsilon_0 * R * 310.15 / (2 * F**2 * c)) for c in (140.0, 5.0)]
    assert [lengths[0], lengths[2]] == pytest.approx(expected, rel=1e-3)


def test_a_wall_is_enlarged_and_a_reservoir_is_not() -> None:
    result = wall_result()
    assert result.profile is not None
    wall, rest = pieces(result, result.profile)
    assert wall.start == 0.0
    assert wall.width == pytest.approx(8 * np.sqrt(78.49 * epsilon_0 * R * 310.15 / (2 * F**2 * 10.0)), rel=0.01)
    assert (rest.start, rest.stop) == (wall.stop, 1e-6)


def test_layers_where_nothing_changes_are_not_enlarged() -> None:
    result = wall_result(potential=0.0)
    assert result.profile is not None
    assert len(pieces(result, result.profile)) == 1


def test_a_broken_axis_keeps_every_point() -> None:
    views = [Window(0.0, 1e-3), Window(1e-3, 1e-3 + 2e-8), Window(1e-3 + 2e-8, 2e-3)]
    axis = BrokenAxis(views, [1.0, 2.0, 1.0], 4.0, [1e-3 + 1e-8])
    x = np.concatenate([np.linspace(view.start, view.stop, 7) for view in views])
    u, y = axis.curve(np.unique(x), 3 * np.unique(x))
    drawn = np.isfinite(u)
    assert np.isnan(u).sum() == 3
    # Positions and values are those of the curve, to the rounding of 1 mm beside a piece of 20 nm.
    assert axis.positions(u)[drawn] == pytest.approx(y[drawn] / 3, abs=1e-15)
    assert (u[drawn].min(), u[drawn].max()) == (0.0, pytest.approx(4.0))
    widths = [s.right - s.left for s in axis.segments]
    assert sum(widths) + 2 * GAP == pytest.approx(4.0)
    assert widths[1] > widths[0] == pytest.approx(widths[2])
    assert [s.symbol for s in axis.segments] == ["mm", "nm", "mm"]
    assert [s.origin for s in axis.segments] == [0.0, 1e-3 + 1e-8, 0.0]
    places, labels = axis.ticks()
    assert places == sorted(places)
    # Around the face its distance is told; what would touch the number before is left empty.
    assert labels[:6] == ["0", "0.5", "1", "", "0", "10"]


def test_lines_are_the_profile() -> None:
    result = membrane_result()
    assert result.profile is not None
    views = pieces(result, result.profile)
    figure = figures(result, ["concentration"])["profile"]
    (axes,) = figure.axes
    axis = BrokenAxis(views, weights(result.profile, views), axes.get_xlim()[1], layer_faces(result, result.profile))
    for ion in ("K", "Cl"):
        (line,) = (line for line in axes.lines if line.get_label() == f"concentration.{ion}")
        u, y = (np.asarray(v, dtype=np.float64) for v in line.get_data())
        x = axis.positions(u)
        seen = np.isfinite(x) & np.isfinite(y)
        bath = seen & (x < 1e-3)
        own = result.profile.region == 0
        expected = np.interp(x[bath], result.profile.x[own], result.profile.columns[f"concentration.{ion}"][own])
        # mol/m3 is mmol/L; positions come back to the rounding of 1 mm, layers change over 1 nm.
        assert y[bath] == pytest.approx(expected, rel=1e-6)
        assert np.any(seen & (x > 1e-3) & (x < 1e-3 + 4e-9)) == (ion == "K")


def test_profile_has_all_panels_and_names() -> None:
    figure = figures(membrane_result())["profile"]
    labels = " ".join(axes.get_ylabel() for axes in figure.axes)
    for part in ("Potential", "Concentration", "Space charge", "Electric field", "mV", "mmol/L", "C/m³", "V/m"):
        assert part in labels
    shown = {t.get_text() for t in texts(figure)}
    assert {"cytosol", "membrane", "outside", "K⁺", "Cl⁻", "Potassium membrane", "x (mm)", "from face (nm)"} <= shown


def test_space_charge_that_is_rounding_is_left_out() -> None:
    result = membrane_result()
    assert result.profile is not None
    flat = {**result.profile.columns, "charge_density": np.full_like(result.profile.x, 1e-6)}
    noise = dataclasses.replace(result, profile=dataclasses.replace(result.profile, columns=flat))
    labels = [axes.get_ylabel() for axes in figures(noise)["profile"].axes]
    assert len(labels) == 3
    assert not any("charge" in label for label in labels)
    (axes,) = figures(noise, ["charge_density"])["profile"].axes
    assert "charge" in axes.get_ylabel()


def test_a_microelectrode_has_a_window_of_its_radius() -> None:
    result = wall_result()
    assert result.profile is not None
    inner, outer = 5e-6, 1.005e-3
    round_case = case('coordinates = "spherical"\ninner_radius = "5 um"\n' + WALL_CASE.replace('"1 um"', '"1 mm"'))
    # A layer of a few nm, and the field of diffusion to a sphere, which falls off as 1/r.
    r = inner + np.concatenate([[0.0], np.geomspace(1e-10, outer - inner, 400)])
    c = dict.fromkeys(("K", "Cl"), 10.0 * (1 - 0.7 * inner / r))
    c["K"] = c["K"] + 3.0 * np.exp(-(r - inner) / 3e-9)
    columns = {"potential": 0.025 * np.log(c["Cl"] / 10), **{f"concentration.{s}": v for s, v in c.items()}}
    units = {name: "V" if name == "potential" else "mol/m^3" for name in columns}
    profile = Profile(r, np.zeros(r.size, dtype=np.int64), ("electrolyte",), columns, units)
    sphere = dataclasses.replace(result, case=round_case, profile=profile)
    layer, field, rest = pieces(sphere, profile)
    assert (layer.start, rest.stop) == (inner, outer)
    assert layer.width == pytest.approx(8 * debye_lengths(sphere, profile)[0], rel=1e-6)
    # Five radii around it.
    assert (field.start, field.stop) == (layer.stop, pytest.approx(30e-6))
    flat = dataclasses.replace(sphere, case=case(WALL_CASE.replace('"1 um"', '"1 mm"')))
    assert len(pieces(flat, profile)) == 2
    still = dataclasses.replace(profile, columns={name: np.full_like(r, 1.0) for name in columns})
    assert len(pieces(sphere, still)) == 1


def shaded(axes: Any) -> list[tuple[float, float]]:
    """Left and right edges of the shades behind a panel."""
    return [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches]


def test_shades_say_what_a_region_is() -> None:
    result = membrane_result()
    (axes,) = figures(result, ["potential"], ["-3 nm:6 nm @ membrane"])["profile"].axes
    # The lipid is the share from 3 nm to 7 nm of 9 nm.
    across = axes.get_xlim()[1]
    assert shaded(axes) == [(pytest.approx(across * 3 / 9), pytest.approx(across * 7 / 9))]
    watery = result.case.with_value("regions.membrane.permittivity", 78.49).with_value("regions.membrane.absent", [])
    plain = watery.with_value("regions.membrane.species", {})
    bead = plain.with_value("regions.cytosol.fixed_charge", "-1e6 C/m^3")
    for changed, seen in ((watery, 1), (plain, 0), (bead, 1)):
        (axes,) = figures(dataclasses.replace(result, case=changed), ["potential"], ["cytosol|membrane"])[
            "profile"
        ].axes
        assert len(shaded(axes)) == seen
    assert shaded(axes)[0][0] == pytest.approx(0.0)


def test_a_trace_draws_no_vertical_line() -> None:
    result = wall_result()
    assert result.profile is not None
    x = result.profile.x
    # A concentration that falls to a trace at the end, as 1 − x/L with 1e-12 for zero.
    falling = 10.0 * np.maximum(1 - x / x[-1], 1e-13)
    columns = {**result.profile.columns, "concentration.K": falling}
    traced = dataclasses.replace(result, profile=dataclasses.replace(result.profile, columns=columns))
    (axes,) = figures(traced, ["concentration.K"], ["0.5 um:"])["profile"].axes
    assert axes.get_yscale() == "log"
    (line,) = (line for line in axes.lines if line.get_label() == "concentration.K")
    drawn = np.asarray(line.get_ydata(), dtype=np.float64)
    drawn = drawn[np.isfinite(drawn)]
    assert drawn.min() == pytest.approx(falling[-2])
    assert axes.get_ylim()[0] < drawn.min()
    # Where the axis is linear, the curve reaches zero.
    (axes,) = figures(traced, ["concentration.K"], ["0.5 um:"], scale="linear")["profile"].axes
    (line,) = (line for line in axes.lines if line.get_label() == "concentration.K")
    assert np.nanmin(np.asarray(line.get_ydata(), dtype=np.float64)) == pytest.approx(falling[-1])


def test_radius_in_other_coordinates() -> None:
    result = wall_result()
    round_case = case('coordinates = "spherical"\ninner_radius = "1 nm"\n' + WALL_CASE)
    figure = figures(dataclasses.replace(result, case=round_case))["profile"]
    assert figure.axes[-1].get_xlabel() == "Radius r"
    assert {"r (nm)", "r (µm)"} <= {t.get_text() for t in texts(figure)}
    (near,) = figures(dataclasses.replace(result, case=round_case), ["potential"], ["10 nm:20 nm"]).values()
    assert near.axes[-1].get_xlabel() == "Radius r (nm)"


def test_species_keep_their_looks() -> None:
    two = species_styles(membrane_result().case)
    more = species_styles(wall_result().case)
    assert two == more
    looks = list(two.values())
    assert len({colour for colour, _ in looks}) == len({str(line) for _, line in looks}) == len(looks)
    unknown = case(MEMBRANE_CASE.replace("K = ", "Choline = ").replace(".K", ".Choline"))
    assert species_styles(unknown)["Cl"] == two["Cl"]
    assert species_styles(unknown)["Choline"] not in looks


def test_concentrations_over_decades_are_logarithmic() -> None:
    figure = figures(membrane_result(), ["concentration"])["profile"]
    assert all(axes.get_yscale() == "log" for axes in figure.axes)
    figure = figures(membrane_result(), ["potential"])["profile"]
    assert all(axes.get_yscale() == "linear" for axes in figure.axes)


def legend_of(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_current_voltage_curve() -> None:
    result = iv_result()
    figure = figures(result)["sweep"]
    (axes,) = figure.axes
    labels = legend_of(figure)
    assert labels[:3] == ["total", "K⁺", "Cl⁻"]
    assert "Goldman–Hodgkin–Katz" in labels
    # The example is made from GHK's flux equation; its zero is that of the voltage equation for the same two ions.
    reversal = 1e3 * R * 310.15 / F * np.log((5 + 0.3 * 145) / (140 + 0.3 * 12))
    assert f"reversal −{abs(reversal):.2f}\u00a0mV" in labels
    # Two decimals each, as the example gives the Nernst potentials: −89 and 66.6 mV.
    assert {"Nernst K⁺ −89.00\u00a0mV", "Nernst Cl⁻ 66.60\u00a0mV"} <= set(labels)
    assert axes.get_xlabel() == "Membrane potential (mV)"
    (total,) = (line for line in axes.lines if line.get_label() == "total")
    assert result.sweep is not None
    assert total.get_xdata() == pytest.approx(1e3 * result.sweep["membrane_potential"])
    unit = {"(A/m²)": 1.0, "(kA/m²)": 1e-3, "(mA/m²)": 1e3}[axes.get_ylabel().split()[-1]]
    assert total.get_ydata() == pytest.approx(unit * result.sweep["current_density"])


def test_no_current_is_no_current_voltage_curve() -> None:
    result = iv_result()
    assert result.sweep is not None
    rows = tuple(
        dataclasses.replace(row, quantities={**row.quantities, "current_density": Quantity(1e-30, "A/m^2")})
        for row in result.sweep.rows
    )
    still = dataclasses.replace(result, sweep=SweepTable(result.sweep.keys, rows))
    assert not any("Current" in axes.get_ylabel() for axes in figures(still)["sweep"].axes)


def test_rounding_around_zero_is_drawn_as_zero() -> None:
    result = partition_result()
    assert result.sweep is not None
    rows = tuple(
        dataclasses.replace(row, quantities={"driving_force.K": Quantity((-1) ** i * 1e-17, "V")}, simplified=())
        for i, row in enumerate(result.sweep.rows)
    )
    (axes,) = figures(dataclasses.replace(result, sweep=SweepTable(result.sweep.keys, rows)))["sweep"].axes
    (line,) = (line for line in axes.lines if line.get_label() == FULL_MODEL)
    low, high = axes.get_ylim()
    # A millionth of RT/F is 26.7 nV, in the unit of the axis.
    assert axes.get_ylabel().endswith("(nV)")
    assert (low, high) == (pytest.approx(-high), pytest.approx(1.16 * 1e9 * 1e-6 * R * 310.15 / F))
    assert np.abs(line.get_ydata()).max() < 1e-6 * high


def test_driving_forces() -> None:
    figure = figures(membrane_result())["driving_forces"]
    (axes,) = figure.axes
    assert [t.get_text() for t in axes.get_yticklabels()] == ["K⁺", "Cl⁻"]
    voltage = 1e3 * membrane_result()["membrane_potential"]
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]  # type: ignore[attr-defined]
    assert bars[0] == (pytest.approx(voltage), pytest.approx(0.0, abs=1e-9))
    assert bars[1] == (pytest.approx(-voltage), pytest.approx(2 * voltage))
    shown = {t.get_text() for t in texts(figure)}
    assert {"V = −89.06 mV", "E (mV)", "V − E (mV)", "net flux", "no net flux", "cannot pass", "−178.12"} <= shown
    assert legend_of(figure) == ["Nernst potential E", "driving force V − E", "membrane potential V"]
    # No flux has a direction here, so nothing is said of what inward is.
    assert not any("nward" in text for text in shown)


@pytest.mark.parametrize("width", [0.07, 0.085, 0.142])
def test_driving_forces_have_all_numbers_at_any_width(width: float) -> None:
    result = membrane_result()
    moving = {name: Quantity(value, "mol/m^2/s") for name, value in (("flux.K", 1e-6), ("flux.K.left", 1e-6))}
    voltage = Quantity(result["membrane_potential"] + 0.02, "V")
    changed = dataclasses.replace(result, quantities={**result.quantities, **moving, "membrane_potential": voltage})
    figure = figures(changed, width=width)["driving_forces"]
    boxes = {t.get_text(): t.get_window_extent() for t in texts(figure)}
    assert {"−89.06", "+20.00", "89.06", "−158.12", "outward", "Inward is towards cytosol."} <= boxes.keys()
    for (text, box), (other_text, other) in itertools.combinations(boxes.items(), 2):
        shared = box.intersection(box, other)
        assert shared is None or min(shared.width, shared.height) < 2, (text, other_text)
    (axes,) = figure.axes
    frame = axes.get_window_extent()
    for line in axes.lines:
        if line.get_marker() == "D":
            # Its corners are half a diagonal of 5 pt from its middle.
            middle = axes.transData.transform((float(np.asarray(line.get_xdata())[0]), 0.0))[0]
            reach = 2.5 * np.sqrt(2) / 72 * figure.dpi
            assert frame.x0 + reach < middle < frame.x1 - reach


@pytest.mark.parametrize(
    ("flux", "ends", "word"),
    [
        (1e-6, (-1e-6, 1e-6), "out"),
        (-1e-6, (1e-6, -1e-6), "in"),
        (1e-30, (4e-25, 1e-30), "no net flux"),
        (0.0, (0.0, 0.0), "no net flux"),
    ],
)
def test_where_a_flux_goes(flux: float, ends: tuple[float, float], word: str) -> None:
    result = membrane_result()
    named = {"flux.K": flux, "flux.K.left": ends[0], "flux.K.right": ends[1]}
    quantities = {**result.quantities, **{name: Quantity(value, "mol/m^2/s") for name, value in named.items()}}
    changed = dataclasses.replace(result, quantities=quantities)
    assert direction(changed, "K", 0.02) == word
    assert direction(changed, "K", 1e-12) == "no net flux"
    assert direction(changed, "Cl", 0.02) == "cannot pass"


def test_one_nernst_potential_makes_no_picture_of_driving_forces() -> None:
    result = membrane_result()
    fewer = {name: q for name, q in result.quantities.items() if name != "nernst_potential.Cl"}
    assert "driving_forces" not in figures(dataclasses.replace(result, quantities=fewer))
    assert "driving_forces" not in figures(iv_result())


def test_failures_are_said() -> None:
    failed = dataclasses.replace(membrane_result(), status="not converged")
    shown = texts(figures(failed)["profile"])
    assert any("not converged" in t.get_text() for t in shown)
    figure = figures(iv_result(failed=3))["sweep"]
    assert any("1 of 21 points not converged" in t.get_text() for t in texts(figure))


def test_sweep_over_decades_shows_the_deviation() -> None:
    figure = figures(partition_result())["sweep"]
    assert legend_of(figure) == ["Poisson–Nernst–Planck", "Goldman–Hodgkin–Katz"]
    assert all(axes.get_xscale() == "log" for axes in figure.axes)
    assert any(axes.get_ylabel().startswith("|PNP − model|") for axes in figure.axes)
    assert figure.axes[-1].get_xlabel() == "Partition coefficient of K in membrane"


def test_sweeps_over_decades_have_a_logarithmic_axis() -> None:
    (axes,) = figures(partition_result(), ["flux.K"])["sweep"].axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_reversal_potential_is_exact_for_a_cubic() -> None:
    v = np.linspace(-0.1, 0.1, 9)
    j = (v - 0.013) * (1 + 20 * (v + 0.05) ** 2)
    assert reversal_potential(v, j) == pytest.approx(0.013, abs=1e-15)


def test_reversal_potential() -> None:
    v = np.linspace(-1, 1, 11)
    assert reversal_potential(v, 2 * (v - 0.13)) == pytest.approx(0.13)
    assert reversal_potential(v, v + 5) is None
    assert reversal_potential(v, np.zeros(11)) is None
    assert reversal_potential(v[::-1], (v - 0.13)[::-1]) == pytest.approx(0.13)


def test_a_sweep_that_starts_at_no_current_has_no_reversal() -> None:
    v = np.linspace(0.0, -1.0, 11)
    for noise in (0.0, 1e-17, -1e-17):
        assert reversal_potential(v, np.where(v == 0.0, noise, 1 + v)) is None
    # In the middle it has, and 0 is 0 whatever rounding says.
    v = np.linspace(-1.0, 1.0, 11)
    for noise in (0.0, 1e-17, -1e-17):
        assert reversal_potential(v, np.where(np.abs(v) < 1e-9, noise, np.sinh(v))) == 0.0
    assert reversal_potential(v, v - 1e-8) == 0.0
    assert reversal_potential(v, v - 1e-6) == pytest.approx(1e-6)


def test_curves_of_many_ions_fit_narrow_pictures() -> None:
    result = iv_result()
    narrow = figures(result, width=0.085)["sweep"].legends[0]
    assert len(narrow.get_texts()) == 7
    assert narrow._ncols == 2  # type: ignore[attr-defined]
    assert "E(K⁺) −89.00\u00a0mV" in [text.get_text() for text in narrow.get_texts()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a cell at -70 mV", "a cell at −70\u00a0mV"),
        ("Goldman-Hodgkin-Katz", "Goldman–Hodgkin–Katz"),
        ("K-selective, pH 4-7, 1-1 salt, ion-exchange", "K-selective, pH 4-7, 1-1 salt, ion-exchange"),
    ],
)
def test_titles_are_typeset(text: str, shown: str) -> None:
    assert typeset(text) == shown


def test_a_scale_that_is_asked_for() -> None:
    result = iv_result()
    for scale in SCALES:
        (axes,) = figures(result, ["flux.K"], scale=scale)["sweep"].axes
        assert axes.get_yscale() == scale
        (axes,) = figures(result, ["concentration.K"], scale=scale)["profile"].axes
        assert axes.get_yscale() == scale
    table = result.sweep
    assert table is not None
    # Half of the example's flux of K is negative: what is drawn is the rest.
    positive = table["flux.K"][table["flux.K"] > 0]
    (axes,) = figures(result, ["flux.K"], scale="log")["sweep"].axes
    low, high = axes.get_ylim()
    assert high / low == pytest.approx((positive.max() / positive.min()) ** 1.12, rel=1e-6)
    with pytest.raises(ScaleError, match="charge_density has no positive values"):
        figures(membrane_with_charge(-1.0), ["charge_density"], scale="log")


def membrane_with_charge(value: float) -> Result:
    result = membrane_result()
    assert result.profile is not None
    columns = {**result.profile.columns, "charge_density": np.full_like(result.profile.x, value)}
    return dataclasses.replace(result, profile=dataclasses.replace(result.profile, columns=columns))


def kept_sweep() -> Result:
    """A sweep from −100 to 100 mV in steps of 10 mV that keeps the profile of every fifth point, each its own."""
    result = iv_result()
    table, profile = result.sweep, result.profile
    assert table is not None
    assert profile is not None
    rows = []
    for i, row in enumerate(table.rows):
        columns = {**profile.columns, "potential": np.full_like(profile.x, row.value)}
        rows.append(
            dataclasses.replace(row, profile=dataclasses.replace(profile, columns=columns) if i % 5 == 0 else None)
        )
    return dataclasses.replace(result, sweep=SweepTable(table.keys, tuple(rows)))


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("-50 mV", -0.05, ""),
        ("0.05 V", 0.05, ""),
        ("-70 mV", -0.05, "no profile is kept at -70 mV: the nearest, at -50 mV, is drawn"),
        ("99 mV", 0.1, "no profile is kept at 99 mV: the nearest, at 100 mV, is drawn"),
    ],
)
def test_the_point_of_a_sweep(text: str, value: float, note: str) -> None:
    result = kept_sweep()
    point, said = kept_point(result, text)
    assert point.value == pytest.approx(value, abs=1e-12)
    assert said.startswith(note)
    assert bool(said) == bool(note)
    drawn = figures(result, point=point)
    assert list(drawn) == ["profile", "driving_forces"] or list(drawn) == ["profile"]
    figure = drawn["profile"]
    assert f"potential at left\u00a0=\u00a0{1e3 * value:.0f}".replace("-", "−") in figure.get_suptitle()
    (line,) = (line for line in figure.axes[0].lines if line.get_label() == "potential")
    assert np.nanmax(np.abs(np.asarray(line.get_ydata()) - 1e3 * value)) < 1e-9


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("300 mV", "lies outside the sweep"),
        ("5 nm", "'5 nm' is not in V"),
        ("5", "'5' has no unit"),
        ("high", "'high' does not start with a number"),
    ],
)
def test_wrong_points(text: str, problem: str) -> None:
    with pytest.raises(PointError) as error:
        kept_point(kept_sweep(), text)
    assert problem in str(error.value)
    assert "profiles are kept at -100 mV, -50 mV, 0 V, 50 mV, 100 mV" in str(error.value)
    with pytest.raises(PointError, match="of no sweep"):
        kept_point(membrane_result(), text)


def test_a_sweep_of_plain_numbers_has_points_and_zooms() -> None:
    result = partition_result()
    table, profile = result.sweep, wall_result().profile
    assert table is not None
    rows = tuple(dataclasses.replace(row, profile=profile) for row in table.rows)
    swept = dataclasses.replace(result, sweep=SweepTable(table.keys, rows))
    assert kept_point(swept, "1e-8")[0].value == pytest.approx(1e-8)
    with pytest.raises(PointError, match="'1 mV' is no plain number"):
        kept_point(swept, "1 mV")
    with pytest.raises(PointError, match="nan: is not a finite number"):
        kept_point(swept, "nan")
    _, part = zoomed(result, ["1e-4:1e-2"])
    assert part is not None
    assert part.values() == pytest.approx(np.logspace(-4, -2, 9))


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
    [
        (["flux.K"], ["sweep"]),
        (["potential"], ["profile"]),
        (["concentration.K"], ["profile"]),
        (["flux.K", "potential"], ["sweep", "profile"]),
    ],
)
def test_named_quantities(names: list[str], drawn: list[str]) -> None:
    assert list(figures(iv_result(), names)) == drawn
    with pytest.raises(KeyError, match="did you mean"):
        figures(iv_result(), ["potentiel"])


def test_a_single_number_is_no_picture() -> None:
    assert list(figures(membrane_result(), ["driving_force"])) == ["driving_forces"]
    with pytest.raises(KeyError, match=r"membrane_potential is a single number here \(-89.0587 mV\)"):
        figures(membrane_result(), ["membrane_potential"])


# ------------------------------------------------------------------------ zooms

FACE = 1e-3


@pytest.mark.parametrize(
    ("zooms", "expected"),
    [
        (["membrane"], [(FACE, FACE + 4e-9)]),
        (["2 um:10 um"], [(2e-6, 1e-5)]),
        ([":10 um"], [(0.0, 1e-5)]),
        (["1.5 mm:"], [(1.5e-3, 2.000004e-3)]),
        (["-5 nm:2 nm @ cytosol | membrane"], [(FACE - 5e-9, FACE + 2e-9)]),
        (["0 nm:2 nm@membrane"], [(FACE, FACE + 2e-9)]),
        (["-5nm:0nm @ right"], [(2.000004e-3 - 5e-9, 2.000004e-3)]),
        (["1.9 mm:", ":10 um"], [(0.0, 1e-5), (1.9e-3, 2.000004e-3)]),
        (["1 um:3 um", "3 um:4 um"], [(1e-6, 3e-6), (3e-6, 4e-6)]),
        (["membrane", "-1 nm:0 nm @ membrane"], [(FACE - 1e-9, FACE), (FACE, FACE + 4e-9)]),
    ],
)
def test_zooms(zooms: list[str], expected: list[tuple[float, float]]) -> None:
    views, table = zoomed(membrane_result(), zooms)
    assert table is None
    # Distances from a face at 1 mm, to the rounding of 1 mm.
    assert [(v.start, v.stop) for v in views] == [pytest.approx(pair, rel=0, abs=1e-18) for pair in expected]
    figure = figures(membrane_result(), zooms=zooms)
    assert list(figure) == ["profile"]


def test_a_face_is_shown_with_its_layers() -> None:
    result = membrane_result()
    assert result.profile is not None
    (view,), _ = zoomed(result, ["cytosol|membrane"])
    assert view.start == pytest.approx(FACE - 8 * debye_lengths(result, result.profile)[0], abs=1e-15)
    assert view.stop == pytest.approx(FACE + 4e-9, abs=1e-15)
    charged = result.case.with_value(
        "interfaces.inner_face", {"between": ["cytosol", "membrane"], "surface_charge": "-0.02 C/m^2"}
    )
    assert zoomed(dataclasses.replace(result, case=charged), ["inner_face"])[0] == [view]


def test_a_region_is_shown_with_its_layers_enlarged() -> None:
    views, _ = zoomed(membrane_result(), ["cytosol"])
    assert len(views) == 2
    assert (views[0].start, views[0].stop) == (0.0, views[1].start)
    assert views[1].stop == pytest.approx(FACE)


def test_a_zoom_scales_the_vertical_axis() -> None:
    (axes,) = figures(membrane_result(), ["potential"], [":10 um"])["profile"].axes
    low, high = axes.get_ylim()
    assert high - low < 1.2
    assert low < 1e3 * membrane_result()["membrane_potential"] < high


def test_a_zoom_between_two_nodes() -> None:
    result = membrane_result()
    assert result.profile is not None
    gap = int(np.argmax(np.diff(result.profile.x)))
    low, high = (1e6 * (result.profile.x[gap] + share * np.diff(result.profile.x)[gap]) for share in (0.4, 0.6))
    figure = figures(result, ["potential", "concentration.K"], [f"{low:.6f} um:{high:.6f} um"])["profile"]
    for axes, value in zip(figure.axes, (1e3 * result["membrane_potential"], 140.0), strict=True):
        bottom, top = axes.get_ylim()
        assert bottom < value < top
        assert top - bottom < 0.1 * abs(value)


def test_a_zoom_of_a_sweep() -> None:
    result = iv_result()
    views, table = zoomed(result, ["-20 mV:25 mV"])
    assert views == []
    assert table is not None
    assert table.values() == pytest.approx([-0.02, -0.01, 0.0, 0.01, 0.02], abs=1e-12)
    assert list(figures(result, zooms=["-20 mV:25 mV"])) == ["sweep"]
    assert list(figures(result, zooms=["-20 mV:25 mV", "membrane"])) == ["sweep", "profile"]


@pytest.mark.parametrize(
    ("zoom", "problem"),
    [
        ("menbrane", "there is no 'menbrane'; did you mean 'membrane'?"),
        ("cytosol|outside", "there is no 'cytosol|outside'"),
        ("-5 nm:5 nm", 'as in "-5 nm:5 nm @ cytosol|membrane"'),
        ("1 mm:3 mm", "reaches beyond the profile, which is 0 mm to 2 mm"),
        ("5 nm:2 nm", "the range ends before it begins"),
        ("5:7", "is no range of lengths: '5' has no unit"),
        ("10 nm:20", "is no range of lengths: '20' has no unit"),
        ("5 kg:7 kg", "is no range of lengths: '5 kg' is not in m"),
        ("5 nm:6 nm @ nowhere", "there is no 'nowhere'"),
        ("membrane @ right", "before @ stands a range"),
        ("0.5 mV:1 mV", "no point of the sweep lies in it; its 21 points go from -100 mV to 100 mV"),
    ],
)
def test_wrong_zooms(zoom: str, problem: str) -> None:
    with pytest.raises(ZoomError) as error:
        zoomed(iv_result(), [zoom])
    assert problem in str(error.value)
    if "point" not in problem:
        for part in (
            "a region: cytosol, membrane, outside",
            "a face with its layers: cytosol|membrane, membrane|outside, left, right",
            "a range of positions within 0 mm to 2 mm",
            '"-5 nm:5 nm @ cytosol|membrane"',
            "a range of the swept value within -100 mV to 100 mV",
        ):
            assert part in str(error.value)


def test_zooms_that_overlap_are_refused() -> None:
    with pytest.raises(ZoomError, match=r"'1 um:3 um' and '2 um:4 um' overlap.*each place is shown once"):
        zoomed(membrane_result(), ["2 um:4 um", "1 um:3 um"])


# ------------------------------------------------------------------------ sizes and files


@pytest.mark.parametrize("name", RESULTS)
def test_narrow_pictures_fit(name: str) -> None:
    for figure in figures(RESULTS[name], width=0.085).values():
        assert figure.get_figwidth() == pytest.approx(85 / 25.4)
        for text in texts(figure):
            box = text.get_window_extent()
            assert min(box.x0, box.y0) >= 0, text.get_text()
            assert box.x1 <= figure.bbox.x1, text.get_text()


def test_a_title_of_ones_own() -> None:
    (figure,) = figures(membrane_result(), ["potential"], title="Mine").values()
    assert figure.get_suptitle() == "Mine"
    (bare,) = figures(membrane_result(), ["potential"], title="").values()
    assert bare.get_suptitle() == ""
    assert bare.get_figheight() < figure.get_figheight()


def test_ticks() -> None:
    assert linear_ticks(0.0, 104.0, 6) == pytest.approx([0, 20, 40, 60, 80, 100])
    assert linear_ticks(-148.4, -141.3, 4) == pytest.approx([-148, -146, -144, -142])
    assert linear_ticks(2.0, 2.0, 4) == [2.0]
    ticks, small = decade_ticks(0.5, 200.0, 5)
    assert ticks == pytest.approx([1, 10, 100])
    assert min(small) == pytest.approx(0.5)
    assert max(small) == pytest.approx(200.0)
    assert decade_ticks(2.0, 8.0, 5)[0] == pytest.approx([2, 5])
    assert decade_ticks(13.0, 45.0, 5)[0] == pytest.approx([20, 30, 40])
    assert len(decade_ticks(1e-12, 1e3, 5)[0]) <= 5


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_formats(ending: str, start: bytes, tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        save(figures(membrane_result(), ["potential"])["profile"], tmp_path / f"{name}.{ending}")
        files.append((tmp_path / f"{name}.{ending}").read_bytes())
    assert files[0].startswith(start)
    assert files[0] == files[1]
    assert str(datetime.datetime.now(datetime.UTC).year).encode() not in files[0]


def test_text_stays_text_in_vector_files(tmp_path: Path) -> None:
    figure = figures(membrane_result(), ["potential"])["profile"]
    save(figure, tmp_path / "x.svg")
    assert ">Potassium membrane</text>" in (tmp_path / "x.svg").read_text(encoding="utf-8")
    save(figure, tmp_path / "x.pdf")
    content = (tmp_path / "x.pdf").read_bytes()
    # TrueType as a composite font (type 42), not drawn letter by letter (type 3).
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content


def test_a_result_without_anything_draws_nothing(tmp_path: Path) -> None:
    bare = Result(case=membrane_result().case, status="not converged", message="", quantities={})
    assert write_plots(bare, tmp_path) == []
