"""Checks that the keys of a case are those of its coordinates: of a stack, of shapes in the plane, or of a given mesh.

They run before all others, which may then rely on what a case of its kind has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from pnp.case.boundary import SIDES
from pnp.case.checks_mesh import PLANES, mesh_keys, whose
from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.shapes import AXES
from pnp.units import closest

if TYPE_CHECKING:
    from pnp.case.case import Case

_USES: Final[tuple[Path, ...]] = (("coordinates",), ("mesh",))
_STACKS: Final = 'coordinates = "cartesian", "cylindrical" or "spherical"'


def form_problems(case: Case) -> list[Problem]:
    """What the checks of this file find in a case whose tables are valid one by one."""
    return [p for check in FORM_CHECKS for p in check(case)]


def _refused(path: Path, case: Case, allowed: str, advice: str = "remove it", **more: Any) -> Problem:
    return Problem(path, f"is no key of {whose(case)}", f"allowed: {allowed}", advice, uses=_USES, **more)


def stack_keys(case: Case) -> Iterator[Problem]:
    """Height and inner radius belong to stacks, and not to all."""
    if case.height is not None:
        if not case.is_stack:
            yield _refused(
                ("height",), case, "with a cartesian or cylindrical stack, which it makes a strip", "remove it"
            )
        elif case.coordinates == "spherical":
            yield Problem(
                ("height",),
                "no strip has spherical faces",
                'allowed: with coordinates = "cartesian" or "cylindrical"',
                'remove it, or draw the sphere with a disc and coordinates = "axisymmetric"',
                uses=(("coordinates",),),
            )
    if case.inner_radius and not case.is_stack:
        yield _refused(
            ("inner_radius",), case, "with a cylindrical or spherical stack", "remove it; shapes say where r begins"
        )


def region_keys(case: Case) -> Iterator[Problem]:
    """A region of a stack has a thickness, one of a plane has shapes, one of a given mesh has neither."""
    for r, region in case.regions.items():
        path: Path = ("regions", r)
        thick = region.thickness is not None
        if case.is_stack:
            if region.shapes:
                advice = "give a thickness, or set coordinates"
                touches = () if thick else ((*path, "thickness"),)
                yield _refused((*path, "shapes"), case, f"with {PLANES}", advice, show=False, touches=touches)
            if not thick and not region.shapes:
                yield Problem(
                    (*path, "thickness"),
                    "is missing",
                    "Thickness along the axis",
                    'add thickness = "4 nm"',
                    uses=_USES,
                    stand_in="10 nm",
                )
            continue
        if thick:
            instead = (
                "its shapes say where it is" if region.shapes else f"give shapes = [{{ rectangle = {_example(case)} }}]"
            )
            instead = "the mesh says where it is" if case.mesh.is_given else instead
            touches = () if region.shapes else ((*path, "shapes"),)
            yield _refused((*path, "thickness"), case, f"with {_STACKS}", f"remove it: {instead}", touches=touches)
        for s, own in region.species.items():
            if own.permeability is not None:
                instead = "write diffusivity = permeability * length / partition_coefficient"
                yield _refused((*path, "species", s, "permeability"), case, f"with {_STACKS}", instead)
        if case.mesh.is_given:
            if region.shapes:
                yield _refused(
                    (*path, "shapes"),
                    case,
                    "without mesh.file and mesh.source",
                    "remove it: the mesh says where the region is",
                    show=False,
                )
        elif not region.shapes and not thick:
            yield Problem(
                (*path, "shapes"),
                "is missing",
                "a region of a plane has shapes, unless mesh.file or mesh.source is given",
                f"add e.g. shapes = [{{ rectangle = {_example(case)} }}]",
                uses=_USES,
                blocks=False,
            )


def _example(case: Case) -> str:
    first, second = AXES[case.coordinates]
    return f'{{ {first} = ["0 nm", "40 nm"], {second} = ["0 nm", "20 nm"] }}'


def boundary_names(case: Case) -> Iterator[Problem]:
    """A stack has its two ends; in a plane each boundary says where it is, unless a mesh does."""
    for b, boundary in case.boundaries.items():
        path: Path = ("boundaries", b)
        if case.is_stack and b not in SIDES:
            near = closest(b, SIDES)
            yield Problem(
                path,
                "is no boundary of a stack",
                "boundaries of a stack: left, right",
                f'did you mean "{near}"?' if near else f"rename it, or set {PLANES}",
                uses=_USES,
            )
        elif case.is_stack and boundary.on:
            yield _refused((*path, "on"), case, f"with {PLANES}", show=False)
        elif case.mesh.is_given and not case.is_stack and boundary.on:
            advice = "remove it: the mesh's group of this name says where the boundary is"
            yield _refused((*path, "on"), case, "without mesh.file and mesh.source", advice, show=False)
        elif not case.is_stack and not case.mesh.is_given and not boundary.on:
            second = AXES[case.coordinates][1]
            yield Problem(
                (*path, "on"),
                "is missing",
                "a boundary of a plane has the pieces of the outer boundary it consists of",
                f'add e.g. on = [{{ {second} = "0 nm" }}]',
                uses=_USES,
                blocks=False,
            )
    if case.is_stack:
        for side in SIDES:
            if side not in case.boundaries:
                yield Problem(
                    ("boundaries", side),
                    "is missing",
                    "a stack has two ends: left and right",
                    f'add [boundaries.{side}] with e.g. type = "wall"',
                    uses=_USES,
                    stand_in={"type": "symmetry"},
                )


def interface_keys(case: Case) -> Iterator[Problem]:
    """An interface lies between two regions, or is a group of a given mesh; pieces restrict it in a plane."""
    for i, interface in case.interfaces.items():
        path: Path = ("interfaces", i)
        if interface.is_group and (case.is_stack or not case.mesh.is_given):
            names = list(case.regions)
            example = f'between = ["{names[0]}", "{names[-1]}"]'
            yield Problem(
                (*path, "between"),
                "is missing",
                "the two neighbouring regions it lies between",
                f"add {example}" if len(names) > 1 else "add it",
                uses=(*_USES, ("regions",)),
            )
        if interface.on and (case.is_stack or case.mesh.is_given):
            allowed = f"with {PLANES} and shapes"
            yield _refused((*path, "on"), case, allowed, "remove it: between says where it is", show=False)
        if i in (SIDES if case.is_stack else case.boundaries):
            yield Problem(
                path, "has the name of a boundary", "allowed: any other name", "rename one of them", show=False
            )


def point_keys(case: Case) -> Iterator[Problem]:
    """A point of a stack lies in a region, one of a plane has coordinates; lines are of the plane."""
    for p, point in case.points.items():
        path: Path = ("points", p)
        if case.is_stack:
            if point.at is not None:
                yield _refused((*path, "at"), case, f"with {PLANES}", 'write e.g. region = "…" and fraction = 0.5')
            elif not point.region:
                yield Problem(
                    (*path, "region"),
                    "is missing",
                    "the region it lies in",
                    f'add e.g. region = "{next(iter(case.regions))}"',
                    uses=_USES,
                )
            continue
        given = [k for k in ("region", "position", "fraction") if getattr(point, k) is not None]
        for key in given:
            yield _refused((*path, key), case, f"with {_STACKS}", 'write at = ["1 nm", "2 nm"]')
        if point.at is None and not given:
            yield Problem(
                (*path, "at"),
                "is missing",
                f"a point of a plane has its {' and '.join(AXES[case.coordinates])}",
                'add e.g. at = ["1 nm", "2 nm"]',
                uses=_USES,
            )
    if case.is_stack:
        for line in case.lines:
            yield _refused(
                ("lines", line), case, f"with {PLANES}", "remove it: profiles run along the whole stack", show=False
            )


FORM_CHECKS: Final[tuple[Callable[[Case], Iterable[Problem]], ...]] = (
    stack_keys,
    region_keys,
    boundary_names,
    interface_keys,
    point_keys,
    mesh_keys,
)
