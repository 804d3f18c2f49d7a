"""Samples of a solved state along the axis, on every rank: what profiles and local quantities are read from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pnp.node_fields import NodeFields
from pnp.problem import Problem, State
from pnp.result import Profile

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.case.points import Point

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Samples(NodeFields):
    """Fields of a stack along its axis, sorted; a node on an interface appears once for each region."""

    @property
    def x(self) -> Array:
        """Positions* along the axis (n,)."""
        return np.asarray(self.points[:, 0])

    @cached_property
    def field(self) -> Array:
        """−dφ*/dx* (n,), second order: differences inside a region, and at its faces Gauss's law for the half cell.

        At a face ε φ' = ε Δφ/h ± ρ h/2, which is how a lumped Poisson row gives the surface charge there.
        """
        slope, geometry = np.empty_like(self.phi), self.model.geometry
        for k, r in enumerate(self.model.regions):
            own = np.flatnonzero(self.region == k)
            slope[own] = np.gradient(self.phi[own], self.x[own])
            for end, beside, sign in ((own[0], own[1], 1.0), (own[-1], own[-2], -1.0)):
                area = float(geometry.area(self.x[end]))
                if area == 0.0:  # the axis
                    slope[end] = 0.0
                    continue
                cell = np.sort(self.x[[end, beside]])
                corner = geometry.corner_volumes(cell[:1], cell[1:])[0 if sign > 0 else 1][0]
                edge = geometry.edge_area(cell[:1], cell[1:])[0]
                secant = (self.phi[beside] - self.phi[end]) / (self.x[beside] - self.x[end])
                slope[end] = (edge * secant + sign * self.charge[end] * corner / r.permittivity) / area
        return -slope

    def largest_field(self) -> float:
        """Largest |dφ*/dx*|."""
        return float(np.max(np.abs(self.field)))

    def smallest_concentration(self) -> float:
        """Smallest c_i* of any species where it is present (nan without species)."""
        values = self.concentration[self.present]
        return float(values.min()) if len(values) else float("nan")

    def largest_concentration(self) -> float:
        """Largest c_i* of any species."""
        return float(self.concentration.max())

    def debye_in(self, k: int) -> float:
        """Debye length* at the middle of region k."""
        own = np.flatnonzero(self.region == k)
        middle = 0.5 * (self.x[own[0]] + self.x[own[-1]])
        # 1/λ_D² is the ionic strength, finite where there are no ions
        strength = float(np.interp(middle, self.x[own], self.debye[own] ** -2.0))
        return strength**-0.5 if strength > 0 else float("inf")

    def bulk_charge_fraction(self, distance: float) -> float | None:
        """Largest |ρ*|/Σ|z_i|c_i* at samples farther than ``distance`` local Debye lengths from every face, or None."""
        gap = np.min(np.abs(self.x[:, None] - self.model.faces[None, :]), axis=1)
        ions = self.concentration @ np.abs(self.model.charge_number)
        bulk = (gap > distance * self.debye) & (ions > 0)
        return float(np.max(np.abs(self.charge[bulk]) / ions[bulk])) if bulk.any() else None

    def face_resolution(self) -> dict[str, float]:
        """Cells per local Debye length at each side of each face that carries space charge."""
        found: dict[str, float] = {}
        names = [r.name for r in self.model.regions]
        ions = self.concentration @ np.abs(self.model.charge_number)
        for k, name in enumerate(names):
            own = np.flatnonzero(self.region == k)
            for end, beside, other in ((own[0], own[1], k - 1), (own[-1], own[-2], k + 1)):
                if ions[end] == 0 or abs(self.charge[end]) < 1e-3 * ions[end]:
                    continue
                cells = self.debye[end] / abs(self.x[beside] - self.x[end])
                if 0 <= other < len(names):
                    pair = f"{names[min(k, other)]}|{names[max(k, other)]}"
                    found[f"{pair}, {name} side"] = float(cells)
                else:
                    found["left" if other < 0 else "right"] = float(cells)
        return found

    def at(self, case: Case, point: Point) -> dict[str, float]:
        """φ*, −dφ*/dx*, space charge* and c_i* of each species present at a named point, from the samples around it.

        φ*, the field and the charge are linear between samples, ln c_i is; keys are "potential", "electric_field",
        "charge_density" and "concentration.<species>".
        """
        k = list(case.regions).index(point.region)
        own = self.region == k
        thickness = self.model.regions[k].thickness
        offset = (point.position or 0.0) / self.model.scales.length
        if point.fraction is not None:
            offset = point.fraction * thickness
        x, here = self.x[own], self.model.faces[k] + offset
        phi = self.phi[own]
        found = {
            "potential": float(np.interp(here, x, phi)),
            "electric_field": float(np.interp(here, x, self.field[own])),
            "charge_density": float(np.interp(here, x, self.charge[own])),
        }
        for i, s in enumerate(self.model.species):
            if self.model.regions[k].present[i]:
                log_c = np.log(np.maximum(self.concentration[own, i], np.finfo(float).tiny))
                found[f"concentration.{s}"] = float(np.exp(np.interp(here, x, log_c)))
        return found

    def to_profile(self) -> Profile:
        """The profile in SI units."""
        x: Array = np.asarray(self.x * self.model.scales.length, dtype=np.float64)
        columns, units = self.columns(self.field)
        region = self.region.astype(np.int64)
        return Profile(x, region, tuple(r.name for r in self.model.regions), columns, units)


def sample(problem: Problem, state: State) -> Samples:
    """Gather a state of a stack along its axis. Collective; the same on every rank."""
    disc = problem.disc
    disc.set_state(state.fields)
    local = disc.local_state()
    nodes = disc.cell_nodes[: disc.owned_cells]
    region = np.repeat(disc.domain.cell_region[: disc.owned_cells], nodes.shape[1])
    flat = nodes.reshape(-1)
    own = np.column_stack([region, disc.points[flat, 0], local[flat]])
    if disc.points.shape[1] > 1:
        # nothing depends on the position along the height of a strip: its lower side stands for it
        own = own[disc.points[flat, 1] == 0.0]
    rows = np.concatenate(disc.comm.allgather(own))
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    keep = np.append(True, (np.diff(rows[:, 0]) != 0) | (np.diff(rows[:, 1]) != 0))
    rows = rows[keep]
    return Samples(problem.model, rows[:, 1:2], rows[:, 0].astype(np.int64), rows[:, 2:-1], rows[:, -1])
