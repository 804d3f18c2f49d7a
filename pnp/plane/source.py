"""A parametrised geometry of the user's own: a Python file whose function builds it in Gmsh.

The file has

    LENGTH_UNIT = "nm"                        # unit of the model's coordinates, and of lengths given to build
    PARAMETERS = {"tip_radius": "3 nm", …}    # every parameter with its default: a quantity, or a number

    def build(model, *, tip_radius, …):       # model is gmsh.model
        …                                     # points, lines, surfaces; synchronize; addPhysicalGroup(…, name=…)

Physical groups of surfaces are regions, those of curves are boundaries and interfaces. Cell sizes come from the case,
not from the file. Lengths arrive in LENGTH_UNIT, other quantities in SI units.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from pnp.plane.check import check
from pnp.plane.errors import MeshError, listed, nearest
from pnp.plane.files import Between, add_interfaces, known_names
from pnp.plane.gmsh_mesh import curves_beside, generate
from pnp.plane.gmsh_session import session
from pnp.plane.mesh import PlaneMesh
from pnp.plane.sizes import Lines, Sizes
from pnp.units import QuantityError, parse, parse_unit

Value = str | int | float


@dataclass(frozen=True)
class Source:
    """A loaded source.

    Attributes:
        path: The file.
        module: Its Python module.
        unit: Length unit, m.
        defaults: Parameters with their defaults as the file has them.
    """

    path: Path
    module: ModuleType
    unit: float
    defaults: dict[str, Value]


def load_source(path: Path) -> Source:
    """Run the file and find its parameters.

    Raises:
        MeshError: there is no such file, it fails, or it lacks what a source needs.
    """
    if not path.is_file():
        raise MeshError(f"there is no file {path}", "", "give its path from the case file's folder")
    if path.suffix != ".py":
        raise MeshError(f"{path.name} is no Python file", "a source is a .py file; a ready mesh goes under mesh.file")
    module = ModuleType("pnp_mesh_source")
    module.__file__ = str(path)
    try:
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
    except Exception as error:
        raise _failed(path, error) from error
    if not callable(getattr(module, "build", None)):
        raise MeshError(f"{path.name} has no function build(model, …)", "", "see meshes/README.md")
    defaults = getattr(module, "PARAMETERS", {})
    if not isinstance(defaults, dict) or not all(isinstance(v, str | int | float) for v in defaults.values()):
        raise MeshError(f"PARAMETERS of {path.name} is no table of quantities", 'e.g. {"tip_radius": "3 nm"}')
    try:
        unit = parse_unit(str(getattr(module, "LENGTH_UNIT", "nm")))
    except QuantityError as error:
        raise MeshError(f"LENGTH_UNIT of {path.name}: {error}") from error
    if unit.dimension != parse_unit("m").dimension:
        raise MeshError(f'LENGTH_UNIT of {path.name}: "{unit.text}" is no length', 'e.g. "nm"')
    return Source(path, module, float(unit.factor), dict(defaults))


def resolve(source: Source, given: Mapping[str, Value]) -> dict[str, Any]:
    """Numbers for ``build``: the defaults with what is given in their place.

    Raises:
        MeshError: a parameter is unknown, or of another kind than its default.
    """
    for name in given:
        if name not in source.defaults:
            raise MeshError(
                f'{source.path.name} has no parameter "{name}"',
                f"parameters: {listed(source.defaults)}",
                nearest(name, source.defaults, "leave it out"),
            )
    numbers: dict[str, Any] = {}
    for name, default in source.defaults.items():
        value = given.get(name, default)
        if isinstance(default, str) != isinstance(value, str):
            kind = f'a quantity such as "{default}"' if isinstance(default, str) else f"a number such as {default}"
            raise MeshError(f"parameter {name} = {value!r}: expected {kind}")
        numbers[name] = value if not isinstance(value, str) else _number(source, name, value, str(default))
    return numbers


def _number(source: Source, name: str, text: str, default: str) -> float:
    try:
        number, unit = parse(text)
        _, expected = parse(default)
        if unit.dimension != expected.dimension:
            raise MeshError(f'parameter {name} = "{text}" is not in units of its kind', f'e.g. "{default}"')
        if unit.dimension == parse_unit("m").dimension:
            # exact: 3 nm in a model of nanometres is 3.0
            return float(number * unit.factor / parse_unit(str(getattr(source.module, "LENGTH_UNIT", "nm"))).factor)
        return unit.value(number)
    except QuantityError as error:
        raise MeshError(f'parameter {name} = "{text}": {error.problem}', error.allowed, error.advice) from error


def mesh_source(
    source: Source,
    parameters: Mapping[str, Value],
    sizes: Sizes,
    regions: Sequence[str],
    lines: Sequence[str],
    between: Between | None = None,
    axisymmetric: bool = False,
) -> PlaneMesh:
    """Build the geometry and mesh it with the case's sizes.

    Args:
        source: The loaded file.
        parameters: Those that differ from the defaults, as in the case file.
        sizes: Cell sizes; layers "between" work for any two regions, "group" for ``lines``.
        regions: Names of the case's regions.
        lines: Names of boundaries and of interfaces that are groups of curves.
        between: Interfaces given by the two regions that they part.
        axisymmetric: Whether the coordinates are r, z.

    Raises:
        MeshError: the source or Gmsh fails, or its groups are not what the case names.
    """
    numbers = resolve(source, parameters)
    name = source.path.name
    with session(name) as gmsh:
        try:
            source.module.build(gmsh.model, **numbers)
        except MeshError:
            raise
        except Exception as error:
            raise _failed(source.path, error) from error
        gmsh.model.occ.synchronize()
        # build may have set sizes of its own
        for tag in gmsh.model.mesh.field.list():
            gmsh.model.mesh.field.remove(tag)
        found, notes = _found(gmsh, name, regions, lines)
        mesh = generate(gmsh, found, sizes, source.unit)
    mesh = check(replace(mesh, notes=(*mesh.notes, *notes)), axisymmetric)
    return add_interfaces(mesh, between) if between else mesh


def extent_of(source: Source, parameters: Mapping[str, Value]) -> float:
    """The longer side of the geometry's bounding box, m.

    Raises:
        MeshError: the source or Gmsh fails.
    """
    numbers = resolve(source, parameters)
    with session(source.path.name) as gmsh:
        try:
            source.module.build(gmsh.model, **numbers)
            gmsh.model.occ.synchronize()
            x0, y0, _, x1, y1, _ = gmsh.model.getBoundingBox(-1, -1)
        except MeshError:
            raise
        except Exception as error:
            raise _failed(source.path, error) from error
    return float(max(x1 - x0, y1 - y0)) * source.unit


def _found(gmsh: Any, source: str, regions: Sequence[str], lines: Sequence[str]) -> tuple[Lines, tuple[str, ...]]:
    """Which surfaces and curves the wanted groups are, and what the user should know."""
    groups: dict[int, dict[str, list[int]]] = {1: {}, 2: {}}
    for dimension, named in groups.items():
        for _, tag in gmsh.model.getPhysicalGroups(dimension):
            name = gmsh.model.getPhysicalName(dimension, tag) or str(tag)
            named.setdefault(name, []).extend(int(t) for t in gmsh.model.getEntitiesForPhysicalGroup(dimension, tag))
    known_names(source, regions, "surfaces", groups[2], "lines", groups[1])
    known_names(source, lines, "lines", groups[1], "surfaces", groups[2])
    surfaces = _owners(groups[2], regions)
    unnamed = [tag for _, tag in gmsh.model.getEntities(2) if tag not in surfaces]
    if unnamed:
        within = [name for name, tags in groups[2].items() if set(tags) & set(unnamed)]
        raise MeshError(
            f"{source} has surfaces that are in no region of the case"
            + (f", but in {listed(within)}" if within else ""),
            f"regions of the case: {listed(regions)}",
            f"add [regions.{within[0]}]" if within else "put every surface in a physical group",
        )
    unused = [name for name in groups[1] if name not in lines]
    notes = (f"named lines of {source} that the case does not use: {listed(unused)}",) if unused else ()
    found = Lines(tuple(regions), tuple(lines), surfaces, _owners(groups[1], lines), curves_beside(gmsh, surfaces))
    return found, notes


def _owners(groups: Mapping[str, list[int]], names: Sequence[str]) -> dict[int, int]:
    owner: dict[int, int] = {}
    for k, name in enumerate(names):
        for tag in groups[name]:
            if owner.setdefault(tag, k) != k:
                raise MeshError(f'it shares a part with "{names[owner[tag]]}"', "each part has one name", "", name)
    return owner


def _failed(path: Path, error: Exception) -> MeshError:
    """The user's own code failed: where, and how."""
    at = next((f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename == str(path)), None)
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else at
    where = f"{path.name}, line {line}" if line else path.name
    return MeshError(f"{where}: {type(error).__name__}: {error}", "", "correct the source or its parameters")
