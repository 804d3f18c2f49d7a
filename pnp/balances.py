"""Balances of a solved state: what flows in flows out, each with the size that rounding allows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.border import ClosedAmount
from pnp.flows import boundary_sums, passes, through_fluxes
from pnp.model import Model
from pnp.problem import Problem, State

Array = NDArray[np.float64]

RELATIVE = 1e-10
"""Share of the largest boundary flux that a balance may miss."""
ROUNDING = 100.0
"""Multiple of the rounding bound Σ ε_mach D c |m| / h that it may miss."""


@dataclass(frozen=True)
class Balance:
    """One conservation statement in SI units.

    Attributes:
        name: What is balanced.
        value: By how much it is missed.
        scale: The largest term in it.
        rounding_bound: Σ ε_mach |A| |u| over the rows that were summed.
        allowed: max(1e-10 · scale, 100 · rounding_bound).
        unit: SI unit of the four numbers.
    """

    name: str
    value: float
    scale: float
    rounding_bound: float
    allowed: float
    unit: str

    @property
    def ok(self) -> bool:
        """Whether the balance holds."""
        return abs(self.value) <= self.allowed

    def as_dict(self) -> dict[str, object]:
        """For summary.json."""
        return {**asdict(self), "ok": self.ok}


def balances(problem: Problem, state: State) -> tuple[Balance, ...]:
    """Species, current, charge and kept amounts of a steady state. Collective.

    The flux of each species out of all ends is zero in a steady state without sources; the current is its sum over
    charge numbers; by Gauss's law the ends' and interfaces' charge is minus the space charge; a closed species keeps
    its amount.
    """
    disc, model = problem.disc, problem.model
    residual = problem.residual(state)
    raw = residual.raw
    sums = boundary_sums(problem, raw)
    bounds, rounding = disc.rounding(state.fields)
    found = []

    def unit(per_area: str) -> tuple[float, str]:
        return _unit(model, per_area)

    for i, s in enumerate(model.species):
        scale = float(np.abs(sums[:, i]).max())
        found.append(_balance(f"flux of {s}", -sums[:, i].sum(), scale, rounding[i], *unit("mol/m^2/s")))
    found += _inside(problem, bounds)
    z = model.charge_number
    ends = sums[:, :-1] @ z
    scale = float(np.abs(sums[:, :-1] * z).max(initial=0.0))
    bound = float(np.abs(z) @ rounding[:-1])
    found.append(_balance("current", -ends.sum(), scale, bound, *unit("A/m^2")))
    loads = disc.comm.allreduce(float(problem.source[:, -1].sum()))
    interior = float(disc.comm.allreduce(float((raw + problem.source)[:, -1].sum())))
    held_nodes, _ = problem.conditions.potential
    held = disc.comm.allreduce(float((raw + problem.source)[held_nodes, -1].sum())) if _holds(model) else 0.0
    own = np.array([np.abs(raw[:, -1]).sum()])
    total = np.empty_like(own)
    disc.comm.Allreduce(own, total, op=MPI.SUM)
    scale = max(float(total[0]), abs(loads))
    found.append(_balance("charge", interior - held, scale, rounding[-1], *unit("C/m^2")))
    for item, missed in zip(problem.borders, residual.border, strict=True):
        if isinstance(item, ClosedAmount):
            bound = float(np.finfo(float).eps * item.amount)
            name = f"amount of {model.species[item.level]}"
            found.append(_balance(name, missed, item.amount, bound, *unit("mol/m^2")))
    return tuple(found)


def _unit(model: Model, per_area: str) -> tuple[float, str]:
    """SI value and name of the unit of a total: per area of a stack's outer face, per depth or of the whole turn."""
    scales = model.scales
    value = {
        "mol/m^2/s": scales.flux,
        "A/m^2": scales.current_density,
        "C/m^2": scales.surface_charge,
        "mol/m^2": scales.concentration * scales.length,
    }[per_area]
    if model.plane is None:
        return value, per_area
    return value * model.area_unit, per_area.replace("/m^2", "" if model.plane.axisymmetric else "/m")


def _holds(model: Model) -> bool:
    """Whether some boundary holds the potential, rather than a gauge."""
    return any(b.potential is not None or b.floating for b in model.boundaries)


def _inside(problem: Problem, bounds: Array) -> list[Balance]:
    """The flux of each species between the faces of the regions that limit it, where the reported flux is taken.

    Baths exchange far more with their ends than passes through a membrane, and rounding allows the sum over the ends
    more than that flux; here only these regions' own rows count.
    """
    disc, model = problem.disc, problem.model
    if len(model.regions) == 1 or model.through is None:
        return []
    fluxes, _ = through_fluxes(problem)
    found = []
    for i, s in enumerate(model.species):
        if not passes(model, i):
            continue
        over = problem.cuts.towards(model.through[1], i).regions
        nodes = problem.nodes_inside(over)
        own = np.array([disc.assemble_region_flux(over)[nodes, i].sum(), bounds[nodes, i].sum()])
        value, bound = disc.comm.allreduce(own)
        where = " and ".join(model.regions[k].name for k in over)
        name = f"flux of {s} in {where}"
        found.append(_balance(name, value, abs(float(fluxes[i])), bound, *_unit(model, "mol/m^2/s")))
    return found


def _balance(name: str, value: float, scale: float, bound: float, factor: float, unit: str) -> Balance:
    allowed = max(RELATIVE * scale, ROUNDING * bound)
    return Balance(name, value * factor, scale * factor, float(bound) * factor, allowed * factor, unit)
