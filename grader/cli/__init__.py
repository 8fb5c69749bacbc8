"""argv in, exit code out; the only room that prints.

Results go to files or stdout, chatter and progress to stderr. A command is imported
when it is typed, and imports a heavy room where it needs it, so that `--help` is
immediate.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from typing import NoReturn, TextIO

import click

from grader import __version__
from grader.cli.commands import Commands
from grader.cli.common import INTERRUPTED, say
from grader.errors import GraderError
from grader.text import inert

_GARBAGE_LOOKED_FOR_AFTER = 500_000


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade PyTorch exercises: hidden checks, a reference, and reasons."""


def main() -> NoReturn:
    """Run the command; turn every error into one plain message and an exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    # A run keeps nearly all that it makes: to look for garbage costs a tenth of it.
    gc.set_threshold(_GARBAGE_LOOKED_FOR_AFTER)
    sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)
    try:
        cli.main(standalone_mode=False)
        sys.stdout.flush()
    except GraderError as error:
        say(f"grader: {error}")
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        say("grader: interrupted")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has stopped reading: no message is needed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        from grader.files import is_the_machine_s

        if isinstance(error, OSError) and is_the_machine_s(error):
            say(
                f"grader: this machine cannot go on: {error.strerror}. Make room on "
                f"its disks, or mend what it says, and type the command again."
            )
            sys.exit(2)
        say(
            f"grader: this is our fault, not yours: {type(error).__name__}: {error}. "
            f"Set GRADER_DEBUG=1 to see where, and please report it."
        )
        if os.environ.get("GRADER_DEBUG"):
            raise
        sys.exit(3)
    sys.exit(0)


class _Inert(io.TextIOWrapper):
    """A stream on which no line is a command, whoever wrote it."""

    def write(self, text: str) -> int:
        """Write a text that acts on nobody."""
        super().write(inert(text))
        return len(text)


def _guarded(stream: TextIO) -> TextIO:
    """Return a stream in which nothing acts on a terminal, a log or who reads it."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    encoding, by_line = stream.encoding, stream.line_buffering
    # A character that a terminal does not have is replaced, and is not an error.
    return _Inert(stream.detach(), encoding, "replace", line_buffering=by_line)


def _as_interrupt(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
