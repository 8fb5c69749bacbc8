"""Modules of the student's own that a program imports, from the files beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from grader.errors import StudentError
from grader.intake.reading import SCRIPT_SUFFIX, program_of
from grader.model import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from grader.model import Program

MOST = 10
MAX_BYTES = 256 * 1024
_FROM = re.compile(r"^[ \t]*from[ \t]+(\w+)", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+([\w., \t]+)", re.MULTILINE)


def with_helpers(program: Program, read: Callable[[str], bytes | None]) -> Program:
    """Return a program with the modules that it imports and that lie beside it.

    They are read as data; modules that they import themselves come as well.

    Args:
        program: the program.
        read: returns the content of the file of a name, or None if there is none.
    """
    helpers: dict[str, Block] = {}
    wanted = _imported(block.source for block in program.blocks)
    for name in wanted:
        if len(helpers) == MOST:
            break
        file = f"{name}{SCRIPT_SUFFIX}"
        data = None if file == program.filename else read(file)
        if data is None or len(data) > MAX_BYTES:
            continue
        try:
            blocks = program_of(file, data).blocks
        except StudentError:
            continue
        source = "\n".join(block.source for block in blocks)
        helpers[name] = Block(file, source.encode())
        wanted += [n for n in _imported([source]) if n not in wanted]
    if not helpers:
        return program
    names = ", ".join(block.label for block in helpers.values())
    note = f"Read with it, because it imports them: {names}."
    return msgspec.structs.replace(
        program, helpers=tuple(helpers.values()), notes=(*program.notes, note)
    )


def files_beside(path: Path) -> Callable[[str], bytes | None]:
    """Return what reads the files beside one's own, for `with_helpers`."""

    def read(name: str) -> bytes | None:
        try:
            with (path.parent / name).open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError:
            return None

    return read


def _imported(sources: Iterable[str]) -> list[str]:
    """Return the names of modules that texts import, each once."""
    names: dict[str, None] = {}
    for source in sources:
        names |= dict.fromkeys(_FROM.findall(source))
        for listed in _IMPORT.findall(source):
            parts = (part.split()[:1] for part in listed.split(","))
            names |= dict.fromkeys(p[0].partition(".")[0] for p in parts if p)
    return list(names)
