"""Cuts: the regions that a flux is counted over, and a test function that rises across them.

A flux behind a barrier is a small difference of large numbers in the baths but not in the barrier: it is taken over
the limiting region's cells alone, tested with χ that is 1 on one side and 0 on the other. Cells of the baths, where χ
is constant and their contributions cancel but for rounding, are never added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.compartments import adjacency, reached, resistances
from pnp.discretisation import Discretisation
from pnp.model import Model

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cut:
    """Where a flux is counted.

    Attributes:
        regions: Indices of the regions whose cells count.
        rise: χ at owned nodes, (owned,): 1 on the side that the flux is counted towards, 0 on the other.
    """

    regions: tuple[int, ...]
    rise: Array


class Cuts:
    """The cuts of a model on a discretisation; each is found once."""

    def __init__(self, disc: Discretisation, model: Model) -> None:
        """Nothing is computed yet."""
        self._disc, self._model = disc, model
        self._known: dict[tuple[tuple[int, ...], frozenset[int], frozenset[int]], Array] = {}

    def towards(self, boundary: int, species: int | None) -> Cut:
        """The cut that limits a species (None: the current) on its way to a boundary. Collective.

        Where the limiting region does not lie between that boundary and the others, all regions that carry anything.
        """
        model = self._model
        carriers = self._carriers(species)
        limiting = self.limiting(species)
        ends = [b for b in range(len(model.boundaries)) if b != boundary and self._passes(b, species)]
        edges = adjacency(model, carriers)
        own = set(model.boundary_regions[boundary]) & carriers
        near = reached(edges, own - {limiting}, carriers - {limiting})
        far = {r for b in ends for r in model.boundary_regions[b]} & carriers
        if not near & far:
            touching = {boundary} if limiting in own else set()
            return Cut((limiting,), self.rise((limiting,), near, touching))
        every = tuple(sorted(carriers))
        return Cut(every, self.rise(every, (), {boundary}))

    def beside(self, region: int, others: Iterable[int]) -> Cut:
        """The cut across one region, χ = 1 where it meets ``others``. Collective."""
        return Cut((region,), self.rise((region,), others, ()))

    def limiting(self, species: int | None) -> int:
        """Index of the region with the largest resistance to one species, or to the current (None)."""
        model = self._model
        if species is not None:
            found = resistances(model, species)
            return int(np.argmax(np.where(np.isfinite(found), found, -1.0)))
        conductivity = model.conductivity
        with np.errstate(divide="ignore"):
            resistance = model.series_lengths / conductivity
        if model.plane is not None:  # what carries nothing is beside the way there, in a stack across it
            resistance = np.where(conductivity > 0.0, resistance, -1.0)
        return int(np.argmax(resistance))

    def _carriers(self, species: int | None) -> set[int]:
        model = self._model
        charged = model.charge_number != 0.0
        if species is not None:
            return {k for k, r in enumerate(model.regions) if r.present[species]}
        if model.plane is None:
            return set(range(len(model.regions)))
        return {k for k, r in enumerate(model.regions) if (r.present & charged).any()}

    def _passes(self, boundary: int, species: int | None) -> bool:
        b = self._model.boundaries[boundary]
        if self._model.plane is None:
            return True
        passing = b.fixes | (b.flux != 0.0)
        return bool(passing.any() if species is None else passing[species])

    def rise(self, regions: tuple[int, ...], ones: Iterable[int], boundaries: Iterable[int]) -> Array:
        """χ at owned nodes, (owned,): 1 at nodes shared with the regions ``ones`` or on ``boundaries``. Collective.

        0 at those shared with any other region that carries something or on another boundary that lets it pass;
        between them linear along a stack, harmonic in a plane.
        """
        key = regions, frozenset(ones), frozenset(boundaries)
        if key not in self._known:
            in_stack = self._model.plane is None
            self._known[key] = self._along_stack(*key) if in_stack else self._harmonic(*key)
        return self._known[key]

    def _along_stack(self, regions: tuple[int, ...], ones: frozenset[int], boundaries: frozenset[int]) -> Array:
        model, disc = self._model, self._disc
        a, b = model.faces[regions[0]], model.faces[regions[-1] + 1]
        from_left = np.clip((disc.points[: disc.owned, 0] - a) / (b - a), 0.0, 1.0)
        to_right = regions[-1] + 1 in ones or (1 in boundaries and regions[-1] == len(model.regions) - 1)
        return np.asarray(from_left if to_right else 1.0 - from_left)

    def _harmonic(self, regions: tuple[int, ...], ones: frozenset[int], boundaries: frozenset[int]) -> Array:
        model, disc = self._model, self._disc
        carriers = self._carriers(None) | {k for k, r in enumerate(model.regions) if r.present.any()}
        zeros = carriers - set(regions) - ones
        fixed = np.full(disc.owned, np.nan)
        for b in range(len(model.boundaries)):
            if b not in boundaries and self._passes(b, None):
                fixed[disc.boundary_nodes(b)] = 0.0
        fixed[disc.nodes_of(tuple(sorted(zeros)))] = 0.0
        fixed[disc.nodes_of(tuple(sorted(ones)))] = 1.0
        for b in boundaries:
            fixed[disc.boundary_nodes(b)] = 1.0
        return disc.harmonic(regions, fixed)
