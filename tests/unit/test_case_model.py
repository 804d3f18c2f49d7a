"""The validated case: values in SI units, what follows from them, setting keys, writing and reading back."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tomllib
from math import exp, log
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pnp.case import Case, CaseError
from pnp.constants import F, R
from pnp.expressions import Expression
from tests.unit.wrong_cases import CELL, MEMBRANE, OPEN, cell, membrane


def read(text: str) -> Case:
    return Case.from_dict(tomllib.loads(text))


def reread(case: Case) -> Case:
    return Case.from_dict(tomllib.loads(case.to_toml()))


def test_values_are_in_si_units() -> None:
    case = read(MEMBRANE)
    assert case.temperature == 310.15
    assert case.species["K"].charge_number == 1
    assert case.species["K"].diffusivity == 1.957e-9
    assert list(case.regions) == ["cytosol", "membrane", "outside"]
    assert case.regions["membrane"].thickness == 4e-9
    assert case.regions["membrane"].species["K"].partition_coefficient == 1e-3
    assert case.regions["membrane"].species["K"].permeability is None
    assert case.boundaries["left"].potential is None
    assert case.boundaries["right"].potential == 0.0
    assert case.boundaries["left"].concentrations == {"K": 140.0, "Cl": 140.0}
    assert case.points["middle"].position == 2e-9
    assert case.width == pytest.approx(104e-9)


def test_defaults() -> None:
    case = read(cell())
    assert case.temperature == 298.15
    assert case.inside is None
    assert case.sweep is None
    assert case.sweep_values() == []
    assert case.study.mode == "fixed_voltage"
    assert case.solver.flux == "edge_averaged"
    assert case.regions["water"].fixed_charge == 0.0
    assert case.name == "case"


def test_what_follows() -> None:
    case = read(MEMBRANE)
    assert case.present("membrane", "K")
    assert not case.present("membrane", "Cl")
    assert (case.end_region("left"), case.end_region("right")) == ("cytosol", "outside")
    assert case.floating_boundary() == "left"
    assert case.closed_species() == []
    assert case.log_partition("membrane", "K") == log(1e-3)
    assert case.log_partition("cytosol", "K") == 0.0
    assert case.diffusivity("membrane", "K") == 1.957e-9
    assert case.left_faces() == {"cytosol": 0.0, "membrane": 5e-8, "outside": pytest.approx(5.4e-8)}


def test_closed_species_of_a_cell() -> None:
    case = read(CELL)
    assert case.closed_species() == ["Na", "Cl"]
    assert case.floating_boundary() is None
    assert case.reservoir_concentrations("left") == {}


def test_a_reservoir_that_blocks_a_species_leaves_it_closed() -> None:
    text = membrane(('absent = ["Cl"]\n', ""), ("[study]", "[boundaries.left.species.Cl]\nblocked = true\n[study]"))
    assert not read(text).fixed_at("left", "Cl")
    assert read(text).closed_species() == []


def test_diffusivity_from_permeability() -> None:
    text = membrane(("partition_coefficient = 1e-3", 'partition_coefficient = 1e-3\npermeability = "1e-8 m/s"'))
    assert read(text).diffusivity("membrane", "K") == pytest.approx(1e-8 * 4e-9 / 1e-3, rel=1e-14)
    text = membrane(("partition_coefficient = 1e-3", 'standard_potential = "10 kJ/mol"\npermeability = "1e-8 m/s"'))
    beta = exp(-1e4 / (R * 310.15))
    assert read(text).log_partition("membrane", "K") == pytest.approx(log(beta), rel=1e-14)
    assert read(text).diffusivity("membrane", "K") == pytest.approx(1e-8 * 4e-9 / beta, rel=1e-14)


def test_balance_computes_the_counter_ion() -> None:
    text = membrane(('Cl = "140 mmol/L" }', '}\nbalance = "Cl"'), ('K = "140 mmol/L", ', 'K = "140 mmol/L"'))
    assert read(text).reservoir_concentrations("left") == {"K": 140.0, "Cl": 140.0}
    text = membrane(('Cl = "140 mmol/L" }', 'Cl = "1 mmol/L" }\nbalance = "Cl"'))
    assert read(text).reservoir_concentrations("left") == {"K": 140.0, "Cl": 140.0}


def test_fixed_charge_is_a_number_or_an_expression() -> None:
    one = ("permittivity = 2\n", 'permittivity = 2\nfixed_charge = "{}"\n')

    def charge(text: str) -> float | Expression:
        return read(membrane((one[0], one[1].format(text)))).regions["membrane"].fixed_charge

    assert charge("-1 mol/L") == -1000.0
    assert charge("1e7 C/m^3") == pytest.approx(1e7 / F, rel=1e-15)
    assert charge("-1 e/nm^3") == pytest.approx(-1.602176634e-19 * 1e27 / F, rel=1e-15)
    profile = charge("1 M * exp(-(x - 50 nm) / 1 nm)")
    assert isinstance(profile, Expression)


def test_a_closed_cell_may_be_charged_if_the_whole_is_neutral() -> None:
    """10 mmol/L over 100 nm against the walls: the charge of the missing cations is on a wall."""
    area = F * 10.0 * 100e-9
    text = cell(
        ('initial_concentration = "10 mmol/L"', 'initial_concentration = "20 mmol/L"'),
        ('type = "wall"', f'type = "wall"\nsurface_charge = "{-area!r} C/m^2"'),
    )
    read(text)
    with pytest.raises(CaseError, match="the closed cell has a charge"):
        read(text.replace("20 mmol/L", "21 mmol/L"))


def test_a_closed_cell_balanced_by_an_expression() -> None:
    text = cell(
        ('initial_concentration = "10 mmol/L"', 'initial_concentration = "20 mmol/L"'),
        ("permittivity = 78.49", 'permittivity = 78.49\nfixed_charge = "-20 mmol/L * x / (100 nm)"'),
    )
    assert read(text).total_fixed_charge() == pytest.approx(-F * 10.0 * 100e-9, rel=1e-12)


@pytest.mark.parametrize(
    "edit",
    [
        ('[boundaries.right]\ntype = "wall"', '[boundaries.right]\ntype = "symmetry"'),
        ('[boundaries.right]\ntype = "wall"', '[boundaries.right]\ntype = "electrode"\npotential = "1 V"'),
        (
            '[boundaries.right]\ntype = "wall"',
            '[boundaries.right]\ntype = "reservoir"\nconcentrations = { Na = "0.1 M", Cl = "0.1 M" }\n'
            'potential = "0 V"\n[boundaries.right.species.Na]\nblocked = true',
        ),
    ],
)  # fmt: skip
def test_other_legal_cells(edit: tuple[str, str]) -> None:
    text = cell(edit)
    if "reservoir" in edit[1]:
        text = text.replace('[regions.water.species.Cl]\ninitial_concentration = "10 mmol/L"\n', "")
    assert reread(read(text)) == read(text)


def test_a_dielectric_between_two_baths() -> None:
    text = membrane(
        ('absent = ["Cl"]\n[regions.membrane.species.K]\npartition_coefficient = 1e-3', 'absent = "all"'),
        (OPEN, ""), ("[boundaries.right]", 'potential = "-70 mV"\n[boundaries.right]'),
    )  # fmt: skip
    assert not read(text).present("membrane", "K")


def test_frozen() -> None:
    case = read(MEMBRANE)
    with pytest.raises(ValidationError):
        case.temperature = 300.0  # type: ignore[misc]


def test_the_tables_given_may_change_afterwards() -> None:
    tables = tomllib.loads(MEMBRANE)
    case = Case.from_dict(tables)
    tables["species"]["K"]["charge_number"] = 7
    assert case.with_value("mesh.refinement", 2.0).species["K"].charge_number == 1


def test_pickled() -> None:
    case = read(membrane(("permittivity = 2\n", 'permittivity = 2\nfixed_charge = "1 M * xi"\n')))
    assert pickle.loads(pickle.dumps(case)) == case
    assert hash(case) == hash(reread(case))


# -------------------------------------------------------------------------------- setting keys


def test_with_value() -> None:
    case = read(MEMBRANE)
    other = case.with_value("boundaries.right.potential", "-70 mV")
    assert other.boundaries["right"].potential == -0.07
    assert case.boundaries["right"].potential == 0.0
    assert case.with_value("boundaries.right.potential", "0 V") == case
    both = case.with_value(["boundaries.left.concentrations.K", "boundaries.left.concentrations.Cl"], "1 M")
    assert both.boundaries["left"].concentrations == {"K": 1000.0, "Cl": 1000.0}
    assert case.with_value("solver.flux", "galerkin").solver.flux == "galerkin"


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        ("boundaries.right.potental", "0 V", 'did you mean "potential"?'),
        ("boundaries.right.potential", "0 nm", 'the unit "nm" is not that of a potential'),
        ("boundaries.right.concentrations.K", "6 mmol/L", "is not electroneutral"),
        ("species.Kx.diffusivity", "1e-9 m^2/s", "names: K, Cl"),
    ],
)
def test_with_a_wrong_value(key: str, value: object, part: str) -> None:
    with pytest.raises(CaseError) as caught:
        read(MEMBRANE).with_value(key, value)
    assert part in str(caught.value)


def sweep(keys: str, rest: str) -> Case:
    return read(f"{MEMBRANE}\n[sweep]\nkey = {keys}\n{rest}\n")


def test_sweep_of_listed_values() -> None:
    case = sweep('"boundaries.right.potential"', 'values = ["-100 mV", "0 V"]')
    assert case.sweep_values() == ["-100 mV", "0 V"]
    assert case.sweep_quantities() == [(-0.1, "V"), (0.0, "V")]


def test_sweep_of_a_range_counts_in_its_unit() -> None:
    case = sweep('"boundaries.right.potential"', 'start = "-100 mV"\nstop = "0.1 V"\npoints = 101')
    values = case.sweep_values()
    assert len(values) == 101
    assert (values[0], values[1], values[50], values[-1]) == ("-100 mV", "-98 mV", "0 mV", "100 mV")
    assert case.sweep_quantities()[-1] == (0.1, "V")


def test_sweep_of_numbers() -> None:
    keys = '["regions.membrane.species.K.partition_coefficient"]'
    case = sweep(keys, 'start = 1e-6\nstop = 1e-2\npoints = 5\nspacing = "log"')
    assert case.sweep_values() == pytest.approx([1e-6, 1e-5, 1e-4, 1e-3, 1e-2], rel=1e-14)
    assert case.sweep_values()[-1] == 1e-2
    assert sweep('"solver.max_iterations"', "start = 10\nstop = 30\npoints = 3").sweep_values() == [
        10,
        20,
        30,
    ]
    assert sweep('"solver.step_rule"', 'values = ["auto", "component"]').sweep_quantities() == [
        ("auto", "1"),
        ("component", "1"),
    ]


def test_a_sweep_sets_keys_together() -> None:
    keys = '["boundaries.left.concentrations.K", "boundaries.left.concentrations.Cl"]'
    case = sweep(keys, 'values = ["1 mM", "10 mM"]')
    assert case.sweep is not None
    for value, c in zip(case.sweep_values(), [1.0, 10.0], strict=True):
        assert case.with_value(case.sweep.keys, value).reservoir_concentrations("left") == {"K": c, "Cl": c}
    with pytest.raises(CaseError, match=r"makes a wrong case.*not electroneutral"):
        sweep('"boundaries.left.concentrations.K"', 'values = ["1 mM", "10 mM"]')


def test_a_sweep_of_an_absent_optional_key() -> None:
    sweep('"regions.outside.species.K.diffusivity"', 'values = ["1e-9 m^2/s"]')


# -------------------------------------------------------------------------------- writing


def test_to_toml_reads_back_and_says_every_default() -> None:
    case = read(
        membrane(
            ("permittivity = 2\n", 'permittivity = 2\nfixed_charge = "-1 mol/L * tanh(x / (2 nm))"\n'),
            (OPEN, OPEN),
        )
        + '[points.other]\nregion = "membrane"\nfraction = 1.0\n'
        + '[potential_differences]\ndrop = ["middle", "other"]\n'
    )
    text = case.to_toml()
    assert reread(case) == case
    assert reread(case).to_toml() == text
    for line in (
        'temperature = "310.15 K"',
        'thickness = "4e-09 m"',
        "refinement = 1.0",
        'flux = "edge_averaged"',
        "ramp = true",
    ):
        assert line in text


lengths = st.floats(1e-11, 1.0).map(lambda v: f"{v!r} m")
concentrations = st.floats(0.0, 1e5).filter(lambda v: v == 0 or v > 1e-200).map(lambda v: f"{v!r} mol/m^3")
names = st.text(alphabet="abcKNZ019_+-é", min_size=1, max_size=8).filter(lambda n: n[0] not in "_+-" and n != "all")


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Tables of a legal case: any names, thicknesses, permittivities, charges, salts and temperature."""
    cation, anion = draw(st.lists(names, min_size=2, max_size=2, unique=True))
    stack = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    z = draw(st.integers(1, 3))
    salt = st.floats(1e-6, 1e4).map(lambda v: {cation: f"{v!r} mol/m^3"})
    charges = st.one_of(st.floats(-1e5, 1e5).map(lambda v: f"{v!r} mol/m^3"), st.just("1 mM * exp(-xi)"))
    left, right = (
        {"type": "reservoir", "concentrations": draw(salt), "balance": anion, "potential": f"{volts!r} V"}
        for volts in (draw(st.floats(-1e3, 1e3)), 0.0)
    )
    return {
        "title": draw(st.text(max_size=20).filter(str.isprintable)),
        "temperature": f"{draw(st.floats(200, 1000))!r} K",
        "species": {
            cation: {"charge_number": z, "diffusivity": "1e-9 m^2/s"},
            anion: {"charge_number": -1, "diffusivity": "2e-9 m^2/s"},
        },
        "regions": {
            r: {
                "thickness": draw(lengths),
                "permittivity": draw(st.floats(1, 1e5)),
                "fixed_charge": draw(charges),
            }
            for r in stack
        },
        "boundaries": {"left": left, "right": right},
        "points": {"p": {"region": stack[0], "fraction": draw(st.floats(0, 1))}},
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(cases())
def test_every_case_reads_back_equal(tables: dict[str, Any]) -> None:
    case = Case.from_dict(tables)
    assert reread(case) == case
    charge = sum(case.species[s].charge_number * c for s, c in case.reservoir_concentrations("left").items())
    assert abs(charge) <= 1e-12 * max(case.reservoir_concentrations("left").values())


def test_nothing_heavy_is_imported() -> None:
    """`pnp check` answers at once: the case needs no DOLFINx, no SciPy, no plotting."""
    code = "import sys, pnp.case; print([m for m in sys.modules if m in HEAVY])"
    heavy = ("dolfinx", "petsc4py", "mpi4py", "ufl", "scipy", "matplotlib", "rich", "pandas")
    done = subprocess.run(
        [sys.executable, "-c", code.replace("HEAVY", repr(heavy))], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
