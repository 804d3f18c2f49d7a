"""Which parts of a profile a picture enlarges, so that Debye layers are readable beside millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from pnp.constants import F, R, epsilon_0
from pnp.report.scale import spans_decades
from pnp.result import Profile, Result

LAYERS_SHOWN = 8.0
"""Debye lengths shown on either side of an interface."""
WORTH_ENLARGING = 3.0
"""A layer is enlarged only if the whole is this many times wider."""
WORTH_A_BREAK = 1.5
"""What lies beside an enlarged layer is set apart only if it is this many times wider, and else shown with it."""
RADII_SHOWN = 5.0
"""Radii of a sphere or cylinder that the field around it is shown over before the rest."""
WORTH_A_RADIUS = 5.0
"""That part is set apart only if the whole is this many times wider."""
MOST_WINDOWS = 4
FLAT = 0.05
"""A piece over which every curve changes by less than this share of its whole span is drawn narrow."""
FLAT_WEIGHT, STRUCTURE_WEIGHT = 0.25, 1.0
NOISE = 1e-6
"""Share of its size below which a curve's span is the solver's tolerance."""


@dataclass(frozen=True)
class Window:
    """A part of the axis, from `start` to `stop` (m)."""

    start: float
    stop: float

    @property
    def width(self) -> float:
        """Width in m."""
        return self.stop - self.start


def layers(result: Result, profile: Profile) -> list[Window]:
    """The parts around interfaces and walls that a picture of the whole would not show, from left to right."""
    bounds = profile.region_bounds()
    total = bounds[-1][2] - bounds[0][1]
    found = _merged(_around_faces(result, profile))
    found = [w for w in found if w.width * WORTH_ENLARGING < total]
    found = [w for w, change in zip(found, _changes(profile, found), strict=True) if change > FLAT]
    if len(found) > MOST_WINDOWS:
        charge = np.abs(profile.columns.get("charge_density", np.zeros_like(profile.x)))
        strength = [float(charge[(profile.x >= w.start) & (profile.x <= w.stop)].max()) for w in found]
        chosen = sorted(range(len(found)), key=strength.__getitem__)[-MOST_WINDOWS:]
        found = [found[i] for i in sorted(chosen)]
    return found


def pieces(result: Result, profile: Profile) -> list[Window]:
    """The whole axis, cut so that each layer is a piece of its own."""
    bounds = profile.region_bounds()
    start, stop = bounds[0][1], bounds[-1][2]
    enlarged = layers(result, profile)
    edges = [start, *(edge for w in enlarged for edge in (w.start, w.stop)), stop]
    # Between two layers, or a layer and an end, lies the bulk; where it is narrow it is shown with what is beside it.
    cuts = set(edges)
    for bulk in range(0, len(edges), 2):
        low, high = edges[bulk], edges[bulk + 1]
        beside = [w.width for w in enlarged if w.stop == low or w.start == high]
        if high - low < WORTH_A_BREAK * max(beside, default=0.0):
            cuts -= {low, high}
    ends = sorted(cuts | set(_radii(result, profile, sorted(cuts))) | {start, stop})
    return [Window(low, high) for low, high in pairwise(ends)]


def _radii(result: Result, profile: Profile, cuts: list[float]) -> list[float]:
    """Where the outermost region is cut again, m: a field around a sphere or cylinder falls off over its radius.

    A few radii a, then ten times as many, each only where what follows is far wider and where something changes.
    """
    bounds = profile.region_bounds()
    _, inner, stop = bounds[-1]
    if result.fields is not None or result.case.coordinates == "cartesian" or inner <= 0:
        return []
    found: list[float] = []
    for radii in (RADII_SHOWN, 10 * RADII_SHOWN):
        cut = (1 + radii) * inner
        start = max([c for c in (*cuts, *found) if c < stop], default=inner)
        near = Window(max(start, inner), cut)
        if stop < WORTH_A_RADIUS * cut or near.width < WORTH_A_BREAK * (start - inner):
            continue
        if _changes(profile, [near])[0] > FLAT:
            found.append(cut)
    return found


def weights(profile: Profile, views: list[Window]) -> list[float]:
    """How wide each view is worth drawing: little where no curve changes."""
    return [STRUCTURE_WEIGHT if change > FLAT else FLAT_WEIGHT for change in _changes(profile, views)]


def _changes(profile: Profile, views: list[Window]) -> list[float]:
    """How much potential and concentrations change over each view, as the largest share of a curve's whole span."""
    changes = [0.0] * len(views)
    for name in ["potential", *(f"concentration.{s}" for s in profile.species)]:
        values = profile.columns[name]
        if spans_decades(values[np.isfinite(values)]):
            values = np.log(values)
        if not np.isfinite(values).any():
            continue
        span = float(np.nanmax(values) - np.nanmin(values))
        if span <= NOISE * np.nanmax(np.abs(values)):
            continue
        for index, view in enumerate(views):
            own = values[(profile.x >= view.start) & (profile.x <= view.stop)]
            own = own[np.isfinite(own)]
            if own.size:
                changes[index] = max(changes[index], float(np.ptp(own)) / span)
    return changes


def debye_lengths(result: Result, profile: Profile) -> list[float]:
    """The Debye length of each region in m, from its median ionic strength; inf where no ions are.

    λ = √(ε RT / (F² Σ z² c)), Debye & Hückel 1923; the same in any textbook of the field.
    """
    lengths = []
    for index, name in enumerate(profile.region_names):
        here = profile.region == index
        if not here.any():
            lengths.append(math.inf)
            continue
        strength = 0.0
        for species in profile.species:
            values = profile.columns[f"concentration.{species}"][here]
            if not np.all(np.isnan(values)):
                z = result.case.species[species].charge_number
                strength += z**2 * float(np.nanmedian(values))
        permittivity = result.case.regions[name].permittivity * epsilon_0
        scale = permittivity * R * result.case.temperature / F**2
        lengths.append(math.sqrt(scale / strength) if strength > 0 else math.inf)
    return lengths


def _has_layer(result: Result, end: Literal["left", "right"]) -> bool:
    """Whether a layer may sit at this end of the stack: not at a plain reservoir or a symmetry plane."""
    if result.fields is not None:
        return False  # the ends of a line in a plane may be anywhere
    boundary = result.case.boundaries.get(end)
    return boundary is not None and (boundary.type in ("wall", "electrode") or bool(boundary.species))


def layer_faces(result: Result, profile: Profile) -> list[float]:
    """Where layers may be, m: the interfaces, and those ends that are neither plain reservoirs nor a symmetry plane."""
    bounds = profile.region_bounds()
    faces = [right for _, _, right in bounds[:-1]]
    if _has_layer(result, "left"):
        faces.insert(0, bounds[0][1])
    if _has_layer(result, "right"):
        faces.append(bounds[-1][2])
    return faces


def layer_window(result: Result, profile: Profile, face: float) -> Window:
    """The part of the axis that shows the layers at a face (m), an end of the stack included."""
    bounds = profile.region_bounds()
    reaches = _reaches(result, profile)
    start = stop = face
    for reach, (_, left, right) in zip(reaches, bounds, strict=True):
        if right == face:
            start = face - reach
        if left == face:
            stop = face + reach
    return Window(start, stop)


def _reaches(result: Result, profile: Profile) -> list[float]:
    """How far the layers of each region reach from its faces, m; its thickness where it is all layer."""
    bounds = profile.region_bounds()
    lengths = debye_lengths(result, profile)
    total = bounds[-1][2] - bounds[0][1]
    reaches = []
    for name, left, right in bounds:
        length = lengths[profile.region_names.index(name)]
        # A region without ions has no layer of its own: it is shown whole where it is thin.
        reach = LAYERS_SHOWN * length if math.isfinite(length) else 0.02 * total
        reaches.append(right - left if reach > 0.3 * (right - left) else reach)
    return reaches


def _around_faces(result: Result, profile: Profile) -> list[Window]:
    return [layer_window(result, profile, face) for face in layer_faces(result, profile)]


def _merged(found: list[Window]) -> list[Window]:
    """Windows that overlap, or nearly so, joined."""
    merged: list[Window] = []
    for window in found:
        if merged and window.start - merged[-1].stop < 0.3 * min(window.width, merged[-1].width):
            merged[-1] = Window(min(merged[-1].start, window.start), max(merged[-1].stop, window.stop))
        else:
            merged.append(window)
    return merged
