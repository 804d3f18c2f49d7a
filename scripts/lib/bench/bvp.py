"""The problems as a user of SciPy's solve_bvp would write them: scaled, analytic Jacobians, graded meshes, a start.

Distances are counted from the electrode in Debye lengths, potentials in RT/F with the sign of the drop reversed (φ > 0
at the electrode, where then the anion gathers), concentrations in those of the bath.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from problems import Array, Film, Layer, subdivided
from scipy.integrate import solve_bvp

MOST_NODES = 20_000
LOOSE = 0.1
"""Tolerance of the steps of a ramp before its last."""
TRACE = 1e-12
"""What stands for concentration zero, as in pnp."""


@dataclass(frozen=True)
class Settings:
    """What is tuned.

    Attributes:
        unknowns: "ln c", "c" (the full system of six equations), or "φ" (Poisson–Boltzmann, two).
        nodes: Of the first mesh.
        tolerance: ``tol`` of solve_bvp.
        first: First interval of a layer's mesh over λ e^{−|ψ₀|/2}.
        steps: Steps of a ramp of the potential; 1 is none.
        start: "linear theory" (Debye–Hückel) or "exact".
    """

    unknowns: str
    nodes: int
    tolerance: float
    first: float = 0.5
    steps: int = 1
    start: str = "linear theory"


def layer_mesh(layer: Layer, s: Settings) -> Array:
    """Nodes whose distance grows geometrically from the electrode."""
    first = s.first * np.exp(-0.5 * layer.drop)
    x = first * np.expm1(np.linspace(0.0, np.log1p(layer.thickness / first), s.nodes))
    x[-1] = layer.thickness
    return x


def layer_start(layer: Layer, s: Settings, x: Array, drop: float) -> tuple[Array, Array]:
    """φ and dφ/dx to begin from."""
    if s.start == "exact":
        phi = -layer.exact(x * layer.debye) / layer.thermal
        return phi, -2.0 * np.sinh(0.5 * phi)
    return drop * np.exp(-x), -drop * np.exp(-x)


def solve_layer(layer: Layer, s: Settings) -> Any:
    """SciPy's solution: the full Poisson–Nernst–Planck system, or Poisson–Boltzmann."""
    x = layer_mesh(layer, s)
    drops = layer.drop * np.arange(1, s.steps + 1) / s.steps
    phi, slope = layer_start(layer, s, x, drops[0])
    write = {"φ": _boltzmann, "ln c": _logarithmic, "c": _plain}[s.unknowns]
    rhs, jacobian, y, edges = write(layer, phi, slope)
    found = None
    for k, drop in enumerate(drops):
        residual, derivative = edges(drop)
        tolerance = s.tolerance if k + 1 == s.steps else max(LOOSE, s.tolerance)
        found = solve_bvp(
            rhs,
            residual,
            x,
            y,
            tol=tolerance,
            max_nodes=MOST_NODES,
            fun_jac=jacobian,
            bc_jac=lambda a, b, d=derivative: d,
        )
        if found.status != 0:
            break
        x, y = found.x, found.y
    return found


def layer_error(layer: Layer, found: Any) -> float:
    """True error of SciPy's solution in V, at its nodes and between them; inf where it failed."""
    if found.status != 0:
        return float("inf")
    x = subdivided(found.x)
    return layer.error(x * layer.debye, -found.sol(x)[0] * layer.thermal)


def _boltzmann(layer: Layer, phi: Array, slope: Array) -> tuple[Any, ...]:
    """φ'' = sinh φ."""

    def rhs(x: Array, y: Array) -> Array:
        return np.array([y[1], np.sinh(y[0])])

    def jacobian(x: Array, y: Array) -> Array:
        j = np.zeros((2, 2, len(x)))
        j[0, 1] = 1.0
        j[1, 0] = np.cosh(y[0])
        return j

    def edges(drop: float) -> tuple[Any, Any]:
        left, right = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]])
        return lambda a, b: np.array([a[0] - drop, b[0]]), (left, right)

    return rhs, jacobian, np.array([phi, slope]), edges


def _edges(bath: float) -> Any:
    """Φ given and no fluxes at the electrode, the bath at the other end."""

    def edges(drop: float) -> tuple[Any, Any]:
        left, right = np.zeros((6, 6)), np.zeros((6, 6))
        left[0, 0] = left[1, 3] = left[2, 5] = 1.0
        right[3, 0] = right[4, 2] = right[5, 4] = 1.0
        return lambda a, b: np.array([a[0] - drop, a[3], a[5], b[0], b[2] - bath, b[4] - bath]), (left, right)

    return edges


def _logarithmic(layer: Layer, phi: Array, slope: Array) -> tuple[Any, ...]:
    """φ, φ', ln c₊, J₊, ln c₋, J₋."""
    plus, minus = np.array(layer.diffusivities) / max(layer.diffusivities)
    none = np.zeros_like(phi)

    def rhs(x: Array, y: Array) -> Array:
        cp, cm, zero = np.exp(y[2]), np.exp(y[4]), np.zeros_like(x)
        return np.array([y[1], (cm - cp) / 2, -y[3] / (plus * cp) - y[1], zero, -y[5] / (minus * cm) + y[1], zero])

    def jacobian(x: Array, y: Array) -> Array:
        cp, cm, j = np.exp(y[2]), np.exp(y[4]), np.zeros((6, 6, len(x)))
        j[0, 1], j[1, 2], j[1, 4] = 1.0, -cp / 2, cm / 2
        j[2, 1], j[2, 2], j[2, 3] = -1.0, y[3] / (plus * cp), -1.0 / (plus * cp)
        j[4, 1], j[4, 4], j[4, 5] = 1.0, y[5] / (minus * cm), -1.0 / (minus * cm)
        return j

    return rhs, jacobian, np.array([phi, slope, -phi, none, phi, none]), _edges(0.0)


def _plain(layer: Layer, phi: Array, slope: Array) -> tuple[Any, ...]:
    """φ, φ', c₊, J₊, c₋, J₋."""
    plus, minus = np.array(layer.diffusivities) / max(layer.diffusivities)
    none = np.zeros_like(phi)

    def rhs(x: Array, y: Array) -> Array:
        zero = np.zeros_like(x)
        return np.array([y[1], (y[4] - y[2]) / 2, -y[3] / plus - y[2] * y[1], zero, -y[5] / minus + y[4] * y[1], zero])

    def jacobian(x: Array, y: Array) -> Array:
        j = np.zeros((6, 6, len(x)))
        j[0, 1], j[1, 2], j[1, 4] = 1.0, -0.5, 0.5
        j[2, 1], j[2, 2], j[2, 3] = -y[2], -y[1], -1.0 / plus
        j[4, 1], j[4, 4], j[4, 5] = y[4], y[1], -1.0 / minus
        return j

    return rhs, jacobian, np.array([phi, slope, np.exp(-phi), none, np.exp(phi), none]), _edges(1.0)


def solve_film(film: Film, s: Settings) -> Any:
    """The film in φ, φ', c_H, c_K, c_Cl with the three fluxes as parameters; zero current is the eighth condition.

    In ln c it fails from the linear profiles: they make its first Jacobian singular.
    """
    d = np.array(film.diffusivities) / max(film.diffusivities)
    z = np.array([1.0, 1.0, -1.0])
    left, right = np.array([1.0, TRACE, 1.0 + TRACE]), np.array([TRACE, 1.0, 1.0 + TRACE])
    strength = 2.0 * film.debye_share**2
    x = np.linspace(0.0, 1.0, s.nodes)

    def rhs(x: Array, y: Array, p: Array) -> Array:
        return np.vstack([y[1], -(z @ y[2:]) / strength, -(p / d)[:, None] - z[:, None] * y[2:] * y[1]])

    def jacobian(x: Array, y: Array, p: Array) -> tuple[Array, Array]:
        j, q = np.zeros((5, 5, len(x))), np.zeros((5, 3, len(x)))
        j[0, 1] = 1.0
        for i in range(3):
            j[1, 2 + i], j[2 + i, 1], j[2 + i, 2 + i] = -z[i] / strength, -z[i] * y[2 + i], -z[i] * y[1]
            q[2 + i, i] = -1.0 / d[i]
        return j, q

    a, b, c = np.zeros((8, 5)), np.zeros((8, 5)), np.zeros((8, 3))
    a[0, 0] = 1.0
    for i in range(3):
        a[1 + i, 2 + i] = b[4 + i, 2 + i] = 1.0
    c[7] = z

    def edges(u: Array, v: Array, p: Array) -> Array:
        return np.concatenate([[u[0]], u[2:] - left, v[2:] - right, [z @ p]])

    profiles = left[:, None] + (right - left)[:, None] * x
    y = np.vstack([0.0 * x, 0.0 * x, profiles])
    return solve_bvp(
        rhs,
        edges,
        x,
        y,
        p=-d * (right - left),
        tol=s.tolerance,
        max_nodes=MOST_NODES,
        fun_jac=jacobian,
        bc_jac=lambda u, v, p: (a, b, c),
    )


def film_error(film: Film, found: Any) -> float:
    """True error of the junction potential in V; inf where SciPy failed."""
    return film.error(found.y[0, -1] * film.thermal) if found.status == 0 else float("inf")
