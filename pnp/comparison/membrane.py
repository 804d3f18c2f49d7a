"""Simplified models of bath | membrane | bath: Nernst, Goldman–Hodgkin–Katz, Ussing, chord conductance.

They hold for coaxial cylinders and concentric spheres too: without charge A ε dφ/dx is the same at every face of area
A, so that φ is linear in ∫ dx/A within a layer, and with it the equations are those of a slab (`junction`). What is
uniform is A times the field, P counts ∫ dx/A, and fluxes are those through a whole face.

In a plane, where one region parts two baths, concentrations and potential are functions of one harmonic coordinate too
(`junction`) where the field does not leave the region through its sides. Ions of one charge number need not even that:
their current is that of u = Σ D β a, a = c e^{zFφ/RT}/β, whose flux e^{−zFφ/RT} ∇u passes no side; without current u is
the same at both faces, in any field. What is known is the ratio of permeabilities, that of D β, and so potentials
without current, and no current or flux.
"""

from __future__ import annotations

import numpy as np

from pnp.comparison.criteria import Mask, polarisation, uniform_field
from pnp.comparison.parts import Layer, Membrane
from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.simplified.chord_conductance import chord_conductance_voltage
from pnp.simplified.ghk import ghk_current_density, ghk_flux, ghk_voltage, reversal_conductance
from pnp.simplified.nernst import nernst_potential
from pnp.simplified.ussing import one_way_fluxes, ussing_flux_ratio
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
    text = reason(criterion("permeability of other ions / that of the permeant ion", share, 1e-3))
    return [Prediction("Nernst", stack.voltage_name, stack.voltage(value), "V", text)]


def goldman_hodgkin_katz(stack: Stack) -> list[Prediction]:
    """Zero-current (or given-current) voltage, or the currents, fluxes and one-way fluxes at a given voltage."""
    membrane = stack.membrane
    if membrane is None or not _has_model(stack, membrane):
        return []
    permeant = _permeant(stack, membrane)
    if not np.any(permeant) or _hides_charge(stack, membrane, permeant):
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
        rows += stack.current(GHK, current, text_of_flux)
    crossing = np.flatnonzero(permeant)
    flux = ghk_flux(voltage, *ions)
    for i in crossing:
        rows += stack.flow(GHK, i, float(flux[i]), text_of_flux)
    if not stack.is_floating and stack.case.inside is not None:
        both = crossing[(membrane.inside * membrane.outside)[crossing] > 0]
        for name, one_way in zip(("efflux", "influx"), one_way_fluxes(voltage, *ions), strict=True):
            for i in both:
                rows += stack.flow(GHK, i, float(one_way[i]), text_of_flux, name=name)
    return rows


def ussing(stack: Stack) -> list[Prediction]:
    """Efflux over influx of each ion that both baths hold, at a given voltage.

    No number governs it: ions that cross one by one, as all of Nernst and Planck do, obey it in any membrane.
    """
    membrane, applied = stack.membrane, stack.applied_voltage
    if membrane is None or applied is None or stack.equilibrium is not None or stack.case.inside is None:
        return []
    if not stack.is_exact:
        return []
    held = (membrane.permeability > 0) & (membrane.inside > 0) & (membrane.outside > 0) & stack.free
    ratio = ussing_flux_ratio(applied, stack.charge_number, membrane.inside, membrane.outside, stack.temperature)
    return [
        Prediction("Ussing", f"ussing_ratio.{stack.names[i]}", float(ratio[i]), "1", "") for i in np.flatnonzero(held)
    ]


def chord_conductance(stack: Stack) -> list[Prediction]:
    """Parallel conductances, each the slope of the ion's GHK current at its own Nernst potential."""
    membrane = stack.membrane
    if membrane is None or not _has_model(stack, membrane):
        return []
    permeant = _permeant(stack, membrane)
    equilibrium = _nernst(stack, membrane)
    if np.count_nonzero(permeant) < 2 or not np.all(np.isfinite(equilibrium[permeant])):
        return []
    if _hides_charge(stack, membrane, permeant):
        return []
    z, p = stack.charge_number[permeant], membrane.permeability[permeant]
    conductance = reversal_conductance(z, p, membrane.inside[permeant], membrane.outside[permeant], stack.temperature)
    potentials = equilibrium[permeant]
    if stack.is_floating:
        voltage = chord_conductance_voltage(conductance, potentials, stack.outward_current)
    elif stack.applied_voltage is not None:
        voltage = stack.applied_voltage
    else:
        return []
    largest = float(np.max(np.abs(z * (voltage - potentials)))) / stack.thermal_voltage
    near = criterion("largest |z|F|V - E|/RT", largest, 0.1)
    of_potential, of_flux = _ghk_reasons(stack, membrane, permeant, voltage, near)
    if stack.is_floating:
        return [Prediction("chord conductance", stack.voltage_name, stack.voltage(voltage), "V", of_potential)]
    return stack.current("chord conductance", float(np.sum(conductance * (voltage - potentials))), of_flux)


def _has_model(stack: Stack, membrane: Membrane) -> bool:
    """Whether a uniform field is worth a comparison: not at equilibrium with fixed charge, nor where that varies.

    Nor where ions are shut in, whose charge varies with the potential. At equilibrium nothing crosses, and the
    membrane's potential is Donnan's.
    """
    if membrane.keeps_ions or any(q.fixed_charge is None for q in membrane.layers):
        return False
    return not membrane.has_fixed_charge or stack.equilibrium is None


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
    field = uniform_field(stack, membrane, permeant, voltage) if stack.is_exact else []
    bends = (
        [] if _is_field_free(stack, membrane, permeant) else field or uniform_field(stack, membrane, permeant, voltage)
    )
    of_potential = polarisation(membrane, flux, permeant)
    of_flux = polarisation(membrane, flux, permeant, least=membrane.permeability)
    return (
        reason(*own, *bends, criterion("polarisation of the baths J L/(D c)", of_potential, 1e-3)),
        reason(*own, *field, criterion("polarisation of the baths max(J/c, P) L/D", of_flux, 1e-3)),
    )


def _is_field_free(stack: Stack, membrane: Membrane, permeant: Mask) -> bool:
    """Whether the zero-current voltage is that of GHK in any field, see `_ghk_reasons`."""
    z = stack.charge_number[permeant]
    return stack.is_open_circuit and bool(np.all(z == z[0])) and _proportional(membrane.layers, permeant)


def _hides_charge(stack: Stack, membrane: Membrane, permeant: Mask) -> bool:
    """Whether charge whose effect on the field is not known decides: in a plane, where it can lie anywhere."""
    if stack.is_exact or _is_field_free(stack, membrane, permeant):
        return False
    return stack.has_interface_charge


def _proportional(layers: tuple[Layer, ...], permeant: Mask) -> bool:
    """Whether the ions' permeabilities have the same profile across the layers."""
    profile = np.array([np.exp(q.log_partition[permeant]) * q.diffusivity[permeant] for q in layers])
    relative = profile / profile[0]
    return bool(np.allclose(relative, relative[:, :1], rtol=1e-12, atol=0.0))
