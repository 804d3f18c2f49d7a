"""What a stack is made of, as the closed forms see it: layers, ends, and the membrane between two baths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pnp.simplified.validation import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Layer:
    """One region; arrays have one entry per species of the case, shape (n,).

    Attributes:
        name: The region's name.
        thickness: L in m.
        left: Position of its left face in m from the left end of the stack, or its radius.
        series_length: ∫ dx/A across it in m, A the area of a face over that of the outermost one: what resistances
            and reciprocal capacitances grow with. L where the faces are plane.
        permittivity: ε_r.
        fixed_charge: X in mol/m³ of elementary charges; None where it varies with position.
        present: Whether each species can enter.
        is_solution: The phase of a reservoir: nothing is fixed or kept, and species enter as from a bath. One that
            the bath on this side lacks may be absent, from its end region to here.
        keeps_ions: Ions are here whose amount no reservoir supplies.
        diffusivity: D in m²/s, 0 where absent.
        log_partition: ln β, −inf where absent.
    """

    name: str
    thickness: float
    left: float
    series_length: float
    permittivity: float
    fixed_charge: float | None
    present: NDArray[np.bool_]
    diffusivity: Array
    log_partition: Array
    is_solution: bool
    keeps_ions: bool

    @property
    def admits_all(self) -> bool:
        """Every species of the case enters as from a bath, and nothing is fixed: a film of solution."""
        return self.fixed_charge == 0.0 and bool(np.all(self.present) and np.all(self.log_partition == 0.0))

    @property
    def is_dielectric(self) -> bool:
        """No species enters, and nothing is fixed."""
        return self.fixed_charge == 0.0 and not np.any(self.present)


@dataclass(frozen=True)
class End:
    """One end of the stack.

    Attributes:
        name: "left" or "right", or the boundary's name in a plane.
        type: "reservoir", "electrode", "wall" or "symmetry".
        concentration: Of the reservoir in mol/m³, shape (n,); zero for a species that is not named. None
            without one.
        potential: In V, None where it is not given.
        surface_charge: In C/m².
        fixed_species: Concentration in mol/m³ that the boundary fixes by itself, by species name.
        has_flux: Some species has a given flux other than zero.
        conditions: Names of the species with a condition of their own.
        ion_conditions: Those of them that are ions.
    """

    name: str
    type: str
    concentration: Array | None
    potential: float | None
    surface_charge: float
    fixed_species: dict[str, float]
    has_flux: bool
    conditions: tuple[str, ...]
    ion_conditions: tuple[str, ...]

    @property
    def is_blocking(self) -> bool:
        """No species passes."""
        return self.type != "reservoir" and not self.fixed_species and not self.has_flux

    @property
    def is_bath(self) -> bool:
        """A reservoir for every ion."""
        return self.type == "reservoir" and not self.ion_conditions


@dataclass(frozen=True)
class FlatWall:
    """A flat wall or electrode in a plane.

    Attributes:
        area: Its area in m² or, per metre of depth, m.
        rim: Length of its rim in m or, per metre of depth, the number of its edges; those left out where it ends at a
            side of the domain, which mirrors it.
        is_alone: No other boundary blocks: its own surface excess is that of the case.
    """

    area: float
    rim: float
    is_alone: bool


@dataclass(frozen=True)
class Membrane:
    """Bath | membrane | bath: all layers that are not solution, and what lies on their two sides.

    Attributes:
        layers: From the inside to the outside.
        bath_inside: Layers of solution on the inside, maybe none.
        bath_outside: Those on the outside.
        inside: Reservoir concentrations on the inside in mol/m³, shape (n,).
        outside: Those on the outside.
        face_areas: Of its inside and its outside face, over that of the outermost face; 1 where they are plane.
    """

    layers: tuple[Layer, ...]
    bath_inside: tuple[Layer, ...]
    bath_outside: tuple[Layer, ...]
    inside: Array
    outside: Array
    face_areas: tuple[float, float] = (1.0, 1.0)

    @property
    def thickness(self) -> float:
        """Thickness in m."""
        return float(sum(layer.thickness for layer in self.layers))

    @property
    def mean_area(self) -> float:
        """L / ∫ dx/A, the area at which a flux through the membrane counts its resistance L/(βD); 1 for plane faces."""
        return self.thickness / float(sum(layer.series_length for layer in self.layers))

    @cached_property
    def permeability(self) -> Array:
        """P = 1 / Σ L/(βD) of each species in m/s, shape (n,); 0 where it cannot pass, the baths included.

        With curved faces L is the layer's `series_length`, and P that of an area of the outermost face.
        """
        resistance = np.zeros(self.inside.size)
        for q in self.layers:
            mobility = np.exp(q.log_partition) * np.where(q.present, q.diffusivity, 1.0)
            resistance += np.where(q.present, q.series_length / np.where(q.present, mobility, 1.0), np.inf)
        for q in (*self.bath_inside, *self.bath_outside):
            resistance[~q.present] = np.inf
        return np.asarray(1.0 / resistance, dtype=np.float64)

    @property
    def has_fixed_charge(self) -> bool:
        """Whether any layer has fixed charge."""
        return any(layer.fixed_charge != 0.0 for layer in self.layers)

    @property
    def keeps_ions(self) -> bool:
        """Whether any layer holds ions that no reservoir supplies."""
        return any(layer.keeps_ions for layer in self.layers)

    @property
    def is_shared(self) -> bool:
        """Every species that is in a layer can go to both baths."""
        there = self.inside + self.outside > 0
        inner = np.any([q.present for q in self.layers], axis=0) & there
        return not self.keeps_ions and bool(np.all(self.permeability[inner] > 0))
