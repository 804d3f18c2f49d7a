"""What the terminal shows, in a pipe, on a narrow terminal, and of results that did not converge."""

from __future__ import annotations

import dataclasses
import io
import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pnp.case import Case
from pnp.constants import F
from pnp.report.progress import ProgressBar
from pnp.report.result_rows import is_applied, label, rounding_bound, value_text
from pnp.report.sweep_table import MOST_ROWS, sweep_rows
from pnp.report.tables import Report, shown
from pnp.result import Quantity, Result
from tests.unit.example_results import iv_result, membrane_result, partition_result

CASES = Path(__file__).parents[2] / "cases"


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


def printed_case(tables: dict[str, Any]) -> str:
    out = io.StringIO()
    Report(Console(file=out, width=120)).case(Case.from_dict(tables))
    return out.getvalue()


def slab(**boundaries: Any) -> dict[str, Any]:
    return {
        "species": {
            "K": {"charge_number": 1, "diffusivity": "2e-9 m^2/s"},
            "Cl": {"charge_number": -1, "diffusivity": "2e-9 m^2/s"},
            "urea": {"charge_number": 0, "diffusivity": "1e-9 m^2/s"},
        },
        "regions": {"solution": {"thickness": "20 nm", "permittivity": 78.5}},
        "boundaries": boundaries,
    }


BATH = {
    "type": "reservoir",
    "potential": "0 V",
    "concentrations": {"K": "10 mmol/L", "Cl": "10 mmol/L", "urea": "1 mmol/L"},
}


def held(text: str, species: str) -> str:
    """What the table of species says of the ends."""
    line = next(line for line in text.splitlines() if line.startswith(species))
    return line.partition("m²/s")[2].strip()


def test_what_an_end_does_to_a_species_stands_in_its_table() -> None:
    right = {**BATH, "species": {"urea": {"flux": "5e-8 mol/m^2/s"}}}
    text = printed_case(slab(left=BATH, right=right))
    assert held(text, "urea").split("   ") == ["1 mmol/L", "flux 50 nmol m⁻² s⁻¹"]
    electrode = {"type": "electrode", "potential": "1 V", "species": {"K": {"concentration": "2 mmol/L"}}}
    blocked = {**BATH, "species": {"urea": {"blocked": True}}}
    tables = slab(left=electrode, right=blocked)
    tables["regions"]["solution"]["species"] = {"urea": {"initial_concentration": "1 mmol/L"}}
    text = printed_case(tables)
    assert held(text, "K").split() == ["2", "mmol/L", "10", "mmol/L"]
    assert held(text, "Cl").split() == ["-", "10", "mmol/L"]
    assert held(text, "urea").split() == ["-", "blocked"]


def test_the_headline_says_what_drives_the_case() -> None:
    wall: dict[str, Any] = {"type": "wall", "surface_charge": "0.01 C/m^2"}
    assert "in equilibrium with the bath" in printed_case(slab(left=wall, right=BATH))
    leaking = {**wall, "species": {"urea": {"flux": "5e-8 mol/m^2/s"}}}
    assert "without applied voltage" in printed_case(slab(left=leaking, right=BATH))
    electrode = {"type": "electrode", "potential": "10 mV"}
    assert "at fixed voltage" in printed_case(slab(left=electrode, right=BATH))
    assert "coordinates" not in printed_case(slab(left=wall, right=BATH))


@pytest.mark.parametrize(
    ("coordinates", "radius", "said"),
    [
        ("spherical", "0 m", "Spherical coordinates: radius from 0 (the centre) to 20 nm"),
        ("cylindrical", "0 m", "Cylindrical coordinates: radius from 0 (the axis) to 20 nm"),
        ("cylindrical", "5 nm", "Cylindrical coordinates: radius from 5 nm to 25 nm"),
    ],
)
def test_the_headline_says_the_coordinates(coordinates: str, radius: str, said: str) -> None:
    left = {"type": "symmetry"} if radius == "0 m" else {"type": "wall"}
    tables = {**slab(left=left, right=BATH), "coordinates": coordinates, "inner_radius": radius}
    assert said in printed_case(tables).splitlines()


def example(tables: dict[str, Any], bound: float = 0.0, **quantities: tuple[float, str]) -> Result:
    balances = [
        {"name": name, "value": 0.0, "allowed": 100 * b, "rounding_bound": b, "unit": unit, "ok": True}
        for name, b, unit in (("flux of K", bound, "mol/m^2/s"), ("current", bound, "A/m^2"))
    ]
    found = {name.replace("__", "."): Quantity(*value) for name, value in quantities.items()}
    return Result(Case.from_dict(tables), "converged", "", found, solver={"balances": balances})


def test_currents_and_fluxes_below_rounding_are_zero() -> None:
    result = example(
        slab(left=BATH, right=BATH),
        1e-12,
        flux__K=(-0.9e-12, "mol/m^2/s"),
        flux__K__left=(1.1e-12, "mol/m^2/s"),
        flux__Cl=(1e-30, "mol/m^2/s"),
        current_density=(0.0, "A/m^2"),
        current_density__right=(1e-13, "A/m^2"),
        potential__left=(5.6e-18, "V"),
        potential__right=(5.8e-18, "V"),
    )
    assert value_text("flux.K", result) == ("0 (rounding 1 pmol m⁻² s⁻¹)", True)
    assert value_text("flux.K.left", result) == ("1.1 pmol m⁻² s⁻¹", False)
    # What has no bound, and what is exactly zero, is shown as it is.
    assert value_text("flux.Cl", result)[1] is False
    assert value_text("current_density", result) == ("0 A/m²", False)
    assert value_text("current_density.right", result) == ("0 (rounding 1 pA/m²)", True)
    # 2.2e-16 of RT/F = 25.7 mV
    assert [value_text(f"potential.{end}", result)[1] for end in ("left", "right")] == [True, False]


def test_rounding_bounds_of_totals_count_the_area() -> None:
    tables = {**slab(left={"type": "wall"}, right=BATH), "coordinates": "spherical", "inner_radius": "20 nm"}
    result = example(tables, 1e-12, molar_flow__K=(1e-30, "mol/s"), flux__K__left=(0.0, "mol/m^2/s"))
    # The bound is per area of the outermost face; the inner one, of half the radius, has a quarter of it.
    assert rounding_bound("molar_flow.K", result) == pytest.approx(1e-12 * 4 * math.pi * 40e-9**2, rel=1e-12)
    assert rounding_bound("flux.K.left", result) == pytest.approx(4e-12, rel=1e-12)


def test_a_flux_through_a_region_has_that_regions_bound() -> None:
    result = example(slab(left=BATH, right=BATH), 1e-9, flux__K=(1e-12, "mol/m^2/s"))
    inner = {"name": "flux of K in solution", "value": 0.0, "rounding_bound": 1e-15, "unit": "mol/m^2/s", "ok": True}
    result.solver["balances"].append(inner)
    assert value_text("flux.K", result)[1] is False
    assert rounding_bound("flux.K.left", result) == 1e-9
    assert rounding_bound("current_density", result) == pytest.approx(F * 1e-15, rel=1e-12)


def test_labels_say_per_what_and_which_way() -> None:
    flat = Case.from_dict(slab(left=BATH, right=BATH))
    assert label("flux.K.left", flat) == "flux of K at left (outward)"
    assert label("flux.K", flat) == "flux of K"
    assert label("liquid_junction_potential", flat) == "applied voltage (right minus left)"
    for coordinates, whole in (("cylindrical", "per length of cylinder"), ("spherical", "whole sphere")):
        case = Case.from_dict({**slab(left={"type": "symmetry"}, right=BATH), "coordinates": coordinates})
        assert label("molar_flow.K", case) == f"molar flow of K ({whole}, along +r)"
        assert label("amount.K", case) == f"amount of K ({whole})"
        assert label("potential.left", case) == "potential at left"


def half_electrode(**changes: Any) -> Case:
    """The case half_electrode, with keys as `--set` takes them."""
    return Case.load(CASES / "half_electrode.toml", [f"{key}={value}" for key, value in changes.items()])


def test_labels_of_a_plane_name_its_boundaries() -> None:
    junction = Case.load(CASES / "junction_2d.toml", [])
    assert label("liquid_junction_potential", junction) == "liquid junction potential (wide minus narrow)"
    assert label("current", junction) == "current (per depth, from narrow to wide)"
    held = Case.load(CASES / "junction_2d.toml", ["boundaries.wide.potential=0 V", "study.mode=fixed_voltage"])
    assert label("liquid_junction_potential", held) == "applied voltage (wide minus narrow)"
    tables = tomllib.loads((CASES / "junction_2d.toml").read_text(encoding="utf-8"))
    tables["boundaries"]["wide"]["potential"], tables["study"]["mode"] = "0 V", "fixed_voltage"
    tables["boundaries"]["side"] = {"type": "wall", "on": [{"y": "100 nm", "x": ["0 nm", "500 nm"]}]}
    assert is_applied("liquid_junction_potential", Case.from_dict(tables)), "a wall has no part in it"


def test_flows_through_what_blocks_a_plane_are_left_out() -> None:
    case = half_electrode()
    blocked = ["current.electrode", "molar_flow.K.electrode", "current_density.electrode", "flux.Cl.electrode"]
    passing = [name.replace("electrode", "bath") for name in blocked]
    result = Result(case, "converged", "", {name: Quantity(1e-20, "A/m") for name in [*blocked, *passing]})
    assert shown(result) == passing


def test_a_density_of_a_plane_has_its_share_of_the_rounding_bound() -> None:
    quantities = {"current.bath": Quantity(2e-12, "A/m"), "current_density.bath": Quantity(5e-5, "A/m^2")}
    balance = {"name": "current", "value": 0.0, "rounding_bound": 4e-12, "unit": "A/m", "ok": True}
    result = Result(half_electrode(), "converged", "", quantities, solver={"balances": [balance]})
    assert rounding_bound("current_density.bath", result) == pytest.approx(1e-4, rel=1e-12)
    assert value_text("current_density.bath", result) == ("0 (rounding 100 µA/m²)", True)


def test_what_both_ends_have_is_shown_for_each() -> None:
    wall = {"type": "electrode", "potential": "1 V"}
    charges = {"surface_charge": (0.1, "C/m^2"), "surface_charge__right": (0.1, "C/m^2")}
    both = example(slab(left=wall, right=BATH), **charges, surface_charge__left=(-0.1, "C/m^2"))
    assert shown(both) == ["surface_charge.right", "surface_charge.left"]
    assert shown(example(slab(left=wall, right=BATH), **charges)) == ["surface_charge"]


def test_an_applied_voltage_comes_last() -> None:
    values = {"liquid_junction_potential": (0.0, "V"), "current_density": (1.0, "A/m^2")}
    assert shown(example(slab(left=BATH, right=BATH), **values)) == ["current_density", "liquid_junction_potential"]
    floating = {key: value for key, value in BATH.items() if key != "potential"}
    tables = {**slab(left=floating, right=BATH), "study": {"mode": "open_circuit"}}
    assert shown(example(tables, **values)) == ["liquid_junction_potential", "current_density"]


def test_the_numbers_of_one_point_of_a_sweep_say_which() -> None:
    text = printed(iv_result(points=101))
    title = "At the last converged point, boundaries.left.potential = 100 mV:"
    assert text.index(title) < text.index("balance  ") < text.index("Solver:")
    assert "5 Newton iterations at all points" in " ".join(text.split())
    assert "boundaries.left.potential = 98 mV:" in printed(iv_result(points=101, failed=100))
    assert "At the last" not in printed(membrane_result())


def test_models_beside_a_sweep_say_where_they_fail() -> None:
    result = iv_result(points=4)
    assert result.sweep is not None
    reasons = ["x = 0.2 (not < 0.1); y = 0 (< 1)", "x = 0.05 (< 0.1); y = 0 (< 1)"] * 2
    rows = tuple(
        dataclasses.replace(row, simplified=(dataclasses.replace(row.simplified[0], reason=reason),))
        for row, reason in zip(result.sweep.rows, reasons, strict=True)
    )
    text = printed(dataclasses.replace(result, sweep=dataclasses.replace(result.sweep, rows=rows)), 200)
    line = "Goldman-Hodgkin-Katz (current density): x up to 0.2 (not < 0.1 at 2 of 4 points); y up to 0 (< 1)"
    assert line in text
    assert text.index("(mV)") < text.index(line) < text.index("At the last converged point")
