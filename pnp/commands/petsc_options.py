"""PETSc's options on the command line: told from ours and from misspellings of ours."""

from __future__ import annotations

import re
from difflib import get_close_matches

from pnp.commands.errors import UsageError

# PETSc's options start with one dash and nearly all have an underscore; these few have none.
_WITHOUT_UNDERSCORE = {"-citations", "-info", "-malloc", "-objects", "-options", "-trace", "-vecscale"}
_OPTION = re.compile(r"-[A-Za-z][\w.:-]+")
_OURS_WITH_ONE_DASH = {"-help": "--help", "-h": "--help"}


def split_petsc_options(words: list[str], own: list[str]) -> tuple[list[str], list[str]]:
    """Split a command line into our words and PETSc's options with their values.

    A word like `-ksp_monitor` is PETSc's; so is the next word, unless it is an option or a case file.

    Args:
        words: The whole command line.
        own: Our long options ("--overwrite", ...).

    Returns:
        The words left for us, and PETSc's.

    Raises:
        UsageError: an option with one dash that is one of ours, nearly so, or nobody's.
    """
    ours: list[str] = []
    petsc: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in _OURS_WITH_ONE_DASH:
            ours.append(_OURS_WITH_ONE_DASH[word])
        elif word in ("-o", "--output", "--set"):
            # Their value may look like anything.
            ours += [word, *rest[:1]]
            rest = rest[1:]
        elif _OPTION.fullmatch(word):
            _refuse_ours(word, own)
            petsc.append(word)
            if rest and not _OPTION.fullmatch(rest[0]) and not rest[0].startswith("--") and not _is_ours(rest[0]):
                petsc.append(rest.pop(0))
        else:
            ours.append(word)
    return ours, petsc


def _is_ours(word: str) -> bool:
    """Whether a word after a PETSc option without a value is meant for us."""
    return word == "-o" or word.endswith(".toml")


def _refuse_ours(word: str, own: list[str]) -> None:
    name = word.lstrip("-").replace("_", "-")
    near = get_close_matches("--" + name, own, n=1, cutoff=0.8)
    if near:
        raise UsageError(f"unknown option {word!r}; did you mean {near[0]}?")
    if "_" not in word and word not in _WITHOUT_UNDERSCORE:
        raise UsageError(
            f"unknown option {word!r}: neither one of pnp ({', '.join(own)}, -o FOLDER) nor of PETSc, "
            "whose options have an underscore (-ksp_monitor)"
        )
