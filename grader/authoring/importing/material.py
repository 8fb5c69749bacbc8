"""What an import finds in a source of another tool, before files are made of it."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass, field

CODE = "# %%"
TEXT = "# %% [markdown]"
_TITLE_CAP = 120


@dataclass(frozen=True)
class Test:
    """A test of another tool: Python that speaks of the student's names directly.

    `code` is the body of a function. `title` is empty where the tool has none. Of a
    hidden one that is `after_due`, students read nothing before the exercise is due.
    """

    name: str
    code: str
    points: float = 0.0
    hidden: bool = False
    title: str = ""
    after_due: bool = False


@dataclass(frozen=True)
class ByHand:
    """An answer whose points a person gives, by the `rubric` if there is one."""

    name: str
    points: float
    title: str = ""
    rubric: tuple[str, ...] = ()


@dataclass
class Material:
    """The cells of an exercise with our markers, its tests, and what is lost.

    `solution` is Python in py:percent form. `by_hand` are the answers that a person
    judges. `lost` has a sentence for each thing that cannot be said in a course of
    ours, and what to do about it.
    """

    cells: list[str] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    by_hand: list[ByHand] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def solution(self) -> str:
        """The solution's source."""
        return "\n\n".join(self.cells) + "\n"

    def add_code(self, source: str) -> None:
        """Add a code cell; a magic becomes a comment, as Jupytext writes it."""
        if not source.strip():
            return
        lines = [
            f"# {line}" if line.lstrip().startswith(("%", "!")) else line
            for line in source.strip("\n").splitlines()
        ]
        self.cells.append("\n".join([CODE, *lines]))

    def add_text(self, source: str, *, own_words: bool = False) -> None:
        """Add a text cell; one with `own_words` holds what students are to write."""
        if not source.strip():
            return
        lines = [f"# {line}".rstrip() for line in source.strip("\n").splitlines()]
        if own_words:
            lines = ["# BEGIN SOLUTION", *lines, "# END SOLUTION"]
        self.cells.append("\n".join([TEXT, *lines]))


def marked(source: str) -> str:
    """Return code with our markers around all of it."""
    return f"# BEGIN SOLUTION\n{source.strip(chr(10))}\n# END SOLUTION"


def asked_in(text: str) -> str:
    """Return the line of a text cell that asks: the first one, or else its heading."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    plain = [line for line in lines if not line.startswith(("#", "<", "==="))]
    chosen = (plain or [line for line in lines if line.startswith("#")] or [""])[0]
    return textwrap.shorten(chosen.strip("#* "), _TITLE_CAP, placeholder="…")


def title_in(source: str) -> str:
    """Return the first comment or text of a test, if it begins with one."""
    for line in source.splitlines():
        text = line.strip()
        if text and not text.startswith("#"):
            break
        words = text.strip("# ").strip()
        if words:
            return words
    try:
        first = (ast.get_docstring(ast.parse(source)) or "").strip()
    except SyntaxError:
        return ""
    return first.split("\n")[0]
