"""The commands of the command line: one module each, with `HELP`, `add_arguments` and `run`.

`run(arguments)` returns the exit code. Heavy imports are inside it: the help needs none.
"""

from __future__ import annotations

from types import ModuleType

from pnp.commands import check, info, list_cases, mesh, new, plot, run, schema

COMMANDS: dict[str, ModuleType] = {
    "run": run,
    "check": check,
    "mesh": mesh,
    "new": new,
    "list": list_cases,
    "plot": plot,
    "info": info,
    "schema": schema,
}
"""The module of each command, in the order of the help."""
