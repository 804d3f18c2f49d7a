"""What one simplified model predicts, and the words for the numbers that say how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass


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


def reason(*criteria: str) -> str:
    """The criteria of one prediction, those that fail first."""
    failed = [c for c in criteria if "not <" in c]
    return "; ".join(failed + [c for c in criteria if c not in failed])
