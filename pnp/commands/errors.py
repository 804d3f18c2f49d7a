"""The error of a command that was given something wrong."""


class UsageError(Exception):
    """Something on the command line is wrong: shown without a traceback, exit code 2."""
