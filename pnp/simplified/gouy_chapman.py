"""Gouy–Chapman: the diffuse layer of a z:z electrolyte at a flat charged wall, in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import F, R, epsilon_0, thermal_voltage
from pnp.simplified.debye import debye_length
from pnp.simplified.validation import Array, not_negative, positive


def gouy_chapman_potential(
    distance: ArrayLike,
    surface_potential: ArrayLike,
    valence: int,
    salt_concentration: float,
    relative_permittivity: float,
    temperature: float,
) -> Array:
    """ψ(x) from tanh(zFψ/4RT) = tanh(zFψ₀/4RT) e^{−x/λ_D}, in V relative to the bulk.

    Source: G. Gouy, J. Phys. Theor. Appl. 9, 457 (1910); D. L. Chapman, Philos. Mag. 25, 475 (1913), DOI
    10.1080/14786440408634187. Valid at equilibrium, for point ions, before a bulk much thicker than λ_D.

    Args:
        distance: x from the wall in m, >= 0; any shape, broadcasts with `surface_potential`.
        surface_potential: ψ₀ in V relative to the bulk.
        valence: z > 0.
        salt_concentration: c of the salt in the bulk in mol/m³, > 0.
        relative_permittivity: ε_r, > 0.
        temperature: T in K, > 0.

    Raises:
        ValueError: an argument is out of range.
    """
    z, c, permittivity = _electrolyte(valence, salt_concentration, relative_permittivity)
    x = not_negative("distance", distance, "m")
    reduced = z * np.asarray(surface_potential, dtype=np.float64) / thermal_voltage(temperature)
    kappa_x = x / debye_length([z, -z], [c, c], permittivity / epsilon_0, temperature)
    magnitude = np.abs(reduced)
    gamma = np.tanh(0.25 * magnitude)
    decayed = gamma * np.exp(-kappa_x)
    near = decayed > 0.5
    far_from_wall = 4.0 * np.arctanh(np.where(near, 0.0, decayed))
    # 1 − γ e^{−κx}, where γ is 1 to rounding at a high potential.
    tail = np.exp(-0.5 * magnitude)
    complement = -np.expm1(-kappa_x) + np.exp(-kappa_x) * 2.0 * tail / (1.0 + tail)
    near_wall = 2.0 * (np.log1p(decayed) - np.log(np.where(near, complement, 1.0)))
    profile = np.sign(reduced) * np.where(near, near_wall, far_from_wall)
    return np.asarray(profile * thermal_voltage(temperature) / z, dtype=np.float64)


def grahame_surface_charge(
    surface_potential: ArrayLike,
    valence: int,
    salt_concentration: ArrayLike,
    relative_permittivity: float,
    temperature: float,
) -> Array:
    """σ = √(8 ε RT c) sinh(zFψ₀/2RT), the charge of the wall in C/m².

    Source: D. C. Grahame, Chem. Rev. 41, 441 (1947), DOI 10.1021/cr60130a002. Validity as
    `gouy_chapman_potential`.

    Args:
        surface_potential: ψ₀ in V relative to the bulk; any shape, broadcasts with the concentration.
        valence: z > 0.
        salt_concentration: c in the bulk in mol/m³, > 0.
        relative_permittivity: ε_r, > 0.
        temperature: T in K, > 0.

    Raises:
        ValueError: an argument is out of range.
    """
    z, c, permittivity = _electrolyte(valence, salt_concentration, relative_permittivity)
    reduced = z * np.asarray(surface_potential, dtype=np.float64) / thermal_voltage(temperature)
    return np.asarray(np.sqrt(8.0 * permittivity * R * temperature * c) * np.sinh(0.5 * reduced), dtype=np.float64)


def grahame_surface_potential(
    surface_charge: ArrayLike,
    valence: int,
    salt_concentration: ArrayLike,
    relative_permittivity: float,
    temperature: float,
) -> Array:
    """ψ₀ = (2RT/zF) asinh(σ / √(8 ε RT c)) in V, the inverse of `grahame_surface_charge`.

    Source and validity as `grahame_surface_charge`.

    Args:
        surface_charge: σ of the wall in C/m²; any shape, broadcasts with the concentration.
        valence: z > 0.
        salt_concentration: c in the bulk in mol/m³, > 0.
        relative_permittivity: ε_r, > 0.
        temperature: T in K, > 0.

    Raises:
        ValueError: an argument is out of range.
    """
    z, c, permittivity = _electrolyte(valence, salt_concentration, relative_permittivity)
    vt = thermal_voltage(temperature)
    reduced = np.asarray(surface_charge, dtype=np.float64) / np.sqrt(8.0 * permittivity * R * temperature * c)
    return np.asarray(2.0 * vt / z * np.arcsinh(reduced), dtype=np.float64)


def gouy_chapman_capacitance(
    surface_potential: ArrayLike,
    valence: int,
    salt_concentration: ArrayLike,
    relative_permittivity: float,
    temperature: float,
) -> Array:
    """dσ/dψ₀ = (ε/λ_D) cosh(zFψ₀/2RT) in F/m².

    Source: derivative of `grahame_surface_charge` (Chapman 1913); arguments and errors the same.
    """
    z, c, permittivity = _electrolyte(valence, salt_concentration, relative_permittivity)
    vt = thermal_voltage(temperature)
    reduced = z * np.asarray(surface_potential, dtype=np.float64) / vt
    linear = z * F * np.sqrt(2.0 * permittivity * c / (R * temperature))
    return np.asarray(linear * np.cosh(0.5 * reduced), dtype=np.float64)


def gouy_chapman_surface_excess(
    charge_number: ArrayLike,
    surface_potential: ArrayLike,
    valence: int,
    salt_concentration: float,
    relative_permittivity: float,
    temperature: float,
) -> Array:
    """Γ = 2 c λ_D (e^{∓zFψ₀/2RT} − 1) of the cation (upper sign) and the anion, in mol/m².

    Source: Grahame 1947, integral of c − c_bulk over the profile. Validity as `gouy_chapman_potential`.

    Args:
        charge_number: Charge number of the ion, ±z; any shape, broadcasts with `surface_potential`.
        surface_potential: ψ₀ in V relative to the bulk.
        valence: z > 0 of the salt.
        salt_concentration: c in the bulk in mol/m³, > 0.
        relative_permittivity: ε_r, > 0.
        temperature: T in K, > 0.

    Raises:
        ValueError: an argument is out of range, or an ion's charge number is not ±z.
    """
    z, c, permittivity = _electrolyte(valence, salt_concentration, relative_permittivity)
    ion = np.asarray(charge_number, dtype=np.float64)
    if np.any(np.abs(ion) != z):
        raise ValueError(f"charge_number = {ion}: must be +{valence} or -{valence} in a {valence}:{valence} salt")
    reduced = ion * np.asarray(surface_potential, dtype=np.float64) / thermal_voltage(temperature)
    length = debye_length([z, -z], [c, c], permittivity / epsilon_0, temperature)
    return np.asarray(2.0 * c * length * np.expm1(-0.5 * reduced), dtype=np.float64)


def _electrolyte(
    valence: int, salt_concentration: ArrayLike, relative_permittivity: float
) -> tuple[float, Array, float]:
    z = float(positive("valence", valence, ""))
    c = positive("salt_concentration", salt_concentration, "mol/m^3")
    return z, c, float(positive("relative_permittivity", relative_permittivity, "")) * epsilon_0
