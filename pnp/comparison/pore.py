"""Simplified models of a pore about the axis, through a membrane without ions: Ohm's law for lumen and ways to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pnp.comparison.pore_profile import PoreProfile, pore_profile
from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.simplified.poisson_boltzmann import DiffuseLayer
from pnp.simplified.pore_conductance import access_in_tube, access_resistance, conductivity, surface_conductivity
from pnp.simplified.validation import Array

HALL = "Ohmic pore (Hall)"
OF_LONG = 0.046
"""Relative excess of the access resistance of a long lumen over that of an equipotential mouth."""
IN_TUBE = "Ohmic pore between these baths (Hall, Fock)"
CHARGED = "Ohmic pore with surface conduction (Bikerman)"


@dataclass(frozen=True)
class OhmicPore:
    """What a pore conducts.

    Attributes:
        resistance: By model in Ω.
        reasons: Criteria by model.
        dukhin: Largest conductance of the walls over that of the solution, of any cross-section.
    """

    resistance: dict[str, float]
    reasons: dict[str, list[str]]
    dukhin: float


def ohmic_pore(stack: Stack) -> list[Prediction]:
    """Current through a pore between two baths that are alike, by Ohm's law: lumen and access in series."""
    applied = stack.applied_voltage
    if not applied:
        return []
    pore = resistances(stack)
    if pore is None:
        return []
    rows = []
    for model, resistance in pore.resistance.items():
        criteria = list(pore.reasons[model])
        if pore.dukhin:
            # Where the counter-ions' share of the current changes, salt is enriched or depleted: the pore rectifies.
            drive = pore.dukhin * abs(applied) / stack.thermal_voltage
            criteria.append(criterion("polarisation: walls / solution in the conductance, F V/RT", drive, 0.1))
        rows.append(Prediction(model, "current", applied / resistance, "A", reason(*criteria)))
    return rows


def resistances(stack: Stack) -> OhmicPore | None:
    """The pore of an axisymmetric case as Ohm's law sees it; None where there is none, or the baths differ."""
    left, right = stack.left.concentration, stack.right.concentration
    if stack.is_exact or not stack.between_baths or left is None or right is None:
        return None
    if not all(layer.admits_all for layer in stack.layers) or not np.allclose(left, right, rtol=1e-12, atol=0.0):
        return None
    profile = pore_profile(stack.case)
    if profile is None or not np.any((stack.charge_number != 0) & (left > 0)):
        return None
    by_region = {
        q.name: conductivity(stack.charge_number, q.diffusivity, left, stack.temperature) for q in stack.layers
    }
    if not all(by_region.values()) or not all(bath.mouth > 0.0 for bath in profile.baths):
        return None
    # Of the baths that region counts which the mouths open to; where several have unlike diffusivities none is meant.
    if len(set(by_region.values())) > 1 and not _one_outside(profile, by_region):
        return None
    outside = _one_outside(profile, by_region) or next(iter(by_region.values()))
    bulk = np.sum([by_region[r] * area for r, area in profile.areas.items()], axis=0)
    walls, debye_length = _walls(stack, profile, left)
    slices = profile.weights / bulk
    lumen = float(np.sum(slices))
    steep = float(np.sum(slices * np.minimum(profile.slopes**2, 1.0))) / lumen
    steep = 0.0 if steep < 1e-12 else steep
    share = float(np.sum(slices * walls / bulk)) / lumen
    shape = criterion("slope of the wall, squared", steep, 0.02)
    charge = criterion("walls / solution in the conductance of the lumen", share, 0.01)
    mouths = [bath.mouth for bath in profile.baths]
    spreading = sum(access_resistance(a, outside) for a in mouths)
    unbounded = lumen + spreading
    rims = criterion("crowding at the rims: 0.046 access / resistance", OF_LONG * spreading / unbounded, 0.01)
    wide = max(a / bath.radius + a / bath.length for a, bath in zip(mouths, profile.baths, strict=True))
    resistance = {HALL: unbounded}
    reasons = {HALL: [shape, charge, rims, criterion("mouth / bath", wide, 0.01)]}
    ways = spreading
    if all(bath.ends_in_reservoir for bath in profile.baths):
        ways = sum(access_in_tube(bath.mouth, outside, bath.radius, bath.length) for bath in profile.baths)
        # The slowest mode of the field that spreads from the mouth, at the far end and back.
        seen = max(float(np.exp(-2.0 * 3.8317 * bath.length / bath.radius)) for bath in profile.baths)
        near = criterion("exp(-7.66 bath's length / radius)", seen, 1e-2)
        resistance[IN_TUBE], reasons[IN_TUBE] = lumen + ways, [shape, charge, rims, near]
    if share:
        narrow = criterion("Debye length / radius", debye_length / float(np.min(profile.radii)), 0.1)
        resistance[CHARGED] = float(np.sum(profile.weights / (bulk + walls))) + ways
        reasons[CHARGED] = [shape, narrow, rims]
    return OhmicPore(resistance, reasons, float(np.max(walls / bulk)))


def _one_outside(profile: PoreProfile, by_region: dict[str, float]) -> float | None:
    """Conductivity of the solution outside the lumen, if that is of one kind."""
    found = {value for r, value in by_region.items() if not np.any(profile.areas[r])}
    return found.pop() if len(found) == 1 else None


def _walls(stack: Stack, profile: PoreProfile, bath: Array) -> tuple[Array, float]:
    """Conductance of the diffuse layers along the lumen in S m, one for each cross-section, and the Debye length."""
    layer = DiffuseLayer(stack.charge_number, bath, stack.layers[0].permittivity, stack.temperature)
    total = np.zeros(profile.weights.size)
    for width, charge in profile.charged:
        for sigma in np.unique(charge[charge != 0.0]):
            own = surface_conductivity(layer, stack.layers[0].diffusivity, float(sigma))
            total += np.where(charge == sigma, own * width, 0.0)
    return total, layer.debye_length
