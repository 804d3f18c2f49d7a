"""Every template of `pnp new`: runs as it is, gives the number its header states, and the tour leaves no key out."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from math import exp, log, sinh, sqrt
from typing import Any

import pytest

import pnp
from pnp.case import Case, case_schema
from pnp.constants import F, R, epsilon_0
from pnp.examples import templates
from pnp.result import Result
from tests.physics.systems import missed_balances

SWEPT = {
    "membrane": {"study.mode": "fixed_voltage", "boundaries.left.potential": "-100 mV"},
    "double_layer": {},
    "custom": {},
    "plane": {},
}
"""Templates with a sweep in comments, and what their text says has to be set for it."""


def grahame(potential: float, concentration: float, permittivity: float, temperature: float) -> float:
    """Charge of a wall in a 1:1 salt, √(8 ε RT c) sinh(Fψ/2RT) (Grahame 1947)."""
    size = sqrt(8 * permittivity * epsilon_0 * R * temperature * concentration)
    return size * sinh(potential * F / (2 * R * temperature))


def urea_in_the_coat() -> float:
    """Concentration 5 nm into the coat: 5 mol/m³ less J Σ L/(D β) of cytosol, membrane and half the coat (Fick)."""
    partition = exp(-36e3 / (R * 310.15))
    return 5.0 - 5e-8 * (20e-9 / 1.4e-9 + 4e-9 / (2e-10 * partition) + 5e-9 / 1.4e-9)


STATED: dict[str, dict[str, tuple[float, float]]] = {
    # GHK (Goldman 1943); the membrane's own charge and the layers shift it by less than 0.01 mV
    "membrane": {
        "membrane_potential": (R * 310.15 / F * log((5 + 0.03 * 145) / (140 + 0.03 * 12)), 1e-5),
    },
    # exact for the discrete flux: no space charge arises
    "junction": {
        "liquid_junction_potential": (R * 298.15 / F * log((9.311 + 2.032) / (1.957 + 2.032)), 1e-9),
    },
    "double_layer": {"surface_charge": (grahame(-0.1, 10.0, 78.4, 298.15), 0.005 * 0.0402)},
    # the 57.696 mV of Teorell, Meyer and Sievers less the polarisation of the baths, see the test of it
    "charged_membrane": {"membrane_potential": (0.0569, 0.00005)},
    # K⁺ alone passes and is at equilibrium everywhere
    "plane": {"membrane_potential": (R * 310.15 / F * log(5 / 140), 1e-9)},
    "custom": {
        # only K⁺ carries charge through the membrane: equilibrium, exact on any mesh
        "membrane_potential": (R * 310.15 / F * log(5 / 140), 1e-12),
        # concentrations are linear in each layer, and so exact; rounding of the flux and of the Newton update
        "concentration.urea.coat": (urea_in_the_coat(), 1e-7),
    },
}


@pytest.fixture(scope="module", params=templates())
def solved(request: pytest.FixtureRequest) -> tuple[str, Result]:
    return request.param, pnp.solve(pnp.template(request.param))


def test_runs_as_it_is_and_gives_the_stated_number(solved: tuple[str, Result]) -> None:
    name, result = solved
    assert result.converged, result.message
    assert missed_balances(result) == []
    for quantity, (value, tolerance) in STATED[name].items():
        assert result[quantity] == pytest.approx(value, abs=tolerance), quantity


def test_solving_imports_no_xarray() -> None:
    """Datasets are made on request; a run does not wait for them."""
    code = "import sys, pnp; pnp.solve(pnp.template('junction')); print({'xarray', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_header_states_these_numbers(solved: tuple[str, Result]) -> None:
    """Numbers of the header, in the units it shows them in, to the digits it shows."""
    name, _ = solved
    header = templates()[name].split("\ntitle")[0]
    for word in ("# Expect:", "# Source:", "# Time:", f"Run: pnp run {name}.toml"):
        assert word in header, word
    for quantity, (value, _) in STATED[name].items():
        shown = re.search(rf"{re.escape(quantity)} = (-?[0-9.]+) (mV|C/m²|mmol/L)", header)
        assert shown, quantity
        digits = len(shown[1].partition(".")[2])
        assert float(shown[1]) == round(value * {"mV": 1e3, "C/m²": 1.0, "mmol/L": 1.0}[shown[2]], digits)


def test_polarisation_is_what_teorell_meyer_sievers_misses() -> None:
    """Half the baths, half the deviation, as the header says; the rest of 10 % is of second order."""

    def deviation(thickness: str) -> float:
        keys = ["regions.dilute.thickness", "regions.concentrated.thickness"]
        result = pnp.solve(pnp.template("charged_membrane").with_value(keys, thickness))
        wanted = ("Teorell-Meyer-Sievers", "membrane_potential")
        (row,) = [r for r in result.simplified_models if (r.model, r.quantity) == wanted]
        assert row.value == pytest.approx(0.057696, abs=5e-7)
        assert row.deviation is not None
        return row.deviation

    assert deviation("50 nm") / deviation("25 nm") == pytest.approx(2.0, rel=0.1)


def uncommented(text: str) -> str:
    """A template with the lines of its sweep made part of the case."""
    lines, inside = [], False
    for line in text.splitlines():
        inside = line.startswith("#") and (inside or line == "# [sweep]")
        lines.append(line.removeprefix("# ") if inside else line)
    return "\n".join(lines)


@pytest.mark.parametrize("name", SWEPT)
def test_sweeps_in_comments_are_valid(name: str) -> None:
    text = templates()[name]
    raw = tomllib.loads(uncommented(text))
    for key, value in SWEPT[name].items():
        table, _, last = key.rpartition(".")
        place: Any = raw
        for part in table.split("."):
            place = place[part]
        place[last] = value
    case = Case.from_dict(raw)
    assert len(case.sweep_values()) > 10


def test_templates_with_a_sweep_in_comments() -> None:
    assert {name for name, text in templates().items() if "# [sweep]" in text} == set(SWEPT)


def properties(node: Any) -> Iterator[str]:
    """Every key that a schema names."""
    if isinstance(node, dict):
        for name, entry in node.items():
            if name == "properties":
                yield from entry
            yield from properties(entry)
    elif isinstance(node, list):
        for entry in node:
            yield from properties(entry)


def test_the_tours_name_every_key() -> None:
    """Of a stack and of the plane together."""
    text = templates()["custom"] + templates()["plane"]
    missing = {key for key in properties(case_schema()) if not re.search(rf"\b{key}\b", text)}
    assert missing == set()


def test_a_case_of_a_template() -> None:
    case = pnp.template("membrane")
    assert case.name == "membrane"
    assert case == Case.from_dict(tomllib.loads(templates()["membrane"]))
    with pytest.raises(KeyError, match="no template 'membrne'; did you mean 'membrane'"):
        pnp.template("membrne")
