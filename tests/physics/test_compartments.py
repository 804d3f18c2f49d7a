"""Compartments behind barriers: their levels are found however tight the membranes, serial and on two ranks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pnp.case import Case
from pnp.compartments import compartments
from pnp.constants import R
from pnp.nondimensional import model_from_case
from tests.physics.systems import bath, missed_balances, reservoir, solved, species

LEVEL = "electrochemical_potential"


def membrane(permeability: float) -> dict[str, Any]:
    """4 nm of permittivity 2, equally permeable to K and Cl; P in m/s (bare lipid: about 1e-14)."""
    own = {"permeability": f"{permeability!r} m/s", "partition_coefficient": 1e-3}
    return {"thickness": "4 nm", "permittivity": 2.0, "species": {"K": own, "Cl": own}}


def vesicle(permeability: float, charge: float = 0.0, leak: float = 0.0) -> Case:
    """wall | vesicle | membrane | bath, with fixed charge (mol/L) inside and K+ given in at the wall."""
    left: dict[str, Any] = {"type": "wall"}
    if leak:
        left["species"] = {s: {"flux": f"{-leak!r} mol/m^2/s"} for s in ("K", "Cl")}
    return Case.from_dict(
        {
            "species": species("K", "Cl"),
            "regions": {
                "vesicle": {**bath("50 nm"), "fixed_charge": f"{charge!r} mol/L"},
                "membrane": membrane(permeability),
                "bath": bath("50 nm"),
            },
            "boundaries": {"left": left, "right": reservoir({"K": 0.1, "Cl": 0.1})},
        }
    )


@pytest.mark.parametrize("charge", [0.0, -0.1])
@pytest.mark.parametrize("permeability", [1e-10, 1e-13, 1e-16, 1e-20])
def test_a_vesicle_is_in_equilibrium_with_its_bath(permeability: float, charge: float) -> None:
    result = solved(vesicle(permeability, charge))
    assert result.profile is not None
    for s in ("K", "Cl"):
        assert np.ptp(result.profile.columns[f"{LEVEL}.{s}"]) / (R * 298.15) < 1e-12
    assert missed_balances(result) == []


@pytest.mark.parametrize("permeability", [1e-10, 1e-14, 1e-18])
def test_salt_given_at_the_wall_leaves_through_the_membrane(permeability: float) -> None:
    """J = P (c_in − c_out) for salt through a neutral membrane without a field: twice the bath's concentration inside.

    The potential is flat but for the membrane's own ions, which are equal; the bath polarises by J L / D.
    """
    result = solved(vesicle(permeability, leak=permeability * 100.0))
    assert result.profile is not None
    assert result.profile.columns["concentration.K"][0] == pytest.approx(200.0, rel=1e-6)
    assert result["flux.K"] == pytest.approx(permeability * 100.0, rel=1e-9)


def test_a_compartment_between_two_membranes_divides_the_drop() -> None:
    """Its numbers do not depend on the common permeability, from one that a plain solve handles to one it cannot."""

    def cell(permeability: float) -> Case:
        return Case.from_dict(
            {
                "species": species("K", "Cl"),
                "regions": {
                    "a": bath("50 nm"),
                    "first": membrane(permeability),
                    "middle": bath("50 nm"),
                    "second": membrane(permeability),
                    "b": bath("50 nm"),
                },
                "boundaries": {
                    "left": reservoir({"K": 0.1, "Cl": 0.1}, 0.05),
                    "right": reservoir({"K": 0.01, "Cl": 0.01}, 0.0),
                },
                "points": {"middle": {"region": "middle", "fraction": 0.5}},
            }
        )

    loose, tight = solved(cell(1e-10)), solved(cell(1e-20))
    assert len(tight.solver["border_unknowns"]) == 2
    # the baths' polarisation, P L / D = 5e-9, is what differs
    assert tight["flux.K"] / 1e-20 == pytest.approx(loose["flux.K"] / 1e-10, rel=1e-7)
    assert tight["concentration.K.middle"] == pytest.approx(loose["concentration.K.middle"], rel=1e-7)
    assert missed_balances(tight) == []


def test_compartments_are_found_from_resistances() -> None:
    model = model_from_case(vesicle(1e-14))
    inside, outside = compartments(model, 0)
    assert (inside.regions, inside.barriers, inside.supplied) == ((0,), (1,), False)
    assert (outside.regions, outside.barriers, outside.supplied) == ((2,), (1,), True)
    assert len(compartments(model_from_case(vesicle(1e-3)), 0)) == 1


@pytest.mark.mpi
@pytest.mark.timeout(120)
def test_a_vesicle_on_two_ranks(tmp_path: Path) -> None:
    path = tmp_path / "vesicle.toml"
    path.write_text(vesicle(1e-16, -0.1).to_toml(), encoding="utf-8")
    found = []
    for launcher in ([], ["mpiexec", "-n", "2"]):
        folder = tmp_path / str(len(launcher))
        command = [*launcher, sys.executable, "-m", "pnp", "run", str(path), "-o", str(folder), "--no-plots"]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ}, timeout=60)
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        found.append(summary["quantities"]["potential.left"]["value"])
    assert found[1] == pytest.approx(found[0], rel=1e-9)
