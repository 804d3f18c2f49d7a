"""PETSc's options are told from ours, and from misspellings of ours."""

from __future__ import annotations

import pytest

from pnp.commands.errors import UsageError
from pnp.commands.petsc_options import split_petsc_options

OWN = ["--help", "--output", "--set", "--overwrite", "--no-plots"]


@pytest.mark.parametrize(
    ("words", "ours", "petsc"),
    [
        ("run c.toml", "run c.toml", ""),
        ("run c.toml -ksp_monitor", "run c.toml", "-ksp_monitor"),
        ("run -ksp_monitor c.toml", "run c.toml", "-ksp_monitor"),
        (
            "run c.toml -mat_mumps_icntl_14 40 --overwrite",
            "run c.toml --overwrite",
            "-mat_mumps_icntl_14 40",
        ),
        ("run c.toml -ksp_rtol -1 -log_view", "run c.toml", "-ksp_rtol -1 -log_view"),
        ("run c.toml -log_view -o out", "run c.toml -o out", "-log_view"),
        ("run -o -strange_name c.toml", "run -o -strange_name c.toml", ""),
        ("run c.toml --set a=-1 -info", "run c.toml --set a=-1", "-info"),
        ("run -help", "run --help", ""),
        ("run c.toml -pc_type lu", "run c.toml", "-pc_type lu"),
    ],
)
def test_split(words: str, ours: str, petsc: str) -> None:
    assert split_petsc_options(words.split(), OWN) == (ours.split(), petsc.split())


@pytest.mark.parametrize("word", ["-overwrite", "-overwite", "-no_plots", "-output", "-out", "-x1", "-kspmonitor"])
def test_what_is_nobodys_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match=word):
        split_petsc_options(["run", "c.toml", word], OWN)
