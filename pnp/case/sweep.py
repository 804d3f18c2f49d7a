"""A sweep: one key, or several together, set to a series of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from pnp.case.quantity import as_pydantic
from pnp.case.table import Keys, Number, Table
from pnp.units import QuantityError, parse

MOST_POINTS: Final = 100_000
Value = bool | int | float | str


def read_value(value: object) -> Value:
    """A value of a sweep, kept as written: the swept key decides what it must be.

    Raises:
        QuantityError: a list, a table or a date.
    """
    if not isinstance(value, (bool, int, float, str)):
        raise QuantityError(
            "is no value for a sweep", "allowed: texts with a unit, numbers, names", 'write e.g. "-70 mV"'
        )
    return value


class _ValueRule:
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda value: as_pydantic(read_value, value))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": ["string", "number", "boolean"]}


SweepValue = Annotated[Value, _ValueRule()]
Points = Annotated[int, Number("a number of points", 101, 2, MOST_POINTS, f"2 to {MOST_POINTS}", integer=True)]


class Sweep(Table):
    """A series of values: listed, or a range of ``points`` from ``start`` to ``stop``."""

    key: Keys = Field(
        description="Key path of what is swept, or a list of key paths that are set together.",
        examples=["boundaries.right.potential"],
    )
    values: list[SweepValue] | None = Field(
        default=None,
        description="The values in order; excludes start, stop and points.",
        examples=[["-100 mV", "0 mV"]],
    )
    start: SweepValue | None = Field(default=None, description="First value of a range.", examples=["-100 mV"])
    stop: SweepValue | None = Field(default=None, description="Last value of a range.", examples=["100 mV"])
    points: Points | None = Field(default=None, description="Number of values of a range.", examples=[101])
    spacing: Literal["linear", "log"] = Field(default="linear", description="Spacing of a range.", examples=["linear"])

    @property
    def keys(self) -> tuple[str, ...]:
        """The key paths, one or more."""
        return (self.key,) if isinstance(self.key, str) else tuple(self.key)

    def series(self) -> list[Value]:
        """Values in order, in the form the swept key is written in: a range counts in the unit of ``start``.

        Raises:
            QuantityError: start and stop do not make a range.
        """
        if self.values is not None:
            return list(self.values)
        if self.start is None or self.stop is None or self.points is None:
            raise QuantityError("is incomplete", "allowed: values, or start, stop and points", "add what is missing")
        if isinstance(self.start, str) and isinstance(self.stop, str):
            first, unit = parse(self.start)
            last, other = parse(self.stop)
            if unit.dimension != other.dimension:
                raise QuantityError(
                    "start and stop have different units",
                    "they need the same kind of unit",
                    "change one of them",
                )
            end = (last * other.factor + other.offset - unit.offset) / unit.factor
            return [f"{v:.15g} {unit.text}" for v in _spaced(float(first), float(end), self.points, self.spacing)]
        if isinstance(self.start, (str, bool)) or isinstance(self.stop, (str, bool)):
            raise QuantityError(
                "is no range", "allowed: two numbers, or two texts with units", "write start and stop alike"
            )
        numbers = _spaced(float(self.start), float(self.stop), self.points, self.spacing)
        whole = isinstance(self.start, int) and isinstance(self.stop, int) and all(v == round(v) for v in numbers)
        return [round(v) for v in numbers] if whole else list(numbers)


def _spaced(start: float, stop: float, points: int, spacing: str) -> Sequence[float]:
    steps = points - 1
    if spacing == "linear":
        return [(start * (steps - i) + stop * i) / steps for i in range(points)]
    if not start * stop > 0:
        raise QuantityError(
            "a log range has an end at zero or ends of different signs",
            "allowed: two ends of one sign",
            'use spacing = "linear"',
        )
    ratio = stop / start
    return [start * ratio ** (i / steps) if i < steps else stop for i in range(points)]
