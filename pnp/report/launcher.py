"""What an MPI launcher tells of this process in its environment, known without importing MPI."""

from __future__ import annotations

import os

_RANKS = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK")


def rank_of_launcher() -> int:
    """This process's rank; 0 outside of a launcher."""
    for name in _RANKS:
        if os.environ.get(name, "").isdigit():
            return int(os.environ[name])
    return 0


def under_launcher() -> bool:
    """Whether a launcher started this process.

    Open MPI gives rank 0 a terminal of its own whatever its output goes to, so what looks like a terminal then
    is none: no colour, and no 80 columns that nobody chose.
    """
    return any(name in os.environ for name in _RANKS)
