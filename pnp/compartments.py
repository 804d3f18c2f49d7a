"""Compartments: regions that a species reaches only through barriers, so that its level there is a world of its own.

Behind a barrier of resistance R the level of a species is fixed by fluxes of size 1/R, which a factorisation adds to
conductances of the compartment and loses beyond 16 digits. Such levels are made border unknowns (`pnp.border`), each
with the balance of the fluxes through its barriers as its equation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.model import Model

BARRIER = 1e6
"""A region whose resistance to a species is this many times the smallest is a barrier: ten digits are left below it."""

Edges = dict[int, set[int]]


@dataclass(frozen=True)
class Compartment:
    """Regions that hang together between barriers and boundaries.

    Attributes:
        regions: Indices of its regions, in order.
        barriers: Indices of the barriers it touches, in order; none where the species is excluded.
        supplied: Some boundary that it touches fixes the species.
        outflow: Given flux* × area* out of the boundaries that it touches.
    """

    regions: tuple[int, ...]
    barriers: tuple[int, ...]
    supplied: bool
    outflow: float


def adjacency(model: Model, among: Iterable[int]) -> Edges:
    """Neighbours of each of some regions among them."""
    edges: Edges = {k: set() for k in among}
    for a, b in model.neighbours:
        if a in edges and b in edges:
            edges[a].add(b)
            edges[b].add(a)
    return edges


def reached(edges: Edges, start: Iterable[int], through: set[int]) -> set[int]:
    """Regions that can be reached from ``start`` by way of neighbours in ``through``, the start included."""
    found, front = set(start), list(start)
    while front:
        for neighbour in edges[front.pop()] & through - found:
            found.add(neighbour)
            front.append(neighbour)
    return found


def resistances(model: Model, species: int) -> NDArray[np.float64]:
    """Resistance* ∫ dx/(A D β) of each region to a species, (R,); inf where it is absent."""
    found = np.full(len(model.regions), np.inf)
    for k, (r, length) in enumerate(zip(model.regions, model.series_lengths, strict=True)):
        if r.present[species]:
            found[k] = length / (r.diffusivity[species] * np.exp(r.log_partition[species]))
    return found


def compartments(model: Model, species: int) -> list[Compartment]:
    """Connected regions that are no barrier to a species, in order; none where it is absent everywhere."""
    resistance = resistances(model, species)
    if not np.isfinite(resistance).any():
        return []
    open_regions = {int(k) for k in np.flatnonzero(resistance <= BARRIER * resistance.min())}
    edges = adjacency(model, range(len(model.regions)))
    found: list[Compartment] = []
    left = sorted(open_regions)
    while left:
        own = reached(edges, [left[0]], open_regions)
        left = [k for k in left if k not in own]
        around = {n for k in own for n in edges[k]} - own
        touched = [b for b, where in enumerate(model.boundary_regions) if own & set(where)]
        found.append(
            Compartment(
                tuple(sorted(own)),
                tuple(sorted(k for k in around if np.isfinite(resistance[k]))),
                any(bool(model.boundaries[b].fixes[species]) for b in touched),
                float(sum(model.boundaries[b].flux[species] * model.boundary_areas[b] for b in touched)),
            )
        )
    return found
