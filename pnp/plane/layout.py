"""The layout of a plane: how large its regions and boundaries are and which of them touch, in any unit of length."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SAMPLES = 61
"""Samples along each axis of a region's bounding box, for the largest value of an expression."""


@dataclass(frozen=True, eq=False)
class PlaneLayout:
    """Sizes and neighbours of the regions and boundaries of a plane (x, y), or of a half plane (r, z) of revolution.

    Integrals over a body of revolution are ∫ r …, without the 2π that its area unit has.

    Attributes:
        axisymmetric: Whether it is (r, z).
        volumes: ∫ dA or ∫ r dA of each region, (R,).
        boundary_areas: ∫ ds or ∫ r ds of each boundary, (B,).
        neighbours: Pairs of regions that share facets.
        boundary_regions: Regions that each boundary touches.
        bounds: Smallest and largest coordinates of each region, (R, 2, 2): region, (least, most), axis.
    """

    axisymmetric: bool
    volumes: Array
    boundary_areas: Array
    neighbours: tuple[tuple[int, int], ...]
    boundary_regions: tuple[tuple[int, ...], ...]
    bounds: Array

    def scaled(self, unit: float) -> PlaneLayout:
        """The same layout with lengths counted in ``unit``."""
        power = 1 if self.axisymmetric else 0
        return replace(
            self,
            volumes=np.asarray(self.volumes / unit ** (2 + power), dtype=np.float64),
            boundary_areas=np.asarray(self.boundary_areas / unit ** (1 + power), dtype=np.float64),
            bounds=np.asarray(self.bounds / unit, dtype=np.float64),
        )

    def area_unit(self, length: float) -> float:
        """SI value of an area of 1 where lengths are counted in ``length`` (m): m per m of depth, 2π m²."""
        return 2.0 * pi * length**2 if self.axisymmetric else length

    @property
    def series_lengths(self) -> Array:
        """Estimate of (length)²/volume of each region, (R,): its resistance for unit conductivity."""
        longest = np.max(self.bounds[:, 1] - self.bounds[:, 0], axis=1)
        return np.asarray(longest**2 / self.volumes)

    def sampled(self, region: int) -> Array:
        """Positions over the bounding box of a region, (n, 2)."""
        (x0, y0), (x1, y1) = self.bounds[region]
        x, y = np.meshgrid(np.linspace(x0, x1, SAMPLES), np.linspace(y0, y1, SAMPLES))
        return np.column_stack([x.reshape(-1), y.reshape(-1)])
