"""What was handed in, with all attempts, and which of them may count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.intake.roster import Person
from grader.model import Clock, Left, WhyLeft, Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    """

    work: tuple[Work, ...]
    layout: str
    notes: tuple[str, ...]
    left: tuple[Left, ...] = ()
    people: dict[str, Person] = {}
    absent: frozenset[str] = frozenset()

    def only(self, exercises: tuple[str, ...]) -> Intake:
        """Return the works for these exercises, and the files left that may be theirs.

        A file that is no exercise's may be anybody's.
        """
        return msgspec.structs.replace(
            self,
            work=tuple(w for w in self.work if w.exercise in exercises),
            left=tuple(
                one
                for one in self.left
                if one.exercise is None or one.exercise in exercises
            ),
        )


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
    if keep == "best":
        return intake
    place = -1 if keep == "latest" else 0
    attempts: dict[tuple[str, str], list[Work]] = {}
    for work in intake.work:
        attempts.setdefault((work.student, work.exercise), []).append(work)
    kept = {key: works[place] for key, works in attempts.items()}
    said = f"It is another attempt, and the {keep} one counts."
    left = [
        Left(work.student, work.file or "", WhyLeft.ATTEMPT, said, work.exercise)
        for work in intake.work
        if work is not kept[work.student, work.exercise]
    ]
    return msgspec.structs.replace(
        intake, work=tuple(kept.values()), left=(*intake.left, *left)
    )


def timed_by_files(intake: Intake, dated: Sequence[str]) -> tuple[str, ...]:
    """Return a note on works whose lateness only the time of their file tells.

    Args:
        intake: what was handed in.
        dated: the exercises that have a due date.
    """
    works = [w for w in intake.work if w.exercise in dated and w.delivery]
    own = [w for w in works if w.delivery and w.delivery.clock is Clock.FILE]
    if not own:
        return ()
    some = f"{len(own)} of {len(works)} files"
    return (f"when {some} came in, only their own times tell; they decide lateness.",)


def introduced(
    submissions: Iterable[SubmissionResult], intake: Intake
) -> tuple[SubmissionResult, ...]:
    """Return the results with what the class list says of each student."""
    return tuple(
        msgspec.structs.replace(
            one,
            name=person.name or None,
            section=person.section or None,
            absent=one.student in intake.absent,
        )
        if (person := intake.people.get(one.student))
        else one
        for one in submissions
    )
