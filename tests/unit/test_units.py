"""Units: exact reading, writing that reads back, and refusals that say what to do."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnp.case import quantity as q
from pnp.units import QuantityError, closest, format_quantity, length_text, parse, parse_unit

KINDS = [k for k in vars(q).values() if isinstance(k, q.Kind)]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (q.LENGTH, "4 nm", 4e-9),
        (q.LENGTH, "50nm", 5e-8),
        (q.LENGTH, "3 Å", 3e-10),
        (q.LENGTH, "1.5 \N{GREEK SMALL LETTER MU}m", 1.5e-6),
        (q.LENGTH, "1.5 \N{MICRO SIGN}m", 1.5e-6),
        (q.LENGTH, "2 um", 2e-6),
        (q.CONCENTRATION, "140 mmol/L", 140.0),
        (q.CONCENTRATION, "0.1 M", 100.0),
        (q.CONCENTRATION, "0 mol/L", 0.0),
        (q.CONCENTRATION, "1e-4 mM", 1e-4),
        (q.POTENTIAL, "-70 mV", -0.07),
        (q.POTENTIAL, "−70 mV", -0.07),
        (q.POTENTIAL, "1 J/C", 1.0),
        (q.TEMPERATURE, "37 degC", 310.15),
        (q.TEMPERATURE, "37 °C", 310.15),
        (q.TEMPERATURE, "310.15 K", 310.15),
        (q.DIFFUSIVITY, "1.957e-9 m^2/s", 1.957e-9),
        (q.DIFFUSIVITY, "1.957e-5 cm²/s", 1.957e-9),
        (q.DIFFUSIVITY, "1.957e-9 m**2 / s", 1.957e-9),
        (q.FLUX, "1e-6 mol m-2 s-1", 1e-6),
        (q.FLUX, "1e-6 mol/(m^2 s)", 1e-6),
        (q.FLUX, "1 µmol·m⁻²·s⁻¹", 1e-6),
        (q.SURFACE_CHARGE, "-1 e/nm^2", -0.1602176634),
        (q.SURFACE_CHARGE, "-2 µC/cm^2", -0.02),
        (q.MOLAR_ENERGY, "1 kcal/mol", 4184.0),
        (q.CURRENT_DENSITY, "1 mA/cm^2", 10.0),
        (q.PERMEABILITY, "1e-6 cm/s", 1e-8),
    ],
)
def test_reads_the_nearest_float(kind: q.Kind, text: str, value: float) -> None:
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("4 mV", 'the unit "mV" is not that of a length'),
        ("4 nmm", 'did you mean "nm"?'),
        ("4", "has no unit"),
        ("", "does not start with a number"),
        ("nan nm", "is not a finite number"),
        ("-inf nm", "is not a finite number"),
        ("1e400 nm", "does not start|beyond what"),
        ("1e-400 nm", "does not start|beyond what"),
        ("1e300 Tm", "beyond what"),
        ("2 m^9^9^9", "cannot read the unit"),
        ("2 m^99", "cannot read the unit"),
        ("4,5 nm", "write decimals with a point"),
        ("1 000 nm", "write decimals with a point"),
        ("5 (m", '"\\(" without "\\)"'),
        ("5 m/", "cannot read the unit"),
        ("4 nm 5", "cannot read the unit"),
        ("4 nm; import os", "cannot read the unit"),
        ("1 " + "m" * 200, "longer than"),
        ("0 nm", "must be positive"),
        ("-4 nm", "check the sign"),
        ("1e-3 nm", "too small to be meant"),
        ("2 m", "too large to be meant"),
    ],
)
def test_refuses_a_length(text: str, part: str) -> None:
    with pytest.raises(QuantityError, match=part):
        q.LENGTH.read(text)


@pytest.mark.parametrize("value", [4, 4.0, True, None, [4], {"m": 4}, 10**400, float("nan")])
def test_refuses_what_is_no_text(value: object) -> None:
    with pytest.raises(QuantityError, match=r'e\.g\. "'):
        q.LENGTH.read(value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_examples_and_proposed_units_are_legal(kind: q.Kind) -> None:
    assert math.isfinite(kind.read(kind.example))
    assert all(parse_unit(u).dimension == kind.dimension for u in kind.units)
    assert parse_unit(kind.si).factor == 1


@given(st.sampled_from(KINDS), st.data())
def test_written_values_read_back_exactly(kind: q.Kind, data: st.DataObject) -> None:
    value = data.draw(st.floats(kind.least, kind.most).filter(lambda v: not (kind.positive and v <= 0)))
    if 0 < abs(value) < 1e-300:
        return
    assert kind.read(format_quantity(value, kind.si)) == value


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind in (q.LENGTH, q.TEMPERATURE):
        try:
            value = kind.read(text)
        except QuantityError:
            continue
        assert kind.least <= value <= kind.most


@given(st.text(alphabet="nµmolLVCsK^*/-()0123456789. eE°d", max_size=30))
def test_texts_that_look_like_quantities_are_read_or_refused(text: str) -> None:
    try:
        number, unit = parse(text)
    except QuantityError:
        return
    assert isinstance(number, Fraction)
    assert unit.factor > 0


def test_a_unit_with_an_offset_loses_it_in_a_product() -> None:
    assert parse_unit("J/(mol degC)").factor == 1
    assert parse_unit("degC").offset == Fraction("273.15")


@pytest.mark.parametrize(("given_name", "near"), [("membran", "membrane"), ("CL", "Cl"), ("xyz", None), ("", None)])
def test_closest(given_name: str, near: str | None) -> None:
    assert closest(given_name, ["K", "Cl", "membrane"]) == near


@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (0.0, "0 m"),
        (2.4e-8, "24 nm"),
        (-1e-9, "-1 nm"),
        (3e-11, "0.03 nm"),
        (9.999999999e-7, "1 µm"),
        (1.5e-3, "1.5 mm"),
        (2.0, "2 m"),
    ],
)
def test_lengths_in_messages_have_the_unit_that_fits(metres: float, text: str) -> None:
    assert length_text(metres) == text
