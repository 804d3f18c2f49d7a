"""The compiled forms on a mesh: the registered terms on the symbols of a state and a model's numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import dolfinx
import numpy as np
import ufl
from dolfinx import fem
from numpy.typing import NDArray

from pnp import kernels
from pnp.area_weights import Weighted
from pnp.mesh import Domain, element
from pnp.model_data import ModelData
from pnp.scheme import ONE_RULE, Scheme, form_of
from pnp.terms.fields import Fields, edges_of
from pnp.terms.loads import boundary_weight, interface_weight
from pnp.terms.poisson import space_charge
from pnp.terms.registry import steady_terms
from pnp.terms.storage import amount

Pair = tuple[Any, Any]
"""A linear form and its derivative with respect to the state."""


class Forms:
    """Forms of the blocked space of N + 1 components.

    Attributes:
        space: The blocked function space.
        state: The state that forms are evaluated at.
        data: The model's numbers.
        residual: The steady residual with its derivative, one pair for each quadrature rule.
    """

    def __init__(self, domain: Domain, species: int, scheme: Scheme) -> None:
        """Make the space and bind or compile the forms of the residual. Collective."""
        mesh = domain.mesh
        self._mesh, self._cell, self._species, self._scheme = mesh, domain.cell, species, scheme
        self.space = fem.functionspace(mesh, element(domain.cell, "Lagrange", scheme.degree, (species + 1,)))
        self.state = fem.Function(self.space)
        self.data = ModelData(domain, species, scheme)
        self._bound = kernels.Data(
            mesh,
            self.space,
            {"state": self.state, **self.data.functions},
            {"charge_number": self.data.charge_number},
        )
        self.residual = [self._pair(rule, lambda r=rule: self.residual_forms()[r]) for rule in scheme.rules]

    def fields(self) -> Fields:
        """The symbols that terms are written in."""
        n, test = self._species, ufl.TestFunction(self.space)
        return Fields(
            m=[self.state[i] for i in range(n)],
            phi=self.state[n],
            v=[test[i] for i in range(n)],
            q=test[n],
            charge_number=[self.data.charge_number[i] for i in range(n)],
            coefficients=self.data.symbols(),
            edges=edges_of(self._mesh, self.data.areas.edges) if self._scheme.lumped else (),
        )

    def residual_forms(self) -> dict[str, Any]:
        """The steady residual in UFL, one form for each quadrature rule."""
        f = self.fields()
        forms: dict[str, Any] = {}
        for term in steady_terms(self._scheme.flux):
            rule = form_of(term.rule) if self._scheme.lumped else ONE_RULE
            forms[rule] = forms.get(rule, 0) + term.form(f, self._measure(term.rule))
        return forms

    @cached_property
    def transport_jacobian(self) -> Any:
        """Derivative of the terms of transport alone."""
        if self._scheme.lumped:
            return self.residual[0][1]
        terms = [term for term in steady_terms(self._scheme.flux) if term.rule != "charge"]
        f = self.fields()
        return self._pair("transport", lambda: sum(term.form(f, self._measure(term.rule)) for term in terms))[1]

    @cached_property
    def amount(self) -> Pair:
        """∫ c_i v_i."""
        return self._pair("amount", lambda: amount(self.fields(), self._measure("charge")))

    def flux_over(self, cells: NDArray[np.int32]) -> Pair:
        """The flux term over some local cells alone."""
        term = steady_terms(self._scheme.flux)[0]
        measure = self._measure(term.rule, domain=self._mesh, subdomain_data=[(1, cells)], subdomain_id=1)
        return self._pair("region flux", lambda: term.form(self.fields(), measure), cells)

    @cached_property
    def cell_charge(self) -> Pair:
        """−∫ (Σ z_i c_i + ρ) tested with the indicator of each cell, and the space of these."""
        cells = fem.functionspace(self._mesh, element(self._cell, "DG", 0))
        fields = replace(self.fields(), q=ufl.TestFunction(cells))
        return fem.form(space_charge(fields, self._measure("charge"))), cells

    def facet_weight(self, facets: NDArray[np.int32], interior: bool) -> Any:
        """∮ A v of the last component over facets of the boundary, or ∫ A {v} over interior ones."""
        test = ufl.TestFunction(self.space)[self._species]
        facets = np.sort(facets)
        dim = self._mesh.topology.dim - 1
        tags = dolfinx.mesh.meshtags(self._mesh, dim, facets, np.ones(len(facets), dtype=np.int32))
        measure = ufl.Measure("dS" if interior else "ds", domain=self._mesh, subdomain_data=tags)(1)
        area = self.data.areas.volume
        if interior:
            return fem.form(interface_weight(test, Weighted(measure, ufl.avg(area))))
        return fem.form(boundary_weight(test, Weighted(measure, area)))

    def stiffness(self, cells: NDArray[np.int32]) -> tuple[Any, Any]:
        """∫ ∇u·∇v of a scalar over some local cells, for harmonic test functions, and its space."""
        space = fem.functionspace(self._mesh, element(self._cell, "Lagrange", self._scheme.degree))
        # all cells are integrated over, so that the matrix has a diagonal everywhere
        inside = fem.Function(fem.functionspace(self._mesh, element(self._cell, "DG", 0)))
        inside.x.array[inside.function_space.dofmap.list[cells, 0]] = 1.0
        u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
        return fem.form(inside * ufl.dot(ufl.grad(u), ufl.grad(v)) * ufl.dx), space

    def _measure(self, rule: str, **where: Any) -> Any:
        """Measure of the terms that need a rule: its quadrature, and A dx for dx; edges have weights of their own."""
        measure = ufl.Measure("dx", metadata=self._scheme.quadrature(rule), **where)
        if rule == "edges":
            return measure
        return Weighted(measure, self.data.areas.volume)

    def _pair(self, kind: str, write: Callable[[], Any], cells: NDArray[np.int32] | None = None) -> Pair:
        """A form and its derivative; ``write`` is called where the process has not compiled this kind yet."""

        def make() -> Pair:
            form = write()
            return form, ufl.derivative(form, self.state)

        form, derivative = kernels.forms((kind, self._cell, self._species, self._scheme), make, self._bound, cells)
        return form, derivative
