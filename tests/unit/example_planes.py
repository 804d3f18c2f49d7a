"""Two-dimensional results made of closed formulas on meshes of right triangles."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from pnp.constants import F
from pnp.plane_cut import line_cut
from pnp.plane_fields import FloatArray, IntArray, PlaneFields
from pnp.result import Quantity, Result
from tests.unit.example_results import MEMBRANE_CASE, TEMPERATURE, THERMAL_VOLTAGE, WALL_CASE, case, solver_report

UNITS = {
    "potential": "V",
    "electric_field": "V/m",
    "charge_density": "C/m^3",
    "current_density": "A/m^2",
    "concentration": "mol/m^3",
    "electrochemical_potential": "J/mol",
    "flux": "mol/m^2/s",
}


def spaced(*stops: tuple[float, float], growth: float = 1.2) -> FloatArray:
    """Increasing numbers through the stops (position, size of the cells there), the cells growing away from them."""
    parts = [np.array([stops[0][0]])]
    for (a, first), (b, last) in pairwise(stops):
        x, found = a, []
        while True:
            h = min(first + (growth - 1) * (x - a), last + (growth - 1) * max(b - x, 0.0))
            x += h
            if x > b - 0.5 * h:
                break
            found.append(x)
        parts += [np.array(found), np.array([b])]
    return np.concatenate(parts)


def mesh_of_grid(
    x: FloatArray, y: FloatArray, region_of: Callable[[FloatArray, FloatArray], IntArray]
) -> tuple[FloatArray, IntArray, IntArray]:
    """Points, triangles and the region of each triangle of a grid; its nodes once."""
    i, j = np.meshgrid(np.arange(x.size - 1), np.arange(y.size - 1), indexing="ij")
    a = (i * y.size + j).ravel()
    b, c, d = a + y.size, a + y.size + 1, a + 1
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    points = np.stack([np.repeat(x, y.size), np.tile(y, x.size)], axis=1)
    middle = np.tile(np.stack([0.5 * (x[i] + x[i + 1]).ravel(), 0.5 * (y[j] + y[j + 1]).ravel()], axis=1), (2, 1))
    return points, triangles, region_of(middle[:, 0], middle[:, 1])


def split(points: FloatArray, triangles: IntArray, region: IntArray) -> tuple[FloatArray, IntArray, IntArray, IntArray]:
    """Nodes once for each region: points, triangles, region of each node, and the node each is a copy of."""
    key = triangles * (int(region.max()) + 1) + region[:, None]
    found, index = np.unique(key, return_inverse=True)
    origin, own = np.divmod(found, int(region.max()) + 1)
    return points[origin], index.reshape(triangles.shape), own, origin


def segments(points: FloatArray, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]], along: int) -> IntArray:
    """Pairs of the chosen nodes that follow one another along an axis."""
    nodes = np.flatnonzero(chosen)
    nodes = nodes[np.argsort(points[nodes, along], kind="stable")]
    return np.stack([nodes[:-1], nodes[1:]], axis=1)


def half_electrode_fields(cells: float = 1.0) -> PlaneFields:
    """A layer at an electrode that is half of the lower side of 40 × 20 nm; `cells` divides the size of the cells."""
    nm = 1e-9
    x = spaced((0, 0.8 / cells), (20, 0.1 / cells), (40, 0.8 / cells), growth=1 + 0.2 / cells) * nm
    y = spaced((0, 0.05 / cells), (20, 1.0 / cells), growth=1 + 0.2 / cells) * nm
    points, triangles, _ = mesh_of_grid(x, y, lambda a, b: np.zeros(a.size, dtype=np.int64))
    u, v = points.T / nm
    # The layer's strength falls over a nanometre at the electrode's end, the more smoothly the farther from it.
    share = 0.5 - np.arctan2(u - 20, v + 0.3) / np.pi
    phi = 0.2 * share * np.exp(-v / 0.96)
    concentration = {"K": 100 * np.exp(-phi / THERMAL_VOLTAGE), "Cl": 100 * np.exp(phi / THERMAL_VOLTAGE)}
    bottom, top = points[:, 1] == 0.0, points[:, 1] == y[-1]
    boundaries = {
        "electrode": segments(points, bottom & (points[:, 0] <= 20.0001 * nm), 0),
        "bath": segments(points, top, 0),
    }
    region = np.zeros(len(points), dtype=np.int64)
    return _fields("planar", points, triangles, region, ("electrolyte",), phi, concentration, boundaries)


def pore_fields(reach: float = 150.0, cells: float = 1.0) -> PlaneFields:
    """A pore of 5 nm radius with a charged wall in a membrane of 20 nm, between two baths `reach` nm long and wide."""
    nm = 1e-9
    fine = 0.12 / cells
    growth = 1 + 0.2 / cells
    r = spaced((0, 0.5 / cells), (5, fine), (reach, 0.15 * reach / cells), growth=growth) * nm
    end = 0.15 * reach / cells
    z = spaced((-reach, end), (-10, fine), (10, fine), (reach, end), growth=growth) * nm

    def region_of(a: FloatArray, b: FloatArray) -> IntArray:
        return np.where((a > 5 * nm) & (np.abs(b) < 10 * nm), 1, 0)

    grid, cells_of, cell_region = mesh_of_grid(r, z, region_of)
    points, triangles, region, _ = split(grid, cells_of, cell_region)
    u, v = points.T / nm
    beyond = np.maximum(np.abs(v) - 10.0, 0.0)
    # Far away as from a point, in the pore evenly: φ and its current are those of one resistance after the other.
    away = np.sqrt(u**2 + beyond**2 + 8.0)
    outside = 10.0 + 6.0 * (1 - 5.0 / (away + 2.0)) * (1 - np.exp(-beyond / 3.0))
    inside = np.clip(v, -10, 10)
    phi = -0.25 * np.where(beyond > 0, np.sign(v) * outside, inside) / 16.0
    wall = np.where(np.abs(v) < 10, 5.0 - u, np.hypot(np.maximum(5 - u, 0), beyond))
    layer = np.where(region == 0, -0.06 * np.exp(-np.maximum(wall, 0) / 0.96), -0.06)
    absent = np.where(region == 1, np.nan, 1.0)
    concentration = {
        "K": absent * 100 * np.exp(-layer / THERMAL_VOLTAGE),
        "Cl": absent * 100 * np.exp(layer / THERMAL_VOLTAGE),
    }
    phi = phi + layer
    rim = np.isclose(u, 5) & (np.abs(v) <= 10.0001) & (region == 0)
    boundaries = {
        "lower": segments(points, np.isclose(v, -reach), 0),
        "upper": segments(points, np.isclose(v, reach), 0),
        "wall": segments(points, rim, 1),
    }
    free = (beyond > 0) | (u > 5.001)
    decay = np.where(free, 12.5 / (away**2 + beyond**2 + 12.5), 1.0)
    towards = np.stack([np.where(free, -np.sign(v) * u, 0.0), -(beyond + 1.0)], axis=1)
    towards /= np.hypot(*towards.T)[:, None]
    current = -3e6 * decay[:, None] * towards * absent[:, None]
    fields = _fields(
        "axisymmetric", points, triangles, region, ("electrolyte", "membrane"), phi, concentration, boundaries
    )
    fields.columns["current_density"] = current
    fields.columns["flux.K"] = 0.7 * current / F
    fields.units.update({"current_density": "A/m^2", "flux.K": "mol/m^2/s"})
    return fields


def plane_result(fields: PlaneFields) -> Result:
    """A result with these fields, a cut through them, and quantities of two dimensions."""
    axial = fields.coordinates == "axisymmetric"
    extent = "" if axial else "/m"
    text = MEMBRANE_CASE if axial else WALL_CASE
    text = text.replace("cytosol", "electrolyte").replace("Potassium membrane", "Charged pore in KCl")
    top = float(fields.points[:, 1].max())
    cuts = {
        "axis": line_cut(fields, (0.0, float(fields.points[:, 1].min())), (0.0, top)),
        "across": line_cut(fields, (0.0, 0.1 * top), (float(fields.points[:, 0].max()), 0.1 * top)),
    }
    return Result(
        case=case(text),
        status="converged",
        message="",
        quantities={
            "current.left": Quantity(-2.35e-9, f"A{extent}"),
            "current.right": Quantity(2.35e-9, f"A{extent}"),
            "molar_flow.K.left": Quantity(-1.7e-14, f"mol{extent}/s"),
            "charge.left": Quantity(-3.1e-17, f"C{extent}"),
            "amount.K.electrolyte": Quantity(2e-20, f"mol{extent}"),
            "potential.left": Quantity(0.25, "V"),
        },
        solver=solver_report(),
        fields=fields,
        cuts=cuts,
    )


def half_electrode_result() -> Result:
    """The blocking electrode, planar."""
    return plane_result(half_electrode_fields())


def pore_result() -> Result:
    """The pore, axisymmetric."""
    return dataclasses.replace(plane_result(pore_fields()), warnings=("made of closed formulas",))


def _fields(
    coordinates: str,
    points: FloatArray,
    triangles: IntArray,
    region: IntArray,
    names: tuple[str, ...],
    phi: FloatArray,
    concentration: dict[str, FloatArray],
    boundaries: dict[str, IntArray],
) -> PlaneFields:
    charges = {"K": 1, "Cl": -1}
    columns = {"potential": phi, "electric_field": _field(points, triangles, phi)}
    columns["charge_density"] = F * sum(z * np.nan_to_num(concentration[s]) for s, z in charges.items())
    for s, c in concentration.items():
        columns[f"concentration.{s}"] = c
    for s, z in charges.items():
        columns[f"electrochemical_potential.{s}"] = 8.314 * TEMPERATURE * np.log(concentration[s] / 1e3) + z * F * phi
    units = {name: UNITS[name.partition(".")[0]] for name in columns}
    return PlaneFields(
        coordinates="axisymmetric" if coordinates == "axisymmetric" else "planar",
        points=points,
        triangles=triangles,
        region=region,
        region_names=names,
        columns=columns,
        units=units,
        boundaries=boundaries,
    )


def _field(points: FloatArray, triangles: IntArray, phi: FloatArray) -> FloatArray:
    """−∇φ, the mean of the triangles around a node weighted with their areas."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    twice = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    gradient = np.zeros((len(triangles), 2))
    for k, (p, q) in enumerate(((b, c), (c, a), (a, b))):
        normal = np.stack([p[:, 1] - q[:, 1], q[:, 0] - p[:, 0]], axis=1)
        gradient += phi[triangles[:, k]][:, None] * normal
    total, weight = np.zeros((len(points), 2)), np.zeros(len(points))
    for k in range(3):
        np.add.at(total, triangles[:, k], -0.5 * gradient)
        np.add.at(weight, triangles[:, k], 0.5 * twice)
    return np.asarray(total / weight[:, None])
