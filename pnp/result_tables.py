"""The tables of a result folder as CSV: units in the header ("potential [V]"), empty where no number is."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from pnp.result import FloatArray, Profile, Quantity, SimplifiedRow, SweepTable
from pnp.units import shortened

_SIMPLIFIED_COLUMNS = 8


class DamagedTableError(ValueError):
    """A table that is not as it was written; the text says where."""


def write_profile(profile: Profile, path: Path, position: str = "x") -> None:
    """Write one row per (region, node): position, region's name, then every column.

    Args:
        profile: The fields.
        path: The file.
        position: Name of the first column: x along a stack's axis, s along a line in a plane.
    """
    header = [
        column_head(position, "m"),
        "region",
        *(column_head(name, profile.units[name]) for name in profile.columns),
    ]
    names = [profile.region_names[i] for i in profile.region]
    columns = [_texts(profile.x), names, *(_texts(column) for column in profile.columns.values())]
    _write(path, header, zip(*columns, strict=True))


def read_profile(path: Path) -> Profile:
    """Read what `write_profile` wrote.

    Raises:
        DamagedTableError: the file is no such table.
    """
    header, rows = _read(path)
    if header[:2] not in ([column_head(position, "m"), "region"] for position in ("x", "s")):
        raise DamagedTableError("it does not start with the columns x [m] or s [m], and region")
    x = np.array([_number(row[0]) for row in rows])
    if x.size < 2 or not np.all(np.isfinite(x)):
        raise DamagedTableError(f"the column {header[0]} is not complete")
    # A line in a plane may enter a region again.
    changes = [i for i in range(len(rows)) if i == 0 or rows[i][1] != rows[i - 1][1]]
    columns, units = {}, {}
    for j, head in enumerate(header[2:], start=2):
        name, units_text = split_head(head)
        columns[name] = np.array([_number(row[j]) for row in rows])
        units[name] = units_text
    return Profile(
        x=x,
        region=np.searchsorted(changes, np.arange(len(rows)), side="right").astype(np.int64) - 1,
        region_names=tuple(rows[i][1] for i in changes),
        columns=columns,
        units=units,
    )


def write_sweep(table: SweepTable, path: Path) -> None:
    """Write one row per point: the swept keys (they are set together), every quantity, status and message."""
    units = table.quantity_units()
    header = [*(column_head(key, table.unit) for key in table.keys), *(column_head(n, u) for n, u in units.items())]
    rows = []
    for row in table.rows:
        value = row.value if isinstance(row.value, str) else _text(float(row.value))
        numbers = (row.quantities.get(name) for name in units)
        texts = ["" if q is None else _text(q.value) for q in numbers]
        rows.append([*([value] * len(table.keys)), *texts, row.status, row.message])
    _write(path, [*header, "status", "message"], rows)


def read_sweep(path: Path, keys: Sequence[str]) -> list[dict[str, Quantity]]:
    """The quantities of each point that `write_sweep` wrote.

    Raises:
        DamagedTableError: the file is no such table.
    """
    header, rows = _read(path)
    named = [(j, *split_head(head)) for j, head in enumerate(header)]
    named = [entry for entry in named[len(keys) :] if entry[1] not in ("status", "message")]
    return [{name: Quantity(_number(row[j]), unit) for j, name, unit in named if row[j]} for row in rows]


def write_simplified(table: SweepTable, path: Path) -> None:
    """Write what each simplified model predicts at each point of a sweep, one row each."""
    rows = []
    for index, point in enumerate(table.rows):
        for r in point.simplified:
            deviation = "" if r.deviation is None else _text(r.deviation)
            where = [str(index), str(point.value), r.model, r.quantity]
            rows.append([*where, _text(r.value), r.unit, deviation, r.reason])
    if rows:
        header = ["point", column_head(table.keys[0], table.unit), "model", "quantity", "value", "unit"]
        _write(path, [*header, "deviation", "reason"], rows)


def read_simplified(path: Path) -> dict[int, list[SimplifiedRow]]:
    """What `write_simplified` wrote, by index of the point; empty if there is no such file."""
    table: dict[int, list[SimplifiedRow]] = {}
    if path.exists():
        header, rows = _read(path)
        if len(header) != _SIMPLIFIED_COLUMNS:
            raise DamagedTableError(f"it has {len(header)} columns instead of {_SIMPLIFIED_COLUMNS}")
        for index, _, model, quantity, value, unit, deviation, reason in rows:
            number = _number(deviation) if deviation else None
            entry = SimplifiedRow(model, quantity, _number(value), unit, number, reason)
            table.setdefault(int(_number(index)), []).append(entry)
    return table


def column_head(name: str, unit: str) -> str:
    """A column's name with its unit: "potential [V]"."""
    return f"{name} [{unit}]" if unit else name


def split_head(head: str) -> tuple[str, str]:
    """Name and unit of what `column_head` made."""
    name, bracket, unit = head.rpartition(" [")
    return (name, unit.rstrip("]")) if bracket else (head, "")


def _texts(values: FloatArray) -> list[str]:
    return [_text(float(value)) for value in values]


def _text(value: float) -> str:
    """The shortest text that reads back as the same number; "" for NaN."""
    return "" if math.isnan(value) else repr(value)


def _number(text: str) -> float:
    try:
        return float(text) if text else math.nan
    except ValueError:
        raise DamagedTableError(f"{shortened(text)!r} stands where a number belongs") from None


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table that is whole.

    Raises:
        DamagedTableError: it is empty, no text, cut off, or a row has too few or too many entries.
    """
    try:
        text = path.read_bytes().decode("utf-8")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise DamagedTableError("it is no table of comma-separated values") from None
    if not lines:
        raise DamagedTableError("it is empty")
    header, rows = lines[0], lines[1:]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise DamagedTableError(f"row {number} has {len(row)} entries instead of {len(header)}")
    if not text.endswith("\n"):
        raise DamagedTableError("it is cut off")
    return header, rows
