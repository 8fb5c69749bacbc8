"""A block of a program in statements, each of which runs by itself.

A block that Python reads is split by its syntax tree. One that it does not read is cut
at its lines, and what cannot be read costs only the statement that it is in: as far as
that can be told where a bracket or a string was never closed.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.sandbox.worker.lines import BEGINS, Line, logical_line
from grader.sandbox.worker.looking import first_line
from grader.sandbox.worker.magics import CellNotRun, cleaned, python_of, unmarked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNREADABLE: Final = (SyntaxError, ValueError, RecursionError, MemoryError, CellNotRun)
"""Why a text may not become code at all."""

_FLAGS: Final = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
# What goes on with the statement above it.
_GOES_ON: Final = re.compile(r"(?:else|elif|except|finally)\b")
# Where a statement may begin, if what is open above it never closes.
_MAY_BEGIN: Final = re.compile(
    r"(?:if|for|while|with|try|return|assert|del|raise|print)\b|[A-Za-z_][\w.\[\]]*\s*="
    r"|[A-Za-z_][\w.]*\(.*\)\s*$"
)
# What git leaves where it could not merge two versions.
_MERGE_MARK: Final = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: .*)?")
_UNMERGED: Final = (
    "marks of an unfinished git merge: keep one of the two versions, and delete the "
    "marks"
)
# What nobody sees, and what looks like a blank: pasted from pages, PDFs and chats.
_UNSEEN: Final = re.compile(
    "[\\x01-\\x08\\x0e-\\x1f\\x7f-\\x9f\\xad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff]"
)
_BLANK: Final = re.compile(
    "[\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"
)
_INVISIBLE: Final = (
    "Python stops at an invisible character ({}), which was left out here: delete it, "
    "and any others that were pasted with it"
)
_LINE: Final = re.compile(r"\bline (\d+)")
_NEWER: Final = (
    ((3, 12), re.compile(r"^\s*type\s+\w+\s*(?:\[.*\])?\s*=", re.MULTILINE)),
    ((3, 12), re.compile(r"^\s*(?:async\s+)?def\s+\w+\[.*\]\s*\(", re.MULTILINE)),
    ((3, 12), re.compile(r"^\s*class\s+\w+\[.*\]\s*[(:]", re.MULTILINE)),
    ((3, 12), re.compile(r"""\b[fF][rR]?(["'])(?:(?!\1).)*\{(?:(?!\1|\}).)*\1.*\}""")),
    ((3, 12), re.compile(r"""\b[fF](["'])(?:(?!\1).)*\{(?:(?!\1|\}).)*\\.*\}""")),
    ((3, 14), re.compile(r"""(?<![\w"'])[tT][rR]?["']""")),
    ((3, 14), re.compile(r"^\s*except\s+[A-Z]\w+(?:,\s*[A-Z]\w+)+:", re.MULTILINE)),
)
"""What newer versions of Python read, and this one may not."""


class Piece(NamedTuple):
    """A statement and its first line; or why it cannot be read."""

    node: ast.stmt | None
    line: int
    error: BaseException | None = None


def split(text: str, label: str, *, cell: bool, main: bool = True) -> list[Piece]:
    """Return a block's statements in order.

    Args:
        text: the block's source.
        label: what the block is called.
        cell: whether it is a notebook's.
        main: whether it is of what is run, not of a module that this imports.
    """
    text = cleaned(text, cell=cell)
    try:
        return _of(_tree(text, label), main=main)
    except UNREADABLE as error:
        first = error
    try:
        text = python_of(text, cell=cell)
        return _of(_tree(text, label), main=main)
    except CellNotRun as error:
        return [Piece(None, _line(first), error)]
    except UNREADABLE as error:
        told = list(_invisible(error, text, label))
        text = _UNSEEN.sub("", _BLANK.sub(" ", text)) if told else text
        return told + list(_cut(text.split("\n"), label, main=main))


def _tree(text: str, label: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree: ast.Module = compile(text, label, "exec", _FLAGS, dont_inherit=True)
    return tree


def _of(tree: ast.Module, *, main: bool) -> list[Piece]:
    """Return a tree's statements; where the main guard holds, its own for it."""
    inside = [each for node in tree.body for each in _unguarded(node)]
    inside = inside if main else tree.body
    return [Piece(node, first_line(node)) for node in inside]


def _unguarded(node: ast.stmt) -> list[ast.stmt]:
    """Return what a main guard that holds keeps; of other statements themselves."""
    match node:
        case ast.If(test=ast.Compare(left, [ast.Eq()], [right]), body=body):
            for one, other in ((left, right), (right, left)):
                match one, other:
                    case ast.Name("__name__"), ast.Constant("__main__"):
                        return body
    return [node]


def _cut(lines: list[str], label: str, *, main: bool) -> Iterator[Piece]:
    """Yield the statements of a block that Python does not read as a whole.

    Of several in a row that cannot be read, the first is told: the others follow from
    it more often than not. Of an unfinished merge its first mark is told, once.
    """
    at, told, unmerged, merging = 0, False, _unmerged(lines), False
    while (first := _next(lines, at)) is not None:
        chunk = _chunk(lines, first)
        text = "\n".join(lines[first : chunk.end])
        try:
            tree = _tree(text, label)
            # What a tree does not show, such as a `return` that fell out of its body.
            compile(tree, label, "exec", _FLAGS & ~ast.PyCF_ONLY_AST, dont_inherit=True)
        except UNREADABLE as error:
            at = _resumed(lines, chunk)
            below = _next(lines, at) or at
            if first < unmerged.stop and below >= unmerged.start:
                if not merging:
                    yield _mark(lines, unmerged.start, label)
                told = merging = True
            elif not told and not unmarked(text):
                told = True
                yield Piece(None, first + 1, _placed(error, text, first))
            continue
        ast.increment_lineno(tree, first)
        told, at = False, chunk.end
        yield from _of(tree, main=main)


def _invisible(error: BaseException, text: str, label: str) -> Iterator[Piece]:
    """Yield the piece that tells of an invisible character, if one is to blame."""
    if not isinstance(error, SyntaxError):
        return
    number, column = error.lineno or 1, error.offset or 1
    line = text.split("\n")[number - 1 : number]
    character = line[0][column - 1 : column] if line else ""
    if _UNSEEN.match(character) or _BLANK.match(character):
        said = _INVISIBLE.format(f"U+{ord(character):04X}")
        yield Piece(None, number, SyntaxError(said, (label, number, column, line[0])))


def _unmerged(lines: Sequence[str]) -> range:
    """Return where two versions stand that git could not merge: no lines if nowhere."""
    marks = [_MERGE_MARK.fullmatch(line.rstrip()) for line in lines]
    if not any(mark and mark[1][0] in "<>" for mark in marks):
        return range(0)
    found = [number for number, mark in enumerate(marks) if mark]
    return range(found[0], found[-1] + 1)


def _mark(lines: Sequence[str], number: int, label: str) -> Piece:
    """Return the piece that tells of an unfinished merge, at its first mark."""
    place = (label, number + 1, 1, lines[number])
    return Piece(None, number + 1, SyntaxError(_UNMERGED, place))


def _next(lines: Sequence[str], at: int) -> int | None:
    """Return the first line from here on that is neither blank nor a comment."""
    for number in range(at, len(lines)):
        text = lines[number].lstrip()
        if text and not text.startswith("#"):
            return number
    return None


def _chunk(lines: Sequence[str], first: int) -> Line:
    """Return the lines that stand or fall together: a statement with its body."""
    head = logical_line(lines, first)
    end, closed = head.end, head.closed
    # After a line that opens no block, an indented one is a mistake of its own.
    inside = head.indent > 0 or head.code.endswith(":") or head.code.startswith("@")
    decorated = head.code.startswith("@")
    while inside and (start := _next(lines, end)) is not None:
        line = logical_line(lines, start)
        goes_on = _GOES_ON.match(line.code) and head.indent == 0
        if line.indent == 0 and not decorated and not goes_on:
            break
        if line.indent == 0:
            decorated = line.code.startswith("@")
        end, closed = line.end, line.closed
    return Line(first, end, head.indent, head.code, closed)


def _resumed(lines: Sequence[str], chunk: Line) -> int:
    """Return where to read on after a chunk that cannot be read."""
    for number in range(chunk.first + 1, chunk.end):
        text = lines[number]
        if BEGINS.match(text) and not _continues(lines, chunk, number):
            return number
        if not chunk.closed and _MAY_BEGIN.match(text):
            return number
    return chunk.end


def _continues(lines: Sequence[str], chunk: Line, number: int) -> bool:
    """Return whether a line is the one that the decorators above it belong to."""
    above = [text for text in lines[chunk.first : number] if text.strip()]
    return all(text.startswith(("@", "#")) for text in above)


def _line(error: BaseException) -> int:
    """Return the line of a block that could not be read: a syntax error knows it."""
    return (error.lineno if isinstance(error, SyntaxError) else None) or 1


def _placed(error: BaseException, text: str, above: int) -> BaseException:
    """Return an error with its line in the block, and the Python it would need."""
    if isinstance(error, SyntaxError):
        error.lineno = (error.lineno or 1) + above
        if error.end_lineno:
            error.end_lineno += above
        error.msg = _LINE.sub(lambda at: f"line {int(at[1]) + above}", error.msg)
        needed = next((v for v, form in _NEWER if form.search(text)), (0, 0))
        if needed > sys.version_info[:2]:
            here = "{}.{}".format(*sys.version_info)
            error.msg = (
                f"this needs Python {needed[0]}.{needed[1]}, and Python {here} runs "
                f"here"
            )
    return error
