"""Elementary functions that the closed forms share, each accurate to rounding over its whole range."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_SERIES_TERMS = 16


def bernoulli(x: ArrayLike) -> Array:
    """B(x) = x / (e^x − 1), with B(0) = 1, without overflow for any x.

    The Bernoulli function of drift–diffusion (Scharfetter & Gummel 1969, DOI 10.1109/T-ED.1969.16566). B(−x)
    = B(x) + x.

    Args:
        x: Dimensionless; any shape.

    Returns:
        B(x), the shape of `x`; relative error of a few units of rounding.
    """
    x = np.asarray(x, dtype=np.float64)
    magnitude = np.where(x == 0.0, 1.0, np.abs(x))
    # For x > 0 the exponential is taken out, so that nothing overflows: x e^-x / (1 - e^-x).
    decay = np.exp(-np.abs(x))
    negative_side = magnitude / -np.expm1(-magnitude)
    return np.where(x == 0.0, 1.0, np.where(x > 0.0, negative_side * decay, negative_side))


def log_bernoulli(x: ArrayLike) -> Array:
    """ln B(x), of any shape, where B itself would underflow: B(x) = x e^{−x} / (1 − e^{−x})."""
    x = np.asarray(x, dtype=np.float64)
    negative_side = bernoulli(-np.abs(x))  # at least 1
    return np.asarray(np.log(negative_side) - np.maximum(x, 0.0), dtype=np.float64)


def entire_exponential_integral(x: ArrayLike) -> Array:
    """Ein(x) = ∫ (1 − e^{−t})/t dt from 0 to x for x ≥ 0, of any shape (Abramowitz & Stegun 1964, 5.1.39).

    By Gauss–Legendre points in unit steps up to 40, beyond it ln x + γ.
    """
    x = np.asarray(x, dtype=np.float64)
    nodes, weights = np.polynomial.legendre.leggauss(16)
    inner = np.minimum(x, 40.0)
    steps = 40
    edges = np.arange(steps)[:, None] / steps
    t = inner[..., None, None] * (edges + (nodes + 1.0) / (2.0 * steps))
    values = np.where(t > 0.0, -np.expm1(-t) / np.where(t > 0.0, t, 1.0), 1.0)
    near = inner * np.sum(values * weights, axis=(-1, -2)) / (2.0 * steps)
    return np.where(x > 40.0, np.log(np.maximum(x, 1.0)) + np.euler_gamma, near)


def expm1_minus_linear(x: ArrayLike) -> Array:
    """e^x − 1 − x, without the cancellation near zero (there it is x²/2 + x³/6 + …).

    Args:
        x: Dimensionless; any shape; overflows to inf beyond 709.
    """
    x = np.asarray(x, dtype=np.float64)
    small = np.abs(x) < 1.0
    inner = np.where(small, x, 0.0)
    series = np.zeros_like(inner)
    for k in range(_SERIES_TERMS + 2, 2, -1):
        series = (series + 1.0) * inner / k
    with np.errstate(over="ignore"):
        outer = np.expm1(x) - x
    return np.where(small, 0.5 * inner * inner * (1.0 + series), outer)


def logarithmic_mean(a: ArrayLike, b: ArrayLike) -> Array:
    """(a − b) / ln(a/b), with its limit a where a = b, and 0 where one of them is 0.

    Args:
        a: Non-negative numbers; any shape.
        b: Non-negative numbers; broadcasts with `a`.
    """
    a = np.asarray(a, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)
    positive = (a > 0) & (b > 0)
    larger = np.where(positive, np.maximum(a, b), 1.0)
    smaller = np.where(positive, np.minimum(a, b), 1.0)
    ratio = smaller / larger
    with np.errstate(divide="ignore"):
        t = np.where(ratio > 0.5, -np.log1p((smaller - larger) / larger), np.log(larger) - np.log(smaller))
    # (a - b)/t = a (1 - e^-t)/t, which the Bernoulli function gives without 0/0.
    return np.where(positive, larger / bernoulli(-t), 0.0)
