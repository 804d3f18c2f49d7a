"""Expressions of position: values, units, and refusal of everything else."""

from __future__ import annotations

import contextlib
import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnp.constants import F
from pnp.expressions import Expression, ExpressionError

FACTORS = {"mol/m^3": 1.0, "C/m^3": 1.0 / F}
X = np.linspace(0.0, 10e-9, 7)
XI = np.linspace(0.0, 1.0, 7)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 mol/L", np.full(7, 1000.0)),
        ("-0.5 mol/L * tanh(x / (2 nm))", -500.0 * np.tanh(X / 2e-9)),
        ("1 M * exp(-x / 2 nm)", 1000.0 * np.exp(-X / 2e-9)),
        ("1 mol/L * (1 + sin(2*pi*xi))", 1000.0 * (1.0 + np.sin(2.0 * np.pi * XI))),
        ("1e7 C/m^3 * xi", 1e7 * XI / F),
        ("2 e/nm^3", np.full(7, 2 * 1.602176634e-19 * 1e27 / F)),
        ("max(1 M, 3 M * xi) - min(1 M, 0 M)", np.maximum(1000.0, 3000.0 * XI)),
        ("1 M * -xi**2", -1000.0 * XI**2),
        ("1 M * 2 ** -1", np.full(7, 500.0)),
        ("1 M * xi ^ 0.5", 1000.0 * np.sqrt(XI)),
        ("sqrt(4 mol^2/L^2)", np.full(7, 2000.0)),
        ("1 M * abs(erf(xi - 0.5))", 1000.0 * np.abs([math.erf(v - 0.5) for v in XI])),
        ("1 M * (cosh(xi) - sinh(xi)) * cos(xi) / cos(xi)", 1000.0 * np.exp(-XI)),
        ("1 mol m^-3 * xi", XI),
    ],
)
def test_values(text: str, values: np.ndarray) -> None:
    found = Expression(text, FACTORS)(X, XI)
    assert found.shape == X.shape
    np.testing.assert_allclose(found, values, rtol=1e-14, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "ends too early"),
        ("1 mol/L +", "ends too early at character 10"),
        ("__import__('os')", 'unknown name "__import__" at character 1'),
        ("().__class__", "unexpected"),
        ("x.real", "unexpected '.' at character 2"),
        ("1 M; 2", "unexpected ';' at character 4"),
        ("lambda: 1", 'unknown name "lambda"'),
        ("1 M * foo(xi)", 'unknown name "foo"'),
        ("1 M * tannh(xi)", 'did you mean "tanh"?'),
        ("9**9**9 * 1 M", "too large"),
        ("1 M * xi**xi", "not a plain number"),
        ("1 M * xi**(1 nm)", "not a plain number"),
        ("1 M * xi**21", "too large"),
        ("(1 M)**0.3", "broken exponent"),
        ("(" * 100, "nested too deeply"),
        ("-" * 100 + "1 M", "nested too deeply"),
        ("2**" * 100 + "2", "nested too deeply"),
        ("1 M" + " + 1 M" * 200, "allowed: at most 500"),
        ("x", "has the unit m; it needs mol/m^3 or C/m^3"),
        ("xi", "has the unit 1 (none)"),
        ("1 mol * xi", "has the unit mol; it needs"),
        ("1 M * tanh(x)", "the argument of tanh has the unit m"),
        ("1 M + 2 nm", "cannot add m to mol/m^3"),
        ("min(1 M, 2)", "different units"),
        ("min(1 M)", "min has 1 arguments"),
        ("sin(1, 2) * 1 M", "sin has 2 arguments"),
        ("1 M * sin", 'has no "("'),
        ("1 M * sin(xi", '")" is missing'),
        ("1 M * 2 x", 'write "* x"'),
        ("1 M * xi 2", "unexpected '2'"),
        ("1e999 M", "at character 1"),
        ("1 degC", "has an offset"),
        ("1 M * \x00", "unexpected"),
    ],
)
def test_refusals(text: str, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression(text, FACTORS)
    assert part in str(caught.value)


def test_not_finite_where_it_is_not_defined() -> None:
    values = Expression("1 M * log(xi - 0.5)", FACTORS)(X, XI)
    assert not np.isfinite(values).all()
    assert np.isfinite(values[-1])


def test_equal_by_text_and_survives_copies() -> None:
    expression = Expression("1 M * xi", FACTORS)
    assert expression == Expression("1 M * xi", FACTORS)
    assert hash(expression) == hash(Expression("1 M * xi", FACTORS))
    assert expression != Expression("1 M * xi * 1", FACTORS)
    assert copy.deepcopy(expression) == expression
    restored = pickle.loads(pickle.dumps(expression))
    assert restored == expression
    np.testing.assert_array_equal(restored(X, XI), expression(X, XI))


@given(st.text(max_size=80))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        Expression(text, FACTORS)


PIECES = "x xi pi 1~M 2 1e9 nm mol/L + - * / ** ^ ( ) , exp( sqrt( log( erf( tan( max( -1 .5 0".replace(
    "~", "\xa0"
).split(" ")


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_texts_that_look_like_expressions_are_read_or_refused(pieces: list[str]) -> None:
    try:
        expression = Expression("".join(pieces), FACTORS)
    except ExpressionError:
        return
    assert expression(X, XI).shape == X.shape
