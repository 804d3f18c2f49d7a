"""Simplified models of a closed cell that holds the counter-ions of its wall: exact Poisson–Boltzmann."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pnp.comparison.parts import End
from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.constants import epsilon_0
from pnp.simplified.counter_ion_annulus import counter_ion_annulus
from pnp.simplified.counter_ion_slab import counter_ion_slab
from pnp.simplified.validation import Array

Profile = Callable[[float], float]


def counter_ions(stack: Stack) -> list[Prediction]:
    """Concentration and field at named points, and potential differences, of the slab or the cylindrical cell.

    The slab between a charged wall and a mid-plane, or between two walls of one charge; the cell of a charged
    cylinder. No closed form is known for a sphere.
    """
    wall = _charged_wall(stack)
    if wall is None or not _one_solution(stack):
        return []
    amounts = _amounts(stack)
    z = stack.charge_number
    counter = [i for i in np.flatnonzero(amounts > 0) if z[i] * wall.surface_charge < 0]
    if len(counter) != 1:
        return []
    i = int(counter[0])
    profiles = _profiles(stack, wall, int(z[i]))
    if profiles is None:
        return []
    model, concentration, potential, field = profiles
    others = float(np.sum((np.abs(z) * amounts)[np.arange(z.size) != i])) / float(abs(z[i]) * amounts[i])
    text = reason(criterion("charge of the other ions / that of the counter-ions", others, 1e-3))
    rows = []
    for name in stack.points:
        x = stack.position(name)
        rows.append(Prediction(model, f"concentration.{stack.names[i]}.{name}", concentration(x), "mol/m^3", text))
        rows.append(Prediction(model, f"electric_field.{name}", field(x), "V/m", text))
    rows += [
        Prediction(
            model,
            f"potential_difference.{name}",
            potential(stack.position(one)) - potential(stack.position(other)),
            "V",
            text,
        )
        for name, (one, other) in stack.differences.items()
    ]
    largest = abs(wall.surface_charge) / (epsilon_0 * stack.layers[0].permittivity)
    return [*rows, Prediction(model, "max_electric_field", largest, "V/m", text)]


def _charged_wall(stack: Stack) -> End | None:
    """The charged wall of a cell that nothing enters or leaves; the right one of two alike."""
    ends = (stack.left, stack.right)
    if any(end.type not in ("wall", "symmetry") or not end.is_blocking for end in ends) or stack.has_interface_charge:
        return None
    charged = [end for end in ends if end.surface_charge != 0.0]
    if len(charged) == 2 and not (stack.is_flat and charged[0].surface_charge == charged[1].surface_charge):
        return None
    return charged[-1] if charged else None


def _one_solution(stack: Stack) -> bool:
    return all(q.admits_all for q in stack.layers) and len({q.permittivity for q in stack.layers}) == 1


def _amounts(stack: Stack) -> Array:
    """Amount of each species in mol per m² of the outermost face, shape (n,)."""
    total = np.zeros(len(stack.names))
    for q in stack.layers:
        own = stack.case.regions[q.name].species
        volume = float(stack.geometry.volume(q.left, q.left + q.thickness))
        for i, s in enumerate(stack.names):
            given = own[s].initial_concentration if s in own else None
            total[i] += (given or 0.0) * volume
    return total


def _profiles(stack: Stack, wall: End, z: int) -> tuple[str, Profile, Profile, Profile] | None:
    """The model's name, and c in mol/m³, φ in V up to a constant and −dφ/dx in V/m at x in m."""
    start, end = stack.geometry.inner, stack.geometry.outer
    permittivity, t = stack.layers[0].permittivity, stack.temperature
    if stack.is_flat:
        both = stack.left.surface_charge != 0.0 and stack.right.surface_charge != 0.0
        middle = 0.5 * (start + end) if both else (start if wall is stack.right else end)
        slab = counter_ion_slab(wall.surface_charge, (end - start) / (2.0 if both else 1.0), z, permittivity, t)
        return (
            "counter-ion slab",
            lambda x: float(slab.concentration(x - middle)),
            lambda x: float(slab.potential(x - middle)),
            lambda x: float(slab.field(x - middle)),
        )
    if stack.geometry.coordinates != "cylindrical" or wall is not stack.left:
        return None
    cell = counter_ion_annulus(wall.surface_charge, start, end, z, permittivity, t)
    return (
        "counter-ion annulus",
        lambda x: float(cell.concentration(x)),
        lambda x: float(cell.potential(x)),
        lambda x: float(cell.field(x)),
    )
