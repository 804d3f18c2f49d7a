"""Numbers along an axis: where its ticks are, what they say, how far it reaches, and whether it is logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from pnp.report.format import SUPERSCRIPTS
from pnp.result import FloatArray

DECADES_FOR_LOG = 1.5
"""Positive values that span more decades than this get a logarithmic axis."""


Scale = Literal["linear", "log"]
SCALES: tuple[Scale, ...] = ("linear", "log")


class ScaleError(Exception):
    """A scale that cannot show what is asked for; the text says why."""


def checked_log(name: str, data: FloatArray, scale: Scale) -> bool:
    """Whether an axis that is asked for is logarithmic; values that are not positive are left out of one.

    Args:
        name: Of what it shows, for the message.
        data: The values, shape (n,).
        scale: What is asked for.

    Raises:
        ScaleError: it is to be logarithmic, and no value is positive.
    """
    if scale == "log" and not np.any(data > 0):
        raise ScaleError(f"--scale log: {name} has no positive values here; allowed is --scale linear")
    return scale == "log"


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers in [low, high], at most `most` intervals between them."""
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / (most + 1)))
    for step in (factor * power for factor in (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)):
        first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
        if last - first <= most:
            break
    return [n * step for n in range(first, last + 1)]


def decade_ticks(low: float, high: float, most: int) -> tuple[list[float], list[float]]:
    """Powers of ten in [low, high] for numbers, at most `most`, and 2, 3 ... 9 times them for small ticks.

    Where fewer than two powers of ten are inside, 2 and 5 times them get numbers too, and all where those are too few.
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first < 1:
        for digits in ((1, 2, 5), range(1, 10)):
            ticks = [f * 10.0**n for n in range(first - 1, last + 1) for f in digits]
            ticks = [v for v in ticks if low <= v <= high]
            if len(ticks) > 1:
                break
        return ticks, []
    step = max(1, math.ceil((last - first + 1) / most))
    start = -(-first // step) * step
    ticks = [10.0**n for n in range(start, last + 1, step)]
    if last - first > 5:
        return ticks, [10.0**n for n in range(first, last + 1)] if step > 1 else []
    small = [f * 10.0**n for n in range(first - 1, last + 1) for f in range(2 if step == 1 else 1, 10)]
    return ticks, [v for v in small if low <= v <= high]


def plain_number(value: float) -> str:
    """A tick in full: the usual offset or power in a corner of the panel is overlooked."""
    return f"{value:.8g}".replace("-", "−")


def power_of_ten(value: float) -> str:
    """A tick of a logarithmic axis; plain text is drawn much faster than TeX-like markup."""
    exponent = round(math.log10(value))
    round_power = abs(value / 10.0**exponent - 1.0) < 1e-9
    return "10" + str(exponent).translate(SUPERSCRIPTS) if round_power and not -2 < exponent < 4 else f"{value:g}"


def padded(low: float, high: float, least: float, share: float = 0.08) -> tuple[float, float]:
    """Limits with a margin around [low, high], at least `least` wide so that rounding noise looks flat."""
    if high - low < least:
        middle = 0.5 * (low + high)
        low, high = middle - 0.5 * least, middle + 0.5 * least
    margin = share * (high - low)
    return low - margin, high + margin


def padded_log(low: float, high: float) -> tuple[float, float]:
    """Limits of a logarithmic axis around [low, high] > 0."""
    ratio = max(high / low, 10.0) ** 0.06
    return low / ratio, high * ratio


def spans_decades(data: Sequence[float] | FloatArray) -> bool:
    """Whether values are for a logarithmic axis: all positive and over more than `DECADES_FOR_LOG` decades."""
    values = np.asarray(data)
    if not values.size or not np.all(values > 0):
        return False
    return bool(math.log10(float(values.max())) - math.log10(float(values.min())) > DECADES_FOR_LOG)
