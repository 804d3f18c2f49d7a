"""Checks on the arguments of the closed forms: what was given, what is allowed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def positive(name: str, value: ArrayLike, unit: str) -> Array:
    """`value` as an array of finite numbers > 0.

    Raises:
        ValueError: naming the argument, its value and its unit.
    """
    array = np.asarray(value, dtype=np.float64)
    if not np.all((array > 0) & np.isfinite(array)):
        raise ValueError(f"{name} = {array} {unit}: must be positive and finite")
    return array


def not_negative(name: str, value: ArrayLike, unit: str) -> Array:
    """`value` as an array of finite numbers >= 0.

    Raises:
        ValueError: naming the argument, its value and its unit.
    """
    array = np.asarray(value, dtype=np.float64)
    if not np.all((array >= 0) & np.isfinite(array)):
        raise ValueError(f"{name} = {array} {unit}: must be zero or positive, and finite")
    return array


def charged(charge_number: ArrayLike) -> Array:
    """Charge numbers as an array, none of them zero.

    Raises:
        ValueError: a charge number is zero.
    """
    array = np.asarray(charge_number, dtype=np.float64)
    if np.any(array == 0):
        raise ValueError(f"charge_number = {array}: must not be zero (a neutral solute)")
    return array


def same_length(**arrays: ArrayLike) -> None:
    """Check that all the named arguments are one-dimensional and equally long.

    Raises:
        ValueError: naming every argument with its shape.
    """
    shapes = {name: np.shape(array) for name, array in arrays.items()}
    if len(set(shapes.values())) != 1 or any(len(shape) != 1 for shape in shapes.values()):
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"one value per ion is needed in each of: {listed}")


def electroneutral(name: str, charge_number: Array, concentration: Array, fixed_charge: float = 0.0) -> None:
    """Check Σ z c + X = 0 to 1e-9 of the total charge, mol/m³.

    Raises:
        ValueError: showing the imbalance.
    """
    imbalance = float(np.sum(charge_number * concentration)) + fixed_charge
    total = float(np.sum(np.abs(charge_number) * concentration)) + abs(fixed_charge)
    if abs(imbalance) > 1e-9 * total:
        raise ValueError(
            f"{name} is not electroneutral: Σ z c is {imbalance:.6g} mol/m^3, Σ |z| c is {total:.6g} mol/m^3"
        )
