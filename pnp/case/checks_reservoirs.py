"""Checks of reservoirs: electroneutral as given, or by the species that balances them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.layout import Layout
from pnp.case.names import held_by

if TYPE_CHECKING:
    from pnp.case.case import Case

NEUTRAL: Final = 1e-9
"""Largest charge over that of the ions that counts as neutral: rounding of the file's digits."""


def neutral_reservoirs(case: Case, layout: Layout) -> Iterator[Problem]:
    """Reservoirs are electroneutral, as given or by the balancing species."""
    for b, boundary in case.boundaries.items():
        if boundary.type != "reservoir":
            continue
        given = dict(boundary.concentrations or {})
        path: Path = ("boundaries", b, "concentrations")
        uses: tuple[Path, ...] = (*held_by(b), *((("species", s, "charge_number")) for s in given))
        if boundary.balance is not None:
            given.pop(boundary.balance, None)
            yield from _balance(case, _Bath(case, layout, b), boundary.balance, given, uses)
        if given and not any(given.values()):
            yield Problem(
                path,
                "every concentration is zero",
                "allowed: zero for some species, not for all",
                "give the bath its ions",
                uses=uses,
            )
        if boundary.balance is not None:
            continue
        charges = {s: case.species[s].charge_number * c for s, c in given.items()}
        imbalance, total = sum(charges.values()), sum(abs(c) for c in charges.values())
        if abs(imbalance) > NEUTRAL * total:
            yield Problem(
                path,
                f"is not electroneutral: the sum of charge number * concentration is {imbalance / 1e3:+.6g} mol/L",
                _balancing(case, _Bath(case, layout, b), given, imbalance),
                _advice(case, _Bath(case, layout, b), given, imbalance),
                uses=uses,
            )


class _Bath:
    """A reservoir and what can enter the regions there.

    Attributes:
        name: Its name.
        where: The regions there as messages name them.
        present: Species that can enter one of them; all where the mesh alone knows them.
    """

    def __init__(self, case: Case, layout: Layout, name: str) -> None:
        ends = layout.boundary_regions.get(name)
        self.name = name
        self.present = [s for s in case.species if ends is None or any(case.present(r, s) for r in ends)]
        word = "regions" if ends is not None and len(ends) > 1 else "region"
        self.where = f"the {word} {', '.join(ends)}" if ends is not None else "the region there"


def _counter_ions(case: Case, bath: _Bath, given: dict[str, float], imbalance: float) -> dict[str, float]:
    """For each ion of the regions there that can balance the bath, the concentration in mol/m³ that does."""
    candidates = {}
    for s, species in case.species.items():
        if species.charge_number and s in bath.present:
            needed = given.get(s, 0.0) - imbalance / species.charge_number
            if needed > 0:
                candidates[s] = needed
    # A counter-ion is what is added to a bath that lacks it: its sign is opposite to the imbalance.
    return dict(sorted(candidates.items(), key=lambda item: case.species[item[0]].charge_number * imbalance > 0))


def _balancing(case: Case, bath: _Bath, given: dict[str, float], imbalance: float) -> str:
    ions = _counter_ions(case, bath, given, imbalance)
    if not ions:
        sign = "negative" if imbalance > 0 else "positive"
        return f"no {sign} ion can enter {bath.where}"
    return "balanced by " + ", or ".join(f'{s} = "{c / 1e3:.10g} mol/L"' for s, c in ions.items())


def _advice(case: Case, bath: _Bath, given: dict[str, float], imbalance: float) -> str:
    ions = _counter_ions(case, bath, given, imbalance)
    if not ions:
        return "declare a counter-ion and give its concentration"
    return f'balance = "{next(iter(ions))}" in boundaries.{bath.name} does it'


def _balance(
    case: Case, bath: _Bath, balance: str, others: dict[str, float], uses: tuple[Path, ...]
) -> Iterator[Problem]:
    path: Path = ("boundaries", bath.name, "balance")
    z = case.species[balance].charge_number
    uses = (*uses, ("species", balance, "charge_number"))
    charged = [s for s in case.species if case.species[s].charge_number and s in bath.present]
    if z == 0:
        yield Problem(
            path,
            f'"{balance}" has no charge',
            f"ions here: {', '.join(charged) or 'none'}",
            "name an ion",
            uses=uses,
        )
        return
    charge = sum(case.species[s].charge_number * c for s, c in others.items())
    total = sum(abs(case.species[s].charge_number) * c for s, c in others.items())
    if charge * z > 0 and abs(charge) > NEUTRAL * total:
        right = [s for s in charged if case.species[s].charge_number * charge < 0]
        sign = "positive" if charge > 0 else "negative"
        yield Problem(
            path,
            f'the other ions carry {charge / 1e3:+.6g} mol/L, so "{balance}", {sign} too, cannot balance them',
            f"ions of the other sign here: {', '.join(right) or 'none'}",
            f'write balance = "{right[0]}"' if right else "declare one",
            uses=uses,
        )
