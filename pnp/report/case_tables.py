"""A case as the rows of tables: what is solved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pnp.constants import thermal_voltage
from pnp.report.format import charge_number_text, number, quantity

if TYPE_CHECKING:
    from pnp.case import Boundary, Case, Region

Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]
_MODES = {
    "fixed_voltage": "at fixed voltage",
    "open_circuit": "at open circuit (no current)",
    "current": "at a prescribed current density",
}


def headline(case: Case) -> list[str]:
    """The title, then what is asked."""
    mode = _MODES.get(case.study.mode, case.study.mode.replace("_", " "))
    if case.study.mode == "fixed_voltage" and sum(b.potential is not None for b in case.boundaries.values()) < 2:
        mode = _without_voltage(case)
    if case.study.current_density is not None:
        mode += f" of {quantity(case.study.current_density, 'A/m^2')}"
    text = f"{case.study.type} state {mode}"
    line = f"{text[0].upper()}{text[1:]}, {number(case.temperature)} K (RT/F = "
    line += quantity(float(thermal_voltage(case.temperature)), "V") + ")"
    if case.inside is not None:
        line += f", inside: {case.inside}"
    return [case.title or case.name, line, *_coordinates(case)]


def _without_voltage(case: Case) -> str:
    """What a case with one potential, or none, is at."""
    from pnp.comparison.views import stacks_from_case

    stacks = stacks_from_case(case)
    if stacks and all(stack.equilibrium is not None and bool(stack.free.all()) for stack in stacks):
        return "in equilibrium with the bath"
    return "without applied voltage"


def _coordinates(case: Case) -> list[str]:
    """A line on the radii where the faces are not plane, on the plane, and on the height of a strip."""
    if not case.is_stack:
        counted = "per metre of depth" if case.coordinates == "planar" else "of the whole turn"
        return [f"{case.coordinates.capitalize()} coordinates, numbers {counted}"]
    strip = [f"In two dimensions, as a strip {quantity(case.height, 'm')} high"] if case.height is not None else []
    if case.coordinates == "cartesian":
        return strip
    start = {"cylindrical": "the axis", "spherical": "the centre"}[case.coordinates]
    inner = quantity(case.inner_radius, "m") if case.inner_radius else f"0 ({start})"
    outer = quantity(case.inner_radius + case.width, "m")
    return [f"{case.coordinates.capitalize()} coordinates: radius from {inner} to {outer}", *strip]


def region_rows(case: Case) -> Rows:
    """The stack from left to right, or the regions of the plane."""
    header: tuple[str, ...] = (
        "region",
        "thickness" if case.is_stack else "made of",
        "permittivity",
        "fixed charge",
        "Debye length (estimate)",
        "species",
    )
    rows: list[tuple[str, ...]] = []
    debye = debye_lengths(case)
    for name, region in case.regions.items():
        present = [s for s in case.species if case.present(name, s)]
        partition = [
            f"{s} (partition {math.exp(case.log_partition(name, s)):.3g})" if case.log_partition(name, s) else s
            for s in present
        ]
        rows.append(
            (
                name,
                quantity(region.thickness, "m") if case.is_stack else _made_of(region),
                number(region.permittivity),
                _charge(region.fixed_charge),
                quantity(debye[name], "m", 4) if math.isfinite(debye[name]) else "-",
                ", ".join(partition) or "none",
            )
        )
    return header, rows


def _made_of(region: Region) -> str:
    """How many shapes of which kind a region of the plane has."""
    kinds = [shape.kind for shape in region.shapes]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    return ", ".join(k if n == 1 else f"{n} {k}s" for k, n in counts.items()) or "the mesh's group"


def species_rows(case: Case) -> Rows:
    """The species, with what holds each of them at the ends: a concentration, a flux, or nothing ("-")."""
    ends = {side: _held(case, side) for side in case.boundaries}
    header = ("species", "charge", "diffusivity", *(f"c {side}" for side in case.boundaries))
    rows = []
    for name, species in case.species.items():
        cells = [held.get(name, "-" if held else "") for held in ends.values()]
        rows.append((name, charge_number_text(species.charge_number), _diffusivity(case, name), *cells))
    return header, rows


def _held(case: Case, side: str) -> dict[str, str]:
    """By species, what a boundary does to it, in a few letters; empty where the boundary does nothing to any."""
    boundary = case.boundaries[side]
    found = {s: quantity(c, "mol/m^3") for s, c in case.reservoir_concentrations(side).items()}
    for s, condition in boundary.species.items():
        if condition.concentration is not None:
            found[s] = quantity(condition.concentration, "mol/m^3")
        elif condition.flux is not None:
            found[s] = f"flux {quantity(condition.flux, 'mol/m^2/s')}"
        else:
            found[s] = "blocked"
    return found


def boundary_rows(case: Case) -> Rows:
    """What holds at the ends or boundaries and at charged interfaces."""
    rows: list[tuple[str, ...]] = [(side, b.type, _conditions(b)) for side, b in case.boundaries.items()]
    for name, face in case.interfaces.items():
        what = quantity(face.surface_charge, "C/m^2")
        if not face.is_group:
            what += f" between {face.between[0]} and {face.between[1]}"
        rows.append((name, "interface", what))
    return ("boundary", "type", "conditions"), rows


def sweep_line(case: Case) -> str:
    """What is swept; "" without a sweep."""
    if case.sweep is None:
        return ""
    values = case.sweep_quantities()
    texts = [quantity(v, u) if isinstance(v, int | float) else str(v) for v, u in (values[0], values[-1])]
    spacing = ", logarithmic" if case.sweep.values is None and case.sweep.spacing == "log" else ""
    return f"\nSweep of {' = '.join(case.sweep.keys)}: {texts[0]} to {texts[1]}, {len(values)} points{spacing}"


def debye_lengths(case: Case) -> dict[str, float]:
    """Debye length of each region in m, estimated from its composition at equilibrium; inf without ions."""
    from pnp.comparison.views import stack_from_case
    from pnp.derived_plane import plane_debye_lengths

    if not case.is_stack:
        return plane_debye_lengths(case)
    stack = stack_from_case(case)
    return {name: float(stack.debye_length(i)) for i, name in enumerate(case.regions)}


def _charge(charge: object) -> str:
    if not isinstance(charge, int | float):
        return getattr(charge, "text", "varies")
    return quantity(charge, "mol/m^3") if charge else ""


def _diffusivity(case: Case, species: str) -> str:
    """The diffusivity, or its range over the regions."""
    values = [case.diffusivity(region, species) for region in case.regions if case.present(region, species)]
    if not values:
        return "-"
    low, high = min(values), max(values)
    if low == high:
        return quantity(low, "m^2/s", 4)
    return f"{low:.3e} to {quantity(high, 'm^2/s', 4)}"


def _conditions(boundary: Boundary) -> str:
    parts = []
    if boundary.type in ("reservoir", "electrode"):
        held = boundary.potential is not None
        parts.append(f"potential {quantity(boundary.potential, 'V')}" if held else "potential floats")
    if boundary.type == "wall":
        parts.append(f"surface charge {quantity(boundary.surface_charge or 0.0, 'C/m^2')}")
    if boundary.balance is not None:
        parts.append(f"electroneutral by {boundary.balance}")
    for name, condition in boundary.species.items():
        if condition.concentration is not None:
            parts.append(f"{name} held at {quantity(condition.concentration, 'mol/m^3')}")
        elif condition.flux is not None:
            parts.append(f"{name} flux {quantity(condition.flux, 'mol/m^2/s')} outward")
        else:
            parts.append(f"{name} blocked")
    return ", ".join(parts)
