"""The user's PETSc options: in PETSc's database while a study runs, gone afterwards, with word of those nobody used."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from petsc4py import PETSc


class PetscOptionError(Exception):
    """A PETSc option that PETSc does not accept; the text is for the user."""


class UserOptions:
    """The user's PETSc options while they are in PETSc's database, and which of them nobody asked for."""

    def __init__(self, values: dict[str, str | None]) -> None:
        """``values`` by name without dash; None for a flag."""
        self.values = values
        self._unused: list[str] | None = None

    def unused(self) -> list[str]:
        """Options ("-name") that PETSc has not looked up so far, or until the context ended."""
        if self._unused is not None:
            return list(self._unused)
        return [f"-{name}" for name in self.values if not _looked_up(name)]

    def close(self) -> None:
        """Keep what is known; called before the options are taken away."""
        self._unused = self.unused()


def _looked_up(name: str) -> bool:
    """Whether PETSc has read an option; true where that cannot be found out."""
    options = PETSc.Options()
    if hasattr(options, "used"):
        return bool(options.used(name))
    # petsc4py has no call for it; PetscBool is an int or (since PETSc 3.24) one byte.
    answer = (ctypes.c_ubyte * 8)()
    try:
        call = ctypes.CDLL(PETSc.__file__).PetscOptionsUsed
    except (AttributeError, OSError):
        return True
    call.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return call(None, name.encode(), ctypes.byref(answer)) != 0 or any(answer)


def _parsed(words: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    name = ""
    for word in words:
        if re.match(r"-[A-Za-z]", word):
            name = word[1:]
            found[name] = None
        elif name:
            found[name] = word
            name = ""
        else:
            raise PetscOptionError(f"{word!r} is not a PETSc option (which begins with a dash), nor the value of one")
    return found


@contextmanager
def user_options(words: Sequence[str]) -> Iterator[UserOptions]:
    """Have PETSc options, as on a command line, in PETSc's database for a while.

    Solvers read them when they are made, and again after a failure. Afterwards the database is as before: options of
    the same name that it had (of ~/.petscrc or PETSC_OPTIONS) have their values again.

    Args:
        words: ``["-ksp_type", "gmres", "-ksp_monitor"]``; a value is one word and may hold spaces.

    Yields:
        What can tell, then and later, which of the options nobody used.

    Raises:
        PetscOptionError: A word that is neither an option nor the value of one.
    """
    values = _parsed(words)
    database = PETSc.Options()
    before = {name: database.getString(name) for name in values if database.hasName(name)}
    told = UserOptions(values)
    for name, value in values.items():
        database.delValue(name)
        database.setValue(name, value)
    try:
        yield told
    finally:
        told.close()
        for name in values:
            database.delValue(name)
        for name, value in before.items():
            database.setValue(name, value or None)
