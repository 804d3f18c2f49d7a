"""The numbers of a model as functions on a mesh: what compiled kernels are given, and nothing else of a case is."""

from __future__ import annotations

from typing import Any

import numpy as np
from dolfinx import fem
from numpy.typing import NDArray

from pnp.area_weights import AreaWeights
from pnp.mesh import Domain, element
from pnp.model import Model
from pnp.scheme import Scheme
from pnp.terms.coefficients import POSITION_COEFFICIENTS, REGION_COEFFICIENTS

Array = NDArray[np.float64]


class ModelData:
    """Coefficients of the terms on a mesh.

    Attributes:
        charge_number: Constant z, (N,).
        areas: Areas and volumes.
        model: The model whose numbers they hold, None at first.
    """

    def __init__(self, domain: Domain, species: int, scheme: Scheme) -> None:
        """Make the coefficients; they hold nothing yet. Collective."""
        mesh = domain.mesh
        self._domain, self._species = domain, species
        self.charge_number = fem.Constant(mesh, np.zeros(species))
        cell = domain.cell
        spaces = {
            True: fem.functionspace(mesh, element(cell, "DG", 0, (species,))),
            False: fem.functionspace(mesh, element(cell, "DG", 0)),
        }
        varying = fem.functionspace(mesh, element(cell, "DG", scheme.degree))
        self._by_region = {c.name: fem.Function(spaces[c.per_species]) for c in REGION_COEFFICIENTS}
        self._by_position = {c.name: fem.Function(varying) for c in POSITION_COEFFICIENTS}
        self._points: Array = varying.tabulate_dof_coordinates()[:, : mesh.topology.dim].copy()
        self.areas = AreaWeights(mesh, cell, scheme.lumped, varying)
        self.model: Model | None = None

    @property
    def functions(self) -> dict[str, Any]:
        """All functions by the names that compiled kernels are bound by."""
        return {**self._by_region, **self._by_position, **self.areas.by_name}

    def symbols(self) -> dict[str, Any]:
        """What terms call them: a symbol, or N of them for a coefficient per species."""
        per_species = {c.name for c in REGION_COEFFICIENTS if c.per_species}
        found = self._by_position | self._by_region
        return {k: [f[i] for i in range(self._species)] if k in per_species else f for k, f in found.items()}

    def load(self, model: Model) -> None:
        """Take the numbers of a model with this grid (nothing to do when they are there)."""
        if self.model is model:
            return
        self.model = model
        self.areas.load(model)
        region = self._domain.cell_region
        self.charge_number.value[:] = model.charge_number
        for c in REGION_COEFFICIENTS:
            function = self._by_region[c.name]
            size = self._species if c.per_species else 1
            cells = function.function_space.dofmap.list[:, 0]
            function.x.array.reshape(-1, size)[cells] = c.values(model)[region].reshape(-1, size)
        for p in POSITION_COEFFICIENTS:
            function = self._by_position[p.name]
            dofs = function.function_space.dofmap.list
            for k in range(len(model.regions)):
                own = dofs[region == k].reshape(-1)
                function.x.array[own] = p.values(model, k, self._points[own])
