"""A double of a worker's process: the real worker in this one, through the wire."""

from __future__ import annotations

import queue
import sys
import threading
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
from helpers import program

from grader.judging.answers import answer_of
from grader.judging.checks.calls import Calls
from grader.judging.checks.evidence import CURRENT, Evidence
from grader.judging.checks.host import Host
from grader.judging.checks.student import Remote, Student
from grader.judging.requests import Call, payload_of
from grader.model import Limits, Visibility
from grader.sandbox import wire
from grader.sandbox.worker.worker import RequestHandler, reply_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.judging.answers import Answer
    from grader.model import Program


def _only_handles(value: object) -> wire.Handle:
    raise TypeError(f"cannot cross the wall: {type(value)!r}")


class InProcess:
    """Answers as a worker's process does; `asked` are the verbs of its requests."""

    used_s = waited_s = paced_s = 0.0
    computing = False

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.worker = RequestHandler(channel=self)  # type: ignore[arg-type]  # its two methods
        self._requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._serve, daemon=True).start()

    def receive(self, resolve: Callable[[wire.Handle], object]) -> tuple[int, object]:
        frame = self._requests.get()
        return wire.decode(frame[:8], frame[8:], resolve, leaves=True)

    def write(self, frame: bytes) -> None:
        self._replies.put(frame)

    def _serve(self) -> None:
        while True:
            self.worker.number, request = self.receive(self.worker.resolve)
            assert isinstance(request, dict)
            self.write(reply_to(self.worker, request))

    def request(self, payload: dict[str, Any], *_allowed: float | None) -> object:
        self.asked.append(payload["do"])
        said = StringIO()
        with redirect_stdout(said):
            self._requests.put(wire.encode(len(self.asked), payload, _only_handles))
            frame = self._replies.get(timeout=60)
        self._said += said.getvalue()
        number, reply = wire.decode(frame[:8], frame[8:])
        assert number == len(self.asked)
        return reply

    _said = ""

    def printed(self) -> str:
        said, self._said = self._said, ""
        return said

    def last_words(self) -> str:
        return ""

    def close(self) -> None:
        """Do nothing: there is no process to end."""


@contextmanager
def checking(
    source: str | Program,
    visibility: Visibility = Visibility.VISIBLE,
    worker: InProcess | None = None,
) -> Iterator[tuple[Any, Evidence]]:
    """Yield the stand-in of a program as a check gets it, and the check's evidence."""
    main, argv = sys.modules["__main__"], sys.argv
    evidence = Evidence()
    work = program(source) if isinstance(source, str) else source
    host = Host(work, Limits(), lambda _: worker or InProcess())
    line = Calls(host, evidence, visibility, Remote)
    token = CURRENT.set(evidence)
    try:
        yield Student(line), evidence
    finally:
        line.close()
        CURRENT.reset(token)
        sys.modules["__main__"], sys.argv = main, argv


def loaded(source: str) -> tuple[RequestHandler, dict[str, Any]]:
    """Return a worker that has loaded a program, in this thread, and what it told."""
    main, argv = sys.modules["__main__"], sys.argv
    worker, text = RequestHandler(), np.frombuffer(source.encode(), np.uint8)
    try:
        return worker, worker.do_load("script", "w.py", [("w.py", len(text))], text)
    finally:
        sys.modules["__main__"], sys.argv = main, argv


def answered(worker: RequestHandler, name: str, *args: object) -> Answer:
    """Return a worker's answer to a call of one of its program's functions."""
    call = Call(name, args)
    frame = reply_to(worker, payload_of(call))
    return answer_of(call, wire.decode(frame[:8], frame[8:])[1])
