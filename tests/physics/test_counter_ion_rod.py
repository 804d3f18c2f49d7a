"""Counter-ion condensation on a charged rod in its cell: the exact annulus of Fuoss, Katchalsky and Lifson."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F
from pnp.result import Result
from tests.cases.closed_forms import ROOM, WATER, Rod, thermal
from tests.physics.systems import missed_balances, solved

FILE = Path(__file__).parents[2] / "cases" / "charged_cylinder.toml"
RADIUS, CELL = 1e-9, 20e-9


def rod(manning_parameter: float) -> Rod:
    return Rod(-2 * manning_parameter * WATER * thermal(ROOM) / RADIUS, RADIUS, CELL)


def cell(of: Rod, *overrides: str) -> Result:
    """The case of cases/charged_cylinder.toml with another charge, and as many counter-ions as neutralise it."""
    ions = -2 * RADIUS * of.surface_charge / (F * (CELL**2 - RADIUS**2))
    own = [
        f'boundaries.left.surface_charge="{of.surface_charge!r} C/m^2"',
        f'regions.annulus.species.Na.initial_concentration="{ions!r} mol/m^3"',
    ]
    result = solved(Case.load(FILE, [*own, *overrides]))
    assert missed_balances(result) == []
    return result


def errors(result: Result, of: Rod) -> list[float]:
    """Of the drop in RT/F, and of the concentrations at both ends, relative."""
    drop = (result["potential_difference.rod"] - of.drop) / thermal(ROOM)
    ends = (("rod", RADIUS), ("cell_wall", CELL))
    found = [result[f"concentration.Na.{name}"] / of.concentration(r) - 1 for name, r in ends]
    return [abs(drop), *(abs(e) for e in found)]


@pytest.mark.parametrize("manning_parameter", [1.5, 4.2, 10.0])
def test_annulus_converges_to_the_exact_one(manning_parameter: float) -> None:
    """Second order with the default elements; within half a percent at the default mesh."""
    of = rod(manning_parameter)
    found = [errors(cell(of, "mesh.adapt=false", f"mesh.refinement={r}"), of) for r in (1.0, 2.0, 4.0)]
    assert max(found[0]) < 5e-3
    error = np.array(found)
    assert (np.log2(error[:-1] / error[1:]) > 1.9).all(), error


def test_cubic_elements_reproduce_every_digit_of_the_closed_form() -> None:
    of = rod(4.2)
    result = cell(of, 'solver.flux="galerkin"', "solver.degree=3")
    assert max(errors(result, of)) < 1e-8


def test_ions_within_the_manning_radius_leave_a_rod_of_charge_one() -> None:
    """1 − 1/ξ of the ions are within R_M, and the field there is 2 RT/(F R_M), that of ξ = 1."""
    of = rod(4.2)
    result = cell(of, "mesh.refinement=4")
    assert result.profile is not None
    r, c = result.profile.x, result.profile.columns["concentration.Na"]
    held = np.append(0.0, np.cumsum(np.diff(r) * 0.5 * (r[1:] * c[1:] + r[:-1] * c[:-1])))
    within = float(np.interp(of.manning_radius, r, held)) / held[-1]
    # second order, as the concentrations, but integrated: their errors at the rod cancel in the sum, which is kept
    assert within == pytest.approx(1 - 1 / 4.2, rel=1e-4)
    field = float(np.interp(of.manning_radius, r, result.profile.columns["electric_field"]))
    assert field == pytest.approx(-2 * thermal(ROOM) / of.manning_radius, rel=1e-4)


def test_condensation_buffers_the_charge_of_the_rod() -> None:
    """Above ξ = 1 a rod of more charge hardly pulls harder at the wall of its cell: its ions there barely change."""
    far = [cell(rod(xi))["concentration.Na.cell_wall"] for xi in (5.0, 10.0)]
    near = [cell(rod(xi))["concentration.Na.rod"] for xi in (5.0, 10.0)]
    assert far[1] / far[0] < 1.05
    assert near[1] / near[0] > 4
