"""VTU files as meshio reads them: every number as it was written."""

from pathlib import Path

import meshio
import numpy as np
import pytest

from pnp.vtu import BLOCK, write_vtu


@pytest.mark.parametrize("count", [3, BLOCK // 8, BLOCK // 8 + 1, BLOCK])
def test_numbers_come_back(tmp_path: Path, count: int) -> None:
    """One block, full blocks, and one that is not full; with lines and without."""
    random = np.random.default_rng(count)
    points = random.standard_normal((count, 3))
    triangles, lines = random.integers(0, count, (2 * count, 3)), random.integers(0, count, (count // 2, 2))
    values, vectors = random.standard_normal(count), random.standard_normal((count, 3))
    values[0] = np.nan
    region = random.integers(0, 5, len(triangles)).astype(np.int32), np.full(len(lines), 7, dtype=np.int32)
    file = tmp_path / "fields.vtu"
    write_vtu(
        file,
        points,
        [("triangle", triangles), ("line", lines)],
        {"concentration.K [mol/m^3]": values, 'a "b" <c> & d': vectors},
        {"region": region},
    )
    found = meshio.read(file)
    assert np.array_equal(found.points, points)
    assert np.array_equal(found.cells_dict["triangle"], triangles)
    assert np.array_equal(found.cells_dict["line"], lines)
    assert np.array_equal(found.point_data["concentration.K [mol/m^3]"], values, equal_nan=True)
    assert np.array_equal(found.point_data['a "b" <c> & d'], vectors)
    for got, own in zip(found.cell_data["region"], region, strict=True):
        assert np.array_equal(got, own)


def test_no_cells_of_a_kind(tmp_path: Path) -> None:
    """A file of lines alone, as of a stack."""
    file = tmp_path / "mesh.vtu"
    write_vtu(file, np.zeros((2, 3)), [("line", np.array([[0, 1]]))], {}, {"region": [np.zeros(1, dtype=np.int32)]})
    assert [block.type for block in meshio.read(file).cells] == ["line"]
