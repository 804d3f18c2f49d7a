"""A layer beyond point ions does not converge, and the message says what to do instead of where a solver broke down."""

from __future__ import annotations

from pnp.case import Case
from pnp.study import solve


def test_twenty_volts_at_an_electrode_say_what_to_lower() -> None:
    ions = {"K": 1, "Cl": -1}
    case = Case.from_dict(
        {
            "species": {s: {"charge_number": z, "diffusivity": "2e-9 m^2/s"} for s, z in ions.items()},
            "regions": {"solution": {"thickness": "100 nm", "permittivity": 78.4}},
            "boundaries": {
                "left": {"type": "electrode", "potential": "-20 V"},
                "right": {
                    "type": "reservoir",
                    "potential": "0 V",
                    "concentrations": dict.fromkeys(ions, "10 mmol/L"),
                },
            },
        }
    )
    result = solve(case)
    assert not result.converged
    assert result.message.startswith("boundaries.left.potential lies 20 V from the solution")
    # 40 RT/F at 298.15 K
    assert "lower the potential to within 1 V" in result.message
    assert not any(row.model in ("Grahame", "Gouy-Chapman") for row in result.simplified_models)
    # What the solver broke down on is kept.
    assert all(attempt["reason"] for attempt in result.solver["history"])
