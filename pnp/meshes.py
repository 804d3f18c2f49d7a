"""What a session asks of the meshes of a group of alike points: the first one, finer ones, a coarser one.

`StackMeshes` grade a stack's axis for its layers; `pnp.plane_meshes` has those of planes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnp.adaptation import MOST_CELLS, TOLERATED, coarsened, demand_of_state, initial_grid, refined
from pnp.discretisation import Discretisation
from pnp.grading import Grid, MeshOptions, grade
from pnp.mesh import AnyGrid
from pnp.model import Model
from pnp.node_fields import NodeFields
from pnp.problem import State
from pnp.profile import Samples, sample
from pnp.steady import SteadySolution

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Demand:
    """How much smaller cells should be for the state found on them.

    Attributes:
        largest: So many times the coarsest cell; alike on all ranks.
        detail: Where, in a form that the meshes understand.
    """

    largest: float
    detail: Any


class Meshes(ABC):
    """The meshes of points that share one.

    Attributes:
        models: Models of all the points.
        options: Grading.
        adapts: Whether meshes follow the state found on them.
    """

    def __init__(self, models: Sequence[Model], options: MeshOptions, adapts: bool) -> None:
        self.models, self.options, self.adapts = models, options, adapts

    @abstractmethod
    def first(self) -> AnyGrid:
        """The mesh to begin with. Collective."""

    @abstractmethod
    def demand(self, solution: SteadySolution, samples: NodeFields) -> Demand:
        """How many times smaller cells should be for the state found on them; 1 where fine. Collective."""

    @abstractmethod
    def refined(self, grid: AnyGrid, demand: Demand) -> AnyGrid | None:
        """A mesh that meets a demand, None where it is met or cannot be. Collective."""

    def is_last(self, grid: AnyGrid) -> bool:
        """Whether there is no finer mesh in a nested iteration."""
        return True

    def finer(self, grid: AnyGrid) -> AnyGrid | None:
        """The next mesh of a nested iteration, None for the last. Collective."""
        return None

    @abstractmethod
    def coarser(self, grid: AnyGrid) -> AnyGrid | None:
        """A mesh with cells twice as wide, for the estimate of the mesh error; None where there is none. Collective."""

    @abstractmethod
    def sample(self, solution: SteadySolution) -> NodeFields:
        """Samples of a solution. Collective."""

    @abstractmethod
    def carry(self, solution: SteadySolution, samples: NodeFields, disc: Discretisation, model: Model) -> State:
        """A solution as a start for another model or on another mesh. Collective."""


class StackMeshes(Meshes):
    """Meshes of a stack, on a line or a strip."""

    def first(self) -> AnyGrid:
        """The graded grid, refined until it sees every fixed-charge expression."""
        grid = grade(self.models, self.options)
        for alike in self.models if self.adapts else ():
            grid = initial_grid(alike, grid, self.options)
        return grid

    def demand(self, solution: SteadySolution, samples: NodeFields) -> Demand:
        """For each interval (n,)."""
        disc = solution.problem.disc
        assert isinstance(samples, Samples)
        assert isinstance(disc.grid, Grid)
        found = demand_of_state(samples, disc.grid, disc.scheme.degree, self.options.refinement)
        return Demand(float(found.max(initial=1.0)), found)

    def refined(self, grid: AnyGrid, demand: Demand) -> AnyGrid | None:
        """Intervals are shared out anew, up to `MOST_CELLS`."""
        assert isinstance(grid, Grid)
        if not (self.adapts and demand.largest > TOLERATED):
            return None
        finer = refined(grid, demand.detail, self.options.growth)
        return finer if len(finer.region) <= MOST_CELLS else None

    def coarser(self, grid: AnyGrid) -> AnyGrid | None:
        """Neighbouring intervals made one."""
        assert isinstance(grid, Grid)
        return coarsened(grid)

    def sample(self, solution: SteadySolution) -> NodeFields:
        """Samples along the axis."""
        return sample(solution.problem, solution.state)

    def carry(self, solution: SteadySolution, samples: NodeFields, disc: Discretisation, model: Model) -> State:
        """Levels follow the reference, positions their region."""
        old = solution.problem
        shift = old.model.reference - model.reference
        border = solution.state.border
        if old.disc is disc:
            return shifted(solution.state, shift)
        assert isinstance(samples, Samples)
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


def shifted(state: State, shift: Array) -> State:
    """A state with its levels measured from another reference."""
    fields = state.fields.copy()
    fields[:, :-1] += shift
    return replace(state, fields=fields)
