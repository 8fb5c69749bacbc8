"""Makes a mistake of the course out of what a student did: the course learns.

A member of a group that no mistake explains gives the function, a person the name and
the question. The entry is proved in a copy of the course. It comes into `mistakes.py`
only if checks catch it and tell it from the others, and its own students are asked.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.authoring.adopting.anonymous import anonymous, canonical, read
from grader.authoring.adopting.examining import examined, with_words
from grader.authoring.adopting.writing import CourseCopy, tried_with
from grader.authoring.proving import prove_mistake
from grader.authoring.proving.catalogue import solution_of
from grader.course import ALTERNATIVES, MISTAKES, load_course
from grader.course.uses import DefinitionNode, defined_in
from grader.course.variants import (
    Variant,
    apply_variant,
    load_alternatives,
    load_mistakes,
)
from grader.errors import OperatorError, UsageError, listed
from grader.gradebook import student_key
from grader.judging.session import OpenJudges, open_judges
from grader.model import Outcome
from grader.programs import kept_programs
from grader.report import refresh_reports
from grader.report.formats import results_json
from grader.report.options import Options
from grader.stores import alone
from grader.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.authoring.proving import Watcher
    from grader.authoring.proving.proof import MistakeProof
    from grader.course import Course, Exercise
    from grader.decisions import Naming
    from grader.model import ExerciseResult, Results, SubmissionResult

_DRAWS = 3
_CAP = 400


class Offered(msgspec.Struct, frozen=True):
    """What can be adopted from one student's work on an exercise.

    Attributes:
        student: the student.
        exercise: the exercise.
        checks: those that nothing explains.
        group: all students who fail one of them in the same way, this one first.
        sources: what would be written for each function, the likeliest first.
    """

    student: str
    exercise: str
    checks: tuple[str, ...]
    group: tuple[str, ...]
    sources: dict[str, str]


class Adopted(msgspec.Struct, frozen=True):
    """A mistake that the course has learnt.

    Attributes:
        name: its name.
        about: the function or class.
        path: the file that it was written into.
        caught_by: the checks about its function on which it loses points.
        asked: students who are asked its question from now on.
        left: students of the group who are not.
    """

    name: str
    about: str
    path: Path
    caught_by: tuple[str, ...]
    asked: tuple[str, ...]
    left: tuple[str, ...]

    def told(self) -> tuple[str, ...]:
        """Return what was done, line by line."""
        checks = ", ".join(f"`{check}`" for check in self.caught_by)
        return (
            f"{self.name}: written into {self.path.name}, about `{self.about}`",
            f"caught by {checks}, and told from all other mistakes",
            f"asked its question from now on: {', '.join(self.asked)}",
            *([f"still unexplained: {', '.join(self.left)}"] if self.left else []),
            "no grade moved: a mistake only brings a question",
        )


class Adopting:
    """Adopts mistakes from the works of a class that was graded.

    Args:
        out: the folder of the reports.
        course: the course's folder.
        sandbox: the tier of the wall.
        judges: where judges come from.
    """

    def __init__(
        self,
        out: Path,
        course: Path,
        sandbox: str = "auto",
        judges: OpenJudges = open_judges,
    ) -> None:
        self._out = out
        self._root = course
        self._sandbox = sandbox
        self._judges = judges

    def offered(self, student: str, exercise: str) -> Offered:
        """Return what can be adopted from a student's work.

        Raises:
            UsageError: there is no such work, or all of its failures are explained.
            AuthorError: the course is wrong.
        """
        course = load_course(self._root).only((exercise,))
        return self._offered(results_json.read(self._out), course, student)

    def adopt(self, naming: Naming, watcher: Watcher) -> Adopted:
        """Write a mistake into the course, prove it, and ask its question.

        It is proved in a copy of the course: `mistakes.py` is written only once all
        holds.

        Args:
            naming: which mistake, and what it is to ask.
            watcher: told of the proof's progress.

        Raises:
            UsageError: the mistake cannot be adopted; the message says why.
            AuthorError: the course is wrong.
            OperatorError: the machine is not fit.
        """
        with alone(self._out):
            results = results_json.read(self._out)
            course = load_course(self._root).only((naming.exercise,))
            offered = self._offered(results, course, naming.student)
            (exercise,) = course.exercises
            variant = _variant(naming, offered)
            _refuse_known(exercise, variant)
            with tried_with(course, exercise, variant) as copy:
                return self._proved(copy, results, variant, offered, watcher)

    def _proved(
        self,
        copy: CourseCopy,
        results: Results,
        variant: Variant,
        offered: Offered,
        watcher: Watcher,
    ) -> Adopted:
        name = variant.name
        course = load_course(copy.root).only((offered.exercise,))
        with self._judges(course, sandbox=self._sandbox) as judges:
            proof = prove_mistake(judges, course, name, _DRAWS, watcher)
            _refuse_unproved(name, proof)
            verdicts = examined(
                judges, results, self._out, offered.exercise, offered.group
            )
        asked = tuple(
            student
            for student in offered.group
            if any(f.mistake == name for f in verdicts[student].findings)
        )
        if offered.student not in asked:
            raise UsageError(
                f"{name}: nothing was kept: it is caught, but {offered.student} would "
                f"not be asked its question: more than `{variant.about}` is wrong "
                f"there. Name another function, or another student of the group."
            )
        copy.keep()
        told = with_words(results, offered.exercise, verdicts)
        with kept_programs(told, self._out) as programs:
            refresh_reports(told, self._out, Options(programs=programs))
        left = tuple(one for one in offered.group if one not in asked)
        return Adopted(name, variant.about, copy.path, proof.caught_by, asked, left)

    def _offered(self, results: Results, course: Course, student: str) -> Offered:
        (exercise,) = course.exercises
        submission, own = _result(results, student, exercise.id)
        groups = [
            group
            for group in results.unexplained
            if group.exercise == exercise.id and submission.student in group.students
        ]
        if not groups:
            raise UsageError(
                f"{submission.student}, {exercise.id}: no failure is left to explain "
                f"here. Choose a student of an unexplained group."
            )
        with kept_programs(results, self._out) as programs:
            program = programs(submission.student, exercise.id)
        if program is None:
            raise OperatorError(
                f"{submission.student}, {exercise.id}: the program is not in "
                f"{self._out} any more. Grade again, then adopt."
            )
        checks = dict.fromkeys(check for group in groups for check in group.checks)
        members = dict.fromkeys(one for group in groups for one in group.students)
        solution = ast.parse(solution_of(exercise))
        tree = read(program)
        author = f"{submission.student} {submission.name or ''}"
        names = _likeliest(own, checks, tree, solution)
        return Offered(
            submission.student,
            exercise.id,
            tuple(checks),
            tuple(dict.fromkeys((submission.student, *members))),
            {name: anonymous(tree, name, solution, author) for name in names},
        )


def _result(
    results: Results, student: str, exercise: str
) -> tuple[SubmissionResult, ExerciseResult]:
    """Return what a student got for an exercise.

    Raises:
        UsageError: there is none of that name.
    """
    for submission in results.submissions:
        if submission.student == student_key(student):
            for own in submission.exercises:
                if own.exercise == exercise:
                    return submission, own
    near = did_you_mean(student, [one.student for one in results.submissions])
    raise UsageError(
        f"{clean_line(student, _CAP)}, {exercise}: there is no such work in the "
        f"reports.{near}"
    )


def _likeliest(
    own: ExerciseResult, checks: Iterable[str], tree: ast.Module, solution: ast.Module
) -> list[str]:
    """Return the functions that may be wrong, first those that no check found right."""
    about = {check.name: check.about for check in own.checks}
    found = [
        name
        for name, node in defined_in(solution).items()
        if any(name in about.get(check, ()) for check in checks)
        and (theirs := defined_in(tree).get(name)) is not None
        and canonical(theirs) != canonical(node)
    ]
    right = {
        name
        for check in own.checks
        if check.outcome is Outcome.PASSED and len(check.about) == 1
        for name in check.about
    }
    return sorted(found, key=lambda name: name in right)


def _variant(naming: Naming, offered: Offered) -> Variant:
    """Return the mistake that somebody wants to have.

    Raises:
        UsageError: its name or its question is none, or no function is to be had.
    """
    name, question = naming.name.strip(), clean_line(naming.question, _CAP).strip()
    problems = []
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        problems.append(
            f"name: expected small letters, digits and _, as in "
            f"`gradient_never_zeroed`, got {clean_line(naming.name, 60)!r}."
        )
    if not question:
        problems.append("question: expected what a good teacher would ask, got none.")
    about = naming.about or next(iter(offered.sources), "")
    if about not in offered.sources:
        named = ", ".join(offered.sources) or "none: what is wrong is in no function"
        problems.append(
            f"about: expected a function that differs from the solution's and that "
            f"the unexplained checks use ({named}), got {clean_line(about, 60)!r}."
        )
    if problems:
        raise UsageError(listed(problems))
    return Variant(
        name=name,
        about=about,
        source=offered.sources[about],
        question=question,
        try_it=clean_line(naming.try_it, _CAP).strip() or None,
    )


def _refuse_known(exercise: Exercise, variant: Variant) -> None:
    """Refuse a mistake whose name or function is there already.

    Raises:
        UsageError: it is.
        AuthorError: a list of variants is wrong.
    """
    mistakes = load_mistakes(exercise.folder / MISTAKES)
    alternatives = load_alternatives(exercise.folder / ALTERNATIVES)
    others = (*mistakes, *alternatives)
    if variant.name in {other.name for other in others}:
        raise UsageError(
            f"{variant.name}: {exercise.id} has a variant of this name. Choose another."
        )
    solution = solution_of(exercise)
    own = _definition(apply_variant(variant, solution), variant.about)
    right = _definition(solution, variant.about)
    if own == right:
        raise UsageError(f"`{variant.about}`: this is the solution's, but for names.")
    for other in others:
        if _definition(apply_variant(other, solution), variant.about) == own:
            raise UsageError(
                f"{variant.name}: `{variant.about}` is that of {other.name!r}, but for "
                f"names. Change its question in {MISTAKES} if it does not fit."
            )


def _definition(source: str, name: str) -> str:
    """Return the text of a definition by which it is compared; empty without one."""
    try:
        known: Mapping[str, DefinitionNode] = defined_in(ast.parse(source))
    except SyntaxError:
        return ""
    return canonical(known[name]) if name in known else ""


def _refuse_unproved(name: str, proof: MistakeProof) -> None:
    """Refuse a mistake that no check catches, or that is not told from another.

    Raises:
        UsageError: it is so.
    """
    problems = [broken.message for broken in proof.broken]
    if proof.alike:
        problems.append(
            f"no check tells it from {', '.join(map(repr, proof.alike))}, so that "
            f"neither would be asked. Is it the same mistake?"
        )
    if problems:
        raise UsageError(f"{name}: nothing was kept: {listed(problems)}")
