"""Newton's method for the fluxes of an electroneutral film with any charge numbers (see `planck`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.simplified.special_functions import bernoulli
from pnp.simplified.validation import Array

Complex = NDArray[np.complex128]

_TAYLOR_DEGREE = 20
_IMAGINARY_STEP = 1e-30
_CONVERGED = 1e-11


@dataclass(frozen=True)
class _Film:
    """One film: its ions, scaled by Σ z² c of the weaker end, and the charge numbers they share."""

    z: Array
    d: Array
    start: Array
    end: Array
    valences: Array

    def class_sum(self, per_ion: Array) -> Array:
        return np.array([np.sum(per_ion[self.z == v]) for v in self.valences])

    @property
    def class_of(self) -> NDArray[np.intp]:
        return np.searchsorted(self.valences, self.z)


def solve_film(z: Array, d: Array, start: Array, end: Array, guess: float) -> tuple[float, Array]:
    """G and J_i L (the unit of D c) of the film; both ends electroneutral with the same fixed charge.

    Args:
        z: Charge numbers, shape (n,); neutral and absent ones are passed over (flux 0).
        d: Diffusivities, shape (n,).
        start: Concentrations at s = 0, the end with the smaller Σ z² c, shape (n,).
        end: Concentrations at s = 1, shape (n,).
        guess: An estimate of G.

    Raises:
        ArithmeticError: no convergence, even along a path from equal ends.
    """
    scale = float(np.sum(z * z * start))
    mobile = (z != 0) & (start + end > 0)
    film = _Film(
        z[mobile],
        d[mobile] / d[mobile].max(),
        start[mobile] / scale,
        end[mobile] / scale,
        np.unique(z[mobile]),
    )
    j = _newton(film, film.end, _first_fluxes(film, guess))
    if j is None:
        j = _follow(film)
    gain, flux = _ion_fluxes(film, j)
    everyone = np.zeros_like(z)
    everyone[mobile] = flux * d[mobile] * scale
    return gain, everyone


def _first_fluxes(film: _Film, gain: float) -> Array:
    strength = float(np.sum(film.z**2 * film.end))
    slope = np.log(strength) - film.z * gain
    return film.class_sum(film.start * bernoulli(slope) - film.end / strength * bernoulli(-slope))


def _follow(film: _Film) -> Array:
    """Continuation from equal ends (no flux) to the real ones, with steps that adapt."""
    total = float(np.log(np.sum(film.z**2 * film.end)))
    j: Array = np.zeros(film.valences.size)
    previous = j
    t = t_previous = 0.0
    step = 0.1
    while t < 1.0:
        t_next = min(1.0, t + step)
        share = np.expm1(t_next * total) / np.expm1(total) if abs(total) > 1e-8 else t_next
        slope = (j - previous) / (t - t_previous) if t > t_previous else 0.0 * j
        found = _newton(film, film.start + share * (film.end - film.start), j + (t_next - t) * slope)
        if found is None:
            step *= 0.25
            if step < 1e-7:
                raise ArithmeticError(f"the film's fluxes were lost at {t:.6g} of the way from equal ends")
            continue
        previous, t_previous, j, t = j, t, found, t_next
        step *= 2.0
    return j


def _newton(film: _Film, end: Array, j: Array) -> Array | None:
    """The fluxes that lead from the film's start to `end` without current, or None."""
    residual, jacobian = _residual(film, end, j)
    norm = float(np.linalg.norm(residual))
    for _ in range(60):
        if not np.isfinite(norm):
            return None
        step = np.linalg.lstsq(jacobian, -residual, rcond=1e-15)[0]
        # One component of j is a change of ln c over the film: longer steps leave the linear range.
        factor = min(1.0, 4.0 / max(float(np.max(np.abs(step))), 1e-300))
        for _ in range(12):
            trial = j + factor * step
            trial_residual, trial_jacobian = _residual(film, end, trial)
            trial_norm = float(np.linalg.norm(trial_residual))
            if np.isfinite(trial_norm) and trial_norm < norm:
                break
            factor *= 0.5
        else:
            return j if norm < _CONVERGED * 10 else None
        j, residual, jacobian = trial, trial_residual, trial_jacobian
        if norm < _CONVERGED and trial_norm > 0.1 * norm:
            return j
        norm = trial_norm
        if norm == 0.0:
            return j
    return j if norm < _CONVERGED else None


def _residual(film: _Film, end: Array, j: Array) -> tuple[Array, Array]:
    """Misfit at s = 1 and of the current, (m + 2,), and its derivative by complex steps, (m + 2, m)."""
    m = film.valences.size
    batch = j + 1j * _IMAGINARY_STEP * np.eye(m)
    with np.errstate(all="ignore"):
        gain, c, weight, _ = _propagate(film, batch)
        strength = c @ film.valences**2
        end_class = film.class_sum(end)
        end_strength = float(end_class @ film.valences**2)
        which = film.class_of
        growth = np.exp(film.z * gain[:, None])
        outward = film.start * growth / weight[:, which]
        inward = end / weight[:, which]
        current = (outward - inward) @ (film.z * film.d) / ((outward + inward) @ (film.z**2 * film.d))
        rows = np.concatenate(
            [
                np.log(strength / end_strength)[:, None],
                c / strength[:, None] - end_class / end_strength,
                current[:, None],
            ],
            axis=1,
        )
    if not np.all(np.isfinite(rows)) or strength[0].real <= 0.0 or np.any(weight[0].real <= 0.0):
        return np.full(m + 2, np.inf), np.zeros((m + 2, m))
    return np.ascontiguousarray(rows[0].real), np.ascontiguousarray(rows.imag.T / _IMAGINARY_STEP)


def _propagate(film: _Film, j: Complex) -> tuple[Complex, Complex, Complex, Complex]:
    """G (b,), c(1) and e^{zG}∫e^{−zGs}S ds per charge number (b, m), ∫S ds (b,), for j (b, m)."""
    v = film.valences
    m = v.size
    gain = j @ v
    matrix: Complex = np.zeros((j.shape[0], 2 * m + 1, 2 * m + 1), dtype=np.complex128)
    index = np.arange(m)
    matrix[:, :m, :m] = -j[:, :, None] * v**2
    matrix[:, m:, :m] = v**2
    matrix[:, index, index] += gain[:, None] * v
    matrix[:, m + index, m + index] = gain[:, None] * v
    state: Complex = np.zeros((j.shape[0], 2 * m + 1, 1), dtype=np.complex128)
    state[:, :m, 0] = film.class_sum(film.start)
    size = float(np.max(np.sum(np.abs(matrix[0]), axis=1)))
    steps = int(np.ceil(size)) if size < 5000.0 else 1
    matrix = matrix / steps
    for _ in range(steps):
        term: Complex = state
        for k in range(1, _TAYLOR_DEGREE + 1):
            term = matrix @ term / k
            state = state + term
    return gain, state[:, :m, 0], state[:, m : 2 * m, 0], state[:, 2 * m, 0]


def _ion_fluxes(film: _Film, j: Array) -> tuple[float, Array]:
    """G, and each ion's flux in units of its D and the weaker end's Σ z² c."""
    gain, _, weight, length = _propagate(film, j[None, :].astype(np.complex128))
    g = float(gain[0].real)
    per_ion = weight[0].real[film.class_of]
    return g, (film.start * np.exp(film.z * g) - film.end) / per_ion * float(length[0].real)
