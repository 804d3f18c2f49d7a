"""Simplified models of a film of solution: Planck, Henderson, Goldman, Lewis–Sargent.

They hold between coaxial cylinders and concentric spheres too. Steady fluxes J A are the same at every face of area
A, so that with ds = dx/A in place of dx the Nernst–Planck equations J A = −D (dc/ds + z c dφ/ds) are those of a slab
of thickness ∫ dx/A, and neither electroneutrality nor the absence of current knows of A: the potentials are the same
for the same ends, and fluxes J A those of the slab.

They hold in solution of any shape between two reservoirs, everything else insulating. Let ψ be harmonic there, 0 and 1
at the reservoirs with no normal derivative elsewhere. The c_i and φ that are functions of ψ alone, those of the slab at
x/L = ψ, have J_i = −D_i (dc_i/dψ + z_i c_i dφ/dψ) ∇ψ = −j_i ∇ψ with constant j_i: free of divergence because ψ is
harmonic, tangential where nothing passes, and electroneutral because the slab's are. So they are the solution, whose
potential knows nothing of the shape. Where the diffusivities vary in proportion, D_i = k(x) D_i°, ∇·(k ∇ψ) = 0 does
the same. What the shape gives is the resistance, by which fluxes and currents are counted; it takes a solve.
"""

from __future__ import annotations

import numpy as np

from pnp.comparison.criteria import space_charge_of_film
from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.simplified.henderson import henderson_potential
from pnp.simplified.lewis_sargent import goldman_potential, lewis_sargent_potential
from pnp.simplified.planck import stationary_film
from pnp.simplified.validation import Array


def planck(stack: Stack) -> list[Prediction]:
    """The steady electroneutral film, with its fluxes."""
    film = _film(stack)
    if film is None:
        return []
    d, left, right = film
    solution = stationary_film(stack.charge_number, d, left, right, stack.temperature)
    text = _thin(stack, left, right)
    rows = [_row(stack, "Planck (steady electroneutral film)", solution.potential_difference, text)]
    # Fluxes in units of the resistance that layers of unequal, but proportional, diffusivity add up to.
    first = stack.layers[0].diffusivity
    length = sum(layer.series_length * float(first[0] / layer.diffusivity[0]) for layer in stack.layers)
    sign = 1.0 if stack.inside == "left" else -1.0
    flux = sign * solution.flux_times_thickness / length
    for i in range(len(stack.names)):
        if left[i] + right[i] > 0 and stack.free[i]:
            rows += stack.flow("Planck (steady electroneutral film)", i, float(flux[i]), text)
    return rows


def henderson(stack: Stack) -> list[Prediction]:
    """The linear mixture."""
    film = _film(stack)
    if film is None:
        return []
    value = henderson_potential(stack.charge_number, *film, stack.temperature)
    return [_row(stack, "Henderson", value, _against_film(stack, film, value, "linear mixture"))]


def goldman(stack: Stack) -> list[Prediction]:
    """The film with a uniform field."""
    film = _film(stack)
    if film is None:
        return []
    value = goldman_potential(stack.charge_number, *film, stack.temperature)
    return [_row(stack, "Goldman (uniform field)", value, _against_film(stack, film, value, "uniform field"))]


def lewis_sargent(stack: Stack) -> list[Prediction]:
    """Two 1:1 salts of one concentration with a common ion."""
    film = _film(stack)
    if film is None:
        return []
    d, left, right = film
    z = stack.charge_number
    ions = (z != 0) & (left + right > 0)
    common = ions & (left > 0) & (right > 0)
    if np.count_nonzero(ions) != 3 or np.count_nonzero(common) != 1 or np.any(np.abs(z[ions]) != 1):
        return []
    shared = int(np.flatnonzero(common)[0])
    if left[shared] != right[shared]:
        return []
    only_left = int(np.flatnonzero(ions & (right == 0))[0])
    only_right = int(np.flatnonzero(ions & (left == 0))[0])
    conductivity = (float(d[only_left] + d[shared]), float(d[only_right] + d[shared]))
    value = lewis_sargent_potential(*conductivity, stack.temperature, int(z[shared]))
    return [_row(stack, "Lewis-Sargent", value, _against_film(stack, film, value, "one concentration"))]


def _film(stack: Stack) -> tuple[Array, Array, Array] | None:
    """Diffusivities and both baths of a currentless film of solution, shape (n,) each, or None."""
    if not stack.between_baths or not stack.is_open_circuit or stack.has_interface_charge:
        return None
    if not all(layer.admits_all for layer in stack.layers):
        return None
    left, right = stack.left.concentration, stack.right.concentration
    if left is None or right is None:
        return None
    d = stack.layers[0].diffusivity
    relative = np.array([layer.diffusivity / d for layer in stack.layers])
    ions = stack.charge_number != 0
    if not np.any(ions & (left > 0)) or not np.any(ions & (right > 0)):
        return None
    if not np.allclose(relative, relative[:, :1], rtol=1e-12, atol=0.0):
        return None
    return d, left, right


def _row(stack: Stack, model: str, right_minus_left: float, text: str) -> Prediction:
    outward = -right_minus_left if stack.inside == "left" else right_minus_left
    return Prediction(model, stack.voltage_name, stack.voltage(outward), "V", text)


def _thin(stack: Stack, left: Array, right: Array) -> str:
    z, t = stack.charge_number, stack.temperature
    permittivity = max(layer.permittivity for layer in stack.layers)
    thickness = sum(layer.series_length for layer in stack.layers)
    areas = (float(stack.geometry.area(stack.geometry.inner)), 1.0)
    width = space_charge_of_film(z, (left, right), permittivity, t, thickness, areas)
    return criterion("(Debye length / film * ratio of ionic strengths)^2", width**2, 1e-4)


def _against_film(stack: Stack, film: tuple[Array, Array, Array], value: float, assumption: str) -> str:
    """How far the assumption moves the potential from the steady film's, and the film's own criterion."""
    steady = stationary_film(stack.charge_number, *film, stack.temperature).potential_difference
    moved = abs(value - steady) / stack.thermal_voltage
    moved = 0.0 if moved < 1e-13 else moved
    return reason(criterion(f"{assumption}: shift from the steady film F/RT", moved, 1e-3), _thin(stack, *film[1:]))
