"""The check of a fixed charge that is an expression: finite and not absurd in its region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from pnp.case.checks_shapes import shape_uses
from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.layout import Layout
from pnp.case.painting import Array
from pnp.case.region import LARGEST_FIXED_CHARGE
from pnp.expressions import Expression
from pnp.units import length_text

if TYPE_CHECKING:
    from pnp.case.case import Case

_SAMPLES: Final = 401
_SAMPLES_ACROSS: Final = 41
"""Samples along each side of a shape's bounding box."""


def fixed_charges(case: Case, layout: Layout) -> Iterator[Problem]:
    """A fixed charge given by an expression is finite and not absurd across its region."""
    for r, region in case.regions.items():
        if not isinstance(region.fixed_charge, Expression):
            continue
        samples = _samples(case, r)
        if samples is None:
            continue
        values = region.fixed_charge(**samples)
        path: Path = ("regions", r, "fixed_charge")
        uses = (*shape_uses(case), *((("regions", q, "thickness") for q in case.regions) if case.is_stack else ()))
        bad = ~np.isfinite(values)
        names = [v for v in case.variables if v != "xi"]
        if bad.any():
            at = int(np.argmax(bad))
            where = ", ".join(f"{v} = {length_text(samples[v][at])}" for v in names)
            ends = {v: (length_text(samples[v].min()), length_text(samples[v].max())) for v in names}
            ranges = ", ".join(f"{v} runs from {low} to {high}" for v, (low, high) in ends.items())
            yield Problem(
                path,
                f"is not a finite number at {where}",
                f"{ranges} here",
                "use a function that is defined in the whole region",
                uses=uses,
            )
        elif values.size and np.abs(values).max() > LARGEST_FIXED_CHARGE:
            largest = float(values[np.argmax(np.abs(values))])
            counts = (
                "x counts from the left end of the stack, or is the radius" if case.is_stack else "lengths are in m"
            )
            yield Problem(
                path,
                f"reaches {largest / 1e3:g} mol/L, too large to be meant",
                "allowed: -100 mol/L to 100 mol/L",
                f"check its units; {counts}",
                uses=uses,
            )


def _samples(case: Case, region: str) -> dict[str, Array] | None:
    """Positions in a region by variable, (n,) each; None where the mesh alone knows where it is."""
    if case.is_stack:
        left = case.left_faces()[region]
        xi = np.linspace(0.0, 1.0, _SAMPLES, dtype=np.float64)
        return {"x": left + xi * case.regions[region].thickness, "xi": xi}
    if case.painting is None:
        return None
    points = case.painting.samples_of(list(case.regions).index(region), _SAMPLES_ACROSS)
    return dict(zip(case.variables, points.T, strict=True))
