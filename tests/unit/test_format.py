"""Numbers with fitting units, names as words."""

from __future__ import annotations

import math

import pytest

from pnp.report.format import common_scale, duration, ion_label, key_words, number, quantity, words


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.234e-3, "V", "1.234 mV"),
        (-0.0890587, "V", "-89.0587 mV"),
        (0.0, "V", "0 V"),
        (-0.0, "V", "0 V"),
        (1.5, "V", "1.5 V"),
        (0.9999999999, "V", "1 V"),
        (1e-3 * (1 - 1e-12), "V", "1 mV"),
        (-1.4e-17, "V", "-1.4e-17 V"),
        (4e-9, "m", "4 nm"),
        (1.2567e-15, "m^2", "1256.7 nm²"),
        (7.07e-12, "m^2", "7.07 µm²"),
        (4.948e-24, "m^3", "4948 nm³"),
        (1.781e-17, "m^3", "17.81 µm³"),
        (4.507e-9, "S", "4.507 nS"),
        (140.0, "mol/m^3", "140 mmol/L"),
        (1000.0, "mol/m^3", "1 mol/L"),
        (1e-20, "mol/m^3", "1e-20 mol/m³"),
        (-0.02, "C/m^2", "-2 µC/cm²"),
        (0.2, "F/m^2", "20 µF/cm²"),
        (17.8, "F/m^2", "1780 µF/cm²"),
        (1.957e-9, "m^2/s", "1.957e-09 m²/s"),
        (2.5e-9, "mol/m^2/s", "2.5 nmol m⁻² s⁻¹"),
        (2.5e7, "V/m", "25 MV/m"),
        (0.5, "1", "0.5"),
        (78.49, "1", "78.49"),
        (3.0, "furlong", "3 furlong"),
        (math.nan, "V", "-"),
        (None, "V", "-"),
        (math.inf, "m", "inf m"),
    ],
)
def test_quantity(value: float | None, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


@pytest.mark.parametrize("exponent", range(-12, 6))
def test_no_unit_changes_the_number(exponent: int) -> None:
    prefixes = {"p": 1e-12, "n": 1e-9, "µ": 1e-6, "m": 1e-3, "": 1.0}
    value = 1.23456 * 10.0**exponent
    shown, _, symbol = quantity(value, "V").partition(" ")
    assert float(shown) * prefixes[symbol.removesuffix("V")] == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("membrane_potential", "membrane potential"),
        ("nernst_potential.K", "Nernst potential of K"),
        ("flux.K", "flux of K"),
        ("flux.K.left", "flux of K at left"),
        ("current_density.left", "current density at left"),
        ("potential.middle", "potential at middle"),
        ("potential_difference.drop", "potential difference drop"),
        ("debye_length.membrane", "Debye length in membrane"),
        ("min_concentration", "smallest concentration"),
    ],
)
def test_words(name: str, text: str) -> None:
    assert words(name) == text


_PARTITION = "regions.membrane.species.{}.partition_coefficient"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["temperature"], "Temperature"),
        (["study.current"], "Current"),
        (["boundaries.right.potential"], "Potential at right"),
        (["boundaries.right.concentrations.K"], "Concentration of K at right"),
        (["species.K.diffusivity"], "Diffusivity of K"),
        (["interfaces.inner_face.surface_charge"], "Surface charge at inner_face"),
        ([_PARTITION.format("K")], "Partition coefficient of K in membrane"),
        ([_PARTITION.format(ion) for ion in ("K", "Na", "Cl")], "Partition coefficient of K, Na, Cl in membrane"),
        (["boundaries.left.concentrations.K", "boundaries.left.concentrations.Cl"], "Concentration of K, Cl at left"),
        (["regions.a.thickness", "regions.b.thickness"], "Thickness in a, b"),
        (["regions.rod.shapes[0].disc.radius"], "Radius of disc in rod"),
        (["regions.slit.shapes[0].rectangle.x[1]"], "x[1] of rectangle in slit"),
        (["boundaries.electrode.on[0].x[1]"], "x[1] at electrode"),
        (["regions.a.thickness", "regions.a.permittivity"], "Thickness in a and 1 more"),
        (["boundaries.left.concentrations.Cl", "boundaries.right.potential"], "Concentration of Cl at left and 1 more"),
    ],
)
def test_swept_keys_as_words(keys: list[str], text: str) -> None:
    assert key_words(keys) == text


def test_one_scale_for_an_axis() -> None:
    assert common_scale([0.0, -0.08, 0.001], "V") == (pytest.approx(1e3), "mV")
    assert common_scale([0.0, 0.0], "V") == (1.0, "V")
    assert common_scale([math.nan], "m") == (1.0, "m")
    assert common_scale([], "V") == (1.0, "V")


def test_small_texts() -> None:
    assert number(1234567.0) == "1.23457e+06"
    assert ion_label("Ca", 2) == "Ca²⁺"
    assert ion_label("Cl", -1) == "Cl⁻"
    assert ion_label("urea", 0) == "urea"
    assert [duration(s) for s in (0.0123, 1.42, 185, 7800)] == [
        "12.3 ms",
        "1.42 s",
        "3 min 5 s",
        "2 h 10 min",
    ]
