"""The results that a run wrote, read from their file one student at a time."""

from __future__ import annotations

import os
import weakref
from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, overload

import msgspec

from grader.errors import UsageError
from grader.model import SubmissionResult
from grader.report.formats import results_json
from grader.report.formats.results_json import BEGIN, END, RESULTS_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Results

_CHUNK_BYTES: Final = 1024 * 1024
# No text in the file has a line end, so that this ends a student and nothing else.
_CLOSED = b"\n    }"
_MOST = len(_CLOSED + END)


def read(folder: Path) -> Results:
    """Return the results in a folder; students are read when they are asked for.

    Raises:
        UsageError: there are none, or they are of another version of the kit. A student
            who cannot be read is told when asked for.
    """
    path = folder / RESULTS_FILE
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return results_json.read(folder)
    students = _Filed(descriptor, path)
    if not students:
        return results_json.read(folder)
    start, end = students.around()
    head = os.pread(descriptor, start, 0)
    tail = os.pread(descriptor, os.fstat(descriptor).st_size - end, end)
    results = results_json.parse(head + tail, str(path))
    return msgspec.structs.replace(results, submissions=students)


class _Filed(Sequence[SubmissionResult]):
    """The students in a file that is laid out as this kit does it; none in others."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path
        self._decoder = msgspec.json.Decoder(SubmissionResult)
        weakref.finalize(self, os.close, descriptor)
        self._ends = _ends(descriptor)

    def around(self) -> tuple[int, int]:
        """Return where the first student begins, and where the last one ends."""
        return self._ends[0], self._ends[-1]

    def __len__(self) -> int:
        return max(len(self._ends) - 1, 0)

    @overload
    def __getitem__(self, place: int) -> SubmissionResult: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[SubmissionResult, ...]: ...

    def __getitem__(
        self, place: int | slice
    ) -> SubmissionResult | tuple[SubmissionResult, ...]:
        places = range(len(self))[place]
        if isinstance(places, range):
            return tuple(map(self._student, places))
        return self._student(places)

    def __iter__(self) -> Iterator[SubmissionResult]:
        return map(self._student, range(len(self)))

    def _student(self, number: int) -> SubmissionResult:
        start, end = self._ends[number], self._ends[number + 1]
        content = os.pread(self._descriptor, end - start, start)
        try:
            return self._decoder.decode(content.lstrip(b","))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{self._path}: expected results written by `grader grade`, got a "
                f"student who does not read: {error}. Grade again."
            ) from error


def _ends(descriptor: int) -> array[int]:
    """Return where the students begin, and where each ends; nothing in other files."""
    ends = array("Q")
    text = os.pread(descriptor, _CHUNK_BYTES, 0)
    offset = text.find(BEGIN + b"\n") + len(BEGIN)
    if not text.startswith(BEGIN, offset - len(BEGIN)):
        return ends
    ends.append(offset)
    text = text[offset:]
    while True:
        at = 0
        while (hit := text.find(_CLOSED, at)) >= 0 and hit + _MOST <= len(text):
            at = hit + len(_CLOSED)
            ends.append(offset + at)
            if text.startswith(END, at):
                return ends
        offset, text = offset + at, text[at:]
        more = os.pread(descriptor, _CHUNK_BYTES, offset + len(text))
        if not more:
            return array("Q")
        text += more
