"""The messages between the main process and a checker; both are trusted."""

from __future__ import annotations

import enum
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.course import Exercise
from grader.model import Check, Facts, Limits, Program, Verdict, Visibility
from grader.traces import Extras

if TYPE_CHECKING:
    import socket

_LENGTH = struct.Struct(">I")
# A process's number, between the main process and the nursery.
PID = struct.Struct(">q")


class Setup(msgspec.Struct, frozen=True, tag=True):
    """Main to checker, once: what will be judged, and what to put on verdicts.

    `fingerprints` has one for each exercise, by its id. `stays` says that more will be
    asked after a while, so that it pays to prepare for it. Paths are as seen from
    `folder`.
    """

    root: Path
    exercises: tuple[Exercise, ...]
    preload: tuple[str, ...]
    fingerprints: dict[str, str]
    facts: Facts
    stays: bool = False
    folder: Path = Path()


class How(msgspec.Struct, frozen=True):
    """How to judge a program; the defaults are what counts for a grade.

    `draw` counts further draws from 1; `only` leaves out checks of another visibility,
    `about`, where given, those about nothing that it names, and `names` all others;
    `until_failed` stops after the first check that did not pass; `measure` and `trace`
    ask for what the author and the instructor want to see; `diagnose` looks closer at
    what failed, and `alike` at which mistakes the checks do not tell apart; `salt`,
    where given, goes into digests of what the checks are shown. `limits`
    take the place of the exercise's; then the first check that is cut short, or gets
    an answer that is too large, is the last. `again` says whether a work that was cut
    short is judged once more. `authors` says that the program is the author's own, so
    that a finding tells where the check
    ended; `without` names checks that are left out, because they are broken.
    `paste` adds to what a visible check says the call that shows it.
    """

    draw: int = 0
    only: Visibility | None = None
    about: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    until_failed: bool = False
    measure: bool = False
    trace: bool = False
    diagnose: bool = True
    alike: bool = False
    salt: str = ""
    limits: Limits | None = None
    again: bool = True
    authors: bool = False
    without: tuple[str, ...] = ()
    paste: bool = False

    def wants(self, check: Check) -> bool:
        """Return whether a check is to run."""
        if self.only not in (None, check.visibility) or check.name in self.without:
            return False
        if check.by_hand:
            return False
        if self.names and check.name not in self.names:
            return False
        return not self.about or not set(self.about).isdisjoint(check.about)

    @property
    def diagnoses(self) -> bool:
        """Whether a student will read the findings: a proof needs no words."""
        needless = self.until_failed or self.measure or self.authors
        return self.diagnose and not needless


class Task(msgspec.Struct, frozen=True, tag=True):
    """Main to checker: judge this program. A checker gets the next when it is done."""

    exercise: str
    program: Program
    how: How = How()


class Effort(msgspec.Struct, frozen=True):
    """What the checks of one program took, in seconds of the nominal machine.

    `cut_short` says that a check ended because the program was still computing when
    its time was up, `starved` that it could have no thread, which others may hold.
    `late` names the checks for which it was too late, where the program was loaded in
    full: the others need not be asked again.
    """

    longest_call_s: float
    all_calls_s: float
    cut_short: bool
    starved: bool = False
    late: tuple[str, ...] = ()


class Ready(msgspec.Struct, frozen=True, tag=True):
    """Checker to main: the checks are collected; here they are."""

    checks: dict[str, tuple[Check, ...]]


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Checker to main: grading cannot start; `blame` is an error class's name."""

    blame: str
    message: str


class Death(enum.StrEnum):
    """How a checker ended while it judged a program."""

    ENDED = "ended"
    SILENT = "did not come back"


class Finished(msgspec.Struct, frozen=True, tag=True):
    """Checker to main: the verdict on its task, and what else was asked for.

    `death` is set by the pool, in the place of a checker that can say nothing.
    """

    verdict: Verdict
    extras: Extras
    effort: Effort
    death: Death | None = None


Message = Setup | Task | Ready | Refused | Finished


def send(channel: socket.socket, message: Message) -> None:
    """Send one message whole."""
    body = msgspec.msgpack.encode(message, enc_hook=_encoded)
    channel.sendall(_LENGTH.pack(len(body)) + body)


def receive(channel: socket.socket) -> Message | None:
    """Return the next message, or None if the other side has closed the channel."""
    prefix = _exactly(channel, _LENGTH.size)
    if prefix is None:
        return None
    body = _exactly(channel, _LENGTH.unpack(prefix)[0])
    if body is None:
        return None
    message: Message = _DECODER.decode(body)
    return message


def _exactly(channel: socket.socket, count: int) -> bytes | None:
    parts = []
    while count:
        try:
            part = channel.recv(min(count, 1 << 20))
        except ConnectionResetError:  # it closed with something of ours unread
            part = b""
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _encoded(value: object) -> bytes:
    """Return a path as bytes: a folder's name need not be text."""
    if isinstance(value, Path):
        return os.fsencode(value)
    raise NotImplementedError(type(value).__name__)


def _decoded(kind: type, value: bytes) -> object:
    return kind(os.fsdecode(value))


_DECODER = msgspec.msgpack.Decoder(Message, dec_hook=_decoded)
