"""The terms of the steady residual, in one list: what a new term is added to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pnp.terms.fields import Fields
from pnp.terms.nernst_planck import edge_averaged_flux, galerkin_flux
from pnp.terms.poisson import displacement, edge_displacement, space_charge

FLUXES = {"edge_averaged": edge_averaged_flux, "galerkin": galerkin_flux}
"""Discretisations of the Nernst–Planck flux by their names in the case file."""

DISPLACEMENTS = {"edge_averaged": edge_displacement, "galerkin": displacement}
"""What goes with them in Poisson's equation."""


@dataclass(frozen=True)
class Term:
    """One term of the residual.

    Attributes:
        name: For people.
        form: Fields and a measure in, a UFL form out.
        rule: The quadrature it needs: "edges" for sums over edges, which have their own weights; "transport" (one point
            of the edge-averaged scheme) for other integrals of gradients, "charge" (vertices) for charge and storage.
    """

    name: str
    form: Callable[[Fields, Any], Any]
    rule: Literal["edges", "transport", "charge"]


def steady_terms(flux: str) -> tuple[Term, ...]:
    """Every term of the steady equations with one of the `FLUXES`."""
    rule: Literal["edges", "transport"] = "edges" if flux == "edge_averaged" else "transport"
    return (
        Term("Nernst–Planck flux", FLUXES[flux], rule),
        Term("displacement", DISPLACEMENTS[flux], rule),
        Term("space charge", space_charge, "charge"),
    )
