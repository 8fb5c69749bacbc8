"""A double of judges: it answers at once, from a function, and starts no process."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from helpers import FACTS, a_verdict

from grader.judging.session import How
from grader.model import Check, Finding, Outcome, Role, Said, Verdict, Visibility
from grader.traces import Extras

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.course import Course, Exercise
    from grader.model import Facts, Work

# As in the small course of `conftest.py`.
DOUBLE = (
    Check(
        *("test_double_of_three", "double(3) is 6.", ("double",)),
        *(Visibility.VISIBLE, 0.0),
    ),
    Check(
        *("test_double_of_fresh_numbers", "double(x) is twice x.", ("double",)),
        *(Visibility.HIDDEN, 10.0),
    ),
)


def by_source(work: Work) -> Verdict:
    """Return what a work's text says: passed where it holds `2 * x`, else failed."""
    assert work.program is not None
    right = "2 * x" in work.program.blocks[0].source
    said = () if right else (Said(Role.SAW, "gave 6, expected 14."),)
    outcome = Outcome.PASSED if right else Outcome.FAILED
    return a_verdict(*(Finding(check.name, outcome, said) for check in DOUBLE))


class FakeJudges:
    """Judges for `open_judges=fake.open`; `judged` lists the works, `collected` counts.

    `authors` lists the author's own programs, which are judged first.

    Args:
        answer: the verdict on a work; program, fingerprint and facts are stamped here.
        checks: of each exercise; None for those of `double`.
        facts: what the verdicts say that they were reached with.
        own: the verdict on one of the author's programs.
    """

    def __init__(
        self,
        answer: Callable[[Work], Verdict] = by_source,
        checks: dict[str, tuple[Check, ...]] | None = None,
        facts: Facts = FACTS,
        own: Callable[[Work], Verdict] = by_source,
    ) -> None:
        self.answer = answer
        self.own = own
        self.authors: list[Work] = []
        self.hows: list[How] = []
        self.facts = facts
        self.judged: list[Work] = []
        self.collected = 0
        self.told: dict[str, Any] = {}
        self.exercises: tuple[Exercise, ...] = ()
        self._checks = {"double": DOUBLE} if checks is None else checks
        self._fingerprints: dict[str, str] = {}

    @contextmanager
    def open(self, course: Course, **told: Any) -> Iterator[FakeJudges]:
        """Take the place of `open_judges`."""
        self.told = told
        self.exercises = course.exercises
        self._fingerprints = course.fingerprints()
        yield self

    @property
    def checks(self) -> dict[str, tuple[Check, ...]]:
        self.collected += 1
        return {name: self._checks[name] for name in self._fingerprints}

    @checks.setter
    def checks(self, checks: dict[str, tuple[Check, ...]]) -> None:
        self._checks = checks

    def judge(
        self, works: Iterable[Work], how: How | None = None
    ) -> Iterator[tuple[Work, Verdict]]:
        how = how or How()
        self.hows.append(how)
        for work in works:
            if work.program is None:
                continue
            (self.authors if how.authors else self.judged).append(work)
            verdict = self.own(work) if how.authors else self.answer(work)
            yield (
                work,
                msgspec.structs.replace(
                    verdict,
                    program=work.program.digest(),
                    fingerprint=self._fingerprints[work.exercise],
                    facts=self.facts,
                    findings=tuple(
                        f for f in verdict.findings if f.name not in how.without
                    ),
                ),
            )

    def examine(self, asked: Iterable[Any]) -> Iterator[tuple[Any, Verdict, Extras]]:
        for one in asked:
            for _, verdict in self.judge([one], one.how):
                yield one, verdict, Extras()

    def stop(self) -> None: ...

    @property
    def started(self) -> bool:
        """Whether real judges would have started a process."""
        return bool(self.judged or self.authors or self.collected)
