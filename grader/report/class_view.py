"""The class at a glance: what an instructor may see of a run, as plain data."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from grader.model import Outcome
from grader.report.counts import exercise_ids, nothing_handed_in, percent
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import CheckResult, ExerciseResult, Results, SubmissionResult

BINS = 10
_LINE_CAP = 300
# With fewer students nobody can say how well a check tells them apart.
_FEWEST = 5
_NEAR = 1


class CheckView(msgspec.Struct, frozen=True):
    """How a class did on one check.

    Attributes:
        name: the check's name.
        title: what it asks for.
        visible: whether students have it.
        asked: how many students handed in work for it.
        passed: how many of them passed.
        points: what it is worth.
        discrimination: the correlation of passing with the rest of the score, -1 to 1;
            None where there are too few students, or they do not differ.
    """

    name: str
    title: str
    visible: bool
    asked: int
    passed: int
    points: float
    discrimination: float | None

    @property
    def share(self) -> float:
        """The share of those asked who passed, 0 to 100."""
        return 100 * self.passed / self.asked if self.asked else 0.0


class ExerciseView(msgspec.Struct, frozen=True):
    """How a class did on one exercise; `mean` is of those who handed in."""

    exercise: str
    handed_in: int
    mean: float
    max_score: float
    checks: tuple[CheckView, ...]


class MistakeView(msgspec.Struct, frozen=True):
    """A known mistake of the class: its question, and who makes it, by position."""

    exercise: str
    name: str
    question: str
    students: tuple[int, ...]


class GroupView(msgspec.Struct, frozen=True):
    """Students whose work fails alike, which no mistake explains, by position."""

    exercise: str
    checks: tuple[str, ...]
    students: tuple[int, ...]


class StudentView(msgspec.Struct, frozen=True):
    """One row of the table.

    Attributes:
        student: the name.
        scores: points per exercise, in the class's order; None without a file.
        score: points in all.
        max_score: what can be earned.
        percent: their share, 0 to 100; None where there are no points.
        flags: why somebody should look at this student, in words.
    """

    student: str
    scores: tuple[float | None, ...]
    score: float
    max_score: float
    percent: float | None
    flags: tuple[str, ...]


class ClassView(msgspec.Struct, frozen=True):
    """A run as its instructor sees it.

    Attributes:
        course: the course's title.
        exercises: how the class did on each, in the course's order.
        students: one row each, in the order of the results.
        handed_in: how many students handed in anything.
        mean: the mean percentage of those who handed in; None without any.
        median: the median of the same.
        bins: how many of them have 0 to 10 %, 10 to 20 %, and so on.
        mistakes: the known mistakes, the most common first.
        groups: the unexplained groups of several students, the largest first.
        made_with: versions and wall, as a sentence.
        sandbox: the wall.
    """

    course: str
    exercises: tuple[ExerciseView, ...]
    students: tuple[StudentView, ...]
    handed_in: int
    mean: float | None
    median: float | None
    bins: tuple[int, ...]
    mistakes: tuple[MistakeView, ...]
    groups: tuple[GroupView, ...]
    made_with: str
    sandbox: str


def class_view(results: Results) -> ClassView:
    """Return what an instructor sees of a run."""
    ids = exercise_ids(results)
    there = [sub for sub in results.submissions if _handed_in(sub)]
    shares = [share for sub in there if (share := percent(sub)) is not None]
    versions = results.environment
    return ClassView(
        course=_line(results.course),
        exercises=tuple(_exercise(name, results) for name in ids),
        students=tuple(_student(sub, ids) for sub in results.submissions),
        handed_in=len(there),
        mean=statistics.fmean(shares) if shares else None,
        median=statistics.median(shares) if shares else None,
        bins=_bins(shares),
        mistakes=_mistakes(results),
        groups=_groups(results),
        made_with=_line(
            f"Graded with grader {results.grader_version}, Python {versions.python}, "
            f"torch {versions.torch}; sandbox: {results.sandbox}."
        ),
        sandbox=_line(results.sandbox),
    )


def _line(text: str) -> str:
    return clean_line(text, _LINE_CAP)


def _handed_in(submission: SubmissionResult) -> bool:
    return not all(map(nothing_handed_in, submission.exercises))


def _bins(shares: Sequence[float]) -> tuple[int, ...]:
    counts = Counter(min(int(max(share, 0) * BINS / 100), BINS - 1) for share in shares)
    return tuple(counts[index] for index in range(BINS))


def _exercise(name: str, results: Results) -> ExerciseView:
    there = [
        (submission, exercise)
        for submission in results.submissions
        for exercise in submission.exercises
        if exercise.exercise == name and not nothing_handed_in(exercise)
    ]
    own = [exercise for _, exercise in there]
    most = [
        ex.max_score
        for sub in results.submissions
        for ex in sub.exercises
        if ex.exercise == name
    ]
    return ExerciseView(
        exercise=_line(name),
        handed_in=len(there),
        mean=statistics.fmean(ex.score for ex in own) if own else 0.0,
        max_score=max(most, default=0.0),
        checks=tuple(_checks(there)),
    )


def _checks(
    there: Sequence[tuple[SubmissionResult, ExerciseResult]],
) -> Iterator[CheckView]:
    """Yield how those who handed in did on each check."""
    runs: dict[str, list[tuple[bool, float]]] = {}
    known: dict[str, CheckResult] = {}
    for submission, exercise in there:
        for check in exercise.checks:
            known.setdefault(check.name, check)
            passed = check.outcome is Outcome.PASSED
            rest = submission.score - check.score
            runs.setdefault(check.name, []).append((passed, rest))
    for name, pairs in runs.items():
        check = known[name]
        yield CheckView(
            name=_line(name),
            title=_line(check.title or name),
            visible=check.visibility.value == "visible",
            asked=len(pairs),
            passed=sum(passed for passed, _ in pairs),
            points=check.max_score,
            discrimination=_correlation(pairs),
        )


def _correlation(pairs: Sequence[tuple[bool, float]]) -> float | None:
    passed, rest = [float(p) for p, _ in pairs], [r for _, r in pairs]
    if len(pairs) < _FEWEST or len(set(passed)) == 1 or len(set(rest)) == 1:
        return None
    return statistics.correlation(passed, rest)


def _student(submission: SubmissionResult, ids: Sequence[str]) -> StudentView:
    scores = {
        ex.exercise: None if nothing_handed_in(ex) else ex.score
        for ex in submission.exercises
    }
    return StudentView(
        student=_line(submission.student) or "a student without a name",
        scores=tuple(scores.get(name) for name in ids),
        score=submission.score,
        max_score=submission.max_score,
        percent=percent(submission),
        flags=tuple(_flags(submission)),
    )


def _flags(submission: SubmissionResult) -> Iterator[str]:
    """Yield why somebody should look at a student, the most pressing first."""
    checks = [check for ex in submission.exercises for check in ex.checks]
    ended = {check.outcome for check in checks}
    adjusted = [*submission.adjustments]
    for exercise in submission.exercises:
        adjusted += exercise.adjustments
    if not submission.complete:
        yield "not final"
    if not _handed_in(submission):
        yield "nothing handed in"
    elif submission.score == 0:
        yield "no points"
    if Outcome.TIMEOUT in ended:
        yield "took too long"
    if ended & {Outcome.CRASHED, Outcome.OUT_OF_MEMORY}:
        yield "ended unexpectedly"
    if any(map(_near_miss, submission.exercises)):
        yield "all but one check"
    yield from dict.fromkeys(_line(one.by) for one in adjusted)


def _near_miss(exercise: ExerciseResult) -> bool:
    lost = sum(check.outcome is not Outcome.PASSED for check in exercise.checks)
    return lost == _NEAR and len(exercise.checks) > _NEAR


def _mistakes(results: Results) -> tuple[MistakeView, ...]:
    found: dict[tuple[str, str, str], list[int]] = {}
    for index, submission in enumerate(results.submissions):
        for exercise in submission.exercises:
            keys = {
                (exercise.exercise, check.mistake, check.question or "")
                for check in exercise.checks
                if check.mistake
            }
            for key in sorted(keys):
                found.setdefault(key, []).append(index)
    views = [
        MistakeView(_line(exercise), _line(name), _line(question), tuple(who))
        for (exercise, name, question), who in found.items()
    ]
    return tuple(sorted(views, key=lambda view: -len(view.students)))


def _groups(results: Results) -> tuple[GroupView, ...]:
    places = {sub.student: index for index, sub in enumerate(results.submissions)}
    return tuple(
        GroupView(
            _line(group.exercise),
            tuple(map(_line, group.checks)),
            tuple(places[name] for name in group.students if name in places),
        )
        for group in results.unexplained
        if len(group.students) > 1
    )
