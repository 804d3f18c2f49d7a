"""What in a plane is like a stack: solution or a membrane between two baths, and solution before a flat wall.

Nothing of the closed forms is repeated for planes: they are given stacks whose lengths are estimates, and leave out
what needs more than that (`pnp.comparison.stack.Stack.is_exact`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pnp.comparison.parts import End, Layer
from pnp.comparison.phases import kept_ions, solution_regions
from pnp.comparison.plane_sizes import Box, Sizes, neighbours
from pnp.comparison.plane_walls import flat_wall
from pnp.comparison.stack import Stack
from pnp.comparison.views import end_of, layer_of
from pnp.geometry import Geometry

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.case.layout import Layout


def plane_stacks(case: Case, layout: Layout) -> tuple[Stack, ...]:
    """The stacks in a plane: between its two baths, if it has two, and before each wall at equilibrium with a bath."""
    if case.study.current_density:
        return ()
    layout = neighbours(case, layout)
    ends = {b: end_of(case, b) for b in case.boundaries}
    solution = solution_regions(case, layout)
    between = _between_baths(case, layout, ends, solution)
    return (*([between] if between is not None else []), *_before_walls(case, layout, ends, solution))


# ---------------------------------------------------------------- between two baths


def _between_baths(case: Case, layout: Layout, ends: dict[str, End], solution: set[str]) -> Stack | None:
    """What lies between the two boundaries that species pass, if both are baths; None where it is not like a stack."""
    passing = [end for end in ends.values() if not end.is_blocking]
    if len(passing) != 2 or not all(end.is_bath for end in passing):
        return None
    left, right = passing
    carriers = {r for r in case.regions if any(case.present(r, s) for s in case.species)}
    at = [carriers.intersection(layout.boundary_regions.get(end.name, ())) for end in passing]
    # A bath that touches solution and membrane alike is at two faces at once.
    if not all(at) or any(touched - solution and touched & solution for touched in at):
        return None
    baths = [layout.reached(touched & solution, solution) for touched in at]
    if baths[0] is None or baths[1] is None:
        return None
    sizes = Sizes(case, layout)
    if baths[0] & baths[1]:
        if carriers - baths[0]:
            return None
        order, beside = [r for r in case.regions if r in carriers], 0.0
        # No gradient is steeper than one over the narrowest passage, or one between the reservoirs.
        lengths = dict.fromkeys(order, sizes.narrowest(order) / len(order))
    else:
        parting = _parting(case, layout, carriers, (at[0], at[1]), (baths[0], baths[1]))
        if parting is None:
            return None
        order = [*sorted(baths[0]), parting, *sorted(baths[1])]
        lengths = {r: max(sizes.extent(r)) for r in order}
        faces = [[sizes.box(r) for r in bath] for bath in (baths[0], baths[1])]
        lengths[parting] = _thickness(sizes.box(parting), faces) or lengths[parting]
        beside = _beside(case, layout, sizes, parting, baths[0] | baths[1])
    layers = _layers(case, order, lengths, solution)
    charged = any(callable(q.fixed_charge) or q.fixed_charge for r, q in case.regions.items() if r not in order)
    held = any(end.surface_charge or end.type == "electrode" for end in ends.values() if end not in passing)
    inside = case.inside is not None and case.inside in layout.boundary_regions.get(right.name, ())
    return replace(
        _stack(case, layers, left, right),
        inside="right" if inside else "left",
        has_other_charge=charged or held,
        beside=beside,
    )


def _parting(
    case: Case,
    layout: Layout,
    carriers: set[str],
    at: tuple[set[str], set[str]],
    baths: tuple[set[str], set[str]],
) -> str | None:
    """The region that parts the baths, by the ions that pass; None where several do it, unless for one ion alone.

    One ion that passes by itself is at equilibrium whatever it passes through. The ratios of several are those of one
    region that touches both baths.
    """
    crossing: set[str] = set()
    for s in case.species:
        own = {r for r in carriers if case.present(r, s)}
        if case.species[s].charge_number and (layout.reached(at[0] & own, own) or set()) & at[1]:
            crossing.add(s)
    parts = [
        r for r in case.regions if r in carriers - baths[0] - baths[1] and any(case.present(r, s) for s in crossing)
    ]
    if not parts:
        return None
    alone = [r for r in parts if not any(case.present(r, s) for s in case.species if s not in crossing)]
    if len(crossing) == 1:
        # Of several regions one that no other ion enters stands for all.
        return (alone or parts)[0] if len(parts) == 1 or alone else None
    touches = [
        any(frozenset((parts[0], r)) in (layout.neighbours or ()) for r in bath) or parts[0] in touched
        for bath, touched in zip(baths, at, strict=True)
    ]
    whole = all(case.present(parts[0], s) for s in crossing)
    return parts[0] if len(parts) == 1 and all(touches) and whole else None


def _thickness(own: Box | None, faces: Sequence[Sequence[Box | None]]) -> float | None:
    """Extent of a membrane along the axis on whose two sides the baths lie; None where there is no such axis."""
    boxes = [[b for b in bath if b is not None] for bath in faces]
    if own is None or not all(boxes):
        return None
    for low, high, axis in ((0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1)):
        margin = 1e-9 * (own[axis][1] - own[axis][0])
        below = max(b[axis][1] for b in boxes[low]) <= own[axis][0] + margin
        above = min(b[axis][0] for b in boxes[high]) >= own[axis][1] - margin
        if below and above:
            return own[axis][1] - own[axis][0]
    return None


def _beside(case: Case, layout: Layout, sizes: Sizes, parting: str, baths: set[str]) -> float:
    """Largest permittivity beside the region that parts the baths over its own; without those of layers as thick.

    A flat membrane around it has the same uniform field, so that none leaves through its sides.
    """
    own = sizes.box(parting)
    largest = 0.0
    for r in case.regions:
        if r in baths or frozenset((parting, r)) not in (layout.neighbours or ()):
            continue
        other = sizes.box(r)
        level = own is not None and other is not None and any(np.allclose(own[k], other[k], atol=0.0) for k in (0, 1))
        if not level:
            largest = max(largest, case.regions[r].permittivity / case.regions[parting].permittivity)
    return largest


# ---------------------------------------------------------------- before walls


def _before_walls(case: Case, layout: Layout, ends: dict[str, End], solution: set[str]) -> list[Stack]:
    """Solution before each flat wall or electrode, at equilibrium with a bath, or with several that are alike."""
    passing = [end for end in ends.values() if not end.is_blocking]
    painting = case.painting
    if painting is None or not passing or not all(_alike(end, passing[0]) for end in passing):
        return []
    touched = {r for end in passing for r in layout.boundary_regions.get(end.name, ())}
    reached = layout.reached(touched & solution, solution) or set()
    blocking = [b for b, end in ends.items() if end.type in ("wall", "electrode") and end.is_blocking]
    charged = any(callable(q.fixed_charge) or q.fixed_charge for q in case.regions.values())
    found = []
    for b in blocking:
        at = layout.boundary_regions.get(b, ())
        if len(at) != 1 or at[0] not in reached:
            continue
        same = {r for r in reached if case.regions[r].permittivity == case.regions[at[0]].permittivity}
        wall = flat_wall(case, painting, b, same, is_alone=len(blocking) == 1)
        if wall is None:
            continue
        layers = _layers(case, [at[0]], {at[0]: wall.distance}, solution)
        stack = _stack(case, layers, ends[b], passing[0])
        points = {name: (0, offset) for name, offset in wall.points(case, stack.debye_length(0)).items()}
        found.append(replace(stack, has_other_charge=charged, points=points, wall=wall.face))
    return found


def _alike(end: End, first: End) -> bool:
    """Whether a bath is at equilibrium with the first one."""
    if not end.is_bath or end.concentration is None or first.concentration is None:
        return False
    same = np.allclose(end.concentration, first.concentration, rtol=1e-12, atol=0.0)
    return bool(same) and end.potential == first.potential


# ---------------------------------------------------------------- stacks


def _layers(case: Case, order: Iterable[str], lengths: dict[str, float], solution: set[str]) -> tuple[Layer, ...]:
    kept = kept_ions(case)
    layers, at = [], 0.0
    for r in order:
        layers.append(layer_of(case, r, lengths[r], at, lengths[r], r in solution, kept))
        at += lengths[r]
    return tuple(layers)


def _stack(case: Case, layers: tuple[Layer, ...], left: End, right: End) -> Stack:
    names = tuple(case.species)
    z = np.array([float(case.species[s].charge_number) for s in names])
    width = sum(layer.thickness for layer in layers)
    return Stack(case, names, z, layers, left, right, Geometry("cartesian", 0.0, width), is_exact=False)
