"""Ion-free regions as capacitors: the charge that each separates, and how it grows with the voltage at the ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pnp.linear import SingularMatrixError
from pnp.model import Model
from pnp.problem import Problem

Array = NDArray[np.float64]


def dielectrics(model: Model) -> list[int]:
    """Indices of the regions without ions and fixed charge that have two faces."""
    return [
        k
        for k, (r, area) in enumerate(zip(model.regions, model.face_areas, strict=False))
        if not r.present.any() and not callable(r.fixed_charge) and r.fixed_charge == 0.0 and area > 0.0
    ]


def separated_charge(problem: Problem, fields: Array) -> Array:
    """Charge* on the left face of each of the `dielectrics`, per area of the outer face. Collective.

    No field line ends inside, so that A ε dφ/dx is the same throughout: the drop of φ* over ∫ dx/(A ε).

    Args:
        problem: The problem.
        fields: A state or an increment of one, (owned, N + 1).
    """
    disc, model = problem.disc, problem.model
    chosen = dielectrics(model)
    own = np.zeros((len(chosen), 2, 2))
    for row, k in enumerate(chosen):
        for end, face in enumerate((k, k + 1)):
            nodes = disc.face_nodes(face)
            own[row, end] = fields[nodes, -1].sum(), len(nodes)
    total = np.asarray(disc.comm.allreduce(own))
    ends = total[..., 0] / total[..., 1]
    epsilon = np.array([model.regions[k].permittivity for k in chosen])
    return np.asarray(epsilon * (ends[:, 0] - ends[:, 1]) / model.series_lengths[chosen])


def capacitances(problem: Problem) -> Array | None:
    """Change* of the `separated_charge` with the left end's potential at the state last evaluated. Collective.

    Returns:
        One number for each of the `dielectrics`, or None where an end holds no potential or the problem is singular to
        rounding.
    """
    disc, n = problem.disc, problem.disc.species
    if any(b.potential is None for b in problem.model.boundaries):
        return None
    rhs = np.zeros((disc.owned, n + 1))
    rhs[disc.boundary_nodes(0), n] = 1.0
    try:
        change, _ = problem.linearise().solve(rhs, np.zeros(len(problem.borders)))
    except SingularMatrixError:
        return None
    return separated_charge(problem, change)
