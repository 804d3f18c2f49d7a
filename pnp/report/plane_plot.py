"""Pictures of the fields of a plane: potential, concentrations, space charge, lines of current, in paper quality."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from matplotlib.figure import Figure

from pnp.constants import F
from pnp.plane_fields import FloatArray, PlaneFields
from pnp.report import style
from pnp.report.colour_scale import ColourScale, line_style, linear_scale, log_scale, signed_scale
from pnp.report.format import ion_label, words
from pnp.report.plane_layout import Panel, draw_outlines, name_regions, page
from pnp.report.plane_raster import Frame, Raster
from pnp.report.plane_streams import draw_streams
from pnp.report.plane_view import PlaneView, view_of
from pnp.report.plane_zoom import interesting_frame, named_frame
from pnp.report.scale import Scale, checked_log, spans_decades
from pnp.result import Result, unknown_name

PIXELS = 300
"""Pixels per inch of a map."""
LINE_STEP = 3
"""Pixels of a map per node of the lines of equal value."""
STREAM_PIXELS = 40
"""Nodes per inch from which lines of current are followed."""
CHARGE_NOISE, CURRENT_NOISE = 1e-9, 1e-9
"""Share of F Σ |z| c, and of F Σ |z| D c over the size of the domain, below which what is drawn would be rounding."""
TRACE = 1e-9
"""Share of the largest concentration below which one that a boundary holds stands for zero, and sets no colours."""
SCALE_PIXELS = 64
"""Pixels each way of the part shown whose values set the colours, besides those at the nodes in it."""
FLOW_DECADES = 6.0
"""A map of currents or fluxes ends this many decades below its largest value."""
SYMLOG_FROM = 30.0
"""The space charge is drawn logarithmically if its largest value is this many times that of most of the layer."""
LABELS = {
    "potential": "Potential φ",
    "charge_density": "Space charge ρ",
    "current_density": "Current density |j|",
    "electric_field": "Electric field |E|",
    "concentration": "Concentration of",
    "electrochemical_potential": "Electrochemical potential of",
    "flux": "Flux |J| of",
}
COLOURS = {"potential": "cividis", "concentration": "viridis", "charge_density": "RdBu_r"}
FLOW_COLOURS, FLOW_PART = "YlGnBu", (0.0, 0.72)
"""Pale enough for black lines on them."""
LEAST_SPAN = {"potential": 1e-3, "electrochemical_potential": 1000.0}


class PlanePictures:
    """Every picture of one result's plane; pixels are computed once for all."""

    def __init__(
        self,
        result: Result,
        fields: PlaneFields,
        title: str = "",
        width: float = style.WIDTH,
        part: Sequence[str] | None = None,
    ) -> None:
        """Nothing is drawn yet.

        Args:
            result: Gives charge numbers.
            fields: What is drawn.
            title: A line above each picture.
            width: Of each picture in inches.
            part: As texts, the part that is shown instead of the whole (see `pnp.report.plane_zoom.named_frame`).

        Raises:
            pnp.report.zoom.ZoomError: a part that is none of these.
        """
        self.result, self.fields, self.title, self.width = result, fields, title, width
        self._part = named_frame(fields, self.view, part) if part else None
        self._rasters: dict[tuple[float, ...], Raster] = {}

    @cached_property
    def view(self) -> PlaneView:
        """How the plane lies on paper."""
        return view_of(self.fields)

    @property
    def shown(self) -> Frame:
        """What the first panel shows."""
        return self._part or self.view.whole

    @cached_property
    def _zooms(self) -> dict[bool, Frame | None]:
        """The part that is enlarged in pictures of what flows or drives, and in those of what is there."""
        if self._part is not None:
            return {True: None, False: None}
        at_rest = interesting_frame(self.fields, self.view, flows=False)
        if "current_density" not in self.usual():
            return {True: at_rest, False: at_rest}
        driven = interesting_frame(self.fields, self.view, flows=True)
        return {True: driven, False: at_rest or driven}

    def zoom(self, name: str) -> Frame | None:
        """The part that is enlarged in the picture of a column."""
        return self._zooms[name in ("potential", "current_density")]

    def usual(self) -> list[str]:
        """The columns that are drawn unless others are asked for: those that are more than rounding."""
        case, fields = self.result.case, self.fields
        names = ["potential", *(f"concentration.{s}" for s in fields.species)]
        ions = {s: _largest(fields.columns[f"concentration.{s}"]) for s in fields.species}
        charge = sum(abs(case.species[s].charge_number) * c for s, c in ions.items())
        density = fields.columns.get("charge_density")
        if density is not None and _largest(density) > CHARGE_NOISE * F * charge:
            names.append("charge_density")
        if "current_density" in fields.columns:
            carried = sum(abs(case.species[s].charge_number) * case.species[s].diffusivity * c for s, c in ions.items())
            size = float(np.ptp(fields.points, axis=0).max())
            if _largest(fields.magnitude("current_density")) > CURRENT_NOISE * F * carried / size:
                names.append("current_density")
        return [name for name in names if name in fields.columns and _largest(fields.magnitude(name)) >= 0]

    def draw(self, name: str, scale: Scale | None = None) -> Figure:
        """A map of one column, vectors as their lines over their size.

        Args:
            name: Of the column.
            scale: Of the colours, instead of one that fits the values.

        Raises:
            KeyError: no such column; the message names the nearest.
            pnp.report.scale.ScaleError: a logarithmic one is asked for values none of which is positive.
        """
        if name not in self.fields.columns:
            raise KeyError(unknown_name("column", name, self.fields.columns))
        values = self.fields.magnitude(name)
        colours = self._colours(name, values, scale)
        gaps = bool(np.isnan(values).any())
        label = f"{self._label(name)} ({colours.symbol})" if colours.symbol else self._label(name)
        note = f"hatched: {self._absent(name)}" if gaps else ""
        picture = page(self.view, self.shown, self.zoom(name), self.title, label, self.width, note)
        named: list[str] = []
        for panel in picture.panels:
            self._draw_map(panel, values, colours, gaps)
            if self.fields.columns[name].ndim == 2:
                self._draw_streams(panel, self.fields.columns[name])
            draw_outlines(panel, self.view)
            if len(self.fields.region_names) > 1:
                named += name_regions(panel, self.view, self.fields.region_names, named)
        assert picture.bar is not None
        colours.draw_bar(picture.bar)
        return picture.figure

    def _label(self, name: str) -> str:
        base, _, species = name.partition(".")
        text = LABELS.get(base, words(base).capitalize())
        if not species:
            return text
        return f"{text} {ion_label(species, self.result.case.species[species].charge_number)}"

    def _absent(self, name: str) -> str:
        species = name.partition(".")[2]
        return f"no {ion_label(species, self.result.case.species[species].charge_number)}" if species else "no ions"

    def _colours(self, name: str, values: FloatArray, scale: Scale | None) -> ColourScale:
        base = name.partition(".")[0]
        unit = self.fields.units[name]
        known = self._shown_values(name, values)
        if scale is not None:
            log = checked_log(name, known, scale)
        else:
            log = spans_decades(known[known > 0]) and bool(np.all(known >= 0))
            log = log and (base == "concentration" or self.fields.columns[name].ndim == 2)
        if base == "charge_density" and scale is None:
            return signed_scale(known, unit, COLOURS[base], _needs_symlog(self.view, values))
        if log and self.fields.columns[name].ndim == 2:
            return dataclasses.replace(log_scale(known, unit, FLOW_COLOURS, decades=FLOW_DECADES), part=FLOW_PART)
        colours = COLOURS.get(base, "cividis" if self.fields.columns[name].ndim == 1 else FLOW_COLOURS)
        if log:
            return log_scale(known, unit, colours)
        return linear_scale(known, unit, LEAST_SPAN.get(base, 0.0), colours)

    def _shown_values(self, name: str, values: FloatArray) -> FloatArray:
        """The values that set the colours: those of the part shown, without a trace that stands for zero in a bath."""
        known = np.isfinite(values)
        concentration = self.fields.columns.get(f"concentration.{name.partition('.')[2]}")
        if concentration is not None and known.any():
            at = [k for b, k in self.fields.boundaries.items() if b not in self.result.case.interfaces and k.size]
            held = np.unique(np.concatenate(at)) if at else np.zeros(0, dtype=np.int64)
            known[held] &= ~(concentration[held] < TRACE * np.nanmax(concentration))
        found = values[known]
        if self._part is not None:
            x, y = self.view.points.T
            left, right, bottom, top = self._part.extent
            inside = known & (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
            raster = self.view.raster(self._part, SCALE_PIXELS, SCALE_PIXELS)
            between = raster.values(self.view.triangles, np.where(known, values, np.nan))
            found = np.concatenate([values[inside], between[np.isfinite(between)]])
        return found if found.size else np.zeros(1)

    def _raster(self, panel: Panel, per_inch: float) -> Raster:
        columns, rows = round(panel.width * per_inch), 2 * round(panel.height * per_inch / 2)
        key = (*panel.frame.extent, columns, rows)
        if key not in self._rasters:
            self._rasters[key] = self.view.raster(panel.frame, columns, rows)
        return self._rasters[key]

    def _draw_map(self, panel: Panel, values: FloatArray, colours: ColourScale, gaps: bool) -> None:
        raster = self._raster(panel, PIXELS)
        found = raster.values(self.view.triangles, values)
        panel.axes.imshow(
            colours.image(found), extent=panel.extent, origin="lower", aspect="auto", zorder=1, rasterized=True
        )
        x, y = _middles(panel, found.shape)
        x, y = x[::LINE_STEP], y[::LINE_STEP]
        coarse = colours.measure(found[::LINE_STEP, ::LINE_STEP])
        region = raster.of_cells(self.view.region)[::LINE_STEP, ::LINE_STEP]
        for k in range(len(self.fields.region_names)):
            # Each on its own: where a field jumps there is a line around the region already.
            own = np.where(region == k, coarse, np.nan)
            levels = colours.levels(own)
            if levels and min(own.shape) > 1:
                panel.axes.contour(x, y, own, levels=levels, linestyles="solid", zorder=2, **line_style(colours.kind))
        if gaps:
            missing = ((raster.cell >= 0) & np.isnan(found))[::LINE_STEP, ::LINE_STEP].astype(float)
            if missing.any():
                grey = np.zeros((*missing.shape, 4))
                grey[missing > 0] = (0.92, 0.92, 0.92, 1.0)
                panel.axes.imshow(grey, extent=panel.extent, origin="lower", aspect="auto", zorder=0.5)
                hatched = panel.axes.contourf(x, y, missing, levels=[0.5, 1.5], colors="none", hatches=["////"])
                hatched.set_edgecolor("#B5B5B5")
                hatched.set_linewidth(0.0)
                hatched.set_zorder(0.6)

    def _draw_streams(self, panel: Panel, vectors: FloatArray) -> None:
        """Lines along the vectors, evenly spread; how many there are in a place says nothing."""
        raster = self._raster(panel, STREAM_PIXELS)
        across, up = (raster.values(self.view.triangles, own) for own in self.view.components(vectors))
        left, right, bottom, top = panel.extent
        x, y = _middles(panel, raster.cell.shape)
        mirrored = self.view.mirrored and bottom < 0
        upper = slice(y.size // 2 if mirrored else 0, None)
        draw_streams(panel, x, y[upper], across[upper], up[upper], mirrored)
        panel.axes.set_xlim(left, right)
        panel.axes.set_ylim(bottom, top)


def _middles(panel: Panel, shape: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """Middles of pixels in the unit of the panel's numbers."""
    left, right, bottom, top = panel.extent
    rows, columns = shape
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    return x, y


def _largest(values: FloatArray) -> float:
    return float(np.nanmax(np.abs(values), initial=0.0))


def _needs_symlog(view: PlaneView, values: FloatArray) -> bool:
    """Whether a space charge is much larger in a small part of the area where it is more than noise."""
    a, b, c = (view.points[view.triangles[:, k]] for k in range(3))
    area = np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    size = np.nan_to_num(np.abs(values[view.triangles]).mean(axis=1))
    seen = size > 1e-4 * size.max()
    order = np.argsort(size[seen])
    share = np.cumsum(area[seen][order])
    if not share.size:
        return False
    median = size[seen][order][np.searchsorted(share, 0.5 * share[-1])]
    return bool(size.max() > SYMLOG_FROM * median)
