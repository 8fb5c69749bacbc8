"""Outcomes and points become a grade: pure arithmetic."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from msgspec import UNSET

from grader.model import (
    Check,
    CheckResult,
    ExerciseResult,
    Finding,
    Lacking,
    LackKind,
    Outcome,
    Role,
    Said,
    SubmissionResult,
    Unexplained,
    UnexplainedGroup,
    Verdict,
    Visibility,
    Work,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_DIGITS = 6
# To want one of these may end a program, or change what it does.
_MAY_COST = frozenset(
    {LackKind.LIBRARY, LackKind.MODULE, LackKind.UNKNOWN, LackKind.DECORATOR}
    | {LackKind.GPU, LackKind.FILE, LackKind.TYPIST, LackKind.DEBUGGER}
)


def score_work(
    work: Work,
    checks: tuple[Check, ...],
    verdict: Verdict | None,
    max_points: float,
    broken: Collection[str] = (),
) -> ExerciseResult:
    """Return what one student earned for one exercise.

    A passed check earns its points; every other outcome earns what the check itself
    gave for it, mostly nothing. What is left out is worth nothing, and the exercise
    less; the points of extra checks come on top of it. Of a group, all checks earn
    their points or none does.

    Args:
        work: what was handed in.
        checks: the checks of the exercise, in the order of the report.
        verdict: what judging found; None where there was no program to judge.
        max_points: the points of the whole exercise, as the course states them.
        broken: the names of checks that the solution does not pass.
    """
    found = _findings(work, checks, verdict)
    if work.program is not None:
        found |= {name: _undecided(name) for name in broken if name in found}
    pairs = [(check, found[check.name]) for check in checks]
    lost = {
        check.group
        for check, finding in pairs
        if check.group and finding.outcome is not Outcome.PASSED and finding.counts
    }
    results = tuple(
        [_result(check, finding, lost=check.group in lost) for check, finding in pairs]
    )
    out = total([check.points for check, finding in pairs if not finding.counts])
    on_top = total(
        [check.points for check, finding in pairs if check.extra and finding.counts]
    )
    return ExerciseResult(
        exercise=work.exercise,
        file=work.file,
        sha256=work.sha256,
        score=total(result.score for result in results),
        max_score=total((max_points, -out, -on_top)),
        extra_max=on_top,
        seconds=verdict.seconds if verdict else 0.0,
        error=work.error or (verdict.error if verdict else None),
        checks=results,
        notes=_merged(work.notes, verdict.notes if verdict else ()),
        unexplained=verdict.unexplained if verdict else (),
        curves=verdict.curves if verdict else (),
        delivery=work.delivery,
        faults=verdict.faults if verdict else (),
        lacks=verdict.lacks if verdict else (),
    )


def score_submission(
    student: str, exercises: tuple[ExerciseResult, ...]
) -> SubmissionResult:
    """Return what one student earned in all exercises.

    It is complete if no check ended through a fault of ours or the author's.
    """
    return SubmissionResult(
        student=student,
        score=total(exercise.score for exercise in exercises),
        max_score=total(exercise.max_score for exercise in exercises),
        complete=all(exercise.complete for exercise in exercises),
        exercises=exercises,
    )


class Unexplaining:
    """Who shares unexplained behaviour, counted one student at a time."""

    def __init__(self) -> None:
        self._students: dict[tuple[str, Unexplained], list[str]] = {}

    def add(self, submission: SubmissionResult) -> None:
        """Count a student."""
        for exercise in submission.exercises:
            for shown in exercise.unexplained:
                key = exercise.exercise, shown
                self._students.setdefault(key, []).append(submission.student)

    def groups(self) -> tuple[UnexplainedGroup, ...]:
        """Return groups of students who share it, largest first.

        Checks that the same students fail in the same way are one group.
        """
        checks: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for (name, shown), who in self._students.items():
            checks.setdefault((name, tuple(who)), []).append(shown.check)
        groups = [
            UnexplainedGroup(name, tuple(failed), who)
            for (name, who), failed in checks.items()
        ]
        return tuple(sorted(groups, key=lambda group: -len(group.students)))


class Wanting:
    """What programs wanted and the machine has not, counted one student at a time.

    What goes on as well without it, such as a line for the shell, is left out.
    """

    def __init__(self) -> None:
        self._students: dict[tuple[LackKind, str], dict[str, bool]] = {}

    def add(self, submission: SubmissionResult) -> None:
        """Count a student."""
        for exercise in submission.exercises:
            lost = exercise.score < exercise.max_score
            for lack in exercise.lacks:
                if lack.kind not in _MAY_COST:
                    continue
                own = lack.kind is LackKind.MODULE
                name = lack.name if own else lack.name.partition(".")[0]
                who = self._students.setdefault((lack.kind, name), {})
                who[submission.student] = who.get(submission.student, False) or lost

    def lacking(self) -> tuple[Lacking, ...]:
        """Return what it was, and whose programs wanted it."""
        return tuple(
            Lacking(kind, name, tuple(who), tuple(s for s, lost in who.items() if lost))
            for (kind, name), who in sorted(self._students.items())
        )


def total(points: Iterable[float]) -> float:
    """Return the sum of points, rounded so that three times 0.1 is 0.3."""
    return round(math.fsum(points), _DIGITS)


def _findings(
    work: Work, checks: tuple[Check, ...], verdict: Verdict | None
) -> dict[str, Finding]:
    """Return a finding for each check: from judging, or why it was not judged."""
    if work.error is not None:
        return _all(checks, Outcome.ERROR, _error(work.error))
    if work.program is None:
        why = work.missing or _nothing_handed_in(work.exercise)
        return _all(checks, Outcome.NOT_ATTEMPTED, _error(why))
    judged = {finding.name: finding for finding in verdict.findings} if verdict else {}
    return {
        check.name: _by_hand(check)
        if check.by_hand
        else judged.get(check.name) or _unjudged(check)
        for check in checks
    }


def _all(
    checks: tuple[Check, ...], outcome: Outcome, said: tuple[Said, ...]
) -> dict[str, Finding]:
    return {check.name: Finding(check.name, outcome, said) for check in checks}


def _error(text: str) -> tuple[Said, ...]:
    return (Said(Role.ERROR, text),)


def _nothing_handed_in(exercise: str) -> str:
    return (
        f"{exercise}: expected a file named {exercise}.py or {exercise}.ipynb, found "
        f"none. Hand in the file under one of these names."
    )


def _unjudged(check: Check) -> Finding:
    message = (
        f"{check.name}: expected an outcome, got none. Grade this submission again; "
        f"if it stays so, tell the kit's maintainers."
    )
    return Finding(check.name, Outcome.GRADER_ERROR, _error(message))


def _by_hand(check: Check) -> Finding:
    rubric = f" What counts: {'; '.join(check.rubric)}." if check.rubric else ""
    said = Said(Role.FACT, f"Your instructor gives these points by hand.{rubric}")
    return Finding(check.name, Outcome.SKIPPED, (said,))


def _undecided(name: str) -> Finding:
    said = (
        "This check is broken: that is not your fault, and your instructor can see why."
    )
    return Finding(name, Outcome.GRADER_ERROR, _error(said))


@functools.lru_cache(maxsize=4096)  # most findings of a class are the same
def _result(check: Check, finding: Finding, *, lost: bool) -> CheckResult:
    share = 1.0 if finding.outcome is Outcome.PASSED else finding.share
    points = check.points if finding.counts else 0.0
    return CheckResult(
        name=check.name,
        title=check.title,
        about=check.about,
        visibility=Visibility.AFTER_DUE if check.after_due else check.visibility,
        outcome=finding.outcome,
        score=0.0 if lost else round(points * share, _DIGITS),
        max_score=points,
        message=finding.message,
        said=finding.said,
        mistake=finding.mistake,
        question=finding.question,
        by_hand=True if check.by_hand else UNSET,
        rubric=check.rubric if check.by_hand else UNSET,
    )


def _merged(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the notes of both, each said once, in order."""
    return tuple(dict.fromkeys(first + second))
