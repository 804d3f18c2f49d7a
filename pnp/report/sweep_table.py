"""A sweep as a table for the terminal: a few columns and rows; everything is in sweep.csv."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pnp.comparison.prediction import worst
from pnp.report import columns as columns_of
from pnp.report.format import common_scale, number, words
from pnp.report.interest import interesting_quantities
from pnp.result import CONVERGED, FloatArray, SweepTable

if TYPE_CHECKING:
    from pnp.case import Case

MOST_ROWS = 15
MOST_QUANTITIES = 3
MOST_MODELS = 2


def sweep_rows(table: SweepTable, case: Case, width: int = 1000) -> tuple[list[str], list[list[str]], str]:
    """Header, rows and a note that says what is left out: later columns, where `width` is too narrow for all.

    The points shown are spread evenly over the sweep, the ends included, with the first of those that did not
    converge. The simplified models of the first quantity stand beside it.
    """
    names = interesting_quantities(table, case, MOST_QUANTITIES)
    units = table.quantity_units()
    models = _models(table, names)
    predictions = table.simplified()
    header: list[str] = []
    columns: list[list[str]] = []

    def add(head: str, data: FloatArray, scale: tuple[float, str]) -> None:
        factor, symbol = scale
        cells = [number(factor * float(value)) for value in data]
        header.append(columns_of.head(head, cells) + (f"\n({symbol})" if symbol else ""))
        columns.append(cells)

    key = words(table.keys[0].split(".")[-1])
    if any(isinstance(row.value, str) for row in table.rows):
        header.append(key)
        columns.append([str(row.value) for row in table.rows])
    else:
        add(key, table.values(), _scale(table.values(), table.unit))
    for name in names:
        # A model stands beside the full result in the same unit.
        scale = _scale(table[name], units[name])
        add(words(name), table[name], scale)
        for model in models if name == names[0] else []:
            add(model[0], predictions[model], scale)
    failed = {i for i, row in enumerate(table.rows) if row.status != CONVERGED}
    status = ["" if row.status == CONVERGED else f"not converged: {row.message}" for row in table.rows]
    count = len(table.rows)
    chosen = {int(i) for i in np.linspace(0, count - 1, min(count, MOST_ROWS)).round()}
    shown = sorted(chosen | set(sorted(failed)[:MOST_ROWS]))
    widths = [columns_of.number_width(h, [column[i] for i in shown]) for h, column in zip(header, columns, strict=True)]
    told = [columns_of.text_width("", status, 13)] if failed else []
    fitting = len(columns)
    while fitting > 2 and columns_of.total([*widths[:fitting], *told]) > width:
        fitting -= 1
    dropped = len(columns) - fitting
    header, columns = header[:fitting], columns[:fitting]
    rows = [[*(column[i] for column in columns), status[i]] for i in shown]
    hidden = count - len(rows)
    note = f"{hidden} more of the {count} points are in sweep.csv, with every quantity." if hidden else ""
    if dropped:
        note = f"{dropped} more {'column' if dropped == 1 else 'columns'} in sweep.csv. {note}".strip()
    if failed:
        note = f"{len(failed)} of {count} points did not converge. {note}".strip()
    return [*header, ""], rows, note


def validity_lines(table: SweepTable, case: Case) -> list[str]:
    """For each simplified model in the table a line with the worst value of its criteria over the sweep."""
    lines = []
    for model, name in _models(table, interesting_quantities(table, case, MOST_QUANTITIES)):
        reasons = [r.reason for row in table.rows for r in row.simplified if (r.model, r.quantity) == (model, name)]
        text = worst(reasons)
        if text:
            lines.append(f"  {model} ({words(name)}): {text}")
    return lines


def _models(table: SweepTable, names: list[str]) -> list[tuple[str, str]]:
    """The simplified models that stand beside the first quantity."""
    return [key for key in table.simplified() if key[1] in names[:1]][:MOST_MODELS]


def _scale(data: FloatArray, unit: str) -> tuple[float, str]:
    return common_scale([float(value) for value in data], unit)
