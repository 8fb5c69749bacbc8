"""What rules and people change about a grade: pure functions, one file per policy.

A policy gets the result as the policies before it left it, and the circumstances of the
student; it returns adjustments, each with a reason that the student may read. Nothing
here runs student code, reads a file or knows the time.

They are applied in this order, which is part of what the course promises:

1. `override`, of single checks: a person's points take the place of a check's.
2. `extra_checks`: points of checks for extra credit come on top of the exercise's.
3. `all_or_nothing`: checks that earn their points only together.
4. `attempts`: what attempts beyond the free ones cost.
5. `late_days`: late days are spent, in the order of the due dates.
6. `late`: what is still late costs points, or is not accepted.
7. policies of the course's own (entry point `grader.policies`), by name.
8. `override`, of whole exercises: the score is what the person said.
9. `weights`: what each exercise counts in the total.
10. `excused`: exercises that need not be handed in do not count.
11. `drop`: of each group the lowest do not count.
12. `extra_exercises`: points of exercises for extra credit come on top of the total.
13. `rounding`: the total is rounded.

Steps 1 to 8 change the exercise's score; 9 to 13 the total alone, so that an exercise
keeps the score that it has. The letter grade is read off the rounded total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.decisions import Comment
from grader.model import SubmissionResult, Visibility
from grader.policies.all_or_nothing import all_or_nothing
from grader.policies.applying import to_exercises, to_total, unadjusted, within
from grader.policies.attempts import attempts
from grader.policies.circumstances import Circumstances, Policy
from grader.policies.deadlines import deadline_of
from grader.policies.drop import drop
from grader.policies.excused import excused
from grader.policies.explaining import explained
from grader.policies.extra_checks import extra_checks
from grader.policies.extra_exercises import extra_exercises
from grader.policies.late import late
from grader.policies.late_days import late_days
from grader.policies.letter_grades import letter_grade
from grader.policies.overrides import of_checks, of_exercises
from grader.policies.own import adjustments_of, own_policies
from grader.policies.rounding import rounding
from grader.policies.weights import weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.model import ExerciseResult

__all__ = [
    "Circumstances",
    "Policy",
    "adjusted",
    "attempt_that_counts",
    "explained",
    "own_policies",
    "unadjusted",
]

_OF_THE_CHECKS: tuple[Policy, ...] = (
    *(of_checks, extra_checks, all_or_nothing),
    *(attempts, late_days, late),
)
_OF_THE_TOTAL: tuple[Policy, ...] = (weights, excused, drop, extra_exercises, rounding)


def adjusted(
    submission: SubmissionResult,
    circumstances: Circumstances,
    own: Mapping[str, Policy] | None = None,
) -> SubmissionResult:
    """Return a student's result after all policies, in their order.

    Args:
        submission: what the checks gave.
        circumstances: the rules, and what was decided about the student.
        own: policies of the course's own: `own_policies()`.

    Raises:
        AuthorError: a policy of the course's own gives no adjustments.
    """
    for policy in _OF_THE_CHECKS:
        submission = to_exercises(submission, policy(submission, circumstances))
    for name, policy in (own or {}).items():
        for one in adjustments_of(name, policy, submission, circumstances):
            submission = to_exercises(submission, (within(submission, one),))
    submission = to_exercises(submission, of_exercises(submission, circumstances))
    submission = to_total(submission, ())
    for policy in _OF_THE_TOTAL:
        if found := policy(submission, circumstances):
            submission = to_total(submission, found)
    submission = _dated(_commented(submission, circumstances), circumstances)
    submission = msgspec.structs.replace(submission, complete=_complete(submission))
    letter = letter_grade(submission, circumstances.rules)
    return msgspec.structs.replace(submission, letter_grade=letter)


def attempt_that_counts(
    attempted: Sequence[ExerciseResult], circumstances: Circumstances
) -> int:
    """Return the position of the attempt that counts, of one exercise.

    The best is the one with the most points after what lateness and further attempts
    cost, without late days; the first of equal ones.

    Args:
        attempted: what the checks gave for each attempt, in the order of the attempts.
        circumstances: those of the student.
    """
    keep = circumstances.rules.course.attempts.keep
    positions = range(len(attempted))
    if keep == "latest":
        return positions[-1]
    if keep == "first":
        return 0
    scores = [_alone(exercise, circumstances) for exercise in attempted]
    return max(positions, key=lambda position: (scores[position], -position))


def _alone(exercise: ExerciseResult, circumstances: Circumstances) -> float:
    """Return what an attempt is worth by itself, before the total."""
    rules = circumstances.rules
    course = msgspec.structs.replace(rules.course, late_days=None)
    alone = msgspec.structs.replace(
        circumstances, rules=msgspec.structs.replace(rules, course=course)
    )
    submission = SubmissionResult("", 0.0, 0.0, True, (exercise,))
    for policy in _OF_THE_CHECKS:
        submission = to_exercises(submission, policy(submission, alone))
    return submission.exercises[0].score


def _commented(
    submission: SubmissionResult, circumstances: Circumstances
) -> SubmissionResult:
    """Return the result with what people said to the student."""
    said: dict[str | None, list[str]] = {}
    for decision in circumstances.decisions:
        if isinstance(decision, Comment):
            said.setdefault(decision.exercise, []).append(decision.text)
    if not said:
        return submission
    exercises = tuple(
        msgspec.structs.replace(ex, comments=tuple(said.get(ex.exercise, ())))
        for ex in submission.exercises
    )
    return msgspec.structs.replace(
        submission, exercises=exercises, comments=tuple(said.get(None, ()))
    )


def _dated(
    submission: SubmissionResult, circumstances: Circumstances
) -> SubmissionResult:
    """Return the result with when it is due, where checks are told from then on."""
    exercises = tuple(
        msgspec.structs.replace(
            ex, told_from=deadline_of(ex.exercise, circumstances).due
        )
        if any(check.visibility is Visibility.AFTER_DUE for check in ex.checks)
        else ex
        for ex in submission.exercises
    )
    return msgspec.structs.replace(submission, exercises=exercises)


def _complete(submission: SubmissionResult) -> bool:
    """Whether each exercise that counts was decided, by work or by a person."""
    out = {
        adjustment.exercise
        for adjustment in submission.adjustments
        if adjustment.by == "excused" and adjustment.max_points
    }
    return all(ex.complete or ex.exercise in out for ex in submission.exercises)
