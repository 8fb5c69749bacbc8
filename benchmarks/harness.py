"""A pytest plugin of the usual kind: the student's code runs in pytest's process.

It runs the same checks on the same program without a wall. `throughput.py` starts
one such process per submission; `floor.py` reads from `CLOCK` how long the student's
and the reference's own code ran.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import runpy
import sys
import time
import types
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.course.fingerprint import digest_of_checks
from grader.judging.checks.calls import Calls
from grader.judging.checks.draws import Draw, key_of
from grader.judging.checks.evidence import CheckEnded, Evidence
from grader.judging.checks.host import Host
from grader.judging.checks.marks import MARKS
from grader.judging.checks.student import Remote, Student
from grader.model import Limits, Program, Visibility
from grader.sandbox import wire
from grader.sandbox.worker import worker
from grader.sandbox.worker.program import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class CallTimer:
    """Adds up the computing time of calls; calls within calls are not counted twice."""

    def __init__(self) -> None:
        self.spent_s = 0.0
        self._depth = 0

    def timed(self, function: Callable[..., object]) -> Callable[..., object]:
        """Return the function, with its calls counted."""

        @functools.wraps(function, updated=())
        def counted(*args: object, **kwargs: object) -> object:
            self._depth += 1
            begun = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.spent_s += time.process_time() - begun

        return counted


CLOCK = CallTimer()
# Whether the program's training is recorded, as in the kit's own workers.
RECORDING = False


class _Counted(worker.RequestHandler):
    """The worker's side of the protocol, which counts the time of student code."""

    def do_load(self, **request: object) -> dict[str, object]:
        """Run the program."""
        reply = CLOCK.timed(super().do_load)(**request)
        self._names = sys.modules["__main__"].__dict__
        return reply  # type: ignore[return-value]

    def do_call(self, target: object, **request: object) -> dict[str, object]:
        """Call a function of the program, or an object that stayed here."""
        function = self._names.get(target) if isinstance(target, str) else target
        if callable(function):
            target = CLOCK.timed(function)
        return super().do_call(target, **request)  # type: ignore[arg-type]


class LocalWorker:
    """A worker in this very process."""

    used_s = 0.0
    waited_s = 0.0
    computing = True

    def __init__(self) -> None:
        self._worker = _Counted()
        if RECORDING:
            self._worker.recorder.install()
        self._output = io.StringIO()

    def request(self, payload: dict[str, object], *_allowed: float | None) -> object:
        """Return the reply to one request."""
        request = self._crossed(payload, self._worker.resolve)
        with contextlib.redirect_stdout(self._output):
            try:
                reply = self._worker.answer(request)  # type: ignore[arg-type]
            except BaseException as error:  # noqa: BLE001 - the student's, as in a worker
                reply = {"raised": failure(error)}
        return self._crossed(reply, wire.keep)

    def printed(self) -> str:
        """Return what was printed since the last call."""
        text = self._output.getvalue()
        self._output = io.StringIO()
        return text

    def close(self) -> None:
        """End the recording; there is nothing else to close."""
        self._worker.recorder.uninstall()

    def _crossed(
        self, value: object, resolve: Callable[[wire.Handle], object]
    ) -> object:
        frame = wire.encode(0, value, self._worker.handle_of)
        prefix, body = frame[: wire.PREFIX.size], frame[wire.PREFIX.size :]
        return wire.decode(prefix, body, resolve)[1]


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known."""
    for line in MARKS:
        config.addinivalue_line("markers", line)


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """Yield the submission named by BENCH_PROGRAM, not yet loaded."""
    raw = Path(os.environ["BENCH_PROGRAM"]).read_bytes()
    program = msgspec.msgpack.decode(raw, type=Program)
    host = Host(program, Limits(), lambda _: LocalWorker())
    yield host
    host.close()


@pytest.fixture(scope="session")
def reference() -> types.ModuleType:
    """Return the solution named by BENCH_SOLUTION, its calls counted."""
    names = runpy.run_path(os.environ["BENCH_SOLUTION"])
    for name, value in names.items():
        if isinstance(value, types.FunctionType):
            names[name] = CLOCK.timed(value)
        elif isinstance(value, type) and value.__module__ == "<run_path>":
            value.__call__ = CLOCK.timed(value.__call__)
    module = types.ModuleType("reference")
    module.__dict__.update(names)
    return module


@pytest.fixture
def student(host: Host) -> Student:
    """Return the student's program."""
    try:
        host.load()
    except CheckEnded as ended:
        pytest.fail(ended.message)
    return Student(Calls(host, Evidence(), Visibility.HIDDEN, Remote))


@pytest.fixture
def draw(host: Host, request: pytest.FixtureRequest) -> Draw:
    """Return the draws that the kit makes for this program and check."""
    folder = Path(os.environ["BENCH_SOLUTION"]).parent
    checks = (folder / name for name in ("test_visible.py", "test_hidden.py"))
    key = key_of(host.program.sha256, digest_of_checks(checks), request.node.name)
    return Draw(key)
