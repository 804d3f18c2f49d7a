"""Observed order of every term in a plane: manufactured solutions on right triangles and unstructured meshes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.builders import End, plane_grid, plane_model, region
from tests.mms.manufactured import errors_on, overall
from tests.mms.settings import Expected, Setting, each

Z = np.array([1.0, 2.0, -1.0, 0.0])


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


def orders(
    setting: Setting, expected: Expected, regions: list[Any], ends: dict[str, End], **options: Any
) -> np.ndarray:
    """Observed order of each component, (N + 1,)."""
    meshes = [setting.family(n) for n in expected.cells]
    charged = list(options.get("interface_charge", {}))
    m = plane_model(Z, regions, ends, meshes[-1], axisymmetric=setting.axisymmetric, **options)
    grids = [plane_grid(mesh, list(ends), charged) for mesh in meshes]
    return overall(errors_on(m, even if setting.axis else smooth, expected.scheme, grids), expected.cells)


QUICK = {"edge_averaged": "scattered", "galerkin2": "gmsh, axis"}
HELD = End([0.0] * 4)
"""Everything is fixed, to the exact solution at each node."""


def profile(x: Any, y: Any) -> Any:
    """A fixed charge of position."""
    return 1.0 - 2.0 * y**2 + 0.5 * x


@each(QUICK)
def test_every_term_with_jumps(expected: Expected, setting: Setting) -> None:
    """Transport, displacement, charge, fixed charge as number and expression, jumps of D, ε and β."""
    regions = [
        region("a", 0.0, 4, permittivity=0.7, diffusivity=[1.0, 0.3, 2.0, 0.5], fixed_charge=-0.8),
        region(
            "b", 0.0, 4, permittivity=0.1, diffusivity=0.2, log_partition=[-1.0, 0.5, -2.0, -0.3], fixed_charge=profile
        ),
    ]
    observed = orders(setting, expected, regions, dict.fromkeys(setting.sides, HELD))
    assert (observed >= expected.order).all(), observed


@each(QUICK)
def test_loads_and_absence(expected: Expected, setting: Setting) -> None:
    """Given flux and surface charge on a boundary, surface charge on the interface, two species absent from "b"."""
    regions = [
        region("a", 0.0, 4, permittivity=0.7, diffusivity=[1.0, 0.3, 2.0, 0.5]),
        region("b", 0.0, 4, permittivity=0.1, present=[True, False, False, True]),
    ]
    loaded = End([np.nan] * 4, None, surface_charge=0.8, flux=[0.5, -0.3, 0.2, 1.0])
    ends = {s: loaded if s == "outer" else HELD for s in setting.sides}
    observed = orders(setting, expected, regions, ends, interface_charge={"middle": -0.6})
    assert (observed >= expected.order).all(), observed
