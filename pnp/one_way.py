"""One-way fluxes: what ions of each side alone, labelled, would carry in the field of a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pnp.node_fields import log_sinhc

if TYPE_CHECKING:
    from pnp.profile import Samples

Array = NDArray[np.float64]


def one_way_fluxes(samples: Samples) -> Array:
    """Fluxes* of the labelled ions of the left and of the right reservoir, both as positive numbers: (2, N).

    Labels do not change what an ion does, so that labelled ions obey the Nernst–Planck equation in the φ of the
    whole solution, which is linear for them: J A = (a − 0)/∫ e^{zφ}/(βD A) dx with a = e^m = c e^{zφ}/β at the
    reservoir that they come from (H. H. Ussing, Acta Physiol. Scand. 19, 43 (1949)). The integral is that of a
    linear φ over each cell, h e^{zφ_mid} sinhc(zδφ/2) / (βD A), which is what the edge-averaged flux makes of it:
    the labelled species solved on the same mesh give the same numbers.

    Returns:
        NaN for a species that a reservoir does not fix or a region does not let in; per area of the outer face.
    """
    model = samples.model
    names = len(model.species)
    found = np.full((2, names), np.nan)
    crossing = [
        i
        for i in range(names)
        if all(r.present[i] for r in model.regions) and all(b.fixes[i] for b in model.boundaries)
    ]
    for i in crossing:
        resistance = _log_resistance(samples, i)
        levels = samples.m[[0, -1], i] + model.reference[i]
        found[:, i] = np.exp(levels - resistance)
    return found


def _log_resistance(samples: Samples, species: int) -> float:
    """ln ∫ e^{zφ}/(βD A) dx*, without overflow."""
    model, z = samples.model, float(samples.model.charge_number[species])
    pieces = []
    for k, r in enumerate(model.regions):
        own = np.flatnonzero(samples.region == k)
        x, phi = samples.x[own], z * samples.phi[own]
        h = np.diff(x)
        weight = np.log(h / model.geometry.edge_area(x[:-1], x[1:]) / r.diffusivity[species]) - r.log_partition[species]
        pieces.append(weight + 0.5 * (phi[:-1] + phi[1:]) + log_sinhc(0.5 * np.diff(phi)))
    every = np.concatenate(pieces)
    largest = float(every.max())
    return largest + float(np.log(np.sum(np.exp(every - largest))))
