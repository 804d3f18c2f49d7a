"""The diffuse layer of any mixture of ions at a flat wall, by the first integral of Poisson–Boltzmann.

    (dψ/dx)² = (2RT/ε) Σ c_i (e^{−z_i y} − 1),    y = Fψ/RT,

where the sum is that of c_i (e^{−z_i y} − 1 + z_i y), whose terms are all positive: Σ z_i c_i = 0 in the
bulk.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import F, epsilon_0, thermal_voltage
from pnp.simplified.debye import debye_length
from pnp.simplified.root import monotone_root
from pnp.simplified.special_functions import expm1_minus_linear
from pnp.simplified.validation import Array, electroneutral, not_negative, positive, same_length


@cache
def _gauss_legendre() -> tuple[Array, Array]:
    """Nodes and weights on (−1, 1); made on first use, since NumPy's polynomials are slow to import."""
    nodes, weights = np.polynomial.legendre.leggauss(24)
    return np.asarray(nodes, dtype=np.float64), np.asarray(weights, dtype=np.float64)


@dataclass(frozen=True)
class DiffuseLayer:
    """A bulk solution in front of a flat wall, at equilibrium.

    Source: G. Gouy, J. Phys. Theor. Appl. 9, 457 (1910); D. C. Grahame, Chem. Rev. 41, 441 (1947), DOI
    10.1021/cr60130a002, and J. Chem. Phys. 21, 1054 (1953) for mixed valences. Valid for point ions before a
    bulk much thicker than the Debye length.

    Attributes:
        charge_number: z, shape (n,).
        concentration: Bulk concentrations in mol/m³, electroneutral, shape (n,).
        relative_permittivity: ε_r.
        temperature: T in K.
    """

    charge_number: ArrayLike
    concentration: ArrayLike
    relative_permittivity: float
    temperature: float

    def __post_init__(self) -> None:
        """Check the arguments.

        Raises:
            ValueError: the shapes differ, the bulk is not electroneutral or has no ions, or a value is out of
                range.
        """
        same_length(charge_number=self.charge_number, concentration=self.concentration)
        positive("relative_permittivity", self.relative_permittivity, "")
        positive("temperature", self.temperature, "K")
        electroneutral("concentration", self._z, self._c)
        if not np.isfinite(self.debye_length):
            raise ValueError(f"concentration = {self._c}: a solution without ions has no diffuse layer")

    @property
    def _z(self) -> Array:
        return np.asarray(self.charge_number, dtype=np.float64)

    @property
    def _c(self) -> Array:
        return not_negative("concentration", self.concentration, "mol/m^3")

    @property
    def debye_length(self) -> float:
        """λ_D of the bulk in m."""
        return debye_length(self._z, self._c, self.relative_permittivity, self.temperature)

    @property
    def linear_capacitance(self) -> float:
        """ε/λ_D in F/m², the capacitance at zero surface potential."""
        return self.relative_permittivity * epsilon_0 / self.debye_length

    def surface_charge(self, surface_potential: ArrayLike) -> Array:
        """Grahame's charge of the wall in C/m² for ψ₀ in V relative to the bulk, the same shape."""
        y = np.asarray(np.asarray(surface_potential) / thermal_voltage(self.temperature), dtype=np.float64)
        scale = self.linear_capacitance * thermal_voltage(self.temperature)
        return np.asarray(np.sign(y) * scale * self._slope(y), dtype=np.float64)

    def surface_potential(self, surface_charge: float) -> float:
        """ψ₀ in V at which the wall carries `surface_charge` in C/m²: the inverse of Grahame's relation."""
        vt = thermal_voltage(self.temperature)
        target = surface_charge / (self.linear_capacitance * vt)

        def misfit(y: float) -> float:
            return float(np.arcsinh(np.sign(y) * self._slope(np.asarray(y))) - np.arcsinh(target))

        return vt * monotone_root(misfit, step=min(1.0, abs(target))) if target != 0.0 else 0.0

    def capacitance(self, surface_potential: ArrayLike) -> Array:
        """Differential capacitance dσ/dψ₀ in F/m² for ψ₀ in V, the same shape."""
        y = np.asarray(np.asarray(surface_potential) / thermal_voltage(self.temperature), dtype=np.float64)
        z, c = self._z, self._c
        charge = np.abs(np.expm1(-np.multiply.outer(y, z)) @ (z * c)) / float(np.sum(z * z * c))
        slope = self._slope(y)
        ratio = np.where(slope > 0, charge / np.where(slope > 0, slope, 1.0), 1.0)
        return np.asarray(self.linear_capacitance * ratio, dtype=np.float64)

    def potential(self, distance: ArrayLike, surface_potential: float) -> Array:
        """ψ(x) in V relative to the bulk, for x in m from a wall at ψ₀ in V; the shape of `distance`.

        Raises:
            ValueError: a distance is negative.
        """
        x = not_negative("distance", distance, "m") / self.debye_length
        vt = thermal_voltage(self.temperature)
        y0 = surface_potential / vt
        if y0 == 0.0:
            return np.zeros_like(x)
        profile = [self._at(float(value), y0) for value in x.ravel()]
        return np.asarray(vt * np.array(profile).reshape(x.shape), dtype=np.float64)

    def surface_excess(self, surface_potential: float) -> Array:
        """Γ_i = ∫(c_i − c_bulk) dx of each ion in mol/m², shape (n,), for ψ₀ in V relative to the bulk."""
        y0 = surface_potential / thermal_voltage(self.temperature)
        if y0 == 0.0:
            return np.zeros_like(self._z)
        y, weight = _panels(0.0, abs(y0), 0.5)
        y = np.sign(y0) * y
        integrand = np.expm1(-np.multiply.outer(self._z, y)) / self._slope(y)
        return np.asarray(self._c * self.debye_length * (integrand @ weight), dtype=np.float64)

    def _slope(self, y: Array) -> Array:
        """|dy/d(x/λ_D)| at reduced potential y, the same shape."""
        z, c = self._z, self._c
        terms = expm1_minus_linear(-np.multiply.outer(np.asarray(y), z))
        slope = np.sqrt(2.0 * (terms @ c) / float(np.sum(z * z * c)))
        # The squares underflow before the slope does.
        return np.where(np.abs(y) < 1e-100, np.abs(y), slope)

    def _at(self, x: float, y0: float) -> float:
        """Reduced potential at x Debye lengths from a wall at y0, by Newton's method on ln y."""
        sign, top = float(np.sign(y0)), float(np.log(abs(y0)))
        t = top - x
        if t < -700.0:
            # Below the smallest number of double precision.
            return 0.0
        for _ in range(50):
            nodes, weight = _panels(t, top, 0.25)
            y = np.exp(nodes)
            travelled = float((y / self._slope(sign * y)) @ weight)
            here = float(np.exp(t))
            step = (travelled - x) * float(self._slope(np.asarray(sign * here))) / here
            # The slope grows exponentially with y: an unlimited step could leap out of its range.
            t = min(top, t + max(-2.0, min(2.0, step)))
            if abs(step) < 1e-14:
                break
        return sign * float(np.exp(t))


def _panels(lower: float, upper: float, width: float) -> tuple[Array, Array]:
    """Composite Gauss–Legendre nodes and weights on an interval, panels no wider than `width`."""
    count = max(1, int(np.ceil((upper - lower) / width)))
    edges = np.linspace(lower, upper, count + 1)
    half = 0.5 * (edges[1:] - edges[:-1])
    middle = 0.5 * (edges[1:] + edges[:-1])
    unit_nodes, weights = _gauss_legendre()
    nodes = middle[:, None] + half[:, None] * unit_nodes
    return nodes.ravel(), (half[:, None] * weights).ravel()


def poisson_boltzmann_charge_density(
    charge_number: ArrayLike, concentration: ArrayLike, potential: ArrayLike, temperature: float
) -> Array:
    """ρ = F Σ z c e^{−zFψ/RT} in C/m³, the shape of `potential`.

    Source and validity: `boltzmann.boltzmann_concentration`, an ideal solution at equilibrium.

    Args:
        charge_number: z, shape (n,).
        concentration: Bulk c in mol/m³, shape (n,).
        potential: ψ in V relative to the bulk; any shape.
        temperature: T in K.

    Raises:
        ValueError: a concentration is negative, or the temperature not positive.
    """
    z = np.asarray(charge_number, dtype=np.float64)
    c = not_negative("concentration", concentration, "mol/m^3")
    y = np.asarray(potential, dtype=np.float64) / thermal_voltage(temperature)
    return np.asarray(F * (np.exp(-np.multiply.outer(y, z)) @ (z * c)), dtype=np.float64)
