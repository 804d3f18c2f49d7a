"""From a validated case to the dimensionless model: scales, traces, and every number divided by its unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pnp.constants import epsilon_0
from pnp.geometry import SLAB, Geometry
from pnp.model import Array, BoundaryModel, ChargeProfile, Model, RegionModel, reference_level
from pnp.plane.layout import PlaneLayout
from pnp.scales import Scales

if TYPE_CHECKING:
    from pnp.case import Case

TRACE = 1e-12
"""Fraction of a bath that stands for concentration zero: ln c must be finite."""


def positive_direction(case: Case) -> float:
    """Of a stack: +1 where fluxes count along +x (from inside to outside, or no inside named), −1 where along −x."""
    return -1.0 if case.inside == list(case.regions)[-1] and len(case.regions) > 1 else 1.0


def model_from_case(case: Case, like: Scales | None = None, layout: PlaneLayout | None = None) -> Model:
    """Dimensionless model of a validated case.

    Args:
        case: The case.
        like: Scales of another point of a sweep, to be kept (but for T).
        layout: Sizes in m of a case in a plane, which its mesh or geometry tells.
    """
    names = tuple(case.species)
    z = np.array([float(case.species[s].charge_number) for s in names])
    baths, traces = _reservoirs(case, names, z)
    scales = _scales(case, names, baths) if like is None else replace(like, temperature=case.temperature)
    plane = None if layout is None else layout.scaled(scales.length)
    regions = tuple(_region(case, name, names, scales) for name in case.regions)
    geometry = SLAB if plane is not None else _stack_geometry(case, regions, scales.length)
    ends = ((0,), (len(regions) - 1,)) if plane is None else plane.boundary_regions
    boundaries = tuple(
        _boundary(case, name, names, [regions[k] for k in touched], baths.get(name), scales)
        for name, touched in zip(_boundary_names(case), ends, strict=True)
    )
    draft = Model(
        scales, names, z, regions, _interface_charges(case, scales), boundaries, np.zeros(len(z)), plane=plane,
        geometry=geometry, through=_through(boundaries, plane),
    )  # fmt: skip
    volumes, amounts = draft.volumes, {}
    for i in np.flatnonzero(~np.logical_or.reduce([b.fixes for b in boundaries])):
        present = np.array([r.present[i] for r in regions])
        initial = np.array([r.initial[i] for r in regions])
        amounts[int(i)] = float(np.nansum(np.where(present, initial * volumes, 0.0)))
    sign = positive_direction(case) if plane is None else _plane_direction(case, draft)
    return replace(
        draft,
        reference=reference_level(z, regions, boundaries, amounts, volumes),
        current=_current(case, draft, sign),
        amounts=amounts,
        traces=traces + _held_traces(case, scales),
        sign=sign,
    )


def _boundary_names(case: Case) -> tuple[str, ...]:
    return tuple(case.boundaries) if not case.is_stack else ("left", "right")


def _stack_geometry(case: Case, regions: Sequence[RegionModel], length: float) -> Geometry:
    inner = case.inner_radius / length
    height = (case.height or 0.0) / length
    return Geometry(case.geometry.coordinates, inner, inner + sum(r.thickness for r in regions), height)


def _interface_charges(case: Case, scales: Scales) -> tuple[float, ...]:
    """σ* at every face of a stack, or at every named interface of a plane."""
    if not case.is_stack:
        return tuple(q.surface_charge / scales.surface_charge for q in case.interfaces.values())
    pairs = list(zip(list(case.regions), list(case.regions)[1:], strict=False))
    charges = [0.0] * len(pairs)
    for interface in case.interfaces.values():
        assert interface.between is not None
        a, b = interface.between
        at = pairs.index((a, b)) if (a, b) in pairs else pairs.index((b, a))
        charges[at] += interface.surface_charge / scales.surface_charge
    return tuple(charges)


def _through(boundaries: Sequence[BoundaryModel], plane: PlaneLayout | None) -> tuple[int, int] | None:
    """The two boundaries that fluxes are counted between: a stack's ends, a plane's two that let species pass."""
    if plane is None:
        return 0, 1
    passing = [b for b, boundary in enumerate(boundaries) if not boundary.blocking]
    return (passing[0], passing[1]) if len(passing) == 2 else None


def _plane_direction(case: Case, model: Model) -> float:
    if case.inside is None or model.through is None:
        return 1.0
    inside = list(case.regions).index(case.inside)
    return -1.0 if inside in model.boundary_regions[model.through[1]] else 1.0


def _current(case: Case, model: Model, sign: float) -> float:
    """Current* outward at the floating boundary, from the density that counts in the positive direction."""
    density = case.study.current_density
    if density is None:
        return 0.0
    b = next(k for k, boundary in enumerate(model.boundaries) if boundary.floating)
    # towards the second of the two boundaries that fluxes are counted between, or outward where there are no two
    outward = sign if model.through is None or b != model.through[0] else -sign
    return outward * density / model.scales.current_density * float(model.boundary_areas[b])


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

        second = 1.0 if case.is_stack else length

        def charge(x: Array, xi: Array) -> Array:
            position = dict(zip(case.variables, (x * length, xi * second), strict=True))
            return np.asarray(expression(**position) / c0, dtype=np.float64)

    else:
        charge = (given or 0.0) / scales.concentration
    return RegionModel(
        name=name,
        thickness=region.thickness / scales.length if case.is_stack else 0.0,
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
    name: str,
    names: Sequence[str],
    touched: Sequence[RegionModel],
    bath: Array | None,
    scales: Scales,
) -> BoundaryModel:
    """One boundary, at the regions ``touched``."""
    boundary = case.boundaries[name]
    n = len(names)
    activity: Array = np.full(n, np.nan)
    reduced: Array = np.full(n, np.nan)
    flux: Array = np.zeros(n)
    present = np.logical_or.reduce([r.present for r in touched])
    if bath is not None:
        reduced = np.asarray(bath / scales.concentration, dtype=np.float64)
        activity = np.where(present, np.log(reduced), np.nan)
    for s, condition in boundary.species.items():
        i = names.index(s)
        activity[i] = np.nan
        if condition.concentration is not None:
            c = max(condition.concentration / scales.concentration, TRACE)
            here = next(r for r in touched if r.present[i])
            activity[i] = np.log(c) - here.log_partition[i]
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
