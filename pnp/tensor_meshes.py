"""Tensor-product meshes of geometries of axis-parallel rectangles: graded lines, refined and doubled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.adaptation import TOLERATED, coarsened, refined
from pnp.grading import Grid, MeshOptions
from pnp.mesh import AnyGrid
from pnp.meshes import Demand
from pnp.model import Model
from pnp.node_fields import NodeFields
from pnp.plane.blocks import Blocks
from pnp.plane.grid import Axes, PlaneGrid
from pnp.plane_grading import DENSITY, axis_grids
from pnp.plane_meshes import FIRST_NODES, MOST_NODES, PlaneMeshes, halvings_left
from pnp.plane_samples import PlaneSamples
from pnp.steady import SteadySolution

Array = NDArray[np.float64]

MOST_HALVINGS = 6
MOST_GROWTH = 4
"""Adaptation makes a tensor product at most so many times larger than its grading did."""
SHARES = 0.8 ** np.arange(20)
"""Shares of a demand that are tried in turn."""


class TensorMeshes(PlaneMeshes):
    """Tensor products of graded lines, for geometries of axis-parallel rectangles."""

    def __init__(
        self, models: Sequence[Model], options: MeshOptions, adapts: bool, comm: MPI.Comm, blocks: Blocks
    ) -> None:
        super().__init__(models, options, adapts, comm)
        self.blocks = blocks
        self._planned = 0

    def first(self) -> AnyGrid:
        """A mesh of about `FIRST_NODES` nodes."""
        scaled = self.blocks.scaled(self.unit)
        for halvings in range(MOST_HALVINGS + 1):
            x, y = axis_grids(self.models, scaled, self.options, DENSITY * 0.5**halvings)
            if len(x.nodes) * len(y.nodes) <= FIRST_NODES:
                break
        return self._grid(x, y, halvings)

    def _grid(self, x: Grid, y: Grid, halvings: int) -> PlaneGrid:
        mesh = None
        if self.comm.rank == 0:
            mesh = self.blocks.mesh(x.nodes * self.unit, y.nodes * self.unit, x.region, y.region)
        cells = 2 * int((self.blocks.region[np.ix_(x.region, y.region)] >= 0).sum())
        names = self.blocks.boundary_names, self.blocks.interface_names
        return PlaneGrid(mesh, self.unit, cells, *names, halvings, Axes(x, y))

    def demand(self, solution: SteadySolution, samples: NodeFields) -> Demand:
        """The largest demand of any cell between each two lines: those of x, then those of y."""
        axes = _axes(solution.problem.disc.grid)
        assert isinstance(samples, PlaneSamples)
        middle = samples.points[samples.cells].mean(axis=1)
        found = []
        for axis, (grid, own) in enumerate(zip((axes.x, axes.y), self.cell_demand(solution, samples), strict=True)):
            demand = np.ones(len(grid.region))
            at = np.clip(np.searchsorted(grid.nodes, middle[:, axis]) - 1, 0, len(demand) - 1)
            np.maximum.at(demand, at, own)
            found.append(demand)
        own = np.concatenate(found)
        total = np.empty_like(own)
        self.comm.Allreduce(own, total, op=MPI.MAX)
        return Demand(float(total.max()), total)

    def refined(self, grid: AnyGrid, demand: Demand) -> AnyGrid | None:
        """Lines are shared out anew.

        A line is refined for one cell on it. Where that makes the mesh `MOST_GROWTH` times larger than it was to be,
        only so much of the demand is met that it does not.
        """
        axes, halvings = _axes(grid), halvings_left(grid)
        if not self.wanted(grid, demand):
            return None
        nodes = len(axes.x.nodes) * len(axes.y.nodes)
        self._planned = self._planned or nodes * 4**halvings
        most = min(MOST_NODES, MOST_GROWTH * self._planned) / 4**halvings
        for share in SHARES:
            met = np.maximum(1.0, demand.detail * share)
            if met.max() <= TOLERATED:
                break
            x = refined(axes.x, met[: len(axes.x.region)], self.options.growth)
            y = refined(axes.y, met[len(axes.x.region) :], self.options.growth)
            if len(x.nodes) * len(y.nodes) <= most:
                return self._grid(x, y, halvings)
        return None

    def finer(self, grid: AnyGrid) -> AnyGrid | None:
        """Twice as many lines each way, spaced as smoothly."""
        axes, halvings = _axes(grid), halvings_left(grid)
        return self._grid(doubled(axes.x), doubled(axes.y), halvings - 1) if halvings else None

    def coarser(self, grid: AnyGrid) -> AnyGrid | None:
        """Every second line."""
        axes = _axes(grid)
        x, y = coarsened(axes.x), coarsened(axes.y)
        return None if x is None or y is None else self._grid(x, y, 0)


def _axes(grid: AnyGrid) -> Axes:
    assert isinstance(grid, PlaneGrid)
    assert grid.axes is not None
    return grid.axes


def doubled(grid: Grid) -> Grid:
    """Lines with one more between each two, where the smooth spacing of the others puts it."""
    nodes, region, faces = [grid.nodes[:1]], [], [0]
    for k in range(len(grid.faces) - 1):
        first, last = int(grid.faces[k]), int(grid.faces[k + 1])
        x, n = grid.nodes[first : last + 1], last - first
        if n == 1:
            finer = np.array([x[0], 0.5 * (x[0] + x[1]), x[1]])
        else:
            finer = np.empty(2 * n + 1)
            finer[::2], finer[1::2] = x, _between_all(x)
        nodes.append(finer[1:])
        region.append(np.full(2 * n, k, dtype=np.int32))
        faces.append(faces[-1] + 2 * n)
    return replace(grid, nodes=np.concatenate(nodes), region=np.concatenate(region), faces=np.array(faces))


def _between_all(x: Array) -> Array:
    """Values half-way between equidistant ones that increase, (n + 1,) in, (n,) out, increasing too.

    By cubics whose slopes are harmonic means of the differences on either side (F. N. Fritsch & J. Butland, SIAM J.
    Sci. Stat. Comput. 5, 300 (1984), doi:10.1137/0905021), at the ends one-sided and limited.
    """
    h = np.diff(x)
    ends = [np.clip(1.5 * a - 0.5 * b, 0.0, 3.0 * a) for a, b in ((h[0], h[1]), (h[-1], h[-2]))]
    slope = np.concatenate([ends[:1], 2.0 * h[1:] * h[:-1] / (h[1:] + h[:-1]), ends[1:]])
    return np.asarray(0.5 * (x[1:] + x[:-1]) + 0.125 * (slope[:-1] - slope[1:]))
