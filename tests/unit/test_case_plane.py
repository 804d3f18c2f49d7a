"""Cases in two dimensions: what follows from their shapes, round trips, sweeps of places, and what a mesh decides."""

# ruff: noqa: E501 - tables of cases read best in a line

from __future__ import annotations

import copy
import pickle
import re
import tomllib
from math import pi
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnp.case import Case, CaseError, Layout
from pnp.case.layout import pairs_of
from pnp.case.mesh_layout import layout_of_mesh
from pnp.case.plane import plane_geometry, problem_of
from pnp.case.reading import parse_toml
from pnp.constants import F
from pnp.examples import templates
from pnp.expressions import Expression
from pnp.plane.errors import MeshError
from pnp.plane.geometry import PlaneGeometry
from pnp.plane.mesh import PlaneMesh
from pnp.plane.shapes import Disc, OnCircle, OnLine, OnSegment, Polygon, Pore, Rectangle
from tests.unit.plane_cases import CLOSED, GIVEN, PATCH, PLANE, WRONG, patch, plane
from tests.unit.plane_cases import given as given_mesh
from tests.unit.wrong_cases import MEMBRANE, edited

SOURCE = "cases/x.toml"
ROOT = Path(__file__).parents[2]
PLANE_CASES = ("half_electrode", "junction_2d", "membrane_patch", "nanopore_conical", "nanopore_rod")


def read(text: str) -> Case:
    return Case.from_dict(tomllib.loads(text))


def reread(case: Case) -> Case:
    return Case.from_dict(tomllib.loads(case.to_toml()))


def refusal(text: str) -> CaseError:
    with pytest.raises(CaseError) as caught:
        Case.from_dict(parse_toml(text, SOURCE), source=SOURCE)
    return caught.value


# -------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize("name", WRONG)
def test_message(name: str) -> None:
    text, part = WRONG[name]
    error = refusal(text)
    assert part in str(error), str(error)
    for message in error.messages:
        assert message.startswith(f"{SOURCE}: ")
        assert message.count(";") >= 1
        assert "\n" not in message
        assert not re.search(r"[Tt]raceback|pydantic|Input should|[Vv]alue error|None|Error", message)


def test_there_are_many_and_all_differ() -> None:
    texts = [str(refusal(text)) for text, _ in WRONG.values()]
    assert len(texts) >= 80
    assert len(set(texts)) == len(texts)


def test_a_single_mistake_gives_one_message() -> None:
    several = {n: m for n, (text, _) in WRONG.items() if len(m := refusal(text).messages) > 1}
    assert set(several) <= {"cut_off_in_a_plane", "one_terminal", "painted_over"}, several


def test_all_mistakes_at_once() -> None:
    """A wrong key, a wrong shape, a piece out of place, a wrong name and a bath that is not neutral."""
    text = plane(
        ("permittivity = 4\n", 'permittivity = 4\nthickness = "1 nm"\n'),
        ('radius = "3 nm"', 'radius = "3 mV"'),
        ('on = [{ y = "20 nm" }]', 'on = [{ y = "20 nm", z = "1 nm" }]'),
        ('between = ["water", "particle"]', 'between = ["water", "partikle"]'),
        ('K = "0.1 mol/L", Cl', 'K = "0.2 mol/L", Cl'),
    )
    messages = refusal(text).messages
    for part in (
        "regions.particle.thickness",
        'radius = "3 mV"',
        'boundaries.bath.on[0].z = "1 nm"',
        'there is no region "partikle"',
        "boundaries.bath.concentrations = {…}: is not electroneutral",
    ):
        assert sum(part in m for m in messages) == 1, (part, messages)
    assert len(messages) == 5, messages


ODD = [0, -1, True, [], {}, "", "all", "K", "1 nm", "-5 nm", "0 V", ["0 nm", "1 nm"], [["0 nm", "1 nm"]], {"y": "0 nm"}]
ODD += [
    {"disc": {"centre": ["0 nm", "0 nm"], "radius": "5 nm"}},
    {"rectangle": {"x": ["0 nm", "5 nm"]}},
    "planar",
    "1 M * x",
]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_tables_are_a_case_or_refused(data: st.DataObject) -> None:
    """Up to three keys or entries of a right case are taken out, renamed, doubled or set to something odd."""
    tables: Any = tomllib.loads(data.draw(st.sampled_from([PLANE, PATCH, CLOSED, GIVEN])))
    for _ in range(data.draw(st.integers(1, 3))):
        table = tables
        while True:
            places = list(table) if isinstance(table, dict) else list(range(len(table)))
            if not places:
                return
            key = data.draw(st.sampled_from(places))
            if not isinstance(table[key], (dict, list)) or not table[key] or data.draw(st.integers(0, 3)) == 0:
                break
            table = table[key]
        match data.draw(st.sampled_from(["remove", "rename", "set", "double"])):
            case "remove":
                del table[key]
            case "rename" if isinstance(table, dict):
                table[data.draw(st.sampled_from([key + "s", key[:-1], "x", "y", "r", "z", "on", "at"]))] = table.pop(
                    key
                )
            case "double" if isinstance(table, list):
                table.append(copy.deepcopy(table[key]))
            case _:
                table[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    messages: list[str] = []
    try:
        made = Case.from_dict(tables)
    except CaseError as error:
        messages = error.messages or ["none"]
    else:
        assert reread(made) == made
    assert all(m.isprintable() and ":" in m and not re.search(r"pydantic|Input should", m) for m in messages)


# -------------------------------------------------------------------------------- what follows


def test_a_stack_and_its_strip() -> None:
    stack, strip = read(MEMBRANE), read('height = "10 nm"\n' + MEMBRANE)
    assert (stack.is_stack, stack.dimension, stack.height) == (True, 1, None)
    assert (strip.is_stack, strip.dimension, strip.height) == (True, 2, 1e-8)
    assert strip.layout == stack.layout
    assert stack.boundary_regions("left") == ("cytosol",)
    assert stack.layout.neighbours == pairs_of([("cytosol", "membrane"), ("outside", "membrane")])
    assert reread(strip) == strip
    assert "shapes" not in stack.to_toml()
    assert "lines" not in stack.to_toml()


def test_values_are_in_metres() -> None:
    case = read(PLANE)
    assert (case.is_stack, case.dimension, case.variables) == (False, 2, ("x", "y"))
    assert case.points["edge"].at == (2e-8, 0.0)
    assert case.lines["middle"].start == (2e-8, 0.0)
    assert case.lines["middle"].end == (2e-8, 2e-8)
    assert case.terminals == ("electrode", "bath")
    assert case.floating_boundary() is None
    assert case.fixed_at("bath", "K")
    assert not case.fixed_at("electrode", "K")
    assert case.closed_species() == []


def test_layout_of_rectangles_is_exact() -> None:
    """A membrane of four regions around the axis: volumes of cylinders, areas of discs and of the channel's wall."""
    charge = ('absent = ["Cl"]', 'absent = ["Cl"]\nfixed_charge = "-1 mol/L * r / (2 nm)"')
    faces = "".join(
        f'[interfaces.{name}]\nbetween = ["{a}", "{b}"]\nsurface_charge = "{sigma} C/m^2"\n{on}\n'
        for name, a, b, sigma, on in (
            ("wall", "membrane", "channel", "0.01", ""),
            ("ring", "membrane", "cytosol", "0.02", 'on = [{ z = "0 nm", r = ["0 nm", "10 nm"] }]'),
        )
    )
    case = read(patch(charge) + faces)
    layout = case.layout
    assert case.boundary_regions("low") == ("cytosol",)
    assert layout.volumes == pytest.approx(
        {
            "cytosol": pi * 20e-9**2 * 20e-9,
            "outside": pi * 20e-9**2 * 20e-9,
            "membrane": pi * (20e-9**2 - 2e-9**2) * 4e-9,
            "channel": pi * 2e-9**2 * 4e-9,
        },
        rel=1e-12,
    )
    areas = {"low": pi * 20e-9**2, "high": pi * 20e-9**2, "wall": 2 * pi * 2e-9 * 4e-9}
    areas["ring"] = pi * (10e-9**2 - 2e-9**2)
    assert layout.areas == pytest.approx(areas, rel=1e-9)
    content = -1000.0 / 2e-9 * 2 * pi * 2e-9**3 / 3 * 4e-9
    assert layout.fixed_charges["channel"] == pytest.approx(content, rel=1e-12)
    total = F * content + 0.01 * areas["wall"] + 0.02 * areas["ring"]
    assert case.total_fixed_charge() == pytest.approx(total, rel=1e-9)


def test_boundary_of_several_regions() -> None:
    case = read(
        patch(
            (
                "[study]",
                '[boundaries.side]\ntype = "wall"\nsurface_charge = "-1 mC/m^2"\non = [{ r = "20 nm" }]\n[study]',
            )
        )
    )
    assert case.boundary_regions("side") == ("cytosol", "outside", "membrane")


@pytest.mark.parametrize(
    ("shape", "on", "expected"),
    [
        ('{ disc = { centre = ["0 nm", "0 nm"], radius = "9 nm" } }', '{ y = "10 nm" }', ("a",)),
        ('{ disc = { centre = ["0 nm", "5 nm"], radius = "9 nm" } }', '{ y = "10 nm" }', ("a",)),
        ('{ disc = { centre = ["0 nm", "0 nm"], radius = "20 nm" } }', '{ circle = { centre = ["0 nm", "0 nm"], radius = "20 nm" } }', ("b",)),
        ('{ polygon = [["10 nm", "-10 nm"], ["30 nm", "0 nm"], ["10 nm", "10 nm"]] }', '{ from = ["10 nm", "10 nm"], to = ["30 nm", "0 nm"] }', ("b",)),
        ('{ polygon = [["0 nm", "0 nm"], ["5 nm", "10 nm"], ["-5 nm", "10 nm"]] }', '{ y = "10 nm" }', ("a", "b")),
        ('{ polygon = [["0 nm", "0 nm"], ["5 nm", "9 nm"], ["-5 nm", "9 nm"]] }', '{ y = "10 nm" }', ("a",)),
    ],
)  # fmt: skip
def test_boundary_regions_of_shapes(shape: str, on: str, expected: tuple[str, ...]) -> None:
    text = f"""\
coordinates = "planar"
[species.K]
charge_number = 0
diffusivity = "1e-9 m^2/s"
[regions.a]
permittivity = 78
shapes = [{{ rectangle = {{ x = ["-10 nm", "10 nm"], y = ["-10 nm", "10 nm"] }} }}]
[regions.b]
permittivity = 2
shapes = [{shape}]
[boundaries.top]
type = "reservoir"
potential = "0 V"
concentrations = {{ K = "1 mM" }}
on = [{on}]
"""
    case = read(text)
    assert case.boundary_regions("top") == expected
    assert reread(case) == case


def test_a_pore_is_painted_as_it_is_drawn() -> None:
    """Points on both sides of a conical wall, and within the arc that rounds its edge."""
    channel = '{ rectangle = { r = ["0 nm", "2 nm"], z = ["0 nm", "4 nm"] } }'
    case = read(patch((channel, '{ pore = { r = ["2 nm", "4 nm"], z = ["0 nm", "4 nm"], rounding = "1 nm" } }')))
    painting = case.painting
    assert painting is not None
    points = 1e-9 * np.array([[2.9, 2.0], [3.1, 2.0], [2.0 + 0.3, 0.02], [2.0 + 1.7, 0.02], [0.0, 3.9], [-1.0, 2.0]])
    names = [*case.regions, "none"]
    found = [names[k] for k in painting.regions_at(points)]
    assert found == ["channel", "membrane", "channel", "membrane", "channel", "none"]
    assert case.boundary_regions("low") == ("cytosol",)
    assert case.layout.neighbours is None


def test_a_closed_plane_is_neutral_as_a_whole() -> None:
    assert read(CLOSED).closed_species() == ["Na"]
    assert read(CLOSED).total_fixed_charge() == pytest.approx(-F * 10.0 * pi * 10e-9**3, rel=1e-9)


def test_a_named_boundary_of_symmetry() -> None:
    case = read(plane(("[points.edge]", '[boundaries.axis]\ntype = "symmetry"\non = [{ x = "0 nm" }]\n[points.edge]')))
    assert case.terminals == ("electrode", "bath")
    assert case.boundary_regions("axis") == ("water",)


# -------------------------------------------------------------------------------- geometry


def test_geometry() -> None:
    geometry = plane_geometry(read(PLANE))
    assert isinstance(geometry, PlaneGeometry)
    assert [r.name for r in geometry.regions] == ["water", "particle"]
    assert geometry.regions[0].shapes == (Rectangle((0.0, 4e-8), (0.0, 2e-8)),)
    assert geometry.regions[1].shapes == (Disc((2e-8, 1e-8), 3e-9),)
    assert [b.name for b in geometry.boundaries] == ["electrode", "bath"]
    assert geometry.boundaries[0].on == (OnLine(1, 0.0, 0.0, 2e-8),)
    assert geometry.boundaries[1].on == (OnLine(1, 2e-8),)
    assert geometry.interfaces[0].between == ("water", "particle")
    assert not geometry.axisymmetric


def test_geometry_of_other_shapes_and_pieces() -> None:
    channel = '{ rectangle = { r = ["0 nm", "2 nm"], z = ["0 nm", "4 nm"] } }'
    shapes = (
        '{ pore = { r = ["1 nm", "2 nm"], z = ["0 nm", "4 nm"] } }, '
        '{ polygon = [["1 nm", "1 nm"], ["2 nm", "1 nm"], ["1 nm", "3 nm"]] }'
    )
    pieces = 'on = [{ from = ["0 nm", "24 nm"], to = ["20 nm", "24 nm"] }]'
    case = read(patch((channel, shapes), ('on = [{ z = "24 nm" }]', pieces)))
    geometry = plane_geometry(case)
    assert geometry.axisymmetric
    assert geometry.regions[2].shapes == (Rectangle(None, (0.0, 4e-9)),)
    assert geometry.regions[3].shapes == (
        Pore((1e-9, 2e-9), (0.0, 4e-9)),
        Polygon(((1e-9, 1e-9), (2e-9, 1e-9), (1e-9, 3e-9))),
    )
    assert geometry.boundaries[1].on == (OnSegment((0.0, 2.4e-8), (2e-8, 2.4e-8)),)
    circle = read(
        plane(
            (
                "surface_charge =",
                'on = [{ circle = { centre = ["20 nm", "10 nm"], radius = "3 nm" } }]\nsurface_charge =',
            )
        )
    )
    assert plane_geometry(circle).interfaces[0].on == (OnCircle((2e-8, 1e-8), 3e-9),)


# -------------------------------------------------------------------------------- given meshes


def test_a_given_mesh(tmp_path: Path) -> None:
    (tmp_path / "meshes").mkdir()
    (tmp_path / "meshes" / "pore.msh").write_text("")
    file = tmp_path / "x.toml"
    file.write_text(given_mesh(('"pore.msh"', '"meshes/pore.msh"')), encoding="utf-8")
    case = Case.load(file)
    assert case.mesh.is_given
    assert case.mesh_path == tmp_path / "meshes" / "pore.msh"
    assert case.mesh.length_scale == 1e-9
    assert case.interfaces["wall"].is_group
    assert case.boundary_regions("low") is None
    assert case.fixed_at("low", "K")
    assert case.painting is None
    assert np.isnan(case.total_fixed_charge())
    assert reread(case) == case
    assert pickle.loads(pickle.dumps(case)) == case


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("pore.mesh", "there is no such file in"),
        ("por.msh", 'did you mean "pore.msh"?'),
        (".", "is a folder"),
    ],
)
def test_a_mesh_that_is_not_there(tmp_path: Path, name: str, part: str) -> None:
    (tmp_path / "pore.msh").write_text("")
    file = tmp_path / "x.toml"
    file.write_text(given_mesh(('"pore.msh"', f'"{name}"')), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        Case.load(file)
    (message,) = caught.value.messages
    assert f'{file}: mesh.file = "{name}": ' in message
    assert part in message


def test_a_result_is_read_back_without_its_mesh() -> None:
    assert Case.from_dict(tomllib.loads(GIVEN), source="nowhere/x.toml").mesh_path == Path("nowhere/pore.msh")


def test_parameters_of_a_source() -> None:
    case = read(
        given_mesh(
            (
                'file = "pore.msh"\nlength_unit = "nm"',
                'source = "pore.py"\nparameters = { tip = "3 nm", steps = 4, kind = "round" }',
            )
        )
    )
    assert case.mesh.parameter_values == {"tip": 3e-9, "steps": 4, "kind": "round"}
    assert case.with_value("mesh.parameters.tip", "5 nm").mesh.parameter_values["tip"] == 5e-9
    assert reread(case) == case


LAYOUT = Layout(
    boundary_regions={"low": ("water",), "high": ("water",)},
    neighbours=pairs_of([("water", "membrane")]),
    volumes={"water": 2e-20, "membrane": 1e-20},
    areas={"low": 1e-14, "high": 1e-14, "wall": 1e-15},
    fixed_charges={"water": 0.0, "membrane": 0.0},
)


def test_a_layout_that_fits_passes() -> None:
    case = read(GIVEN)
    case.check_layout(LAYOUT)
    assert case.total_fixed_charge(LAYOUT) == pytest.approx(-0.05 * 1e-15)


@pytest.mark.parametrize(
    ("edits", "changes", "part"),
    [
        ([], {"boundary_regions": {"low": ("water",), "high": ("membrane",)}}, 'boundaries.high.type = "reservoir": no species can enter the region membrane there'),
        ([("permittivity = 78.49", 'permittivity = 78.49\nabsent = ["Cl"]\n[regions.other]\npermittivity = 78.49')], {}, '"Cl" is absent from the region water there'),
        ([("[mesh]", '[study]\nmode = "open_circuit"\n[mesh]'), ('potential = "1 V"\n', ""), ("permittivity = 78.49", 'permittivity = 78.49\n[regions.other]\npermittivity = 78.49')],
         {"boundary_regions": {"low": ("water",), "high": ("other",)}, "neighbours": pairs_of([("water", "membrane"), ("membrane", "other")])},
         "nothing carries a current to the boundary high"),
        ([("[interfaces.wall]", '[interfaces.wall]\nbetween = ["water", "membrane"]')], {"neighbours": pairs_of([])}, "the two regions are not neighbours; neighbours: none"),
        ([('coordinates = "axisymmetric"', 'coordinates = "axisymmetric"\ninside = "water"')], {}, 'inside = "water": touches low and high'),
    ],
)  # fmt: skip
def test_what_only_a_mesh_tells(edits: list[tuple[str, str]], changes: dict[str, object], part: str) -> None:
    case = read(given_mesh(*edits))
    with pytest.raises(CaseError) as caught:
        case.check_layout(Layout(**{**vars(LAYOUT), **changes}))
    assert part in str(caught.value)


def triangulated(case: Case) -> PlaneMesh:
    """The cells of a case's rectangles, each in two triangles, with its boundaries and interfaces."""
    painting = case.painting
    assert painting is not None
    x, y = painting.grid
    points = np.column_stack([a.reshape(-1) for a in np.meshgrid(x, y, indexing="ij")])
    node = np.arange(len(points)).reshape(len(x), len(y))
    a, b, c, d = (n.reshape(-1) for n in (node[:-1, :-1], node[1:, :-1], node[1:, 1:], node[:-1, 1:]))
    triangles = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    region = painting.regions_at(points[triangles].mean(axis=1)).astype(np.int32)
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    names = [*case.boundaries, *case.interfaces]
    facets, groups = [], []
    for k, name in enumerate(names):
        axis, value = (1, case.boundaries[name].on[0].z) if name in case.boundaries else (0, 2e-9)
        on = edges[np.all(np.isclose(points[edges][:, :, axis], value, atol=1e-15), axis=1)]
        if name in case.interfaces:
            on = on[np.all((points[on][:, :, 1] > -1e-12) & (points[on][:, :, 1] < 4.1e-9), axis=1)]
        on = np.unique(np.sort(on, axis=1), axis=0)
        facets.append(on)
        groups.append(np.full(len(on), k, dtype=np.int32))
    return PlaneMesh(
        points, triangles, region, tuple(case.regions), np.concatenate(facets), np.concatenate(groups), tuple(names)
    )


def test_a_mesh_gives_the_layout_that_geometry_gives() -> None:
    charge = ('absent = ["Cl"]', 'absent = ["Cl"]\nfixed_charge = "-1 mol/L * (r / (2 nm))**2 * z / (4 nm)"')
    wall = '[interfaces.wall]\nbetween = ["membrane", "channel"]\nsurface_charge = "0.01 C/m^2"\n'
    case = read(patch(charge) + wall)
    found, expected = layout_of_mesh(case, triangulated(case)), case.layout
    assert found.boundary_regions == expected.boundary_regions
    assert found.neighbours == expected.neighbours
    assert found.volumes == pytest.approx(expected.volumes, rel=1e-12)
    assert found.areas == pytest.approx(expected.areas, rel=1e-9)
    assert found.fixed_charges["channel"] == pytest.approx(-1000.0 * pi * 2e-9**2 / 2 * 4e-9 / 2, rel=1e-12)
    assert found.fixed_charges == pytest.approx(expected.fixed_charges, rel=1e-12)
    case.check_layout(found)


# -------------------------------------------------------------------------------- expressions, sweeps, overrides


def test_expressions_of_two_coordinates() -> None:
    factors = {"mol/m^3": 1.0}
    x, y = np.linspace(0.0, 1e-9, 5), np.linspace(0.0, 2e-9, 5)
    plane_charge = Expression("1 mol/m^3 * (x + y) / (1 nm)", factors)
    assert plane_charge.variables == {"x", "y"}
    np.testing.assert_allclose(plane_charge(x=x, y=y), (x + y) * 1e9)
    np.testing.assert_allclose(Expression("1 mol/m^3 * r * z / (1 nm^2)", factors)(r=x, z=y), x * y * 1e18)
    np.testing.assert_array_equal(Expression("2 mol/m^3", factors)(r=x, z=y), np.full(5, 2.0))
    with pytest.raises(TypeError, match="needs y; given: x, xi"):
        plane_charge(x, x)


def test_sweep_of_a_shape() -> None:
    key = "regions.particle.shapes[0].disc.radius"
    case = read(f'{PLANE}\n[sweep]\nkey = "{key}"\nstart = "1 nm"\nstop = "3 nm"\npoints = 3\n')
    assert case.sweep is not None
    radii = [case.with_value(case.sweep.keys, v).regions["particle"].shapes[0].disc for v in case.sweep_values()]
    assert [d.radius for d in radii if d is not None] == pytest.approx([1e-9, 2e-9, 3e-9])


def test_overrides_of_places(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(PLANE, encoding="utf-8")
    overrides = [
        "regions.particle.shapes[0].disc.centre[1]=12 nm",
        'points.edge.at=["1 nm", "1 nm"]',
        "lines.middle.to[0]=30 nm",
        "boundaries.electrode.on[0].x[1]=10 nm",
        "mesh.largest_cell=1 nm",
    ]
    case = Case.load(file, overrides)
    disc = case.regions["particle"].shapes[0].disc
    assert disc is not None
    assert disc.centre == pytest.approx((20e-9, 12e-9))
    assert case.points["edge"].at == (1e-9, 1e-9)
    assert case.lines["middle"].end == pytest.approx((30e-9, 20e-9))
    assert case.boundaries["electrode"].on[0].x == (0.0, 1e-8)
    assert case.mesh.largest_cell == 1e-9
    for wrong, part in (
        ("regions.particle.shapes[3].disc.radius=1 nm", "is no entry of the list regions.particle.shapes"),
        ("lines.middle.start[0]=30 nm", '"start" is no key of lines.middle; keys: from, to'),
        ("regions.particle.shapes[0].disk.radius=1 nm", 'did you mean "disc"?'),
    ):
        with pytest.raises(CaseError) as caught:
            Case.load(file, [wrong])
        assert part in str(caught.value)


@pytest.mark.parametrize("text", [PLANE, PATCH, CLOSED, GIVEN], ids=["plane", "patch", "closed", "given"])
def test_reads_back_equal(text: str) -> None:
    case = read(text)
    assert reread(case) == case
    assert reread(case).to_toml() == case.to_toml()
    assert hash(reread(case)) == hash(case)
    assert pickle.loads(pickle.dumps(case)) == case


# -------------------------------------------------------------------------------- files that come with pnp


@pytest.mark.parametrize("name", PLANE_CASES)
def test_cases_of_the_plane(name: str) -> None:
    case = Case.load(ROOT / "cases" / f"{name}.toml")
    assert not case.is_stack
    assert {r for b in case.terminals for r in case.boundary_regions(b) or ()} <= set(case.regions)
    assert plane_geometry(case).tensor == (name != "nanopore_conical")


def test_the_template_and_its_comments() -> None:
    text = templates()["plane"]
    case = read(text)
    assert case.coordinates == "planar"
    sweep = text[text.index("# [sweep]") :].replace("# ", "")
    assert len(read(text[: text.index("# [sweep]")] + sweep).sweep_values()) == 11
    mesh = edited(
        re.sub(r"\n(shapes|on) = .*", "", text),
        ("# file =", "file ="),
        ("# length_unit =", "length_unit ="),
    )
    assert read(mesh).mesh.is_given


def test_regions_that_do_not_touch_are_told_of_by_their_names() -> None:
    face = '[interfaces.wall]\nbetween = ["cytosol", "membrane"]\nsurface_charge = "0.01 C/m^2"\n'
    case = read(PATCH.replace("[boundaries.", f"{face}[boundaries.", 1))
    problem = problem_of(MeshError("they do not touch", name="wall"), case)
    assert problem.path == ("interfaces", "wall", "between")
