"""Checks of the mesh table: a mesh of the user's own is of the plane, and where it comes from is said once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.units import closest

if TYPE_CHECKING:
    from pnp.case.case import Case

_OF_MADE_MESHES: Final = ("largest_cell", "refinement", "growth", "cells_per_debye_length", "max_cell_fraction")
PLANES: Final = 'coordinates = "planar" or "axisymmetric"'


def whose(case: Case) -> str:
    """What kind of case it is, for messages."""
    if case.is_stack:
        return f'a stack (coordinates = "{case.coordinates}")'
    source = " of a given mesh" if case.mesh.is_given else ""
    return f'a plane{source} (coordinates = "{case.coordinates}")'


def mesh_keys(case: Case) -> Iterator[Problem]:
    """A given mesh is of the plane, by a file and its unit or by a source and its parameters."""
    mesh = case.mesh
    uses: tuple[Path, ...] = (("coordinates",),)
    if case.is_stack:
        given = [k for k in ("file", "source") if getattr(mesh, k)]
        for key in given or [k for k in ("length_unit", "parameters") if getattr(mesh, k)]:
            yield Problem(
                ("mesh", key),
                f"is no key of {whose(case)}",
                f"allowed: with {PLANES}",
                "remove it",
                uses=uses,
                touches=(("mesh", "length_unit"), ("mesh", "parameters")) if given else (),
            )
        if mesh.largest_cell is not None:
            yield Problem(
                ("mesh", "largest_cell"),
                f"is no key of {whose(case)}",
                f"allowed: with {PLANES}",
                "remove it, or set max_cell_fraction",
                uses=uses,
            )
        return
    if mesh.file is not None and mesh.source is not None:
        yield Problem(
            ("mesh", "source"),
            "file is given too",
            "allowed: file or source",
            "remove one of them",
            uses=(("mesh", "file"),),
        )
        return
    if mesh.file is not None:
        for key in _OF_MADE_MESHES:
            if getattr(mesh, key) != type(mesh).model_fields[key].default:
                yield Problem(
                    ("mesh", key),
                    "has no effect: a mesh file is taken as it is",
                    "allowed: without mesh.file",
                    "remove it, and make the cells of the file as small as they should be",
                    uses=(("mesh", "file"),),
                )
    if mesh.file is not None and mesh.length_unit is None:
        yield Problem(
            ("mesh", "length_unit"),
            "is missing",
            "a mesh file has coordinates without a unit",
            'add e.g. length_unit = "nm"',
            uses=(("mesh", "file"),),
        )
    if mesh.length_unit is not None and mesh.file is None:
        yield Problem(
            ("mesh", "length_unit"),
            "there is no file it belongs to",
            "allowed: with mesh.file",
            "remove it; a source is in metres" if mesh.source else "remove it",
            uses=(("mesh", "file"),),
        )
    if mesh.parameters and mesh.source is None:
        yield Problem(
            ("mesh", "parameters"),
            "there is no source they belong to",
            "allowed: with mesh.source",
            "remove them",
            uses=(("mesh", "source"),),
            show=False,
        )
    yield from _mesh_path(case)
    for name in mesh.parameters:
        if not name.isidentifier():
            yield Problem(
                ("mesh", "parameters", name),
                "is no name of a parameter",
                "allowed: letters, digits and _",
                "write e.g. tip_radius",
                show=False,
            )


def _mesh_path(case: Case) -> Iterator[Problem]:
    """The mesh file or source is there, where the case has a folder to look in."""
    path = case.mesh_path
    if path is None:
        return
    key = "file" if case.mesh.file is not None else "source"
    where: Path = ("mesh", key)
    if key == "source" and path.suffix != ".py":
        yield Problem(
            where,
            "is no Python file",
            "a source has the ending .py",
            "name one, or give a mesh by mesh.file",
        )
    elif case.is_from_file and not path.is_file():
        folder = path.parent
        what = "is a folder" if path.is_dir() else f"there is no such file in {folder}"
        beside = sorted(p.name for p in folder.glob(f"*{path.suffix}")) if folder.is_dir() and path.suffix else []
        near = closest(path.name, beside)
        advice = f'did you mean "{near}"?' if near else "check the path"
        yield Problem(where, what, "a path relative to the folder of the case file", advice)
