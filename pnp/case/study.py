"""What is asked of the case: steady state at fixed voltage, open circuit or given current density."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from pnp.case.quantity import CurrentDensity
from pnp.case.table import Table
from pnp.units import closest

StudyMode = Literal["fixed_voltage", "open_circuit", "current"]


def _steady(value: object) -> object:
    if isinstance(value, str) and value != "steady":
        near = closest(value, ["steady"])
        problem = f'"{value[:30]}" is no study' if near else f'no study of type "{value[:30]}" yet'
        raise PydanticCustomError(
            "pnp",
            "{problem}",
            {
                "problem": problem,
                "allowed": 'allowed: "steady"',
                "advice": 'write type = "steady"; a sweep gives a series of steady states',
            },
        )
    return value


class Study(Table):
    """The question asked."""

    type: Annotated[Literal["steady"], BeforeValidator(_steady)] = Field(
        default="steady", description="Kind of study; only steady states for now.", examples=["steady"]
    )
    mode: StudyMode = Field(
        default="fixed_voltage",
        description="fixed_voltage: both potentials given; open_circuit: no current, one boundary floats; "
        "current: given current density at the floating boundary.",
        examples=["open_circuit"],
    )
    current_density: CurrentDensity | None = Field(
        default=None,
        description="Mode current only: current density from inside to outside, or along +x without inside, "
        "as in the result. In two dimensions the mean over the floating boundary, outward there without inside.",
        examples=["10 A/m^2"],
    )
