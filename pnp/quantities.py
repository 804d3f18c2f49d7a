"""Numbers with units from a solved state: potentials, fluxes, charges, capacitances, amounts.

Names, units and meanings are in `pnp.quantity_table`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.constants import F
from pnp.dielectrics import capacitances, dielectrics, separated_charge
from pnp.flows import boundary_sums, through_fluxes
from pnp.linear import SingularMatrixError
from pnp.model import Model, room
from pnp.node_fields import NodeFields
from pnp.one_way import one_way_fluxes
from pnp.plane_samples import PlaneSamples
from pnp.problem import Problem, State
from pnp.profile import Samples
from pnp.quantity_table import unit_of
from pnp.result import Quantity

if TYPE_CHECKING:
    from pnp.case import Case

Array = NDArray[np.float64]

BULK_DISTANCE = 20.0
"""Debye lengths from any face beyond which solution counts as bulk."""


def differential_capacitance(problem: Problem, b: int) -> float | None:
    """dσ*/dφ* at a blocking boundary, from the linearised problem at the state last evaluated. Collective.

    None where that problem is singular to rounding, as in layers far beyond what point ions describe.
    """
    disc, n = problem.disc, problem.disc.species
    nodes = np.flatnonzero(problem.conditions.owner[:, n] == b)
    area = float(problem.model.boundary_areas[b])
    rhs = np.zeros((disc.owned, n + 1))
    zero = np.zeros(len(problem.borders))
    held = problem.model.boundaries[b].potential is not None
    weight = np.zeros(0)
    if held:
        rhs[nodes, n] = 1.0
    else:
        weight = disc.boundary_weight(b)
        rhs[:, n] = weight
    first, _ = disc.matrix.getOwnershipRange()
    rows = PETSc.IS().createGeneral((first + nodes * (n + 1) + n).astype(PETSc.IntType), comm=disc.comm)
    reactions: list[PETSc.Mat] = []

    def see(matrix: PETSc.Mat) -> None:
        """Keep the rows of the charge at the boundary, which its potential replaces."""
        if held:
            reactions.append(matrix.createSubMatrix(rows))

    try:
        du, _ = problem.linearise(see=see).solve(rhs, zero)
        if not held:
            return area / float(disc.comm.allreduce(float(weight @ du[:, n])))
        x, y = disc.vector(du), reactions[0].createVecLeft()
        reactions[0].mult(x, y)
        charge = float(y.sum())
        x.destroy()
        y.destroy()
    except SingularMatrixError:
        return None
    finally:
        for item in (rows, *reactions):
            item.destroy()
    return charge / area


def extent(problem: Problem) -> float:
    """SI value of area* 1 per what totals are reported per, see `pnp.model.Model.area_unit`."""
    return problem.model.area_unit


Values = dict[str, float]


def evaluate(case: Case, problem: Problem, state: State, samples: NodeFields) -> dict[str, Quantity]:
    """Every quantity that applies to the case, in the units of `pnp.quantity_table`. Collective; alike on all ranks."""
    raw = problem.residual(state).raw
    sums = boundary_sums(problem, raw)
    ends = boundary_potentials(problem, state)
    values = {
        **potentials(case, problem.model, ends),
        **at_points(case, samples, ends),
        **currents(case, problem, sums),
        **one_way(case, problem, samples),
        **wall_charges(case, problem, sums),
        **capacitors(problem, state),
        **contents(case, problem, samples),
    }
    return {name: Quantity(float(value), unit_of(name, case.coordinates)) for name, value in values.items()}


def boundary_potentials(problem: Problem, state: State) -> Values:
    """Mean potential in V of each boundary, by name. Collective."""
    disc, model = problem.disc, problem.model
    found: Values = {}
    for b, boundary in enumerate(model.boundaries):
        nodes = disc.boundary_nodes(b)
        if model.boundary_areas[b] > 0.0:
            weight = disc.boundary_weight(b)
            own = np.array([weight @ state.fields[:, -1], weight.sum()])
        else:  # an axis
            own = np.array([state.fields[nodes, -1].sum(), float(len(nodes))])
        total, size = disc.comm.allreduce(own)
        held = boundary.potential is not None
        found[boundary.name] = (boundary.potential if held else total / size) * model.scales.potential
    return found


def potentials(case: Case, model: Model, ends: Values) -> Values:
    """Potentials of the boundaries, membrane or junction potential, Nernst potentials and driving forces."""
    thermal = model.scales.potential
    found = {f"potential.{b}": value for b, value in ends.items()}
    if model.through is None:
        return found
    first, last = (model.boundaries[b].name for b in model.through)
    both = all(case.boundaries[b].type == "reservoir" for b in (first, last))
    if case.inside is not None:
        inner, outer = (first, last) if model.sign > 0 else (last, first)
        membrane = ends[inner] - ends[outer]
        found = {"membrane_potential": membrane, **found}
        if both:
            for s, nernst in nernst_potentials(case, inner, outer, thermal).items():
                found[f"nernst_potential.{s}"] = nernst
                found[f"driving_force.{s}"] = membrane - nernst
    elif both:
        found = {"liquid_junction_potential": ends[last] - ends[first], **found}
    return found


def nernst_potentials(case: Case, inner: str, outer: str, thermal: float) -> dict[str, float]:
    """E_i = RT/(z_i F) ln(c_i outside / c_i inside) in V of the ions that both reservoirs hold."""
    inside, outside = case.reservoir_concentrations(inner), case.reservoir_concentrations(outer)
    return {
        s: float(thermal / species.charge_number * np.log(outside[s] / inside[s]))
        for s, species in case.species.items()
        if species.charge_number and inside.get(s, 0.0) > 0.0 and outside.get(s, 0.0) > 0.0
    }


def at_points(case: Case, samples: NodeFields, ends: Values) -> Values:
    """Potential, field, space charge and concentrations at named points; differences between them and the ends."""
    scales = samples.model.scales
    factors = {
        "potential": scales.potential,
        "electric_field": scales.potential / scales.length,
        "charge_density": F * scales.concentration,
        "concentration": scales.concentration,
    }
    found: Values = {}
    for name, point in case.points.items():
        for what, value in samples.at(case, point).items():
            found[f"{what}.{name}"] = value * factors[what.split(".")[0]]
    held = {f"potential.{b}": value for b, value in ends.items()}
    for name, (a, b) in case.potential_differences.items():
        first, second = ({**held, **found}[f"potential.{point}"] for point in (a, b))
        found[f"potential_difference.{name}"] = first - second
    return found


def currents(case: Case, problem: Problem, sums: Array) -> Values:
    """Current and fluxes between two boundaries and at each: in all, and per area where a face has one of its own."""
    model = problem.model
    scales, z, names = model.scales, model.charge_number, model.species
    unit = extent(problem)
    found: Values = {}
    if model.through is not None:
        flux, current = through_fluxes(problem)
        # a density of its own has each curved face, the total is the same at all
        slab = model.plane is None and case.coordinates == "cartesian"
        whole, each = ("current_density", "flux") if slab else ("current", "molar_flow")
        total = model.sign * unit
        found[whole] = total * current * scales.current_density
        found |= {f"{each}.{s}": total * j * scales.flux for s, j in zip(names, flux, strict=True)}
    for b, boundary in enumerate(model.boundaries):
        area = float(model.boundary_areas[b])
        if area == 0.0:
            continue
        outward = -sums[b, :-1]
        if model.plane is not None:
            found[f"current.{boundary.name}"] = outward @ z * scales.current_density * unit
            found |= {
                f"molar_flow.{s}.{boundary.name}": j * scales.flux * unit for s, j in zip(names, outward, strict=True)
            }
        found[f"current_density.{boundary.name}"] = outward @ z / area * scales.current_density
        found |= {f"flux.{s}.{boundary.name}": j / area * scales.flux for s, j in zip(names, outward, strict=True)}
    return found


def one_way(case: Case, problem: Problem, samples: NodeFields) -> Values:
    """Of a stack that names its inside: efflux and influx of each species that both reservoirs hold, their ratio."""
    if case.inside is None or not isinstance(samples, Samples):
        return {}
    names, unit = problem.model.species, problem.model.scales.flux * extent(problem)
    out, back = one_way_fluxes(samples)[:: 1 if problem.model.sign > 0 else -1]
    baths = [case.reservoir_concentrations(end) for end in ("left", "right")]
    found: Values = {}
    for i, s in enumerate(names):
        if np.isnan(out[i]) or any(bath.get(s, 0.0) <= 0.0 for bath in baths):
            continue
        found |= {f"efflux.{s}": float(out[i]) * unit, f"influx.{s}": float(back[i]) * unit}
        found[f"ussing_ratio.{s}"] = float(out[i] / back[i])
    return found


def wall_charges(case: Case, problem: Problem, sums: Array) -> Values:
    """Surface charge and differential capacitance of walls and electrodes. Collective."""
    model = problem.model
    scales, boundaries = model.scales, model.boundaries
    found: Values = {}
    charged = [b.name for b in boundaries if case.boundaries[b.name].type in ("electrode", "wall")]
    for b, boundary in enumerate(boundaries):
        if boundary.name not in charged:
            continue
        held = boundary.potential is not None or boundary.floating
        area = float(model.boundary_areas[b])
        if area == 0.0:  # an axis
            continue
        sigma = sums[b, -1] / area if held else boundary.surface_charge
        charges = {"surface_charge": float(sigma) * scales.surface_charge}
        if model.plane is not None:
            found[f"charge.{boundary.name}"] = float(sigma) * area * scales.surface_charge * extent(problem)
        # with nothing held elsewhere, one wall's charge cannot change alone (Gauss)
        others = [o for o in boundaries if o is not boundary]
        elsewhere = any(o.potential is not None or o.floating or o.fixes.any() for o in others)
        if boundary.blocking and not boundary.floating and elsewhere:
            capacitance = differential_capacitance(problem, b)
            if capacitance is not None:
                charges["differential_capacitance"] = capacitance * scales.surface_charge / scales.potential
        # the plain names are those of the one wall or electrode; of a stack's two those of the right one
        plain = charges if model.plane is None or len(charged) == 1 else {}
        found |= plain | {f"{name}.{boundary.name}": value for name, value in charges.items()}
    return found


def capacitors(problem: Problem, state: State) -> Values:
    """Of a stack: charge on the faces of ion-free regions, their capacitance in series with all else. Collective."""
    model, scales = problem.model, problem.model.scales
    if model.plane is not None:
        return {}
    names = [model.regions[k].name for k in dielectrics(model)]
    if not names:
        return {}
    unit = scales.surface_charge * extent(problem)
    found = {f"face_charge.{r}": unit * q for r, q in zip(names, separated_charge(problem, state.fields), strict=True)}
    per_voltage = capacitances(problem)
    if per_voltage is not None:
        found |= {f"capacitance.{r}": unit / scales.potential * c for r, c in zip(names, per_voltage, strict=True)}
    return found


def contents(case: Case, problem: Problem, samples: NodeFields) -> Values:
    """Amounts, excesses, space charge, Debye lengths and extremes. Collective."""
    model, scales = problem.model, problem.model.scales
    per_area = scales.concentration * scales.length
    total = extent(problem)
    blocking = [a for b, a in zip(model.boundaries, model.boundary_areas, strict=True) if b.blocking and a > 0]
    amounts = problem.disc.comm.allreduce(problem.disc.assemble_amounts()[:, :-1].sum(axis=0))
    baths = [b.bath for b in model.boundaries if case.boundaries[b.name].type == "reservoir"]
    one_sided = len(baths) == 1 and len(blocking) == 1
    found: Values = {}
    for i, s in enumerate(model.species):
        found[f"amount.{s}"] = float(amounts[i]) * per_area * total
        if one_sided and np.isfinite(baths[0][i]):
            excess = float(amounts[i] - baths[0][i] * room(model.regions, i, model.volumes))
            found[f"surface_excess.{s}"] = excess * per_area / float(blocking[0])
    if isinstance(samples, PlaneSamples):
        by_region = samples.amounts() * per_area * total
        for k, r in enumerate(model.regions):
            here = [i for i in range(len(model.species)) if r.present[i]] if len(model.regions) > 1 else []
            found |= {f"amount.{model.species[i]}.{r.name}": float(by_region[k, i]) for i in here}
    charges = problem.disc.region_charges()
    for k, r in enumerate(model.regions):
        found[f"space_charge.{r.name}"] = float(charges[k]) * scales.surface_charge * total
        debye = samples.debye_in(k)
        if np.isfinite(debye):
            found[f"debye_length.{r.name}"] = debye * scales.length
    field = samples.largest_field() * scales.potential / scales.length
    found["max_electric_field"] = field
    found["min_concentration"] = samples.smallest_concentration() * scales.concentration
    found["max_concentration"] = samples.largest_concentration() * scales.concentration
    bulk = samples.bulk_charge_fraction(BULK_DISTANCE)
    if bulk is not None:
        found["bulk_charge_fraction"] = bulk
    return found
