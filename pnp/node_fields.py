"""A state at points, each in one region: concentrations, charge and Debye lengths that follow from m and φ there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pnp.constants import F
from pnp.model import Model

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.case.points import Point

Array = NDArray[np.float64]


def log_sinhc(x: Array) -> Array:
    """ln(sinh(x)/x) without overflow, 0 at 0."""
    size = np.abs(x)
    safe = np.maximum(size, 1e-4)
    # sinh(s) = e^s (1 − e^(−2s)) / 2
    return np.asarray(np.where(size > 1e-4, safe + np.log(-np.expm1(-2.0 * safe) / (2.0 * safe)), size * size / 6.0))


@dataclass(frozen=True, eq=False)
class PointFields:
    """Dimensionless fields at (region, point); a point on an interface appears once for each region.

    Attributes:
        model: The model that was solved.
        points: Positions* (n, dimension).
        region: Region index (n,).
        m: Reduced electrochemical potentials, measured from the model's reference (n, N).
        phi: φ* (n,).
    """

    model: Model
    points: Array
    region: NDArray[np.int64]
    m: Array
    phi: Array

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Whether each species is present at each point, (n, N)."""
        return np.array([r.present for r in self.model.regions])[self.region]

    @cached_property
    def concentration(self) -> Array:
        """c_i* (n, N), 0 where absent."""
        table = np.array([r.log_partition for r in self.model.regions])[self.region]
        exponent = self.m + self.model.reference - np.outer(self.phi, self.model.charge_number) + table
        return np.where(self.present, np.exp(np.where(self.present, exponent, 0.0)), 0.0)

    @cached_property
    def fixed_charge(self) -> Array:
        """ρ_fixed* (n,)."""
        rho = np.zeros(len(self.points))
        for k in range(len(self.model.regions)):
            own = self.region == k
            rho[own] = self.model.charge_at(k, self.points[own])
        return rho

    @cached_property
    def charge(self) -> Array:
        """Σ z_i c_i* + ρ_fixed* (n,)."""
        return np.asarray(self.concentration @ self.model.charge_number + self.fixed_charge)

    @cached_property
    def debye(self) -> Array:
        """Local Debye length* √(ε*/Σ z_i² c_i*) (n,), inf without ions."""
        epsilon = np.array([r.permittivity for r in self.model.regions])[self.region]
        strength = self.concentration @ self.model.charge_number**2
        with np.errstate(divide="ignore"):
            return np.asarray(np.sqrt(epsilon / strength))

    def columns(self, field: Array) -> tuple[dict[str, Array], dict[str, str]]:
        """Fields by name in SI units, NaN where a species is absent, and their units.

        Args:
            field: −∇φ*, (n,) or (n, 2).
        """
        scales, names = self.model.scales, self.model.species
        found: dict[str, Array] = {
            "potential": self.phi * scales.potential,
            "electric_field": np.asarray(field * scales.potential / scales.length, dtype=np.float64),
            "charge_density": self.charge * F * scales.concentration,
        }
        units = {"potential": "V", "electric_field": "V/m", "charge_density": "C/m^3"}
        for i, s in enumerate(names):
            here = self.present[:, i]
            found[f"concentration.{s}"] = np.where(here, self.concentration[:, i] * scales.concentration, np.nan)
            units[f"concentration.{s}"] = "mol/m^3"
            level = self.m[:, i] + self.model.reference[i] + np.log(scales.concentration)
            found[f"electrochemical_potential.{s}"] = np.where(here, level * scales.energy, np.nan)
            units[f"electrochemical_potential.{s}"] = "J/mol"
        return found, units


class NodeFields(PointFields, ABC):
    """Samples of a state, and what all ranks have of them together: every method is collective."""

    @abstractmethod
    def largest_field(self) -> float:
        """Largest |∇φ*|."""

    @abstractmethod
    def smallest_concentration(self) -> float:
        """Smallest c_i* of any species where it is present (nan without species)."""

    @abstractmethod
    def largest_concentration(self) -> float:
        """Largest c_i* of any species."""

    @abstractmethod
    def debye_in(self, k: int) -> float:
        """A Debye length* for region k."""

    @abstractmethod
    def bulk_charge_fraction(self, distance: float) -> float | None:
        """Largest |ρ*|/Σ|z_i|c_i* farther than ``distance`` local Debye lengths from every face, or None."""

    @abstractmethod
    def face_resolution(self) -> dict[str, float]:
        """Cells per local Debye length at each face that carries space charge."""

    @abstractmethod
    def at(self, case: Case, point: Point) -> dict[str, float]:
        """Fields* at a named point: "potential", "electric_field", "charge_density", "concentration.<species>"."""
