"""How large cells may be: growing from layers at named lines, capped region by region.

In each region

    h(x) = min(h_max, min over layers of h0 + α·distance(x, layer)),   α = growth − 1

in a layer's own side; on the other side of its line α is doubled (at most 0.5, if that is more), so that cells grow
there without a jump. Borders of a region with small cells and curved lines make layers of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, pi
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pnp.plane.errors import MeshError, listed

Array = NDArray[np.float64]

MOST_SAMPLES = 200_000
"""Points at which one line's distance field is sampled, at most."""
SPREAD = 0.4
"""α of layers that only smooth: curved lines, borders of regions with small cells."""


@dataclass(frozen=True)
class Layer:
    """Lines at which cells are small.

    Attributes:
        kind: What ``names`` are: "group", a boundary or interface; "between", two regions; "border", all of the border
            of one region; "ends", the end points of a group, where a condition changes.
        names: One name, two for "between".
        first: Size of the first cell, m.
        side: Region in which cells grow by ``growth``; None for both sides.
        growth: Overrides ``Sizes.growth``.
        along: Size of cells along the line where they are stretched, m; None for cells as long as they are high. For
            lines that are closed or end on the outer boundary, with a ``side``; elsewhere a note says they do not fit.
            Rows of such cells are added after meshing (``pnp.plane.rows``): a tenth of the cells does.
        thickness: No further from the line than this are cells stretched, m; None as far as heights take to grow to
            ``along``, or to fill a gap.
    """

    kind: Literal["group", "between", "border", "ends"]
    names: tuple[str, ...]
    first: float
    side: str | None = None
    growth: float | None = None
    along: float | None = None
    thickness: float | None = None

    @property
    def place(self) -> str:
        """Where it is, for messages: a group's name, or the two regions and the side."""
        return "|".join(self.names) + (f", {self.side} side" if self.kind == "between" and self.side else "")

    @property
    def stretched(self) -> bool:
        """Whether it asks for stretched cells."""
        return self.along is not None and self.along > self.first and self.side is not None and self.kind != "ends"


@dataclass(frozen=True, eq=False)
class NodalSizes:
    """Sizes given at the nodes of an earlier mesh, for adaptation.

    Attributes:
        points: (n, 2) m.
        triangles: (m, 3) cells of that mesh.
        sizes: (n,) m.
    """

    points: Array
    triangles: NDArray[np.int64]
    sizes: Array


@dataclass(frozen=True, eq=False)
class Sizes:
    """What a mesh's cell sizes are.

    Attributes:
        largest: Largest cell of each region, m.
        layers: Where cells are small.
        growth: Ratio of neighbouring cells, > 1.
        refinement: Divides every size.
        segments: Least number of facets on a full turn of a curved line.
        nodal: Sizes of an earlier mesh; the smaller of them and all else holds. Divided by ``refinement`` too.
    """

    largest: Mapping[str, float]
    layers: tuple[Layer, ...] = ()
    growth: float = 1.2
    refinement: float = 1.0
    segments: int = 32
    nodal: NodalSizes | None = None


@dataclass
class Lines:
    """The lines and surfaces of a Gmsh model by what they are in the case.

    Attributes:
        region_names: Regions.
        group_names: Boundaries and interfaces.
        surfaces: Region index of each surface's tag.
        groups: Group index of each grouped curve's tag.
        beside: Region indices at the two sides of each curve's tag, one for outer curves.
    """

    region_names: tuple[str, ...]
    group_names: tuple[str, ...]
    surfaces: dict[int, int]
    groups: dict[int, int] = field(default_factory=dict)
    beside: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def of_layer(self, layer: Layer) -> list[int]:
        """Tags of the curves of a layer.

        Raises:
            MeshError: a name is unknown.
        """
        known = self.group_names if layer.kind in ("group", "ends") else self.region_names
        for name in layer.names:
            if name not in known:
                raise MeshError(f'a layer of cells at "{name}", which is not there', f"there are {listed(known)}")
        if layer.kind in ("group", "ends"):
            index = self.group_names.index(layer.names[0])
            return [tag for tag, g in self.groups.items() if g == index]
        wanted = {self.region_names.index(name) for name in layer.names}
        if layer.kind == "between":
            return [tag for tag, regions in self.beside.items() if set(regions) == wanted]
        return [tag for tag, regions in self.beside.items() if regions.count(min(wanted)) == 1]


def set_sizes(gmsh: Any, lines: Lines, sizes: Sizes, unit: float, stretch: bool = True) -> None:
    """Make the current model's background field.

    Args:
        gmsh: The module, a model open in it.
        lines: What the model's surfaces and curves are.
        sizes: The sizes.
        unit: Length of one model unit, m.
        stretch: Whether layers of stretched cells have the size along their line, for rows to be added.
    """
    scale = 1.0 / (unit * sizes.refinement)
    for name in lines.region_names:
        if name not in sizes.largest:
            raise MeshError("there is no largest cell size for it", "", "give one", name=name)
    largest = [sizes.largest[name] * scale for name in lines.region_names]
    fields = _Fields(gmsh, lines, largest, sizes.refinement)
    alpha = sizes.growth - 1.0
    for layer in sizes.layers:
        curves = lines.of_layer(layer)
        if not curves:
            continue
        side = None if layer.side is None else lines.region_names.index(layer.side)
        own = alpha if layer.growth is None else layer.growth - 1.0
        first = layer.along if stretch and layer.along is not None and layer.stretched else layer.first
        fields.add(curves, first * scale, own, side, ends=layer.kind == "ends")
    for size, curves in _curved(gmsh, lines.beside, sizes).items():
        fields.add(curves, size, SPREAD, None)
    for region, size in enumerate(largest):
        at = [t for t, beside in lines.beside.items() if region in beside and any(largest[b] > size for b in beside)]
        if at:
            fields.add(at, size, SPREAD, None)
    fields.cap()
    if sizes.nodal is not None:
        fields.nodal(sizes.nodal, unit, scale)
    fields.apply()


def _curved(gmsh: Any, curves: Iterable[int], sizes: Sizes) -> dict[float, list[int]]:
    """Curves that bend, by the size that gives a full turn of them enough facets (model units)."""
    found: dict[float, list[int]] = {}
    for tag in curves:
        if gmsh.model.getType(1, tag) == "Line":
            continue
        (low,), (high,) = gmsh.model.getParametrizationBounds(1, tag)
        curvature = float(np.max(gmsh.model.getCurvature(1, tag, np.linspace(low, high, 9))))
        if curvature > 0.0:
            size = float(f"{2.0 * pi / curvature / (sizes.segments * sizes.refinement):.9g}")
            found.setdefault(size, []).append(tag)
    return found


def _length(model: Any, curve: int) -> float:
    """About the length of a curve of either of Gmsh's kernels."""
    (low,), (high,) = model.getParametrizationBounds(1, curve)
    at = np.reshape(model.getValue(1, curve, np.linspace(low, high, 33)), (-1, 3))
    return float(np.sum(np.linalg.norm(np.diff(at, axis=0), axis=1)))


class _Fields:
    """Gmsh's size fields of one model."""

    def __init__(self, gmsh: Any, lines: Lines, largest: list[float], refinement: float) -> None:
        self.model, self.field, self.view = gmsh.model, gmsh.model.mesh.field, gmsh.view
        self.option = gmsh.option
        self.largest, self.refinement = largest, refinement
        self.surfaces = [[t for t, r in lines.surfaces.items() if r == k] for k in range(len(largest))]
        self.all: list[int] = []

    def add(self, curves: list[int], first: float, alpha: float, side: int | None, ends: bool = False) -> None:
        """h = first + α·distance from curves (or their ends), α doubled in regions other than ``side``."""
        distance = self.field.add("Distance")
        if ends:
            points: set[int] = set()
            for _, tag in self.model.getBoundary([(1, c) for c in curves], combined=True, oriented=False):
                points.add(tag)
            if not points:
                return
            self.field.setNumbers(distance, "PointsList", sorted(points))
        else:
            longest = max(_length(self.model, c) for c in curves)
            self.field.setNumbers(distance, "CurvesList", curves)
            # the field is the distance to sampled points: half a cell apart, they put the first size off by α/4
            self.field.setNumber(distance, "Sampling", min(MOST_SAMPLES, max(20, ceil(2.0 * longest / first))))
        for region, cap in enumerate(self.largest):
            if first >= cap or not self.surfaces[region]:
                continue
            slope = alpha if side in (None, region) else max(alpha, min(2.0 * alpha, 0.5))
            threshold = self.field.add("Threshold")
            self.field.setNumber(threshold, "InField", distance)
            self.field.setNumber(threshold, "SizeMin", first)
            self.field.setNumber(threshold, "SizeMax", cap)
            self.field.setNumber(threshold, "DistMin", 0.0)
            self.field.setNumber(threshold, "DistMax", (cap - first) * self.refinement / slope)
            self._restrict(threshold, region)

    def _restrict(self, inner: int, region: int) -> None:
        restrict = self.field.add("Restrict")
        self.field.setNumber(restrict, "InField", inner)
        self.field.setNumbers(restrict, "SurfacesList", self.surfaces[region])
        self.all.append(restrict)

    def cap(self) -> None:
        """The largest size of each region."""
        for region, cap in enumerate(self.largest):
            if self.surfaces[region]:
                constant = self.field.add("MathEval")
                self.field.setString(constant, "F", f"{cap!r}")
                self._restrict(constant, region)

    def nodal(self, given: NodalSizes, unit: float, scale: float) -> None:
        """Sizes interpolated on an earlier mesh."""
        view = self.view.add("sizes")
        corners = given.points[given.triangles] / unit
        columns = [
            corners[:, :, 0],
            corners[:, :, 1],
            np.zeros(given.triangles.shape),
            given.sizes[given.triangles] * scale,
        ]
        self.view.addListData(view, "ST", len(given.triangles), np.concatenate(columns, axis=1).ravel())
        post = self.field.add("PostView")
        self.field.setNumber(post, "ViewTag", view)
        self.field.setNumber(post, "UseClosest", 1)
        self.all.append(post)

    def apply(self) -> None:
        """The least of all fields, and nothing else, is the size."""
        least = self.field.add("Min")
        self.field.setNumbers(least, "FieldsList", self.all)
        self.field.setAsBackgroundMesh(least)
        for name in ("FromPoints", "ExtendFromBoundary", "FromCurvature"):
            self.option.setNumber(f"Mesh.MeshSize{name}", 0)
