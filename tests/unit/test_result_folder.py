"""A result folder holds everything, reads back the same, and is never half-written or silently replaced."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from pnp import result_folder
from pnp.cli import main
from pnp.result import Profile, Quantity, Result
from pnp.result_folder import ResultFolderError, check_target, write
from pnp.result_reading import load
from tests.unit.example_results import iv_result, membrane_result, partition_result


def same_profile(one: Profile | None, other: Profile | None) -> bool:
    if one is None or other is None:
        return one is other
    return (
        one.region_names == other.region_names
        and one.units == other.units
        and np.array_equal(one.x, other.x)
        and np.array_equal(one.region, other.region)
        and list(one.columns) == list(other.columns)
        and all(np.array_equal(one.columns[n], other.columns[n], equal_nan=True) for n in one.columns)
    )


@pytest.mark.parametrize("result", [membrane_result(), iv_result(failed=3), partition_result()])
def test_reads_back_the_same(result: Result, tmp_path: Path) -> None:
    assert write(result, tmp_path / "r", plots=False) == []
    back = load(tmp_path / "r")
    assert back.case == result.case
    assert back.case.name == result.case.name
    assert back.quantities == result.quantities
    assert back.simplified_models == result.simplified_models
    assert (back.status, back.message, back.warnings) == (result.status, result.message, result.warnings)
    assert same_profile(back.profile, result.profile)
    assert (back.sweep is None) == (result.sweep is None)
    if back.sweep is not None and result.sweep is not None:
        assert back.sweep.keys == result.sweep.keys
        for one, other in zip(back.sweep.rows, result.sweep.rows, strict=True):
            assert one.quantities == other.quantities
            assert one.simplified == other.simplified
            assert (one.value, one.unit, one.status, one.message) == (
                other.value,
                other.unit,
                other.status,
                other.message,
            )


def test_files_and_headers(tmp_path: Path) -> None:
    write(iv_result(failed=3), tmp_path / "r")
    names = {path.name for path in (tmp_path / "r").iterdir()}
    assert {"case.toml", "summary.json", "sweep.csv", "sweep.png", "profiles.csv", "fields.vtu"} <= names
    header, *rows = (tmp_path / "r/sweep.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("boundaries.left.potential [V],membrane_potential [V],current_density [A/m^2],")
    assert header.endswith("status,message")
    assert "not converged" in rows[3]
    assert "nan" not in rows[3]
    header = (tmp_path / "r/profiles.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("x [m],region,potential [V]")
    assert "concentration.K [mol/m^3]" in header


def test_summary_is_strict_json(tmp_path: Path) -> None:
    result = dataclasses.replace(
        membrane_result(),
        quantities={"debye_length.oil": Quantity(math.inf, "m"), "odd": Quantity(math.nan, "V")},
        solver={"norms": np.array([1.0, np.nan]), "steps": np.int64(3)},
    )
    write(result, tmp_path / "r", plots=False)

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is not JSON")

    text = (tmp_path / "r/summary.json").read_text(encoding="utf-8")
    summary = json.loads(text, parse_constant=refuse)
    assert summary["status"] == "converged"
    assert summary["quantities"]["debye_length.oil"] == {"value": None, "unit": "m", "note": "infinite"}
    assert summary["solver"] == {"norms": [1.0, None], "steps": 3}
    assert set(summary["simplified_models"][0]) == {
        "model",
        "quantity",
        "value",
        "unit",
        "deviation",
        "reason",
    }
    assert load(tmp_path / "r")["debye_length.oil"] == math.inf
    assert math.isnan(load(tmp_path / "r")["odd"])


def test_fields_for_paraview_keep_the_jumps(tmp_path: Path) -> None:
    meshio = pytest.importorskip("meshio")
    result = membrane_result()
    write(result, tmp_path / "r", plots=False)
    mesh = meshio.read(tmp_path / "r/fields.vtu")
    assert result.profile is not None
    n = result.profile.x.size
    assert len(mesh.points) == n
    # One line cell fewer than nodes in each of the three regions.
    assert len(mesh.cells_dict["line"]) == n - 3
    np.testing.assert_array_equal(mesh.point_data["potential [V]"], result.profile.columns["potential"])


def test_is_not_replaced_unless_asked(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    write(membrane_result(), folder, plots=False)
    with pytest.raises(ResultFolderError, match="exists already: replace it with --overwrite"):
        write(iv_result(), folder, plots=False)
    assert not (folder / "sweep.csv").exists()
    write(iv_result(), folder, overwrite=True, plots=False)
    assert (folder / "sweep.csv").exists()
    write(membrane_result(), folder, overwrite=True, plots=False)
    assert not (folder / "sweep.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


@pytest.mark.parametrize("exchange", [True, False])
def test_a_failed_write_leaves_the_old_result(exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "r"
    write(membrane_result(), folder, plots=False)
    before = (folder / "summary.json").read_bytes()
    if not exchange:
        monkeypatch.setattr(result_folder, "_exchange", lambda *_: False)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(result_folder, "write_profile_fields", full)
        with pytest.raises(ResultFolderError, match="No space left on device"):
            write(membrane_result(), folder, overwrite=True, plots=False)
    assert (folder / "summary.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["r"]
    write(iv_result(), folder, overwrite=True, plots=False)
    assert load(folder).sweep is not None
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_killed_write_leaves_the_old_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "r"
    write(membrane_result(), folder, plots=False)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(result_folder, "_put_in_place", killed)
    with pytest.raises(KeyboardInterrupt):
        write(iv_result(), folder, overwrite=True, plots=False)
    assert load(folder).sweep is None


def test_somebodys_files_are_never_removed(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(ResultFolderError, match=r"chapter\.tex"):
        write(membrane_result(), folder, overwrite=True, plots=False)
    folder = tmp_path / "r"
    write(membrane_result(), folder, plots=False)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ResultFolderError, match=r"notes\.txt"):
        check_target(folder, overwrite=True)
    assert (folder / "notes.txt").exists()


def with_pictures(folder: Path, *names: str) -> Path:
    write(iv_result(), folder, plots=False)
    for name in names:
        (folder / name).write_text(name, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "name",
    ["fig3_final.pdf", "sweep_final.pdf", "sweep (copy).png", "sweep_2.pdf", "Profile.png", "profile.png.svg", ".png"],
)
def test_somebodys_pictures_are_never_removed(name: str, tmp_path: Path) -> None:
    folder = with_pictures(tmp_path / "r", name)
    with pytest.raises(ResultFolderError, match=rf"\({re.escape(name)}\): nothing was touched; move them out of it"):
        write(iv_result(), folder, overwrite=True, plots=False)
    assert (folder / name).read_text(encoding="utf-8") == name


def test_somebodys_files_among_the_points_are_never_removed(tmp_path: Path) -> None:
    folder = with_pictures(tmp_path / "r")
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles/point_000_fitted.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ResultFolderError, match=r"profiles/point_000_fitted\.csv"):
        write(iv_result(), folder, overwrite=True, plots=False)
    assert (folder / "profiles/point_000_fitted.csv").exists()


PLOTTED = [
    ["--format", "svg"],
    ["--quantity", "current_density", "flux.K"],
    ["--zoom", "-20 mV:20 mV"],
    ["--zoom", "cytosol|membrane"],
    ["--zoom", "cytosol", "--zoom=-1nm:5nm @ membrane|outside"],
    ["--quantity", "concentration.K", "potential", "--zoom", "membrane", "--format", "pdf"],
]
"""Options of `pnp plot`, each with pictures of other names."""


def test_pictures_that_pnp_plot_adds_are_part_of_the_result(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    result = dataclasses.replace(iv_result(), profile=membrane_result().profile)
    write(result, folder)
    for options in PLOTTED:
        assert main(["plot", str(folder), *options]) == 0
    drawn = {path.stem for path in folder.iterdir()}
    assert {"current_density_flux.K", "sweep_-20_mV_20_mV"} <= drawn
    assert {
        "profile_cytosol_membrane",
        "profile_cytosol_-1nm_5nm_membrane_outside",
        "concentration.K_potential_membrane",
    } <= drawn
    write(result, folder, overwrite=True, plots=False)
    assert not [path.name for path in folder.iterdir() if path.suffix in (".png", ".pdf", ".svg")]


def test_pictures_of_a_damaged_result_are_known_by_the_usual_names(tmp_path: Path) -> None:
    folder = with_pictures(tmp_path / "r", "sweep.pdf")
    (folder / "summary.json").write_text("{", encoding="utf-8")
    check_target(folder, overwrite=True)
    (folder / "current_density.pdf").write_text("", encoding="utf-8")
    with pytest.raises(ResultFolderError, match=r"current_density\.pdf"):
        check_target(folder, overwrite=True)


def test_targets_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ResultFolderError, match="is a file"):
        check_target(tmp_path / "file", overwrite=True)
    with pytest.raises(ResultFolderError, match="cannot be written"):
        check_target(tmp_path / "file/below", overwrite=True)
    with pytest.raises(ResultFolderError, match="cannot be written"):
        check_target(Path("/proc/nowhere"), overwrite=False)
    (tmp_path / "empty").mkdir()
    check_target(tmp_path / "empty", overwrite=False)
    check_target(tmp_path / "a/b/c", overwrite=False)
    assert not (tmp_path / "a").exists()


def test_a_plot_that_fails_loses_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pnp.report import plots

    def broken(*_: object) -> None:
        raise ValueError("no font")

    monkeypatch.setattr(plots, "write_plots", broken)
    warnings = write(membrane_result(), tmp_path / "r")
    assert "no font" in warnings[0]
    assert load(tmp_path / "r").converged


def test_long_sweeps_write_few_profiles(tmp_path: Path) -> None:
    result = iv_result(points=101)
    assert result.sweep is not None
    profile = membrane_result().profile
    rows = tuple(dataclasses.replace(row, profile=profile) for row in result.sweep.rows)
    result = dataclasses.replace(result, sweep=dataclasses.replace(result.sweep, rows=rows))
    write(result, tmp_path / "r", plots=False)
    names = sorted(path.name for path in (tmp_path / "r/profiles").iterdir())
    assert len(names) == result_folder.MOST_POINT_PROFILES
    assert (names[0], names[-1]) == ("point_000.csv", "point_100.csv")


@pytest.mark.parametrize("damage", ["{", "[]", '{"format": 99}', "{}"])
def test_damaged_folders_are_refused(damage: str, tmp_path: Path) -> None:
    write(membrane_result(), tmp_path / "r", plots=False)
    (tmp_path / "r/summary.json").write_text(damage, encoding="utf-8")
    with pytest.raises(ResultFolderError, match=r"is damaged: |newer pnp"):
        load(tmp_path / "r")
    with pytest.raises(ResultFolderError, match="no result folder"):
        load(tmp_path)
