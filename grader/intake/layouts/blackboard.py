"""A download from Blackboard: `<assignment>_<user>_attempt_<time>_<file>`."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from grader.intake.trees import HandIn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from grader.intake.trees import Tree

_SUMMARY = "attempt.txt"
# What comes first is the platform's; what a student called the file comes last, and may
# look like another platform's: `_assignsubmission_` is Moodle's, two numbers Canvas's.
_NAME = re.compile(
    r"\A(?![^_]+_(?:LATE_)?(?:\d+|anon_[^_]+)_\d+_)"
    r"(?P<whose>(?:(?!_assignsubmission_|_attempt_\d{4}-).)+_[^_]+)_attempt_"
    r"(?P<time>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>.+)|\.txt)",
    re.DOTALL,
)


class Blackboard:
    """Each file's name has the user and the time of the attempt before it."""

    name = "blackboard"
    mark = "files named <assignment>_<user>_attempt_<time>_<file>"
    about: frozenset[str] = frozenset({_SUMMARY})

    def recognises(self, tree: Tree) -> bool:
        """Whether any file at the top is named so."""
        return any(_NAME.fullmatch(found.name) for found in tree.files)

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield each file with its time, and the text about each attempt."""
        matched = [(found, _NAME.fullmatch(found.name)) for found in tree.files]
        named = [(found, parts) for found, parts in matched if parts]
        users = _users({parts["whose"] for _, parts in named})
        times: dict[str, list[str]] = {}
        for _, parts in named:
            times.setdefault(users[parts["whose"]], []).append(parts["time"])
        for found, parts in named:
            user = users[parts["whose"]]
            order = sorted(set(times[user]))
            yield HandIn(
                user,
                msgspec.structs.replace(found, called=parts["file"] or _SUMMARY),
                _time(tree, parts["time"]),
                order.index(parts["time"]) + 1,
            )


LAYOUT = Blackboard()


def _users(names: set[str]) -> dict[str, str]:
    """Return the user of each `<assignment>_<user>`; both may have a `_` in them.

    What stands before the last `_` is the assignment if several names share it, and
    none of these goes on from another. Else it is what all names begin with.
    """
    before = Counter(name.rpartition("_")[0] for name in names)
    longer = any(a.startswith(f"{b}_") for a in before for b in before)
    apart = len(names) > 1 and (longer or set(before.values()) == {1})
    first, last = min(names, default=""), max(names, default="")
    pairs = enumerate(zip(first, last, strict=False))
    differs = next((place for place, (a, b) in pairs if a != b), len(first))
    start = first.rfind("_", 0, differs) + 1 if apart else 0
    return {name: name[start:] if start else name.rpartition("_")[2] for name in names}


def _time(tree: Tree, text: str) -> dt.datetime | None:
    day, clock = text[:10], text[11:].replace("-", ":")
    return tree.moment(f"{day}T{clock}")
