"""The coefficients of the terms: each a row that says where its numbers come from in the dimensionless model.

Every number of a case enters the forms through these, so that compiled kernels depend on none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnp.model import Model

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RegionCoefficient:
    """A coefficient that is constant in each region.

    Attributes:
        name: The name that terms use.
        per_species: Whether there is one for each species.
        values: Numbers of a model, (R, N) per species or (R,).
    """

    name: str
    per_species: bool
    values: Callable[[Model], Array]


@dataclass(frozen=True)
class PositionCoefficient:
    """A scalar coefficient that may vary within a region.

    Attributes:
        name: The name that terms use.
        values: ``values(model, k, points)``: numbers in region k at positions* (n, dimension).
    """

    name: str
    values: Callable[[Model, int, Array], Array]


REGION_COEFFICIENTS = (
    RegionCoefficient("diffusivity", True, lambda m: np.array([r.diffusivity for r in m.regions])),
    # m_i is measured from the model's reference level: the difference goes where ln β_i is
    RegionCoefficient("log_partition", True, lambda m: np.array([r.log_partition for r in m.regions]) + m.reference),
    RegionCoefficient("present", True, lambda m: np.array([r.present for r in m.regions], dtype=float)),
    RegionCoefficient("permittivity", False, lambda m: np.array([r.permittivity for r in m.regions])),
)
POSITION_COEFFICIENTS = (PositionCoefficient("fixed_charge", lambda m, k, points: m.charge_at(k, points)),)
