"""Canvas: files named `<name>[_LATE]_<user>_<attachment>_<file>`, side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from grader.intake.trees import HandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.intake.trees import Tree

_NAME = re.compile(
    r"\A(?P<name>[^_]+)(?P<late>_LATE)?_(?P<user>\d+|anon_[^_]+)_(?P<attachment>\d+)_"
    r"(?P<file>.+)",
    re.DOTALL | re.IGNORECASE,
)
_TYPED = re.compile(
    r"\A(?P<name>[^_]+)(?P<late>_LATE)?_(?P<user>\d+|anon_[^_]+)_(?:\d+_)?"
    r"(?P<file>(?:text|link)\.html)",
    re.IGNORECASE,
)


class Canvas:
    """Each file's name has the student's name and number before it."""

    name = "canvas"
    mark = "files named <name>_<user number>_<attachment number>_<file>"
    about: frozenset[str] = frozenset()

    def recognises(self, tree: Tree) -> bool:
        """Whether most files at the top are named so."""
        named = [found for found in tree.files if _NAME.fullmatch(found.name)]
        return bool(named) and 2 * len(named) > len(tree.files)

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield each file; a student is known by the number."""
        for found in tree.files:
            parts = _TYPED.fullmatch(found.name) or _NAME.fullmatch(found.name)
            if parts is None:
                continue
            anonymous = parts["user"].startswith("anon")
            late = "Canvas marks it as late." if parts["late"] else ""
            yield HandIn(
                parts["user"] if anonymous else parts["name"],
                msgspec.structs.replace(found, called=parts["file"]),
                ids=(parts["user"],),
                note=late,
            )


LAYOUT = Canvas()
