"""Where the nodes of a one-dimensional mesh lie: graded to the Debye layer at every face that has one.

The cell size grows linearly with the distance from each layer (geometric grading),

    h(x) = min(h_left + α d_left, h_right + α d_right, h_max),  α = growth − 1,

(h_max so that the stack as a whole has at least 1/``max_cell_fraction`` cells, shared equally by its regions),

and nodes are equal steps of ∫ dx/h, so that ``refinement = 2`` halves every cell. The first cell of a layer is
its Debye length over ``cells_per_debye_length``, thinner where the layer is non-linear: a surface charge σ* has the
Gouy–Chapman length 2 ε*/|z σ*|, a blocking electrode at reduced potential V the length 2 λ e^{−|V|/2} (first integral
of the Poisson–Boltzmann equation, Gouy 1910, Chapman 1913). Reservoir ends that face neutral solution get no Debye
layer, since cells of that size there only add rounding to the fluxes; the dilute end of a film is graded to the length
over which its concentrations double.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.model import BoundaryModel, Model, RegionModel

Array = NDArray[np.float64]

STRIP_ROWS = 4
"""Rows of cells over the height of a strip, on which nothing depends along it."""
STEEPEST = 1e-6
"""Smallest layer thickness over Debye length that is graded for: thinner layers are beyond the equations."""


@dataclass(frozen=True)
class MeshOptions:
    """The numbers of the case file's [mesh] table; see there.

    In a plane ``refinement`` counts half: its cells are twice as wide as a stack's; ``largest_cell`` (m) holds there
    on the last mesh, whatever the refinement.
    """

    refinement: float = 1.0
    growth: float = 1.1
    cells_per_debye_length: float = 20.0
    max_cell_fraction: float = 0.005
    largest_cell: float = float("inf")


@dataclass(frozen=True)
class Grid:
    """Nodes of the stack.

    Attributes:
        nodes: x* of the n + 1 nodes, increasing; the faces of the regions are among them.
        region: Region index of each of the n cells.
        faces: Node index of each of the R + 1 faces.
        height: Height* of the strip that the stack is solved on; 0 for a line.
        rows: Rows of cells over that height.
    """

    nodes: Array
    region: NDArray[np.int32]
    faces: NDArray[np.int64]
    height: float = 0.0
    rows: int = 0

    def __eq__(self, other: object) -> bool:
        """Same nodes in the same regions: a discretisation can be reused."""
        if not isinstance(other, Grid):
            return NotImplemented
        same = np.array_equal(self.nodes, other.nodes) and np.array_equal(self.region, other.region)
        return same and (self.height, self.rows) == (other.height, other.rows)

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.region) * (2 * self.rows if self.height else 1)

    __hash__ = None  # type: ignore[assignment]


def layer_lengths(model: Model) -> list[tuple[float | None, float | None]]:
    """Thickness* of the layer at the (left, right) face of each region of a stack, None where no layer forms."""
    layers: list[list[float | None]] = [[None, None] for _ in model.regions]
    for k, sigma in enumerate(model.interface_charge):
        layers[k][1], layers[k + 1][0] = interface_layers(model, k, k + 1, sigma)
    last = len(model.regions) - 1
    layers[0][0], layers[last][1] = boundary_layer(model, 0, 0), boundary_layer(model, 1, last)
    if model.geometry.exponent > 0:
        for k, (radius, r) in enumerate(zip(model.faces, model.regions, strict=False)):
            # fields of a curved face fall within its radius, charge or none
            if 0.0 < radius < r.thickness:
                layers[k][0] = min(layers[k][0] or np.inf, float(radius))
    return [(a, b) for a, b in layers]


def interface_layers(model: Model, a: int, b: int, sigma: float) -> tuple[float | None, float | None]:
    """Thickness* of the layers in regions a and b where they touch, with surface charge* sigma between them."""
    if not differ(model, a, b, sigma):
        return None, None
    debye = {k: model.debye_length(k) for k in (a, b)}
    # counter-ions crowd on both sides of the face of a charged region: its own screening length governs both
    shared = min((debye[k] for k in (a, b) if model.largest_charge(k) > 0), default=np.inf)
    first, second = (
        _bounded(min(debye[k], shared, _gouy_chapman_length(model, k, abs(sigma))), debye[k]) for k in (a, b)
    )
    return first, second


def differ(model: Model, j: int, k: int, sigma: float = 0.0) -> bool:
    """Whether anything that makes a double layer jumps between two regions."""
    a, b = model.regions[j], model.regions[k]
    same = (
        a.permittivity == b.permittivity
        and np.array_equal(a.present, b.present)
        and np.array_equal(a.log_partition, b.log_partition)
        and not callable(a.fixed_charge)
        and a.fixed_charge == b.fixed_charge
    )
    return not same or sigma != 0.0


def boundary_layer(model: Model, b: int, k: int) -> float | None:
    """Thickness* of the layer in region k at boundary b."""
    boundary, region, debye = model.boundaries[b], model.regions[k], model.debye_length(k)
    if boundary.blocking or not np.all(boundary.fixes | ~region.present):
        length = debye
        length = min(length, _gouy_chapman_length(model, k, abs(boundary.surface_charge)))
        if boundary.blocking and boundary.potential is not None:
            others = [o.potential for o in model.boundaries if o is not boundary and o.potential is not None]
            drop = max((abs(boundary.potential - other) for other in others), default=abs(boundary.potential))
            z = np.max(np.abs(model.charge_number), initial=1.0)
            length = min(length, 2.0 * debye * float(np.exp(-min(z * drop / 2.0, 100.0))))
        if boundary.surface_charge or boundary.potential is not None or boundary.floating or boundary.flux.any():
            return _bounded(length, debye)
        return None
    if model.largest_charge(k) > 0 or not _neutral_inside(model, boundary, region):
        return debye
    return _depletion_length(model, boundary, debye)


def _neutral_inside(model: Model, boundary: BoundaryModel, region: RegionModel) -> bool:
    """Whether the bath facing an end region stays neutral when it is partitioned into it."""
    c = np.where(region.present & boundary.fixes, np.exp(boundary.log_activity + region.log_partition), 0.0)
    return bool(abs(model.charge_number @ c) <= 1e-6 * (np.abs(model.charge_number) @ c))


def _gouy_chapman_length(model: Model, k: int, sigma: float) -> float:
    """2 ε* / |z σ*|, the thickness of the layer at a strongly charged surface, for the largest |z| in the region."""
    z = np.max(np.abs(model.charge_number[model.regions[k].present]), initial=0.0)
    return 2.0 * model.regions[k].permittivity / (z * sigma) if z * sigma > 0 else float("inf")


def _depletion_length(model: Model, boundary: BoundaryModel, debye: float) -> float | None:
    """Where ln c bends at the dilute end of a film: its thickness times the ratio of the two ends' ionic strengths.

    Between two reservoirs the concentrations run about linearly, so that ln c of the weaker end changes by one over
    that length. In a stack of several regions the gradient lies in the membrane and the baths are flat: none.
    """
    if len(model.regions) != 1 or model.plane is not None:
        return None
    own, other = (np.nansum(model.charge_number**2 * b.bath) for b in _ordered(model, boundary))
    if not 0 < own < 0.5 * other:
        return None
    return max(debye, model.regions[0].thickness * float(own / other))


def _ordered(model: Model, boundary: BoundaryModel) -> tuple[BoundaryModel, BoundaryModel]:
    left, right = model.boundaries
    return (left, right) if boundary is left else (right, left)


def _bounded(length: float, debye: float) -> float | None:
    if not np.isfinite(length):
        return None
    return max(length, STEEPEST * debye) if np.isfinite(debye) else length


def grade(models: Sequence[Model], options: MeshOptions) -> Grid:
    """One grid that suits every model given (a sweep's points share it); they must share region thicknesses.

    Args:
        models: One or more dimensionless models with equal scales of length.
        options: Grading.

    Returns:
        The grid, in units of the models' length scale.
    """
    first = models[0]
    per_model = [layer_lengths(m) for m in models]
    nodes: list[Array] = [first.faces[:1]]
    region: list[NDArray[np.int32]] = []
    faces = [0]
    for k, r in enumerate(first.regions):
        sides = [min((s for q in per_model if (s := q[k][side]) is not None), default=None) for side in (0, 1)]
        largest = min(0.5, options.max_cell_fraction * len(first.regions)) * r.thickness
        xi = spaced(r.thickness, sides, largest, options)
        nodes.append(first.faces[k] + xi[1:])
        nodes[-1][-1] = first.faces[k + 1]
        region.append(np.full(len(xi) - 1, k, dtype=np.int32))
        faces.append(faces[-1] + len(xi) - 1)
    height = first.geometry.height
    return Grid(np.concatenate(nodes), np.concatenate(region), np.array(faces), height, STRIP_ROWS if height else 0)


def spaced(length: float, sides: Sequence[float | None], largest: float, options: MeshOptions) -> Array:
    """Nodes 0 … length with cell size h(x), by inverting the cumulative cell count ∫ dx/h."""
    alpha = options.growth - 1.0
    first = [min(s / options.cells_per_debye_length, largest) if s else largest for s in sides]
    # h is sampled where it is smooth on a logarithmic scale; ∫ dx/h of the piecewise-linear h is exact between samples
    d = np.geomspace(min(*first, largest) * 1e-2, length, 1000)
    x = np.clip(np.sort(np.concatenate([[0.0], d, length - d]), kind="stable"), 0.0, length)
    h = np.minimum(np.minimum(first[0] + alpha * x, first[1] + alpha * (length - x)), largest)
    dh, dx = np.diff(h), np.diff(x)
    ratio = dh / h[:-1]
    steps = dx / h[:-1] * np.where(np.abs(ratio) > 1e-12, np.log1p(ratio) / np.where(ratio == 0, 1.0, ratio), 1.0)
    count = np.concatenate([[0.0], np.cumsum(steps)])
    n = max(2, int(np.ceil(count[-1] * options.refinement - 1e-9)))
    nodes: Array = np.interp(np.linspace(0.0, count[-1], n + 1), count, x)
    nodes[0], nodes[-1] = 0.0, length
    return nodes
