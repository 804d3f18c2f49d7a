"""Simplified models of bath | membrane | bath: Nernst, Goldman–Hodgkin–Katz, chord conductance, capacitor."""

from __future__ import annotations

import numpy as np

from pnp.comparison.criteria import Mask, polarisation, uniform_field
from pnp.comparison.parts import Layer, Membrane
from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.constants import epsilon_0
from pnp.simplified.capacitance import charge_capacitor, membrane_capacitance_linear, series_capacitance
from pnp.simplified.chord_conductance import chord_conductance_voltage
from pnp.simplified.ghk import ghk_current_density, ghk_flux, ghk_voltage, reversal_conductance
from pnp.simplified.nernst import nernst_potential
from pnp.simplified.poisson_boltzmann import DiffuseLayer
from pnp.simplified.validation import Array

GHK = "Goldman-Hodgkin-Katz"


def nernst(stack: Stack) -> list[Prediction]:
    """The Nernst potential of the only ion that permeates, at open circuit."""
    membrane = stack.membrane
    if membrane is None or not stack.is_open_circuit:
        return []
    permeant = _permeant(stack, membrane)
    if np.count_nonzero(permeant) != 1:
        return []
    i = int(np.flatnonzero(permeant)[0])
    value = float(_nernst(stack, membrane)[i])
    if not np.isfinite(value):
        return []
    ions = stack.charge_number != 0
    others = float(np.sum(membrane.permeability[ions])) - float(membrane.permeability[i])
    share = others / float(membrane.permeability[i])
    text = reason(criterion(f"permeability of other ions / that of {stack.names[i]}", share, 1e-3))
    return [Prediction("Nernst", stack.voltage_name, stack.voltage(value), "V", text)]


def goldman_hodgkin_katz(stack: Stack) -> list[Prediction]:
    """Zero-current (or given-current) voltage, or the currents and fluxes at a given voltage."""
    membrane = stack.membrane
    if membrane is None or membrane.has_fixed_charge:
        return []
    permeant = _permeant(stack, membrane)
    if not np.any(permeant):
        return []
    ions = (stack.charge_number, membrane.permeability, membrane.inside, membrane.outside, stack.temperature)
    rows = []
    if stack.is_floating:
        if stack.is_open_circuit and np.count_nonzero(permeant) < 2:
            return []
        voltage = ghk_voltage(*ions, current_density=stack.outward_current)
        text, text_of_flux = _ghk_reasons(stack, membrane, permeant, voltage)
        rows.append(Prediction(GHK, stack.voltage_name, stack.voltage(voltage), "V", text))
        if stack.case.inside is not None:
            equilibrium = _nernst(stack, membrane)
            rows += [
                Prediction(GHK, f"driving_force.{s}", float(voltage - equilibrium[i]), "V", text)
                for i, s in enumerate(stack.names)
                if permeant[i] and np.isfinite(equilibrium[i])
            ]
    else:
        applied = stack.applied_voltage
        if applied is None:
            return []
        voltage = applied
        _, text_of_flux = _ghk_reasons(stack, membrane, permeant, voltage)
        current = float(np.sum(ghk_current_density(voltage, *ions)))
        rows.append(Prediction(GHK, "current_density", current, "A/m^2", text_of_flux))
    flux = ghk_flux(voltage, *ions)
    rows += [
        Prediction(GHK, f"flux.{s}", float(flux[i]), "mol/m^2/s", text_of_flux)
        for i, s in enumerate(stack.names)
        if permeant[i]
    ]
    return rows


def chord_conductance(stack: Stack) -> list[Prediction]:
    """Parallel conductances, each the slope of the ion's GHK current at its own Nernst potential."""
    membrane = stack.membrane
    if membrane is None or membrane.has_fixed_charge:
        return []
    permeant = _permeant(stack, membrane)
    equilibrium = _nernst(stack, membrane)
    if np.count_nonzero(permeant) < 2 or not np.all(np.isfinite(equilibrium[permeant])):
        return []
    z, p = stack.charge_number[permeant], membrane.permeability[permeant]
    conductance = reversal_conductance(z, p, membrane.inside[permeant], membrane.outside[permeant], stack.temperature)
    potentials = equilibrium[permeant]
    if stack.is_floating:
        voltage = chord_conductance_voltage(conductance, potentials, stack.outward_current)
        row = (stack.voltage_name, stack.voltage(voltage), "V")
    elif stack.applied_voltage is not None:
        voltage = stack.applied_voltage
        row = ("current_density", float(np.sum(conductance * (voltage - potentials))), "A/m^2")
    else:
        return []
    largest = float(np.max(np.abs(z * (voltage - potentials)))) / stack.thermal_voltage
    near = criterion("largest |z|F|V - E|/RT", largest, 0.1)
    of_potential, of_flux = _ghk_reasons(stack, membrane, permeant, voltage, near)
    return [Prediction("chord conductance", *row, of_potential if stack.is_floating else of_flux)]


def capacitor(stack: Stack) -> list[Prediction]:
    """A dielectric slab that no ion enters, charged by the applied voltage through two diffuse layers."""
    membrane = stack.membrane
    applied = stack.applied_voltage
    if membrane is None or not applied or stack.has_interface_charge:
        return []
    if not all(layer.is_dielectric for layer in membrane.layers) or not (
        membrane.bath_inside and membrane.bath_outside
    ):
        return []
    z, t = stack.charge_number, stack.temperature
    inside = DiffuseLayer(z, membrane.inside, membrane.bath_inside[-1].permittivity, t)
    outside = DiffuseLayer(z, membrane.outside, membrane.bath_outside[0].permittivity, t)
    slab = series_capacitance([epsilon_0 * q.permittivity / q.thickness for q in membrane.layers])
    # One charge, so the field is largest where the permittivity is least: in the slab or at a bath's face.
    facing = (*membrane.layers, membrane.bath_inside[-1], membrane.bath_outside[0])
    weakest = epsilon_0 * min(q.permittivity for q in facing)
    state = charge_capacitor(applied, slab, inside, outside)
    linear = membrane_capacitance_linear(slab, inside, outside) * applied
    lengths = (
        inside.debye_length / sum(q.thickness for q in membrane.bath_inside),
        outside.debye_length / sum(q.thickness for q in membrane.bath_outside),
    )
    drop = max(abs(state.left_drop), abs(state.right_drop)) / stack.thermal_voltage
    thin = criterion("Debye length / bath", max(lengths), 0.1)
    share = 1.0 - linear / (slab * applied)
    quantity = "max_electric_field"
    return [
        Prediction(
            "slab and two Gouy-Chapman layers",
            quantity,
            abs(state.surface_charge) / weakest,
            "V/m",
            reason(thin),
        ),
        Prediction(
            "slab and two linear layers",
            quantity,
            abs(linear) / weakest,
            "V/m",
            reason(criterion("drop of a diffuse layer F/RT", drop, 0.1), thin),
        ),
        Prediction(
            "parallel plates",
            quantity,
            abs(slab * applied) / weakest,
            "V/m",
            reason(criterion("share of the diffuse layers in the voltage", share, 1e-3), thin),
        ),
    ]


def _permeant(stack: Stack, membrane: Membrane) -> Mask:
    """Ions that can cross and are there, shape (n,)."""
    there = membrane.inside + membrane.outside > 0
    return np.asarray((stack.charge_number != 0) & (membrane.permeability > 0) & there)


def _nernst(stack: Stack, membrane: Membrane) -> Array:
    """Nernst potentials inside minus outside in V, shape (n,); NaN for neutral solutes."""
    neutral = stack.charge_number == 0
    z = np.where(neutral, 1.0, stack.charge_number)
    return np.where(neutral, np.nan, nernst_potential(z, membrane.inside, membrane.outside, stack.temperature))


def _ghk_reasons(stack: Stack, membrane: Membrane, permeant: Mask, voltage: float, *own: str) -> tuple[str, str]:
    """What GHK leaves out, beside a model's own criteria: for rows of potentials, and for rows of fluxes.

    Where all permeant ions carry one charge number, in proportional profiles, Σ P c e^{zFφ/RT} is constant
    across the membrane whatever its field: the zero-current voltage, but no flux, is that of GHK in any field.
    """
    flux = np.abs(
        ghk_flux(
            voltage,
            stack.charge_number,
            membrane.permeability,
            membrane.inside,
            membrane.outside,
            stack.temperature,
        )
    )
    field = uniform_field(stack, membrane, permeant, voltage)
    z = stack.charge_number[permeant]
    one_charge_number = bool(np.all(z == z[0])) and _proportional(membrane.layers, permeant)
    bends = [] if stack.is_open_circuit and one_charge_number else field
    of_potential = polarisation(membrane, flux, permeant)
    of_flux = polarisation(membrane, flux, permeant, least=membrane.permeability)
    return (
        reason(*own, *bends, criterion("polarisation of the baths J L/(D c)", of_potential, 1e-3)),
        reason(*own, *field, criterion("polarisation of the baths max(J/c, P) L/D", of_flux, 1e-3)),
    )


def _proportional(layers: tuple[Layer, ...], permeant: Mask) -> bool:
    """Whether the ions' permeabilities have the same profile across the layers."""
    profile = np.array([np.exp(q.log_partition[permeant]) * q.diffusivity[permeant] for q in layers])
    relative = profile / profile[0]
    return bool(np.allclose(relative, relative[:, :1], rtol=1e-12, atol=0.0))
