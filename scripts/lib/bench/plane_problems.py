"""The two-dimensional problems that pnp and DEVSIM solve on identical nodes: numbers, node lines, triangles.

Half a side of a box is a blocking electrode; a charged rod stands in a nanopore. The nodes are those of a tensor
product of two node lines, which travel in `axes.npz`: ``x`` (n,) and ``y`` (m,) in metres, increasing; in the pore x is
the radius. No DOLFINx, no DEVSIM and no pnp here, so that each process loads only what it solves with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Interval = tuple[float, float]

EVERYWHERE: Interval = (-np.inf, np.inf)
ELEMENTARY_CHARGE, BOLTZMANN, AVOGADRO = 1.602176634e-19, 1.380649e-23, 6.02214076e23
VACUUM = 8.8541878188e-12


@dataclass(frozen=True)
class Box:
    """A region; of overlapping ones the last wins.

    Attributes:
        name: For meshes and case files.
        x: From, to in m.
        y: The same.
        permittivity: Relative.
        charge: Fixed charge in elementary charges per m³.
        ions: Whether the salt is there.
    """

    name: str
    x: Interval = EVERYWHERE
    y: Interval = EVERYWHERE
    permittivity: float = 78.49
    charge: float = 0.0
    ions: bool = False


@dataclass(frozen=True)
class Terminal:
    """A horizontal piece of the outer boundary.

    Attributes:
        name: For meshes and case files.
        y: Height in m.
        potential: In V.
        reservoir: Whether it holds the salt's concentration; else nothing passes.
        x: From, to in m.
    """

    name: str
    y: float
    potential: float
    reservoir: bool
    x: Interval = EVERYWHERE


@dataclass(frozen=True)
class Grading:
    """How one node line is spread.

    Attributes:
        at: Positions in m that are nodes, increasing; the first and the last are the ends.
        finest: Cell size there over that of the whole line, in m before scaling (inf: no refinement).
        cells: Cells of the whole line.
    """

    at: tuple[float, ...]
    finest: tuple[float, ...]
    cells: int

    def nodes(self, refinement: int = 1) -> Array:
        """Nodes in m, (cells · refinement + 1,); those of a refinement contain those without.

        The cell size grows in proportion to the distance from a refined position, s(d) = finest + d, the least of all
        positions; a scale common to all cells makes their number right.
        """
        t = [self._density(a, b) for a, b in pairwise(self.at)]
        total = sum(float(share[-1]) for _, share in t)
        parts = []
        for x, share in t:
            n = max(1, round(self.cells * float(share[-1]) / total)) * refinement
            parts.append(np.interp(np.linspace(0.0, share[-1], n + 1), share, x))
            parts[-1][[0, -1]] = x[[0, -1]]
        return np.concatenate([p[:-1] for p in parts] + [np.array([self.at[-1]])])

    def _density(self, a: float, b: float) -> tuple[Array, Array]:
        """∫ dx/s from a to x at many x of one piece; they lie closest where s is least."""
        length = b - a
        d = np.geomspace(1e-8, 0.5, 4000) * length
        x = np.unique(np.concatenate([[a], a + d, b - d, [b]]))
        where, finest = np.array(self.at), np.array(self.finest)
        size = np.min(finest[:, None] + np.abs(x - where[:, None]), axis=0)
        share = np.concatenate([[0.0], np.cumsum(0.5 * (1.0 / size[1:] + 1.0 / size[:-1]) * np.diff(x))])
        return x, share


@dataclass(frozen=True)
class PlaneProblem:
    """A steady problem of one symmetric salt.

    Attributes:
        name: Of its case file.
        axisymmetric: Whether x is a radius and everything is turned around x = 0.
        boxes: Regions, painted in this order.
        terminals: Boundaries that are held; the rest lets nothing pass and carries no charge.
        concentration: Of the salt in its reservoirs, mol/m³.
        diffusivities: Of cation and anion, m²/s.
        temperature: In K.
        grading: Of x and y.
        quantity: What is compared.
        unit: Of it.
        drive: Name of the terminal whose potential drives, and whose quantity is compared.
        reference: The quantity on a mesh so fine, or extrapolated so, that its error does not matter.
    """

    name: str
    axisymmetric: bool
    boxes: tuple[Box, ...]
    terminals: tuple[Terminal, ...]
    concentration: float
    diffusivities: tuple[float, float]
    temperature: float
    grading: tuple[Grading, Grading]
    quantity: Literal["charge", "current"]
    unit: str
    drive: str
    reference: float

    @property
    def thermal(self) -> float:
        """RT/F in V."""
        return BOLTZMANN * self.temperature / ELEMENTARY_CHARGE

    def axes(self, refinement: int = 1) -> tuple[Array, Array]:
        """Node lines in m."""
        return self.grading[0].nodes(refinement), self.grading[1].nodes(refinement)

    def axes_of(self, nodes: int) -> tuple[Array, Array]:
        """Node lines in m of about so many nodes, graded alike."""
        x, y = self.axes()
        share = (nodes / (len(x) * len(y))) ** 0.5
        first, second = (replace(g, cells=round(g.cells * share)).nodes() for g in self.grading)
        return first, second

    def terminal(self, name: str) -> Terminal:
        """By name."""
        return next(t for t in self.terminals if t.name == name)

    def with_potential(self, potential: float) -> PlaneProblem:
        """The same with another potential in V at the terminal that drives."""
        terminals = tuple(replace(t, potential=potential) if t.name == self.drive else t for t in self.terminals)
        return replace(self, terminals=terminals)


NM = 1e-9
HALF_ELECTRODE = PlaneProblem(
    name="half_electrode",
    axisymmetric=False,
    boxes=(Box("electrolyte", (0.0, 40 * NM), (0.0, 20 * NM), ions=True),),
    terminals=(
        Terminal("electrode", 0.0, 0.5, reservoir=False, x=(0.0, 20 * NM)),
        Terminal("bath", 20 * NM, 0.0, reservoir=True),
    ),
    concentration=100.0,
    diffusivities=(1.957e-9, 2.032e-9),
    temperature=298.15,
    # 2 λ_D exp(−F·0.5 V/2RT) = 1.1e-4 nm is the length on which the layer begins.
    grading=(
        Grading((0.0, 20 * NM, 40 * NM), (np.inf, 1e-4 * NM, np.inf), 400),
        Grading((0.0, 20 * NM), (1e-4 * NM, np.inf), 248),
    ),
    quantity="charge",
    unit="C/m",
    drive="electrode",
    # Poisson-Boltzmann (nothing flows) on 25 125, 99 849 and 398 097 nested nodes: 6.2663065, 6.2503892, 6.2464142e-6;
    # the differences have the ratio 4.00 of second order, whose limit this is.
    reference=6.24509e-6,
)

NANOPORE_ROD = PlaneProblem(
    name="nanopore_rod",
    axisymmetric=True,
    boxes=(
        Box("electrolyte", (0.0, 2500 * NM), (-1250 * NM, 1250 * NM), 80.0, ions=True),
        Box("dielectric", (300 * NM, 2500 * NM), (-250 * NM, 250 * NM), 3.0),
        Box("rod", (0.0, 1 * NM), (-10 * NM, 10 * NM), 4.0, charge=2e27),
    ),
    terminals=(
        Terminal("top", 1250 * NM, 7.0, reservoir=True),
        Terminal("bottom", -1250 * NM, 0.0, reservoir=True),
    ),
    concentration=1.0,
    diffusivities=(1.957e-9, 2.032e-9),
    temperature=298.15,
    grading=(
        Grading((0.0, 1 * NM, 300 * NM, 2500 * NM), (np.inf, 0.1 * NM, 10 * NM, np.inf), 124),
        Grading(
            (-1250 * NM, -250 * NM, -10 * NM, 10 * NM, 250 * NM, 1250 * NM),
            (np.inf, 10 * NM, 0.3 * NM, 0.3 * NM, 10 * NM, np.inf),
            176,
        ),
    ),
    quantity="current",
    unit="A",
    drive="top",
    # DEVSIM on 22 000, 87 399 and 348 397 nested nodes: 3.39193, 3.42025, 3.43083e-8; extrapolated with the order 1.4
    # of these differences (upwinding at strong drive), and known to 0.1 %: orders 1 and 2 would give 3.441 and 3.434.
    reference=3.437e-8,
)

PROBLEMS: Mapping[str, PlaneProblem] = {p.name: p for p in (HALF_ELECTRODE, NANOPORE_ROD)}


@dataclass(frozen=True)
class Triangles:
    """A tensor mesh cut into right triangles.

    Attributes:
        points: (n, 2) m.
        triangles: (m, 3), counter-clockwise.
        region: Index into the problem's boxes, (m,).
        edges: Pairs of nodes by the name of a terminal, or of an interface as ``"a|b"`` with the box that comes first
            in the problem named first, (k, 2) each.
    """

    points: Array
    triangles: NDArray[np.int64]
    region: NDArray[np.int64]
    edges: Mapping[str, NDArray[np.int64]]


def triangles_of(problem: PlaneProblem, x: Array, y: Array) -> Triangles:
    """The mesh of two node lines.

    Args:
        problem: The problem.
        x: Node line (n,) in m.
        y: Node line (m,) in m.
    """
    n, m = len(x), len(y)
    number = np.arange(n * m).reshape(m, n)
    low, right, up, far = number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:]
    cells = np.stack([np.stack([low, right, far], -1), np.stack([low, far, up], -1)], axis=2)
    box = _painted(problem.boxes, 0.5 * (x[1:] + x[:-1]), 0.5 * (y[1:] + y[:-1]))
    edges: dict[str, NDArray[np.int64]] = {}
    for t in problem.terminals:
        row = number[int(np.argmin(np.abs(y - t.y)))]
        inside = (x[:-1] >= t.x[0] * (1 - 1e-12)) & (x[1:] <= t.x[1] * (1 + 1e-12))
        edges[t.name] = np.stack([row[:-1], row[1:]], -1)[inside]
    for first, second in _pairs(len(problem.boxes)):
        met = {first, second}
        vertical = np.isin(box[:, :-1], [*met]) & np.isin(box[:, 1:], [*met]) & (box[:, :-1] != box[:, 1:])
        level = np.isin(box[:-1], [*met]) & np.isin(box[1:], [*met]) & (box[:-1] != box[1:])
        found = [
            np.stack([number[:-1, 1:-1][vertical], number[1:, 1:-1][vertical]], -1),
            np.stack([number[1:-1, :-1][level], number[1:-1, 1:][level]], -1),
        ]
        if any(len(f) for f in found):
            edges[f"{problem.boxes[first].name}|{problem.boxes[second].name}"] = np.concatenate(found)
    points = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), -1).reshape(-1, 2)
    return Triangles(points, cells.reshape(-1, 3), np.repeat(box.reshape(-1), 2), edges)


def _painted(boxes: Sequence[Box], x: Array, y: Array) -> NDArray[np.int64]:
    """Index of the box at each point of a grid, (len(y), len(x))."""
    found = np.full((len(y), len(x)), -1)
    for k, b in enumerate(boxes):
        found[np.ix_((y > b.y[0]) & (y < b.y[1]), (x > b.x[0]) & (x < b.x[1]))] = k
    return found


def _pairs(n: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(n) for j in range(i + 1, n)]


def write_axes(file: Path, x: Array, y: Array) -> None:
    """Node lines to `axes.npz`."""
    np.savez(file, x=x, y=y)


def read_axes(file: Path) -> tuple[Array, Array]:
    """Node lines (n,) and (m,) in m from `axes.npz`."""
    with np.load(file) as found:
        return found["x"], found["y"]


def case_text(problem: PlaneProblem) -> str:
    """The problem as a case file of pnp, without a mesh."""
    first, second = ("r", "z") if problem.axisymmetric else ("x", "y")
    d_cation, d_anion = problem.diffusivities
    salt = f'"{problem.concentration!r} mol/m^3"'
    parts = [
        f'temperature = "{problem.temperature!r} K"',
        f'coordinates = "{"axisymmetric" if problem.axisymmetric else "planar"}"',
        f'species.K = {{ charge_number = 1, diffusivity = "{d_cation!r} m^2/s" }}',
        f'species.Cl = {{ charge_number = -1, diffusivity = "{d_anion!r} m^2/s" }}',
    ]
    for b in problem.boxes:
        parts += [f"[regions.{b.name}]", f"permittivity = {b.permittivity!r}"]
        parts += [] if b.ions else ['absent = "all"']
        parts += [f'fixed_charge = "{b.charge * 1e-27!r} e/nm^3"'] if b.charge else []
        parts.append(f"shapes = [{{ rectangle = {{ {first} = {_metres(b.x)}, {second} = {_metres(b.y)} }} }}]")
    for t in problem.terminals:
        kind = "reservoir" if t.reservoir else "electrode"
        parts += [f"[boundaries.{t.name}]", f'type = "{kind}"', f'potential = "{t.potential!r} V"']
        parts += [f"concentrations = {{ K = {salt}, Cl = {salt} }}"] if t.reservoir else []
        along = "" if t.x == EVERYWHERE else f", {first} = {_metres(t.x)}"
        parts.append(f'on = [{{ {second} = "{t.y!r} m"{along} }}]')
    return "\n".join([*parts, ""])


def _metres(interval: Interval) -> str:
    return f'["{interval[0]!r} m", "{interval[1]!r} m"]'
