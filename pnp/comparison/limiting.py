"""Simplified models of a binary electrolyte before an interface that one of its ions crosses.

The electroneutral film is linear in ∫ dx/A, with which currents between curved faces are those of a slab (`junction`).
"""

from __future__ import annotations

import numpy as np

from pnp.comparison.prediction import Prediction, criterion, reason
from pnp.comparison.stack import Stack
from pnp.simplified.limiting_current import limiting_current_density, selective_interface_current_density


def limiting_current(stack: Stack) -> list[Prediction]:
    """The limiting current, and the current of the electroneutral film at the applied voltage."""
    baths = [end for end in (stack.left, stack.right) if end.is_bath]
    if len(baths) != 1 or stack.is_floating or stack.has_interface_charge:
        return []
    bath = baths[0]
    interface = stack.right if bath is stack.left else stack.left
    if len(interface.fixed_species) != 1 or interface.has_flux or interface.concentration is not None:
        return []
    if bath.potential is None or interface.potential is None or bath.concentration is None:
        return []
    if not all(layer.admits_all for layer in stack.layers):
        return []
    (name, at_interface), z = next(iter(interface.fixed_species.items())), stack.charge_number
    ions = np.flatnonzero((z != 0) & (bath.concentration > 0))
    i = stack.names.index(name)
    if ions.size != 2 or i not in ions or at_interface <= 0.0:
        return []
    other = int(ions[ions != i][0])
    if z[i] * z[other] >= 0:
        return []
    c = float(bath.concentration[i])
    # Layers in series: the electroneutral film is linear in the resistance Σ L/D.
    resistance = sum(layer.series_length / float(layer.diffusivity[i]) for layer in stack.layers)
    args = (int(z[i]), int(z[other]), 1.0, c, resistance)
    drop = stack.thermal_voltage / abs(z[i]) * np.log(c / at_interface)
    drop += np.sign(z[i]) * (bath.potential - interface.potential)
    film = float(selective_interface_current_density(drop, *args, stack.temperature))
    limit = float(np.sign(z[i])) * limiting_current_density(*args)
    along_x = 1.0 if bath is stack.left else -1.0
    outward = along_x if stack.inside == "left" else -along_x
    # Between curved faces the concentrations change over this length at the interface.
    face = stack.geometry.outer if interface is stack.right else stack.geometry.inner
    thickness = float(stack.geometry.area(face)) * sum(layer.series_length for layer in stack.layers)
    weakest = max(stack.debye_length(k) for k in range(len(stack.layers)))
    # Concentration at the interface over that of the bath, in the electroneutral film.
    remaining = 1.0 - film / limit
    # The space charge takes over once the interface is depleted to about (λ_D/L)^(2/3) of the bath.
    depletion = (weakest / thickness) ** (2.0 / 3.0)
    text = reason(
        criterion("(Debye length / film)^(2/3) / depletion at the interface", _share(depletion, remaining), 0.1),
        criterion("Debye length / film", weakest / thickness, 1e-2),
    )
    rows = stack.current("electroneutral film, selective interface", outward * film, text)
    if film * z[i] > 0:
        # The space charge widens with the voltage and lets more than the limit pass, in about this share.
        extended = (abs(drop) / stack.thermal_voltage * weakest / thickness) ** (2.0 / 3.0)
        text = reason(
            criterion("concentration left at the interface 1 - I/I_lim", remaining, 1e-2),
            criterion("extended space charge (FV/RT Debye length / film)^(2/3)", extended, 1e-2),
        )
        rows += stack.current("limiting current", outward * limit, text)
    return rows


def _share(depletion: float, remaining: float) -> float:
    return depletion / remaining if remaining > 0 else float("inf")
