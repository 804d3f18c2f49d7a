"""Quantities with units: text such as "4 nm" to exact numbers and back.

Unit names and prefixes are resolved by pint in a registry of its own that holds only the units of this field:
building it takes milliseconds, needs no cache on disk, and a misspelt name cannot turn into some exotic unit.
Factors are exact fractions, so that "140 mmol/L" is 140.0 mol/m³ and not its neighbour.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pint

__all__ = [
    "DIMENSIONLESS",
    "Dimension",
    "QuantityError",
    "Unit",
    "closest",
    "format_quantity",
    "known_units",
    "named_unit",
    "parse",
    "parse_number",
    "parse_unit",
    "shortened",
    "si_text",
]

_DEFINITIONS: Final = """
tera- = 1e12 = T-
giga- = 1e9 = G-
mega- = 1e6 = M-
kilo- = 1e3 = k-
deci- = 1e-1 = d-
centi- = 1e-2 = c-
milli- = 1e-3 = m-
micro- = 1e-6 = µ- = μ- = u-
nano- = 1e-9 = n-
pico- = 1e-12 = p-
femto- = 1e-15 = f-
atto- = 1e-18 = a-
metre = [length] = m = meter
gram = [mass] = g
second = [time] = s
ampere = [current] = A
kelvin = [temperature]; offset: 0 = K
mole = [substance] = mol
degree_Celsius = kelvin; offset: 273.15 = degC = celsius
minute = 60 * second = min
hour = 3600 * second = h
angstrom = 1e-10 * metre = Å
litre = 1e-3 * metre ** 3 = L = l = liter
molar = mole / litre = M
newton = kilogram * metre / second ** 2 = N
joule = newton * metre = J
watt = joule / second = W
coulomb = ampere * second = C
volt = joule / coulomb = V
farad = coulomb / volt = F
ohm = volt / ampere = Ω
siemens = ampere / volt = S
calorie = 4.184 * joule = cal
elementary_charge = 1.602176634e-19 * coulomb = e
electron_volt = 1.602176634e-19 * joule = eV
"""

_PROPOSED: Final = """
m mm µm nm pm km cm dm Å mol mmol µmol nmol pmol kmol M mM µM nM pM V mV µV kV A mA µA nA pA kA
C mC µC nC pC F mF µF nF pF J kJ cal kcal s ms min h K degC L mL e eV kg g N W S ohm
"""
_BASE: Final = ("[length]", "[mass]", "[time]", "[current]", "[temperature]", "[substance]")
_FIELD_UNITS: Final = (
    "mol/m^3", "V", "m^2/s", "m/s", "mol/m^2/s", "A/m^2", "C/m^2", "C/m^3", "J/mol", "V/m", "C", "F/m^2",
)  # fmt: skip
"""SI units that messages name instead of their product of base units."""
_SI: Final = ("m", "kg", "s", "A", "K", "mol")
Dimension = tuple[Fraction, ...]
"""Exponents of length, mass, time, current, temperature and amount of substance."""
DIMENSIONLESS: Final[Dimension] = (Fraction(0),) * 6

_LONGEST = 100
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3}(?!\d))?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)(?![A-Za-z])", re.IGNORECASE)
_EXPONENT = r"(?:\(\s*([+-]?\d)\s*\)|([+-]?\d)(?!\d))"
_FACTOR = re.compile(rf"\s*([^\W\d]+|[Å°Ω])(?:\s*(?:\^|\*\*)\s*{_EXPONENT}|([+-]?\d)(?!\d))?")
_POWER = re.compile(rf"\s*(?:\^|\*\*)\s*{_EXPONENT}")
_STEP = re.compile(r"\s*(\*(?!\*)|/|\s(?=\s*[^\W\d]|\s*\())\s*")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SYMBOLS = str.maketrans("\u2212\u2013\u00b7\u22c5\u00d7\u00a0\u202f\u2009\u212b", "--***   \u00c5")
"""Minus signs, dots and crosses, narrow spaces and the angstrom sign, as word processors put them in."""


class QuantityError(ValueError):
    """A text that is no quantity of the kind wanted.

    Attributes:
        problem: What is wrong.
        allowed: What is allowed, or "".
        advice: What to do, or "".
        position: Index into the text, or None.
    """

    def __init__(self, problem: str, allowed: str = "", advice: str = "", position: int | None = None) -> None:
        super().__init__("; ".join(t for t in (problem, allowed, advice) if t))
        self.problem, self.allowed, self.advice, self.position = problem, allowed, advice, position


@dataclass(frozen=True)
class Unit:
    """A unit as exact numbers: SI value = number · factor + offset.

    Attributes:
        text: As written.
        factor: SI units per unit.
        offset: In SI units; only a bare "degC" has one.
        dimension: Exponents of the base dimensions.
    """

    text: str
    factor: Fraction
    offset: Fraction
    dimension: Dimension

    def value(self, number: Fraction) -> float:
        """SI value of a number of this unit, rounded once.

        Raises:
            QuantityError: it is beyond a float.
        """
        try:
            return float(number * self.factor + self.offset)
        except OverflowError:
            raise QuantityError("is beyond what a computer's numbers hold") from None

    @property
    def si(self) -> str:
        """Text of the SI unit with this dimension, in the names of the field: "V", "mol/m^3", "1"."""
        return si_text(self.dimension)


@cache
def _registry() -> pint.UnitRegistry:
    import pint

    registry: pint.UnitRegistry = pint.UnitRegistry(None, non_int_type=Fraction, autoconvert_offset_to_baseunit=True)
    registry.load_definitions(_DEFINITIONS.strip().splitlines())
    return registry


def _exact(quantity: Any) -> Fraction:
    return Fraction(quantity.magnitude)


@lru_cache(maxsize=1024)
def _named_unit(name: str) -> Unit | None:
    """The unit of one name with or without a prefix, or None when there is none."""
    registry = _registry()
    try:
        unit = registry.Unit("degC" if name == "°C" else name)
        dimension: dict[str, Any] = dict(unit.dimensionality)
        zero = registry.Quantity(Fraction(0), unit).to_base_units()
        one = registry.Quantity(Fraction(1), unit).to_base_units()
        exponents = tuple(Fraction(dimension.pop(b, 0)) for b in _BASE)
        # Pint's base unit of mass is the gram here, because its prefixes attach to it; SI's is the kilogram.
        grams = Fraction(1000) ** -int(exponents[1])
        factor, offset = (_exact(one) - _exact(zero)) * grams, _exact(zero) * grams
    except Exception:  # pint raises errors of many kinds for a name it cannot read
        return None
    return None if dimension else Unit(name, factor, offset, exponents)


def known_units() -> tuple[str, ...]:
    """Unit names that messages may propose, prefixed ones included."""
    return tuple(_PROPOSED.split())


def closest(name: str, choices: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The choice nearest to ``name`` in spelling, case ignored first, or None when none is near (ratio ``cutoff``)."""
    choices = list(choices)
    folded = [c for c in choices if c.casefold() == name.casefold()]
    if folded:
        return folded[0]
    found = difflib.get_close_matches(name, choices, n=1, cutoff=cutoff)
    if found:
        return found[0]
    lower = {c.casefold(): c for c in reversed(choices)}
    found = difflib.get_close_matches(name.casefold(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else None


def named_unit(name: str) -> Unit:
    """The unit of one name such as "nm".

    Raises:
        QuantityError: there is no such unit; the message proposes the nearest.
    """
    unit = _named_unit(name) if len(name) <= 20 else None
    if unit is None:
        near = closest(name, known_units())
        raise QuantityError(f'unknown unit "{shortened(name)}"', "", f'did you mean "{near}"?' if near else "")
    return unit


def combine(a: Unit, b: Unit, power: int) -> Unit:
    """The unit a · b^power; an offset does not survive it (a product with degC counts kelvins)."""
    dimension = tuple(p + power * q for p, q in zip(a.dimension, b.dimension, strict=True))
    return Unit("", a.factor * b.factor**power, Fraction(0), dimension)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """A unit such as "mol/m^2/s", "mol m-2 s-1", "J/(mol K)" or "m²/s".

    Raises:
        QuantityError: the text is no unit.
    """
    if len(text) > _LONGEST:
        raise QuantityError(f"the unit is longer than {_LONGEST} characters")
    unit, end = _product(_plain(text), 0, 0)
    if end != len(_plain(text).rstrip()):
        raise QuantityError(f'cannot read the unit "{shortened(text)}"', "", 'write it like "mol/m^2/s"')
    return Unit(text.strip(), unit.factor, unit.offset, unit.dimension)


def _plain(text: str) -> str:
    text = re.sub(r"(?<=[\w)Å°])([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "^" + m[1].translate(_SUPERSCRIPTS), text)
    return text.translate(_SYMBOLS).replace("°C", "degC")


def _product(text: str, at: int, depth: int) -> tuple[Unit, int]:
    """Factors from ``at`` on: the unit and where it ends."""
    result: Unit | None = None
    sign = 1
    while True:
        rest = text[at:].lstrip()
        at = len(text) - len(rest)
        if rest.startswith("1") and result is None and re.match(r"1\s*/", rest):
            unit, at, power = Unit("1", Fraction(1), Fraction(0), DIMENSIONLESS), at + 1, 1
        elif rest.startswith("(") and depth < 3:
            unit, at = _product(text, at + 1, depth + 1)
            rest = text[at:].lstrip()
            if not rest.startswith(")"):
                raise QuantityError(f'"(" without ")" in the unit "{shortened(text)}"')
            at = len(text) - len(rest) + 1
            match = _POWER.match(text, at)
            power, at = (int(match[1] or match[2]), match.end()) if match else (1, at)
        else:
            match = _FACTOR.match(text, at)
            if match is None:
                raise QuantityError(f'cannot read the unit "{shortened(text)}"', "", 'write it like "mol/m^2/s"')
            unit, at, power = named_unit(match[1]), match.end(), int(match[2] or match[3] or match[4] or 1)
        if result is None and power == 1 and sign == 1:
            result = unit
        else:
            result = combine(result or Unit("", Fraction(1), Fraction(0), DIMENSIONLESS), unit, sign * power)
        step = _STEP.match(text, at)
        if step is None:
            return result, at
        sign = -1 if step[1] == "/" else 1
        at = step.end()


def parse_number(text: str) -> tuple[Fraction, int]:
    """The number a text starts with, exactly, and where it ends.

    Raises:
        QuantityError: there is none, or it is not finite.
    """
    if _NOT_FINITE.match(text):
        raise QuantityError("is not a finite number")
    match = _NUMBER.match(text)
    if match is None:
        raise QuantityError("does not start with a number")
    # Underflow to zero would turn "1e-400 m" into a legal nothing.
    if abs(float(match[0])) > 1e300 or (float(match[0]) == 0.0 and re.search(r"[1-9]", match[0].lower().split("e")[0])):
        raise QuantityError(f"the number {match[0]} is beyond what a computer's numbers hold")
    return Fraction(match[0]), match.end()


@lru_cache(maxsize=8192)
def parse(text: str) -> tuple[Fraction, Unit]:
    """Number and unit of a text such as "-70 mV".

    Raises:
        QuantityError: the text is no number followed by a unit.
    """
    if len(text) > _LONGEST:
        raise QuantityError(f"is longer than {_LONGEST} characters")
    plain = _plain(text).strip()
    number, end = parse_number(plain)
    rest = plain[end:].strip()
    if re.match(r"[,.]\d|\d", rest):
        raise QuantityError(
            "is not one number and a unit", "", "write decimals with a point and no spaces inside the number"
        )
    if rest[:1] == "*":
        rest = rest[1:]
    if not rest:
        raise QuantityError("has no unit")
    return number, parse_unit(rest)


_LENGTHS: Final = (("nm", 1e-9), ("µm", 1e-6), ("mm", 1e-3))


def si_text(dimension: Dimension) -> str:
    """Text of the SI unit of a dimension: its usual name, else a product of base units."""
    for name in _FIELD_UNITS:
        if parse_unit(name).dimension == dimension:
            return name
    parts = [s if p == 1 else f"{s}^{p}" for s, p in zip(_SI, dimension, strict=True) if p]
    return " ".join(parts) if parts else "1"


def format_quantity(value: float, unit: str) -> str:
    """Text that reads back to the same float: 4e-9 and "m" to "4e-09 m"."""
    return f"{float(value)!r} {unit}"


def length_text(metres: float, digits: int = 6) -> str:
    """A length for people, in the unit of a case file that fits it: 2e-8 is "20 nm"."""
    size = float(f"{abs(metres):.{digits - 1}e}")
    unit, factor = next(((u, f) for u, f in _LENGTHS if 0.0 < size / f < 999.9999999), ("m", 1.0))
    return f"{metres / factor:.{digits}g} {unit}"


def shortened(text: str) -> str:
    """A text as messages quote it: in one line, at most 40 characters."""
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "…"
