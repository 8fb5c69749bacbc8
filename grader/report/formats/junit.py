"""`junit.xml`: one test suite per student and exercise, one test case per check."""

from __future__ import annotations

import collections
import tempfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from grader.model import Outcome
from grader.report.check_rows import check_rows
from grader.report.letter import exercise_row
from grader.report.places import place_of
from grader.report.plain import words_of
from grader.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import ExerciseResult, Program, Results
    from grader.report.check_rows import CheckRow
    from grader.report.formats import Pages
    from grader.report.letter import ExerciseRow
    from grader.report.options import Options

JUNIT_FILE = "junit.xml"
# Of the whole file, Jenkins knows no number of skipped cases.
_TOTALS = ("tests", "failures", "errors")
_LINE_CAP = 500
_TEXT_CAP = 8000
_PIECE_BYTES = 1 << 20


def render(results: Results, options: Options) -> Pages:
    """Return the one page of test cases."""
    return [(JUNIT_FILE, _pieces(results, options))]


def _pieces(results: Results, options: Options) -> Iterator[bytes]:
    """Yield the page; the totals come first, so its suites wait on the disk."""
    totals = collections.Counter(dict.fromkeys(_TOTALS, 0))
    with tempfile.TemporaryFile() as suites:
        for submission in results.submissions:
            for exercise in submission.exercises:
                program = options.programs(submission.student, exercise.exercise)
                suite = _suite(submission.student, exercise, program)
                totals.update({key: int(suite.get(key, "0")) for key in _TOTALS})
                ET.indent(suite, level=1)
                suites.write(b"\n  " + ET.tostring(suite, encoding="utf-8"))
        root = ET.Element("testsuites", name=clean_line(results.course, _LINE_CAP))
        for key, total in totals.items():
            root.set(key, str(total))
        root.text = "\n"
        whole = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        head, end, _ = whole.rpartition(b"\n</testsuites>")
        yield head
        suites.seek(0)
        while piece := suites.read(_PIECE_BYTES):
            yield piece
        yield end + b"\n"


def _suite(
    student: str, exercise: ExerciseResult, program: Program | None
) -> ET.Element:
    row = exercise_row(exercise)
    # A student is one part of a path, whatever is in the name.
    shown = clean_line(student, _LINE_CAP)
    seconds = f"{exercise.seconds:.3f}"
    suite = ET.Element("testsuite", name=f"{shown}: {row.exercise}", time=seconds)
    about = {check.name: check.about for check in exercise.checks}
    share = exercise.seconds / max(1, len(exercise.checks))
    for check in row.checks or check_rows(exercise):
        file, line = place_of(program, about[check.name], row.file or "")
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"{shown}.{row.exercise}",
            name=check.title if check.title == check.name else _named(check),
            file=f"{shown}/{file}" if row.file else shown,
            line=str(line),
            time=f"{share:.3f}",
        )
        _outcome(case, row, check)
    for key, tags in (
        ("tests", ("testcase",)),
        ("failures", ("testcase/failure",)),
        ("errors", ("testcase/error",)),
        ("skipped", ("testcase/skipped",)),
    ):
        suite.set(key, str(sum(len(suite.findall(tag)) for tag in tags)))
    return suite


def _named(check: CheckRow) -> str:
    """Return a name that no other check of the exercise has: GitLab drops doubles."""
    return f"{check.title} ({check.name})"


def _outcome(case: ET.Element, row: ExerciseRow, check: CheckRow) -> None:
    lines = words_of(row, check)
    if check.outcome is Outcome.PASSED:
        return
    text = clean_text("\n".join(lines), _TEXT_CAP)
    # GitHub's readers show the attribute, GitLab's the text.
    message = clean_line(lines[0], _LINE_CAP)
    if check.outcome is Outcome.SKIPPED:
        ET.SubElement(case, "skipped", message=message)
    elif check.outcome is Outcome.GRADER_ERROR:
        ET.SubElement(case, "error", message=message, type=check.outcome).text = text
    else:
        ET.SubElement(case, "failure", message=message, type=check.outcome).text = text
