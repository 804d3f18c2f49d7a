"""One scalar Poisson solve, and a steady solve of a case on the same mesh: mpiexec -n RANKS python3 poisson_one.py.

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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import dolfinx
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

TOLERANCE = 1e-10
NEAR = 0.02
"""A mesh whose nodes miss the number asked for by this share is near enough."""


def mesh_of(case: Any, nodes: int, comm: MPI.Comm) -> dolfinx.mesh.Mesh:
    """The mesh that pnp solves a case on. Collective.

    Args:
        case: The case; None for a unit square of right triangles.
        nodes: Nodes of the unit square.
        comm: Communicator.

    Raises:
        NotImplementedError: For a case: pnp has no meshes in two dimensions yet.
    """
    if case is not None:
        raise NotImplementedError("pnp has no two-dimensional meshes yet")
    cells = max(1, round(nodes**0.5) - 1)
    return dolfinx.mesh.create_unit_square(comm, cells, cells)


def refined_to(case: Any, nodes: int, comm: MPI.Comm) -> Any:
    """The case with that `mesh.refinement` which gives about so many nodes. Collective."""
    refinement = float(case.mesh.refinement)
    for _ in range(4):
        found = mesh_of(case, 0, comm).geometry.index_map().size_global
        if abs(found / nodes - 1.0) < NEAR:
            break
        refinement *= (nodes / found) ** 0.5
        case = case.with_value(["mesh.refinement"], refinement)
    return case


@dataclass(frozen=True)
class Unit:
    """One scalar solve; seconds are those of the slowest rank.

    Attributes:
        nodes: Of the mesh.
        assembly: Matrix and right-hand side.
        set_up: The preconditioner.
        solve: Conjugate gradients.
        iterations: Of them.
    """

    nodes: int
    assembly: float
    set_up: float
    solve: float
    iterations: int

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
        found = Unit(self.nodes, assembly, set_up, solve, ksp.getIterationNumber())
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
    """The quickest of several."""
    return min(units, key=lambda u: u.seconds)


def solved(case: Any, comm: MPI.Comm) -> dict[str, Any]:
    """What pnp says of a steady solve. Collective.

    Seconds by stage are those of the solver's report, ``solver["seconds"]`` with "assembly", "set-up" and "solve";
    where it has none the shares are not told.
    """
    import pnp

    clock = Clock(comm)
    result = pnp.solve(case, comm=comm)
    seconds = clock.lap()
    s = result.solver
    return {
        "converged": result.converged,
        "seconds": seconds,
        "unknowns": s["unknowns"],
        "newton": s["newton_iterations"],
        "linear": s["linear_iterations"],
        "linear_solver": s["linear_solver"],
        "stages": s.get("seconds", {}),
    }


def memory(comm: MPI.Comm) -> int:
    """Peak of all ranks together in bytes. Collective."""
    return int(comm.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, op=MPI.SUM))


def main() -> int:
    """Measure one size on the ranks there are."""
    parser = argparse.ArgumentParser()
    parser.add_argument("nodes", type=float)
    parser.add_argument("--case", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    comm, nodes, case = MPI.COMM_WORLD, round(given.nodes), None
    Poisson(mesh_of(None, 16 * comm.size, comm)).solve()  # kernels
    pnp_found = None
    if given.case is not None:
        from pnp import Case

        case = Case.load(given.case)
        for key, value in (item.split("=", 1) for item in given.set):
            case = case.with_value([key], value)
        case = refined_to(case, nodes, comm)
        # pnp first: the peak of its memory is asked for
        pnp_found = solved(case, comm)
        pnp_found["memory_bytes"] = memory(comm)
    problem = Poisson(mesh_of(case, nodes, comm))
    unit = best([problem.solve() for _ in range(given.runs)])
    found = {"ranks": comm.size, "unit": asdict(unit), "pnp": pnp_found, "memory_bytes": memory(comm)}
    if comm.rank == 0:
        print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
