"""Ion-free regions as capacitors, between plates and between baths."""

from __future__ import annotations

from collections.abc import Callable
from math import log, pi, sqrt

import pytest

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from tests.physics.systems import bath, reservoir, solved, species

T = 298.15
SHAPES = [
    pytest.param("cartesian", 0.0, lambda a, b: b - a, id="plates"),
    pytest.param("cylindrical", 5e-9, lambda a, b: log(b / a) / (2 * pi), id="cylinders"),
    pytest.param("spherical", 5e-9, lambda a, b: (b - a) / (4 * pi * a * b), id="spheres"),
]


@pytest.mark.parametrize(("coordinates", "inner", "shape"), SHAPES)
def test_two_dielectrics_in_series(coordinates: str, inner: float, shape: Callable[[float, float], float]) -> None:
    """∫ dr/(ε A), per area, per length, in total; exact on any mesh, because the field lines end nowhere."""
    a, b, c = inner, inner + 4e-9, inner + 10e-9
    result = solved(
        Case.from_dict(
            {
                "coordinates": coordinates,
                "inner_radius": f"{inner!r} m",
                "species": {"solute": {"charge_number": 0, "diffusivity": "1e-9 m^2/s"}},
                "regions": {
                    "slab": {"thickness": "4 nm", "permittivity": 2, "absent": "all"},
                    "oil": {"thickness": "6 nm", "permittivity": 4},
                },
                "boundaries": {
                    "left": {"type": "electrode", "potential": "0.1 V"},
                    "right": reservoir({"solute": 0.1}),
                },
            }
        )
    )
    capacitance = epsilon_0 / (shape(a, b) / 2 + shape(b, c) / 4)
    assert result["capacitance.slab"] == pytest.approx(capacitance, rel=1e-12)
    assert result["face_charge.slab"] == pytest.approx(0.1 * capacitance, rel=1e-12)


@pytest.mark.parametrize("voltage", [1e-3, -0.02])
def test_a_slab_between_baths_is_in_series_with_two_diffuse_layers(voltage: float) -> None:
    """1/C = d/ε_m + 2 λ_D tanh(L/λ_D)/ε_w; at 20 mV a layer takes 0.1 mV, linear to 1e-8."""
    salt = {"K": 0.15, "Cl": 0.15}
    result = solved(
        Case.from_dict(
            {
                "species": species("K", "Cl"),
                "regions": {
                    "left_bath": bath("10 nm"),
                    "slab": {"thickness": "4 nm", "permittivity": 2, "absent": "all"},
                    "right_bath": bath("10 nm"),
                },
                "boundaries": {"left": reservoir(salt, voltage), "right": reservoir(salt)},
                "solver": {"flux": "galerkin", "degree": 2},
            }
        )
    )
    water = 78.49 * epsilon_0
    debye = sqrt(water * R * T / (2 * F**2 * 150.0))
    series = 1 / (4e-9 / (2 * epsilon_0) + 2 * debye / water)  # tanh(10 nm/λ_D) = 1 − 2e-11
    assert result["capacitance.slab"] == pytest.approx(series, rel=1e-6)
    assert result["face_charge.slab"] == pytest.approx(series * voltage, rel=1e-6)
    assert result["max_electric_field"] == pytest.approx(series * abs(voltage) / (2 * epsilon_0), rel=1e-6)
