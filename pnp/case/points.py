"""Named points where the potential is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from pnp.case.position import PlanePoint
from pnp.case.quantity import Position
from pnp.case.table import ABSENT, Fraction01, Name, Table

if TYPE_CHECKING:
    # Every point of a stack names one, and only code of stacks reads it.
    RegionName = Name
else:
    RegionName = Name | None


class Point(Table):
    """A point: in a region of the stack by position or by fraction of the thickness; by coordinates in the plane."""

    region: RegionName = Field(
        default=ABSENT, description="Stacks only, required there: the region it lies in.", examples=["membrane"]
    )
    position: Position | None = Field(
        default=None, description="Stacks only: distance from the region's left face.", examples=["2 nm"]
    )
    fraction: Fraction01 | None = Field(
        default=None, description="Stacks only: distance from the left face over the thickness.", examples=[0.5]
    )
    at: PlanePoint | None = Field(
        default=None,
        description="Planar and axisymmetric only, required there: x and y, or r and z.",
        examples=[["1 nm", "2 nm"]],
    )
