"""Where the lines of a tensor-product mesh lie, and how small the cells of a Gmsh mesh are: graded as stacks are.

Every side of every boundary and interface has the layer that it would have in a stack (`pnp.grading`); where a straight
line changes its condition, as at the edge of an electrode, the field is singular and cells are as small along it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pnp.grading import Grid, MeshOptions, boundary_layer, interface_layers, spaced
from pnp.model import Model
from pnp.plane.blocks import Blocks
from pnp.plane.sizes import Layer, Sizes

Array = NDArray[np.float64]

DENSITY = 0.5
"""Lines per length of a plane's mesh over nodes per length of a stack's: a plane costs the square of it."""
STRETCHED = 10.0
"""Length along a line over the height of the cells there, where Gmsh's meshes are given rows of stretched cells."""
GMSH_DENSITY = 0.5
"""The same where cells are as long as they are wide: a wall costs its length over its first cell."""
GMSH_GROWTH = 2.5
"""So many times faster than in a stack such cells grow, for the same reason."""


@dataclass(frozen=True)
class Side:
    """A face of a block: on line ``line`` of an axis, the layer* at its lower and its upper side, None for none."""

    axis: int
    line: int
    lower: float | None
    upper: float | None


def sides(model: Model, blocks: Blocks) -> Iterator[Side]:
    """Every face between blocks that has a layer, and every end of a boundary at a corner of blocks."""
    for axis in (0, 1):
        for line, faces in enumerate(blocks.faces(axis)):
            groups = [blocks.group_of(axis, line, j) for j in range(len(faces))]
            lengths: list[float | None] = []
            for (a, b), group in zip(faces, groups, strict=True):
                lower, upper = _layers(model, blocks, a, b, group)
                yield Side(axis, line, lower, upper)
                found = [v for v in (lower, upper) if v is not None]
                lengths.append(min(found) if found and min(a, b) < 0 else None)
            # where the condition on an outer line changes, cells are small along it too
            for j in range(len(faces) - 1):
                outer = min(faces[j]) < 0 <= max(faces[j]) and min(faces[j + 1]) < 0 <= max(faces[j + 1])
                if outer and groups[j] != groups[j + 1]:
                    singular = [v for v in lengths[j : j + 2] if v is not None]
                    if singular:
                        yield Side(1 - axis, j + 1, min(singular), min(singular))


def _layers(model: Model, blocks: Blocks, a: int, b: int, group: str | None) -> tuple[float | None, float | None]:
    """Layers* at the lower and upper side of a face between the regions a and b (−1: outside)."""
    if a >= 0 and b >= 0:
        if a == b and group is None:
            return None, None
        sigma = model.interface_charge[blocks.interface_names.index(group)] if group is not None else 0.0
        return interface_layers(model, a, b, sigma)
    if group is None or (a < 0 and b < 0):
        return None, None
    layer = boundary_layer(model, blocks.boundary_names.index(group), max(a, b))
    return (layer, None) if b < 0 else (None, layer)


def axis_grids(models: Sequence[Model], blocks: Blocks, options: MeshOptions, density: float) -> tuple[Grid, Grid]:
    """Lines* of both axes for all models of a sweep; their regions are the intervals between the blocks' lines.

    Args:
        models: One or more models of equal geometry.
        blocks: The geometry, in units of the models' length.
        options: Grading.
        density: Number of lines relative to a stack's nodes.
    """
    layers = [np.full((len(lines), 2), np.inf) for lines in blocks.lines]
    for model in models:
        for side in sides(model, blocks):
            own = layers[side.axis][side.line]
            for which, length in enumerate((side.lower, side.upper)):
                if length is not None:
                    own[which] = min(own[which], length)
    # lines are options.refinement * density times denser than asked for here
    cap = options.largest_cell / models[0].scales.length * options.refinement * DENSITY
    first, second = (
        _axis(lines, own, blocks.axisymmetric and axis == 0, options, density, cap)
        for axis, (lines, own) in enumerate(zip(blocks.lines, layers, strict=True))
    )
    return first, second


def _axis(lines: Array, layers: Array, radial: bool, options: MeshOptions, density: float, cap: float) -> Grid:
    nodes, region, faces = [lines[:1]], [], [0]
    widths = np.diff(lines)
    total = float(lines[-1] - lines[0])
    for k, width in enumerate(widths):
        around = [float(layers[k, 1]), float(layers[k + 1, 0])]
        # beside a layer on the other side of a line cells are no larger at first
        around = [min(own, other) for own, other in zip(around, (layers[k, 0], layers[k + 1, 1]), strict=True)]
        if radial and 0.0 < lines[k] < width:
            around[0] = min(around[0], float(lines[k]))  # fields of a curved face fall within its radius
        sides = [length if np.isfinite(length) else None for length in around]
        largest = min(0.5 * width, max(options.max_cell_fraction * total, 0.02 * width), cap)
        xi = spaced(width, sides, largest, _denser(options, density))
        nodes.append(lines[k] + xi[1:])
        nodes[-1][-1] = lines[k + 1]
        region.append(np.full(len(xi) - 1, k, dtype=np.int32))
        faces.append(faces[-1] + len(xi) - 1)
    return Grid(np.concatenate(nodes), np.concatenate(region), np.array(faces))


def _denser(options: MeshOptions, density: float) -> MeshOptions:
    return replace(options, refinement=options.refinement * density)


def cell_sizes(models: Sequence[Model], names: PartNames, widths: Sequence[float], options: MeshOptions) -> Sizes:
    """Sizes in m of a Gmsh mesh for all models of a sweep.

    Args:
        models: One or more models of equal geometry, with a layout.
        names: Of regions, boundaries and interfaces.
        widths: Narrowest dimension of each region, m.
        options: Grading.
    """
    unit, layers = models[0].scales.length, []
    share = unit / options.cells_per_debye_length
    for model in models:
        assert model.plane is not None
        for a, b in model.plane.neighbours:
            charges = [q for i, q in enumerate(model.interface_charge) if set(names.between[i]) in (set(), {a, b})]
            found = interface_layers(model, a, b, max(charges, key=abs, default=0.0))
            pair = (names.regions[a], names.regions[b])
            layers += [
                Layer("between", pair, length * share, names.regions[k], along=STRETCHED * length * share)
                for k, length in zip((a, b), found, strict=True)
                if length is not None
            ]
        for b, touched in enumerate(model.plane.boundary_regions):
            for k in touched:
                length = boundary_layer(model, b, k)
                if length is not None:
                    own = Layer("group", (names.boundaries[b],), length * share, names.regions[k])
                    layers.append(replace(own, along=STRETCHED * own.first))
                    layers.append(Layer("ends", (names.boundaries[b],), length * share))
    extent = (
        float(np.max(models[0].plane.bounds[:, 1] - models[0].plane.bounds[:, 0])) * unit if models[0].plane else 0.0
    )
    cap = options.largest_cell * options.refinement * GMSH_DENSITY
    largest = {
        name: min(0.05 * width, options.max_cell_fraction * extent, cap)
        for name, width in zip(names.regions, widths, strict=True)
    }
    growth = 1.0 + GMSH_GROWTH * (options.growth - 1.0)
    return Sizes(largest, tuple(dict.fromkeys(layers)), growth, options.refinement * GMSH_DENSITY)


@dataclass(frozen=True)
class PartNames:
    """Names of the parts of a geometry in the model's order; ``between`` has the regions of each interface."""

    regions: tuple[str, ...]
    boundaries: tuple[str, ...]
    interfaces: tuple[str, ...]
    between: tuple[tuple[int, ...], ...]
