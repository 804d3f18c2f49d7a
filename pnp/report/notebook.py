"""A result as a notebook shows it: its numbers beside the simplified models, or the table of its sweep, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pnp.report.format import quantities, quantity, words
from pnp.report.sweep_table import sweep_rows
from pnp.report.tables import reasons, shown
from pnp.result import Result


def result_html(result: Result) -> str:
    """Title, state, table, reasons and warnings."""
    title = escape(result.case.title or result.case.name)
    parts = [f"<p><b>{title}</b> ({escape(result.status)})</p>"]
    if result.message:
        parts.append(_paragraphs([result.message]))
    if result.sweep is not None and result.sweep.rows:
        header, rows, _ = sweep_rows(result.sweep, result.case)
        header = [text.replace("-\n", "-") for text in header]
        note = f"{len(rows)} of {len(result.sweep.rows)} points; result.to_xarray() has all, with every quantity"
        return "".join([*parts, _table(header, rows), _paragraphs([note, *result.warnings])])
    predicted = {row.quantity for row in result.simplified_models}
    rows = []
    for name in dict.fromkeys([*shown(result), *(name for name in result.quantities if name in predicted)]):
        full = result.quantities[name]
        models = [row for row in result.simplified_models if row.quantity == name]
        if not models:
            rows.append([words(name), quantity(full.value, full.unit), "", "", ""])
        for index, row in enumerate(models):
            value, prediction = quantities([full.value, row.value], full.unit)
            first = [words(name), value] if index == 0 else ["", ""]
            rows.append([*first, row.model, prediction, quantity(row.deviation, row.unit, 3)])
    header = ["quantity", "value", "simplified model", "prediction", "deviation"]
    header[1] = "full model" if predicted else "value"
    more = len(result.quantities) - len({row[0] for row in rows if row[0]})
    note = f"{more} more in result.quantities and result.to_xarray()" if more > 0 else ""
    said = reasons([row for row in result.simplified_models if row.quantity in result.quantities])
    return "".join([*parts, _table(header, rows), _paragraphs([note, *said, *result.warnings])])


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table, without columns that hold no text."""
    kept = [j for j in range(len(header)) if any(row[j] for row in rows)]
    header, rows = [header[j] for j in kept], [[row[j] for j in kept] for row in rows]
    head = "".join(f"<th>{escape(text)}</th>" for text in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _paragraphs(texts: Sequence[str]) -> str:
    lines = [escape(text.strip()) for text in texts if text.strip()]
    return f"<p>{'<br>'.join(lines)}</p>" if lines else ""
