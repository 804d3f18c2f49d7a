"""One problem solved by DEVSIM in a process of its own: python3 devsim_run.py PROBLEM AXES [--solver …] [--start …].

What its examples do, with ions for electrons and holes: lengths in cm; Scharfetter-Gummel fluxes of its Bernoulli
function; potentials updated with "default" or "log_damp", concentrations with "positive"; double precision; a direct
solver. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# its own banner and its logs are not the result
_REPORT = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

import devsim  # noqa: E402
import numpy as np  # noqa: E402
from plane_problems import (  # noqa: E402
    ELEMENTARY_CHARGE,
    PROBLEMS,
    VACUUM,
    PlaneProblem,
    Terminal,
    read_axes,
    triangles_of,
)

DEVICE = MESH = "device"
CM = 100.0
"""Centimetres in a metre."""
IONS = ("cations", "anions")
RAMP_STEP = 0.1
"""Volts between the steps of a ramp."""


TOLERANCES = {"half_electrode": (1e-7, 1e20), "nanopore_rod": (1e-7, 1e11)}
"""Largest update when converged: share of each value, and absolute (ions per cm³, V).

The nanopore's are those of DEVSIM's example. The diode's, 1e-10 and 1e-8 of its largest concentration, are 1e20 at the
electrode, where ions reach 1.7e28 per cm³; rounding allows no 1e-10 of a potential that decays to zero.
"""


class Solver:
    """Calls `devsim.solve` and keeps what it says.

    Attributes:
        steps: Newton steps of each call.
    """

    def __init__(self, relative: float, absolute: float, most: int) -> None:
        self.steps: list[int] = []
        self._settings = {"relative_error": relative, "absolute_error": absolute, "maximum_iterations": most}

    def __call__(self) -> None:
        """Solve as things are set now.

        Raises:
            RuntimeError: It does not converge.
        """
        found = devsim.solve(type="dc", info=True, **self._settings)
        self.steps.append(len(found["iterations"]))
        if not found["converged"]:
            raise RuntimeError(f"no convergence in {self.steps[-1]} Newton steps")


class Device:
    """A problem on its mesh in DEVSIM."""

    def __init__(self, problem: PlaneProblem, axes: Path) -> None:
        """Build mesh and regions; no equations yet."""
        self.problem = problem
        self.salt = next(b.name for b in problem.boxes if b.ions)
        self.bulk = 1e-6 * 6.02214076e23 * problem.concentration  # ions per cm³
        self.interfaces = self._mesh(axes)
        self._parameters()
        for box in problem.boxes:
            self._solution(box.name, "Potential")
            if problem.axisymmetric:
                self._turned(box.name)

    def _mesh(self, axes: Path) -> list[str]:
        p = self.problem
        mesh = triangles_of(p, *read_axes(axes))
        names = [*(b.name for b in p.boxes), *(e.replace("|", "_") for e in mesh.edges)]
        rows = [np.column_stack([np.full_like(mesh.region, 2), mesh.region, mesh.triangles])]
        flat = [rows[0].reshape(-1)]
        for k, e in enumerate(mesh.edges.values()):
            ones = np.ones(len(e), dtype=np.int64)
            flat.append(np.column_stack([ones, ones * (len(p.boxes) + k), e]).reshape(-1))
        points = np.column_stack([CM * mesh.points, np.zeros(len(mesh.points))])
        self.nodes = len(points)
        devsim.create_gmsh_mesh(
            mesh=MESH,
            coordinates=points.reshape(-1).tolist(),
            physical_names=names,
            elements=np.concatenate(flat).tolist(),
        )
        for b in p.boxes:
            devsim.add_gmsh_region(mesh=MESH, gmsh_name=b.name, region=b.name, material=b.name)
        for t in p.terminals:
            devsim.add_gmsh_contact(mesh=MESH, gmsh_name=t.name, region=self.salt, name=t.name, material="metal")
        interfaces = []
        for e in mesh.edges:
            if "|" in e:
                first, second = e.split("|")
                interfaces.append(f"{first}_{second}")
                devsim.add_gmsh_interface(
                    mesh=MESH, gmsh_name=interfaces[-1], region0=first, region1=second, name=interfaces[-1]
                )
        devsim.finalize_mesh(mesh=MESH)
        devsim.create_device(mesh=MESH, device=DEVICE)
        return interfaces

    def _parameters(self) -> None:
        p = self.problem
        values: dict[str, float] = {"q": ELEMENTARY_CHARGE, "V_t": p.thermal, "n_bulk": self.bulk}
        for ion, d in zip(IONS, p.diffusivities, strict=True):
            values[f"D_{ion}"] = d * CM**2
        for t in p.terminals:
            values[f"{t.name}_bias"] = t.potential
        for name, value in values.items():
            devsim.set_parameter(device=DEVICE, name=name, value=value)
        for b in p.boxes:
            devsim.set_parameter(device=DEVICE, region=b.name, name="Permittivity", value=b.permittivity * VACUUM / CM)
            devsim.set_parameter(device=DEVICE, region=b.name, name="fixed", value=b.charge / CM**3)

    @staticmethod
    def _solution(region: str, name: str) -> None:
        devsim.node_solution(device=DEVICE, region=region, name=name)
        devsim.edge_from_node_model(device=DEVICE, region=region, node_model=name)

    @staticmethod
    def _turned(region: str) -> None:
        devsim.set_parameter(device=DEVICE, name="raxis_variable", value="x")
        devsim.set_parameter(device=DEVICE, name="raxis_zero", value=0)
        devsim.cylindrical_node_volume(device=DEVICE, region=region)
        devsim.cylindrical_edge_couple(device=DEVICE, region=region)
        for name, value in {
            "node_volume_model": "CylindricalNodeVolume",
            "edge_couple_model": "CylindricalEdgeCouple",
            "element_edge_couple_model": "ElementCylindricalEdgeCouple",
            "element_node0_volume_model": "ElementCylindricalNodeVolume@en0",
            "element_node1_volume_model": "ElementCylindricalNodeVolume@en1",
        }.items():
            devsim.set_parameter(name=name, value=value)

    # -- models -----------------------------------------------------------------------------------------------------

    def node_model(self, region: str, name: str, equation: str, *variables: str) -> None:
        """A node model with its derivatives."""
        devsim.node_model(device=DEVICE, region=region, name=name, equation=equation)
        for v in variables:
            derivative = f"simplify(diff({equation}, {v}))"
            devsim.node_model(device=DEVICE, region=region, name=f"{name}:{v}", equation=derivative)

    def edge_model(self, region: str, name: str, equation: str, *variables: str) -> None:
        """An edge model with its derivatives for both ends."""
        devsim.edge_model(device=DEVICE, region=region, name=name, equation=equation)
        for v in variables:
            for end in ("n0", "n1"):
                derivative = f"simplify(diff({equation}, {v}@{end}))"
                devsim.edge_model(device=DEVICE, region=region, name=f"{name}:{v}@{end}", equation=derivative)

    def electrostatics(self) -> None:
        """The displacement in every region, and the potential's continuity."""
        for b in self.problem.boxes:
            displacement = "Permittivity*(Potential@n0 - Potential@n1)*EdgeInverseLength"
            self.edge_model(b.name, "Displacement", displacement, "Potential")
        for i in self.interfaces:
            for name, value in {"": "Potential@r0 - Potential@r1", ":Potential@r0": "1", ":Potential@r1": "-1"}.items():
                devsim.interface_model(device=DEVICE, interface=i, name=f"continuous{name}", equation=value)
            devsim.interface_equation(
                device=DEVICE, interface=i, name="Poisson", interface_model="continuous", type="continuous"
            )

    def poisson(self, *, boltzmann: bool, update: str) -> None:
        """Poisson's equation; the salt is in equilibrium with potential 0, or has unknowns of its own."""
        for b in self.problem.boxes:
            name = "Charge"
            if not b.ions:
                self.node_model(b.name, name, "-q*fixed")
            elif boltzmann:
                name = "EquilibriumCharge"
                charge = "-q*(n_bulk*exp(-Potential/V_t) - n_bulk*exp(Potential/V_t) + fixed)"
                self.node_model(b.name, name, charge, "Potential")
            else:
                self.node_model(b.name, name, "-q*(cations - anions + fixed)", *IONS)
            devsim.equation(
                device=DEVICE,
                region=b.name,
                name="Poisson",
                variable_name="Potential",
                node_model=name,
                edge_model="Displacement",
                variable_update=update,
            )
        for t in self.problem.terminals:
            self._held(t, "Poisson", f"Potential - {t.name}_bias", "Potential", edge_charge_model="Displacement")

    def transport(self, cations: str, anions: str) -> None:
        """Concentrations as unknowns, from these expressions, with their fluxes."""
        self.edge_model(self.salt, "vdiff", "(Potential@n0 - Potential@n1)/V_t")
        self.edge_model(self.salt, "vdiff:Potential@n0", "V_t^(-1)")
        self.edge_model(self.salt, "vdiff:Potential@n1", "-vdiff:Potential@n0")
        self.edge_model(self.salt, "Bern01", "B(vdiff)")
        self.edge_model(self.salt, "Bern01:Potential@n0", "dBdx(vdiff) * vdiff:Potential@n0")
        self.edge_model(self.salt, "Bern01:Potential@n1", "-Bern01:Potential@n0")
        flux = {
            "cations": "-q*D_cations*EdgeInverseLength"
            "*kahan3(cations@n1*Bern01, -cations@n0*Bern01, -cations@n0*vdiff)",
            "anions": "q*D_anions*EdgeInverseLength*kahan3(anions@n1*Bern01, anions@n1*vdiff, -anions@n0*Bern01)",
        }
        for ion, start in zip(IONS, (cations, anions), strict=True):
            self._solution(self.salt, ion)
            self.node_model(self.salt, f"{ion}_start", start)
            devsim.set_node_values(device=DEVICE, region=self.salt, name=ion, init_from=f"{ion}_start")
        for ion in IONS:
            self.edge_model(self.salt, f"{ion}_flux", flux[ion], *IONS, "Potential")
            devsim.equation(
                device=DEVICE,
                region=self.salt,
                name=f"{ion}_balance",
                variable_name=ion,
                edge_model=f"{ion}_flux",
                variable_update="positive",
            )
            for t in self.problem.terminals:
                if t.reservoir:
                    balance = f"{ion}_balance"
                    self._held(t, balance, f"{ion} - n_bulk", ion, edge_current_model=f"{ion}_flux")

    def _held(self, t: Terminal, name: str, equation: str, variable: str, **models: str) -> None:
        """A row of a terminal that says ``equation`` = 0."""
        model = f"{t.name}_{name}"
        devsim.contact_node_model(device=DEVICE, contact=t.name, name=model, equation=equation)
        devsim.contact_node_model(device=DEVICE, contact=t.name, name=f"{model}:{variable}", equation="1")
        devsim.contact_equation(device=DEVICE, contact=t.name, name=name, node_model=model, **models)

    def bias(self, potential: float) -> None:
        """Set the terminal that drives, in V."""
        devsim.set_parameter(device=DEVICE, name=f"{self.problem.drive}_bias", value=potential)

    # -- results ----------------------------------------------------------------------------------------------------

    def quantity(self) -> float:
        """Charge of the electrode in C/m, or current into the pore in A, positive for cations leaving at y = 0."""
        p = self.problem
        if p.quantity == "charge":
            return self._charge()
        current = sum(
            devsim.get_contact_current(device=DEVICE, contact=p.drive, equation=f"{ion}_balance") for ion in IONS
        )
        return float(current)

    def _charge(self) -> float:
        """The displacement out of the electrode's boxes less the charge in them."""
        p = self.problem
        out = float(devsim.get_contact_charge(device=DEVICE, contact=p.drive, equation="Poisson"))

        def values(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
            return np.array(devsim.get_node_model_values(device=DEVICE, region=self.salt, name=name))

        t = p.terminal(p.drive)
        x, y = values("x") / CM, values("y") / CM
        on = (np.abs(y - t.y) < 1e-9 * y.max()) & (x <= t.x[1] * (1 + 1e-12))
        inside = float((values("Charge") * values("NodeVolume"))[on].sum())
        return CM * (out + inside)


def as_the_diode(device: Device, solve: Callable[[], None]) -> None:
    """Its diode: Poisson-Boltzmann without drive, all equations without drive, the drive in steps of 0.1 V."""
    final = device.problem.terminal(device.problem.drive).potential
    device.bias(0.0)
    _from_equilibrium(device, solve)
    for k in range(1, math.ceil(abs(final) / RAMP_STEP - 1e-9) + 1):
        device.bias(math.copysign(min(abs(final), RAMP_STEP * k), final))
        solve()


def as_the_pore(device: Device, solve: Callable[[], None]) -> None:
    """Its nanopore (bioapp1): all equations under the whole drive, from a uniform salt; fixed charge afterwards."""
    charged = [b for b in device.problem.boxes if b.charge]
    for b in charged:
        devsim.set_parameter(device=DEVICE, region=b.name, name="fixed", value=0.0)
    device.electrostatics()
    device.transport("n_bulk", "n_bulk")
    device.poisson(boltzmann=False, update="default")
    if charged:
        solve()
    for b in charged:
        devsim.set_parameter(device=DEVICE, region=b.name, name="fixed", value=b.charge / CM**3)
    solve()


def as_equilibrium(device: Device, solve: Callable[[], None]) -> None:
    """Poisson-Boltzmann under the whole drive, then all equations, for those who know that no current flows."""
    _from_equilibrium(device, solve)


def _from_equilibrium(device: Device, solve: Callable[[], None]) -> None:
    device.electrostatics()
    device.poisson(boltzmann=True, update="log_damp")
    solve()
    device.transport("n_bulk*exp(-Potential/V_t)", "n_bulk*exp(Potential/V_t)")
    device.poisson(boltzmann=False, update="log_damp")
    solve()


STARTS = {"diode": as_the_diode, "pore": as_the_pore, "equilibrium": as_equilibrium}
"""Ways to the solution by name: those of two of DEVSIM's examples, and a short cut to equilibria."""


def main() -> int:
    """Solve and report."""
    began = time.perf_counter()
    parser = argparse.ArgumentParser()
    parser.add_argument("problem", choices=PROBLEMS)
    parser.add_argument("axes", type=Path)
    parser.add_argument("--solver", choices=("umfpack", "pardiso"), default="umfpack")
    parser.add_argument("--start", choices=STARTS, required=True)
    parser.add_argument("--potential", type=float, help="of the terminal that drives, in V")
    given = parser.parse_args()
    if given.solver == "umfpack":
        from devsim.umfpack import umfshim  # noqa: F401  # makes itself the solver
    problem = PROBLEMS[given.problem]
    if given.potential is not None:
        problem = problem.with_potential(given.potential)
    device = Device(problem, given.axes)
    built = time.perf_counter()
    solve = Solver(*TOLERANCES[problem.name], most=100)
    STARTS[given.start](device, solve)
    done = time.perf_counter()
    print(
        json.dumps(
            {
                "version": devsim.__version__,
                "solver": devsim.get_parameter(name="info")["direct_solver"],
                "libraries": devsim.get_parameter(name="info")["math_libraries"],
                "extended_precision": devsim.get_parameter(name="info")["extended_precision"],
                "nodes": device.nodes,
                "newton": solve.steps,
                "quantity": device.quantity(),
                "build_s": built - began,
                "solve_s": done - built,
                "memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            },
            default=str,
        ),
        file=_REPORT,
        flush=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
