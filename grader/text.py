"""Makes text that others wrote safe to show: plain and capped."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MARK = "…"
NOT_WRITTEN = ": not written yet"
"""The end of what a hole in a stub raises, behind its name; `program.py` knows it."""

# No introducer may follow before the terminator, so that a text full of introducers is
# read once, and not once for each of them.
_ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, erase
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90-\x9f]*"
    r"(?:\x07|\x1b\\|\x9c)"  # OSC, DCS and their like: titles, links
    r"|\x1b[ -/]*[0-~]"  # two characters and more: reset, or the start of a broken one
)
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1, except tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi: text that reads backwards
    "\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff"  # zero width
    "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufff9-\ufffb"  # blank
    "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff"  # variants and tags
    "\ud800-\udfff\ufffe\uffff"  # surrogates, and what XML cannot hold
    "]"
)

# What acts on more than a screen, in a log of CI or in a chat that a line is copied to.
_ACTS = re.compile(
    r"^[^\S\n]*:(?=:)"  # GitHub: `::error …`, `::stop-commands::…`
    r"|#(?=#[\w.-]*\[)"  # Azure, GitHub's older form, TeamCity: `##vso[…`, `##[group]`
    r"|^[^\S\n]*[-+~^](?=[-+~^]{2} )"  # Buildkite's groups
    r"|@(?=(?:all|channel|everyone|here)\b)|<(?=!\w|[@#])",  # calls to everybody
    re.MULTILINE | re.IGNORECASE,
)

# What the kit itself never writes: escape sequences but for colours and what a bar of
# progress moves by, other controls, and marks that turn the text's direction.
_NEVER_OURS = re.compile(
    r"\x1b(?!\[(?:[\d;]*m|\d*[AK]|\?25[hl]))"
    r"(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])?"
    "|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)


def clean_text(text: str, cap: int) -> str:
    """Return the text without what acts on a terminal or hides from a reader.

    Newlines and tabs stay; every other line end becomes a newline. Escape sequences
    go as a whole, then controls, bidi marks, zero-width characters and surrogates.

    Args:
        text: any text at all.
        cap: the most characters to return; a text cut there ends in "…".
    """
    # Most texts are plain, and then there is nothing to look for.
    if not (text.isascii() and text.isprintable()):
        text = _LINE_END.sub("\n", _ANSI.sub("", text))
        text = _UNSEEN.sub("", text)
    if len(text) <= cap:
        return text
    return (text[: max(cap - 1, 0)] + MARK)[:cap]


@functools.lru_cache(maxsize=4096)  # titles of checks stand in every report
def clean_line(text: str, cap: int) -> str:
    """Return the text cleaned as by `clean_text`, and on one line."""
    return clean_text(" ".join(clean_text(text, len(text)).split()), cap)


def inert(text: str) -> str:
    """Return the text with a blank in whatever would act on who is shown a line of it.

    Commands to a CI's runner and calls to everybody in a chat can still be read. What
    acts on a terminal goes, but for what the kit writes to one itself.
    """
    return _ACTS.sub(r"\g<0> ", _NEVER_OURS.sub("", text))


def written(value: object) -> str:
    """Return a value as Python writes it; never raises for a number of many digits.

    Python refuses to write out whole numbers of more than some thousand digits, and a
    program may answer with one.
    """
    try:
        return repr(value)
    except ValueError:
        return "a number of too many digits"


@functools.lru_cache(maxsize=4096)  # there are few different points
def number(value: float, digits: int = 2) -> str:
    """Return a number without needless zeros: 6 for 6.0, 7.5 for 7.50."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def number_in(text: str) -> float | None:
    """Return the number that a text is, with a point or a comma; None if it is none."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def repeated(names: Sequence[str]) -> dict[str, int]:
    """Return the names that stand more than once, and how often."""
    return {name: n for name, n in Counter(names).items() if n > 1}


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return a question with the most similar of some names; empty if none is."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(names), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


def without_its_file(kind: str, message: str) -> str:
    """Return a text that does not tell where on this machine a module lies."""
    said, apart, place = message.rpartition(" (")
    if kind == "ImportError" and apart and place.endswith((".py)", ".pyc)", ".so)")):
        return said
    return message
