"""Judges a variant like a student's work: what would its author read?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.authoring.proving.catalogue import Candidate, VariantKind, listed_by_author
from grader.authoring.proving.trials import Trial
from grader.errors import AuthorError, UsageError, listed
from grader.judging.session import How
from grader.model import Work
from grader.scoring import score_work
from grader.text import did_you_mean

if TYPE_CHECKING:
    from grader.course import Course
    from grader.judging.session import Judges
    from grader.model import ExerciseResult


def variant_of(course: Course, name: str) -> Candidate:
    """Return a variant of a course's only exercise by its name.

    Raises:
        UsageError: the author lists no such variant.
        AuthorError: a list of variants is wrong.
    """
    problems: list[str] = []
    (exercise,) = course.exercises
    known = {c.name: c for c in listed_by_author(exercise, problems)}
    if name in known:
        return known[name]
    if problems:
        raise AuthorError(listed(problems))
    mistakes = [c.name for c in known.values() if c.kind is VariantKind.MISTAKE]
    raise UsageError(
        f"{name}: expected a variant of {exercise.id} (mistakes: "
        f"{', '.join(mistakes) or 'none'}).{did_you_mean(name, known)}"
    )


def preview(judges: Judges, course: Course, variant: Candidate) -> ExerciseResult:
    """Return what a student who hands in this variant would get."""
    (exercise,) = course.exercises
    program = Trial(variant, How()).program
    name, sha256 = program.filename, program.sha256
    work = Work("you", exercise.id, file=name, sha256=sha256, program=program)
    ((_, verdict),) = judges.judge([work])
    return score_work(work, judges.checks[exercise.id], verdict, exercise.points)
