"""Ohmic conductance of a pore: the lumen in series with the ways to its mouths.

R = ∫ dz / (κ A(z)) + R_access(one mouth) + R_access(other mouth),    κ = F² Σ z² D c / RT.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import F, thermal_voltage
from pnp.simplified.poisson_boltzmann import DiffuseLayer
from pnp.simplified.validation import Array, not_negative, positive, same_length


def conductivity(
    charge_number: ArrayLike, diffusivity: ArrayLike, concentration: ArrayLike, temperature: float
) -> float:
    """κ = F² Σ z² D c / RT of a solution in S/m.

    Source: W. Nernst, Z. phys. Chem. 2, 613 (1888), DOI 10.1515/zpch-1888-0274. Ideal dilute solutions.

    Args:
        charge_number: z, shape (n,).
        diffusivity: D in m²/s, >= 0, shape (n,).
        concentration: c in mol/m³, >= 0, shape (n,).
        temperature: T in K.

    Raises:
        ValueError: the shapes differ, or a value is out of range.
    """
    same_length(charge_number=charge_number, diffusivity=diffusivity, concentration=concentration)
    z, d = np.asarray(charge_number, dtype=np.float64), not_negative("diffusivity", diffusivity, "m^2/s")
    c = not_negative("concentration", concentration, "mol/m^3")
    return float(np.sum(z * z * d * c)) * F / thermal_voltage(temperature)


def access_resistance(radius: float, conductivity: float) -> float:
    """R = 1/(4 κ a) in Ω: from a circular mouth to an unbounded bath before a plane wall.

    Source: J. E. Hall, J. Gen. Physiol. 66, 531 (1975), DOI 10.1085/jgp.66.4.531. Exact for a mouth that is an
    equipotential: an orifice in a thin wall has two of them. With a long lumen behind it the current is less crowded
    at the rim, and R is 4.6 % larger.

    Args:
        radius: a in m, > 0.
        conductivity: κ in S/m, > 0.

    Raises:
        ValueError: a value is out of range.
    """
    return float(0.25 / (positive("radius", radius, "m") * positive("conductivity", conductivity, "S/m")))


def access_in_tube(radius: float, conductivity: float, tube_radius: float, tube_length: float) -> float:
    """R in Ω from a circular mouth to the far end of a bath that is a tube about the pore's axis.

    R = H/(κπB²) + (1 − 1.4092 ξ + 0.3380 ξ³ + 0.0679 ξ⁵)/(4κa), ξ = a/B: the tube, and what the current spreads in.
    Source: V. A. Fock, C. R. (Doklady) Acad. Sci. URSS 31, 875 (1941), for an orifice in a tube; the polynomial, after
    R. D. Gibson, Appl. Energy 2, 57 (1976), lies within 7e-4 of the exact factor. For H well above B.

    Args:
        radius: a in m, > 0.
        conductivity: κ in S/m, > 0.
        tube_radius: B in m, >= a.
        tube_length: H in m, > 0.

    Raises:
        ValueError: a value is out of range.
    """
    tube = float(positive("tube_radius", tube_radius, "m"))
    if tube < radius:
        raise ValueError(f"tube_radius = {tube} m: must not be below the mouth's radius, {radius} m")
    xi = radius / tube
    spreading = 1.0 - 1.4092 * xi + 0.3380 * xi**3 + 0.0679 * xi**5
    column = float(positive("tube_length", tube_length, "m")) / (conductivity * np.pi * tube**2)
    return column + max(spreading, 0.0) * access_resistance(radius, conductivity)


def cone_resistance(radii: tuple[float, float], length: float, conductivity: float) -> float:
    """R = L/(κ π a b) in Ω of a lumen whose radius goes linearly from a to b: ∫ dz / (κ π r²).

    A straight lumen is a = b. Quasi one-dimensional: for slopes |b − a|/L well below 1, of whose square it is wrong by
    about a quarter.

    Args:
        radii: a and b in m, > 0.
        length: L in m, >= 0.
        conductivity: κ in S/m, > 0.

    Raises:
        ValueError: a value is out of range.
    """
    a, b = positive("radii", radii, "m")
    length = float(not_negative("length", length, "m"))
    return float(length / (np.pi * a * b * positive("conductivity", conductivity, "S/m")))


def pore_conductance(radii: tuple[float, float], length: float, conductivity: float) -> float:
    """G = [L/(κ π a b) + 1/(4κa) + 1/(4κb)]⁻¹ in S of a straight or conical pore between unbounded baths.

    Source: Hall 1975, see `access_resistance`; the lumen as in `cone_resistance`. Without charge on its wall.

    Args:
        radii: a and b in m at the two mouths, > 0.
        length: L in m, >= 0.
        conductivity: κ in S/m, > 0.

    Raises:
        ValueError: a value is out of range.
    """
    lumen = cone_resistance(radii, length, conductivity)
    return 1.0 / (lumen + sum(access_resistance(a, conductivity) for a in radii))


def surface_conductivity(layer: DiffuseLayer, diffusivity: ArrayLike, surface_charge: float) -> float:
    """K = F² Σ z² D Γ / RT in S, what the diffuse layer of a charged wall adds to the conductance per width.

    Γ is the Gouy–Chapman surface excess: counter-ions that are there in excess, co-ions that are missing. Source: J. J.
    Bikerman, Z. phys. Chem. A 163, 378 (1933), without his convective part: there is no flow. Valid before a bulk much
    wider than the Debye length.

    Args:
        layer: The solution and its temperature.
        diffusivity: D in m²/s, >= 0, shape (n,).
        surface_charge: Of the wall in C/m².

    Raises:
        ValueError: the shapes differ, or a value is out of range.
    """
    d = not_negative("diffusivity", diffusivity, "m^2/s")
    same_length(charge_number=layer.charge_number, diffusivity=d)
    excess: Array = layer.surface_excess(layer.surface_potential(surface_charge))
    z = np.asarray(layer.charge_number, dtype=np.float64)
    return float(np.sum(z * z * d * excess)) * F / thermal_voltage(layer.temperature)
