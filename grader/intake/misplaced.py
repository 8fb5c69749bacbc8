"""Finds what a file defines where it does not run, so that it is not called missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from grader.intake.outline import (
    CodeLine,
    defined_name,
    lines_of,
    scanned,
    strings_of,
    without_strings,
)
from grader.model import Elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import Block

_DEF = r"(?:async[ \t]+)?(?P<what>def|class)[ \t]+(?P<name>\w{1,60})[ \t]*[(:]"
# A newline is found faster than the start of a line.
_AT_MARGIN = re.compile(rf"\n{_DEF}")
_IN_TEXT = re.compile(rf"^[ \t>]*{_DEF}", re.MULTILINE)
_IN_COMMENT = re.compile(rf"^[ \t]*#[# \t]*{_DEF}", re.MULTILINE)
# Cells whose first line gives the rest to something other than this program.
_FOREIGN = re.compile(
    r"\A\s*%%(script|bash|sh|html|HTML|markdown|latex|javascript|js|svg|perl|ruby|cmd"
    r"|writefile|file|sql|R|julia|cython)\b"
)
_DEFINING = ("def ", "class ", "async def ")
_NOT_RUN = "stands in a {}, which does not run"
_MOST = 20
_MOST_CELLS = 200
_TEXT_CAP = 10_000
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)


class TextCell(NamedTuple):
    """A cell of a notebook that is not code; `number` counts all cells, from 1."""

    number: int
    kind: str
    source: str


def elsewhere(
    blocks: tuple[Block, ...],
    text_cells: tuple[TextCell, ...],
    wanted: frozenset[str] | None = None,
) -> tuple[Elsewhere, ...]:
    """Return what a program defines only where it does not run, in document order.

    Args:
        blocks: its code.
        text_cells: the cells that are no code.
        wanted: the names that matter, if known: a program that defines all of them
            where it runs is not looked at any closer.
    """
    if wanted is not None and wanted <= _plainly_defined(blocks):
        return ()
    found: list[Elsewhere] = []
    running: set[str] = set()
    for cell in text_cells[:_MOST_CELLS]:
        found += _in_text_cell(cell)
    for label, source in scanned(blocks):
        magic = _FOREIGN.match(source)
        if magic is None:
            lines = tuple(lines_of(source))
            running |= {n for x in lines if not x.indent and (n := defined_name(x))}
            found += _hidden(source, lines, label)
        else:
            found += _in_foreign_cell(source, label, magic[1])
    first = {thing.name: thing for thing in reversed(found)}
    kept = [
        thing
        for thing in found
        if first[thing.name] is thing
        and thing.name not in running
        and (wanted is None or thing.name in wanted)
    ]
    return tuple(kept[:_MOST])


def _plainly_defined(blocks: tuple[Block, ...]) -> frozenset[str]:
    """Return what is surely defined at the left margin, quickly."""
    return frozenset(
        match["name"]
        for _, source in scanned(blocks)
        if not _FOREIGN.match(source)
        for match in _AT_MARGIN.finditer("\n" + without_strings(source))
    )


def _in_text_cell(cell: TextCell) -> Iterator[Elsewhere]:
    ordinal = dict(enumerate(_ORDINALS, start=1)).get(cell.number)
    which = f"the {ordinal} cell" if ordinal else f"cell {cell.number} of all"
    for match in _IN_TEXT.finditer(cell.source[:_TEXT_CAP]):
        said = (
            f"{which} is a {cell.kind} cell and holds `{match['what']} "
            f"{match['name']}`: make it a code cell"
        )
        yield Elsewhere(match["name"], said)


def _in_foreign_cell(source: str, label: str, magic: str) -> Iterator[Elsewhere]:
    for match in _IN_TEXT.finditer(source):
        said = (
            f"{label} begins with `%%{magic}` and holds `{match['what']} "
            f"{match['name']}`, which does not run there: remove the first line"
        )
        yield Elsewhere(match["name"], said)


def _hidden(source: str, lines: Iterable[CodeLine], label: str) -> Iterator[Elsewhere]:
    """Yield definitions in code that are not at the left margin."""
    around = ""
    for line in lines:
        name = defined_name(line)
        if line.indent == 0:
            around = name or ""
        elif around and name and line.text.startswith(_DEFINING) and "__" not in name:
            yield _at(
                f"{label}, line {line.number}",
                line.text.partition("(")[0].partition(":")[0],
                f"is inside `{around}`: move it to the left margin if it is meant to "
                f"stand alone",
            )
    for number, text in strings_of(source):
        for match in _IN_TEXT.finditer(text):
            where = number + text.count("\n", 0, match.start("name"))
            yield _at(f"{label}, line {where}", match[0], _NOT_RUN.format("string"))
    for match in _IN_COMMENT.finditer(source):
        where = source.count("\n", 0, match.start("name")) + 1
        yield _at(f"{label}, line {where}", match[0], _NOT_RUN.format("comment"))


def _at(place: str, definition: str, why: str) -> Elsewhere:
    words = definition.strip(" \t#>(:\n").split()
    return Elsewhere(words[-1], f"{place}: `{' '.join(words)}` {why}")
