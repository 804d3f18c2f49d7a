"""Capacitance of a dielectric slab, by itself and in series with the diffuse layers at its faces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import epsilon_0
from pnp.simplified.debye_hueckel import plane_capacitance
from pnp.simplified.poisson_boltzmann import DiffuseLayer
from pnp.simplified.root import find_root
from pnp.simplified.validation import Array, positive


def parallel_plate_capacitance(relative_permittivity: ArrayLike, thickness: ArrayLike) -> Array:
    """C = ε_r ε₀ / d in F/m².

    Source: Gauss's law for a slab without charge inside.

    Args:
        relative_permittivity: ε_r, > 0; any shape, broadcasts.
        thickness: d in m, > 0.

    Raises:
        ValueError: an argument is not positive.
    """
    permittivity = positive("relative_permittivity", relative_permittivity, "")
    return np.asarray(epsilon_0 * permittivity / positive("thickness", thickness, "m"), dtype=np.float64)


def series_capacitance(capacitance: ArrayLike) -> float:
    """1 / Σ (1/C) in the unit of the C, for layers one behind another.

    Source: Gauss's law: without charge between them the layers carry one charge, and their voltages add up.

    Args:
        capacitance: C of each layer, > 0, shape (n,).

    Raises:
        ValueError: a capacitance is not positive.
    """
    return 1.0 / float(np.sum(1.0 / positive("capacitance", capacitance, "F/m^2")))


def membrane_capacitance_linear(
    slab_capacitance: float,
    left: DiffuseLayer,
    right: DiffuseLayer,
    left_thickness: float = float("inf"),
    right_thickness: float = float("inf"),
) -> float:
    """1/C = 1/C_slab + (λ_l/ε_l) tanh(L_l/λ_l) + (λ_r/ε_r) tanh(L_r/λ_r), in F/m².

    Source: Debye–Hückel layers (`debye_hueckel.plane_capacitance`) in series with the slab, each before a bath whose
    far end, L away, has its bulk's potential. Exact in the linear range, while each layer's drop is well below
    RT/F; λ/ε alone where the bath is many Debye lengths thick.

    Args:
        slab_capacitance: C of the slab without ions in F/m², > 0.
        left: The solution at its left face.
        right: The solution at its right face.
        left_thickness: Thickness of that solution in m, > 0; inf for a bath without end.
        right_thickness: That of the right one.

    Raises:
        ValueError: the slab's capacitance or a thickness is not positive.
    """
    layers = [
        plane_capacitance(layer.relative_permittivity, layer.debye_length, thickness)
        for layer, thickness in ((left, left_thickness), (right, right_thickness))
    ]
    return series_capacitance([slab_capacitance, *layers])


@dataclass(frozen=True)
class ChargedCapacitor:
    """A slab between two solutions, charged to a voltage.

    Attributes:
        surface_charge: Charge of the left diffuse layer in C/m², equal and opposite to the right one's.
        left_drop: Potential of the left bulk minus that of the left face in V.
        right_drop: Potential of the right face minus that of the right bulk in V.
    """

    surface_charge: float
    left_drop: float
    right_drop: float


def charge_capacitor(
    voltage: float, slab_capacitance: float, left: DiffuseLayer, right: DiffuseLayer
) -> ChargedCapacitor:
    """Charge and drops of slab and two Gouy–Chapman layers in series at φ_left − φ_right = `voltage`.

    Source: Gauss's law: one charge σ for slab and layers, with σ/C_slab and the drops of `DiffuseLayer` adding up to
    the voltage. Valid for a slab without ions, between baths many Debye lengths thick.

    Args:
        voltage: φ of the left bulk minus that of the right one in V.
        slab_capacitance: C of the slab without ions in F/m², > 0.
        left: The solution at its left face.
        right: The solution at its right face.

    Raises:
        ValueError: the slab's capacitance is not positive.
    """
    slab = float(positive("slab_capacitance", slab_capacitance, "F/m^2"))
    if voltage == 0.0:
        return ChargedCapacitor(0.0, 0.0, 0.0)

    def drops(charge: float) -> tuple[float, float]:
        # The left face carries the field of a wall charged −σ, the right face that of a wall charged σ.
        return -left.surface_potential(-charge), right.surface_potential(charge)

    def misfit(charge: float) -> float:
        return sum(drops(charge)) + charge / slab - voltage

    charge = find_root(misfit, 0.0, slab * voltage * (1.0 + 1e-12), scale=abs(slab * voltage))
    left_drop, right_drop = drops(charge)
    return ChargedCapacitor(charge, left_drop, right_drop)
