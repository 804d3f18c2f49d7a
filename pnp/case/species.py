"""A dissolved species: its charge number and diffusivity."""

from __future__ import annotations

from pydantic import Field

from pnp.case.quantity import Diffusivity
from pnp.case.table import ChargeNumber, Table


class Species(Table):
    """A dissolved species, charged or neutral."""

    charge_number: ChargeNumber = Field(
        description="Charge in elementary charges: 1 for K+, -1 for Cl-, 2 for Ca2+, 0 for a neutral solute.",
        examples=[1],
    )
    diffusivity: Diffusivity = Field(
        description="Diffusion coefficient in every region that does not give its own.",
        examples=["1.957e-9 m^2/s"],
    )
