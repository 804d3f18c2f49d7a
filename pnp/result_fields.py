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

from pnp.geometry import PlaneCoordinates
from pnp.plane_fields import PlaneFields
from pnp.result import Profile
from pnp.result_tables import DamagedTableError, column_head, split_head


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
    import meshio

    point_data = {}
    for name, values in fields.columns.items():
        told = values if values.ndim == 1 else _with_third(values)
        point_data[column_head(name, fields.units[name])] = np.ascontiguousarray(told)
    cells = [("triangle", fields.triangles)]
    region: list[np.ndarray[Any, np.dtype[np.int32]]] = [fields.cell_region.astype(np.int32)]
    boundary: list[np.ndarray[Any, np.dtype[np.int32]]] = [np.full(len(fields.triangles), -1, dtype=np.int32)]
    lines = [np.asarray(segments).reshape(-1, 2) for segments in fields.boundaries.values()]
    if sum(map(len, lines)):
        joined = np.concatenate(lines)
        cells.append(("line", joined))
        region.append(fields.region[joined[:, 0]].astype(np.int32))
        boundary.append(np.repeat(np.arange(len(lines), dtype=np.int32), [len(own) for own in lines]))
    mesh = meshio.Mesh(
        _with_third(fields.points), cells, point_data=point_data, cell_data={"region": region, "boundary": boundary}
    )
    meshio.write(path, mesh)


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


def _with_third(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.column_stack([values, np.zeros(len(values))])
