"""Which settings are accurate enough and cheapest, and what they cost: the bookkeeping of the benchmark."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Choice:
    """Settings that reach an error.

    Attributes:
        settings: As they were given.
        error: True error with them, in V.
        seconds: Least time seen in the search.
        detail: What is worth telling, for example how many nodes.
    """

    settings: Any
    error: float
    seconds: float
    detail: str = ""


def cheapest(
    candidates: Iterable[Any],
    solve: Callable[[Any], Any],
    error_of: Callable[[Any], float],
    target: float,
    detail_of: Callable[[Any], str] = lambda _: "",
) -> Choice | None:
    """The quickest of those settings whose true error is at most ``target``; None where none is.

    A candidate is timed three times where its first time is near the best so far; the error's own cost is not timed.
    """
    best: Choice | None = None
    for settings in candidates:
        began = time.perf_counter()
        found = solve(settings)
        seconds = time.perf_counter() - began
        if best is not None and seconds > 2.0 * best.seconds:
            continue
        error = error_of(found)
        if not error <= target:
            continue
        for _ in range(2):
            began = time.perf_counter()
            solve(settings)
            seconds = min(seconds, time.perf_counter() - began)
        if best is None or seconds < best.seconds:
            best = Choice(settings, error, seconds, detail_of(found))
    return best


def alternately(todo: Mapping[str, Callable[[], Any]], runs: int) -> dict[str, list[float]]:
    """Seconds of every run of each, taken in turn after one warm-up, so that a drifting machine favours none."""
    times: dict[str, list[float]] = {name: [] for name in todo}
    for turn in range(runs + 1):
        for name, function in todo.items():
            began = time.perf_counter()
            function()
            if turn > 0:
                times[name].append(time.perf_counter() - began)
    return times


@dataclass(frozen=True)
class Cost:
    """What a process took.

    Attributes:
        wall: Seconds from its start to its end.
        processor: Seconds of processor time, its own and the system's; a machine that does other things too lengthens
            it less.
    """

    wall: float
    processor: float


def costs_alternately(
    todo: Mapping[str, Sequence[str]], environments: Mapping[str, dict[str, str]], runs: int, warm: Collection[str] = ()
) -> tuple[dict[str, list[Cost]], dict[str, str]]:
    """Costs of every run of each command, taken in turn, and what each printed last.

    Args:
        todo: Commands by name.
        environments: Environment of each.
        runs: How often each is timed.
        warm: Those that run once before, untimed.

    Raises:
        RuntimeError: A command fails; the text has what it said.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in todo}
    outputs: dict[str, str] = {}
    for turn in range(runs + 1):
        for name, command in todo.items():
            if turn == 0 and name not in warm:
                continue
            before, began = _processor_seconds(), time.perf_counter()
            done = subprocess.run(command, env=environments[name], capture_output=True, text=True, check=False)
            cost = Cost(time.perf_counter() - began, _processor_seconds() - before)
            if done.returncode:
                raise RuntimeError(f"{name} failed:\n{done.stderr.strip() or done.stdout.strip()}")
            outputs[name] = done.stdout
            if turn > 0:
                costs[name].append(cost)
    return costs, outputs


def _processor_seconds() -> float:
    """Of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Medians of both."""
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.processor for c in costs))


def milliseconds(times: Iterable[float]) -> float:
    """Median in ms."""
    return 1e3 * statistics.median(times)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table, its columns as wide as their widest cell."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)
