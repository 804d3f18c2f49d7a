"""Loads on boundaries and interfaces: surface charge and given flux are multiples of the same facet weights."""

from __future__ import annotations

from typing import Any

import ufl


def boundary_weight(test: Any, measure: Any) -> Any:
    r"""Exterior facet weights of one scalar test function.

    .. math:: \oint v

    A surface charge σ* adds −σ* ∮ q to Poisson's residual (ε ∂φ/∂n = σ with n outward), a given outward flux g adds
    + g ∮ v_i to that of species i. Source: the natural boundary conditions of Gauss's law and of continuity.
    """
    return test * measure


def interface_weight(test: Any, measure: Any) -> Any:
    r"""Interior facet weights of one scalar test function, continuous across the facet.

    .. math:: \int_Γ \{v\}

    A surface charge σ* on the interface adds −σ* ∫_Γ q to Poisson's residual: the jump of ε ∂φ/∂n is −σ.
    """
    return ufl.avg(test) * measure
