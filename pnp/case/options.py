"""Mesh and solver options; every one has a default that is meant to do, but for meshes of the user's own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StrictBool
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from pnp.case.quantity import Length, as_pydantic
from pnp.case.table import Name, Number, Table
from pnp.units import QuantityError, parse, parse_unit

LengthUnit = Literal["nm", "µm", "um", "mm", "cm", "m", "Å"]
Parameter = float | int | str


def _read_parameter(value: object) -> Parameter:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise QuantityError(
            "is no parameter of a mesh", "allowed: a text with a unit, a number, a text", 'write e.g. "3 nm"'
        )
    return value


class _ParameterRule:
    """A parameter as written: what it must be, the mesh source decides."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda value: as_pydantic(_read_parameter, value))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": ["string", "number"]}


class Mesh(Table):
    """How fine the automatic mesh is; in two dimensions also where a mesh of the user's own comes from."""

    file: str | None = Field(
        default=None,
        description="Planar and axisymmetric only: a mesh file, its path relative to the folder of the case file; the "
        "names of its physical groups are those of regions, boundaries and interfaces. Excludes source.",
        examples=["pore.msh"],
    )
    length_unit: LengthUnit | None = Field(
        default=None, description="With file, required there: the unit of the mesh's coordinates.", examples=["nm"]
    )
    source: str | None = Field(
        default=None,
        description="Planar and axisymmetric only: a Python file that makes the mesh by Gmsh, its path relative to the "
        "folder of the case file; groups as in a file. Excludes file.",
        examples=["conical_pore.py"],
    )
    parameters: dict[Name, Annotated[Parameter, _ParameterRule()]] = Field(
        default={},
        description="With source: its parameters by name, quantities as texts with units.",
        examples=[{"tip_radius": "3 nm"}],
    )
    largest_cell: Length | None = Field(
        default=None, description="Planar and axisymmetric only: how long cells are at most, about.", examples=["20 nm"]
    )

    refinement: Annotated[float, Number("a refinement", 1.0, 0.0, 1000.0, "above 0 to 1000", above=True)] = Field(
        default=1.0,
        description="Number of cells relative to the default; 2 halves every cell.",
        examples=[2.0],
    )
    growth: Annotated[float, Number("a growth ratio", 1.2, 1.0, 2.0, "above 1 to 2", above=True)] = Field(
        default=1.1, description="Size ratio of neighbouring cells where the mesh coarsens.", examples=[1.1]
    )
    cells_per_debye_length: Annotated[
        float, Number("a number of cells", 20, 0.0, 1e4, "above 0 to 10000", above=True)
    ] = Field(
        default=20.0, description="Debye length over the first cell at an interface, wall or electrode.", examples=[20]
    )
    max_cell_fraction: Annotated[float, Number("a fraction", 0.005, 0.0, 1.0, "above 0 to 1", above=True)] = Field(
        default=0.005,
        description="Largest cell over the thickness of a stack of one region; of R regions, R times "
        "that: the stack has at least 1/this many cells. In the plane, cells coarsen away from what is charged or "
        "selective; largest_cell caps them.",
        examples=[0.005],
    )
    error_estimate: StrictBool = Field(
        default=True,
        description="Solve once more on half the cells, to tell how far the mesh puts each number off; "
        "of a sweep the last point.",
        examples=[True],
    )
    adapt: StrictBool = Field(
        default=True,
        description="Refine the mesh where the solution found on it changes too fast across a cell, and solve again; "
        "not a mesh of the user's own.",
        examples=[True],
    )

    @property
    def is_given(self) -> bool:
        """Whether the mesh, and with it where everything lies, comes from a file or a source."""
        return self.file is not None or self.source is not None

    @property
    def length_scale(self) -> float:
        """The mesh file's unit of length in m; 1 where none is given."""
        return float(parse_unit(self.length_unit).factor) if self.length_unit is not None else 1.0

    @property
    def parameter_values(self) -> dict[str, float | int | str]:
        """The parameters of the source, quantities in SI units."""
        return {name: _in_si(value) for name, value in self.parameters.items()}


def _in_si(value: Parameter) -> Parameter:
    if not isinstance(value, str):
        return value
    try:
        number, unit = parse(value)
    except QuantityError:
        return value
    return unit.value(number)


class Solver(Table):
    """How the nonlinear problem is discretised and solved."""

    flux: Literal["edge_averaged", "galerkin"] = Field(
        default="edge_averaged",
        description="Discrete flux: Scharfetter-Gummel edge averages, or Galerkin.",
        examples=["edge_averaged"],
    )
    degree: Annotated[int, Number("a polynomial degree", 1, 1, 4, "1, 2, 3 or 4", integer=True)] = Field(
        default=1, description="Polynomial degree; above 1 with the galerkin flux only.", examples=[1]
    )
    tolerance: Annotated[float, Number("a tolerance", 1e-8, 1e-14, 1e-1, "1e-14 to 0.1")] = Field(
        default=1e-8,
        description="Largest last Newton update of a potential, in units of RT/F.",
        examples=[1e-8],
    )
    max_iterations: Annotated[int, Number("a number of iterations", 60, 1, 100000, "1 to 100000", integer=True)] = (
        Field(default=60, description="Newton iterations before the solver gives up or ramps.", examples=[60])
    )
    step_rule: Literal["auto", "component", "logarithmic"] = Field(
        default="auto",
        description="How a Newton step is limited; auto tries the one, then the other.",
        examples=["auto"],
    )
    ramp: StrictBool = Field(
        default=True, description="Ramp charges and potentials as the last resort.", examples=[True]
    )
