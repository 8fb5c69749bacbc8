"""Libraries that open files by other ways than Python's functions of today.

Some have kept the `open` that was there before; sqlite3 opens paths in C. They get the
scratch space as well. What else opens paths in C is told by `why_refused`.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import re
import urllib.parse
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox.worker.looking import is_a
from grader.sandbox.worker.watching import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.worker.replacing import Replacements
    from grader.sandbox.worker.scratch import Space

_KEPT: Final = (
    *(("bz2", "_builtin_open"), ("tarfile", "bltn_open")),
    *(("tokenize", "_builtin_open"), ("numpy.lib._datasource", "open")),
)
_IN_C: Final = re.compile("Operation not permitted|[Uu]nable to open|open file failed")
_ONLY_PYTHON: Final = "only Python's own functions open files where this is graded"


def lead_into(space: Space, replaced: Replacements) -> None:
    """Let these libraries use a scratch space, now or once they are imported."""
    for name, attribute in _KEPT:
        reopen = functools.partial(_reopen, replaced, attribute)
        replaced.undone_by(when_imported(name, reopen))
    connect = functools.partial(_connect_within, replaced, space)
    replaced.undone_by(when_imported("sqlite3", connect))


def why_refused(error: BaseException, text: str) -> str:
    """Return why a library could not open a file in C; "" of any other error.

    Args:
        error: what was raised.
        text: its text, as far as it can be had.
    """
    told = is_a(error, ImportError, SyntaxError)
    # An error of the system's own says what it is.
    own = is_a(error, OSError) and not is_a(error, io.UnsupportedOperation)
    return _ONLY_PYTHON if not (told or own) and _IN_C.search(text) else ""


def _reopen(replaced: Replacements, attribute: str, module: Any) -> None:  # noqa: ANN401 - a module
    """Put the `open` of now in the place of the one that a module has kept."""
    replaced.put(module, **{attribute: builtins.open})
    openers = getattr(module, "_file_openers", None)
    if openers is not None:  # numpy's, by the ending of a file's name
        kept = {**vars(openers)["_file_openers"], None: builtins.open}
        replaced.put(openers, _file_openers=kept)


def _connect_within(replaced: Replacements, space: Space, sqlite3: Any) -> None:  # noqa: ANN401 - a module
    """Keep data bases in memory, each as long as its program runs."""
    kept: dict[str, Any] = {}
    own: Callable[..., Any] = sqlite3.connect

    @functools.wraps(own)
    def connect(database: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as sqlite3's
        place = space.place(database)
        in_memory = os.fsdecode(database) in ("", ":memory:")
        if in_memory or kwargs.get("uri") or not space.may_hold(place):
            return own(database, *args, **kwargs)
        name = f"file:{urllib.parse.quote(place)}?mode=memory&cache=shared"
        if place not in kept:
            # The last connection to it would take it away.
            kept[place] = own(name, uri=True)
            open(database, "ab").close()  # noqa: PTH123 - `exists` shall say so
        return own(name, *args, uri=True, **kwargs)

    replaced.put(sqlite3, connect=connect)
