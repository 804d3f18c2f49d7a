"""The dimensionless model: a validated case as numbers without units, the only thing the solver sees.

Scaling (``*`` marks dimensionless quantities in docstrings of the solver):

    x* = x / λ0,  φ* = Fφ/RT,  c* = c / c0,  D* = D / D0,  ε* = ε / ε_ref,
    λ0² = ε_ref RT / (F² c0),  flux scale D0 c0 / λ0,  surface-charge scale F c0 λ0.

With it Poisson's equation reads −∇·(ε* ∇φ*) = Σ z_i c_i* + ρ*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from pnp.constants import F, R, epsilon_0

if TYPE_CHECKING:
    from pnp.case import Case

Array = NDArray[np.float64]
ChargeProfile = Callable[[Array, Array], Array]

TRACE = 1e-12
"""Fraction of a bath that stands for concentration zero: ln c must be finite."""


@dataclass(frozen=True)
class Scales:
    """Units of the dimensionless model.

    Attributes:
        temperature: T in K.
        concentration: c0 in mol/m³.
        diffusivity: D0 in m²/s.
        permittivity: ε_ref in F/m.
    """

    temperature: float
    concentration: float
    diffusivity: float
    permittivity: float

    @property
    def potential(self) -> float:
        """Thermal voltage RT/F in V."""
        return R * self.temperature / F

    @property
    def length(self) -> float:
        """λ0 = √(ε_ref RT / F² c0) in m."""
        return float(np.sqrt(self.permittivity * self.potential / (F * self.concentration)))

    @property
    def flux(self) -> float:
        """D0 c0 / λ0 in mol/m²/s."""
        return self.diffusivity * self.concentration / self.length

    @property
    def current_density(self) -> float:
        """F D0 c0 / λ0 in A/m²."""
        return F * self.flux

    @property
    def surface_charge(self) -> float:
        """F c0 λ0 in C/m²."""
        return F * self.concentration * self.length

    @property
    def energy(self) -> float:
        """RT in J/mol."""
        return R * self.temperature


@dataclass(frozen=True)
class RegionModel:
    """One region of the stack. Arrays have shape (N,), N species.

    Attributes:
        name: The region's name.
        thickness: Thickness*, > 0.
        permittivity: ε*, > 0.
        diffusivity: D_i*.
        log_partition: ln β_i = −w_i.
        present: Whether species i can enter.
        fixed_charge: Signed fixed charge* (a number), or a function of (x*, relative position 0..1).
        initial: Initial concentration* of each species (the amount of closed species), or NaN.
    """

    name: str
    thickness: float
    permittivity: float
    diffusivity: Array
    log_partition: Array
    present: NDArray[np.bool_]
    fixed_charge: float | ChargeProfile
    initial: Array

    def charge(self, x: Array, xi: Array) -> Array:
        """Fixed charge* at positions x* (n,), relative positions xi (n,): (n,)."""
        if callable(self.fixed_charge):
            return np.broadcast_to(self.fixed_charge(x, xi), x.shape).astype(np.float64)
        return np.full(x.shape, self.fixed_charge)

    def largest_charge(self, left: float) -> float:
        """Largest |fixed charge*|, sampled when it is an expression; ``left`` is x* of the region's left face."""
        xi: Array = np.linspace(0.0, 1.0, 201, dtype=np.float64)
        return float(np.max(np.abs(self.charge(left + xi * self.thickness, xi))))


@dataclass(frozen=True)
class BoundaryModel:
    """Conditions at one end of the domain.

    Attributes:
        name: "left" or "right" in one dimension.
        potential: φ*, or None where the potential is not fixed (a wall), or where it floats.
        floating: The potential is an unknown found from the current.
        surface_charge: σ* of a wall, 0 elsewhere.
        log_activity: ln c_i* + (partition of the end region where the value is meant inside it); NaN where
            species i has no fixed concentration. Shape (N,). The condition is m_i − z_i φ* = log_activity_i.
        flux: Given outward flux* J_i·n, 0 where blocked. Shape (N,). Ignored where log_activity is given.
        bath: Concentrations* of the reservoir facing this end, NaN for none. Shape (N,).
    """

    name: str
    potential: float | None
    floating: bool
    surface_charge: float
    log_activity: Array
    flux: Array
    bath: Array

    @property
    def fixes(self) -> NDArray[np.bool_]:
        """Which species have a fixed concentration here, shape (N,)."""
        return ~np.isnan(self.log_activity)

    @property
    def blocking(self) -> bool:
        """No species passes: a wall or an ideally polarisable electrode."""
        return not self.fixes.any() and not self.flux.any()


@dataclass(frozen=True)
class Model:
    """Everything the discrete problem needs, dimensionless.

    Attributes:
        scales: Units of the numbers below.
        species: Names, in order.
        charge_number: z_i, shape (N,).
        regions: The stack, left to right.
        interface_charge: σ* at the R − 1 interfaces.
        boundaries: The ends, (left, right).
        reference: Level of each species that m_i is measured from, ln a_i + z_i φ* of a bath, shape (N,). Equilibrium
            with that bath is then m = 0, where rounding vanishes, however steep the layers.
        current: Prescribed current density* Σ z_i J_i·n outward at the floating boundary (0: open circuit).
        amounts: Amount* (concentration* × length*) of each closed species by index.
        traces: Texts that say which zero concentrations are stood for by a trace.
    """

    scales: Scales
    species: tuple[str, ...]
    charge_number: Array
    regions: tuple[RegionModel, ...]
    interface_charge: tuple[float, ...]
    boundaries: tuple[BoundaryModel, ...]
    reference: Array
    current: float = 0.0
    amounts: dict[int, float] = field(default_factory=dict)
    traces: tuple[str, ...] = ()

    @property
    def faces(self) -> Array:
        """Positions* of the R + 1 faces of the stack."""
        return np.concatenate([[0.0], np.cumsum([r.thickness for r in self.regions])])

    @property
    def floating(self) -> BoundaryModel | None:
        """The boundary whose potential is unknown, if any."""
        return next((b for b in self.boundaries if b.floating), None)

    def scaled(self, s: float) -> Model:
        """The same model with every drive (potential, charge, given flux, current) multiplied by ``s``: for ramps."""

        def charge(r: RegionModel) -> float | ChargeProfile:
            q = r.fixed_charge
            return (lambda x, xi: s * q(x, xi)) if callable(q) else s * q

        return replace(
            self,
            regions=tuple(replace(r, fixed_charge=charge(r)) for r in self.regions),
            interface_charge=tuple(s * q for q in self.interface_charge),
            boundaries=tuple(
                replace(
                    b,
                    potential=None if b.potential is None else s * b.potential,
                    surface_charge=s * b.surface_charge,
                    flux=s * b.flux,
                )
                for b in self.boundaries
            ),
            current=s * self.current,
        )

    def squared_charge(self, index: int) -> float:
        """Upper estimate of Σ z_i² c_i* in region ``index``; its Debye length* is √(ε*/this).

        The larger bath (or content), partitioned, and the counter-ions of the fixed charge.
        """
        r = self.regions[index]
        baths = [b.bath for b in self.boundaries] + [q.initial for q in self.regions]
        c = np.fmax.reduce([np.zeros(len(self.species)), *baths])
        c = np.where(r.present, c * np.exp(np.minimum(r.log_partition, 700.0)), 0.0)
        return float(np.sum(self.charge_number**2 * c)) + r.largest_charge(self.faces[index])

    def debye_length(self, index: int) -> float:
        """Debye length* estimated for region ``index`` (inf without ions)."""
        s = self.squared_charge(index)
        return float(np.sqrt(self.regions[index].permittivity / s)) if s > 0 else float("inf")


def model_from_case(case: Case, like: Scales | None = None) -> Model:
    """Dimensionless model of a validated case; ``like`` keeps the scales of another point of a sweep (but for T)."""
    names = tuple(case.species)
    z = np.array([float(case.species[s].charge_number) for s in names])
    baths, traces = _reservoirs(case, names, z)
    scales = _scales(case, names, baths) if like is None else replace(like, temperature=case.temperature)
    regions = tuple(_region(case, name, names, scales) for name in case.regions)
    boundaries = (
        _boundary(case, "left", names, regions[0], baths.get("left"), scales),
        _boundary(case, "right", names, regions[-1], baths.get("right"), scales),
    )
    pairs = list(zip(list(case.regions), list(case.regions)[1:], strict=False))
    charges = [0.0] * len(pairs)
    for interface in case.interfaces.values():
        a, b = interface.between
        at = pairs.index((a, b)) if (a, b) in pairs else pairs.index((b, a))
        charges[at] += interface.surface_charge / scales.surface_charge
    current = 0.0
    if case.study.current_density is not None:
        current = case.study.current_density / scales.current_density
    amounts = {}
    for s in case.closed_species():
        i = names.index(s)
        amounts[i] = float(np.nansum([r.initial[i] * r.thickness for r in regions if r.present[i]]))
    reference = reference_level(z, regions, boundaries, amounts)
    return Model(scales, names, z, regions, tuple(charges), boundaries, reference, current, amounts, traces)


def reference_level(
    z: Array, regions: Sequence[RegionModel], boundaries: Sequence[BoundaryModel], amounts: dict[int, float]
) -> Array:
    """ln a_i + z_i φ* of the boundary that fixes species i, its mean activity where it is closed: (N,).

    Of two boundaries a grounded one is taken rather than a floating one, and then the first.
    """
    level: Array = np.zeros(len(z))
    left, right = boundaries
    for b in (left, right) if left.floating else (right, left):
        level = np.where(b.fixes, b.log_activity + z * (b.potential or 0.0), level)
    for i, amount in amounts.items():
        level[i] = np.log(amount / room(regions, i))
    return level


def room(regions: Sequence[RegionModel], species: int) -> float:
    """∫ β_i dx*: the amount of a species at unit activity and φ = 0."""
    return float(sum(r.thickness * np.exp(r.log_partition[species]) for r in regions if r.present[species]))


def _reservoirs(case: Case, names: Sequence[str], z: Array) -> tuple[dict[str, Array], tuple[str, ...]]:
    """Concentrations in mol/m³ of each reservoir, zeros replaced by an electroneutral trace."""
    baths: dict[str, Array] = {}
    texts: list[str] = []
    for b, boundary in case.boundaries.items():
        if boundary.type != "reservoir":
            continue
        given = case.reservoir_concentrations(b)
        c = np.array([given.get(s, np.nan) for s in names])
        largest = np.nanmax(c) if np.any(c > 0) else 1.0
        zero = c == 0.0
        c[zero] = TRACE * largest
        if zero.any():
            listed = ", ".join(s for s, q in zip(names, zero, strict=True) if q)
            texts.append(f"boundaries.{b}: concentration 0 of {listed} stands as a trace of {TRACE:g} of the bath")
        excess = float(np.nansum(z * c))
        carriers = [i for i in range(len(z)) if z[i] != 0 and c[i] > 0]
        if carriers:
            i = max(carriers, key=lambda k: c[k])
            c[i] -= excess / z[i]
        baths[b] = c
    return baths, tuple(texts)


def _scales(case: Case, names: Sequence[str], baths: dict[str, Array]) -> Scales:
    values = [float(np.nanmax(c)) for c in baths.values() if np.any(c > 0)]
    for region in case.regions.values():
        for own in region.species.values():
            if own.initial_concentration:
                values.append(own.initial_concentration)
    for boundary in case.boundaries.values():
        values += [q.concentration for q in boundary.species.values() if q.concentration]
    diffusivities = [case.diffusivity(r, s) for r in case.regions for s in names if case.present(r, s)]
    return Scales(
        temperature=case.temperature,
        concentration=max(values, default=1.0),
        diffusivity=max(diffusivities, default=1e-9),
        permittivity=epsilon_0 * max(r.permittivity for r in case.regions.values()),
    )


def _region(case: Case, name: str, names: Sequence[str], scales: Scales) -> RegionModel:
    region = case.regions[name]
    present = np.array([case.present(name, s) for s in names])
    own = [region.species.get(s) for s in names]
    given = region.fixed_charge
    charge: float | ChargeProfile
    if callable(given):
        expression, length, c0 = given, scales.length, scales.concentration

        def charge(x: Array, xi: Array) -> Array:
            return np.asarray(expression(x * length, xi) / c0, dtype=np.float64)

    else:
        charge = (given or 0.0) / scales.concentration
    return RegionModel(
        name=name,
        thickness=region.thickness / scales.length,
        permittivity=region.permittivity * epsilon_0 / scales.permittivity,
        diffusivity=np.array(
            [case.diffusivity(name, s) / scales.diffusivity if p else 0.0 for s, p in zip(names, present, strict=True)]
        ),
        log_partition=np.array(
            [case.log_partition(name, s) if p else 0.0 for s, p in zip(names, present, strict=True)]
        ),
        present=present,
        fixed_charge=charge,
        initial=np.array(
            [
                q.initial_concentration / scales.concentration
                if q is not None and q.initial_concentration is not None
                else np.nan
                for q in own
            ]
        ),
    )


def _boundary(
    case: Case,
    name: Literal["left", "right"],
    names: Sequence[str],
    end: RegionModel,
    bath: Array | None,
    scales: Scales,
) -> BoundaryModel:
    boundary = case.boundaries[name]
    n = len(names)
    activity: Array = np.full(n, np.nan)
    reduced: Array = np.full(n, np.nan)
    flux: Array = np.zeros(n)
    if bath is not None:
        reduced = np.asarray(bath / scales.concentration, dtype=np.float64)
        activity = np.where(end.present, np.log(reduced), np.nan)
    for s, condition in boundary.species.items():
        i = names.index(s)
        activity[i] = np.nan
        if condition.concentration is not None:
            c = max(condition.concentration / scales.concentration, TRACE)
            activity[i] = np.log(c) - end.log_partition[i]
            reduced[i] = np.exp(activity[i])
        elif condition.flux is not None:
            flux[i] = condition.flux / scales.flux
    potential = None if boundary.potential is None else boundary.potential / scales.potential
    return BoundaryModel(
        name=name,
        potential=potential,
        floating=case.floating_boundary() == name,
        surface_charge=(boundary.surface_charge or 0.0) / scales.surface_charge,
        log_activity=activity,
        flux=flux,
        bath=reduced,
    )
