"""Mullins–Noda: the resting potential of a membrane whose pump holds K⁺ and Na⁺ steady."""

from __future__ import annotations

import numpy as np

from pnp.constants import thermal_voltage
from pnp.simplified.validation import not_negative, positive


def mullins_noda_potential(
    permeability_ratio: float,
    potassium_inside: float,
    potassium_outside: float,
    sodium_inside: float,
    sodium_outside: float,
    temperature: float,
    pump_ratio: float = 1.5,
) -> float:
    """V = (RT/F) ln[(r K_out + b Na_out) / (r K_in + b Na_in)], b = P_Na/P_K, inside minus outside, in V.

    Source: L. J. Mullins & K. Noda, J. Gen. Physiol. 47, 117 (1963). With J the passive Goldman–Hodgkin–Katz
    fluxes, steady contents need r J_K + J_Na = 0, since the pump carries r Na⁺ out for each K⁺ in; the common
    factor of the two fluxes drops out. Valid where the field in the membrane is uniform, or the permeability
    profiles of K⁺ and Na⁺ are proportional and no other ion carries current (an anion is at equilibrium), and
    the contents of the cell are steady. r = 1 is an electroneutral pump: Goldman–Hodgkin–Katz.

    Args:
        permeability_ratio: b = P_Na/P_K, >= 0.
        potassium_inside: K_in in mol/m³ (any one unit for all four), >= 0.
        potassium_outside: K_out, >= 0.
        sodium_inside: Na_in, >= 0.
        sodium_outside: Na_out, >= 0.
        temperature: T in K.
        pump_ratio: r, Na⁺ carried out per K⁺ carried in, > 0; 3:2 is 1.5.

    Raises:
        ValueError: an argument is out of range, or a side holds no ion that can cross.
    """
    b = float(not_negative("permeability_ratio", permeability_ratio, ""))
    r = float(positive("pump_ratio", pump_ratio, ""))
    given = {
        "potassium_inside": potassium_inside,
        "potassium_outside": potassium_outside,
        "sodium_inside": sodium_inside,
        "sodium_outside": sodium_outside,
    }
    k_in, k_out, na_in, na_out = (float(not_negative(name, c, "mol/m^3")) for name, c in given.items())
    outside, inside = r * k_out + b * na_out, r * k_in + b * na_in
    if inside == 0.0 or outside == 0.0:
        raise ValueError("no ion can leave one of the sides: the steady potential is unbounded")
    relative = (r * (k_out - k_in) + b * (na_out - na_in)) / inside
    log_ratio = np.log1p(relative) if abs(relative) < 0.5 else np.log(outside) - np.log(inside)
    return float(thermal_voltage(temperature) * log_ratio)
