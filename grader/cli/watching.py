"""Does something again whenever a file changes, until it is interrupted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from grader.cli.common import say
from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_FIRST_TURN_MS = 200


def again_and_again(
    run: Callable[[], object],
    folders: Iterable[Path],
    wanted: Callable[[Path], bool],
    *,
    recursive: bool = False,
) -> NoReturn:
    """Run once, and again whenever a file that is wanted changes; tell what goes wrong.

    Args:
        run: what to do.
        folders: where to look for changes.
        wanted: which changed files count.
        recursive: whether to look in the folders below, too.
    """
    from watchfiles import watch

    say("watching; stop with Ctrl-C")
    # The first turn comes once the watch is set up, so that no save is missed.
    turns = watch(
        *folders,
        recursive=recursive,
        yield_on_timeout=True,
        rust_timeout=_FIRST_TURN_MS,
    )
    for turn, changes in enumerate(turns):
        if turn == 0 or any(wanted(Path(name)) for _, name in changes):
            _run_once(run)
    sys.exit(0)


def _run_once(run: Callable[[], object]) -> None:
    try:
        run()
    except GraderError as error:
        say(f"grader: {error}")
