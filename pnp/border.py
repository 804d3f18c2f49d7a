"""The border of the discrete problem: unknowns beside the fields, each with one extra equation.

A border unknown λ enters the field equations through the rows it moves (a floating potential, the level of a species
that no reservoir fixes) and is determined by one scalar equation G(u) = 0 (a prescribed current, a kept amount).
All are eliminated together with one factorisation of the field matrix (Keller 1977).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.discretisation import Discretisation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Border(ABC):
    """One border unknown.

    Attributes:
        name: What it is, for messages.
        rows: Owned flat unknowns whose rows read u_row − λ = 0. A level has none of its own: `pnp.problem` chooses the
            node, as a pivot is chosen.
        level: Index of the species whose level λ is, None for a potential.
        regions: Indices of the regions where a level may be held.
    """

    name: str
    rows: NDArray[np.int64]
    level: int | None
    regions: tuple[int, ...]

    @abstractmethod
    def equation(self, disc: Discretisation) -> float:
        """This rank's share of the functional at the discretisation's state. Collective."""

    @abstractmethod
    def gradient(self, disc: Discretisation) -> Array:
        """Its derivative over owned unknowns, flat. Collective."""

    @property
    @abstractmethod
    def target(self) -> float:
        """The value that is asked for: G = (functional) − target."""


@dataclass(frozen=True)
class FloatingPotential(Border):
    """A terminal whose potential is unknown and whose current Σ z_i J_i·n is prescribed.

    The current is counted over the region that limits it alone, see `pnp.cuts`.

    Attributes:
        over: Indices of the regions whose cells count.
        weights: Test function −z_i χ on the species rows, (owned, N + 1); χ goes from 0 to 1 towards the terminal.
        current: Prescribed current* (0: open circuit).
    """

    over: tuple[int, ...]
    weights: Array
    current: float

    def equation(self, disc: Discretisation) -> float:
        """−Σ z_i ∫ D_i c_i ∇m_i · ∇χ over these regions."""
        return float(np.vdot(self.weights, disc.assemble_region_flux(self.over)))

    def gradient(self, disc: Discretisation) -> Array:
        """Weighted combination of these regions' species rows."""
        return _transposed_product(disc, disc.assemble_region_flux_jacobian(self.over), self.weights)

    @property
    def target(self) -> float:
        """Prescribed current*."""
        return self.current


@dataclass(frozen=True)
class ClosedAmount(Border):
    """A species that no boundary fixes: its level λ at one node is unknown, its total amount is kept.

    Attributes:
        amount: The total amount*.
    """

    amount: float

    def equation(self, disc: Discretisation) -> float:
        """∫ c_i over this rank."""
        return float(disc.assemble_amounts()[:, self.level].sum())

    def gradient(self, disc: Discretisation) -> Array:
        """Column sums of the amount's Jacobian."""
        ones = np.zeros((disc.owned, disc.species + 1))
        ones[:, self.level] = 1.0
        return _transposed_product(disc, disc.assemble_amount_jacobian(), ones)

    @property
    def target(self) -> float:
        """Total amount*."""
        return self.amount


@dataclass(frozen=True)
class CompartmentLevel(Border):
    """The level of a species in a compartment that it reaches only through barriers.

    Attributes:
        fluxes: For each barrier its region and a test function on the species' rows, (owned, N + 1), χ times the
            smallest resistance, so that the equation is of order one.
        outflow: What flows out elsewhere (given fluxes at ends), in the same units.
    """

    fluxes: tuple[tuple[tuple[int, ...], Array], ...]
    outflow: float

    def equation(self, disc: Discretisation) -> float:
        """Sum of the fluxes out of the compartment through its barriers."""
        return sum(float(np.vdot(weights, disc.assemble_region_flux(k))) for k, weights in self.fluxes)

    def gradient(self, disc: Discretisation) -> Array:
        """Weighted combinations of the barriers' rows."""
        parts = [_transposed_product(disc, disc.assemble_region_flux_jacobian(k), w) for k, w in self.fluxes]
        return np.sum(parts, axis=0)

    @property
    def target(self) -> float:
        """The balance: what leaves through barriers is minus what leaves elsewhere."""
        return -self.outflow


def _transposed_product(disc: Discretisation, matrix: PETSc.Mat, weights: Array) -> Array:
    x = disc.vector(weights)
    y = x.duplicate()
    matrix.multTranspose(x, y)
    product = np.array(y.array_r)
    x.destroy()
    y.destroy()
    return product
