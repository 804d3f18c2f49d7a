"""Meshes and fields as VTU files, quickly: the numbers lightly compressed, for ParaView, meshio and PyVista."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32_768
"""Bytes that are compressed together, as VTK does."""
LEVEL = 1
"""Of zlib: higher ones take three times as long for a tenth of the size."""
_TYPES = {"float64": "Float64", "int32": "Int32", "int64": "Int64", "uint8": "UInt8"}
_KINDS = {"line": 3, "triangle": 5}
"""VTK's numbers of cells."""


def write_vtu(
    path: Path,
    points: NDArray[np.float64],
    cells: Sequence[tuple[str, NDArray[Any]]],
    point_data: Mapping[str, NDArray[Any]],
    cell_data: Mapping[str, Sequence[NDArray[Any]]],
) -> None:
    """Write a mesh.

    Args:
        path: The file.
        points: (n, 3).
        cells: "line" or "triangle", and nodes (m, 2) or (m, 3), for each kind.
        point_data: Numbers (n,) or vectors (n, 3) by name.
        cell_data: Numbers by name, an array (m,) for each kind of cell.
    """
    nodes = np.concatenate([np.asarray(own, dtype=np.int64).reshape(-1) for _, own in cells])
    sizes = np.concatenate([np.full(len(own), own.shape[1], dtype=np.int64) for _, own in cells])
    kinds = np.concatenate([np.full(len(own), _KINDS[kind], dtype=np.uint8) for kind, own in cells])
    joined = {name: np.concatenate(list(parts)) for name, parts in cell_data.items()}
    text = [
        '<?xml version="1.0"?>',
        '<VTKFile type="UnstructuredGrid" version="0.1" byte_order="LittleEndian" header_type="UInt32" '
        'compressor="vtkZLibDataCompressor">',
        f'<UnstructuredGrid><Piece NumberOfPoints="{len(points)}" NumberOfCells="{len(sizes)}">',
        *("<Points>", _array("Points", points), "</Points>"),
        "<Cells>",
        *(_array("connectivity", nodes), _array("offsets", np.cumsum(sizes)), _array("types", kinds)),
        "</Cells>",
        *("<PointData>", *(_array(name, values) for name, values in point_data.items()), "</PointData>"),
        *("<CellData>", *(_array(name, values) for name, values in joined.items()), "</CellData>"),
        "</Piece></UnstructuredGrid></VTKFile>",
    ]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def _array(name: str, values: NDArray[Any]) -> str:
    """Of the file's four number types; the header and the blocks are each in base 64."""
    data = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).tobytes()
    blocks = [zlib.compress(data[at : at + BLOCK], LEVEL) for at in range(0, len(data), BLOCK)]
    header = np.array([len(blocks), BLOCK, len(data) % BLOCK, *map(len, blocks)], dtype="<u4").tobytes()
    told = base64.b64encode(header).decode() + base64.b64encode(b"".join(blocks)).decode()
    parts = f' NumberOfComponents="{values.shape[1]}"' if values.ndim > 1 else ""
    named = name.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<DataArray type="{_TYPES[values.dtype.name]}" Name="{named}"{parts} format="binary">{told}</DataArray>'
