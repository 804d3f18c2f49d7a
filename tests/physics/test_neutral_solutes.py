"""Solutes without charge: no voltage acts on them, and they act on none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pnp.case import Case
from tests.physics.systems import bath, missed_balances, reservoir, solved, species

CLOSED = Path(__file__).parents[2] / "cases" / "neutral_solute_closed.toml"
PERMEABILITY, DIFFUSIVITY, BATH = 1e-5, 1.38e-9, 50e-9


def membrane(volts: float | None, partition: float, *, potassium: bool = False, urea: float = 0.01) -> Case:
    """Urea at `urea` | 0.001 mol/L across a slab, with or without a permeant ion."""
    own: dict[str, Any] = {"urea": {"permeability": f"{PERMEABILITY} m/s", "partition_coefficient": partition}}
    if potassium:
        own["K"] = {"permeability": "1e-8 m/s", "partition_coefficient": 1e-3}
    absent = ["Cl"] if potassium else ["K", "Cl"]
    return Case.from_dict(
        {
            "inside": "cytosol",
            "species": {
                **species("K", "Cl"),
                "urea": {"charge_number": 0, "diffusivity": f"{DIFFUSIVITY} m^2/s"},
            },
            "regions": {
                "cytosol": bath(f"{BATH} m"),
                "membrane": {**bath("4 nm", 2.0), "absent": absent, "species": own},
                "outside": bath(f"{BATH} m"),
            },
            "boundaries": {
                "left": reservoir({"urea": urea, "K": 0.15, "Cl": 0.15}, volts),
                "right": reservoir({"urea": 0.001, "K": 0.015, "Cl": 0.015}),
            },
            "study": {"mode": "open_circuit" if volts is None else "fixed_voltage"},
        }
    )


@pytest.mark.parametrize("partition", [1e-3, 0.1, 1.0])
@pytest.mark.parametrize("volts", [0.0, -0.07, 0.5])
def test_flux_is_that_of_diffusion_at_any_voltage(volts: float, partition: float) -> None:
    """J = Δc/(1/P + 2 L/D): profiles are linear, which the edge-averaged flux represents to rounding."""
    result = solved(membrane(volts, partition))
    assert missed_balances(result) == []
    expected = 9.0 / (1 / PERMEABILITY + 2 * BATH / DIFFUSIVITY)
    assert result["flux.urea"] == pytest.approx(expected, rel=1e-11)
    assert not {"nernst_potential.urea", "driving_force.urea"} & set(result.quantities)


@pytest.mark.parametrize("urea", [0.0, 0.001, 1.0])
def test_solute_leaves_the_potential_alone(urea: float) -> None:
    """A membrane of K⁺ is at its Nernst potential with any amount of solute beside it."""
    result = solved(membrane(None, 0.1, potassium=True, urea=urea))
    nernst = result["nernst_potential.K"]
    assert nernst == pytest.approx(-0.025692579121085846 * np.log(10), rel=1e-12)
    assert result["membrane_potential"] == pytest.approx(nernst, abs=1e-9)


@pytest.mark.parametrize("volts", [0.0, -0.07, 0.3])
def test_closed_compartment_equalises(volts: float) -> None:
    """The chemical potential of the solute is that of the outside throughout; in the slab c = β c_outside."""
    result = solved(Case.load(CLOSED, [f'boundaries.left.potential="{volts} V"']))
    assert missed_balances(result) == []
    assert result.profile is not None
    c, region = result.profile.columns["concentration.urea"], result.profile.region
    assert c[region != 1] == pytest.approx(1.0, rel=1e-12)
    assert c[region == 1] == pytest.approx(0.1, rel=1e-12)
    assert result["flux.urea"] == pytest.approx(0.0, abs=1e-20)
    if volts:
        # the ions do feel it: K⁺ is drawn to the side of the lower potential
        pulled = result["concentration.K.inner_face"] - result["concentration.K.outer_face"]
        assert np.sign(pulled) == np.sign(volts)
