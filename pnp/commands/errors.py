"""What can go wrong with a command: exit codes, the error of wrong usage, and what is said of a defect."""

from __future__ import annotations

import os
import traceback

DONE, NOT_CONVERGED, WRONG, DEFECT, INTERRUPTED = 0, 1, 2, 70, 130


class UsageError(Exception):
    """Something on the command line is wrong: shown without a traceback, exit code 2."""


def defect_text(error: Exception) -> str:
    """What is said of an error that is no user's: where it came from, and how to report it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = ""
    if frames:
        place = f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno}, in {frames[-1].name})"
    said = str(error).strip() or "no message"
    text = f"this is a defect of pnp, not of your case: {type(error).__name__}: {said}{place}"
    if os.environ.get("PNP_DEBUG"):
        return text + "\n" + "".join(traceback.format_exception(error)).rstrip()
    return text + "\nPlease report it with the case file and the output of the same command under PNP_DEBUG=1."
