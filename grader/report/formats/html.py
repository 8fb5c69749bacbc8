"""HTML: a page of the class, and one of each student, without a server or a network.

`class/` is for the instructor; `students/` holds what each student may read.
"""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING

from grader.report import web
from grader.report.class_view import class_view
from grader.report.letter import letter_of
from grader.report.stems import file_stems
from grader.report.web import code, figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Curve, ExerciseResult, Results, SubmissionResult
    from grader.report.formats import Pages
    from grader.report.letter import ExerciseRow, Letter
    from grader.report.options import Options

CLASS_PAGE = "html/class/index.html"
STUDENTS_FOLDER = "html/students"


def render(results: Results, options: Options) -> Pages:
    """Yield the page of the class, the students' pages, and what they need.

    Raises:
        OperatorError: a package for pages is not installed.
    """
    stems = file_stems(tuple(one.student for one in results.submissions))
    yield from _class(results, stems)
    for name in ("page.css", "class.js"):
        yield f"html/{name}", web.asset(name)
    yield "html/code.css", code.colours()
    for place, submission in enumerate(results.submissions):
        stem = stems[place]
        yield f"{STUDENTS_FOLDER}/{stem}.html", _page(results, place, stem, options)
        for number in range(_count_of_charts(submission, results)):
            address = f"{STUDENTS_FOLDER}/{_chart_of(stem, number + 1)}"
            yield address, _chart(results, place, number)


def _class(results: Results, stems: tuple[str, ...]) -> Pages:
    view = class_view(results)
    charts = list(_charts(results))
    names = [f"curves-{number}.svg" for number in range(1, len(charts) + 1)]
    shown = [
        (file, exercise, len(found))
        for file, (exercise, found) in zip(names, charts, strict=True)
    ]
    yield (
        CLASS_PAGE,
        web.page("class.html", view=view, stems=stems, charts=shown),
    )
    yield "html/class/scores.svg", figures.scores(view.bins)
    for name, (_, found) in zip(names, charts, strict=True):
        yield f"html/class/{name}", figures.curves(found)


def _charts(results: Results) -> Iterator[tuple[str, list[Curve]]]:
    """Yield the loss curves of all students, by exercise and check."""
    found: dict[tuple[str, str], list[Curve]] = {}
    for submission in results.submissions:
        for exercise in submission.exercises:
            for curve in exercise.curves:
                if curve.reference:
                    key = exercise.exercise, curve.name
                    found.setdefault(key, []).append(curve)
    for (name, _), curves in found.items():
        yield name, curves


def _page(results: Results, place: int, stem: str, options: Options) -> Iterator[bytes]:
    """Yield the page of one student, once somebody wants it."""
    submission = results.submissions[place]
    letter = letter_of(submission, results)
    parts = sections(submission, letter, options, partial(_chart_of, stem))
    yield web.page("student.html", letter=letter, sections=parts)


def _chart(results: Results, place: int, number: int) -> Iterator[bytes]:
    """Yield one of the charts of a student, once somebody wants it."""
    letter = letter_of(results.submissions[place], results)
    yield figures.curves([curves_in(letter)[number]])


def _count_of_charts(submission: SubmissionResult, results: Results) -> int:
    if not any(exercise.curves for exercise in submission.exercises):
        return 0
    return len(curves_in(letter_of(submission, results)))


def curves_in(letter: Letter) -> list[Curve]:
    """Return the curves that a letter shows, in their order."""
    reasons = [reason for row in letter.rows for reason in row.reasons]
    return [curve for reason in reasons for curve in reason.curves]


def _chart_of(stem: str, number: int) -> str:
    return f"{stem}-{number}.svg"


# An exercise, the addresses of the charts of each of its reasons, and the code.
Section = tuple["ExerciseRow", list[list[str]], tuple[code.CodeBlock, ...]]


def sections(
    submission: SubmissionResult,
    letter: Letter,
    options: Options,
    address: Callable[[int], str],
) -> list[Section]:
    """Return what a student's page shows of each exercise.

    Args:
        submission: the student.
        letter: what the student may read.
        options: where programs come from.
        address: returns the address of a chart by its number, from 1; they are those
            of `curves_in`, in that order.
    """
    numbers = itertools.count(1)
    made: list[Section] = []
    for exercise, row in zip(submission.exercises, letter.rows, strict=True):
        own = [[address(next(numbers)) for _ in r.curves] for r in row.reasons]
        made.append((row, own, _code(submission.student, exercise, row, options)))
    return made


def _code(
    student: str, exercise: ExerciseResult, row: ExerciseRow, options: Options
) -> tuple[code.CodeBlock, ...]:
    """Return the student's code, with what failed checks look at marked."""
    program = options.programs(student, exercise.exercise)
    if program is None:
        return ()
    failed = {check.name for reason in row.reasons for check in reason.checks}
    names = [n for c in exercise.checks if c.name in failed for n in c.about]
    return code.pieces(program, names)
