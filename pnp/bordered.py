"""The bordered linear system of a Newton step: one factorisation of the fields, elimination of the border."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.discretisation import Discretisation
from pnp.krylov import TIGHT, Accuracy
from pnp.linear import LinearSolver, SingularMatrixError

Array = NDArray[np.float64]

BORDER_SHARE = 0.1
"""With a border, linear solves are this much more accurate than asked for: its equations differentiate the fields."""


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
        accuracy: Accuracy = TIGHT,
    ) -> None:
        """Scale and factorise; ``matrix`` is overwritten by its scaled self. Collective.

        Args:
            disc: The discretisation.
            linear: The linear solver.
            matrix: A.
            columns: Columns of B.
            gradients: Rows of C.
            accuracy: What solutions are to have where the linear solver is iterative.

        Raises:
            SingularMatrixError: If the matrix cannot be factorised, or a column not be solved for.
        """
        self._disc, self._linear, self._matrix = disc, linear, matrix
        self.row_scale: Array = linear.set_operator(matrix)
        self._gradients = list(gradients)
        share = BORDER_SHARE if columns else 1.0
        self._accuracy = Accuracy(max(share * accuracy.relative, TIGHT.relative), share * accuracy.absolute)
        self._columns = [self._solve_field(c, Accuracy(self._accuracy.relative)) for c in columns]
        k = len(columns)
        self._schur = np.array(
            [[-self._dot(self._gradients[a], self._columns[b]) for b in range(k)] for a in range(k)]
        ).reshape(k, k)

    def _dot(self, a: Array, b: Array) -> float:
        return float(self._disc.comm.allreduce(float(a @ b)))

    def _solve_field(self, rhs: Array, accuracy: Accuracy) -> Array:
        return self._linear.solve(rhs.reshape(-1) * self.row_scale, accuracy)

    def row_rounding(self, fields: Array) -> Array:
        """Rounding bound ε_mach |A| max(|u|, 1) of each scaled field row, (owned, N + 1). Collective.

        Valid until the matrix is assembled anew.
        """
        return self._disc.row_rounding(self._matrix, fields)

    def tighten(self, relative: float) -> None:
        """Solve more accurately from now on, columns of the border apart."""
        tighter = max(min(self._accuracy.relative, relative), TIGHT.relative)
        self._accuracy = Accuracy(tighter, self._accuracy.absolute)

    def solve(self, fields: Array, border: Array) -> tuple[Array, Array]:
        """Solve for (du (owned, N + 1), dλ (k,)) with right-hand side (fields, border). Collective.

        Raises:
            SingularMatrixError: If the linear solver fails or the border is singular.
        """
        y = self._solve_field(fields, self._accuracy)
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
