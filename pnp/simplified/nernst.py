"""Nernst potential, at which one ion is at equilibrium, and the driving force away from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import thermal_voltage
from pnp.simplified.validation import Array, charged, not_negative


def nernst_potential(
    charge_number: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
) -> Array:
    """E = (RT/zF) ln(c_out/c_in), inside minus outside, in V.

    Source: W. Nernst, Z. phys. Chem. 4, 129 (1889). Exact for an ideal solution, for whatever lies between
    the two baths, as long as it is permeable to this ion alone and no current flows.

    Args:
        charge_number: z, not zero; any shape, broadcasts with the concentrations.
        concentration_inside: c_in in mol/m³ (any one unit for both), >= 0.
        concentration_outside: c_out, the same unit, >= 0.
        temperature: T in K.

    Returns:
        E in V, broadcast shape; ±inf where one concentration is zero, NaN where both are.

    Raises:
        ValueError: a charge number is zero, a concentration negative, or the temperature not positive.
    """
    z = charged(charge_number)
    inside = not_negative("concentration_inside", concentration_inside, "mol/m^3")
    outside = not_negative("concentration_outside", concentration_outside, "mol/m^3")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = outside / inside
        # log1p keeps the digits of a small difference; the plain logarithm those of a large ratio.
        log_ratio = np.where(
            np.abs(ratio - 1.0) < 0.5,
            np.log1p((outside - inside) / inside),
            np.log(outside) - np.log(inside),
        )
    return np.asarray(thermal_voltage(temperature) / z * log_ratio, dtype=np.float64)


def driving_force(
    membrane_potential: ArrayLike,
    charge_number: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
) -> Array:
    """V − E in V: the potential that drives this ion's current, outward for a cation when positive.

    Args:
        membrane_potential: V inside minus outside in V; any shape, broadcasts with the rest.
        charge_number: z, not zero.
        concentration_inside: c_in in mol/m³, >= 0.
        concentration_outside: c_out in mol/m³, >= 0.
        temperature: T in K.

    Raises:
        ValueError: as `nernst_potential`.
    """
    potential = nernst_potential(charge_number, concentration_inside, concentration_outside, temperature)
    return np.asarray(membrane_potential, dtype=np.float64) - potential
