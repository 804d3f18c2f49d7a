"""The fields of a result as a file for ParaView (`fields.vtu`), and those of a plane read back from it (no DOLFINx).

In two dimensions the file has the triangles, and the segments of the named boundaries and interfaces as line cells.
Both have the index of their region as cell data `region`, lines also that of their name as `boundary` (−1 for
triangles); the names to the indices are in `summary.json` under `fields`. Vectors have a third component 0. NaN, which
ParaView shows in a colour of its own, stands where a species is absent. x and y are x and y, or r and z.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnp.geometry import PlaneCoordinates
from pnp.plane_fields import FloatArray, IntArray, PlaneFields
from pnp.result import Profile
from pnp.result_tables import DamagedTableError, column_head, split_head

_Integers = NDArray[np.signedinteger[Any]]


def write_profile_fields(profile: Profile, path: Path) -> None:
    """The profile as line cells; each region has its own copy of an interface's node."""
    import meshio

    same = (profile.region[1:] == profile.region[:-1]) & (profile.x[1:] > profile.x[:-1])
    start = np.nonzero(same)[0]
    points = np.zeros((profile.x.size, 3))
    points[:, 0] = profile.x
    mesh = meshio.Mesh(
        points,
        [("line", np.column_stack([start, start + 1]))],
        point_data={f"{name} [{profile.units[name]}]": column for name, column in profile.columns.items()},
        cell_data={"region": [profile.region[start].astype(np.int32)]},
    )
    meshio.write(path, mesh)


def plane_names(fields: PlaneFields) -> dict[str, Any]:
    """What the file has indices of only, for `summary.json`."""
    return {
        "coordinates": fields.coordinates,
        "regions": list(fields.region_names),
        "boundaries": list(fields.boundaries),
    }


def write_plane_fields(fields: PlaneFields, path: Path) -> None:
    """The fields on triangles and the named segments as lines."""
    point_data = {}
    for name, values in fields.columns.items():
        told = values if values.ndim == 1 else _with_third(values)
        point_data[column_head(name, fields.units[name])] = np.ascontiguousarray(told)
    lines = [np.asarray(segments, dtype=np.int64).reshape(-1, 2) for segments in fields.boundaries.values()]
    joined = np.concatenate(lines) if lines else np.empty((0, 2), dtype=np.int64)
    group = np.repeat(np.arange(len(lines)), [len(own) for own in lines])
    _write(fields.points, fields.triangles, fields.cell_region, joined, group, fields.region, point_data, path)


def write_plane_mesh(
    points: FloatArray, triangles: IntArray, region: _Integers, facets: IntArray, facet_group: _Integers, path: Path
) -> None:
    """A mesh alone; arrays as those of `pnp.plane.mesh.PlaneMesh`."""
    of_node = np.zeros(len(points), dtype=np.int64)
    of_node[triangles] = region[:, None]
    _write(points, triangles, region, facets, facet_group, of_node, {}, path)


def write_grid(nodes: FloatArray, region: IntArray, path: Path) -> None:
    """The mesh of a stack: nodes in m, shape (n + 1,), and the region of each cell, shape (n,)."""
    import meshio

    points = np.zeros((nodes.size, 3))
    points[:, 0] = nodes
    lines = np.column_stack([np.arange(region.size), np.arange(1, region.size + 1)])
    meshio.write(path, meshio.Mesh(points, [("line", lines)], cell_data={"region": [region.astype(np.int32)]}))


def _write(
    points: FloatArray,
    triangles: IntArray,
    cell_region: _Integers,
    lines: IntArray,
    group: _Integers,
    node_region: _Integers,
    point_data: dict[str, FloatArray],
    path: Path,
) -> None:
    import meshio

    cells = [("triangle", triangles)]
    region = [np.asarray(cell_region, dtype=np.int32)]
    boundary = [np.full_like(region[0], -1)]
    if len(lines):
        cells.append(("line", lines))
        region.append(np.asarray(node_region[lines[:, 0]], dtype=np.int32))
        boundary.append(np.asarray(group, dtype=np.int32))
    data = {"region": region, "boundary": boundary}
    meshio.write(path, meshio.Mesh(_with_third(points), cells, point_data=point_data, cell_data=data))


def read_plane_fields(path: Path, names: dict[str, Any]) -> PlaneFields:
    """Read what `write_plane_fields` wrote.

    Args:
        path: The file.
        names: What `plane_names` gave.

    Raises:
        DamagedTableError: the file is not what the names are of.
    """
    from meshio import vtu

    # meshio.read would print what is wrong, and end the process.
    mesh = vtu.read(path)
    triangles = np.asarray(mesh.cells_dict["triangle"], dtype=np.int64)
    if not triangles.size or triangles.max() >= len(mesh.points) or triangles.min() < 0:
        raise DamagedTableError("its triangles are not those of its points")
    cell_region = np.asarray(mesh.cell_data_dict["region"]["triangle"], dtype=np.int64)
    region_names = tuple(str(name) for name in names["regions"])
    if cell_region.min() < 0 or cell_region.max() >= len(region_names):
        raise DamagedTableError("it has other regions than summary.json")
    region = np.zeros(len(mesh.points), dtype=np.int64)
    region[triangles] = cell_region[:, None]
    columns, units = {}, {}
    for head, values in mesh.point_data.items():
        name, unit = split_head(head)
        columns[name] = np.asarray(values if values.ndim == 1 else values[:, :2], dtype=np.float64)
        units[name] = unit
    lines = np.asarray(mesh.cells_dict.get("line", np.empty((0, 2))), dtype=np.int64)
    boundary = np.asarray(mesh.cell_data_dict["boundary"].get("line", np.empty(0)), dtype=np.int64)
    coordinates: PlaneCoordinates = "axisymmetric" if names["coordinates"] == "axisymmetric" else "planar"
    return PlaneFields(
        coordinates=coordinates,
        points=np.asarray(mesh.points[:, :2], dtype=np.float64),
        triangles=triangles,
        region=region,
        region_names=region_names,
        columns=columns,
        units=units,
        boundaries={str(name): lines[boundary == k] for k, name in enumerate(names["boundaries"])},
    )


def _with_third(values: FloatArray) -> FloatArray:
    return np.column_stack([values, np.zeros(len(values))])
