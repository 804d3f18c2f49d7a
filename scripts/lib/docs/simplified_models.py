"""The page of simplified models: what stands beside a result, and every closed form, from code and docstrings."""

from __future__ import annotations

import importlib
import inspect
import itertools
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from pnp import simplified
from pnp.case import Case
from pnp.comparison.models import SHEETS, Sheet
from pnp.comparison.views import stacks_from_case
from pnp.quantity_table import family
from scripts.lib.docs.docstrings import docstring_of
from scripts.lib.docs.prose import prose

_HEAD = """\
# Simplified models

Each is a closed form, or the root of one equation, in `pnp.simplified`: pure functions in SI units that need only
NumPy. {conventions}

## Beside a result

`pnp check` shows what the models that apply to a case predict, `pnp run` shows the deviation of the full model from
each of them as well. Beside a deviation stand the dimensionless numbers that the model rests on, each with the value
below which the model holds; those that are too large come first.

"""
_CRITERION = re.compile(r"(?:^|; )(?P<name>[^;]+?) = \S+ \((?:not )?< (?P<threshold>[^)]+)\)")


def simplified_models(cases: list[Path]) -> str:
    """The page; which model stands beside which quantity is found from the given case files, without solving."""
    conventions = docstring_of(simplified).body
    parts = [_HEAD.format(conventions=conventions.replace("\n", " ")), _beside_results(cases)]
    for module, functions in _modules().items():
        described = docstring_of(module)
        parts.append(f"\n## {_title(described.summary)}\n\n")
        if ":" in described.summary:
            parts.append(prose(_sentence(described.summary)) + "\n\n")
        if described.body:
            parts.append(_body(described.body))
        parts += [_function(f) for f in functions]
    return "".join(parts)


def _beside_results(cases: list[Path]) -> str:
    """An entry for each sheet: what it predicts, what it rests on, where to see it."""
    names: dict[Sheet, dict[str, None]] = defaultdict(dict)
    quantities: dict[Sheet, dict[str, None]] = defaultdict(dict)
    criteria: dict[Sheet, dict[str, None]] = defaultdict(dict)
    shown: dict[Sheet, dict[str, None]] = defaultdict(dict)
    for path in cases:
        case = Case.load(path)
        # Without the drive that is swept there is often nothing to predict.
        ends = [case.with_value(case.sweep.keys, case.sweep_values()[-1])] if case.sweep is not None else []
        stacks = [stack for own in (case, *ends) for stack in stacks_from_case(own)]
        for stack, sheet in itertools.product(stacks, SHEETS):
            try:
                predictions = sheet(stack)
            except (ValueError, ArithmeticError):
                continue  # as `pnp.comparison.models.simplified_models`: no finite answer, no row
            for p in predictions:
                names[sheet][p.model] = None
                quantities[sheet][f"`{family(p.quantity)}`"] = None
                shown[sheet][f"[{path.stem}](gallery/{path.stem}.md)"] = None
                for found in _CRITERION.finditer(p.reason):
                    criteria[sheet][prose(f"{found['name']} < {found['threshold']}")] = None
    parts = []
    for sheet in SHEETS:
        name = " / ".join(names[sheet]) or sheet.__name__.replace("_", " ").capitalize()
        lines = [prose(docstring_of(sheet).summary)]
        if quantities[sheet]:
            lines.append("Predicts " + ", ".join(quantities[sheet]))
        lines += [f"Holds while {text}" for text in criteria[sheet]]
        if shown[sheet]:
            lines.append("See " + ", ".join(shown[sheet]))
        parts.append(f"**{name}**\n:   " + "<br>\n    ".join(lines) + "\n\n")
    return "".join(parts)


def _modules() -> dict[Any, list[Any]]:
    """Modules of the package, in alphabetical order, with what each makes public, in the order of its file."""
    found: dict[str, list[Any]] = defaultdict(list)
    for name in simplified.__all__:
        thing = getattr(simplified, name)
        found[thing.__module__].append(thing)
    modules = {}
    for name in sorted(found):
        modules[importlib.import_module(name)] = sorted(found[name], key=lambda f: inspect.getsourcelines(f)[1])
    return modules


def _title(summary: str) -> str:
    """A heading: a docstring's first line up to its colon, or as far as it names things."""
    return summary.partition(":")[0].partition(", ")[0].rstrip(".")


def _sentence(summary: str) -> str:
    text = summary.partition(":")[2].strip()
    return text[:1].upper() + text[1:]


def _function(thing: Any) -> str:
    """One function or class: its formula, what is said of it, its arguments."""
    text = docstring_of(thing)
    parts = [f"\n### `{thing.__name__}`\n\n", f"{prose(text.summary)}\n\n"]
    if text.body:
        parts.append(_body(text.body))
    signature = ", ".join(inspect.signature(thing).parameters)
    parts.append(f"```python\npnp.simplified.{thing.__name__}({signature})\n```\n\n")
    for section, entries in text.sections.items():
        lines = [f"- {f'`{name}`: ' if name else ''}{prose(entry)}" for name, entry in entries]
        parts.append(f"{_SECTION_TITLES[section]}\n\n" + "\n".join(lines) + "\n\n")
    members = vars(thing).items() if inspect.isclass(thing) else ()
    methods = [m for name, m in members if not name.startswith("_") and _documented(m)]
    if methods:
        lines = [f"- `{_name(m)}`: {prose(docstring_of(_plain(m)).summary)}" for m in methods]
        parts.append("Methods and properties\n\n" + "\n".join(lines) + "\n\n")
    return "".join(parts)


_SECTION_TITLES = {"Args": "Arguments", "Returns": "Returns", "Raises": "Errors", "Attributes": "Attributes"}


def _documented(member: Any) -> bool:
    return isinstance(member, property) or inspect.isfunction(member)


def _plain(member: Any) -> Any:
    return member.fget if isinstance(member, property) else member


def _name(member: Any) -> str:
    if isinstance(member, property):
        return str(_plain(member).__name__)
    arguments = [name for name in inspect.signature(member).parameters if name != "self"]
    return f"{member.__name__}({', '.join(arguments)})"


def _body(text: str) -> str:
    """Paragraphs; indented lines are formulas."""
    parts = []
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("    "):
            parts.append(_formula(paragraph))
        else:
            parts.append(prose(" ".join(paragraph.split())))
    return "\n\n".join(parts) + "\n\n"


def _formula(paragraph: str) -> str:
    lines = [line.strip() for line in paragraph.splitlines()]
    return "```text\n" + "\n".join(lines) + "\n```"
