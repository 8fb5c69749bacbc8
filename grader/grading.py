"""Grading, step by step: intake, recall, judge, score, adjust, report.

A verdict that an earlier run has reached is recalled; scores and reports are made of
verdicts anew each time, and run nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader.abreast import abreast
from grader.course import Course, load_course
from grader.course.contradictions import unknown_checks
from grader.course.rules import moment, stated
from grader.errors import AuthorError, UsageError, listed
from grader.gradebook import GRADEBOOK_FILE, decisions_in, student_key
from grader.intake import (
    Intake,
    IntakeOptions,
    Share,
    find_work,
    in_short,
    introduced,
    share_of,
    spans_of,
    that_may_count,
    timed_by_files,
)
from grader.judging import session
from grader.judging.session import How
from grader.model import (
    RESULTS_SCHEMA,
    Check,
    Environment,
    ExerciseResult,
    Results,
    SubmissionResult,
    Verdict,
    Work,
)
from grader.moves import Moved, judged_again, moved_since
from grader.policies import (
    Circumstances,
    adjusted,
    attempt_that_counts,
    own_policies,
)
from grader.programs import keep_programs, programs_of
from grader.reached import Reached, judge, recall
from grader.report import filed, formats, options, write_reports
from grader.scoring import score_submission, score_work
from grader.spool import Spool, encoded
from grader.stores import alone
from grader.tally import Tally
from grader.verdicts import VERDICTS_FILE, VerdictStore
from grader.vouching import Known, broken, costly, known_checks, vouch

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from grader.decisions import AnyDecision
    from grader.model import Basis, Facts, Left, Suspect


class GradeRequest(msgspec.Struct, frozen=True):
    """What the instructor asked for."""

    submissions: tuple[Path, ...]
    course: Path
    out: Path
    jobs: int
    only: tuple[str, ...] = ()
    formats: tuple[str, ...] = formats.DEFAULT
    known: options.Options = options.NONE
    share: Share | None = None
    sandbox: str = "auto"
    fresh: bool = False
    reasons: bool = True
    layout: str | None = None
    roster: Path | None = None
    before: str | None = None


class Progress(Protocol):
    """Whoever watches a run."""

    def found(self, intake: Intake, recalled: int, to_judge: int) -> None:
        """Told once: what was handed in, and how much of it is judged already."""

    def judged(self, work: Work, verdict: Verdict) -> None:
        """Told after each work that was judged."""


class Graded(msgspec.Struct, frozen=True):
    """A run that ended: its results, the files written, and whose grades moved."""

    results: Results
    files: tuple[Path, ...]
    moved: tuple[Moved, ...] = ()


def grade(
    request: GradeRequest,
    progress: Progress,
    *,
    open_judges: session.OpenJudges = session.open_judges,
) -> Graded:
    """Grade everything that was handed in and write the reports.

    Args:
        request: what the instructor asked for.
        progress: told of what is found and judged.
        open_judges: where judges come from.

    Raises:
        UsageError: a path or a name is wrong.
        AuthorError: the course or its checks are wrong.
        OperatorError: the machine or the output folder is not fit.
    """
    whole = load_course(request.course)
    found = handed_in(request, whole)
    with alone(request.out):
        return judged_and_told(request, whole, found, progress, open_judges)


def judged_and_told(
    request: GradeRequest,
    whole: Course,
    found: Intake,
    progress: Progress,
    open_judges: session.OpenJudges,
) -> Graded:
    """Return a run, from what was handed in to the reports; the folder is ours."""
    wanted = whole.only(request.only)
    anew = wanted.ids if request.fresh else ()
    programs = Counter(w.exercise for w in in_short(found.work) if w.program)
    many = sum(programs[name] for name in wanted.ids) > session.MANY
    gradebook = request.out / GRADEBOOK_FILE
    decisions_in(gradebook)  # one that cannot be read ends the run here, not at the end
    before, places = written(request.out), (*request.submissions, request.out)
    with (
        open_judges(
            wanted,
            sandbox=request.sandbox,
            jobs=request.jobs,
            many=many,
            private=places,
        ) as judges,
        VerdictStore(request.out / VERDICTS_FILE) as store,
    ):
        known = Known(whole, store, judges.facts, How(diagnose=request.reasons))
        course = whole.only((*wanted.ids, *known.beside(wanted.ids, found.work)))
        intake = found if course.ids == whole.ids else found.only(course.ids)
        checks = known_checks(course.ids, judges, known, anew)
        check_names(course, checks)
        bases = tuple(e.basis(known.fingerprints[e.id]) for e in course.exercises)
        came = tuple(name for name in course.ids if programs[name])
        suspects = vouch(course, came, judges, known, anew)
        hows = {name: known.how_for(own) for name, own in suspects.items()}
        keep_programs(intake.others, store)
        reached = Reached(store, len(intake.work))
        to_judge = recall(intake.work, known, hows, anew, reached)
        why = judged_again(before, bases, judges.facts, to_judge.exercises)
        noted = msgspec.structs.replace(intake, notes=(*intake.notes, *why))
        all_of_them = sum(programs[name] for name in course.ids)
        progress.found(noted, all_of_them - to_judge.count, to_judge.count)
        judge(intake.work, to_judge, judges, reached, progress.judged)
        told = tuple(costly(chain.from_iterable(suspects.values()), checks))
        tally = Tally(intake.left, told)
        decisions = decisions_in(gradebook)

        def told_of(works: Iterable[tuple[int, Work]]) -> Iterator[SubmissionResult]:
            scored = score(works, course, checks, reached, suspects, decisions)
            return adjust(introduced(scored, intake), course, decisions)

        submissions = earned(intake.work, told_of, tally, request.jobs)
    results = tally.told(
        results_of(course, judges.facts, bases, submissions, intake.left, told)
    )
    return reported(request, before, intake, results)


def reported(
    request: GradeRequest, before: Results | None, intake: Intake, results: Results
) -> Graded:
    """Return a run that has written its reports, and whose grades it moved.

    Args:
        request: what the instructor asked for.
        before: what the run before wrote.
        intake: what was handed in, for the programs that reports show.
        results: what this run found.
    """
    moved = () if request.only else moved_grades(before, results)
    beside = msgspec.structs.replace(
        request.known, programs=programs_of(intake.work, results)
    )
    names = formats.of_run(request.formats)
    files = write_reports(
        *(results, request.out, names, beside), anew=True, jobs=request.jobs
    )
    return Graded(results, files, moved)


def handed_in(request: GradeRequest, course: Course) -> Intake:
    """Return what was handed in.

    Args:
        request: what the instructor asked for.
        course: the whole course: a file for an exercise that is not asked for is no
            stranger.

    Raises:
        UsageError: a path or a name is wrong.
    """
    found = find_work(
        *(request.submissions, course.ids, request.out, course.handouts()),
        asked(request, course),
        given={ex.id: dict(ex.given) for ex in course.exercises},
    )
    rules = course.rules
    intake = that_may_count(found, rules.course.attempts.keep)
    intake = intake if request.share is None else share_of(intake, request.share)
    dated = [exercise for exercise in course.ids if rules.of(exercise).due]
    notes = (*intake.notes, *timed_by_files(intake, dated))
    return msgspec.structs.replace(intake, notes=notes)


def asked(request: GradeRequest, course: Course) -> IntakeOptions:
    """Return how hand-ins are to be read; times are the course's where they say none.

    Raises:
        UsageError: a date is none.
    """
    zone = course.rules.zone
    text = request.before
    before = None if text is None else moment(text, zone or dt.UTC)
    return IntakeOptions(request.layout, before, zone, request.roster, request.jobs)


def earned(
    works: Sequence[Work],
    told_of: Callable[[Iterable[tuple[int, Work]]], Iterator[SubmissionResult]],
    tally: Tally,
    jobs: int,
) -> Spool[SubmissionResult]:
    """Return what each student earned, counted.

    Args:
        works: what was handed in, by student.
        told_of: returns what the students earned whose works it is given, numbered.
        tally: counts.
        jobs: how many processes may be at it.
    """

    def of_some(spans: Iterable[range]) -> list[msgspec.Raw | SubmissionResult]:
        numbered = ((place, works[place]) for span in spans for place in span)
        return [encoded(one) for one in told_of(numbered)]

    submissions = Spool(SubmissionResult)
    for one in chain.from_iterable(abreast(of_some, spans_of(works), jobs)):
        submissions.append(one)
        tally.add(submissions[-1])
    return submissions


def score(
    works: Iterable[tuple[int, Work]],
    course: Course,
    checks: Mapping[str, tuple[Check, ...]],
    verdict_on: Callable[[int], Verdict | None],
    suspects: Mapping[str, tuple[Suspect, ...]],
    decisions: Mapping[str, tuple[AnyDecision, ...]],
) -> Iterator[SubmissionResult]:
    """Yield what each student earned; a work without a program has no verdict.

    Of several attempts the one is taken that counts. A check that the solution does not
    pass decides nothing.

    Args:
        works: what was handed in, by student, each with its place among all.
        course: the course.
        checks: of each exercise.
        verdict_on: returns the verdict on a work, by its place.
        suspects: the checks of each exercise that are in doubt.
        decisions: those that stand, by `student_key`.
    """
    undecided = {name: broken(own) for name, own in suspects.items()}
    points = {exercise.id: exercise.points for exercise in course.exercises}
    for student, works_of in groupby(works, lambda one: one[1].student):
        own: dict[str, list[ExerciseResult]] = {}
        for place, work in works_of:
            scored = score_work(
                work,
                checks[work.exercise],
                verdict_on(place),
                points[work.exercise],
                undecided.get(work.exercise, ()),
            )
            own.setdefault(work.exercise, []).append(scored)
        decided = decisions.get(student_key(student), ())
        circumstances = Circumstances(course.rules, decided)
        counting = (r[attempt_that_counts(r, circumstances)] for r in own.values())
        yield score_submission(student, tuple(counting))


def check_names(course: Course, checks: Mapping[str, tuple[Check, ...]]) -> None:
    """Make sure that the course's rules name checks that are there.

    Raises:
        AuthorError: they do not; the message has the nearest names.
    """
    names = {name: [check.name for check in own] for name, own in checks.items()}
    problems = unknown_checks(course.rules, names)
    if problems:
        raise AuthorError(listed([f"{course.table}: {text}" for text in problems]))


def adjust(
    submissions: Iterable[SubmissionResult],
    course: Course,
    decisions: Mapping[str, tuple[AnyDecision, ...]],
) -> Iterator[SubmissionResult]:
    """Yield what each student earned after the rules and what people decided.

    Args:
        submissions: what the checks gave.
        course: the course with its rules.
        decisions: those that stand, by `student_key`.
    """
    own = own_policies()
    for one in submissions:
        decided = decisions.get(student_key(one.student), ())
        yield adjusted(one, Circumstances(course.rules, decided), own)


def written(out: Path) -> Results | None:
    """Return what the run before wrote into a folder; None if nothing can be read."""
    try:
        return filed.read(out)
    except UsageError:
        return None


def moved_grades(before: Results | None, results: Results) -> tuple[Moved, ...]:
    """Return whose grades are not what the run before wrote, as far as that reads."""
    try:
        return moved_since(before, results)
    except UsageError:
        return ()


def results_of(
    course: Course,
    facts: Facts,
    bases: tuple[Basis, ...],
    submissions: Sequence[SubmissionResult],
    left: tuple[Left, ...],
    suspects: tuple[Suspect, ...],
) -> Results:
    """Return the one model that all formats are rendered from, but for what is counted.

    A `Tally` has that.
    """
    return Results(
        schema=RESULTS_SCHEMA,
        course=course.title,
        grader_version=facts.kit,
        environment=Environment(facts.python, facts.torch),
        sandbox=facts.wall,
        facts=facts,
        submissions=submissions,
        left=left,
        suspects=suspects,
        bases=bases,
        rules=stated(course.rules),
    )
