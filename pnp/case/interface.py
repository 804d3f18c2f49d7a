"""A face between two neighbouring regions that carries a surface charge."""

from __future__ import annotations

from pydantic import Field

from pnp.case.quantity import SurfaceCharge
from pnp.case.table import Name, Table


class Interface(Table):
    """A charged face between two regions."""

    between: tuple[Name, Name] = Field(
        description="The two neighbouring regions it lies between.", examples=[["cytosol", "membrane"]]
    )
    surface_charge: SurfaceCharge = Field(description="Charge per area of the face.", examples=["-0.02 C/m^2"])
