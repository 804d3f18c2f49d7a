"""From tables to a validated case, or to every mistake in them at once.

Mistakes hide others: a check of the whole case cannot run where one table is wrong. So what is known to be
wrong is replaced by a stand-in, the next stage looks at that, and findings that rest on a replaced key are
dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pnp.case.checks import reference_problems
from pnp.case.checks_physics import physics_problems
from pnp.case.checks_sweep import sweep_problems
from pnp.case.errors import CaseError, Problem, problems_of
from pnp.case.keypath import Path
from pnp.case.repair import repaired

if TYPE_CHECKING:
    from pnp.case.case import Case

_MOST_STAGES = 8


def validated(model: type[Case], raw: dict[str, Any], source: str, check_sweep: bool) -> Case:
    """The case of these tables.

    Args:
        model: The case's model.
        raw: Tables as a TOML reader gives them.
        source: File name for messages, or "".
        check_sweep: Whether to try the sweep's values.

    Raises:
        CaseError: with every mistake found.
    """
    try:
        case = unchecked(model, raw, source)
    except ValidationError as error:
        problems = problems_of(error, model, raw)
    else:
        problems = problems_in(case, check_sweep)
        if not problems:
            return case
        if not reference_problems(case):
            raise CaseError(message_texts(problems, raw, source))
    raise CaseError(message_texts([*problems, *_hidden(model, raw, problems, check_sweep)], raw, source))


def _hidden(
    model: type[Case], tables: dict[str, Any], problems: Sequence[Problem], check_sweep: bool
) -> Iterator[Problem]:
    """What later stages find in the sound parts of tables that have these mistakes."""
    wrong: list[Path] = []
    for _ in range(_MOST_STAGES):
        wrong += [path for p in problems for path in (p.path, *p.touches)]
        tables = repaired(lambda t: unchecked(model, t, ""), model, tables, problems)
        try:
            stand_in = unchecked(model, tables, "")
        except ValidationError:
            return
        references = reference_problems(stand_in)
        problems = references or problems_in(stand_in, check_sweep)
        yield from [p for p in problems if not p.rests_on(wrong)]
        if not references:
            return


def unchecked(model: type[Case], raw: dict[str, Any], source: str) -> Case:
    """A case whose tables are valid one by one; the checks of the whole have not run.

    Raises:
        ValidationError: a table is wrong.
    """
    return model.model_validate(raw, context={"unchecked": True, "raw": raw, "source": source})


def problems_in(case: Case, check_sweep: bool = True) -> list[Problem]:
    """Findings of the first stage that has any: references, then physics, then the sweep's values."""
    found = reference_problems(case) or physics_problems(case)
    if not found and check_sweep:
        found = sweep_problems(case)
    return found


def message_texts(problems: Sequence[Problem], raw: Mapping[str, Any], source: str) -> list[str]:
    """Texts of the findings, each once."""
    return list(dict.fromkeys(p.text(raw, source) for p in problems))
