"""A sweep as a table for the terminal: a few columns and rows; everything is in sweep.csv."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from pnp.report.format import common_scale, number, words
from pnp.report.interest import interesting_quantities
from pnp.result import CONVERGED, FloatArray, SweepTable

if TYPE_CHECKING:
    from pnp.case import Case

MOST_ROWS = 15
MOST_QUANTITIES = 3
MOST_MODELS = 2
HEADER_WIDTH = 14


def sweep_rows(table: SweepTable, case: Case) -> tuple[list[str], list[list[str]], str]:
    """Header, rows and a note that says what is left out.

    The points shown are spread evenly over the sweep, the ends included, with the first of those that did not
    converge. The simplified models of the first quantity stand beside it.
    """
    names = interesting_quantities(table, case, MOST_QUANTITIES)
    units = table.quantity_units()
    models = [key for key in table.simplified() if key[1] in names[:1]][:MOST_MODELS]
    predictions = table.simplified()
    header: list[str] = []
    columns: list[list[str]] = []

    def add(head: str, data: FloatArray, unit: str) -> None:
        values = [float(value) for value in data]
        scale, symbol = common_scale(values, unit)
        header.append(
            "\n".join(textwrap.wrap(head, HEADER_WIDTH, break_long_words=False)) + (f"\n({symbol})" if symbol else "")
        )
        columns.append([number(scale * value) for value in values])

    key = words(table.keys[0].split(".")[-1])
    if any(isinstance(row.value, str) for row in table.rows):
        header.append(key)
        columns.append([str(row.value) for row in table.rows])
    else:
        add(key, table.values(), table.unit)
    for name in names:
        add(words(name), table[name], units[name])
        for model in models if name == names[0] else []:
            add(model[0], predictions[model], units[name])
    failed = {i for i, row in enumerate(table.rows) if row.status != CONVERGED}
    status = ["" if row.status == CONVERGED else f"not converged: {row.message}" for row in table.rows]
    count = len(table.rows)
    chosen = {int(i) for i in np.linspace(0, count - 1, min(count, MOST_ROWS)).round()}
    shown = sorted(chosen | set(sorted(failed)[:MOST_ROWS]))
    rows = [[*(column[i] for column in columns), status[i]] for i in shown]
    hidden = count - len(rows)
    note = f"{hidden} more of the {count} points are in sweep.csv, with every quantity." if hidden else ""
    if failed:
        note = f"{len(failed)} of {count} points did not converge. {note}".strip()
    return [*header, ""], rows, note
