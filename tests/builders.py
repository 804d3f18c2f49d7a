"""Dimensionless models built by hand, for tests of the discretisation that need no case file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pnp.constants import epsilon_0
from pnp.geometry import Geometry, StackCoordinates
from pnp.grading import Grid
from pnp.model import BoundaryModel, Model, RegionModel, reference_level
from pnp.plane.grid import PlaneGrid
from pnp.plane.mesh import PlaneMesh
from pnp.plane_parts import layout_of
from pnp.scales import Scales

Array = NDArray[np.float64]
SCALES = Scales.of(298.15, 100.0, 1e-9, 78.49 * epsilon_0)


def region(
    name: str,
    thickness: float,
    n: int,
    *,
    permittivity: float = 1.0,
    diffusivity: float | Sequence[float] = 1.0,
    log_partition: float | Sequence[float] = 0.0,
    present: bool | Sequence[bool] = True,
    fixed_charge: float | Callable[[Array, Array], Array] = 0.0,
) -> RegionModel:
    """A region of n species; scalars stand for all of them."""
    return RegionModel(
        name,
        thickness,
        permittivity,
        np.broadcast_to(np.asarray(diffusivity, dtype=float), (n,)).copy(),
        np.broadcast_to(np.asarray(log_partition, dtype=float), (n,)).copy(),
        np.broadcast_to(np.asarray(present, dtype=bool), (n,)).copy(),
        fixed_charge,
        np.full(n, np.nan),
    )


@dataclass(frozen=True)
class End:
    """One end, or a boundary of a plane.

    Its ln a_i where fixed (NaN where not), given outward flux, potential (None: wall), surface charge.
    """

    log_activity: Sequence[float]
    potential: float | None = 0.0
    floating: bool = False
    surface_charge: float = 0.0
    flux: Sequence[float] = field(default=())


def boundaries(ends: Mapping[str, End], n: int) -> tuple[BoundaryModel, ...]:
    """Conditions of n species at named boundaries."""
    return tuple(
        BoundaryModel(
            name,
            None if end.floating else end.potential,
            end.floating,
            end.surface_charge,
            np.asarray(end.log_activity, dtype=float),
            np.asarray(end.flux, dtype=float) if len(end.flux) else np.zeros(n),
            np.exp(np.asarray(end.log_activity, dtype=float)),
        )
        for name, end in ends.items()
    )


def model(
    charge_number: Sequence[float],
    regions: Sequence[RegionModel],
    left: End,
    right: End,
    *,
    interface_charge: Sequence[float] | None = None,
    current: float = 0.0,
    amounts: dict[int, float] | None = None,
    coordinates: StackCoordinates = "cartesian",
    inner: float = 0.0,
) -> Model:
    """A dimensionless model from its parts; curved faces start at the radius ``inner``."""
    z = np.asarray(charge_number, dtype=float)
    ends = boundaries({"left": left, "right": right}, len(z))
    charges = tuple(interface_charge) if interface_charge is not None else (0.0,) * (len(regions) - 1)
    species = tuple(f"s{i}" for i in range(len(z)))
    faces = inner + np.concatenate([[0.0], np.cumsum([r.thickness for r in regions])])
    geometry = Geometry(coordinates, inner, float(faces[-1]))
    reference = reference_level(z, regions, ends, amounts or {}, geometry.volume(faces[:-1], faces[1:]))
    return Model(
        SCALES,
        species,
        z,
        tuple(regions),
        charges,
        ends,
        reference,
        current,
        amounts or {},
        geometry=geometry,
    )


def uniform_grid(m: Model, cells: int) -> Grid:
    """Equal cells, ``cells`` in each region."""
    nodes = [m.faces[:1]]
    for a, b in zip(m.faces[:-1], m.faces[1:], strict=True):
        nodes.append(np.linspace(a, b, cells + 1)[1:])
    count = len(m.regions)
    return Grid(
        np.concatenate(nodes),
        np.repeat(np.arange(count, dtype=np.int32), cells),
        np.arange(count + 1) * cells,
    )


def plane_model(
    charge_number: Sequence[float],
    regions: Sequence[RegionModel],
    ends: Mapping[str, End],
    mesh: PlaneMesh,
    *,
    interface_charge: Mapping[str, float] | None = None,
    amounts: dict[int, float] | None = None,
    axisymmetric: bool = False,
) -> Model:
    """A dimensionless model of the regions of a mesh in model units, in its order."""
    assert tuple(r.name for r in regions) == mesh.region_names
    z = np.asarray(charge_number, dtype=float)
    held = boundaries(ends, len(z))
    layout = layout_of(mesh, list(ends), axisymmetric)
    reference = reference_level(z, regions, held, amounts or {}, layout.volumes)
    return Model(
        SCALES,
        tuple(f"s{i}" for i in range(len(z))),
        z,
        tuple(regions),
        tuple((interface_charge or {}).values()),
        held,
        reference,
        amounts=amounts or {},
        plane=layout,
        through=None,
    )


def plane_grid(mesh: PlaneMesh, ends: Sequence[str], interfaces: Sequence[str] = ()) -> PlaneGrid:
    """A mesh in model units as the solver takes it."""
    return PlaneGrid(mesh, 1.0, len(mesh.triangles), tuple(ends), tuple(interfaces))
