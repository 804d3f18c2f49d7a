"""The terms of the steady residual, in one list: what a new term is added to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pnp.terms.fields import Fields
from pnp.terms.nernst_planck import edge_averaged_flux, galerkin_flux
from pnp.terms.poisson import displacement, space_charge

FLUXES = {"edge_averaged": edge_averaged_flux, "galerkin": galerkin_flux}
"""Discretisations of the Nernst–Planck flux by their names in the case file."""


@dataclass(frozen=True)
class Term:
    """One term of the residual.

    Attributes:
        name: For people.
        form: Fields and a measure in, a UFL form out.
        rule: The quadrature it needs: that of transport (edge midpoints), or of charge and storage (vertices).
    """

    name: str
    form: Callable[[Fields, Any], Any]
    rule: Literal["transport", "charge"]


def steady_terms(flux: str) -> tuple[Term, ...]:
    """Every term of the steady equations with one of the `FLUXES`."""
    return (
        Term("Nernst–Planck flux", FLUXES[flux], "transport"),
        Term("displacement", displacement, "transport"),
        Term("space charge", space_charge, "charge"),
    )
