"""How long the stages of a process take: assembly of residuals and Jacobians, set-up of linear solvers, solves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

STAGES = ("assembly", "set-up", "solve")
_seconds = dict.fromkeys(STAGES, 0.0)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count the time of a block towards one of the `STAGES`; blocks must not contain each other."""
    began = time.perf_counter()
    try:
        yield
    finally:
        _seconds[name] += time.perf_counter() - began


def seconds() -> dict[str, float]:
    """Seconds of each stage since the process began, on this rank."""
    return dict(_seconds)
