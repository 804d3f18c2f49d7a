"""Every file in cases/ against the number its header states, with its balances, and the form of its header."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pnp.case import Case
from pnp.result import Result
from pnp.simplified import planck_potential
from pnp.study import run
from tests.cases.closed_forms import (
    BODY,
    ROOM,
    Capacitor,
    Rod,
    bipolar_field,
    debye_hueckel_sphere,
    donnan,
    flux_through_slab,
    ghk_current,
    gouy_chapman,
    nernst,
    thermal,
)
from tests.physics.systems import missed_balances

CASES = Path(__file__).parents[2] / "cases"
COARSE = ["mesh.refinement=0.5"]
"""The default run halves the meshes; `scripts/test --all` runs every case as it stands."""
FEWER_POINTS = {
    "nanopore_rod": ['sweep.values=["0 V", "1 V"]'],
    "nanopore_conical": ["sweep.points=3"],
}
"""Of long sweeps the default run takes the points that numbers are stated for."""


MIDDLE = -1000
"""The middle point of a sweep, however many it has."""


@dataclass(frozen=True)
class Expected:
    """One stated number: quantity, value, tolerance at the default mesh, and whether the mesh error rules it.

    ``point`` is the sweep's point it belongs to: -1 the last, 0 the first, `MIDDLE` the middle one.
    """

    quantity: str
    value: float
    tolerance: float
    mesh: bool = False
    point: int = -1


CAPACITOR = Capacitor(-0.07)
CLOSED_CELL = Capacitor(-0.07, bath=50e-9, temperature=BODY)
"""The slab of neutral_solute_closed, charged by its two salt solutions."""
HELD_CELL = Capacitor(-0.07, strengths=(150.0003, 155.4), temperature=BODY)
"""The slab of driving_forces, with half of Σ z² c of its file's baths."""
LAYER = -CLOSED_CELL.layer_drops[0] / thermal(BODY)
"""Reduced drop of each of its diffuse layers."""
HELD_IONS = (
    ("K", 1, 1e-9, 140.0, 5.0),
    ("Na", 1, 0.04e-9, 10.0, 145.0),
    ("Cl", -1, 0.45e-9, 10.0, 116.0),
    ("Ca", 2, 0.001e-9, 1e-4, 1.8),
)
"""Charge number, permeability in m/s and concentrations inside and outside in mmol/L, as in driving_forces."""
SOLUTE_FLUX = 9.0 / (1 / 1e-5 + 2 * 50e-9 / 1.38e-9)
"""Δc over membrane and two baths in series, as in neutral_solute, in mol/m²/s."""
ROD = Rod(-0.15, 1e-9, 20e-9)


def planck(charge: list[int], relative: list[float], left: list[float], right: list[float], t: float = ROOM) -> float:
    """φ_right − φ_left in V of the steady film; diffusivities in any unit, concentrations in mmol/L."""
    return planck_potential(charge, np.array(relative) * 1e-9, left, right, t)


EXACT = 1e-9
"""V: what equilibrium is held to at any mesh."""
STATED: dict[str, list[Expected]] = {
    "potassium_nernst": [Expected("membrane_potential", nernst(1, 4, 140), EXACT)],
    "sodium_nernst": [Expected("membrane_potential", nernst(1, 145, 12), EXACT)],
    "chloride_nernst": [Expected("membrane_potential", nernst(-1, 110, 4), EXACT)],
    "calcium_nernst": [Expected("membrane_potential", nernst(2, 1.5, 1e-4), EXACT)],
    "no_gradient": [
        Expected("membrane_potential", 0.0, EXACT),
        Expected("flux.K", 0.0, 1e-15),
    ],
    # GHK with the permeabilities and solutions of the file; 0.01 mV is the bound up to a partition of 1e-5
    "resting_potential": [
        Expected(
            "membrane_potential",
            thermal(BODY) * float(np.log((4 + 0.04 * 145 + 0.45 * 4) / (140 + 0.04 * 12 + 0.45 * 110))),
            1e-5,
            point=0,
        )
    ],
    # at +100 mV; slab and diffuse layers share the voltage in series: 0.5 % at each face, times u = 3.7
    "nonselective_channel": [Expected("current_density", ghk_current(0.1), 2 * 0.005 * 3.7 * ghk_current(0.1))],
    "gouy_chapman": [
        Expected("surface_charge.right", -0.9094945951893917, 0.01 * 0.909, mesh=True),
        Expected("differential_capacitance.right", 17.714297311245087, 0.01 * 17.7, mesh=True),
        Expected("potential.one_nanometre_out", gouy_chapman(-0.2, 1e-9), 0.01 * 0.036, mesh=True),
    ],
    "donnan_membrane": [
        Expected("potential_difference.left_face", -0.05941250504578271, 1e-4),
        Expected("potential_difference.right_face", -0.1183212682421737, 2e-4),
        Expected("membrane_potential", 0.0588992088568356, 1e-4),
    ],
    "junction_hcl_dilution": [Expected("liquid_junction_potential", 0.03796358162351499, 5e-6, mesh=True)],
    "junction_hcl_kcl": [Expected("liquid_junction_potential", 0.026850292919294555, 1e-7)],
    "junction_nacl_kcl": [Expected("liquid_junction_potential", -0.004362997582780927, 1e-7)],
    "junction_kcl_hcl": [Expected("liquid_junction_potential", -0.005885187537648381, 5e-6, mesh=True)],
    # linear in position: the edge-averaged flux is exact
    "neutral_solute": [
        Expected("flux.urea", SOLUTE_FLUX, 1e-12 * SOLUTE_FLUX, point=0),
        Expected("flux.urea", SOLUTE_FLUX, 1e-12 * SOLUTE_FLUX, point=-1),
    ],
    "neutral_solute_closed": [
        Expected("concentration.urea.middle", 1.0, 1e-12),
        Expected("concentration.urea.inner_face", 1.0, 1e-12),
        Expected("flux.urea", 0.0, 1e-12 * SOLUTE_FLUX),
        # e^{∓Fψ/RT} of the layer's drop ψ, which is 0.3 % off at the default mesh
        Expected("concentration.K.inner_face", 150 * np.exp(-LAYER), 150 * LAYER * 3e-3, mesh=True),
        Expected("concentration.K.outer_face", 150 * np.exp(LAYER), 150 * LAYER * 3e-3, mesh=True),
    ],
    "chloride_gradient": [
        Expected("membrane_potential", nernst(-1, 130, inside), EXACT, point=at)
        for at, inside in ((0, 5), (15, 20), (-1, 40))
    ],
    "temperature": [
        Expected("membrane_potential", nernst(1, 14, 140, 273.15 + celsius), EXACT, point=at)
        for at, celsius in ((0, 0), (5, 25), (8, 37), (10, 45))
    ],
    # quadratic elements: 4e-8 at half the cells
    "membrane_capacitor": [
        Expected("capacitance.membrane", CAPACITOR.capacitance, 1e-6 * CAPACITOR.capacitance),
        Expected("face_charge.membrane", CAPACITOR.charge, 1e-6 * abs(CAPACITOR.charge)),
        Expected("max_electric_field", abs(CAPACITOR.field), 1e-6 * abs(CAPACITOR.field)),
        Expected("potential_difference.slab", CAPACITOR.slab_drop, 1e-6 * 0.07),
        Expected("potential_difference.inner_layer", CAPACITOR.layer_drops[0], 1e-6 * 0.07),
        Expected("potential_difference.outer_layer", CAPACITOR.layer_drops[1], 1e-6 * 0.07),
    ],
    "ng_barry_divalent": [
        Expected(
            "liquid_junction_potential",
            planck([2, 2, 1, -1], [0.792, 0.706, 1.029, 2.032], [50, 50, 0, 200], [0, 0, 100, 100]),
            1e-7,
            mesh=True,
        ),
        # measured: activities are what is left out, and Ng & Barry find them worth some tenths of a mV
        Expected("liquid_junction_potential", -8.2e-3, 0.3e-3),
    ],
    # equal sums of concentrations: a uniform field, exact
    "ng_barry_bath": [
        Expected(
            "liquid_junction_potential",
            planck([1, 1, 2, -1], [1.957, 1.029, 0.792, 2.032], [100, 0, 2, 104], [0, 100, 2, 104]),
            EXACT,
        ),
        Expected("liquid_junction_potential", 6.4e-3, 0.3e-3),
    ],
    "patch_pipette": [
        Expected(
            "liquid_junction_potential",
            planck(
                [1, 1, 2, 2, -1, -1, -1],
                [1.0, 0.682, 0.361, 0.405, 1.039, 0.33, 0.3],
                [145, 13, 1, 0, 10, 145, 5],
                [2.8, 145, 2, 1, 148.8, 0, 5],
                293.15,
            ),
            1e-7,
            mesh=True,
        )
    ],
    "bipolar_junction": [
        Expected("potential_difference.built_in", 2 * donnan(1000, 10), EXACT),
        Expected("potential_difference.left_face", -donnan(1000, 10), EXACT),
        Expected("potential_difference.right_face", donnan(1000, 10), EXACT),
        Expected("max_electric_field", bipolar_field(1000, 10), 2e-3 * bipolar_field(1000, 10), mesh=True),
    ],
    "driving_forces": [
        *(
            Expected(f"driving_force.{s}", -0.07 - nernst(z, outside, inside), EXACT)
            for s, z, _, inside, outside in HELD_IONS
        ),
        # 1.5e-5 of the slab's field at the default mesh, times zu of up to 5, and 2e-6 of polarisation
        *(
            Expected(f"flux.{s}", j, 1e-4 * abs(j), mesh=True)
            for s, j in ((ion[0], flux_through_slab(*ion[1:], HELD_CELL)) for ion in HELD_IONS)
        ),
    ],
    "charged_sphere": [
        Expected("potential.left", debye_hueckel_sphere(0.001, 2e-9, 100), 2e-3 * 0.935e-3, mesh=True),
        Expected(
            "potential.one_nanometre_out", debye_hueckel_sphere(0.001, 2e-9, 100, 1e-9), 1e-3 * 0.22e-3, mesh=True
        ),
    ],
    "charged_cylinder": [
        Expected("potential_difference.rod", ROD.drop, 2e-4, mesh=True),
        Expected("concentration.Na.rod", ROD.concentration(1e-9), 5e-3 * 4002, mesh=True),
        Expected("concentration.Na.cell_wall", ROD.concentration(20e-9), 2e-4 * 1.45, mesh=True),
        Expected("electric_field.manning_radius", -2 * thermal(ROOM) / ROD.manning_radius, 1e-3 * 8.7e6, mesh=True),
    ],
}


PORE = 4.507e-9
"""S: a pore 600 nm wide and 500 nm long with its mouths in 1 mmol/L KCl, 1/(4 L/(π d² σ) + 1/(d σ)) (Hall, J. Gen.
Physiol. 66, 531 (1975), doi:10.1085/jgp.66.4.531); baths of 1.5 µm cost it 2 %, the rod changes less."""
STATED |= {
    # Poisson–Boltzmann on nested meshes, extrapolated: scripts/lib/bench/plane_problems.py
    "half_electrode": [Expected("charge.electrode", 6.24509e-6, 0.01 * 6.245e-6, mesh=True)],
    "junction_2d": [Expected("liquid_junction_potential", 0.026850292919294555, EXACT)],
    "membrane_patch": [Expected("membrane_potential", nernst(1, 5, 140), EXACT)],
    # at 0 V everything is in equilibrium
    "nanopore_rod": [
        Expected("current", 0.0, 1e-18, point=0),
        Expected("current", -PORE, 0.03 * PORE, point=1),
    ],
    # the middle of the sweep
    "nanopore_conical": [Expected("current", 0.0, 1e-18, point=MIDDLE)],
}


def solved(name: str, overrides: list[str]) -> Result:
    result = run(Case.load(CASES / f"{name}.toml", overrides))
    assert result.converged, result.message
    assert missed_balances(result) == []
    assert not [w for w in result.warnings if "balance" in w or "resol" in w], result.warnings
    return result


def value_of(result: Result, expected: Expected) -> float:
    if result.sweep is not None:
        series = result.sweep[expected.quantity]
        return float(series[len(series) // 2 if expected.point == MIDDLE else expected.point])
    return result[expected.quantity]


@pytest.mark.parametrize("name", STATED)
def test_stated_number_on_a_coarse_mesh(name: str) -> None:
    """Second order: half the cells, four times the mesh error; what is exact stays exact."""
    result = solved(name, COARSE + FEWER_POINTS.get(name, []))
    for e in STATED[name]:
        assert value_of(result, e) == pytest.approx(e.value, abs=e.tolerance * (4 if e.mesh else 1)), e.quantity


@pytest.mark.slow
@pytest.mark.parametrize("name", STATED)
def test_stated_number(name: str) -> None:
    result = solved(name, [])
    for e in STATED[name]:
        assert value_of(result, e) == pytest.approx(e.value, abs=e.tolerance), e.quantity


def test_every_case_is_stated_here() -> None:
    """limiting_current states a curve; tests/physics/test_currents.py holds it."""
    assert {p.stem for p in CASES.glob("*.toml")} == {*STATED, "limiting_current"}


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda p: p.stem)
def test_header_says_what_to_expect_and_how_to_run(path: Path) -> None:
    header = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert header[0].endswith("."), "pnp list shows the first line alone"
    text = "\n".join(header)
    for word in ("# Expect:", "# Source:", "# Time:", f"scripts/pnp run cases/{path.name}"):
        assert word in text, word


def test_partition_sweep_approaches_and_leaves_ghk() -> None:
    result = solved("resting_potential", [])
    assert result.sweep is not None
    ghk = STATED["resting_potential"][0].value
    deviation = np.abs(result.sweep["membrane_potential"] - ghk)
    partition = result.sweep.values()
    assert (deviation[partition <= 1.001e-5] < 1e-5).all()
    assert deviation[-1] > 100 * deviation[0]


def test_a_conical_pore_rectifies() -> None:
    """Ions pile up in the tip where they are driven from it to the base, and leave it for the other sign.

    H. S. White & A. Bund, Langmuir 24, 2212 (2008), doi:10.1021/la702955k.
    """
    result = solved("nanopore_conical", [*COARSE, "sweep.points=3"])
    assert result.sweep is not None
    current = result.sweep["current"]
    assert current[0] > 2.0 * abs(current[-1])
