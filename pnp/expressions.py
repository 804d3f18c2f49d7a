"""Expressions of position such as "-0.5 mol/L * tanh(x / (2 nm))": read by a small parser, never run as code.

Grammar, the loosest binding first; a unit right after a number binds to it before anything else, so that
``x / 2 nm`` divides by two nanometres:

    sum     = product (("+" | "-") product)*
    product = unary (("*" | "/") unary)*
    unary   = ("-" | "+") unary | power
    power   = atom (("**" | "^") unary)?
    atom    = number unit-factor* | name | function "(" sum ("," sum)* ")" | "(" sum ")"

Dimensions are checked while parsing; x has that of a length, xi and pi have none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pnp.units import (
    DIMENSIONLESS,
    Dimension,
    QuantityError,
    closest,
    known_units,
    named_unit,
    parse_number,
    parse_unit,
    si_text,
)

__all__ = ["Expression", "ExpressionError"]

Array = NDArray[np.float64]
Evaluate = Callable[[Array, Array], Any]

LONGEST: Final = 500
"""Characters an expression may have."""
DEEPEST: Final = 40
"""Levels of nesting an expression may have: the parser and the evaluation recurse."""
LARGEST_POWER: Final = 20
"""Largest size of an exponent."""

_erf = np.frompyfunc(math.erf, 1, 1)

_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "erf": lambda a: np.asarray(_erf(a), dtype=np.float64),
    "abs": np.abs,
    "min": np.minimum,
    "max": np.maximum,
}
_ALLOWED: Final = (
    "allowed: numbers with units, x (position from the left end of the stack), "
    f"xi (0 to 1 across the region), pi, + - * / ** ( ), and the functions {', '.join(_FUNCTIONS)}"
)
_NAME = re.compile(r"[^\W\d]\w*|[Å°Ω]C?")
_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3}(?!\d))?")
_UNIT_POWER = re.compile(r"\s*(?:\*\*|\^)\s*([+-]?\d)(?![\d.])")


class ExpressionError(QuantityError):
    """A text that is no expression; ``position`` is the index of the character where reading stopped."""


@dataclass(frozen=True)
class _Node:
    """A parsed part: its dimension, its value when it is constant, and how to evaluate it in SI units."""

    dimension: Dimension
    constant: float | None
    evaluate: Evaluate


class Expression:
    """A scalar function of position in SI units. Immutable; equal to another with the same text and units.

    Attributes:
        text: As written in the case file.
        dimension: Exponents of length, mass, time, current, temperature, amount.
    """

    __slots__ = ("_evaluate", "_factor", "_factors", "dimension", "text")

    def __init__(self, text: str, factors: dict[str, float]) -> None:
        """Parse.

        Args:
            text: The expression.
            factors: Allowed units of the result, each with the factor from its SI value to the caller's
                quantity: ``{"mol/m^3": 1.0, "C/m^3": 1 / F}``.

        Raises:
            ExpressionError: the text is refused; with the position, what is allowed and what to do.
        """
        node = _Parser(text).parse()
        allowed = {parse_unit(unit).dimension: factor for unit, factor in factors.items()}
        if node.dimension not in allowed:
            units = " or ".join(factors)
            raise ExpressionError(
                f"the expression has the unit {_unit_text(node.dimension)}",
                f"it needs {units}",
                f"give its terms units, e.g. 1 {next(iter(factors))} * tanh(x / (2 nm))",
            )
        self.text = text
        self.dimension = node.dimension
        self._factors = dict(factors)
        self._factor = allowed[node.dimension]
        self._evaluate = node.evaluate

    def __call__(self, x: Array, xi: Array) -> Array:
        """Values at positions.

        Args:
            x: Position in m from the left end of the stack, shape (n,).
            xi: Position within the region, 0 to 1, shape (n,).

        Returns:
            Values in SI units, shape (n,); not finite where the expression is not defined.
        """
        x, xi = np.asarray(x, dtype=np.float64), np.asarray(xi, dtype=np.float64)
        with np.errstate(all="ignore"):
            values = np.asarray(self._evaluate(x, xi), dtype=np.float64) * self._factor
        return np.array(np.broadcast_to(values, np.broadcast_shapes(x.shape, xi.shape)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and (self.text, self._factor) == (other.text, other._factor)

    def __hash__(self) -> int:
        return hash((self.text, self._factor))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by its text, so that a case can be sent to other ranks."""
        return Expression, (self.text, self._factors)

    def __deepcopy__(self, memo: dict[int, Any]) -> Expression:
        return self


def _unit_text(dimension: Dimension) -> str:
    text = si_text(dimension)
    return "1 (none)" if text == "1" else text


def _constant(value: float, dimension: Dimension) -> _Node:
    return _Node(dimension, value, lambda x, xi: value)


def _combined(function: Callable[..., Any], dimension: Dimension, *parts: _Node) -> _Node:
    """A node that applies ``function``; folded when all parts are constant."""
    if all(p.constant is not None for p in parts):
        with np.errstate(all="ignore"):
            return _constant(float(function(*(np.float64(p.constant or 0.0) for p in parts))), dimension)
    if len(parts) == 1:
        only = parts[0].evaluate
        return _Node(dimension, None, lambda x, xi: function(only(x, xi)))
    a, b = parts[0].evaluate, parts[1].evaluate
    return _Node(dimension, None, lambda x, xi: function(a(x, xi), b(x, xi)))


class _Parser:
    """Recursive descent over the text; one use."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ExpressionError(f"the expression has {len(text)} characters", f"allowed: at most {LONGEST}")
        self.text = text.replace("−", "-").replace("·", "*")
        self.at = 0
        self.depth = 0

    def error(
        self, problem: str, allowed: str = _ALLOWED, advice: str = "", at: int | None = None
    ) -> ExpressionError:
        at = self.at if at is None else at
        return ExpressionError(f"{problem} at character {at + 1}", allowed, advice, at)

    def skip(self) -> str:
        """Step over blanks; the rest's first two characters."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at : self.at + 2]

    def parse(self) -> _Node:
        node = self.sum()
        if self.skip():
            raise self.error(f"unexpected {self.text[self.at]!r}")
        return node

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error("nested too deeply", f"allowed: {DEEPEST} levels")

    def sum(self) -> _Node:
        self.deeper()
        node = self.product()
        while (sign := self.skip()[:1]) in ("+", "-") and sign:
            at = self.at
            self.at += 1
            other = self.product()
            if node.dimension != other.dimension:
                raise self.error(
                    f"cannot {'add' if sign == '+' else 'subtract'} {_unit_text(other.dimension)} "
                    f"{'to' if sign == '+' else 'from'} {_unit_text(node.dimension)}",
                    "both sides need the same unit",
                    at=at,
                )
            node = _combined(np.add if sign == "+" else np.subtract, node.dimension, node, other)
        self.depth -= 1
        return node

    def product(self) -> _Node:
        node = self.unary()
        while (two := self.skip()) and two[0] in "*/" and two != "**":
            self.at += 1
            node = self.times(node, self.unary(), two[0] == "/")
        return node

    @staticmethod
    def times(a: _Node, b: _Node, divide: bool) -> _Node:
        sign = -1 if divide else 1
        dimension = tuple(p + sign * q for p, q in zip(a.dimension, b.dimension, strict=True))
        return _combined(np.divide if divide else np.multiply, dimension, a, b)

    def unary(self) -> _Node:
        sign = self.skip()[:1]
        if sign and sign in "+-":
            self.deeper()
            self.at += 1
            node = self.unary()
            self.depth -= 1
            return node if sign == "+" else _combined(np.negative, node.dimension, node)
        return self.power()

    def power(self) -> _Node:
        base = self.atom()
        two = self.skip()
        if two != "**" and two[:1] != "^":
            return base
        at = self.at
        self.at += 2 if two == "**" else 1
        self.deeper()
        exponent = self.unary()
        self.depth -= 1
        value = exponent.constant
        if value is None or exponent.dimension != DIMENSIONLESS:
            raise self.error(
                "the exponent is not a plain number", "allowed: a number; for others use exp(...)", at=at
            )
        if not abs(value) <= LARGEST_POWER:
            raise self.error(
                f"the exponent {value:g} is too large", f"allowed: -{LARGEST_POWER} to {LARGEST_POWER}", at=at
            )
        if base.dimension != DIMENSIONLESS and value * 2 != round(value * 2):
            raise self.error(
                "a quantity with a unit has a broken exponent", "allowed: whole and half numbers", at=at
            )
        dimension = tuple(q * Fraction(round(value * 2), 2) for q in base.dimension)
        return _combined(lambda a: np.power(a, value), dimension, base)

    def atom(self) -> _Node:
        start = self.skip()[:1]
        if not start:
            raise self.error("the expression ends too early")
        if start == "(":
            self.at += 1
            node = self.sum()
            self.close()
            return node
        if _NUMBER.match(self.text, self.at):
            return self.number()
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise self.error(f"unexpected {start!r}")
        return self.name(match[0])

    def close(self) -> None:
        if self.skip()[:1] != ")":
            raise self.error('")" is missing')
        self.at += 1

    def number(self) -> _Node:
        """A number and the units written right after it."""
        start = self.at
        try:
            value, length = parse_number(self.text[start:])
        except QuantityError as error:
            raise self.error(error.problem) from None
        self.at += length
        node = _constant(float(value), DIMENSIONLESS)
        while (match := _NAME.match(self.text, self.at if self.skip() is not None else 0)) is not None:
            name = match[0]
            if name in _FUNCTIONS or name in ("x", "xi", "pi"):
                raise self.error(f'a number is followed by "{name}"', "", f'write "* {name}"')
            node = self.times(node, self.unit(name), False)
        return node

    def unit(self, name: str) -> _Node:
        at = self.at
        try:
            unit = named_unit(name)
        except QuantityError as error:
            names = [*_FUNCTIONS, "x", "xi", "pi", *known_units()]
            near = closest(name, names)
            raise self.error(
                f'unknown name "{name[:30]}"',
                _ALLOWED,
                f'did you mean "{near}"?' if near else error.advice,
                at=at,
            ) from None
        if unit.offset:
            raise self.error(f'"{name}" has an offset', "use K for differences of temperature", at=at)
        self.at += len(name)
        power = 1
        if match := _UNIT_POWER.match(self.text, self.at):
            power, self.at = int(match[1]), match.end()
        return _constant(float(unit.factor**power), tuple(q * power for q in unit.dimension))

    def name(self, name: str) -> _Node:
        if name in _FUNCTIONS:
            return self.call(name)
        if name == "x":
            self.at += 1
            return _Node((Fraction(1), *DIMENSIONLESS[1:]), None, lambda x, xi: x)
        if name == "xi":
            self.at += 2
            return _Node(DIMENSIONLESS, None, lambda x, xi: xi)
        if name == "pi":
            self.at += 2
            return _constant(math.pi, DIMENSIONLESS)
        return self.unit(name)

    def call(self, name: str) -> _Node:
        at = self.at
        self.at += len(name)
        if self.skip()[:1] != "(":
            raise self.error(f'the function "{name}" has no "("', f"write {name}(...)", at=at)
        self.at += 1
        arguments = [self.sum()]
        while self.skip()[:1] == ",":
            self.at += 1
            arguments.append(self.sum())
        self.close()
        wanted = 2 if name in ("min", "max") else 1
        if len(arguments) != wanted:
            raise self.error(f"{name} has {len(arguments)} arguments", f"it takes {wanted}", at=at)
        dimension = arguments[0].dimension
        if name in ("min", "max") and dimension != arguments[1].dimension:
            raise self.error(f"the arguments of {name} have different units", "they need the same", at=at)
        if name == "sqrt":
            dimension = tuple(q / 2 for q in dimension)
        elif name not in ("min", "max", "abs") and dimension != DIMENSIONLESS:
            raise self.error(
                f"the argument of {name} has the unit {_unit_text(dimension)}",
                "it must have none",
                "divide it, e.g. x / (2 nm)",
                at=at,
            )
        return _combined(_FUNCTIONS[name], dimension, *arguments)
