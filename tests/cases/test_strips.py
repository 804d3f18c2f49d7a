"""Every case of one dimension as a strip of triangles: the same numbers, but for rounding."""

from __future__ import annotations

from pathlib import Path

import pytest

from pnp.case import Case, CaseError
from pnp.result import Result
from pnp.study import run
from tests.physics.systems import missed_balances
from tests.scales import scale_of

CASES = Path(__file__).parents[2] / "cases"
STACKS = [p for p in sorted(CASES.glob("*.toml")) if Case.load(p).is_stack]
ROUND = [p for p in STACKS if Case.load(p).coordinates == "spherical"]
FLAT = [p for p in STACKS if p not in ROUND]
QUICK = {"potassium_nernst", "junction_hcl_kcl", "donnan_membrane", "gouy_chapman", "charged_cylinder"}
COARSE = "mesh.refinement=0.3"


def strip(path: Path, *overrides: str) -> Result:
    """The case on a strip a fifth as high as the stack is thick."""
    thickness = sum(r.thickness for r in Case.load(path).regions.values())
    return converged(Case.load(path, [*overrides, f'height="{thickness / 5!r} m"']))


def converged(case: Case) -> Result:
    result = run(case)
    assert result.converged, result.message
    assert missed_balances(result) == []
    return result


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(p, id=p.stem, marks=[] if p.stem in QUICK else [pytest.mark.slow])
        for p in FLAT
        if Case.load(p).solver.flux == "edge_averaged"
    ],
)
def test_strip_has_the_numbers_of_its_stack(path: Path) -> None:
    """On rows of right triangles the edge-averaged flux along the stack is that of the intervals, term by term."""
    line, plane = converged(Case.load(path, [COARSE])), strip(path, COARSE)
    ours = {name: {"value": q.value, "unit": q.unit} for name, q in line.quantities.items()}
    assert ours.keys() == plane.quantities.keys()
    off = {
        name: (q.value, plane[name])
        for name, q in line.quantities.items()
        if abs(plane[name] - q.value) > 1e-10 * scale_of(name, line.case, ours)
    }
    assert off == {}


def test_strip_of_quadratic_elements_has_the_numbers_of_its_stack_within_the_mesh_error() -> None:
    """Test functions of a triangle are no products, so that the two are different elements: 1e-6 is the mesh error."""
    path = CASES / "membrane_capacitor.toml"
    line, plane = converged(Case.load(path)), strip(path)
    assert line.case.solver.flux == "galerkin"
    for name in ("capacitance.membrane", "face_charge.membrane", "potential_difference.slab"):
        assert plane[name] == pytest.approx(line[name], rel=2e-6), name


@pytest.mark.parametrize("path", ROUND, ids=lambda p: p.stem)
def test_no_strip_has_spherical_faces(path: Path) -> None:
    with pytest.raises(CaseError, match=r'height = "1 nm": no strip has spherical faces; allowed: .*"axisymmetric"'):
        Case.load(path, ['height="1 nm"'])
