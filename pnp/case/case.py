"""The validated case: everything a case file says, in SI units, with what follows from it directly."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from math import exp, log, nan
from pathlib import Path as FilePath
from typing import Any, Self, cast

from pydantic import PrivateAttr, ValidationInfo, model_validator

from pnp.case.checks_potential import fixed_charges
from pnp.case.errors import CaseError, Problem
from pnp.case.keypath import check_path, parse_path, replaced, write_toml
from pnp.case.layout import Layout, layout_of
from pnp.case.painting import Painting
from pnp.case.plane import painting_of
from pnp.case.reading import apply_overrides, read_toml
from pnp.case.shapes import AXES
from pnp.case.sweep import Value
from pnp.case.tables import CaseTables
from pnp.case.validation import message_texts, problems_in, validated
from pnp.constants import R
from pnp.geometry import EXPONENT, Geometry, StackCoordinates
from pnp.units import QuantityError, parse


class Case(CaseTables):
    """Species, regions in a stack or in the plane, boundaries, what is asked. Immutable; made of a file's tables."""

    _raw: dict[str, Any] = PrivateAttr(default_factory=dict)
    _source: str = PrivateAttr(default="")
    _from_file: bool = PrivateAttr(default=False)

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
            case = validated(cls, raw, str(path), check_sweep=True, from_file=True)
        except CaseError as error:
            raise CaseError([*messages, *error.messages]) from None
        if messages:
            raise CaseError(messages)
        return case

    @classmethod
    def from_dict(cls, d: Mapping[str, Any], source: str = "") -> Case:
        """Validate nested tables as a TOML reader gives them; quantities are texts with units.

        Mesh files that the case names are not looked for: a result is read back without them.

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
        self._raw = context["raw"] if "raw" in context else self._tables()
        self._source = context.get("source", "")
        self._from_file = context.get("from_file", False)
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
        swept = any(key.strip().startswith("sweep") for key in keys)
        return validated(type(self), raw, self._source, check_sweep=swept, from_file=self._from_file)

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
        return write_toml(self._tables())

    def _tables(self) -> dict[str, Any]:
        tables = self.model_dump(mode="json", exclude_none=True, by_alias=True)
        for name in ("regions", "boundaries", "interfaces"):
            for table in tables[name].values():
                for key in ("shapes", "on"):
                    if not table.get(key, True):
                        del table[key]
        if not self.mesh.parameters:
            del tables["mesh"]["parameters"]
        return {key: table for key, table in tables.items() if key != "lines" or table}

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

    def left_faces(self) -> dict[str, float]:
        """Position in m of each region's left face: from the left end of the stack, or its radius."""
        faces, at = {}, self.inner_radius
        for name, region in self.regions.items():
            faces[name] = at
            at += region.thickness
        return faces

    def end_region(self, side: str) -> str:
        """Name of the region at a boundary of a stack, "left" or "right"."""
        return list(self.regions)[0 if side == "left" else -1]

    def boundary_regions(self, boundary: str) -> tuple[str, ...] | None:
        """Regions that a boundary touches, as far as geometry alone tells; None where that takes a mesh."""
        return self.layout.boundary_regions.get(boundary)

    def reservoir_concentrations(self, boundary: str) -> dict[str, float]:
        """Concentrations in mol/m³ of a reservoir, the balancing one computed; empty for another boundary."""
        held = self.boundaries[boundary]
        if held.type != "reservoir":
            return {}
        given = dict(held.concentrations or {})
        if held.balance is None:
            return given
        given.pop(held.balance, None)
        charge = sum(self.species[s].charge_number * c for s, c in given.items())
        given[held.balance] = abs(charge / self.species[held.balance].charge_number)
        return {s: given[s] for s in self.species if s in given}

    @property
    def terminals(self) -> tuple[str, ...]:
        """Boundaries that have a potential, given or floating: reservoirs and electrodes, in the order of the file."""
        return tuple(b for b, boundary in self.boundaries.items() if boundary.type in ("reservoir", "electrode"))

    def floating_boundary(self) -> str | None:
        """The reservoir or electrode without a given potential, or None."""
        return next((b for b in self.terminals if self.boundaries[b].potential is None), None)

    def fixed_at(self, boundary: str, species: str) -> bool:
        """Whether a boundary holds the concentration or the electrochemical potential of a species."""
        held, ends = self.boundaries[boundary], self.boundary_regions(boundary)
        if ends is not None and not any(self.present(r, species) for r in ends):
            return False
        condition = held.species.get(species)
        if condition is not None:
            return condition.concentration is not None
        # Where a mesh alone knows the regions there, the concentrations given tell what is present.
        return held.type == "reservoir" and (ends is not None or species in self.reservoir_concentrations(boundary))

    def passes(self, boundary: str, species: str) -> bool:
        """Whether a species can pass a boundary: it is held there, or its flux is given."""
        condition = self.boundaries[boundary].species.get(species)
        given = condition is not None and bool(condition.flux)
        return given or self.fixed_at(boundary, species)

    @property
    def through(self) -> tuple[str, str] | None:
        """The two boundaries that currents and fluxes are counted between, towards the second.

        A stack's ends; in a plane the two that let anything pass, None where there are no two.
        """
        if self.is_stack:
            return "left", "right"
        passing = [b for b in self.boundaries if any(self.passes(b, s) for s in self.species)]
        return (passing[0], passing[1]) if len(passing) == 2 else None

    def closed_species(self) -> list[str]:
        """Species that no boundary fixes: their total amount is kept."""
        return [s for s in self.species if not any(self.fixed_at(b, s) for b in self.boundaries)]

    def sweep_values(self) -> list[Value]:
        """Values of the sweep, as ``with_value`` takes them; empty without a sweep."""
        return self.sweep.series() if self.sweep is not None else []

    def sweep_quantities(self) -> list[tuple[float | str | int, str]]:
        """Values of the sweep in SI units, each with its unit; names and plain numbers with the unit "1"."""
        return [_in_si(v) for v in self.sweep_values()]

    # ------------------------------------------------------------------ geometry

    @property
    def is_stack(self) -> bool:
        """Whether the regions are a stack along one axis, solved in one dimension or as a strip."""
        return self.coordinates in EXPONENT

    @property
    def dimension(self) -> int:
        """1 or 2: that of the mesh."""
        return 1 if self.is_stack and self.height is None else 2

    @property
    def variables(self) -> tuple[str, str]:
        """Names of the variables of position in expressions."""
        return ("x", "xi") if self.is_stack else AXES[self.coordinates]

    @cached_property
    def width(self) -> float:
        """Thickness of the whole stack in m."""
        return sum(r.thickness for r in self.regions.values())

    @cached_property
    def geometry(self) -> Geometry:
        """Areas and volumes of a stack, lengths in m."""
        return Geometry(cast("StackCoordinates", self.coordinates), self.inner_radius, self.inner_radius + self.width)

    @cached_property
    def painting(self) -> Painting | None:
        """The regions painted over each other; None for a stack and for a given mesh."""
        return painting_of(self)

    @cached_property
    def layout(self) -> Layout:
        """Where regions and boundaries lie and how large they are, as far as that is known without a mesh."""
        return layout_of(self)

    @property
    def mesh_path(self) -> FilePath | None:
        """Path of the mesh file or of the mesh source, from the folder of the case file; None without one."""
        given = self.mesh.file if self.mesh.file is not None else self.mesh.source
        return None if given is None else FilePath(self._source).parent / given

    @property
    def is_from_file(self) -> bool:
        """Whether the case was loaded from a file, so that paths in it have a folder to be relative to."""
        return self._from_file

    def total_fixed_charge(self, layout: Layout | None = None) -> float:
        """Fixed charge of all regions and the surface charge of all interfaces and walls.

        Args:
            layout: What a mesh tells of the case; None for what is known without one.

        Returns:
            C/m² of the outer face of a stack; planar C/m, axisymmetric C; NaN where it takes a mesh.
        """
        parts = fixed_charges(self, layout if layout is not None else self.layout)
        return sum(parts) if parts is not None else nan

    # ------------------------------------------------------------------ with a mesh

    def check_layout(self, layout: Layout) -> None:
        """Run the checks of the whole case again, on what a mesh tells of it.

        Raises:
            CaseError: with every mistake found.
        """
        found = self.layout_problems(layout)
        if found:
            raise CaseError(message_texts(found, self._raw, self._source))

    def layout_problems(self, layout: Layout) -> list[Problem]:
        """What ``check_layout`` finds."""
        return problems_in(self, check_sweep=False, layout=layout)


def _in_si(value: Value) -> tuple[float | str | int, str]:
    if isinstance(value, str):
        try:
            number, unit = parse(value)
        except QuantityError:
            return value, "1"
        return unit.value(number), unit.si
    return (value if not isinstance(value, bool) else str(value).lower()), "1"
