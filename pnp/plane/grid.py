"""A mesh of a plane as the solver takes it: the triangles on rank 0, what every rank knows of them beside."""

from __future__ import annotations

from dataclasses import dataclass

from pnp.grading import Grid
from pnp.plane.mesh import PlaneMesh


@dataclass(frozen=True, eq=False)
class Axes:
    """Lines* of a tensor-product mesh, as grids whose regions are the intervals between the geometry's own lines."""

    x: Grid
    y: Grid


@dataclass(frozen=True, eq=False)
class PlaneGrid:
    """A mesh of a plane; grids are equal only where they are the same object.

    Attributes:
        mesh: The triangles in m; None on other ranks than 0.
        unit: Length in m that the solver counts in.
        cells: Number of triangles.
        boundary_names: Facet groups that are the model's boundaries, in its order.
        interface_names: Facet groups that are its interfaces.
        halvings: How many times its cells are still halved in a nested iteration.
        axes: Its lines where it is a tensor product, on every rank.
        notes: What the user should know of it.
    """

    mesh: PlaneMesh | None
    unit: float
    cells: int
    boundary_names: tuple[str, ...]
    interface_names: tuple[str, ...]
    halvings: int = 0
    axes: Axes | None = None
    notes: tuple[str, ...] = ()
