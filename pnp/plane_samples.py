"""Samples of a solved state in a plane: what each rank has of it, and what all have of it together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.discretisation import Discretisation
from pnp.node_fields import NodeFields, PointFields, log_sinhc
from pnp.problem import Problem, State
from pnp.units import length_text

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.case.points import Point

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

ON_EDGE = 1e-9
"""Barycentric slack with which a point on an edge is in the cells on both sides."""
BESIDE = 0.5
"""And with which one outside is still a point of the cell beside it."""


@dataclass(frozen=True, eq=False)
class PlaneSamples(NodeFields):
    """Fields at the corners of the cells that this rank owns; a node appears once for each region that has it.

    Attributes:
        disc: The discretisation.
        node: Local node of each sample (n,).
        cells: Samples at the corners of each owned cell, (m, 3).
    """

    disc: Discretisation
    node: NDArray[np.int64]
    cells: Indices

    # -- fields ---------------------------------------------------------------------------------------------------

    @cached_property
    def _geometry(self) -> tuple[Array, Array]:
        """Gradients of the three hat functions in each cell, (m, 3, 2), and its area, (m,)."""
        x = self.points[self.cells]
        u, v = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0]
        double = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
        second = np.column_stack([v[:, 1], -v[:, 0]]) / double[:, None]
        third = np.column_stack([-u[:, 1], u[:, 0]]) / double[:, None]
        return np.stack([-second - third, second, third], axis=1), 0.5 * np.abs(double)

    def gradient(self, values: Array) -> Array:
        """Gradient in each owned cell (m, 2) of a function given at the samples (n,)."""
        return np.asarray(np.einsum("mk,mkd->md", values[self.cells], self._geometry[0]))

    def at_samples(self, per_cell: Array) -> Array:
        """Mean over the cells of a sample's region around it, weighted by area: (m, k) in, (n, k) out. Collective."""
        area, width = self._geometry[1], self.disc.species + 1
        region = self.region[self.cells[:, 0]]
        found = np.empty((len(self.points), per_cell.shape[1]))
        nodes = self.node[self.cells]
        for k in range(len(self.model.regions)):
            own, here = region == k, self.region == k
            sums = np.zeros((self.disc.nodes, per_cell.shape[1] + 1))
            weighted = np.column_stack([per_cell[own] * area[own, None], area[own]])
            for corner in range(3):
                np.add.at(sums, nodes[own, corner], weighted)
            parts = [self.disc.node_total(sums[:, c : c + width]) for c in range(0, sums.shape[1], width)]
            total = np.concatenate(parts, axis=1)[self.node[here]]
            found[here] = total[:, :-1] / total[:, -1:]
        return found

    @cached_property
    def field(self) -> Array:
        """−∇φ* (n, 2). Collective the first time."""
        return -self.at_samples(self.gradient(self.phi))

    @cached_property
    def fluxes(self) -> Array:
        """J_i* (n, N, 2), averaged from those of the cells. Collective the first time.

        The components −D_i c_E δ_E m_i / |E| along the edges are those of the edge-averaged scheme; in a cell the edge
        elements of H. Whitney (1957) make a vector of them, which is exact for a constant one.
        """
        model, cells = self.model, self.cells
        region = self.region[cells[:, 0]]
        gradients, phi = self._geometry[0], self.phi[cells]
        parts = []
        for i, z in enumerate(model.charge_number):
            diffusivity = np.array([r.diffusivity[i] for r in model.regions])[region]
            log_c = np.log(np.maximum(self.concentration[:, i], np.finfo(float).tiny))[cells]
            m = np.where(self.present[:, i], self.m[:, i], 0.0)[cells]
            flux = np.zeros((len(cells), 2))
            for a, b in ((0, 1), (1, 2), (2, 0)):
                drop = m[:, b] - m[:, a]
                mean = log_sinhc(drop / 2) - log_sinhc(z * (phi[:, b] - phi[:, a]) / 2)
                along = -diffusivity * np.exp(0.5 * (log_c[:, a] + log_c[:, b]) + mean) * drop
                flux += along[:, None] * (gradients[:, b] - gradients[:, a]) / 3.0
            parts.append(np.where(self.present[cells[:, :1], i], flux, 0.0))
        return self.at_samples(np.concatenate(parts, axis=1)).reshape(len(self.points), -1, 2)

    # -- over all ranks -------------------------------------------------------------------------------------------

    def _all(self, value: float, op: MPI.Op) -> float:
        return float(self.disc.comm.allreduce(float(value), op=op))

    def largest_field(self) -> float:
        """Largest |∇φ*| of any cell. Collective."""
        return self._all(np.linalg.norm(self.gradient(self.phi), axis=1).max(initial=0.0), MPI.MAX)

    def smallest_concentration(self) -> float:
        """Smallest c_i* of any species where it is present (nan without species). Collective."""
        least = self._all(self.concentration[self.present].min(initial=np.inf), MPI.MIN)
        return least if np.isfinite(least) else float("nan")

    def largest_concentration(self) -> float:
        """Largest c_i* of any species. Collective."""
        return self._all(self.concentration.max(initial=0.0), MPI.MAX)

    def debye_in(self, k: int) -> float:
        """Debye length* of the mean ionic strength of region k. Collective."""
        own = self.region[self.cells[:, 0]] == k
        area = self._geometry[1][own]
        strength = (self.concentration @ self.model.charge_number**2)[self.cells[own]].mean(axis=1)
        total, size = self._all(area @ strength, MPI.SUM), self._all(area.sum(), MPI.SUM)
        return float(np.sqrt(self.model.regions[k].permittivity * size / total)) if total > 0 else float("inf")

    def amounts(self) -> Array:
        """∫ c_i* over each region, (R, N), by the boxes of the nodes. Collective."""
        volume = self.disc.forms.data.areas.volume
        corners = volume.x.array[volume.function_space.dofmap.list[: self.disc.owned_cells]]
        # the vertex rule gives each corner a third of the cell; a weight of another degree counts by its mean
        share = corners if corners.shape[1] == 3 else np.repeat(corners.mean(axis=1, keepdims=True), 3, axis=1)
        per_cell = np.einsum("mk,mki->mi", share * self._geometry[1][:, None] / 3.0, self.concentration[self.cells])
        own = np.zeros((len(self.model.regions), per_cell.shape[1]))
        np.add.at(own, self.region[self.cells[:, 0]], per_cell)
        return np.asarray(self.disc.comm.allreduce(own))

    def bulk_charge_fraction(self, distance: float) -> float | None:
        """Largest |ρ*|/Σ|z_i|c_i* farther than ``distance`` local Debye lengths from every boundary and interface."""
        gap = self.disc.places.distance_from_parts()[self.node]
        ions = self.concentration @ np.abs(self.model.charge_number)
        with np.errstate(invalid="ignore"):
            bulk = (gap > distance * self.debye) & (ions > 0)
        largest = self._all(np.max(np.abs(self.charge[bulk]) / ions[bulk], initial=-1.0), MPI.MAX)
        return largest if largest >= 0.0 else None

    def face_resolution(self) -> dict[str, float]:
        """Cells per local Debye length along each boundary and interface that carries space charge. Collective."""
        ions = self.concentration @ np.abs(self.model.charge_number)
        charged = (ions > 0) & (np.abs(self.charge) >= 1e-3 * ions)
        found: dict[str, float] = {}
        for name, cells, base in self.disc.places.along_parts(self.model):
            height = 2.0 * self._geometry[1][cells] / base
            here = charged[self.cells[cells]].any(axis=1)
            debye = self.debye[self.cells[cells]].min(axis=1)
            least = self._all(np.min((debye / height)[here], initial=np.inf), MPI.MIN)
            if np.isfinite(least):
                found[name] = least
        return found

    # -- points -----------------------------------------------------------------------------------------

    def at(self, case: Case, point: Point) -> dict[str, float]:
        """φ*, |∇φ*|, space charge* and c_i* of each species present at a named point. Collective.

        Raises:
            ValueError: The point lies outside the domain.
        """
        assert point.at is not None
        here = np.array(point.at) / self.model.scales.length
        x = self.points[self.cells]
        weights = np.einsum("md,mkd->mk", here - x[:, 0], self._geometry[0])
        weights[:, 0] += 1.0
        # a curved side cuts a little off its cells: a point there is taken for one of the nearest cell
        worst = weights.min(axis=1, initial=np.inf)
        nearest = self._all(worst.max(initial=-np.inf), MPI.MAX)
        inside = np.flatnonzero(worst >= min(-ON_EDGE, nearest)) if nearest > -BESIDE else np.zeros(0, dtype=np.int64)
        regions = self.region[self.cells[inside, 0]]
        # on an interface the first region's side counts; within a region every cell around gives the same values
        own = int(regions.min(initial=len(self.model.regions)))
        first, owner = self.disc.comm.allreduce((own, self.disc.comm.rank), op=MPI.MIN)
        field = self.field
        found: dict[str, float] = {}
        if self.disc.comm.rank == owner and first < len(self.model.regions):
            cell = inside[np.argmin(regions)]
            corners, share = self.cells[[cell]], weights[[cell]]
            there = self._interpolated(corners, share)
            found = {"potential": float(there.phi[0])}
            found["electric_field"] = float(np.linalg.norm(np.einsum("kc,kcd->kd", share, field[corners])))
            found["charge_density"] = float(there.charge[0])
            for i, s in enumerate(self.model.species):
                if there.present[0, i]:
                    found[f"concentration.{s}"] = float(there.concentration[0, i])
        found = self.disc.comm.bcast(found, root=owner)
        if not found:
            where = ", ".join(map(length_text, point.at))
            raise ValueError(f"the point ({where}) lies outside the domain")
        return found

    def _interpolated(self, corners: Indices, weights: Array) -> PointFields:
        """Fields at points of cells, by weights of their corners, (k, 3) each."""

        def mean(values: Array) -> Array:
            return np.asarray(np.einsum("kc,kc...->k...", weights, values[corners]))

        return PointFields(self.model, mean(self.points), self.region[corners[:, 0]], mean(self.m), mean(self.phi))


def plane_sample(problem: Problem, state: State) -> PlaneSamples:
    """Samples of a state in a plane. Collective."""
    disc = problem.disc
    disc.set_state(state.fields)
    local = disc.local_state()
    nodes = disc.cell_nodes[: disc.owned_cells, :3].astype(np.int64)
    region = disc.domain.cell_region[: disc.owned_cells].astype(np.int64)
    keys = region[:, None] * disc.nodes + nodes
    unique, cells = np.unique(keys.reshape(-1), return_inverse=True)
    node = unique % disc.nodes
    return PlaneSamples(
        problem.model,
        disc.points[node],
        unique // disc.nodes,
        local[node, :-1],
        local[node, -1],
        disc,
        node,
        cells.reshape(-1, 3),
    )
