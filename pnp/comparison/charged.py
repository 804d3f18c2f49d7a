"""Simplified models of fixed charge: Donnan at equilibrium, Teorell–Meyer–Sievers between two baths."""

from __future__ import annotations

import numpy as np

from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.simplified.donnan import donnan_potential
from pnp.simplified.teorell_meyer_sievers import charged_membrane

_FEWEST_DEBYE_LENGTHS = 2.0


def donnan(stack: Stack) -> list[Prediction]:
    """Potentials of named points deep in their layers at equilibrium with one bath, and differences."""
    if stack.equilibrium is None:
        return []
    rows = []
    for name in stack.case.points:
        layer = stack.layers[stack.point(name)[0]]
        value, depth = _at(stack, name)
        # A bath at open circuit has no potential of its own to count from.
        if value is not None and not layer.is_solution and stack.left.potential is not None:
            rows.append(Prediction("Donnan", f"potential.{name}", value, "V", reason(_deep(depth))))
    for name, (first, second) in stack.case.potential_differences.items():
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
    if not layer.fixed_charge:
        return []
    rows = []
    index = stack.layers.index(layer)
    for name, pair in stack.case.potential_differences.items():
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
        position = stack.point(inner[0])[1]
        share = (position if to_left else layer.thickness - position) / layer.thickness
        value = donnan_potential(stack.charge_number, bath, layer.fixed_charge, stack.temperature, layer.log_partition)
        value = value if pair[0] == inner[0] else -value
        text = reason(_deep(min(depth, bath_depth)), criterion("distance from the face / membrane", share, 1e-2))
        rows.append(Prediction("Donnan", f"potential_difference.{name}", value, "V", text))
    return rows


def teorell_meyer_sievers(stack: Stack) -> list[Prediction]:
    """A uniformly charged membrane between two baths, without current."""
    membrane = stack.membrane
    if membrane is None or not stack.is_open_circuit or stack.has_interface_charge or len(membrane.layers) != 1:
        return []
    layer = membrane.layers[0]
    if not layer.fixed_charge or not membrane.bath_inside or not membrane.bath_outside:
        return []
    d = np.where(layer.present, layer.diffusivity, 1.0)
    parts = charged_membrane(
        stack.charge_number,
        d,
        membrane.inside,
        membrane.outside,
        layer.fixed_charge,
        stack.temperature,
        layer.log_partition,
    )
    flux = parts.flux_times_thickness / layer.thickness
    polarisation = 0.0
    for layers, bath in ((membrane.bath_inside, membrane.inside), (membrane.bath_outside, membrane.outside)):
        for q in layers:
            counted = bath > 0
            drop = np.abs(flux[counted]) * q.thickness / (q.diffusivity[counted] * bath[counted])
            polarisation += float(np.max(drop, initial=0.0))
    index = stack.layers.index(layer)
    text = reason(
        criterion("Debye length / membrane", stack.debye_length(index) / layer.thickness, 0.1),
        criterion("polarisation of the baths J L/(D c)", polarisation, 1e-3),
    )
    # The closed form runs from the inside to the outside.
    model = "Teorell-Meyer-Sievers"
    rows = [Prediction(model, stack.voltage_name, stack.voltage(-parts.potential_difference), "V", text)]
    rows += [
        Prediction(model, f"flux.{s}", float(flux[i]), "mol/m^2/s", text)
        for i, s in enumerate(stack.names)
        if layer.present[i] and membrane.inside[i] + membrane.outside[i] > 0
    ]
    return rows


def _at(stack: Stack, name: str) -> tuple[float | None, float]:
    """Plateau potential of a point in V (None too near a face), and its depth in Debye lengths."""
    index, position = stack.point(name)
    layer = stack.layers[index]
    faces = []
    if index > 0 or stack.left.type in ("wall", "electrode"):
        faces.append(position)
    if index < len(stack.layers) - 1 or stack.right.type in ("wall", "electrode"):
        faces.append(layer.thickness - position)
    depth = min(faces, default=np.inf) / stack.debye_length(index)
    value = stack.plateau(index)
    return (value if depth >= _FEWEST_DEBYE_LENGTHS else None), float(depth)


def _deep(depth: float) -> str:
    return criterion("exp(-distance from the faces / Debye length)", float(np.exp(-depth)), 1e-3)
