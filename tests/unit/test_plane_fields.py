"""Fields in two dimensions: cuts, folders, datasets."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from pnp.plane_cut import CutError, line_cut
from pnp.plane_fields import PlaneFields
from pnp.result import Result, SweepPoint, SweepTable
from pnp.result_folder import ResultFolderError, check_target, write
from pnp.result_reading import load
from tests.unit.example_planes import half_electrode_result, pore_result

RESULTS = {"electrode": half_electrode_result(), "pore": pore_result()}


def fields_of(result: Result) -> PlaneFields:
    assert result.fields is not None
    return result.fields


def linear(fields: PlaneFields) -> PlaneFields:
    """The same mesh with a potential that is linear, and an electric field that is the same everywhere."""
    x, y = fields.points.T
    columns = {"potential": 2e6 * x - 5e6 * y + 1e6 * x * fields.region}
    columns["electric_field"] = np.tile([-2e6, 5e6], (x.size, 1))
    return dataclasses.replace(fields, columns=columns, units={"potential": "V", "electric_field": "V/m"})


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        ((1e-9, -40e-9), (30e-9, 35e-9)),
        ((0.0, -40e-9), (0.0, 20e-9)),
        ((40e-9, 3e-9), (0.0, 3e-9)),
        ((20e-9, 10e-9), (0.0, 10e-9)),
    ],
)
def test_a_cut_is_exact_where_fields_are_linear(start: tuple[float, float], stop: tuple[float, float]) -> None:
    fields = linear(fields_of(RESULTS["pore"]))
    cut = line_cut(fields, start, stop)
    length = np.hypot(stop[0] - start[0], stop[1] - start[1])
    assert (cut.x[0], cut.x[-1]) == (0.0, pytest.approx(length, rel=1e-12))
    assert np.all(np.diff(cut.x) >= 0)
    assert np.all(np.diff(cut.region) >= 0)
    x, y = (a + (b - a) * cut.x / length for a, b in zip(start, stop, strict=True))
    own = np.array([fields.region_names.index(name) for name in cut.region_names])[cut.region]
    np.testing.assert_allclose(cut.columns["potential"], 2e6 * x - 5e6 * y + 1e6 * x * own, rtol=0, atol=1e-12)
    along = (-2e6 * (stop[0] - start[0]) + 5e6 * (stop[1] - start[1])) / length
    np.testing.assert_allclose(cut.columns["electric_field"], along, rtol=1e-12)


def test_a_cut_keeps_jumps_and_names_regions_as_they_come() -> None:
    fields = fields_of(RESULTS["pore"])
    cut = line_cut(fields, (20e-9, -30e-9), (20e-9, 30e-9))
    assert cut.region_names == ("electrolyte", "membrane", "electrolyte")
    assert [name for name, _, _ in cut.region_bounds()] == ["electrolyte", "membrane", "electrolyte"]
    assert cut.region_bounds()[1][1:] == (pytest.approx(20e-9), pytest.approx(40e-9))
    inside = cut.region == 1
    assert np.all(np.isnan(cut.columns["concentration.K"][inside]))
    assert np.all(cut.columns["concentration.K"][~inside] > 0)


def test_a_line_beside_everything_is_refused() -> None:
    fields = fields_of(RESULTS["pore"])
    with pytest.raises(CutError, match="meets no region"):
        line_cut(fields, (1.0, 1.0), (2.0, 1.0))
    with pytest.raises(CutError, match="no length"):
        line_cut(fields, (1e-9, 0.0), (1e-9, 0.0))


@pytest.mark.parametrize("name", RESULTS)
def test_a_folder_reads_back_the_same(name: str, tmp_path: Path) -> None:
    result = RESULTS[name]
    assert write(result, tmp_path / "r", plots=False) == []
    back = load(tmp_path / "r")
    assert back.fields == result.fields
    assert back.cuts == result.cuts
    assert list(back.cuts) == ["axis", "across"]
    assert back.profile is None
    assert back.quantities == result.quantities
    names = {path.name for path in (tmp_path / "r").iterdir()}
    assert names == {"case.toml", "summary.json", "fields.vtu", "cuts"}
    header = (tmp_path / "r" / "cuts" / "axis.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("s [m],region,"), "the way along the line is no x"
    other = dataclasses.replace(result.fields, points=result.fields.points + 1e-12) if result.fields else None
    assert back.fields != other
    # It is the result's own, with the folder that the solver may write beside it.
    (tmp_path / "r" / "fields.bp").mkdir()
    check_target(tmp_path / "r", overwrite=True)
    (tmp_path / "r" / "cuts" / "notes.txt").write_text("mine")
    with pytest.raises(ResultFolderError, match=r"cuts/notes\.txt"):
        check_target(tmp_path / "r", overwrite=True)


def test_paraview_finds_regions_and_boundaries(tmp_path: Path) -> None:
    meshio = pytest.importorskip("meshio")
    fields = fields_of(RESULTS["pore"])
    write(RESULTS["pore"], tmp_path / "r", plots=False)
    mesh = meshio.read(tmp_path / "r" / "fields.vtu")
    np.testing.assert_array_equal(mesh.cell_data_dict["region"]["triangle"], fields.cell_region)
    names = json.loads((tmp_path / "r" / "summary.json").read_text(encoding="utf-8"))["fields"]
    assert names["regions"] == ["electrolyte", "membrane"]
    wall = mesh.cells_dict["line"][mesh.cell_data_dict["boundary"]["line"] == names["boundaries"].index("wall")]
    ends = mesh.points[wall][:, :, :2]
    assert np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum() == pytest.approx(20e-9)
    field = mesh.point_data["electric_field [V/m]"]
    np.testing.assert_array_equal(field[:, :2], fields.columns["electric_field"])
    assert not field[:, 2].any()


def test_damaged_fields_are_told(tmp_path: Path) -> None:
    write(RESULTS["electrode"], tmp_path / "r", plots=False)
    path = tmp_path / "r" / "fields.vtu"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ResultFolderError, match=r"is damaged: fields\.vtu"):
        load(tmp_path / "r")
    path.unlink()
    with pytest.raises(ResultFolderError, match=r"is damaged: fields\.vtu"):
        load(tmp_path / "r")


def test_as_a_dataset() -> None:
    result = RESULTS["pore"]
    fields = fields_of(result)
    data = result.to_xarray()
    assert data["potential"].dims == ("point",)
    assert data["electric_field"].dims == ("point", "component")
    assert list(data["component"].values) == ["r", "z"]
    assert data["potential"].attrs["units"] == "V"
    assert set(data["region"].values) == {"electrolyte", "membrane"}
    np.testing.assert_array_equal(data["r"], fields.points[:, 0])
    np.testing.assert_array_equal(data["triangles"], fields.triangles)
    assert float(data.drop_dims("point")["current.left"]) == -2.35e-9
    assert fields.to_xarray()["concentration.K"].attrs["long_name"] == "concentration of K"


def test_a_sweep_has_the_fields_of_its_last_point(tmp_path: Path) -> None:
    one = RESULTS["electrode"]
    rows = tuple(
        SweepPoint(value, "V", "converged" if value < 0.2 else "not converged", "", one.quantities)
        for value in (0.0, 0.1, 0.2)
    )
    result = dataclasses.replace(one, sweep=SweepTable(("boundaries.left.potential",), rows))
    write(result, tmp_path / "r", plots=False)
    back = load(tmp_path / "r")
    assert back.fields == one.fields
    (data,) = back.profiles()
    assert float(data["boundaries.left.potential"]) == 0.1
    assert "point" in data.dims
