"""Sizes that the numbers of a case are compared on: of sums that cancel, the size of what cancels in them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pnp.case import Case
from pnp.case.plane import plane_geometry
from pnp.constants import F

THERMAL = 0.025
"""V."""


def exchange_flux(case: Case) -> float:
    """Size of the fluxes that cancel in equilibrium: the largest over species of the smallest D β c / L, mol/m²/s.

    c is that of the reservoirs, or what a closed species began with; per area of the outer face. L is a region's
    thickness, in a plane its narrowest width.
    """
    widths = {r: q.thickness for r, q in case.regions.items()} if case.is_stack else plane_geometry(case).widths
    sizes = []
    for s in case.species:
        own = [q.species[s].initial_concentration or 0.0 for q in case.regions.values() if s in q.species]
        c = max([largest_held(case, s), *own])
        through = [
            case.diffusivity(r, s) * np.exp(case.log_partition(r, s)) * c / widths[r]
            for r in case.regions
            if case.present(r, s)
        ]
        sizes.append(min(through))
    return float(max(sizes))


def largest_held(case: Case, species: str) -> float:
    """Largest concentration of a species in any reservoir, mol/m³."""
    return float(max(case.reservoir_concentrations(b).get(species, 0.0) for b in case.boundaries))


def outer_area(case: Case) -> float:
    """What totals are of, over what fluxes are of: an area, or a length of depth."""
    if case.is_stack:
        return float(case.geometry.outer_area)
    (x0, x1), (y0, y1) = plane_geometry(case).extent
    return float(2.0 * np.pi * x1**2 if case.coordinates == "axisymmetric" else max(x1 - x0, y1 - y0))


def scale_of(name: str, case: Case, quantities: dict[str, Any]) -> float:
    """Scale of a quantity: the largest of its unit, and where such sums cancel the size of what cancels in them."""
    unit = quantities[name]["unit"]
    largest = max(abs(q["value"]) for q in quantities.values() if q["unit"] == unit)
    kind = name.split(".", maxsplit=1)[0]
    if kind in ("flux", "molar_flow", "current_density", "current"):
        total = outer_area(case) if kind in ("current", "molar_flow") else 1.0
        return float(max(largest, exchange_flux(case) * total * (F if unit.startswith("A") else 1.0)))
    if kind in ("space_charge", "charge_density"):
        ions = "amount." if kind == "space_charge" else "max_concentration"
        return float(F * max(q["value"] for n, q in quantities.items() if n.startswith(ions)))
    if unit == "V/m":
        lengths = [q["value"] for n, q in quantities.items() if n.startswith("debye_length.")]
        return float(max([largest, *(THERMAL / debye for debye in lengths)]))
    return float({"1": 1.0, "V": max(largest, THERMAL)}.get(unit, largest))
