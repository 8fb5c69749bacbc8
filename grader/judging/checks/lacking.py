"""The notes about what a program wanted and its machine has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import LackKind
from grader.text import clean_line

if TYPE_CHECKING:
    from grader.model import Lack

_NAME_CAP: Final = 200
_SAID: Final = {
    LackKind.LIBRARY: "{} is not installed where this is graded.",
    LackKind.MODULE: (
        "your program imports {}, which was not handed in beside it: hand in {file} as "
        "well, or put its code into your file."
    ),
    LackKind.UNKNOWN: (
        "{} is not installed where this is graded, and no file of this name was handed "
        "in beside your program."
    ),
    LackKind.LOGGER: (
        "{} is not installed where this is graded: what it would log or show is left "
        "out, and all else runs."
    ),
    LackKind.ITSELF: (
        "the file imports itself ({}): remove this line, as what it defines is there "
        "without it."
    ),
    LackKind.DECORATOR: "{} is not here: what it decorates is as without it.",
    LackKind.SHELL: "`{}` was left out: no commands run where this is graded.",
    LackKind.GPU: "there is no GPU where this is graded: the processor computes.",
    LackKind.WORKERS: "`{}` was taken as 0: no processes start where this is graded.",
    LackKind.PROCESS: (
        "`{}` works in the program's own process: no other starts where this is graded."
    ),
    LackKind.COMPILER: "torch.compile was left out: all runs as it is.",
    LackKind.STYLE: "the style `{}` is not here: plots look as they do.",
}


def note_on(lack: Lack) -> str:
    """Return the note about a lack; "" where an exception says it, or no name is."""
    template, name = _SAID.get(lack.kind, ""), clean_line(lack.name, _NAME_CAP)
    if not template or ("{" in template and not name):
        return ""
    said = template.format(name, file=f"{name.replace('.', '/')}.py")
    label = clean_line(lack.label, _NAME_CAP)
    return f"{label}, line {lack.line}: {said}" if label else said
