"""What the closed forms read from a case: a stack as numbers, its ends, its membrane, its equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from pnp.comparison.parts import End, FlatWall, Layer, Membrane
from pnp.comparison.prediction import Prediction
from pnp.constants import thermal_voltage
from pnp.geometry import EXTENT, Geometry
from pnp.simplified.debye import debye_length
from pnp.simplified.donnan import donnan_concentrations, donnan_potential
from pnp.simplified.validation import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pnp.case import Case


@dataclass(frozen=True)
class Stack:
    """A validated case as the closed forms see it: layers between two ends; of a plane, what is like such layers.

    Attributes:
        case: The case.
        names: Species, in order.
        charge_number: z, shape (n,).
        layers: Regions from left to right.
        left: The left end.
        right: The right end.
        geometry: Areas and series lengths along the axis, lengths in m.
        inside: The end that counts as inside for currents: the left one, with +x outward, if none is named.
        points: Layer of each named point, and its distance from that layer's left face in m.
        is_exact: Lengths are those of the case. In a plane they are estimates, good for criteria alone, and what
            needs a resistance or an area is not predicted.
        has_other_charge: Something carries charge that is in no layer and at no end: only in a plane.
        beside: Permittivity of what is beside the membrane over its own, where the field is not uniform for another
            reason; 0 where nothing is.
        wall: Of a plane: the flat wall or electrode at the left end.
    """

    case: Case
    names: tuple[str, ...]
    charge_number: Array
    layers: tuple[Layer, ...]
    left: End
    right: End
    geometry: Geometry
    inside: Literal["left", "right"] = "left"
    points: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    is_exact: bool = True
    has_other_charge: bool = False
    beside: float = 0.0
    wall: FlatWall | None = None

    @property
    def temperature(self) -> float:
        """T in K."""
        return self.case.temperature

    @property
    def thermal_voltage(self) -> float:
        """RT/F in V."""
        return thermal_voltage(self.temperature)

    @property
    def is_flat(self) -> bool:
        """The faces are planes."""
        return self.geometry.exponent == 0

    @property
    def voltage_name(self) -> str:
        """Name of the potential between the ends."""
        return "liquid_junction_potential" if self.case.inside is None else "membrane_potential"

    def voltage(self, inside_minus_outside: float) -> float:
        """The potential between the ends as `voltage_name` counts it (a junction: right minus left), in V."""
        return -inside_minus_outside if self.case.inside is None else inside_minus_outside

    @property
    def is_floating(self) -> bool:
        """A potential is found from the current."""
        return self.case.floating_boundary() is not None

    @property
    def is_open_circuit(self) -> bool:
        """A potential is found from the condition that no current flows."""
        return self.is_floating and self.outward_current == 0.0

    @property
    def outward_current(self) -> float:
        """Prescribed current density from inside to outside in A per m² of the outermost face (0 at open circuit)."""
        radius = self.geometry.outer if self.case.floating_boundary() == self.right.name else self.geometry.inner
        return (self.case.study.current_density or 0.0) * float(self.geometry.area(radius))

    def current(self, model: str, density: float, text: str) -> list[Prediction]:
        """A row of the current: its density where the faces are plane, all of it (per length of a cylinder) elsewhere.

        None in a plane, where it takes a resistance that is not known.

        Args:
            model: The model's name.
            density: Outward current in A per m² of the outermost face.
            text: The reason.
        """
        if not self.is_exact:
            return []
        if self.is_flat:
            return [Prediction(model, "current_density", density, "A/m^2", text)]
        return [Prediction(model, "current", density * self.geometry.outer_area, self._per_extent("A"), text)]

    def flow(self, model: str, species: int, flux: float, text: str, *, name: str = "flux") -> list[Prediction]:
        """A row of a flux: the flux where the faces are plane, the flow through any of them elsewhere; none in a plane.

        Args:
            model: The model's name.
            species: Index of the species.
            flux: Outward flux in mol/s per m² of the outermost face.
            text: The reason.
            name: "flux", "efflux" or "influx".
        """
        s = self.names[species]
        if not self.is_exact:
            return []
        if self.is_flat:
            return [Prediction(model, f"{name}.{s}", flux, "mol/m^2/s", text)]
        own = "molar_flow" if name == "flux" else name
        return [Prediction(model, f"{own}.{s}", flux * self.geometry.outer_area, self._per_extent("mol") + "/s", text)]

    def _per_extent(self, unit: str) -> str:
        extent = EXTENT[self.case.coordinates]
        return f"{unit}/{extent}" if extent else unit

    @property
    def applied_voltage(self) -> float | None:
        """Inside minus outside in V where both potentials are given, else None."""
        ends = (self.left, self.right) if self.inside == "left" else (self.right, self.left)
        if self.is_floating or ends[0].potential is None or ends[1].potential is None:
            return None
        return ends[0].potential - ends[1].potential

    @property
    def between_baths(self) -> bool:
        """Both ends are reservoirs of every ion."""
        return self.left.is_bath and self.right.is_bath

    @property
    def has_interface_charge(self) -> bool:
        """Some interface carries surface charge, or in a plane anything else beside the layers."""
        charged = any(interface.surface_charge != 0.0 for interface in self.case.interfaces.values())
        return charged or self.has_other_charge

    @property
    def free(self) -> NDArray[np.bool_]:
        """Species that no boundary has a condition of its own for, shape (n,)."""
        own = {*self.left.conditions, *self.right.conditions}
        return np.array([s not in own for s in self.names], dtype=bool)

    @cached_property
    def membrane(self) -> Membrane | None:
        """The membrane, if the case is bath | membrane | bath."""
        left, right = self.left.concentration, self.right.concentration
        if not self.between_baths or left is None or right is None:
            return None
        if all(layer.admits_all for layer in self.layers):
            return None
        other = [i for i, layer in enumerate(self.layers) if not layer.is_solution]
        # Two solutions of different species that touch: what some species cannot enter parts the baths.
        other = other or [i for i, layer in enumerate(self.layers) if not layer.admits_all]
        first, last = other[0], other[-1]
        parts = (self.layers[first : last + 1], self.layers[:first], self.layers[last + 1 :])
        faces = (self.layers[first].left, self.layers[last].left + self.layers[last].thickness)
        one, other_area = (float(self.geometry.area(face)) for face in faces)
        if self.inside == "left":
            return Membrane(*parts, left, right, (one, other_area))
        turned = (parts[0][::-1], parts[2][::-1], parts[1][::-1])
        return Membrane(*turned, right, left, (other_area, one))

    @cached_property
    def equilibrium(self) -> tuple[Array, float] | None:
        """Concentrations (n,) and potential of the bath the whole stack is at equilibrium with, or None.

        So it is before a blocking end, and between two equal baths without voltage. The potential of a bath
        that floats counts as 0 V.
        """
        baths = [end for end in (self.left, self.right) if end.concentration is not None]
        if not baths or not all(end.is_bath for end in baths) or self.outward_current != 0.0:
            return None
        bath = next((end for end in baths if end.potential is not None), baths[0])
        other = self.right if bath is self.left else self.left
        assert bath.concentration is not None
        level = bath.potential or 0.0
        if other.concentration is None:
            return (bath.concentration, level) if other.is_blocking else None
        same = np.allclose(other.concentration, bath.concentration, rtol=1e-12, atol=0.0)
        return (bath.concentration, level) if same and (self.is_floating or other.potential == level) else None

    def position(self, name: str) -> float:
        """x in m of a named point or end, from the left end of the stack, or its radius."""
        index, offset = self.point(name)
        return self.layers[index].left + offset

    def composition(self, index: int) -> Array:
        """An estimate of the concentrations in a layer in mol/m³, shape (n,).

        Those of the nearest baths, partitioned, with the counter-ions of the fixed charge; the initial ones
        of species that no bath supplies.
        """
        layer = self.layers[index]
        before = all(q.is_solution for q in self.layers[: index + 1])
        after = all(q.is_solution for q in self.layers[index:])
        ends = (
            [self.left] if before and not after else [self.right] if after and not before else [self.left, self.right]
        )
        baths = [end.concentration for end in ends if end.concentration is not None]
        baths = baths or [end.concentration for end in (self.left, self.right) if end.concentration is not None]
        charge = layer.fixed_charge or 0.0
        each = []
        for bath in baths:
            try:
                each.append(
                    donnan_concentrations(self.charge_number, bath, charge, self.temperature, layer.log_partition)
                    if charge != 0.0
                    else bath * np.exp(layer.log_partition)
                )
            except ValueError:
                each.append(bath * np.exp(layer.log_partition))
        estimate = np.mean(each, axis=0) if each else np.zeros(len(self.names))
        own = self.case.regions[layer.name].species
        for s in self.case.closed_species():
            given = own[s].initial_concentration if s in own else None
            estimate[self.names.index(s)] = (given or 0.0) if layer.present[self.names.index(s)] else 0.0
        return np.asarray(estimate, dtype=np.float64)

    def debye_length(self, index: int) -> float:
        """Debye length of a layer at its estimated composition in m; inf without ions."""
        return debye_length(
            self.charge_number, self.composition(index), self.layers[index].permittivity, self.temperature
        )

    def plateau(self, index: int) -> float | None:
        """Potential of a layer far from its faces at equilibrium in V; None without ions or bath."""
        layer = self.layers[index]
        if self.equilibrium is None or layer.fixed_charge is None or layer.keeps_ions or not np.any(layer.present):
            return None
        bath, level = self.equilibrium
        if layer.is_solution:
            return level
        try:
            return level + donnan_potential(
                self.charge_number, bath, layer.fixed_charge, self.temperature, layer.log_partition
            )
        except ValueError:
            return None

    def point(self, name: str) -> tuple[int, float]:
        """Layer of a named point, or of an end by its name, and its distance from that layer's left face in m."""
        if name == self.left.name:
            return 0, 0.0
        if name == self.right.name:
            return len(self.layers) - 1, self.layers[-1].thickness
        return self.points[name]

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """The case's named potential differences between points and ends that are known here."""
        known = {*self.points, self.left.name, self.right.name}
        return {name: (a, b) for name, (a, b) in self.case.potential_differences.items() if {a, b} <= known}
