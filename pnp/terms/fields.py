"""The symbols that terms are written in: unknowns, test functions and coefficients, all dimensionless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ufl


@dataclass(frozen=True)
class Fields:
    """UFL symbols of the blocked space of N + 1 components (m_1 … m_N, φ).

    Attributes:
        m: Reduced electrochemical potentials m_i = μ̃_i/RT, N of them.
        phi: Reduced potential φ* = Fφ/RT.
        v: Test functions of the N species equations.
        q: Test function of Poisson's equation.
        charge_number: z_i (constants of the form, not of the kernel).
        coefficients: By the names of `pnp.terms.coefficients`: a symbol, or N of them for a coefficient per species.
        domain: The mesh.
    """

    m: Sequence[Any]
    phi: Any
    v: Sequence[Any]
    q: Any
    charge_number: Sequence[Any]
    coefficients: Mapping[str, Any]
    domain: Any

    def __getitem__(self, name: str) -> Any:
        """A coefficient by name."""
        return self.coefficients[name]

    @property
    def species(self) -> range:
        """Indices of the species."""
        return range(len(self.m))

    def log_concentration(self, i: int) -> Any:
        """ln c_i* = m_i − z_i φ* + ln β_i, and 0 where species i is absent (no overflow of a masked exponential)."""
        return self["present"][i] * (self.m[i] - self.charge_number[i] * self.phi + self["log_partition"][i])

    def concentration(self, i: int) -> Any:
        """c_i*, 0 where species i is absent."""
        return self["present"][i] * ufl.exp(self.log_concentration(i))
