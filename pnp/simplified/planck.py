"""Planck's liquid junction: the steady electroneutral film without current, for any mixture of valences.

In the parameter s with dx/ds ∝ S = Σ z² c, electroneutrality makes the field constant, so that

    dc_i/ds = G z_i c_i − j_i S,    dφ/ds = −G (in RT/F),    G = Σ z_i j_i,    s from 0 to 1,

is linear with constant coefficients: c(1) = exp(A(j)) c(0). Uniform fixed charge leaves it unchanged, because
Σ z c = −X is preserved. What is to be found are the fluxes j_i (in units of D_i), so that both ends fit and Σ
z_i D_i j_i = 0. Only the sums over ions of equal charge number enter S. With two charge numbers and no fixed
charge, S is exponential in s, the fluxes are explicit in G, and one monotone equation for G remains:
Planck's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import thermal_voltage
from pnp.simplified.film_fluxes import solve_film
from pnp.simplified.henderson import junction_ions
from pnp.simplified.root import monotone_root
from pnp.simplified.special_functions import bernoulli, logarithmic_mean
from pnp.simplified.validation import Array


@dataclass(frozen=True)
class StationaryFilm:
    """A steady electroneutral film without current.

    Attributes:
        potential_difference: φ_right − φ_left within the film in V.
        flux_times_thickness: J_i L of each ion in mol/m/s, towards the right; divide by the thickness for
            mol/m²/s.
    """

    potential_difference: float
    flux_times_thickness: Array


def planck_potential(
    charge_number: ArrayLike,
    diffusivity: ArrayLike,
    concentration_left: ArrayLike,
    concentration_right: ArrayLike,
    temperature: float,
) -> float:
    """φ_right − φ_left of the steady film in V; arguments and errors as `stationary_film`."""
    film = stationary_film(charge_number, diffusivity, concentration_left, concentration_right, temperature)
    return film.potential_difference


def stationary_film(
    charge_number: ArrayLike,
    diffusivity: ArrayLike,
    concentration_left: ArrayLike,
    concentration_right: ArrayLike,
    temperature: float,
    fixed_charge: float = 0.0,
) -> StationaryFilm:
    """The steady zero-current electroneutral film between two solutions, to rounding.

    Source: M. Planck, Ann. Phys. 276, 561 (1890), DOI 10.1002/andp.18902760802 (univalent ions); R. Schlögl,
    Z. phys. Chem. N.F. 1, 305 (1954) (any charge numbers, fixed charge). Valid where the film is much thicker
    than its Debye length; an ion may be absent from a side, or from both.

    Args:
        charge_number: z, shape (n,); a neutral solute diffuses by itself.
        diffusivity: D in m²/s, > 0, shape (n,).
        concentration_left: c just inside the film in mol/m³, >= 0, shape (n,).
        concentration_right: the same at the right.
        temperature: T in K.
        fixed_charge: X in mol/m³ of elementary charges, signed, uniform in the film.

    Raises:
        ValueError: the shapes differ, an end is not electroneutral with the fixed charge, or has no ions.
        ArithmeticError: the iteration for three or more charge numbers, or for fixed charge, did not
            converge.
    """
    z, d, left, right = junction_ions(charge_number, diffusivity, concentration_left, concentration_right, fixed_charge)
    strength_left, strength_right = float(np.sum(z * z * left)), float(np.sum(z * z * right))
    mobile = (z != 0) & (left + right > 0)
    valences = np.unique(z[mobile])
    if valences.size == 1 or (valences.size == 2 and fixed_charge == 0.0):
        gain = _planck_gain(z, d, left, right)
        slope = _log_ratio(strength_left, strength_right) - z * gain
        share = strength_left / strength_right
        flux = d * (left * bernoulli(slope) - right * share * bernoulli(-slope)) / strength_left
        flux = flux * float(logarithmic_mean(strength_left, strength_right))
    else:
        # The linear equation is followed from the weaker end, where its growing solutions do no harm.
        swap = strength_left > strength_right
        ends = (right, left) if swap else (left, right)
        guess = _planck_gain(z, d, *ends)
        gain, flux = solve_film(z, d, *ends, guess=guess)
        gain, flux = (-gain, -flux) if swap else (gain, flux)
    everyone = np.where(z == 0, d * (left - right), flux).astype(np.float64)
    return StationaryFilm(-gain * thermal_voltage(temperature), everyone)


def _planck_gain(z: Array, d: Array, left: Array, right: Array) -> float:
    """G = −F(φ_right − φ_left)/RT if Σ z² c were exponential in s, which it is for two charge numbers."""
    strength_left, strength_right = float(np.sum(z * z * left)), float(np.sum(z * z * right))
    log_ratio = _log_ratio(strength_left, strength_right)
    weight = z * d / float(np.sum(z * z * d * left / strength_left + z * z * d * right / strength_right))
    from_left, from_right = left / strength_left, right / strength_right

    def current(gain: float) -> float:
        slope = log_ratio - z * gain
        return float(np.sum(weight * (from_left * bernoulli(slope) - from_right * bernoulli(-slope))))

    return monotone_root(current)


def _log_ratio(first: float, second: float) -> float:
    """ln(second/first), with all digits where the two are close."""
    relative = (second - first) / first
    return float(np.log1p(relative) if abs(relative) < 0.5 else np.log(second) - np.log(first))
