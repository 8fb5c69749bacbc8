"""A text of Python, right or wrong, in logical lines: what stands or falls together.

Python's own tokenizer gives up at the first thing that it cannot read; this one reads
on. It knows strings, brackets, comments and continued lines, and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(r"""\\.|\"{3}|'{3}|["'#()\[\]{}]""")
_CLOSES = {")": "(", "]": "[", "}": "{"}
# At most this many lines may stand in brackets: the search for each end is quadratic.
_LINES_CAP = 500
BEGINS = re.compile(
    r"(?:async\s+)?def\s+\w+\s*[(\[]|class\s+\w+\s*[(:\[]|@\w|import\s+\w"
    r"|from\s+[\w.]+\s+import\b"
)
"""Where a new statement surely begins, whatever bracket was left open above it."""


class Line(NamedTuple):
    """A logical line: from `first` up to, not including, `end`, both counted from 0.

    `code` is its text without strings and comments. `closed` is false where a bracket
    or a string is never closed.
    """

    first: int
    end: int
    indent: int
    code: str
    closed: bool = True


def logical_line(lines: Sequence[str], first: int) -> Line:
    """Return the logical line that begins in a physical one."""
    indent = len(lines[first]) - len(lines[first].lstrip())
    open_brackets: list[str] = []
    quote = ""
    code: list[str] = []
    end = first
    for text in lines[first : first + _LINES_CAP]:
        if end > first and open_brackets and not quote and BEGINS.match(text):
            break
        end += 1
        quote, sound, continued = _scan(text, quote, open_brackets, code)
        if not sound or not (quote or open_brackets or continued):
            return Line(first, end, indent, "".join(code).strip())
    closed = not (quote or open_brackets)
    return Line(first, end, indent, "".join(code).strip(), closed)


def _scan(
    text: str, quote: str, open_brackets: list[str], code: list[str]
) -> tuple[str, bool, bool]:
    """Read one physical line.

    Args:
        text: the line.
        quote: the quotes of the string that is open where it begins, or "".
        open_brackets: those that are open; what this line opens is added.
        code: gets what is neither string nor comment.

    Returns:
        The quotes that are still open at the end, whether brackets fit so far, and
        whether a backslash continues the line.
    """
    at = 0
    for match in _TOKEN.finditer(text):
        found = match[0]
        if quote:
            # Three quotes where one is open: it is closed, and an empty string follows.
            if found in (quote, quote * 3):
                quote, at = "", match.end()
        elif found == "#":
            code.append(text[at : match.start()])
            return "", True, False
        elif found[0] in "\"'":
            code.append(text[at : match.start()] + "''")
            quote, at = found, match.end()
        elif not _fits(found, open_brackets):
            return "", False, False
    continued = text.endswith("\\")
    if not quote:
        code.append(text[at : -1 if continued else None] + " ")
    # A string in single quotes ends with its line, unless that is continued.
    if len(quote) == 1 and not continued:
        return "", True, False
    return quote, True, continued


def _fits(found: str, open_brackets: list[str]) -> bool:
    """Open or close a bracket; return whether it is the one to be closed."""
    if found in _CLOSES:
        return bool(open_brackets) and open_brackets.pop() == _CLOSES[found]
    if found in _CLOSES.values():
        open_brackets.append(found)
    return True
