"""Areas and volumes in the forms: one weight for each quadrature rule, so that terms and kernels are those of a slab.

Volume integrals in curved coordinates have A dx in place of dx: the measure puts A on, and a term knows nothing of it.
The edge-averaged scheme needs weights of edges and of corners instead; they belong to the box method (R. E. Bank &
D. J. Rose, SIAM J. Numer. Anal. 24, 777 (1987), doi:10.1137/0724050): each node has the box of points nearest to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from dolfinx import fem
from numpy.typing import NDArray

from pnp import compat
from pnp.geometry import Geometry
from pnp.mesh import element
from pnp.model import Model
from pnp.plane.edge_weights import box_weights

Array = NDArray[np.float64]
EDGES = {"interval": 1, "triangle": 3}


@dataclass(frozen=True)
class Weighted:
    """A measure that multiplies what it integrates: ``integrand * Weighted(dx, A)`` is ``A * integrand * dx``."""

    measure: Any
    weight: Any

    def __rmul__(self, integrand: Any) -> Any:
        return self.weight * integrand * self.measure


class AreaWeights:
    """Weights on the cells of a mesh.

    With lumped rules each edge of a cell gets the area of its box face over its length (in one dimension the area that
    makes a steady current through the cell exact) and each corner the volume of its box in the cell; Galerkin rules get
    A itself, which quadratic polynomials hold exactly.
    """

    def __init__(self, mesh: Any, cell: str, lumped: bool, varying: Any) -> None:
        """Make the coefficients; they hold nothing yet.

        Args:
            mesh: The mesh.
            cell: The name of its cells.
            lumped: Whether the rules are.
            varying: A discontinuous scalar space of the scheme's degree, to be shared if it holds what is needed.
        """
        self._lumped, self._mesh = lumped, mesh
        self._loaded: tuple[Geometry, bool | None] | None = None
        self.edges: Any = None
        if lumped:
            self.edges = fem.Function(fem.functionspace(mesh, element(cell, "DG", 0, (EDGES[cell],))))
            self.volume = fem.Function(varying)
        else:
            enough = varying.ufl_element().degree >= 2
            self.volume = fem.Function(varying if enough else fem.functionspace(mesh, element(cell, "DG", 2)))
        self._points: Array = self.volume.function_space.tabulate_dof_coordinates()

    @property
    def by_name(self) -> dict[str, Any]:
        """The coefficients by the names that compiled kernels are bound by."""
        found = {"volume weight": self.volume}
        return {**found, "edge weight": self.edges} if self._lumped else found

    def load(self, model: Model) -> None:
        """Give the coefficients the areas of a model's coordinates."""
        key = model.geometry, None if model.plane is None else model.plane.axisymmetric
        if key == self._loaded:
            return
        self._loaded = key
        if self._mesh.topology.dim == 1:
            self._load_line(model.geometry)
        else:
            self._load_plane(model)

    def _load_line(self, geometry: Geometry) -> None:
        x = self._points[:, 0]
        if not self._lumped:
            self.volume.x.array[:] = geometry.area(x)
            return
        dofs = self.volume.function_space.dofmap.list
        ends = x[dofs]
        turned = ends[:, 0] > ends[:, 1]
        a, b = ends.min(axis=1), ends.max(axis=1)
        left, right = geometry.corner_volumes(a, b)
        # the vertex rule gives each corner half the cell
        half = 0.5 * (b - a)
        self.volume.x.array[dofs[:, 0]] = np.where(turned, right, left) / half
        self.volume.x.array[dofs[:, 1]] = np.where(turned, left, right) / half
        cells = self.edges.function_space.dofmap.list[:, 0]
        self.edges.x.array[cells] = geometry.edge_area(a, b) / (b - a) ** 2

    def _load_plane(self, model: Model) -> None:
        """Per unit of a strip's height, where there is one, so that its numbers are those of its stack."""
        geometry = model.geometry
        revolved = model.plane.axisymmetric if model.plane is not None else geometry.exponent == 1
        unit = 1.0 if model.plane is not None else geometry.height * geometry.outer**geometry.exponent
        if not self._lumped:
            self.volume.x.array[:] = (self._points[:, 0] if revolved else 1.0) / unit
            return
        dofs = self.volume.function_space.dofmap.list
        points = self._mesh.geometry.x[:, :2]
        triangles = compat.cell_nodes(self._mesh).astype(np.int64)
        u, v = points[triangles[:, 1]] - points[triangles[:, 0]], points[triangles[:, 2]] - points[triangles[:, 0]]
        area = 0.5 * np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
        cells = self.edges.function_space.dofmap.list[:, 0]
        # the one-point rule multiplies by the cell's area, the vertex rule by a third of it
        weights, volumes = box_weights(points, triangles, revolved)
        self.edges.x.array.reshape(-1, 3)[cells] = weights / (area[:, None] * unit)
        self.volume.x.array[dofs] = volumes / (area[:, None] / 3.0 * unit)
