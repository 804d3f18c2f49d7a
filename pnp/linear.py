"""The linear solver of a Newton step: scaled rows, a factorisation or multigrid, checked solves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp import krylov
from pnp.coarsening import Unknowns
from pnp.discretisation import Discretisation
from pnp.krylov import TIGHT, Accuracy
from pnp.petsc_options import PetscOptionError
from pnp.petsc_reasons import ERROR, ERRORS_OF_OPTIONS, KSP_REASON, PC_REASON, said
from pnp.stopwatch import stage

Array = NDArray[np.float64]

REFINE_ABOVE = 1e-12
"""Backward error above which a solution gets one step of iterative refinement."""
REFUSE_ABOVE = 1e-6
"""Backward error above which a solution is none."""
SMALLEST_PIVOT = 1e-200
"""Pivots below this are zero. PETSc's 2e-14 refuses the weak link of a steep layer; every solve is checked instead."""
MULTIGRID_ABOVE = 20_000
"""Unknowns of a mesh in the plane above which multigrid is tried first: it is as quick as MUMPS at about a third of it,
and small systems are solved far from the solution, where a factorisation is safe."""

_DIRECT = ("lu", "cholesky", "svd", "qr", "redundant")


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

    Large systems in the plane are solved by GMRES with multigrid (`pnp.krylov`), unless a preconditioner is given by
    -pc_type; a matrix that it stagnates on is factorised, and so are the next few.

    Factorised without pivoting, by PETSc's own LU on one rank and MUMPS on more: it keeps small entries of the nearly
    triangular matrices of steep layers accurate, where pivoting loses the weak link of a layer to the bath. Where this
    fails, MUMPS with pivoting takes over for good.

    Elimination has to end where concentrations are held: the last pivot of a blocked end is the small conductance to
    the bath, left over from a difference of large ones.

    Attributes:
        ordering: PETSc's name of the order of elimination on one rank.
        iterations: Linear iterations so far (one per direct solve, refinement included).
    """

    def __init__(self, disc: Discretisation, ordering: str = "rcm", multigrid: bool | None = None) -> None:
        """Direct solver: PETSc's own LU on a line on one rank (fast on small systems), else MUMPS. Collective.

        Args:
            disc: The discretisation.
            ordering: On one rank, "rcm" eliminates from the right end to the left, "natural" from left to right.
            multigrid: Whether multigrid is tried first; None: for large systems in the plane.

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
        line = disc.points.shape[1] == 1
        self._default = "petsc" if disc.comm.size == 1 and line else "mumps"
        large = not line and disc.unknowns > MULTIGRID_ABOVE
        wanted = (large if multigrid is None else multigrid) and not PETSc.Options().hasName("pc_type")
        self._multigrid = krylov.MultigridSolver(disc.comm) if wanted and krylov.available() else None
        self._iterative = False
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
        ksp.setTolerances(rtol=TIGHT.relative)
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
            raise PetscOptionError(f"PETSc does not accept its options: {said(error)}") from error
        return ksp

    def destroy(self) -> None:
        """Free what PETSc holds; the solver cannot be used any more. Collective.

        Without it PETSc keeps objects of several ranks until the end of the process.
        """
        for item in (self.ksp, *self._vectors):
            item.destroy()
        if self._multigrid is not None:
            self._multigrid.destroy()
        self._vectors.clear()
        self._matrix = None

    def describe(self) -> str:
        """Krylov method, preconditioner and package in use."""
        if self._multigrid is not None and (self._iterative or self._multigrid.note):
            return self._multigrid.describe()
        package = self._package()
        return f"{self.ksp.getType()} + {self.ksp.getPC().getType()}" + (f" ({package}{self._note})" if package else "")

    def _package(self) -> str:
        pc = self.ksp.getPC()
        return str(pc.getFactorSolverType()) if pc.getType() in ("lu", "cholesky") else ""

    @property
    def coarsens(self) -> bool:
        """Whether `observe` is of use."""
        return self._multigrid is not None

    @property
    def inexact(self) -> bool:
        """Whether solutions are as good as asked for rather than as good as can be."""
        return self._iterative

    def observe(self, matrix: PETSc.Mat, unknowns: Unknowns) -> None:
        """See a Jacobian before conditions replace rows of it: multigrid coarsens for it. Collective.

        Args:
            matrix: The Jacobian of the weak form, unscaled.
            unknowns: Which rows no condition will replace, and which unknowns are present.
        """
        if self._multigrid is not None:
            with stage("set-up"):
                self._multigrid.observe(matrix, unknowns)

    def forget(self) -> None:
        """Drop what was observed. Collective."""
        if self._multigrid is not None:
            self._multigrid.forget()

    def set_operator(self, matrix: PETSc.Mat) -> Array:
        """Divide each row by the size of its diagonal, in place, and factorise. Collective.

        Returns:
            The factor each owned row was multiplied by.

        Raises:
            SingularMatrixError: If the matrix cannot be factorised.
        """
        with stage("set-up"):
            return self._set_operator(matrix)

    def _set_operator(self, matrix: PETSc.Mat) -> Array:
        if self._failed:
            self._renew()
        matrix.getDiagonal(self._scale)
        d = np.abs(self._scale.array_r)
        row_scale: Array = np.where(d > 0, 1.0 / np.where(d > 0, d, 1.0), 1.0)
        self._scale.array[:] = row_scale
        matrix.diagonalScale(L=self._scale)
        self._matrix = matrix
        self._norm = float(matrix.norm(PETSc.NormType.NORM_INFINITY))
        mg = self._multigrid
        self._iterative = mg is not None and mg.set_operator(matrix, self._scale)
        if not self._iterative:
            self._factorise_somehow()
        return row_scale

    def _factorise_somehow(self) -> None:
        try:
            self._factorise()
        except SingularMatrixError as error:
            self._fall_back(error)

    def _factorise(self) -> None:
        reason = ""
        try:
            self.ksp.setOperators(self._matrix)
            if not self._pivots and self._package() == "mumps":
                self._forbid_pivoting()
            self.ksp.setUp()
            code = int(self.ksp.getPC().getFailedReason())
            reason = PC_REASON.get(code, "the preconditioner failed") if code else ""
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
        if error.ierr in ERRORS_OF_OPTIONS:
            return PetscOptionError(f"PETSc cannot solve with {self.describe()}: {said(error)}")
        return self._failure(ERROR.get(error.ierr, said(error)))

    def solve(self, rhs: Array, accuracy: Accuracy = TIGHT) -> Array:
        """A⁻¹ b for owned rows b of the scaled system, flat. Collective.

        Args:
            rhs: b.
            accuracy: What an iterative solution is to have; a factorisation's is as good as can be.

        The backward error ‖b − A x‖ / (‖A‖ ‖x‖ + ‖b‖), in largest norms, is found after each solve: above 1e-12 one
        step of iterative refinement follows.

        Raises:
            SingularMatrixError: If the solver fails or leaves a backward error above 1e-6.
        """
        with stage("solve"):
            return self._solve(rhs, accuracy)

    def _solve(self, rhs: Array, accuracy: Accuracy) -> Array:
        if self._iterative:
            found = self._iterated(rhs, accuracy)
            if found is not None:
                return found
            self._iterative = False
            self._factorise_somehow()
        try:
            return self._checked(rhs)
        except SingularMatrixError as error:
            self._fall_back(error)
        return self._checked(rhs)

    def _iterated(self, rhs: Array, accuracy: Accuracy) -> Array | None:
        """By multigrid; None where it fails, for this matrix and the next few."""
        assert self._multigrid is not None
        b, x = self._b, self._x
        b.array[:] = rhs
        iterations = self._multigrid.solve(b, x, accuracy)
        if iterations is None:
            self._make_vectors()
            return None
        self.iterations += iterations
        size = float(b.norm(PETSc.NormType.NORM_INFINITY))
        if accuracy == TIGHT and not self._backward_error(size) <= REFUSE_ABOVE:
            self._multigrid.failed("its solution is wrong")
            return None
        return np.array(x.array_r)

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
            raise self._failure(KSP_REASON.get(code, f"PETSc's reason {code}"))

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
