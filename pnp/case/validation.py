"""From tables to a validated case, or to every mistake in them at once.

Mistakes hide others: a check of the whole case cannot run where one table is wrong. So what is known to be
wrong is replaced by a stand-in, the next stage looks at that, and findings that rest on a replaced key are
dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pnp.case.checks import reference_problems
from pnp.case.checks_physics import physics_problems
from pnp.case.checks_sweep import sweep_problems
from pnp.case.errors import CaseError, Problem, paths_of, problems_of
from pnp.case.keypath import Path
from pnp.case.layout import Layout
from pnp.case.repair import repaired

if TYPE_CHECKING:
    from pnp.case.case import Case

_MOST_STAGES = 8


def validated(model: type[Case], raw: dict[str, Any], source: str, check_sweep: bool, from_file: bool = False) -> Case:
    """The case of these tables.

    Args:
        model: The case's model.
        raw: Tables as a TOML reader gives them.
        source: File name for messages, or "".
        check_sweep: Whether to try the sweep's values.
        from_file: Whether the tables come from a file, so that files named in them are looked for beside it.

    Raises:
        CaseError: with every mistake found.
    """
    try:
        case = unchecked(model, raw, source, from_file)
    except ValidationError as error:
        problems = problems_of(error, model, raw)
    else:
        problems = problems_in(case, check_sweep)
        if not problems:
            return case
        if not any(p.blocks for p in reference_problems(case)):
            raise CaseError(message_texts(problems, raw, source))
    hidden = _hidden(model, raw, problems, lambda tables: unchecked(model, tables, source, from_file), check_sweep)
    raise CaseError(message_texts([*problems, *hidden], raw, source))


def _hidden(
    model: type[Case],
    tables: dict[str, Any],
    problems: Sequence[Problem],
    build: Callable[[dict[str, Any]], Case],
    check_sweep: bool,
) -> Iterator[Problem]:
    """What later stages find in the sound parts of tables that have these mistakes."""
    wrong: list[Path] = []
    for _ in range(_MOST_STAGES):
        wrong += paths_of(problems)
        tables = repaired(build, model, tables, problems)
        try:
            stand_in = build(tables)
        except ValidationError:
            return
        problems = problems_in(stand_in, check_sweep)
        yield from [p for p in problems if not p.rests_on(wrong)]
        if not any(p.blocks for p in reference_problems(stand_in)):
            return


def unchecked(model: type[Case], raw: dict[str, Any], source: str, from_file: bool = False) -> Case:
    """A case whose tables are valid one by one; the checks of the whole have not run.

    Raises:
        ValidationError: a table is wrong.
    """
    context = {"unchecked": True, "raw": raw, "source": source, "from_file": from_file}
    return model.model_validate(raw, context=context)


def problems_in(case: Case, check_sweep: bool = True, layout: Layout | None = None) -> list[Problem]:
    """Findings of the first stage that has any: references, then physics, then the sweep's values."""
    found = reference_problems(case, layout)
    if not any(p.blocks for p in found):
        wrong = paths_of(found)
        found += [p for p in physics_problems(case, layout) if not p.rests_on(wrong)]
    if not found and check_sweep:
        found = sweep_problems(case)
    return found


def message_texts(problems: Sequence[Problem], raw: Mapping[str, Any], source: str) -> list[str]:
    """Texts of the findings, each once."""
    return list(dict.fromkeys(p.text(raw, source) for p in problems))
