"""A boundary: what holds the potential and each species at one end of the stack, or on a part of the plane's edge."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from pnp.case.quantity import Concentration, Flux, Potential, SurfaceCharge
from pnp.case.shapes import Piece
from pnp.case.table import Name, Table

SIDES: Final = ("left", "right")
"""The boundaries of a stack."""
BoundaryType = Literal["reservoir", "electrode", "wall", "symmetry"]


class SpeciesCondition(Table):
    """What one boundary does to one species: exactly one of the three."""

    concentration: Concentration | None = Field(
        default=None,
        description="Fixed concentration, in the own phase of the region there.",
        examples=["10 mmol/L"],
    )
    flux: Flux | None = Field(default=None, description="Given flux, positive outward.", examples=["1e-6 mol/m^2/s"])
    blocked: Literal[True] | None = Field(default=None, description="No flux through the boundary.", examples=[True])


class Boundary(Table):
    """One end of the stack; in two dimensions a named part of the outer boundary."""

    type: BoundaryType = Field(
        description="reservoir: concentrations and potential held; electrode: potential held, ions blocked; "
        "wall: ions blocked, surface charge held; symmetry: nothing passes, no charge.",
        examples=["reservoir"],
    )
    concentrations: dict[Name, Concentration] | None = Field(
        default=None,
        description="Reservoir only: the concentration of every species present in the region there; zero is legal.",
        examples=[{"K": "140 mmol/L", "Cl": "140 mmol/L"}],
    )
    balance: Name | None = Field(
        default=None,
        description="Reservoir only: the species whose concentration is computed "
        "so that the reservoir is electroneutral.",
        examples=["Cl"],
    )
    potential: Potential | None = Field(
        default=None,
        description="Reservoir and electrode: the potential; "
        "omitted for the one that floats in open_circuit and current mode.",
        examples=["0 V"],
    )
    surface_charge: SurfaceCharge | None = Field(
        default=None,
        description="Wall only: charge per area; uncharged when omitted.",
        examples=["-0.1 C/m^2"],
    )
    species: dict[Name, SpeciesCondition] = Field(
        default={},
        description="Conditions of single species that differ from those of the boundary's type.",
        examples=[{"K": {"concentration": "10 mmol/L"}}],
    )
    on: list[Piece] = Field(
        default=[],
        description="Planar and axisymmetric only, required there unless a mesh is given: the pieces of the outer "
        "boundary it consists of. What no boundary names is of type symmetry, and so is the axis.",
        examples=[[{"y": "0 nm", "x": ["0 nm", "20 nm"]}]],
    )
