"""`--at`: one point of a sweep as a state of its own, for pictures of its profile."""

from __future__ import annotations

import dataclasses
import math

from pnp.report.format import key_words, quantity, unit_text
from pnp.result import CONVERGED, Result, SweepPoint
from pnp.units import QuantityError, parse, parse_unit

MATCH = 1e-6
"""A point is the one asked for if it is no further than this share of the swept value from it."""


class PointError(Exception):
    """A point that the sweep does not have; the text says what there is."""


def kept_point(result: Result, text: str) -> tuple[SweepPoint, str]:
    """The point nearest to a swept value whose profile is kept, and what to say of it.

    Args:
        result: Of a sweep.
        text: The swept value as the user wrote it, "-70 mV".

    Returns:
        The point; a sentence if it is not the one asked for, and else "".

    Raises:
        PointError: there is no sweep, no profile is kept, or the text is no value within the sweep.
    """
    table = result.sweep
    if table is None:
        raise PointError(f"--at {text}: this result is of no sweep; without --at its profile is drawn")
    if result.fields is not None:
        raise PointError(
            f"--at {text}: in two dimensions only the fields of the last point that converged are kept, and drawn "
            f"without --at; for another picture run the case with {' = '.join(table.keys)} = {text}, without its sweep"
        )
    kept = [row for row in table.rows if row.profile is not None and row.status == CONVERGED]
    if not kept:
        raise PointError(f"--at {text}: this result keeps no profile of a point that converged")
    there = f"profiles are kept at {', '.join(point_value(row) for row in kept)}"
    if any(isinstance(row.value, str) for row in table.rows):
        for row in kept:
            if str(row.value) == text.strip():
                return row, ""
        raise PointError(f"--at {text}: no such point; {there}")
    try:
        wanted = swept_value(text, table.unit)
    except QuantityError as error:
        raise PointError(f"--at: {error}; {there}") from None
    if not math.isfinite(wanted):
        raise PointError(f"--at {text}: is not a finite number; {there}")
    known = table.values()
    low, high = float(known.min()), float(known.max())
    slack = MATCH * (high - low)
    if not low - slack <= wanted <= high + slack:
        raise PointError(f"--at {text}: lies outside the sweep; {there}")
    nearest = min(kept, key=lambda row: abs(float(row.value) - wanted))
    if abs(float(nearest.value) - wanted) <= slack:
        return nearest, ""
    return nearest, f"no profile is kept at {text}: the nearest, at {point_value(nearest)}, is drawn; {there}"


def state_at(result: Result, point: SweepPoint) -> Result:
    """The result of one point, as if it had been solved alone."""
    return dataclasses.replace(
        result,
        status=point.status,
        message=point.message,
        quantities=point.quantities,
        simplified_models=point.simplified,
        profile=point.profile,
        sweep=None,
    )


def point_value(point: SweepPoint) -> str:
    """The swept value of a point as text with its unit."""
    if isinstance(point.value, str):
        return point.value
    return quantity(float(point.value), point.unit or "1")


def heading(result: Result, point: SweepPoint) -> str:
    """Which point of a sweep a profile belongs to, for the title."""
    assert result.sweep is not None
    swept = key_words(result.sweep.keys)
    return f"{swept[:1].lower()}{swept[1:]}\u00a0=\u00a0{point_value(point)}"


def swept_value(text: str, unit: str) -> float:
    """A value of a sweep in SI, from text; `unit` is that of its points, "1" or "" where they have none.

    Raises:
        QuantityError: it is none; the message names the text.
    """
    if unit in ("", "1"):
        try:
            return float(text)
        except ValueError:
            raise QuantityError(f"{text!r} is no plain number") from None
    like = parse_unit(unit)
    try:
        value, own = parse(text)
    except QuantityError as error:
        raise QuantityError(f"{text!r} {error}") from None
    if own.dimension != like.dimension:
        raise QuantityError(f"{text!r} is not in {unit_text(like.si)}")
    return own.value(value)
