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


def space_charge(f: Fields, measure: Any) -> Any:
    r"""Charge of the ions and of what is fixed.

    .. math:: -\int (\sum_i z_i c_i + ρ_{fixed})\, q

    Source: Gauss's law. With a vertex rule this is the lumped charge that goes with the edge-averaged flux.
    """
    ions = sum(f.charge_number[i] * f.concentration(i) for i in f.species)
    return -(ions + f["fixed_charge"]) * f.q * measure
