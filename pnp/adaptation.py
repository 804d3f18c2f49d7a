"""Where a grid is too coarse for the charge it is given or the state found on it, and the grid that is fine enough.

A cell is measured by what changes across it: the reduced potential times the largest charge number, the logarithm of
the ionic strength, the fixed charge. Where a cell is much smaller than the local Debye length the solution is smooth
across it whatever the potential does (a uniform field is exact), so that it is never asked to shrink below that.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pnp.grading import Grid, MeshOptions
from pnp.model import Model
from pnp.profile import Samples

Array = NDArray[np.float64]

CHANGE = 0.25
"""Change across a cell that is aimed at (RT/F, or of ln S): second order makes it an error of about CHANGE²/12."""
DEBYE_SHARE = 0.1
"""A cell smaller than this share of the local Debye length is fine enough."""
TOLERATED = 1.5
"""A demand below this is left alone."""
MOST_PASSES = 6
MOST_CELLS = 50_000
POINTS_IN_CELL = 64
"""Samples of a fixed-charge expression in each cell."""


def demand_of_charge(model: Model, grid: Grid) -> Array:
    """How many times smaller each cell (n,) should be for fixed-charge expressions to be seen; 1 where fine.

    A cell may hold a change of CHANGE of the largest fixed charge.
    """
    demand: Array = np.ones(len(grid.region))
    for k, r in enumerate(model.regions):
        if not callable(r.fixed_charge):
            continue
        cells = np.flatnonzero(grid.region == k)
        share: Array = np.linspace(0.0, 1.0, POINTS_IN_CELL)
        left, width = grid.nodes[cells], np.diff(grid.nodes)[cells]
        x = (left[:, None] + width[:, None] * share).reshape(-1)
        rho = model.charge_at(k, x[:, None]).reshape(len(cells), -1)
        largest = np.abs(rho).max()
        if largest > 0:
            demand[cells] = np.maximum(1.0, np.ptp(rho, axis=1) / (CHANGE * largest))
    return demand


def demand_of_state(samples: Samples, grid: Grid, degree: int, refinement: float) -> Array:
    """How many times smaller each cell (n,) should be for the state found on it; 1 where fine.

    Args:
        samples: The state.
        grid: The grid it was found on.
        degree: Polynomial degree: a cell of degree k resolves like k cells.
        refinement: The user's: what is aimed at shrinks with it.
    """
    model = samples.model
    strength = np.maximum(samples.concentration @ model.charge_number**2, np.finfo(float).tiny)
    demand: Array = np.ones(len(grid.region))
    z = float(np.max(np.abs(model.charge_number), initial=1.0))
    for k in range(len(model.regions)):
        cells = np.flatnonzero(grid.region == k)
        own = samples.region == k
        if not model.regions[k].present.any():
            continue
        at = np.searchsorted(samples.x[own], grid.nodes[[*cells, cells[-1] + 1]])
        at = np.minimum(at, own.sum() - 1)
        potential = z * np.abs(np.diff(samples.phi[own][at]))
        content = np.abs(np.diff(np.log(strength[own][at])))
        debye = samples.debye[own][at]
        in_debye = np.diff(grid.nodes)[cells] / np.minimum(debye[1:], debye[:-1]) / DEBYE_SHARE
        wanted = np.minimum(np.maximum(potential, content) / CHANGE, in_debye)
        demand[cells] = np.maximum(1.0, wanted * refinement / degree)
    return demand


def too_coarse(demand: Array) -> bool:
    """Whether a demand is worth a finer grid."""
    return bool(np.max(demand, initial=1.0) > TOLERATED)


def refined(grid: Grid, demand: Array, growth: float) -> Grid:
    """The grid with every cell at least ``demand`` times smaller, neighbours growing by no more than ``growth``.

    Regions whose demand is tolerable keep their nodes; faces stay where they are.
    """
    nodes: list[Array] = [grid.nodes[:1]]
    region: list[NDArray[np.int32]] = []
    faces = [0]
    for k in range(len(grid.faces) - 1):
        first, last = int(grid.faces[k]), int(grid.faces[k + 1])
        x = grid.nodes[first : last + 1]
        if too_coarse(demand[first:last]):
            x = _subdivided(x, demand[first:last], growth - 1.0)
        nodes.append(x[1:])
        region.append(np.full(len(x) - 1, k, dtype=np.int32))
        faces.append(faces[-1] + len(x) - 1)
    return replace(grid, nodes=np.concatenate(nodes), region=np.concatenate(region), faces=np.array(faces))


def _subdivided(x: Array, demand: Array, alpha: float) -> Array:
    h = np.diff(x)
    size = h / demand
    gap = 0.5 * (h[1:] + h[:-1])
    for j in range(1, len(size)):
        size[j] = min(size[j], size[j - 1] + alpha * gap[j - 1])
    for j in range(len(size) - 2, -1, -1):
        size[j] = min(size[j], size[j + 1] + alpha * gap[j])
    count = np.concatenate([[0.0], np.cumsum(h / size)])
    n = int(np.ceil(count[-1] - 1e-9))
    new: Array = np.interp(np.linspace(0.0, count[-1], n + 1), count, x)
    new[0], new[-1] = x[0], x[-1]
    return new


def coarsened(grid: Grid) -> Grid | None:
    """The grid with neighbouring cells of each region made one; None where a region has too few for it."""
    kept = []
    for first, last in zip(grid.faces, grid.faces[1:], strict=False):
        if last - first < 2:
            return None
        kept.append(np.append(np.arange(first, last - 1, 2), last)[1 if first else 0 :])
    chosen = np.concatenate(kept)
    faces = np.searchsorted(chosen, grid.faces)
    return replace(grid, nodes=grid.nodes[chosen], region=grid.region[chosen[:-1]], faces=faces)


def initial_grid(model: Model, grid: Grid, options: MeshOptions) -> Grid:
    """The graded grid, refined until it sees every fixed-charge expression (samples within each cell)."""
    for _ in range(MOST_PASSES):
        demand = demand_of_charge(model, grid)
        finer = refined(grid, demand, options.growth) if too_coarse(demand) else grid
        if finer is grid or len(finer.region) > MOST_CELLS:
            return grid
        grid = finer
    return grid
