"""A note as a letter has it: one line, and below it the code that it shows, if any."""

from __future__ import annotations

from grader.text import clean_line, clean_text

_CODE_INDENT = "    "
_LINE_CAP = 500
_TEXT_CAP = 8000


def note_of(text: str) -> str:
    """Return a note without what acts on a terminal; only code stays below it."""
    head, _, code = text.partition("\n")
    if not code.startswith(_CODE_INDENT):
        return clean_line(text, _LINE_CAP)
    return f"{clean_line(head, _LINE_CAP)}\n{clean_text(code, _TEXT_CAP)}"
