"""Reads a file as a `Program`: a script is one block, a notebook one per code cell.

The content says what a file is: a notebook saved as `.py` is a notebook.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import stat
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from grader.errors import StudentError, UsageError
from grader.intake.decoding import decode
from grader.intake.kinds import kind_by_content
from grader.intake.merging import has_marks, marked_line, marked_text_line, sides
from grader.intake.misplaced import elsewhere
from grader.intake.notebooks import (
    RAW,
    Cells,
    NotJsonError,
    cells_of,
    is_notebook,
    parsed,
)
from grader.intake.outline import SCAN_ALL_CAP, outline_of
from grader.model import Block, Program, ProgramKind, Prose
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024
# How much of it may be code: it is outputs that make a notebook large.
MAX_CODE_BYTES = 4 * 1024 * 1024
MAX_CELLS = 2_000
SCRIPT_SUFFIX = ".py"
NOTEBOOK_SUFFIX = ".ipynb"
NAME_CAP = 100
# How many characters of text cells are kept, in all and of one, and how many cells.
_PROSE_CAP = 30_000
_PROSE_CELL_CAP = 3_000
_PROSE_CELLS = 500
_MEGABYTE = 1024 * 1024
_WANTED = "the .ipynb or .py file"
# These cannot be compiled or sent to a worker; one odd cell must not cost the others.
_UNCOMPILABLE = re.compile("[\x00\ud800-\udfff]")
_NOTEBOOK_START = re.compile(r"\A\s*[{\[]")


class EmptyFileError(StudentError):
    """The file is empty: there is nothing in it to judge."""


def read_program(path: Path) -> Program:
    """Return the program in a `.py` or `.ipynb` file.

    Raises:
        StudentError: the file is empty, too large, not text, or not a program.
        UsageError: there is no such file, or it may not be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    shown = clean_line(str(path), NAME_CAP)
    try:
        data = read_opened(os.open(path, flags), clean_line(path.name, NAME_CAP))
    except IsADirectoryError as error:
        raise UsageError(f"{shown}: this is not a file. Name a file.") from error
    except OSError as error:
        raise UsageError(
            f"{shown}: expected a file that can be read, got an error: "
            f"{error.strerror}. Correct its name or its permissions."
        ) from error
    return program_of(path.name, data)


def read_opened(descriptor: int, filename: str) -> bytes:
    """Return the content of an open file of at most `MAX_BYTES`, and close it.

    The open file is looked at, not the name, which can come to mean another file.

    Raises:
        StudentError: the file is larger.
        IsADirectoryError: it is not a file.
        OSError: it cannot be read.
    """
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise IsADirectoryError(0, "not a file")
        # It may grow while it is read.
        data = os.read(descriptor, min(found.st_size, MAX_BYTES) + 1)
        while len(data) <= MAX_BYTES and (more := os.read(descriptor, _MEGABYTE)):
            data += more
    finally:
        os.close(descriptor)
    if len(data) > MAX_BYTES:
        raise StudentError(
            f"{filename}: expected at most {MAX_BYTES // _MEGABYTE} MB, got a file "
            f"that is too large. Clear the outputs and keep data out of it."
        )
    return data


def program_of(
    filename: str,
    data: bytes,
    called: str | None = None,
    wanted: frozenset[str] | None = None,
) -> Program:
    """Return the program that the content of a file is.

    Args:
        filename: the file's own name, for messages; its ending says what to expect.
        data: the file's content.
        called: the name that the program is to see and reports to use, if another.
        wanted: the names that the exercise asks for, if known.

    Raises:
        EmptyFileError: there is nothing in it.
        StudentError: it is not text, or not a program.
    """
    suffix = _suffix(called or filename)
    filename = clean_line(filename, NAME_CAP)
    kind = kind_by_content(data)
    if kind is not None:
        raise StudentError(
            f"{filename}: expected a program, got {kind.noun}. {kind.advise(_WANTED)}"
        )
    decoded = decode(filename, data)
    text = _with_plain_ends(decoded.text)
    if not text.strip():
        raise EmptyFileError(
            f"{filename} is empty: expected a program. Save it in the editor first."
        )
    notes = [decoded.note] if decoded.note else []
    label = called or filename
    cells = _cells(filename, suffix, text, notes)
    if cells is None:
        _check_size(filename, (text,))
        source = _unmerged(filename, text, notes)
        blocks: tuple[Block, ...] = (_block(label, source),)
    else:
        _check_size(filename, cells.code)
        blocks = tuple(_merged_blocks(cells.code, notes))
    return Program(
        kind=ProgramKind.SCRIPT if cells is None else ProgramKind.NOTEBOOK,
        filename=label,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=blocks,
        elsewhere=elsewhere(blocks, cells.text if cells else (), wanted),
        notes=tuple(notes),
        prose=tuple(islice(_prose(cells), _PROSE_CELLS)) if cells else (),
    )


def _prose(cells: Cells) -> Iterator[Prose]:
    """Yield the text cells of a notebook, as much of them as anybody reads."""
    left = _PROSE_CAP
    for place, cell in enumerate(cells.text):
        source = cell.source[: min(left, _PROSE_CELL_CAP)]
        if cell.kind == RAW or not source.strip():
            continue
        left -= len(source)
        yield Prose(cell.number - 1 - place, source.encode("utf-8", "replace"))


def _cells(filename: str, suffix: str, text: str, notes: list[str]) -> Cells | None:
    """Return the cells if the text is a notebook, and None if it is a script."""
    expected = suffix == NOTEBOOK_SUFFIX
    marked = marked_text_line(text) if '"cell_type"' in text else None
    if not (expected or marked or _NOTEBOOK_START.match(text)):
        return None
    try:
        document = parsed(text)
    except NotJsonError as error:
        if marked:
            return _merged_cells(filename, text, marked, notes)
        if not _NOTEBOOK_START.match(text):
            notes.append(
                f"{filename} is a script, not a notebook, and was read as one. Give it "
                f"the ending .py."
            )
            return None
        if not expected and '"cell_type"' not in text:
            return None
        raise StudentError(
            f"{filename}: expected a notebook, got a file that is {error.why}. Open it "
            f"in Jupyter, save it and hand it in again."
        ) from error
    if is_notebook(document) and suffix == SCRIPT_SUFFIX:
        notes.append(
            f"{filename} is a notebook, not a script, and was read as one. Give it the "
            f"ending .ipynb."
        )
    if not is_notebook(document) and not expected:
        return None
    return cells_of(filename, document)


def _merged_cells(filename: str, text: str, line: int, notes: list[str]) -> Cells:
    """Return the cells of a notebook with marks of a merge, if they do not matter.

    Raises:
        StudentError: the two versions have different code, or one is not a notebook.
    """
    versions = sides(text)
    try:
        both = [cells_of(filename, parsed(side)) for side in versions or ()]
    except (NotJsonError, StudentError):
        both = []
    if not both or not _same(both[0].code, both[1].code):
        raise _unfinished_merge(filename, line)
    notes.append(_harmless_merge(filename, line))
    return both[0]


def _unmerged(filename: str, source: str, notes: list[str]) -> str:
    """Return a script without marks of a merge, if they do not matter.

    Raises:
        StudentError: the two versions are different.
    """
    line = marked_line(source)
    if line is None:
        return source
    either = _either(source)
    if either is None:
        raise _unfinished_merge(filename, line)
    notes.append(_harmless_merge(filename, line))
    return either


def _merged_blocks(code: tuple[str, ...], notes: list[str]) -> Iterator[Block]:
    """Yield each cell without marks of a merge; cells of more than is scanned as is."""
    left = SCAN_ALL_CAP
    for number, source in enumerate(code, start=1):
        label = f"cell {number}"
        left -= len(source) if has_marks(source) else 0
        yield _block(label, _merged_cell(label, source, notes) if left > 0 else source)


def _merged_cell(label: str, source: str, notes: list[str]) -> str:
    """Return a cell without marks of a merge, if they do not matter.

    Where they do, the other cells count: the cell runs as it is, and says so.
    """
    line = marked_line(source)
    either = None if line is None else _either(source)
    if line is None or either is None:
        return source
    notes.append(_harmless_merge(label, line))
    return either


def _either(source: str) -> str | None:
    """Return one of the two versions of a source; None where they are different."""
    versions = sides(source)
    if versions is None or marked_line(versions[0]):
        return None
    return versions[0] if _same(versions[:1], versions[1:]) else None


def _same(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    first, second = (
        outline_of(tuple(_block("", source) for source in side))
        for side in (ours, theirs)
    )
    return first.says_the_same_as(second)


def _unfinished_merge(filename: str, line: int) -> StudentError:
    return StudentError(
        f"{filename}: the file holds marks of an unfinished git merge, line {line}. "
        f"Keep one of the two versions, delete the marks, and hand it in again."
    )


def _harmless_merge(filename: str, line: int) -> str:
    return (
        f"{filename} holds marks of an unfinished git merge, line {line}. Both "
        f"versions have the same code, which was read."
    )


def _block(label: str, text: str) -> Block:
    source = _with_plain_ends(text)
    try:
        utf8 = source.encode()
    except UnicodeEncodeError:
        utf8 = b"\0"
    if 0 in utf8:
        utf8 = _UNCOMPILABLE.sub("\ufffd", source).encode()
    return Block(label, utf8)


def _with_plain_ends(text: str) -> str:
    """Return a text whose lines all end with a newline; nearly always the same."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@functools.lru_cache(maxsize=1024)  # a class has few names
def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _check_size(filename: str, sources: tuple[str, ...]) -> None:
    """Refuse what nobody writes, before anything looks at it closely."""
    size = sum(len(source.encode("utf-8", "replace")) for source in sources)
    if size > MAX_CODE_BYTES:
        raise StudentError(
            f"{filename}: expected at most {MAX_CODE_BYTES // _MEGABYTE} MB of code, "
            f"got {size / _MEGABYTE:.1f} MB. Keep data out of it."
        )
    if len(sources) > MAX_CELLS:
        raise StudentError(
            f"{filename}: expected at most {MAX_CELLS} code cells, got {len(sources)}. "
            f"Leave out what is not needed."
        )
