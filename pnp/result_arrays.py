"""Results as xarray datasets, every number with its unit and its name in words (no DOLFINx)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pnp.plane_fields import PlaneFields
from pnp.report.format import key_words, words
from pnp.result import CONVERGED, Profile, Quantity, Result, SimplifiedRow, SweepPoint, SweepTable

try:
    import xarray as xr
except ImportError as error:
    raise ImportError(
        f"results as datasets need xarray, which cannot be imported ({error}): python3 -m pip install xarray"
    ) from error

FULL_MODEL = "full model"
"""What stands beside the names of the simplified models."""
_MODEL = "model"

Entry = tuple[Any, Any, dict[str, str]]
"""What a dataset takes for a variable: dimensions, values, attributes."""


def of_result(result: Result) -> xr.Dataset:
    """Quantities along the sweep; without a sweep the fields, and every quantity as a number."""
    if result.sweep is not None:
        return of_sweep(result.sweep).assign_attrs(_attributes(result))
    return _of_point(result, result.profile, result.quantities)


def of_profiles(result: Result) -> list[xr.Dataset]:
    """Fields and quantities of each point of a sweep whose profile was kept, on its own mesh; else those of the result.

    The swept value is a coordinate without a dimension.
    """
    if result.sweep is None:
        return [of_result(result)]
    table = result.sweep

    def at_point(row: SweepPoint) -> xr.Dataset:
        keys = {key: ((), values[0], told) for key, (_, values, told) in _swept(table, [row]).items()}
        return _of_point(result, row.profile, row.quantities).assign_coords(keys).assign_attrs(_state(row))

    found = [at_point(row) for row in table.rows if row.profile is not None]
    if result.fields is not None:
        # The fields of a plane are kept of one point alone.
        found += [at_point(row) for row in [row for row in result.sweep.rows if row.status == CONVERGED][-1:]]
    return found


def of_plane(fields: PlaneFields) -> xr.Dataset:
    """The fields along the nodes, vectors along ``component`` too; the corners of each triangle as ``triangles``."""
    across, up = fields.axes
    regions = np.array(fields.region_names, dtype=str)[fields.region]
    variables: dict[str, Entry] = {
        name: (("point", "component")[: values.ndim], values, _told(name, fields.units[name]))
        for name, values in fields.columns.items()
    }
    variables["triangles"] = (("triangle", "corner"), fields.triangles, {"long_name": "corners of each triangle"})
    radius = fields.coordinates == "axisymmetric"
    return xr.Dataset(
        variables,
        {
            across: ("point", fields.points[:, 0], {"long_name": "radius" if radius else "position", "units": "m"}),
            up: ("point", fields.points[:, 1], {"long_name": "position", "units": "m"}),
            "component": ("component", np.array([across, up]), {"long_name": "component"}),
            "region": ("point", regions, {"long_name": "region"}),
        },
    )


def of_profile(profile: Profile, axis: str = "position") -> xr.Dataset:
    """The fields along x, with the region's name as a second coordinate along x.

    A face has a row for each side, so that jumps are kept; the x of the right one is the next larger float. So no x
    is there twice, which ``sel`` with a method and ``interp`` refuse, and the face's own x is that of its left side.

    Args:
        profile: The fields.
        axis: What x is, in words.
    """
    regions = np.array(profile.region_names, dtype=str)[profile.region]
    right = np.append(False, (np.diff(profile.x) == 0.0) & (np.diff(profile.region) != 0))
    x = np.where(right, np.nextafter(profile.x, np.inf), profile.x)
    return xr.Dataset(
        {name: ("x", column, _told(name, profile.units[name])) for name, column in profile.columns.items()},
        {"x": ("x", x, {"long_name": axis, "units": "m"}), "region": ("x", regions, {"long_name": "region"})},
    )


def of_sweep(table: SweepTable) -> xr.Dataset:
    """Every quantity, the status and the message along the first swept key; NaN where a point did not converge.

    Further keys, which are set together with the first, are coordinates along the same dimension.
    """
    along = table.keys[0]
    variables: dict[str, Entry] = {n: (along, table[n], _told(n, u)) for n, u in table.quantity_units().items()}
    for name, texts in (("status", [r.status for r in table.rows]), ("message", [r.message for r in table.rows])):
        variables[name] = (along, np.array(texts, dtype=str), {"long_name": name})
    return xr.Dataset(variables, _swept(table, table.rows))


def of_models(result: Result) -> xr.Dataset:
    """Each quantity that a simplified model predicts, along ``model``: the full model, then every simplified one.

    For a sweep along the swept key too. NaN where a model predicts nothing. ``reason.<quantity>`` says why the two
    differ, "" where there is nothing to say.
    """
    points: list[tuple[Mapping[str, Quantity], Sequence[SimplifiedRow]]]
    points = [(result.quantities, result.simplified_models)]
    if result.sweep is not None:
        points = [(row.quantities if row.status == CONVERGED else {}, row.simplified) for row in result.sweep.rows]
    rows = [row for _, simplified in points for row in simplified]
    models = {model: i for i, model in enumerate(dict.fromkeys([FULL_MODEL, *(row.model for row in rows)]))}
    units = {row.quantity: row.unit for row in rows}
    values = {name: np.full((len(models), len(points)), np.nan) for name in units}
    reasons = {name: np.full((len(models), len(points)), "", dtype=object) for name in units}
    for j, (quantities, simplified) in enumerate(points):
        for name in units.keys() & quantities.keys():
            values[name][0, j] = quantities[name].value
        for row in simplified:
            values[row.quantity][models[row.model], j] = row.value
            reasons[row.quantity][models[row.model], j] = row.reason
    along: tuple[str, ...] = (_MODEL,)
    coordinates: dict[str, Entry] = {_MODEL: (_MODEL, np.array(list(models), dtype=str), {"long_name": "model"})}
    if result.sweep is not None:
        along = (_MODEL, result.sweep.keys[0])
        coordinates |= _swept(result.sweep, result.sweep.rows)
    variables: dict[str, Entry] = {}
    for name, unit in units.items():
        shape = values[name].shape[: len(along)]
        variables[name] = (along, values[name].reshape(shape), _told(name, unit))
        why = {"long_name": f"why models differ in the {words(name)}"}
        variables[f"reason.{name}"] = (along, reasons[name].reshape(shape), why)
    return xr.Dataset(variables, coordinates, _attributes(result))


def _of_point(result: Result, profile: Profile | None, quantities: Mapping[str, Quantity]) -> xr.Dataset:
    axis = "position" if result.case.coordinates == "cartesian" else "radius"
    fields = xr.Dataset() if profile is None else of_profile(profile, axis)
    if result.fields is not None:
        fields = of_plane(result.fields)
    numbers: dict[str, Entry] = {name: ((), q.value, _told(name, q.unit)) for name, q in quantities.items()}
    return fields.assign(numbers).assign_attrs(_attributes(result))


def _swept(table: SweepTable, rows: Sequence[SweepPoint]) -> dict[str, Entry]:
    """The swept values of these points as a coordinate for each key; texts where one of the sweep is a text."""
    texts = any(isinstance(row.value, str) for row in table.rows)
    values = np.array([str(row.value) if texts else row.value for row in rows])
    unit = {} if texts else {"units": table.unit}
    return {key: (table.keys[0], values, {"long_name": key_words([key]), **unit}) for key in table.keys}


def _told(name: str, unit: str) -> dict[str, str]:
    """The attributes by which xarray labels axes, and other programs know the unit."""
    return {"long_name": words(name), "units": unit}


def _attributes(result: Result) -> dict[str, str]:
    """What the numbers are of, as texts; what is empty is left out, for netCDF 3 cannot hold it."""
    versions = result.provenance.get("versions", {})
    found = {
        "title": result.case.title or result.case.name,
        "case": result.case.name,
        "coordinate_system": result.case.coordinates,
        "status": result.status,
        "message": result.message,
        "warnings": "\n".join(result.warnings),
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    return {name: text for name, text in found.items() if text}


def _state(row: SweepPoint) -> dict[str, str]:
    return {"status": row.status, "message": row.message} if row.message else {"status": row.status}
