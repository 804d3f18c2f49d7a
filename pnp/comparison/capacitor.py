"""Simplified models of a dielectric slab between two solutions: plates, and the slab in series with diffuse layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pnp.comparison.criteria import linear_layer
from pnp.comparison.parts import Layer, Membrane
from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.comparison.wall import SHAPE
from pnp.constants import epsilon_0
from pnp.geometry import EXTENT
from pnp.simplified.capacitance import charge_capacitor, series_capacitance
from pnp.simplified.debye_hueckel import LinearLayer
from pnp.simplified.poisson_boltzmann import DiffuseLayer
from pnp.simplified.validation import Array


@dataclass(frozen=True)
class _Side:
    """The solution at one face of the slab.

    Attributes:
        layers: Its regions from left to right, of one permittivity.
        bulk: Its reservoir's concentrations in mol/m³, shape (n,).
        face: Position of the slab's face in m.
        area: Of that face, over the outermost one.
        linear: Its linear diffuse layer, to the reservoir.
        diffuse: Its Gouy–Chapman layer.
    """

    layers: tuple[Layer, ...]
    bulk: Array
    face: float
    area: float
    linear: LinearLayer
    diffuse: DiffuseLayer

    @property
    def capacitance(self) -> float:
        """Of the linear layer in F per m² of the outermost face."""
        return self.linear.capacitance * self.area


def capacitor(stack: Stack) -> list[Prediction]:
    """A slab that no ion enters, charged by the applied voltage through two diffuse layers.

    Charge, capacitance, largest field and the named potential differences. The linear layers are exact in their
    range, for baths of any width and for any coordinates; Gouy–Chapman is that of plane faces before wide baths.
    """
    membrane, applied = stack.membrane, stack.applied_voltage
    if membrane is None or not applied or stack.has_interface_charge or not stack.is_exact:
        return []
    if not all(layer.is_dielectric for layer in membrane.layers):
        return []
    sides = _sides(stack, membrane)
    if sides is None:
        return []
    left, right = sides
    # Charge of the left face in C per m² of the outermost one, at φ_left − φ_right.
    voltage = applied if stack.inside == "left" else -applied
    elastance = [q.series_length / (epsilon_0 * q.permittivity) for q in membrane.layers]
    slab = 1.0 / sum(elastance)
    joint = series_capacitance([slab, left.capacitance, right.capacitance])
    rows = []
    if stack.is_flat:
        rows += _gouy_chapman(stack, membrane, sides, slab, voltage)
    charge = joint * voltage
    drops = (charge / left.capacitance, charge / right.capacitance)
    # Σ z³c / Σ z²c and the drop itself, of the layer that is farther from linear.
    worst = max(sides, key=lambda side: abs(charge) / side.capacitance)
    drop = max(abs(d) for d in drops)
    text = reason(*linear_layer(stack.charge_number, worst.bulk, drop, stack.thermal_voltage))

    def linear(x: float, in_left: bool) -> float:
        side, surface = (left, -drops[0]) if in_left else (right, drops[1])
        return float(side.linear.potential(x, surface))

    model = "slab and two linear layers"
    rows += _rows(stack, membrane, model, charge, joint, text)
    rows += _differences(stack, membrane, model, sides, charge, voltage, linear, text)
    share = 1.0 - joint / slab
    text = reason(criterion("share of the diffuse layers in the voltage", share, 1e-3))
    plates = "parallel plates" if stack.is_flat else "plates about the slab alone"
    return rows + _rows(stack, membrane, plates, slab * voltage, slab, text)


def _gouy_chapman(
    stack: Stack, membrane: Membrane, sides: tuple[_Side, _Side], slab: float, voltage: float
) -> list[Prediction]:
    left, right = sides
    state = charge_capacitor(voltage, slab, left.diffuse, right.diffuse)
    layers = [
        float(side.diffuse.capacitance(drop)) for side, drop in ((left, state.left_drop), (right, state.right_drop))
    ]
    widths = [sum(q.thickness for q in side.layers) / side.diffuse.debye_length for side in sides]
    text = reason(criterion("exp(-2 bath / Debye length)", float(np.exp(-2.0 * min(widths))), 1e-6))

    def potential(x: float, in_left: bool) -> float:
        side, surface = (left, -state.left_drop) if in_left else (right, state.right_drop)
        return float(side.diffuse.potential(abs(x - side.face), surface))

    model = "slab and two Gouy-Chapman layers"
    joint = series_capacitance([slab, *layers])
    rows = _rows(stack, membrane, model, state.surface_charge, joint, text)
    return rows + _differences(stack, membrane, model, sides, state.surface_charge, voltage, potential, text)


def _sides(stack: Stack, membrane: Membrane) -> tuple[_Side, _Side] | None:
    """The solutions left and right of the slab; None where one is missing, or its permittivity varies."""
    inner_left = stack.inside == "left"
    baths = (membrane.bath_inside[:: 1 if inner_left else -1], membrane.bath_outside[:: 1 if inner_left else -1])
    both = zip(baths if inner_left else baths[::-1], (stack.left.concentration, stack.right.concentration), strict=True)
    found = []
    for at_left, (layers, bulk) in zip((True, False), both, strict=True):
        if not layers or bulk is None or len({q.permittivity for q in layers}) > 1:
            return None
        ends = layers[0].left, layers[-1].left + layers[-1].thickness
        face, far = ends[::-1] if at_left else ends
        diffuse = DiffuseLayer(stack.charge_number, bulk, layers[0].permittivity, stack.temperature)
        shape = SHAPE[stack.geometry.coordinates]
        linear = LinearLayer(shape, layers[0].permittivity, diffuse.debye_length, face, far)
        found.append(_Side(tuple(layers), bulk, face, float(stack.geometry.area(face)), linear, diffuse))
    return found[0], found[1]


def _rows(stack: Stack, membrane: Membrane, model: str, charge: float, joint: float, text: str) -> list[Prediction]:
    """Charge and capacitance of each layer of the slab, and the largest field."""
    extent = EXTENT[stack.case.coordinates]
    total = stack.geometry.outer_area
    rows = []
    for q in membrane.layers:
        rows.append(Prediction(model, f"capacitance.{q.name}", joint * total, f"F/{extent}" if extent else "F", text))
        rows.append(Prediction(model, f"face_charge.{q.name}", charge * total, f"C/{extent}" if extent else "C", text))
    # One charge, so that the field is largest where permittivity times area is least: in the slab, or at a bath's face.
    layers = sorted(membrane.layers, key=lambda q: q.left)
    area = stack.geometry.area
    weakest = min(q.permittivity * float(area(q.left)) for q in layers)
    for bath in (membrane.bath_inside, membrane.bath_outside):
        at_left = bath[0].left < layers[0].left
        face = layers[0].left if at_left else layers[-1].left + layers[-1].thickness
        weakest = min(weakest, bath[0].permittivity * float(area(face)))
    return [*rows, Prediction(model, "max_electric_field", abs(charge) / (epsilon_0 * weakest), "V/m", text)]


def _differences(
    stack: Stack,
    membrane: Membrane,
    model: str,
    sides: tuple[_Side, _Side],
    charge: float,
    voltage: float,
    in_bath: Callable[[float, bool], float],
    text: str,
) -> list[Prediction]:
    """Named potential differences; `in_bath` gives φ relative to the bulk at x in the left or the right solution."""

    def potential(name: str) -> float:
        x = stack.position(name)
        if x <= sides[0].face:
            return voltage + in_bath(x, True)
        if x >= sides[1].face:
            return in_bath(x, False)
        value = voltage + in_bath(sides[0].face, True)
        for q in sorted(membrane.layers, key=lambda q: q.left):
            end = min(x, q.left + q.thickness)
            if end > q.left:
                value -= charge * float(stack.geometry.series_length(q.left, end)) / (epsilon_0 * q.permittivity)
        return value

    return [
        Prediction(model, f"potential_difference.{name}", potential(one) - potential(other), "V", text)
        for name, (one, other) in stack.differences.items()
    ]
