"""Compartments: regions that a species reaches only through barriers, so that its level there is a world of its own.

Behind a barrier of resistance R the level of a species is fixed by fluxes of size 1/R, which a factorisation adds to
conductances of the compartment and loses beyond 16 digits. Such levels are made border unknowns (`pnp.border`), each
with the balance of the fluxes through its barriers as its equation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.model import Model

BARRIER = 1e6
"""A region whose resistance to a species is this many times the smallest is a barrier: ten digits are left below it."""


@dataclass(frozen=True)
class Compartment:
    """A run of regions between barriers or ends.

    Attributes:
        regions: Indices of its regions, in order.
        left_barrier: Index of the barrier to its left, None at the left end or where the species is excluded.
        right_barrier: Likewise to its right.
        supplied: Some end of the stack that it touches fixes the species.
        outflow: Given flux* out of the ends that it touches.
    """

    regions: tuple[int, ...]
    left_barrier: int | None
    right_barrier: int | None
    supplied: bool
    outflow: float


def resistances(model: Model, species: int) -> NDArray[np.float64]:
    """Resistance* ∫ dx/(A D β) of each region to a species, (R,); inf where it is absent."""
    found = np.full(len(model.regions), np.inf)
    for k, (r, length) in enumerate(zip(model.regions, model.series_lengths, strict=True)):
        if r.present[species]:
            found[k] = length / (r.diffusivity[species] * np.exp(r.log_partition[species]))
    return found


def compartments(model: Model, species: int) -> list[Compartment]:
    """Runs of regions that are no barrier to a species, left to right; none where it is absent everywhere."""
    resistance = resistances(model, species)
    if not np.isfinite(resistance).any():
        return []
    barrier = resistance > BARRIER * resistance.min()
    area = {"left": model.face_areas[0], "right": model.face_areas[-1]}
    ends = {0: model.boundaries[0], len(model.regions) - 1: model.boundaries[1]}
    found: list[Compartment] = []
    k = 0
    while k < len(barrier):
        if barrier[k]:
            k += 1
            continue
        first = k
        while k < len(barrier) and not barrier[k]:
            k += 1
        run = tuple(range(first, k))
        touched = [b for at, b in ends.items() if at in run]
        if len(model.regions) == 1:
            touched = list(model.boundaries)
        sides = [at if 0 <= at < len(barrier) and np.isfinite(resistance[at]) else None for at in (first - 1, k)]
        found.append(
            Compartment(
                run,
                sides[0],
                sides[1],
                any(bool(b.fixes[species]) for b in touched),
                float(sum(b.flux[species] * area[b.name] for b in touched)),
            )
        )
    return found
