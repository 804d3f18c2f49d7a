"""Which parts of a profile a plot enlarges, so that Debye layers are visible beside millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pnp.constants import F, R, epsilon_0
from pnp.result import Profile, Result

LAYERS_SHOWN = 8.0
"""Debye lengths shown on either side of an interface."""
WORTH_ENLARGING = 3.0
"""A window is drawn only if the view it enlarges is this many times wider."""
MOST_WINDOWS = 3


@dataclass(frozen=True)
class Window:
    """A part of the axis: from `start` to `stop`, with the origin of its ticks and its name (m)."""

    start: float
    stop: float
    origin: float
    name: str

    @property
    def width(self) -> float:
        """Width in m."""
        return self.stop - self.start


def windows(result: Result, profile: Profile) -> list[Window]:
    """The whole domain, then the parts around interfaces and walls that it would not show."""
    bounds = profile.region_bounds()
    whole = Window(bounds[0][1], bounds[-1][2], 0.0, "")
    if len(bounds) > 1 or _has_layer(result, "left") or _has_layer(result, "right"):
        found = _merged(_around_faces(result, profile))
    else:
        found = []
    found = [w for w in found if w.width * WORTH_ENLARGING < whole.width]
    if len(found) > MOST_WINDOWS:
        charge = np.abs(profile.columns.get("charge_density", np.zeros_like(profile.x)))
        strength = [float(charge[(profile.x >= w.start) & (profile.x <= w.stop)].max()) for w in found]
        chosen = sorted(range(len(found)), key=strength.__getitem__)[-MOST_WINDOWS:]
        found = [found[i] for i in sorted(chosen)]
    return [whole, *found]


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
    boundary = result.case.boundaries.get(end)
    return boundary is not None and (boundary.type in ("wall", "electrode") or bool(boundary.species))


def _around_faces(result: Result, profile: Profile) -> list[Window]:
    bounds = profile.region_bounds()
    lengths = debye_lengths(result, profile)
    lengths = [lengths[profile.region_names.index(name)] for name, _, _ in bounds]
    total = bounds[-1][2] - bounds[0][1]
    shown = []
    for length, (_, left, right) in zip(lengths, bounds, strict=True):
        thickness = right - left
        # A region without ions has no layer of its own: it is shown whole where it is thin.
        reach = LAYERS_SHOWN * length if math.isfinite(length) else 0.02 * total
        shown.append(thickness if reach > 0.3 * thickness else reach)
    found = []
    for index, (name, left, right) in enumerate(bounds):
        if index == 0 and _has_layer(result, "left"):
            found.append(Window(left, left + shown[0], left, "the left end"))
        if index + 1 < len(bounds):
            after = bounds[index + 1]
            found.append(Window(right - shown[index], right + shown[index + 1], right, f"{name} | {after[0]}"))
        elif _has_layer(result, "right"):
            found.append(Window(right - shown[index], right, right, "the right end"))
    return found


def _merged(found: list[Window]) -> list[Window]:
    """Windows that overlap, or nearly so, joined; the first keeps the origin."""
    merged: list[Window] = []
    for window in found:
        if merged and window.start - merged[-1].stop < 0.3 * min(window.width, merged[-1].width):
            first = merged[-1]
            merged[-1] = Window(min(first.start, window.start), max(first.stop, window.stop), first.origin, first.name)
        else:
            merged.append(window)
    return merged
