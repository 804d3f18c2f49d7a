"""The area A of curved faces in the forms: one weight for each quadrature rule, put on by the measure.

Terms are written as in a slab. In other coordinates every volume integral has A dx in place of dx, and so the weight
belongs to the measure: a term knows nothing of it, and the compiled kernels are the same in all coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from dolfinx import fem
from numpy.typing import NDArray

from pnp.geometry import Geometry
from pnp.mesh import element

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Weighted:
    """A measure that multiplies what it integrates: ``integrand * Weighted(dx, A)`` is ``A * integrand * dx``."""

    measure: Any
    weight: Any

    def __rmul__(self, integrand: Any) -> Any:
        return self.weight * integrand * self.measure


class AreaWeights:
    """A on the cells of a mesh.

    With lumped rules transport gets the area that makes a steady current through each cell exact, charge and storage
    the exact volumes ∫ λ A dx of the corners; Galerkin rules get A itself, which quadratic polynomials hold exactly.
    """

    def __init__(self, mesh: Any, lumped: bool, constant: Any, varying: Any) -> None:
        """Make the coefficients; they hold nothing yet.

        Args:
            mesh: The mesh.
            lumped: Whether the rules are.
            constant: A scalar space of constants in each cell, to be shared.
            varying: A discontinuous scalar space of the scheme's degree, to be shared if it holds what is needed.
        """
        self._lumped = lumped
        self._loaded: Geometry | None = None
        if lumped:
            self._transport, self._charge = fem.Function(constant), fem.Function(varying)
        else:
            enough = varying.ufl_element().degree >= 2
            self._charge = fem.Function(varying if enough else fem.functionspace(mesh, element("DG", 2)))
            self._transport = self._charge
        space = self._charge.function_space
        self._points: Array = space.tabulate_dof_coordinates()[:, 0].copy()

    def weight(self, rule: str) -> Any:
        """The coefficient for "transport" or "charge"."""
        return self._transport if rule == "transport" else self._charge

    @property
    def by_name(self) -> dict[str, Any]:
        """The coefficients by the names that compiled kernels are bound by."""
        return {"area of transport": self._transport, "area of charge": self._charge}

    def load(self, geometry: Geometry) -> None:
        """Give the coefficients the areas of a geometry."""
        if geometry == self._loaded:
            return
        self._loaded = geometry
        if not self._lumped:
            self._charge.x.array[:] = geometry.area(self._points)
            return
        dofs = self._charge.function_space.dofmap.list
        ends = self._points[dofs]
        turned = ends[:, 0] > ends[:, 1]
        a, b = ends.min(axis=1), ends.max(axis=1)
        left, right = geometry.corner_volumes(a, b)
        # the vertex rule gives each corner half the cell
        half = 0.5 * (b - a)
        self._charge.x.array[dofs[:, 0]] = np.where(turned, right, left) / half
        self._charge.x.array[dofs[:, 1]] = np.where(turned, left, right) / half
        cells = self._transport.function_space.dofmap.list[:, 0]
        self._transport.x.array[cells] = geometry.edge_area(a, b)
