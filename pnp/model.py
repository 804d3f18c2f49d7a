"""The dimensionless model: a validated case as numbers without units, the only thing the solver sees.

`pnp.nondimensional` makes it from a case, `pnp.scales` has the units of its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pnp.geometry import SLAB, Geometry
from pnp.plane.layout import PlaneLayout
from pnp.scales import Scales

Array = NDArray[np.float64]
ChargeProfile = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class RegionModel:
    """One region of the stack. Arrays have shape (N,), N species.

    Attributes:
        name: The region's name.
        thickness: Thickness* in a stack, > 0; 0 in a plane, whose layout has the sizes.
        permittivity: ε*, > 0.
        diffusivity: D_i*.
        log_partition: ln β_i = −w_i.
        present: Whether species i can enter.
        fixed_charge: Signed fixed charge* (a number), or a function of position: (x*, relative position 0..1) in a
            stack, (x*, y*) or (r*, z*) in a plane.
        initial: Initial concentration* of each species (the amount of closed species), or NaN.
    """

    name: str
    thickness: float
    permittivity: float
    diffusivity: Array
    log_partition: Array
    present: NDArray[np.bool_]
    fixed_charge: float | ChargeProfile
    initial: Array

    def charge(self, x: Array, xi: Array) -> Array:
        """Fixed charge* where `fixed_charge` takes the arguments ``x`` and ``xi``, each (n,): (n,)."""
        if callable(self.fixed_charge):
            return np.broadcast_to(self.fixed_charge(x, xi), x.shape).astype(np.float64)
        return np.full(x.shape, self.fixed_charge)


@dataclass(frozen=True)
class BoundaryModel:
    """Conditions on one named part of the boundary.

    Attributes:
        name: "left" or "right" in a stack, the user's name in a plane.
        potential: φ*, or None where the potential is not fixed (a wall), or where it floats.
        floating: The potential is an unknown found from the current.
        surface_charge: σ* of a wall, 0 elsewhere.
        log_activity: ln c_i* + (partition of the region there where the value is meant inside it); NaN where
            species i has no fixed concentration. Shape (N,). The condition is m_i − z_i φ* = log_activity_i.
        flux: Given outward flux* J_i·n, 0 where blocked. Shape (N,). Ignored where log_activity is given.
        bath: Concentrations* of the reservoir facing this boundary, NaN for none. Shape (N,).
    """

    name: str
    potential: float | None
    floating: bool
    surface_charge: float
    log_activity: Array
    flux: Array
    bath: Array

    @property
    def fixes(self) -> NDArray[np.bool_]:
        """Which species have a fixed concentration here, shape (N,)."""
        return ~np.isnan(self.log_activity)

    @property
    def blocking(self) -> bool:
        """No species passes: a wall or an ideally polarisable electrode."""
        return not self.fixes.any() and not self.flux.any()


@dataclass(frozen=True)
class Model:
    """Everything the discrete problem needs, dimensionless.

    Attributes:
        scales: Units of the numbers below.
        species: Names, in order.
        charge_number: z_i, shape (N,).
        regions: The regions; a stack's from left to right.
        interface_charge: σ* at the interfaces: the R − 1 of a stack, those that a plane's case names.
        boundaries: The boundaries; a stack's are (left, right).
        reference: Level of each species that m_i is measured from, ln a_i + z_i φ* of a bath, shape (N,). Equilibrium
            with that bath is then m = 0, where rounding vanishes, however steep the layers.
        current: Prescribed current* Σ z_i J_i·n A outward at the floating boundary (0: open circuit).
        amounts: Amount* (concentration* × volume*) of each closed species by index.
        traces: Texts that say which zero concentrations are stood for by a trace.
        geometry: Of a stack: areas and volumes along the axis; lengths* as positions* have them.
        plane: Sizes and neighbours of what is no stack, None in a stack.
        through: Indices of the two boundaries that currents and fluxes are counted between, towards the second.
        sign: +1 where they count that way in results, −1 where from the second (which is inside) to the first.
    """

    scales: Scales
    species: tuple[str, ...]
    charge_number: Array
    regions: tuple[RegionModel, ...]
    interface_charge: tuple[float, ...]
    boundaries: tuple[BoundaryModel, ...]
    reference: Array
    current: float = 0.0
    amounts: dict[int, float] = field(default_factory=dict)
    traces: tuple[str, ...] = ()
    geometry: Geometry = SLAB
    plane: PlaneLayout | None = None
    through: tuple[int, int] | None = (0, 1)
    sign: float = 1.0

    @property
    def faces(self) -> Array:
        """Positions* of the R + 1 faces of the stack: from its left end, or radii."""
        return self.geometry.inner + np.concatenate([[0.0], np.cumsum([r.thickness for r in self.regions])])

    @property
    def face_areas(self) -> Array:
        """Area of each of the R + 1 faces of the stack, (R + 1,), in units of the outer one's."""
        return self.geometry.area(self.faces)

    @property
    def boundary_areas(self) -> Array:
        """Area* of each boundary, (B,)."""
        return self.face_areas[[0, -1]] if self.plane is None else self.plane.boundary_areas

    @property
    def volumes(self) -> Array:
        """Volume* of each region, (R,): per area of the outer face in a stack."""
        if self.plane is not None:
            return self.plane.volumes
        return self.geometry.volume(self.faces[:-1], self.faces[1:])

    @property
    def area_unit(self) -> float:
        """SI value of area* 1 per what totals are reported per: 1 or 2πr in m or 4πr² in m², m, 2πL² in m²."""
        if self.plane is not None:
            return self.plane.area_unit(self.scales.length)
        return self.geometry.outer_area * self.scales.length**self.geometry.exponent

    @property
    def neighbours(self) -> tuple[tuple[int, int], ...]:
        """Pairs of regions that touch."""
        if self.plane is not None:
            return self.plane.neighbours
        return tuple((k, k + 1) for k in range(len(self.regions) - 1))

    @property
    def boundary_regions(self) -> tuple[tuple[int, ...], ...]:
        """Regions that each boundary touches."""
        if self.plane is not None:
            return self.plane.boundary_regions
        return (0,), (len(self.regions) - 1,)

    @property
    def series_lengths(self) -> Array:
        """∫ dx*/A across each region, (R,): resistances are this over D β; its thickness in a slab.

        Where a region holds the axis, to which any resistance is infinite, from its middle radius on. In a plane
        an estimate from the sizes.
        """
        if self.plane is not None:
            return self.plane.series_lengths
        left, right = self.faces[:-1], self.faces[1:]
        curved = self.geometry.exponent > 0
        return self.geometry.series_length(np.where(curved & (left == 0.0), 0.5 * right, left), right)

    def charge_at(self, index: int, points: Array) -> Array:
        """Fixed charge* of region ``index`` at positions* (n, dimension): (n,)."""
        r, x = self.regions[index], points[:, 0]
        if self.plane is not None:
            return r.charge(x, points[:, 1])
        left = self.faces[index]
        return r.charge(x, np.clip((x - left) / r.thickness, 0.0, 1.0))

    def largest_charge(self, index: int) -> float:
        """Largest |fixed charge*| of region ``index``, sampled when it is an expression."""
        r = self.regions[index]
        if not callable(r.fixed_charge):
            return abs(r.fixed_charge)
        if self.plane is not None:
            points = self.plane.sampled(index)
        else:
            xi = np.linspace(0.0, 1.0, 201, dtype=np.float64)
            points = (self.faces[index] + xi * r.thickness)[:, None]
        return float(np.max(np.abs(self.charge_at(index, points))))

    @cached_property
    def conductivity(self) -> Array:
        """Estimate of Σ z_i² D_i* c_i* in each region, (R,): the smaller bath partitioned, and its counter-ions."""
        z, n = self.charge_number, len(self.species)
        known = [np.where(b.fixes, np.exp(b.log_activity), np.inf) for b in self.boundaries]
        activity = np.minimum.reduce([*known, np.full(n, np.inf)])
        mean = [np.exp(self.reference[i]) if i in self.amounts else 0.0 for i in range(n)]
        activity = np.where(np.isfinite(activity), activity, mean)
        estimates = []
        for k, r in enumerate(self.regions):
            c = np.where(r.present, activity * np.exp(np.minimum(r.log_partition, 700.0)), 0.0)
            counter = np.max(np.where((z != 0) & r.present, r.diffusivity, 0.0), initial=0.0) * self.largest_charge(k)
            estimates.append(float(np.sum(z**2 * r.diffusivity * c)) + counter)
        return np.array(estimates)

    @property
    def floating(self) -> BoundaryModel | None:
        """The boundary whose potential is unknown, if any."""
        return next((b for b in self.boundaries if b.floating), None)

    def scaled(self, s: float) -> Model:
        """The same model with every drive (potential, charge, given flux, current) multiplied by ``s``: for ramps."""

        def charge(r: RegionModel) -> float | ChargeProfile:
            q = r.fixed_charge
            return (lambda x, xi: s * q(x, xi)) if callable(q) else s * q

        return replace(
            self,
            regions=tuple(replace(r, fixed_charge=charge(r)) for r in self.regions),
            interface_charge=tuple(s * q for q in self.interface_charge),
            boundaries=tuple(
                replace(
                    b,
                    potential=None if b.potential is None else s * b.potential,
                    surface_charge=s * b.surface_charge,
                    flux=s * b.flux,
                )
                for b in self.boundaries
            ),
            current=s * self.current,
        )

    def squared_charge(self, index: int) -> float:
        """Upper estimate of Σ z_i² c_i* in region ``index``; its Debye length* is √(ε*/this).

        The larger bath (or content), partitioned, and the counter-ions of the fixed charge.
        """
        r = self.regions[index]
        baths = [b.bath for b in self.boundaries] + [q.initial for q in self.regions]
        c = np.fmax.reduce([np.zeros(len(self.species)), *baths])
        c = np.where(r.present, c * np.exp(np.minimum(r.log_partition, 700.0)), 0.0)
        return float(np.sum(self.charge_number**2 * c)) + self.largest_charge(index)

    def debye_length(self, index: int) -> float:
        """Debye length* estimated for region ``index`` (inf without ions)."""
        s = self.squared_charge(index)
        return float(np.sqrt(self.regions[index].permittivity / s)) if s > 0 else float("inf")


def reference_level(
    z: Array,
    regions: Sequence[RegionModel],
    boundaries: Sequence[BoundaryModel],
    amounts: dict[int, float],
    volumes: Array,
) -> Array:
    """ln a_i + z_i φ* of the boundary that fixes species i, its mean activity where it is closed: (N,).

    Of several boundaries a grounded one is taken rather than a floating one, and then the first.
    """
    level: Array = np.zeros(len(z))
    backwards = list(boundaries)[::-1]
    for b in [*(b for b in backwards if b.floating), *(b for b in backwards if not b.floating)]:
        level = np.where(b.fixes, b.log_activity + z * (b.potential or 0.0), level)
    for i, amount in amounts.items():
        level[i] = np.log(amount / room(regions, i, volumes))
    return level


def room(regions: Sequence[RegionModel], species: int, volumes: Array) -> float:
    """∫ β_i A dx*: the amount of a species at unit activity and φ = 0; ``volumes`` are those of the regions, (R,)."""
    pairs = zip(regions, volumes, strict=True)
    return float(sum(v * np.exp(r.log_partition[species]) for r, v in pairs if r.present[species]))
