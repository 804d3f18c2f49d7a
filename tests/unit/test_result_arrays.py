"""Results as datasets: names, units, coordinates, attributes; through netCDF and through a result folder unchanged."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import pnp
from pnp import result_folder
from pnp.result import Quantity, Result, SimplifiedRow, SweepPoint, SweepTable
from tests.unit.example_results import WALL_CASE, case, iv_result, membrane_result, partition_result, wall_result

KEY = "boundaries.left.potential"
RESULTS = [membrane_result(), wall_result(), iv_result(failed=3), partition_result()]


def with_profiles(result: Result) -> Result:
    """The sweep with a profile at its first and last point, on meshes of different sizes."""
    assert result.sweep is not None
    rows = list(result.sweep.rows)
    rows[0] = dataclasses.replace(rows[0], profile=wall_result().profile)
    rows[-1] = dataclasses.replace(rows[-1], profile=membrane_result().profile)
    return dataclasses.replace(result, sweep=dataclasses.replace(result.sweep, rows=tuple(rows)))


def datasets(result: Result) -> list[xr.Dataset]:
    return [result.to_xarray(), result.models(), *result.profiles()]


@pytest.mark.parametrize("result", RESULTS)
def test_every_number_has_a_unit_and_every_variable_words(result: Result) -> None:
    for dataset in datasets(result):
        assert dataset.variables
        for name, variable in dataset.variables.items():
            assert variable.attrs["long_name"], name
            assert ("units" in variable.attrs) == (variable.dtype.kind == "f"), name


def test_fields_and_quantities_are_those_of_the_result() -> None:
    result = membrane_result()
    assert result.profile is not None
    dataset = result.to_xarray()
    assert set(dataset.data_vars) == {*result.profile.columns, *result.quantities}
    for name, column in result.profile.columns.items():
        assert dataset[name].dims == ("x",)
        np.testing.assert_array_equal(dataset[name], column)
        assert dataset[name].attrs["units"] == result.profile.units[name]
    for name, q in result.quantities.items():
        assert (dataset[name].item(), dataset[name].attrs["units"]) == (q.value, q.unit)
    assert set(dataset.drop_dims("x").data_vars) == set(result.quantities)
    assert dataset["nernst_potential.K"].attrs["long_name"] == "Nernst potential of K"
    assert dataset.x.attrs == {"long_name": "position", "units": "m"}
    assert dataset.attrs["title"] == "Potassium membrane"
    assert dataset.attrs["status"] == "converged"
    assert dataset.attrs["versions"] == "pnp 0.1.0"
    assert dataset.attrs["warnings"] == "concentration 0 of Na stands as a trace"
    assert "message" not in dataset.attrs


def test_units_are_those_of_the_result_and_not_of_a_table() -> None:
    result = dataclasses.replace(membrane_result(), quantities={"flux.K": Quantity(1.0, "mol/s")})
    assert result.to_xarray()["flux.K"].attrs["units"] == "mol/s"


def test_jumps_are_kept_and_a_region_can_be_interpolated() -> None:
    """The membrane holds 1e-6 of the bath's K⁺ at equal potential: the two values at a face differ by that."""
    profile = membrane_result().profile
    assert profile is not None
    dataset = profile.to_xarray()
    face = dataset.isel(x=np.flatnonzero(profile.x == 1e-3))
    assert face.region.values.tolist() == ["cytosol", "membrane"]
    membrane = dataset.isel(x=dataset.region == "membrane")
    assert np.isnan(membrane["concentration.Cl"]).all()
    middle = membrane.potential.interp(x=1e-3 + 2e-9)
    # The example's field is uniform in the membrane, so its middle has the mean of the faces.
    ends = membrane.potential.isel(x=[0, -1])
    assert middle.item() == pytest.approx(float(ends.mean()), rel=1e-9)


def test_the_stack_can_be_selected_and_interpolated_across_faces() -> None:
    """No x is there twice: the right side of a face is one float farther, less than any position is known to."""
    profile = membrane_result().profile
    assert profile is not None
    dataset = profile.to_xarray()
    assert (np.diff(dataset.x) > 0).all()
    np.testing.assert_allclose(dataset.x, profile.x, rtol=np.finfo(float).eps, atol=0)
    cytosol, membrane = (profile.columns["concentration.K"][profile.x == 1e-3]).tolist()
    step = np.spacing(1e-3)
    near = dataset["concentration.K"].sel(x=[1e-3 - step, 1e-3, 1e-3 + 2 * step], method="nearest")
    assert near.values.tolist() == [cytosol, cytosol, membrane]
    x = np.array([0.3e-3, 1e-3, 1e-3 + 1e-9, 1.5e-3])
    np.testing.assert_allclose(
        dataset.potential.interp(x=x), np.interp(x, profile.x, profile.columns["potential"]), rtol=1e-12
    )


def test_x_is_the_radius_in_a_sphere() -> None:
    sphere = case('coordinates = "spherical"\ninner_radius = "1 nm"\n' + WALL_CASE)
    dataset = dataclasses.replace(wall_result(), case=sphere).to_xarray()
    assert dataset.x.attrs == {"long_name": "radius", "units": "m"}
    assert dataset.attrs["coordinate_system"] == "spherical"


def test_a_sweep_is_along_its_key() -> None:
    result = iv_result(points=21, failed=3)
    assert result.sweep is not None
    dataset = result.to_xarray()
    assert dict(dataset.sizes) == {KEY: 21}
    assert dataset[KEY].attrs == {"long_name": "Potential at left", "units": "V"}
    np.testing.assert_array_equal(dataset[KEY], result.sweep.values())
    np.testing.assert_array_equal(dataset.current_density, result.sweep["current_density"])
    assert np.flatnonzero(np.isnan(dataset.current_density)).tolist() == [3]
    assert dataset.status.values[3] == "not converged"
    assert dataset.message.values[3] == "the residual stopped falling"
    assert dataset.drop_attrs().identical(result.sweep.to_xarray().drop_attrs())
    zero = dataset.sel({KEY: 0.0}, method="nearest")
    assert zero.membrane_potential.item() == pytest.approx(0.0, abs=1e-15)


def test_keys_set_together_share_a_dimension() -> None:
    table = partition_result().sweep
    assert table is not None
    keys = ("regions.membrane.species.K.partition_coefficient", "regions.membrane.species.Na.partition_coefficient")
    dataset = SweepTable(keys, table.rows).to_xarray()
    assert dict(dataset.sizes) == {keys[0]: 29}
    np.testing.assert_array_equal(dataset[keys[0]], dataset[keys[1]])
    assert dataset[keys[1]].attrs["units"] == "1"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("boundaries.left.potential", "Potential at left"),
        ("boundaries.right.concentrations.K", "Concentration of K at right"),
        ("regions.membrane.species.K.partition_coefficient", "Partition coefficient of K in membrane"),
        ("temperature", "Temperature"),
    ],
)
def test_keys_in_words(key: str, text: str) -> None:
    table = iv_result(points=3).sweep
    assert table is not None
    assert dataclasses.replace(table, keys=(key,)).to_xarray()[key].attrs["long_name"] == text


def test_names_can_be_swept() -> None:
    rows = tuple(SweepPoint(v, "1", "converged", "", {"flux.K": Quantity(1.0, "mol/m^2/s")}) for v in ("edge", 2))
    dataset = SweepTable(("solver.flux",), rows).to_xarray()
    assert dataset["solver.flux"].values.tolist() == ["edge", "2"]
    assert dataset["flux.K"].sel({"solver.flux": "edge"}).item() == 1.0


def test_profiles_of_a_sweep_keep_their_own_meshes() -> None:
    result = with_profiles(iv_result(points=21))
    wall, membrane = wall_result().profile, membrane_result().profile
    assert wall is not None
    assert membrane is not None
    first, last = result.profiles()
    assert wall.x.size != membrane.x.size
    np.testing.assert_array_equal(first.x, wall.x)
    np.testing.assert_array_equal(last.potential, membrane.columns["potential"])
    assert (first[KEY].item(), last[KEY].item()) == (-0.1, 0.1)
    assert first[KEY].attrs["units"] == "V"
    assert first.membrane_potential.item() == -0.1
    assert first.attrs["status"] == "converged"
    assert membrane_result().profiles()[0].identical(membrane_result().to_xarray())


def test_models_beside_the_full_one() -> None:
    result = iv_result(points=21, failed=3)
    models = result.models()
    assert models.model.values.tolist() == ["full model", "Goldman-Hodgkin-Katz"]
    assert models.current_density.dims == ("model", KEY)
    full = models.current_density.sel(model="full model")
    np.testing.assert_array_equal(full, result.to_xarray().current_density)
    # The example's model predicts 0.97 of the current.
    ratio = models.current_density.sel(model="Goldman-Hodgkin-Katz") / full
    np.testing.assert_allclose(ratio.dropna(KEY), 0.97, rtol=1e-14)
    steady = membrane_result().models()
    assert steady.membrane_potential.dims == ("model",)
    assert steady["reason.membrane_potential"].values.tolist()[:2] == ["", ""]
    assert "holds charge" in steady["reason.membrane_potential"].values[2]


def test_a_model_of_something_the_full_one_has_not() -> None:
    row = SimplifiedRow("Nernst (K)", "nernst_potential.Na", 0.066, "V")
    models = dataclasses.replace(membrane_result(), simplified_models=(row,)).models()
    assert np.isnan(models["nernst_potential.Na"].values[0])
    assert models["nernst_potential.Na"].values[1] == 0.066
    bare = dataclasses.replace(membrane_result(), simplified_models=()).models()
    assert bare.model.values.tolist() == ["full model"]


@pytest.mark.parametrize("result", [*RESULTS, with_profiles(iv_result(points=5))])
def test_netcdf_keeps_everything(result: Result, tmp_path: Path) -> None:
    for number, dataset in enumerate(datasets(result)):
        path = tmp_path / f"{number}.nc"
        dataset.to_netcdf(path, engine="scipy")
        with xr.open_dataset(path, engine="scipy") as back:
            assert back.load().identical(dataset)


@pytest.mark.parametrize("result", [*RESULTS, with_profiles(iv_result(points=5))])
def test_a_saved_result_comes_back_equal(result: Result, tmp_path: Path) -> None:
    assert result.save(tmp_path / "r", plots=False) == tmp_path / "r"
    back = pnp.load(tmp_path / "r")
    assert back.profile == result.profile
    assert back.to_xarray().identical(result.to_xarray())
    assert back.models().identical(result.models())
    for one, other in zip(back.profiles(), result.profiles(), strict=True):
        assert one.identical(other)


def test_saving_never_replaces_unless_asked(tmp_path: Path) -> None:
    membrane_result().save(tmp_path / "r", plots=False)
    with pytest.raises(result_folder.ResultFolderError, match="exists already"):
        iv_result().save(tmp_path / "r", plots=False)
    iv_result().save(str(tmp_path / "r"), overwrite=True, plots=False)
    assert pnp.load(tmp_path / "r").sweep is not None


def test_a_plot_that_fails_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pnp.report import plots

    def broken(*_: object) -> None:
        raise ValueError("no font")

    monkeypatch.setattr(plots, "write_plots", broken)
    with pytest.warns(UserWarning, match="no font"):
        membrane_result().save(tmp_path / "r")
    assert pnp.load(tmp_path / "r").converged


def test_profiles_are_equal_by_their_numbers() -> None:
    one, other = membrane_result().profile, membrane_result().profile
    assert one is not None
    assert other is not None
    assert one == other
    # Results are then equal too; the example's solver report holds a NaN, which equals nothing.
    results = [dataclasses.replace(membrane_result(), solver={}) for _ in range(2)]
    assert results[0] == results[1]
    other.columns["potential"][3] += 1e-12
    assert one != other
    assert one != "profile"
    assert one != dataclasses.replace(one, units={**one.units, "potential": "mV"})


def test_notebooks_show_numbers_beside_models() -> None:
    shown = membrane_result()._repr_html_()
    assert "<td>membrane potential</td><td>-89.0587 mV</td><td>Nernst (K)</td>" in shown
    assert "more in result.quantities" in shown  # the Debye length
    shown = iv_result(points=21, failed=3)._repr_html_()
    assert "1 of 21 points did not converge" in shown
    assert "15 of 21 points" in shown
    title = wall_result().case.with_value("title", "a < b & c")
    shown = dataclasses.replace(wall_result(), case=title)._repr_html_()
    assert "a &lt; b &amp; c" in shown
    assert "simplified model" not in shown


def test_short_in_a_terminal() -> None:
    count = len(membrane_result().quantities)
    assert repr(membrane_result()) == f"<pnp.Result of 'Potassium membrane': converged, {count} quantities>"
    assert repr(iv_result()) == f"<pnp.Result of 'Potassium membrane': converged, 21 points over {KEY}>"


def test_xarray_is_imported_on_use_only() -> None:
    code = (
        "import sys, pnp, pnp.result, pnp.result_folder, pnp.result_reading, pnp.report.tables, pnp.report.plots\n"
        "print({'xarray', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_without_xarray_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    monkeypatch.delitem(sys.modules, "pnp.result_arrays", raising=False)
    with pytest.raises(ImportError, match="pip install xarray"):
        membrane_result().to_xarray()
