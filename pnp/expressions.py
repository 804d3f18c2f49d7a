"""Expressions of position such as "-1 mol/L * tanh(x / (2 nm))": read by a parser, never run as code."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnp.expression_parser import VARIABLES, ExpressionError, Parser, unit_text
from pnp.units import parse_unit

__all__ = ["Expression", "ExpressionError"]

Array = NDArray[np.float64]


class Expression:
    """A scalar function of position in SI units. Immutable; equal to another with the same text and units.

    Attributes:
        text: As written in the case file.
        dimension: Exponents of length, mass, time, current, temperature, amount.
        variables: Names of the variables of position it contains: of x, xi, y, r, z.
    """

    __slots__ = ("_evaluate", "_factor", "_factors", "dimension", "text", "variables")

    def __init__(self, text: str, factors: dict[str, float]) -> None:
        """Parse.

        Args:
            text: The expression.
            factors: Allowed units of the result, each with the factor from its SI value to the caller's
                quantity: ``{"mol/m^3": 1.0, "C/m^3": 1 / F}``.

        Raises:
            ExpressionError: the text is refused; with the position, what is allowed and what to do.
        """
        parser = Parser(text)
        node = parser.parse()
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
        self.variables = frozenset(parser.variables)
        self._factors = dict(factors)
        self._factor = allowed[node.dimension]
        self._evaluate = node.evaluate

    def __call__(
        self,
        x: Array | None = None,
        xi: Array | None = None,
        *,
        y: Array | None = None,
        r: Array | None = None,
        z: Array | None = None,
    ) -> Array:
        """Values at positions, given by the coordinates of the case: (x, xi) in a stack, x and y, or r and z.

        Args:
            x: In a stack the position in m from its left end, or its radius; in the plane the first coordinate, (n,).
            xi: Position within the region of a stack, 0 to 1, shape (n,).
            y: Second planar coordinate in m, (n,).
            r: Radius in m, (n,).
            z: Position along the axis in m, (n,).

        Returns:
            Values in SI units, shape (n,); not finite where the expression is not defined.

        Raises:
            TypeError: the expression has a variable that is not given.
        """
        given = {"x": x, "xi": xi, "y": y, "r": r, "z": z}
        values = {name: np.asarray(v, dtype=np.float64) for name, v in given.items() if v is not None}
        missing = [name for name in VARIABLES if name in self.variables and name not in values]
        if missing:
            raise TypeError(f"{self!r} needs {', '.join(missing)}; given: {', '.join(values) or 'nothing'}")
        with np.errstate(all="ignore"):
            found = np.asarray(self._evaluate(values), dtype=np.float64) * self._factor
        return np.array(np.broadcast_to(found, np.broadcast_shapes(*(v.shape for v in values.values()))))

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
