"""Layers in planes: a half electrode against Gouy and Chapman and a fine reference, Gauss's law at interfaces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from pnp.result import Result
from tests.physics.systems import bath, missed_balances, reservoir, solved, species
from tests.physics.test_plane_equilibrium import BATH, COORDINATES, ball, box

CASES = Path(__file__).parents[2] / "cases"
HALF = {0.2: 1.82290e-8, 0.5: 6.24509e-6}
"""C/m by V: that of 0.5 V from a solver of the Poisson–Boltzmann equation on boxes, extrapolated (Richardson)."""
EPSILON = 78.49 * epsilon_0


def half_electrode(refinement: float) -> Result:
    """With the point "edge" moved to the electrode, 15 nm (16 Debye lengths) from its edge."""
    options = [f"mesh.refinement={refinement}", 'points.edge.at=["5 nm", "0 nm"]']
    result = solved(Case.load(CASES / "half_electrode.toml", options))
    assert missed_balances(result) == []
    return result


def test_half_electrode_has_the_charge_of_the_reference() -> None:
    """Second order in the cell size, and extrapolated the reference; far from the edge Gouy and Chapman's charge."""
    coarse, fine = half_electrode(0.5), half_electrode(1.0)
    assert coarse.sweep is not None
    assert fine.sweep is not None
    for k, volts in enumerate(HALF):
        first, second = (float(r.sweep["charge.electrode"][k]) for r in (coarse, fine) if r.sweep is not None)
        off = np.array([first, second]) - HALF[volts]
        assert np.log2(off[0] / off[1]) == pytest.approx(2.0, abs=0.1)
        assert (4.0 * second - first) / 3.0 == pytest.approx(HALF[volts], rel=2e-4)
        assert second == pytest.approx(HALF[volts], rel=0.01)
    scale = np.sqrt(8.0 * EPSILON * R * 298.15 * 100.0)
    grahame = scale * np.sinh(0.2 * F / (2.0 * R * 298.15))
    first, second = (EPSILON * float(r.sweep["electric_field.edge"][0]) for r in (coarse, fine) if r.sweep is not None)
    assert (4.0 * second - first) / 3.0 == pytest.approx(grahame, rel=1e-3)


def particle(coordinates: str, sigma: float, refinement: float) -> Result:
    """A charged particle without ions, a rod across the plane or a sphere, of 4 nm radius."""
    revolved = coordinates == "axisymmetric"
    side = "r" if revolved else "x"
    case = Case.from_dict(
        {
            "coordinates": coordinates,
            "species": species("K", "Cl"),
            "regions": {
                "bath": {"permittivity": BATH, "shapes": [box(("0 nm", "15 nm"), ("-15 nm", "15 nm"), revolved)]},
                "particle": {"permittivity": 4.0, "absent": "all", "shapes": [ball("0 nm", "4 nm")]},
            },
            "interfaces": {"surface": {"between": ["bath", "particle"], "surface_charge": f"{sigma!r} C/m^2"}},
            "boundaries": {"outside": {**reservoir({"K": 0.1, "Cl": 0.1}), "on": [{side: "15 nm"}]}},
            "points": {"surface": {"at": ["0 nm", "4 nm"]}},
            "mesh": {"refinement": refinement},
        }
    )
    result = solved(case)
    assert missed_balances(result) == []
    return result


@pytest.mark.parametrize("sigma", [-0.05, 0.01])
@pytest.mark.parametrize("coordinates", COORDINATES)
def test_layer_around_a_charged_particle_has_minus_its_charge(coordinates: str, sigma: float) -> None:
    """Gauss. The polygon is shorter than its circle by a share of (h/r)²/24; the bath is 11 Debye lengths away."""
    result = particle(coordinates, sigma, 0.5)
    area = 4.0 * np.pi * 4e-9**2 if coordinates == "axisymmetric" else np.pi * 4e-9
    assert result["space_charge.bath"] == pytest.approx(-sigma * area, rel=2e-3)
    assert result["space_charge.particle"] == 0.0


def test_potential_of_a_sphere_in_a_plane_is_that_of_one_dimension() -> None:
    """The same sphere twice: as a half disc turned about the axis, and along its radius on a fine mesh."""
    wall = {"type": "wall", "surface_charge": "0.01 C/m^2"}
    radial = solved(
        Case.from_dict(
            {
                "coordinates": "spherical",
                "inner_radius": "4 nm",
                "species": species("K", "Cl"),
                "regions": {"bath": bath("20 nm")},
                "boundaries": {"left": wall, "right": reservoir({"K": 0.1, "Cl": 0.1})},
                "mesh": {"refinement": 4.0},
            }
        )
    )
    coarse, fine = (particle("axisymmetric", 0.01, r)["potential.surface"] for r in (0.5, 1.0))
    expected = radial["potential.left"]
    assert fine == pytest.approx(expected, rel=0.02)
    assert abs(coarse - expected) > 2.0 * abs(fine - expected)


def wall(refinement: float) -> Result:
    """A wall of 0.03 C/m² along one side of a bath, 10 nm long."""
    case = Case.from_dict(
        {
            "coordinates": "planar",
            "species": species("K", "Cl"),
            "regions": {"bath": {"permittivity": BATH, "shapes": [box(("0 nm", "10 nm"), ("0 nm", "20 nm"), False)]}},
            "boundaries": {
                "wall": {"type": "wall", "surface_charge": "0.03 C/m^2", "on": [{"y": "0 nm"}]},
                "bath": {**reservoir({"K": 0.1, "Cl": 0.1}), "on": [{"y": "20 nm"}]},
            },
            "mesh": {"refinement": refinement},
        }
    )
    result = solved(case)
    assert missed_balances(result) == []
    return result


def test_charged_wall_in_a_plane_is_grahames() -> None:
    """Of second order, and extrapolated the closed form; the layer's charge is the wall's on any mesh."""
    results = [wall(r) for r in (1.0, 2.0)]
    coarse, fine = (r["potential.wall"] for r in results)
    grahame = 2.0 * R * 298.15 / F * np.arcsinh(0.03 / np.sqrt(8.0 * EPSILON * R * 298.15 * 100.0))
    assert np.log2((coarse - grahame) / (fine - grahame)) == pytest.approx(2.0, abs=0.1)
    assert (4.0 * fine - coarse) / 3.0 == pytest.approx(grahame, rel=1e-4)
    for result in results:
        assert result["charge.wall"] == pytest.approx(0.03 * 10e-9, rel=1e-12)
        assert result["space_charge.bath"] == pytest.approx(-0.03 * 10e-9, rel=1e-6)
