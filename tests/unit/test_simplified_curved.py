"""Bessel functions, Debye–Hückel layers and the counter-ion annulus against SciPy and against their equations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special
from scipy.integrate import quad, solve_bvp

from pnp.constants import F, R, epsilon_0
from pnp.simplified import (
    LinearLayer,
    counter_ion_annulus,
    counter_ion_slab,
    debye_length,
    plane_capacitance,
)
from pnp.simplified.bessel import bessel_i0e, bessel_i1e, bessel_k0e, bessel_k1e

WATER, T = 78.49, 298.15
VT = R * T / F
EPSILON = WATER * epsilon_0
LAMBDA = debye_length([1, -1], [1.0, 1.0], WATER, T)
EXPONENT = {"plane": 0, "cylinder": 1, "sphere": 2}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (bessel_i0e, special.i0e),
        (bessel_i1e, special.i1e),
        (bessel_k0e, special.k0e),
        (bessel_k1e, special.k1e),
    ],
)
def test_bessel_functions(ours, theirs):
    x = np.concatenate([np.logspace(-3, 4, 400), [24.999999, 25.0, 25.000001, 1e8, 1e200]])
    np.testing.assert_allclose(ours(x), theirs(x), rtol=4e-15)
    tiny = np.logspace(-300, -3, 50)
    np.testing.assert_allclose(ours(tiny), theirs(tiny), rtol=1e-12)
    assert ours(2.0).shape == ()


def test_bessel_functions_at_zero_and_refusals():
    assert (float(bessel_i0e(0.0)), float(bessel_i1e(0.0))) == (1.0, 0.0)
    with pytest.raises(ValueError, match="must be positive"):
        bessel_k0e(0.0)
    with pytest.raises(ValueError, match="zero or positive"):
        bessel_i0e(-1.0)


def test_debye_hueckel_in_its_textbook_forms():
    a = 3.0 * LAMBDA
    r = np.array([3.0, 4.0, 10.0, 60.0])
    sphere = LinearLayer("sphere", WATER, LAMBDA, a)
    np.testing.assert_allclose(sphere.potential(r * LAMBDA, 0.01), 0.01 * 3.0 / r * np.exp(3.0 - r), rtol=1e-13)
    assert sphere.capacitance == pytest.approx(EPSILON * (1.0 + 3.0) / a, rel=1e-14)
    # Charge Q of the whole sphere: ψ₀ = Q / (4πεa (1 + κa)).
    sigma = 1.6e-19 / (4 * np.pi * a * a)
    assert sphere.surface_potential(sigma) == pytest.approx(1.6e-19 / (4 * np.pi * EPSILON * a * 4.0), rel=1e-14)
    cylinder = LinearLayer("cylinder", WATER, LAMBDA, a)
    expected = special.k0(r) / special.k0(3.0)
    np.testing.assert_allclose(cylinder.potential(r * LAMBDA, 1.0), expected, rtol=1e-13)
    expected = EPSILON / LAMBDA * special.k1(3.0) / special.k0(3.0)
    assert cylinder.capacitance == pytest.approx(expected, rel=1e-14)
    plane = LinearLayer("plane", WATER, LAMBDA, 0.0)
    np.testing.assert_allclose(plane.potential(r * LAMBDA, 1.0), np.exp(-r), rtol=1e-13)
    for shape in ("cylinder", "sphere"):
        wide = LinearLayer(shape, WATER, LAMBDA, 1e6 * LAMBDA)
        half_curvature = EXPONENT[shape] / 2e6
        assert wide.capacitance == pytest.approx(plane.capacitance * (1.0 + half_curvature), rel=1e-12)


def test_pore_and_hollow_sphere_to_their_centre():
    pore = LinearLayer("cylinder", WATER, LAMBDA, 5.0 * LAMBDA, 0.0, "symmetry")
    r = np.array([0.0, 1.0, 5.0])
    np.testing.assert_allclose(pore.potential(r * LAMBDA, 1.0), special.i0(r) / special.i0(5.0), rtol=1e-14)
    expected = EPSILON / LAMBDA * special.i1(5.0) / special.i0(5.0)
    assert pore.capacitance == pytest.approx(expected, rel=1e-14)
    assert float(pore.field(0.0, 1.0)) == 0.0
    hollow = LinearLayer("sphere", WATER, LAMBDA, 5.0 * LAMBDA, 0.0, "symmetry")
    expected = 5.0 * np.sinh(1.0) / np.sinh(5.0)
    assert float(hollow.potential(LAMBDA, 1.0)) == pytest.approx(expected, rel=1e-14)
    assert float(hollow.potential(0.0, 1.0)) == pytest.approx(5.0 / np.sinh(5.0), rel=1e-14)
    for r in (0.0, 1e-3, 0.00999, 0.01001, 2.0):
        slope = (r * np.cosh(r) - np.sinh(r)) / r**2 if r > 0.005 else r / 3 * (1 + r * r / 10)
        found = -float(hollow.field(r * LAMBDA, 1.0)) * LAMBDA
        assert found == pytest.approx(5.0 / np.sinh(5.0) * slope, rel=1e-10)
    assert hollow.capacitance == pytest.approx(EPSILON / LAMBDA * (1.0 / np.tanh(5.0) - 0.2), rel=1e-14)


@pytest.mark.parametrize("far_end", ["bulk", "symmetry"])
@pytest.mark.parametrize(("wall", "far"), [(0.1, 2.0), (1.0, 1.5), (2.0, 0.3), (6.0, 3.0), (5.0, 40.0)])
@pytest.mark.parametrize("shape", ["plane", "cylinder", "sphere"])
def test_finite_layer_solves_its_equation(shape, wall, far, far_end):
    layer = LinearLayer(shape, WATER, LAMBDA, wall * LAMBDA, far * LAMBDA, far_end)
    k, outward = EXPONENT[shape], 1.0 if far > wall else -1.0

    def ends(lower, upper):
        at_wall, at_far = (lower, upper) if far > wall else (upper, lower)
        return np.array([at_wall[0] - 1.0, at_far[0] if far_end == "bulk" else at_far[1]])

    grid = np.geomspace(min(wall, far), max(wall, far), 300)
    guess = np.exp(-np.abs(grid - wall))
    found = solve_bvp(
        lambda r, y: np.array([y[1], y[0] - k * y[1] / r]),
        ends,
        grid,
        np.array([guess, -outward * guess]),
        tol=1e-10,
        max_nodes=100000,
    )
    assert found.status == 0
    r = np.linspace(min(wall, far), max(wall, far), 40)
    np.testing.assert_allclose(layer.potential(r * LAMBDA, 1.0), found.sol(r)[0], atol=1e-8)
    np.testing.assert_allclose(layer.field(r * LAMBDA, 1.0) * LAMBDA, -found.sol(r)[1], atol=1e-7)
    expected = -outward * found.sol(wall)[1] * EPSILON / LAMBDA
    assert layer.capacitance == pytest.approx(expected, rel=1e-8)


def test_plane_layer_before_a_thin_bath():
    for width in (0.01, 0.5, 3.0, 40.0):
        linear = EPSILON / LAMBDA
        assert plane_capacitance(WATER, LAMBDA, width * LAMBDA) == pytest.approx(linear / np.tanh(width), rel=1e-13)
        symmetric = plane_capacitance(WATER, LAMBDA, width * LAMBDA, "symmetry")
        assert symmetric == pytest.approx(linear * np.tanh(width), rel=1e-13)
    assert plane_capacitance(WATER, LAMBDA) == pytest.approx(EPSILON / LAMBDA, rel=1e-15)


def test_linear_layer_refuses():
    for wall, far, far_end, message in (
        (0.0, 1e-9, "bulk", "wall"),
        (1e-9, 1e-9, "bulk", "must differ"),
        (1e-9, 0.0, "bulk", "centre"),
        (1e-9, -1e-9, "bulk", "must be a radius"),
    ):
        with pytest.raises(ValueError, match=message):
            LinearLayer("sphere", WATER, LAMBDA, wall, far, far_end)
    with pytest.raises(ValueError, match="must lie from"):
        LinearLayer("sphere", WATER, LAMBDA, 1e-9).potential(0.5e-9, 1.0)
    with pytest.raises(ValueError, match="thickness"):
        plane_capacitance(WATER, LAMBDA, 0.0)


def annulus(xi, ratio, z=1, a=1e-9):
    sigma = -np.sign(z) * xi * 2.0 * EPSILON * VT / (abs(z) * a)
    return sigma, counter_ion_annulus(sigma, a, ratio * a, z, WATER, T)


@pytest.mark.parametrize("z", [1, 2, -1])
@pytest.mark.parametrize("ratio", [1.01, 3.0, 20.0, 1000.0, 1e6])
@pytest.mark.parametrize("xi", [0.05, 0.6, 0.75, 1.0, 1.0001, 1.5, 4.2, 20.0])
def test_annulus_by_quadrature_of_its_charge_and_field(xi, ratio, z):
    sigma, cell = annulus(xi, ratio, z)
    a, middle = cell.inner_radius, 0.4 * np.log(ratio)

    def charge(start, end):
        """Between radii a e^start and a e^end, over that of the wall."""

        def shell(u):
            return float(cell.concentration(a * np.exp(u))) * np.exp(2 * u) * a * a

        return quad(shell, start, end, epsabs=0, epsrel=1e-12, limit=400)[0] * z * F / (-sigma * a)

    inner, outer = charge(0.0, middle), charge(middle, np.log(ratio))
    assert inner + outer == pytest.approx(1.0, rel=1e-9)
    assert float(cell.fraction_within(a * np.exp(middle))) == pytest.approx(inner, abs=1e-9)
    # Gauss's law at the wall and at the outer edge, and the potential as the integral of the field.
    assert float(cell.field(a)) * EPSILON == pytest.approx(sigma, rel=1e-11)
    assert abs(float(cell.field(ratio * a))) * a / VT < 1e-12
    drop = quad(lambda u: float(cell.field(a * np.exp(u))) * a * np.exp(u), 0, np.log(ratio), epsrel=1e-11, limit=400)
    assert float(cell.potential(a)) == pytest.approx(drop[0], rel=1e-9)


@pytest.mark.parametrize(("xi", "ratio"), [(0.4, 30.0), (3.0, 30.0)])
def test_annulus_against_a_boundary_value_solver(xi, ratio):
    _, cell = annulus(xi, ratio)
    # In t = ln(r/a): y'' = −A e^{2t − y}, y(R) = 0, y'(R) = 0, y'(a) = 2ξ with y = φ F/RT, and A from the third.
    width = np.log(ratio)
    grid = np.linspace(0.0, width, 400)
    found = solve_bvp(
        lambda t, y, p: np.array([y[1], -p[0] * np.exp(2 * (t - width) - y[0])]),
        lambda lower, upper, p: np.array([lower[1] - 2 * xi, upper[0], upper[1]]),
        grid,
        np.array([2 * xi * (grid - width), np.full_like(grid, 2 * xi)]) * 0.1,
        p=[1.0],
        tol=1e-10,
        max_nodes=100000,
    )
    assert found.status == 0
    np.testing.assert_allclose(cell.potential(np.exp(grid) * 1e-9) / VT, found.sol(grid)[0], atol=1e-7)


def test_condensation_radius_holds_mannings_fraction():
    _, cell = annulus(4.2, 1000.0)
    radius = cell.condensation_radius
    assert cell.inner_radius < radius < cell.outer_radius
    assert float(cell.fraction_within(radius)) == pytest.approx(1.0 - 1.0 / 4.2, rel=1e-12)
    assert annulus(0.9, 1000.0)[1].condensation_radius is None


def test_thin_annulus_is_the_counter_ion_slab():
    sigma, gap, a = -0.1, 1e-9, 1e-3
    cell = counter_ion_annulus(sigma, a, a + gap, 1, WATER, T)
    slab = counter_ion_slab(sigma, gap, 1, WATER, T)
    assert float(cell.potential(a)) == pytest.approx(float(slab.potential(gap)), rel=2 * gap / a)
    assert float(cell.concentration(a + gap)) == pytest.approx(slab.mid_concentration, rel=2 * gap / a)


def test_annulus_refuses():
    with pytest.raises(ValueError, match="signs must differ"):
        counter_ion_annulus(0.1, 1e-9, 1e-8, 1, WATER, T)
    with pytest.raises(ValueError, match="larger than the inner radius"):
        counter_ion_annulus(-0.1, 1e-9, 1e-9, 1, WATER, T)
    with pytest.raises(ValueError, match="must lie from"):
        counter_ion_annulus(-0.1, 1e-9, 1e-8, 1, WATER, T).potential(1e-10)
