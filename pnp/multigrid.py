"""Multigrid for all unknowns of a node together: one coarsening, Galerkin operators, point-block ILU smoothing."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray
from petsc4py import PETSc

from pnp.coarsening import COARSEST, Unknowns, extended, scalar_interpolations

Array = NDArray[np.float64]

DAMPING = 0.7
"""Of the smoother. Undamped, ILU of each rank's own part does not smooth across strong couplings between ranks."""
SMALLEST_PIVOT = 1e-200
"""Pivots of the coarsest matrix below this are zero; its rows are scaled, its small entries are no rounding."""


class PointMultigrid:
    """Levels kept over all Newton steps on a mesh; the operators on them are renewed from each Jacobian.

    All unknowns of a node are interpolated alike, so that the coarse spaces do not change when unknowns of a node are
    combined (m_i, ln c_i, charge and salt), and every level couples drift, diffusion and space charge as the finest
    does. The coarsening comes from the Laplacian of the potential, which knows the shapes of the cells: where they are
    stretched, only the strong direction is coarsened. Galerkin operators are made from rows as the weak form gives
    them, so that a coarse equation is a sum of balances; rows are scaled by their diagonals afterwards.
    After Clees & Stüben (2003), "Algebraic multigrid for industrial semiconductor device simulation", point-based.
    """

    def __init__(self, potential: PETSc.Mat, unknowns: Unknowns, coarsest: int = COARSEST) -> None:
        """Coarsen. Collective.

        Args:
            potential: Derivative of Poisson's rows by the potential, one row per node, without conditions; only its
                entries off the diagonal are used.
            unknowns: Which unknowns are free, which are present, at owned nodes.
            coarsest: Nodes below which a level is solved directly.
        """
        self.width = unknowns.free.shape[1]
        laplacian = _without_row_sums(potential)
        self._interpolation: list[PETSc.Mat] = []
        self._restriction: list[PETSc.Mat] = []
        for scalar in scalar_interpolations(laplacian, coarsest):
            matrix, unknowns = extended(scalar, unknowns)
            scalar.destroy()
            self._interpolation.append(matrix)
            self._restriction.append(matrix.copy().transpose())
        laplacian.destroy()
        self._transposed = [m.copy() for m in self._restriction]
        count = len(self._interpolation)
        self._products: list[PETSc.Mat | None] = [None] * count
        self._coarse: list[PETSc.Mat | None] = [None] * count
        self._fine: PETSc.Mat | None = None
        self.nodes = [m.size[0] // self.width for m in self._interpolation]
        self.nodes += [self._interpolation[-1].size[1] // self.width] if count else []

    def renew(self, matrix: PETSc.Mat, row_scale: PETSc.Vec) -> None:
        """Operators on all levels from a Jacobian whose rows were multiplied by ``row_scale``. Collective."""
        self._fine = fine = matrix
        scale = row_scale
        for k, (p, r) in enumerate(zip(self._interpolation, self._restriction, strict=True)):
            self._transposed[k].copy(r, structure=PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
            inverse = scale.copy()
            inverse.reciprocal()
            r.diagonalScale(R=inverse)
            inverse.destroy()
            if scale is not row_scale:
                scale.destroy()
            self._products[k] = fine.matMult(p, result=self._products[k])
            self._coarse[k] = coarse = r.matMult(self._products[k], result=self._coarse[k])
            scale = coarse.createVecLeft()
            coarse.getDiagonal(scale)
            d = np.abs(scale.array_r)
            scale.array[:] = np.where(d > 0, 1.0 / np.where(d > 0, d, 1.0), 1.0)
            coarse.diagonalScale(L=scale)
            r.diagonalScale(L=scale)
            fine = coarse
        if scale is not row_scale:
            scale.destroy()

    def configure(self, pc: PETSc.PC) -> None:
        """Make ``pc`` a V-cycle over the levels. Collective.

        Scalar ILU(0) of rows whose pattern has all unknowns of a node is point-block ILU(0), but for the order of
        pivots in a node, which is that of the unknowns; PETSc takes such rows together.
        """
        matrices = [self._fine, *self._coarse]
        count = len(matrices)
        pc.setType("mg")
        pc.setMGLevels(count)
        pc.setMGType(PETSc.PC.MGType.MULTIPLICATIVE)
        for k, matrix in enumerate(matrices):
            level = count - 1 - k
            if level == 0:
                solver = pc.getMGCoarseSolve()
                solver.setType("preonly")
                _direct(solver.getPC())
            else:
                pc.setMGInterpolation(level, self._interpolation[k])
                pc.setMGRestriction(level, self._restriction[k])
                solver = pc.getMGSmoother(level)
                solver.setType("richardson")
                solver.setTolerances(max_it=1)
                _richardson_scale(solver, DAMPING)
                solver.setNormType(PETSc.KSP.NormType.NONE)
                solver.getPC().setType("bjacobi" if matrix.comm.size > 1 else "ilu")
            solver.setOperators(matrix, matrix)

    def destroy(self) -> None:
        """Free what PETSc holds. Collective."""
        made = (*self._interpolation, *self._restriction, *self._transposed, *self._products, *self._coarse)
        for item in made:
            if item is not None:
                item.destroy()


def _without_row_sums(potential: PETSc.Mat) -> PETSc.Mat:
    """The matrix with a diagonal that makes its row sums (almost) vanish, as a Laplacian's do."""
    found = potential.copy()
    diagonal, total = found.createVecs()
    found.getDiagonal(diagonal)
    found.getRowSum(total)
    d = diagonal.array_r - total.array_r
    diagonal.array[:] = np.where(d > 0, d * (1.0 + 1e-10), 1.0)
    found.setDiagonal(diagonal)
    for item in (diagonal, total):
        item.destroy()
    return found


def _richardson_scale(solver: PETSc.KSP, scale: float) -> None:
    """KSPRichardsonSetScale, which petsc4py lacks."""
    call = ctypes.CDLL(PETSc.__file__).KSPRichardsonSetScale
    call.argtypes = [ctypes.c_void_p, ctypes.c_double]
    error = call(solver.handle, scale)
    if error:
        raise PETSc.Error(error)


def _direct(pc: PETSc.PC) -> None:
    """For the coarsest level: PETSc's LU on one rank, MUMPS on more."""
    pc.setType("lu")
    if pc.comm.size > 1:
        pc.setFactorSolverType("mumps")
    else:
        pc.setFactorPivot(SMALLEST_PIVOT)
