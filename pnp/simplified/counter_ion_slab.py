"""Counter-ions alone between two equally charged walls: exact Poisson–Boltzmann."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import F, R, epsilon_0, thermal_voltage
from pnp.simplified.root import find_root
from pnp.simplified.validation import Array, positive


@dataclass(frozen=True)
class CounterIonSlab:
    """c = c_mid / cos²(Kx), ψ = (RT/zF) ln cos²(Kx), x from the mid-plane.

    Attributes:
        wave_number: K in 1/m.
        half_width: h in m.
        charge_number: z of the counter-ion.
        mid_concentration: c at the mid-plane in mol/m³.
        temperature: T in K.
    """

    wave_number: float
    half_width: float
    charge_number: int
    mid_concentration: float
    temperature: float

    def concentration(self, position: ArrayLike) -> Array:
        """Concentration in mol/m³ at x in m from the mid-plane, the shape of `position`."""
        cosine = np.cos(self.wave_number * np.asarray(position, dtype=np.float64))
        return np.asarray(self.mid_concentration / cosine**2, dtype=np.float64)

    def potential(self, position: ArrayLike) -> Array:
        """ψ in V relative to the mid-plane at x in m, the shape of `position`."""
        sine = np.sin(self.wave_number * np.asarray(position, dtype=np.float64))
        vt = thermal_voltage(self.temperature)
        return np.asarray(vt / self.charge_number * np.log1p(-(sine**2)), dtype=np.float64)

    def field(self, position: ArrayLike) -> Array:
        """−dψ/dx = (2RT/zF) K tan(Kx) in V/m at x in m from the mid-plane, the shape of `position`."""
        tangent = np.tan(self.wave_number * np.asarray(position, dtype=np.float64))
        vt = thermal_voltage(self.temperature)
        return np.asarray(2.0 * vt / self.charge_number * self.wave_number * tangent, dtype=np.float64)


def counter_ion_slab(
    surface_charge: float,
    half_width: float,
    charge_number: int,
    relative_permittivity: float,
    temperature: float,
) -> CounterIonSlab:
    """The slab whose walls at ±h carry `surface_charge`: K tan(Kh) = |zσ|F / (2εRT).

    Source: J. N. Israelachvili, Intermolecular and Surface Forces, on two surfaces in water without added
    salt. Exact for point ions that no reservoir supplies; c_wall − c_mid = σ²/(2εRT) is the contact theorem.

    Args:
        surface_charge: σ of each wall in C/m², of sign opposite to z.
        half_width: h in m, > 0.
        charge_number: z of the counter-ion.
        relative_permittivity: ε_r, > 0.
        temperature: T in K, > 0.

    Raises:
        ValueError: the signs of wall and counter-ion do not differ, or an argument is out of range.
    """
    if surface_charge * charge_number >= 0:
        raise ValueError(f"surface_charge = {surface_charge} C/m^2, charge_number = {charge_number}: signs must differ")
    h = float(positive("half_width", half_width, "m"))
    permittivity = float(positive("relative_permittivity", relative_permittivity, "")) * epsilon_0
    vt = thermal_voltage(temperature)
    strength = abs(charge_number * surface_charge) * h / (2.0 * permittivity * vt)
    # u sin u = strength cos u on (0, π/2): no pole, one root.
    u = find_root(lambda u: u * np.sin(u) - strength * np.cos(u), 0.0, 0.5 * np.pi)
    k = u / h
    mid = 2.0 * permittivity * R * temperature * k * k / (charge_number * F) ** 2
    return CounterIonSlab(k, h, charge_number, mid, temperature)
