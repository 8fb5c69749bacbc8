"""One file becomes a `Program`: a script is one block, a notebook one per code cell."""

from __future__ import annotations

import codecs
import hashlib
import io
import json
import re
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import StudentError, UsageError
from grader.model import Block, Program, ProgramKind
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 16 * 1024 * 1024
SCRIPT_SUFFIX = ".py"
NOTEBOOK_SUFFIX = ".ipynb"
NAME_CAP = 100
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Codecs that Python lists as text and no editor writes: the first two take quadratic
# time, so that a 16 MB file would stall the whole class.
_NOT_FOR_FILES = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
)
_LINE_END = re.compile("\r\n?")
# Neither can be compiled or sent to a worker; one odd cell must not cost the others.
_UNCOMPILABLE = re.compile("[\x00\ud800-\udfff]")


class EmptyFileError(StudentError):
    """The file is empty: there is nothing in it to judge."""


def read_program(path: Path) -> Program:
    """Return the program in a `.py` or `.ipynb` file.

    Raises:
        StudentError: the file is empty, too large, not text, or not a notebook.
        UsageError: there is no such file, or it may not be read.
    """
    return program_of(path.name, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """Return the content of a file of at most `MAX_BYTES`.

    Raises:
        StudentError: the file is larger.
        UsageError: there is no such file, or it may not be read.
    """
    try:
        # Asked first: opening a pipe would wait for somebody to write into it.
        if path.exists() and not path.is_file():
            raise UsageError(
                f"{path}: expected a file, got another thing. Name a file."
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{path}: expected a file that can be read, got an error: "
            f"{error.strerror}. Correct its name or its permissions."
        ) from error
    if len(data) > MAX_BYTES:
        raise StudentError(
            f"{clean_line(path.name, NAME_CAP)}: expected at most "
            f"{MAX_BYTES // 1024**2} MB, got a file that is too large. Clear the "
            f"outputs and keep data out of it."
        )
    return data


def program_of(filename: str, data: bytes) -> Program:
    """Return the program that the content of a file is.

    Args:
        filename: the file's own name; its suffix says how to read it.
        data: the file's content.

    Raises:
        EmptyFileError: there is no character in it.
        StudentError: it is not text, or not a notebook.
    """
    suffix = Path(filename).suffix.lower()
    filename = clean_line(filename, NAME_CAP)
    if suffix not in (SCRIPT_SUFFIX, NOTEBOOK_SUFFIX):
        raise StudentError(
            f"{filename}: expected a file that ends in .py or .ipynb, got another. "
            f"Hand in the file that was handed out."
        )
    notebook = suffix == NOTEBOOK_SUFFIX
    text = _text(filename, data, "utf-8-sig" if notebook else None)
    if not text:
        raise EmptyFileError(
            f"{filename} is empty: expected a program. Save it in the editor first."
        )
    return Program(
        kind=ProgramKind.NOTEBOOK if notebook else ProgramKind.SCRIPT,
        filename=filename,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=_cells(filename, text)
        if notebook
        else (Block(filename, _source(text).encode()),),
    )


def _text(filename: str, data: bytes, encoding: str | None) -> str:
    """Return the content as text; without an encoding, the file itself names it."""
    try:
        if data.startswith(_UTF16):
            text = data.decode("utf-16")
        else:
            text = data.decode(encoding or _declared_encoding(filename, data))
    except (UnicodeError, LookupError) as error:
        raise StudentError(_not_text(filename)) from error
    if "\0" in text:
        raise StudentError(_not_text(filename))
    return text


def _declared_encoding(filename: str, data: bytes) -> str:
    """Return the encoding by Python's own rule: a BOM, a comment, or UTF-8."""
    if b"\0" in data:
        raise StudentError(_not_text(filename))
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        known = codecs.lookup(encoding).name not in _NOT_FOR_FILES
    except SyntaxError as error:
        raise StudentError(_bad_encoding(filename, data)) from error
    if not known:
        raise StudentError(_bad_encoding(filename, data))
    return encoding


def _bad_encoding(filename: str, data: bytes) -> str:
    if not any(b"coding" in line for line in data.split(b"\n", 2)[:2]):
        return _not_text(filename)
    return (
        f"{filename}: expected an encoding that Python knows in the comment with "
        f"`coding`, got another. Remove that comment and save the file as UTF-8."
    )


def _not_text(filename: str) -> str:
    return (
        f"{filename}: expected text in UTF-8, got a file that is not text. Save it "
        f"as UTF-8 and hand it in again."
    )


def _cells(filename: str, text: str) -> tuple[Block, ...]:
    """Return the code cells of a notebook of any format since 2, in document order.

    The JSON is walked as it stands. nbformat validates and copies it first: for a
    hostile file of 16 MB that is 18 s and 2.7 GB in the trusted process, against 1 s
    and 0.4 GB, and it refuses files that are read here.
    """
    sources = (
        _cell_source(cell)
        for cell in _all_cells(filename, _json(filename, text))
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    )
    return tuple(
        Block(f"cell {number}", _source(source).encode())
        for number, source in enumerate(sources, start=1)
    )


def _json(filename: str, text: str) -> object:
    try:
        # Numbers are not needed, and an integer of 5000 digits is an error as `int`.
        notebook: object = json.loads(text, parse_int=float)
    except json.JSONDecodeError as error:
        raise StudentError(
            f"{filename}: expected a notebook, got a file that is not JSON from line "
            f"{error.lineno} on. Open it in Jupyter, save it and hand it in again."
        ) from error
    except RecursionError as error:
        raise StudentError(
            f"{filename}: expected a notebook, got JSON that is nested too deeply. "
            f"Clear the outputs, save it and hand it in again."
        ) from error
    return notebook


def _all_cells(filename: str, notebook: object) -> Iterator[object]:
    """Yield the cells: of the notebook, or of its worksheets as before format 4."""
    if isinstance(notebook, dict):
        if isinstance(notebook.get("cells"), list):
            return iter(notebook["cells"])
        if isinstance(notebook.get("worksheets"), list):
            return _worksheet_cells(notebook["worksheets"])
    raise StudentError(
        f"{filename}: expected a notebook with cells, got JSON that is not a notebook. "
        f"Hand in the .ipynb file that Jupyter saved."
    )


def _worksheet_cells(worksheets: list[object]) -> Iterator[object]:
    for sheet in worksheets:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            yield from sheet["cells"]


def _cell_source(cell: dict[str, object]) -> str:
    """Return a cell's text: a string or a list of strings, `input` before format 4."""
    source = cell.get("source", cell.get("input"))
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _source(text: str) -> str:
    return _UNCOMPILABLE.sub("\ufffd", _LINE_END.sub("\n", text))
