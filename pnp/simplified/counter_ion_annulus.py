"""Counter-ions alone between a charged cylinder and the outer edge of its cell: exact Poisson–Boltzmann.

With t = ln r and w = ln(z²F²c r²/εRT), Poisson's equation is w'' = e^w with w' = 2 at the outer radius R, where
there is no field, and w' = 2 − 2ξ at the charged radius a, ξ = |zσ|Fa/2εRT. Its first integral w'²/2 = e^w − 2s
leaves

    c(r) = (2εRT/z²F²) (1 + s) / (r G)²,    G = cos(√s x) + sin(√s x)/√s,    x = ln(R/r),

and for s < 0 the same with cosh, sinh and √−s. The condition at a is arctan2(ξ√s, s + 1 − ξ) = √s ln(R/a). It
has s > 0 where ξ > ln(R/a)/(1 + ln(R/a)), in a wide cell where ξ > 1: Manning's condensation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import F, R, epsilon_0, thermal_voltage
from pnp.simplified.root import find_root
from pnp.simplified.validation import Array, positive


@dataclass(frozen=True)
class CounterIonAnnulus:
    """The solution between the radii.

    Attributes:
        inner_radius: a in m.
        outer_radius: R in m.
        manning_parameter: ξ; the fraction 1 − 1/ξ of the ions condenses where it is above 1.
        separation_constant: s, dimensionless, of either sign.
        charge_number: z of the counter-ion.
        relative_permittivity: ε_r.
        temperature: T in K.
    """

    inner_radius: float
    outer_radius: float
    manning_parameter: float
    separation_constant: float
    charge_number: int
    relative_permittivity: float
    temperature: float

    def concentration(self, radius: ArrayLike) -> Array:
        """c in mol/m³ at r in m, the shape of `radius`."""
        r = self._radius(radius)
        permittivity = self.relative_permittivity * epsilon_0
        factor = 2.0 * permittivity * R * self.temperature / (self.charge_number * F) ** 2
        cosine, sine = self._waves(r)
        return np.asarray(factor * (1.0 + self.separation_constant) / (r * (cosine + sine)) ** 2, dtype=np.float64)

    def potential(self, radius: ArrayLike) -> Array:
        """φ in V relative to the outer radius at r in m, the shape of `radius`: −(RT/zF) ln(c/c(R))."""
        r = self._radius(radius)
        cosine, sine = self._waves(r)
        logarithm = np.log(r / self.outer_radius * (cosine + sine))
        return np.asarray(2.0 * thermal_voltage(self.temperature) / self.charge_number * logarithm, dtype=np.float64)

    def field(self, radius: ArrayLike) -> Array:
        """−dφ/dr in V/m at r in m, the shape of `radius`; 0 at the outer radius."""
        r = self._radius(radius)
        factor = -2.0 * thermal_voltage(self.temperature) / self.charge_number
        return np.asarray(factor * self._charge_beyond(r) / r, dtype=np.float64)

    def fraction_within(self, radius: ArrayLike) -> Array:
        """Share of the counter-ions between the inner radius and r in m, the shape of `radius`."""
        beyond = self._charge_beyond(self._radius(radius)) / self.manning_parameter
        return np.asarray(1.0 - beyond, dtype=np.float64)

    @property
    def condensation_radius(self) -> float | None:
        """Radius in m within which the fraction 1 − 1/ξ lies; None for ξ <= 1."""
        if self.manning_parameter <= 1.0:
            return None
        # Charge 1 is left beyond the radius where s sin(√s x)/√s = cos(√s x).
        root = float(np.sqrt(self.separation_constant))
        return self.outer_radius * float(np.exp((np.arctan(root) - 0.5 * np.pi) / root))

    def _radius(self, radius: ArrayLike) -> Array:
        r = np.asarray(radius, dtype=np.float64)
        if not np.all((r >= self.inner_radius * (1 - 1e-12)) & (r <= self.outer_radius * (1 + 1e-12))):
            raise ValueError(f"radius = {r} m: must lie from {self.inner_radius} m to {self.outer_radius} m")
        return r

    def _waves(self, r: Array) -> tuple[Array, Array]:
        """cos(√s x) and sin(√s x)/√s, real for either sign of s."""
        x = np.asarray(np.log(self.outer_radius / r), dtype=np.float64)
        root = float(np.sqrt(abs(self.separation_constant)))
        if root == 0.0:
            return np.ones_like(x), x
        if self.separation_constant > 0.0:
            return np.cos(root * x), np.sin(root * x) / root
        return np.cosh(root * x), np.sinh(root * x) / root

    def _charge_beyond(self, r: Array) -> Array:
        """Charge of the ions beyond r as a Manning parameter: ξ at the inner radius, 0 at the outer one."""
        cosine, sine = self._waves(r)
        return np.asarray((1.0 + self.separation_constant) * sine / (cosine + sine), dtype=np.float64)


def counter_ion_annulus(
    surface_charge: float,
    inner_radius: float,
    outer_radius: float,
    charge_number: int,
    relative_permittivity: float,
    temperature: float,
) -> CounterIonAnnulus:
    """The cell of a cylinder whose surface at a carries `surface_charge`, without field at R.

    Source: R. M. Fuoss, A. Katchalsky & S. Lifson, Proc. Natl. Acad. Sci. USA 37, 579 (1951); T. Alfrey,
    P. W. Berg & H. Morawetz, J. Polym. Sci. 7, 543 (1951); condensation: G. S. Manning, J. Chem. Phys. 51, 924
    (1969). Exact for point ions of one kind that no reservoir supplies.

    Args:
        surface_charge: σ of the inner cylinder in C/m², of sign opposite to z.
        inner_radius: a in m, > 0.
        outer_radius: R in m, > a.
        charge_number: z of the counter-ion.
        relative_permittivity: ε_r, > 0.
        temperature: T in K, > 0.

    Raises:
        ValueError: the signs of wall and counter-ion do not differ, or an argument is out of range.
    """
    if surface_charge * charge_number >= 0:
        raise ValueError(f"surface_charge = {surface_charge} C/m^2, charge_number = {charge_number}: signs must differ")
    a, outer = float(positive("inner_radius", inner_radius, "m")), float(positive("outer_radius", outer_radius, "m"))
    if outer <= a:
        raise ValueError(f"outer_radius = {outer} m: must be larger than the inner radius, {a} m")
    permittivity = float(positive("relative_permittivity", relative_permittivity, "")) * epsilon_0
    vt = thermal_voltage(temperature)
    xi = abs(charge_number * surface_charge) * a / (2.0 * permittivity * vt)
    width = float(np.log1p((outer - a) / a))

    def trigonometric(s: float) -> float:
        """Over √s, which takes its double root at s = 0 away and leaves a function of s that falls."""
        if s == 0.0:
            return xi / (1.0 - xi) - width
        root = float(np.sqrt(s))
        return float(np.arctan2(xi * root, s + 1.0 - xi)) / root - width

    def hyperbolic(root: float) -> float:
        """The same for s = −root², artanh written out; it rises with the root, without bound at 1 − ξ."""
        if root == 0.0:
            return xi / (1.0 - xi) - width
        logarithm = np.log1p(-root) - np.log1p(root) + np.log(1.0 - xi + root) - np.log(1.0 - xi - root)
        return 0.5 * float(logarithm) / root - width

    if xi * (1.0 + width) >= width:
        # For ξ >= 1 there is no root near zero, where the function has a pole.
        highest = (np.pi / width) ** 2
        separation = find_root(trigonometric, 1e-8 * highest if xi >= 1.0 else 0.0, highest)
    else:
        largest = float(np.nextafter(1.0 - xi, 0.0))
        root = find_root(hyperbolic, 0.0, largest) if hyperbolic(largest) > 0.0 else largest
        separation = -root * root
    return CounterIonAnnulus(
        a, outer, xi, float(separation), charge_number, float(relative_permittivity), float(temperature)
    )
