"""The storage of a Jacobian: rows that DOLFINx adds cells to, seen by PETSc without its search for every entry."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import dolfinx
import numpy as np
from dolfinx import fem
from numpy.typing import NDArray
from petsc4py import PETSc

Array = NDArray[np.float64]


class Jacobian:
    """A matrix assembled again and again on one pattern.

    PETSc looks for the place of each entry that it is given, which takes as long as computing it. Here DOLFINx fills
    rows of its own; on one rank PETSc's matrix shares their numbers, on more they are copied as a whole.

    Attributes:
        matrix: PETSc's matrix; what is done to it stays until the next `assemble`.
    """

    def __init__(self, form: Any, space: Any) -> None:
        """Make the pattern of a bilinear form on a space. Collective."""
        self._rows = fem.create_matrix(form, dolfinx.la.BlockMode.expanded)
        index_map, width = space.dofmap.index_map, space.dofmap.index_map_bs
        self._owned = owned = index_map.size_local * width
        self._start = np.asarray(self._rows.indptr[: owned + 1], dtype=PETSc.IntType)
        entries = int(self._start[-1])
        columns = np.asarray(self._rows.indices[:entries], dtype=PETSc.IntType)
        size = (owned, index_map.size_global * width)
        self._shared = space.mesh.comm.size == 1
        self._moved: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        every = index_map.local_to_global(np.arange(index_map.size_local + index_map.num_ghosts, dtype=np.int32))
        if self._shared:
            # PETSc frees nothing of these arrays; they live as long as this object
            self._columns, self._values = columns, self._rows.data[:entries]
            self.matrix = PETSc.Mat().createAIJWithArrays(
                (size, size), (self._start, self._columns, self._values), bsize=width, comm=space.mesh.comm
            )
        else:
            # the pattern's columns have ghosts of their own
            columns = self._rows.index_map(1).local_to_global(columns.astype(np.int32)).astype(PETSc.IntType)
            self._moved = _sorted(self._start, columns)
            self.matrix = PETSc.Mat().createAIJ(
                (size, size), bsize=width, csr=(self._start, columns, np.zeros(entries)), comm=space.mesh.comm
            )
        local = PETSc.LGMap().create(every.astype(PETSc.IntType), bsize=width, comm=space.mesh.comm)
        self.matrix.setLGMap(local, local)
        self.matrix.setOption(PETSc.Mat.Option.KEEP_NONZERO_PATTERN, True)

    def assemble(self, forms: Sequence[Any]) -> PETSc.Mat:
        """The sum of some bilinear forms of the pattern. Collective."""
        rows = self._rows
        rows.set_value(0.0)
        for form in forms:
            fem.assemble_matrix(rows, form)
        if self._moved is None:
            self.matrix.assemble()
            self.matrix.stateIncrease()
            return self.matrix
        rows.scatter_reverse()
        values = np.array(rows.data[: int(self._start[-1])])
        target, source = self._moved
        values[target] = values[source]
        call = ctypes.CDLL(PETSc.__file__).MatUpdateMPIAIJWithArray  # which petsc4py lacks
        call.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        error = call(self.matrix.handle, values.ctypes.data)
        if error:
            raise PETSc.Error(error)
        return self.matrix

    def magnitudes(self, weights: Array) -> Array:
        """Σ_j |A_ij| w_j of each owned row as it was assembled last. Collective.

        Args:
            weights: w of owned unknowns, flat.

        Of a shared matrix what was done to it since counts too.
        """
        entries, start = int(self._start[-1]), self._start
        every = dolfinx.la.vector(self._rows.index_map(1), 1)
        every.array[: self._owned] = weights
        every.scatter_forward()
        terms = np.abs(self._rows.data[:entries]) * every.array[self._rows.indices[:entries]]
        return np.asarray(np.add.reduceat(terms, start[:-1])) if entries else np.zeros(0)

    def destroy(self) -> None:
        """Free what PETSc holds. Collective."""
        self.matrix.destroy()


def _sorted(start: NDArray[Any], columns: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort the columns of each row in place; entries that moved: where to, where from."""
    rows = np.repeat(np.arange(len(start) - 1), np.diff(start))
    ordered = np.diff(columns) > 0
    ordered[start[1:-1] - 1] = True  # from the end of a row to the beginning of the next
    unsorted = np.zeros(len(start) - 1, dtype=bool)
    unsorted[rows[:-1][~ordered]] = True
    target = np.flatnonzero(unsorted[rows])
    source = target[np.lexsort((columns[target], rows[target]))]
    columns[target] = columns[source]
    return target, source
