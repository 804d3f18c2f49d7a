"""From case to model: scales, traces that keep a bath neutral, directions of prescribed currents."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from pnp.nondimensional import TRACE, model_from_case


def film(**more: object) -> Case:
    """HCl | KCl, the one ion of each side absent from the other."""
    ions = {"H": (1, 9.311), "K": (1, 1.957), "Cl": (-1, 2.032)}
    left = {"H": "0.1 mol/L", "K": "0 mol/L", "Cl": "0.1 mol/L"}
    right = {"H": "0 mol/L", "K": "0.1 mol/L", "Cl": "0.1 mol/L"}
    return Case.from_dict(
        {
            "species": {s: {"charge_number": z, "diffusivity": f"{d}e-9 m^2/s"} for s, (z, d) in ions.items()},
            "regions": {
                "a": {"thickness": "1 um", "permittivity": 78.49},
                "b": {"thickness": "1 um", "permittivity": 78.49},
            },
            "boundaries": {
                "left": {"type": "reservoir", "potential": "0 V", "concentrations": left},
                "right": {"type": "reservoir", "concentrations": right},
            },
            "study": {"mode": "open_circuit"},
            **more,
        }
    )


def test_baths_with_traces_are_neutral_to_rounding() -> None:
    model = model_from_case(film())
    for boundary in model.boundaries:
        assert abs(model.charge_number @ boundary.bath) <= 2 * np.finfo(float).eps
        assert boundary.bath.min() == pytest.approx(TRACE, rel=1e-9)
    assert len(model.traces) == 2


def test_length_scale_is_that_of_poisson() -> None:
    scales = model_from_case(film()).scales
    assert scales.length == pytest.approx(math.sqrt(78.49 * epsilon_0 * R * 298.15 / (F**2 * 100.0)), rel=1e-14)
    assert scales.surface_charge == pytest.approx(F * 100.0 * scales.length, rel=1e-14)


@pytest.mark.parametrize(("inside", "sign"), [(None, 1.0), ("a", 1.0), ("b", -1.0)])
def test_prescribed_currents_count_as_reported(inside: str | None, sign: float) -> None:
    """The right end floats: outward there is +x, which is from a to b."""
    study = {"mode": "current", "current_density": "2 A/m^2"}
    model = model_from_case(film(study=study, **({"inside": inside} if inside else {})))
    assert model.current * model.scales.current_density == pytest.approx(2.0 * sign, rel=1e-14)


def test_scaling_a_model_scales_its_drives_alone() -> None:
    model = model_from_case(film(study={"mode": "current", "current_density": "2 A/m^2"}))
    half = model.scaled(0.5)
    assert half.current == 0.5 * model.current
    assert np.array_equal(half.boundaries[0].log_activity, model.boundaries[0].log_activity)
    assert half.reference is model.reference


@pytest.mark.parametrize(("held", "told"), [("0 mol/L", True), ("1e-15 mol/L", True), ("1e-12 mol/L", False)])
def test_a_concentration_that_a_trace_stands_for_is_told(held: str, told: bool) -> None:
    right = {"type": "electrode", "potential": "-0.1 V", "species": {"H": {"concentration": held}}}
    bath = {"type": "reservoir", "potential": "0 V", "concentrations": {"H": "0.1 mol/L", "Cl": "0.1 mol/L"}}
    tables = {
        "species": {
            "H": {"charge_number": 1, "diffusivity": "9.3e-9 m^2/s"},
            "Cl": {"charge_number": -1, "diffusivity": "2e-9 m^2/s"},
        },
        "regions": {"a": {"thickness": "1 um", "permittivity": 78.5}},
        "boundaries": {"left": bath, "right": right},
    }
    traces = model_from_case(Case.from_dict(tables)).traces
    assert bool(traces) == told
    if told:
        # 1e-12 of the largest concentration, 0.1 mol/L
        assert traces[0].startswith(
            f"boundaries.right.species.H: concentration {float(held.partition(' ')[0]):g} mol/L stands"
        )
        assert "1e-13 mol/L" in traces[0]
