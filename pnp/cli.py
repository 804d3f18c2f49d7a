"""The command line `pnp`: which command, its options, and what errors and exit codes a user sees.

Exit codes: 0 done, 1 not converged (partial results are written), 2 the case or the command is wrong,
70 a defect of pnp, 130 interrupted. Nothing heavy is imported here or by a command's `add_arguments`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, TextIO

from pnp import __version__
from pnp.commands import COMMANDS
from pnp.commands.errors import DEFECT, DONE, INTERRUPTED, WRONG, UsageError, defect_text
from pnp.report.launcher import rank_of_launcher, under_launcher

_COLLECTIVE = ("run", "info")
"""Commands that start MPI, which every rank of a launcher has to do or the others wait for it for ever."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors name the nearest command or option."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As argparse's; without its colours (of Python 3.14) where the terminal is a launcher's."""
        super().__init__(*arguments, **options)
        if under_launcher():
            self.color = False

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{self.format_usage().strip()}")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = _Parser(
        prog="pnp",
        description="Solve the Poisson–Nernst–Planck equations of a case file and compare simplified models.",
        epilog="`pnp COMMAND --help` tells more of a command. Under mpiexec the commands are the same.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"pnp {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, module in COMMANDS.items():
        text = module.HELP
        sub = commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=getattr(module, "EPILOG", None),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_arguments(sub)
        sub.set_defaults(module=module)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words after `pnp`; those of the process by default.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show µ or ⁺ shows ? there, and no traceback.
            stream.reconfigure(errors="replace")
    try:
        return _dispatch(words)
    except UsageError as error:
        _complain(str(error))
        return WRONG
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        _silence(sys.stdout)
        return DONE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{where}{error.strerror or error}")
        return WRONG
    except Exception as error:
        _complain(defect_text(error))
        return DEFECT


def _open_closed_streams() -> None:
    """Give a stream that the caller closed (`>&-`), which Python makes None, a place to write to."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def _silence(stream: TextIO) -> None:
    """Send a stream whose reader has gone nowhere, so that the interpreter's own last flush does not complain."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _dispatch(words: list[str]) -> int:
    # Every command but the collective ones is done by one process, once.
    collective = bool(words) and words[0] in _COLLECTIVE and not {"-h", "--help", "-help"} & set(words)
    if not collective and rank_of_launcher() > 0:
        return DONE
    parser = build_parser()
    if not words:
        parser.print_help()
        return WRONG
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        near = get_close_matches(words[0], COMMANDS, n=1, cutoff=0.5)
        hint = f"; did you mean `pnp {near[0]}`?" if near else ""
        if not near and words[0].endswith(".toml"):
            hint = f"; did you mean `pnp run {words[0]}`?"
        raise UsageError(f"unknown command {words[0]!r}{hint}\nThe commands are: {', '.join(COMMANDS)}")
    petsc_options: list[str] = []
    if words[0] == "run":
        from pnp.commands.petsc_options import split_petsc_options

        words, petsc_options = split_petsc_options(words, _options_of(parser, "run"))
    parsed, unknown = parser.parse_known_args(words)
    if unknown:
        _refuse(unknown, _options_of(parser, words[0]))
    parsed.petsc_options = petsc_options
    code = parsed.module.run(parsed)
    sys.stdout.flush()
    return int(code)


def _options_of(parser: argparse.ArgumentParser, command: str) -> list[str]:
    """The long options of one command."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) and command in action.choices:
            sub = action.choices[command]
            return [o for a in sub._actions for o in a.option_strings if o.startswith("--")]
    return []


def _refuse(unknown: list[str], options: list[str]) -> NoReturn:
    word = unknown[0]
    if not word.startswith("-"):
        raise UsageError(f"unexpected argument {word!r}: there is one too many")
    near = get_close_matches("--" + word.lstrip("-").split("=")[0], options, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise UsageError(f"unknown option {word!r}{hint}\nThe options are: {', '.join(options)}")


def _complain(text: str) -> None:
    """Write to stderr, once under a launcher; without a reader nothing is said, and the exit code stays."""
    for stream, said in ((sys.stdout, ""), (sys.stderr, f"pnp: {text}\n" if rank_of_launcher() == 0 else "")):
        try:
            stream.write(said)
            stream.flush()
        except BrokenPipeError:
            _silence(stream)
