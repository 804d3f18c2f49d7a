"""Numbers with fitting units, and names as words, for the terminal and the plots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIGNIFICANT_DIGITS = 6
SUPERSCRIPTS = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
PREFIXES = {-18: "a", -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G"}


@dataclass(frozen=True)
class DisplayUnit:
    """How an SI unit is shown: `factor` takes an SI value to `symbol`, which may take these SI prefixes.

    Of a `power` of a unit the prefix counts as often: 1 nm³ is 1e-27 m³.
    """

    symbol: str
    factor: float = 1.0
    prefixes: tuple[int, ...] = (0,)
    power: int = 1


DISPLAY_UNITS = {
    "V": DisplayUnit("V", prefixes=(-12, -9, -6, -3, 0)),
    "m": DisplayUnit("m", prefixes=(-12, -9, -6, -3, 0)),
    "s": DisplayUnit("s", prefixes=(-9, -6, -3, 0)),
    "K": DisplayUnit("K"),
    "1": DisplayUnit(""),
    "A/m^2": DisplayUnit("A/m²", prefixes=(-12, -9, -6, -3, 0, 3, 6, 9)),
    "C/m^2": DisplayUnit("C/cm²", 1e-4, (-12, -9, -6)),
    "F/m^2": DisplayUnit("F/cm²", 1e-4, (-12, -9, -6)),
    "V/m": DisplayUnit("V/m", prefixes=(-3, 0, 3, 6, 9)),
    "mol/m^2": DisplayUnit("mol/m²", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "mol/m^2/s": DisplayUnit("mol m⁻² s⁻¹", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "mol/m^3": DisplayUnit("mol/L", 1e-3, (-12, -9, -6, -3, 0)),
    "C/m^3": DisplayUnit("C/m³", prefixes=(-3, 0, 3, 6, 9)),
    "J/mol": DisplayUnit("J/mol", prefixes=(-6, -3, 0, 3)),
    "m^2/s": DisplayUnit("m²/s"),
    "m/s": DisplayUnit("m/s", prefixes=(-12, -9, -6, -3, 0)),
    "S/m^2": DisplayUnit("S/m²", prefixes=(-12, -9, -6, -3, 0, 3)),
    "m^2": DisplayUnit("m²", prefixes=(-9, -6, -3, 0), power=2),
    "m^3": DisplayUnit("m³", prefixes=(-9, -6, -3, 0), power=3),
    "S": DisplayUnit("S", prefixes=(-15, -12, -9, -6, -3, 0)),
    "A": DisplayUnit("A", prefixes=(-15, -12, -9, -6, -3, 0)),
    "A/m": DisplayUnit("A/m", prefixes=(-15, -12, -9, -6, -3, 0, 3)),
    "C": DisplayUnit("C", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "C/m": DisplayUnit("C/m", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "F": DisplayUnit("F", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "F/m": DisplayUnit("F/m", prefixes=(-15, -12, -9, -6, -3, 0)),
    "mol": DisplayUnit("mol", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "mol/m": DisplayUnit("mol/m", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "mol/s": DisplayUnit("mol/s", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "mol/m/s": DisplayUnit("mol m⁻¹ s⁻¹", prefixes=(-18, -15, -12, -9, -6, -3, 0)),
    "B": DisplayUnit("B", prefixes=(0, 3, 6, 9)),
}

_WHOLE_NAMES = {
    "bulk_charge_fraction": "charge fraction in the bulk",
    "min_concentration": "smallest concentration",
    "max_electric_field": "largest electric field",
}
# How a quantity's name joins its first qualifier: flux.K is the "flux of K".
_OF = {
    "potential": "at",
    "potential_difference": "",
    "debye_length": "in",
    "surface_charge": "at",
    "differential_capacitance": "at",
    "current_density": "at",
    "current": "at",
}
_THEN = {"amount": "in"}
"""How the second qualifier is joined where it is not "at": amount.K.pore is the "amount of K in pore"."""
_PROPER = {"nernst": "Nernst", "debye": "Debye", "donnan": "Donnan", "dukhin": "Dukhin"}


def words(name: str) -> str:
    """A quantity's name as words: "nernst_potential.K" is "Nernst potential of K"."""
    base, *qualifiers = name.split(".")
    text = _WHOLE_NAMES.get(base) or " ".join(_PROPER.get(word, word) for word in base.split("_"))
    if not qualifiers:
        return text
    joint = _OF.get(base, "of")
    text = " ".join(part for part in (text, joint, qualifiers[0]) if part)
    return f" {_THEN.get(base, 'at')} ".join([text, *qualifiers[1:]])


def unit_text(unit: str) -> str:
    """The symbol under which an SI unit is shown without prefix ("mol/m^3" is "mol/L"; "1" is "")."""
    return DISPLAY_UNITS[unit].symbol if unit in DISPLAY_UNITS else _typeset(unit)


def display_scale(value: float, unit: str, digits: int = SIGNIFICANT_DIGITS) -> tuple[float, str] | None:
    """The factor and the symbol with prefix in which `value` (SI) has one to three digits before its point.

    None when no allowed prefix comes near, so that the number needs an exponent anyway.
    """
    shown = DISPLAY_UNITS.get(unit, DisplayUnit(_typeset(unit)))
    magnitude = abs(value * shown.factor)
    if magnitude == 0 or not math.isfinite(magnitude):
        return shown.factor, shown.symbol
    # Rounded first: 999.9999996 mV is 1 V.
    rounded = float(f"{magnitude:.{digits - 1}e}")
    exponent = math.floor(math.log10(rounded))
    # Between a unit's power and the next there are more than three digits: two of them may be behind the point.
    fitting = [p for p in shown.prefixes if p * shown.power <= exponent + (0 if shown.power == 1 else 2)]
    if len(shown.prefixes) == 1:
        return (shown.factor, shown.symbol) if -4 <= exponent <= 5 else None
    if not fitting or exponent - max(fitting) * shown.power > 5:
        return None
    prefix = max(fitting)
    return shown.factor * 10.0 ** (-prefix * shown.power), PREFIXES[prefix] + shown.symbol


def common_scale(values: list[float], unit: str) -> tuple[float, str]:
    """One factor and symbol for a whole axis or column, fitting its largest value."""
    finite = [abs(v) for v in values if math.isfinite(v)]
    shown = DISPLAY_UNITS.get(unit, DisplayUnit(_typeset(unit)))
    largest = max(finite, default=0.0)
    scale = display_scale(largest, unit)
    if scale is None:
        return (1.0, _typeset(unit)) if shown.factor != 1.0 else (1.0, shown.symbol)
    return scale


def number(value: float, digits: int = SIGNIFICANT_DIGITS) -> str:
    """A number with `digits` significant digits, without trailing zeros; "0" for zero, "-" for NaN."""
    if value is None or math.isnan(value):
        return "-"
    if value == 0:
        return "0"
    return f"{value:.{digits}g}"


def quantity(value: float | None, unit: str, digits: int = SIGNIFICANT_DIGITS) -> str:
    """A value in its SI unit as text with a fitting unit: (1.234e-3, "V") is "1.234 mV".

    Zero stays "0 V"; None and NaN are "-"; what no prefix fits is given with an exponent.
    """
    if value is None or math.isnan(value):
        return "-"
    scale = display_scale(value, unit, digits)
    if scale is None:
        shown = DISPLAY_UNITS.get(unit, DisplayUnit(_typeset(unit)))
        # An exponent hides the prefix's use, so the plain SI unit is clearer than e.g. mol/L there.
        symbol = _typeset(unit) if shown.factor != 1.0 else shown.symbol
        return f"{value:.{digits}g} {symbol}".strip()
    factor, symbol = scale
    return f"{number(value * factor, digits)} {symbol}".strip()


def quantities(values: Sequence[float | None], unit: str, digits: int = SIGNIFICANT_DIGITS) -> list[str]:
    """Values of one quantity as texts that can be compared: all with the prefix that fits the largest."""
    finite = [abs(v) for v in values if v is not None and math.isfinite(v)]
    largest = max(finite, default=0.0)
    scale = display_scale(largest, unit, digits)
    if scale is None or largest == 0:
        # What no prefix fits is shown in the SI unit, and then every value is.
        text = _typeset(unit)
        return [f"{number(v, digits)} {text}".strip() if v is not None and not math.isnan(v) else "-" for v in values]
    factor, symbol = scale
    return [
        f"{number(v * factor, digits)} {symbol}".strip() if v is not None and not math.isnan(v) else "-" for v in values
    ]


def charge_number_text(charge_number: int) -> str:
    """A charge number with its sign: "+1", "-2", "0"."""
    return f"{charge_number:+d}" if charge_number else "0"


def ion_label(species: str, charge_number: int) -> str:
    """A species with its charge as a superscript ("K", 1) is "K⁺"; unchanged when it already ends in one."""
    if charge_number == 0 or species[-1:] in "+-⁺⁻":
        return species
    digits = "" if abs(charge_number) == 1 else str(abs(charge_number))
    return species + (digits + ("+" if charge_number > 0 else "-")).translate(SUPERSCRIPTS)


def duration(seconds: float) -> str:
    """A time for people: "12 ms", "1.42 s", "3 min 5 s", "2 h 10 min"."""
    if seconds < 0.9995:
        return f"{1e3 * seconds:.3g} ms"
    if seconds < 100:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _typeset(unit: str) -> str:
    """An SI unit with superscripts: "mol/m^2/s" is "mol m⁻² s⁻¹", "V/m" stays, "1" is ""."""
    if unit in ("1", ""):
        return ""
    first, *others = unit.split("/")
    if len(others) <= 1:
        return "/".join(_superscript(part) for part in (first, *others))
    powers = (part if "^" in part else f"{part}^1" for part in others)
    return " ".join([_superscript(first), *(_superscript(part.replace("^", "^-")) for part in powers)])


def _superscript(text: str) -> str:
    base, caret, power = text.partition("^")
    return base + power.translate(SUPERSCRIPTS) if caret else text


def key_words(keys: Sequence[str]) -> str:
    """Key paths that are swept together, as words: the last part is what it is, the names before it say of what.

    "boundaries.right.potential" is "Potential at right", "regions.membrane.species.K.partition_coefficient" is
    "Partition coefficient of K in membrane", and with those of Na and Cl "... of K, Na, Cl in membrane".
    """
    paths = [_key_parts(key) for key in keys]
    first = paths[0]
    differing = [i for i, parts in enumerate(zip(*paths, strict=False)) if len(set(parts)) > 1]
    alike = len({len(path) for path in paths}) == 1 and len(differing) <= 1
    if alike and differing and differing[0] % 2 == 0 and differing[0] < len(first) - 1:
        # A name of one kind: they are told together.
        place = differing[0]
        first = [*first[:place], ", ".join(dict.fromkeys(path[place] for path in paths)), *first[place + 1 :]]
        keys = keys[:1]
    what = first[-1].replace("_", " ")
    text = what if "[" in what else what[:1].upper() + what[1:]
    # Whose first, then where.
    pairs = sorted(zip(first[:-1:2], first[1:-1:2], strict=True), key=lambda pair: pair[1] != "of")
    text = " ".join([text, *(f"{joint} {name}" for name, joint in pairs)])
    return text + (f" and {len(keys) - 1} more" if len(keys) > 1 else "")


def _key_parts(key: str) -> list[str]:
    """A key path as names, each followed by the word that joins it, and at the end what is set."""
    joints = {"regions": "in", "boundaries": "at", "interfaces": "at", "species": "of"}
    parts = key.split(".")
    if parts[-2:-1] == ["concentrations"]:
        parts[-2:] = ["species", parts[-1], "concentration"]
    # entries of a list of shapes or of pieces are told by what they are: regions.rod.shapes[0].disc.radius
    *heads, what = (part for part in parts if not part.startswith(("shapes[", "on[")))
    found: list[str] = []
    while heads:
        head = heads.pop(0)
        if head in joints and heads:
            found += [heads.pop(0), joints[head]]
        elif head != "study":
            found += [head.replace("_", " "), "of"]
    return [*found, what]
