"""The first guess of a steady state: uncoupled diffusion, Ohm's law, Donnan shifts in charged regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pnp.bordered import BorderedSystem
from pnp.problem import Problem, State
from pnp.screening import layers, quiet_potential

Array = NDArray[np.float64]


def guess(problem: Problem) -> State:
    """Uncoupled start: activities by diffusion alone, the potential by Ohm's law, Donnan shifts in charged regions.

    At m = 0, φ = 0 the Jacobian of the transport terms is diffusion with D_i β_i and Poisson's operator, which with
    the conductivity in place of ε* is Ohm's: one linear solve with the forms at hand gives a_i = exp(m_i − z_i φ)
    and φ. Collective.
    """
    disc, n = problem.disc, problem.disc.species
    # activities are solved for relative to the largest given one: levels with z φ in them may overflow exp
    level, boundaries = problem.model.reference, problem.model.boundaries
    base = np.fmax.reduce([*(b.log_activity for b in boundaries), np.where(problem.fixed, np.nan, level)])
    terminals = [
        (b, quiet_potential(own, [other for other in boundaries if other is not own]))
        for b, own in enumerate(boundaries)
        if own.potential is not None
    ]
    border = np.zeros(len(problem.borders))
    given = [b.log_activity[b.fixes] - base[b.fixes] for b in boundaries]
    if not problem.borders and all((v == 0.0).all() for v in given) and len({v for _, v in terminals}) == 1:
        # nothing drives anything: no need of a linear solve
        solution = np.column_stack([np.ones((disc.owned, n)), np.full(disc.owned, terminals[0][1])])
    else:
        solution = _uncoupled(problem, base, terminals)
    log_activity = np.log(np.maximum(solution[:, :n], 1e-300)) + base
    phi = solution[:, n]
    z = problem.model.charge_number
    m = np.where(problem.conditions.absent, 0.0, log_activity + z * phi[:, None] - level)
    activity = np.where(problem.conditions.absent, 0.0, np.exp(log_activity))
    if any(callable(r.fixed_charge) or r.fixed_charge != 0.0 for r in problem.model.regions):
        shift = _charged_shift(problem, activity)
        phi, activity = phi + shift, activity * np.exp(-shift[:, None] * z)
    return State(np.column_stack([m, phi + layers(problem, phi, activity)]), border)


def _uncoupled(problem: Problem, base: Array, terminals: Sequence[tuple[int, float]]) -> Array:
    """Activities e^{−base} a_i of diffusion alone and φ of Ohm's law at owned nodes, (owned, N + 1). Collective."""
    disc, n = problem.disc, problem.disc.species
    conductivity = problem.model.conductivity
    floor = 1e-9 * conductivity.max() if conductivity.max() > 0 else 1.0
    ohmic = tuple(
        replace(r, permittivity=max(k, floor)) for r, k in zip(problem.model.regions, conductivity, strict=True)
    )
    disc.load(replace(problem.model, regions=ohmic, reference=np.zeros(n)))
    disc.set_state(np.zeros((disc.owned, n + 1)))
    matrix = disc.assemble_jacobian(charge=False)
    held = problem.pivot()
    problem.constrain(matrix)
    rhs = np.zeros((disc.owned, n + 1))
    for i, (nodes, value) in enumerate(problem.conditions.activity):
        rhs[nodes, i] = np.exp(value + problem.model.reference[i] - base[i])
    held_nodes, _ = problem.conditions.potential
    for b, potential in reversed(terminals):  # where two meet the first one's condition holds
        rhs[np.intersect1d(disc.boundary_nodes(b), held_nodes), n] = potential
    for item, rows in zip(problem.borders, held, strict=True):
        rhs.reshape(-1)[rows] = 0.0 if item.level is None else 1.0  # levels are measured from that of the mean activity
    solution, _ = BorderedSystem(disc, problem.linear, matrix, [], []).solve(rhs, np.zeros(0))
    return solution


def _charged_shift(problem: Problem, activity: Array) -> Array:
    """δ at owned nodes with Σ z_i β_i a_i e^{−z_i δ} + ρ = 0 where fixed charge is, 0 elsewhere."""
    disc, model = problem.disc, problem.model
    cells = disc.cell_nodes[: disc.owned_cells]
    region = disc.domain.cell_region[: disc.owned_cells]
    table = np.array([np.where(r.present, np.exp(np.minimum(r.log_partition, 700.0)), 0.0) for r in model.regions])
    total = np.zeros((disc.nodes, disc.species + 1))
    charge = np.zeros((disc.nodes, 1))
    for local in cells.T:
        np.add.at(total[:, :-1], local, table[region])
        np.add.at(total[:, -1], local, 1.0)
        for k in range(len(model.regions)):
            own = local[region == k]
            np.add.at(charge[:, 0], own, model.charge_at(k, disc.points[own]))
    total = disc.node_sum(total)
    beta = total[:, :-1] / total[:, -1:]
    rho = disc.node_sum(charge)[:, 0] / total[:, -1]
    return donnan_shift(model.charge_number, beta * activity, rho)


def donnan_shift(charge_number: Array, c: Array, rho: Array) -> Array:
    """Root δ (n,) of Σ_i z_i c_i e^{−z_i δ} + ρ = 0 for c (n, N), ρ (n,); 0 where ρ = 0 or no ion can balance it.

    The left side falls monotonically with δ, so bisection on a bracket that holds every finite root is safe; a guess
    needs no more than a few digits.
    """
    z = charge_number
    balanced = (rho != 0) & np.where(rho > 0, (c * (z < 0)).sum(1) > 0, (c * (z > 0)).sum(1) > 0)
    low, high = np.full(len(rho), -200.0), np.full(len(rho), 200.0)
    for _ in range(40):
        mid = 0.5 * (low + high)
        with np.errstate(over="ignore"):
            f = (z * c * np.exp(-z * mid[:, None])).sum(1) + rho
        low, high = np.where(f > 0, mid, low), np.where(f > 0, high, mid)
    return np.where(balanced, 0.5 * (low + high), 0.0)
