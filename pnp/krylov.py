"""GMRES with multigrid for the Jacobians of one discretisation, judged by the error of the solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from pnp.coarsening import Unknowns
from pnp.multigrid import PointMultigrid
from pnp.petsc_reasons import ERROR, KSP_REASON, said

MOST_ITERATIONS = 150
"""More mean stagnation. Where it works it takes about one iteration a digit."""
RESTART = 50
BREAK_LONGEST = 6
"""After a failure so many doublings, at most, of the matrices that are spared the next trial."""


@dataclass(frozen=True)
class Accuracy:
    """What iterative solves aim at, in Euclidean norms over all unknowns.

    Attributes:
        relative: Error of the solution over its size.
        absolute: Error that is good enough whatever the solution's size, RT/F.
    """

    relative: float = 1e-10
    absolute: float = 0.0


TIGHT = Accuracy()
"""For linearised quantities: capacitances, sensitivities."""


def available() -> bool:
    """Whether this PETSc can coarsen (it has hypre)."""
    return bool(PETSc.Sys.hasExternalPackage("hypre"))


class MultigridSolver:
    """GMRES preconditioned from the left by one V-cycle, on a hierarchy kept for as long as it fits.

    Left preconditioning makes the norm that is watched the size of what the V-cycle still wants to change, in units of
    RT/F: an estimate of the error, whatever the rows are scaled by.

    Attributes:
        note: What went wrong so far, for `describe`.
    """

    def __init__(self, comm: MPI.Comm) -> None:
        """Nothing is made before the first matrix."""
        self._comm = comm
        self._hierarchy: PointMultigrid | None = None
        self._unknowns: Unknowns | None = None
        self._ksp: PETSc.KSP | None = None
        self.note = ""
        self._failures = self._spared = self._total = 0

    def observe(self, matrix: PETSc.Mat, unknowns: Unknowns) -> None:
        """Coarsen for a Jacobian without conditions, unless it was done for the same unknowns. Collective."""
        known = self._unknowns
        same = known is not None and all(
            np.array_equal(a, b) for a, b in ((known.free, unknowns.free), (known.present, unknowns.present))
        )
        if self._comm.allreduce(same, op=MPI.LAND):
            return
        self.forget()
        width = unknowns.free.shape[1]
        first, last = matrix.getOwnershipRange()
        rows = PETSc.IS().createStride((last - first) // width, first + width - 1, width, comm=matrix.comm)
        potential = matrix.createSubMatrix(rows, rows)
        self._hierarchy = PointMultigrid(potential, unknowns)
        self._unknowns = unknowns
        potential.destroy()
        rows.destroy()

    def forget(self) -> None:
        """Drop the hierarchy. Collective."""
        for item in (self._ksp, self._hierarchy):
            if item is not None:
                item.destroy()
        self._ksp = self._hierarchy = self._unknowns = None

    def failed(self, reason: str) -> None:
        """Remember a failure; each one in a row doubles the number of matrices that are left to others."""
        self._failures += 1
        self._total += 1
        self._spared = 2 ** min(self._failures, BREAK_LONGEST) - 1
        times = "once" if self._total == 1 else f"{self._total} times"
        self.note = f"; MUMPS took over {times}, since it failed: {reason}"

    def set_operator(self, matrix: PETSc.Mat, row_scale: PETSc.Vec) -> bool:
        """Renew all levels. Collective.

        Args:
            matrix: The Jacobian with conditions, its rows scaled.
            row_scale: What its rows were multiplied by.

        Returns:
            Whether solves may follow: not before anything was observed, nor for some matrices after a failure.
        """
        if self._hierarchy is None:
            return False
        if self._spared:
            self._spared -= 1
            return False
        try:
            self._hierarchy.renew(matrix, row_scale)
            if self._ksp is None:
                self._ksp = self._create(matrix)
            self._ksp.setOperators(matrix)
            self._ksp.setUp()
        except PETSc.Error as error:
            self._fresh()
            self.failed(ERROR.get(error.ierr, said(error)))
            return False
        return True

    def _create(self, matrix: PETSc.Mat) -> PETSc.KSP:
        """Kept over all matrices, so that their patterns are looked at once."""
        assert self._hierarchy is not None
        ksp = PETSc.KSP().create(self._comm)
        ksp.setOperators(matrix)
        ksp.setType("gmres")
        ksp.setGMRESRestart(RESTART)
        self._hierarchy.configure(ksp.getPC())
        ksp.setFromOptions()
        return ksp

    def _fresh(self) -> None:
        """Drop the solver: one that failed may not recover."""
        if self._ksp is not None:
            self._ksp.destroy()
            self._ksp = None

    def solve(self, b: PETSc.Vec, x: PETSc.Vec, accuracy: Accuracy) -> int | None:
        """Solve, from zero. Collective.

        Returns:
            The number of iterations, or None where it failed.
        """
        assert self._ksp is not None
        given = PETSc.Options().hasName
        self._ksp.setTolerances(
            rtol=None if given("ksp_rtol") else accuracy.relative,
            atol=None if given("ksp_atol") else accuracy.absolute,
            max_it=None if given("ksp_max_it") else MOST_ITERATIONS,
        )
        try:
            self._ksp.solve(b, x)
        except PETSc.Error as error:
            self._fresh()
            self.failed(ERROR.get(error.ierr, said(error)))
            return None
        reason = int(self._ksp.getConvergedReason())
        if reason <= 0 or not np.isfinite(x.sum()):
            self.failed(KSP_REASON.get(reason, f"PETSc's reason {reason}"))
            return None
        self._failures = 0
        return int(self._ksp.getIterationNumber())

    def describe(self) -> str:
        """Method, levels and what went wrong."""
        method = self._ksp.getType() if self._ksp is not None else "gmres"
        levels = len(self._hierarchy.nodes) if self._hierarchy is not None else 0
        return f"{method} + multigrid (point-block ILU, {levels} levels{self.note})"

    def destroy(self) -> None:
        """Free what PETSc holds. Collective."""
        self.forget()
