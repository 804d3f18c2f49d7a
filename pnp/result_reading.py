"""A result read back from its folder, and what is said of one that is damaged (no DOLFINx)."""

from __future__ import annotations

import contextlib
import json
import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pnp.result import Quantity, Result, SimplifiedRow, SweepPoint, SweepTable
from pnp.result_fields import read_plane_fields
from pnp.result_folder import (
    CASE,
    CUTS,
    FIELDS,
    POINTS,
    PROFILE,
    SIMPLIFIED,
    SUMMARY,
    SUMMARY_FORMAT,
    SWEEP,
    ResultFolderError,
)
from pnp.result_tables import DamagedTableError, read_profile, read_simplified, read_sweep


def load(folder: str | Path) -> Result:
    """Read a result folder back.

    Raises:
        ResultFolderError: it is no result folder, or a file in it is missing or damaged.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise ResultFolderError(f"{folder} is no result folder: it {what}; `pnp run` writes one")
    if not (folder / SUMMARY).is_file():
        raise ResultFolderError(f"{folder} is no result folder: it has no {SUMMARY}; `pnp run` writes one")
    return _read(folder)


@contextlib.contextmanager
def _intact(path: Path) -> Iterator[None]:
    """Say of whatever goes wrong inside that this file is damaged, in words.

    Raises:
        ResultFolderError: something went wrong.
    """
    try:
        yield
    except ResultFolderError:
        raise
    except Exception as error:  # A file changed by hand or by a full disk fails in any way.
        why = "it does not hold what pnp writes there"
        if isinstance(error, OSError):
            why = error.strerror or "it cannot be read"
        elif isinstance(error, DamagedTableError):
            why = str(error)
        elif isinstance(error, json.JSONDecodeError):
            why = f"it is no JSON from line {error.lineno} on"
        elif isinstance(error, UnicodeDecodeError):
            why = "it is no UTF-8 text"
        raise ResultFolderError(
            f"{path.parent} is damaged: {path.name}: {why}; `pnp run` with --overwrite writes it again"
        ) from error


def _read(folder: Path) -> Result:
    from pnp.case import Case

    with _intact(folder / SUMMARY):
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        if summary["format"] > SUMMARY_FORMAT:
            raise ResultFolderError(f"{folder} was written by a newer pnp (format {summary['format']})")
    with _intact(folder / CASE):
        text = (folder / CASE).read_text(encoding="utf-8")
        case = Case.from_dict(tomllib.loads(text), source=f"{summary['case']}.toml")
    with _intact(folder / PROFILE):
        profile = read_profile(folder / PROFILE) if (folder / PROFILE).exists() else None
    sweep = _read_points(folder, summary["sweep"]) if "sweep" in summary else None
    with _intact(folder / FIELDS):
        fields = read_plane_fields(folder / FIELDS, summary["fields"]) if "fields" in summary else None
    cuts = {}
    for name in summary.get("cuts", []):
        with _intact(folder / CUTS / f"{name}.csv"):
            cuts[str(name)] = read_profile(folder / CUTS / f"{name}.csv")
    with _intact(folder / SUMMARY):
        return Result(
            case=case,
            status=summary["status"],
            message=summary["message"],
            quantities={name: _read_quantity(entry) for name, entry in summary["quantities"].items()},
            simplified_models=tuple(_read_row(entry) for entry in summary["simplified_models"]),
            solver=dict(summary["solver"]),
            provenance=dict(summary["provenance"]),
            profile=profile,
            sweep=sweep,
            warnings=tuple(summary["warnings"]),
            fields=fields,
            cuts=cuts,
        )


def _read_points(folder: Path, summary: Any) -> SweepTable:
    with _intact(folder / SUMMARY):
        keys, points = tuple(summary["keys"]), list(summary["points"])
    with _intact(folder / SWEEP):
        quantities = read_sweep(folder / SWEEP, keys)
        if len(quantities) != len(points):
            raise DamagedTableError(f"it has {len(quantities)} points instead of {len(points)}")
    with _intact(folder / SIMPLIFIED):
        simplified = read_simplified(folder / SIMPLIFIED)
    rows = []
    for index, point in enumerate(points):
        path = folder / POINTS / f"point_{index:03d}.csv"
        with _intact(path):
            profile = read_profile(path) if path.exists() else None
        with _intact(folder / SUMMARY):
            rows.append(
                SweepPoint(
                    value=point["value"],
                    unit=point["unit"],
                    status=point["status"],
                    message=point["message"],
                    quantities=quantities[index],
                    simplified=tuple(simplified.get(index, ())),
                    solver=point["solver"],
                    profile=profile,
                )
            )
    return SweepTable(keys, tuple(rows))


def _read_quantity(entry: dict[str, Any]) -> Quantity:
    absent = {"infinite": math.inf, "minus infinite": -math.inf}.get(entry.get("note", ""), math.nan)
    value = absent if entry["value"] is None else float(entry["value"])
    return Quantity(value, str(entry["unit"]), entry.get("mesh_error"))


def _read_row(entry: dict[str, Any]) -> SimplifiedRow:
    value = entry.pop("value")
    return SimplifiedRow(value=math.nan if value is None else value, **entry)
