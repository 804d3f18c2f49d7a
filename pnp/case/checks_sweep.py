"""Checks of a sweep: its keys exist and every value makes a valid case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pnp.case.errors import CaseError, Problem, shown
from pnp.case.keypath import parse_path
from pnp.case.layout import Layout
from pnp.units import QuantityError

if TYPE_CHECKING:
    from pnp.case.case import Case
    from pnp.case.sweep import Value

MOST_TRIED: Final = 200
"""Values tried at reading; of a longer sweep these, evenly spaced, first and last included."""
MOST_SHOWN: Final = 5


def sweep_problems(case: Case) -> list[Problem]:
    """What is wrong with the sweep of a case that is otherwise valid."""
    if case.sweep is None:
        return []
    try:
        values = case.sweep.series()
    except QuantityError as error:
        return [Problem(("sweep", "start"), error.problem, error.allowed, error.advice)]
    return list(_values(case, values))


def sweep_form(case: Case, layout: Layout) -> Iterator[Problem]:
    """Whether the sweep has values or a range, and keys that can be swept."""
    sweep = case.sweep
    if sweep is None:
        return
    range_keys = [k for k in ("start", "stop", "points") if getattr(sweep, k) is not None]
    if sweep.values is not None and range_keys:
        yield Problem(
            ("sweep", range_keys[0]),
            "values are given too",
            "allowed: values, or start, stop and points",
            "remove one or the other",
        )
    elif sweep.values is None and len(range_keys) < 3:
        missing = [k for k in ("start", "stop", "points") if k not in range_keys]
        problem = f"has no {', '.join(missing)}" if range_keys else "has no values"
        yield Problem(
            ("sweep",),
            problem,
            "allowed: values, or start, stop and points",
            'add e.g. values = ["-100 mV", "0 mV"]',
            show=False,
        )
    elif sweep.values is not None and not sweep.values:
        yield Problem(("sweep", "values"), "is empty", "needs at least one value", 'write e.g. ["-100 mV", "0 mV"]')
    for key in sweep.keys:
        refused = case.key_problem(key)
        if refused is None and key.strip().split(".")[0] in ("sweep", "title"):
            refused = f'"{key}" cannot be swept; allowed: keys of the physics, the mesh and the solver'
        if refused is None and key.strip() in ("coordinates", "inside"):
            refused = f'"{key}" cannot be swept: results would change their meaning; make one case for each'
        if refused is not None:
            yield Problem(("sweep", "key"), refused)
    if len(set(sweep.keys)) < len(sweep.keys):
        yield Problem(("sweep", "key"), "names a key twice", "allowed: different keys", "remove one")


def _values(case: Case, values: list[Value]) -> Iterator[Problem]:
    sweep = case.sweep
    if sweep is None:
        return
    uses = tuple(parse_path(key) for key in sweep.keys)
    step = max(1, -(-len(values) // MOST_TRIED))
    tried = sorted({*range(0, len(values), step), len(values) - 1})
    # What is wrong with many values in the same words is said once.
    found: dict[str, list[tuple[int, str]]] = {}
    for i in tried:
        try:
            case.with_value(sweep.keys, values[i])
        except CaseError as error:
            source = f"{case.source}: " if case.source else ""
            reasons = " | ".join(m.removeprefix(source) for m in error.messages[:3])
            found.setdefault(reasons.replace(shown(values[i]), ""), []).append((i, reasons))
    groups = list(found.values())
    for group in groups[:MOST_SHOWN]:
        i, reasons = group[0]
        path = ("sweep", "values", i) if sweep.values is not None else ("sweep",)
        which = f"the value {shown(values[i])} makes"
        if len(group) > 1:
            which = f"{len(group)} values, the first {shown(values[i])}, make"
        yield Problem(path, f"{which} a wrong case: {reasons}", uses=uses, show=False)
    failed = sum(map(len, groups[MOST_SHOWN:]))
    if failed:
        yield Problem(("sweep",), f"{failed} more values make a wrong case", show=False)
