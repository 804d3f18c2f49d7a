"""What a user sees of a linear solver that fails or is set up wrong: a sentence, an exit code, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pnp.cli import main
from pnp.commands.errors import NOT_CONVERGED, WRONG

CASE = Path(__file__).parents[2] / "cases" / "no_gradient.toml"

linear = pytest.importorskip("pnp.linear", exc_type=ImportError)


@pytest.mark.parametrize("reason", ["a zero pivot", "its solution has a backward error of 1.0e-03"])
def test_a_failed_linear_solve_is_not_converged(
    reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the reason in the summary, whatever the state when it fails (the guess has been found)."""
    solve = linear.LinearSolver.solve

    def refused(self: Any, rhs: Any, *rest: Any, **options: Any) -> Any:
        if self.iterations > 2:
            raise linear.SingularMatrixError(f"the linear solver (test) failed: {reason}", reason)
        return solve(self, rhs, *rest, **options)

    monkeypatch.setattr(linear.LinearSolver, "solve", refused)
    words = ["run", str(CASE), "-o", str(tmp_path / "r"), "--no-plots", "--set", "solver.ramp=false"]
    assert main(words) == NOT_CONVERGED
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err
    summary = json.loads((tmp_path / "r" / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "not converged"
    assert reason in summary["message"]


@pytest.mark.parametrize("option", ["-ksp_type", "-pc_type", "-pc_factor_mat_solver_type"])
def test_an_option_that_petsc_does_not_know_is_wrong_usage(option: str, tmp_path: Path) -> None:
    """In a process of its own: PETSc's options are the process's."""
    command = [sys.executable, "-m", "pnp", "run", str(CASE), "-o", str(tmp_path / "r"), option, "nonsense"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60.0, check=False)
    assert done.returncode == WRONG
    assert "nonsense" in done.stderr
    assert "PETSc" in done.stderr
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr
    assert not (tmp_path / "r").exists()
