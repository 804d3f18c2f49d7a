"""Debye–Hückel: the linear diffuse layer of a charged plane, cylinder or sphere, to infinity or to a far end.

The linearised Poisson–Boltzmann equation r^{−k} (r^k ψ')' = ψ/λ² (k = 0 plane, 1 cylinder, 2 sphere) with a wall
at r = a and a far end at r = b, on either side of the wall, has the solution ψ(r) = ψ₀ h(r)/h(a), where h is

    plane        e^{−x/λ};  far end at the bulk's potential: sinh(κ(b − x));  no field there: cosh(κ(b − x))
    cylinder     K₀(κr);    K₀(κb) I₀(κr) − I₀(κb) K₀(κr);                   K₁(κb) I₀(κr) + I₁(κb) K₀(κr)
    sphere       e^{−κr}/r; sinh(κ(b − r))/r;                                [κb cosh(κ(b − r)) − sinh(κ(b − r))]/r

with κ = 1/λ. A symmetric far end at b = 0 is the axis or the centre: I₀(κr), sinh(κr)/r. The charge of the wall
is σ = −ε dψ/dn, n from the wall into the solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import epsilon_0
from pnp.simplified.bessel import bessel_i0e, bessel_i1e, bessel_k0e, bessel_k1e
from pnp.simplified.validation import Array, positive

Shape = Literal["plane", "cylinder", "sphere"]
FarEnd = Literal["bulk", "symmetry"]


@dataclass(frozen=True)
class LinearLayer:
    """A linear diffuse layer.

    Source: P. Debye & E. Hückel, Phys. Z. 24, 185 (1923) (sphere); G. Gouy, J. Phys. Theor. Appl. 9, 457 (1910)
    (plane, small potentials); cylinders by substitution, the equation being Bessel's. Valid at equilibrium while
    zFψ₀/RT is well below 1: wrong by the second order of it for a symmetrical salt, else by the first.

    Attributes:
        shape: "plane", "cylinder" or "sphere": what the wall is.
        relative_permittivity: ε_r of the solution, > 0.
        debye_length: λ of its bulk in m, > 0.
        wall: Position a of the wall in m: a radius > 0, or the x of a plane.
        far: Position b of the far end in m, either side of the wall; inf is an unbounded solution.
        far_end: "bulk" where the far end has the bulk's potential (a reservoir), "symmetry" where it has no field.
            At b = inf both are the same.
    """

    shape: Shape
    relative_permittivity: float
    debye_length: float
    wall: float
    far: float = float("inf")
    far_end: FarEnd = "bulk"

    def __post_init__(self) -> None:
        """Check the arguments.

        Raises:
            ValueError: a value is out of range, wall and far end coincide, or the centre has the bulk's potential.
        """
        positive("relative_permittivity", self.relative_permittivity, "")
        positive("debye_length", self.debye_length, "m")
        if self.shape != "plane":
            positive("wall", self.wall, "m")
            if self.far < 0.0 or np.isnan(self.far):
                raise ValueError(f"far = {self.far} m: must be a radius, zero or positive")
            if self.far == 0.0 and self.far_end == "bulk":
                raise ValueError('far = 0 m is the axis or the centre: far_end must be "symmetry"')
        if self.far == self.wall or not np.isfinite(self.wall):
            raise ValueError(f"wall = {self.wall} m, far = {self.far} m: must be finite and must differ")

    def potential(self, position: ArrayLike, surface_potential: float) -> Array:
        """ψ(r) in V relative to the bulk, r in m between the wall and the far end; the shape of `position`.

        Raises:
            ValueError: a position is not between wall and far end.
        """
        r = np.asarray(position, dtype=np.float64)
        lower, upper = min(self.wall, self.far), max(self.wall, self.far)
        margin = 1e-12 * (abs(self.wall) + min(abs(self.far), abs(self.wall) + self.debye_length))
        if not np.all((r >= lower - margin) & (r <= upper + margin)):
            raise ValueError(f"position = {r} m: must lie from {lower} m to {upper} m")
        return np.asarray(surface_potential * self._value(r) / self._value(np.asarray(self.wall)), dtype=np.float64)

    def field(self, position: ArrayLike, surface_potential: float) -> Array:
        """−dψ/dr in V/m, r as in `potential`; the shape of `position`."""
        r = np.asarray(position, dtype=np.float64)
        return np.asarray(-surface_potential * self._slope(r) / self._value(np.asarray(self.wall)), dtype=np.float64)

    @property
    def capacitance(self) -> float:
        """σ/ψ₀ of the wall in F/m²: (ε/λ) K₁(κa)/K₀(κa) and ε (1 + κa)/a about a cylinder and a sphere."""
        towards_far = 1.0 if self.far > self.wall else -1.0
        return towards_far * self.relative_permittivity * epsilon_0 * float(self.field(self.wall, 1.0))

    def surface_charge(self, surface_potential: float) -> float:
        """σ in C/m² of a wall at ψ₀ in V relative to the bulk."""
        return self.capacitance * surface_potential

    def surface_potential(self, surface_charge: float) -> float:
        """ψ₀ in V relative to the bulk of a wall that carries σ in C/m²."""
        return surface_charge / self.capacitance

    def _value(self, r: Array) -> Array:
        """h(r) times a factor that does not depend on r and keeps it in range."""
        rise, fall = self._exponentials(r)
        kr, kb = r / self.debye_length, self.far / self.debye_length
        if self.shape == "cylinder":
            first, second = self._cylinder_factors(kb)
            # K has a pole at the axis, where it has no part.
            inner = bessel_i0e(kr) * rise if first else 0.0
            outer = bessel_k0e(kr) * fall if second else 0.0
            return np.asarray(first * inner + second * outer, dtype=np.float64)
        odd, even = 0.5 * (fall - rise), 0.5 * (fall + rise)
        if self.shape == "plane":
            return odd if self.far_end == "bulk" else even
        if not np.isfinite(kb):
            return np.asarray(fall / kr, dtype=np.float64)
        if kb == 0.0:
            at_centre = kr == 0.0
            ratio = -0.5 * np.expm1(-2.0 * kr) / np.where(at_centre, 1.0, kr)
            return np.asarray(rise * np.where(at_centre, 1.0, ratio), dtype=np.float64)
        return np.asarray((odd if self.far_end == "bulk" else kb * even - odd) / kr, dtype=np.float64)

    def _slope(self, r: Array) -> Array:
        """dh/dr, with the same factor as `_value`."""
        rise, fall = self._exponentials(r)
        kr, kb = r / self.debye_length, self.far / self.debye_length
        if self.shape == "cylinder":
            first, second = self._cylinder_factors(kb)
            # K has a pole at the axis, where it has no part.
            inner = bessel_i1e(kr) * rise if first else 0.0
            outer = bessel_k1e(kr) * fall if second else 0.0
            return np.asarray((first * inner - second * outer) / self.debye_length, dtype=np.float64)
        odd, even = 0.5 * (fall - rise), 0.5 * (fall + rise)
        if self.shape == "plane":
            return np.asarray(-(even if self.far_end == "bulk" else odd) / self.debye_length, dtype=np.float64)
        if not np.isfinite(kb):
            top, derived = fall, -fall
        elif kb == 0.0:
            # cosh(x)/x − sinh(x)/x², by its series where the two cancel.
            x = np.maximum(kr, 0.01)
            plain = (0.5 * (1.0 + np.exp(-2.0 * x)) + 0.5 * np.expm1(-2.0 * x) / x) / x
            series = np.exp(-kr) * kr / 3.0 * (1.0 + kr * kr / 10.0 + kr**4 / 280.0)
            return np.asarray(rise * np.where(kr > 0.01, plain, series) / self.debye_length, dtype=np.float64)
        elif self.far_end == "bulk":
            top, derived = odd, -even
        else:
            top, derived = kb * even - odd, even - kb * odd
        return np.asarray((derived - top / kr) / kr / self.debye_length, dtype=np.float64)

    def _exponentials(self, r: Array) -> tuple[Array, Array]:
        """e^{κ(r − b)} and e^{κ(b − r)}, both over e^{κ|b − a|}; b = inf leaves e^{−κ(r − a)} alone."""
        if not np.isfinite(self.far):
            return np.zeros_like(r), np.exp(-(r - self.wall) / self.debye_length)
        width = abs(self.far - self.wall)
        return (
            np.exp((r - self.far - width) / self.debye_length),
            np.exp((self.far - r - width) / self.debye_length),
        )

    def _cylinder_factors(self, kb: float) -> tuple[float, float]:
        """Of the growing and the decaying solution, scaled."""
        if not np.isfinite(kb):
            return 0.0, 1.0
        if kb == 0.0:
            return 1.0, 0.0
        if self.far_end == "bulk":
            return -float(bessel_k0e(kb)), float(bessel_i0e(kb))
        return float(bessel_k1e(kb)), float(bessel_i1e(kb))


def plane_capacitance(
    relative_permittivity: float,
    debye_length: float,
    thickness: float = float("inf"),
    far_end: FarEnd = "bulk",
) -> float:
    """(ε/λ) coth(L/λ) of a linear layer before a bath L thick, (ε/λ) tanh(L/λ) before a mid-plane, in F/m².

    Source: see `LinearLayer`.

    Args:
        relative_permittivity: ε_r, > 0.
        debye_length: λ in m, > 0.
        thickness: L in m from the wall to the far end, > 0; inf gives ε/λ.
        far_end: As of `LinearLayer`.

    Raises:
        ValueError: an argument is out of range.
    """
    if not thickness > 0.0:
        raise ValueError(f"thickness = {thickness} m: must be positive")
    return LinearLayer("plane", relative_permittivity, debye_length, 0.0, float(thickness), far_end).capacitance
