"""One steady solve: direct Newton by either step rule, then a ramp of the drives, from a guess or a previous state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pnp import newton
from pnp.continuation import Walk, walk
from pnp.discretisation import Discretisation
from pnp.initial import guess
from pnp.linear import LinearSolver, SingularMatrixError
from pnp.model import Model
from pnp.newton import Iteration, NewtonOptions
from pnp.problem import Problem, State

Array = NDArray[np.float64]

RULES = ("component", "logarithmic")
FIRST_RAMP_STEP = 0.1
SMALLEST_RAMP_STEP = 1e-3


@dataclass(frozen=True)
class Attempt:
    """One Newton solve: what was tried, on a mesh of how many cells, how it ended, its iterations."""

    what: str
    mesh: int
    converged: bool
    reason: str
    iterations: tuple[Iteration, ...]


@dataclass(frozen=True)
class SteadySolution:
    """A steady state and how it was reached.

    Attributes:
        problem: The discrete problem of the model.
        state: The solution; where none was found, the last state accepted on the way (see ``reached``).
        converged: Whether ``state`` solves ``problem``.
        reason: Why the solve ended.
        attempts: All Newton solves, in order.
        ramp: Steps of the ramp (fraction of the drive, success), empty where none was needed.
        reached: Fraction of the drives that ``state`` belongs to (1 unless a ramp got stuck).
    """

    problem: Problem
    state: State
    converged: bool
    reason: str
    attempts: tuple[Attempt, ...]
    ramp: tuple[tuple[float, bool], ...] = ()
    reached: float = 1.0

    @property
    def newton_iterations(self) -> int:
        """Newton iterations of all attempts."""
        return sum(len(a.iterations) for a in self.attempts)


def solve_steady(
    disc: Discretisation,
    linear: LinearSolver,
    model: Model,
    options: NewtonOptions,
    *,
    rule: str = "auto",
    ramp: bool = True,
    starts: Sequence[tuple[str, State]] = (),
    source: Array | None = None,
) -> SteadySolution:
    """Solve a model; the ladder is: the starts given, the guess by each step rule, a ramp. Collective.

    Args:
        disc: Discretisation of the model's grid.
        linear: Linear solver of the discretisation.
        model: The model.
        options: Newton's numbers; its step rule is set here.
        rule: "auto" (both rules, in order), "component" or "logarithmic".
        ramp: Whether to ramp potentials and charges where direct solves fail.
        starts: Named states to begin from, in order, on the same discretisation; then comes the guess.
        source: Load added to the residual (manufactured solutions).

    Returns:
        The solution, converged or not; never one with numbers that are not finite.
    """
    rules = RULES if rule == "auto" else (rule,)
    attempts: list[Attempt] = []
    cells = disc.grid.cells
    problem = Problem(disc, model, linear, source)

    def attempt(target: Problem, what: str, begin: State, rules: Sequence[str]) -> State | None:
        for r in rules:
            with np.errstate(all="ignore"):
                outcome = newton.solve(target, begin, replace(options, step_rule=r))
            attempts.append(Attempt(f"{what}, {r} steps", cells, outcome.converged, outcome.reason, outcome.history))
            if outcome.converged:
                return outcome.state
        return None

    def begin(target: Problem, what: str) -> State:
        """The guess; where even that linear system fails, equilibrium with the reference bath."""
        try:
            return guess(target)
        except SingularMatrixError as error:
            attempts.append(Attempt(what, cells, False, str(error), ()))
            return State(np.zeros((disc.owned, disc.species + 1)), np.zeros(len(target.borders)))

    for what, start in starts:
        state = attempt(problem, what, start, rules[:1])
        if state is not None:
            return SteadySolution(problem, state, True, attempts[-1].reason, tuple(attempts))
    first = begin(problem, "guess")
    state = attempt(problem, "from the guess", first, rules)
    if state is not None:
        return SteadySolution(problem, state, True, attempts[-1].reason, tuple(attempts))
    if not ramp:
        return SteadySolution(problem, first, False, attempts[-1].reason, tuple(attempts), reached=0.0)

    def ramped(fraction: float) -> Problem:
        return problem if fraction == 1.0 else Problem(disc, model.scaled(fraction), linear, source)

    rest = ramped(0.0)
    state = attempt(rest, "ramp at 0", begin(rest, "guess of the ramp"), rules)
    if state is None:
        reason = f"the ramp could not start: {attempts[-1].reason}"
        return SteadySolution(problem, first, False, reason, tuple(attempts), reached=0.0)
    path: Walk[State] = walk(
        lambda _, to, begin: attempt(ramped(to), f"ramp at {to:.3g}", begin, rules),
        state,
        begin=0.0,
        end=1.0,
        first=FIRST_RAMP_STEP,
        smallest=SMALLEST_RAMP_STEP,
    )
    reason = attempts[-1].reason if path.arrived else f"the ramp stopped: {path.reason}; {attempts[-1].reason}"
    return SteadySolution(problem, path.state, path.arrived, reason, tuple(attempts), path.steps, path.position)
