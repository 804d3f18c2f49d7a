"""Modified Bessel functions of order 0 and 1, scaled so that nothing overflows (SciPy is not needed for them).

Source: M. Abramowitz & I. A. Stegun, Handbook of Mathematical Functions (1964): series 9.6.10, integral 9.6.24,
asymptotic expansions 9.7.1 and 9.7.2. Relative error below 2e-15 for x >= 1e-3, below 2e-13 for x >= 1e-300.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from pnp.simplified.validation import Array, not_negative, positive

_SWITCH = 25.0
"""Beyond it the asymptotic series, whose smallest term is about e^(-2x), is exact to rounding."""
_SERIES_TERMS = 80
_ASYMPTOTIC_TERMS = 30
_STEP = 0.1
"""Of the trapezoidal rule for K: its error falls as e^(-π²/step)."""


def bessel_i0e(x: ArrayLike) -> Array:
    """e^{−x} I₀(x) for x >= 0, the shape of `x`.

    Raises:
        ValueError: x is negative.
    """
    return _split(not_negative("x", x, ""), lambda v: _i_series(v, 0), lambda v: _asymptotic(v, 0, -1.0))


def bessel_i1e(x: ArrayLike) -> Array:
    """e^{−x} I₁(x) for x >= 0, the shape of `x`.

    Raises:
        ValueError: x is negative.
    """
    return _split(not_negative("x", x, ""), lambda v: _i_series(v, 1), lambda v: _asymptotic(v, 1, -1.0))


def bessel_k0e(x: ArrayLike) -> Array:
    """e^{x} K₀(x) for x > 0, the shape of `x`.

    Raises:
        ValueError: x is not positive.
    """
    return _split(positive("x", x, ""), lambda v: _k_integral(v, 0), lambda v: np.pi * _asymptotic(v, 0, 1.0))


def bessel_k1e(x: ArrayLike) -> Array:
    """e^{x} K₁(x) for x > 0, the shape of `x`.

    Raises:
        ValueError: x is not positive.
    """
    return _split(positive("x", x, ""), lambda v: _k_integral(v, 1), lambda v: np.pi * _asymptotic(v, 1, 1.0))


def _split(x: Array, below: Callable[[Array], Array], above: Callable[[Array], Array]) -> Array:
    flat = np.atleast_1d(x).ravel()
    small = flat < _SWITCH
    value: Array = np.empty_like(flat)
    value[small] = below(flat[small])
    value[~small] = above(flat[~small])
    return np.asarray(value.reshape(x.shape), dtype=np.float64)


def _i_series(x: Array, order: int) -> Array:
    """Σ (x/2)^{2k+ν} / (k! (k+ν)!), all terms positive, times e^{−x}."""
    quarter = 0.25 * x * x
    term = np.ones_like(x) if order == 0 else 0.5 * x
    total = term.copy()
    for k in range(1, _SERIES_TERMS):
        term = term * quarter / (k * (k + order))
        total += term
    return np.asarray(total * np.exp(-x), dtype=np.float64)


def _asymptotic(x: Array, order: int, sign: float) -> Array:
    """(2πx)^{−1/2} Σ (±1)^k a_k / x^k, a_k = Π (4ν² − (2j − 1)²) / 8j; over π for K."""
    total = np.ones_like(x)
    term = np.ones_like(x)
    for k in range(1, _ASYMPTOTIC_TERMS):
        term = term * sign * (4.0 * order * order - (2.0 * k - 1.0) ** 2) / (8.0 * k) / x
        total += term
    return np.asarray(total / np.sqrt(2.0 * np.pi * x), dtype=np.float64)


def _k_integral(x: Array, order: int) -> Array:
    """∫₀^∞ e^{−x(cosh t − 1)} cosh(νt) dt by the trapezoidal rule, which a doubly exponential decay makes exact."""
    if x.size == 0:
        return np.empty_like(x)
    end = float(np.arccosh(1.0 + 800.0 / np.min(x)))
    t = np.arange(0.0, end + _STEP, _STEP)
    weight = np.full_like(t, _STEP)
    weight[0] *= 0.5
    with np.errstate(over="ignore", under="ignore"):
        values = np.exp(-2.0 * np.multiply.outer(x, np.sinh(0.5 * t) ** 2)) * np.cosh(order * t)
    return np.asarray(values @ weight, dtype=np.float64)
