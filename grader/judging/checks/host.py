"""Keeps a worker alive for one program: starts, loads and replaces it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.judging.checks import words
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.hearsay import Hearsay
from grader.model import Limits, Outcome, Program
from grader.sandbox.host.client import Worker, WorkerEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    Launch = Callable[[Limits], Worker]

_TOP_LEVEL = "the code outside functions"
# What a program says of itself is looked through for near misses and shown.
_NAMES_CAP = 1000
_NAME_CAP = 100
_LINES_CAP = 10**7


class Host:
    """One program's worker, and the time it may still use.

    `failures` are the blocks that raised when the program was loaded first; `names`
    are those it defines.
    """

    def __init__(self, program: Program, limits: Limits, launch: Launch) -> None:
        self._program = program
        self.hearsay = Hearsay(program)
        self._limits = limits
        self._launch = launch
        self._worker: Worker | None = None
        self._unloadable: CheckEnded | None = None
        self._left_s = limits.seconds_per_exercise
        self.failures: list[dict[str, object]] | None = None
        self.names: list[str] = []

    @property
    def program(self) -> Program:
        """The program itself."""
        return self._program

    @property
    def limits(self) -> Limits:
        """What the program may use."""
        return self._limits

    @property
    def unloadable(self) -> CheckEnded | None:
        """How loading the program ended, when it ended the worker."""
        return self._unloadable

    def request(
        self, name: str, payload: dict[str, object]
    ) -> tuple[dict[str, object], str]:
        """Return the reply to a request, and what was printed meanwhile.

        Args:
            name: the function's, for the words when it fails.
            payload: the request.

        Raises:
            CheckEnded: the worker ended instead.
        """
        worker = self.load()
        worker.printed()
        reply = self._timed(worker, name, payload)
        return reply, worker.printed()

    def load(self) -> Worker:
        """Return a worker with the program in it, a new one where the last has ended.

        Raises:
            CheckEnded: loading the program ends the worker, this time or before.
        """
        if self._unloadable is not None:
            raise self._unloadable
        if self._worker is None:
            self._worker = self._launch(self._limits)
            blocks = [(block.label, block.source) for block in self._program.blocks]
            payload: dict[str, object] = {
                "do": "load",
                "kind": str(self._program.kind),
                "filename": self._program.filename,
                "blocks": blocks,
            }
            try:
                reply = self._timed(self._worker, _TOP_LEVEL, payload)
                self._learn(reply)
            except CheckEnded as ended:
                self._unloadable = ended
                raise
        return self._worker

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _learn(self, reply: dict[str, object]) -> None:
        failures, names = well_formed(reply.get("failures")), reply.get("names")
        if failures is None or not isinstance(names, list):
            self.close()
            raise _garbled()
        self.names = [
            name
            for name in names[:_NAMES_CAP]
            if isinstance(name, str) and len(name) <= _NAME_CAP
        ]
        if self.failures is None:
            self.failures = failures

    def _timed(
        self, worker: Worker, name: str, payload: dict[str, object]
    ) -> dict[str, object]:
        allowed_s = min(self._limits.seconds_per_call, self._left_s)
        try:
            reply = worker.request(payload, max(allowed_s, 0.001))
        except WorkerEnded as ended:
            self._left_s -= worker.used_s
            self.close()
            raise self._explained(name, ended, allowed_s) from ended
        self._left_s -= worker.used_s
        if not isinstance(reply, dict):
            self.close()
            raise _garbled()
        return reply

    def _explained(self, name: str, ended: WorkerEnded, allowed_s: float) -> CheckEnded:
        if ended.outcome is Outcome.TIMEOUT:
            if allowed_s < self._limits.seconds_per_call:
                total = self._limits.seconds_per_exercise
                return CheckEnded(
                    Outcome.TIMEOUT,
                    f"All checks of this exercise together may run for {total:g} s, "
                    f"and those before this one have used them up.",
                )
            message = str(ended) or words.timeout(name, allowed_s)
            return CheckEnded(Outcome.TIMEOUT, message)
        return CheckEnded(ended.outcome, f"`{name}`: {ended}")


def well_formed(failures: object) -> list[dict[str, object]] | None:
    """Return a worker's list of failures, or null where it is none."""
    if not isinstance(failures, list):
        return None
    for failure in failures:
        if not isinstance(failure, dict):
            return None
        if {key: type(value) for key, value in failure.items()} != _FAILURE:
            return None
        line = failure["line"]
        if not isinstance(line, int) or not 0 <= line < _LINES_CAP:
            return None
    return failures


_FAILURE = {
    "type": str,
    "message": str,
    "label": str,
    "line": int,
    "text": str,
    "hole": bool,
    "memory": bool,
}


def _garbled() -> CheckEnded:
    return CheckEnded(
        Outcome.CRASHED, "The program answered with what is no answer to a request."
    )
