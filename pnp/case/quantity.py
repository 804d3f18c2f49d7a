"""The kinds of quantity a case file holds: the unit and range of each, and the field types of the models."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pnp.units import Dimension, QuantityError, Unit, closest, format_quantity, parse, parse_unit, shortened

T = TypeVar("T")
LONGEST_SHOWN: Final = 1e15
"""Larger numbers are not repeated in messages."""


@dataclass(frozen=True, eq=False)
class Kind:
    """A physical quantity as a field of the case file, for pydantic's ``Annotated``.

    Attributes:
        name: With article: "a length".
        si: SI unit the validated float is in.
        units: Units that messages and the schema propose.
        example: A legal text.
        least: Smallest allowed value in SI units.
        most: Largest allowed value in SI units.
        limits: The range in words, in handy units.
        positive: Zero and below get the message "must be positive" before the range is looked at.
        advice: What to do when the value is out of range.
    """

    name: str
    si: str
    units: tuple[str, ...]
    example: str
    least: float
    most: float
    limits: str
    positive: bool = False
    advice: str = ""

    @cached_property
    def dimension(self) -> Dimension:
        """Exponents of the base dimensions."""
        return parse_unit(self.si).dimension

    @property
    def allowed_units(self) -> str:
        """The proposed units as words."""
        return "allowed units: " + ", ".join(self.units)

    def expected(self) -> str:
        """What a message says is wanted."""
        return f'expected {self.name} with its unit, e.g. "{self.example}"'

    def read(self, value: object) -> float:
        """SI value of a text.

        Raises:
            QuantityError: no text, no number, wrong unit, or out of range.
        """
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise QuantityError(f"is {_type_name(value)}", self.expected(), self.allowed_units)
        if not isinstance(value, str):
            example = f"{value} {self._likely_unit(value)}" if abs(value) < LONGEST_SHOWN else self.example
            raise QuantityError("is a bare number without a unit", self.allowed_units, f'write e.g. "{example}"')
        return _read_text(self, value)

    def read_text(self, value: str) -> float:
        """SI value of a text, computed anew.

        Raises:
            QuantityError: no number, wrong unit, or out of range.
        """
        number, unit = self.split(value)
        if unit.dimension != self.dimension:
            raise QuantityError(
                f'the unit "{unit.text}" is not that of {self.name}', self.expected(), self.allowed_units
            )
        return self.within(unit.value(number))

    def split(self, value: str) -> tuple[Fraction, Unit]:
        """Number and unit of a text.

        Raises:
            QuantityError: no number and unit; the message says what this field wants.
        """
        try:
            return parse(value)
        except QuantityError as error:
            if error.problem == "has no unit":
                raise QuantityError(
                    "has no unit", self.allowed_units, f'write e.g. "{self._with_unit(value)}"'
                ) from None
            hint = self._nearest(error) or error.advice
            advice = f"{hint}{'' if hint.endswith('?') else ';'} {self.allowed_units}" if hint else self.allowed_units
            raise QuantityError(error.problem, error.allowed or self.expected(), advice) from None

    def _likely_unit(self, number: float) -> str:
        """The first proposed unit with which a bare number is in range: 37 is a temperature in degC, 310 in K.

        A small number where the first unit is a small one is in SI: 4e-9 is a length in m, not in nm or cm.
        """
        small = 0 < abs(number) < 0.01 and parse_unit(self.units[0]).factor < 1
        for text in (self.si, *self.units) if small else self.units:
            if self.least <= parse_unit(text).value(Fraction(number)) <= self.most:
                return text
        return self.units[0]

    def _with_unit(self, value: str) -> str:
        try:
            number = float(value.replace("−", "-"))
        except ValueError:
            number = 0.0
        unit = self._likely_unit(number) if abs(number) < LONGEST_SHOWN else self.units[0]
        return f"{shortened(value)} {unit}"

    def _nearest(self, error: QuantityError) -> str:
        """A unit name of this kind near an unknown one: "nn" for a length is meant as "nm", not as "N"."""
        unknown = re.fullmatch(r'unknown unit "(.*)"', error.problem)
        if unknown is None:
            return ""
        names = re.findall(r"[^\W\d]+", " ".join(self.units))
        # Two letters exchanged ("mn") are nearer than one left out.
        exchanged = [name for name in names if sorted(name) == sorted(unknown[1])]
        near = exchanged[0] if exchanged else closest(unknown[1], names, cutoff=0.5)
        return f'did you mean "{near}"?' if near else ""

    def within(self, value: float) -> float:
        """The value itself when it is in the allowed range.

        Raises:
            QuantityError: it is not.
        """
        if self.positive and value <= 0:
            raise QuantityError(
                "must be positive", f"allowed: {self.limits}", self.advice if value == 0 else "check the sign"
            )
        if value < 0 <= self.least:
            raise QuantityError("must not be negative", f"allowed: {self.limits}", "check the sign")
        if not self.least <= value <= self.most:
            size = "small" if abs(value) < max(abs(self.least), 0.0) or value < self.least else "large"
            raise QuantityError(
                f"is too {size} to be meant", f"allowed: {self.limits}", self.advice or "check the unit"
            )
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validation by ``read``; output as text with the SI unit."""
        return core_schema.no_info_plain_validator_function(
            lambda value: as_pydantic(self.read, value),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda v: format_quantity(v, self.si)),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A string with an example; an editor cannot check more."""
        return {
            "type": "string",
            "pattern": r"^\s*[+\-−]?[0-9.]",
            "examples": [self.example],
            "x-si-unit": self.si,
            "x-units": list(self.units),
            "x-allowed": self.limits,
        }


@lru_cache(maxsize=8192)
def _read_text(kind: Kind, value: str) -> float:
    return kind.read_text(value)


def as_pydantic(read: Callable[[object], T], value: object) -> T:
    """``read(value)``, a QuantityError turned into pydantic's custom error with its parts in the context.

    Raises:
        PydanticCustomError: the value is refused.
    """
    try:
        return read(value)
    except QuantityError as error:
        parts = {"problem": error.problem, "allowed": error.allowed, "advice": error.advice}
        raise PydanticCustomError("pnp", "{problem}", parts) from None


def _type_name(value: object) -> str:
    names = {
        bool: "true or false",
        list: "a list",
        dict: "a table",
        int: "a number",
        float: "a number",
        str: "a text",
    }
    return names.get(type(value), f"a {type(value).__name__}")


LENGTH: Final = Kind(
    "a length", "m", ("nm", "µm", "mm", "cm", "m", "Å"), "4 nm", 1e-11, 1.0, "0.01 nm to 1 m", positive=True
)
POSITION: Final = Kind("a length", "m", ("nm", "µm", "mm", "cm", "m", "Å"), "2 nm", 0.0, 1.0, "0 nm to 1 m")
TEMPERATURE: Final = Kind(
    "a temperature",
    "K",
    ("K", "degC"),
    "37 degC",
    200.0,
    1000.0,
    "200 K to 1000 K (-73 degC to 726 degC)",
    positive=True,
    advice='body temperature is "37 degC" or "310.15 K"',
)
CONCENTRATION: Final = Kind(
    "a concentration",
    "mol/m^3",
    ("mol/L", "mmol/L", "µmol/L", "M", "mM", "mol/m^3"),
    "140 mmol/L",
    0.0,
    1e5,
    "0 mol/L to 100 mol/L",
    advice="check the unit: 1 mol/m^3 is 1 mmol/L",
)
POTENTIAL: Final = Kind("a potential", "V", ("V", "mV"), "-70 mV", -1e3, 1e3, "-1000 V to 1000 V")
DIFFUSIVITY: Final = Kind(
    "a diffusivity",
    "m^2/s",
    ("m^2/s", "cm^2/s", "µm^2/s"),
    "1.957e-9 m^2/s",
    1e-30,
    1e-3,
    "1e-30 m^2/s to 1e-3 m^2/s",
    positive=True,
    advice='a species that cannot enter a region is named in that region\'s "absent"',
)
PERMEABILITY: Final = Kind(
    "a permeability",
    "m/s",
    ("m/s", "cm/s", "µm/s"),
    "1e-8 m/s",
    1e-40,
    1e3,
    "1e-40 m/s to 1e3 m/s",
    positive=True,
    advice='a species that cannot enter a region is named in that region\'s "absent"',
)
MOLAR_ENERGY: Final = Kind(
    "an energy per mole",
    "J/mol",
    ("J/mol", "kJ/mol", "kcal/mol"),
    "10 kJ/mol",
    -1e6,
    1e6,
    "-1000 kJ/mol to 1000 kJ/mol",
    advice="kT at 25 degC is 2.479 kJ/mol",
)
FLUX: Final = Kind(
    "a flux",
    "mol/m^2/s",
    ("mol/m^2/s", "µmol/m^2/s", "mol/cm^2/s"),
    "1e-6 mol/m^2/s",
    -1e6,
    1e6,
    "-1e6 to 1e6 mol/m^2/s",
)
CURRENT_DENSITY: Final = Kind(
    "a current density",
    "A/m^2",
    ("A/m^2", "mA/cm^2", "µA/cm^2"),
    "10 A/m^2",
    -1e12,
    1e12,
    "-1e12 to 1e12 A/m^2",
)
SURFACE_CHARGE: Final = Kind(
    "a charge per area",
    "C/m^2",
    ("C/m^2", "µC/cm^2", "e/nm^2"),
    "-0.02 C/m^2",
    -100.0,
    100.0,
    "-100 C/m^2 to 100 C/m^2",
)

Length = Annotated[float, LENGTH]
Position = Annotated[float, POSITION]
Temperature = Annotated[float, TEMPERATURE]
Concentration = Annotated[float, CONCENTRATION]
Potential = Annotated[float, POTENTIAL]
Diffusivity = Annotated[float, DIFFUSIVITY]
Permeability = Annotated[float, PERMEABILITY]
MolarEnergy = Annotated[float, MOLAR_ENERGY]
Flux = Annotated[float, FLUX]
CurrentDensity = Annotated[float, CURRENT_DENSITY]
SurfaceCharge = Annotated[float, SURFACE_CHARGE]
