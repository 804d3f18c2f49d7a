"""One scalar Poisson solve, and a steady solve on the same mesh: mpiexec -n RANKS python3 poisson_one.py NODES.

The unit is −Δu = 1 in the plane, u = 0 on the whole boundary, Lagrange elements of degree 1: assembly of matrix and
right-hand side, then conjugate gradients with BoomerAMG as PETSc sets it up, to 1e-10 of the first residual. The mesh,
its function space and the compiled kernels are there before. Rank 0 prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
import tomllib
from dataclasses import asdict, dataclass
from typing import Any

import dolfinx
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc
from plane_problems import PROBLEMS, PlaneProblem, case_text
from pnp_on_lines import lay_out

TOLERANCE = 1e-10


def unit_square(nodes: int, comm: MPI.Comm) -> dolfinx.mesh.Mesh:
    """A unit square of right triangles with about so many nodes. Collective."""
    cells = max(1, round(nodes**0.5) - 1)
    return dolfinx.mesh.create_unit_square(comm, cells, cells)


@dataclass(frozen=True)
class Unit:
    """One scalar solve; seconds are those of the slowest rank.

    Attributes:
        nodes: Of the mesh.
        assembly: Matrix and right-hand side.
        set_up: The preconditioner.
        solve: Conjugate gradients.
        iterations: Of them.
        processor_seconds: Of the whole solve, of all ranks together.
    """

    nodes: int
    assembly: float
    set_up: float
    solve: float
    iterations: int
    processor_seconds: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.assembly + self.set_up + self.solve


class Poisson:
    """The scalar problem on a mesh, ready to be solved again and again."""

    def __init__(self, mesh: dolfinx.mesh.Mesh) -> None:
        """Function space, forms and boundary condition. Collective."""
        self.comm = mesh.comm
        space = fem.functionspace(mesh, ("Lagrange", 1))
        u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
        one = fem.Constant(mesh, np.float64(1.0))
        self.bilinear = fem.form(one * ufl.inner(ufl.grad(u), ufl.grad(v)) * ufl.dx)
        self.linear = fem.form(one * v * ufl.dx)
        facets = mesh.topology.dim - 1
        mesh.topology.create_connectivity(facets, mesh.topology.dim)
        outer = fem.locate_dofs_topological(space, facets, dolfinx.mesh.exterior_facet_indices(mesh.topology))
        self.condition = fem.dirichletbc(np.float64(0.0), outer, space)
        self.nodes = space.dofmap.index_map.size_global

    def solve(self) -> Unit:
        """Assemble and solve. Collective."""
        used = processor_seconds(self.comm)
        clock = Clock(self.comm)
        matrix = fem_petsc.assemble_matrix(self.bilinear, bcs=[self.condition])
        matrix.assemble()
        b = fem_petsc.assemble_vector(self.linear)
        b.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        fem_petsc.set_bc(b, [self.condition])
        assembly = clock.lap()
        ksp = PETSc.KSP().create(self.comm)
        ksp.setOperators(matrix)
        ksp.setType("cg")
        ksp.setTolerances(rtol=TOLERANCE, max_it=500)
        ksp.getPC().setType("hypre")
        ksp.getPC().setHYPREType("boomeramg")
        ksp.setUp()
        set_up = clock.lap()
        x = matrix.createVecRight()
        ksp.solve(b, x)
        solve = clock.lap()
        if ksp.getConvergedReason() <= 0:
            raise RuntimeError(f"the scalar solve did not converge: PETSc's reason {ksp.getConvergedReason()}")
        used = processor_seconds(self.comm) - used
        found = Unit(self.nodes, assembly, set_up, solve, ksp.getIterationNumber(), used)
        for item in (ksp, matrix, b, x):
            item.destroy()
        return found


class Clock:
    """Times between barriers, the longest of all ranks."""

    def __init__(self, comm: MPI.Comm) -> None:
        self.comm = comm
        comm.barrier()
        self.began = time.perf_counter()

    def lap(self) -> float:
        """Seconds since the last lap. Collective."""
        seconds = self.comm.allreduce(time.perf_counter() - self.began, op=MPI.MAX)
        self.comm.barrier()
        self.began = time.perf_counter()
        return float(seconds)


def best(units: list[Unit]) -> Unit:
    """The cheapest of several in processor time."""
    return min(units, key=lambda u: u.processor_seconds)


def solved(problem: PlaneProblem, x: Any, y: Any, comm: MPI.Comm) -> tuple[dict[str, Any], Any]:
    """What pnp says of a steady solve on lines x and y in m, and the mesh. Collective."""
    from pnp import Case, session, study

    seen: list[Any] = []

    def meshes_of(points: Any, comm: Any) -> Any:
        seen.append(lay_out(x, y)(points, comm))
        return seen[-1]

    session.meshes_of = meshes_of
    case = Case.from_dict(tomllib.loads(case_text(problem)))
    used = processor_seconds(comm)
    clock = Clock(comm)
    result = study.run(case, comm=comm)
    seconds = clock.lap()
    s = result.solver
    found = {
        "converged": result.converged,
        "seconds": seconds,
        "processor_seconds": processor_seconds(comm) - used,
        "unknowns": s["unknowns"],
        "newton": s["newton_iterations"],
        "linear": s["linear_iterations"],
        "last_linear": s["history"][-1]["linear"],
        "linear_solver": s["linear_solver"],
        "stages": s["seconds"],
        "memory_bytes": memory(comm),
    }
    from pnp.mesh import plane_domain

    return found, plane_domain(seen[0].finest(), comm).mesh


def processor_seconds(comm: MPI.Comm) -> float:
    """Of all ranks together, so far. Collective."""
    return float(comm.allreduce(time.process_time(), op=MPI.SUM))


def memory(comm: MPI.Comm) -> int:
    """Peak of all ranks together in bytes. Collective."""
    return int(comm.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, op=MPI.SUM))


def main() -> int:
    """Measure one size on the ranks there are."""
    parser = argparse.ArgumentParser()
    parser.add_argument("nodes", type=float)
    parser.add_argument("--problem", choices=PROBLEMS)
    parser.add_argument("--potential", type=float, help="of the terminal that drives, in V")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    comm, nodes = MPI.COMM_WORLD, round(given.nodes)
    Poisson(unit_square(16 * comm.size, comm)).solve()  # kernels
    pnp_found = None
    if given.problem is None:
        mesh = unit_square(nodes, comm)
    else:
        problem = PROBLEMS[given.problem]
        if given.potential is not None:
            problem = problem.with_potential(given.potential)
        # a first small solve compiles; then the large one: the peak of its memory is asked for
        solved(problem, *problem.axes_of(2_000), comm)
        pnp_found, mesh = solved(problem, *problem.axes_of(nodes), comm)
    problem = Poisson(mesh)
    units = [problem.solve() for _ in range(given.runs)]
    found = {"ranks": comm.size, "unit": asdict(best(units)), "pnp": pnp_found, "memory_bytes": memory(comm)}
    if comm.rank == 0:
        print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
