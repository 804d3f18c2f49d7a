"""Physical constants in SI units: CODATA 2018, where R, F, k_B, e and N_A are exact by definition."""

from __future__ import annotations

import math
from typing import Final

k_B: Final = 1.380649e-23  # noqa: N816 - the constant's name
"""Boltzmann constant in J/K, exact."""
e: Final = 1.602176634e-19
"""Elementary charge in C, exact."""
N_A: Final = 6.02214076e23
"""Avogadro constant in 1/mol, exact."""
R: Final = 8.31446261815324
"""Molar gas constant k_B N_A in J/mol/K, exact."""
F: Final = 96485.33212331001
"""Faraday constant e N_A in C/mol; the exact product to the digits of a double."""
epsilon_0: Final = 8.8541878128e-12
"""Vacuum permittivity in F/m, recommended value of CODATA 2018."""


def thermal_voltage(temperature: float) -> float:
    """RT/F in V.

    Args:
        temperature: Absolute temperature in K, > 0.

    Raises:
        ValueError: the temperature is not positive and finite.
    """
    if not 0.0 < temperature < math.inf:
        raise ValueError(f"temperature = {temperature} K: must be positive and finite; 25 °C is 298.15 K")
    return R * temperature / F
