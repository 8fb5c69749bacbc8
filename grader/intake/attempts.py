"""What was handed in, with all attempts, and which of them may count."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise, starmap
from typing import TYPE_CHECKING

import msgspec

from grader.intake.roster import Person
from grader.model import Clock, Left, OtherAttempt, WhyLeft, Work
from grader.spool import Spool, picked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import ExerciseResult, SubmissionResult

# Whose work it is, and for which exercise.
_Whose = tuple[str, str]


class Intake(msgspec.Struct, frozen=True):
    """Everything handed in: works sorted by student, several where there are attempts.

    Attributes:
        work: for each student and exercise one work at least, attempts in their order.
        layout: how the files were laid out.
        notes: facts about files that belong to no exercise, and about students.
        left: the files that are not graded, and why.
        people: who the students are, by their names, where there is a class list.
        absent: the students of the class list who handed in nothing.
        single: whether it is known that nobody made several attempts.
        attempts: all attempts of whoever made several at an exercise.
        others: the works of those that do not count, whatever they are worth.
    """

    work: Sequence[Work]
    layout: str
    notes: tuple[str, ...]
    left: tuple[Left, ...] = ()
    people: dict[str, Person] = {}
    absent: frozenset[str] = frozenset()
    single: bool = False
    attempts: dict[_Whose, tuple[OtherAttempt, ...]] = {}
    others: Sequence[Work] = ()

    def only(self, exercises: tuple[str, ...]) -> Intake:
        """Return the works for these exercises, and the files left that may be theirs.

        A file that is no exercise's may be anybody's.
        """
        return msgspec.structs.replace(
            self,
            work=picked(self.work, lambda work: work.exercise in exercises),
            others=picked(self.others, lambda work: work.exercise in exercises),
            left=tuple(
                one
                for one in self.left
                if one.exercise is None or one.exercise in exercises
            ),
        )


class _Program(msgspec.Struct, frozen=True):
    """A program, and nothing of it."""


class Slip(msgspec.Struct, frozen=True):
    """Whose work it is and what for, and whether there is a program."""

    student: str
    exercise: str
    program: _Program | None = None


def in_short(works: Sequence[Work]) -> Iterable[Work | Slip]:
    """Return the same works, without what takes time to read if they are on disk."""
    return works.seen_as(Slip) if isinstance(works, Spool) else works


def spans_of(works: Sequence[Work]) -> list[range]:
    """Return where the works of each student are."""
    ends = [0]
    for _, own in groupby(in_short(works), lambda one: one.student):
        ends.append(ends[-1] + sum(1 for _ in own))
    return list(starmap(range, pairwise(ends)))


def in_order(works: Sequence[Work]) -> list[Work]:
    """Return the attempts at one exercise, in their order; at least one work.

    A file that is empty, or as it was handed out, is no attempt where there are others.
    """
    made = [w for w in works if w.program is not None or w.error is not None]
    if not made:
        return [next((w for w in works if w.file or w.missing), works[0])]
    made.sort(key=_when)
    last = 0
    numbered = []
    for one in made:
        last = max(last + 1, one.delivery.attempt if one.delivery else 1)
        delivery = one.delivery and msgspec.structs.replace(one.delivery, attempt=last)
        numbered.append(msgspec.structs.replace(one, delivery=delivery))
    return numbered


def _when(work: Work) -> tuple[int, float]:
    if work.delivery is None:
        return 0, 0.0
    return work.delivery.attempt, work.delivery.at.timestamp()


def that_may_count(intake: Intake, keep: str) -> Intake:
    """Return the attempts of which the rules may take one; the others are left.

    Where the best counts, all are judged. What else there is, is noted for whoever asks
    what other rules would do.

    Args:
        intake: all attempts.
        keep: which one counts: "latest", "first" or "best".
    """
    if intake.single:
        return intake
    said = f"It is another attempt, and the {keep} one counts."
    kept: list[int] = []
    others: list[int] = []
    left: list[Left] = []
    several: dict[_Whose, tuple[OtherAttempt, ...]] = {}
    numbered = enumerate(intake.work)
    for whose, own in groupby(numbered, lambda one: _whose(one[1])):
        attempts = list(own)
        if len(attempts) > 1:
            several[whose] = tuple(
                _attempt(number, work) for number, (_, work) in enumerate(attempts, 1)
            )
        counting = {"latest": attempts[-1:], "first": attempts[:1]}.get(keep, attempts)
        kept += [place for place, _ in counting]
        out = [one for one in attempts if one not in counting]
        others += [place for place, _ in out]
        left += [
            Left(whose[0], work.file or "", WhyLeft.ATTEMPT, said, whose[1])
            for _, work in out
        ]
    if not several:
        return intake
    return msgspec.structs.replace(
        intake,
        work=_at(intake.work, kept),
        left=(*intake.left, *left),
        attempts=several,
        others=_at(intake.work, others),
    )


def _at(works: Sequence[Work], places: Sequence[int]) -> Sequence[Work]:
    """Return the works at some places; those of a spool stay in its file."""
    if isinstance(works, Spool):
        return works.picked(places)
    return tuple(works[place] for place in places)


def _attempt(number: int, work: Work) -> OtherAttempt:
    return OtherAttempt(
        *(number, work.file, work.sha256, work.error, work.notes, work.delivery)
    )


def _whose(work: Work) -> _Whose:
    return work.student, work.exercise


def timed_by_files(intake: Intake, dated: Sequence[str]) -> tuple[str, ...]:
    """Return a note on works whose lateness only the time of their file tells.

    Args:
        intake: what was handed in.
        dated: the exercises that have a due date.
    """
    if not dated:
        return ()
    clocks = [
        work.delivery.clock
        for work in intake.work
        if work.exercise in dated and work.delivery
    ]
    own = clocks.count(Clock.FILE)
    if not own:
        return ()
    some = f"{own} of {len(clocks)} files"
    return (f"when {some} came in, only their own times tell; they decide lateness.",)


def introduced(
    submissions: Iterable[SubmissionResult], intake: Intake
) -> Iterator[SubmissionResult]:
    """Yield the results with what the class list says, and with further attempts."""
    for one in submissions:
        person = intake.people.get(one.student)
        known = (
            one
            if person is None
            else msgspec.structs.replace(
                one,
                name=person.name or None,
                section=person.section or None,
                absent=one.student in intake.absent,
            )
        )
        yield _with_attempts(known, intake.attempts) if intake.attempts else known


def _with_attempts(
    one: SubmissionResult, several: dict[_Whose, tuple[OtherAttempt, ...]]
) -> SubmissionResult:
    exercises = tuple(
        _beside(own, several[one.student, own.exercise])
        if (one.student, own.exercise) in several
        else own
        for own in one.exercises
    )
    return msgspec.structs.replace(one, exercises=exercises)


def _beside(own: ExerciseResult, attempts: tuple[OtherAttempt, ...]) -> ExerciseResult:
    """Return a result with the attempts beside the one that counts."""
    counts = own.file, own.sha256, own.delivery
    numbers = [a.number for a in attempts if (a.file, a.sha256, a.delivery) == counts]
    others = tuple(a for a in attempts if a.number not in numbers[:1])
    return msgspec.structs.replace(own, attempts=others)
