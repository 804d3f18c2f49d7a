"""What every table of a case file shares: frozen, no unknown keys; types of names and plain numbers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from pnp.case.quantity import as_pydantic
from pnp.units import QuantityError

ABSENT: Final[Any] = None
"""Default of a key that all cases of one kind have and no others: only code of that kind reads it, and need not ask."""
LONGEST_NAME: Final = 40
LONGEST_TITLE: Final = 200
_NAME = re.compile(r"[^\W_][\w+\-]*")


class Table(BaseModel):
    """A table of the case file: immutable, and a key it does not have is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


def fields_by_key(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a table by their keys in the file: "from" is a key, but no name in Python."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


@dataclass(frozen=True)
class Number:
    """A number without a unit as a field of the case file, for pydantic's ``Annotated``.

    Attributes:
        name: With article: "a relative permittivity".
        example: A legal value.
        least: Smallest allowed value.
        most: Largest allowed value.
        limits: The range in words.
        integer: Whether it is a whole number.
        advice: What to do when the value is refused.
        above: Whether ``least`` itself is refused.
    """

    name: str
    example: float
    least: float
    most: float
    limits: str
    integer: bool = False
    advice: str = ""
    above: bool = False

    def read(self, value: object) -> float | int:
        """The number itself.

        Raises:
            QuantityError: no number, or out of range.
        """
        what = "a whole number" if self.integer else "a number"
        if isinstance(value, str):
            raise QuantityError(
                f"is a text, expected {self.name}: {what} without quotes and unit",
                f"allowed: {self.limits}",
                f"write e.g. {self.example}",
            )
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise QuantityError(
                f"expected {self.name}: {what}", f"allowed: {self.limits}", f"write e.g. {self.example}"
            )
        # A whole number of any length is legal TOML, but not a float.
        if isinstance(value, float) and not math.isfinite(value):
            raise QuantityError("is not a finite number", f"allowed: {self.limits}", f"write e.g. {self.example}")
        if self.integer and not isinstance(value, int):
            raise QuantityError(
                f"expected {self.name}: a whole number",
                f"allowed: {self.limits}",
                f"write e.g. {self.example}",
            )
        if value <= 0 < self.most and self.least >= 0 and (value < 0 or self.above or self.least > 0):
            raise QuantityError("must be positive", f"allowed: {self.limits}", self.advice)
        if not self.least <= value <= self.most or (self.above and value == self.least):
            raise QuantityError(f"is out of range for {self.name}", f"allowed: {self.limits}", self.advice)
        return value if self.integer else float(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validation by ``read``."""
        return core_schema.no_info_plain_validator_function(lambda value: as_pydantic(self.read, value))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A number with its range."""
        least = "exclusiveMinimum" if self.above else "minimum"
        return {
            "type": "integer" if self.integer else "number",
            least: self.least,
            "maximum": self.most,
            "examples": [self.example],
        }


def read_name(value: object) -> str:
    """A name given by the user to a species, region or point.

    Raises:
        QuantityError: no text, or with characters that result files and key paths cannot hold.
    """
    if not isinstance(value, str) or not _NAME.fullmatch(value) or len(value) > LONGEST_NAME or value == "all":
        raise QuantityError(
            "is not a legal name",
            f"allowed: letters, digits, _ + - after a first letter or digit, "
            f'at most {LONGEST_NAME} characters, not "all"',
            "rename it",
        )
    return value


def _read_title(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > LONGEST_TITLE:
        raise QuantityError(
            "is no title",
            f"allowed: a text in one line, at most {LONGEST_TITLE} characters",
            'write e.g. "Potassium membrane"',
        )
    return value


class _TitleRule:
    """A text that a terminal and a plot can show in one line."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda value: as_pydantic(_read_title, value))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "maxLength": LONGEST_TITLE}


Title = Annotated[str, _TitleRule()]


class _NameRule:
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda value: as_pydantic(read_name, value))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": "^[^\\W_][\\w+\\-]*$", "maxLength": LONGEST_NAME}


Name = Annotated[str, _NameRule()]
ChargeNumber = Annotated[
    int,
    Number(
        "a charge number",
        1,
        -10,
        10,
        "whole numbers -10 to 10",
        integer=True,
        advice="Cl- has -1, Ca2+ has 2",
    ),
]
RelativePermittivity = Annotated[
    float,
    Number(
        "a relative permittivity",
        78.49,
        1.0,
        1e5,
        "1 to 1e5",
        advice="vacuum has 1, a lipid membrane 2, water at 25 degC 78.4",
    ),
]
PartitionCoefficient = Annotated[
    float,
    Number(
        "a partition coefficient",
        1e-3,
        1e-100,
        1e20,
        "1e-100 to 1e20",
        advice='a species that cannot enter a region is named in that region\'s "absent"',
    ),
]
Fraction01 = Annotated[float, Number("a fraction of the thickness", 0.5, 0.0, 1.0, "0 to 1")]


class _AbsentRule:
    """``absent``: a list of names, or "all"; one rule instead of a union, which would report every branch."""

    @staticmethod
    def read(value: object) -> list[str] | str:
        if value == "all":
            return "all"
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise QuantityError(
                "is no list of species", 'allowed: a list of names, or "all"', 'write e.g. ["Na", "Cl"]'
            )
        return list(dict.fromkeys(value))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda value: as_pydantic(self.read, value))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"const": "all"}]}


Absent = Annotated[list[str] | str, _AbsentRule()]


class _KeysRule:
    """``sweep.key``: a key path, or a list of them."""

    @staticmethod
    def read(value: object) -> str | list[str]:
        if isinstance(value, str):
            return value
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise QuantityError(
                "is no key path",
                "allowed: a key path, or a list of key paths",
                'write e.g. "boundaries.right.potential"',
            )
        return list(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda value: as_pydantic(self.read, value))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}


Keys = Annotated[str | list[str], _KeysRule()]
