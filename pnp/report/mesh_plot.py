"""The picture of a mesh: regions and boundaries in colours with names, cells, and the finest part enlarged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from pnp.plane_fields import FloatArray, IntArray
from pnp.report import style
from pnp.report.format import common_scale
from pnp.report.plane_layout import Panel, draw_outlines, page
from pnp.report.plane_raster import Frame
from pnp.report.plane_view import PlaneView, plane_view

REGIONS = ("#C9DCEB", "#F2DDB4", "#D3E5C6", "#E6CFE0", "#D9D9D9", "#F3CBBF", "#C5E6E3", "#E9E5B5")
"""Pale, so that cells and boundaries are seen on them; told apart in grey by their order in the legend only."""
SMALLEST = 0.02
"""Inches: cells that would be smaller on paper are a darker shade instead of lines."""
DARKER = 0.62
PIXELS = 200
ACROSS_FINEST = 30.0
"""Smallest cells across the part that is enlarged."""
WORTH_A_ZOOM = 3.0
RASTER_FROM = 20_000
"""Lines from which they are pixels in vector formats too."""


class TriangleMesh(Protocol):
    """What is drawn of a mesh; `pnp.plane.mesh.PlaneMesh` has it."""

    @property
    def points(self) -> FloatArray:
        """Nodes, m, shape (n, 2)."""

    @property
    def triangles(self) -> IntArray:
        """Corners, shape (m, 3)."""

    @property
    def region(self) -> NDArray[np.int32]:
        """Index of the region of each triangle, shape (m,)."""

    @property
    def region_names(self) -> tuple[str, ...]:
        """Names of the regions."""

    @property
    def facets(self) -> IntArray:
        """Nodes of named facets, shape (k, 2)."""

    @property
    def facet_group(self) -> NDArray[np.int32]:
        """Index of the name of each facet, shape (k,)."""

    @property
    def facet_names(self) -> tuple[str, ...]:
        """Names of boundaries and interfaces."""


def draw_mesh(mesh: TriangleMesh, axisymmetric: bool = False, title: str = "", width: float = style.WIDTH) -> Figure:
    """Draw a mesh.

    Args:
        mesh: The mesh.
        axisymmetric: Whether its points are r, z.
        title: A line above.
        width: Of the picture in inches.
    """
    region = np.asarray(mesh.region, dtype=np.int64)
    view = plane_view(mesh.points, mesh.triangles, region, axisymmetric)
    labels = [name.replace("_", " ") for name in (*mesh.region_names, *mesh.facet_names)]
    legend = style.Legend(labels, width)
    picture = page(view, view.whole, finest_part(view), title, "", width, bar=False, above=legend.height)
    lines = [_look(k) for k in range(len(mesh.facet_names))]
    handles = [
        *(Patch(facecolor=_pale(k), edgecolor="black", linewidth=0.5) for k in range(len(mesh.region_names))),
        *(Line2D([], [], color=colour, linestyle=dashes, linewidth=2.2) for colour, dashes in lines),
    ]
    legend.draw(picture.figure, handles, 0.06 + style.title_height(style.wrapped(title, width)))
    edges = _edges(view)
    for panel in picture.panels:
        _draw_cells(panel, view, edges)
        draw_outlines(panel, view)
        for k, (colour, dashes) in enumerate(lines):
            own = view.drawn(view.points[mesh.facets[mesh.facet_group == k]])
            if own.size:
                panel.axes.add_collection(
                    LineCollection(
                        list(panel.factor * own), colors=colour, linestyles=[dashes], linewidths=2.2, zorder=5
                    ),
                    autolim=False,
                )
    return picture.figure


def draw_grid(
    nodes: FloatArray, region: IntArray, names: Sequence[str], title: str = "", width: float = style.WIDTH
) -> Figure:
    """Draw the sizes of a stack's cells, one after the other from left to right.

    Args:
        nodes: Positions in m, shape (n + 1,).
        region: Index of the region of each cell, shape (n,).
        names: Of the regions.
        title: A line above.
        width: Of the picture in inches.
    """
    title = style.wrapped(title, width)
    legend = style.Legend([name.replace("_", " ") for name in names], width)
    top = 0.1 + style.title_height(title) + legend.height
    height = top + 2.2 + 0.45
    figure = style.new_figure(width, height)
    style.add_title(figure, title)
    legend.draw(figure, [Patch(facecolor=_pale(k)) for k in range(len(names))], 0.06 + style.title_height(title))
    axes = figure.add_axes((0.75 / width, 0.45 / height, (width - 0.9) / width, 2.2 / height))
    size = np.diff(nodes)
    factor, symbol = common_scale([float(np.median(size))], "m")
    axes.set_yscale("log")
    axes.set_xlim(0, size.size)
    axes.set_ylim(0.8 * factor * size.min(), 1.25 * factor * size.max())
    for k in range(len(names)):
        own = np.flatnonzero(region == k)
        axes.axvspan(own[0], own[-1] + 1, color=_pale(k), lw=0, zorder=0)
    axes.stairs(factor * size, np.arange(size.size + 1), color="black", linewidth=1.2, baseline=None)
    axes.set_xlabel("Cell, from left to right", fontsize=style.FONT)
    axes.set_ylabel(f"Size of the cell ({symbol})", fontsize=style.FONT)
    style.dress(axes)
    return figure


def finest_part(view: PlaneView) -> Frame | None:
    """Around the smallest cell, so much that its neighbours are seen as cells; None where the whole shows them."""
    a, b, c = (view.points[view.triangles[:, k]] for k in range(3))
    area = 0.5 * np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    smallest = int(np.argmin(area))
    whole = view.whole
    size = ACROSS_FINEST * float(np.sqrt(2.0 * area[smallest]))
    x, y = (a[smallest] + b[smallest] + c[smallest]) / 3.0
    if size * WORTH_A_ZOOM > max(whole.width, whole.height):
        return None
    wide, high = min(size, whole.width), min(size, whole.height)
    left = min(max(x - 0.5 * wide, whole.left), whole.right - wide)
    low = min(max(y - 0.5 * high, whole.bottom), whole.top - high)
    if view.mirrored and low < 0:
        # The axis is in it: both sides are shown.
        reach = y + 0.5 * high
        return Frame(left, left + wide, -reach, reach)
    return Frame(left, left + wide, low, low + high)


def _edges(view: PlaneView) -> FloatArray:
    """Every edge once, with its mirror image, shape (k, 2, 2)."""
    edges = np.sort(view.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    key = np.unique(edges[:, 0] * (int(view.triangles.max()) + 1) + edges[:, 1])
    return view.drawn(view.points[np.stack(np.divmod(key, int(view.triangles.max()) + 1), axis=1)])


def _draw_cells(panel: Panel, view: PlaneView, edges: FloatArray) -> None:
    raster = view.raster(panel.frame, round(panel.width * PIXELS), 2 * round(panel.height * PIXELS / 2))
    inch = np.array([panel.width / panel.frame.width, panel.height / panel.frame.height])
    a, b, c = (view.points[view.triangles[:, k]] * inch for k in range(3))
    size = np.sqrt(np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]))
    table = np.array([to_rgb(_pale(k)) for k in range(int(view.region.max()) + 1)])
    colour = table[view.region] * np.where(size < SMALLEST, DARKER, 1.0)[:, None]
    image = np.zeros((*raster.cell.shape, 4))
    inside = raster.cell >= 0
    image[inside, :3] = colour[raster.cell[inside]]
    image[inside, 3] = 1.0
    panel.axes.imshow(image, extent=panel.extent, origin="lower", aspect="auto", zorder=1, rasterized=True)
    left, right, bottom, top = panel.frame.extent
    x, y = edges[:, :, 0], edges[:, :, 1]
    seen = (x.min(1) <= right) & (x.max(1) >= left) & (y.min(1) <= top) & (y.max(1) >= bottom)
    seen &= np.hypot(*((edges[:, 1] - edges[:, 0]) * inch).T) >= SMALLEST
    lines = LineCollection(list(panel.factor * edges[seen]), colors="#404040", linewidths=0.25, zorder=2)
    lines.set_rasterized(int(seen.sum()) > RASTER_FROM)
    panel.axes.add_collection(lines, autolim=False)


def _pale(index: int) -> str:
    return REGIONS[index % len(REGIONS)]


def _look(index: int) -> tuple[str, str | tuple[float, Sequence[float]]]:
    """Colour and dashes of a boundary: the dashes differ once the colours are used up."""
    colours = [colour for colour, _ in style.SPECIES_STYLES]
    return colours[index % len(colours)], "-" if index < len(colours) else (0, (2.5, 1.5))
