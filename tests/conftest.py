"""What all tests share: a folder of its own for the MPI launchers that a test process starts."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def launchers_apart() -> Iterator[None]:
    """Give this process's launchers a session folder of their own.

    Open MPI keeps its sessions in one folder for each host and user, below TMPDIR; of two launchers that begin and end
    at the same moment, as in two test processes, one may remove it under the other ("prte_session_dir failed"). The
    path is short, for sockets lie in it.
    """
    tempfile.gettempdir()  # pytest's own folders stay where they are: this remembers the place
    before = os.environ.get("TMPDIR")
    folder = tempfile.mkdtemp(prefix="mpi")
    os.environ["TMPDIR"] = folder
    yield
    if before is None:
        del os.environ["TMPDIR"]
    else:
        os.environ["TMPDIR"] = before
    shutil.rmtree(folder, ignore_errors=True)
