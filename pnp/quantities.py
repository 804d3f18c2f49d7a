"""Numbers with units from a solved state: potentials, fluxes, charges, capacitances, amounts.

Names, units and meanings are in `pnp.quantity_table`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from pnp.problem import Problem, State
from pnp.profile import Samples
from pnp.result import Quantity

if TYPE_CHECKING:
    from pnp.case import Case

Array = NDArray[np.float64]

BULK_DISTANCE = 20.0
"""Debye lengths from any face beyond which solution counts as bulk."""


def boundary_sums(problem: Problem, raw: Array) -> Array:
    """Unconstrained residual summed over each end: (2, N + 1), dimensionless; −J_i·n and ε ∂φ/∂n. Collective."""
    own = np.array([raw[problem.owned_face(face)].sum(axis=0) for face in (0, -1)])
    total = np.empty_like(own)
    problem.disc.comm.Allreduce(own, total, op=MPI.SUM)
    return total


def through_fluxes(problem: Problem) -> tuple[Array, float]:
    """Fluxes* J_i (N,) along +x and the current* Σ z_i J_i, each over the region that limits it. Collective."""
    disc, model = problem.disc, problem.model
    current_region = problem.limiting_region(None)
    over = {current_region: disc.assemble_region_flux(current_region)}
    own = np.zeros(disc.species + 1)
    for i in range(disc.species):
        if all(r.present[i] for r in model.regions):
            k = problem.limiting_region(i)
            if k not in over:
                over[k] = disc.assemble_region_flux(k)
            own[i] = -np.vdot(problem.rise(k), over[k][:, i])
    rise = problem.rise(current_region)
    own[-1] = -(rise @ over[current_region][:, :-1]) @ model.charge_number
    total = np.empty_like(own)
    disc.comm.Allreduce(own, total, op=MPI.SUM)
    return total[:-1], float(total[-1])


def differential_capacitance(problem: Problem, face: int) -> float:
    """dσ*/dφ* at a blocking end, from the linearised problem at the state last evaluated. Collective."""
    disc, n = problem.disc, problem.disc.species
    nodes = problem.owned_face(face)
    system = problem.linearise()
    rhs = np.zeros((disc.owned, n + 1))
    zero = np.zeros(len(problem.borders))
    held = problem.model.boundaries[face].potential is not None
    if held:
        rhs[nodes, n] = 1.0
    else:
        rhs[:, n] = disc.face_weights[face]
    du, _ = system.solve(rhs, zero)
    if not held:
        return 1.0 / float(disc.comm.allreduce(float(du[nodes, n].sum())))
    x = disc.vector(du)
    y = x.duplicate()
    disc.assemble_jacobian().mult(x, y)
    return float(disc.comm.allreduce(float(y.array_r.reshape(-1, n + 1)[nodes, n].sum())))


def evaluate(case: Case, problem: Problem, state: State, samples: Samples) -> dict[str, Quantity]:
    """Every quantity that applies to the case, SI units. Collective; the same on every rank."""
    model, scales = problem.model, problem.model.scales
    raw = problem.residual(state).raw
    sums = boundary_sums(problem, raw)
    flux, current = through_fluxes(problem)
    sign = -1.0 if case.inside == list(case.regions)[-1] and len(case.regions) > 1 else 1.0
    found: dict[str, Quantity] = {}

    def put(name: str, value: float, unit: str) -> None:
        found[name] = Quantity(float(value), unit)

    ends = {"left": samples.phi[0] * scales.potential, "right": samples.phi[-1] * scales.potential}
    reservoirs = [b for b, boundary in case.boundaries.items() if boundary.type == "reservoir"]
    if case.inside is not None:
        put("membrane_potential", sign * (ends["left"] - ends["right"]), "V")
        _driving_forces(case, model.scales.potential, found, put)
    elif len(reservoirs) == 2:
        put("liquid_junction_potential", ends["right"] - ends["left"], "V")
    for b, value in ends.items():
        put(f"potential.{b}", value, "V")
    for name, point in case.points.items():
        put(f"potential.{name}", samples.potential_at(case, point) * scales.potential, "V")
    for name, (a, b) in case.potential_differences.items():
        put(f"potential_difference.{name}", found[f"potential.{a}"].value - found[f"potential.{b}"].value, "V")

    put("current_density", sign * current * scales.current_density, "A/m^2")
    for i, s in enumerate(model.species):
        put(f"flux.{s}", sign * flux[i] * scales.flux, "mol/m^2/s")
    for face, b in ((0, "left"), (-1, "right")):
        outward = -sums[face, :-1]
        put(f"current_density.{b}", outward @ model.charge_number * scales.current_density, "A/m^2")
        for i, s in enumerate(model.species):
            put(f"flux.{s}.{b}", outward[i] * scales.flux, "mol/m^2/s")
        boundary = model.boundaries[face]
        if case.boundaries[b].type in ("electrode", "wall"):
            sigma = sums[face, -1] if boundary.potential is not None or boundary.floating else boundary.surface_charge
            put(f"surface_charge.{b}", sigma * scales.surface_charge, "C/m^2")
            if boundary.blocking and not boundary.floating:
                capacitance = differential_capacitance(problem, face)
                put(
                    f"differential_capacitance.{b}",
                    capacitance * scales.surface_charge / scales.potential,
                    "F/m^2",
                )
    _contents(case, problem, samples, reservoirs, put)
    return found


def _driving_forces(case: Case, thermal: float, found: dict[str, Quantity], put) -> None:  # type: ignore[no-untyped-def]
    if any(boundary.type != "reservoir" for boundary in case.boundaries.values()):
        return
    inner = "left" if case.inside == next(iter(case.regions)) else "right"
    outer = "right" if inner == "left" else "left"
    inside, outside = case.reservoir_concentrations(inner), case.reservoir_concentrations(outer)
    for s, species in case.species.items():
        if species.charge_number and inside.get(s, 0.0) > 0.0 and outside.get(s, 0.0) > 0.0:
            nernst = thermal / species.charge_number * np.log(outside[s] / inside[s])
            put(f"nernst_potential.{s}", nernst, "V")
            put(f"driving_force.{s}", found["membrane_potential"].value - nernst, "V")


def _contents(case: Case, problem: Problem, samples: Samples, reservoirs: list[str], put) -> None:  # type: ignore[no-untyped-def]
    model, scales = problem.model, problem.model.scales
    amounts = problem.disc.comm.allreduce(problem.disc.assemble_amounts()[:, :-1].sum(axis=0))
    blocking_end = any(b.blocking for b in model.boundaries)
    for i, s in enumerate(model.species):
        put(f"amount.{s}", amounts[i] * scales.concentration * scales.length, "mol/m^2")
        if blocking_end and len(reservoirs) == 1:
            bath = model.boundaries[0 if reservoirs[0] == "left" else 1].bath[i]
            neutral = sum(r.thickness * bath * np.exp(r.log_partition[i]) for r in model.regions if r.present[i])
            put(
                f"surface_excess.{s}",
                (amounts[i] - neutral) * scales.concentration * scales.length,
                "mol/m^2",
            )
    for k, r in enumerate(model.regions):
        put(f"space_charge.{r.name}", samples.charge_in(k) * scales.surface_charge, "C/m^2")
        debye = samples.debye_in(k)
        if np.isfinite(debye):
            put(f"debye_length.{r.name}", debye * scales.length, "m")
    put("max_electric_field", samples.largest_field() * scales.potential / scales.length, "V/m")
    put("min_concentration", samples.smallest_concentration() * scales.concentration, "mol/m^3")
    bulk = samples.bulk_charge_fraction(BULK_DISTANCE)
    if bulk is not None:
        put("bulk_charge_fraction", bulk, "1")
