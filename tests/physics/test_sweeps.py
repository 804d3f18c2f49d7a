"""Sweeps: every row is the number of a run of its own, whatever is swept; lines are drawn only where they help."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pnp.case import Case
from pnp.session import _line_step
from pnp.study import run
from tests.physics.systems import bath, electrode, reservoir, solved, species


def vesicle(**more: Any) -> dict[str, Any]:
    """A charged membrane between two solutions at open circuit."""
    return {
        "inside": "a",
        "species": species("K", "Na", "Cl"),
        "regions": {
            "a": bath("20 nm"),
            "m": {**bath("10 nm", 20.0), "fixed_charge": "-0.2 mol/L"},
            "b": bath("20 nm"),
        },
        "boundaries": {
            "left": reservoir({"K": 0.1, "Na": 0.01}, None, "Cl"),
            "right": reservoir({"K": 0.01, "Na": 0.1}, 0.0, "Cl"),
        },
        "study": {"mode": "open_circuit"},
        **more,
    }


SWEEPS: dict[str, list[Any]] = {
    "temperature": ["280 K", "298 K", "330 K"],
    "mesh.refinement": [0.3, 1.0, 3.0],
    "solver.flux": ["edge_averaged", "galerkin"],
    "regions.m.thickness": ["5 nm", "20 nm", "1 um"],
    "regions.m.fixed_charge": ["-1 mol/L", "0 mol/L", "1 mol/L"],
    "species.Na.charge_number": [1, 2],
    "boundaries.left.concentrations.K": ["1 mmol/L", "0.1 mol/L", "1 mol/L"],
    "regions.m.species.Na.partition_coefficient": [1e-6, 1e-3, 1.0],
}


@pytest.mark.parametrize("key", SWEEPS)
def test_rows_of_a_sweep_are_those_of_single_runs(key: str) -> None:
    """To the tolerance of the solver where the mesh is the same, to the mesh error where points share a finer one."""
    base = Case.from_dict(vesicle())
    swept = solved(Case.from_dict(vesicle(sweep={"key": key, "values": SWEEPS[key]})))
    assert swept.sweep is not None
    found = swept.sweep["membrane_potential"]
    single = [solved(base.with_value(key, value))["membrane_potential"] for value in SWEEPS[key]]
    assert found == pytest.approx(single, rel=2e-3, abs=1e-6)
    if key in ("temperature", "mesh.refinement", "solver.flux", "regions.m.thickness"):
        assert found == pytest.approx(single, abs=1e-8)
        assert len(set(found)) == len(found)


def test_a_solver_option_is_swept() -> None:
    case = electrode(-0.2, solver={"ramp": False}, sweep={"key": "solver.max_iterations", "values": [1, 60]})
    result = run(case)
    assert result.sweep is not None
    assert [row.status for row in result.sweep.rows] == ["not converged", "converged"]


@pytest.mark.parametrize(
    ("known", "here", "step"),
    [
        ([0.0, 1.0], 2.0, 1.0),
        ([0.0, 1.0], 2.5, 1.5),
        ([1e-8, 1e-7], 1e-6, 1.0),
        ([-1e-3, -1e-2], -1e-1, 1.0),
        ([1e-8, 1e-6], 1.0, None),
        ([1.0, 1.0], 2.0, None),
        ([1.0], 2.0, None),
        (["a", "b"], "c", None),
    ],
)
def test_lines_are_drawn_in_the_scale_of_the_steps(known: list[Any], here: Any, step: float | None) -> None:
    assert _line_step(known, here) == (None if step is None else pytest.approx(step))


def test_profiles_of_a_sweep_are_kept() -> None:
    result = solved(
        electrode(-0.1, sweep={"key": "boundaries.right.potential", "start": "0 V", "stop": "-0.1 V", "points": 5})
    )
    assert result.sweep is not None
    assert all(row.profile is not None and np.isfinite(row.profile.x).all() for row in result.sweep.rows)


def test_an_interrupted_sweep_keeps_the_points_that_are_done() -> None:
    def stop_at_three(done: int, total: int, text: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    values = [f"{-10 * k} mV" for k in range(6)]
    result = run(electrode(0.0, sweep={"key": "boundaries.right.potential", "values": values}), progress=stop_at_three)
    assert not result.converged
    assert result.message == "interrupted: 3 of 6 points are missing"
    assert result.provenance["interrupted"]
    assert result.sweep is not None
    assert [row.status for row in result.sweep.rows] == ["converged"] * 3
