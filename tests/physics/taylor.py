"""Taylor's test of the Jacobian, border rows and columns included."""

from __future__ import annotations

import numpy as np

from pnp.initial import guess
from pnp.problem import Problem, State


def remainder_orders(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Orders in ε of ‖F(u + εv) − F(u) − ε J v‖ of fields and border, (2,) each: 2 where J is the derivative.

    J v is found through the solver: v is taken as J⁻¹ w for a random w.
    """
    rng = np.random.default_rng(1)
    first = guess(problem)
    state = State(first.fields + 0.1 * rng.standard_normal(first.fields.shape), first.border + 0.1)
    base = problem.residual(state)
    system = problem.linearise()
    w, w_border = base.fields * rng.uniform(0.5, 1.5, base.fields.shape), base.border * 0.7
    v, v_border = system.solve(w, w_border)
    scale = 1e-2 / np.abs(v).max()
    remainders = []
    for epsilon in (scale, scale / 2, scale / 4):
        moved = problem.residual(state.moved(epsilon * v, epsilon * v_border))
        fields = (moved.fields - base.fields - epsilon * w).reshape(-1) * system.row_scale
        border = moved.border - base.border - epsilon * w_border
        remainders.append((np.abs(fields).max(), np.abs(border).max(initial=0.0)))
    fields, border = np.array(remainders).T
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(fields[:-1] / fields[1:]), np.log2(border[:-1] / border[1:])
