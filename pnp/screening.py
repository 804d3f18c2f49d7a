"""The diffuse layer of a first guess: Gouy-Chapman's profile at ends that pass no ions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pnp.model import BoundaryModel
from pnp.problem import Problem

Array = NDArray[np.float64]


def quiet_potential(boundary: BoundaryModel, others: Sequence[BoundaryModel]) -> float:
    """φ* at a boundary in the absence of its layer; its own potential where it has none.

    No current passes a boundary that blocks every species, so that the solution has the mean potential of those that do
    not there, or of all where all block.
    """
    own = boundary.potential or 0.0
    holding = [b for b in others if b.floating or b.potential is not None]
    if not boundary.blocking or boundary.potential is None or not holding:
        return own
    passing = [b.potential or 0.0 for b in holding if not b.blocking]
    return float(np.mean(passing or [own, *(b.potential or 0.0 for b in holding)]))


def layers(problem: Problem, phi: Array, activity: Array) -> Array:
    """What the layers at blocking ends add to φ* at the owned nodes, (owned,). Collective.

    tanh(zψ/4) = tanh(zψ₀/4) e^{−d/λ} (Gouy 1910, Chapman 1913) with the largest charge number in the end region and its
    own Debye length, less what is left of it at the region's far face; ψ₀ is the drop at an electrode, and follows from
    the charge of a wall by Grahame's relation (1947).

    Args:
        problem: The problem.
        phi: φ* without the layers, (owned,).
        activity: a_i = c_i*/β_i without the layers, (owned, N).
    """
    disc, model = problem.disc, problem.model
    added = np.zeros(disc.owned)
    for b, boundary in enumerate(model.boundaries):
        if not boundary.blocking or (boundary.potential is None and boundary.surface_charge == 0.0):
            continue
        region = model.boundary_regions[b][0]
        nodes = disc.boundary_nodes(b)
        own = np.append(activity[nodes], phi[nodes, None], axis=1).sum(axis=0)
        *total, count = disc.comm.allreduce(np.append(own, float(len(nodes))))
        mean = np.array(total) / count
        r = model.regions[region]
        present = r.present & (model.charge_number != 0)
        z = float(np.max(np.abs(model.charge_number[present]), initial=0.0))
        c = mean[:-1] * np.exp(np.minimum(r.log_partition, 700.0))
        strength = float(np.sum((model.charge_number**2 * c)[present]))
        if z == 0.0 or strength <= 0.0:
            continue
        length = np.sqrt(r.permittivity / strength)
        if boundary.potential is not None:
            drop = z * (boundary.potential - mean[-1])
        else:
            drop = 2.0 * float(np.arcsinh(z * boundary.surface_charge * length / (2.0 * r.permittivity)))
        distance, thickness = disc.distance_from(b), np.inf
        if model.plane is None:
            thickness = r.thickness
        inside = distance <= thickness
        far = gouy_chapman(np.array([thickness / length]), drop)[0] if np.isfinite(thickness) else 0.0
        layer = gouy_chapman(distance / length, drop) - far * distance / thickness
        added += np.where(inside, layer, 0.0) / z
    return added


def gouy_chapman(distance: Array, drop: float) -> Array:
    """zψ(d) for zψ₀ = ``drop``, d in Debye lengths; ψ₀ itself at d = 0, however large."""
    size = abs(drop)
    # artanh(γe) = ½ ln((1 + γe)/(1 − γe)), with 1 − γe free of cancellation near the wall of a strong layer
    decayed, t = np.exp(-distance), np.exp(-0.5 * size)
    gamma = (1.0 - t) / (1.0 + t)
    rest = -np.expm1(-distance) + decayed * 2.0 * t / (1.0 + t)
    return np.asarray(np.sign(drop) * 2.0 * (np.log1p(gamma * decayed) - np.log(rest)))
