"""Coaxial cylinders and concentric spheres: exact solutions on curved faces, totals and densities."""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np
import pytest

from pnp.case import Case
from pnp.constants import F, R, epsilon_0
from tests.physics.systems import bath, missed_balances, reservoir, solved, species

T = 298.15
EPSILON = 78.49 * epsilon_0
SHELLS = [pytest.param("cylindrical", id="cylinders"), pytest.param("spherical", id="spheres")]
UREA = {"urea": {"charge_number": 0, "diffusivity": "1.38e-9 m^2/s"}}


def shell(coordinates: str, inner: str, thickness: str, left: Any, right: Any, **more: Any) -> Case:
    """One region of water with K and Cl between two radii."""
    table = {
        "coordinates": coordinates,
        "inner_radius": inner,
        "species": species("K", "Cl"),
        "regions": {"water": bath(thickness)},
        "boundaries": {"left": left, "right": right},
    }
    return Case.from_dict(table | more)


@pytest.mark.parametrize("coordinates", SHELLS)
def test_diffusion_of_a_neutral_solute_is_exact(coordinates: str) -> None:
    """Flow D Δc times 2π/ln(b/a) per length of cylinder, 4π/(1/a − 1/b): the edge areas leave no error but rounding."""
    d, a, b = 1.38e-9, 3e-9, 1e-6
    salt = {"K": 0.1, "Cl": 0.1}
    left, right = reservoir({**salt, "urea": 0.2}), reservoir({**salt, "urea": 0.01})
    result = solved(shell(coordinates, "3 nm", "997 nm", left, right, species=species("K", "Cl") | UREA))
    shape = {"cylindrical": 2 * pi / log(b / a), "spherical": 4 * pi / (1 / a - 1 / b)}[coordinates]
    flow = d * 190.0 * shape
    assert result["molar_flow.urea"] == pytest.approx(flow, rel=1e-11)
    areas = {"cylindrical": (2 * pi * a, 2 * pi * b), "spherical": (4 * pi * a**2, 4 * pi * b**2)}[coordinates]
    assert result["flux.urea.left"] * areas[0] == pytest.approx(-flow, rel=1e-9)
    assert result["flux.urea.right"] * areas[1] == pytest.approx(flow, rel=1e-9)
    units = {"cylindrical": "mol/m/s", "spherical": "mol/s"}
    assert result.quantities["molar_flow.urea"].unit == units[coordinates]
    assert not missed_balances(result)


@pytest.mark.parametrize("coordinates", SHELLS)
def test_a_membrane_around_a_core_sits_at_its_nernst_potential(coordinates: str) -> None:
    membrane = {"thickness": "4 nm", "permittivity": 2, "absent": ["Cl"]}
    result = solved(
        shell(
            coordinates,
            "10 nm",
            "",
            reservoir({"K": 0.14, "Cl": 0.14}, None),
            reservoir({"K": 0.005, "Cl": 0.005}),
            regions={"core": bath("20 nm"), "membrane": membrane, "outside": bath("40 nm")},
            inside="core",
            study={"mode": "open_circuit"},
        )
    )
    assert result["membrane_potential"] == pytest.approx(R * T / F * log(0.005 / 0.14), abs=1e-15)
    assert not missed_balances(result)


@pytest.mark.parametrize("coordinates", SHELLS)
def test_a_film_at_open_circuit_has_its_planar_potential(coordinates: str) -> None:
    """With s = ∫ dr/A in place of x the zero-current film is the planar one; HCl|KCl 0.1 M carries no space charge."""
    left = reservoir({"H": 0.1, "K": 0.0, "Cl": 0.1})
    right = reservoir({"H": 0.0, "K": 0.1, "Cl": 0.1}, None)
    result = solved(
        shell(coordinates, "1 um", "9 um", left, right, species=species("H", "K", "Cl"), study={"mode": "open_circuit"})
    )
    # the closed form of ljp_HCl0.1|KCl0.1 in tests/reference.json, to the rounding of traces of 1e-12
    assert result["liquid_junction_potential"] == pytest.approx(26.8502929e-3, abs=1e-10)


def debye_hueckel_sphere(sigma: float, a: float, b: float, kappa: float) -> float:
    """Surface potential of a sphere in a bath held at φ = 0 on r = b: φ = A sinh κ(b − r)/r (Debye & Hückel 1923)."""
    s = kappa * (b - a)
    return sigma * a / EPSILON / (1.0 + kappa * a / np.tanh(s))


@pytest.mark.parametrize("core", ["wall", "dielectric core"])
def test_a_weakly_charged_sphere_is_that_of_debye_and_hueckel(core: str) -> None:
    """At second order in the mesh; the sphere's inside, free of charge, has no field and changes nothing."""
    sigma, a, b = 1e-6, 2e-9, 22e-9
    kappa = np.sqrt(2 * F**2 * 10.0 / (EPSILON * R * T))
    s = kappa * (b - a)
    outer_share = kappa * b / (np.sinh(s) + kappa * a * np.cosh(s))  # of the charge's field lines, those that end at b
    found = []
    for refinement in (1, 2, 4):
        more: dict[str, Any] = {"mesh": {"refinement": refinement, "adapt": False}}
        left, inner = {"type": "wall", "surface_charge": f"{sigma!r} C/m^2"}, "2 nm"
        if core == "dielectric core":
            left, inner = {"type": "symmetry"}, "0 nm"
            more["regions"] = {
                "core": {"thickness": "2 nm", "permittivity": 4, "absent": "all"},
                "water": bath("20 nm"),
            }
            more["interfaces"] = {"face": {"between": ["core", "water"], "surface_charge": f"{sigma!r} C/m^2"}}
            more["points"] = {"surface": {"region": "water", "fraction": 0.0}}
        case = shell("spherical", inner, "20 nm", left, reservoir({"K": 0.01, "Cl": 0.01}), **more)
        result = solved(case)
        found.append(result["potential.left" if core == "wall" else "potential.surface"])
        charge = -sigma * 4 * pi * a**2 * (1.0 - outer_share)
        assert result["space_charge.water"] == pytest.approx(charge, rel=1e-3)
    error = np.abs(np.array(found) / debye_hueckel_sphere(sigma, a, b, kappa) - 1.0)
    assert error[0] < 1e-3
    assert (np.log2(error[:-1] / error[1:]) > 1.9).all(), error


@pytest.mark.parametrize("coordinates", SHELLS)
def test_a_given_current_density_is_that_of_the_floating_face(coordinates: str) -> None:
    """Ohm's law between radii: the same solution on both sides, current density given at the inner face."""
    salt = {"K": 0.1, "Cl": 0.1}
    a, b = 1e-6, 3e-6
    density = 10.0
    study = {"mode": "current", "current_density": f"{density!r} A/m^2"}
    result = solved(shell(coordinates, "1 um", "2 um", reservoir(salt, None), reservoir(salt), study=study))
    inner, outer = {"cylindrical": (2 * pi * a, 2 * pi * b), "spherical": (4 * pi * a**2, 4 * pi * b**2)}[coordinates]
    assert result["current"] == pytest.approx(density * inner, rel=1e-9)
    assert result["current_density.left"] == pytest.approx(-density, rel=1e-9)
    assert result["current_density.right"] == pytest.approx(density * inner / outer, rel=1e-9)
    conductivity = F**2 / (R * T) * 100.0 * (1.957e-9 + 2.032e-9)
    drop = density / conductivity * {"cylindrical": a * log(b / a), "spherical": a * (1.0 - a / b)}[coordinates]
    # the salt is polarised by about F drop/RT = 3e-4
    assert result["potential.left"] - result["potential.right"] == pytest.approx(drop, rel=1e-3)


def test_a_closed_ball_keeps_its_ions() -> None:
    """A charged core swells with its counter-ions; amounts are totals in mol, charge is exactly balanced."""
    regions = {"ball": {**bath("5 nm"), "species": {"K": {"initial_concentration": "0.01 mol/L"}}}}
    volume = 4 / 3 * pi * 5e-9**3
    sigma = -F * 10.0 * volume / (4 * pi * 5e-9**2)
    right = {"type": "wall", "surface_charge": f"{sigma!r} C/m^2"}
    result = solved(shell("spherical", "0 nm", "", {"type": "symmetry"}, right, species=species("K"), regions=regions))
    assert result["amount.K"] == pytest.approx(10.0 * volume, rel=1e-12)
    assert result["space_charge.ball"] == pytest.approx(-sigma * 4 * pi * 5e-9**2, rel=1e-9)
    assert not missed_balances(result)
