"""The fields of a plane gathered on rank 0, in SI units, and their cuts along named lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from pnp.constants import F
from pnp.plane_cut import CutError, line_cut
from pnp.plane_fields import PlaneFields
from pnp.plane_samples import PlaneSamples

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.geometry import PlaneCoordinates
    from pnp.result import Profile

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

ZERO = 1e-14
"""Coordinates below this part of the largest are rounding of 0: of an axis, or of a side on it."""


def plane_fields(case: Case, samples: PlaneSamples) -> PlaneFields | None:
    """Fields on rank 0, None on the others. Collective.

    Args:
        case: The case.
        samples: The state.
    """
    disc, model, scales = samples.disc, samples.model, samples.model.scales
    columns, units = samples.columns(samples.field)
    fluxes = samples.fluxes * scales.flux
    for i, s in enumerate(model.species):
        columns[f"flux.{s}"] = np.where(samples.present[:, i, None], fluxes[:, i], np.nan)
        units[f"flux.{s}"] = "mol/m^2/s"
    columns["current_density"] = F * np.einsum("nid,i->nd", fluxes, model.charge_number)
    units["current_density"] = "A/m^2"
    columns["current_density"][~samples.present[:, model.charge_number != 0.0].any(axis=1)] = np.nan

    index_map = disc.space.dofmap.index_map
    to_global = index_map.local_to_global(np.arange(disc.nodes, dtype=np.int32)).astype(np.int64)
    count = int(index_map.size_global)
    # a sample is known everywhere by its region and the global number of its node
    key = samples.region * count + to_global[samples.node]
    names = [b.name for b in model.boundaries] + list(case.interfaces)
    segments = [disc.places.segments(facets, to_global, count) for facets in disc.domain.boundary_facets]
    segments += [disc.places.segments(facets, to_global, count) for facets in disc.domain.interface_facets]
    gathered = disc.comm.gather((key, samples.points, columns, key[samples.cells], segments))
    if disc.comm.rank != 0:
        return None
    keys, first = np.unique(np.concatenate([part[0] for part in gathered]), return_index=True)
    joined = {n: np.concatenate([part[2][n] for part in gathered])[first] for n in columns}

    def index(wanted: Indices) -> Indices:
        return np.searchsorted(keys, wanted).astype(np.int64)

    points = np.concatenate([part[1] for part in gathered])[first] * scales.length
    points[np.abs(points) < ZERO * np.abs(points).max()] = 0.0
    return PlaneFields(
        cast("PlaneCoordinates", case.coordinates),
        points,
        index(np.concatenate([part[3] for part in gathered])),
        (keys // count).astype(np.int64),
        tuple(r.name for r in model.regions),
        joined,
        units,
        {name: index(np.concatenate([part[4][k] for part in gathered])) for k, name in enumerate(names)},
    )


def cuts(case: Case, fields: PlaneFields) -> tuple[dict[str, Profile], tuple[str, ...]]:
    """Profiles along the case's named lines, and a sentence for each line on which there is nothing."""
    found: dict[str, Profile] = {}
    missing = []
    for name, line in case.lines.items():
        try:
            found[name] = line_cut(fields, line.start, line.end)
        except CutError as error:
            missing.append(f"lines.{name}: {error}")
    return found, tuple(missing)
