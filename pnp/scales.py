"""The scales that make the model dimensionless.

A star marks a dimensionless quantity in the docstrings of the solver:

    x* = x / λ0,  φ* = Fφ/RT,  c* = c / c0,  D* = D / D0,  ε* = ε / ε_ref,
    λ0² = ε_ref RT / (F² c0),  flux scale D0 c0 / λ0,  surface-charge scale F c0 λ0.

With it Poisson's equation reads −∇·(ε* ∇φ*) = Σ z_i c_i* + ρ*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pnp.constants import F, R


@dataclass(frozen=True)
class Scales:
    """Units of the dimensionless model.

    Attributes:
        temperature: T in K.
        concentration: c0 in mol/m³.
        diffusivity: D0 in m²/s.
        length: λ0 in m.
    """

    temperature: float
    concentration: float
    diffusivity: float
    length: float

    @classmethod
    def of(cls, temperature: float, concentration: float, diffusivity: float, permittivity: float) -> Scales:
        """Scales whose length is the Debye length λ0 = √(ε_ref RT / F² c0); ε_ref in F/m."""
        length = float(np.sqrt(permittivity * R * temperature / (F**2 * concentration)))
        return cls(temperature, concentration, diffusivity, length)

    @property
    def potential(self) -> float:
        """Thermal voltage RT/F in V."""
        return R * self.temperature / F

    @property
    def permittivity(self) -> float:
        """ε_ref = λ0² F² c0 / RT in F/m: where a sweep changes T it follows, so that lengths* and meshes stay."""
        return self.length**2 * F * self.concentration / self.potential

    @property
    def flux(self) -> float:
        """D0 c0 / λ0 in mol/m²/s."""
        return self.diffusivity * self.concentration / self.length

    @property
    def current_density(self) -> float:
        """F D0 c0 / λ0 in A/m²."""
        return F * self.flux

    @property
    def surface_charge(self) -> float:
        """F c0 λ0 in C/m²."""
        return F * self.concentration * self.length

    @property
    def energy(self) -> float:
        """RT in J/mol."""
        return R * self.temperature
