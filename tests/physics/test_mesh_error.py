"""The estimated mesh error of each number, against what it really is."""

from __future__ import annotations

import numpy as np
import pytest

from pnp.adaptation import coarsened
from pnp.constants import F, R, epsilon_0
from pnp.grading import Grid
from tests.physics.systems import electrode, film, solved

T = 298.15


def grahame(psi: float, molar: float = 0.1) -> float:
    """Charge at ψ in C/m² of a 1:1 salt (Grahame 1947)."""
    return float(np.sqrt(8 * R * T * 78.49 * epsilon_0 * molar * 1e3) * np.sinh(F * psi / (2 * R * T)))


@pytest.mark.parametrize("refinement", [2.0, 4.0, 8.0])
@pytest.mark.parametrize("psi", [-0.05, -0.15])
def test_it_is_the_true_error_of_a_second_order_charge(psi: float, refinement: float) -> None:
    """To a quarter: the next order of the error is left (a third of it on the default mesh), and a merged odd cell."""
    result = solved(electrode(psi, mesh={"refinement": refinement, "adapt": False}))
    charge = result.quantities["surface_charge"]
    assert charge.mesh_error == pytest.approx(abs(charge.value - grahame(psi)), rel=0.25)


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_it_is_no_smaller_than_the_true_error_of_galerkin_elements_at_a_trace(degree: int) -> None:
    """Their order is lost where an ion runs to zero; the exact potential is that of the edge-averaged flux."""
    ends = ([0.1, 0.0, 0.1], [0.0, 0.1, 0.1])
    exact = solved(film(["H", "K", "Cl"], *ends))["liquid_junction_potential"]
    result = solved(film(["H", "K", "Cl"], *ends, solver={"flux": "galerkin", "degree": degree}))
    junction = result.quantities["liquid_junction_potential"]
    assert junction.mesh_error is not None
    assert junction.mesh_error >= abs(junction.value - exact)


def test_what_is_exact_on_any_mesh_has_none() -> None:
    result = solved(film(["H", "K", "Cl"], [0.1, 0.0, 0.1], [0.0, 0.1, 0.1]))
    junction = result.quantities["liquid_junction_potential"]
    assert junction.mesh_error is not None
    assert junction.mesh_error < 1e-14


def test_it_can_be_left_out_and_belongs_to_the_last_point_of_a_sweep() -> None:
    assert solved(electrode(-0.1, mesh={"error_estimate": False})).quantities["surface_charge"].mesh_error is None
    swept = solved(electrode(-0.1, sweep={"key": "boundaries.right.potential", "values": ["-50 mV", "-100 mV"]}))
    assert swept.quantities["surface_charge"].mesh_error is not None
    assert swept.sweep is not None
    assert swept.sweep.rows[0].quantities["surface_charge"].mesh_error is None


def test_a_coarsened_grid_keeps_its_faces() -> None:
    grid = Grid(np.array([0.0, 1, 2, 3, 4, 6, 8, 9]), np.array([0] * 5 + [1] * 2, dtype=np.int32), np.array([0, 5, 7]))
    coarse = coarsened(grid)
    assert coarse is not None
    assert coarse.nodes.tolist() == [0.0, 2.0, 6.0, 9.0]
    assert coarse.region.tolist() == [0, 0, 1]
    assert coarse.faces.tolist() == [0, 2, 3]
    assert coarsened(Grid(np.array([0.0, 1.0, 2.0]), np.array([0, 1], dtype=np.int32), np.array([0, 1, 2]))) is None
