"""A mesh as rows of tables: how many cells, their sizes and shapes, and how many resolve a Debye length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pnp.plane_fields import FloatArray, IntArray
from pnp.report.case_tables import Rows
from pnp.report.format import number, quantity

if TYPE_CHECKING:
    from pnp.plane.quality import Quality


def mesh_line(found: Quality) -> str:
    """The whole mesh in one line."""
    obtuse = f", {100 * found.obtuse_share:.2g} % of the cells obtuse" if found.obtuse_share > 0 else ""
    angles = f"angles from {found.smallest_angle:.3g}° to {found.largest_angle:.3g}°"
    return f"{found.cells} cells, {found.nodes} nodes, {angles}{obtuse}"


def size_rows(found: Quality, names: Sequence[str]) -> Rows:
    """Cells of each region, and its shortest, median and longest edge."""
    rows: list[tuple[str, ...]] = []
    for k, name in enumerate(names):
        sizes = (quantity(float(size), "m", 3) for size in np.ravel(found.sizes[k]))
        rows.append((name, str(int(found.cells_in[k])), *sizes))
    return ("region", "cells", "shortest edge", "median edge", "longest edge"), rows


def layer_rows(found: Mapping[tuple[str, str], tuple[float, float]]) -> Rows:
    """Cells in a Debye length at each boundary and interface, by (name, region): least and median."""
    rows: list[tuple[str, ...]] = [
        (name, region, number(least, 3), number(median, 3)) for (name, region), (least, median) in found.items()
    ]
    return ("at", "in", "cells per Debye length, least", "median"), rows


def grid_rows(nodes: FloatArray, region: IntArray, names: Sequence[str]) -> Rows:
    """Cells of each region of a stack; nodes in m."""
    size = np.diff(nodes)
    rows: list[tuple[str, ...]] = []
    for k, name in enumerate(names):
        own = size[region == k]
        sizes = (float(own.min()), float(np.median(own)), float(own.max()))
        rows.append((name, str(own.size), *(quantity(value, "m", 3) for value in sizes)))
    return ("region", "cells", "smallest cell", "median cell", "largest cell"), rows
