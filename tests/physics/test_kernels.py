"""Compiled kernels depend on the number of species and the scheme alone: a case with other numbers compiles nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "cases"


def run(case: str, cache: Path, folder: Path, *options: str) -> set[Path]:
    """Compiled kernels in ``cache`` after a run."""
    sets = [word for option in options for word in ("--set", option)]
    subprocess.run(
        [sys.executable, "-m", "pnp", "run", str(CASES / f"{case}.toml"), "-o", str(folder), "--no-plots", *sets],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
    )
    return set((cache / "fenics").rglob("*.so"))


@pytest.mark.timeout(300)
def test_other_numbers_compile_nothing(tmp_path: Path) -> None:
    """Another ion, temperature, geometry, charges as numbers and as expressions, at the same number of species."""
    cache = tmp_path / "cache"
    first = run("potassium_nernst", cache, tmp_path / "a")
    assert first
    second = run(
        "sodium_nernst",
        cache,
        tmp_path / "b",
        'temperature="280 K"',
        "species.Na.charge_number=1",
        'regions.membrane.thickness="7 nm"',
        'regions.cytosol.fixed_charge="-0.1 mol/L * exp(-x / (5 nm))"',
        "mesh.refinement=2",
    )
    assert second == first
    # three species in a single film
    third = run("junction_hcl_kcl", cache, tmp_path / "c")
    assert third == first
