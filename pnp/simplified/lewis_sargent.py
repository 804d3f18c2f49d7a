"""Lewis–Sargent equation and Goldman's constant-field form of the liquid-junction potential."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import thermal_voltage
from pnp.simplified.ghk import ghk_voltage
from pnp.simplified.henderson import junction_ions
from pnp.simplified.validation import positive


def lewis_sargent_potential(
    conductivity_left: float, conductivity_right: float, temperature: float, common_ion_charge: int = -1
) -> float:
    """φ_right − φ_left = ∓(RT/F) ln(Λ_right/Λ_left), upper sign for a common anion, in V.

    Source: G. N. Lewis & L. W. Sargent, J. Am. Chem. Soc. 31, 363 (1909). Two 1:1 electrolytes of the same
    concentration with one ion in common. With Λ from diffusivities it equals Henderson's, Planck's and
    Goldman's; with measured Λ it carries the interactions at that concentration.

    Args:
        conductivity_left: Molar conductivity Λ of the left salt in S m²/mol (any one unit for both), > 0; or
            D₊ + D₋.
        conductivity_right: That of the right salt, > 0.
        temperature: T in K.
        common_ion_charge: Charge number of the common ion, −1 or +1.

    Raises:
        ValueError: a conductivity is not positive, or the charge is not ±1.
    """
    left = float(positive("conductivity_left", conductivity_left, "S m^2/mol"))
    right = float(positive("conductivity_right", conductivity_right, "S m^2/mol"))
    if common_ion_charge not in (-1, 1):
        raise ValueError(f"common_ion_charge = {common_ion_charge}: must be -1 or +1")
    relative = (right - left) / left
    log_ratio = np.log1p(relative) if abs(relative) < 0.5 else np.log(right / left)
    return float(common_ion_charge * thermal_voltage(temperature) * log_ratio)


def goldman_potential(
    charge_number: ArrayLike,
    diffusivity: ArrayLike,
    concentration_left: ArrayLike,
    concentration_right: ArrayLike,
    temperature: float,
) -> float:
    """φ_right − φ_left of a film with a uniform field in V: GHK with diffusivities as permeabilities.

    Source: D. E. Goldman, J. Gen. Physiol. 27, 37 (1943), DOI 10.1085/jgp.27.1.37. The steady electroneutral
    film has a uniform field if Σ z² c is the same at both ends and there are only two charge numbers;
    otherwise this is an estimate.

    Args:
        charge_number: z, shape (n,).
        diffusivity: D in m²/s, > 0, shape (n,).
        concentration_left: c in mol/m³, >= 0, shape (n,).
        concentration_right: c in mol/m³, >= 0, shape (n,).
        temperature: T in K.

    Raises:
        ValueError: the shapes differ, a side is not electroneutral or has no ions.
    """
    z, d, left, right = junction_ions(charge_number, diffusivity, concentration_left, concentration_right)
    return ghk_voltage(z, d, right, left, temperature)
