"""Expressions of position such as "-1 mol/L * tanh(x / (2 nm))": read by a parser, never run as code."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnp.expression_parser import ExpressionError, Parser, unit_text
from pnp.units import parse_unit

__all__ = ["Expression", "ExpressionError"]

Array = NDArray[np.float64]


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
        node = Parser(text).parse()
        allowed = {parse_unit(unit).dimension: factor for unit, factor in factors.items()}
        if node.dimension not in allowed:
            units = " or ".join(factors)
            raise ExpressionError(
                f"the expression has the unit {unit_text(node.dimension)}",
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
