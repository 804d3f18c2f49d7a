"""Newton's method with the exact Jacobian, a limited step and a state that is never worse than where it started."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.linear import SingularMatrixError
from pnp.problem import Problem, State

Array = NDArray[np.float64]

COMPONENT_LIMIT = 4.0
"""Rule "component": no unknown moves by more than this in one step (RT/F)."""
DEPLETION_LIMIT = 8.0
"""Rule "logarithmic": no ln c falls by more than this in one step."""
ROUNDING_LIMIT = 1e-6
"""A solve whose updates stagnate below this (RT/F, 26 nV) has converged to rounding, and says so."""
FULL_STEP = 0.5
"""Steps smaller than this are taken as they are: both rules agree there."""


@dataclass(frozen=True)
class NewtonOptions:
    """The numbers of the case file's [solver] table; see there."""

    tolerance: float = 1e-8
    max_iterations: int = 60
    step_rule: str = "component"


@dataclass(frozen=True)
class Iteration:
    """One step: largest Newton update, largest scaled residual before it, rule taken, fraction of the full step."""

    update: float
    residual: float
    rule: str


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
    previous, stalled = np.inf, 0
    for _ in range(options.max_iterations):
        try:
            system = problem.linearise()
            du, dlam = system.solve(-residual.fields, -residual.border)
        except SingularMatrixError as error:
            return Outcome(state, False, str(error), tuple(history))
        size = _largest(comm, du, dlam)
        if not np.isfinite(size):
            return Outcome(state, False, "the Newton step is not finite", tuple(history))
        norm = _largest(comm, residual.fields.reshape(-1) * system.row_scale, residual.border)
        full = size <= FULL_STEP
        step = (du, dlam) if full else _limited(problem, du, dlam, size, options.step_rule)
        trial = state.moved(*step)
        residual = problem.residual(trial)
        if not _agree(comm, residual.finite):
            return Outcome(state, False, "the residual is not finite after a step", tuple(history))
        state = trial
        history.append(Iteration(size, norm, "full" if full else options.step_rule))
        if size <= options.tolerance:
            return Outcome(state, True, "update below tolerance", tuple(history))
        stalled = stalled + 1 if size > 0.5 * previous and size < 1e-3 else 0
        if stalled == 2:
            # Newton converges quadratically here; where it no longer does, rounding is what is left
            return Outcome(state, size < ROUNDING_LIMIT, f"update stagnates at {size:.1e} RT/F", tuple(history))
        previous = size
    return Outcome(state, False, f"no convergence in {options.max_iterations} iterations", tuple(history))


def _limited(problem: Problem, du: Array, dlam: Array, size: float, rule: str) -> tuple[Array, Array]:
    if rule == "component":
        return component_step(du, dlam, size, COMPONENT_LIMIT)
    return logarithmic_step(du, dlam, problem.model.charge_number)


def _largest(comm: MPI.Comm, fields: Array, border: Array) -> float:
    own = float(np.max(np.abs(fields), initial=0.0))
    own = own if np.isfinite(own) else np.inf
    return float(max(comm.allreduce(own, op=MPI.MAX), np.max(np.abs(border), initial=0.0)))


def _agree(comm: MPI.Comm, fine: bool) -> bool:
    return bool(comm.allreduce(fine, op=MPI.LAND))


__all__ = ["Iteration", "NewtonOptions", "Outcome", "replace", "solve"]
