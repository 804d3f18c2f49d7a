"""One accept/reject controller for anything that is walked in steps: ramps now, time later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True)
class Walk(Generic[S]):
    """How a walk ended: the last accepted state and where it stands, every step tried, why it stopped."""

    state: S
    position: float
    steps: tuple[tuple[float, bool], ...]
    reason: str

    @property
    def arrived(self) -> bool:
        """Whether the end was reached."""
        return self.reason == "arrived"


def walk(
    attempt: Callable[[float, float, S], S | None],
    start: S,
    *,
    begin: float,
    end: float,
    first: float,
    smallest: float,
    grow: float = 2.0,
    shrink: float = 0.35,
    most: int = 200,
) -> Walk[S]:
    """Walk from ``begin`` to ``end``: try a step, keep it or go back and shrink, grow after success.

    Args:
        attempt: ``attempt(from, to, state)`` returns the state at ``to``, or None where it fails. It must leave
            ``state`` as it was.
        start: State at ``begin``.
        begin: Where the walk begins.
        end: Where it ends, > begin.
        first: First step.
        smallest: A step below this that fails ends the walk.
        grow: Factor after success.
        shrink: Factor after failure.
        most: So many steps tried end the walk.

    Returns:
        The walk, whose state is the last accepted one.
    """
    at, step, state = begin, first, start
    steps: list[tuple[float, bool]] = []
    while at < end:
        if len(steps) == most:
            return Walk(state, at, tuple(steps), f"{most} steps reached {at:g} only")
        to = min(end, at + step)
        if end - to < 1e-12 * (end - begin):
            to = end
        new = attempt(at, to, state)
        steps.append((to, new is not None))
        if new is not None:
            state, at, step = new, to, step * grow
        elif step <= smallest:
            return Walk(state, at, tuple(steps), f"step fell below {smallest:g} at {at:g}")
        else:
            step = max(smallest, (to - at) * shrink)
    return Walk(state, at, tuple(steps), "arrived")
