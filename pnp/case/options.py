"""Mesh and solver options; every one has a default that is meant to do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from pnp.case.table import Number, Table


class Mesh(Table):
    """How fine the automatic mesh is."""

    refinement: Annotated[float, Number("a refinement", 1.0, 0.0, 1000.0, "above 0 to 1000", above=True)] = Field(
        default=1.0,
        description="Number of cells relative to the default; 2 halves every cell.",
        examples=[2.0],
    )
    growth: Annotated[float, Number("a growth ratio", 1.2, 1.0, 2.0, "above 1 to 2", above=True)] = Field(
        default=1.1, description="Size ratio of neighbouring cells where the mesh coarsens.", examples=[1.1]
    )
    cells_per_debye_length: Annotated[
        float, Number("a number of cells", 20, 0.0, 1e4, "above 0 to 10000", above=True)
    ] = Field(default=20.0, description="Debye length over the first cell at an interface or wall.", examples=[20])
    max_cell_fraction: Annotated[float, Number("a fraction", 0.005, 0.0, 1.0, "above 0 to 1", above=True)] = Field(
        default=0.005,
        description="Largest cell over the thickness of a stack of one region; of R regions, R times "
        "that: the stack has at least 1/this many cells.",
        examples=[0.005],
    )
    error_estimate: StrictBool = Field(
        default=True,
        description="Solve once more on half the cells, to tell how far the mesh puts each number off; "
        "of a sweep the last point.",
        examples=[True],
    )
    adapt: StrictBool = Field(
        default=True,
        description="Refine the mesh where the solution found on it changes too fast across a cell, and solve again.",
        examples=[True],
    )


class Solver(Table):
    """How the nonlinear problem is discretised and solved."""

    flux: Literal["edge_averaged", "galerkin"] = Field(
        default="edge_averaged",
        description="Discrete flux: Scharfetter-Gummel edge averages, or Galerkin.",
        examples=["edge_averaged"],
    )
    degree: Annotated[int, Number("a polynomial degree", 1, 1, 4, "1, 2, 3 or 4", integer=True)] = Field(
        default=1, description="Polynomial degree; above 1 with the galerkin flux only.", examples=[1]
    )
    tolerance: Annotated[float, Number("a tolerance", 1e-8, 1e-14, 1e-1, "1e-14 to 0.1")] = Field(
        default=1e-8,
        description="Largest last Newton update of a potential, in units of RT/F.",
        examples=[1e-8],
    )
    max_iterations: Annotated[int, Number("a number of iterations", 60, 1, 100000, "1 to 100000", integer=True)] = (
        Field(default=60, description="Newton iterations before the solver gives up or ramps.", examples=[60])
    )
    step_rule: Literal["auto", "component", "logarithmic"] = Field(
        default="auto",
        description="How a Newton step is limited; auto tries the one, then the other.",
        examples=["auto"],
    )
    ramp: StrictBool = Field(
        default=True, description="Ramp charges and potentials as the last resort.", examples=[True]
    )
