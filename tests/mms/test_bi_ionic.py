"""The exact bi-ionic solution in a plane: with fluxes, with no source, and the same for any Debye length.

For any harmonic φ: c1 = A1 + B e^{−φ}, c2 = A2 − B e^{−φ} (z = 1), c3 = A1 + A2 (z = −1); there is no space charge, and
the fluxes −D1 A1 ∇φ, −D2 A2 ∇φ and D3 (A1 + A2) ∇φ are those of the field (`harmonic_bi_ionic` of the references).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pnp.scheme import Scheme
from tests.builders import End, plane_grid, plane_model, region
from tests.mms.manufactured import Exact, errors_on, overall
from tests.mms.settings import SETTINGS, Expected, Setting, each

Z = np.array([1.0, 1.0, -1.0])
A1, A2, B = 0.2, 1.5, 0.5
D = np.array([9.311, 1.957, 2.032])
FLUX = np.array([-D[0] * A1, -D[1] * A2, D[2] * (A1 + A2)])
"""J_i over ∇φ."""
UNSTRUCTURED = ("scattered", "gmsh", "scattered, axis", "gmsh, axis")
FLAT = ("tensor", "scattered", "tensor, axis", "scattered, axis")
"""Where "b" is what lies above y = 1/2."""


def planar(mod: Any, x: Any, y: Any) -> list[Any]:
    return fields(mod, 0.7 * x + 0.5 * y + 0.3 * (x**2 - y**2) + 0.2 * (x**3 - 3 * x * y**2))


def revolved(mod: Any, r: Any, z: Any) -> list[Any]:
    return fields(mod, 0.7 * z + 0.3 * (z**2 - r**2 / 2) + 0.2 * (z**3 - 1.5 * r**2 * z))


def fields(mod: Any, phi: Any) -> list[Any]:
    """[m_1, m_2, m_3, φ] of a harmonic φ."""
    ln = np.log if mod is np else mod.ln
    return [ln(A1 + B * mod.exp(-phi)) + phi, ln(A2 - B * mod.exp(-phi)) + phi, np.log(A1 + A2) - phi, phi]


HELD = End([0.0] * 3)
"""Everything is fixed, to the exact solution at each node."""


def errors_of(
    setting: Setting, scheme: Scheme, cells: tuple[int, ...], debye: float, exact: Exact, ends: dict[str, End], **b: Any
) -> np.ndarray:
    """L² errors on each mesh, (meshes, 4); ``b``: what differs in the region "b", and the charge between the two."""
    meshes = [setting.family(n) for n in cells]
    epsilon = permittivity(debye)
    sigma = b.pop("sigma", 0.0)
    regions = [
        region("a", 0.0, 3, permittivity=epsilon, diffusivity=D),
        region("b", 0.0, 3, **{"permittivity": epsilon, "diffusivity": D, **b}),
    ]
    m = plane_model(Z, regions, ends, meshes[0], axisymmetric=setting.axisymmetric, interface_charge={"middle": sigma})
    grids = [plane_grid(mesh, list(ends), ["middle"]) for mesh in meshes]
    return errors_on(m, exact, scheme, grids, manufactured=False)


def permittivity(debye: float) -> float:
    """ε* of a Debye length over the length of the domain."""
    return 2.0 * (A1 + A2) * debye**2


@each({"edge_averaged": "gmsh"}, UNSTRUCTURED, ("edge_averaged", "galerkin2"))
def test_order(expected: Expected, setting: Setting) -> None:
    exact = revolved if setting.axisymmetric else planar
    found = errors_of(setting, expected.scheme, expected.cells, 1e-2, exact, dict.fromkeys(setting.sides, HELD))
    assert (overall(found, expected.cells) >= expected.order).all(), found


@pytest.mark.parametrize("name", UNSTRUCTURED)
@pytest.mark.parametrize(("scheme", "alike"), [(Scheme(), 1e-7), (Scheme("galerkin", 2), 0.05)], ids=str)
def test_errors_do_not_depend_on_the_debye_length(scheme: Scheme, alike: float, name: str) -> None:
    """The edge-averaged flux of c = A + B e^{−φ} is −D A δφ, which makes its discrete solution neutral at every node.

    Poisson's equation then has no charge for ε to be weighed against: what is left is rounding. Galerkin elements are
    neutral within their error in c, and φ follows from currents or from charges, which are both right to that order.
    """
    setting = SETTINGS[name]
    exact = revolved if setting.axisymmetric else planar
    held = dict.fromkeys(setting.sides, HELD)
    found = [errors_of(setting, scheme, (12,), debye, exact, held)[0] for debye in (1e-1, 1e-2, 1e-3, 1e-4)]
    assert np.array(found) == pytest.approx(np.broadcast_to(found[0], (4, 4)), rel=alike)


def quadratic(axisymmetric: bool, steeper: float = 0.0) -> Exact:
    """φ of second degree: its normal derivatives are constant on the sides; in "b" its slope in y is larger."""

    def exact(mod: Any, x: Any, y: Any) -> list[Any]:
        phi = 0.5 * y + (0.3 * (y**2 - x**2 / 2) if axisymmetric else 0.7 * x + 0.3 * (x**2 - y**2))
        above = (y > 0.5) if mod is np else mod.conditional(mod.gt(y, 0.5), 1.0, 0.0)
        return fields(mod, phi + above * steeper * (y - 0.5))

    return exact


def natural(slope: float, debye: float = 0.1) -> End:
    """Flux and surface charge of a given ∂φ/∂n."""
    return End([np.nan] * 3, None, surface_charge=permittivity(debye) * slope, flux=FLUX * slope)


@each({"edge_averaged": "scattered"}, FLAT, ("edge_averaged", "galerkin2"))
def test_given_fluxes_and_surface_charges(expected: Expected, setting: Setting) -> None:
    """All sides but y = 0 have the fluxes and the charge of the exact solution: their signs and sizes are right."""
    slopes = {"high": 1.1, "outer": -0.3} if setting.axisymmetric else {"high": -0.1, "inner": -0.7, "outer": 1.3}
    ends = {"low": HELD, **{side: natural(slope) for side, slope in slopes.items()}}
    found = errors_of(setting, expected.scheme, expected.cells, 0.1, quadratic(setting.axisymmetric), ends)
    assert (overall(found, expected.cells) >= expected.order).all(), found


@each({"edge_averaged": "scattered"}, FLAT, ("edge_averaged", "galerkin2"))
def test_charged_interface_between_different_media(expected: Expected, setting: Setting) -> None:
    """The field jumps at y = 1/2 by what the surface charge and ε ask for, and D β makes the fluxes equal there."""
    below, steeper, beta, epsilon = (0.8 if setting.axisymmetric else 0.2), 0.4, 0.5, permittivity(0.1)
    sigma = epsilon * below - 3.0 * epsilon * (below + steeper)
    ends = dict.fromkeys(setting.sides, HELD)
    exact = quadratic(setting.axisymmetric, steeper)
    found = errors_of(
        setting,
        expected.scheme,
        expected.cells,
        0.1,
        exact,
        ends,
        permittivity=3.0 * epsilon,
        diffusivity=D * below / (below + steeper) / beta,
        log_partition=np.log(beta),
        sigma=sigma,
    )
    assert (overall(found, expected.cells) >= expected.order).all(), found
