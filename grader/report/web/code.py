"""A student's code as HTML: coloured by pygments, with the lines concerned marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from grader.model import Block
from grader.report.places import spots
from grader.report.web import notebook
from grader.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model import Program

# A student's file may hold megabytes of data; nobody reads further than this.
MOST_CHARACTERS = 60_000
_INDENT = re.compile(r"[ \t]*")
_STYLES = (("xcode", ""), ("github-dark", "@media (prefers-color-scheme: dark)"))


class CodeBlock(msgspec.Struct, frozen=True):
    """One block of a program.

    Attributes:
        label: where it is: the file's name or "cell 3".
        html: its lines, coloured and escaped.
        marked: whether lines of it are marked.
        whole: whether it is a whole notebook, with labels of its own.
    """

    label: str
    html: str
    marked: bool
    whole: bool = False


def pieces(program: Program, names: Iterable[str]) -> tuple[CodeBlock, ...]:
    """Return a program, block by block, with these functions and classes marked.

    A notebook with text cells is one piece, where nbconvert is installed; elsewhere its
    text cells are left out. What exceeds `MOST_CHARACTERS` of code is left out, too.
    """
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    known = spots(program)
    wanted = [known[name] for name in dict.fromkeys(names) if name in known]
    lexer = PythonLexer(stripnl=False)
    made, left = [], MOST_CHARACTERS
    for number, block in enumerate(program.blocks):
        source = _without_ends(clean_text(block.source, left))
        if left <= 0:
            break
        left -= len(source)
        starts = [spot.line for spot in wanted if spot.block == block.label]
        lines = [line for start in starts for line in _body(source, start)]
        look = HtmlFormatter(
            hl_lines=lines, linenos="inline", lineanchors=f"b{number}", wrapcode=True
        )
        made.append(CodeBlock(block.label, highlight(source, lexer, look), bool(lines)))
    if program.prose and notebook.is_there():
        cells = [(one.label, one.html) for one in made]
        html = notebook.rendered(cells, program.prose)
        marked = any(one.marked for one in made)
        return (CodeBlock(program.filename, html, marked, whole=True),)
    return tuple(made)


def excerpt(program: Program, names: Iterable[str]) -> Program:
    """Return the functions and classes of these names alone; all if none is there."""
    known = spots(program)
    sources = {block.label: block.source for block in program.blocks}
    found = []
    for name in dict.fromkeys(names):
        if name in known:
            spot = known[name]
            lines = sources[spot.block].splitlines()
            body = _body(sources[spot.block], spot.line)
            text = "\n".join(lines[number - 1] for number in body)
            label = f"{spot.block}, line {spot.line}"
            found.append(Block(label, text.encode("utf-8", "replace")))
    if not found:
        return program
    return msgspec.structs.replace(program, blocks=tuple(found), prose=())


def _without_ends(source: str) -> str:
    """Return a text whose lines end with no blanks: pygments goes through them again.

    At the start of each line it looks for a string behind all the blank lines there.
    """
    return "\n".join(line.rstrip() for line in source.split("\n"))


def colours() -> bytes:
    """Return the style sheet of the code, for light and for dark screens."""
    from pygments.formatters import HtmlFormatter

    parts = []
    for style, where in _STYLES:
        rules = HtmlFormatter(style=style).get_style_defs(".highlight")
        parts.append(f"{where} {{\n{rules}\n}}" if where else rules)
    return ("\n".join(parts) + "\n").encode()


def _body(source: str, start: int) -> range:
    """Return the lines of a definition that begins on a line, from 1."""
    lines = source.splitlines()
    if start > len(lines):
        return range(0)
    depth = _depth(lines[start - 1])
    end = last = start
    for number, line in enumerate(lines[start:], start + 1):
        if line.strip() and _depth(line) <= depth and not line.lstrip().startswith(")"):
            break
        end = number
        last = number if line.strip() else last
    return range(start, min(end, last) + 1)


def _depth(line: str) -> int:
    match = _INDENT.match(line)
    return len(match.group(0).expandtabs()) if match else 0
