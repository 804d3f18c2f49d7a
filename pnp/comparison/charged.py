"""Simplified models of fixed charge: Donnan at equilibrium, Teorell–Meyer–Sievers between two baths.

Donnan equilibria know no geometry, and the film between them holds between curved faces as well, and in any region of a
plane between two uniform baths (`junction`).
"""

from __future__ import annotations

import numpy as np

from pnp.comparison.criteria import flux_through_donnan_layers, polarisation, space_charge_of_film
from pnp.comparison.parts import End, Layer, Membrane
from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.constants import F
from pnp.simplified.donnan import donnan_concentrations, donnan_potential
from pnp.simplified.teorell_meyer_sievers import charged_membrane
from pnp.simplified.validation import Array

_FEWEST_DEBYE_LENGTHS = 2.0


def donnan(stack: Stack) -> list[Prediction]:
    """Potentials of named points deep in their layers at equilibrium with one bath, and differences."""
    if stack.equilibrium is None:
        return []
    # A bath at open circuit has no potential of its own to count from.
    held = any(end.concentration is not None and end.potential is not None for end in (stack.left, stack.right))
    rows = []
    for name in stack.points:
        layer = stack.layers[stack.point(name)[0]]
        value, depth = _at(stack, name)
        if value is not None and not layer.is_solution and held:
            rows.append(Prediction("Donnan", f"potential.{name}", value, "V", reason(_deep(depth))))
    for name, (first, second) in stack.differences.items():
        one, other = _at(stack, first), _at(stack, second)
        both_solution = all(stack.layers[stack.point(p)[0]].is_solution for p in (first, second))
        if one[0] is not None and other[0] is not None and not both_solution:
            text = reason(_deep(min(one[1], other[1])))
            rows.append(Prediction("Donnan", f"potential_difference.{name}", one[0] - other[0], "V", text))
    return rows


def donnan_faces(stack: Stack) -> list[Prediction]:
    """Differences between a point in a bath and one in the charged membrane, between unequal baths."""
    membrane = stack.membrane
    if membrane is None or stack.equilibrium is not None or len(membrane.layers) != 1 or stack.has_interface_charge:
        return []
    layer = membrane.layers[0]
    if not layer.fixed_charge or not membrane.is_shared:
        return []
    rows = []
    index = stack.layers.index(layer)
    drop, drift = _drift(stack, membrane, layer)
    flux = np.abs(_film(stack, membrane, layer)[1]) + drift
    polarised = criterion("polarisation of the baths J L/(D c)", polarisation(membrane, flux, layer.present), 1e-3)
    for name, pair in stack.differences.items():
        inner = [p for p in pair if stack.point(p)[0] == index]
        outer = [p for p in pair if stack.layers[stack.point(p)[0]].is_solution]
        if len(inner) != 1 or len(outer) != 1:
            continue
        to_left = stack.point(outer[0])[0] < index
        bath = stack.left.concentration if to_left else stack.right.concentration
        _, depth = _at(stack, inner[0])
        _, bath_depth = _at(stack, outer[0])
        if bath is None or min(depth, bath_depth) < _FEWEST_DEBYE_LENGTHS:
            continue
        here = stack.position(inner[0])
        passed = (layer.left, here) if to_left else (here, layer.left + layer.thickness)
        share = float(stack.geometry.series_length(*passed)) / layer.series_length
        value = donnan_potential(stack.charge_number, bath, layer.fixed_charge, stack.temperature, layer.log_partition)
        value = value if pair[0] == inner[0] else -value
        text = reason(
            _deep(min(depth, bath_depth)),
            criterion("distance from the face / membrane", share, 1e-2),
            criterion("drop before the point F/RT", share * drop, 1e-2),
            polarised,
        )
        rows.append(Prediction("Donnan", f"potential_difference.{name}", value, "V", text))
    return rows


def teorell_meyer_sievers(stack: Stack) -> list[Prediction]:
    """A uniformly charged membrane between two baths, without current."""
    membrane = stack.membrane
    if membrane is None or not stack.is_open_circuit or stack.has_interface_charge or len(membrane.layers) != 1:
        return []
    layer = membrane.layers[0]
    if not layer.fixed_charge or not membrane.bath_inside or not membrane.bath_outside or not membrane.is_shared:
        return []
    potential_difference, flux = _film(stack, membrane, layer)
    thin = _thin(stack, membrane, layer)
    crossing = layer.present & (membrane.inside + membrane.outside > 0)
    # The fluxes are driven by differences between the baths, which the polarisation takes a part of.
    largest = float(np.max(np.abs(membrane.inside - membrane.outside)[crossing], initial=0.0))
    least = np.abs(flux) / largest if largest > 0 else 0.0
    text = reason(thin, criterion("polarisation of the baths J L/(D c)", polarisation(membrane, flux, crossing), 1e-3))
    of_flux = polarisation(membrane, flux, crossing, least)
    polarised = criterion("polarisation of the baths J L/(D c)", of_flux, 1e-3)
    drops = [
        donnan_potential(stack.charge_number, c, layer.fixed_charge, stack.temperature, layer.log_partition)
        for c in (membrane.inside, membrane.outside)
    ]
    layers = flux_through_donnan_layers(stack, layer, _ends(stack, membrane, layer), (drops[0], drops[1]))
    texts = [
        reason(thin, criterion("Debye layers at the faces, share of the ion's path", x, 1e-2), polarised)
        for x in layers
    ]
    # The closed form runs from the inside to the outside.
    model = "Teorell-Meyer-Sievers"
    rows = [Prediction(model, stack.voltage_name, stack.voltage(-potential_difference), "V", text)]
    for i in np.flatnonzero(crossing & stack.free):
        rows += stack.flow(model, i, float(flux[i]), texts[i])
    return rows


def _film(stack: Stack, membrane: Membrane, layer: Layer) -> tuple[float, Array]:
    """Outside minus inside in V, and fluxes outward in mol/s per m² of the outermost face, (n,), without current."""
    parts = charged_membrane(
        stack.charge_number,
        np.where(layer.present, layer.diffusivity, 1.0),
        membrane.inside,
        membrane.outside,
        layer.fixed_charge or 0.0,
        stack.temperature,
        layer.log_partition,
    )
    return parts.potential_difference, np.asarray(parts.flux_times_thickness / layer.series_length, dtype=np.float64)


def _drift(stack: Stack, membrane: Membrane, layer: Layer) -> tuple[float, Array]:
    """What voltage or current add: drop across the membrane in RT/F, and fluxes in mol/m²/s, shape (n,).

    Nernst–Planck fluxes at a uniform field and the mean of the concentrations at the two ends; the whole of an
    applied voltage is taken to fall here, an upper bound.
    """
    ends = _ends(stack, membrane, layer)
    mobile = np.abs(stack.charge_number) * layer.diffusivity * 0.5 * (ends[0] + ends[1]) / layer.series_length
    if stack.applied_voltage is not None:
        drop = abs(stack.applied_voltage) / stack.thermal_voltage
    else:
        drop = abs(stack.outward_current) / (F * float(np.sum(np.abs(stack.charge_number) * mobile)))
    return drop, np.asarray(mobile * drop, dtype=np.float64)


def _ends(stack: Stack, membrane: Membrane, layer: Layer) -> tuple[Array, Array]:
    """Concentrations in the membrane at equilibrium with each bath in mol/m³, shape (n,) each."""
    charge = layer.fixed_charge or 0.0
    inside, outside = (
        donnan_concentrations(stack.charge_number, bath, charge, stack.temperature, layer.log_partition)
        for bath in (membrane.inside, membrane.outside)
    )
    return inside, outside


def _thin(stack: Stack, membrane: Membrane, layer: Layer) -> str:
    """The membrane as a film between two Donnan layers, whose width is of first order."""
    ends = _ends(stack, membrane, layer)
    width = space_charge_of_film(
        stack.charge_number, ends, layer.permittivity, stack.temperature, layer.series_length, membrane.face_areas
    )
    return criterion("Debye length / membrane * ratio of ionic strengths", width, 1e-2)


def _at(stack: Stack, name: str) -> tuple[float | None, float]:
    """Plateau potential of a point in V (None too near a face), and its depth in Debye lengths."""
    index, position = stack.point(name)
    layer = stack.layers[index]
    length = stack.debye_length(index)
    depths = []
    # A reservoir continues a solution, but before any other phase it is a face with a layer behind it.
    if (
        index > 0
        or stack.left.type in ("wall", "electrode")
        or (stack.left.type == "reservoir" and not layer.is_solution)
    ):
        depths.append(position / length)
    if index < len(stack.layers) - 1 or _has_layer(stack.right, layer):
        depths.append((layer.thickness - position) / length - _converging(stack, layer, position, length))
    depth = max(0.0, min(depths, default=np.inf))
    value = stack.plateau(index)
    return (value if depth >= _FEWEST_DEBYE_LENGTHS else None), float(depth)


def _has_layer(end: End, layer: Layer) -> bool:
    return end.type in ("wall", "electrode") or (end.type == "reservoir" and not layer.is_solution)


def _converging(stack: Stack, layer: Layer, position: float, length: float) -> float:
    """How many Debye lengths deeper a layer reaches towards an axis or a centre than in a slab.

    It decays as e^{−κ(a − r)} √(A(a)/A(r)), at the centre of a sphere as 2κa e^{−κa}, about the axis as
    √(2πκa) e^{−κa} (`debye_hueckel`).
    """
    if stack.is_flat or not np.isfinite(length):
        return 0.0
    outer = layer.left + layer.thickness
    nearest = max(layer.left + position, length / (2.0 * np.pi if stack.geometry.exponent == 1 else 2.0))
    growth = 0.5 * stack.geometry.exponent * float(np.log(outer / nearest))
    return max(growth, 0.0)


def _deep(depth: float) -> str:
    return criterion("exp(-distance from the faces / Debye length)", float(np.exp(-depth)), 1e-3)
