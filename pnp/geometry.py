"""How the area of a face grows along the axis: slabs, coaxial cylinders, concentric spheres.

A field that depends on one coordinate r alone lives on faces of area A(r) ∝ r^k, k = 0, 1, 2. Every equation
of the slab holds with A dr in place of dr (Gauss's theorem on the shell between two faces); A is counted in units of
the outer face, so that numbers per area are those of the outer face.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
StackCoordinates = Literal["cartesian", "cylindrical", "spherical"]
PlaneCoordinates = Literal["planar", "axisymmetric"]
Coordinates = Literal["cartesian", "cylindrical", "spherical", "planar", "axisymmetric"]

EXPONENT: Final[dict[StackCoordinates, int]] = {"cartesian": 0, "cylindrical": 1, "spherical": 2}
FULL_ANGLE: Final[dict[StackCoordinates, float]] = {"cartesian": 1.0, "cylindrical": 2.0 * pi, "spherical": 4.0 * pi}
EXTENT: Final[dict[Coordinates, str]] = {
    "cartesian": "m^2",
    "cylindrical": "m",
    "spherical": "",
    "planar": "m",
    "axisymmetric": "",
}
"""What integrals over the domain are reported per: an area, a length of the axis or of depth, nothing."""


@dataclass(frozen=True)
class Geometry:
    """Areas and volumes between the inner and the outer face; lengths in any one unit.

    Attributes:
        coordinates: "cartesian", "cylindrical" or "spherical".
        inner: Position of the inner (left) face; 0 is the axis or the centre.
        outer: Position of the outer (right) face.
        height: Height of the strip that the stack is solved on, 0 for a line. Nothing is counted per height.
    """

    coordinates: StackCoordinates
    inner: float
    outer: float
    height: float = 0.0

    @property
    def exponent(self) -> int:
        """k of A ∝ r^k."""
        return EXPONENT[self.coordinates]

    @property
    def outer_area(self) -> float:
        """Area of the outer face: 1 (per area), 2πr (per length of the axis), 4πr²; in the unit of length."""
        return FULL_ANGLE[self.coordinates] * self.outer**self.exponent

    def area(self, r: Array | float) -> Array:
        """A(r), 1 at the outer face; the shape of r."""
        return np.asarray((np.asarray(r, dtype=np.float64) / self.outer) ** self.exponent)

    def volume(self, a: Array | float, b: Array | float) -> Array:
        """∫ A dr from a to b: exact, and free of cancellation in thin shells."""
        a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
        mean = {0: np.ones_like(a), 1: (a + b) / 2.0, 2: (a * a + a * b + b * b) / 3.0}[self.exponent]
        return np.asarray((b - a) * mean / self.outer**self.exponent)

    def corner_volumes(self, a: Array, b: Array) -> tuple[Array, Array]:
        """Volumes of the halves of cells from a to b: what the edge-averaged flux gives their left and right ends."""
        middle = 0.5 * (a + b)
        return self.volume(a, middle), self.volume(middle, b)

    def series_length(self, a: Array | float, b: Array | float) -> Array:
        """∫ dr/A from a to b, what resistances and reciprocal capacitances are proportional to; inf from the axis."""
        a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
        if self.exponent == 0:
            return np.asarray(b - a)
        with np.errstate(divide="ignore"):
            if self.exponent == 1:
                return np.asarray(self.outer * np.log1p((b - a) / a))
            return np.asarray(self.outer**2 * (b - a) / (a * b))

    def edge_area(self, a: Array, b: Array) -> Array:
        """Area that makes the current through cells exact: length / ∫ dr/A; in a cell at the axis ∫ A dr / length.

        With the exact weight the axis would be cut off: the resistance to a line or a point is infinite.
        """
        h = b - a
        return np.where(a > 0.0, h / self.series_length(a, b), self.volume(a, b) / h)


SLAB: Final = Geometry("cartesian", 0.0, 1.0)
"""Plane faces of equal area, wherever they lie."""
