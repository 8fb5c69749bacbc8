"""An answer as HTML for the output of a notebook's cell, and as plain lines.

Every text is escaped, because a program can put anything into an exception's message. A
colour never stands without a word, and all fit light and dark themes.
"""

from __future__ import annotations

import html
import textwrap
from typing import TYPE_CHECKING, Final

from grader.report.answer import PartKind
from grader.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.report.answer import AnswerPart

_CAP: Final = 4000
_STYLES: Final = {
    PartKind.HEAD: "font-weight:600;margin:0 0 .3em",
    PartKind.BAD: "border-left:3px solid #d1495b;padding-left:.6em;margin:.3em 0",
    PartKind.GOOD: "border-left:3px solid #2e8b57;padding-left:.6em;margin:.3em 0",
    PartKind.WORDS: "margin:.2em 0 .2em 1em",
    PartKind.QUESTION: "margin:.2em 0 .2em 1em;font-style:italic",
    PartKind.NOTE: "margin:.3em 0;opacity:.75;font-size:.92em",
}
_CODE: Final = "margin:.2em 0 .2em 1em;padding:.2em .5em;white-space:pre-wrap"
_DEPTHS: Final = {PartKind.HEAD: 0, PartKind.BAD: 1, PartKind.GOOD: 1, PartKind.NOTE: 1}
_NARROWEST: Final = 20


def html_of(parts: Iterable[AnswerPart]) -> str:
    """Return an answer as a fragment of HTML that only shows text."""
    inside = "".join(_element(part) for part in parts)
    return f'<div style="font-family:sans-serif;line-height:1.4">{inside}</div>'


def _element(part: AnswerPart) -> str:
    text = html.escape(clean_text(part.text, _CAP))
    if part.kind in (PartKind.CODE, PartKind.DRAWING):
        return f'<pre style="{_CODE}">{text}</pre>'
    text = text.replace("\n", "<br>")
    return f'<div style="{_STYLES[part.kind]}">{text}</div>'


def lines_of(parts: Iterable[AnswerPart], width: int) -> Iterator[str]:
    """Yield an answer as lines of at most a width, except for what must stay whole."""
    for part in parts:
        indent = "  " * _DEPTHS.get(part.kind, 3)
        text = clean_text(part.text, _CAP)
        if part.kind is PartKind.QUESTION:
            text = f"Question: {text}"
        for line in text.splitlines():
            if part.kind in (PartKind.CODE, PartKind.DRAWING):
                yield f"{indent}{line}"
            else:
                yield from _wrapped(line, indent, width)


def _wrapped(line: str, indent: str, width: int) -> list[str]:
    return textwrap.wrap(
        line,
        max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
