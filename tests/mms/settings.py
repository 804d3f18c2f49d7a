"""Coordinates, meshes and schemes that the tests in a plane go through: all of them, or a quick few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pnp.scheme import Scheme
from tests.mms import planes


@dataclass(frozen=True)
class Setting:
    """Coordinates and a family of meshes.

    Attributes:
        family: The meshes.
        axisymmetric: Whether the plane is (r, z).
        axis: Whether it holds r = 0.
    """

    family: planes.Family
    axisymmetric: bool = False
    axis: bool = False

    @property
    def sides(self) -> tuple[str, ...]:
        """Named boundaries; none on an axis."""
        return tuple(s for s in planes.SIDES if not (self.axis and s == "inner"))


@dataclass(frozen=True)
class Expected:
    """A scheme, the order it has and the meshes to see it on."""

    scheme: Scheme
    order: float
    cells: tuple[int, ...]


SETTINGS = {
    "tensor": Setting(planes.tensor()),
    "scattered": Setting(planes.scattered()),
    "gmsh": Setting(planes.gmsh()),
    "tensor, axis": Setting(planes.tensor(), True, True),
    "scattered, axis": Setting(planes.scattered(), True, True),
    "gmsh, axis": Setting(planes.gmsh(on_axis=True), True, True),
    "scattered, ring": Setting(planes.scattered(0.5), True),
}
SCHEMES = {
    "edge_averaged": Expected(Scheme(), 1.9, (16, 24, 32, 48)),
    "galerkin1": Expected(Scheme("galerkin", 1), 1.9, (16, 24, 32, 48)),
    "galerkin2": Expected(Scheme("galerkin", 2), 2.9, (12, 16, 24, 32, 48)),
}


def each(quick: Mapping[str, str], settings: Iterable[str] = SETTINGS, schemes: Iterable[str] = SCHEMES) -> Any:
    """A test for each scheme in each setting; slow but where a setting starts with what ``quick`` has for a scheme."""
    every = [(scheme, setting) for scheme in schemes for setting in settings]
    return pytest.mark.parametrize(
        ("expected", "setting"),
        [
            pytest.param(
                SCHEMES[scheme],
                SETTINGS[setting],
                id=f"{scheme}, {setting}",
                marks=[] if setting.startswith(quick.get(scheme, "none")) else [pytest.mark.slow],
            )
            for scheme, setting in every
        ],
    )
