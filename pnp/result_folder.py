"""A result as a folder of files: written whole or not at all (no DOLFINx); `pnp.result_reading` reads it.

Files: `case.toml` (the case as solved, with all defaults), `summary.json` (every number with its unit, the
solver's report, provenance), `profiles.csv`, `fields.vtu` (for ParaView), `sweep.csv`,
`simplified_models.csv` and `profiles/point_000.csv`... for sweeps, and the plots. In two dimensions the fields are read
back from `fields.vtu`, named lines are `cuts/<name>.csv`, and `fields.bp` may be written beside them by the solver.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import math
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pnp.result import Quantity, Result, SweepTable
from pnp.result_fields import plane_names, write_plane_fields, write_profile_fields
from pnp.result_tables import (
    write_profile,
    write_simplified,
    write_sweep,
)

SUMMARY_FORMAT = 1
SUMMARY, CASE, PROFILE, SWEEP, SIMPLIFIED, FIELDS, POINTS, CUTS, VTX_FIELDS = (
    "summary.json",
    "case.toml",
    "profiles.csv",
    "sweep.csv",
    "simplified_models.csv",
    "fields.vtu",
    "profiles",
    "cuts",
    "fields.bp",
)
MOST_POINT_PROFILES = 11
"""Profiles written of a sweep: all 101 of a current-voltage curve would take longer than solving it."""
_OWN_FILES = {SUMMARY, CASE, PROFILE, SWEEP, SIMPLIFIED, FIELDS, POINTS, CUTS, VTX_FIELDS}
_IN_FOLDERS = {POINTS: re.compile(r"point_\d{3,}\.csv"), CUTS: re.compile(r"[\w+-]+\.csv")}
_PICTURES = r"profile|sweep|driving_forces"
"""Names of the pictures that `pnp run` draws, without endings; next those that it draws in two dimensions besides."""
_PLANE_PICTURES = r"potential|charge_density|current_density|concentration\.[\w+-]+|line\.[\w+-]+"


class ResultFolderError(Exception):
    """A result folder that cannot be written or read; the text says which, why and what to do."""


def check_target(folder: Path, overwrite: bool) -> None:
    """Make sure, before anything is solved, that a result can be written to `folder`.

    Raises:
        ResultFolderError: it exists and `overwrite` is not set; it holds files that `pnp` has not written;
            it or its parent is a file or cannot be written to.
    """
    target = Path(os.path.realpath(folder))
    if target.exists() and not target.is_dir():
        raise ResultFolderError(f"{folder} is a file, not a folder: choose another with -o FOLDER")
    if target.is_dir():
        content = {path.name for path in target.iterdir()}
        foreign = _foreign(target, content)
        if content and (SUMMARY not in content or foreign):
            what = f"holds files that are not a result's ({', '.join(foreign[:3])})" if foreign else "is no result"
            move = "move them out of it, or " if foreign and SUMMARY in content else ""
            raise ResultFolderError(f"{folder} {what}: nothing was touched; {move}choose another with -o FOLDER")
        if content and not overwrite:
            raise ResultFolderError(
                f"{folder} exists already: replace it with --overwrite, or choose another with -o FOLDER"
            )
    parent = target.parent
    while not parent.exists():
        parent = parent.parent
    probe = parent / f".pnp-{uuid.uuid4().hex}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise ResultFolderError(
            f"{folder} cannot be written ({parent}: {error.strerror}): choose another folder with -o FOLDER"
        ) from None


def _foreign(folder: Path, content: set[str]) -> list[str]:
    """What in a folder `pnp` has not written, by its name: replacing the result would delete it."""
    usual = _PICTURES if PROFILE in content or FIELDS not in content else f"{_PICTURES}|{_PLANE_PICTURES}"
    found = {name for name in content - _OWN_FILES if not _picture(name, usual)}
    if found and SUMMARY in content:  # perhaps those that `pnp plot` names by what they show
        shown = _names_of_pictures(folder)
        found = {name for name in found if not _picture(name, shown)}
    for own, legal in _IN_FOLDERS.items():
        if (folder / own).is_dir():
            found |= {f"{own}/{path.name}" for path in (folder / own).iterdir() if not legal.fullmatch(path.name)}
    return sorted(found)


def _picture(name: str, stem: str) -> bool:
    return re.fullmatch(rf"(?:{stem})\.(?:png|pdf|svg)", name) is not None


def _names_of_pictures(folder: Path) -> str:
    """The names that `pnp plot` gives to pictures of this result, as a regular expression, without endings.

    They are a picture or quantities, then the parts zoomed to: regions, faces, and numbers with units.
    """
    from pnp.report.plots import drawable
    from pnp.report.zoom import slug
    from pnp.result_reading import load
    from pnp.units import known_units

    try:
        result = load(folder)
    except ResultFolderError:
        return "(?!)"  # none
    shown = "|".join(map(re.escape, drawable(result)))
    places = {*result.case.regions, *result.case.interfaces, "left", "right"}
    numbers = rf"[+-]?[\d.]+(?:e[+-]?\d+)?_?(?:{'|'.join(map(re.escape, known_units()))})"
    part = "|".join([*(re.escape(slug([place])) for place in places), numbers])
    return rf"(?:{_PICTURES}|(?:{shown})(?:_(?:{shown}))*)(?:_(?:{part}))*"


def write(
    result: Result, folder: Path, overwrite: bool = False, plots: bool = True, plot_format: str = "png"
) -> list[str]:
    """Write `result` to `folder`, which then holds the whole result, or still what it held before.

    Args:
        result: What is written.
        folder: Made with its parents; replaced only if `overwrite`.
        overwrite: Whether an existing result is replaced.
        plots: Whether pictures are drawn too.
        plot_format: Their format: "png", "pdf" or "svg".

    Returns:
        Warnings, such as a plot that could not be drawn.

    Raises:
        ResultFolderError: see `check_target`, or the disk is full.
    """
    check_target(folder, overwrite)
    target = Path(os.path.realpath(folder))
    temporary = target.parent / f".{target.name}.{uuid.uuid4().hex[:8]}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.mkdir()
        with _locked(temporary):
            warnings = _write_files(result, temporary, plot_format if plots else None)
            _put_in_place(temporary, target)
        with contextlib.suppress(OSError):  # The result is written; what is left over harms nothing.
            _remove_stale(target)
    except OSError as error:
        raise ResultFolderError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        # Either never put in place, or the old result after the exchange.
        shutil.rmtree(temporary, ignore_errors=True)
    return warnings


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold the lock of a folder being written, which ends with the process; yields whether it could be had."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # Another process has it, or the file system has no locks.
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _remove_stale(target: Path) -> None:
    """Remove what runs that were killed while writing this result have left beside it."""
    left = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}(\.old)?")
    for path in target.parent.iterdir():
        if left.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            with contextlib.suppress(OSError), _locked(path) as free:
                if free:
                    shutil.rmtree(path, ignore_errors=True)


def _write_files(result: Result, folder: Path, plot_format: str | None) -> list[str]:
    (folder / CASE).write_text(result.case.to_toml(), encoding="utf-8")
    summary = json.dumps(_plain(_summary(result)), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / SUMMARY).write_text(summary + "\n", encoding="utf-8")
    if result.profile is not None:
        write_profile(result.profile, folder / PROFILE)
        write_profile_fields(result.profile, folder / FIELDS)
    if result.fields is not None:
        write_plane_fields(result.fields, folder / FIELDS)
    if result.cuts:
        (folder / CUTS).mkdir()
    for name, cut in result.cuts.items():
        write_profile(cut, folder / CUTS / f"{name}.csv", position="s")
    if result.sweep is not None:
        write_sweep(result.sweep, folder / SWEEP)
        write_simplified(result.sweep, folder / SIMPLIFIED)
        _write_point_profiles(result.sweep, folder / POINTS)
    if plot_format is None:
        return []
    try:
        from pnp.report.plots import write_plots

        write_plots(result, folder, plot_format)
    except Exception as error:  # Numbers that took hours are not lost for a picture.
        return [f"the plots could not be drawn ({type(error).__name__}: {error}); the numbers are written"]
    return []


def _write_point_profiles(table: SweepTable, folder: Path) -> None:
    """Profiles of at most `MOST_POINT_PROFILES` points, spread evenly over the sweep, its ends included."""
    having = [index for index, row in enumerate(table.rows) if row.profile is not None]
    if having:
        folder.mkdir()
    for i in np.linspace(0, len(having) - 1, min(len(having), MOST_POINT_PROFILES)).round():
        index = having[int(i)]
        profile = table.rows[index].profile
        if profile is not None:
            write_profile(profile, folder / f"point_{index:03d}.csv")


def _summary(result: Result) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "format": SUMMARY_FORMAT,
        "case": result.case.name,
        "status": result.status,
        "message": result.message,
        "quantities": {name: _quantity(q) for name, q in result.quantities.items()},
        "simplified_models": [vars(row) for row in result.simplified_models],
        "solver": result.solver,
        "warnings": list(result.warnings),
        "provenance": result.provenance,
    }
    if result.fields is not None:
        summary["fields"] = plane_names(result.fields)
    if result.cuts:
        summary["cuts"] = list(result.cuts)
    if result.sweep is not None:
        summary["sweep"] = {
            "keys": list(result.sweep.keys),
            "points": [
                {
                    "value": row.value,
                    "unit": row.unit,
                    "status": row.status,
                    "message": row.message,
                    # A hundred histories would bury the rest.
                    "solver": {k: v for k, v in row.solver.items() if k != "history"},
                }
                for row in result.sweep.rows
            ],
        }
    return summary


def _quantity(quantity: Quantity) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": quantity.value, "unit": quantity.unit}
    if math.isinf(quantity.value):
        entry["note"] = "infinite" if quantity.value > 0 else "minus infinite"
    elif math.isnan(quantity.value):
        entry["note"] = "undefined"
    if quantity.mesh_error is not None:
        entry["mesh_error"] = quantity.mesh_error
    return entry


def _plain(value: Any) -> Any:
    """The same data in JSON's types: numbers that are not finite become null, tuples and arrays lists."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def _put_in_place(temporary: Path, target: Path) -> None:
    """Give a finished folder its name in one step, so that no moment has a half or no result."""
    if not target.exists():
        temporary.rename(target)
        return
    if _exchange(temporary, target):
        return
    aside = target.parent / f".{target.name}.{uuid.uuid4().hex[:8]}.old"
    target.rename(aside)
    try:
        temporary.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders' names atomically (Linux's renameat2); False where the system cannot."""
    at_cwd, exchange = -100, 2
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(one), os.fsencode(other)
        return bool(libc.renameat2(at_cwd, names[0], at_cwd, names[1], exchange) == 0)
    return False
