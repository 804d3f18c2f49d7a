"""The symbols that terms are written in: unknowns, test functions and coefficients, all dimensionless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ufl


@dataclass(frozen=True)
class Edge:
    """One edge E of a cell, on which P1 functions change by δ_E u and have the mean value u_mid.

    Attributes:
        vector: x_b − x_a.
        offset: Its midpoint minus the point of the one-point rule, None where they are the same.
        weight: −∫_K ∇λ_a·∇λ_b in the weighted measure, over the cell's size.
    """

    vector: Any
    offset: Any
    weight: Any

    def change(self, u: Any) -> Any:
        """δ_E u = u_b − u_a."""
        return ufl.dot(ufl.grad(u), self.vector)

    def middle(self, u: Any) -> Any:
        """(u_a + u_b)/2."""
        return u if self.offset is None else u + ufl.dot(ufl.grad(u), self.offset)


def edges_of(domain: Any, weights: Any) -> tuple[Edge, ...]:
    """The edges of the cells of a mesh: one of an interval, of a triangle those opposite its vertices 0, 1, 2.

    Args:
        domain: The mesh.
        weights: Coefficient with one weight for each edge.
    """
    J = ufl.Jacobian(domain)
    if domain.topology.dim == 1:
        return (Edge(J[:, 0], None, weights[0]),)
    first, second = J[:, 0], J[:, 1]  # from vertex 0 to the vertices 1 and 2
    barycentre = (first + second) / 3
    return (
        Edge(second - first, (first + second) / 2 - barycentre, weights[0]),
        Edge(second, second / 2 - barycentre, weights[1]),
        Edge(first, first / 2 - barycentre, weights[2]),
    )


@dataclass(frozen=True)
class Fields:
    """UFL symbols of the blocked space of N + 1 components (m_1 … m_N, φ).

    Attributes:
        m: Reduced electrochemical potentials m_i = μ̃_i/RT, N of them.
        phi: Reduced potential φ* = Fφ/RT.
        v: Test functions of the N species equations.
        q: Test function of Poisson's equation.
        charge_number: z_i (constants of the form, not of the kernel).
        coefficients: By the names of `pnp.terms.coefficients`: a symbol, or N of them for a coefficient per species.
        edges: The edges of a cell, for the terms of the edge-averaged scheme.
    """

    m: Sequence[Any]
    phi: Any
    v: Sequence[Any]
    q: Any
    charge_number: Sequence[Any]
    coefficients: Mapping[str, Any]
    edges: Sequence[Edge]

    def __getitem__(self, name: str) -> Any:
        """A coefficient by name."""
        return self.coefficients[name]

    @property
    def species(self) -> range:
        """Indices of the species."""
        return range(len(self.m))

    def log_concentration(self, i: int) -> Any:
        """ln c_i* = m_i − z_i φ* + ln β_i, and 0 where species i is absent (no overflow of a masked exponential)."""
        return self["present"][i] * (self.m[i] - self.charge_number[i] * self.phi + self["log_partition"][i])

    def concentration(self, i: int) -> Any:
        """c_i*, 0 where species i is absent."""
        return self["present"][i] * ufl.exp(self.log_concentration(i))
