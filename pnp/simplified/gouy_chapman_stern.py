"""Gouy–Chapman–Stern: a charge-free Stern layer in series with a diffuse layer."""

from __future__ import annotations

from dataclasses import dataclass

from pnp.simplified.poisson_boltzmann import DiffuseLayer
from pnp.simplified.root import find_root
from pnp.simplified.validation import positive


@dataclass(frozen=True)
class DoubleLayer:
    """State of a Stern and diffuse layer in series.

    Attributes:
        diffuse_potential: ψ_d at the outer face of the Stern layer relative to the bulk, in V.
        surface_charge: σ of the wall in C/m².
        capacitance: dσ/dV of the whole in F/m².
    """

    diffuse_potential: float
    surface_charge: float
    capacitance: float


def gouy_chapman_stern(potential_drop: float, stern_capacitance: float, layer: DiffuseLayer) -> DoubleLayer:
    """The double layer at a total drop V = ψ_d + σ(ψ_d)/C_H, 1/C = 1/C_H + 1/C_d.

    Source: O. Stern, Z. Elektrochem. 30, 508 (1924). Valid as `DiffuseLayer`, without specific adsorption.

    Args:
        potential_drop: V from the wall to the bulk in V.
        stern_capacitance: C_H in F/m², > 0 (ε/d of the layer).
        layer: The bulk in front of it.

    Raises:
        ValueError: the Stern capacitance is not positive.
    """
    stern = float(positive("stern_capacitance", stern_capacitance, "F/m^2"))
    diffuse = 0.0
    if potential_drop != 0.0:

        def misfit(psi: float) -> float:
            return psi + float(layer.surface_charge(psi)) / stern - potential_drop

        # The charge at the full drop bounds that drop's share from both sides, and tames sinh in the bracket.
        upper = layer.surface_potential(stern * potential_drop)
        upper = min(abs(upper), abs(potential_drop)) * (1.0 if potential_drop > 0 else -1.0)
        diffuse = find_root(misfit, 0.0, upper * (1.0 + 1e-12), scale=abs(potential_drop))
    diffuse_capacitance = float(layer.capacitance(diffuse))
    return DoubleLayer(
        diffuse_potential=diffuse,
        surface_charge=float(layer.surface_charge(diffuse)),
        capacitance=1.0 / (1.0 / stern + 1.0 / diffuse_capacitance),
    )
