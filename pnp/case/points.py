"""Named points where the potential is reported."""

from __future__ import annotations

from pydantic import Field

from pnp.case.quantity import Position
from pnp.case.table import Fraction01, Name, Table


class Point(Table):
    """A point in a region: by position or by fraction of the thickness."""

    region: Name = Field(description="The region it lies in.", examples=["membrane"])
    position: Position | None = Field(
        default=None, description="Distance from the region's left face.", examples=["2 nm"]
    )
    fraction: Fraction01 | None = Field(
        default=None, description="Distance from the left face over the thickness.", examples=[0.5]
    )
