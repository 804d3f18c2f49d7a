"""What simplified models leave out, as dimensionless numbers of a case; every model takes its numbers from here."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pnp.comparison.parts import Layer, Membrane
from pnp.comparison.prediction import criterion
from pnp.comparison.stack import Stack
from pnp.constants import F, epsilon_0
from pnp.simplified.capacitance import series_capacitance
from pnp.simplified.debye import debye_length, ionic_strength
from pnp.simplified.donnan import donnan_potential
from pnp.simplified.poisson_boltzmann import DiffuseLayer
from pnp.simplified.special_functions import entire_exponential_integral, log_bernoulli
from pnp.simplified.validation import Array

Mask = NDArray[np.bool_]


def uniform_field(stack: Stack, membrane: Membrane, permeant: Mask, voltage: float) -> list[str]:
    """What bends the field in a membrane, or shifts the concentrations at its faces from those of the baths.

    Args:
        stack: The case.
        membrane: Its membrane.
        permeant: Which ions cross, shape (n,).
        voltage: Inside minus outside in V.
    """
    valence = float(np.max(np.abs(stack.charge_number[permeant]), initial=0.0)) / stack.thermal_voltage
    criteria = [
        criterion("(membrane thickness / its Debye length)^2", charge_in_membrane(stack, membrane), 1e-3),
        criterion(
            "voltage that slab and diffuse layers share: |z|F V_layers/RT",
            valence * abs(voltage) * share_of_diffuse_layers(stack, membrane),
            1e-2,
        ),
    ]
    if not stack.is_exact:
        criteria.append(criterion("permittivity beside the membrane / its own", stack.beside, 1e-2))
    if stack.has_interface_charge:
        criteria.append(
            criterion("surface charge: |z|F psi_interface/RT", valence * interface_potential(stack, membrane), 1e-2)
        )
    if membrane.has_fixed_charge:
        psi = valence * fixed_charge_potential(stack, membrane)
        criteria.append(criterion("fixed charge of the membrane: |z|F psi/RT", psi, 1e-2))
    if len(membrane.layers) > 1:
        criteria.append(
            criterion(
                "layers taken as one uniform field: shift of the fluxes",
                shift_of_layers(stack, membrane, permeant, voltage),
                1e-2,
            )
        )
    return criteria


def shift_of_layers(stack: Stack, membrane: Membrane, permeant: Mask, voltage: float) -> float:
    """Largest relative change of a flux if each layer has a field of its own, inversely as its permittivity.

    Without charge the voltage is shared as by capacitors in series, and a flux meets the resistance
    Σ r ⟨e^{zφ}⟩ of the layers, where the uniform field has Σ r ⟨e^{zφ}⟩ over all of them; r = L/(βD), φ in RT/F, and
    the mean over a linear φ from φ₁ to φ₂ is e^{zφ₁} / B(z(φ₂ − φ₁)), B the Bernoulli function.
    """
    elastance = np.array([q.series_length / q.permittivity for q in membrane.layers])
    fall = voltage / stack.thermal_voltage
    drop = -fall * elastance / np.sum(elastance)
    start = np.concatenate([[0.0], np.cumsum(drop)[:-1]])
    worst = 0.0
    for i in np.flatnonzero(permeant):
        z = float(stack.charge_number[i])
        r = np.array(
            [q.series_length / (np.exp(q.log_partition[i]) * q.diffusivity[i]) for q in membrane.layers],
        )
        layered = np.log(r) + z * start - log_bernoulli(z * drop)
        ratio = np.log(np.sum(r)) - log_bernoulli(-z * fall) - np.logaddexp.reduce(layered)
        worst = max(worst, abs(float(np.expm1(np.minimum(ratio, 700.0)))))
    return worst


def charge_in_membrane(stack: Stack, membrane: Membrane) -> float:
    """Σ (L/λ_D)² over the layers, with the mean of the baths' concentrations, partitioned.

    Poisson's equation in units of RT/F and of the thickness: the ions' own charge bends the potential by about
    this over 8.
    """
    mean = 0.5 * (membrane.inside + membrane.outside)
    lengths = [
        debye_length(stack.charge_number, mean * np.exp(q.log_partition), q.permittivity, stack.temperature)
        for q in membrane.layers
    ]
    return float(sum((q.thickness / length) ** 2 for q, length in zip(membrane.layers, lengths, strict=True)))


def share_of_diffuse_layers(stack: Stack, membrane: Membrane) -> float:
    """Share of the voltage that falls in the baths' diffuse layers, in series with the slab.

    Source: linear layers as in `capacitance.membrane_capacitance_linear`; a nonlinear layer takes less. Plane layers,
    which those at a face of a larger radius than the Debye length nearly are.
    """
    slab = series_capacitance([epsilon_0 * q.permittivity / q.series_length for q in membrane.layers])
    ratio = slab * _elastance_of_diffuse_layers(stack, membrane)
    return float(ratio / (1.0 + ratio)) if np.isfinite(ratio) else 1.0


def interface_potential(stack: Stack, membrane: Membrane) -> float:
    """Largest potential in V that surface charge gives an interface, relative to the solution beside it.

    Source: D. C. Grahame, Chem. Rev. 41, 441 (1947), with all the charge facing the solution, which is an upper
    bound. Between two layers of the membrane: a charge between two capacitors, at most a quarter of their
    elastances' sum.
    """
    names = [q.name for q in stack.layers]
    solutions = {q.name for q in (*membrane.bath_inside, *membrane.bath_outside)}
    largest = 0.0
    for interface in stack.case.interfaces.values():
        charge = interface.surface_charge
        if charge == 0.0:
            continue
        beside = [names.index(name) for name in interface.between if name in solutions]
        if beside:
            found = min(_grahame(stack, i, charge) for i in beside)
        else:
            elastance = sum(q.series_length / (epsilon_0 * q.permittivity) for q in membrane.layers)
            second = stack.layers[max(names.index(name) for name in interface.between)]
            charge *= float(stack.geometry.area(second.left))
            found = abs(charge) * (elastance + _elastance_of_diffuse_layers(stack, membrane)) / 4.0
        largest = max(largest, found)
    return largest


def fixed_charge_potential(stack: Stack, membrane: Membrane) -> float:
    """Largest potential in V that the membrane's fixed charge gives it: the smaller of two bounds.

    Screened by the ions that enter, Donnan's of the baths' mean; unscreened, that of all the charge in the middle of
    the capacitor of slab and diffuse layers, as in `interface_potential`.
    """
    mean = 0.5 * (membrane.inside + membrane.outside)
    screened, charge = 0.0, 0.0
    for q in membrane.layers:
        fixed = q.fixed_charge or 0.0
        charge += F * abs(fixed) * float(stack.geometry.volume(q.left, q.left + q.thickness))
        try:
            own = donnan_potential(stack.charge_number, mean, fixed, stack.temperature, q.log_partition)
        except ValueError:
            # No ion that enters balances it.
            own = float("inf")
        screened = max(screened, abs(own))
    elastance = sum(q.series_length / (epsilon_0 * q.permittivity) for q in membrane.layers)
    return min(screened, charge * (elastance + _elastance_of_diffuse_layers(stack, membrane)) / 4.0)


def polarisation(membrane: Membrane, flux: Array, counted: Mask, least: ArrayLike = 0.0) -> float:
    """Relative change of concentration that the fluxes make across the baths, Σ max(J/c) L/D.

    Args:
        membrane: With its baths.
        flux: J in mol/m²/s of the outermost face, shape (n,).
        counted: Which species to look at, shape (n,). One that a bath lacks is measured, by its permeability,
            against those that are there.
        least: Smallest J/c in m/s to count, shape (n,) or one number. With the permeability, what is found is
            at least the resistance of the baths over that of the membrane: where the flux itself is asked
            for, that ratio is what it is wrong by, however small the flux.
    """
    total = 0.0
    p = membrane.permeability
    for layers, bath in ((membrane.bath_inside, membrane.inside), (membrane.bath_outside, membrane.outside)):
        carried = float(np.sum((p * bath)[counted]))
        with np.errstate(divide="ignore", invalid="ignore"):
            substitute = np.where(bath > 0, bath, np.where(p > 0, carried / p, 0.0))
            rate = np.where(substitute > 0, np.abs(flux) / substitute, 0.0)
        rate = np.maximum(rate, least)
        for q in layers:
            total += float(np.max((rate[counted] * q.series_length / q.diffusivity[counted]), initial=0.0))
    return total


def flux_through_donnan_layers(
    stack: Stack, layer: Layer, concentration: tuple[Array, Array], potential: tuple[float, float]
) -> Array:
    """Share of each species' resistance that the layers inside the faces of a charged membrane take away, shape (n,).

    Towards a face the potential decays from the plateau by the Donnan potential ψ at most, over the membrane's Debye
    length λ, and an excluded ion meets e^{−|zψ| e^{−x/λ}} of the plateau's resistance there: less by λ Ein(|zψ|) of
    the thickness at each face.

    Args:
        stack: The case.
        layer: The membrane.
        concentration: In the membrane at each face in mol/m³, (n,) each.
        potential: Donnan potential at each face in V.
    """
    share = np.zeros(len(stack.names))
    for c, psi in zip(concentration, potential, strict=True):
        length = debye_length(stack.charge_number, c, layer.permittivity, stack.temperature)
        step = np.abs(stack.charge_number * psi / stack.thermal_voltage)
        share += length / layer.thickness * entire_exponential_integral(step)
    return share


def space_charge_of_film(
    charge_number: Array,
    ends: tuple[Array, Array],
    permittivity: float,
    temperature: float,
    thickness: float,
    face_areas: tuple[float, float] = (1.0, 1.0),
) -> float:
    """λ_dilute S_conc / (S_dilute L): how wide the space charge of a film is, S the ionic strength of an end.

    With S linear from end to end over L, the distance over which it changes by itself at the dilute end is
    L S_dilute / (S_conc − S_dilute); electroneutrality needs the Debye length there to be well below it, and
    below L. The film's potential is wrong by the square of this, one with Donnan layers at its faces by this.
    Between curved faces S is linear in ∫ dx/A, so that L at an end is the series length times its area, and the
    larger of the two numbers counts.

    Args:
        charge_number: z, shape (n,).
        ends: Concentrations at both ends in mol/m³, shape (n,) each.
        permittivity: ε_r.
        temperature: T in K.
        thickness: L, or the series length, in m.
        face_areas: Of the two ends, over the outermost face.
    """
    strength = [ionic_strength(charge_number, c) for c in ends]
    if min(strength) == 0.0:
        return float("inf")
    widths = [
        debye_length(charge_number, c, permittivity, temperature) * max(strength) / (own * thickness * area)
        for c, own, area in zip(ends, strength, face_areas, strict=True)
    ]
    return max(widths)


def linear_layer(charge_number: Array, concentration: Array, potential: float, thermal_voltage: float) -> list[str]:
    """What makes a diffuse layer nonlinear: the potential, to second order; and asymmetry of the salt, to first.

    The square of the field is (Fψ/RT)² (1 − a/3 + …)/λ_D² with a = (Σ z³c / Σ z²c) Fψ/RT, by expansion of the
    first integral in `poisson_boltzmann`.

    Args:
        charge_number: z, shape (n,).
        concentration: Bulk c in mol/m³, shape (n,).
        potential: ψ₀ in V relative to the bulk.
        thermal_voltage: RT/F in V.
    """
    z, y = charge_number, abs(potential) / thermal_voltage
    asymmetry = abs(float(np.sum(z**3 * concentration) / np.sum(z**2 * concentration)))
    return [
        criterion("|z|F psi0/RT", float(np.max(np.abs(z))) * y, 0.5),
        criterion("unsymmetrical salt |sum z^3 c / sum z^2 c| F psi0/RT", asymmetry * y, 0.02),
    ]


def _elastance_of_diffuse_layers(stack: Stack, membrane: Membrane) -> float:
    """Σ λ_D/εA of the solutions at the membrane's faces, A over the outermost face, in m²/F."""
    baths = (membrane.bath_inside[-1:], membrane.inside), (membrane.bath_outside[:1], membrane.outside)
    return float(
        sum(
            debye_length(stack.charge_number, bath, q.permittivity, stack.temperature)
            / (epsilon_0 * q.permittivity * area)
            for (layers, bath), area in zip(baths, membrane.face_areas, strict=True)
            for q in layers
        )
    )


def _grahame(stack: Stack, index: int, charge: float) -> float:
    """|ψ| in V of a charge in C/m² before the solution of a layer; inf without ions."""
    bulk, permittivity = stack.composition(index), stack.layers[index].permittivity
    if not np.isfinite(debye_length(stack.charge_number, bulk, permittivity, stack.temperature)):
        return float("inf")
    layer = DiffuseLayer(stack.charge_number, bulk, permittivity, stack.temperature)
    return abs(layer.surface_potential(charge))
