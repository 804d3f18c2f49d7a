"""The linear solver of a Newton step: scaled rows, one factorisation, checked solves."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.discretisation import Discretisation
from pnp.petsc_options import PetscOptionError

Array = NDArray[np.float64]

REFINE_ABOVE = 1e-12
"""Backward error above which a solution gets one step of iterative refinement."""
REFUSE_ABOVE = 1e-6
"""Backward error above which a solution is none."""
SMALLEST_PIVOT = 1e-200
"""Pivots below this are zero. PETSc's 2e-14 refuses the weak link of a steep layer; every solve is checked instead."""
KRYLOV_TOLERANCE = 1e-10
"""Relative tolerance of iterative methods, unless -ksp_rtol is given."""

_DIRECT = ("lu", "cholesky", "svd", "qr", "redundant")
_PC_REASON = {
    1: "the matrix is structurally singular",
    2: "a zero pivot",
    3: "out of memory",
    4: "the factorisation failed",
}
_KSP_REASON = {
    -2: "the null space is inconsistent",
    -3: "the iteration limit (-ksp_max_it)",
    -4: "it diverged",
    -5: "a breakdown",
    -6: "a breakdown",
    -7: "the matrix is not symmetric",
    -8: "the preconditioner is indefinite",
    -9: "numbers that are not finite",
    -10: "the matrix is indefinite",
    -11: "the preconditioner could not be set up",
}
_ERROR = {55: "out of memory", 71: "a zero pivot", 72: "numbers that are not finite"}
# Not supported, wrong argument, out of range, unknown type, no such package for this matrix.
_ERRORS_OF_OPTIONS = {56, 62, 63, 86, 92}


class SingularMatrixError(Exception):
    """The Jacobian could not be factorised, or a solve with it failed; the text says why.

    Attributes:
        reason: The bare reason, "a zero pivot".
    """

    def __init__(self, text: str, reason: str = "") -> None:
        super().__init__(text)
        self.reason = reason or text


class LinearSolver:
    """A PETSc KSP kept over all steps, so that the symbolic factorisation is done once; every solve is checked.

    Factorised without pivoting, by PETSc's own LU on one rank and MUMPS on more: it keeps small entries of the nearly
    triangular matrices of steep layers accurate, where pivoting loses the weak link of a layer to the bath. Where this
    fails, MUMPS with pivoting takes over for good.

    Elimination has to end where concentrations are held: the last pivot of a blocked end is the small conductance to
    the bath, left over from a difference of large ones.

    Attributes:
        ordering: PETSc's name of the order of elimination on one rank.
        iterations: Linear iterations so far (one per direct solve, refinement included).
    """

    def __init__(self, disc: Discretisation, ordering: str = "rcm") -> None:
        """Direct solver: PETSc's own LU on one rank (fast on small systems), MUMPS on more. Collective.

        Args:
            disc: The discretisation.
            ordering: On one rank, "rcm" eliminates from the right end to the left, "natural" from left to right.

        Raises:
            PetscOptionError: An option in PETSc's database is not accepted.
        """
        self.iterations, self.ordering = 0, ordering
        self._comm, self._disc = disc.comm, disc
        self._vectors: list[PETSc.Vec] = []
        self._make_vectors()
        self._matrix: PETSc.Mat | None = None
        self._norm = 0.0
        self._note = ""
        self._failed = False
        self._default = "petsc" if disc.comm.size == 1 and disc.points.shape[1] == 1 else "mumps"
        self.ksp = self._create(self._default)
        given = PETSc.Options().hasName("pc_factor_mat_solver_type")
        self._may_fall_back = self._package() == self._default and not given
        self._pivots = not self._may_fall_back

    def _make_vectors(self) -> None:
        """Anew, the old ones freed: one set for all solves."""
        for vector in self._vectors:
            vector.destroy()
        empty = np.zeros(self._disc.owned * (self._disc.species + 1))
        self._vectors = [self._disc.vector(empty) for _ in range(4)]
        self._scale, self._b, self._x, self._r = self._vectors

    def _create(self, package: str) -> PETSc.KSP:
        ksp = PETSc.KSP().create(self._comm)
        ksp.setType("preonly")
        ksp.setTolerances(rtol=KRYLOV_TOLERANCE)
        pc = ksp.getPC()
        pc.setType("lu")
        pc.setFactorSolverType(package)
        if package == "petsc":
            pc.setFactorOrdering(self.ordering)
            pc.setFactorPivot(SMALLEST_PIVOT)
        try:
            ksp.setFromOptions()
            if ksp.getType() == "preonly" and pc.getType() not in _DIRECT and not PETSc.Options().hasName("ksp_type"):
                # A preconditioner alone is no solver.
                ksp.setType("fgmres")
                ksp.setFromOptions()
        except PETSc.Error as error:
            raise PetscOptionError(f"PETSc does not accept its options: {_said(error)}") from error
        return ksp

    def destroy(self) -> None:
        """Free what PETSc holds; the solver cannot be used any more. Collective.

        Without it PETSc keeps objects of several ranks until the end of the process.
        """
        for item in (self.ksp, *self._vectors):
            item.destroy()
        self._vectors.clear()
        self._matrix = None

    def describe(self) -> str:
        """Krylov method, preconditioner and package in use."""
        package = self._package()
        return f"{self.ksp.getType()} + {self.ksp.getPC().getType()}" + (f" ({package}{self._note})" if package else "")

    def _package(self) -> str:
        pc = self.ksp.getPC()
        return str(pc.getFactorSolverType()) if pc.getType() in ("lu", "cholesky") else ""

    def set_operator(self, matrix: PETSc.Mat) -> Array:
        """Divide each row by the size of its diagonal, in place, and factorise. Collective.

        Returns:
            The factor each owned row was multiplied by.

        Raises:
            SingularMatrixError: If the matrix cannot be factorised.
        """
        if self._failed:
            self._renew()
        matrix.getDiagonal(self._scale)
        d = np.abs(self._scale.array_r)
        row_scale: Array = np.where(d > 0, 1.0 / np.where(d > 0, d, 1.0), 1.0)
        self._scale.array[:] = row_scale
        matrix.diagonalScale(L=self._scale)
        self._matrix = matrix
        self._norm = float(matrix.norm(PETSc.NormType.NORM_INFINITY))
        try:
            self._factorise()
        except SingularMatrixError as error:
            self._fall_back(error)
        return row_scale

    def _factorise(self) -> None:
        reason = ""
        try:
            self.ksp.setOperators(self._matrix)
            if not self._pivots and self._package() == "mumps":
                self._forbid_pivoting()
            self.ksp.setUp()
            code = int(self.ksp.getPC().getFailedReason())
            reason = _PC_REASON.get(code, "the preconditioner failed") if code else ""
        except PETSc.Error as error:
            raise self._translated(error) from error
        reason = max(self._comm.allgather(reason)) if self._comm.size > 1 else reason
        if reason:
            raise self._failure(reason)

    def _forbid_pivoting(self) -> None:
        """MUMPS: no numerical pivoting, no scaling, no permutation of columns; -mat_mumps_… options come after."""
        pc = self.ksp.getPC()
        pc.setFactorSetUpSolverType()
        factor = pc.getFactorMatrix()
        factor.setMumpsCntl(1, 0.0)
        factor.setMumpsIcntl(6, 0)
        factor.setMumpsIcntl(8, 0)

    def _fall_back(self, error: SingularMatrixError) -> None:
        """Let MUMPS with pivoting take over, or raise what made the solver fail. Collective."""
        assert self._matrix is not None
        if not self._may_fall_back:
            raise error
        if not all(self._comm.allgather(bool(np.isfinite(self._matrix.getValuesCSR()[2]).all()))):
            raise self._failure("the matrix has entries that are not finite") from error
        self._may_fall_back, self._pivots = False, True
        what = "PETSc's own" if self._default == "petsc" else "it without pivoting"
        self._default = "mumps"
        self._renew()
        self._note = f", since {what} failed: {error.reason}"
        self._factorise()

    def _failure(self, reason: str) -> SingularMatrixError:
        self._failed = True
        return SingularMatrixError(f"the linear solver ({self.describe()}) failed: {reason}", reason)

    def _renew(self) -> None:
        """A new solver and new vectors.

        Where PETSc raises an error it leaves vectors locked, and a MUMPS factor that failed once (its INFOG stays
        negative) is never computed again.
        """
        self._failed = False
        self.ksp.destroy()
        self.ksp = self._create(self._default)
        self._make_vectors()

    def _translated(self, error: PETSc.Error) -> Exception:
        self._failed = True
        if error.ierr in _ERRORS_OF_OPTIONS:
            return PetscOptionError(f"PETSc cannot solve with {self.describe()}: {_said(error)}")
        return self._failure(_ERROR.get(error.ierr, _said(error)))

    def solve(self, rhs: Array) -> Array:
        """A⁻¹ b for owned rows b of the scaled system, flat. Collective.

        The backward error ‖b − A x‖ / (‖A‖ ‖x‖ + ‖b‖), in largest norms, is found after each solve: above 1e-12 one
        step of iterative refinement follows.

        Raises:
            SingularMatrixError: If the solver fails or leaves a backward error above 1e-6.
        """
        try:
            return self._checked(rhs)
        except SingularMatrixError as error:
            self._fall_back(error)
        return self._checked(rhs)

    def _checked(self, rhs: Array) -> Array:
        b, x = self._b, self._x
        b.array[:] = rhs
        size = float(b.norm(PETSc.NormType.NORM_INFINITY))
        self._apply(b, x)
        error = self._backward_error(size)
        if not error <= REFINE_ABOVE and np.isfinite(error):
            solution = np.array(x.array_r)
            b.array[:] = self._r.array_r
            self._apply(b, x)
            x.array[:] += solution
            b.array[:] = rhs
            refined = self._backward_error(size)
            if not refined < error:
                x.array[:] = solution
            error = min(error, refined) if np.isfinite(refined) else error
        if not error <= REFUSE_ABOVE:
            raise self._failure(f"its solution has a backward error of {error:.1e}")
        return np.array(x.array_r)

    def _apply(self, b: PETSc.Vec, x: PETSc.Vec) -> None:
        try:
            self.ksp.solve(b, x)
        except PETSc.Error as error:
            raise self._translated(error) from error
        self.iterations += max(1, self.ksp.getIterationNumber())
        code = int(self.ksp.getConvergedReason())
        if code <= 0:
            raise self._failure(_KSP_REASON.get(code, f"PETSc's reason {code}"))

    def _backward_error(self, size: float) -> float:
        """Of ``x``, with right-hand side ``b`` of largest entry ``size``; leaves b − A x in ``r``."""
        assert self._matrix is not None
        largest = PETSc.NormType.NORM_INFINITY
        self._matrix.mult(self._x, self._r)
        self._r.aypx(-1.0, self._b)
        scale = self._norm * float(self._x.norm(largest)) + size
        missed = float(self._r.norm(largest))
        # Largest norms may overlook numbers that are not finite; a sum does not.
        if not np.isfinite(self._x.sum() + self._r.sum()):
            return float("nan")
        return missed / scale if scale > 0 else missed


def _said(error: PETSc.Error) -> str:
    """The last thing PETSc said of an error, without its place."""
    lines = [re.sub(r"^\[\d+\]\s*", "", line).strip() for line in str(error).splitlines()]
    return next((line for line in reversed(lines) if line), f"error {error.ierr}")
