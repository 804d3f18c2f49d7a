"""Access to results: by name, with the nearest name where there is none; sweeps as arrays."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.example_results import iv_result, membrane_result, partition_result


def test_quantities_by_name() -> None:
    result = membrane_result()
    assert result["membrane_potential"] == pytest.approx(-0.0890587, abs=1e-6)
    assert result.unit("membrane_potential") == "V"
    with pytest.raises(KeyError, match=r"no quantity 'membrane_potental'; did you mean 'membrane_potential'\?"):
        result["membrane_potental"]


def test_sweep_as_arrays() -> None:
    result = iv_result(points=21, failed=3)
    table = result.sweep
    assert table is not None
    assert not result.converged
    assert table.key == "boundaries.left.potential"
    assert table.unit == "V"
    current = table["current_density"]
    assert current.shape == (21,)
    assert np.flatnonzero(np.isnan(current)).tolist() == [3]
    np.testing.assert_allclose(table.values(), np.linspace(-0.1, 0.1, 21))
    with pytest.raises(KeyError, match="did you mean 'current_density'"):
        table["curent_density"]


def test_models_along_a_sweep() -> None:
    table = partition_result().sweep
    assert table is not None
    models = table.simplified()
    assert list(models) == [("Goldman-Hodgkin-Katz", "membrane_potential")]
    assert np.all(models["Goldman-Hodgkin-Katz", "membrane_potential"] == -0.0867)


def test_profile_knows_regions_and_species() -> None:
    profile = membrane_result().profile
    assert profile is not None
    assert profile.species == ["K", "Cl"]
    names, left, right = zip(*profile.region_bounds(), strict=True)
    assert names == ("cytosol", "membrane", "outside")
    assert left == pytest.approx((0.0, 1e-3, 1.000004e-3))
    assert right == pytest.approx((1e-3, 1.000004e-3, 2.000004e-3))
