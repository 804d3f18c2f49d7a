"""The shapes that regions are painted with in two dimensions, and the pieces that boundaries are made of."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from pnp.case.position import LineCoordinate, Pair, PlanePoint, RadialRange, Radii, Range
from pnp.case.quantity import Length, Position
from pnp.case.table import Table

KINDS: Final = ("rectangle", "disc", "polygon", "pore")
"""What a shape can be."""
AXES: Final = {"planar": ("x", "y"), "axisymmetric": ("r", "z")}
"""Names of the two coordinates."""


class Rectangle(Table):
    """An axis-parallel rectangle; an axis left out is the whole extent of the domain, which makes a layer."""

    x: Range | None = Field(default=None, description="Planar: from and to.", examples=[["0 nm", "40 nm"]])
    y: Range | None = Field(default=None, description="Planar: from and to.", examples=[["0 nm", "20 nm"]])
    r: RadialRange | None = Field(
        default=None, description="Axisymmetric: from and to; 0 is the axis.", examples=[["0 nm", "40 nm"]]
    )
    z: Range | None = Field(default=None, description="Axisymmetric: from and to.", examples=[["-10 nm", "10 nm"]])


class Disc(Table):
    """A disc; axisymmetric it makes a sphere, with its centre on the axis, or a ring."""

    centre: PlanePoint = Field(
        description="Its centre: x and y, or r and z.",
        examples=[["0 nm", "10 nm"]],
    )
    radius: Length = Field(description="Its radius.", examples=["5 nm"])


class Pore(Table):
    """The lumen of a pore through a membrane, around the axis; conical when its two radii differ."""

    r: Radii = Field(description="Its radii at the lower and the upper end of z.", examples=[["2 nm", "20 nm"]])
    z: Range = Field(description="Where the membrane begins and ends.", examples=[["0 nm", "100 nm"]])
    rounding: Position = Field(
        default=0.0,
        description="Radius by which the wall's two corners are rounded, outward from the lumen.",
        examples=["2 nm"],
    )


class Shape(Table):
    """One shape of a region: exactly one of the four. Later regions, and later shapes, win where they overlap."""

    rectangle: Rectangle | None = Field(
        default=None,
        description="An axis-parallel rectangle, or a layer.",
        examples=[{"x": ["0 nm", "40 nm"], "y": ["0 nm", "20 nm"]}],
    )
    disc: Disc | None = Field(
        default=None, description="A disc.", examples=[{"centre": ["0 nm", "10 nm"], "radius": "5 nm"}]
    )
    polygon: list[PlanePoint] | None = Field(
        default=None,
        description="Corners of a polygon in order, each x and y, or r and z; the last is joined to the first.",
        examples=[[["0 nm", "0 nm"], ["10 nm", "0 nm"], ["0 nm", "5 nm"]]],
    )
    pore: Pore | None = Field(
        default=None,
        description="Axisymmetric: the lumen of a pore.",
        examples=[{"r": ["2 nm", "20 nm"], "z": ["0 nm", "100 nm"]}],
    )

    @property
    def kind(self) -> str:
        """Which of the four it is, the first given; "" if none."""
        return next((k for k in KINDS if getattr(self, k) is not None), "")


class Circle(Table):
    """A circle that a boundary or an interface lies on."""

    centre: PlanePoint = Field(description="Its centre: x and y, or r and z.", examples=[["0 nm", "10 nm"]])
    radius: Length = Field(description="Its radius.", examples=["5 nm"])


class Piece(Table):
    """A piece of a boundary: one coordinate fixed, the other free or with a range; from point to point; or a circle."""

    x: LineCoordinate | None = Field(
        default=None,
        description="Planar: where the piece is, or its range if it lies at one y.",
        examples=["0 nm", ["0 nm", "20 nm"]],
    )
    y: LineCoordinate | None = Field(
        default=None,
        description="Planar: where the piece is, or its range if it lies at one x.",
        examples=["0 nm", ["0 nm", "20 nm"]],
    )
    r: LineCoordinate | None = Field(
        default=None,
        description="Axisymmetric: where the piece is, or its range if it lies at one z.",
        examples=["20 nm", ["0 nm", "20 nm"]],
    )
    z: LineCoordinate | None = Field(
        default=None,
        description="Axisymmetric: where the piece is, or its range if it lies at one r.",
        examples=["0 nm", ["0 nm", "20 nm"]],
    )
    start: PlanePoint | None = Field(
        default=None, alias="from", description="One end of an oblique piece.", examples=[["0 nm", "0 nm"]]
    )
    end: PlanePoint | None = Field(
        default=None, alias="to", description="The other end of an oblique piece.", examples=[["10 nm", "5 nm"]]
    )
    circle: Circle | None = Field(
        default=None,
        description="All of it that lies on this circle.",
        examples=[{"centre": ["0 nm", "10 nm"], "radius": "5 nm"}],
    )

    def along(self, axes: tuple[str, str]) -> tuple[LineCoordinate | None, LineCoordinate | None]:
        """What it says of each of the two axes."""
        return getattr(self, axes[0]), getattr(self, axes[1])


class Line(Table):
    """A straight line along which profiles are written."""

    start: PlanePoint = Field(alias="from", description="Where it begins.", examples=[["0 nm", "0 nm"]])
    end: PlanePoint = Field(alias="to", description="Where it ends.", examples=[["0 nm", "20 nm"]])


def is_place(value: float | Pair | None) -> bool:
    """Whether a piece is fixed in this coordinate, rather than free or in a range."""
    return value is not None and not isinstance(value, (tuple, list))
