"""The points of a study solved one after the other, each from what the ones before it left: mesh, solver, solution."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.adaptation import MOST_CELLS, MOST_PASSES, demand_of_state, initial_grid, refined, too_coarse
from pnp.balances import Balance, balances
from pnp.case import Case, CaseError
from pnp.comparison import simplified_models
from pnp.comparison.point_ions import beyond_point_ions
from pnp.discretisation import Discretisation
from pnp.grading import Grid, MeshOptions, grade
from pnp.linear import LinearSolver
from pnp.model import Model
from pnp.newton import NewtonOptions
from pnp.nondimensional import model_from_case
from pnp.problem import State
from pnp.profile import Samples, sample
from pnp.quantities import evaluate
from pnp.result import Quantity, SimplifiedRow
from pnp.scheme import Scheme
from pnp.solver_report import UNRESOLVED_DEMAND
from pnp.steady import SteadySolution, solve_steady

Array = NDArray[np.float64]

FARTHEST_LINE = 2.0
"""Steps beyond the last point of a sweep up to which the line through the last two is a start worth trying."""

UNSEEN = 0.5
"""Cells per Debye length at a face below which the numbers of a layer mean nothing."""


@dataclass(frozen=True)
class Point:
    """One case of a study with its model; a study without a sweep has one."""

    case: Case
    model: Model
    value: tuple[float | str | int, str] | None = None


@dataclass(frozen=True)
class Solved:
    """One solved point: the solution, everything read from it, and how many times finer its mesh should still be."""

    point: Point
    solution: SteadySolution
    samples: Samples
    quantities: dict[str, Quantity]
    simplified: tuple[SimplifiedRow, ...]
    balances: tuple[Balance, ...]
    demand: float


def points_of(case: Case) -> list[Point]:
    """The points of a study: every value of its sweep, or the case itself."""
    base = model_from_case(case)
    if case.sweep is None:
        return [Point(case, base)]
    found = []
    for value, shown in zip(case.sweep_values(), case.sweep_quantities(), strict=True):
        own = case.with_value(case.sweep.keys, value)
        found.append(Point(own, model_from_case(own, base.scales), shown))
    return found


class Session:
    """Keeps discretisation, linear solver and last solution from point to point, so that sweeps start warm."""

    def __init__(self, points: Sequence[Point], comm: MPI.Comm) -> None:
        """Group the points that can share a grid: equal stack, scales and mesh options."""
        self.comm = comm
        self._alike: dict[Hashable, list[Model]] = {}
        for point in points:
            self._alike.setdefault(_grid_key(point), []).append(point.model)
        self._grids: dict[Hashable, Grid] = {}
        self.disc: Discretisation | None = None
        self.linear: LinearSolver | None = None
        self._replaced: list[Discretisation | LinearSolver] = []
        self.done: list[Solved] = []

    def _grid(self, point: Point) -> Grid:
        key, options = _grid_key(point), mesh_options(point.case)
        if key not in self._grids:
            grid = grade(self._alike[key], options)
            for alike in self._alike[key] if point.case.mesh.adapt else ():
                grid = initial_grid(alike, grid, options)
            if len(grid.region) < self.comm.size:
                raise CaseError(
                    [
                        f"mesh.refinement = {options.refinement:g}: the mesh has {len(grid.region)} cells, "
                        f"fewer than the {self.comm.size} ranks; use fewer ranks or a finer mesh"
                    ]
                )
            self._grids[key] = grid
        return self._grids[key]

    def solve(self, point: Point) -> Solved:
        """Solve a point, on meshes refined until the state found is seen by them. Collective."""
        solution, samples = self._solve_on(self._grid(point), point)
        options = mesh_options(point.case)
        demand = _demand(solution, samples, options)
        for _ in range(MOST_PASSES):
            if not (point.case.mesh.adapt and solution.converged and too_coarse(demand)):
                break
            grid = refined(solution.problem.disc.grid, demand, options.growth)
            if len(grid.region) > MOST_CELLS:
                break
            finer, finer_samples = self._solve_on(grid, point, (solution, samples))
            if not finer.converged:
                break
            self._grids[_grid_key(point)] = grid
            attempts, ramp = solution.attempts + finer.attempts, solution.ramp + finer.ramp
            solution, samples = replace(finer, attempts=attempts, ramp=ramp), finer_samples
            demand = _demand(solution, samples, options)
        unseen = _unseen_layer(samples, demand) if point.case.mesh.adapt and solution.converged else ""
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
        rows = simplified_models(point.case, quantities or None)
        found = Solved(point, solution, samples, quantities, tuple(rows), checks, float(demand.max(initial=1.0)))
        if solution.converged:
            self.done = [*self.done[-1:], found]
        self._free()
        return found

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
        self, grid: Grid, point: Point, coarser: tuple[SteadySolution, Samples] | None = None
    ) -> tuple[SteadySolution, Samples]:
        """Solve a point on a grid, from its solution on a coarser grid if there is one."""
        options = point.case.solver
        scheme = Scheme(options.flux, options.degree)
        order = elimination_order(point.model)
        if self.disc is None or self.disc.grid != grid or self.disc.scheme != scheme:
            self._replaced += [item for item in (self.disc, self.linear) if item is not None]
            self.disc = Discretisation(grid, len(point.model.species), scheme, self.comm)
            self.linear = None
        if self.linear is None or self.linear.ordering != order:
            self._replaced += [] if self.linear is None else [self.linear]
            self.linear = LinearSolver(self.disc, order)
        if coarser is None:
            starts = self._starts(point, self.disc)
        else:
            starts = [("from the coarser mesh", carry(*coarser, self.disc, point.model))]
        solution = solve_steady(
            self.disc,
            self.linear,
            point.model,
            NewtonOptions(options.tolerance, options.max_iterations),
            rule=options.step_rule,
            ramp=options.ramp,
            starts=starts,
        )
        return solution, sample(solution.problem, solution.state)

    def _starts(self, point: Point, disc: Discretisation) -> list[tuple[str, State]]:
        """The last solution, and before it the line through the last two where the sweep allows it."""
        if not self.done:
            return []
        carried = [carry(s.solution, s.samples, disc, point.model) for s in self.done]
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
    left, right = model.boundaries
    return "natural" if right.fixes.any() and not left.fixes.any() else "rcm"


def mesh_options(case: Case) -> MeshOptions:
    """Grading as the case asks for it."""
    mesh = case.mesh
    return MeshOptions(mesh.refinement, mesh.growth, mesh.cells_per_debye_length, mesh.max_cell_fraction)


def _grid_key(point: Point) -> Hashable:
    """What a grid depends on but for the layers; equal for points that can share one."""
    return point.model.scales.length, tuple(point.model.faces), mesh_options(point.case), point.case.mesh.adapt


def _demand(solution: SteadySolution, samples: Samples, options: MeshOptions) -> Array:
    disc = solution.problem.disc
    return demand_of_state(samples, disc.grid, disc.scheme.degree, options.refinement)


def _unseen_layer(samples: Samples, demand: Array) -> str:
    """Why a state means nothing: a layer that no mesh could be made to see; "" where there is none."""
    resolution = samples.face_resolution()
    face = min(resolution, key=resolution.__getitem__, default="")
    if demand.max(initial=1.0) <= UNRESOLVED_DEMAND or resolution.get(face, np.inf) >= UNSEEN:
        return ""
    largest = samples.concentration.max() * samples.model.scales.concentration / 1e3
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


def carry(solution: SteadySolution, samples: Samples, disc: Discretisation, model: Model) -> State:
    """The last solution as a start for another model: levels follow the reference, positions their region."""
    old = solution.problem
    shift = old.model.reference - model.reference
    border = solution.state.border
    if old.disc is disc:
        fields = solution.state.fields.copy()
        fields[:, :-1] += shift
        return State(fields, border)
    x, fields = disc.points[: disc.owned, 0], np.empty((disc.owned, disc.species + 1))
    for k, (r, q) in enumerate(zip(model.regions, old.model.regions, strict=True)):
        here = (x >= model.faces[k]) & (x <= model.faces[k + 1])
        own = samples.region == k
        position = (x[here] - model.faces[k]) / r.thickness
        known = (samples.x[own] - old.model.faces[k]) / q.thickness
        for i in range(disc.species):
            fields[here, i] = np.interp(position, known, samples.m[own, i]) + shift[i]
        fields[here, -1] = np.interp(position, known, samples.phi[own])
    return State(fields, border)
