"""Limiting current of a binary electrolyte before an interface that only one of its ions crosses."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import F, thermal_voltage
from pnp.simplified.validation import Array, charged, positive


def limiting_current_density(
    charge_number: int, other_charge_number: int, diffusivity: float, concentration: float, thickness: float
) -> float:
    """|I| = |z| F (1 + |z/z'|) D c / L in A/m², where the interface is depleted; 2 F D c / L for 1:1.

    Source: V. G. Levich, Physicochemical Hydrodynamics (1962), migration in a binary electrolyte. Valid for
    an electroneutral layer, much thicker than its Debye length; more current needs a space charge.

    Args:
        charge_number: z of the ion that crosses.
        other_charge_number: z' of the ion that is held back, of the other sign.
        diffusivity: D of the ion that crosses in m²/s, > 0.
        concentration: Its c in the reservoir in mol/m³, > 0.
        thickness: L of the layer in m, > 0.

    Raises:
        ValueError: the charge numbers do not differ in sign, or an argument is not positive.
    """
    enhancement = _enhancement(charge_number, other_charge_number)
    d = float(positive("diffusivity", diffusivity, "m^2/s"))
    c = float(positive("concentration", concentration, "mol/m^3"))
    return abs(charge_number) * F * enhancement * d * c / float(positive("thickness", thickness, "m"))


def selective_interface_current_density(
    electrochemical_drop: ArrayLike,
    charge_number: int,
    other_charge_number: int,
    diffusivity: float,
    concentration: float,
    thickness: float,
    temperature: float,
) -> Array:
    """I = ± I_lim (1 − exp(−|z| FV / (1 + |z/z'|)RT)) in A/m², from the reservoir to the interface.

    V = (μ̃_reservoir − μ̃_interface)/|z|F of the ion that crosses; the sign is that of z. The electroneutral
    layer's dμ̃ = RT (1 + |z/z'|) d ln c, with c linear in position. Source and validity as
    `limiting_current_density`.

    Args:
        electrochemical_drop: V in V; any shape.
        charge_number: z of the ion that crosses.
        other_charge_number: z' of the ion that is held back.
        diffusivity: D of the ion that crosses in m²/s, > 0.
        concentration: Its c in the reservoir in mol/m³, > 0.
        thickness: L in m, > 0.
        temperature: T in K.

    Raises:
        ValueError: as `limiting_current_density`.
    """
    limit = limiting_current_density(charge_number, other_charge_number, diffusivity, concentration, thickness)
    v = np.asarray(electrochemical_drop, dtype=np.float64) / thermal_voltage(temperature)
    exponent = -abs(charge_number) * v / _enhancement(charge_number, other_charge_number)
    return np.asarray(-np.sign(charge_number) * limit * np.expm1(exponent), dtype=np.float64)


def _enhancement(charge_number: int, other_charge_number: int) -> float:
    z, other = charged([charge_number, other_charge_number])
    if z * other > 0:
        raise ValueError(f"charge numbers {charge_number} and {other_charge_number}: must have opposite signs")
    return float(1.0 + abs(z / other))
