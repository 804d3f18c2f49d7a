"""Henderson's liquid-junction potential: the junction as a linear mixture of its two end solutions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import thermal_voltage
from pnp.simplified.special_functions import logarithmic_mean
from pnp.simplified.validation import Array, electroneutral, not_negative, positive, same_length


def henderson_potential(
    charge_number: ArrayLike,
    diffusivity: ArrayLike,
    concentration_left: ArrayLike,
    concentration_right: ArrayLike,
    temperature: float,
) -> float:
    """φ_right − φ_left = −(RT/F) (Σ z D Δc / Σ z² D Δc) ln(Σ z² D c_right / Σ z² D c_left), in V.

    Source: P. Henderson, Z. phys. Chem. 59, 118 (1907) and 63, 325 (1908). The zero-current Nernst–Planck
    equation integrated over a mixture profile that is linear from one end to the other, which is an
    assumption: it is the steady film for one salt at two concentrations, or for two salts of equal total
    concentration with one ion in common. Any valences, any number of ions; an ion may be absent from a side.

    Args:
        charge_number: z, shape (n,).
        diffusivity: D in m²/s (any one unit), > 0, shape (n,).
        concentration_left: c in mol/m³, >= 0, shape (n,).
        concentration_right: c in mol/m³, >= 0, shape (n,).
        temperature: T in K.

    Raises:
        ValueError: the shapes differ, a side is not electroneutral or has no ions.
    """
    z, d, left, right = junction_ions(charge_number, diffusivity, concentration_left, concentration_right)
    # ln of the ratio over the difference of conductivities is one over their logarithmic mean.
    mean = float(logarithmic_mean(np.sum(z * z * d * left), np.sum(z * z * d * right)))
    return -thermal_voltage(temperature) * float(np.sum(z * d * (right - left))) / mean


def junction_ions(
    charge_number: ArrayLike,
    diffusivity: ArrayLike,
    concentration_left: ArrayLike,
    concentration_right: ArrayLike,
    fixed_charge: float = 0.0,
) -> tuple[Array, Array, Array, Array]:
    """The four arguments of a junction as arrays of one shape, both sides checked for electroneutrality.

    Raises:
        ValueError: the shapes differ, a value is out of range, a side is not electroneutral or has no ions.
    """
    same_length(
        charge_number=charge_number,
        diffusivity=diffusivity,
        concentration_left=concentration_left,
        concentration_right=concentration_right,
    )
    z = np.asarray(charge_number, dtype=np.float64)
    d = positive("diffusivity", diffusivity, "m^2/s")
    sides = []
    for name, values in (
        ("concentration_left", concentration_left),
        ("concentration_right", concentration_right),
    ):
        c = not_negative(name, values, "mol/m^3")
        if not np.any(c[z != 0] > 0):
            raise ValueError(f"{name} = {c}: a solution without ions has no junction potential")
        electroneutral(name, z, c, fixed_charge)
        sides.append(c)
    return z, d, sides[0], sides[1]
