"""The discrete problem: a model on a discretisation, as a bordered non-linear system.

Field rows are those of the weak form, except where a condition replaces them: φ = V at a terminal, m_i − z_i φ = ln a_i
where a concentration is fixed, identity rows for species that are absent. See `pnp.border` for the extra unknowns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.border import Border, ClosedAmount, CompartmentLevel, FloatingPotential
from pnp.bordered import BorderedSystem
from pnp.coarsening import Unknowns
from pnp.compartments import Compartment, compartments, resistances
from pnp.cuts import Cuts
from pnp.discretisation import Discretisation
from pnp.krylov import TIGHT, Accuracy
from pnp.linear import LinearSolver
from pnp.model import Model

Array = NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """Unknowns: ``fields`` (owned, N + 1) with columns m_1 … m_N, φ*; ``border`` (k,), the same on every rank."""

    fields: Array
    border: Array

    def moved(self, fields: Array, border: Array) -> State:
        """The state plus an increment."""
        return State(self.fields + fields, self.border + border)

    @property
    def finite(self) -> bool:
        """Whether this rank holds finite numbers only."""
        return bool(np.isfinite(self.fields).all() and np.isfinite(self.border).all())


@dataclass(frozen=True)
class Residual:
    """Residual at a state: ``fields`` (owned, N + 1) with conditions in place, ``border`` (k,), ``raw`` without."""

    fields: Array
    border: Array
    raw: Array

    @property
    def finite(self) -> bool:
        """Whether this rank holds finite numbers only."""
        return bool(np.isfinite(self.fields).all() and np.isfinite(self.border).all())


@dataclass(frozen=True)
class Conditions:
    """Rows that conditions replace, as (nodes of this rank's owned part, values).

    Attributes:
        activity: For each species, owned nodes and ln a_i.
        potential: Owned nodes and φ* (0 where a border unknown is added).
        absent: Mask (owned, N) of unknowns that carry nothing.
        owner: Boundary at which each row counts, (owned, N + 1), −1 inside: where two meet, the one that holds it.
    """

    activity: tuple[tuple[NDArray[np.int64], Array], ...]
    potential: tuple[NDArray[np.int64], Array]
    absent: NDArray[np.bool_]
    owner: NDArray[np.int64]


class Problem:
    """Residual and linearisation of one model on one discretisation.

    Attributes:
        disc: The discretisation (shared with other problems; it is given this model's numbers when used).
        model: The model, of the discretisation's grid.
        linear: The linear solver of the discretisation.
        borders: Border unknowns.
        cuts: Where fluxes are counted.
        source: Load added to the residual, (owned, N + 1): given fluxes, surface charges, manufactured sources.
    """

    def __init__(self, disc: Discretisation, model: Model, linear: LinearSolver, source: Array | None = None) -> None:
        """Set up conditions and loads. Collective."""
        self.disc, self.model, self.linear = disc, model, linear
        disc.load(model)
        self.source = self._loads() + (0.0 if source is None else source)
        self.conditions = self._conditions()
        self.cuts = Cuts(disc, model)
        self.borders: tuple[Border, ...] = (*self._floating(), *self._levels())
        self._held: list[NDArray[np.int64]] = [item.rows for item in self.borders]
        self._last: tuple[State, Residual] | None = None

    # -- set-up ---------------------------------------------------------------------------------------------------

    def _loads(self) -> Array:
        disc, model = self.disc, self.model
        n = disc.species
        load = np.zeros((disc.owned, n + 1))
        for k, sigma in enumerate(model.interface_charge):
            if sigma:
                load[:, n] -= sigma * disc.interface_weight(k)
        for b, boundary in enumerate(model.boundaries):
            if boundary.surface_charge or boundary.flux.any():
                weight = disc.boundary_weight(b)
                load[:, n] -= boundary.surface_charge * weight
                load[:, :n] += boundary.flux * weight[:, None]
        return load

    @cached_property
    def _present_nodes(self) -> NDArray[np.bool_]:
        """Which species live at each owned node (in any cell around it), (owned, N)."""
        disc = self.disc
        present = np.array([r.present for r in self.model.regions])[disc.domain.cell_region[: disc.owned_cells]]
        count = np.zeros((disc.nodes, disc.species))
        for i in range(disc.species):
            count[disc.cell_nodes[: disc.owned_cells][present[:, i]], i] = 1.0
        return disc.node_sum(count) > 0

    @cached_property
    def exponential(self) -> NDArray[np.bool_]:
        """Unknowns that some concentration depends on, (owned, N + 1): in a dielectric φ is linear, however large."""
        present = self._present_nodes
        ions = present & (self.model.charge_number != 0.0)
        return np.column_stack([present, ions.any(axis=1)])

    def _conditions(self) -> Conditions:
        disc, model = self.disc, self.model
        activity: list[tuple[list[NDArray[np.int64]], list[Array]]] = [([], []) for _ in range(disc.species)]
        nodes: list[NDArray[np.int64]] = []
        values: list[Array] = []
        owner = np.full((disc.owned, disc.species + 1), -1, dtype=np.int64)
        present = self._present_nodes

        def free(own: NDArray[np.int64], column: int, b: int) -> NDArray[np.int64]:
            """Of the nodes where two boundaries meet the first one's condition holds."""
            left = own[owner[own, column] < 0]
            owner[left, column] = b
            return left

        for b, boundary in enumerate(model.boundaries):
            own = disc.boundary_nodes(b)
            for i in np.flatnonzero(boundary.fixes):
                held = free(own, int(i), b)
                held = held[present[held, i]]
                activity[i][0].append(held)
                activity[i][1].append(np.full(len(held), boundary.log_activity[i] - model.reference[i]))
            if boundary.potential is not None or boundary.floating:
                held = free(own, disc.species, b)
                nodes.append(held)
                values.append(np.full(len(held), boundary.potential or 0.0))
        if not any(b.potential is not None or b.floating for b in model.boundaries):
            # nothing fixes the potential: its level is free, and any one node may carry the zero
            gauge = self._gauge()
            nodes, values = [gauge], [np.zeros(len(gauge))]
        for b in range(len(model.boundaries)):
            # what no condition holds counts at the first boundary that it is on
            for column in range(disc.species + 1):
                free(disc.boundary_nodes(b), column, b)
        return Conditions(
            tuple((_joined(a), _joined(v, float)) for a, v in activity),
            (_joined(nodes), _joined(values, float)),
            ~present,
            owner,
        )

    def _gauge(self) -> NDArray[np.int64]:
        """One owned node of all ranks: the first of the first boundary's that has nodes."""
        for b in range(len(self.model.boundaries)):
            own = self.disc.boundary_nodes(b)
            has = self.disc.comm.allgather(len(own) > 0)
            if any(has):
                return own[:1] if has.index(True) == self.disc.comm.rank else own[:0]
        return np.arange(1 if self.disc.comm.rank == 0 else 0, dtype=np.int64)

    def _floating(self) -> list[Border]:
        boundary = self.model.floating
        if boundary is None:
            return []
        disc, n = self.disc, self.disc.species
        index = next(b for b, other in enumerate(self.model.boundaries) if other is boundary)
        cut = self.cuts.towards(index, None)
        weights = np.zeros((disc.owned, n + 1))
        weights[:, :n] = -cut.rise[:, None] * self.model.charge_number * self._present_nodes
        rows = np.flatnonzero(self.conditions.owner[:, n] == index) * (n + 1) + n
        name = f"potential of {boundary.name}"
        return [FloatingPotential(name, rows, None, (), cut.regions, weights, self.model.current)]

    @property
    def fixed(self) -> NDArray[np.bool_]:
        """Which species some boundary fixes, (N,)."""
        return np.logical_or.reduce([b.fixes for b in self.model.boundaries])

    def _levels(self) -> list[Border]:
        """Levels of species that nothing fixes, and of those that reach a compartment only through barriers."""
        none = np.zeros(0, dtype=np.int64)
        found: list[Border] = []
        for i, species in enumerate(self.model.species):
            cut_off = [c for c in compartments(self.model, i) if not c.supplied]
            if i in self.model.amounts and cut_off:
                # the amount stands for the balance of the first compartment, which follows from the others
                first, *cut_off = cut_off
                amount = self.model.amounts[i]
                found.append(ClosedAmount(f"level of {species}", none, i, first.regions, amount))
            for c in cut_off:
                where = self.model.regions[c.regions[0]].name
                found.append(self._compartment_level(f"level of {species} in {where}", i, c))
        return found

    def _compartment_level(self, name: str, i: int, c: Compartment) -> Border:
        resistance = resistances(self.model, i)
        scale = min((float(resistance[k]) for k in c.barriers), default=1.0)
        fluxes = []
        for k in c.barriers:
            weights = np.zeros((self.disc.owned, self.disc.species + 1))
            weights[:, i] = scale * self.cuts.beside(k, c.regions).rise
            fluxes.append(((k,), weights))
        rows = np.zeros(0, dtype=np.int64)
        return CompartmentLevel(name, rows, i, c.regions, tuple(fluxes), scale * c.outflow)

    def nodes_inside(self, regions: tuple[int, ...]) -> NDArray[np.int64]:
        """Owned nodes of some regions that are on no other region's cells and on no boundary. Collective."""
        disc, every = self.disc, range(len(self.model.regions))
        outside = [disc.nodes_of(tuple(k for k in every if k not in regions))]
        outside += [disc.boundary_nodes(b) for b in range(len(self.model.boundaries))]
        return np.setdiff1d(disc.nodes_of(regions), np.concatenate(outside))

    def pivot(self) -> list[NDArray[np.int64]]:
        """Choose the owned flat unknowns whose rows each border replaces, at the state the forms stand at. Collective.

        A level is held where its species is most abundant: the equation given up there follows from all the others, and
        where the species is depleted everything else would reach it through vanishing conductances.
        """
        disc, width = self.disc, self.disc.species + 1
        rows = [item.rows for item in self.borders]
        if any(item.level is not None for item in self.borders):
            amounts = disc.assemble_amounts()
            for k, item in enumerate(self.borders):
                if item.level is not None:
                    nodes = disc.nodes_of(item.regions)
                    own = amounts[nodes, item.level]
                    node = int(nodes[np.argmax(own)]) if len(nodes) else -1
                    most = float(own.max()) if len(nodes) else -np.inf
                    _, owner = disc.comm.allreduce((most, -disc.comm.rank), op=MPI.MAX)
                    here = disc.comm.rank == -owner
                    rows[k] = np.array([node * width + item.level] if here else [], dtype=np.int64)
        self._held = rows
        return rows

    # -- evaluation -----------------------------------------------------------------------------------------------

    def residual(self, state: State) -> Residual:
        """Residual with conditions in place; the state becomes that of the discretisation. Collective.

        That of the last state is kept, for what is read from a solution.
        """
        disc, n = self.disc, self.disc.species
        disc.load(self.model)
        disc.set_state(state.fields)
        if self._last is not None and self._last[0] is state:
            return self._last[1]
        raw = disc.assemble_residual()
        u = state.fields
        full = raw + self.source
        for i, (nodes, value) in enumerate(self.conditions.activity):
            full[nodes, i] = u[nodes, i] - self.model.charge_number[i] * u[nodes, n] - value
        nodes, value = self.conditions.potential
        full[nodes, n] = u[nodes, n] - value
        full[:, :n][self.conditions.absent] = u[:, :n][self.conditions.absent]
        flat = full.reshape(-1)
        border = np.zeros(len(self.borders))
        for k, (item, rows) in enumerate(zip(self.borders, self.pivot(), strict=True)):
            # a level is by definition that of the node it is held at
            flat[rows] = 0.0 if item.level is not None else u.reshape(-1)[rows] - state.border[k]
            border[k] = disc.comm.allreduce(item.equation(disc)) - item.target
        self._last = state, Residual(full, border, raw)
        return self._last[1]

    def unknowns(self) -> Unknowns:
        """Which rows no condition replaces at the state of the last `residual` call, and which unknowns are present."""
        disc = self.disc
        free = np.ones((disc.owned, disc.species + 1), dtype=bool)
        free.reshape(-1)[self._replaced()] = False
        return Unknowns(free, np.column_stack([self._present_nodes, np.ones(disc.owned, dtype=bool)]))

    def linearise(self, accuracy: Accuracy = TIGHT, see: Callable[[PETSc.Mat], None] | None = None) -> BorderedSystem:
        """Factorised Jacobian at the state of the last `residual` call. Collective.

        Args:
            accuracy: What solutions are to have where the linear solver is iterative.
            see: Is shown the Jacobian of the weak form before conditions replace rows of it. Collective.
        """
        disc = self.disc
        matrix = disc.assemble_jacobian()
        if see is not None:
            see(matrix)
        if self.linear.coarsens:
            self.linear.observe(matrix, self.unknowns())
        gradients = [item.gradient(disc) for item in self.borders]
        self.constrain(matrix)
        for i, (nodes, _) in enumerate(self.conditions.activity):
            for row in (nodes * (disc.species + 1)).astype(PETSc.IntType):
                matrix.setValueLocal(row + i, row + disc.species, -self.model.charge_number[i])
        matrix.assemble()
        columns = []
        for rows in self._held:
            column = np.zeros(disc.owned * (disc.species + 1))
            column[rows] = -1.0
            columns.append(column)
        return BorderedSystem(disc, self.linear, matrix, columns, gradients, accuracy)

    def constrain(self, matrix: PETSc.Mat) -> None:
        """Unit rows where a condition replaces the weak form. Collective."""
        matrix.zeroRowsLocal(self._replaced().astype(PETSc.IntType), diag=1.0)

    def _replaced(self) -> NDArray[np.int64]:
        """Owned flat rows that conditions replace."""
        width = self.disc.species + 1
        rows = [nodes * width + i for i, (nodes, _) in enumerate(self.conditions.activity)]
        rows.append(self.conditions.potential[0] * width + self.disc.species)
        absent = np.argwhere(self.conditions.absent)
        rows.append(absent[:, 0] * width + absent[:, 1])
        rows += self._held
        return np.unique(np.concatenate(rows)).astype(np.int64)


def _joined(parts: list[NDArray[Any]], kind: type = np.int64) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
