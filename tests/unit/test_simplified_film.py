"""Planck's film of any mixture against an integration of the Nernst–Planck equations by SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import exp1

from pnp.constants import F, R
from pnp.simplified import charged_membrane, stationary_film
from pnp.simplified.special_functions import bernoulli, entire_exponential_integral, log_bernoulli

T = 298.15
VT = R * T / F


def solution(draw, z, total=None, fixed=0.0):
    """A random solution, about a third of its ions absent, electroneutral with the fixed charge."""
    while True:
        c = 10.0 ** draw.uniform(-2.0, 3.0, z.size) * (draw.random(z.size) < 0.7)
        cations, anions = z > 0, z < 0
        if np.any(c[cations]) and np.any(c[anions]):
            break
    positive, negative = np.sum((z * c)[cations]), -np.sum((z * c)[anions])
    if fixed < 0:
        c[cations] *= (negative - fixed) / positive
    else:
        c[anions] *= (positive + fixed) / negative
    return c if total is None else c * total / np.sum(c)


def integrated(z, d, start, flux, length=1.0):
    """Other end and φ there over RT/F of a film followed from one end by its fluxes, (n + 1,).

    Electroneutrality turns Nernst–Planck into dφ/dx = −Σ z J/D / Σ z² c, dc/dx = −J/D − z c dφ/dx.
    """
    j = flux / d

    def rate(_, state):
        slope = -np.sum(z * j) / np.sum(z * z * state[:-1])
        return np.append(-j - z * state[:-1] * slope, slope)

    scale = 1e-13 * np.append(np.full(z.size, np.sum(start)), 1.0)
    found = solve_ivp(rate, (0.0, length), np.append(start, 0.0), method="DOP853", rtol=1e-12, atol=scale)
    assert found.success
    return found.y[:, -1]


def checked(z, d, left, right, film, current_scale):
    """Followed from its weaker end, where errors do not grow."""
    swap = np.sum(z * z * left) > np.sum(z * z * right)
    start, end, sign = (right, left, -1.0) if swap else (left, right, 1.0)
    state = integrated(z, d, start, sign * film.flux_times_thickness)
    np.testing.assert_allclose(state[:-1], end, atol=1e-9 * np.sum(end), rtol=0)
    assert sign * state[-1] * VT == pytest.approx(film.potential_difference, abs=1e-11)
    assert abs(np.sum(z * film.flux_times_thickness)) <= 1e-12 * current_scale


@pytest.mark.parametrize("kind", ["any", "equal total concentration", "fixed charge"])
@pytest.mark.parametrize("seed", range(25))
def test_random_mixture(seed, kind):
    draw = np.random.default_rng([seed, len(kind)])
    z = np.concatenate([draw.integers(1, 4, draw.integers(1, 5)), -draw.integers(1, 4, draw.integers(1, 4))])
    z = z.astype(float)
    d = 10.0 ** draw.uniform(-10.0, -8.0, z.size)
    fixed = draw.choice([-1.0, 1.0]) * 10.0 ** draw.uniform(1.0, 2.5) if kind == "fixed charge" else 0.0
    total = 10.0 ** draw.uniform(0.0, 3.0) if kind == "equal total concentration" else None
    left, right = (solution(draw, z, total, fixed) for _ in range(2))
    film = stationary_film(z, d, left, right, T, fixed)
    checked(z, d, left, right, film, np.sum(np.abs(z * d * (left + right))))


NG_BARRY = {
    # 1e-9 m²/s: Na, K, Ca, Mg, Cl at infinite dilution.
    "z": [1, 1, 2, 2, -1],
    "D": [1.334, 1.957, 0.792, 0.706, 2.032],
}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([145, 5, 2, 1, 156], [10, 145, 0, 1, 157]),
        ([0, 0, 75, 0, 150], [150, 0, 0, 0, 150]),
        ([0, 0, 0, 100, 200], [0, 100, 0, 0, 100]),
        ([150, 0, 0, 0, 150], [0, 150, 0, 0, 150]),
    ],
)
def test_mixtures_with_calcium_and_magnesium(left, right):
    """Baths of the type in B. Ng & P. H. Barry, J. Neurosci. Methods 56, 37 (1995), two of them of equal total."""
    z, d = np.array(NG_BARRY["z"], float), np.array(NG_BARRY["D"]) * 1e-9
    film = stationary_film(z, d, left, right, T)
    one, other = np.array(left, float), np.array(right, float)
    checked(z, d, one, other, film, np.sum(np.abs(z * d * (one + other))))


def test_charged_membrane_of_a_mixture_is_donnan_film_donnan():
    z, d = np.array([1.0, 2.0, 2.0, -1.0]), np.array([1.334e-9, 0.792e-9, 0.706e-9, 2.032e-9])
    left, right = np.array([150.0, 2.0, 1.0, 156.0]), np.array([15.0, 20.0, 0.0, 55.0])
    parts = charged_membrane(z, d, left, right, -300.0, T)
    ends = [c * np.exp(-z * psi / VT) for c, psi in ((left, parts.donnan_left), (right, parts.donnan_right))]
    for end in ends:
        assert np.sum(z * end) == pytest.approx(300.0, rel=1e-12)
    swap = np.sum(z * z * ends[0]) > np.sum(z * z * ends[1])
    start, sign = (ends[1], -1.0) if swap else (ends[0], 1.0)
    state = integrated(z, d, start, sign * parts.flux_times_thickness)
    assert sign * state[-1] * VT == pytest.approx(parts.diffusion, abs=1e-11)
    total = parts.donnan_left + parts.diffusion - parts.donnan_right
    assert parts.potential_difference == pytest.approx(total, rel=1e-15)


def test_entire_exponential_integral_and_log_bernoulli() -> None:
    x = np.array([0.0, 1e-8, 0.1, 1.0, 5.0, 39.9, 40.1, 300.0])
    exact = np.where(x > 0, np.log(np.maximum(x, 1e-300)) + np.euler_gamma + exp1(np.maximum(x, 1e-300)), 0.0)
    assert entire_exponential_integral(x) == pytest.approx(exact, rel=1e-14, abs=1e-15)
    y = np.array([-900.0, -3.0, -1e-9, 0.0, 1e-9, 2.0, 30.0])
    assert log_bernoulli(y) == pytest.approx(np.log(bernoulli(y)), rel=1e-13, abs=1e-16)
    assert float(log_bernoulli(900.0)) == pytest.approx(np.log(900.0) - 900.0, rel=1e-15)
