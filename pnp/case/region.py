"""A region of the stack: thickness, permittivity, fixed charge, and what its species do in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from pnp.case.quantity import Concentration, Diffusivity, Kind, Length, MolarEnergy, Permeability, as_pydantic
from pnp.case.shapes import Shape
from pnp.case.table import ABSENT, Absent, Name, PartitionCoefficient, RelativePermittivity, Table
from pnp.constants import F
from pnp.expressions import Expression
from pnp.units import QuantityError, format_quantity

_MOLAR: Final = Kind(
    "a fixed charge density",
    "mol/m^3",
    ("mol/L", "mmol/L", "mol/m^3", "C/m^3", "e/nm^3"),
    "-0.5 mol/L",
    -1e5,
    1e5,
    "-100 mol/L to 100 mol/L of elementary charges",
)
LARGEST_FIXED_CHARGE: Final = _MOLAR.most
"""Largest size of a fixed charge in mol/m³ of elementary charges."""
_FACTORS: Final = {"mol/m^3": 1.0, "C/m^3": 1.0 / F}


def read_fixed_charge(value: object) -> float | Expression:
    """A fixed charge in mol/m³ of elementary charges, or an expression of position.

    Raises:
        QuantityError: neither.
    """
    if isinstance(value, Expression):
        return value
    if not isinstance(value, str):
        return _MOLAR.read(value)
    return _read_text(value)


@lru_cache(maxsize=1024)
def _read_text(value: str) -> float | Expression:
    try:
        number, unit = _MOLAR.split(value)
    except QuantityError as error:
        refused = error
    else:
        for text, factor in _FACTORS.items():
            kind = Kind("", text, (), "", 0.0, 0.0, "")
            if unit.dimension == kind.dimension:
                exact = unit.value(number)
                return _MOLAR.within(exact if factor == 1.0 else exact * factor)
        raise QuantityError(
            f'the unit "{unit.text}" is not that of a fixed charge density',
            _MOLAR.expected(),
            _MOLAR.allowed_units,
        )
    try:
        return Expression(value, _FACTORS)
    except QuantityError as error:
        looks_like_expression = any(c in value for c in "(*x+") or "pi" in value
        raise (error if looks_like_expression else refused) from None


class _FixedChargeRule:
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: as_pydantic(read_fixed_charge, value),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda v: v.text if isinstance(v, Expression) else format_quantity(v, "mol/m^3")
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "string",
            "examples": ["-1 mol/L", "1e7 C/m^3", "-0.5 mol/L * tanh(x / (2 nm))"],
            "x-si-unit": "mol/m^3",
            "x-units": list(_MOLAR.units),
            "x-allowed": _MOLAR.limits,
        }


FixedCharge = Annotated[float | Expression, _FixedChargeRule()]


class RegionSpecies(Table):
    """What one species does in one region, where that differs from the default."""

    diffusivity: Diffusivity | None = Field(
        default=None,
        description="Diffusion coefficient in this region; excludes permeability.",
        examples=["1e-11 m^2/s"],
    )
    permeability: Permeability | None = Field(
        default=None,
        description="Stacks only: permeability P = partition_coefficient * D / thickness of this region; excludes "
        "diffusivity.",
        examples=["1e-8 m/s"],
    )
    partition_coefficient: PartitionCoefficient | None = Field(
        default=None,
        description="Concentration in the region over that in the bath at equal potential; "
        "excludes standard_potential.",
        examples=[1e-3],
    )
    standard_potential: MolarEnergy | None = Field(
        default=None,
        description="Standard chemical potential in the region minus that in the bath, as by Born energy; "
        "excludes partition_coefficient.",
        examples=["10 kJ/mol"],
    )
    initial_concentration: Concentration | None = Field(
        default=None,
        description="Initial concentration of a species that no reservoir fixes; its total amount is kept.",
        examples=["10 mmol/L"],
    )


if TYPE_CHECKING:
    # Every region of a stack has one, and only code of stacks reads it.
    Thickness = Length
else:
    Thickness = Length | None


class Region(Table):
    """One layer of the stack; in two dimensions a part of the plane."""

    thickness: Thickness = Field(
        default=ABSENT, description="Stacks only, required there: thickness along the axis.", examples=["4 nm"]
    )
    shapes: list[Shape] = Field(
        default=[],
        description="Planar and axisymmetric only, required there unless a mesh is given: the shapes whose union the "
        "region is. Regions are painted in the order written: later ones win where they overlap.",
        examples=[[{"rectangle": {"x": ["0 nm", "40 nm"], "y": ["0 nm", "20 nm"]}}]],
    )
    permittivity: RelativePermittivity = Field(
        description="Relative permittivity, a bare number: 78.4 for water at 25 degC, 2 for lipid.",
        examples=[78.49],
    )
    fixed_charge: FixedCharge = Field(
        default=0.0,
        description="Fixed charge, with its sign: mol/L of elementary charges, C/m^3, or an expression of "
        "position: x (from the left end of the stack) and xi (0 to 1 within the region), in two dimensions x and y, "
        "or r and z.",
        examples=["-1 mol/L", "-0.5 mol/L * tanh(x / (2 nm))"],
    )
    absent: Absent = Field(
        default=[],
        description='Species that cannot enter this region; "all" for a dielectric without ions.',
        examples=[["Na", "Cl"], "all"],
    )
    species: dict[Name, RegionSpecies] = Field(
        default={},
        description="Per species, what differs from the default in this region.",
        examples=[{"K": {"diffusivity": "1e-11 m^2/s"}}],
    )
