"""Debye length and ionic strength."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import F, R, epsilon_0
from pnp.simplified.validation import not_negative, positive


def ionic_strength(charge_number: ArrayLike, concentration: ArrayLike) -> float:
    """I = ½ Σ z² c, in the unit of `concentration`.

    Source: G. N. Lewis & M. Randall, J. Am. Chem. Soc. 43, 1112 (1921), DOI 10.1021/ja01438a014.

    Args:
        charge_number: z, shape (n,).
        concentration: c in mol/m³, >= 0, shape (n,).

    Raises:
        ValueError: a concentration is negative.
    """
    c = not_negative("concentration", concentration, "mol/m^3")
    return 0.5 * float(np.sum(np.square(np.asarray(charge_number, dtype=np.float64)) * c))


def debye_length(
    charge_number: ArrayLike, concentration: ArrayLike, relative_permittivity: float, temperature: float
) -> float:
    """λ_D = √(ε RT / (F² Σ z² c)) in m; inf without ions.

    Source: P. Debye & E. Hückel, Phys. Z. 24, 185 (1923). The length over which a small charge is screened,
    for ions of any valence; fixed charge does not enter except through the concentrations of its
    counter-ions.

    Args:
        charge_number: z, shape (n,).
        concentration: c in mol/m³, >= 0, shape (n,).
        relative_permittivity: ε_r, > 0.
        temperature: T in K, > 0.

    Raises:
        ValueError: a concentration is negative, or the permittivity or temperature not positive.
    """
    permittivity = float(positive("relative_permittivity", relative_permittivity, "")) * epsilon_0
    t = float(positive("temperature", temperature, "K"))
    strength = ionic_strength(charge_number, concentration)
    if strength == 0.0:
        return float("inf")
    return float(np.sqrt(permittivity * R * t / (2.0 * strength))) / F
