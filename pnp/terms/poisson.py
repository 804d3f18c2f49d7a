"""Poisson's equation: displacement and space charge."""

from __future__ import annotations

from typing import Any

import ufl

from pnp.terms.fields import Fields


def displacement(f: Fields, measure: Any) -> Any:
    r"""Displacement ε*∇φ*.

    .. math:: \int ε ∇φ · ∇q

    Source: Gauss's law, −∇·(ε∇φ) = ρ tested with q.
    """
    return f["permittivity"] * ufl.dot(ufl.grad(f.phi), ufl.grad(f.q)) * measure


def edge_displacement(f: Fields, measure: Any) -> Any:
    r"""Displacement ε*∇φ* by edges, on P1 elements.

    .. math:: \int_K ε ∇φ · ∇q → \sum_E (-\int_K ∇λ_a·∇λ_b)\, ε\, (δ_E φ)(δ_E q)

    Source: in plane coordinates an identity of P1 elements; with curved faces the weights are those of the box method,
    see `pnp.area_weights`.
    """
    changes = sum(edge.weight * edge.change(f.phi) * edge.change(f.q) for edge in f.edges)
    return f["permittivity"] * changes * measure


def space_charge(f: Fields, measure: Any) -> Any:
    r"""Charge of the ions and of what is fixed.

    .. math:: -\int (\sum_i z_i c_i + ρ_{fixed})\, q

    Source: Gauss's law. With a vertex rule this is the lumped charge that goes with the edge-averaged flux.
    """
    ions = sum(f.charge_number[i] * f.concentration(i) for i in f.species)
    return -(ions + f["fixed_charge"]) * f.q * measure
