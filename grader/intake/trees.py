"""A tree of hand-ins, as layouts see it: names first, and content where it is asked."""

from __future__ import annotations

import datetime as dt
import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from grader.errors import StudentError
from grader.intake.naming import ending_of
from grader.intake.walking import PLACE_CAP, EntryKind, Found, below, entries, read
from grader.model import Clock
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator


class HandIn(msgspec.Struct, frozen=True):
    """One file, or one folder with all that is in it, that a student handed in.

    Attributes:
        student: what the layout calls the student.
        found: where it lies.
        handed_in_at: when it came in; None where the layout does not say.
        attempt: which of the student's attempts it is, from 1.
        clock: whose clock says when.
        ids: what else the layout knows the student by: numbers, addresses, logins.
        note: a remark for the report.
        clock_of: the time of one file below it, where each has its own.
        origin: where it lay before it was taken out of something; None if it was not.
        not_taken: of each exercise, why what lies there for it is not graded.
    """

    student: str
    found: Found
    handed_in_at: dt.datetime | None = None
    attempt: int = 1
    clock: Clock = Clock.LMS
    ids: tuple[str, ...] = ()
    note: str = ""
    clock_of: Callable[[Found], dt.datetime | None] | None = None
    origin: Found | None = None
    not_taken: Mapping[str, str] = MappingProxyType({})

    @property
    def place(self) -> str:
        """Where it lies, for people."""
        return self.found.place

    @property
    def name(self) -> str:
        """Its name, without what the platform put around it."""
        return self.found.name

    def read(self) -> bytes:
        """Return the content of a file.

        Raises:
            StudentError: it is too large.
            OSError: it may not be read, or is a folder.
        """
        return read(self.found).data


class IntakeOptions(msgspec.Struct, frozen=True):
    """What is asked for beside the paths.

    Attributes:
        layout: the layout's name; None to recognise it.
        before: grade the last commit before this moment.
        zone: the time zone of times without an offset.
        roster: the class list.
        jobs: how many processes may read hand-ins.
    """

    layout: str | None = None
    before: dt.datetime | None = None
    zone: dt.tzinfo | None = None
    roster: Path | None = None
    jobs: int = 1


class Tree:
    """All that lies below one folder, or in one archive.

    Args:
        root: the folder.
        shown: what messages call it.
        exercises: the ids of the course's exercises.
        options: what is asked for.
        scratch: a folder of the run's own, to unpack into.
        leave_out: a folder that is no hand-in: the reports.
        inside: whether the tree was unpacked from an archive.
    """

    def __init__(
        self,
        root: Path,
        shown: str,
        exercises: tuple[str, ...],
        options: IntakeOptions,
        scratch: Path,
        leave_out: Path | None = None,
        *,
        inside: bool = False,
    ) -> None:
        self.root = root
        self.shown = shown
        self.exercises = exercises
        self.options = options
        self.scratch = scratch
        self.inside = inside
        self._leave_out = leave_out.resolve() if leave_out else None

    @cached_property
    def top(self) -> list[Found]:
        """What lies in the folder itself, by name, without the reports."""
        out = self._leave_out
        # No folder here is a link, so that its name tells whether it is that one.
        own = out.name if out is not None and out.parent == self.root.resolve() else ""
        return [
            found
            for found in entries(self.root)
            if found.kind is not EntryKind.FOLDER or found.parts[-1] != own
        ]

    @property
    def folders(self) -> list[Found]:
        """The folders at the top."""
        return [found for found in self.top if found.kind is EntryKind.FOLDER]

    @property
    def files(self) -> list[Found]:
        """The files at the top."""
        return [found for found in self.top if found.kind is EntryKind.FILE]

    @property
    def programs(self) -> list[Found]:
        """The files at the top that have the ending of a program."""
        return [found for found in self.files if ending_of(found.name)]

    def inside_of(self, folder: Found) -> list[Found]:
        """Return what lies in a folder, without what is hidden; nothing if it fails."""
        try:
            return below(folder)
        except OSError:
            return []

    def holds(self, folder: Found, *parts: str) -> bool:
        """Whether a folder holds something, hidden or not; links lead nowhere."""
        # A class has thousands of folders, and this is asked of each several times.
        path = "/".join((os.fspath(folder.root), *folder.parts))
        try:
            for part in parts:
                path = f"{path}/{part}"
                if stat.S_ISLNK(os.lstat(path).st_mode):
                    return False
        except OSError:
            return False
        return True

    def fresh(self) -> Path:
        """Return an empty folder of the run's own."""
        return fresh_in(self.scratch)

    def text(self, found: Found) -> str:
        """Return what a small file says; nothing if it cannot be read."""
        try:
            return read(found).data.decode("utf-8-sig", "replace")
        except (OSError, StudentError):
            return ""

    def moment(self, text: str) -> dt.datetime | None:
        """Return the time that a text names, in the course's zone if it has none."""
        try:
            found = dt.datetime.fromisoformat(text.strip())
        except ValueError:
            return None
        return found if found.tzinfo else found.replace(tzinfo=self.options.zone)


def fresh_in(scratch: Path) -> Path:
    """Return an empty folder of the run's own."""
    return Path(tempfile.mkdtemp(dir=scratch))


def each(names: Iterator[str] | list[str]) -> str:
    """Return names for a message, cleaned."""
    return ", ".join(clean_line(name, PLACE_CAP) for name in names)
