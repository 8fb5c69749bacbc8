"""The end of a run: what whoever graded looks at before grades go out. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grader.model import Ending, Outcome, Role, Shared, Undecided, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import (
        CheckResult,
        ExerciseResult,
        Left,
        SubmissionResult,
        Suspect,
    )

# Whose mistake or sentence it is: that of nobody, of another check, or of us.
_NOT_THEIRS = (Outcome.PASSED, Outcome.SKIPPED, Outcome.GRADER_ERROR)
_TOLD = (Role.SAW, Role.ERROR, Role.FACT)
_DIGITS = 4


def ending_of(
    submissions: Iterable[SubmissionResult],
    left: Iterable[Left],
    suspects: Iterable[Suspect] = (),
) -> Ending:
    """Return what there is to look at after a run.

    Args:
        submissions: what each student earned.
        left: files that were handed in and not graded.
        suspects: checks that the author's own programs cast doubt on.
    """
    counted = EndingSoFar(left, suspects)
    for submission in submissions:
        counted.add(submission)
    return counted.ending()


class EndingSoFar:
    """What there is to look at, counted one student at a time.

    Args:
        left: files that were handed in and not graded.
        suspects: checks that the author's own programs cast doubt on.
    """

    def __init__(self, left: Iterable[Left], suspects: Iterable[Suspect]) -> None:
        self._came = {one.student for one in left}
        self._known = {(one.exercise, one.check): one.said for one in suspects}
        self._undecided: dict[tuple[str, str], tuple[str, list[str]]] = {}
        self._no_points: list[str] = []
        self._of: Counter[str] = Counter()
        self._told: dict[tuple[str, str, str | None], dict[str, list[str]]] = {}
        self._seconds = 0.0

    def add(self, submission: SubmissionResult) -> None:
        """Count a student."""
        student = submission.student
        handed_in = [ex for ex in submission.exercises if ex.file is not None]
        if submission.score == 0 and (student in self._came or handed_in):
            self._no_points.append(student)
        for exercise in submission.exercises:
            self._seconds += exercise.seconds
            self._add_undecided(student, exercise)
        for exercise in handed_in:
            self._of[exercise.exercise] += 1
            for said, mistake, check in _reasons(exercise):
                who = self._told.setdefault((exercise.exercise, said, mistake), {})
                who.setdefault(student, []).append(check)

    def _add_undecided(self, student: str, exercise: ExerciseResult) -> None:
        for check in exercise.checks:
            if check.outcome is Outcome.GRADER_ERROR:
                key = exercise.exercise, check.name
                said = self._known.get(key) or _fault(exercise, check)
                self._undecided.setdefault(key, (said, []))[1].append(student)

    def ending(self) -> Ending:
        """Return what there is to look at."""
        return Ending(
            undecided=tuple(
                Undecided(*key, tuple(who), said)
                for key, (said, who) in self._undecided.items()
            ),
            no_points=tuple(self._no_points),
            shared=self._shared(),
            seconds=round(self._seconds, _DIGITS),
        )

    def _shared(self) -> tuple[Shared, ...]:
        """Return what cost several students points, the most students first."""
        shared = [
            Shared(
                exercise=name,
                said=said,
                checks=tuple(dict.fromkeys(c for own in who.values() for c in own)),
                students=tuple(who),
                of=self._of[name],
                mistake=mistake,
            )
            for (name, said, mistake), who in self._told.items()
            if len(who) > 1
        ]
        return tuple(sorted(_once(shared), key=lambda one: -len(one.students)))


def _fault(exercise: ExerciseResult, check: CheckResult) -> str:
    """Return the fault that names a check, or what its student was told."""
    return next((f for f in exercise.faults if check.name in f), check.message)


def _once(shared: list[Shared]) -> Iterator[Shared]:
    """Yield mistakes, and of sentences that the same students were told the first."""
    named = [one for one in shared if one.mistake is not None]
    told = {(one.exercise, one.students) for one in named}
    yield from named
    for one in shared:
        key = one.exercise, one.students
        if one.mistake is None and key not in told:
            told.add(key)
            yield one


def _reasons(exercise: ExerciseResult) -> Iterator[tuple[str, str | None, str]]:
    """Yield why points were lost: what is said, the mistake, and the check's name."""
    for check in exercise.checks:
        if check.outcome in _NOT_THEIRS or not check.max_score:
            continue
        if check.mistake is not None and check.question:
            yield check.question, check.mistake, check.name
            continue
        said = joined(part for part in check.said if part.role in _TOLD)
        if said:
            yield said, None, check.name
