"""Newton's method with the exact Jacobian, a limited step and a state that is never worse than where it started.

A solve has converged when an update falls below the tolerance, or when only rounding is left: near the solution Newton
at least halves its smallest update from step to step; where it twice does not, or where the iterations are used up, the
state is accepted if these updates are below `ROUNDING_LIMIT` and every row of the residual is within `ROUNDING` times
what rounding its terms leaves, ε_mach |A| max(|u|, 1). (Border equations are judged by their unknowns' updates.)
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.krylov import Accuracy
from pnp.linear import SingularMatrixError
from pnp.problem import Problem, State

Array = NDArray[np.float64]

COMPONENT_LIMIT = 4.0
"""Rule "component": no unknown that an exponential depends on moves by more than this in one step (RT/F)."""
DEPLETION_LIMIT = 8.0
"""Rule "logarithmic": no ln c falls by more than this in one step."""
ROUNDING_LIMIT = 1e-6
"""A solve whose updates stagnate below this (RT/F, 26 nV) may have converged to rounding."""
ROUNDING = 100.0
"""Multiple of its rounding bound that each row of the residual may then have."""
NEAR = 1e-3
"""Updates below which Newton is expected to be quick, and stagnation is looked for."""
PATIENCE = 2
"""So many updates that fail to halve the smallest one are stagnation."""
LINEAR_SHARE = 0.1
"""Share of what Newton's own error will be that an iterative linear solve may be wrong by."""
LOOSEST = 1e-2
"""Largest relative error of an iterative linear solve."""
LOOSEST_NEAR = 1e-5
"""The same once steps are full: an iteration costs a twentieth of a step, of which this saves the last."""
TIGHTEST = 1e-8
"""Smallest that Newton asks for."""
OVERSHOOT = 0.05
"""An update may be wrong by this, RT/F, where rule "logarithmic" cuts large entries but not the errors of others."""
SLOWEST = 0.25
"""Least constant C of δ_{k+1} = C δ_k² that is counted on; 0.05 to 0.5 are measured."""
FULL_STEP = 0.5
"""Steps smaller than this are taken as they are: both rules agree there."""


@dataclass(frozen=True)
class NewtonOptions:
    """The numbers of the case file's [solver] table, see there; and the relative error of the first linear solve."""

    tolerance: float = 1e-8
    max_iterations: int = 60
    step_rule: str = "component"
    first_accuracy: float = LOOSEST


@dataclass(frozen=True)
class Iteration:
    """One step.

    Attributes:
        update: Largest Newton update, before any limit.
        residual: Largest scaled residual before the step.
        rule: Rule taken, or "full".
        norms: Largest residual of each field after the step, each row divided by its diagonal (units of RT/F).
        linear: Linear iterations it took.
    """

    update: float
    residual: float
    rule: str
    norms: tuple[float, ...] = ()
    linear: int = 0


@dataclass(frozen=True)
class Outcome:
    """How a solve ended.

    Attributes:
        state: The last state that was accepted.
        converged: Whether it solves the problem.
        reason: Named reason, one phrase.
        history: Every iteration.
    """

    state: State
    converged: bool
    reason: str
    history: tuple[Iteration, ...] = field(default=())


def component_step(du: Array, dlam: Array, largest: float, limit: float) -> tuple[Array, Array]:
    """Rule A: the whole step scaled so that no component moves by more than ``limit``."""
    s = min(1.0, limit / largest) if largest > 0 else 1.0
    return s * du, s * dlam


def logarithmic_step(du: Array, dlam: Array, charge_number: Array) -> tuple[Array, Array]:
    """Rule B: φ in full; each δ ln c_i = δm_i − z_i δφ as log1p(δ) when positive and no lower than −8 when negative."""
    phi = du[:, -1]
    dc = du[:, :-1] - charge_number * phi[:, None]
    dc = np.where(dc > 0, np.log1p(np.maximum(dc, 0.0)), np.maximum(dc, -DEPLETION_LIMIT))
    return np.column_stack([dc + charge_number * phi[:, None], phi]), dlam


def solve(problem: Problem, start: State, options: NewtonOptions) -> Outcome:
    """Solve from ``start``. Collective; every rank returns the same outcome but for its part of the state."""
    comm = problem.disc.comm
    history: list[Iteration] = []
    state, residual = start, problem.residual(start)
    if not _agree(comm, residual.finite):
        return Outcome(start, False, "the first guess gives no finite residual")
    smallest, stalled = np.inf, []
    forcing = options.first_accuracy
    for k in range(options.max_iterations):
        done_before = problem.linear.iterations
        try:
            system = problem.linearise(Accuracy(forcing, LINEAR_SHARE * options.tolerance))
            du, dlam = system.solve(-residual.fields, -residual.border)
            size = _largest(comm, du, dlam)
            if problem.linear.inexact and options.step_rule == "logarithmic" and OVERSHOOT / forcing < size < np.inf:
                system.tighten(OVERSHOOT / size)
                du, dlam = system.solve(-residual.fields, -residual.border)
                size = _largest(comm, du, dlam)
        except SingularMatrixError as error:
            return Outcome(state, False, str(error), tuple(history))
        linear = problem.linear.iterations - done_before
        if not np.isfinite(size):
            return Outcome(state, False, "the Newton step is not finite", tuple(history))
        norm = _largest(comm, residual.fields.reshape(-1) * system.row_scale, residual.border)
        steep = _largest(comm, np.where(problem.exponential, du, 0.0), np.zeros(0))
        full = steep <= FULL_STEP
        step = (du, dlam) if full else _limited(problem, du, dlam, steep, options.step_rule)
        trial = state.moved(*step)
        residual = problem.residual(trial)
        if not _agree(comm, residual.finite):
            return Outcome(state, False, "the residual is not finite after a step", tuple(history))
        state = trial
        scaled = np.abs(residual.fields) * system.row_scale.reshape(residual.fields.shape)
        norms = _over_ranks(comm, scaled.max(axis=0, initial=0.0))
        rule = "full" if full else options.step_rule
        history.append(Iteration(size, norm, rule, tuple(float(n) for n in norms), linear))
        if size <= options.tolerance:
            return Outcome(state, True, "update below tolerance", tuple(history))
        if problem.linear.inexact and _next_update(history, forcing) <= options.tolerance:
            return Outcome(state, True, "next update below tolerance", tuple(history))
        forcing = float(np.clip(LINEAR_SHARE * size**2, TIGHTEST, LOOSEST_NEAR)) if full else LOOSEST
        if size >= NEAR:
            smallest, stalled = np.inf, []
        elif size > 0.5 * smallest:
            stalled.append(size)
        else:
            smallest, stalled = size, []
        last = k + 1 == options.max_iterations
        if len(stalled) == PATIENCE or last:
            largest = max([size, *stalled])
            excess = np.inf
            if largest < ROUNDING_LIMIT:
                excess = _worst(comm, scaled, system.row_rounding(state.fields))
            what = f"update {'of' if last else 'stagnates at'} {largest:.1e} RT/F"
            if excess <= ROUNDING:
                return Outcome(state, True, f"{what}, rounding is what is left", tuple(history))
            if not last:
                if largest < ROUNDING_LIMIT:
                    what += f" with a residual of {excess:.1e} times its rounding"
                return Outcome(state, False, what, tuple(history))
    return Outcome(
        state, False, f"no convergence in {options.max_iterations} iterations (solver.max_iterations)", tuple(history)
    )


def _next_update(history: list[Iteration], forcing: float) -> float:
    """Bound of the update to come where Newton converges quadratically, infinite elsewhere.

    Two full steps tell the constant C of δ_{k+1} = C δ_k², here ten times that and no less than `SLOWEST`; what the
    linear solve left is added.
    """
    if len(history) < 2 or {i.rule for i in history[-2:]} != {"full"}:
        return np.inf
    before, last = history[-2].update, history[-1].update
    if not last < 0.1 * before or last >= NEAR:
        return np.inf
    return max(SLOWEST, 10.0 * last / before**2) * last**2 + forcing * last


def _limited(problem: Problem, du: Array, dlam: Array, size: float, rule: str) -> tuple[Array, Array]:
    if rule == "component":
        return component_step(du, dlam, size, COMPONENT_LIMIT)
    return logarithmic_step(du, dlam, problem.model.charge_number)


def _largest(comm: MPI.Comm, fields: Array, border: Array) -> float:
    """Largest size of all numbers, infinite if any is not finite."""
    own = np.abs(np.concatenate([fields.reshape(-1), border]))
    largest = float(own.max(initial=0.0))
    return float(comm.allreduce(largest if np.isfinite(largest) else np.inf, op=MPI.MAX))


def _over_ranks(comm: MPI.Comm, own: Array) -> Array:
    """Largest over all ranks, entry by entry."""
    total = np.empty_like(own)
    comm.Allreduce(own, total, op=MPI.MAX)
    return total


def _worst(comm: MPI.Comm, rows: Array, bounds: Array) -> float:
    """Largest multiple of its bound that any row has."""
    own = np.max(rows / np.maximum(bounds, np.finfo(float).tiny), initial=0.0)
    return float(comm.allreduce(float(own), op=MPI.MAX))


def _agree(comm: MPI.Comm, fine: bool) -> bool:
    return bool(comm.allreduce(fine, op=MPI.LAND))
