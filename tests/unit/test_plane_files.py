"""Users' mesh files: formats, names, units, and what is said about files that do not fit the case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pnp.plane import raw
from pnp.plane.errors import MeshError
from pnp.plane.files import add_interfaces, read_mesh, write_mesh
from pnp.plane.gmsh_session import session
from pnp.plane.mesh import PlaneMesh
from tests.unit.plane_meshes import two_layers

NM = 1e-9
REGIONS, LINES = ["left", "right"], ["west", "east", "wall"]
READY = Path(__file__).parents[2] / "meshes" / "conical_pore.msh"


def same(found: PlaneMesh, mesh: PlaneMesh, unit: float = 1.0) -> None:
    """The same cells, regions and groups, in whatever order."""
    assert found.region_names == ("left", "right")
    assert found.region_volumes(False) == pytest.approx(mesh.region_volumes(False) * unit**2)
    assert len(found.triangles) == len(mesh.triangles)
    assert len(found.points) == len(mesh.points)
    assert found.group_measures(False) == pytest.approx(mesh.group_measures(False) * unit)
    assert found.group_regions == mesh.group_regions


def as_meshio(mesh: PlaneMesh, key: str = "gmsh:physical", names: bool = True, kind: Any = np.int32) -> Any:
    import meshio

    return meshio.Mesh(
        np.pad(mesh.points, ((0, 0), (0, 1))),
        [("line", mesh.facets), ("triangle", mesh.triangles)],
        cell_data={key: [(mesh.facet_group + 11).astype(kind), (mesh.region + 1).astype(kind)]},
        field_data={
            **{name: np.array([k + 11, 1]) for k, name in enumerate(mesh.facet_names)},
            **{name: np.array([k + 1, 2]) for k, name in enumerate(mesh.region_names)},
        }
        if names
        else {},
    )


@pytest.fixture(params=["gmsh", "meshio"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With Gmsh, and as where it is not installed."""
    if request.param == "meshio":
        monkeypatch.setattr(raw, "_gmsh_there", lambda: False)
    return str(request.param)


def test_own_file_comes_back_to_the_last_digit(tmp_path: Path, reader: str) -> None:
    mesh = two_layers()
    write_mesh(mesh, tmp_path / "a.msh")
    found = read_mesh(tmp_path / "a.msh", 1.0, REGIONS, LINES)
    same(found, mesh)
    assert np.array_equal(found.points, mesh.points)
    assert found.notes == ()


def gmsh_file(path: Path, version: float, binary: bool = False, order: int = 1, quads: bool = False) -> None:
    """The two layers, from Gmsh itself, in nanometres."""
    with session("two layers") as gmsh:
        occ = gmsh.model.occ
        a, b = occ.addRectangle(0, 0, 0, 1, 1), occ.addRectangle(1, 0, 0, 1, 1)
        occ.fragment([(2, a)], [(2, b)])
        occ.synchronize()
        gmsh.model.addPhysicalGroup(2, [a], name="left")
        gmsh.model.addPhysicalGroup(2, [b], name="right")
        at: dict[float, int] = {}
        for _, tag in gmsh.model.getEntities(1):
            box = gmsh.model.getBoundingBox(1, tag)
            if box[3] - box[0] < 0.5:
                at[round(box[0])] = tag
        for x, name in enumerate(("west", "wall", "east")):
            gmsh.model.addPhysicalGroup(1, [at[x]], name=name)
        gmsh.option.setNumber("Mesh.MeshSizeMax", 0.3)
        gmsh.option.setNumber("Mesh.RecombineAll", float(quads))
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(order)
        gmsh.option.setNumber("Mesh.MshFileVersion", version)
        gmsh.option.setNumber("Mesh.Binary", float(binary))
        gmsh.write(str(path))
        gmsh.option.setNumber("Mesh.Binary", 0.0)
        gmsh.option.setNumber("Mesh.MshFileVersion", 4.1)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("version", [2.2, 4.1])
def test_versions_of_gmsh_files(tmp_path: Path, version: float, binary: bool, reader: str) -> None:
    gmsh_file(tmp_path / "a.msh", version, binary)
    found = read_mesh(tmp_path / "a.msh", NM, REGIONS, LINES)
    assert found.region_volumes(False) == pytest.approx([NM**2, NM**2])
    assert found.group_measures(False) == pytest.approx([NM, NM, NM])
    assert found.group_regions == ((0,), (1,), (0, 1))


def test_version_2_1(tmp_path: Path, reader: str) -> None:
    gmsh_file(tmp_path / "a.msh", 2.2)
    text = (tmp_path / "a.msh").read_text().replace("2.2 0 8", "2.1 0 8")
    assert "2.1 0 8" in text
    (tmp_path / "b.msh").write_text(text)
    assert read_mesh(tmp_path / "b.msh", 1.0, REGIONS, LINES).region_volumes(False) == pytest.approx([1, 1])


def test_a_file_of_another_program_where_all_is_one_entity(tmp_path: Path, reader: str) -> None:
    import meshio

    meshio.write(tmp_path / "a.msh", as_meshio(two_layers()), file_format="gmsh22", binary=False)
    same(read_mesh(tmp_path / "a.msh", 1.0, REGIONS, LINES), two_layers())


def test_curved_cells_and_quadrilaterals_become_triangles(tmp_path: Path, reader: str) -> None:
    gmsh_file(tmp_path / "a.msh", 4.1, order=2)
    found = read_mesh(tmp_path / "a.msh", 1.0, REGIONS, LINES)
    assert found.region_volumes(False) == pytest.approx([1, 1])
    assert found.notes == ("curved elements reduced to straight ones: their midside nodes are left out",)
    gmsh_file(tmp_path / "b.msh", 4.1, quads=True)
    found = read_mesh(tmp_path / "b.msh", 1.0, REGIONS, LINES)
    assert found.region_volumes(False) == pytest.approx([1, 1])
    assert "quadrilaterals cut into two triangles" in found.notes[0]


def test_names_of_med_files(tmp_path: Path) -> None:
    import meshio

    mesh = two_layers()
    given = as_meshio(mesh, "cell_tags", names=False)
    given.cell_data["cell_tags"] = [-(d + 1) for d in given.cell_data["cell_tags"]]
    given.cell_tags = {-2: ["left"], -3: ["right"], -12: ["west"], -13: ["east"], -14: ["wall"]}
    meshio.write(tmp_path / "a.med", given)
    same(read_mesh(tmp_path / "a.med", NM, REGIONS, LINES), mesh, NM)


@pytest.mark.parametrize(("ending", "kind"), [("xdmf", np.int32), ("vtu", np.int64), ("vtk", np.int32), ("vtu", float)])
def test_numbers_are_names_where_a_format_has_no_others(tmp_path: Path, ending: str, kind: Any) -> None:
    import meshio

    mesh = two_layers()
    meshio.write(tmp_path / f"a.{ending}", as_meshio(mesh, names=False, kind=kind))
    found = read_mesh(tmp_path / f"a.{ending}", 1.0, ["1", "2"], ["11", "12", "13"])
    assert found.region_volumes(False) == pytest.approx([1, 1])
    assert found.group_measures(False) == pytest.approx([1, 1, 1])


def test_a_mesh_in_another_plane(tmp_path: Path) -> None:
    import meshio

    given = as_meshio(two_layers())
    given.points = given.points[:, [0, 2, 1]] + [0.0, 3.0, 0.0]
    meshio.write(tmp_path / "a.msh", given, file_format="gmsh22", binary=False)
    found = read_mesh(tmp_path / "a.msh", 1.0, REGIONS, LINES)
    assert found.region_volumes(False) == pytest.approx([1, 1])
    assert (found.cell_areas > 0).all()
    assert found.notes == ("the mesh lies in the plane x, z: these are taken for the two coordinates",)
    given.points[0, 1] += 0.5
    meshio.write(tmp_path / "a.msh", given, file_format="gmsh22", binary=False)
    with pytest.raises(MeshError, match=r"the mesh is not flat: its coordinates span 2, 0.5, 1"):
        read_mesh(tmp_path / "a.msh", 1.0, REGIONS, LINES)


def test_lines_that_the_case_does_not_use_are_noted(tmp_path: Path) -> None:
    write_mesh(two_layers(), tmp_path / "a.msh")
    found = read_mesh(tmp_path / "a.msh", 1.0, REGIONS, ["west"])
    assert found.notes == ('named lines of a.msh that the case does not use: "east", "wall"',)


@pytest.mark.parametrize(
    ("regions", "lines", "message", "name"),
    [
        (["left", "Right"], LINES, 'a.msh has no group of surfaces "Right"; groups of surfaces: "left", "right"; '
         'of lines: "west", "east", "wall"; did you mean "right"?', "Right"),
        (REGIONS, ["wst"], 'no group of lines "wst"; .*; did you mean "west"?', "wst"),
        (REGIONS, ["left"], '"left" is a group of surfaces in a.msh; groups of lines: "west"', "left"),
        (["wall", "left"], [], '"wall" is a group of lines in a.msh; groups of surfaces: "left", "right"', "wall"),
        (["left"], ["west"], 'cells of a.msh are in no region of the case, but in "right"; '
         r'regions of the case: "left"; add \[regions.right\]', None),
    ],
)  # fmt: skip
def test_names_that_do_not_fit(
    tmp_path: Path, regions: list[str], lines: list[str], message: str, name: str | None
) -> None:
    write_mesh(two_layers(), tmp_path / "a.msh")
    with pytest.raises(MeshError, match=message.replace("?", r"\?")) as caught:
        read_mesh(tmp_path / "a.msh", 1.0, regions, lines)
    assert caught.value.name == name


def test_a_cell_in_two_regions(tmp_path: Path, reader: str) -> None:
    gmsh_file(tmp_path / "a.msh", 4.1)
    with session("overlap") as gmsh:
        gmsh.merge(str(tmp_path / "a.msh"))
        gmsh.model.addPhysicalGroup(2, [1, 2], name="all")
        gmsh.option.setNumber("Mesh.MshFileVersion", 4.1)
        gmsh.write(str(tmp_path / "b.msh"))
    # the larger group may be there as long as the case does not name it
    assert read_mesh(tmp_path / "b.msh", 1.0, REGIONS, LINES).region_volumes(False) == pytest.approx([1, 1])
    with pytest.raises(MeshError, match=r'are in both "left" and "all".*a cell belongs to one region'):
        read_mesh(tmp_path / "b.msh", 1.0, ["left", "all"], LINES)


def test_a_mesh_without_groups(tmp_path: Path, reader: str) -> None:
    import meshio

    mesh = two_layers()
    meshio.write(tmp_path / "a.vtu", meshio.Mesh(np.pad(mesh.points, ((0, 0), (0, 1))), [("triangle", mesh.triangles)]))
    with session("bare") as gmsh:
        gmsh.model.occ.addRectangle(0, 0, 0, 1, 1)
        gmsh.model.occ.synchronize()
        gmsh.model.mesh.generate(2)
        gmsh.write(str(tmp_path / "b.msh"))
    for name in ("a.vtu", "b.msh"):
        with pytest.raises(MeshError, match=r'no surface in .* has a name or number; needed: "left".*Physical Surface'):
            read_mesh(tmp_path / name, 1.0, REGIONS, LINES)


def test_cells_in_no_group(tmp_path: Path, reader: str) -> None:
    with session("half named") as gmsh:
        occ = gmsh.model.occ
        a, b = occ.addRectangle(0, 0, 0, 1, 1), occ.addRectangle(1, 0, 0, 1, 1)
        occ.fragment([(2, a)], [(2, b)])
        occ.synchronize()
        gmsh.model.addPhysicalGroup(2, [a], name="left")
        gmsh.model.mesh.generate(2)
        gmsh.option.setNumber("Mesh.SaveAll", 1)
        gmsh.write(str(tmp_path / "a.msh"))
    message = {
        "gmsh": r"cells of a.msh are in no group, the first at .*Physical Surface",
        "meshio": r"elements of a.msh are in no group, .*Mesh.SaveAll = 0\), or install Gmsh",
    }
    with pytest.raises(MeshError, match=message[reader]):
        read_mesh(tmp_path / "a.msh", 1.0, ["left"], [])


def test_solids_and_broken_files(tmp_path: Path, reader: str) -> None:
    with session("a box") as gmsh:
        gmsh.model.occ.addBox(0, 0, 0, 1, 1, 1)
        gmsh.model.occ.synchronize()
        gmsh.model.mesh.generate(3)
        gmsh.write(str(tmp_path / "box.msh"))
    with pytest.raises(MeshError, match="cells in three dimensions"):
        read_mesh(tmp_path / "box.msh", 1.0, REGIONS, LINES)
    for name in ("broken.msh", "broken.xdmf", "broken.vtu", "broken.abc"):
        (tmp_path / name).write_text("nothing of use\n")
        with pytest.raises(MeshError, match=f"{name} cannot be read as a mesh: ..*meshio convert"):
            read_mesh(tmp_path / name, 1.0, REGIONS, LINES)
    with pytest.raises(MeshError, match="there is no file"):
        read_mesh(tmp_path / "absent.msh", 1.0, REGIONS, LINES)
    (tmp_path / "a.geo").write_text("Point(1) = {0, 0, 0};\n")
    with pytest.raises(MeshError, match=r'a.geo is a geometry, not a mesh; mesh it first: "gmsh -2 a.geo'):
        read_mesh(tmp_path / "a.geo", 1.0, REGIONS, LINES)


def test_interfaces_between_regions(tmp_path: Path) -> None:
    write_mesh(two_layers(), tmp_path / "a.msh")
    found = read_mesh(tmp_path / "a.msh", 1.0, REGIONS, ["west", "east"], {"membrane": ("right", "left")})
    assert found.facet_names == ("west", "east", "membrane")
    assert found.group_regions[2] == (0, 1)
    assert found.group_measures(False)[2] == pytest.approx(1.0)
    with pytest.raises(MeshError, match='facets in both "wall" and "again"'):
        add_interfaces(two_layers(), {"again": ("left", "right")})
    with pytest.raises(MeshError, match='"lft" is no region; regions: "left", "right"; did you mean "left"'):
        add_interfaces(two_layers(), {"again": ("lft", "right")})


def test_the_ready_mesh(reader: str) -> None:
    found = read_mesh(
        READY,
        NM,
        ["electrolyte", "membrane"],
        ["left_bath", "right_bath", "wall", "faces"],
        axisymmetric=True,
    )
    assert READY.stat().st_size < 200_000
    assert found.group_measures(True)[:2] * 1e18 == pytest.approx(np.pi * 3600, rel=1e-9)
    total = np.pi * 3600 * 170
    assert found.region_volumes(True).sum() * 1e27 == pytest.approx(total, rel=1e-9)
    assert found.points[:, 0].min() == 0.0
