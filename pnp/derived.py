"""What follows from a case without solving it: lengths, Nernst potentials, permeabilities (no DOLFINx)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pnp.comparison.stack import Stack
from pnp.comparison.views import stack_from_case
from pnp.constants import epsilon_0, thermal_voltage
from pnp.derived_plane import plane_derived
from pnp.quantity_table import unit_of
from pnp.simplified.debye import debye_length, ionic_strength
from pnp.simplified.ghk import reversal_conductance
from pnp.simplified.nernst import nernst_potential
from pnp.simplified.validation import Array

if TYPE_CHECKING:
    from pnp.case import Case


@dataclass(frozen=True)
class DerivedValue:
    """One derived number.

    Attributes:
        subject: What it belongs to, by key path: "regions.membrane", "species.K", "boundaries.left", "case".
        name: Its name, as in the table of quantities where it is one.
        value: In `unit`.
        unit: SI unit.
    """

    subject: str
    name: str
    value: float
    unit: str


def derived(case: Case) -> tuple[DerivedValue, ...]:
    """Every derived number of a validated case.

    Per region ionic strength, Debye length and thickness over Debye length at its estimated composition (the
    nearest baths', partitioned, with the counter-ions of the fixed charge), and the equilibrium potential
    where there is one, and the capacitance of a layer thinner than its Debye length; per reservoir ionic strength
    and Debye length of the bath; per species Nernst potential (inside minus
    outside, or left minus right), permeability and conductance of the membrane (curved faces: per its mean area).
    In the plane what does not take a stack: `pnp.derived_plane`.
    """
    values = [DerivedValue("case", "thermal_voltage", float(thermal_voltage(case.temperature)), "V")]
    if not case.is_stack:
        return (*values, *(DerivedValue(*value) for value in plane_derived(case)))
    stack = stack_from_case(case)
    for end in (stack.left, stack.right):
        if end.concentration is not None:
            values += _ends(stack, end.name, end.concentration)
    for index in range(len(stack.layers)):
        values += _region(stack, index)
    return (*values, *_species(stack))


def _ends(stack: Stack, name: str, concentration: Array) -> list[DerivedValue]:
    permittivity = (stack.layers[0] if name == "left" else stack.layers[-1]).permittivity
    subject, z = f"boundaries.{name}", stack.charge_number
    length = debye_length(z, concentration, permittivity, stack.temperature)
    values = [DerivedValue(subject, "ionic_strength", ionic_strength(z, concentration), "mol/m^3")]
    return values + ([DerivedValue(subject, "debye_length", length, "m")] if np.isfinite(length) else [])


def _region(stack: Stack, index: int) -> list[DerivedValue]:
    layer = stack.layers[index]
    subject = f"regions.{layer.name}"
    strength = ionic_strength(stack.charge_number, stack.composition(index))
    length = stack.debye_length(index)
    values = [DerivedValue(subject, "ionic_strength", strength, "mol/m^3")]
    if np.isfinite(length):
        values.append(DerivedValue(subject, "debye_length", length, "m"))
        values.append(DerivedValue(subject, "thickness_over_debye_length", layer.thickness / length, "1"))
    if not layer.is_solution:
        # A layer wider than its Debye length screens its faces from each other: it is no capacitor.
        if np.isfinite(layer.series_length) and layer.thickness < length:
            capacitance = epsilon_0 * layer.permittivity / layer.series_length * stack.geometry.outer_area
            unit = unit_of(f"capacitance.{layer.name}", stack.case.coordinates)
            values.append(DerivedValue(subject, "capacitance", capacitance, unit))
        plateau = stack.plateau(index)
        if plateau is not None:
            values.append(DerivedValue(subject, "equilibrium_potential", plateau, "V"))
    return values


def _species(stack: Stack) -> list[DerivedValue]:
    values: list[DerivedValue] = []
    left, right = stack.left.concentration, stack.right.concentration
    if not stack.between_baths or left is None or right is None:
        return values
    inside, outside = (left, right) if stack.inside == "left" else (right, left)
    membrane = stack.membrane
    for i, name in enumerate(stack.names):
        subject, z = f"species.{name}", stack.charge_number[i]
        if z != 0 and inside[i] > 0 and outside[i] > 0:
            potential = float(nernst_potential(z, inside[i], outside[i], stack.temperature))
            values.append(DerivedValue(subject, "nernst_potential", potential, "V"))
        if membrane is not None:
            p = float(membrane.permeability[i]) / membrane.mean_area
            values.append(DerivedValue(subject, "permeability", p, "m/s"))
            if z != 0 and p > 0:
                g = float(reversal_conductance(z, p, inside[i], outside[i], stack.temperature))
                values.append(DerivedValue(subject, "conductance", g, "S/m^2"))
    return values
