"""The two problems of the benchmark: their numbers, read from the case files, their exact solutions, the true error.

A Gouy-Chapman layer (cases/gouy_chapman.toml) at a given potential, and the HCl|KCl film at zero current
(cases/junction_hcl_kcl.toml). Only reading the cases and the exact layer import pnp, so that a process that solves with
SciPy alone loads nothing else; no DOLFINx here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CASES = Path(__file__).resolve().parents[3] / "cases"
BETWEEN = 8
"""Points at which the error is looked for in each interval of a solution's mesh, and for each polynomial degree."""


def tables(name: str) -> dict[str, Any]:
    """The tables of a case file without its sweep and its points."""
    with (CASES / f"{name}.toml").open("rb") as file:
        found = tomllib.load(file)
    found.pop("sweep", None)
    found.pop("points", None)
    return found


@dataclass(frozen=True)
class Layer:
    """A blocking electrode at ``-voltage`` in front of a bath 31 Debye lengths thick.

    The exact solution is that of the half space; at the bath it is e^{-31} of the drop, so that the bath's finite
    thickness is an error below 1e-13 V.

    Attributes:
        voltage: Drop in V, > 0; the electrode is negative.
        thermal: RT/F in V.
        debye: Debye length in m.
        thickness: Thickness of the bath in Debye lengths.
        diffusivities: D of cation and anion in m²/s.
        concentration: Of the 1:1 salt in the bath, mol/m³.
        permittivity: Relative permittivity.
        temperature: In K.
    """

    voltage: float
    thermal: float
    debye: float
    thickness: float
    diffusivities: tuple[float, float]
    concentration: float
    permittivity: float
    temperature: float

    @classmethod
    def at(cls, voltage: float) -> Layer:
        """The layer of the case file at a drop in V."""
        from pnp.case import Case
        from pnp.constants import thermal_voltage
        from pnp.simplified import debye_length

        case = Case.from_dict(cls.tables_at(voltage))
        region = case.regions["electrolyte"]
        c = case.reservoir_concentrations("left")["K"]
        debye = float(debye_length([1, -1], [c, c], region.permittivity, case.temperature))
        return cls(
            voltage=voltage,
            thermal=thermal_voltage(case.temperature),
            debye=debye,
            thickness=region.thickness / debye,
            diffusivities=(case.diffusivity("electrolyte", "K"), case.diffusivity("electrolyte", "Cl")),
            concentration=c,
            permittivity=region.permittivity,
            temperature=case.temperature,
        )

    @staticmethod
    def tables_at(voltage: float) -> dict[str, Any]:
        """The case file's tables at a drop in V."""
        found = tables("gouy_chapman")
        found["boundaries"]["right"]["potential"] = f"{-voltage!r} V"
        return found

    def case_tables(self) -> dict[str, Any]:
        """The case file's tables at this potential."""
        return self.tables_at(self.voltage)

    @property
    def drop(self) -> float:
        """|Fψ₀/RT|."""
        return self.voltage / self.thermal

    def exact(self, distance: Array) -> Array:
        """φ in V at distances in m from the electrode."""
        from pnp.simplified import gouy_chapman_potential

        return gouy_chapman_potential(
            distance, -self.voltage, 1, self.concentration, self.permittivity, self.temperature
        )

    def error(self, distance: Array, potential: Array) -> float:
        """Largest |φ − exact| in V at points ``distance`` m from the electrode."""
        return float(np.max(np.abs(potential - self.exact(np.maximum(distance, 0.0)))))


@dataclass(frozen=True)
class Film:
    """HCl 0.1 M | KCl 0.1 M across 10 µm, no current.

    Attributes:
        thermal: RT/F in V.
        debye_share: Debye length of the bath over the film's thickness.
        diffusivities: D of H, K, Cl in m²/s.
    """

    thermal: float
    debye_share: float
    diffusivities: tuple[float, float, float]

    @classmethod
    def of_case(cls) -> Film:
        """The film of the case file."""
        from pnp.case import Case
        from pnp.constants import thermal_voltage
        from pnp.simplified import debye_length

        case = Case.from_dict(tables("junction_hcl_kcl"))
        film = case.regions["film"]
        c = case.reservoir_concentrations("left")["Cl"]
        debye = float(debye_length([1, -1], [c, c], film.permittivity, case.temperature))
        d = (case.diffusivity("film", "H"), case.diffusivity("film", "K"), case.diffusivity("film", "Cl"))
        return cls(thermal_voltage(case.temperature), debye / film.thickness, d)

    def case_tables(self) -> dict[str, Any]:
        """The case file's tables."""
        return tables("junction_hcl_kcl")

    @property
    def exact(self) -> float:
        """RT/F ln((D_H + D_Cl)/(D_K + D_Cl)) in V: the film has no space charge (Planck 1890)."""
        h, k, cl = self.diffusivities
        return float(self.thermal * np.log((h + cl) / (k + cl)))

    def error(self, potential: float) -> float:
        """|V − exact| in V."""
        return abs(potential - self.exact)


def subdivided(x: Array, parts: int = BETWEEN) -> Array:
    """The nodes x (n,) and ``parts − 1`` points in each interval between them, increasing."""
    share = np.linspace(0.0, 1.0, parts + 1)[:-1]
    return np.append((x[:-1, None] + np.diff(x)[:, None] * share).reshape(-1), x[-1])


def lagrange(x: Array, u: Array, parts: int) -> tuple[Array, Array]:
    """Polynomials through the nodes of each cell at ``parts + 1`` points of it.

    Args:
        x: Positions of the nodes of each cell, (cells, nodes), in any order.
        u: Values there, (cells, nodes).
        parts: Equal parts of each cell.

    Returns:
        Points and values, (cells · (parts + 1),) each.
    """
    left, right = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    at = np.linspace(0.0, 1.0, parts + 1)
    xi = (x - left) / (right - left)
    values = np.zeros((len(x), parts + 1))
    for j in range(x.shape[1]):
        basis = np.ones((len(x), parts + 1))
        for k in range(x.shape[1]):
            if k != j:
                basis *= (at - xi[:, k, None]) / (xi[:, j] - xi[:, k])[:, None]
        values += u[:, j, None] * basis
    return (left + (right - left) * at).reshape(-1), values.reshape(-1)
