"""Case files: reading, checking and units. Imports no DOLFINx and no PETSc."""

from __future__ import annotations

from pnp.case.boundary import Boundary, SpeciesCondition
from pnp.case.case import Case
from pnp.case.errors import CaseError
from pnp.case.interface import Interface
from pnp.case.layout import Layout
from pnp.case.options import Mesh, Solver
from pnp.case.points import Point
from pnp.case.region import Region, RegionSpecies
from pnp.case.schema import case_schema
from pnp.case.species import Species
from pnp.case.study import Study
from pnp.case.sweep import Sweep

__all__ = [
    "Boundary",
    "Case",
    "CaseError",
    "Interface",
    "Layout",
    "Mesh",
    "Point",
    "Region",
    "RegionSpecies",
    "Solver",
    "Species",
    "SpeciesCondition",
    "Study",
    "Sweep",
    "case_schema",
]
