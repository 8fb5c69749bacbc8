"""What the main process and a checker process say to each other, both trusted."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.course import Exercise
from grader.model import Check, Program, Verdict

if TYPE_CHECKING:
    import socket

_LENGTH = struct.Struct(">I")


class Setup(msgspec.Struct, frozen=True, tag=True):
    """Main to checker, once: what will be judged."""

    root: Path
    exercises: tuple[Exercise, ...]
    preload: tuple[str, ...]


class Task(msgspec.Struct, frozen=True, tag=True):
    """Main to checker: judge this program."""

    number: int
    exercise: str
    program: Program


class Ready(msgspec.Struct, frozen=True, tag=True):
    """Checker to main: the checks are collected; these they are."""

    checks: dict[str, tuple[Check, ...]]


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Checker to main: grading cannot start; `blame` is an error class's name."""

    blame: str
    message: str


class Done(msgspec.Struct, frozen=True, tag=True):
    """Checker to main: the verdict on one task."""

    number: int
    verdict: Verdict


Message = Setup | Task | Ready | Refused | Done


def send(channel: socket.socket, message: Message) -> None:
    """Send one message whole."""
    body = msgspec.msgpack.encode(message, enc_hook=str)
    channel.sendall(_LENGTH.pack(len(body)) + body)


def receive(channel: socket.socket) -> Message | None:
    """Return the next message, or null when the other side has closed the channel."""
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
        part = channel.recv(min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _decoded(kind: type, value: object) -> object:
    return kind(value)


_DECODER = msgspec.msgpack.Decoder(Message, dec_hook=_decoded)
