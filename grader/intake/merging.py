"""Marks of an unfinished git merge: where they are, and whether they matter."""

from __future__ import annotations

import re

from grader.intake.outline import lines_of

_MARK = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: .*)?")
_OURS, _BASE, _THEIRS, _END = "<" * 7, "|" * 7, "=" * 7, ">" * 7
_NEXT = {None: (_OURS,), _OURS: (_BASE, _THEIRS), _BASE: (_THEIRS,), _THEIRS: (_END,)}


def has_marks(source: str) -> bool:
    """Whether a text holds what could be such a mark, be it in a string."""
    return any(mark in source for mark in (_OURS, _THEIRS, _END))


def marked_line(source: str) -> int | None:
    """Return the number of the first line of a program that is such a mark, or None.

    Seven such signs in a row at the left margin, outside of strings, cannot be Python.
    """
    if not has_marks(source):
        return None
    marks = (_OURS, _BASE, _THEIRS, _END)
    return next(
        (
            line.number
            for line in lines_of(source)
            if line.indent == 0 and line.text.startswith(marks)
        ),
        None,
    )


def marked_text_line(text: str) -> int | None:
    """Return the number of the first line of a text that is such a mark, or None."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line[:7] in (_OURS, _END) and _MARK.fullmatch(line):
            return number
    return None


def sides(text: str) -> tuple[str, str] | None:
    """Return both versions of a text, or None if marks are missing."""
    ours: list[str] = []
    theirs: list[str] = []
    state: str | None = None
    for line in text.split("\n"):
        mark = _MARK.fullmatch(line)
        if mark and mark[1] in (*_NEXT[state], _OURS):
            if mark[1] not in _NEXT[state]:
                return None
            state = None if mark[1] == _END else mark[1]
        elif mark and state is not None and mark[1] != _THEIRS:
            return None
        else:
            if state in (None, _OURS):
                ours.append(line)
            if state in (None, _THEIRS):
                theirs.append(line)
    return ("\n".join(ours), "\n".join(theirs)) if state is None else None
