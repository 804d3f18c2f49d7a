"""A result's numbers as rows of a table: names that say per what and which way, and rounding shown as such."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from pnp.constants import F, thermal_voltage
from pnp.quantity_table import QUANTITIES, family, is_total
from pnp.report.format import number, quantity, words
from pnp.result import CONVERGED, Result

if TYPE_CHECKING:
    from pnp.case import Case

_WHOLE: Final[dict[str, str]] = {
    "cylindrical": "per length of cylinder",
    "spherical": "whole sphere",
    "planar": "per depth",
    "axisymmetric": "whole turn",
}
_DIRECTED: Final = ("current", "molar_flow")
_TOTAL_OF: Final = {"current_density": "current", "flux": "molar_flow"}
_FLOWS: Final = (*_DIRECTED, *_TOTAL_OF)
_PER_SIDE: Final = ("surface_charge", "differential_capacitance")
_POTENTIALS: Final = ("membrane_potential", "liquid_junction_potential")


def label(name: str, case: Case) -> str:
    """A quantity's name as words, with what its number is per and the direction it counts in."""
    text, base, last = words(name), name.partition(".")[0], name.rpartition(".")[2]
    if is_applied(name, case):
        text = "applied voltage"
    if is_applied(name, case) or (name == "liquid_junction_potential" and not case.is_stack):
        return f"{text} ({_difference(case)})"
    if base in ("flux", "current_density") and last in case.boundaries:
        return f"{text} (outward)"
    if not is_total(name) or case.coordinates not in _WHOLE:
        return text
    told = [_WHOLE[case.coordinates]]
    if base in _DIRECTED and last in case.boundaries:
        told.append("outward")
    elif base in _DIRECTED and case.inside:
        told.append("from inside to outside")
    elif base in _DIRECTED and case.is_stack:
        told.append("along +r")
    elif base in _DIRECTED and case.through is not None:
        told.append(f"from {case.through[0]} to {case.through[1]}")
    return f"{text} ({', '.join(told)})"


def is_applied(name: str, case: Case) -> bool:
    """Whether a potential difference is one that the two ends hold, so that it is no result."""
    ends = case.through or ()
    return name in _POTENTIALS and all(case.boundaries[b].potential is not None for b in ends)


def is_blocked(name: str, case: Case) -> bool:
    """Whether a quantity is a flow through a boundary of a plane that lets none pass: zero but for rounding."""
    base, *qualifiers = name.split(".")
    if case.is_stack or base not in _FLOWS or not qualifiers or qualifiers[-1] not in case.boundaries:
        return False
    carried = qualifiers[:-1] or [s for s, species in case.species.items() if species.charge_number]
    return not any(case.passes(qualifiers[-1], s) for s in carried)


def _difference(case: Case) -> str:
    """Which end's potential is counted against which."""
    if case.inside:
        return "inside minus outside"
    first, second = case.through or ("left", "right")
    return f"{second} minus {first}"


def is_of_one_side(name: str, result: Result) -> bool:
    """Whether a quantity of walls and electrodes without an end's name hides that both ends have one."""
    return name in _PER_SIDE and all(f"{name}.{side}" in result.quantities for side in result.case.boundaries)


def value_text(name: str, result: Result) -> tuple[str, bool]:
    """A quantity with its unit, and whether it is rounding: what is below its `rounding_bound` is 0."""
    value, unit = result[name], result.unit(name)
    bound = rounding_bound(name, result)
    if value != 0.0 and abs(value) <= bound:
        return f"0 (rounding {quantity(bound, unit, 3)})", True
    return quantity(value, unit), False


def rounding_bound(name: str, result: Result) -> float:
    """What rounding alone can make a current, a flux or a potential, in its own unit; 0 where that is not known.

    Of a potential the machine's precision in RT/F. Of the others the bounds of the balances, which are per area of the
    outermost face; a flux through the stack is taken over one region, whose bound counts where the balances have it. In
    a plane the balances are of totals, of which a density at a boundary has its share.
    """
    balances = {str(b["name"]): float(b.get("rounding_bound") or 0.0) for b in result.solver.get("balances") or []}
    case, (base, *qualifiers) = result.case, name.split(".")
    if _unit(name) == "V":
        return sys.float_info.epsilon * thermal_voltage(case.temperature)
    within = {s: bound for s in case.species for key, bound in balances.items() if key.startswith(f"flux of {s} in ")}
    if not case.is_stack:
        if base in _TOTAL_OF:
            total = ".".join([_TOTAL_OF[base], *qualifiers])
            whole = abs(result.quantities[total].value) if total in result.quantities else 0.0
            return rounding_bound(total, result) * abs(result[name]) / whole if whole > 0.0 else 0.0
        name_of = {"current": "current", "molar_flow": f"flux of {qualifiers[0]}" if qualifiers else ""}
        return balances.get(name_of.get(base, ""), 0.0)
    geometry = case.geometry
    if qualifiers and qualifiers[-1] in case.boundaries:
        area = float(geometry.area(geometry.inner if qualifiers[-1] == "left" else geometry.outer))
        bound = {
            "flux": balances.get(f"flux of {qualifiers[0]}", 0.0),
            "current_density": balances.get("current", 0.0),
        }.get(base, 0.0)
        return bound / area if area > 0 else 0.0
    if base in ("flux", "molar_flow") and len(qualifiers) == 1:
        bound = within.get(qualifiers[0], balances.get(f"flux of {qualifiers[0]}", 0.0))
    elif base in ("current", "current_density"):
        carried = sum(abs(case.species[s].charge_number) * bound for s, bound in within.items())
        bound = F * carried if within else balances.get("current", 0.0)
    else:
        return 0.0
    return bound * geometry.outer_area


def point_title(result: Result) -> str:
    """Which point of a sweep the numbers of one state are of; "" without a sweep."""
    table = result.sweep
    if table is None or len(table.rows) < 2:
        return ""
    converged = [row for row in table.rows if row.status == CONVERGED]
    row = (converged or table.rows)[-1]
    value = quantity(row.value, row.unit) if isinstance(row.value, float) else str(row.value)
    if isinstance(row.value, int):
        value = number(row.value)
    return f"At the last {'converged point' if converged else 'point'}, {table.key} = {value}:"


def _unit(name: str) -> str:
    try:
        return QUANTITIES[family(name)][0]
    except KeyError:
        return ""
