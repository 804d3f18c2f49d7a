"""Linear algebra of a Newton step: scaled rows, one factorisation, elimination of the border."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.discretisation import Discretisation

Array = NDArray[np.float64]

OPTIONS_PREFIX = ""


class LinearSolver:
    """A PETSc KSP kept over all steps, so that the symbolic factorisation is done once.

    Attributes:
        iterations: Linear iterations so far (one per direct solve).
    """

    def __init__(self, disc: Discretisation, iterations: int = 0) -> None:
        """Direct solver: PETSc's own LU on one rank (fast on small systems), MUMPS on more. Collective."""
        self.iterations = iterations
        self.ksp = PETSc.KSP().create(disc.comm)
        self.ksp.setType("preonly")
        pc = self.ksp.getPC()
        pc.setType("lu")
        pc.setFactorSolverType("petsc" if disc.comm.size == 1 else "mumps")
        if disc.comm.size == 1:
            pc.setFactorOrdering("rcm")
        self.ksp.setFromOptions()

    def describe(self) -> str:
        """Krylov method, preconditioner and package in use."""
        pc = self.ksp.getPC()
        package = f" ({pc.getFactorSolverType()})" if pc.getType() in ("lu", "cholesky") else ""
        return f"{self.ksp.getType()} + {pc.getType()}{package}"

    def set_operator(self, matrix: PETSc.Mat) -> None:
        """Factorise. Collective."""
        self.ksp.setOperators(matrix)
        self.ksp.setUp()

    def solve(self, b: PETSc.Vec, x: PETSc.Vec) -> bool:
        """x = A⁻¹ b; False where the solver failed. Collective."""
        self.ksp.solve(b, x)
        self.iterations += max(1, self.ksp.getIterationNumber())
        return int(self.ksp.getConvergedReason()) > 0


class SingularMatrixError(Exception):
    """The Jacobian could not be factorised, or a solve with it failed."""


class BorderedSystem:
    """[A B; C 0] with the rows of A scaled to unit diagonal; B columns and C rows dense, k small.

    Attributes:
        row_scale: Factor each field row was multiplied by, (owned · (N + 1),).
    """

    def __init__(
        self,
        disc: Discretisation,
        linear: LinearSolver,
        matrix: PETSc.Mat,
        columns: Sequence[Array],
        gradients: Sequence[Array],
    ) -> None:
        """Scale and factorise; ``matrix`` is overwritten by its scaled self. Collective."""
        self._disc, self._linear = disc, linear
        diagonal = matrix.getDiagonal()
        d = np.abs(diagonal.array_r)
        self.row_scale: Array = np.where(d > 0, 1.0 / np.where(d > 0, d, 1.0), 1.0)
        scale = disc.vector(self.row_scale)
        matrix.diagonalScale(L=scale)
        linear.set_operator(matrix)
        self._gradients = list(gradients)
        self._columns = [self._solve_field(c) for c in columns]
        k = len(columns)
        self._schur = np.array(
            [[-self._dot(self._gradients[a], self._columns[b]) for b in range(k)] for a in range(k)]
        ).reshape(k, k)

    def _dot(self, a: Array, b: Array) -> float:
        return float(self._disc.comm.allreduce(float(a @ b)))

    def _solve_field(self, rhs: Array) -> Array:
        b = self._disc.vector(rhs.reshape(-1) * self.row_scale)
        x = b.duplicate()
        if not self._linear.solve(b, x):
            raise SingularMatrixError("the linear solver failed: " + self._linear.describe())
        return np.array(x.array_r)

    def solve(self, fields: Array, border: Array) -> tuple[Array, Array]:
        """Solve for (du (owned, N + 1), dλ (k,)) with right-hand side (fields, border). Collective.

        Raises:
            SingularMatrixError: If the linear solver fails or the border is singular.
        """
        y = self._solve_field(fields)
        lam = np.zeros(len(self._columns))
        if len(lam):
            rhs = border - np.array([self._dot(g, y) for g in self._gradients])
            try:
                lam = np.linalg.solve(self._schur, rhs)
            except np.linalg.LinAlgError as error:
                raise SingularMatrixError("the border equations are singular") from error
            for value, column in zip(lam, self._columns, strict=True):
                y -= value * column
        return y.reshape(fields.shape), lam
