"""A mesh as a file or Gmsh has it: cells, lines and the groups they are in, before the case says what is what."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnp.plane.errors import MeshError
from pnp.plane.gmsh_session import session

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

TAGS = ("gmsh:physical", "medit:ref", "cell_tags", "cell_tag", "tags", "tag", "markers", "marker", "material", "region")
"""Names of cell data that hold group numbers, the likelier first; any other integer cell data after them."""
NO_TAGS = ("gmsh:geometrical", "gmsh:element_tag", "vtkGhostType", "vtkOriginalCellIds")

FLAT = {"line": (1, 2), "triangle": (2, 3), "quad": (2, 4)}
"""Dimension and number of corners of meshio's cell types, by how their names begin."""


@dataclass(frozen=True, eq=False)
class RawMesh:
    """Cells and lines with their groups.

    Attributes:
        points: (n, 3) in the file's unit.
        cells: (m, 3) triangles, each once.
        lines: (k, 2) lines, each once.
        cell_groups: Indices into ``cells`` of each named group; groups may overlap.
        line_groups: Indices into ``lines`` of each named group.
        notes: What was left out or changed.
    """

    points: Array
    cells: Indices
    lines: Indices
    cell_groups: dict[str, Indices]
    line_groups: dict[str, Indices]
    notes: tuple[str, ...] = ()


class _Collector:
    """Blocks of elements of one kind each, gathered into a RawMesh."""

    def __init__(self) -> None:
        self.found: dict[int, list[Indices]] = {
            2: [np.zeros((0, 3), dtype=np.int64)],
            1: [np.zeros((0, 2), dtype=np.int64)],
        }
        self.groups: dict[int, list[tuple[str | None, int]]] = {2: [(None, 0)], 1: [(None, 0)]}
        self.notes: dict[str, None] = {}

    def add(self, dimension: int, sides: int, nodes: Indices, group: str | None, points: Array) -> None:
        """Elements with ``sides`` corners, the first of (n, ≥ sides) nodes."""
        nodes = np.asarray(nodes, dtype=np.int64)
        if nodes.shape[1] > sides:
            self.notes["curved elements reduced to straight ones: their midside nodes are left out"] = None
            nodes = nodes[:, :sides]
        if sides == 4:
            self.notes["quadrilaterals cut into two triangles along the shorter diagonal"] = None
            p = points[nodes]
            first = np.linalg.norm(p[:, 0] - p[:, 2], axis=1) <= np.linalg.norm(p[:, 1] - p[:, 3], axis=1)
            turned = np.where(first[:, None], nodes, np.roll(nodes, -1, axis=1))
            nodes = np.concatenate([turned[:, [0, 1, 2]], turned[:, [0, 2, 3]]])
        self.found[dimension].append(nodes)
        self.groups[dimension].append((group, len(nodes)))

    def mesh(self, points: Array) -> RawMesh:
        """Everything gathered, equal elements once."""
        parts = {d: self._once(d) for d in (2, 1)}
        return RawMesh(points, parts[2][0], parts[1][0], parts[2][1], parts[1][1], tuple(self.notes))

    def _once(self, dimension: int) -> tuple[Indices, dict[str, Indices]]:
        nodes = np.concatenate(self.found[dimension])
        _, first, number = np.unique(np.sort(nodes, axis=1), axis=0, return_index=True, return_inverse=True)
        order = np.argsort(first)
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        number = place[number.reshape(-1)]
        groups: dict[str, list[Indices]] = {}
        start = 0
        for name, count in self.groups[dimension]:
            if name is not None and count:
                groups.setdefault(name, []).append(number[start : start + count])
            start += count
        return nodes[first[order]], {name: np.unique(np.concatenate(parts)) for name, parts in groups.items()}


def read_raw(path: Path) -> RawMesh:
    """Read a mesh file: ``.msh`` 4 by Gmsh where it is installed, all else by meshio.

    Version 2 has a group for each element, which Gmsh takes for one of the element's whole entity: files of other
    programs, where all is one entity, come out wrong. Version 4 has them for each entity, of which meshio takes one.

    Raises:
        MeshError: there is no such file, it cannot be read, or it is three-dimensional.
    """
    if not path.is_file():
        raise MeshError(f"there is no file {path}", "", "give its path from the case file's folder")
    if path.suffix.lower() in (".geo", ".py", ".step", ".stp", ".brep", ".iges"):
        raise MeshError(
            f"{path.name} is a geometry, not a mesh", "", f'mesh it first: "gmsh -2 {path.name} -o {path.stem}.msh"'
        )
    if path.suffix.lower() == ".msh" and _version(path) >= 4 and _gmsh_there():
        return _by_gmsh(path)
    return _by_meshio(path)


def _version(path: Path) -> int:
    """The leading number of a ``.msh`` file's version, 0 where it has none."""
    with path.open("rb") as file:
        head = file.read(4096).decode("ascii", errors="replace")
    found = re.search(r"\$MeshFormat\s+(\d)", head)
    return int(found[1]) if found else 0


def _gmsh_there() -> bool:
    try:
        import gmsh  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def _by_gmsh(path: Path) -> RawMesh:
    with session(path.name) as gmsh:
        try:
            gmsh.merge(str(path))
        except Exception as error:
            raise _unreadable(path, str(error)) from error
        return from_gmsh(gmsh)


def from_gmsh(gmsh: Any) -> RawMesh:
    """The current model's mesh with its physical groups; a group without name goes by its number."""
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    points = np.asarray(coordinates, dtype=np.float64).reshape(-1, 3)
    index = np.full(int(max(tags, default=0)) + 1, -1, dtype=np.int64)
    index[np.asarray(tags, dtype=np.int64)] = np.arange(len(tags))
    collector = _Collector()
    if gmsh.model.mesh.getElementTypes(3).size:
        raise _solid()
    for dimension in (2, 1):
        names: dict[int, list[str]] = {}
        for _, group in gmsh.model.getPhysicalGroups(dimension):
            name = gmsh.model.getPhysicalName(dimension, group) or str(group)
            for entity in gmsh.model.getEntitiesForPhysicalGroup(dimension, group):
                names.setdefault(int(entity), []).append(name)
        for _, entity in gmsh.model.getEntities(dimension):
            kinds, _, nodes = gmsh.model.mesh.getElements(dimension, entity)
            for kind, flat in zip(kinds, nodes, strict=True):
                _, _, _, per_element, _, corners = gmsh.model.mesh.getElementProperties(kind)
                elements = index[np.asarray(flat, dtype=np.int64)].reshape(-1, per_element)
                for name in names.get(entity, [None]):
                    collector.add(dimension, corners, elements, name, points)
    return collector.mesh(points)


def _by_meshio(path: Path) -> RawMesh:
    import meshio

    said = io.StringIO()
    try:
        # meshio prints its complaints, and ends the process where a file cannot be read
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mesh = meshio.read(path)
    except (Exception, SystemExit) as error:
        words = " ".join((said.getvalue().strip() or str(error)).split())
        if "Incompatible cell data 'gmsh:physical'" in words:
            raise MeshError(
                f"some elements of {path.name} are in no group, which only Gmsh itself can read",
                "",
                "save the physical groups only (in Gmsh: Mesh.SaveAll = 0), or install Gmsh",
            ) from error
        raise _unreadable(path, words) from error
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.points.shape[1]] = mesh.points
    named = _names_of(mesh)
    collector = _Collector()
    for block, cells in enumerate(mesh.cells):
        if cells.type.startswith(("tetra", "hexa", "wedge", "pyramid")):
            raise _solid()
        shape = next((shape for start, shape in FLAT.items() if cells.type.startswith(start)), None)
        if shape is None:
            continue
        dimension, sides = shape
        collector.add(dimension, sides, cells.data, None, points)
        for name, chosen in named(block, dimension):
            if chosen.any():
                collector.add(dimension, sides, cells.data[chosen], name, points)
    return collector.mesh(points)


def _names_of(mesh: Any) -> Callable[[int, int], list[tuple[str, NDArray[np.bool_]]]]:
    """How to find the groups of a block of meshio's: named sets, families of MED, numbered tags."""
    sets = {name: blocks for name, blocks in mesh.cell_sets.items() if not name.startswith("gmsh:")}
    families: dict[int, list[str]] = dict(getattr(mesh, "cell_tags", {}) or {})
    numbers = {(int(tag), int(dimension)): str(name) for name, (tag, dimension) in mesh.field_data.items()}
    whole = [key for key, blocks in mesh.cell_data.items() if all(np.asarray(b).dtype.kind in "iu" for b in blocks)]
    likely = [key for key in TAGS if key in whole] + [key for key in whole if key not in (*TAGS, *NO_TAGS)]
    # XDMF and VTU store whole numbers as floats at times
    key = likely[0] if likely else next((k for k in TAGS if k in mesh.cell_data), None)

    def groups(block: int, dimension: int) -> list[tuple[str, NDArray[np.bool_]]]:
        count = len(mesh.cells[block].data)
        found: list[tuple[str, NDArray[np.bool_]]] = []
        for name, blocks in sets.items():
            chosen = np.zeros(count, dtype=bool)
            if blocks[block] is not None and len(blocks[block]):
                chosen[np.asarray(blocks[block], dtype=np.int64)] = True
            found.append((name, chosen))
        if key is not None:
            tags = np.asarray(mesh.cell_data[key][block]).reshape(count, -1)[:, 0].astype(np.int64)
            for tag in np.unique(tags):
                if families:
                    names = families.get(int(tag), [])
                else:
                    nowhere = tag == 0 and (bool(numbers) or key == "gmsh:physical")
                    names = [] if nowhere else [numbers.get((int(tag), dimension), str(tag))]
                found += [(str(name), tags == tag) for name in names]
        return found

    return groups


def _unreadable(path: Path, words: str) -> MeshError:
    return MeshError(
        f"{path.name} cannot be read as a mesh: {words or 'its format is unknown'}",
        "Gmsh's .msh (2 and 4.1), .xdmf, .vtu, .med and what else meshio reads",
        'convert it, for example by "meshio convert", or save it as .msh 4.1',
    )


def _solid() -> MeshError:
    return MeshError(
        "the mesh has cells in three dimensions", "a mesh of triangles in the plane", "mesh a cross-section"
    )
