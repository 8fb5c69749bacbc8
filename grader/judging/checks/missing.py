"""A name that a program lacks: a thing of the same kind, or what kept it from being.

All is told from the lines of the student's own file, also of those that do not parse.
"""

from __future__ import annotations

import difflib
import functools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.judging.answers import Raised
    from grader.judging.requests import Statement

CLASS: Final = "class"
FUNCTION: Final = "function"
VALUE: Final = "value"
_KIND = re.compile(
    r"\A(?:(?:async\s+)?(?P<word>def|class)\s+(?P<defined>\w+)"
    r"|(?P<bound>\w+)\s*(?::[^=]{1,80})?=\s*(?!=)(?P<lambda>lambda\b)?)"
)
_UNDEFINED = re.compile(r"name '(?P<name>\w{1,80})' is not defined")
_LINES_APART = 400
# A shorter name stands in many others by chance.
_PART = 4


class Stop(NamedTuple):
    """Where a program defines a name, and what kept it from doing so."""

    place: Statement
    failure: Raised


@functools.cache
def definition_of(name: str) -> re.Pattern[str]:
    """Return the pattern of a line that defines a name at the top level.

    Such a line may be indented: in a `try` or an `if`.
    """
    own = re.escape(name)
    return re.compile(
        rf"\A\s*+(?:(?:async\s+)?(?:def|class)\s+{own}\b"
        rf"|{own}\s*+(?::[^=]{{1,200}})?=(?!=)"
        rf"|(?:from\s++[\w.]++\s++)?import\b.*?\b{own}\b)"
    )


def kinds_in(line: str) -> dict[str, str]:
    """Return the name that a line defines at top level, and what it is, if any."""
    found = _KIND.match(line)
    if found is None:
        return {}
    if found["word"]:
        return {found["defined"]: CLASS if found["word"] == "class" else FUNCTION}
    return {found["bound"]: FUNCTION if found["lambda"] else VALUE}


def near_name(name: str, names: Sequence[str], kinds: Mapping[str, str]) -> str | None:
    """Return the name that may be meant: of a thing of the same kind, or None.

    Args:
        name: what is missing.
        names: those that the program defines.
        kinds: what they are, as far as its text tells.
    """
    wanted = CLASS if name[:1].isupper() else FUNCTION
    alike = [own for own in names if kinds.get(own, _guessed(own)) == wanted]
    folded = {own.casefold(): own for own in reversed(alike)}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.7)
    parts = [own for own in folded if _holds(own, name.casefold())]
    # A class is called by what it models as often as by what it is.
    only = [*folded] if wanted == CLASS and len(folded) == 1 else []
    found = near or parts[:1] or only
    return folded[found[0]] if found else None


def stop_at(places: Sequence[Statement], failures: Sequence[Raised]) -> Stop | None:
    """Return what kept a name from being defined, where the program defines it.

    A statement that stops keeps only what it defines itself: the one that stopped
    nearest to a definition, in the same block, is the one.

    Args:
        places: where the program defines the name.
        failures: the statements that stopped.
    """
    found = [
        (abs(failure.line - place.line), Stop(place, failure))
        for place in places
        for failure in failures
        if failure.label == place.label
    ]
    apart, stop = min(found, key=lambda one: one[0], default=(0, None))
    return stop if apart <= _LINES_APART else None


def undefined_in(raised: Raised) -> str | None:
    """Return the name that an exception says is not defined, or None."""
    found = _UNDEFINED.match(raised.message)
    return found["name"] if found and raised.type_name == "NameError" else None


def _guessed(name: str) -> str:
    return CLASS if name[:1].isupper() else FUNCTION


def _holds(own: str, name: str) -> bool:
    """Return whether one of two names holds the other."""
    short, long = sorted((own, name), key=len)
    return len(short) >= _PART and short in long
