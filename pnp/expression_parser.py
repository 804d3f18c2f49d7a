"""The parser of expressions of position: text to a tree of numpy calls, with dimensions checked on the way.

Grammar, the loosest binding first; a unit right after a number binds to it before anything else, so that
``x / 2 nm`` divides by two nanometres:

    sum     = product (("+" | "-") product)*
    product = unary (("*" | "/") unary)*
    unary   = ("-" | "+") unary | power
    power   = atom (("**" | "^") unary)?
    atom    = number unit-factor* | name | function "(" sum ("," sum)* ")" | "(" sum ")"

Dimensions are checked while parsing; x, y, r, z have that of a length, xi and pi have none. Which of the variables a
case has depends on its coordinates, which the parser does not know.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
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
    si_text,
)

Array = NDArray[np.float64]
Evaluate = Callable[[Mapping[str, Array]], Any]

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
_LENGTH: Final[Dimension] = (Fraction(1), *DIMENSIONLESS[1:])
VARIABLES: Final[dict[str, Dimension]] = {
    "x": _LENGTH,
    "y": _LENGTH,
    "r": _LENGTH,
    "z": _LENGTH,
    "xi": DIMENSIONLESS,
}
"""Every variable of position in any coordinates."""
_ALLOWED: Final = (
    "allowed: numbers with units, x (position from the left end of the stack), "
    "xi (0 to 1 across the region), in two dimensions x and y or r and z, pi, + - * / ** ( ), "
    f"and the functions {', '.join(_FUNCTIONS)}"
)
_NAME = re.compile(r"[^\W\d]\w*|[Å°Ω]C?")
_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3}(?!\d))?")
_UNIT_POWER = re.compile(r"\s*(?:\*\*|\^)\s*([+-]?\d)(?![\d.])")


class ExpressionError(QuantityError):
    """A text that is no expression; ``position`` is the index of the character where reading stopped."""


@dataclass(frozen=True)
class Node:
    """A parsed part: its dimension, its value when it is constant, and how to evaluate it in SI units.

    Evaluation takes the variables' values by name, all of one shape.
    """

    dimension: Dimension
    constant: float | None
    evaluate: Evaluate


def unit_text(dimension: Dimension) -> str:
    """The SI unit of a dimension as messages name it."""
    text = si_text(dimension)
    return "1 (none)" if text == "1" else text


def _constant(value: float, dimension: Dimension) -> Node:
    return Node(dimension, value, lambda v: value)


def _combined(function: Callable[..., Any], dimension: Dimension, *parts: Node) -> Node:
    """A node that applies ``function``; folded when all parts are constant."""
    if all(p.constant is not None for p in parts):
        with np.errstate(all="ignore"):
            return _constant(float(function(*(np.float64(p.constant or 0.0) for p in parts))), dimension)
    if len(parts) == 1:
        only = parts[0].evaluate
        return Node(dimension, None, lambda v: function(only(v)))
    a, b = parts[0].evaluate, parts[1].evaluate
    return Node(dimension, None, lambda v: function(a(v), b(v)))


class Parser:
    """Recursive descent over the text; one use."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ExpressionError(f"the expression has {len(text)} characters", f"allowed: at most {LONGEST}")
        self.text = text.replace("−", "-").replace("·", "*")
        self.at = 0
        self.depth = 0
        self.variables: set[str] = set()

    def _error(self, problem: str, allowed: str = _ALLOWED, advice: str = "", at: int | None = None) -> ExpressionError:
        at = self.at if at is None else at
        return ExpressionError(f"{problem} at character {at + 1}", allowed, advice, at)

    def _skip(self) -> str:
        """Step over blanks; the rest's first two characters."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at : self.at + 2]

    def parse(self) -> Node:
        """The whole text.

        Raises:
            ExpressionError: it is no expression.
        """
        node = self._sum()
        if self._skip():
            raise self._error(f"unexpected {self.text[self.at]!r}")
        return node

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error("nested too deeply", f"allowed: {DEEPEST} levels")

    def _sum(self) -> Node:
        self._deeper()
        node = self._product()
        while (sign := self._skip()[:1]) in ("+", "-") and sign:
            at = self.at
            self.at += 1
            other = self._product()
            if node.dimension != other.dimension:
                raise self._error(
                    f"cannot {'add' if sign == '+' else 'subtract'} {unit_text(other.dimension)} "
                    f"{'to' if sign == '+' else 'from'} {unit_text(node.dimension)}",
                    "both sides need the same unit",
                    at=at,
                )
            node = _combined(np.add if sign == "+" else np.subtract, node.dimension, node, other)
        self.depth -= 1
        return node

    def _product(self) -> Node:
        node = self._unary()
        while (two := self._skip()) and two[0] in "*/" and two != "**":
            self.at += 1
            node = self._times(node, self._unary(), two[0] == "/")
        return node

    @staticmethod
    def _times(a: Node, b: Node, divide: bool) -> Node:
        sign = -1 if divide else 1
        dimension = tuple(p + sign * q for p, q in zip(a.dimension, b.dimension, strict=True))
        return _combined(np.divide if divide else np.multiply, dimension, a, b)

    def _unary(self) -> Node:
        sign = self._skip()[:1]
        if sign and sign in "+-":
            self._deeper()
            self.at += 1
            node = self._unary()
            self.depth -= 1
            return node if sign == "+" else _combined(np.negative, node.dimension, node)
        return self._power()

    def _power(self) -> Node:
        base = self._atom()
        two = self._skip()
        if two != "**" and two[:1] != "^":
            return base
        at = self.at
        self.at += 2 if two == "**" else 1
        self._deeper()
        exponent = self._unary()
        self.depth -= 1
        value = exponent.constant
        if value is None or exponent.dimension != DIMENSIONLESS:
            raise self._error("the exponent is not a plain number", "allowed: a number; for others use exp(...)", at=at)
        if not abs(value) <= LARGEST_POWER:
            raise self._error(
                f"the exponent {value:g} is too large", f"allowed: -{LARGEST_POWER} to {LARGEST_POWER}", at=at
            )
        if base.dimension != DIMENSIONLESS and value * 2 != round(value * 2):
            raise self._error("a quantity with a unit has a broken exponent", "allowed: whole and half numbers", at=at)
        dimension = tuple(q * Fraction(round(value * 2), 2) for q in base.dimension)
        return _combined(lambda a: np.power(a, value), dimension, base)

    def _atom(self) -> Node:
        start = self._skip()[:1]
        if not start:
            raise self._error("the expression ends too early")
        if start == "(":
            self.at += 1
            node = self._sum()
            self._close()
            return node
        if _NUMBER.match(self.text, self.at):
            return self._number()
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise self._error(f"unexpected {start!r}")
        return self._name(match[0])

    def _close(self) -> None:
        if self._skip()[:1] != ")":
            raise self._error('")" is missing')
        self.at += 1

    def _number(self) -> Node:
        """A number and the units written right after it."""
        start = self.at
        try:
            value, length = parse_number(self.text[start:])
        except QuantityError as error:
            raise self._error(error.problem) from None
        self.at += length
        node = _constant(float(value), DIMENSIONLESS)
        while (match := _NAME.match(self.text, self.at if self._skip() is not None else 0)) is not None:
            name = match[0]
            if name in _FUNCTIONS or name in VARIABLES or name == "pi":
                raise self._error(f'a number is followed by "{name}"', "", f'write "* {name}"')
            node = self._times(node, self._unit(name), False)
        return node

    def _unit(self, name: str) -> Node:
        at = self.at
        try:
            unit = named_unit(name)
        except QuantityError as error:
            names = [*_FUNCTIONS, *VARIABLES, "pi", *known_units()]
            near = closest(name, names)
            raise self._error(
                f'unknown name "{name[:30]}"',
                _ALLOWED,
                f'did you mean "{near}"?' if near else error.advice,
                at=at,
            ) from None
        if unit.offset:
            raise self._error(f'"{name}" has an offset', "use K for differences of temperature", at=at)
        self.at += len(name)
        power = 1
        if match := _UNIT_POWER.match(self.text, self.at):
            power, self.at = int(match[1]), match.end()
        return _constant(float(unit.factor**power), tuple(q * power for q in unit.dimension))

    def _name(self, name: str) -> Node:
        if name in _FUNCTIONS:
            return self._call(name)
        if name in VARIABLES:
            self.at += len(name)
            self.variables.add(name)
            return Node(VARIABLES[name], None, lambda v: v[name])
        if name == "pi":
            self.at += 2
            return _constant(math.pi, DIMENSIONLESS)
        return self._unit(name)

    def _call(self, name: str) -> Node:
        at = self.at
        self.at += len(name)
        if self._skip()[:1] != "(":
            raise self._error(f'the function "{name}" has no "("', f"write {name}(...)", at=at)
        self.at += 1
        arguments = [self._sum()]
        while self._skip()[:1] == ",":
            self.at += 1
            arguments.append(self._sum())
        self._close()
        wanted = 2 if name in ("min", "max") else 1
        if len(arguments) != wanted:
            raise self._error(f"{name} has {len(arguments)} arguments", f"it takes {wanted}", at=at)
        dimension = arguments[0].dimension
        if name in ("min", "max") and dimension != arguments[1].dimension:
            raise self._error(f"the arguments of {name} have different units", "they need the same", at=at)
        if name == "sqrt":
            dimension = tuple(q / 2 for q in dimension)
        elif name not in ("min", "max", "abs") and dimension != DIMENSIONLESS:
            raise self._error(
                f"the argument of {name} has the unit {unit_text(dimension)}",
                "it must have none",
                "divide it, e.g. x / (2 nm)",
                at=at,
            )
        return _combined(_FUNCTIONS[name], dimension, *arguments)
