"""Closed forms of the systems in cases/, written out here where pnp.simplified has none or would judge itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pnp.constants import F, R, epsilon_0

WATER = 78.49 * epsilon_0
"""ε of every solution in cases/, in F/m."""
LIPID = 2.0 * epsilon_0
SLAB = 4e-9
"""Thickness of every lipid slab, in m."""
ROOM, BODY = 298.15, 310.15


def thermal(temperature: float) -> float:
    """RT/F in V."""
    return R * temperature / F


def nernst(z: int, outside: float, inside: float, temperature: float = BODY) -> float:
    """E = RT/(zF) ln(c_out/c_in) in V (Nernst 1888)."""
    return thermal(temperature) / z * float(np.log(outside / inside))


def ghk_current(v: float) -> float:
    """F Σ P u (c_in − c_out e^−u)/(1 − e^−u) in A/m², Hodgkin & Katz 1949, of nonselective_channel."""
    u = v / thermal(BODY)
    ions = ((1e-8, 140.0, 4.0), (0.8e-8, 12.0, 145.0))
    return float(F * sum(p * u * (i - o * np.exp(-u)) / -np.expm1(-u) for p, i, o in ions))


def gouy_chapman(wall: float, distance: float) -> float:
    """ψ in V of a 1:1 salt at 0.1 mol/L (Gouy 1910, Chapman 1913)."""
    y = thermal(ROOM)
    return float(4 * y * np.arctanh(np.tanh(wall / (4 * y)) * np.exp(-distance / debye(100.0, ROOM))))


def debye(salt: float, temperature: float) -> float:
    """λ_D = √(ε RT / 2 F² c) in m of a 1:1 salt in mol/m³."""
    return float(np.sqrt(WATER * thermal(temperature) / (2 * F * salt)))


@dataclass(frozen=True)
class Capacitor:
    """A slab without ions between two solutions whose outer ends are held, in the linear range.

    In a bath of thickness L with λ² ψ'' = ψ and ψ = 0 at its held end, ψ ~ sinh(x/λ): its elastance is
    λ tanh(L/λ)/ε, that of a half space where L is many λ. The layers' charge is linear in their drop up to
    sinh(ψ/2)/(ψ/2) − 1 = (Fψ/RT)²/24 in a 1:1 salt (Grahame 1947).

    Attributes:
        voltage: φ of the left end minus that of the right one in V.
        strengths: Ionic strength Σ z² c / 2 of the left and the right bath in mol/m³.
        bath: Thickness L of each bath in m.
        temperature: T in K.
    """

    voltage: float
    strengths: tuple[float, float] = (150.0, 150.0)
    bath: float = 20e-9
    temperature: float = ROOM

    @property
    def layer_elastances(self) -> tuple[float, float]:
        """Of the two diffuse layers, in m²/F."""
        lengths = [debye(strength, self.temperature) for strength in self.strengths]
        left, right = (float(length * np.tanh(self.bath / length) / WATER) for length in lengths)
        return left, right

    @property
    def capacitance(self) -> float:
        """C of the three in series, in F/m²."""
        return 1.0 / (SLAB / LIPID + sum(self.layer_elastances))

    @property
    def charge(self) -> float:
        """Of the left bath, in C/m²; minus that of the right one."""
        return self.capacitance * self.voltage

    @property
    def field(self) -> float:
        """In the slab, along +x, in V/m."""
        return self.charge / LIPID

    @property
    def slab_drop(self) -> float:
        """φ of the left face minus that of the right one in V."""
        return self.charge * SLAB / LIPID

    @property
    def layer_drops(self) -> tuple[float, float]:
        """φ of the left end minus that of the left face, and of the right face minus that of the right end, in V."""
        left, right = (self.charge * elastance for elastance in self.layer_elastances)
        return left, right

    @property
    def nonlinearity(self) -> float:
        """What the layers' nonlinearity adds to the charge, relative, to leading order: shares times ψ²/24."""
        pairs = zip(self.layer_elastances, self.layer_drops, strict=True)
        return sum(e * self.capacitance * (drop / thermal(self.temperature)) ** 2 / 24 for e, drop in pairs)


def flux_through_slab(z: int, permeability: float, inside: float, outside: float, slab: Capacitor) -> float:
    """Flux in mol/m²/s, left to right, of an ion through a slab with a uniform field, its baths at equilibrium.

    J = P (e^{m_in} − e^{m_out}) / ∫₀¹ e^{zφ} dξ with e^m = c e^{zφ(bath)}: Nernst–Planck integrated across the slab
    (Goldman 1943), φ at its faces and not that of the baths in the integral.

    Args:
        z: Charge number.
        permeability: P in m/s.
        inside: Concentration of the left bath in mol/m³.
        outside: That of the right bath.
        slab: Voltage, drops and temperature.
    """
    first, last = slab.layer_drops
    potentials = np.array([slab.voltage, slab.voltage - first, last, 0.0])
    bath_in, face_in, face_out, bath_out = z * potentials / thermal(slab.temperature)
    mean = (np.exp(face_in) - np.exp(face_out)) / (face_in - face_out)
    return float(permeability * (inside * np.exp(bath_in) - outside * np.exp(bath_out)) / mean)


def donnan(fixed_charge: float, salt: float) -> float:
    """(RT/F) asinh(X/2c) in V of a 1:1 salt at ROOM (Donnan 1911)."""
    return thermal(ROOM) * float(np.arcsinh(fixed_charge / (2 * salt)))


def bipolar_field(fixed_charge: float, salt: float) -> float:
    """Field in V/m where +X meets −X: φ = 0 there by symmetry, ψ in the plateau, and ε/2 E² = ∫ ρ dφ between."""
    psi = float(np.arcsinh(fixed_charge / (2 * salt)))
    pressure = fixed_charge * psi - 2 * salt * (np.cosh(psi) - 1)
    return float(np.sqrt(2 * R * ROOM / WATER * pressure))


def debye_hueckel_sphere(surface_charge: float, radius: float, salt: float, distance: float = 0.0) -> float:
    """ψ = ψ0 a/r e^{−(r−a)/λ} in V with ψ0 = σ a / ε(1 + a/λ) at ROOM (Debye & Hückel 1923)."""
    length = debye(salt, ROOM)
    at_surface = surface_charge * radius / (WATER * (1 + radius / length))
    return float(at_surface * radius / (radius + distance) * np.exp(-distance / length))


@dataclass(frozen=True)
class Rod:
    """Counter-ions (z = 1) alone between a charged rod and the wall of its cell, at ROOM.

    In t = ln r the reduced potential is φ = 2t + ln cos²(β (t − t_M)) + const; r φ' vanishes at the wall of the cell
    and is 2ξ at the rod: β tan β ln(R/R_M) = 1, β tan β ln(R_M/a) = ξ − 1 (Fuoss, Katchalsky & Lifson 1951).

    Attributes:
        surface_charge: Of the rod in C/m², < 0.
        radius: a of the rod in m.
        cell: R of the cell in m.
    """

    surface_charge: float
    radius: float
    cell: float

    @property
    def manning_parameter(self) -> float:
        """ξ = −F σ a / (2 ε RT); above about 1 the ions condense."""
        return -self.surface_charge * self.radius / (2 * WATER * thermal(ROOM))

    @property
    def beta(self) -> float:
        """β, by bisection of the sum of both conditions, which falls with it."""
        low, high = 1e-12, np.pi / np.log(self.cell / self.radius)
        for _ in range(100):
            middle = 0.5 * (low + high)
            turned = np.arctan(1 / middle) + np.arctan((self.manning_parameter - 1) / middle)
            low, high = (middle, high) if turned > middle * np.log(self.cell / self.radius) else (low, middle)
        return float(0.5 * (low + high))

    @property
    def manning_radius(self) -> float:
        """R_M in m, where r φ' = 2: 1 − 1/ξ of the ions lie within."""
        return float(self.cell * np.exp(-np.arctan(1 / self.beta) / self.beta))

    @property
    def drop(self) -> float:
        """φ of the rod minus that of the wall of the cell in V."""
        angles = [self.beta * np.log(r / self.manning_radius) for r in (self.radius, self.cell)]
        turned = 2 * np.log(np.cos(angles[0]) / np.cos(angles[1]))
        return float(thermal(ROOM) * (2 * np.log(self.radius / self.cell) + turned))

    def concentration(self, r: float) -> float:
        """2 β² ε RT / (F² r² cos²(β ln(r/R_M))) in mol/m³."""
        cosine = np.cos(self.beta * np.log(r / self.manning_radius))
        return float(WATER * thermal(ROOM) / F * 2 * (self.beta / (r * cosine)) ** 2)
