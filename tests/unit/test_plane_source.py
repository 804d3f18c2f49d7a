"""Parametrised sources: the example in meshes/, parameters, and what is said about sources that fail."""

from __future__ import annotations

from math import pi
from pathlib import Path

import pytest

from pnp.plane.edge_weights import inadmissible
from pnp.plane.errors import MeshError
from pnp.plane.mesh import PlaneMesh
from pnp.plane.sizes import Layer, Sizes
from pnp.plane.source import load_source, mesh_source, resolve

NM = 1e-9
CONE = Path(__file__).parents[2] / "meshes" / "conical_pore.py"
SIZES = Sizes({"electrolyte": 8 * NM, "membrane": 8 * NM}, (Layer("group", ("wall",), 0.5 * NM, "electrolyte"),), 1.4)
LINES = ["left_bath", "right_bath", "wall"]


def cone(**parameters: str) -> PlaneMesh:
    return mesh_source(load_source(CONE), parameters, SIZES, ["electrolyte", "membrane"], LINES, axisymmetric=True)


def test_the_example_follows_its_parameters() -> None:
    mesh = cone(rounding="1e-3 nm", tip_radius="0.002 um")
    frustum = pi * 50 / 3 * (4 + 2 * 15 + 225)
    volumes = mesh.region_volumes(True) * 1e27
    assert volumes == pytest.approx([pi * 3600 * 120 + frustum, pi * 3600 * 50 - frustum], rel=1e-5)
    assert mesh.group_regions == ((0,), (0,), (0, 1))
    assert mesh.notes == ('named lines of conical_pore.py that the case does not use: "faces"',)
    assert len(mesh.facets_of("wall")) > 80
    found = inadmissible(mesh.points, mesh.triangles, mesh.region, [[78.0, 2.0], [1.0, 0.0]], axisymmetric=True)
    assert max(found.counts.values()) < 30


def test_interfaces_between_regions() -> None:
    mesh = mesh_source(
        load_source(CONE),
        {},
        Sizes(SIZES.largest),
        ["membrane", "electrolyte"],
        LINES[:2],
        {"surface": ("membrane", "electrolyte")},
        axisymmetric=True,
    )
    assert mesh.facet_names == ("left_bath", "right_bath", "surface")
    assert mesh.region_names == ("membrane", "electrolyte")


def test_parameters() -> None:
    source = load_source(CONE)
    numbers = resolve(source, {"tip_radius": "20 angstrom"})
    assert numbers["tip_radius"] == 2.0
    assert numbers["base_radius"] == 15.0
    for given, message in (
        ({"tip_radus": "3 nm"}, 'conical_pore.py has no parameter "tip_radus"; parameters: "tip_radius".*did you mean'),
        ({"tip_radius": 3.0}, 'parameter tip_radius = 3.0: expected a quantity such as "3 nm"'),
        ({"tip_radius": "3 mV"}, 'parameter tip_radius = "3 mV" is not in units of its kind; e.g. "3 nm"'),
        ({"tip_radius": "3 nanometer meters long"}, 'parameter tip_radius = "3 nanometer meters long"'),
    ):
        with pytest.raises(MeshError, match=message):
            resolve(source, given)  # type: ignore[arg-type]


def written(folder: Path, text: str) -> Path:
    path = folder / "x.py"
    path.write_text(text)
    return path


SQUARE = """
LENGTH_UNIT = "um"
PARAMETERS = {"side": "1 um", "bias": "90 mV", "count": 2}

def build(model, *, side, bias, count):
    assert count == 2 and bias == 0.09
    geo = model.geo
    points = [geo.addPoint(x * side, y * side, 0) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
    lines = [geo.addLine(points[k], points[(k + 1) % 4]) for k in range(4)]
    surface = geo.addPlaneSurface([geo.addCurveLoop(lines)])
    geo.synchronize()
    model.addPhysicalGroup(2, [surface], name="water")
    model.addPhysicalGroup(1, lines[:2], name="near")
    model.addPhysicalGroup(1, lines[2:], 7)
"""


def test_the_built_in_kernel_other_units_and_numbers_as_names(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, SQUARE))
    sizes = Sizes({"water": 3e-7}, (Layer("group", ("near",), 5e-8),))
    mesh = mesh_source(source, {"side": "2000 nm"}, sizes, ["water"], ["near", "7"])
    assert mesh.region_volumes(False) == pytest.approx([4e-12])
    assert mesh.group_measures(False) == pytest.approx([4e-6, 4e-6])
    assert len(mesh.facets_of("near")) > 3 * len(mesh.facets_of("7"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def build(model:", r"x.py, line 1: SyntaxError"),
        ("x = 1 / 0", "x.py, line 1: ZeroDivisionError: division by zero; correct the source"),
        ("x = 1", r"x.py has no function build\(model, …\); see meshes/README.md"),
        ("PARAMETERS = 3\ndef build(model): pass", "PARAMETERS of x.py is no table of quantities"),
        ('LENGTH_UNIT = "mV"\ndef build(model): pass', 'LENGTH_UNIT of x.py: "mV" is no length'),
        ("def build(model):\n    model.occ.addPlaneSurface([77])", "x.py, line 2: Exception: "),
        ("def build(model): pass", 'x.py has no group of surfaces "water"; groups of surfaces: none'),
        (SQUARE.replace('"water"', '"watr"'), 'no group of surfaces "water".*did you mean "watr"'),
        (SQUARE + "    geo.addPlaneSurface([geo.addCurveLoop(lines)])\n    geo.synchronize()\n",
         "x.py has surfaces that are in no region of the case; .*put every surface in a physical group"),
        (SQUARE.replace("lines[2:], 7", 'lines, name="far"'), 'it shares a part with "near"'),
    ],
    ids=range(10),
)  # fmt: skip
def test_sources_that_fail(tmp_path: Path, text: str, message: str) -> None:
    lines = ["near", "far"] if '"far"' in text else ["near"]
    with pytest.raises(MeshError, match=message):
        mesh_source(load_source(written(tmp_path, text)), {}, Sizes({"water": 3e-7}), ["water"], lines)


def test_other_paths(tmp_path: Path) -> None:
    with pytest.raises(MeshError, match="there is no file"):
        load_source(tmp_path / "absent.py")
    (tmp_path / "a.msh").write_text("")
    with pytest.raises(MeshError, match=r"a ready mesh goes under mesh.file"):
        load_source(tmp_path / "a.msh")
