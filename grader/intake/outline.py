"""Reads a program line by line, whatever its layout, without parsing it.

Student code may be hostile, broken, or for another Python. `ast.parse` takes gigabytes
for some files of one megabyte, and tells nothing about a file with one wrong line. This
module reads any text once, from left to right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Block

# How much of one block, and of all, is looked at: more than anybody writes by hand.
SCAN_CAP = 64 * 1024
SCAN_ALL_CAP = 2 * SCAN_CAP
# A string that is not closed ends with its line or with the text, so that no pattern is
# tried twice on a character.
_STRING = (
    r'"""(?:[^"\\]++|\\(?:.|\Z)|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^'\\]++|\\(?:.|\Z)|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n]++|\\(?:.|\Z))*+(?:"|(?=\n)|\Z)'
    r"|'(?:[^'\\\n]++|\\(?:.|\Z))*+(?:'|(?=\n)|\Z)"
)
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})"
    r"|(?P<comment>\#[^\n]*+)"
    r"|(?P<newline>\n)"
    r"|(?P<blank>(?:[^\S\n]|\\\n)++)"
    r"|(?P<opening>[(\[{]++)|(?P<closing>[)\]}]++)|(?P<colon>:)"
    r"|(?P<other>[^\s\"'\#\\()\[\]{}:]++|\\(?!\n)|.)",
    re.DOTALL,
)
_NO_CODE = re.compile(rf"\#[^\n]*+|{_STRING}", re.DOTALL)
# A bracket that is never closed must not swallow lines at the left margin.
_AT_MARGIN = re.compile(
    r"(?:async |def |class |import |from |@|<<<<<<<|>>>>>>>|\|\|\|\|\|\|\||=======)"
)
_DEFINES = re.compile(
    r"\A(?:(?:async )?(?:def|class) (?P<name>\w+)|(?P<assigned>\w+)=(?=lambda\b))"
)
# Lines that stand for work still to be written, or only print.
_NO_WORK = re.compile(
    r"\A(?:pass|\.\.\.|return(?: None)?|raise\b.*|print\(.*|\w+=(?:None|\.\.\.)"
    r"|[rRuUbBfF]{0,2}\".*)",
    re.DOTALL,
)
_TAB = 8
_TRIPLE = 3


class CodeLine(msgspec.Struct, frozen=True):
    """One logical line: blanks only between words, no comment, one kind of quotes.

    `body_at` is where a body begins that follows a colon on the same line.
    """

    number: int
    indent: int
    text: str
    body_at: int


class Outline(msgspec.Struct, frozen=True):
    """A program's lines; `whole` unless a block is too long to be read whole."""

    lines: tuple[CodeLine, ...]
    whole: bool = True

    def says_the_same_as(self, other: Outline) -> bool:
        """Return whether two programs differ in blanks and comments at most."""
        return (
            self.whole
            and other.whole
            and [line.text for line in self.lines] == [x.text for x in other.lines]
        )

    def bodies(self) -> dict[str, tuple[str, ...]]:
        """Return the lines of each top-level function and class, the last of a name.

        Lines at the left margin that define nothing belong to the name "".
        """
        bodies: dict[str, list[str]] = {"": []}
        name = ""
        for line in self.lines:
            if line.indent == 0:
                name = defined_name(line) or ""
                if name:
                    rest = line.text[line.body_at :] if line.body_at else ""
                    bodies[name] = [rest] if rest else []
                    continue
            bodies[name].append(line.text)
        return {name: tuple(body) for name, body in bodies.items()}

    def written(self, handout: Outline | None = None) -> frozenset[str]:
        """Return the names whose bodies hold more than the handout's or a stub's."""
        given = handout.bodies() if handout else {}
        return frozenset(
            name
            for name, body in self.bodies().items()
            if any(
                line not in given.get(name, ()) and not _NO_WORK.fullmatch(line)
                for line in body
            )
        )

    def holes(self) -> frozenset[str]:
        """Return the functions and classes that are still to be written."""
        return frozenset(
            name
            for name, body in self.bodies().items()
            if name and any("NotImplementedError" in line for line in body)
        )


def outline_of(blocks: tuple[Block, ...]) -> Outline:
    """Return the lines of all blocks of a program, each block read separately."""
    looked_at = scanned(blocks)
    return Outline(
        tuple(line for _, source in looked_at for line in lines_of(source)),
        sum(len(source.encode()) for _, source in looked_at)
        == sum(len(block.utf8) for block in blocks),
    )


def scanned(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    """Return label and source of each block, as far as they are looked at."""
    left = SCAN_ALL_CAP
    looked_at = []
    for block in blocks:
        source = block.utf8[: min(SCAN_CAP, left)].decode(errors="ignore")
        left -= len(source)
        looked_at.append((block.label, source))
    return looked_at


def lines_of(source: str) -> Iterator[CodeLine]:
    """Yield the logical lines of a text; blank ones and comments are left out."""
    number, column = 1, 0
    pending = _Pending()
    for token in _TOKEN.finditer(source, 0, SCAN_CAP):
        kind, text = token.lastgroup, token.group()
        if kind == "newline":
            pending.spaced, column = True, 0
            if pending.depth == 0 or _AT_MARGIN.match(source, token.end()):
                yield from pending.taken()
        elif kind == "blank":
            pending.spaced, column = True, _column(column, text)
        elif kind != "comment":
            pending.add(kind, text, number, column)
        number += text.count("\n")
    yield from pending.taken()


def without_strings(source: str) -> str:
    """Return a text without its strings and comments."""
    return _NO_CODE.sub("''", source)


def strings_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield the strings of several lines, each with the number of its first line."""
    number = 1
    for token in _TOKEN.finditer(source, 0, SCAN_CAP):
        text = token.group()
        if token.lastgroup == "string" and "\n" in text:
            yield number, text
        number += text.count("\n")


class _Pending:
    """The logical line that is being read."""

    def __init__(self) -> None:
        self.spaced = False
        self._start_anew()

    def _start_anew(self) -> None:
        self._parts: list[str] = []
        self._number = self._indent = self._body_at = self.depth = 0

    def add(self, kind: str | None, text: str, number: int, column: int) -> None:
        """Append one token that is neither blank nor a comment."""
        if not self._parts:
            self._number, self._indent = number, column
        elif self.spaced and _word(self._parts[-1][-1]) and _word(text[0]):
            self._parts.append(" ")
        self._parts.append(_alike(text) if kind == "string" else text)
        self.spaced = False
        if kind == "opening":
            self.depth += len(text)
        elif kind == "closing":
            self.depth = max(self.depth - len(text), 0)
        elif kind == "colon" and self.depth == 0 and not self._body_at:
            self._body_at = sum(map(len, self._parts))

    def taken(self) -> Iterator[CodeLine]:
        """Yield the line, if there is anything in it, and start the next."""
        if self._parts:
            text = "".join(self._parts)
            yield CodeLine(self._number, self._indent, text, self._body_at)
        self._start_anew()


def defined_name(line: CodeLine) -> str | None:
    """Return the function or class that a line begins to define, or None."""
    found = _DEFINES.match(line.text)
    return found["name"] or found["assigned"] if found else None


def _column(column: int, blank: str) -> int:
    for character in blank:
        column = column + _TAB - column % _TAB if character == "\t" else column + 1
    return column


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _alike(string: str) -> str:
    """Return a string in double quotes, whichever quotes it had."""
    quote = string[0]
    triple = len(string) > _TRIPLE and string.startswith(quote * _TRIPLE)
    width = _TRIPLE if triple else 1
    return f'"{string[width:].removesuffix(quote * width)}"'
