"""A bracketed root finder for closed forms that end in an equation (SciPy is slow to import)."""

from __future__ import annotations

import math
from collections.abc import Callable

_EPSILON = 2.0**-52


class RootError(ArithmeticError):
    """The equation of a closed form has no root where one was expected."""


def find_root(function: Callable[[float], float], lower: float, upper: float, *, scale: float = 1.0) -> float:
    """The root of a continuous function that changes sign between two numbers.

    Chandrupatla's method: inverse quadratic interpolation where it is safe, bisection elsewhere
    (T. R. Chandrupatla, Adv. Eng. Software 28, 145 (1997), DOI 10.1016/S0965-9978(96)00051-8).

    Args:
        function: Finite at every number between `lower` and `upper`.
        lower: One end of the bracket.
        upper: The other end.
        scale: Absolute accuracy is this times 1e-18; relative accuracy is that of a double.

    Raises:
        RootError: the function has the same sign at both ends, or is not finite.
    """
    a, b = upper, lower
    fa, fb = function(a), function(b)
    if fa == 0.0:
        return a
    if fb == 0.0:
        return b
    if not (math.isfinite(fa) and math.isfinite(fb)) or (fa > 0) == (fb > 0):
        raise RootError(f"no sign change between {lower} and {upper}: {fb} and {fa}")
    c, fc = a, fa
    t = 0.5
    for _ in range(400):
        x = a + t * (b - a)
        fx = function(x)
        if not math.isfinite(fx):
            raise RootError(f"the function is {fx} at {x}")
        if (fx > 0) == (fa > 0):
            c, fc = a, fa
        else:
            c, fc = b, fb
            b, fb = a, fa
        a, fa = x, fx
        best, f_best = (a, fa) if abs(fa) < abs(fb) else (b, fb)
        tolerance = 2.0 * _EPSILON * abs(best) + 1e-18 * scale
        width = abs(b - a)
        if f_best == 0.0 or width <= 2.0 * tolerance:
            return best
        xi = (a - b) / (c - b)
        phi = (fa - fb) / (fc - fb)
        if phi * phi < xi and (1.0 - phi) ** 2 < 1.0 - xi:
            t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        else:
            t = 0.5
        margin = tolerance / width
        t = min(1.0 - margin, max(margin, t))
    return best


def monotone_root(function: Callable[[float], float], guess: float = 0.0, step: float = 1.0) -> float:
    """The root of a monotone function, found by widening a bracket around a guess.

    Args:
        function: Monotone, finite wherever it is asked (at most 2^12 steps from the guess).
        guess: Where to begin.
        step: First width of the bracket, and the scale of the root's accuracy.

    Raises:
        RootError: no change of sign within 4096 steps from the guess.
    """
    width = step
    for _ in range(13):
        lower, upper = function(guess - width), function(guess + width)
        if (lower > 0) != (upper > 0) or lower == 0.0 or upper == 0.0:
            return find_root(function, guess - width, guess + width, scale=step)
        width *= 2.0
    raise RootError(f"no root within {width / 2.0} of {guess}")
