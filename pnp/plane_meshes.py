"""What the meshes of all planes share; solved from coarse to fine.

A plane is solved first on a coarse mesh, which is adapted to the state found on it; each finer mesh then starts from
the solution on the one before, so that Newton has two or three steps left there (nested iteration).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.adaptation import CHANGE, DEBYE_SHARE, TOLERATED
from pnp.discretisation import Discretisation
from pnp.grading import MeshOptions
from pnp.mesh import AnyGrid
from pnp.meshes import Demand, Meshes, shifted
from pnp.model import Model
from pnp.node_fields import NodeFields
from pnp.plane.grid import PlaneGrid
from pnp.plane_grading import DENSITY
from pnp.plane_samples import PlaneSamples, plane_sample
from pnp.plane_transfer import interpolated
from pnp.problem import State
from pnp.steady import SteadySolution

Array = NDArray[np.float64]

FIRST_NODES = 3_000
"""About so many nodes has the mesh that a plane is first solved on."""
MOST_NODES = 4_000_000
"""Adaptation stops short of more nodes than this."""
TOLERATED_LAST = 4.0
"""A demand on the last mesh below this is left alone, and told of: the mesh error says what it costs."""


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
        return halvings_left(grid) == 0

    def wanted(self, grid: AnyGrid, demand: Demand) -> bool:
        """Whether a demand is worth another mesh: the last of a nested iteration takes a larger one."""
        return self.adapts and demand.largest > (TOLERATED if halvings_left(grid) else TOLERATED_LAST)

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
        refinement, degree = self.refinement * 0.5 ** halvings_left(disc.grid), disc.scheme.degree
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


def halvings_left(grid: AnyGrid) -> int:
    """How many times the cells of a plane's mesh are still to be halved."""
    assert isinstance(grid, PlaneGrid)
    return grid.halvings
