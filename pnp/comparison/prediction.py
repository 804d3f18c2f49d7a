"""What one simplified model predicts, and the words for the numbers that say how far to trust it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CRITERION = re.compile(r"(.*) = ([0-9.e+-]+|inf|nan) \((not )?< ([0-9.e+-]+)\)")


@dataclass(frozen=True)
class Prediction:
    """What a model says about one quantity.

    Attributes:
        model: The model's name.
        quantity: The quantity's name, as the full result has it.
        value: The prediction in `unit`.
        unit: SI unit.
        reason: Dimensionless numbers of this case with the thresholds below which the model holds.
    """

    model: str
    quantity: str
    value: float
    unit: str
    reason: str


def criterion(name: str, value: float, threshold: float) -> str:
    """A dimensionless number beside the threshold it must stay below for the model to hold."""
    size = "0" if value == 0.0 else f"{value:.2g}"
    return f"{name} = {size} ({'<' if value < threshold else 'not <'} {threshold:g})"


def worst(reasons: Sequence[str]) -> str:
    """Of many reasons of one model the largest value of each criterion, and at how many of the points it fails."""
    found: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for text in reasons:
        for part in text.split("; "):
            match = _CRITERION.fullmatch(part)
            if match:
                name, size, failed, threshold = match.groups()
                found.setdefault((name, threshold), []).append((float(size), failed or ""))
    lines = []
    for (name, threshold), values in found.items():
        count = sum(bool(failed) for _, failed in values)
        size = max(value for value, _ in values)
        verdict = f"not < {threshold} at {count} of {len(reasons)} points" if count else f"< {threshold}"
        lines.append((not count, f"{name} up to {size:.2g} ({verdict})"))
    return "; ".join(line for _, line in sorted(lines, key=lambda item: item[0]))


def reason(*criteria: str) -> str:
    """The criteria of one prediction, those that fail first."""
    failed = [c for c in criteria if "not <" in c]
    return "; ".join(failed + [c for c in criteria if c not in failed])
