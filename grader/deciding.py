"""What a person decides about one student: found, kept, and put into the reports.

No student code runs: the grade is made anew from what the checks gave.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.course import Course, load_course
from grader.decisions import AnyDecision, Decision, Override
from grader.ending import ending_of
from grader.errors import OperatorError, UsageError, listed
from grader.gradebook import GRADEBOOK_FILE, Gradebook, Undone, student_key
from grader.model import Results, SubmissionResult
from grader.policies import Circumstances, adjusted, own_policies, unadjusted
from grader.programs import kept_programs
from grader.report import refresh_reports
from grader.report.formats import results_json
from grader.report.options import Options
from grader.scoring import total
from grader.text import did_you_mean, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.gradebook import Entry
    from grader.model import ExerciseResult


class Subject(msgspec.Struct, frozen=True):
    """What a decision is about: a student, an exercise of theirs, a check of it."""

    student: str
    exercise: str | None = None
    check: str | None = None

    def __str__(self) -> str:
        return ", ".join(part for part in (*self._parts(),) if part)

    def _parts(self) -> tuple[str | None, ...]:
        return self.student, self.exercise, self.check


class Effect(msgspec.Struct, frozen=True):
    """What a decision changed for one student; None where nothing was graded yet.

    Attributes:
        before: the student's results as they were.
        after: the results with the decision.
        files: the reports that were written again.
    """

    before: SubmissionResult | None
    after: SubmissionResult | None
    files: tuple[Path, ...] = ()


class Desk:
    """Where decisions about a class are made: its course, results and gradebook.

    Args:
        out: the folder of the reports.
        course: the course's folder.

    Raises:
        UsageError: there is no course, or the results are of another version.
        AuthorError: the course is wrong.
    """

    def __init__(self, out: Path, course: Path) -> None:
        self._out = out
        self.course: Course = load_course(course)
        there = (out / results_json.RESULTS_FILE).exists()
        self._results: Results | None = results_json.read(out) if there else None

    def subject(
        self, student: str, about: str | None = None, *, new: bool = False
    ) -> Subject:
        """Return the subject that a student's name and `EXERCISE[:CHECK]` name.

        Args:
            student: the name.
            about: the exercise, and a check after a colon; None for all exercises.
            new: whether the student may be one who handed in nothing so far.

        Raises:
            UsageError: a name is unknown; the message has the nearest of each.
        """
        exercise, _, check = (about or "").partition(":")
        problems = [
            *self._student_problems(student, new=new),
            *self._exercise_problems(exercise),
        ]
        if check and not problems:
            problems = self._check_problems(exercise, check)
        if problems:
            raise UsageError(listed(problems))
        return Subject(student_key(student), exercise or None, check or None)

    def most(self, subject: Subject) -> float:
        """Return how many points can be reached at a subject."""
        points = {ex.id: ex.points for ex in self.course.exercises}
        for exercise in self._exercises(subject.exercise):
            if subject.check is None:
                return total((exercise.max_score, exercise.extra_max))
            return next(c.max_score for c in exercise.checks if c.name == subject.check)
        return points[subject.exercise or ""]

    def decide(self, decision: AnyDecision) -> Effect:
        """Keep a decision, and put it into the reports that are there."""
        with Gradebook(self._out / GRADEBOOK_FILE) as book:
            book.record(decision)
            return self._changed(book, decision.student)

    def undo(
        self, kind: type[Decision], subject: Subject, undone: Undone
    ) -> tuple[AnyDecision, Effect]:
        """Take back the last decision of a kind at a subject, and return it.

        Raises:
            UsageError: there is none that stands.
        """
        with Gradebook(self._out / GRADEBOOK_FILE) as book:
            entries = book.entries(subject.student)
            entry = _last(entries, kind, subject)
            if entry is None:
                name = kind.__name__.lower()
                raise UsageError(
                    f"{subject}: there is no {name} to undo.{_others(entries, kind)}"
                )
            book.undo(entry, undone)
            return entry.decision, self._changed(book, subject.student)

    def _changed(self, book: Gradebook, student: str) -> Effect:
        if self._results is None:
            return Effect(None, None)
        before = self._submission(student)
        if before is None:
            return Effect(None, None)
        decisions = book.standing().get(student, ())
        circumstances = Circumstances(self.course.rules, decisions)
        after = adjusted(unadjusted(before), circumstances, own_policies())
        submissions = tuple(
            after if one is before else one for one in self._results.submissions
        )
        old = self._results
        self._results = msgspec.structs.replace(
            old,
            submissions=submissions,
            ending=ending_of(submissions, old.left, old.suspects),
        )
        try:
            with kept_programs(self._results, self._out) as programs:
                known = Options(programs=programs)
                files = refresh_reports(self._results, self._out, known)
        except OperatorError as error:
            raise OperatorError(
                f"{error} What was decided is kept, though: do not type it again. "
                f"The next `grader grade` puts it into all reports."
            ) from error
        return Effect(before, after, files)

    def _submission(self, student: str) -> SubmissionResult | None:
        submissions = self._results.submissions if self._results else ()
        found = (one for one in submissions if one.student == student_key(student))
        return next(found, None)

    def _exercises(self, exercise: str | None) -> Iterable[ExerciseResult]:
        submissions = self._results.submissions if self._results else ()
        return (
            one
            for submission in submissions
            for one in submission.exercises
            if one.exercise == exercise
        )

    def _student_problems(self, student: str, *, new: bool) -> list[str]:
        if new or self._submission(student) is not None:
            return []
        further = "--new decides for a student who has handed in nothing."
        if self._results is None:
            return [f"{self._out}: nothing was graded here yet. Grade first; {further}"]
        names = [one.student for one in self._results.submissions]
        near = did_you_mean(student, names)
        return [f"{student}: there is no such student in {self._out}.{near} {further}"]

    def _exercise_problems(self, exercise: str) -> list[str]:
        ids = self.course.ids
        if not exercise or exercise in ids:
            return []
        near = did_you_mean(exercise, ids)
        return [f"{exercise}: expected an exercise ({', '.join(ids)}).{near}"]

    def _check_problems(self, exercise: str, check: str) -> list[str]:
        names = {c.name for ex in self._exercises(exercise) for c in ex.checks}
        if check in names:
            return []
        near = did_you_mean(check, sorted(names))
        return [f"{check}: there is no such check in {exercise}.{near}"]


def told(change: Effect) -> tuple[str, ...]:
    """Return what a decision changed, one line for each score that moved."""
    before, after = change.before, change.after
    if before is None or after is None:
        return ("nothing was graded yet: it counts when it is",)
    pairs = zip(before.exercises, after.exercises, strict=True)
    lines = [
        f"{new.exercise}: {_moved(old.score, old.max_score, new.score, new.max_score)}"
        for old, new in pairs
        if (old.score, old.max_score) != (new.score, new.max_score)
    ]
    old, new = before, after
    if (old.score, old.max_score) == (new.score, new.max_score):
        return (*lines, f"total: {_points(new.score, new.max_score)}, as before")
    return (
        *lines,
        f"total: {_moved(old.score, old.max_score, new.score, new.max_score)}",
    )


def _moved(old: float, old_max: float, new: float, new_max: float) -> str:
    return f"{_points(old, old_max)}, now {_points(new, new_max)}"


def _points(score: float, max_score: float) -> str:
    return f"{number(score, 6)} of {number(max_score, 6)}"


def _others(entries: tuple[Entry, ...], kind: type[Decision]) -> str:
    """Return where decisions of a kind stand for this student, as a sentence."""
    standing = [e.decision for e in entries if e.undone is None]
    places = {
        ":".join(filter(None, (one.exercise, getattr(one, "check", None))))
        for one in standing
        if isinstance(one, kind)
    }
    named = ", ".join(place or "all exercises" for place in sorted(places))
    return f" There is one for {named}." if named else ""


def _last(
    entries: tuple[Entry, ...], kind: type[Decision], subject: Subject
) -> Entry | None:
    """Return the last decision of a kind at a subject that stands."""
    for entry in reversed(entries):
        decision = entry.decision
        check = decision.check if isinstance(decision, Override) else None
        there = (decision.exercise, check) == (subject.exercise, subject.check)
        if isinstance(decision, kind) and there and entry.undone is None:
            return entry
    return None
