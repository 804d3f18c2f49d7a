"""Meshes that are given: a user's Gmsh file with a short case, a parametrised source, and geometry in a sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R
from tests.physics.systems import missed_balances, solved

gmsh = pytest.importorskip("gmsh")

ROOT = Path(__file__).parents[2]
FIFTEEN = """\
coordinates = "planar"
mesh = { file = "channel.msh", length_unit = "nm" }
species.K = { charge_number = 1, diffusivity = "1.957e-9 m^2/s" }
species.Cl = { charge_number = -1, diffusivity = "2.032e-9 m^2/s" }
[regions]
water = { permittivity = 78.5 }
glass = { permittivity = 4, absent = "all" }
[interfaces]
wall = { surface_charge = "-0.02 C/m^2" }
[boundaries]
left = { type = "reservoir", potential = "0 V", concentrations = { K = "10 mmol/L", Cl = "10 mmol/L" } }
right = { type = "reservoir", potential = "50 mV", concentrations = { K = "10 mmol/L", Cl = "10 mmol/L" } }
"""


def channel(path: Path) -> None:
    """Write a channel of 60 nm × 10 nm with a half round pillar of glass, its groups named, lengths in nm."""
    gmsh.initialize()
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        occ = gmsh.model.occ
        box = occ.addRectangle(0, 0, 0, 60, 10)
        disc = occ.intersect([(2, occ.addDisk(30, 0, 0, 5, 5))], [(2, box)], removeTool=False)[0]
        parts, _ = occ.fragment([(2, box)], disc)
        occ.synchronize()
        glass = disc[0][1]
        water = next(tag for _, tag in parts if tag != glass)
        gmsh.model.addPhysicalGroup(2, [water], name="water")
        gmsh.model.addPhysicalGroup(2, [glass], name="glass")
        lines = {"left": [], "right": [], "wall": []}
        for _, tag in gmsh.model.getEntities(1):
            x0, y0, _, x1, y1, _ = gmsh.model.getBoundingBox(1, tag)
            if x1 < 1 or x0 > 59:
                lines["left" if x1 < 1 else "right"].append(tag)
            elif y1 - y0 > 1:
                lines["wall"].append(tag)
        for name, tags in lines.items():
            gmsh.model.addPhysicalGroup(1, tags, name=name)
        gmsh.option.setNumber("Mesh.MeshSizeMax", 0.5)
        gmsh.model.mesh.generate(2)
        gmsh.write(str(path))
    finally:
        gmsh.finalize()


def test_a_users_gmsh_file_with_a_case_of_few_lines(tmp_path: Path) -> None:
    """Its names are the case's; the current is that of a charged channel, and more than of the solution alone."""
    channel(tmp_path / "channel.msh")
    assert len(FIFTEEN.splitlines()) <= 15
    (tmp_path / "channel.toml").write_text(FIFTEEN, encoding="utf-8")
    result = solved(Case.load(tmp_path / "channel.toml"))
    assert missed_balances(result) == []
    plain = F**2 * (1.957 + 2.032) * 1e-9 * 10.0 / (R * 298.15) * 10e-9 / 60e-9 * 0.05
    # a pillar of half the height in a channel takes less than half of the current, its counter-ions add to it
    assert 0.5 * plain < -result["current.right"] < 1.5 * plain
    assert result["current.left"] == pytest.approx(-result["current.right"], rel=1e-9)
    # 5 nm are more than the Debye length: what the wall's ions lack at the ends is little
    assert result["space_charge.water"] == pytest.approx(0.02 * np.pi * 5e-9, rel=0.02)


SOURCE = """\
coordinates = "axisymmetric"
[species.K]
charge_number = 1
diffusivity = "1.957e-9 m^2/s"
[species.Cl]
charge_number = -1
diffusivity = "2.032e-9 m^2/s"
[regions.electrolyte]
permittivity = 78.5
[regions.membrane]
permittivity = 4
absent = "all"
[interfaces.wall]
surface_charge = "0 C/m^2"
[boundaries.left_bath]
type = "reservoir"
potential = "0 V"
concentrations = {{ K = "100 mmol/L", Cl = "100 mmol/L" }}
[boundaries.right_bath]
type = "reservoir"
potential = "1 mV"
concentrations = {{ K = "100 mmol/L", Cl = "100 mmol/L" }}
[mesh]
source = "{source}"
parameters = {{ tip_radius = "3 nm", base_radius = "8 nm" }}
refinement = 0.3
{more}"""


def resistance(tip: float, base: float, length: float) -> float:
    """Of a cone and Hall's access resistances κ/4a at both ends, Ω (J. E. Hall 1975, doi:10.1085/jgp.66.4.531)."""
    conductivity = F**2 * (1.957 + 2.032) * 1e-9 * 100.0 / (R * 298.15)
    return (length / (np.pi * tip * base) + 1 / (4 * tip) + 1 / (4 * base)) / conductivity


@pytest.mark.parametrize("key", ["", "mesh.parameters.tip_radius"])
def test_a_source_is_meshed_again_for_each_geometry_of_a_sweep(key: str, tmp_path: Path) -> None:
    """Current through an uncharged cone by Ohm: within 10 % of cone and accesses, whose baths are 60 nm wide."""
    sweep = f'[sweep]\nkey = "{key}"\nvalues = ["2 nm", "4 nm"]\n' if key else ""
    text = SOURCE.format(source=ROOT / "meshes" / "conical_pore.py", more=sweep)
    (tmp_path / "pore.toml").write_text(text, encoding="utf-8")
    result = solved(Case.load(tmp_path / "pore.toml"))
    assert missed_balances(result) == []
    found = np.abs(result.sweep["current.right_bath"]) if result.sweep is not None else [-result["current.right_bath"]]
    radii = [2e-9, 4e-9] if key else [3e-9]
    for current, tip in zip(found, radii, strict=True):
        assert current == pytest.approx(1e-3 / resistance(tip, 8e-9, 50e-9), rel=0.1)


def test_shapes_of_a_sweep_are_meshed_again() -> None:
    """An obstacle's radius: the amount is that of what it leaves, the current falls as it grows."""
    case = Case.from_dict(
        {
            "coordinates": "planar",
            "species": {
                "K": {"charge_number": 1, "diffusivity": "1.957e-9 m^2/s"},
                "Cl": {"charge_number": -1, "diffusivity": "2.032e-9 m^2/s"},
            },
            "regions": {
                "channel": {
                    "permittivity": 78.5,
                    "shapes": [{"rectangle": {"x": ["0 nm", "40 nm"], "y": ["0 nm", "20 nm"]}}],
                },
                "obstacle": {
                    "permittivity": 4,
                    "absent": "all",
                    "shapes": [{"disc": {"centre": ["20 nm", "10 nm"], "radius": "1 nm"}}],
                },
            },
            "boundaries": {
                name: {
                    "type": "reservoir",
                    "potential": v,
                    "concentrations": {"K": "100 mmol/L", "Cl": "100 mmol/L"},
                    "on": [{"x": at}],
                }
                for name, v, at in (("left", "0 V", "0 nm"), ("right", "1 mV", "40 nm"))
            },
            "sweep": {"key": "regions.obstacle.shapes[0].disc.radius", "values": ["1 nm", "3 nm", "6 nm"]},
            "mesh": {"refinement": 0.3},
        }
    )
    result = solved(case)
    assert missed_balances(result) == []
    assert result.sweep is not None
    radius = np.array([1e-9, 3e-9, 6e-9])
    assert result.sweep["amount.K"] == pytest.approx(100.0 * (800e-18 - np.pi * radius**2), rel=5e-3)
    whole = F**2 * (1.957 + 2.032) * 1e-9 * 100.0 / (R * 298.15) * 20.0 / 40.0 * 1e-3
    # Rayleigh 1892, doi:10.1080/14786449208620364: rods of a small share f let (1 − f)/(1 + f) pass
    share = np.pi * radius**2 / 800e-18
    through = np.abs(result.sweep["current.right"]) / whole
    assert (np.diff(through) < 0).all()
    assert through[:2] == pytest.approx((1.0 - share[:2]) / (1.0 + share[:2]), rel=0.01)
