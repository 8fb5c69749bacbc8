"""The end of a run: what whoever graded looks at before grades go out. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Ending, Outcome, Role, Shared, Undecided, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
    submissions: Sequence[SubmissionResult],
    left: Sequence[Left],
    suspects: Sequence[Suspect] = (),
) -> Ending:
    """Return what there is to look at after a run.

    Args:
        submissions: what each student earned.
        left: files that were handed in and not graded.
        suspects: checks that the author's own programs cast doubt on.
    """
    seconds = sum(ex.seconds for sub in submissions for ex in sub.exercises)
    return Ending(
        undecided=_undecided(submissions, suspects),
        no_points=_no_points(submissions, left),
        shared=_shared(submissions),
        seconds=round(seconds, _DIGITS),
    )


def _undecided(
    submissions: Iterable[SubmissionResult], suspects: Iterable[Suspect]
) -> tuple[Undecided, ...]:
    known = {(one.exercise, one.check): one.said for one in suspects}
    found: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for submission in submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                if check.outcome is Outcome.GRADER_ERROR:
                    key = exercise.exercise, check.name
                    said = known.get(key) or _fault(exercise, check)
                    found.setdefault(key, (said, []))[1].append(submission.student)
    return tuple(
        Undecided(*key, tuple(who), said) for key, (said, who) in found.items()
    )


def _fault(exercise: ExerciseResult, check: CheckResult) -> str:
    """Return the fault that names a check, or what its student was told."""
    return next((f for f in exercise.faults if check.name in f), check.message)


def _no_points(
    submissions: Iterable[SubmissionResult], left: Iterable[Left]
) -> tuple[str, ...]:
    came = {one.student for one in left}
    return tuple(
        one.student
        for one in submissions
        if one.score == 0
        and (one.student in came or any(map(_handed_in, one.exercises)))
    )


def _handed_in(exercise: ExerciseResult) -> bool:
    return exercise.file is not None


def _shared(submissions: Iterable[SubmissionResult]) -> tuple[Shared, ...]:
    """Return what cost several students points, the most students first."""
    of: dict[str, int] = {}
    told: dict[tuple[str, str, str | None], dict[str, list[str]]] = {}
    for submission in submissions:
        for exercise in filter(_handed_in, submission.exercises):
            of[exercise.exercise] = of.get(exercise.exercise, 0) + 1
            for said, mistake, check in _reasons(exercise):
                who = told.setdefault((exercise.exercise, said, mistake), {})
                who.setdefault(submission.student, []).append(check)
    shared = [
        Shared(
            exercise=name,
            said=said,
            checks=tuple(dict.fromkeys(c for own in who.values() for c in own)),
            students=tuple(who),
            of=of[name],
            mistake=mistake,
        )
        for (name, said, mistake), who in told.items()
        if len(who) > 1
    ]
    return tuple(sorted(_once(shared), key=lambda one: -len(one.students)))


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
