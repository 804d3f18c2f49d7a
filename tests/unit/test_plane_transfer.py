"""Fields between the nodes of a coarser mesh, as the edge-averaged flux has them."""

from __future__ import annotations

import numpy as np
import pytest

transfer = pytest.importorskip("pnp.plane_transfer", exc_type=ImportError)


@pytest.mark.parametrize("z", [-2.0, -1.0, 0.0, 1.0])
@pytest.mark.parametrize("drop", [-400.0, -3.0, 0.0, 1e-9, 5.0, 900.0])
def test_equilibrium_and_ends_are_kept(z: float, drop: float) -> None:
    a, b = np.array([[0.7, 0.2]]), np.array([[0.7, 0.2 + drop]])
    for share in (0.0, 0.3, 1.0):
        found = transfer.along_edge(a, b, np.array([share]), np.array([z]))
        assert found[0, 0] == pytest.approx(0.7, abs=1e-15)
        assert found[0, 1] == pytest.approx(0.2 + share * drop, rel=1e-15)


@pytest.mark.parametrize("z", [-2.0, -1.0, 0.0, 1.0])
@pytest.mark.parametrize("drop", [-8.0, 0.0, 6.0])
def test_a_steady_flux_in_a_constant_field_is_exact(z: float, drop: float) -> None:
    """c = A + B e^{−zφ} solves ∇·J = 0 for a constant field, linear c without one; m = ln c + zφ."""
    s = np.linspace(0.0, 1.0, 7)
    phi = drop * s
    c = 1.0 - (1.0 - 1e-9) * s if z * drop == 0.0 else 2.0 + 1.5 * np.exp(-z * phi) / np.exp(abs(z * drop))
    fields = np.column_stack([np.log(c) + z * phi, phi])
    a, b = (np.repeat(fields[[end]], len(s), axis=0) for end in (0, -1))
    found = transfer.along_edge(a, b, s, np.array([z]))
    assert np.abs(found - fields).max() < 1e-13 * (1.0 + np.abs(fields).max())
