"""A mesh of a plane as the solver takes it: the triangles on rank 0, what every rank knows of them beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.plane.mesh import PlaneMesh

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Axes:
    """Lines of a tensor-product mesh in m, and the region of each rectangle, (p − 1, q − 1), −1 where there is none."""

    x: Array
    y: Array
    region: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class PlaneGrid:
    """A mesh of a plane; grids are equal only where they are the same object.

    Attributes:
        mesh: The triangles in m; None on other ranks than 0.
        unit: Length in m that the solver counts in.
        cells: Number of triangles.
        boundary_names: Facet groups that are the model's boundaries, in its order.
        interface_names: Facet groups that are its interfaces.
        axes: Its lines where it is a tensor product, on every rank.
    """

    mesh: PlaneMesh | None
    unit: float
    cells: int
    boundary_names: tuple[str, ...]
    interface_names: tuple[str, ...]
    axes: Axes | None = None
