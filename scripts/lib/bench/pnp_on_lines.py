"""`pnp run` on given node lines: python3 pnp_on_lines.py AXES CASE …, the words after AXES being those of `pnp run`.

Lines are no key of case files: here they take the place of those that pnp would choose. All else is `pnp run`: every
second line, every fourth and so on make the coarser meshes of the nested iteration.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from plane_problems import read_axes

Array = NDArray[np.float64]


def lay_out(x: Array, y: Array) -> Callable[..., Any]:
    """What makes the meshes of points that can share them, in place of `pnp.parts.meshes_of`, on lines in m."""
    from pnp import parts
    from pnp.adaptation import coarsened
    from pnp.grading import Grid
    from pnp.plane_meshes import FIRST_NODES
    from pnp.tensor_meshes import TensorMeshes

    class GivenLines(TensorMeshes):
        """Tensor products of every 2ᵏ-th of given lines."""

        def first(self) -> Any:
            """The coarsest."""
            first = tuple(
                _grid(line / self.unit, own)
                for line, own in zip((x, y), self.blocks.scaled(self.unit).lines, strict=True)
            )
            self._levels = [first]
            while np.prod([len(line.nodes) for line in self._levels[-1]]) > FIRST_NODES:
                coarser = tuple(map(coarsened, self._levels[-1]))
                if None in coarser:
                    break
                self._levels.append(coarser)
            return self._level(len(self._levels) - 1)

        def finest(self) -> Any:
            """The mesh of all lines."""
            return self._level(0)

        def _level(self, k: int) -> Any:
            return self._grid(*self._levels[k], k)

        def refined(self, grid: Any, demand: Any) -> None:
            """None: the lines are given."""

        def finer(self, grid: Any) -> Any:
            """The next."""
            return self._level(grid.halvings - 1) if grid.halvings else None

        def coarser(self, grid: Any) -> Any:
            """The one before."""
            return replace(self._level(1), halvings=0) if len(self._levels) > 1 else None

    def _grid(nodes: Array, lines: Array) -> Grid:
        faces = np.array([int(np.argmin(np.abs(nodes - at))) for at in lines])
        nodes = nodes.copy()
        nodes[faces] = lines
        region = np.repeat(np.arange(len(lines) - 1, dtype=np.int32), np.diff(faces))
        return Grid(nodes, region, faces)

    def meshes_of(points: Any, comm: Any) -> GivenLines:
        case, own, models = points[0].case, points[0].parts, [p.model for p in points]
        return GivenLines(models, parts.mesh_options(case), False, comm, own.blocks)

    return meshes_of


def main() -> int:
    """Run pnp."""
    from pnp import session
    from pnp.cli import main as pnp

    session.meshes_of = lay_out(*read_axes(Path(sys.argv[1])))
    return pnp(["run", *sys.argv[2:]])


if __name__ == "__main__":
    sys.exit(main())
