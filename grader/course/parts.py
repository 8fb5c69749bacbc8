"""Work in several files: one source, with a line above each file that names it.

What changes or rewrites a solution takes it as one text. The line is a text that stands
alone, `"file: model.py"`: it stays where comments do not.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from grader.model import Block, Program, ProgramKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SUFFIX: Final = ".py"
_MARK: Final = re.compile(r"""^["']+file: ([\w.-]+)["']+\n""", re.MULTILINE)
_FROM: Final = re.compile(r"^from[ \t]+(\w+)", re.MULTILINE)
_IMPORT: Final = re.compile(r"^import[ \t]+([\w., \t]+)", re.MULTILINE)


def joined(files: Mapping[str, str]) -> str:
    """Return the sources of files, by name, as one."""
    return "".join(
        f'"file: {name}"\n{source}{"" if source.endswith(chr(10)) else chr(10)}'
        for name, source in files.items()
    )


def parts_of(source: str) -> dict[str, str]:
    """Return the sources of the files that a source holds, by name.

    A source of one file has none by name. What stands above the first stands in each.
    """
    above, *named = _MARK.split(source)
    found: dict[str, str] = {}
    for name, text in zip(named[::2], named[1::2], strict=True):
        found[name] = found.get(name, above) + text
    return found


def added(source: str, name: str, text: str) -> str:
    """Return a source with a text at its end, or at that of the file with a name.

    Args:
        source: of one file, or of several.
        name: what the file defines at top level.
        text: what is to be added.
    """
    parts = parts_of(source)
    defines = _definition_of(name)
    own = [file for file, part in parts.items() if defines.search(part)]
    if not own:
        return source + text
    return joined(parts | {own[-1]: parts[own[-1]] + text})


def _definition_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:async +)?def +|class +)?{name}\b", re.MULTILINE)


def program_from(source: str, name: str, sha256: str | None = None) -> Program:
    """Return an author's source as a student would have handed it in.

    Args:
        source: of one file, or of several.
        name: what the file is called, if it is one.
        sha256: that of another source, where the same inputs are to be drawn.
    """
    sha256 = sha256 or hashlib.sha256(source.encode()).hexdigest()
    parts = parts_of(source)
    if parts:
        return program_of_files(parts, sha256)
    blocks = (Block(name, source.encode()),)
    return Program(ProgramKind.SCRIPT, name, sha256, blocks)


def program_of_files(files: Mapping[str, str], sha256: str) -> Program:
    """Return the program that files are, each of them a module of its own."""
    blocks = tuple(Block(name, files[name].encode()) for name in in_order(files))
    return Program(ProgramKind.FILES, next(iter(files)), sha256, blocks)


def in_order(files: Mapping[str, str]) -> list[str]:
    """Return the names of files so that each comes after those that it imports.

    Only what is imported as a file is read counts; in a circle, the order stays.
    """
    order: dict[str, None] = {}

    def put(name: str, above: tuple[str, ...]) -> None:
        for module in _imported_at_top(files[name]):
            wanted = module + SUFFIX
            if wanted in files and wanted not in (*above, name):
                put(wanted, (*above, name))
        order.setdefault(name)

    for name in files:
        put(name, ())
    return list(order)


def twice_defined(parts: Mapping[str, Iterable[str]]) -> Sequence[tuple[str, str, str]]:
    """Return each name that two files define, with the two files.

    Args:
        parts: the names that each file defines.
    """
    first: dict[str, str] = {}
    return [
        (name, first[name], file)
        for file, names in parts.items()
        for name in names
        if first.setdefault(name, file) != file
    ]


def _imported_at_top(source: str) -> list[str]:
    """Return the names of the modules that a file imports as soon as it is read."""
    names = _FROM.findall(source)
    for listed in _IMPORT.findall(source):
        parts = (part.split()[:1] for part in listed.split(","))
        names += [part[0].partition(".")[0] for part in parts if part]
    return names
