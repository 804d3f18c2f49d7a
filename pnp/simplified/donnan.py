"""Donnan equilibrium: a phase with fixed charge in contact with a solution."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import thermal_voltage
from pnp.simplified.boltzmann import boltzmann_concentration
from pnp.simplified.root import RootError, monotone_root
from pnp.simplified.validation import Array, not_negative, positive, same_length


def donnan_potential(
    charge_number: ArrayLike,
    concentration: ArrayLike,
    fixed_charge: float,
    temperature: float,
    log_partition: ArrayLike = 0.0,
) -> float:
    """ψ = φ_charged − φ_solution in V, the root of Σ z β c exp(−zFψ/RT) + X = 0.

    Source: F. G. Donnan, Z. Elektrochem. 17, 572 (1911). Valid inside the charged phase, several of its Debye
    lengths from the interface, at equilibrium. Any number of ions of any charge numbers.

    Args:
        charge_number: z, shape (n,).
        concentration: c in the solution in mol/m³, >= 0, shape (n,).
        fixed_charge: X in mol/m³ of elementary charges, signed.
        temperature: T in K.
        log_partition: ln β of each ion, shape (n,) or one number; −inf for an ion that cannot enter.

    Raises:
        ValueError: the shapes differ, or no ion that can enter balances the fixed charge.
    """
    same_length(charge_number=charge_number, concentration=concentration)
    z = np.asarray(charge_number, dtype=np.float64)
    c = not_negative("concentration", concentration, "mol/m^3") * np.exp(np.asarray(log_partition, dtype=np.float64))
    present = (z != 0) & (c > 0)
    z, c = z[present], c[present]
    excess = float(np.sum(z * c)) + fixed_charge
    total = float(np.sum(np.abs(z) * c))
    if excess == 0.0 or (fixed_charge == 0.0 and abs(excess) <= 4e-16 * z.size * total):
        return 0.0
    cations = z > 0
    positive_fixed, negative_fixed = max(fixed_charge, 0.0), max(-fixed_charge, 0.0)
    if not (np.any(cations) or positive_fixed) or not (np.any(~cations) or negative_fixed):
        raise ValueError(f"fixed_charge = {fixed_charge} mol/m^3: no ion of the solution can balance it")

    def log_imbalance(reduced: float) -> float:
        exponent = -z * reduced
        shift = max(float(np.max(exponent)), 0.0)
        terms = np.abs(z) * c * np.exp(exponent - shift)
        fixed = np.exp(-shift)
        above = float(np.sum(terms[cations])) + positive_fixed * fixed
        below = float(np.sum(terms[~cations])) + negative_fixed * fixed
        # A side that underflows beside the other is far below it.
        return float(np.log(max(above, 1e-300)) - np.log(max(below, 1e-300)))

    try:
        reduced = monotone_root(log_imbalance)
    except RootError as error:
        raise ValueError(f"fixed_charge = {fixed_charge} mol/m^3: no potential balances it") from error
    for _ in range(2):
        # A last Newton step on the sum itself, whose small differences the logarithm rounds away.
        growth = np.expm1(-z * reduced)
        slope = float(np.sum(z * z * c * (growth + 1.0)))
        reduced += (float(np.sum(z * c * growth)) + excess) / slope
    return thermal_voltage(temperature) * reduced


def donnan_concentrations(
    charge_number: ArrayLike,
    concentration: ArrayLike,
    fixed_charge: float,
    temperature: float,
    log_partition: ArrayLike = 0.0,
) -> Array:
    """β c exp(−zFψ/RT) in the charged phase in mol/m³, shape (n,), ψ the `donnan_potential`.

    Source, validity, arguments and errors as `donnan_potential`.
    """
    potential = donnan_potential(charge_number, concentration, fixed_charge, temperature, log_partition)
    return boltzmann_concentration(concentration, charge_number, potential, temperature, log_partition)


def donnan_potential_symmetric(
    valence: int, salt_concentration: ArrayLike, fixed_charge: ArrayLike, temperature: float
) -> Array:
    """ψ = (RT/zF) asinh(X / 2zc) of a z:z salt, in V, broadcast shape.

    Source: closed form of `donnan_potential` (T. Teorell, Proc. Soc. Exp. Biol. Med. 33, 282 (1935)).

    Args:
        valence: z > 0.
        salt_concentration: c of the salt in mol/m³, > 0; any shape.
        fixed_charge: X in mol/m³ of elementary charges, signed; broadcasts.
        temperature: T in K.

    Raises:
        ValueError: the valence or a concentration is not positive.
    """
    z = float(positive("valence", valence, ""))
    c = positive("salt_concentration", salt_concentration, "mol/m^3")
    x = np.asarray(fixed_charge, dtype=np.float64)
    return np.asarray(thermal_voltage(temperature) / z * np.arcsinh(x / (2.0 * z * c)), dtype=np.float64)


def bipolar_potential(
    charge_number: ArrayLike,
    concentration: ArrayLike,
    first_fixed_charge: float,
    second_fixed_charge: float,
    temperature: float,
    log_partition: ArrayLike = 0.0,
) -> float:
    """Built-in potential φ_first − φ_second in V of two phases of fixed charge in equilibrium with one solution.

    The difference of their Donnan potentials; for a 1:1 salt (RT/F) [asinh(X₁/2c) − asinh(X₂/2c)], which tends to
    (RT/F) ln(|X₁X₂|/c²) for strong charges of opposite sign.

    Source: A. Mauro, Biophys. J. 2, 179 (1962); it is the built-in potential of a p–n junction, W. Shockley, Bell
    Syst. Tech. J. 28, 435 (1949), with c for the intrinsic density. Valid several Debye lengths from the junction,
    at equilibrium.

    Args:
        charge_number: z, shape (n,).
        concentration: c in the solution in mol/m³, >= 0, shape (n,).
        first_fixed_charge: X₁ in mol/m³ of elementary charges, signed.
        second_fixed_charge: X₂.
        temperature: T in K.
        log_partition: As in `donnan_potential`, the same in both phases.

    Raises:
        ValueError: as `donnan_potential`.
    """
    first, second = (
        donnan_potential(charge_number, concentration, x, temperature, log_partition)
        for x in (first_fixed_charge, second_fixed_charge)
    )
    return first - second
