"""BoomerAMG's interpolation for one scalar matrix, and its extension to several unknowns a node."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from petsc4py import PETSc

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

COARSEST = 500
"""Nodes below which a level is solved directly."""
_OPTIONS = {
    "coarsen_type": "HMIS",
    "interp_type": "ext+i",
    "P_max": "4",
    # Rows that are diagonally dominant are interpolated as well: another unknown of their node may need it.
    "max_row_sum": "1.0",
    "agg_nl": "1",
}
_PREFIX = "pnp_coarsening_"


def scalar_interpolations(scalar: PETSc.Mat, coarsest: int = COARSEST) -> list[PETSc.Mat]:
    """Interpolation matrices of BoomerAMG for a matrix like a Laplacian's, finest first. Collective.

    Coarse nodes are nodes of the finer level on the same rank; their rows have a single 1. Options of the user begin
    with ``-pnp_coarsening_pc_hypre_boomeramg_``.

    Args:
        scalar: One row per node.
        coarsest: Levels end with one that has at most so many nodes, or where coarsening stops.
    """
    database = PETSc.Options(_PREFIX)
    own = {f"pc_hypre_boomeramg_{name}": value for name, value in _OPTIONS.items()}
    own = {name: value for name, value in own.items() if not database.hasName(name)}
    pc = PETSc.PC().create(scalar.comm)
    pc.setOptionsPrefix(_PREFIX)
    pc.setType("hypre")
    pc.setHYPREType("boomeramg")
    pc.setOperators(scalar)
    for name, value in own.items():
        database[name] = value
    try:
        pc.setFromOptions()
    finally:
        for name in own:
            database.delValue(name)
    pc.setUp()
    found = _interpolations(pc)
    pc.destroy()
    found.sort(key=lambda matrix: -matrix.size[0])
    kept = []
    for matrix in found:
        if matrix.size[0] > coarsest:
            kept.append(matrix)
        else:
            matrix.destroy()
    return kept


def _interpolations(pc: PETSc.PC) -> list[PETSc.Mat]:
    """PCGetInterpolations, which petsc4py lacks."""
    library = ctypes.CDLL(PETSc.__file__)
    integer = ctypes.c_int64 if np.dtype(PETSc.IntType).itemsize == 8 else ctypes.c_int32
    levels, array = integer(), ctypes.POINTER(ctypes.c_void_p)()
    call = library.PCGetInterpolations
    call.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    error = call(pc.handle, ctypes.byref(levels), ctypes.byref(array))
    if error:
        raise PETSc.Error(error)
    capsule = PETSc.__pyx_capi__["PyPetscMat_New"]
    name, pointer = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    name.restype, name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    wrap = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p)(pointer(capsule, name(capsule)))
    release = library.PetscObjectDereference
    release.argtypes = [ctypes.c_void_p]
    matrices = []
    for k in range(levels.value - 1):
        matrices.append(wrap(array[k]))
        # the Python object holds a reference of its own
        release(array[k])
    return matrices


@dataclass(frozen=True)
class Unknowns:
    """What is known of the unknowns at a level's owned nodes, (nodes, width) each.

    Attributes:
        free: Rows of the weak form; the others are conditions.
        present: Unknowns that exist there, free or not.
    """

    free: Mask
    present: Mask


def extended(scalar: PETSc.Mat, fine: Unknowns) -> tuple[PETSc.Mat, Unknowns]:
    """One scalar interpolation for every unknown of a node, conditions respected. Collective.

    Free unknowns are interpolated from free ones. The share of absent coarse unknowns goes to the others (a constant
    stays a constant next to a dielectric), the share of conditions is lost (corrections vanish there). A condition at a
    coarse node stays one on the coarse level.

    Returns:
        The interpolation, interlaced as the unknowns are, and the coarse level's unknowns.
    """
    width = fine.free.shape[1]
    start, columns, weights = scalar.getValuesCSR()
    begin, end = scalar.getOwnershipRangeColumn()
    rows = np.repeat(np.arange(len(start) - 1), np.diff(start))
    single = (np.diff(start)[rows] == 1) & (weights == 1.0) & (columns >= begin) & (columns < end)
    coarse = Unknowns(*(_inherited(mask, rows[single], columns[single] - begin, end - begin) for mask in _masks(fine)))
    # All columns, the other ranks' too.
    free, present = (_Gathered(scalar, mask)(columns) for mask in _masks(coarse))
    share = np.stack([np.bincount(rows, weights * present[:, i], len(start) - 1) for i in range(width)], axis=1)
    whole = np.bincount(rows, weights, len(start) - 1)
    factor = np.where(share > 0.05 * whole[:, None], whole[:, None] / np.where(share > 0, share, 1.0), 1.0)
    own = fine.free[rows]
    kept = (own == free) & (own | single[:, None])
    entry, unknown = np.nonzero(kept)
    row = rows[entry] * width + unknown
    order = np.argsort(row, kind="stable")
    values = (weights[entry] * np.where(own[entry, unknown], factor[rows[entry], unknown], 1.0))[order]
    counts = np.bincount(row, minlength=(len(start) - 1) * width)
    pattern = np.concatenate([[0], np.cumsum(counts)])
    target = (columns[entry].astype(np.int64) * width + unknown)[order]
    sizes = tuple((local * width, total * width) for local, total in scalar.getSizes())
    index = PETSc.IntType
    matrix = PETSc.Mat().createAIJ(
        sizes, bsize=width, csr=(pattern.astype(index), target.astype(index), values), comm=scalar.comm
    )
    return matrix, coarse


def _masks(unknowns: Unknowns) -> Sequence[Mask]:
    return unknowns.free, unknowns.present


def _inherited(mask: Mask, rows: NDArray[np.int64], columns: NDArray[np.int64], count: int) -> Mask:
    found = np.zeros((count, mask.shape[1]), dtype=bool)
    for i in range(mask.shape[1]):
        found[:, i] = np.bincount(columns, mask[rows, i], count) > 0
    return found


class _Gathered:
    """Values of coarse nodes, on this rank or another, by global number."""

    def __init__(self, scalar: PETSc.Mat, mask: Mask) -> None:
        self._begin, self._end = scalar.getOwnershipRangeColumn()
        _, columns, _ = scalar.getValuesCSR()
        outside = np.unique(columns[(columns < self._begin) | (columns >= self._end)])
        width = mask.shape[1]
        self._mask, self._outside = mask, outside
        source = PETSc.Vec().createWithArray(
            mask.astype(PETSc.ScalarType).reshape(-1), size=(mask.size, None), comm=scalar.comm
        )
        wanted = (outside[:, None] * width + np.arange(width)).reshape(-1).astype(PETSc.IntType)
        here = PETSc.Vec().createSeq(len(wanted), comm=PETSc.COMM_SELF)
        index = PETSc.IS().createGeneral(wanted, comm=PETSc.COMM_SELF)
        scatter = PETSc.Scatter().create(source, index, here, None)
        scatter.scatter(source, here)
        self._other = here.array_r.reshape(-1, width) > 0.5
        for item in (scatter, index, here, source):
            item.destroy()

    def __call__(self, columns: NDArray[np.int64]) -> Mask:
        own = (columns >= self._begin) & (columns < self._end)
        found = np.empty((len(columns), self._mask.shape[1]), dtype=bool)
        found[own] = self._mask[columns[own] - self._begin]
        found[~own] = self._other[np.searchsorted(self._outside, columns[~own])]
        return found
