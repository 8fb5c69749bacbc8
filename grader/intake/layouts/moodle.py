"""A download from Moodle: `<full name>_<number>_assignsubmission_file[_]`.

Files are in folders or beside each other, and texts that were typed online as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from grader.intake.trees import HandIn
from grader.intake.walking import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.intake.trees import Tree

# What comes first is the platform's; what a student called the file comes last, and may
# look like another platform's: `_attempt_` is Blackboard's, two numbers are Canvas's.
_NAME = re.compile(
    r"\A(?![^_]+_(?:LATE_)?(?:\d+|anon_[^_]+)_\d+_)"
    r"(?P<name>(?:(?!_attempt_\d{4}-|_\d+_assignsubmission_).)+)"
    r"_(?P<number>\d+)_assignsubmission_"
    r"(?P<plugin>[a-z]+)_?"
    r"(?P<file>.*)",
    re.DOTALL,
)


class Moodle:
    """Each name has the student's full name and number before it."""

    name = "moodle"
    mark = "names with _assignsubmission_ in them"
    about: frozenset[str] = frozenset()

    def recognises(self, tree: Tree) -> bool:
        """Whether any file or folder at the top is named so."""
        return any(_NAME.fullmatch(found.name) for found in tree.top)

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield each folder, or each file without what Moodle put before its name."""
        for found in tree.top:
            parts = _NAME.fullmatch(found.name)
            if parts is None or found.kind not in (EntryKind.FILE, EntryKind.FOLDER):
                continue
            yield HandIn(
                parts["name"],
                msgspec.structs.replace(found, called=parts["file"] or found.name),
                ids=(f"Participant {parts['number']}",),
            )


LAYOUT = Moodle()
