"""Boltzmann distribution: concentrations at equilibrium with a bath."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pnp.constants import thermal_voltage
from pnp.simplified.validation import Array, not_negative


def boltzmann_concentration(
    bulk_concentration: ArrayLike,
    charge_number: ArrayLike,
    potential: ArrayLike,
    temperature: float,
    log_partition: ArrayLike = 0.0,
) -> Array:
    """Concentration β c_bulk exp(−zFψ/RT), in the unit of `bulk_concentration`.

    Source: L. Boltzmann 1868; equality of the electrochemical potentials of an ideal solution. Valid at
    equilibrium, where it is exact; neither size nor correlation of the ions counts.

    Args:
        bulk_concentration: c where the potential is zero, mol/m³, >= 0; any shape, broadcasts with the rest.
        charge_number: z.
        potential: ψ in V relative to that bulk.
        temperature: T in K.
        log_partition: ln β, dimensionless; 0 in the same medium.

    Raises:
        ValueError: a concentration is negative, or the temperature not positive.
    """
    bulk = not_negative("bulk_concentration", bulk_concentration, "mol/m^3")
    reduced = np.asarray(charge_number, dtype=np.float64) * np.asarray(potential, dtype=np.float64)
    exponent = np.asarray(log_partition, dtype=np.float64) - reduced / thermal_voltage(temperature)
    return np.asarray(bulk * np.exp(exponent), dtype=np.float64)
