"""What an instructor is told about things that programs did not find here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import LackKind
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Lacking, Results

_NAMES: Final = 10
_NAME_CAP: Final = 80
_OTHERS: Final = {
    LackKind.GPU: "a GPU",
    LackKind.FILE: "a place for files",
    LackKind.TYPIST: "somebody to type",
    LackKind.DEBUGGER: "a debugger",
}


def lack_lines(results: Results) -> Iterator[str]:
    """Yield what was missing here, and who lost points near it.

    No line begins with a student's text: a CI job could take it for a command.
    """
    wanted: dict[str, set[str]] = {}
    lost: dict[str, set[str]] = {}
    for lacking in results.lacking:
        name = _name(lacking)
        wanted.setdefault(name, set()).update(lacking.students)
        for student in lacking.lost:
            lost.setdefault(student, set()).add(name)
    if wanted:
        counts = (f"{name} ({len(who)})" for name, who in sorted(wanted.items()))
        yield f"missing here: {', '.join(counts)}"
    if lost:
        near = [
            f"{clean_line(student, _NAME_CAP)} ({', '.join(sorted(names))})"
            for student, names in sorted(lost.items())
        ]
        more = f" and {len(near) - _NAMES} more" if len(near) > _NAMES else ""
        yield (
            f"points were lost near one of these, look at them before grades go out: "
            f"{', '.join(near[:_NAMES])}{more}"
        )


def _name(lacking: Lacking) -> str:
    """Return what was missing, by the name that an instructor knows it by."""
    name = _OTHERS.get(lacking.kind) or clean_line(lacking.name, _NAME_CAP) or "other"
    return f"{name}, a file of their own" if lacking.kind is LackKind.MODULE else name
