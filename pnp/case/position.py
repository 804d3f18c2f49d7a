"""Where things lie in the plane: signed coordinates, points of two, ranges from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from pnp.case.quantity import LENGTH, POSITION, Kind, as_pydantic
from pnp.units import QuantityError, format_quantity

COORDINATE: Final = Kind("a length", "m", LENGTH.units, "2 nm", -1.0, 1.0, "-1 m to 1 m")

Pair = tuple[float, float]


@dataclass(frozen=True)
class PairOf:
    """Two lengths in a list as a field of the case file, for pydantic's ``Annotated``.

    Attributes:
        name: What the list is, with article: "a range".
        kind: Unit and range of each of the two.
        example: A legal list.
        increasing: Whether the second must be above the first.
        or_single: Whether one length in place of the list is legal too.
    """

    name: str
    kind: Kind
    example: tuple[str, str]
    increasing: bool = False
    or_single: bool = False

    @property
    def expected(self) -> str:
        """What a message says is wanted."""
        return f"expected {self.name}: " + ("one length, or " if self.or_single else "") + "a list of two lengths"

    @property
    def advice(self) -> str:
        """What a message says to write."""
        return f'write e.g. ["{self.example[0]}", "{self.example[1]}"]'

    def read(self, value: object) -> Pair | float:
        """The lengths in m.

        Raises:
            QuantityError: no list of two, one of them no length, or not increasing.
        """
        if self.or_single and not isinstance(value, (list, tuple)):
            return self.kind.read(value)
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise QuantityError(self.expected, f"allowed: {self.kind.limits}", self.advice)
        first, second = self._entry(value[0], "first"), self._entry(value[1], "second")
        if self.increasing and not first < second:
            problem = "is a range of no extent" if first == second else "the range does not increase"
            advice = "make the second larger" if first == second else "exchange the two"
            raise QuantityError(problem, "allowed: [from, to] with from below to", advice)
        return first, second

    def _entry(self, value: object, which: str) -> float:
        try:
            return self.kind.read(value)
        except QuantityError as error:
            raise QuantityError(f"the {which} of the two {error.problem}", error.allowed, error.advice) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validation by ``read``; output as texts with the SI unit."""
        return core_schema.no_info_plain_validator_function(
            lambda value: as_pydantic(self.read, value),
            serialization=core_schema.plain_serializer_function_ser_schema(_texts),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A list of two texts, or one text."""
        text = {"type": "string", "pattern": r"^\s*[+\-−]?[0-9.]"}
        listed: JsonSchemaValue = {"type": "array", "items": text, "minItems": 2, "maxItems": 2}
        return {"anyOf": [text, listed]} if self.or_single else listed


def _texts(value: Pair | float) -> list[str] | str:
    if isinstance(value, (list, tuple)):
        return [format_quantity(v, "m") for v in value]
    return format_quantity(value, "m")


Range = Annotated[Pair, PairOf("a range", COORDINATE, ("0 nm", "40 nm"), increasing=True)]
RadialRange = Annotated[Pair, PairOf("a range of the radius", POSITION, ("0 nm", "40 nm"), increasing=True)]
Radii = Annotated[Pair, PairOf("two radii", LENGTH, ("2 nm", "20 nm"))]
PlanePoint = Annotated[Pair, PairOf("a point", COORDINATE, ("1 nm", "2 nm"))]
LineCoordinate = Annotated[
    float | Pair, PairOf("a place or a range", COORDINATE, ("0 nm", "20 nm"), increasing=True, or_single=True)
]
