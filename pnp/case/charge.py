"""Fixed charge of a region: its integral, and the check of an expression across the region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.region import LARGEST_FIXED_CHARGE
from pnp.expressions import Expression

if TYPE_CHECKING:
    from pnp.case.case import Case

_SAMPLES: Final = 401


def fixed_charges(case: Case) -> Iterator[Problem]:
    """A fixed charge given by an expression is finite and not absurd across its region."""
    for r, region in case.regions.items():
        if not isinstance(region.fixed_charge, Expression):
            continue
        left = case.left_faces()[r]
        xi = np.linspace(0.0, 1.0, _SAMPLES, dtype=np.float64)
        values = region.fixed_charge(left + xi * region.thickness, xi)
        path: Path = ("regions", r, "fixed_charge")
        uses: tuple[Path, ...] = tuple(("regions", q, "thickness") for q in case.regions)
        bad = ~np.isfinite(values)
        if bad.any():
            at = left + float(xi[np.argmax(bad)]) * region.thickness
            yield Problem(
                path,
                f"is not a finite number at x = {at:g} m",
                f"x runs from {left:g} m to {left + region.thickness:g} m here",
                "use a function that is defined in the whole region",
                uses=uses,
            )
        elif np.abs(values).max() > LARGEST_FIXED_CHARGE:
            largest = float(values[np.argmax(np.abs(values))])
            yield Problem(
                path,
                f"reaches {largest / 1e3:g} mol/L, too large to be meant",
                "allowed: -100 mol/L to 100 mol/L",
                "check its units; x counts from the left end of the stack, or is the radius",
                uses=uses,
            )


def volume_per_area(case: Case, region: str) -> float:
    """Volume of a region per area of the outer face in m: its thickness in a slab."""
    left = case.left_faces()[region]
    return float(case.geometry.volume(left, left + case.regions[region].thickness))


def surface_charges_per_area(case: Case) -> list[float]:
    """Charge of each interface and wall in C per m² of the outer face."""
    area, faces, names = case.geometry.area, case.left_faces(), list(case.regions)
    ends = {"left": case.geometry.inner, "right": case.geometry.outer}
    charges = [b.surface_charge * float(area(ends[s])) for s, b in case.boundaries.items() if b.surface_charge]
    for interface in case.interfaces.values():
        right = max(interface.between, key=names.index)
        charges.append(interface.surface_charge * float(area(faces[right])))
    return charges


def fixed_charge_per_area(case: Case, region: str) -> float:
    """Integral of the fixed charge over a region in mol of elementary charges per m² of the outer face."""
    given = case.regions[region].fixed_charge
    thickness = case.regions[region].thickness
    if not isinstance(given, Expression):
        return given * volume_per_area(case, region)
    nodes, weights = np.polynomial.legendre.leggauss(5)
    edges = np.linspace(0.0, 1.0, 201)
    xi = (edges[:-1, None] + (nodes + 1.0) / 2.0 * np.diff(edges)[:, None]).ravel()
    x = case.left_faces()[region] + xi * thickness
    values = given(x, xi) * case.geometry.area(x)
    return float(np.sum(values.reshape(-1, 5) * weights) / 2.0 / 200.0 * thickness)
