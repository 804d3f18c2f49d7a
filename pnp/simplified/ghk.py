"""Goldman–Hodgkin–Katz: flux, current and zero-current voltage of a membrane with a uniform field."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import F, thermal_voltage
from pnp.simplified.nernst import nernst_potential
from pnp.simplified.root import RootError, monotone_root
from pnp.simplified.special_functions import bernoulli, logarithmic_mean
from pnp.simplified.validation import Array, charged, not_negative, same_length


def ghk_flux(
    membrane_potential: ArrayLike,
    charge_number: ArrayLike,
    permeability: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
) -> Array:
    """J = P u (c_in − c_out e^{−u}) / (1 − e^{−u}), u = zFV/RT, outward positive, in mol/m²/s.

    Written with the Bernoulli function, P [c_in B(−u) − c_out B(u)], it is regular at V = 0 and for z = 0.
    Source: D. E. Goldman, J. Gen. Physiol. 27, 37 (1943), DOI 10.1085/jgp.27.1.37; A. L. Hodgkin & B. Katz,
    J. Physiol. 108, 37 (1949), DOI 10.1113/jphysiol.1949.sp004310. Valid for a membrane whose field is
    uniform (thickness well below its own Debye length, or equal total concentration of ions at both faces)
    between baths that the flux does not polarise.

    Args:
        membrane_potential: V inside minus outside in V; any shape, broadcasts with the rest.
        charge_number: z.
        permeability: P = βD/L in m/s, >= 0.
        concentration_inside: c_in in mol/m³, >= 0.
        concentration_outside: c_out in mol/m³, >= 0.
        temperature: T in K.

    Raises:
        ValueError: a permeability or concentration is negative, or the temperature not positive.
    """
    p = not_negative("permeability", permeability, "m/s")
    inside = not_negative("concentration_inside", concentration_inside, "mol/m^3")
    outside = not_negative("concentration_outside", concentration_outside, "mol/m^3")
    z = np.asarray(charge_number, dtype=np.float64)
    u = z * np.asarray(membrane_potential, dtype=np.float64) / thermal_voltage(temperature)
    # B(-u) = B(u) + u: the difference of concentrations is taken first, on the side where nothing grows.
    b = bernoulli(np.abs(u))
    return np.where(u >= 0, p * ((inside - outside) * b + u * inside), p * ((inside - outside) * b + u * outside))


def ghk_current_density(
    membrane_potential: ArrayLike,
    charge_number: ArrayLike,
    permeability: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
) -> Array:
    """I = z F J of each ion, outward positive, in A/m²; arguments and errors as `ghk_flux`."""
    flux = ghk_flux(
        membrane_potential,
        charge_number,
        permeability,
        concentration_inside,
        concentration_outside,
        temperature,
    )
    return np.asarray(charge_number, dtype=np.float64) * F * flux


def ghk_voltage_monovalent(
    charge_number: ArrayLike,
    permeability: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
) -> float:
    """V = (RT/F) ln[(Σ₊P c_out + Σ₋P c_in) / (Σ₊P c_in + Σ₋P c_out)], inside minus outside, in V.

    Source: Goldman 1943, Hodgkin & Katz 1949 (see `ghk_flux`). If all permeant ions have the same sign it
    holds whatever the field in the membrane, as long as the permeability profiles of the ions are
    proportional.

    Args:
        charge_number: z = ±1, shape (n,).
        permeability: P in any one unit, >= 0, shape (n,).
        concentration_inside: c_in in mol/m³, shape (n,).
        concentration_outside: c_out in mol/m³, shape (n,).
        temperature: T in K.

    Raises:
        ValueError: a charge number is not ±1, the shapes differ, or nothing permeates.
    """
    z, p, inside, outside = _ions(charge_number, permeability, concentration_inside, concentration_outside)
    if np.any(np.abs(z) != 1):
        raise ValueError(f"charge_number = {z}: must be +1 or -1 here; ghk_voltage takes any")
    from_outside = np.where(z > 0, outside, inside)
    from_inside = np.where(z > 0, inside, outside)
    numerator, denominator = float(np.sum(p * from_outside)), float(np.sum(p * from_inside))
    if numerator == 0.0 or denominator == 0.0:
        raise ValueError("no ion can leave one of the sides: the zero-current potential is unbounded")
    difference = float(np.sum(p * (from_outside - from_inside))) / denominator
    log_ratio = np.log1p(difference) if abs(difference) < 0.5 else np.log(numerator) - np.log(denominator)
    return float(thermal_voltage(temperature) * log_ratio)


def ghk_voltage(
    charge_number: ArrayLike,
    permeability: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
    current_density: float = 0.0,
) -> float:
    """V, inside minus outside, in V, at which the GHK currents add up to `current_density`.

    Every ion's current rises with V, so the root is the only one. For monovalent ions without current it is
    the closed form `ghk_voltage_monovalent`. Source and validity as `ghk_flux`.

    Args:
        charge_number: z of any size, shape (n,); neutral solutes carry no current and are ignored.
        permeability: P in m/s, >= 0, shape (n,).
        concentration_inside: c_in in mol/m³, shape (n,).
        concentration_outside: c_out in mol/m³, shape (n,).
        temperature: T in K.
        current_density: Total current in A/m², outward positive.

    Raises:
        ValueError: the shapes differ, or no voltage gives that current.
    """
    z, p, inside, outside = _ions(charge_number, permeability, concentration_inside, concentration_outside)
    carries = (z != 0) & (p > 0) & (inside + outside > 0)
    z, p, inside, outside = z[carries], p[carries], inside[carries], outside[carries]
    if current_density == 0.0 and z.size and np.all(np.abs(z) == 1):
        return ghk_voltage_monovalent(z, p, inside, outside, temperature)
    if current_density == 0.0 and z.size == 1:
        potential = float(nernst_potential(z, inside, outside, temperature)[0])
        if np.isfinite(potential):
            return potential
    p_scaled = p / p.max() if p.size else p
    target = current_density / (F * p.max()) if p.size else current_density
    vt = thermal_voltage(temperature)

    def excess(v: float) -> float:
        return float(np.sum(z * ghk_flux(v * vt, z, p_scaled, inside, outside, temperature))) - target

    try:
        return vt * monotone_root(excess)
    except RootError as error:
        raise ValueError(
            f"no membrane potential carries {current_density} A/m^2 with the ions that permeate"
        ) from error


def reversal_conductance(
    charge_number: ArrayLike,
    permeability: ArrayLike,
    concentration_inside: ArrayLike,
    concentration_outside: ArrayLike,
    temperature: float,
) -> Array:
    """Slope dI/dV of each ion's GHK current at its own Nernst potential, in S/m².

    g = (z²F²/RT) P c_in c_out ln(c_out/c_in)/(c_out − c_in): the conductance a chord-conductance model
    assigns to the membrane near that ion's equilibrium. Zero where the ion is absent on one side. Derivative
    of `ghk_flux`.

    Args:
        charge_number: z, not zero; any shape, broadcasts with the rest.
        permeability: P in m/s, >= 0.
        concentration_inside: c_in in mol/m³, >= 0.
        concentration_outside: c_out in mol/m³, >= 0.
        temperature: T in K.

    Raises:
        ValueError: as `ghk_flux`, or a charge number is zero.
    """
    z = charged(charge_number)
    p = not_negative("permeability", permeability, "m/s")
    inside = not_negative("concentration_inside", concentration_inside, "mol/m^3")
    outside = not_negative("concentration_outside", concentration_outside, "mol/m^3")
    mean = logarithmic_mean(inside, outside)
    effective = np.where(mean > 0, inside * (outside / np.where(mean > 0, mean, 1.0)), 0.0)
    return np.asarray(z * z * F / thermal_voltage(temperature) * p * effective, dtype=np.float64)


def _ions(
    charge_number: ArrayLike, permeability: ArrayLike, inside: ArrayLike, outside: ArrayLike
) -> tuple[Array, Array, Array, Array]:
    same_length(
        charge_number=charge_number,
        permeability=permeability,
        concentration_inside=inside,
        concentration_outside=outside,
    )
    return (
        np.asarray(charge_number, dtype=np.float64),
        not_negative("permeability", permeability, "m/s"),
        not_negative("concentration_inside", inside, "mol/m^3"),
        not_negative("concentration_outside", outside, "mol/m^3"),
    )
