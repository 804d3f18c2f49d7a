"""Results made of closed formulas, so that reports and result folders are tested without a solver."""

from __future__ import annotations

import tomllib

import numpy as np

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from pnp.result import FloatArray, Profile, Quantity, Result, SimplifiedRow, SweepPoint, SweepTable

TEMPERATURE = 310.15
THERMAL_VOLTAGE = R * TEMPERATURE / F

MEMBRANE_CASE = """
title = "Potassium membrane"
temperature = "310.15 K"
inside = "cytosol"

[species.K]
charge_number = 1
diffusivity = "1.957e-9 m^2/s"

[species.Cl]
charge_number = -1
diffusivity = "2.032e-9 m^2/s"

[regions.cytosol]
thickness = "1 mm"
permittivity = 78.49

[regions.membrane]
thickness = "4 nm"
permittivity = 2
absent = ["Cl"]

[regions.membrane.species.K]
partition_coefficient = 1e-6

[regions.outside]
thickness = "1 mm"
permittivity = 78.49

[boundaries.left]
type = "reservoir"
concentrations = { K = "140 mmol/L", Cl = "140 mmol/L" }

[boundaries.right]
type = "reservoir"
concentrations = { K = "5 mmol/L", Cl = "5 mmol/L" }
potential = "0 V"

[study]
mode = "open_circuit"
"""

WALL_CASE = """
title = "Charged wall in KCl"
temperature = "310.15 K"

[species.K]
charge_number = 1
diffusivity = "1.957e-9 m^2/s"

[species.Cl]
charge_number = -1
diffusivity = "2.032e-9 m^2/s"

[regions.electrolyte]
thickness = "1 um"
permittivity = 78.49

[boundaries.left]
type = "electrode"
potential = "-100 mV"

[boundaries.right]
type = "reservoir"
concentrations = { K = "10 mmol/L", Cl = "10 mmol/L" }
potential = "0 V"
"""


def case(text: str) -> Case:
    """A case from TOML text."""
    return Case.from_dict(tomllib.loads(text), source="example.toml")


def graded(left: float, right: float, first: float, growth: float = 1.2) -> FloatArray:
    """Nodes from `left` to `right` (m), geometrically finer towards both ends, first cell `first`."""
    half = 0.5 * (right - left)
    steps = first * growth ** np.arange(200)
    reach = np.cumsum(steps)
    reach = np.append(reach[reach < 0.9 * half], half)
    side = np.concatenate([[0.0], reach])
    return np.concatenate([left + side, (right - side[:-1])[::-1]])


def membrane_result() -> Result:
    """K⁺ at equilibrium across a 4 nm slab, with linearised Debye layers in millimetre baths."""
    made = case(MEMBRANE_CASE)
    voltage = -THERMAL_VOLTAGE * np.log(140 / 5)
    baths = {"cytosol": 140.0, "outside": 5.0}
    faces = {"cytosol": (0.0, 1e-3), "membrane": (1e-3, 1e-3 + 4e-9), "outside": (1e-3 + 4e-9, 2e-3 + 4e-9)}
    layer = 1e-3  # V lost in each Debye layer
    xs, regions, phi, k, cl = [], [], [], [], []
    for index, (name, (left, right)) in enumerate(faces.items()):
        x = graded(left, right, 2e-11)
        if name == "membrane":
            p = np.interp(x, [left, right], [voltage - 0.1 * layer, layer])
            ck = 1e-6 * 5.0 * np.exp(-p / THERMAL_VOLTAGE)
            ccl = np.full_like(x, np.nan)
        else:
            c = baths[name]
            debye = np.sqrt(78.49 * epsilon_0 * R * TEMPERATURE / (2 * F**2 * c))
            face, sign, far = (right, -0.1, voltage) if name == "cytosol" else (left, 1.0, 0.0)
            shift = sign * layer * np.exp(-np.abs(x - face) / debye)
            p = far + shift
            ck, ccl = c * np.exp(-shift / THERMAL_VOLTAGE), c * np.exp(shift / THERMAL_VOLTAGE)
        xs.append(x)
        regions.append(np.full(x.size, index))
        phi.append(p)
        k.append(ck)
        cl.append(ccl)
    profile = _profile(
        np.concatenate(xs),
        np.concatenate(regions),
        tuple(faces),
        np.concatenate(phi),
        {"K": np.concatenate(k), "Cl": np.concatenate(cl)},
    )
    return Result(
        case=made,
        status="converged",
        message="",
        quantities={
            "membrane_potential": Quantity(float(voltage), "V"),
            "current_density": Quantity(0.0, "A/m^2"),
            "flux.K": Quantity(1.3e-19, "mol/m^2/s"),
            "nernst_potential.K": Quantity(float(voltage), "V"),
            "driving_force.K": Quantity(-1.4e-17, "V"),
            "nernst_potential.Cl": Quantity(-float(voltage), "V"),
            "debye_length.cytosol": Quantity(8.32e-10, "m"),
        },
        simplified_models=(
            SimplifiedRow("Nernst (K)", "membrane_potential", float(voltage), "V", -1.4e-17, ""),
            SimplifiedRow(
                "Goldman-Hodgkin-Katz",
                "membrane_potential",
                float(voltage) + 1e-6,
                "V",
                1e-6,
                "the membrane holds charge: 2 % of its field is from its own ions",
            ),
        ),
        solver=solver_report(),
        provenance={
            "versions": {"pnp": "0.1.0"},
            "ranks": 1,
            "wall_time_s": 0.42,
            "peak_memory_bytes": 150000000,
        },
        profile=profile,
        warnings=("concentration 0 of Na stands as a trace",),
    )


def wall_result(potential: float = -0.1, concentration: float = 10.0) -> Result:
    """The Gouy–Chapman layer at a wall of this potential (V) in a 1:1 electrolyte (mol/m³)."""
    made = case(WALL_CASE)
    debye = np.sqrt(78.49 * epsilon_0 * R * TEMPERATURE / (2 * F**2 * concentration))
    x = graded(0.0, 1e-6, debye / 50)
    gamma = np.tanh(potential / (4 * THERMAL_VOLTAGE)) * np.exp(-x / debye)
    phi = 4 * THERMAL_VOLTAGE * np.arctanh(gamma)
    c = {
        "K": concentration * np.exp(-phi / THERMAL_VOLTAGE),
        "Cl": concentration * np.exp(phi / THERMAL_VOLTAGE),
    }
    profile = _profile(x, np.zeros(x.size, dtype=int), ("electrolyte",), phi, c)
    charge = np.sqrt(8 * 78.49 * epsilon_0 * R * TEMPERATURE * concentration) * np.sinh(
        potential / (2 * THERMAL_VOLTAGE)
    )
    return Result(
        case=made,
        status="converged",
        message="",
        quantities={"surface_charge.left": Quantity(float(charge), "C/m^2")},
        solver=solver_report(),
        profile=profile,
    )


def iv_result(points: int = 21, failed: int | None = None) -> Result:
    """A current–voltage curve of K⁺ and Na⁺ by Goldman, Hodgkin and Katz; point `failed` did not converge."""
    made = case(
        MEMBRANE_CASE.replace('mode = "open_circuit"', 'mode = "fixed_voltage"').replace(
            "[boundaries.left]\n", '[boundaries.left]\npotential = "-100 mV"\n'
        )
    )
    rows = []
    for index, v in enumerate(np.linspace(-0.1, 0.1, points)):
        u = v / THERMAL_VOLTAGE + 1e-12
        k = 1e-6 * u * (140 - 5 * np.exp(-u)) / (1 - np.exp(-u))
        na = 0.3e-6 * u * (12 - 145 * np.exp(-u)) / (1 - np.exp(-u))
        current = F * (k + na)
        good = index != failed
        rows.append(
            SweepPoint(
                value=float(v),
                unit="V",
                status="converged" if good else "not converged",
                message="" if good else "the residual stopped falling",
                quantities={
                    "membrane_potential": Quantity(float(v), "V"),
                    "current_density": Quantity(float(current), "A/m^2"),
                    "flux.K": Quantity(float(k), "mol/m^2/s"),
                    "flux.Cl": Quantity(float(-na), "mol/m^2/s"),
                    "nernst_potential.K": Quantity(-0.089, "V"),
                    "nernst_potential.Cl": Quantity(0.0666, "V"),
                }
                if good
                else {},
                simplified=(
                    SimplifiedRow("Goldman-Hodgkin-Katz", "current_density", float(0.97 * current), "A/m^2", None),
                ),
                solver=solver_report(),
            )
        )
    table = SweepTable(keys=("boundaries.left.potential",), rows=tuple(rows))
    status = "converged" if failed is None else "not converged"
    last = rows[-1]
    return Result(
        case=made,
        status=status,
        message="" if failed is None else "1 of 21 points did not converge",
        quantities=last.quantities,
        simplified_models=last.simplified,
        solver=solver_report(),
        profile=membrane_result().profile,
        sweep=table,
    )


def partition_result() -> Result:
    """A membrane potential against the membrane's partition coefficient, beside a constant model."""
    rows = []
    for beta in np.logspace(-8, -1, 29):
        value = -0.0867 + 20 * beta / (1 + 300 * beta)
        rows.append(
            SweepPoint(
                value=float(beta),
                unit="1",
                status="converged",
                message="",
                quantities={
                    "membrane_potential": Quantity(float(value), "V"),
                    "flux.K": Quantity(float(1e-3 * beta), "mol/m^2/s"),
                },
                simplified=(
                    SimplifiedRow("Goldman-Hodgkin-Katz", "membrane_potential", -0.0867, "V", float(-0.0867 - value)),
                ),
                solver=solver_report(),
            )
        )
    key = "regions.membrane.species.K.partition_coefficient"
    table = SweepTable(keys=(key,), rows=tuple(rows))
    return Result(
        case=case(MEMBRANE_CASE),
        status="converged",
        message="",
        quantities=rows[-1].quantities,
        simplified_models=rows[-1].simplified,
        solver=solver_report(),
        sweep=table,
    )


def solver_report() -> dict[str, object]:
    """A solver's report with every key."""
    return {
        "newton_iterations": 5,
        "linear_iterations": 5,
        "unknowns": 1803,
        "cells": 600,
        "step_rule": "component",
        "ramp_steps": 0,
        "residual_norms": {"potential": 1.2e-14, "K": 3e-15, "Cl": float("nan")},
        "update_norm": 3.1e-11,
        "reason": "the update is below the tolerance",
        "linear_solver": "LU (MUMPS)",
        "smallest_concentration": 4.2e-6,
        "cells_per_debye_length": {"cytosol|membrane, cytosol side": 20.0},
        "balances": [
            {
                "name": "flux of K",
                "value": 1e-20,
                "allowed": 2e-16,
                "rounding_bound": 2e-18,
                "scale": 1e-6,
                "unit": "mol/m^2/s",
                "ok": True,
            }
        ],
        "history": [{"iteration": 1, "update": 3.2}],
    }


def _profile(
    x: FloatArray, region: FloatArray, names: tuple[str, ...], phi: FloatArray, c: dict[str, FloatArray]
) -> Profile:
    """Charge density, field and electrochemical potentials from potential and concentrations."""
    charges = {"K": 1, "Cl": -1}
    own = [region == k for k in range(len(names))]
    field = np.concatenate([-np.gradient(phi[here], x[here]) for here in own])
    columns = {"potential": phi, "electric_field": field}
    columns["charge_density"] = F * sum(z * np.nan_to_num(c[s]) for s, z in charges.items())
    units = {"potential": "V", "electric_field": "V/m", "charge_density": "C/m^3"}
    for s, values in c.items():
        columns[f"concentration.{s}"] = values
        units[f"concentration.{s}"] = "mol/m^3"
    for s, z in charges.items():
        partition = np.where(region == names.index("membrane"), 1e-6, 1.0) if "membrane" in names else 1.0
        columns[f"electrochemical_potential.{s}"] = R * TEMPERATURE * np.log(c[s] / partition / 1000.0) + z * F * phi
        units[f"electrochemical_potential.{s}"] = "J/mol"
    return Profile(x, region.astype(np.int64), names, columns, units)
