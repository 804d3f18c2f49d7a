"""Ussing flux ratio: one-way fluxes of an ion that crosses a membrane independently of the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import thermal_voltage
from pnp.simplified.special_functions import bernoulli
from pnp.simplified.validation import Array, not_negative


def ussing_flux_ratio(
    membrane_potential: ArrayLike,
    charge_number: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
) -> Array:
    """J_out / J_in = (c_in / c_out) exp(zFV/RT), dimensionless; one at the Nernst potential.

    Source: H. H. Ussing, Acta Physiol. Scand. 19, 43 (1949), DOI 10.1111/j.1748-1716.1949.tb00633.x. Holds
    for any membrane in steady state whose ions move independently, whatever the profile of potential and
    permeability.

    Args:
        membrane_potential: V inside minus outside in V; any shape, broadcasts with the rest.
        charge_number: z.
        concentration_inside: c_in in mol/m³, >= 0.
        concentration_outside: c_out in mol/m³, >= 0.
        temperature: T in K.

    Returns:
        The ratio; inf where c_out is zero, NaN where both are.

    Raises:
        ValueError: a concentration is negative, or the temperature not positive.
    """
    inside = not_negative("concentration_inside", concentration_inside, "mol/m^3")
    outside = not_negative("concentration_outside", concentration_outside, "mol/m^3")
    u = np.asarray(charge_number, dtype=np.float64) * np.asarray(membrane_potential, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(inside / outside * np.exp(u / thermal_voltage(temperature)), dtype=np.float64)


def one_way_fluxes(
    membrane_potential: ArrayLike,
    charge_number: ArrayLike,
    permeability: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
) -> tuple[Array, Array]:
    """Outward and inward one-way fluxes P c_in B(−u) and P c_out B(u), u = zFV/RT, in mol/m²/s.

    Each is the flux of the ions of one side alone, as a label shows it. Their difference is the
    Goldman–Hodgkin–Katz flux, their ratio Ussing's. At the Nernst potential they stand off: each is equal to the
    other, and not zero, while the net flux is zero. Source: `ghk_flux` with the ion absent from the other side;
    `ussing_flux_ratio`. Valid as `ghk_flux`: a uniform field, baths that the flux does not polarise.

    Args:
        membrane_potential: V inside minus outside in V; any shape, broadcasts with the rest.
        charge_number: z.
        permeability: P in m/s, >= 0.
        concentration_inside: c_in in mol/m³, >= 0.
        concentration_outside: c_out in mol/m³, >= 0.
        temperature: T in K.

    Raises:
        ValueError: a permeability or concentration is negative, or the temperature not positive.
    """
    p = not_negative("permeability", permeability, "m/s")
    inside = not_negative("concentration_inside", concentration_inside, "mol/m^3")
    outside = not_negative("concentration_outside", concentration_outside, "mol/m^3")
    u = np.asarray(charge_number, dtype=np.float64) * np.asarray(membrane_potential, dtype=np.float64)
    reduced = u / thermal_voltage(temperature)
    return p * inside * bernoulli(-reduced), p * outside * bernoulli(reduced)
