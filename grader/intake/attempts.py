"""What was handed in, with all attempts, and which of them may count."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise, starmap
from typing import TYPE_CHECKING

import msgspec

from grader.intake.roster import Person
from grader.model import Clock, Left, WhyLeft, Work
from grader.spool import Spool, picked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import SubmissionResult


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
    """

    work: Sequence[Work]
    layout: str
    notes: tuple[str, ...]
    left: tuple[Left, ...] = ()
    people: dict[str, Person] = {}
    absent: frozenset[str] = frozenset()
    single: bool = False

    def only(self, exercises: tuple[str, ...]) -> Intake:
        """Return the works for these exercises, and the files left that may be theirs.

        A file that is no exercise's may be anybody's.
        """
        return msgspec.structs.replace(
            self,
            work=picked(self.work, lambda work: work.exercise in exercises),
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

    Where the best counts, all are judged.

    Args:
        intake: all attempts.
        keep: which one counts: "latest", "first" or "best".
    """
    if keep == "best" or intake.single:
        return intake
    place = -1 if keep == "latest" else 0
    said = f"It is another attempt, and the {keep} one counts."
    kept: list[int] = []
    left: list[Left] = []
    numbered = enumerate(intake.work)
    for (student, exercise), own in groupby(numbered, lambda one: _whose(one[1])):
        attempts = list(own)
        number, counting = attempts[place]
        kept.append(number)
        left += [
            Left(student, work.file or "", WhyLeft.ATTEMPT, said, exercise)
            for _, work in attempts
            if work is not counting
        ]
    if not left:
        return intake
    works = (
        intake.work.picked(kept)
        if isinstance(intake.work, Spool)
        else tuple(intake.work[number] for number in kept)
    )
    return msgspec.structs.replace(intake, work=works, left=(*intake.left, *left))


def _whose(work: Work) -> tuple[str, str]:
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
    """Yield the results with what the class list says of each student."""
    for one in submissions:
        person = intake.people.get(one.student)
        yield (
            one
            if person is None
            else msgspec.structs.replace(
                one,
                name=person.name or None,
                section=person.section or None,
                absent=one.student in intake.absent,
            )
        )
