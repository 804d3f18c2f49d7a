"""Case dictionaries of the systems that the physics tests solve."""

from __future__ import annotations

from typing import Any

from pnp.case import Case
from pnp.result import Result
from pnp.study import run

CHARGE = {"H": 1, "Li": 1, "Na": 1, "K": 1, "Cl": -1, "Ca": 2, "A": -1, "X": 1}
DIFFUSIVITY = {"H": 9.311, "Li": 1.029, "Na": 1.334, "K": 1.957, "Cl": 2.032, "Ca": 0.792, "A": 0.5, "X": 1.0}
"""Limiting diffusivities, 1e-9 m²/s, as in tests/reference.json."""


def species(*names: str) -> dict[str, Any]:
    """Species tables."""
    return {s: {"charge_number": CHARGE[s], "diffusivity": f"{DIFFUSIVITY[s]}e-9 m^2/s"} for s in names}


def reservoir(molar: dict[str, float], potential: float | None = 0.0, balance: str | None = None) -> dict[str, Any]:
    """A reservoir; concentrations in mol/L, potential in V (None floats)."""
    table: dict[str, Any] = {
        "type": "reservoir",
        "concentrations": {s: f"{c!r} mol/L" for s, c in molar.items()},
    }
    if potential is not None:
        table["potential"] = f"{potential!r} V"
    if balance is not None:
        table["balance"] = balance
    return table


def bath(thickness: str, permittivity: float = 78.49) -> dict[str, Any]:
    """A region of plain solution."""
    return {"thickness": thickness, "permittivity": permittivity}


def film(ions: list[str], left: list[float], right: list[float], thickness: str = "10 um", **more: Any) -> Case:
    """A liquid junction: a film between two reservoirs at open circuit, concentrations in mol/L."""
    return Case.from_dict(
        {
            "species": species(*ions),
            "regions": {"film": bath(thickness)},
            "boundaries": {
                "left": reservoir(dict(zip(ions, left, strict=True))),
                "right": reservoir(dict(zip(ions, right, strict=True)), None),
            },
            "study": {"mode": "open_circuit"},
            **more,
        }
    )


def electrode(potential: float, molar: float = 0.1, thickness: str = "30 nm", **more: Any) -> Case:
    """A blocking electrode in a 1:1 salt."""
    return Case.from_dict(
        {
            "species": species("K", "Cl"),
            "regions": {"electrolyte": bath(thickness)},
            "boundaries": {
                "left": reservoir({"K": molar, "Cl": molar}),
                "right": {"type": "electrode", "potential": f"{potential!r} V"},
            },
            **more,
        }
    )


def solved(case: Case) -> Result:
    """The converged result of a case."""
    result = run(case)
    assert result.converged, result.message
    return result


def missed_balances(result: Result) -> list[str]:
    """Balances that do not hold, as text."""
    return [
        f"{b['name']}: {b['value']:.2e} > {b['allowed']:.2e} {b['unit']}"
        for b in result.solver["balances"]
        if not b["ok"]
    ]
