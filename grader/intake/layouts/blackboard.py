"""A download from Blackboard: `<assignment>_<user>_attempt_<time>_<file>`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from grader.intake.trees import HandIn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from grader.intake.trees import Tree

_SUMMARY = "attempt.txt"
_NAME = re.compile(
    r"(?P<assignment>.+)_(?P<user>[^_]+)_attempt_"
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
        times: dict[str, list[str]] = {}
        for _, parts in named:
            times.setdefault(parts["user"], []).append(parts["time"])
        for found, parts in named:
            order = sorted(set(times[parts["user"]]))
            yield HandIn(
                parts["user"],
                msgspec.structs.replace(found, called=parts["file"] or _SUMMARY),
                _time(tree, parts["time"]),
                order.index(parts["time"]) + 1,
            )


LAYOUT = Blackboard()


def _time(tree: Tree, text: str) -> dt.datetime | None:
    day, clock = text[:10], text[11:].replace("-", ":")
    return tree.moment(f"{day}T{clock}")
