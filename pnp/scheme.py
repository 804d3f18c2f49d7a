"""How the equations are discretised: flux, degree, and the quadrature rules that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ONE_RULE = "everything"
ONE_POINT = {"quadrature_degree": 1}
VERTEX = {"quadrature_rule": "vertex", "quadrature_degree": 1}


@dataclass(frozen=True)
class Scheme:
    """How the equations are discretised: ``flux`` "edge_averaged" (P1 only) or "galerkin", and the degree."""

    flux: str = "edge_averaged"
    degree: int = 1

    @property
    def lumped(self) -> bool:
        """Whether transport is taken at edge midpoints and charge at vertices, rather than by the Galerkin rule."""
        return self.flux == "edge_averaged"

    @property
    def rules(self) -> tuple[str, ...]:
        """Forms of the residual: a form keeps to one quadrature rule, the form compiler would mix them up."""
        return ("transport", "charge") if self.lumped else (ONE_RULE,)

    def quadrature(self, rule: str) -> dict[str, Any]:
        """Quadrature rule of the terms that need "edges", "transport" or "charge", see `pnp.terms.registry.Term`."""
        if self.lumped:
            return VERTEX if rule == "charge" else ONE_POINT
        # c is an exponential: two degrees more than the mass matrix
        return {"quadrature_degree": 2 * self.degree + 2}


def form_of(rule: str) -> str:
    """The form of a lumped scheme that terms of a rule go into."""
    return "charge" if rule == "charge" else "transport"
