"""What crosses between the main process and the nodes of a cluster: bytes of these.

Each message is MessagePack of one of the structs below, with exact types, and no longer
than `CAP`. Nothing of ours is pickled, in either direction.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from grader.course.loading import SOLUTIONS
from grader.errors import InternalError, UsageError
from grader.judging.protocol import Refused, Task
from grader.model import Check, Facts, Verdict
from grader.traces import Extras

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.course import Course

CAP: Final = 64 << 20
"""No message is longer, in bytes."""

CourseFiles = tuple[tuple[bytes, bytes], ...]
"""The paths of files below a folder, and what is in them."""

_Order = TypeVar("_Order", bound=msgspec.Struct)


class Kit(msgspec.Struct, frozen=True):
    """Main to node, read before all else: the version of the kit that asks."""

    kit: str


class Greeting(msgspec.Struct, frozen=True):
    """Main to node, first: who asks, and which wall is wanted."""

    kit: str
    sandbox: str


class Welcome(msgspec.Struct, frozen=True, tag=True):
    """Node to main: the name of its machine, its process, and what it judges with."""

    name: str
    pid: int
    facts: Facts


class Opening(msgspec.Struct, frozen=True):
    """Main to node, once: the course, and how to open its judges.

    `run` names the run, and `digest` the files. `private` are paths of what students
    handed in and were told, where the node sees the same disk: the canary tries them.
    """

    kit: str
    run: str
    digest: str
    files: CourseFiles
    exercises: tuple[str, ...]
    sandbox: str
    jobs: int
    private: tuple[bytes, ...] = ()


class Opened(msgspec.Struct, frozen=True, tag=True):
    """Node to main: its wall is proven, and its checks are collected."""

    checks: dict[str, tuple[Check, ...]]


class Bundle(msgspec.Struct, frozen=True):
    """Main to node: programs to judge, without their students' names."""

    kit: str
    run: str
    tasks: tuple[Task, ...]


class TaskVerdict(msgspec.Struct, frozen=True):
    """What came of one task of a bundle; `number` is its place there."""

    number: int
    verdict: Verdict
    extras: Extras


class BundleVerdicts(msgspec.Struct, frozen=True, tag=True):
    """Node to main: the verdicts on a bundle."""

    found: tuple[TaskVerdict, ...]


class Unopened(msgspec.Struct, frozen=True, tag=True):
    """Node to main: it knows nothing of the run; its process is a new one."""


NodeAnswer = Welcome | Opened | BundleVerdicts | Unopened | Refused

_ANSWERS: msgspec.msgpack.Decoder[NodeAnswer] = msgspec.msgpack.Decoder(NodeAnswer)


def encoded(message: msgspec.Struct) -> bytes:
    """Return a message as the bytes that cross.

    Raises:
        InternalError: it is too long.
    """
    body = msgspec.msgpack.encode(message)
    if len(body) > CAP:
        raise InternalError(
            f"{type(message).__name__}: expected at most {CAP >> 20} MB between "
            f"machines, got {len(body) >> 20}. Grade without --cluster."
        )
    return body


def order_of(body: object, kind: type[_Order]) -> _Order:
    """Return an order of the main process.

    Raises:
        InternalError: it is none.
    """
    return _read(body, msgspec.msgpack.Decoder(kind))


def node_answer(body: object) -> NodeAnswer:
    """Return what a node answers.

    Raises:
        InternalError: it is no answer.
    """
    return _read(body, _ANSWERS)


_Message = TypeVar("_Message")


def _read(body: object, decoder: msgspec.msgpack.Decoder[_Message]) -> _Message:
    if type(body) is not bytes or len(body) > CAP:
        raise InternalError(
            f"expected at most {CAP >> 20} MB of bytes, got {type(body).__name__}."
        )
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise InternalError(f"expected a message, got an error: {error}.") from error


def files_of(course: Course) -> CourseFiles:
    """Return the files that judging needs of a course: all that is in `solutions/`.

    Raises:
        UsageError: they are too large to be sent.
    """
    folder = course.root / SOLUTIONS
    paths = sorted(
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file()
    )
    kept = [path for path in paths if not _is_left_out(path)]
    size = sum((folder / path).stat().st_size for path in kept)
    if size > CAP // 2:
        raise UsageError(
            f"{folder}: expected at most {CAP >> 21} MB to send to each node, got "
            f"{size >> 20} MB. Keep large files out of it, or grade with --shard."
        )
    return tuple((os.fsencode(p.as_posix()), (folder / p).read_bytes()) for p in kept)


def _is_left_out(path: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in path.parts)


def digest_of(files: CourseFiles) -> str:
    """Return a digest of files, by their paths and contents."""
    return hashlib.sha256(msgspec.msgpack.encode(files)).hexdigest()


def unpack(files: Iterable[tuple[bytes, bytes]], root: Path) -> None:
    """Write a course's files below a folder.

    Raises:
        InternalError: a path leads out of it.
    """
    for name, content in files:
        pure = PurePosixPath(os.fsdecode(name))
        if pure.is_absolute() or ".." in pure.parts or not pure.name:
            raise InternalError(f"{pure}: expected a path below the course.")
        path = root / SOLUTIONS / pure
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
