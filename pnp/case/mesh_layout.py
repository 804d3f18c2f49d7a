"""The layout that a mesh gives of a case, for the checks that take one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pnp.case.layout import Array, Layout, pairs_of
from pnp.expressions import Expression
from pnp.plane.mesh import PlaneMesh

if TYPE_CHECKING:
    from pnp.case.case import Case

_A: Final = (6.0 - np.sqrt(15.0)) / 21.0
_B: Final = (6.0 + np.sqrt(15.0)) / 21.0
_WEIGHTS: Final[Array] = np.array([9 / 40] + [(155 - np.sqrt(15)) / 1200] * 3 + [(155 + np.sqrt(15)) / 1200] * 3)
"""Of the rule of degree 5 on a triangle (Radon 1948, doi:10.1007/BF01293606), over its area."""
_NODES: Final[Array] = np.array(
    [[1 / 3, 1 / 3, 1 / 3], *(np.roll([1 - 2 * v, v, v], k) for v in (_A, _B) for k in range(3))]
)
"""Barycentric coordinates of its nodes, (7, 3)."""


def layout_of_mesh(case: Case, mesh: PlaneMesh) -> Layout:
    """What a mesh tells of a case; its region names are those of the case."""
    axisymmetric, names = case.coordinates == "axisymmetric", mesh.region_names
    areas = dict(zip(mesh.facet_names, map(float, mesh.group_measures(axisymmetric)), strict=True))
    touched = dict(zip(mesh.facet_names, mesh.group_regions, strict=True))
    return Layout(
        boundary_regions={b: tuple(names[k] for k in touched[b]) for b in case.boundaries if b in touched},
        neighbours=pairs_of((names[a], names[b]) for a, b in mesh.neighbours),
        volumes=dict(zip(names, map(float, mesh.region_volumes(axisymmetric)), strict=True)),
        areas=areas,
        fixed_charges={r: _charge(case, r, mesh) for r in names if r in case.regions},
    )


def _charge(case: Case, region: str, mesh: PlaneMesh) -> float:
    """Integral of the fixed charge over a region in mol of elementary charges."""
    own, given = mesh.region == mesh.region_names.index(region), case.regions[region].fixed_charge
    axisymmetric = case.coordinates == "axisymmetric"
    if not isinstance(given, Expression):
        return given * float(mesh.cell_volumes(axisymmetric)[own].sum())
    x, y = np.moveaxis(_NODES @ mesh.points[mesh.triangles[own]], 2, 0)
    turn = 2.0 * np.pi * x if axisymmetric else 1.0
    first, second = case.variables
    return float(np.sum(given(**{first: x, second: y}) * turn * _WEIGHTS * mesh.cell_areas[own][:, None]))
