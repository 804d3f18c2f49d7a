"""Observed order of every term, by manufactured solutions: 2 for the default flux, k + 1 for Galerkin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from pnp.discretisation import Discretisation
from pnp.model import Model
from pnp.scheme import Scheme
from tests.builders import End, model, region, uniform_grid
from tests.mms.manufactured import observed_orders

EDGE = Scheme("edge_averaged", 1)
SCHEMES = [
    pytest.param(EDGE, 1.9, (32, 64, 128), id="edge_averaged"),
    pytest.param(Scheme("galerkin", 1), 1.9, (32, 64, 128), id="galerkin1"),
    pytest.param(Scheme("galerkin", 2), 2.9, (16, 32, 64), id="galerkin2"),
    pytest.param(Scheme("galerkin", 3), 3.9, (8, 16, 32), id="galerkin3"),
]
Z = np.array([1.0, 2.0, -1.0, 0.0])


def smooth(mod: Any, x: Any) -> list[Any]:
    """Fields of order one with gradients everywhere; four species, one neutral."""
    phi = mod.sin(0.9 * x) + 0.3 * x
    return [0.3 * mod.cos(x), -0.5 + 0.2 * mod.sin(2.0 * x), 0.1 * x * (2.0 - x), 0.2 * mod.sin(x + 1.0), phi]


def fixed_ends(exact: Any, length: float, reference: np.ndarray) -> tuple[End, End]:
    """Both ends with every concentration and the potential of the exact solution."""
    ends = []
    for x in (0.0, length):
        *m, phi = exact(np, x)
        ends.append(End(np.array(m) + reference - Z * phi, phi))
    return ends[0], ends[1]


def build(regions: list[Any], **options: Any) -> Model:
    """A model with the exact solution's ends; its reference level is a constant of the exact solution's left end."""
    length = sum(r.thickness for r in regions)
    *m0, _ = smooth(np, 0.0)
    # the reference is ln a + z φ of the left end, which is m there: choose levels so that m is measured from it
    left, right = fixed_ends(smooth, length, np.array(m0) * 0.0)
    return model(Z, regions, left, right, **options)


@pytest.mark.parametrize(("scheme", "order", "cells"), SCHEMES)
def test_transport_and_charge_in_one_region(scheme: Scheme, order: float, cells: tuple[int, ...]) -> None:
    m = build([region("a", 2.0, 4, permittivity=0.7, diffusivity=[1.0, 0.3, 2.0, 0.5])])
    observed = observed_orders(m, smooth, scheme, cells)
    assert (observed[-1] >= order).all(), observed


@pytest.mark.parametrize(("scheme", "order", "cells"), SCHEMES)
def test_jumps_of_permittivity_diffusivity_and_partition(scheme: Scheme, order: float, cells: tuple[int, ...]) -> None:
    regions = [
        region("a", 1.0, 4, permittivity=0.7, diffusivity=[1.0, 0.3, 2.0, 0.5]),
        region("b", 1.0, 4, permittivity=0.1, diffusivity=0.2, log_partition=[-1.0, 0.5, -2.0, -0.3]),
    ]
    m = build(regions)
    observed = observed_orders(m, smooth, scheme, cells)
    assert (observed[-1] >= order).all(), observed


@pytest.mark.parametrize(("scheme", "order", "cells"), SCHEMES)
def test_fixed_charge_as_number_and_as_expression(scheme: Scheme, order: float, cells: tuple[int, ...]) -> None:
    def profile(x: Any, xi: Any) -> Any:
        return 1.0 - 2.0 * xi**2 + 0.5 * x

    regions = [region("a", 1.0, 4, fixed_charge=-0.8), region("b", 1.0, 4, fixed_charge=profile)]
    m = build(regions)
    observed = observed_orders(m, smooth, scheme, cells)
    assert (observed[-1] >= order).all(), observed


@pytest.mark.parametrize(("scheme", "order", "cells"), SCHEMES)
def test_given_flux_and_surface_charge(scheme: Scheme, order: float, cells: tuple[int, ...]) -> None:
    """Natural conditions at the right end, their values from the exact solution's derivatives there."""
    length, d, epsilon = 2.0, np.array([1.0, 0.3, 2.0, 0.5]), 0.7
    left, _ = fixed_ends(smooth, length, np.zeros(4))
    *levels, phi = smooth(np, length)
    step = 1e-6
    slopes = [(b - a) / (2 * step) for a, b in zip(smooth(np, length - step), smooth(np, length + step), strict=True)]
    c = np.exp(np.array(levels) - Z * phi)
    flux = -d * c * np.array(slopes[:4])
    sigma = epsilon * slopes[4]
    right = End([np.nan] * 4, None, surface_charge=sigma, flux=flux)
    m = model(Z, [region("a", length, 4, permittivity=epsilon, diffusivity=d)], left, right)
    observed = observed_orders(m, smooth, scheme, cells)
    assert (observed[-1] >= order).all(), observed


CURVED = [
    pytest.param("cylindrical", 0.5, id="annulus"),
    pytest.param("spherical", 0.5, id="shell"),
    pytest.param("cylindrical", 0.0, id="cylinder"),
    pytest.param("spherical", 0.0, id="ball"),
]


def even(mod: Any, r: Any) -> list[Any]:
    """Fields of order one, smooth through the axis: functions of r²."""
    s = r**2
    phi = mod.sin(0.3 * s) + 0.1 * s
    return [
        0.3 * mod.cos(0.4 * s),
        -0.5 + 0.2 * mod.sin(0.5 * s),
        0.02 * s * (5.0 - s),
        0.2 * mod.sin(0.3 * s + 1.0),
        phi,
    ]


def curved(coordinates: Any, inner: float, regions: list[Any]) -> Model:
    """A model between radii, its ends those of the exact fields; a symmetry plane at the axis."""
    left, right = (
        End(np.array(m) - Z * phi, phi)
        for *m, phi in (even(np, r) for r in (inner, inner + sum(q.thickness for q in regions)))
    )
    if inner == 0.0:
        left = End([np.nan] * 4, None)
    return model(Z, regions, left, right, coordinates=coordinates, inner=inner)


@pytest.mark.parametrize(("coordinates", "inner"), CURVED)
@pytest.mark.parametrize(("scheme", "order", "cells"), SCHEMES)
def test_every_term_on_curved_faces(
    scheme: Scheme, order: float, cells: tuple[int, ...], coordinates: Any, inner: float
) -> None:
    """Transport, displacement, charge, fixed charge as number and expression, jumps of D, ε and β."""

    def profile(x: Any, xi: Any) -> Any:
        return 1.0 - 2.0 * xi**2 + 0.5 * x

    regions = [
        region("a", 1.0, 4, permittivity=0.7, diffusivity=[1.0, 0.3, 2.0, 0.5], fixed_charge=-0.8),
        region("b", 1.0, 4, permittivity=0.2, log_partition=[-1.0, 0.5, -2.0, -0.3], fixed_charge=profile),
    ]
    m = curved(coordinates, inner, regions)
    observed = observed_orders(m, even, scheme, cells)
    assert (observed[-1] >= order).all(), observed


@pytest.mark.parametrize(("coordinates", "inner"), CURVED)
@pytest.mark.parametrize(("scheme", "order", "cells"), SCHEMES)
def test_given_flux_and_surface_charge_on_a_curved_face(
    scheme: Scheme, order: float, cells: tuple[int, ...], coordinates: Any, inner: float
) -> None:
    """Natural conditions at the inner face; with its area of zero there is none to see on an axis."""
    d, epsilon, step, outer = np.array([1.0, 0.3, 2.0, 0.5]), 0.7, 1e-6, inner + 2.0
    *levels, phi = even(np, inner)
    slopes = [(b - a) / (2 * step) for a, b in zip(even(np, inner - step), even(np, inner + step), strict=True)]
    flux, sigma = d * np.exp(np.array(levels) - Z * phi) * np.array(slopes[:4]), -epsilon * slopes[4]
    left = End([np.nan] * 4, None, surface_charge=sigma, flux=flux)
    *levels, phi = even(np, outer)
    right = End(np.array(levels) - Z * phi, phi)
    regions = [region("a", 2.0, 4, permittivity=epsilon, diffusivity=d)]
    m = model(Z, regions, left, right, coordinates=coordinates, inner=inner)
    observed = observed_orders(m, even, scheme, cells)
    assert (observed[-1] >= order).all(), observed


@pytest.mark.parametrize("cell", ["interval", "triangle"])
@pytest.mark.parametrize("degree", [1, 2])
def test_every_form_keeps_to_one_quadrature_rule(degree: int, cell: str) -> None:
    """The form compiler mixes up coefficient values between a one-point rule and any other within one form."""
    scheme = EDGE if degree == 1 else Scheme("galerkin", degree)
    m = build([region("a", 2.0, 4)])
    grid = uniform_grid(m, 4)
    if cell == "triangle":
        grid = replace(grid, height=1.0, rows=2)
    disc = Discretisation(grid, 4, scheme, MPI.COMM_SELF)
    assert disc.domain.cell == cell
    for form in disc.forms.residual_forms().values():
        rules = {str(sorted(integral.metadata().items())) for integral in form.integrals()}
        assert len(rules) == 1
