"""The points of a study solved one after the other, each from what the ones before it left: mesh, solver, solution."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.adaptation import MOST_PASSES
from pnp.balances import Balance, balances
from pnp.case import Case, CaseError
from pnp.case.plane import problem_of
from pnp.comparison import simplified_models
from pnp.comparison.point_ions import beyond_point_ions
from pnp.discretisation import Discretisation
from pnp.linear import LinearSolver
from pnp.mesh import AnyGrid
from pnp.meshes import Demand, Meshes
from pnp.model import Model
from pnp.newton import NewtonOptions
from pnp.node_fields import NodeFields
from pnp.nondimensional import model_from_case
from pnp.parts import meshes_of, parts_of
from pnp.plane.errors import MeshError
from pnp.plane_parts import Parts
from pnp.problem import State
from pnp.quantities import evaluate
from pnp.result import Quantity, SimplifiedRow
from pnp.scheme import Scheme
from pnp.solver_report import UNRESOLVED_DEMAND
from pnp.steady import SteadySolution, solve_steady

Array = NDArray[np.float64]

FARTHEST_LINE = 2.0
"""Steps beyond the last point of a sweep up to which the line through the last two is a start worth trying."""

ON_THE_WAY = 1e-5
"""Newton's tolerance, RT/F, on meshes that finer ones follow: mesh errors are told from the last of them."""
FIRST_ACCURACY = 1e-4
"""Relative error of the first linear solve from a coarser mesh's solution: the step it makes is nearly the last."""
MULTIGRID_ABOVE = 8_000
"""Unknowns above which multigrid is tried from there; it needs a start that is near."""

UNSEEN = 0.5
"""Cells per Debye length at a face below which the numbers of a layer mean nothing."""


@dataclass(frozen=True)
class Point:
    """One case of a study with its model and the parts of its plane; a study without a sweep has one."""

    case: Case
    model: Model
    parts: Parts | None = None
    value: tuple[float | str | int, str] | None = None


@dataclass(frozen=True)
class Solved:
    """One solved point: the solution, everything read from it, and how many times finer its mesh should still be.

    ``coarse`` has the quantities on a mesh of cells twice as wide, where one was solved on before this.
    """

    point: Point
    solution: SteadySolution
    samples: NodeFields
    quantities: dict[str, Quantity]
    simplified: tuple[SimplifiedRow, ...]
    balances: tuple[Balance, ...]
    demand: float
    meshes: Meshes
    coarse: dict[str, Quantity] | None = None


def points_of(case: Case, comm: MPI.Comm) -> list[Point]:
    """The points of a study: every value of its sweep, or the case itself. Collective.

    Raises:
        CaseError: On every rank, where a plane's geometry or mesh is none.
    """
    parts = parts_of(case, comm)
    base = model_from_case(case, layout=None if parts is None else parts.layout)
    if case.sweep is None:
        return [Point(case, base, parts)]
    found = []
    for value, shown in zip(case.sweep_values(), case.sweep_quantities(), strict=True):
        own = case.with_value(case.sweep.keys, value)
        own_parts = parts if parts is None or parts.serves(own) else parts_of(own, comm)
        layout = None if own_parts is None else own_parts.layout
        found.append(Point(own, model_from_case(own, base.scales, layout), own_parts, shown))
    return found


class Session:
    """Keeps discretisation, linear solver and last solution from point to point, so that sweeps start warm."""

    def __init__(self, points: Sequence[Point], comm: MPI.Comm) -> None:
        """Group the points that can share a mesh: equal geometry, scales and mesh options."""
        self.comm = comm
        alike: dict[Hashable, list[Point]] = {}
        for point in points:
            alike.setdefault(_key(point), []).append(point)
        self._meshes: dict[Hashable, Meshes] = {key: meshes_of(own, comm) for key, own in alike.items()}
        self._grids: dict[Hashable, AnyGrid] = {}
        self.disc: Discretisation | None = None
        self.linear: LinearSolver | None = None
        self._replaced: list[Discretisation | LinearSolver] = []
        self.done: list[Solved] = []

    def _first(self, point: Point) -> AnyGrid:
        """The mesh to begin with: the last that points like this one were solved on."""
        key = _key(point)
        if key not in self._grids:
            grid = self._meshes[key].first()
            if grid.cells < self.comm.size:
                raise CaseError(
                    [
                        f"mesh.refinement = {point.case.mesh.refinement:g}: the mesh has {grid.cells} cells, "
                        f"fewer than the {self.comm.size} ranks; use fewer ranks or a finer mesh"
                    ]
                )
            self._grids[key] = grid
        return self._grids[key]

    def solve(self, point: Point) -> Solved:
        """Solve a point on meshes refined until the state found is seen by them, and on to the last. Collective.

        Raises:
            CaseError: On every rank, where no mesh can be made.
        """
        try:
            return self._solved(point)
        except MeshError as error:
            raise CaseError([problem_of(error, point.case).text({}, point.case.source)]) from error

    def _solved(self, point: Point) -> Solved:
        meshes = self._meshes[_key(point)]
        solution, samples = self._begin(point)
        demand = meshes.demand(solution, samples)
        passes = 0
        before: tuple[SteadySolution, NodeFields] | None = None
        while solution.converged:
            grid = meshes.refined(solution.problem.disc.grid, demand) if passes < MOST_PASSES else None
            halves = grid is None
            if grid is None:
                grid = meshes.finer(solution.problem.disc.grid)
                passes = MOST_PASSES
            if grid is None:
                break
            passes += 1
            finer, finer_samples = self._solve_on(grid, point, (solution, samples))
            attempts, ramp = solution.attempts + finer.attempts, solution.ramp + finer.ramp
            if not finer.converged:
                solution = self._stopped(replace(solution, attempts=attempts, ramp=ramp), finer, meshes)
                break
            self._grids[_key(point)] = grid
            before = (solution, samples) if halves else None
            solution, samples = replace(finer, attempts=attempts, ramp=ramp), finer_samples
            if passes < MOST_PASSES or meshes.is_last(grid):
                demand = meshes.demand(solution, samples)
        unseen = _unseen_layer(samples, demand) if meshes.adapts and solution.converged else ""
        if unseen:
            solution = replace(solution, converged=False, reason=unseen)
        elif not solution.converged:
            # what the solver broke down on is in the history of its attempts
            solution = replace(solution, reason=beyond_point_ions(point.case) or solution.reason)
        quantities: dict[str, Quantity] = {}
        checks: tuple[Balance, ...] = ()
        if solution.converged:
            quantities = evaluate(point.case, solution.problem, solution.state, samples)
            checks = balances(solution.problem, solution.state)
        coarse = None
        if solution.converged and before is not None and point.case.mesh.error_estimate:
            coarser, coarser_samples = before
            coarse = evaluate(point.case, coarser.problem, coarser.state, coarser_samples)
        known = None if point.parts is None else point.parts.known
        rows = simplified_models(point.case, quantities or None, known)
        found = Solved(point, solution, samples, quantities, tuple(rows), checks, demand.largest, meshes, coarse)
        if solution.converged:
            self.done = [*self.done[-1:], found]
        self._free()
        return found

    def _begin(self, point: Point) -> tuple[SteadySolution, NodeFields]:
        """Solve a point on its first mesh; where that fails on the next, and only then by ramping the drives."""
        grid, meshes = self._first(point), self._meshes[_key(point)]
        if meshes.is_last(grid):
            return self._solve_on(grid, point)
        solution, samples = self._solve_on(grid, point, ramp=False)
        for refine, ramp in ((True, False), (False, True)):
            if solution.converged:
                break
            mesh = (meshes.finer(grid) if refine else None) or grid
            again, samples = self._solve_on(mesh, point, ramp=ramp)
            solution = replace(again, attempts=solution.attempts + again.attempts)
        if solution.converged:
            self._grids[_key(point)] = solution.problem.disc.grid
        return solution, samples

    def _stopped(self, coarse: SteadySolution, finer: SteadySolution, meshes: Meshes) -> SteadySolution:
        """What a solution is where the next mesh's failed: still one after adaptation, none short of the last mesh."""
        if meshes.is_last(coarse.problem.disc.grid):
            return coarse
        return replace(coarse, converged=False, reason=finer.reason)

    def _free(self) -> None:
        """Free what was replaced while a point was solved; its numbers are settled by then. Collective."""
        for item in self._replaced:
            item.destroy()
        self._replaced.clear()

    def close(self) -> None:
        """Free what PETSc holds; the solutions' numbers stay. Collective."""
        self._replaced += [item for item in (self.disc, self.linear) if item is not None]
        self._free()

    def _solve_on(
        self,
        grid: AnyGrid,
        point: Point,
        coarser: tuple[SteadySolution, NodeFields] | None = None,
        ramp: bool = True,
    ) -> tuple[SteadySolution, NodeFields]:
        """Solve a point on a mesh, from its solution on a coarser mesh if there is one."""
        options, meshes = point.case.solver, self._meshes[_key(point)]
        scheme = Scheme(options.flux, options.degree)
        order = elimination_order(point.model)
        if self.disc is None or self.disc.grid != grid or self.disc.scheme != scheme:
            self._replaced += [item for item in (self.disc, self.linear) if item is not None]
            self.disc = Discretisation(grid, len(point.model.species), scheme, self.comm)
            self.linear = None
        if self.linear is None or self.linear.ordering != order:
            self._replaced += [] if self.linear is None else [self.linear]
            near = coarser is not None and point.model.plane is not None and self.disc.unknowns > MULTIGRID_ABOVE
            self.linear = LinearSolver(self.disc, order, multigrid=near or None)
        newton = NewtonOptions(options.tolerance, options.max_iterations)
        if not meshes.is_last(grid):
            newton = replace(newton, tolerance=max(ON_THE_WAY, options.tolerance))
        if coarser is None:
            starts = self._starts(point, self.disc)
        else:
            newton = replace(newton, first_accuracy=FIRST_ACCURACY)
            starts = [("from the coarser mesh", meshes.carry(*coarser, self.disc, point.model))]
        solution = solve_steady(
            self.disc,
            self.linear,
            point.model,
            newton,
            rule=options.step_rule,
            ramp=options.ramp and ramp,
            starts=starts,
        )
        return solution, meshes.sample(solution)

    def _starts(self, point: Point, disc: Discretisation) -> list[tuple[str, State]]:
        """The last solution, and before it the line through the last two where the sweep allows it."""
        if not self.done:
            return []
        carried = [s.meshes.carry(s.solution, s.samples, disc, point.model) for s in self.done]
        starts = [("from the previous state", carried[-1])]
        known = [s.point.value[0] for s in self.done if s.point.value is not None]
        here = point.value[0] if point.value is not None else None
        step = _line_step(known, here)
        if step is not None:
            before, last = carried
            line = last.moved(step * (last.fields - before.fields), step * (last.border - before.border))
            starts.insert(0, ("by extrapolation", line))
        return starts


def elimination_order(model: Model) -> str:
    """Order of elimination that ends at an end which holds concentrations, see `pnp.linear.LinearSolver`."""
    if model.plane is not None:
        return "rcm"
    left, right = model.boundaries
    return "natural" if right.fixes.any() and not left.fixes.any() else "rcm"


def _key(point: Point) -> Hashable:
    """What a mesh depends on but for the layers; equal for points that can share one."""
    geometry = tuple(point.model.faces) if point.parts is None else id(point.parts)
    return point.model.scales.length, geometry, point.case.mesh.model_dump_json()


def _unseen_layer(samples: NodeFields, demand: Demand) -> str:
    """Why a state means nothing: a layer that no mesh could be made to see; "" where there is none."""
    resolution = samples.face_resolution()
    face = min(resolution, key=resolution.__getitem__, default="")
    if demand.largest <= UNRESOLVED_DEMAND or resolution.get(face, np.inf) >= UNSEEN:
        return ""
    largest = samples.largest_concentration() * samples.model.scales.concentration / 1e3
    return (
        f"the layer at {face} is too thin for any mesh ({resolution[face]:.1e} cells in its Debye length; point ions "
        f"would reach {largest:.1e} mol/L there): lower the potential or the charge"
    )


def _line_step(known: Sequence[float | str | int], here: float | str | int | None) -> float | None:
    """Distance of a sweep's next value beyond its last, in units of the last step; None where a line means nothing.

    Counted in the logarithm where that makes the steps more equal; far beyond the last step a line is no guess.
    """
    if len(known) != 2 or not all(isinstance(v, float) for v in (*known, here)):
        return None
    values = np.array([*known, here], dtype=float)
    scales = [values, np.log(np.abs(values))] if (values > 0).all() or (values < 0).all() else [values]
    steps = [(v[2] - v[1]) / (v[1] - v[0]) for v in scales if v[1] != v[0]]
    best = min(steps, key=lambda s: abs(s - 1.0), default=None)
    return float(best) if best is not None and abs(best) <= FARTHEST_LINE else None
