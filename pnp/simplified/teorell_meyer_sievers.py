"""Teorell–Meyer–Sievers: a charged membrane as two Donnan equilibria with a diffusing film between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import thermal_voltage
from pnp.simplified.boltzmann import boltzmann_concentration
from pnp.simplified.donnan import donnan_potential, donnan_potential_symmetric
from pnp.simplified.planck import stationary_film
from pnp.simplified.validation import Array, positive


@dataclass(frozen=True)
class ChargedMembrane:
    """The parts of a charged membrane's zero-current potential, all in V, and its fluxes.

    Attributes:
        donnan_left: Potential of the membrane relative to the left bath.
        diffusion: Right minus left end within the membrane.
        donnan_right: Potential of the membrane relative to the right bath.
        flux_times_thickness: J_i L of each ion in mol/m/s, towards the right.
    """

    donnan_left: float
    diffusion: float
    donnan_right: float
    flux_times_thickness: Array

    @property
    def potential_difference(self) -> float:
        """φ_right − φ_left between the baths in V."""
        return self.donnan_left + self.diffusion - self.donnan_right


def charged_membrane(
    charge_number: ArrayLike,
    diffusivity: ArrayLike,
    concentration_left: ArrayLike,
    concentration_right: ArrayLike,
    fixed_charge: float,
    temperature: float,
    log_partition: ArrayLike = 0.0,
) -> ChargedMembrane:
    """Zero-current potential of a uniformly charged membrane between two baths, for any mixture of ions.

    Source: T. Teorell, Proc. Soc. Exp. Biol. Med. 33, 282 (1935); K. H. Meyer & J.-F. Sievers, Helv. Chim.
    Acta 19, 649 (1936); the film for mixtures as in `planck.stationary_film`. Valid where the membrane is
    much thicker than its Debye length and the baths are not polarised.

    Args:
        charge_number: z, shape (n,).
        diffusivity: D in the membrane in m²/s, > 0, shape (n,).
        concentration_left: c in the left bath in mol/m³, >= 0, shape (n,).
        concentration_right: c in the right bath.
        fixed_charge: X in mol/m³ of elementary charges, signed.
        temperature: T in K.
        log_partition: ln β of each ion, shape (n,) or one number; −inf for an ion that cannot enter.

    Raises:
        ValueError: the shapes differ, or nothing balances the fixed charge.
        ArithmeticError: the film's iteration did not converge.
    """
    z = np.asarray(charge_number, dtype=np.float64)
    donnan = []
    ends = []
    for bath in (concentration_left, concentration_right):
        potential = donnan_potential(z, bath, fixed_charge, temperature, log_partition)
        donnan.append(potential)
        ends.append(boltzmann_concentration(bath, z, potential, temperature, log_partition))
    film = stationary_film(z, diffusivity, ends[0], ends[1], temperature, fixed_charge)
    return ChargedMembrane(donnan[0], film.potential_difference, donnan[1], film.flux_times_thickness)


def teorell_meyer_sievers_potential(
    cation_diffusivity: float,
    anion_diffusivity: float,
    salt_concentration_left: float,
    salt_concentration_right: float,
    fixed_charge: float,
    temperature: float,
) -> float:
    """φ_right − φ_left between the baths in V for one 1:1 salt, in closed form.

    (RT/F) [asinh(X/2c_l) − asinh(X/2c_r) − U ln((s_r − UX)/(s_l − UX))], s = √(X² + 4c²), U = (D₊ − D₋)/(D₊ +
    D₋). Source and validity: see `charged_membrane`.

    Args:
        cation_diffusivity: D₊ in the membrane in m²/s, > 0.
        anion_diffusivity: D₋ in the membrane in m²/s, > 0.
        salt_concentration_left: c_l in mol/m³, > 0.
        salt_concentration_right: c_r in mol/m³, > 0.
        fixed_charge: X in mol/m³ of elementary charges, signed.
        temperature: T in K.

    Raises:
        ValueError: a diffusivity or concentration is not positive.
    """
    cation = float(positive("cation_diffusivity", cation_diffusivity, "m^2/s"))
    anion = float(positive("anion_diffusivity", anion_diffusivity, "m^2/s"))
    left = float(positive("salt_concentration_left", salt_concentration_left, "mol/m^3"))
    right = float(positive("salt_concentration_right", salt_concentration_right, "mol/m^3"))
    u = (cation - anion) / (cation + anion)
    mobility = []
    for c in (left, right):
        s = float(np.hypot(fixed_charge, 2.0 * c))
        # s - |X| without cancellation; D+ c+ + D- c- is proportional to s - U X.
        rest = 4.0 * c * c / (s + abs(fixed_charge))
        sign = 1.0 if fixed_charge >= 0 else -1.0
        mobility.append(rest + abs(fixed_charge) * (1.0 - sign * u))
    donnan = donnan_potential_symmetric(1, np.array([left, right]), fixed_charge, temperature)
    diffusion = -thermal_voltage(temperature) * u * float(np.log(mobility[1] / mobility[0]))
    return float(donnan[0] - donnan[1]) + diffusion
