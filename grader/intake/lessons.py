"""One file that holds several exercises: each finds its functions there."""

from __future__ import annotations

import ast
import hashlib
import warnings
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.errors import StudentError
from grader.intake.naming import ending_of
from grader.intake.outline import SCAN_CAP, outline_of
from grader.intake.reading import NOTEBOOK_SUFFIX, SCRIPT_SUFFIX, program_of
from grader.intake.walking import EntryKind, Found, read
from grader.model import Program, ProgramKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.intake.candidates import ExerciseForms

_MOST_READ = 3
_SEVERAL = 2
_ENDINGS = (NOTEBOOK_SUFFIX, SCRIPT_SUFFIX)


class Lesson(NamedTuple):
    """The part of a file that is one exercise, how much that is, and the file."""

    found: Found
    digest: str
    modified_ns: int
    program: Program
    much: str


def lessons(
    others: Sequence[Found],
    missing: Sequence[str],
    handouts: Mapping[str, ExerciseForms],
) -> dict[str, Lesson]:
    """Return a part of a file for each missing exercise that it holds.

    A part ends with the cell or the function that completes the exercise: what follows
    may define the same names for the next one.

    Args:
        others: files without an exercise's name.
        missing: the exercises for which there is no work.
        handouts: each exercise as it was handed out.
    """
    lessons: dict[str, Lesson] = {}
    files = [
        thing
        for thing in others
        if thing.kind is EntryKind.FILE and ending_of(thing.name) in _ENDINGS
    ]
    for thing in files[:_MOST_READ] if missing else ():
        try:
            content = read(thing)
            whole = program_of(thing.place, content.data)
        except (StudentError, OSError):
            continue
        ends = _ends(whole, handouts)
        if len(ends) < _SEVERAL:
            continue
        digest = hashlib.sha256(content.data).hexdigest()
        for exercise in missing:
            if exercise in ends and exercise not in lessons:
                part, much = _part(whole, exercise, ends[exercise])
                lessons[exercise] = Lesson(
                    *(thing, digest, content.modified_ns, part, much)
                )
    return lessons


def _part(whole: Program, exercise: str, end: int) -> tuple[Program, str]:
    """Return a program up to a cell or a line, and how much of it that is."""
    if whole.kind is ProgramKind.NOTEBOOK:
        suffix, blocks, unit = NOTEBOOK_SUFFIX, whole.blocks[:end], "code cell"
    else:
        (block,) = whole.blocks
        text = "".join(f"{line}\n" for line in _lines(block.source)[:end])
        blocks = (msgspec.structs.replace(block, utf8=text.encode()),)
        suffix, unit = SCRIPT_SUFFIX, "line"
    filename = f"{exercise}{suffix}"
    part = msgspec.structs.replace(whole, filename=filename, blocks=blocks)
    return part, unit if end == 1 else f"{end} {unit}s"


def _lines(source: str) -> list[str]:
    """Return the lines as Python counts them."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _ends(program: Program, handouts: Mapping[str, ExerciseForms]) -> dict[str, int]:
    """Return for each exercise how many cells or lines hold all that it asks for."""
    defined: set[str] = set()
    ends: dict[str, int] = {}
    for number, names in _defined(program):
        defined |= names
        for exercise, handout in handouts.items():
            if handout.holes and handout.holes <= defined:
                ends.setdefault(exercise, number)
    return ends


def _defined(program: Program) -> Iterator[tuple[int, set[str]]]:
    """Yield the functions and classes of each cell, or each of a script with its end.

    A script that Python cannot read has none: nobody knows where a part of it ends. So
    has one that is longer than anybody writes, which Python needs gigabytes to read.
    """
    if program.kind is ProgramKind.NOTEBOOK:
        for number, block in enumerate(program.blocks, start=1):
            yield number, set(outline_of((block,)).bodies())
        return
    (block,) = program.blocks
    if len(block.utf8) > SCAN_CAP:
        return
    try:
        with warnings.catch_warnings():
            # What Python thinks of a student's style is for nobody's terminal.
            warnings.simplefilter("ignore")
            statements = ast.parse(block.source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.end_lineno or node.lineno, {node.name}
