"""Fields on the triangles of a two-dimensional result (no DOLFINx)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import xarray as xr

    from pnp.geometry import PlaneCoordinates

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PlaneFields:
    """Fields on a triangle mesh; a node on an interface appears once for each region, so that jumps are kept.

    Attributes:
        coordinates: "planar" (x, y) or "axisymmetric" (r, z).
        points: Nodes in m, shape (n, 2): x and y, or r and z.
        triangles: Corners of each triangle as indices into `points`, shape (m, 3); all three are of one region.
        region: Index into `region_names` of each node, shape (n,).
        region_names: Names of the regions.
        columns: Fields by name: "potential", "charge_density", "concentration.K", "electrochemical_potential.K" of
            shape (n,); "electric_field", "flux.K", "current_density" of shape (n, 2). NaN where a species is absent.
        units: SI unit of each column.
        boundaries: Segments of each named boundary and interface as pairs of indices into `points`, shape (k, 2);
            those of an interface on one of its sides.
    """

    coordinates: PlaneCoordinates
    points: FloatArray
    triangles: IntArray
    region: IntArray
    region_names: tuple[str, ...]
    columns: dict[str, FloatArray]
    units: dict[str, str]
    boundaries: dict[str, IntArray]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PlaneFields):
            return NotImplemented
        return (
            (self.coordinates, self.region_names, self.units) == (other.coordinates, other.region_names, other.units)
            and ([*self.columns], [*self.boundaries]) == ([*other.columns], [*other.boundaries])
            and np.array_equal(self.points, other.points)
            and np.array_equal(self.triangles, other.triangles)
            and np.array_equal(self.region, other.region)
            and all(np.array_equal(self.columns[n], other.columns[n], equal_nan=True) for n in self.columns)
            and all(np.array_equal(self.boundaries[n], other.boundaries[n]) for n in self.boundaries)
        )

    __hash__ = None  # type: ignore[assignment]  # its arrays may be changed

    @property
    def axes(self) -> tuple[str, str]:
        """Symbols of the two coordinates."""
        return ("r", "z") if self.coordinates == "axisymmetric" else ("x", "y")

    @property
    def species(self) -> list[str]:
        """Names of the species whose concentration is known, in order."""
        prefix = "concentration."
        return [name[len(prefix) :] for name in self.columns if name.startswith(prefix)]

    @property
    def cell_region(self) -> IntArray:
        """Index into `region_names` of each triangle, shape (m,)."""
        return np.asarray(self.region[self.triangles[:, 0]])

    def magnitude(self, name: str) -> FloatArray:
        """The column itself, or the length of its vectors, shape (n,)."""
        values = self.columns[name]
        return values if values.ndim == 1 else np.hypot(values[:, 0], values[:, 1])

    def to_xarray(self) -> xr.Dataset:
        """The fields along ``point``, with the coordinates x and y (r and z) in m and ``region``.

        Vectors have the second dimension ``component``; ``triangles`` has the corners of each triangle.
        """
        from pnp.result_arrays import of_plane

        return of_plane(self)
