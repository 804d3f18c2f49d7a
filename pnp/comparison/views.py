"""The stacks that a case is read as: a stack itself, or what in a plane is like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pnp.comparison.parts import End, Layer
from pnp.comparison.phases import kept_ions, solution_regions
from pnp.comparison.stack import Stack

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.case.layout import Layout


def stacks_from_case(case: Case, layout: Layout | None = None) -> tuple[Stack, ...]:
    """The stack of a validated case; of a plane one between two baths, and one before each wall, where there are such.

    Args:
        case: The case.
        layout: What a mesh tells of a plane; None for what is known without one.
    """
    if case.is_stack:
        return (stack_from_case(case),)
    from pnp.comparison.plane import plane_stacks

    return plane_stacks(case, case.layout if layout is None else layout)


def stack_from_case(case: Case) -> Stack:
    """The stack of a validated case of a stack."""
    names = tuple(case.species)
    faces, geometry = case.left_faces(), case.geometry
    solutions, kept = solution_regions(case), kept_ions(case)
    layers = []
    for name, region in case.regions.items():
        left, right = faces[name], faces[name] + region.thickness
        sizes = (region.thickness, left, float(geometry.series_length(left, right)))
        layers.append(layer_of(case, name, *sizes, name in solutions, kept))
    points = {}
    for p, point in case.points.items():
        index = list(case.regions).index(point.region)
        offset = (point.fraction or 0.0) * layers[index].thickness if point.position is None else point.position
        points[p] = (index, offset)
    return Stack(
        case,
        names,
        np.array([float(case.species[s].charge_number) for s in names]),
        tuple(layers),
        end_of(case, "left"),
        end_of(case, "right"),
        geometry,
        "right" if case.inside is not None and case.inside == case.end_region("right") else "left",
        points,
    )


def layer_of(
    case: Case, name: str, thickness: float, left: float, series_length: float, is_solution: bool, kept: list[str]
) -> Layer:
    """A region as a layer.

    Args:
        case: The case.
        name: The region's name.
        thickness: In m.
        left: Position of its left face in m.
        series_length: In m.
        is_solution: Whether it is the phase of a reservoir.
        kept: Ions whose amount is kept.
    """
    region, names = case.regions[name], tuple(case.species)
    present = np.array([case.present(name, s) for s in names], dtype=bool)
    given = region.fixed_charge
    return Layer(
        name=name,
        thickness=thickness,
        left=left,
        series_length=series_length,
        permittivity=region.permittivity,
        fixed_charge=None if callable(given) else (given or 0.0),
        present=present,
        diffusivity=np.array([case.diffusivity(name, s) if p else 0.0 for s, p in zip(names, present, strict=True)]),
        log_partition=np.array(
            [case.log_partition(name, s) if p else -np.inf for s, p in zip(names, present, strict=True)]
        ),
        is_solution=is_solution,
        keeps_ions=any(case.present(name, s) for s in kept),
    )


def end_of(case: Case, name: str) -> End:
    """A boundary as the end of a stack."""
    boundary = case.boundaries[name]
    concentration = None
    if boundary.type == "reservoir":
        given = case.reservoir_concentrations(name)
        concentration = np.array([given.get(s, 0.0) for s in case.species], dtype=np.float64)
    return End(
        name=name,
        type=boundary.type,
        concentration=concentration,
        potential=boundary.potential,
        surface_charge=boundary.surface_charge or 0.0,
        fixed_species={s: q.concentration for s, q in boundary.species.items() if q.concentration is not None},
        has_flux=any(bool(q.flux) for q in boundary.species.values()),
        conditions=tuple(boundary.species),
        ion_conditions=tuple(s for s in boundary.species if case.species[s].charge_number),
    )
