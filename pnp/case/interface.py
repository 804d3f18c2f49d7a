"""A face between two neighbouring regions that carries a surface charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from pnp.case.quantity import SurfaceCharge
from pnp.case.shapes import Piece
from pnp.case.table import ABSENT, Name, Table

if TYPE_CHECKING:
    # Only an interface that a mesh names as a group of its lines has none.
    Neighbours = tuple[Name, Name]
else:
    Neighbours = tuple[Name, Name] | None


class Interface(Table):
    """A charged face between two regions; in two dimensions all faces between them, or those on given pieces."""

    between: Neighbours = Field(
        default=ABSENT,
        description="The two neighbouring regions it lies between; left out only where a mesh has a group of lines of "
        "this name.",
        examples=[["cytosol", "membrane"]],
    )
    surface_charge: SurfaceCharge = Field(description="Charge per area of the face.", examples=["-0.02 C/m^2"])
    on: list[Piece] = Field(
        default=[],
        description="Planar and axisymmetric only: the pieces that it is restricted to.",
        examples=[[{"z": "0 nm", "r": ["0 nm", "10 nm"]}]],
    )

    @property
    def is_group(self) -> bool:
        """Whether it is a group of lines of a given mesh, and the mesh says which regions it lies between."""
        between: object = self.between
        return between is None
