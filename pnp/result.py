"""The result of a study: quantities with units, profiles, sweep table, solver report (no DOLFINx).

These classes only carry data. `pnp.study` fills them, `pnp.result_folder` writes them, `pnp.result_reading` reads them,
`pnp.result_arrays` makes datasets of them, and `pnp.report` shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import xarray as xr

    from pnp.case import Case
    from pnp.plane_fields import PlaneFields

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Status = Literal["converged", "not converged"]

CONVERGED: Status = "converged"
NOT_CONVERGED: Status = "not converged"


@dataclass(frozen=True)
class Quantity:
    """One number of a result: `value` in the SI unit named by `unit` ("V", "A/m^2", "1", ...).

    `mesh_error` estimates how far the mesh puts it off, in the same unit; None where it was not estimated.
    """

    value: float
    unit: str
    mesh_error: float | None = None


@dataclass(frozen=True)
class SimplifiedRow:
    """What one simplified model predicts for one quantity.

    Attributes:
        model: Name of the model, e.g. "Goldman-Hodgkin-Katz".
        quantity: Name of the quantity it predicts, as in `Result.quantities`.
        value: The prediction, in `unit`.
        unit: SI unit of `value` and of `deviation`.
        deviation: Full result minus prediction, or None when there is no full result to compare with.
        reason: Why the two differ (or need not agree); "" when there is nothing to say.
    """

    model: str
    quantity: str
    value: float
    unit: str
    deviation: float | None = None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Profile:
    """Fields along the axis, one row per (cell side, node), sorted along x.

    A node on an interface appears twice, once for each region, so that jumps are kept.

    Attributes:
        x: Position from the left end of the stack, or along a line in a plane from its start, in m, shape (n,).
        region: Index into `region_names`, shape (n,).
        region_names: Names of the regions from left to right; along a line in a plane the same may come again.
        columns: Fields by name ("potential", "concentration.K", ...), each of shape (n,);
            NaN where the species is absent.
        units: SI unit of each column.
    """

    x: FloatArray
    region: IntArray
    region_names: tuple[str, ...]
    columns: dict[str, FloatArray]
    units: dict[str, str]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile):
            return NotImplemented
        return (
            (self.region_names, self.units, [*self.columns]) == (other.region_names, other.units, [*other.columns])
            and np.array_equal(self.x, other.x)
            and np.array_equal(self.region, other.region)
            and all(np.array_equal(self.columns[n], other.columns[n], equal_nan=True) for n in self.columns)
        )

    __hash__ = None  # type: ignore[assignment]  # its arrays may be changed

    @property
    def species(self) -> list[str]:
        """Names of the species whose concentration is in the profile, in order."""
        prefix = "concentration."
        return [name[len(prefix) :] for name in self.columns if name.startswith(prefix)]

    def region_bounds(self) -> list[tuple[str, float, float]]:
        """Name, left end and right end (m) of each region that has rows, from left to right."""
        bounds = []
        for index, name in enumerate(self.region_names):
            here = self.x[self.region == index]
            if here.size:
                bounds.append((name, float(here.min()), float(here.max())))
        return bounds

    def to_xarray(self) -> xr.Dataset:
        """The fields along ``x`` (m), with the coordinate ``region``, as in ``profile.to_xarray().potential.plot()``.

        An interface has two x, one float apart, so that ``sel`` and ``interp`` work; on it, choose a region:
        ``ds.isel(x=ds.region == "membrane")``.
        """
        from pnp.result_arrays import of_profile

        return of_profile(self)


@dataclass(frozen=True)
class SweepPoint:
    """One point of a sweep; `value` is the swept value in `unit` (text or integer for other keys)."""

    value: float | str | int
    unit: str
    status: Status
    message: str
    quantities: dict[str, Quantity]
    simplified: tuple[SimplifiedRow, ...] = ()
    solver: dict[str, Any] = field(default_factory=dict)
    profile: Profile | None = None


@dataclass(frozen=True)
class SweepTable:
    """All points of a sweep over `keys` (key paths of the case file set together), in the order solved."""

    keys: tuple[str, ...]
    rows: tuple[SweepPoint, ...]

    @property
    def key(self) -> str:
        """The swept key path; several are joined with " = "."""
        return " = ".join(self.keys)

    @property
    def unit(self) -> str:
        """Unit of the swept values; "" when they have none."""
        return self.rows[0].unit if self.rows else ""

    def values(self) -> FloatArray:
        """The swept values in `unit`, shape (points,); their index when they are not numbers."""
        if any(isinstance(row.value, str) for row in self.rows):
            return np.arange(len(self.rows), dtype=np.float64)
        return np.array([float(row.value) for row in self.rows], dtype=np.float64)

    def quantity_units(self) -> dict[str, str]:
        """Unit of every quantity that some point has, in order of first appearance."""
        units: dict[str, str] = {}
        for row in self.rows:
            for name, quantity in row.quantities.items():
                units.setdefault(name, quantity.unit)
        return units

    def __getitem__(self, name: str) -> FloatArray:
        """The quantity `name` along the sweep, shape (points,); NaN where a point did not converge.

        Raises:
            KeyError: no point has this quantity; the message names the nearest.
        """
        found = [row.quantities.get(name) for row in self.rows]
        if all(quantity is None for quantity in found):
            raise KeyError(unknown_name("quantity", name, self.quantity_units()))
        pairs = zip(self.rows, found, strict=True)
        values = [q.value if q is not None and row.status == CONVERGED else np.nan for row, q in pairs]
        return np.array(values, dtype=np.float64)

    def simplified(self) -> dict[tuple[str, str], FloatArray]:
        """Each (model, quantity) along the sweep, shape (points,), NaN where a model does not apply."""
        table: dict[tuple[str, str], FloatArray] = {}
        for index, row in enumerate(self.rows):
            for entry in row.simplified:
                key = (entry.model, entry.quantity)
                table.setdefault(key, np.full(len(self.rows), np.nan))[index] = entry.value
        return table

    def to_xarray(self) -> xr.Dataset:
        """Every quantity, and the status of each point, along the swept key; NaN where a point did not converge."""
        from pnp.result_arrays import of_sweep

        return of_sweep(self)


@dataclass(frozen=True, repr=False)
class Result:
    """Everything a study found out.

    For a sweep, `quantities`, `simplified_models`, `profile`, `fields` and `cuts` are of the last converged point.

    Attributes:
        case: The case as solved, with all defaults.
        status: "converged", or "not converged" (what there is, is kept).
        message: Why it stopped; "" when there is nothing to add.
        quantities: Every number by its name, in SI units.
        simplified_models: What simplified models predict, beside the full result.
        solver: Iterations, step rule, norms, balances, history (see the solver's documentation).
        provenance: Versions, ranks, times, memory, command, date.
        profile: Fields along the axis; None in two dimensions.
        sweep: The points of a sweep, if the case asks for one.
        warnings: What the reader of the numbers has to know.
        fields: Fields on the triangles of two dimensions; None in one.
        cuts: Fields along the named lines of the case, by name.
    """

    case: Case
    status: Status
    message: str
    quantities: dict[str, Quantity]
    simplified_models: tuple[SimplifiedRow, ...] = ()
    solver: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)
    profile: Profile | None = None
    sweep: SweepTable | None = None
    warnings: tuple[str, ...] = ()
    fields: PlaneFields | None = None
    cuts: dict[str, Profile] = field(default_factory=dict)

    @property
    def converged(self) -> bool:
        """Whether the study, every point of a sweep included, converged."""
        return self.status == CONVERGED

    def __getitem__(self, name: str) -> float:
        """The value of quantity `name` in its SI unit.

        Raises:
            KeyError: there is no such quantity; the message names the nearest.
        """
        try:
            return self.quantities[name].value
        except KeyError:
            raise KeyError(unknown_name("quantity", name, self.quantities)) from None

    def unit(self, name: str) -> str:
        """The SI unit of quantity `name`.

        Raises:
            KeyError: there is no such quantity; the message names the nearest.
        """
        self[name]
        return self.quantities[name].unit

    def to_xarray(self) -> xr.Dataset:
        """Every number with its unit: fields and quantities; for a sweep the quantities along the swept key.

        ``drop_dims("x")``, in two dimensions ``drop_dims("point")``, leaves the quantities alone; `profiles` has the
        fields of a sweep, whose points may have different meshes. See `Profile.to_xarray` for x, and
        `PlaneFields.to_xarray` for two dimensions.
        """
        from pnp.result_arrays import of_result

        return of_result(self)

    def profiles(self) -> list[xr.Dataset]:
        """Fields and quantities of each point of a sweep, as `to_xarray` gives them without one, each on its own mesh.

        The swept value is a coordinate of each. Points that did not converge have none, and long sweeps (and the
        folders of sweeps) keep some of the points only; without a sweep the list has one dataset.
        """
        from pnp.result_arrays import of_profiles

        return of_profiles(self)

    def models(self) -> xr.Dataset:
        """Each quantity that a simplified model predicts, along ``model``, of which the first is "full model".

        For a sweep along the swept key too: ``result.models().current_density.plot(hue="model")``.
        """
        from pnp.result_arrays import of_models

        return of_models(self)

    def save(self, folder: str | os.PathLike[str], *, overwrite: bool = False, plots: bool = True) -> Path:
        """Write the result folder that `pnp run` writes and `pnp.load` reads. With several ranks on one of them only.

        Args:
            folder: Made with its parents.
            overwrite: Whether a result that is there is replaced.
            plots: Whether pictures are drawn too; one that fails is a Python warning.

        Returns:
            The folder.

        Raises:
            pnp.result_folder.ResultFolderError: It cannot be written, or exists and `overwrite` is not set.
        """
        import warnings
        from pathlib import Path

        from pnp.result_folder import write

        for text in write(self, Path(folder), overwrite, plots):
            warnings.warn(text, stacklevel=2)
        return Path(folder)

    def __repr__(self) -> str:
        extent = f"{len(self.quantities)} quantities"
        if self.sweep is not None:
            extent = f"{len(self.sweep.rows)} points over {self.sweep.keys[0]}"
        return f"<pnp.Result of {self.case.title or self.case.name!r}: {self.status}, {extent}>"

    def _repr_html_(self) -> str:
        """The numbers beside the simplified models, for notebooks."""
        from pnp.report.notebook import result_html

        return result_html(self)


def unknown_name(kind: str, name: str, known: Mapping[str, Any] | list[str]) -> str:
    """A sentence for an unknown `name` with the nearest and the valid names."""
    names = list(dict.fromkeys(known))
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"no {kind} {name!r}{hint} There are: {', '.join(names) or 'none'}"
