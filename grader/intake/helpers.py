"""Modules of the student's own that a program uses, from the files beside it."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from grader.errors import StudentError
from grader.intake.reading import (
    NOTEBOOK_SUFFIX,
    SCRIPT_SUFFIX,
    EmptyFileError,
    program_of,
)
from grader.model import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from grader.model import Program

MOST = 10
MAX_BYTES = 256 * 1024
# More names than any program has, deeper and longer ones than any module: what a text
# lists beyond that is not looked for.
_MOST_NAMES = 1000
_DEEPEST = 10
_LONGEST = 200
_FROM = re.compile(
    r"\n[ \t]*+from[ \t]++(\.*+)([\w.]*+)[ \t]++import[ \t]*+"
    r"(?:\(([^)]{0,1000})\)|([\w, \t]+))"
)
_IMPORT = re.compile(r"\n[ \t]*import[ \t]+([\w., \t]+)")
# `%run helper.ipynb`, `exec(open("helper.py").read())`, `run_path("./helper.py")`. No
# repeat gives back what it took: nothing that follows one begins in the middle of it.
_PLACE = r"(?:\./)?((?:[\w-]++/){0,3}+[\w-]++)(\.py|\.ipynb|(?=\s))"
_QUOTED = re.compile(rf"[\"']{_PLACE}")
_RUN = re.compile(rf"(?:\n[ \t]*%run[ \t]+(?:-\w+[ \t]+)*[\"']?|\"|'){_PLACE}")


def with_helpers(
    program: Program,
    read: Callable[[str], bytes | None],
    given: Collection[str] = (),
) -> Program:
    """Return a program with the modules beside it that it imports or runs.

    They are read as data; modules that they use themselves come as well.

    Args:
        program: the program.
        read: returns the content of the file of a name, or None if there is none.
        given: the names of files that come with the exercise: the course has its own.
    """
    helpers: dict[str, Block] = {}
    own = {program.filename, *(block.label for block in program.blocks), *given}
    wanted = _imported(block.source for block in program.blocks)
    # A list, because it grows while it is gone through.
    for name in (order := [*wanted]):
        if len(helpers) == MOST:
            break
        found = _read_module(name, own, read)
        if found is not None:
            helpers[name] = found
            package = found.label.rpartition("/")[0].replace("/", ".")
            inside = _imported([found.source], package)
            order += [n for n in inside if n not in wanted]
            wanted |= inside
    if not helpers:
        return program
    names = ", ".join(block.label for block in helpers.values())
    note = f"Read with it, because it uses them: {names}."
    return msgspec.structs.replace(
        program, helpers=tuple(helpers.values()), notes=(*program.notes, note)
    )


def _read_module(
    name: str, own: Collection[str], read: Callable[[str], bytes | None]
) -> Block | None:
    """Return a module of the student's own, `utils.helper`; None if there is none."""
    place = name.replace(".", "/")
    modules = f"{place}{SCRIPT_SUFFIX}", f"{place}/__init__{SCRIPT_SUFFIX}"
    for file in (name,) if name.endswith(NOTEBOOK_SUFFIX) else modules:
        data = None if file in own else read(file)
        if data is None or len(data) > MAX_BYTES:
            continue
        try:
            blocks = program_of(file, data).blocks
        except EmptyFileError:
            blocks = ()
        except StudentError:
            continue
        source = "\n".join(block.source for block in blocks)
        return Block(file, source.encode())
    return None


def files_beside(path: Path) -> Callable[[str], bytes | None]:
    """Return what reads the files beside one's own, for `with_helpers`."""

    def read(name: str) -> bytes | None:
        try:
            with (path.parent / name).open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError:
            return None

    return read


def _imported(sources: Iterable[str], package: str = "") -> dict[str, None]:
    """Return the names of modules that texts may import, each once, outer ones first.

    They are the first of them, if a text lists more than any program has.

    Args:
        sources: the texts.
        package: the package that they lie in.
    """
    # A newline is found faster than the start of a line.
    texts = [f"\n{source}" for source in sources]
    run = (_run(text) for text in texts if "run" in text or SCRIPT_SUFFIX in text)
    imported = (_named(text, package) for text in texts if "import" in text)
    return _first(chain.from_iterable(run)) | _first(chain.from_iterable(imported))


def _first(names: Iterable[str]) -> dict[str, None]:
    """Return different names, as many as any program has."""
    first: dict[str, None] = {}
    for name in names:
        if len(first) == _MOST_NAMES:
            break
        first[name] = None
    return first


def _named(lines: str, package: str) -> Iterator[str]:
    """Yield the modules that a text imports, some of them again and again."""
    for found in _FROM.finditer(lines):
        dots, module, *either = found.groups("")
        whole = ".".join(filter(None, (package if dots else "", module)))
        yield from _outwards(whole)
        for part in _listed("".join(either)):
            yield from _outwards(f"{whole}.{part}".strip("."))[-1:]
    for found in _IMPORT.finditer(lines):
        for part in _listed(found[1]):
            yield from _outwards(part)


def _listed(text: str) -> Iterator[str]:
    """Yield the first word between each two commas."""
    return (words[0] for part in text.split(",") if (words := part.split(None, 1)))


def _run(lines: str) -> Iterator[str]:
    """Yield the modules and the notebooks that a text runs."""
    # Few programs have magics, and to look for them at each line takes longer.
    pattern = _RUN if "%run" in lines else _QUOTED
    for found in pattern.finditer(lines):
        name, suffix = found.groups()
        yield name + suffix if suffix == NOTEBOOK_SUFFIX else name.replace("/", ".")


def _outwards(name: str) -> list[str]:
    """Return the modules on the way to one: `a`, `a.b` and `a.b.c`; none to an odd one.

    None is as long or as deep as what is not looked for.
    """
    parts = name.split(".", _DEEPEST) if len(name) <= _LONGEST else []
    if len(parts) > _DEEPEST:
        return []
    return [".".join(parts[: i + 1]) for i in range(len(parts)) if parts[0]]
