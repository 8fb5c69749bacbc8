"""A share of a class, so that several machines grade it side by side."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from grader.errors import UsageError
from grader.spool import picked

if TYPE_CHECKING:
    from grader.intake.attempts import Intake

_WRITTEN = re.compile(r"(\d{1,6})/(\d{1,6})\Z")


class Share(msgspec.Struct, frozen=True):
    """One of several shares of a class; which one a student is in depends on the name.

    Attributes:
        number: which share this is, from 1.
        of: how many shares there are.
    """

    number: int
    of: int

    def takes(self, student: str | None) -> bool:
        """Return whether a student is in this share; what is nobody's is in the first.

        The name decides alone: another student, or another file, moves nobody.
        """
        if student is None:
            return self.number == 1
        digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8]) % self.of == self.number - 1


def share(text: str) -> Share:
    """Return the share that a text such as "2/8" names.

    Raises:
        UsageError: it names none.
    """
    found = _WRITTEN.match(text)
    number, of = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= of:
        raise UsageError(
            f"--shard {text}: expected a share such as 2/8: the second of eight. Count "
            f"from 1."
        )
    return Share(number, of)


def share_of(intake: Intake, share: Share) -> Intake:
    """Return what the students of a share handed in."""
    takes = share.takes
    return msgspec.structs.replace(
        intake,
        work=picked(intake.work, lambda work: takes(work.student)),
        others=picked(intake.others, lambda work: takes(work.student)),
        left=tuple(left for left in intake.left if takes(left.student)),
        people={name: who for name, who in intake.people.items() if takes(name)},
        absent=frozenset(filter(takes, intake.absent)),
    )
