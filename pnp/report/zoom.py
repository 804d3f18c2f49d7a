"""`--zoom`: the part of a profile or of a sweep that a picture shows, from a name or a range with units."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise

import numpy as np

from pnp.report.format import common_scale, number
from pnp.report.sweep_point import swept_value
from pnp.report.windows import Window, layer_window, pieces
from pnp.result import Profile, Result, SweepTable
from pnp.units import QuantityError, named_unit, parse, parse_unit

ENDS = ("left", "right")


class ZoomError(Exception):
    """A zoom that names nothing of this result; the text says what is allowed."""


def zoomed(result: Result, zooms: Sequence[str]) -> tuple[list[Window], SweepTable | None]:
    """What each zoom selects: parts of the profile's axis from left to right, and the points of the sweep.

    A zoom is the name of a region ("membrane"), a face ("cytosol|membrane", the name of a charged interface,
    "left" or "right") shown with its layers, a range of positions ("10 nm:20 nm", either end may be left out), a
    range of distances from a face ("-2 nm:5 nm @ cytosol|membrane") or of the swept value ("-20 mV:20 mV").

    Args:
        result: Its profile and sweep are what is selected from.
        zooms: As the user wrote them.

    Returns:
        The windows, [] if no zoom is one of the profile; the sweep's points in range, None if no zoom is one of it.

    Raises:
        ZoomError: a zoom that is none of these, that selects nothing, or that overlaps another.
    """
    found: list[tuple[str, list[Window]]] = []
    table: SweepTable | None = None
    for text in zooms:
        if ":" in text and result.sweep is not None:
            swept = _sweep_range(result.sweep, result.profile is not None, text)
            if swept is not None:
                table = _points_within(table or result.sweep, swept, text)
                continue
        if result.profile is None:
            kind = "is no range of the swept value" if result.fields is not None else "this result holds no profile"
            of_maps = '\n  of maps: a region, or ranges as in "0 nm:20 nm, -10 nm:10 nm"' if result.fields else ""
            raise ZoomError(f"zoom {text!r}: {kind}; what can be zoomed to:{allowed(result)}{of_maps}")
        found.append((text, _windows(result, result.profile, text)))
    return _beside(found), table


def slug(zooms: Sequence[str]) -> str:
    """The zooms as a part of a file's name."""
    return "_".join(re.sub(r"[^\w.+-]+", "_", zoom).strip("_") for zoom in zooms)


def allowed(result: Result) -> str:
    """The zooms that this result has, for messages: one line for each kind."""
    lines = []
    if result.profile is not None:
        faces = _faces(result, result.profile)
        bounds = result.profile.region_bounds()
        start, stop, middle = _lengths(bounds[0][1], bounds[-1][2], 0.5 * (bounds[0][1] + bounds[0][2]))
        lines = [
            f"a region: {', '.join(name for name, _, _ in bounds)}",
            f"a face with its layers: {', '.join(faces)}",
            f'a range of positions within {start} to {stop}, e.g. "{start}:{middle}"',
            f'a range of distances from a face, e.g. "-5 nm:5 nm @ {next(iter(faces))}"',
        ]
    if result.sweep is not None and _key_unit(result.sweep) is not None:
        low, high = _ends(result.sweep)
        lines.append(f'a range of the swept value within {low} to {high}, e.g. "{low}:{high}"')
    return "".join(f"\n  {line}" for line in lines) or " nothing"


def _wrong(result: Result, text: str, problem: str) -> ZoomError:
    return ZoomError(f"zoom {text!r}: {problem}\nWhat can be zoomed to:{allowed(result)}")


def _lengths(*values: float) -> list[str]:
    """Positions in m as texts in one unit."""
    factor, symbol = common_scale([max(map(abs, values))], "m")
    return [f"{number(value * factor)} {symbol}" for value in values]


def _ends(table: SweepTable) -> tuple[str, str]:
    """The least and the largest swept value as texts."""
    values = table.values()
    factor, symbol = common_scale([float(v) for v in values], table.unit)
    low, high = (f"{number(factor * float(v))} {symbol}".strip() for v in (values.min(), values.max()))
    return low, high


def _windows(result: Result, profile: Profile, text: str) -> list[Window]:
    bounds = profile.region_bounds()
    place, at = text.strip(), None
    if "@" in text:
        place, at = (part.strip() for part in text.split("@", 1))
    if ":" in place:
        return [_range(result, profile, text, place, at)]
    if at is not None:
        raise _wrong(result, text, "before @ stands a range of distances such as -5 nm:5 nm")
    for name, left, right in bounds:
        if name == place:
            # With its layers enlarged, as in the picture of the whole.
            parts = [Window(max(w.start, left), min(w.stop, right)) for w in pieces(result, profile)]
            return [w for w in parts if w.width > 1e-9 * (right - left)]
    faces = _faces(result, profile)
    face = _face_name(place)
    if face in faces:
        return [layer_window(result, profile, faces[face])]
    raise _wrong(result, text, f"there is no {place!r}{_hint(face, [*(b[0] for b in bounds), *faces])}")


def _range(result: Result, profile: Profile, text: str, spread: str, at: str | None) -> Window:
    bounds = profile.region_bounds()
    start, stop = bounds[0][1], bounds[-1][2]
    origin = 0.0
    if at is not None:
        faces = {**{name: left for name, left, _ in bounds}, **_faces(result, profile)}
        if _face_name(at) not in faces:
            raise _wrong(result, text, f"there is no {at!r}{_hint(_face_name(at), list(faces))}")
        origin = faces[_face_name(at)]
    low_text, high_text = (part.strip() for part in spread.split(":", 1))
    try:
        low = length_of(low_text) + origin if low_text else start
        high = length_of(high_text) + origin if high_text else stop
    except QuantityError as error:
        raise _wrong(result, text, f"is no range of lengths: {error}") from None
    slack = 1e-9 * (stop - start)
    if not low < high:
        raise _wrong(result, text, "the range ends before it begins")
    if high <= start or low >= stop or (at is None and (low < start - slack or high > stop + slack)):
        seen = " to ".join(_lengths(start, stop))
        nearest = next(iter(_faces(result, profile)))
        hint = f'; for distances from a face name it, as in "{spread} @ {nearest}"' if at is None else ""
        raise _wrong(result, text, f"reaches beyond the profile, which is {seen}{hint}")
    return Window(max(low, start), min(high, stop))


def _sweep_range(table: SweepTable, profile: bool, text: str) -> tuple[float, float] | None:
    """A range of the swept value in SI; None if the text is none, or one of lengths, which is of the profile if any."""
    if "@" in text:
        return None
    unit = _key_unit(table)
    low, high = (part.strip() for part in text.split(":", 1))
    if unit is None or not (low or high):
        return None
    if profile and unit not in ("", "1") and parse_unit(unit).dimension == named_unit("m").dimension:
        return None
    try:
        return (swept_value(low, unit) if low else -np.inf, swept_value(high, unit) if high else np.inf)
    except QuantityError:
        return None


def _key_unit(table: SweepTable) -> str | None:
    """The unit of the swept values; None where they are texts."""
    return None if any(isinstance(row.value, str) for row in table.rows) else table.unit


def length_of(text: str) -> float:
    """A length in m.

    Raises:
        QuantityError: it is not.
    """
    try:
        value, unit = parse(text)
    except QuantityError as error:
        raise QuantityError(f"{text!r} {error}") from None
    if unit.dimension != named_unit("m").dimension:
        raise QuantityError(f"{text!r} is not in m")
    return unit.value(value)


def _points_within(table: SweepTable, swept: tuple[float, float], text: str) -> SweepTable:
    values = table.values()
    slack = 1e-9 * float(np.ptp(values))
    rows = tuple(row for row, v in zip(table.rows, values, strict=True) if swept[0] - slack <= v <= swept[1] + slack)
    if len(rows) < 2:
        low, high = _ends(table)
        raise ZoomError(
            f"zoom {text!r}: {'one point' if rows else 'no point'} of the sweep lies in it; "
            f"its {len(values)} points go from {low} to {high}"
        )
    return dataclasses.replace(table, rows=rows)


def _face_name(text: str) -> str:
    return "|".join(part.strip() for part in text.split("|"))


def _faces(result: Result, profile: Profile) -> dict[str, float]:
    """Position of each face in m, by every name it has."""
    bounds = profile.region_bounds()
    faces = {f"{a}|{b}": right for (a, _, right), (b, _, _) in pairwise(bounds)}
    for name, interface in result.case.interfaces.items():
        pair = [f"{a}|{b}" for a, b in (interface.between, interface.between[::-1]) if f"{a}|{b}" in faces]
        if pair and name not in (region for region, _, _ in bounds):
            faces[name] = faces[pair[0]]
    return {**faces, ENDS[0]: bounds[0][1], ENDS[1]: bounds[-1][2]}


def _hint(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _beside(found: Sequence[tuple[str, list[Window]]]) -> list[Window]:
    """The windows of all zooms from left to right.

    Raises:
        ZoomError: two of them overlap.
    """
    placed = sorted(((w, text) for text, windows in found for w in windows), key=lambda p: (p[0].start, p[0].stop))
    for (a, first), (b, second) in pairwise(placed):
        if b.start < a.stop - 1e-6 * min(a.width, b.width):
            raise ZoomError(
                f"zooms {first!r} and {second!r} overlap: several stand beside one another and may touch, "
                "but each place is shown once; ask for one that holds both, or draw two pictures"
            )
    # What rounding lets overlap only touches.
    edges = [-np.inf, *(w.stop for w, _ in placed)]
    return [Window(max(w.start, edge), w.stop) for (w, _), edge in zip(placed, edges, strict=False)]
