"""Why PETSc failed, in words."""

from __future__ import annotations

import re

from petsc4py import PETSc

PC_REASON = {
    1: "the matrix is structurally singular",
    2: "a zero pivot",
    3: "out of memory",
    4: "the factorisation failed",
}
KSP_REASON = {
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
ERROR = {55: "out of memory", 71: "a zero pivot", 72: "numbers that are not finite"}
# Not supported, wrong argument, out of range, unknown type, no such package for this matrix.
ERRORS_OF_OPTIONS = {56, 62, 63, 86, 92}


def said(error: PETSc.Error) -> str:
    """The last thing PETSc said of an error, without its place."""
    lines = [re.sub(r"^\[\d+\]\s*", "", line).strip() for line in str(error).splitlines()]
    return next((line for line in reversed(lines) if line), f"error {error.ierr}")
