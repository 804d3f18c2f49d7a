"""The table of simplified models, and the rows that stand beside a result.

A model is added with one pure function `Stack -> list[Prediction]`, empty where the model does not apply, and
one entry here.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from pnp.comparison import capacitor, charged, counter_ions, junction, limiting, membrane, pore, wall
from pnp.comparison.prediction import Prediction
from pnp.comparison.stack import Stack
from pnp.comparison.views import stacks_from_case
from pnp.result import SimplifiedRow

if TYPE_CHECKING:
    from pnp.case import Case
    from pnp.case.layout import Layout
    from pnp.result import Quantity

Sheet = Callable[[Stack], list[Prediction]]

SHEETS: tuple[Sheet, ...] = (
    membrane.nernst,
    membrane.goldman_hodgkin_katz,
    membrane.chord_conductance,
    membrane.ussing,
    capacitor.capacitor,
    junction.planck,
    junction.henderson,
    junction.goldman,
    junction.lewis_sargent,
    charged.donnan,
    charged.donnan_faces,
    charged.teorell_meyer_sievers,
    wall.gouy_chapman,
    wall.debye_hueckel,
    counter_ions.counter_ions,
    limiting.limiting_current,
    pore.ohmic_pore,
)
"""Every model, in the order in which its rows are shown."""


def simplified_models(
    case: Case, quantities: Mapping[str, Quantity] | None = None, layout: Layout | None = None
) -> tuple[SimplifiedRow, ...]:
    """What each simplified model that applies to the case predicts.

    Args:
        case: A validated case.
        quantities: The full result's numbers by name, if there is one. The deviation of a row is full minus
            simplified, and None where the full result does not have that quantity.
        layout: What a mesh tells of a plane; None for what is known without one.

    Returns:
        One row per model and quantity; empty where no model applies.
    """
    rows = []
    for stack, sheet in itertools.product(stacks_from_case(case, layout), SHEETS):
        try:
            # Far beyond what a closed form is for (20 V at an electrode) it overflows.
            with np.errstate(over="ignore", invalid="ignore"):
                predictions = sheet(stack)
        except (ValueError, ArithmeticError):
            # A closed form without a finite answer (an ion absent on one side, say) predicts nothing.
            continue
        lost = {p.model for p in predictions if not math.isfinite(p.value)}
        for p in predictions:
            if p.model in lost:
                continue
            full = None if quantities is None else quantities.get(p.quantity)
            deviation = None if full is None else full.value - p.value
            rows.append(SimplifiedRow(p.model, p.quantity, p.value, p.unit, deviation, p.reason))
    return tuple(rows)
