"""The lumen of a pore about the axis: its cross-sections through the membrane, and the baths at its mouths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pnp.case.painting import OUTSIDE, Painting
from pnp.case.plane import placements
from pnp.case.shapes import AXES
from pnp.constants import F
from pnp.plane.shapes import OnLine
from pnp.simplified.validation import Array

if TYPE_CHECKING:
    from pnp.case import Case

Indices = NDArray[np.int64]

_NODES: Final = 40
"""Cross-sections in each stretch of the membrane between ends of shapes, in Gauss's points."""
_RADII: Final = 300
_BISECTIONS: Final = 50


@dataclass(frozen=True)
class Bath:
    """The bath at a mouth of the pore.

    Attributes:
        mouth: Radius of a circle of the mouth's area in m.
        radius: Of the bath in m.
        length: From the mouth to its far end in m.
        ends_in_reservoir: All of the far end is one reservoir, and no other is at the bath.
    """

    mouth: float
    radius: float
    length: float
    ends_in_reservoir: bool


@dataclass(frozen=True)
class PoreProfile:
    """A lumen by its cross-sections, n of them.

    Attributes:
        weights: Length that each stands for in m, (n,).
        areas: Area of each region in each in m², by the region's name, (n,) each.
        radii: Of the wall in m, (n,).
        slopes: Of the wall, dr/dz, (n,).
        charged: Width in m and charge in C/m² of what lies along each: the wall, and a core; (n,) each.
        baths: At the lower and the upper end of z.
    """

    weights: Array
    areas: Mapping[str, Array]
    radii: Array
    slopes: Array
    charged: tuple[tuple[Array, Array], ...]
    baths: tuple[Bath, Bath]


def pore_profile(case: Case) -> PoreProfile | None:
    """The lumen of an axisymmetric case with shapes, if one membrane parts two baths but for one pore; else None.

    The membrane is what reaches the domain's side without ions, or where the domain ends at the pore's wall; it carries
    no fixed charge. The lumen is solution from a wall to the axis, or to a core without ions around the axis.
    """
    painting = case.painting
    if case.coordinates != "axisymmetric" or painting is None:
        return None
    carriers = np.array([any(case.present(r, s) for s in case.species) for r in case.regions] + [False])
    span = _span(painting, carriers)
    if span is None:
        return None
    breaks = _breaks(painting)
    breaks = breaks[(breaks >= span[0]) & (breaks <= span[1])]
    nodes, gauss = np.polynomial.legendre.leggauss(_NODES)
    half, middle = np.diff(breaks)[:, None] / 2.0, (breaks[:-1] + breaks[1:])[:, None] / 2.0
    z, weights = middle + half * nodes, half * gauss
    found = _sections(painting, z.reshape(-1), carriers)
    if found is None:
        return None
    shape = z.shape
    outer = np.array([s.outer for s in found]).reshape(shape)
    inner = np.array([s.inner for s in found]).reshape(shape)
    slopes = [np.gradient(r, v, edge_order=2) for r, v in zip(outer, z, strict=True)]
    inner_slopes = [np.gradient(r, v, edge_order=2) for r, v in zip(inner, z, strict=True)]
    slope, inner_slope = np.concatenate(slopes), np.concatenate(inner_slopes)
    if any(case.regions[list(case.regions)[s.around]].fixed_charge for s in found if s.around != OUTSIDE):
        return None
    wall = 2.0 * pi * outer.reshape(-1) * np.hypot(1.0, slope)
    core = 2.0 * pi * inner.reshape(-1) * np.hypot(1.0, inner_slope)
    on_wall = [_charge(case, (s.lumen[-1], s.around), (s.outer, v)) for s, v in zip(found, z.reshape(-1), strict=True)]
    on_core = [_core_charge(case, s, v, w) for s, v, w in zip(found, z.reshape(-1), core, strict=True)]
    if any(q is None for q in on_core):
        return None
    return PoreProfile(
        weights=weights.reshape(-1),
        areas={r: np.array([s.areas.get(k, 0.0) for s in found]) for k, r in enumerate(case.regions) if carriers[k]},
        radii=outer.reshape(-1),
        slopes=slope,
        charged=((wall, np.array(on_wall)), (core, np.array(on_core, dtype=np.float64))),
        baths=_baths(case, painting, span, carriers),
    )


@dataclass(frozen=True)
class _Section:
    """A cross-section of the lumen.

    Attributes:
        inner: Radius of a core in m, 0 without one.
        outer: Radius of the wall in m.
        core: Region of the core, OUTSIDE without one.
        around: Region outside the wall, OUTSIDE for none.
        lumen: Regions of the lumen, from the core to the wall.
        areas: Area of each of them in m².
    """

    inner: float
    outer: float
    core: int
    around: int
    lumen: tuple[int, ...]
    areas: dict[int, float]


def _span(painting: Painting, carriers: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Where the domain is closed to ions at its side, if that is one stretch with baths before and behind it."""
    breaks = _breaks(painting)
    middles = (breaks[:-1] + breaks[1:]) / 2.0
    side = painting.extent[0][1]
    closed = ~carriers[painting.regions_at(np.column_stack([np.full(middles.size, side * (1.0 - 1e-9)), middles]))]
    at = np.flatnonzero(closed)
    if not at.size or at[0] == 0 or at[-1] == middles.size - 1 or at[-1] - at[0] + 1 != at.size:
        return None
    return float(breaks[at[0]]), float(breaks[at[-1] + 1])


def _breaks(painting: Painting) -> Array:
    """Where shapes begin and end along the axis in m."""
    low, high = painting.extent[1]
    ends = [v for r in painting.geometry.regions for s in r.shapes for v in s.extent[1] or ()]
    return np.unique([low, high, *(v for v in ends if low < v < high)])


def _sections(painting: Painting, z: Array, carriers: NDArray[np.bool_]) -> list[_Section] | None:
    """The cross-sections at each z, (n,); None unless each is one ring or disc of solution around the axis."""
    side = painting.extent[0][1]
    edges = np.unique([*painting.grid[0], *np.linspace(0.0, side, _RADII), *np.geomspace(1e-5 * side, side, _RADII)])
    middles = (edges[:-1] + edges[1:]) / 2.0
    points = np.column_stack([np.tile(middles, z.size), np.repeat(z, middles.size)])
    regions = painting.regions_at(points).reshape(z.size, middles.size)
    row, jump = np.nonzero(regions[:, :-1] != regions[:, 1:])
    low, high, before = middles[jump], middles[jump + 1], regions[row, jump]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        same = painting.regions_at(np.column_stack([middle, z[row]])) == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    found = []
    for i in range(z.size):
        own = row == i
        order = [int(k) for k in (*before[own], regions[i, -1])]
        section = _section(np.concatenate([[0.0], high[own], [side]]), order, carriers)
        if section is None:
            return None
        found.append(section)
    return found


def _section(radii: Array, order: list[int], carriers: NDArray[np.bool_]) -> _Section | None:
    """The cross-section of the regions in order from the axis, between the radii."""
    at = np.flatnonzero(carriers[order])
    if not at.size or at[-1] - at[0] + 1 != at.size or at[0] > 1:
        return None
    areas: dict[int, float] = {}
    for i in at:
        areas[order[i]] = areas.get(order[i], 0.0) + pi * float(radii[i + 1] ** 2 - radii[i] ** 2)
    return _Section(
        inner=float(radii[at[0]]),
        outer=float(radii[at[-1] + 1]),
        core=order[0] if at[0] else OUTSIDE,
        around=order[at[-1] + 1] if at[-1] + 1 < len(order) else OUTSIDE,
        lumen=tuple(order[at[0] : at[-1] + 1]),
        areas=areas,
    )


def _charge(case: Case, between: tuple[int, int], at: tuple[float, float]) -> float:
    """Surface charge in C/m² between two regions at a point: of an interface, or of a wall where the domain ends."""
    names, axes = list(case.regions), AXES[case.coordinates]
    point, tolerance = (float(at[0]), float(at[1])), 1e-6 * at[0]
    if OUTSIDE in between:
        return sum(
            b.surface_charge or 0.0
            for b in case.boundaries.values()
            if b.type == "wall" and any(p.has(point, tolerance) for p in placements(b.on, axes))
        )
    pair = {names[k] for k in between}
    return sum(
        face.surface_charge
        for face in case.interfaces.values()
        if set(face.between) == pair
        and (not face.on or any(p.has(point, tolerance) for p in placements(face.on, axes)))
    )


def _core_charge(case: Case, section: _Section, z: float, width: float) -> float | None:
    """Charge of a core over its surface in C/m², 0 without one; None where it varies."""
    if section.core == OUTSIDE:
        return 0.0
    fixed = case.regions[list(case.regions)[section.core]].fixed_charge
    if callable(fixed):
        return None
    inside = F * (fixed or 0.0) * pi * section.inner**2
    return _charge(case, (section.core, section.lumen[0]), (section.inner, z)) + inside / width


def _baths(case: Case, painting: Painting, span: tuple[float, float], carriers: NDArray[np.bool_]) -> tuple[Bath, Bath]:
    (_, side), ends = painting.extent
    found = []
    inside = 1e-9 * (span[1] - span[0])
    mouths = _sections(painting, np.array([span[0] + inside, span[1] - inside]), carriers) or ()
    for k, (mouth, end) in enumerate(zip(span, ends, strict=True)):
        area = sum(mouths[k].areas.values()) if mouths else 0.0
        at_end = [b for b, q in case.boundaries.items() if q.type == "reservoir" and _covers(case, b, end, side)]
        found.append(Bath(float(np.sqrt(area / pi)), side, abs(mouth - end), len(at_end) == 1))
    return found[0], found[1]


def _covers(case: Case, boundary: str, end: float, side: float) -> bool:
    """Whether a boundary is all of the face z = end, and nothing else."""
    on = placements(case.boundaries[boundary].on, AXES[case.coordinates])
    if len(on) != 1 or not isinstance(on[0], OnLine):
        return False
    p = on[0]
    return p.axis == 1 and abs(p.value - end) <= 1e-9 * side and (p.low or 0.0) <= 0.0 and (p.high or side) >= side
