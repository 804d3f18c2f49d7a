"""What a mesh tells of a case in a plane, and that `pnp check` finds it without DOLFINx."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case, CaseError
from pnp.plane_parts import plane_parts

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["half_electrode", "junction_2d", "membrane_patch", "nanopore_rod"])
def test_parts_can_be_told(name: str) -> None:
    """A rank that has no mesh makes the same of what another tells it."""
    case = Case.load(ROOT / "cases" / f"{name}.toml")
    found = plane_parts(case)
    told = plane_parts(case, found.told)
    assert found.mesh is not None
    assert told.mesh is None
    assert (told.names, told.widths, told.known) == (found.names, found.widths, found.known)
    assert told.layout is found.layout


def test_layout_of_a_half_electrode() -> None:
    layout = plane_parts(Case.load(ROOT / "cases" / "half_electrode.toml")).layout
    assert layout.volumes == pytest.approx([800e-18])
    assert layout.boundary_areas == pytest.approx([20e-9, 40e-9])
    assert layout.boundary_regions == ((0,), (0,))


def test_layout_of_revolution_has_no_turn_in_it() -> None:
    """∫ r dr dz of the rod, whose 2π comes with the unit of area."""
    case = Case.load(ROOT / "cases" / "nanopore_rod.toml")
    layout = plane_parts(case).layout
    rod = list(case.regions).index("rod")
    assert layout.volumes[rod] == pytest.approx(0.5 * 1e-18 * 20e-9)
    assert layout.area_unit(1e-9) == pytest.approx(2 * np.pi * 1e-18)


@pytest.mark.parametrize("name", ["half_electrode", "nanopore_conical"])
def test_check_imports_no_dolfinx(name: str) -> None:
    script = (
        "import sys; from pnp.cli import main; "
        f"assert main(['check', 'cases/{name}.toml']) == 0; "
        "print(sorted({'dolfinx', 'petsc4py', 'mpi4py'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_piece_that_no_reservoir_reaches_is_told() -> None:
    """Two baths of one region, on either side of a dielectric, a reservoir at one of them alone."""
    across = ["0 nm", "10 nm"]
    case = Case.from_dict(
        {
            "coordinates": "planar",
            "species": {s: {"charge_number": z, "diffusivity": "2e-9 m^2/s"} for s, z in (("K", 1), ("Cl", -1))},
            "regions": {
                "solution": {
                    "permittivity": 78.5,
                    "shapes": [
                        {"rectangle": {"x": ["0 nm", "10 nm"], "y": across}},
                        {"rectangle": {"x": ["20 nm", "30 nm"], "y": across}},
                    ],
                },
                "wall": {
                    "permittivity": 2,
                    "absent": "all",
                    "shapes": [{"rectangle": {"x": ["10 nm", "20 nm"], "y": across}}],
                },
            },
            "boundaries": {
                "bath": {
                    "type": "reservoir",
                    "potential": "0 V",
                    "concentrations": {"K": "0.1 mol/L", "Cl": "0.1 mol/L"},
                    "on": [{"x": "0 nm"}],
                }
            },
        }
    )
    with pytest.raises(CaseError, match=r"regions\.solution\.shapes: K cannot come from any reservoir"):
        plane_parts(case)
