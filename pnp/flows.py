"""What flows through boundaries and between them, dimensionless: sums of the residual, never gradients."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.compartments import adjacency, reached
from pnp.cuts import Cut
from pnp.model import Model
from pnp.problem import Problem

Array = NDArray[np.float64]


def boundary_sums(problem: Problem, raw: Array) -> Array:
    """Unconstrained residual summed over each boundary: (B, N + 1)*; −J_i·n A and ε ∂φ/∂n A. Collective."""
    disc = problem.disc
    owner = problem.conditions.owner
    own = np.array([np.where(owner == b, raw, 0.0).sum(axis=0) for b in range(len(problem.model.boundaries))])
    total = np.empty_like(own)
    disc.comm.Allreduce(own, total, op=MPI.SUM)
    return total


def through_fluxes(problem: Problem) -> tuple[Array, float]:
    """Flows* J_i A (N,) and the current* Σ z_i J_i A between the two boundaries that fluxes are counted between.

    Towards the second of them, each over the regions that limit it; nan where there are no such two. Collective.
    """
    disc, model = problem.disc, problem.model
    if model.through is None:
        return np.full(disc.species, np.nan), float("nan")
    _, end = model.through
    over: dict[tuple[int, ...], Array] = {}

    def counted(cut: Cut) -> Array:
        if cut.regions not in over:
            over[cut.regions] = disc.assemble_region_flux(cut.regions)
        return -np.asarray(cut.rise @ over[cut.regions][:, :-1])

    own = np.zeros(disc.species + 1)
    for i in range(disc.species):
        if passes(model, i):
            own[i] = counted(problem.cuts.towards(end, i))[i]
    own[-1] = counted(problem.cuts.towards(end, None)) @ model.charge_number
    total = np.empty_like(own)
    disc.comm.Allreduce(own, total, op=MPI.SUM)
    return total[:-1], float(total[-1])


def passes(model: Model, species: int) -> bool:
    """Whether a species can get from one of the two boundaries that fluxes are counted between to the other."""
    if model.through is None:
        return False
    carriers = {k for k, r in enumerate(model.regions) if r.present[species]}
    first, last = (set(model.boundary_regions[b]) & carriers for b in model.through)
    return bool(reached(adjacency(model, carriers), first, carriers) & last)
