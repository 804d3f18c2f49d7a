"""Simplified models of a charged wall or polarised electrode: Gouy–Chapman, Grahame, Stern, Debye–Hückel.

In a plane each flat wall has its own layer, as wide as the Debye length: it knows nothing of what is farther away, and
deviates within a Debye length of the wall's edges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from pnp.comparison.criteria import linear_layer
from pnp.comparison.parts import End
from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.constants import epsilon_0
from pnp.geometry import StackCoordinates
from pnp.quantity_table import unit_of
from pnp.simplified.capacitance import series_capacitance
from pnp.simplified.debye_hueckel import LinearLayer, Shape
from pnp.simplified.gouy_chapman_stern import gouy_chapman_stern
from pnp.simplified.poisson_boltzmann import DiffuseLayer

SHAPE: Final[dict[StackCoordinates, Shape]] = {"cartesian": "plane", "cylindrical": "cylinder", "spherical": "sphere"}
"""What a face of the stack is."""


@dataclass(frozen=True)
class _Wall:
    """A wall, the layers without ions before it, and the solution behind them."""

    end: End
    stern_layers: int
    stern_capacitance: float | None
    solution_thickness: float
    layer: DiffuseLayer
    bulk_potential: float
    bulk_known: bool


def gouy_chapman(stack: Stack) -> list[Prediction]:
    """Charge or potential of the wall, capacitance, excess of each ion, potential at named points."""
    wall = _wall(stack)
    # The first integral of Poisson–Boltzmann, on which all of it rests, is that of plane faces.
    if wall is None or not stack.is_flat:
        return []
    stern, end = wall.stern_capacitance, wall.end.name
    if wall.end.type == "electrode":
        assert wall.end.potential is not None
        drop = wall.end.potential - wall.bulk_potential
        if stern is not None:
            state = gouy_chapman_stern(drop, stern, wall.layer)
            diffuse, charge, capacitance = state.diffuse_potential, state.surface_charge, state.capacitance
        else:
            diffuse, charge = drop, float(wall.layer.surface_charge(drop))
            capacitance = float(wall.layer.capacitance(drop))
    else:
        charge = wall.end.surface_charge
        diffuse = wall.layer.surface_potential(charge)
        capacitance = float(wall.layer.capacitance(diffuse))
        capacitance = capacitance if stern is None else series_capacitance([stern, capacitance])
    model = "Gouy-Chapman" if stern is None else "Gouy-Chapman-Stern"
    text = reason(_thick(wall), *_edges(stack, wall))
    rows = []
    if wall.end.type == "electrode":
        name = "Grahame" if stern is None else model
        rows.append(Prediction(name, f"surface_charge.{end}", charge, "C/m^2", text))
        if stack.wall is not None:
            unit = unit_of(f"charge.{end}", stack.case.coordinates)
            rows.append(Prediction(name, f"charge.{end}", charge * stack.wall.area, unit, text))
    rows.append(Prediction(model, f"differential_capacitance.{end}", capacitance, "F/m^2", text))
    excess = wall.layer.surface_excess(diffuse)
    rows += [
        Prediction(model, f"surface_excess.{s}", float(excess[i]), "mol/m^2", text)
        for i, s in enumerate(stack.names)
        if stack.free[i] and (stack.wall is None or stack.wall.is_alone)
    ]
    relative = _potentials(stack, wall, lambda name: _potential(stack, wall, name, diffuse, charge))
    return rows + [Prediction(model, *row, text) for row in relative]


def debye_hueckel(stack: Stack) -> list[Prediction]:
    """The linear layer about a plane, cylinder or sphere: charge or potential of the wall, capacitance, potentials.

    Exact in its range, however narrow the solution.
    """
    wall = _wall(stack)
    if wall is None or wall.stern_capacitance is not None:
        return []
    end = wall.end.name
    ends = stack.geometry.inner, stack.geometry.outer
    face, far = ends if wall.end is stack.left else ends[::-1]
    layer = LinearLayer(
        SHAPE[stack.geometry.coordinates], wall.layer.relative_permittivity, wall.layer.debye_length, face, far
    )
    rows = []
    if wall.end.type == "electrode":
        assert wall.end.potential is not None
        drop = wall.end.potential - wall.bulk_potential
        rows.append(("surface_charge." + end, layer.surface_charge(drop), "C/m^2"))
    else:
        drop = layer.surface_potential(wall.end.surface_charge)
    rows.append(("differential_capacitance." + end, layer.capacitance, "F/m^2"))
    rows += _potentials(stack, wall, lambda name: float(layer.potential(stack.position(name), drop)))
    bulk = np.asarray(wall.layer.concentration, dtype=np.float64)
    # In a plane what lies opposite is not always the bath.
    beside = [] if stack.wall is None else [_thick(wall), *_edges(stack, wall)]
    text = reason(*linear_layer(stack.charge_number, bulk, drop, stack.thermal_voltage), *beside)
    return [Prediction("Debye–Hückel", *row, text) for row in rows]


def _potentials(stack: Stack, wall: _Wall, relative: Callable[[str], float]) -> list[tuple[str, float, str]]:
    """Rows of the potentials at points and the ends and of the named differences; `relative` to the bulk's, in V."""
    rows = []
    if wall.bulk_known:
        ends = (wall.end.name,) if wall.end.type == "wall" else ()
        for name in (*stack.points, *ends):
            rows.append((f"potential.{name}", wall.bulk_potential + relative(name), "V"))
    for name, (one, other) in stack.differences.items():
        rows.append((f"potential_difference.{name}", relative(one) - relative(other), "V"))
    return rows


def _wall(stack: Stack) -> _Wall | None:
    """The stack as wall | layers without ions | solution | bath, or None if it is something else."""
    ends = [end for end in (stack.left, stack.right) if end.type in ("wall", "electrode") and end.is_blocking]
    if len(ends) != 1 or stack.equilibrium is None or stack.has_interface_charge:
        return None
    end = ends[0]
    if (end.type == "electrode" and end.potential is None) or (end.type == "wall" and end.surface_charge == 0.0):
        return None
    from_wall = stack.layers if end is stack.left else stack.layers[::-1]
    count = next((i for i, layer in enumerate(from_wall) if not layer.is_dielectric), len(from_wall))
    stern, solution = from_wall[:count], from_wall[count:]
    if not solution or not all(q.is_solution for q in solution) or len({q.permittivity for q in solution}) > 1:
        return None
    bath, level = stack.equilibrium
    other = stack.right if end is stack.left else stack.left
    if not np.any((stack.charge_number != 0) & (bath > 0)):
        return None
    return _Wall(
        end=end,
        stern_layers=count,
        stern_capacitance=series_capacitance([epsilon_0 * q.permittivity / q.thickness for q in stern])
        if stern
        else None,
        solution_thickness=sum(q.thickness for q in solution),
        layer=DiffuseLayer(stack.charge_number, bath, solution[0].permittivity, stack.temperature),
        bulk_potential=level,
        bulk_known=other.potential is not None,
    )


def _thick(wall: _Wall) -> str:
    """How much of the layer is left where the solution ends."""
    left = float(np.exp(-wall.solution_thickness / wall.layer.debye_length))
    return criterion("exp(-solution / Debye length)", left, 1e-6)


def _edges(stack: Stack, wall: _Wall) -> list[str]:
    """Of a flat wall in a plane: how much of it lies within a Debye length of its edges."""
    if stack.wall is None:
        return []
    share = wall.layer.debye_length * stack.wall.rim / stack.wall.area
    return [criterion("Debye length / extent of the wall", share, 1e-2)]


def _potential(stack: Stack, wall: _Wall, name: str, diffuse: float, charge: float) -> float:
    """Potential of a named point relative to the bulk in V."""
    index, position = stack.point(name)
    layers = stack.layers
    if wall.end is stack.right:
        index, position = len(layers) - 1 - index, layers[index].thickness - position
        layers = layers[::-1]
    if index < wall.stern_layers:
        # The field without ions is uniform in each layer: its drops from here to the solution add up.
        drop = charge * (layers[index].thickness - position) / (epsilon_0 * layers[index].permittivity)
        for q in layers[index + 1 : wall.stern_layers]:
            drop += charge * q.thickness / (epsilon_0 * q.permittivity)
        return diffuse + drop
    distance = sum(q.thickness for q in layers[wall.stern_layers : index]) + position
    return float(wall.layer.potential(distance, diffuse))
