"""A double of a worker's process: the real worker, here, by way of the wire."""

from __future__ import annotations

import sys
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

from helpers import program

from grader.judging.checks.evidence import CURRENT, Evidence
from grader.judging.checks.host import Host
from grader.judging.checks.line import Line
from grader.judging.checks.student import Remote, Student
from grader.model import Limits, Visibility
from grader.sandbox import wire
from grader.sandbox.worker.worker import Worker, _reply

if TYPE_CHECKING:
    from collections.abc import Iterator


def _only_handles(value: object) -> wire.Handle:
    raise TypeError(f"cannot cross the wall: {type(value)!r}")


class InProcess:
    """Answers as a worker's process does; `asked` are the verbs of its requests."""

    used_s = 0.0

    def __init__(self) -> None:
        self.worker = Worker()
        self.asked: list[str] = []
        self._said = ""

    def request(self, payload: dict[str, Any], _timeout_s: float) -> object:
        self.asked.append(payload["do"])
        frame = wire.encode(1, payload, _only_handles)
        _, request = wire.decode(frame[:8], frame[8:], self.worker.resolve)
        assert isinstance(request, dict)
        said = StringIO()
        with redirect_stdout(said):
            frame = _reply(self.worker, 1, request)
        self._said += said.getvalue()
        return wire.decode(frame[:8], frame[8:])[1]

    def printed(self) -> str:
        said, self._said = self._said, ""
        return said

    def last_words(self) -> str:
        return ""

    def close(self) -> None:
        """Do nothing: there is no process to end."""


@contextmanager
def checking(
    source: str,
    visibility: Visibility = Visibility.VISIBLE,
    worker: InProcess | None = None,
) -> Iterator[tuple[Any, Evidence]]:
    """Yield the stand-in of a program as a check gets it, and the check's evidence."""
    main, argv = sys.modules["__main__"], sys.argv
    evidence = Evidence()
    host = Host(program(source), Limits(), lambda _: worker or InProcess())
    line = Line(host, evidence, visibility, Remote)
    token = CURRENT.set(evidence)
    try:
        yield Student(line), evidence
    finally:
        line.close()
        CURRENT.reset(token)
        sys.modules["__main__"], sys.argv = main, argv
