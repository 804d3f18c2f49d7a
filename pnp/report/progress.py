"""The progress of a sweep: a bar on a terminal, nothing when the output is not one."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from pnp.report.launcher import under_launcher

if TYPE_CHECKING:
    from rich.progress import Progress


class ProgressBar:
    """A bar on stderr, drawn from the second step on; call it as `bar(done, total, text)`.

    It is drawn only if `visible`, so every rank can call it, and only rank 0 shows anything.
    Use it as a context manager, so that the terminal is restored whatever happens.
    """

    def __init__(self, visible: bool | None = None) -> None:
        """Make a bar that is `visible`: by default, when stderr is a terminal."""
        self._visible = sys.stderr.isatty() and not under_launcher() if visible is None else visible
        self._progress: Progress | None = None

    def __call__(self, done: int, total: int, text: str = "") -> None:
        """Show `done` steps of `total`, and `text` beside the bar. A single step shows no bar."""
        if not self._visible or total < 2:
            return
        if self._progress is None:
            self._progress = self._start()
        self._progress.update(self._progress.task_ids[0], completed=done, total=total, text=text)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    @staticmethod
    def _start() -> Progress:
        # Only sweeps on a terminal pay for this import.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        progress = Progress(
            TextColumn("solving"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[text]}"),
            console=Console(stderr=True),
            transient=True,
        )
        progress.add_task("solving", text="")
        progress.start()
        return progress
