"""Everything that a case file holds: one field for each of its top-level keys."""

from __future__ import annotations

from pydantic import Field

from pnp.case.boundary import Boundary
from pnp.case.interface import Interface
from pnp.case.options import Mesh, Solver
from pnp.case.points import Point
from pnp.case.quantity import Length, Position, Temperature
from pnp.case.region import Region
from pnp.case.shapes import Line
from pnp.case.species import Species
from pnp.case.study import Study
from pnp.case.sweep import Sweep
from pnp.case.table import Name, Table, Title
from pnp.geometry import Coordinates


class CaseTables(Table):
    """The tables of a case file, each valid by itself."""

    title: Title | None = Field(
        default=None, description="Title for tables and plots.", examples=["Potassium membrane"]
    )
    temperature: Temperature = Field(
        default=298.15, description="Temperature of the whole system.", examples=["310.15 K", "37 degC"]
    )
    coordinates: Coordinates = Field(
        default="cartesian",
        description="A stack of regions, whose faces are planes (cartesian), coaxial cylinders, the stack running from "
        "inner_radius outwards (cylindrical), or concentric spheres (spherical); or regions in two dimensions: planar "
        "(x and y; numbers per metre of depth) or axisymmetric (r and z; numbers of the whole turn).",
        examples=["axisymmetric"],
    )
    height: Length | None = Field(
        default=None,
        description="Cartesian and cylindrical stacks only: the stack is solved in two dimensions, as a strip of this "
        "height.",
        examples=["10 nm"],
    )
    inner_radius: Position = Field(
        default=0.0,
        description="Cylindrical and spherical only: radius of the left end of the stack; 0 is the axis or the "
        'centre, where boundaries.left is of type "symmetry".',
        examples=["1 nm"],
    )
    inside: Name | None = Field(
        default=None,
        description="Name of the first or the last region: "
        "membrane_potential is the potential there minus that of the other end. In two dimensions a region at exactly "
        "one reservoir or electrode, whose potential counts.",
        examples=["cytosol"],
    )
    species: dict[Name, Species] = Field(
        description="The dissolved species, by name.",
        min_length=1,
        examples=[{"K": {"charge_number": 1, "diffusivity": "1.957e-9 m^2/s"}}],
    )
    regions: dict[Name, Region] = Field(
        description="The stack, from left to right in the order written; in two dimensions the regions, painted in the "
        "order written.",
        min_length=1,
        examples=[{"bath": {"thickness": "50 nm", "permittivity": 78.49}}],
    )
    interfaces: dict[Name, Interface] = Field(
        default={},
        description="Charged faces between neighbouring regions, by name.",
        examples=[{"face": {"between": ["cytosol", "membrane"], "surface_charge": "-0.02 C/m^2"}}],
    )
    boundaries: dict[Name, Boundary] = Field(
        description="The two ends of the stack: left and right; in two dimensions parts of the outer boundary, by any "
        "names.",
        examples=[{"left": {"type": "wall"}, "right": {"type": "wall"}}],
    )
    study: Study = Field(default=Study(), description="What is asked.", examples=[{"mode": "open_circuit"}])
    sweep: Sweep | None = Field(
        default=None,
        description="A series of values for one key.",
        examples=[{"key": "boundaries.right.potential", "values": ["0 mV", "10 mV"]}],
    )
    points: dict[Name, Point] = Field(
        default={},
        description="Named points where the potential is reported.",
        examples=[{"middle": {"region": "membrane", "fraction": 0.5}}],
    )
    potential_differences: dict[Name, tuple[Name, Name]] = Field(
        default={},
        description="Named differences: potential of the first point or boundary minus that of the second.",
        examples=[{"drop": ["middle", "other"]}],
    )
    lines: dict[Name, Line] = Field(
        default={},
        description="Planar and axisymmetric only: named straight lines along which profiles are written.",
        examples=[{"axis": {"from": ["0 nm", "-20 nm"], "to": ["0 nm", "20 nm"]}}],
    )
    mesh: Mesh = Field(
        default=Mesh(),
        description="How fine the automatic mesh is, or which mesh is used.",
        examples=[{"refinement": 2.0}],
    )
    solver: Solver = Field(
        default=Solver(),
        description="How the problem is discretised and solved.",
        examples=[{"flux": "galerkin", "degree": 2}],
    )
