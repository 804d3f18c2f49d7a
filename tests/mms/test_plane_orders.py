"""Observed order of every term in a plane: manufactured solutions on right triangles and unstructured meshes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from pnp.plane.mesh import PlaneMesh
from pnp.scheme import Scheme
from tests.builders import End, plane_grid, plane_model, region
from tests.mms import planes
from tests.mms.manufactured import Exact, errors_on

Z = np.array([1.0, 2.0, -1.0, 0.0])
SCHEMES = [
    pytest.param(Scheme(), 1.9, (16, 32, 64), id="edge_averaged"),
    pytest.param(Scheme("galerkin", 1), 1.9, (16, 32, 64), id="galerkin1"),
    pytest.param(Scheme("galerkin", 2), 2.9, (8, 16, 32), id="galerkin2"),
]


@dataclass(frozen=True)
class Setting:
    """Coordinates and a family of meshes."""

    family: planes.Family
    axisymmetric: bool = False
    axis: bool = False

    @property
    def sides(self) -> tuple[str, ...]:
        """Named boundaries; none on an axis."""
        return tuple(s for s in planes.SIDES if not (self.axis and s == "inner"))

    @property
    def fields(self) -> Exact:
        return even if self.axis else smooth


SETTINGS = [
    pytest.param(Setting(planes.tensor()), id="tensor"),
    pytest.param(Setting(planes.scattered()), id="scattered"),
    pytest.param(Setting(planes.gmsh()), id="gmsh"),
    pytest.param(Setting(planes.tensor(), True, True), id="tensor, axis"),
    pytest.param(Setting(planes.scattered(), True, True), id="scattered, axis"),
    pytest.param(Setting(planes.gmsh(on_axis=True), True, True), id="gmsh, axis"),
    pytest.param(Setting(planes.scattered(0.5), True), id="scattered, ring"),
]


def smooth(mod: Any, x: Any, y: Any) -> list[Any]:
    """Fields of order one with gradients everywhere; four species, one neutral."""
    phi = mod.sin(1.3 * x + 0.4) + 0.5 * x * y - 0.4 * mod.cos(1.7 * y)
    return [
        0.5 * mod.cos(1.5 * x - y),
        -0.5 + 0.3 * mod.sin(2.0 * x + y),
        0.4 * x * (2.0 - x) + 0.3 * mod.sin(2.0 * y),
        0.4 * mod.sin(x - 2.0 * y + 1.0),
        phi,
    ]


def even(mod: Any, r: Any, z: Any) -> list[Any]:
    """The same, smooth through the axis: functions of r²."""
    return smooth(mod, r**2, z)


def orders(setting: Setting, regions: list[Any], ends: dict[str, End], scheme: Scheme, cells: tuple[int, ...], exact: Exact, **options: Any) -> np.ndarray:
    """Order of each component between the coarsest and the finest mesh, (N + 1,)."""
    meshes = [setting.family(n) for n in cells]
    interfaces = list(options.get("interface_charge", {}))
    m = plane_model(Z, regions, ends, meshes[-1], axisymmetric=setting.axisymmetric, **options)
    found = errors_on(m, exact, scheme, [plane_grid(mesh, list(ends), interfaces) for mesh in meshes])
    print(found, np.log2(found[:-1]/found[1:]))
    return np.log(found[0] / found[-1]) / np.log(cells[-1] / cells[0])


HELD = End([0.0] * 4)
"""Everything is fixed, to the exact solution at each node."""


def profile(x: Any, y: Any) -> Any:
    """A fixed charge of position."""
    return 1.0 - 2.0 * y**2 + 0.5 * x


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(("scheme", "order", "cells"), SCHEMES)
def test_every_term_with_jumps(scheme: Scheme, order: float, cells: tuple[int, ...], setting: Setting) -> None:
    """Transport, displacement, charge, fixed charge as number and expression, jumps of D, ε and β."""
    regions = [
        region("a", 0.0, 4, permittivity=0.7, diffusivity=[1.0, 0.3, 2.0, 0.5], fixed_charge=-0.8),
        region("b", 0.0, 4, permittivity=0.1, diffusivity=0.2, log_partition=[-1.0, 0.5, -2.0, -0.3], fixed_charge=profile),
    ]
    observed = orders(setting, regions, dict.fromkeys(setting.sides, HELD), scheme, cells, setting.fields)
    assert (observed >= order).all(), observed


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(("scheme", "order", "cells"), SCHEMES)
def test_loads_and_absence(scheme: Scheme, order: float, cells: tuple[int, ...], setting: Setting) -> None:
    """Given flux and surface charge on a boundary, surface charge on the interface, two species absent from "b"."""
    regions = [
        region("a", 0.0, 4, permittivity=0.7, diffusivity=[1.0, 0.3, 2.0, 0.5]),
        region("b", 0.0, 4, permittivity=0.1, present=[True, False, False, True]),
    ]
    loaded = End([np.nan] * 4, None, surface_charge=0.8, flux=[0.5, -0.3, 0.2, 1.0])
    ends = {s: loaded if s == "outer" else HELD for s in setting.sides}
    observed = orders(setting, regions, ends, scheme, cells, setting.fields, interface_charge={"middle": -0.6})
    assert (observed >= order).all(), observed
