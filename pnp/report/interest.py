"""Which quantities of a sweep are worth a column or a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pnp.result import SweepTable

if TYPE_CHECKING:
    from pnp.case import Case

# What a sweep is usually made for, the first ones first.
PREFERRED = (
    "membrane_potential",
    "liquid_junction_potential",
    "current_density",
    "surface_charge",
    "differential_capacitance",
    "potential_difference",
    "flux",
    "bulk_charge_fraction",
    "max_electric_field",
)


def interesting_quantities(table: SweepTable, case: Case, most: int) -> list[str]:
    """At most `most` quantities: those that vary, with a simplified model beside them first."""
    with_model = {name for _, name in table.simplified()}
    ranked = []
    for order, name in enumerate(table.quantity_units()):
        base, last = name.partition(".")[0], name.rpartition(".")[2]
        if base in ("flux", "current_density") and (last in case.boundaries or not carries_current(case)):
            continue
        if base not in PREFERRED and name not in with_model:
            continue
        values = table[name]
        values = values[np.isfinite(values)]
        if _repeats_key(table, name):
            continue
        spread = float(np.ptp(values)) if values.size else 0.0
        varies = spread > 1e-9 * float(np.abs(values).max(initial=0.0))
        rank = PREFERRED.index(base) if base in PREFERRED else len(PREFERRED)
        ranked.append((not varies, name not in with_model, rank, order, name))
    ranked.sort()
    chosen = [entry[-1] for entry in ranked if not entry[0]] or [entry[-1] for entry in ranked]
    return (chosen or list(table.quantity_units()))[:most]


def carries_current(case: Case) -> bool:
    """Whether a steady current can pass: not where an end blocks every species, whose flux is then noise."""
    return all(
        boundary.type == "reservoir" or any(not own.blocked for own in boundary.species.values())
        for boundary in case.boundaries.values()
    )


def _repeats_key(table: SweepTable, name: str) -> bool:
    """Whether a quantity is the swept value again, or its negative, so that showing it says nothing."""
    if table.quantity_units()[name] != table.unit or table.unit == "1":
        return False
    values, key = table[name], table.values()
    good = np.isfinite(values)
    return any(np.allclose(values[good], sign * key[good], rtol=1e-9, atol=0.0) for sign in (1.0, -1.0))
