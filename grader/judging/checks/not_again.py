"""Functions that a program is not asked for again: the others keep their time.

Nor is a program asked anything that has twice sent what is no answer.
"""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Final

from grader.judging.answers import Answer, TooLarge
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.used import uses
from grader.judging.requests import Call
from grader.model import Outcome
from grader.sandbox.host.client import NoReply

if TYPE_CHECKING:
    from grader.judging.requests import Request

# Whatever replaces what sends an answer is there for all functions.
_NO_ANSWERS_CAP: Final = 2
# A function may give a check too much once, and have right answers for the others.
_TOO_LARGE_CAP: Final = 2


class UsedUp(CheckEnded):
    """Nothing was asked: what ran before has used up the program's time."""


class NoAnswer(CheckEnded):
    """What the program sent is no answer: something in it has replaced what sends."""

    def __init__(self) -> None:
        super().__init__(
            Outcome.CRASHED,
            "The program sent something that is no answer to a request.",
        )


class NotAgain:
    """What became of functions that took too long, or gave what nobody can take."""

    def __init__(self) -> None:
        self._ended: dict[tuple[str, type], CheckEnded] = {}
        self._late: set[str] = set()
        self._no_answers: list[CheckEnded] = []
        self._too_large: collections.Counter[tuple[str, type]] = collections.Counter()

    def known(self, name: str, request: Request) -> Answer | None:
        """Return the answer to a request that need not be made; None if it must.

        Args:
            name: the function's name.
            request: what would be asked.

        Raises:
            CheckEnded: as it ended before.
        """
        call = _function_of(name, request)
        before = self._ended.get(call)
        if len(self._no_answers) >= _NO_ANSWERS_CAP:
            before = self._no_answers[-1]
        if before is not None:
            raise CheckEnded(before.outcome, before.message)
        return TooLarge() if self._too_large[call] >= _TOO_LARGE_CAP else None

    def calls_one(self, name: str, source: str) -> bool:
        """Return whether a function's text calls another that took too long.

        Args:
            name: the function's name.
            source: the program.
        """
        others = self._late - {name}
        return any(uses(source, name, other) for other in others)

    def note_end(self, name: str, request: Request, ended: CheckEnded) -> None:
        """Remember how a request ended, if the next one would end so, too."""
        late = ended.outcome is Outcome.TIMEOUT and not isinstance(ended, UsedUp)
        if isinstance(request, Call) and (late or _is_garbled(ended)):
            self._ended[_function_of(name, request)] = ended
        if _is_garbled(ended):
            self._no_answers.append(ended)
        if isinstance(request, Call) and late and request.target == name:
            self._late.add(name)

    def note(self, name: str, request: Request, answer: Answer) -> None:
        """Remember an answer, if the next one would be of no use, too."""
        if isinstance(request, Call) and isinstance(answer, TooLarge):
            self._too_large[_function_of(name, request)] += 1


def _is_garbled(ended: CheckEnded) -> bool:
    return isinstance(ended, NoAnswer) or isinstance(ended.__cause__, NoReply)


def _function_of(name: str, request: Request) -> tuple[str, type]:
    target = request.target if isinstance(request, Call) else request
    return name, type(target)
