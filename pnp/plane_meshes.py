"""Meshes of planes: tensor products of graded lines, Gmsh's, or the user's; solved from coarse to fine.

A plane is solved first on a coarse mesh, which is adapted to the state found on it; each finer mesh then starts from
the solution on the one before, so that Newton has two or three steps left there (nested iteration).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.adaptation import CHANGE, DEBYE_SHARE, TOLERATED, coarsened, refined
from pnp.discretisation import Discretisation
from pnp.grading import Grid, MeshOptions
from pnp.mesh import AnyGrid
from pnp.meshes import Demand, Meshes, shifted
from pnp.model import Model
from pnp.node_fields import NodeFields
from pnp.plane.blocks import Blocks
from pnp.plane.errors import MeshError
from pnp.plane.grid import Axes, PlaneGrid
from pnp.plane.mesh import PlaneMesh
from pnp.plane.repair import repair
from pnp.plane.sizes import NodalSizes, Sizes
from pnp.plane_grading import DENSITY, GMSH_DENSITY, PartNames, axis_grids, cell_sizes
from pnp.plane_samples import PlaneSamples, plane_sample
from pnp.plane_transfer import interpolated
from pnp.problem import State
from pnp.steady import SteadySolution

T = TypeVar("T")
Array = NDArray[np.float64]

FIRST_NODES = 3_000
"""About so many nodes has the mesh that a plane is first solved on."""
MOST_HALVINGS = 6
MOST_GMSH_HALVINGS = 3
MOST_GROWTH = 4
"""Adaptation makes a tensor product at most so many times larger than its grading did."""
SHARES = 0.8 ** np.arange(20)
"""Shares of a demand that are tried in turn."""
TOLERATED_LAST = 4.0
"""A demand on the last mesh below this is left alone, and told of: the mesh error says what it costs."""
MOST_NODES = 4_000_000
"""Adaptation stops short of more nodes than this."""


class PlaneMeshes(Meshes):
    """What the meshes of all planes share."""

    def __init__(self, models: Sequence[Model], options: MeshOptions, adapts: bool, comm: MPI.Comm) -> None:
        super().__init__(models, options, adapts)
        self.comm, self.unit = comm, models[0].scales.length
        self.refinement = options.refinement * self.density

    @property
    def density(self) -> float:
        """Cells per length over a stack's."""
        return DENSITY

    def is_last(self, grid: AnyGrid) -> bool:
        """Whether its cells are not to be halved any more."""
        return _halvings(grid) == 0

    def wanted(self, grid: AnyGrid, demand: Demand) -> bool:
        """Whether a demand is worth another mesh: the last of a nested iteration takes a larger one."""
        return self.adapts and demand.largest > (TOLERATED if _halvings(grid) else TOLERATED_LAST)

    def sample(self, solution: SteadySolution) -> NodeFields:
        """Samples on this rank's cells."""
        return plane_sample(solution.problem, solution.state)

    def carry(self, solution: SteadySolution, samples: NodeFields, disc: Discretisation, model: Model) -> State:
        """Levels follow the reference; fields are interpolated linearly."""
        old = solution.problem
        shift = old.model.reference - model.reference
        if old.disc is disc:
            return shifted(solution.state, shift)
        ratio = old.model.scales.length / model.scales.length
        fields = interpolated(old.disc, solution.state.fields, disc, model.charge_number, ratio)
        return shifted(State(fields, solution.state.border), shift)

    def cell_demand(self, solution: SteadySolution, samples: PlaneSamples) -> tuple[Array, Array]:
        """Demand along x and along y of each owned cell, (m,) each; see `pnp.adaptation.demand_of_state`.

        What changes along an axis is the gradient times the cell's extent.
        """
        disc = solution.problem.disc
        refinement, degree = self.refinement * 0.5 ** _halvings(disc.grid), disc.scheme.degree
        model, cells = samples.model, samples.cells
        strength = np.maximum(samples.concentration @ model.charge_number**2, np.finfo(float).tiny)
        z = float(np.max(np.abs(model.charge_number), initial=1.0))
        extent = np.ptp(samples.points[cells], axis=1)
        potential = z * np.abs(samples.gradient(samples.phi)) * extent
        content = np.abs(samples.gradient(np.log(strength))) * extent
        in_debye = extent / samples.debye[cells].min(axis=1)[:, None] / DEBYE_SHARE
        wanted = np.minimum(np.maximum(potential, content) / CHANGE, in_debye)
        carries = np.array([r.present.any() for r in model.regions])[samples.region[cells[:, 0]]]
        demand = np.where(carries[:, None], np.maximum(1.0, wanted * refinement / degree), 1.0)
        return demand[:, 0], demand[:, 1]


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
        axes, halvings = _axes(grid), _halvings(grid)
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
        axes, halvings = _axes(grid), _halvings(grid)
        return self._grid(doubled(axes.x), doubled(axes.y), halvings - 1) if halvings else None

    def coarser(self, grid: AnyGrid) -> AnyGrid | None:
        """Every second line."""
        axes = _axes(grid)
        x, y = coarsened(axes.x), coarsened(axes.y)
        return None if x is None or y is None else self._grid(x, y, 0)


class GmshMeshes(PlaneMeshes):
    """Meshes of any declared geometry, or of a parametrised source, by Gmsh."""

    def __init__(
        self,
        models: Sequence[Model],
        options: MeshOptions,
        adapts: bool,
        comm: MPI.Comm,
        make: Callable[[Sizes], PlaneMesh],
        names: PartNames,
        widths: Sequence[float],
    ) -> None:
        """``make`` gives the mesh of some sizes, on rank 0; ``widths`` (m) are those of the regions."""
        super().__init__(models, options, adapts, comm)
        self._make, self._names, self._widths = make, names, widths
        self._nodal: NodalSizes | None = None

    def first(self) -> AnyGrid:
        """A mesh of about `FIRST_NODES` nodes."""
        halvings = MOST_GMSH_HALVINGS
        grid = self._grid(halvings)
        # nodes grow fourfold with each halving but for the least that a geometry takes; a mesh that is noted for its
        # edges or its layers is too coarse for the geometry
        while halvings and (2 * grid.cells <= FIRST_NODES or grid.notes):
            halvings -= 1
            grid = self._grid(halvings)
        return grid

    @property
    def density(self) -> float:
        """Cells are as long as they are wide."""
        return GMSH_DENSITY

    def _grid(self, halvings: int) -> PlaneGrid:
        sizes = cell_sizes(self.models, self._names, self._widths, self.options)
        wanted = replace(sizes, refinement=sizes.refinement * 0.5**halvings, nodal=self._nodal)
        mesh = on_first_rank(self.comm, lambda: self._repaired(self._make(wanted)))
        cells, notes = self.comm.bcast((len(mesh.triangles), mesh.notes) if mesh is not None else None)
        return PlaneGrid(
            mesh, self.unit, cells, self._names.boundaries, self._names.interfaces, halvings, notes=tuple(notes)
        )

    def _repaired(self, mesh: PlaneMesh) -> PlaneMesh:
        return mended(mesh, self.models[0])

    def demand(self, solution: SteadySolution, samples: NodeFields) -> Demand:
        """For each owned cell (m,)."""
        assert isinstance(samples, PlaneSamples)
        own = np.maximum(*self.cell_demand(solution, samples))
        return Demand(float(self.comm.allreduce(float(own.max(initial=1.0)), op=MPI.MAX)), (own, samples))

    def refined(self, grid: AnyGrid, demand: Demand) -> AnyGrid | None:
        """Meshed anew, with the sizes that the state asks for."""
        if not self.wanted(grid, demand):
            return None
        own, samples = demand.detail
        halvings = _halvings(grid)
        corners = samples.points[samples.cells]
        sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
        size = sides.mean(axis=1) / own
        gathered = self.comm.gather((corners, size))
        if self.comm.rank == 0:
            every, sizes = (np.concatenate(parts) for parts in zip(*gathered, strict=True))
            triangles = np.arange(3 * len(every)).reshape(-1, 3)
            share = self.refinement * 0.5**halvings
            nodal = np.repeat(sizes * share * self.unit, 3)
            if np.sum(0.5 / sizes**2 * np.prod(np.ptp(every, axis=1), axis=1)) * 4**halvings > MOST_NODES:
                nodal = np.zeros(0)
            self._nodal = NodalSizes(every.reshape(-1, 2) * self.unit, triangles, nodal) if len(nodal) else self._nodal
        return self._grid(halvings)

    def finer(self, grid: AnyGrid) -> AnyGrid | None:
        """Meshed anew, with half the sizes."""
        halvings = _halvings(grid)
        return self._grid(halvings - 1) if halvings else None

    def coarser(self, grid: AnyGrid) -> AnyGrid | None:
        """Meshed anew, with twice the sizes of the last."""
        return self._grid(1)


class GivenMesh(PlaneMeshes):
    """The user's own mesh, as it is."""

    def __init__(
        self, models: Sequence[Model], options: MeshOptions, comm: MPI.Comm, mesh: PlaneMesh | None, names: PartNames
    ) -> None:
        """``mesh`` is there on rank 0."""
        super().__init__(models, options, False, comm)
        self._mesh, self._names = mesh, names

    def first(self) -> AnyGrid:
        """The mesh, edges mended."""
        mesh = on_first_rank(self.comm, lambda: None if self._mesh is None else mended(self._mesh, self.models[0]))
        cells, notes = self.comm.bcast((len(mesh.triangles), mesh.notes) if mesh is not None else None)
        names = self._names.boundaries, self._names.interfaces
        return PlaneGrid(mesh, self.unit, cells, *names, notes=tuple(notes))

    def demand(self, solution: SteadySolution, samples: NodeFields) -> Demand:
        """The largest of any cell, for a warning."""
        assert isinstance(samples, PlaneSamples)
        own = float(np.maximum(*self.cell_demand(solution, samples)).max(initial=1.0))
        return Demand(float(self.comm.allreduce(own, op=MPI.MAX)), None)

    def refined(self, grid: AnyGrid, demand: Demand) -> AnyGrid | None:
        """None: it is the user's."""
        return None

    def coarser(self, grid: AnyGrid) -> AnyGrid | None:
        """None: it is the user's."""
        return None


def on_first_rank(comm: MPI.Comm, make: Callable[[], T | None]) -> T | None:
    """What ``make`` gives on rank 0, None on the others; its `MeshError` is raised on all. Collective."""
    made, error = None, None
    if comm.rank == 0:
        try:
            made = make()
        except MeshError as raised:
            error = raised
    error = comm.bcast(error)
    if error is not None:
        raise error
    return made


def mended(mesh: PlaneMesh, model: Model) -> PlaneMesh:
    """A mesh whose edges have no negative weight for any coefficient of a model, as far as that can be had."""
    assert model.plane is not None
    diffusivity = np.array([np.where(r.present, r.diffusivity, 0.0) for r in model.regions]).T
    coefficients = np.vstack([[r.permittivity for r in model.regions], diffusivity])
    names = ["permittivity", *(f"diffusivity of {s}" for s in model.species)]
    done = repair(mesh, coefficients, model.plane.axisymmetric, names)
    notes = tuple(str(done.after).splitlines()) if not done.after.clean else ()
    return replace(done.mesh, notes=(*done.mesh.notes, *notes))


def _axes(grid: AnyGrid) -> Axes:
    assert isinstance(grid, PlaneGrid)
    assert grid.axes is not None
    return grid.axes


def _halvings(grid: AnyGrid) -> int:
    assert isinstance(grid, PlaneGrid)
    return grid.halvings


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
