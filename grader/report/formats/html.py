"""HTML: a page of the class, and one of each student, without a server or a network.

`class/` is for the instructor; `students/` holds what each student may read.
"""

from __future__ import annotations

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
    for stem, submission in zip(stems, results.submissions, strict=True):
        yield from _student(stem, submission, results, options)


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


def _student(
    stem: str, submission: SubmissionResult, results: Results, options: Options
) -> Pages:
    letter = letter_of(submission, results)
    parts, charts = sections(
        submission, letter, options, lambda number: f"{stem}-{number}.svg"
    )
    yield (
        f"{STUDENTS_FOLDER}/{stem}.html",
        web.page("student.html", letter=letter, sections=parts),
    )
    for number, curve in enumerate(charts, 1):
        yield f"{STUDENTS_FOLDER}/{stem}-{number}.svg", figures.curves([curve])


# An exercise, the addresses of the charts of each of its reasons, and the code.
Section = tuple["ExerciseRow", list[list[str]], tuple[code.CodeBlock, ...]]


def sections(
    submission: SubmissionResult,
    letter: Letter,
    options: Options,
    address: Callable[[int], str],
) -> tuple[list[Section], list[Curve]]:
    """Return what a student's page shows of each exercise, and the curves in it.

    Args:
        submission: the student.
        letter: what the student may read.
        options: where programs come from.
        address: returns the address of a chart by its number, from 1.
    """
    made: list[Section] = []
    charts: list[Curve] = []
    for exercise, row in zip(submission.exercises, letter.rows, strict=True):
        own: list[list[str]] = []
        for reason in row.reasons:
            own.append([])
            for curve in reason.curves:
                charts.append(curve)
                own[-1].append(address(len(charts)))
        made.append((row, own, _code(submission.student, exercise, row, options)))
    return made, charts


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
