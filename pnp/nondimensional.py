"""From a validated case to the dimensionless model: scales, traces, and every number divided by its unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from pnp.constants import epsilon_0
from pnp.geometry import Geometry
from pnp.model import Array, BoundaryModel, ChargeProfile, Model, RegionModel, reference_level
from pnp.scales import Scales

if TYPE_CHECKING:
    from pnp.case import Case

TRACE = 1e-12
"""Fraction of a bath that stands for concentration zero: ln c must be finite."""


def positive_direction(case: Case) -> float:
    """+1 where fluxes and currents count along +x: from inside to outside, or no inside named; −1 where along −x."""
    return -1.0 if case.inside == list(case.regions)[-1] and len(case.regions) > 1 else 1.0


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
    inner = case.inner_radius / scales.length
    height = (getattr(case, "height", None) or 0.0) / scales.length
    geometry = Geometry(case.coordinates, inner, inner + sum(r.thickness for r in regions), height)
    faces = inner + np.concatenate([[0.0], np.cumsum([r.thickness for r in regions])])
    volumes = geometry.volume(faces[:-1], faces[1:])
    current = 0.0
    if case.study.current_density is not None:
        right = case.floating_boundary() == "right"
        density = case.study.current_density / scales.current_density
        # counted per area of the floating boundary, in the positive direction
        current = (
            (1.0 if right else -1.0)
            * positive_direction(case)
            * density
            * float(geometry.area(faces[-1 if right else 0]))
        )
    amounts = {}
    for s in case.closed_species():
        i = names.index(s)
        amounts[i] = float(np.nansum([r.initial[i] * v for r, v in zip(regions, volumes, strict=True) if r.present[i]]))
    reference = reference_level(z, regions, boundaries, amounts, volumes)
    traces += _held_traces(case, scales)
    return Model(scales, names, z, regions, tuple(charges), boundaries, reference, current, amounts, traces, geometry)


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
        overridden = np.array([s in boundary.species for s in names])
        c[zero] = TRACE * largest
        told = zero & ~overridden
        if told.any():
            listed = ", ".join(s for s, q in zip(names, told, strict=True) if q)
            texts.append(f"boundaries.{b}: concentration 0 of {listed} stands as a trace of {TRACE:g} of the bath")
        excess = float(np.nansum(z * c))
        carriers = [i for i in range(len(z)) if z[i] != 0 and c[i] > 0]
        if carriers:
            i = max(carriers, key=lambda k: c[k])
            c[i] -= excess / z[i]
        baths[b] = c
    return baths, tuple(texts)


def _held_traces(case: Case, scales: Scales) -> tuple[str, ...]:
    """Sentences on the concentrations that boundaries hold for single species and a trace stands for."""
    texts = []
    for b, boundary in case.boundaries.items():
        held = {s: q.concentration for s, q in boundary.species.items() if q.concentration is not None}
        for s, c in held.items():
            if c < TRACE * scales.concentration:
                trace = TRACE * scales.concentration
                texts.append(
                    f"boundaries.{b}.species.{s}: concentration {c / 1e3:g} mol/L stands as a trace of "
                    f"{trace / 1e3:.2g} mol/L, {TRACE:g} of the largest concentration"
                )
    return tuple(texts)


def _scales(case: Case, names: Sequence[str], baths: dict[str, Array]) -> Scales:
    values = [float(np.nanmax(c)) for c in baths.values() if np.any(c > 0)]
    for region in case.regions.values():
        for own in region.species.values():
            if own.initial_concentration:
                values.append(own.initial_concentration)
    for boundary in case.boundaries.values():
        values += [q.concentration for q in boundary.species.values() if q.concentration]
    diffusivities = [case.diffusivity(r, s) for r in case.regions for s in names if case.present(r, s)]
    return Scales.of(
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
