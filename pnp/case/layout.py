"""Where regions and boundaries lie and how large they are, as far as that is known without a mesh.

Checks of a case take a layout: of a stack it is complete; of shapes it is found by geometry, complete for rectangles; a
mesh gives it in full, and the checks run again on that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pnp.case.painting import OUTSIDE, Painting
from pnp.case.plane import placements
from pnp.case.shapes import AXES
from pnp.expressions import Expression
from pnp.plane.shapes import Placement

if TYPE_CHECKING:
    from pnp.case.case import Case

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Pairs = frozenset[frozenset[str]]

CHARGE_UNIT: Final = {"planar": "C/m", "axisymmetric": "C"}
"""What a charge is counted in; in a stack C/m², per area of the outer face."""
_MOST_CELLS: Final = 10_000_000
"""Cells of the rectangles' grid times rectangles, above which sizes are left to the mesh."""
_PARTS: Final = 20
"""Intervals for the integral of an expression along each side of a rectangle's cell, five nodes in each."""


@dataclass(frozen=True)
class Layout:
    """What is known; whatever is not known is left out.

    Sizes of a stack are per area of its outer face: volumes in m, areas without unit. Planar ones are per metre of
    depth: m² and m; axisymmetric ones those of the body of revolution: m³ and m².

    Attributes:
        boundary_regions: Regions that a boundary touches.
        neighbours: Pairs of regions that share faces; None: not known.
        volumes: Of regions.
        areas: Of boundaries and interfaces.
        fixed_charges: Integral of the fixed charge over a region in mol of elementary charges.
    """

    boundary_regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    neighbours: Pairs | None = None
    volumes: Mapping[str, float] = field(default_factory=dict)
    areas: Mapping[str, float] = field(default_factory=dict)
    fixed_charges: Mapping[str, float] = field(default_factory=dict)

    def reached(self, start: Iterable[str], among: Iterable[str]) -> set[str] | None:
        """Regions that hang together with some of them by way of others, the start included; None: not known."""
        if self.neighbours is None:
            return None
        allowed = set(among)
        found = set(start) & allowed
        front = list(found)
        while front:
            here = front.pop()
            for other in allowed - found:
                if frozenset((here, other)) in self.neighbours:
                    found.add(other)
                    front.append(other)
        return found


def layout_of(case: Case) -> Layout:
    """What is known of a case without a mesh. Its keys must be those of its coordinates."""
    if case.is_stack:
        return _of_stack(case)
    painting = case.painting
    return Layout() if painting is None else _of_shapes(case, painting)


def pairs_of(names: Iterable[tuple[str, str]]) -> Pairs:
    """Neighbours from pairs in any order."""
    return frozenset(frozenset(pair) for pair in names)


# ---------------------------------------------------------------- stacks


def _of_stack(case: Case) -> Layout:
    faces, geometry, names = case.left_faces(), case.geometry, list(case.regions)
    areas = {"left": float(geometry.area(geometry.inner)), "right": float(geometry.area(geometry.outer))}
    for name, interface in case.interfaces.items():
        if set(interface.between) <= set(names):
            right = max(interface.between, key=names.index)
            areas[name] = float(geometry.area(faces[right]))
    volumes = {r: float(geometry.volume(faces[r], faces[r] + case.regions[r].thickness)) for r in names}
    return Layout(
        boundary_regions={"left": (names[0],), "right": (names[-1],)},
        neighbours=pairs_of(itertools.pairwise(names)),
        volumes=volumes,
        areas=areas,
        fixed_charges={r: _charge_in_stack(case, r, faces[r], volumes[r]) for r in names},
    )


def _charge_in_stack(case: Case, region: str, left: float, volume: float) -> float:
    given, thickness = case.regions[region].fixed_charge, case.regions[region].thickness
    if not isinstance(given, Expression):
        return given * volume
    if not given.variables <= set(case.variables):
        return 0.0
    xi, weights = _gauss(0.0, 1.0, 200)
    x = left + xi * thickness
    return float(np.sum(given(x, xi) * case.geometry.area(x) * weights) * thickness)


def _gauss(low: float, high: float, parts: int) -> tuple[Array, Array]:
    """Nodes and weights of five-point Gauss quadrature on each of ``parts`` equal intervals."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    edges = np.linspace(low, high, parts + 1)
    points = edges[:-1, None] + (nodes + 1.0) / 2.0 * np.diff(edges)[:, None]
    return points.ravel(), np.tile(weights / 2.0 * (high - low) / parts, parts)


# ---------------------------------------------------------------- shapes


def _of_shapes(case: Case, painting: Painting) -> Layout:
    names = list(case.regions)
    axes = AXES[case.coordinates]
    touched = {b: _regions_of(painting, placements(q.on, axes), names) for b, q in case.boundaries.items()}
    known = {b: regions for b, regions in touched.items() if regions}
    x, y = painting.grid
    shapes = sum(len(region.shapes) for region in case.regions.values())
    if not painting.only_rectangles or len(x) * len(y) * shapes > _MOST_CELLS:
        return Layout(boundary_regions=known)
    middles = [(g[:-1] + g[1:]) / 2.0 for g in (x, y)]
    points = np.column_stack([a.reshape(-1) for a in np.meshgrid(*middles, indexing="ij")])
    cells = painting.regions_at(points).reshape(len(x) - 1, len(y) - 1)
    turn = np.pi * (x[1:] + x[:-1]) if case.coordinates == "axisymmetric" else np.ones(len(x) - 1)
    sizes = turn[:, None] * np.diff(x)[:, None] * np.diff(y)[None, :]
    pairs = np.concatenate(
        [
            np.column_stack([a.reshape(-1), b.reshape(-1)])
            for a, b in ((cells[:-1], cells[1:]), (cells[:, :-1], cells[:, 1:]))
        ]
    )
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & np.all(pairs != OUTSIDE, axis=1)]
    return Layout(
        boundary_regions=known,
        neighbours=pairs_of((names[a], names[b]) for a, b in np.unique(pairs, axis=0)),
        volumes={name: float(sizes[cells == k].sum()) for k, name in enumerate(names)},
        areas=_areas(case, painting, (x, y), cells),
        fixed_charges=_charges(case, (x, y), cells, sizes),
    )


def _regions_of(painting: Painting, on: Iterable[Placement], names: list[str]) -> tuple[str, ...]:
    """Regions that lie on one side of a boundary's pieces with nothing on the other, in order of the case."""
    found: set[int] = set()
    for placement in on:
        sides = painting.sides(placement)
        outer = np.sum(sides == OUTSIDE, axis=1) == 1
        found |= {int(k) for k in sides[outer].max(axis=1)}
    return tuple(names[k] for k in sorted(found))


def _areas(case: Case, painting: Painting, grid: tuple[Array, Array], cells: Indices) -> dict[str, float]:
    """Of boundaries and interfaces."""
    axes, names = AXES[case.coordinates], list(case.regions)
    found: dict[str, float] = {}
    for b, boundary in case.boundaries.items():
        outer = [(p, np.sum(painting.sides(p) == OUTSIDE, axis=1) == 1) for p in placements(boundary.on, axes)]
        found[b] = sum(painting.area(p, chosen) for p, chosen in outer)
    for i, interface in case.interfaces.items():
        if not set(interface.between) <= set(names):
            continue
        pair = sorted(names.index(r) for r in interface.between)
        if interface.on:
            on = placements(interface.on, axes)
            shared = [(p, np.all(np.sort(painting.sides(p), axis=1) == pair, axis=1)) for p in on]
            found[i] = sum(painting.area(p, chosen) for p, chosen in shared)
        else:
            found[i] = _shared_area(grid, cells, pair, painting.geometry.axisymmetric)
    return found


def _shared_area(grid: tuple[Array, Array], cells: Indices, pair: list[int], axisymmetric: bool) -> float:
    """Area of all faces between two regions made of the grid's cells."""
    x, y = grid
    radius, middle = (x, (x[:-1] + x[1:]) / 2.0) if axisymmetric else (np.ones_like(x), np.ones(len(x) - 1))
    turn = 2.0 * np.pi if axisymmetric else 1.0
    across = np.sort(np.stack([cells[:-1], cells[1:]]), axis=0)
    along = np.sort(np.stack([cells[:, :-1], cells[:, 1:]]), axis=0)
    upright = (across[0] == pair[0]) & (across[1] == pair[1])
    flat = (along[0] == pair[0]) & (along[1] == pair[1])
    sides = np.sum(upright * radius[1:-1, None] * np.diff(y)[None, :])
    return float(turn * (sides + np.sum(flat * (middle * np.diff(x))[:, None])))


def _charges(case: Case, grid: tuple[Array, Array], cells: Indices, sizes: Array) -> dict[str, float]:
    found: dict[str, float] = {}
    first, second = case.variables
    for k, (name, region) in enumerate(case.regions.items()):
        given = region.fixed_charge
        if not isinstance(given, Expression):
            found[name] = given * float(sizes[cells == k].sum())
            continue
        if not given.variables <= set(case.variables):
            continue
        total = 0.0
        for i, j in np.argwhere(cells == k):
            x, wx = _gauss(grid[0][i], grid[0][i + 1], _PARTS)
            y, wy = _gauss(grid[1][j], grid[1][j + 1], _PARTS)
            p, q = (a.reshape(-1) for a in np.meshgrid(x, y, indexing="ij"))
            weights = np.outer(wx * (2.0 * np.pi * x if case.coordinates == "axisymmetric" else 1.0), wy).reshape(-1)
            total += float(np.sum(given(**{first: p, second: q}) * weights))
        found[name] = total
    return found
