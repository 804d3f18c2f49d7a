"""What to say where a blocking end asks more of point ions than any layer of them can be (no DOLFINx)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pnp.comparison.stack import Stack
from pnp.comparison.views import stacks_from_case

if TYPE_CHECKING:
    from pnp.case import Case

BEYOND: Final = 40.0
"""|zFΔφ/RT| above which a layer of point ions is no layer: e^40 = 2e17 times the bath at the wall, about 1 V."""


def beyond_point_ions(case: Case) -> str:
    """A sentence on the blocking electrode whose layer is beyond point ions, and what to do; "" where none is.

    Args:
        case: A validated case.
    """
    return next((text for stack in stacks_from_case(case) if (text := _beyond(stack))), "")


def _beyond(stack: Stack) -> str:
    largest = float(np.max(np.abs(stack.charge_number), initial=0.0))
    for end, other, layer in (
        (stack.left, stack.right, stack.layers[0]),
        (stack.right, stack.left, stack.layers[-1]),
    ):
        # What lies before the solution takes a share of the drop that is not known here.
        if end.type != "electrode" or not end.is_blocking or layer.is_dielectric:
            continue
        if end.potential is None or other.potential is None:
            continue
        share = _share(stack, other.type == "electrode" and other.is_blocking)
        drop = share * abs(end.potential - other.potential)
        reduced = largest * drop / stack.thermal_voltage
        if reduced > BEYOND:
            return (
                f"boundaries.{end.name}.potential lies {drop:.3g} V from the solution, |z F dphi/RT| = {reduced:.3g}: "
                f"above {BEYOND:g} a layer of point ions at an electrode that blocks them is beyond the model; lower "
                f"the potential to within {BEYOND * stack.thermal_voltage / largest / share:.2g} V of the other end's"
            )
    return ""


def _share(stack: Stack, both: bool) -> float:
    """Share of the voltage before one electrode: half of it between two."""
    return 0.5 if both else 1.0
