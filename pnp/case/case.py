"""The validated case: everything a case file says, in SI units, with what follows from it directly."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from math import exp, log
from pathlib import Path as FilePath
from typing import Any, Self

from pydantic import Field, PrivateAttr, ValidationInfo, model_validator

from pnp.case.boundary import Boundary, Side
from pnp.case.charge import fixed_charge_per_area, surface_charges_per_area
from pnp.case.errors import CaseError
from pnp.case.interface import Interface
from pnp.case.keypath import check_path, parse_path, replaced, write_toml
from pnp.case.options import Mesh, Solver
from pnp.case.points import Point
from pnp.case.quantity import Position, Temperature
from pnp.case.reading import apply_overrides, read_toml
from pnp.case.region import Region
from pnp.case.species import Species
from pnp.case.study import Study
from pnp.case.sweep import Sweep, Value
from pnp.case.table import Name, Table, Title
from pnp.case.validation import message_texts, problems_in, validated
from pnp.constants import F, R
from pnp.geometry import Geometry, StackCoordinates
from pnp.units import QuantityError, parse


class Case(Table):
    """Species, a stack of regions, boundaries, what is asked. Immutable; made of a case file's tables."""

    title: Title | None = Field(
        default=None, description="Title for tables and plots.", examples=["Potassium membrane"]
    )
    temperature: Temperature = Field(
        default=298.15, description="Temperature of the whole stack.", examples=["310.15 K", "37 degC"]
    )
    coordinates: StackCoordinates = Field(
        default="cartesian",
        description="What the faces of the stack are: planes; coaxial cylinders, the stack running from inner_radius "
        "outwards; or concentric spheres.",
        examples=["spherical"],
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
        "membrane_potential is the potential there minus that of the other end.",
        examples=["cytosol"],
    )
    species: dict[Name, Species] = Field(
        description="The dissolved species, by name.",
        min_length=1,
        examples=[{"K": {"charge_number": 1, "diffusivity": "1.957e-9 m^2/s"}}],
    )
    regions: dict[Name, Region] = Field(
        description="The stack, from left to right in the order written.",
        min_length=1,
        examples=[{"bath": {"thickness": "50 nm", "permittivity": 78.49}}],
    )
    interfaces: dict[Name, Interface] = Field(
        default={},
        description="Charged faces between neighbouring regions.",
        examples=[{"face": {"between": ["cytosol", "membrane"], "surface_charge": "-0.02 C/m^2"}}],
    )
    boundaries: dict[Side, Boundary] = Field(
        description="The two ends of the stack: left and right.",
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
        description="Named differences: potential of the first point minus that of the second.",
        examples=[{"drop": ["middle", "other"]}],
    )
    mesh: Mesh = Field(default=Mesh(), description="How fine the automatic mesh is.", examples=[{"refinement": 2.0}])
    solver: Solver = Field(
        default=Solver(),
        description="How the problem is discretised and solved.",
        examples=[{"flux": "galerkin", "degree": 2}],
    )

    _raw: dict[str, Any] = PrivateAttr(default_factory=dict)
    _source: str = PrivateAttr(default="")

    # ------------------------------------------------------------------ making

    @classmethod
    def load(cls, path: str | os.PathLike[str], overrides: Sequence[str] = ()) -> Case:
        """Read and validate a case file.

        Args:
            path: The TOML file.
            overrides: ``KEY=VALUE`` texts, set in their order before validation.

        Raises:
            CaseError: with every mistake found.
        """
        raw, messages = apply_overrides(read_toml(path), overrides, cls)
        try:
            case = cls.from_dict(raw, source=str(path))
        except CaseError as error:
            raise CaseError([*messages, *error.messages]) from None
        if messages:
            raise CaseError(messages)
        return case

    @classmethod
    def from_dict(cls, d: Mapping[str, Any], source: str = "") -> Case:
        """Validate nested tables as a TOML reader gives them; quantities are texts with units.

        Args:
            d: The tables.
            source: File name for messages; its stem becomes the case's name.

        Raises:
            CaseError: with every mistake found.
        """
        return validated(cls, deepcopy(dict(d)), source, check_sweep=True)

    @model_validator(mode="after")
    def _checked(self, info: ValidationInfo) -> Self:
        """Run the checks of the whole case, unless the caller says that it will.

        Raises:
            CaseError: with every mistake found.
        """
        context = info.context if isinstance(info.context, dict) else {}
        self._raw = context["raw"] if "raw" in context else self.model_dump(mode="json", exclude_none=True)
        self._source = context.get("source", "")
        if not context.get("unchecked"):
            found = problems_in(self)
            if found:
                raise CaseError(message_texts(found, self._raw, self._source))
        return self

    def with_value(self, key_path: str | Sequence[str], value: Any) -> Case:
        """The case with one key, or several together, set to a value, validated again.

        Args:
            key_path: Key path as text, or several.
            value: In the form the case file has it: "-70 mV", 0.1, "galerkin".

        Raises:
            CaseError: no such key, or the case is wrong with that value.
        """
        raw = self._raw
        keys = [key_path] if isinstance(key_path, str) else list(key_path)
        wrong = [f"{key}: {problem}" for key in keys if (problem := self.key_problem(key, value)) is not None]
        if wrong:
            raise CaseError(wrong)
        for key in keys:
            raw = replaced(raw, parse_path(key), value)
        return validated(
            type(self), raw, self._source, check_sweep=any(key.strip().startswith("sweep") for key in keys)
        )

    def key_problem(self, key: str, value: Any = None) -> str | None:
        """What is wrong with a key path that ``with_value`` is to set (to ``value``), or None."""
        try:
            wrong = check_path(type(self), self._raw, parse_path(key), value)
        except QuantityError as error:
            return f'"{key}" {error}'
        return "; ".join(t for t in wrong if t) if wrong is not None else None

    # ------------------------------------------------------------------ writing and comparing

    def to_toml(self) -> str:
        """The case as resolved, every default written out; reads back to an equal case."""
        return write_toml(self.model_dump(mode="json", exclude_none=True))

    @property
    def name(self) -> str:
        """Stem of the file the case was read from; "case" when there was none."""
        return FilePath(self._source).stem if self._source else "case"

    @property
    def source(self) -> str:
        """File the case was read from, or ""."""
        return self._source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Case) and all(getattr(self, f) == getattr(other, f) for f in type(self).model_fields)

    def __hash__(self) -> int:
        return hash(self.to_toml())

    # ------------------------------------------------------------------ what follows from the case

    def present(self, region: str, species: str) -> bool:
        """Whether a species can enter a region."""
        absent = self.regions[region].absent
        return absent != "all" and species not in absent

    def partition_coefficient(self, region: str, species: str) -> float:
        """Equilibrium concentration in the region over the bath's at equal potential; 1 when not given."""
        own = self.regions[region].species.get(species)
        if own is not None and own.partition_coefficient is not None:
            return own.partition_coefficient
        return 1.0

    def log_partition(self, region: str, species: str) -> float:
        """Ln β of a species in a region: ln of the partition coefficient, or −Δμ°/RT."""
        own = self.regions[region].species.get(species)
        if own is not None and own.partition_coefficient is not None:
            return log(own.partition_coefficient)
        if own is not None and own.standard_potential is not None:
            return -own.standard_potential / (R * self.temperature)
        return 0.0

    def diffusivity(self, region: str, species: str) -> float:
        """Diffusion coefficient in m²/s; from the permeability, D = P · thickness / β, if that is given."""
        own = self.regions[region].species.get(species)
        if own is not None and own.permeability is not None:
            return own.permeability * self.regions[region].thickness * exp(-self.log_partition(region, species))
        if own is not None and own.diffusivity is not None:
            return own.diffusivity
        return self.species[species].diffusivity

    def end_region(self, side: str) -> str:
        """Name of the region at a boundary, "left" or "right"."""
        return list(self.regions)[0 if side == "left" else -1]

    def left_faces(self) -> dict[str, float]:
        """Position in m of each region's left face: from the left end of the stack, or its radius."""
        faces, at = {}, self.inner_radius
        for name, region in self.regions.items():
            faces[name] = at
            at += region.thickness
        return faces

    def reservoir_concentrations(self, side: str) -> dict[str, float]:
        """Concentrations in mol/m³ of a reservoir, the balancing one computed; empty for another boundary."""
        boundary = self.boundaries["left" if side == "left" else "right"]
        if boundary.type != "reservoir":
            return {}
        given = dict(boundary.concentrations or {})
        if boundary.balance is None:
            return given
        given.pop(boundary.balance, None)
        charge = sum(self.species[s].charge_number * c for s, c in given.items())
        given[boundary.balance] = abs(charge / self.species[boundary.balance].charge_number)
        return {s: given[s] for s in self.species if s in given}

    def floating_boundary(self) -> str | None:
        """The reservoir or electrode without a given potential, or None."""
        for side, boundary in self.boundaries.items():
            if boundary.type in ("reservoir", "electrode") and boundary.potential is None:
                return side
        return None

    def fixed_at(self, side: str, species: str) -> bool:
        """Whether a boundary holds the concentration or the electrochemical potential of a species."""
        boundary = self.boundaries["left" if side == "left" else "right"]
        if not self.present(self.end_region(side), species):
            return False
        condition = boundary.species.get(species)
        if condition is not None:
            return condition.concentration is not None
        return boundary.type == "reservoir"

    def closed_species(self) -> list[str]:
        """Species that no boundary fixes: their total amount is kept."""
        return [s for s in self.species if not self.fixed_at("left", s) and not self.fixed_at("right", s)]

    def sweep_values(self) -> list[Value]:
        """Values of the sweep, as ``with_value`` takes them; empty without a sweep."""
        return self.sweep.series() if self.sweep is not None else []

    def sweep_quantities(self) -> list[tuple[float | str | int, str]]:
        """Values of the sweep in SI units, each with its unit; names and plain numbers with the unit "1"."""
        return [_in_si(v) for v in self.sweep_values()]

    @cached_property
    def width(self) -> float:
        """Thickness of the whole stack in m."""
        return sum(r.thickness for r in self.regions.values())

    @cached_property
    def geometry(self) -> Geometry:
        """Areas and volumes of the stack, lengths in m."""
        return Geometry(self.coordinates, self.inner_radius, self.inner_radius + self.width)

    def total_fixed_charge(self) -> float:
        """Fixed charge of all regions and the surface charge of all interfaces and walls, in C/m² of the outer face."""
        volume = sum(F * fixed_charge_per_area(self, r) for r in self.regions)
        return volume + sum(surface_charges_per_area(self))


def _in_si(value: Value) -> tuple[float | str | int, str]:
    if isinstance(value, str):
        try:
            number, unit = parse(value)
        except QuantityError:
            return value, "1"
        return unit.value(number), unit.si
    return (value if not isinstance(value, bool) else str(value).lower()), "1"
