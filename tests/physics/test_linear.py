"""The linear solver: every solve is checked, failures have reasons, the user's options reach it and leave again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from petsc4py import PETSc

from pnp.case import Case
from pnp.discretisation import Discretisation
from pnp.grading import MeshOptions, grade
from pnp.linear import LinearSolver, SingularMatrixError
from pnp.nondimensional import model_from_case
from pnp.petsc_options import PetscOptionError, user_options
from pnp.scheme import Scheme
from pnp.study import run
from tests.physics.systems import film

COARSE: Case = film(["K", "Cl"], [0.1, 0.1], [0.01, 0.01], mesh={"refinement": 0.1})


@pytest.fixture
def disc() -> Iterator[Discretisation]:
    model = model_from_case(COARSE)
    made = Discretisation(grade([model], MeshOptions(refinement=0.05)), len(model.species), Scheme(), MPI.COMM_SELF)
    made.load(model)
    made.set_state(np.zeros((made.owned, made.species + 1)))
    made.assemble_jacobian()
    made.matrix.zeroRows(np.arange(made.unknowns, dtype=PETSc.IntType), diag=1.0)
    yield made
    made.destroy()


def put(matrix: PETSc.Mat, entries: dict[tuple[int, int], float]) -> PETSc.Mat:
    """The matrix with some entries set."""
    for (row, column), value in entries.items():
        matrix.setValue(row, column, value)
    matrix.assemble()
    return matrix


def test_a_zero_pivot_is_left_to_mumps(disc: Discretisation) -> None:
    """[[0, 1], [1, 0]] has no LU without pivoting; the solution is right and describe() says who found it."""
    linear = LinearSolver(disc)
    assert linear.describe() == "preonly + lu (petsc)"
    linear.set_operator(put(disc.matrix, {(0, 0): 0.0, (1, 1): 0.0, (0, 1): 1.0, (1, 0): 1.0}))
    b = np.arange(1.0, disc.unknowns + 1)
    assert linear.solve(b) == pytest.approx([2.0, 1.0, *b[2:]])
    assert linear.describe() == "preonly + lu (mumps, since PETSc's own failed: a zero pivot)"
    linear.destroy()


def test_a_pivot_that_ruins_the_solution_is_left_to_mumps(disc: Discretisation) -> None:
    linear = LinearSolver(disc)
    # The row is scaled by its diagonal: the pivot that remains after elimination is all rounding.
    linear.set_operator(put(disc.matrix, {(0, 0): 1e-14, (0, 1): 1e4, (1, 0): 1.0, (1, 1): 1.0}))
    b = np.ones(disc.unknowns)
    x = linear.solve(b)
    r = disc.vector(b)
    disc.matrix.multAdd(disc.vector(-x), r, r)
    assert np.abs(r.array_r).max() < 1e-12 * disc.matrix.norm(PETSc.NormType.NORM_INFINITY)
    linear.destroy()


def solution(linear: LinearSolver, matrix: PETSc.Mat) -> np.ndarray:
    """Of right-hand side 1."""
    linear.set_operator(matrix)
    return linear.solve(np.ones(matrix.getLocalSize()[0]))


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_singular_matrix_is_refused_with_a_reason(disc: Discretisation, value: float) -> None:
    linear = LinearSolver(disc)
    matrix = put(disc.matrix, {(4, 4): value})
    with pytest.raises(SingularMatrixError, match=r"linear solver \(.*\) failed: (a zero pivot|.*not finite)"):
        solution(linear, matrix)
    linear.destroy()


@pytest.mark.parametrize("package", ["petsc", "mumps"])
def test_a_solver_that_failed_once_works_again(disc: Discretisation, package: str) -> None:
    with user_options(["-pc_factor_mat_solver_type", package]):
        linear = LinearSolver(disc)
        for _ in range(2):
            singular = put(disc.matrix, {(4, 4): 0.0})
            with pytest.raises(SingularMatrixError, match="failed: a zero pivot"):
                linear.set_operator(singular)
            with pytest.raises(SingularMatrixError, match="failed"):
                linear.solve(np.ones(disc.unknowns))
            assert solution(linear, put(disc.matrix, {(4, 4): 1.0})) == pytest.approx(np.ones(disc.unknowns))
    linear.destroy()


class Inaccurate:
    """A KSP whose solutions are wrong by a factor."""

    def __init__(self, ksp: PETSc.KSP, factor: float) -> None:
        self._ksp, self._factor = ksp, factor

    def solve(self, b: PETSc.Vec, x: PETSc.Vec) -> None:
        self._ksp.solve(b, x)
        x.scale(self._factor)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ksp, name)


def test_an_inaccurate_solution_is_refined_once_and_a_wrong_one_refused(disc: Discretisation) -> None:
    with user_options(["-pc_factor_mat_solver_type", "petsc"]):
        linear = LinearSolver(disc)
    linear.set_operator(disc.matrix)
    exact, ksp = np.arange(1.0, disc.unknowns + 1), linear.ksp
    assert linear.solve(exact) == pytest.approx(exact, rel=1e-15)
    assert linear.iterations == 1
    linear.ksp = Inaccurate(ksp, 1 + 1e-7)
    assert linear.solve(exact) == pytest.approx(exact, rel=1e-13)
    assert linear.iterations == 3
    linear.ksp = Inaccurate(ksp, 0.9)
    with pytest.raises(SingularMatrixError, match="backward error of 5"):
        linear.solve(exact)
    linear.ksp = ksp
    linear.destroy()


@pytest.mark.parametrize("pc", ["ilu", "sor"])
def test_options_reach_the_solver_and_the_next_run_is_clean(pc: str) -> None:
    """ILU(0) is exact on a line; with SOR more iterations are needed than there are solves."""
    before = PETSc.Options().getAll()
    words = ["-ksp_type", "gmres", "-pc_type", pc, "-ksp_gmres_restart", "300"]
    with user_options(words) as options:
        iterative = run(COARSE)
    assert iterative.converged, iterative.message
    assert iterative.solver["linear_solver"] == f"gmres + {pc}"
    assert options.unused() == []
    assert PETSc.Options().getAll() == before
    direct = run(COARSE)
    assert direct.solver["linear_solver"] == "preonly + lu (petsc)"
    assert direct.solver["linear_iterations"] == 2 * direct.solver["newton_iterations"]
    assert iterative.solver["linear_iterations"] > (0 if pc == "ilu" else 10 * direct.solver["linear_iterations"])
    assert direct["liquid_junction_potential"] == pytest.approx(iterative["liquid_junction_potential"], rel=1e-9)


def test_a_preconditioner_alone_gets_a_krylov_method(disc: Discretisation) -> None:
    with user_options(["-pc_type", "jacobi"]):
        linear = LinearSolver(disc)
    assert linear.describe() == "fgmres + jacobi"
    assert linear.ksp.getTolerances()[0] == 1e-10
    linear.destroy()
    with user_options(["-pc_type", "jacobi", "-ksp_type", "preonly"]):
        linear = LinearSolver(disc)
    assert linear.describe() == "preonly + jacobi"
    linear.destroy()


def test_user_options_are_taken_away_and_earlier_ones_come_back() -> None:
    database = PETSc.Options()
    database.setValue("pnp_test_kept", "two words")
    before = database.getAll()
    seen = []

    def fail_inside() -> None:
        seen.extend([database.getString("pnp_test_kept"), database.getString("pnp_test_text")])
        raise RuntimeError("inside")

    told = []

    def options_then_failure() -> None:
        with user_options(["-pnp_test_kept", "new", "-pnp_test_text", "a b -c", "-pnp_test_flag"]) as options:
            told.append(options)
            fail_inside()

    with pytest.raises(RuntimeError, match="inside"):
        options_then_failure()
    assert seen == ["new", "a b -c"]
    assert told[0].unused() == ["-pnp_test_flag"]
    assert database.getAll() == before
    assert database.getString("pnp_test_kept") == "two words"
    database.delValue("pnp_test_kept")


@pytest.mark.parametrize(
    "words",
    [["-ksp_type", "nonsense"], ["-pc_type", "nonsense"], ["-pc_factor_mat_solver_type", "nonsense"], ["ksp_type"]],
    ids=" ".join,
)
def test_options_that_petsc_refuses_are_the_users(words: list[str]) -> None:
    with pytest.raises(PetscOptionError, match=r"nonsense|ksp_type"), user_options(words):
        run(COARSE)
