"""What the terminal shows of a case and of its result: tables, readable without colour and in a pipe."""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from pnp.report import columns
from pnp.report.case_tables import Rows, boundary_rows, headline, region_rows, species_rows, sweep_line
from pnp.report.format import duration, quantities, quantity, words
from pnp.report.launcher import under_launcher
from pnp.report.result_rows import is_applied, is_blocked, is_of_one_side, label, point_title, value_text
from pnp.report.sweep_table import sweep_rows, validity_lines
from pnp.result import Result, SimplifiedRow

if TYPE_CHECKING:
    from pnp.case import Case

PIPE_WIDTH = 120
LEAST_WIDTH = 60
SEEN = 5e-7
"""Share of a number below which its mesh error is not in the digits shown."""
TELLING = 0.01
"""Share of a deviation below which the mesh has no part in it."""
_HIDDEN = ("debye_length.", "min_concentration", "amount.", "space_charge.")
_AT_POINTS = ("potential.", "potential_difference.")


class Report:
    """Writes to standard output (rank 0 only); a reader that has gone away (`| head`) stops nothing."""

    def __init__(self, console: Console | None = None) -> None:
        """Write to `console`; by default to standard output, as wide as the terminal."""
        self._console = console or _standard_console()

    def case(self, case: Case) -> None:
        """What is about to be solved."""
        title, *lines = headline(case)
        self._say(title, style="bold")
        self._say(*lines)
        self._table(*region_rows(case), numbers=(1, 2, 4))
        self._table(*species_rows(case), numbers=(1, 2, 3, 4))
        self._table(*boundary_rows(case))
        line = sweep_line(case)
        if line:
            self._say(line)

    def check(self, case: Case) -> None:
        """The case, what follows from it, and what each simplified model predicts."""
        from pnp.comparison import simplified_models
        from pnp.derived import derived

        self.case(case)
        rows = [
            (d.subject.rpartition(".")[2], words(d.name), quantity(d.value, d.unit, 4))
            for d in derived(case)
            if d.name not in ("thermal_voltage", "debye_length") or d.subject.startswith("boundaries")
        ]
        self._table(("of", "derived quantity", "value"), rows, numbers=(2,))
        predictions = simplified_models(case, None)
        if not predictions and case.sweep is not None:
            # Without the drive that is swept there is often nothing to predict.
            predictions = simplified_models(case.with_value(case.sweep.keys, case.sweep_values()[-1]), None)
            if predictions:
                value, unit = case.sweep_quantities()[-1]
                shown = quantity(value, unit) if isinstance(value, int | float) else value
                self._say("", f"At the last point of the sweep, {' = '.join(case.sweep.keys)} = {shown}:")
        if predictions:
            self._simplified(predictions, None)
        else:
            self._say("No simplified model applies to this case.")
        self._say("The case is valid.")

    def result(self, result: Result) -> None:
        """Every number of a result, beside the simplified models; balances, solver, warnings."""
        if not result.converged:
            self._say(f"NOT CONVERGED: {result.message or 'see the solver history in summary.json'}", style="bold")
        if result.sweep is not None and len(result.sweep.rows) > 1:
            header, rows, note = sweep_rows(result.sweep, result.case, self._console.width)
            self._table(header, rows, numbers=range(len(header) - 1))
            if note:
                self._say(note)
            self._say(*validity_lines(result.sweep, result.case))
        else:
            names = shown(result)
            errors = [mesh_error(result, name, SEEN * abs(result[name])) for name in names]
            texts = [value_text(name, result) for name in names]
            values = [
                (label(name, result.case), text, "" if rounding else error)
                for name, (text, rounding), error in zip(names, texts, errors, strict=True)
            ]
            self._table(("result", "value", "mesh error"), values, numbers=(1, 2))
            more = len(result.quantities) - len(names)
            if more:
                self._say(f"({more} more in summary.json)")
            if result.simplified_models:
                self._simplified(result.simplified_models, result)
        title = point_title(result)
        if title:
            self._say("", title)
        self._balances(result)
        self._say(*solver_lines(result))
        for text in result.warnings:
            self.warning(text)

    def warning(self, text: str) -> None:
        """Something the reader of the numbers has to know."""
        self._say(f"Warning: {text}")

    def tables(self, lines: Sequence[str], *tables: tuple[Rows, Iterable[int]]) -> None:
        """Lines, then tables, each with its columns of numbers."""
        self._say(lines[0], style="bold")
        self._say(*lines[1:])
        for (header, rows), numbers in tables:
            self._table(header, rows, numbers)

    def written(self, folder: Path, seconds: float) -> None:
        """Where the files are, and how long everything took."""
        names = sorted(path.name + ("/" if path.is_dir() else "") for path in folder.iterdir())
        self._say(f"Written to {folder}{os.sep}: {', '.join(names)}", f"Whole run: {duration(seconds)}")

    def _simplified(self, rows: Sequence[SimplifiedRow], result: Result | None) -> None:
        """The predictions, beside the full result if there is one; below, once each, when they hold."""
        header = ["simplified model", "quantity", "prediction"]
        cells = [[row.model, words(row.quantity), quantity(row.value, row.unit)] for row in rows]
        if result is not None:
            header += ["full model", "deviation"]
            for row, cell in zip(rows, cells, strict=True):
                q = result.quantities.get(row.quantity)
                cell[2:] = quantities([row.value, q.value if q else None], row.unit)
                error = mesh_error(result, row.quantity, TELLING * abs(row.deviation or 0.0))
                cell.append(quantity(row.deviation, row.unit, 3) + (f" ± {error}" if error else ""))
        if self._console.width < PIPE_WIDTH:
            self._say("", "Simplified models:")
            for model, name, *values in cells:
                told = zip(("", "full model ", "deviation "), values, strict=False)
                self._say(f"  {model}, {name}: {', '.join(label + value for label, value in told)}")
        else:
            self._table(header, cells, numbers=(2, 3, 4))
        self._say(*reasons(rows))

    def _balances(self, result: Result) -> None:
        balances = result.solver.get("balances") or []
        rows = []
        for b in balances:
            numbers = [b.get(key) for key in ("value", "allowed", "rounding_bound")]
            texts = [text.partition(" ") for text in quantities(numbers, b.get("unit", "1"), 3)]
            unit = next((unit for _, _, unit in texts if unit), "")
            rows.append((b["name"], *(value for value, _, _ in texts), unit, "holds" if b["ok"] else "VIOLATED"))
        if rows:
            self._table(("balance", "sum", "allowed", "rounding bound", "unit", ""), rows, numbers=(1, 2, 3))

    def _table(self, header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()) -> None:
        """A table of texts; columns in `numbers` are aligned right, and columns without any text left out.

        Numbers are never cut: where the columns do not fit, each row is told in lines instead.
        """
        if not rows:
            return
        right = set(numbers)
        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        kept = [j for j in range(len(header)) if any(row[j] for row in rows)]
        widths = []
        for order, j in enumerate(kept):
            cells = [row[j] for row in rows]
            text = columns.head(header[j], cells) if j in right else header[j]
            widths.append(columns.number_width(text, cells) if j in right else columns.text_width(text, cells))
            justify = "right" if j in right else "left"
            # Rich counts a padding at the table's edges that is not there.
            least = max(0, widths[-1] - (order == 0) - (order == len(kept) - 1))
            table.add_column(text, justify=justify, no_wrap=j in right, overflow="fold", min_width=least)  # type: ignore[arg-type]
        for row in rows:
            table.add_row(*(row[j] for j in kept))
        self._say("")
        if columns.total(widths) <= self._console.width:
            self._print(table)
            return
        for row in rows:
            told = (f"{header[j]} {row[j]}".strip().replace("\n", " ") for j in kept[1:] if row[j])
            self._say(f"{row[kept[0]]}: {', '.join(told)}")

    def _say(self, *lines: str, style: str | None = None) -> None:
        for line in lines:
            self._print(line, style=style)

    def _print(self, *what: object, style: str | None = None) -> None:
        with self._console.capture() as captured:
            self._console.print(*what, style=style)
        text = "".join(line.rstrip() + "\n" for line in captured.get().splitlines())
        try:
            self._console.file.write(text)
        except BrokenPipeError:
            # The solve and its files matter more than its audience.
            self._console.file = sys.stdout = open(os.devnull, "w")  # noqa: SIM115


def mesh_error(result: Result, name: str, least: float) -> str:
    """The estimated mesh error of a quantity, "" where there is none or it is below ``least``."""
    q = result.quantities.get(name)
    if q is None or q.mesh_error is None or q.mesh_error <= least:
        return ""
    return quantity(q.mesh_error, q.unit, 3)


def shown(result: Result) -> list[str]:
    """The quantities the terminal shows; the others are in summary.json.

    Left out are those of single boundaries where there is one for all, flows through boundaries that let none pass,
    contents where nothing is closed, and of what is known at points everything but the potential. What the case
    prescribes comes last.
    """
    closed = {f"amount.{s}" for s in result.case.closed_species()}
    ends = {f"potential.{side}" for side in result.case.boundaries}
    difference = any(n in result.quantities for n in ("membrane_potential", "liquid_junction_potential"))
    names = []
    for name in result.quantities:
        base, _, last = name.rpartition(".")
        if last in result.case.points and not name.startswith(_AT_POINTS):
            continue
        doubled = (last in result.case.boundaries and base in result.quantities) or (difference and name in ends)
        doubled = is_of_one_side(name, result) or (doubled and not is_of_one_side(base, result))
        hidden = (name.startswith(_HIDDEN) and name not in closed) or is_blocked(name, result.case)
        if not doubled and not hidden:
            names.append(name)
    return sorted(names, key=lambda name: is_applied(name, result.case))


def reasons(rows: Sequence[SimplifiedRow]) -> list[str]:
    """One line for each reason, with the model it is of, and the quantities where a model has several."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.reason:
            found.setdefault((row.model, row.reason), []).append(words(row.quantity))
    several = Counter(model for model, _ in found)
    return [
        f"  {model}{_listed(names) if several[model] > 1 else ''}: {reason}" for (model, reason), names in found.items()
    ]


def solver_lines(result: Result) -> list[str]:
    """The solver's report in a few lines."""
    s = result.solver
    if not s:
        return []
    parts = []
    # Of a sweep all else is that of one point, see `point_title`.
    over = " at all points" if point_title(result) else ""
    for key, text in (
        ("unknowns", "{} unknowns"),
        ("cells", "{} cells"),
        ("newton_iterations", f"{{}} Newton iterations{over}"),
        ("linear_iterations", f"{{}} linear iterations{over}"),
        ("step_rule", "step rule {}"),
        ("linear_solver", "{}"),
    ):
        if s.get(key) not in (None, ""):
            parts.append(text.format(s[key]))
    ramp = s.get("ramp_steps") or 0
    parts.append(f"drive ramped in {ramp} steps{over}" if ramp else "no ramp")
    lines = ["", "Solver: " + ", ".join(parts)]
    norms = [f"{name} {value:.1e}" for name, value in (s.get("residual_norms") or {}).items() if _finite(value)]
    if norms:
        update = f"; last update {s['update_norm']:.1e}" if _finite(s.get("update_norm")) else ""
        lines.append(f"Residuals: {', '.join(norms)}{update}")
    if s.get("reason"):
        lines.append(f"Stopped because {s['reason']}")
    if _finite(s.get("smallest_concentration")):
        lines.append(f"Smallest concentration: {quantity(s['smallest_concentration'], 'mol/m^3', 3)}")
    layers = [f"{where}: {n:.3g}" for where, n in (s.get("cells_per_debye_length") or {}).items() if _finite(n)]
    if layers:
        lines.append("Cells per Debye length: " + "; ".join(layers))
    return lines


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _standard_console() -> Console:
    launched = under_launcher()
    width = None
    if "COLUMNS" in os.environ and launched:
        width = int(os.environ["COLUMNS"]) if os.environ["COLUMNS"].isdigit() else PIPE_WIDTH
    elif (launched or not sys.stdout.isatty()) and "COLUMNS" not in os.environ:
        width = PIPE_WIDTH
    console = Console(
        file=sys.stdout,
        markup=False,
        highlight=False,
        emoji=False,
        width=width,
        soft_wrap=False,
        force_terminal=False if launched else None,
    )
    console.width = max(console.width, LEAST_WIDTH)
    return console


def _listed(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})"
