"""Amount of each species: storage in time, and the total that a closed species keeps."""

from __future__ import annotations

from typing import Any

from pnp.terms.fields import Fields


def amount(f: Fields, measure: Any) -> Any:
    r"""Amount of each species, tested.

    .. math:: \int c_i v_i

    Source: the conserved density of ∂c_i/∂t + ∇·J_i = 0. Summed over all rows (v_i = 1) it is the total amount.
    """
    return sum(f.concentration(i) * f.v[i] * measure for i in f.species)
