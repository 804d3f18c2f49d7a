"""Chord conductance: the membrane as parallel batteries, one conductance and Nernst potential per ion."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.simplified.validation import Array, not_negative


def chord_conductance_voltage(
    conductance: ArrayLike, nernst_potential: ArrayLike, current_density: float = 0.0
) -> float:
    """V = (Σ g E + I) / Σ g, inside minus outside, in V.

    Source: the parallel conductance model of A. L. Hodgkin & A. F. Huxley, J. Physiol. 117, 500 (1952), DOI
    10.1113/jphysiol.1952.sp004764. Valid where each conductance is measured at, or does not depend on, V.

    Args:
        conductance: g in S/m² (or any one unit), >= 0, shape (n,).
        nernst_potential: E in V, shape (n,); not read where the conductance is zero.
        current_density: I outward in A/m² (the unit of conductance times V).

    Raises:
        ValueError: the shapes differ, a conductance is negative, or all are zero.
    """
    g = not_negative("conductance", conductance, "S/m^2")
    e = np.asarray(nernst_potential, dtype=np.float64)
    if g.shape != e.shape or g.ndim != 1:
        raise ValueError(f"one value per ion is needed: conductance {g.shape}, nernst_potential {e.shape}")
    total = float(np.sum(g))
    if total == 0.0:
        raise ValueError("every conductance is zero: the potential is undetermined")
    open_ = g > 0
    return (float(np.sum(g[open_] * e[open_])) + current_density) / total


def chord_conductance_current_density(
    membrane_potential: ArrayLike, conductance: ArrayLike, nernst_potential: ArrayLike
) -> Array:
    """I = g (V − E), outward positive, in A/m²; the arguments broadcast.

    Source and validity as `chord_conductance_voltage`.

    Args:
        membrane_potential: V inside minus outside in V.
        conductance: g in S/m², >= 0.
        nernst_potential: E in V.

    Raises:
        ValueError: a conductance is negative.
    """
    g = not_negative("conductance", conductance, "S/m^2")
    difference = np.asarray(membrane_potential, dtype=np.float64) - np.asarray(nernst_potential, dtype=np.float64)
    return np.where(g > 0, g * np.where(g > 0, difference, 0.0), 0.0)
