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
        permittivity: ε_ref in F/m.
    """

    temperature: float
    concentration: float
    diffusivity: float
    permittivity: float

    @property
    def potential(self) -> float:
        """Thermal voltage RT/F in V."""
        return R * self.temperature / F

    @property
    def length(self) -> float:
        """λ0 = √(ε_ref RT / F² c0) in m."""
        return float(np.sqrt(self.permittivity * self.potential / (F * self.concentration)))

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
