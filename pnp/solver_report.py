"""What the solver reports: iterations, rules, norms, ramping, resolution of layers, balances; and its warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pnp.balances import Balance
from pnp.linear import LinearSolver
from pnp.profile import Samples
from pnp.steady import SteadySolution

UNDER_RESOLVED = 4.0
"""Cells per local Debye length at a face below which a layer is called under-resolved."""


CROWDED = 2e4
"""Concentration in mol/m³ above which ions of 0.4 nm fill 40 % of the room: 4π/3 (0.2 nm)³ N_A c = 0.4."""
UNRESOLVED_DEMAND = 4.0
"""A cell that should be this many times smaller is told of."""


def report(
    solution: SteadySolution,
    samples: Samples,
    checks: Sequence[Balance],
    linear: LinearSolver,
) -> dict[str, Any]:
    """The solver part of summary.json. Collective.

    Args:
        solution: The solution whose numbers are shown.
        samples: Its samples.
        checks: Its balances.
        linear: The linear solver.
    """
    problem = solution.problem
    last = solution.attempts[-1]
    final = last.iterations[-1] if last.iterations else None
    names = [*(f"species {s}" for s in problem.model.species), "potential"]
    return {
        "newton_iterations": solution.newton_iterations,
        "linear_iterations": linear_iterations(solution),
        "unknowns": problem.disc.unknowns + len(problem.borders),
        "border_unknowns": [item.name for item in problem.borders],
        "cells": problem.disc.grid.cells,
        "mesh_refinements": len({a.mesh for a in solution.attempts}) - 1,
        "flux": problem.disc.scheme.flux,
        "degree": problem.disc.scheme.degree,
        "step_rule": last.what.rsplit(", ", 1)[-1].removesuffix(" steps"),
        "ramp_steps": len(solution.ramp),
        "ramp": [{"drive": at, "accepted": ok} for at, ok in solution.ramp],
        "reached_drive": solution.reached,
        "reason": solution.reason,
        "update_norm": final.update if final else None,
        "residual_norms": dict(zip(names, final.norms, strict=True)) if final else {},
        "linear_solver": linear.describe(),
        "smallest_concentration": samples.smallest_concentration() * problem.model.scales.concentration,
        "cells_per_debye_length": samples.face_resolution(),
        "balances": [b.as_dict() for b in checks],
        "history": [
            {
                "attempt": a.what,
                "cells": a.mesh,
                "converged": a.converged,
                "reason": a.reason,
                "updates": [i.update for i in a.iterations],
                "residuals": [i.residual for i in a.iterations],
                "rules": [i.rule for i in a.iterations],
                "linear": [i.linear for i in a.iterations],
            }
            for a in solution.attempts
        ],
    }


def linear_iterations(solution: SteadySolution) -> int:
    """Linear iterations of all Newton steps of a solution, whichever mesh or solver they were made with."""
    return sum(i.linear for a in solution.attempts for i in a.iterations)


def state_warnings(samples: Samples, demand: float, own_mesh: bool = False) -> list[str]:
    """One sentence for each layer whose first cell is too coarse, one where other cells are, one on crowded ions.

    Args:
        samples: The state.
        demand: How many times smaller the coarsest cell should be, see `pnp.adaptation`.
        own_mesh: Whether the mesh is a file of the user's, which no key of the case changes.
    """
    raised = "raise mesh.cells_per_debye_length or mesh.refinement"
    advice = "make its cells smaller in mesh.file" if own_mesh else raised
    anywhere = "make them smaller in mesh.file" if own_mesh else "raise mesh.refinement, or leave mesh.adapt = true"
    largest = samples.largest_concentration() * samples.model.scales.concentration
    found = [
        f"the layer at {face} has {cells:.1f} cells in its Debye length (at least {UNDER_RESOLVED:g} are wanted): "
        f"{advice}"
        for face, cells in samples.face_resolution().items()
        if cells < UNDER_RESOLVED
    ]
    if largest > CROWDED:
        found.append(
            f"an ion reaches {largest / 1e3:.3g} mol/L: ions are points in these equations, real ones would be crowded "
            f"above {CROWDED / 1e3:g} mol/L"
        )
    if demand > UNRESOLVED_DEMAND:
        found.append(
            f"somewhere the potential or the concentrations change {demand:.1f} times too fast for the cells: "
            f"{anywhere}"
        )
    return found
