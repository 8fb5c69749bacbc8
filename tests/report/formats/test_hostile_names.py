"""Whatever students are called, each format tells their scores, and nothing untold."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import itertools
import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from handmade import checked, exercise, results, submission
from openpyxl import load_workbook

from grader.model import Outcome, Visibility
from grader.report import formats, write_reports
from grader.report.formats.github import MOST_ANNOTATIONS
from grader.report.options import Options, Sheet
from grader.report.stems import file_stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from grader.model import SubmissionResult

NAMES = (
    *("=1+1", "@SUM(A1)", "-rf", "::error title=x::y", "##[error]x"),
    *("<script>alert(1)</script>", "\u202egpj.exe\u202c", "first\nsecond", "a\rb"),
    *("x" * 300, "a/../../b", "C:\\con", "../up", ".", "%2e%2e", "| a | b |", "  "),
    *(
        "&lt;b&gt;",
        "'; drop table grades",
        "\U0001f600 é",
        "anna",
    ),
)
UNTOLD = "what is told later"
DUE = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
COURSE = "Gradients by hand"
STUDENTS = ("students", "html/students", "letters", "gradescope", "classroom50")


def scores() -> list[float]:
    return [0.25 * number for number in range(1, len(NAMES) + 1)]


def named(name: str, score: float) -> SubmissionResult:
    """Return a student with a check of each visibility; only the hidden one passes."""
    seen = msgspec.structs.replace(
        checked("seen", Outcome.FAILED, f"`f` gave {name}.", points=0.0),
        visibility=Visibility.VISIBLE,
    )
    hidden = checked(f"hidden_{score}", points=score)
    late = msgspec.structs.replace(
        checked("late", Outcome.FAILED, UNTOLD, points=1.0, question=f"{UNTOLD}?"),
        visibility=Visibility.AFTER_DUE,
    )
    own = exercise("double", seen, hidden, late)
    own = msgspec.structs.replace(own, score=score, told_from=DUE)
    return submission(name, own)


def table(head: Iterable[str], row: Callable[[int, str], Iterable[str]]) -> bytes:
    """Return a platform's table with everybody in it, by name."""
    file = io.StringIO()
    rows = itertools.starmap(row, enumerate(NAMES, 1))
    csv.writer(file).writerows([head, *rows])
    return file.getvalue().encode()


GRADE = {
    "canvas": f"{COURSE} (77)",
    "moodle": "Grade",
    "blackboard": "Points",
}
SHEETS = {
    "canvas": Sheet(
        "canvas.csv",
        table(
            ("Student", "ID", GRADE["canvas"]), lambda at, name: (name, f"id{at}", "")
        ),
    ),
    "moodle": Sheet(
        "moodle.csv",
        table(
            ("Identifier", "Full name", "Grade", "Maximum grade", "Feedback comments"),
            lambda at, name: (f"Participant {9000 + at}", name, "", "", ""),
        ),
    ),
    "blackboard": Sheet(
        "blackboard.csv",
        table(
            ("Username", "Student ID", GRADE["blackboard"]),
            lambda at, name: (name, f"id{at}", ""),
        ),
        column="Points",
    ),
}
# Nothing is left of these once blanks and stops are taken for the same.
NAMELESS = (".", "  ")


class Written:
    """The reports of a class, in every format of ours."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.stems = file_stems(NAMES)
        of = results(*map(named, NAMES, scores()))
        self.paths = write_reports(of, out, tuple(formats.OURS), Options(sheets=SHEETS))

    def rows(self, path: str) -> list[dict[str, str]]:
        with (self.out / path).open(encoding="utf-8-sig", newline="") as file:
            return [*csv.DictReader(file)]

    def texts(self, folder: str, suffix: str) -> list[str]:
        """Return each student's file, in their order."""
        return [
            (self.out / folder / f"{stem}{suffix}").read_text(encoding="utf-8")
            for stem in self.stems
        ]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("named") / "out")


def by_student(rows: Iterable[dict[str, str]]) -> list[float]:
    groups = itertools.groupby(rows, key=lambda row: row["student"])
    return [sum(float(row["score"]) for row in group) for _, group in groups]


def workbook(of: Written) -> list[float]:
    head, *rows = load_workbook(of.out / "grades.xlsx").worksheets[0].values
    at = [str(cell) for cell in head].index("total")
    return [float(str(row[at])) for row in rows]


def junit(of: Written) -> list[float]:
    """Return the points in the names of the cases that have no child."""
    root = ET.fromstring((of.out / "junit.xml").read_bytes())  # noqa: S314 - it is ours
    return [
        float(str(case.get("name")).rpartition("_")[2].rstrip(")"))
        for case in root.iter("testcase")
        if not len(case)
    ]


def found(pattern: str) -> Callable[[str], float]:
    def read(text: str) -> float:
        match = re.search(pattern, text)
        assert match, text[:500]
        return float(match[1])

    return read


def told(text: str) -> float:
    read: dict[str, Any] = json.loads(text)
    return float(sum(one.get("exact-score", one["score"]) for one in read["tests"]))


def filled(name: str) -> Callable[[Written], list[float]]:
    """Return what reads a platform's table: the points, of the nameless as well."""

    def read(of: Written) -> list[float]:
        (page,) = (of.out / name).glob("*.csv")
        cells = [row[GRADE[name]] for row in of.rows(f"{name}/{page.name}")]
        pairs = zip(NAMES, cells, scores(), strict=True)
        assert all(not cell for who, cell, _ in pairs if who in NAMELESS)
        told = zip(NAMES, cells, scores(), strict=True)
        return [own if who in NAMELESS else float(cell) for who, cell, own in told]

    return read


def summary(of: Written) -> list[float]:
    text = (of.out / "github" / "summary.md").read_text(encoding="utf-8")
    return [float(cell) for cell in re.findall(r"\| *([\d.]+) of [\d.]+ *\|", text)]


POINTS = r"([\d.]+) of [\d.]+ points"
READERS: dict[str, Callable[[Written], list[float]]] = {
    "json": lambda of: [
        one["score"]
        for one in json.loads((of.out / "results.json").read_bytes())["submissions"]
    ],
    "csv": lambda of: [float(row["total"]) for row in of.rows("grades.csv")],
    "checks": lambda of: by_student(of.rows("checks.csv")),
    "mail": lambda of: [float(row["score"]) for row in of.rows("mail-merge.csv")],
    "excel": workbook,
    "junit": junit,
    "letters": lambda of: [*map(found(POINTS), of.texts("letters", ".txt"))],
    "markdown": lambda of: [*map(found(POINTS), of.texts("students", ".md"))],
    "html": lambda of: [*map(found(POINTS), of.texts("html/students", ".html"))],
    "gradescope": lambda of: [*map(told, of.texts("gradescope", ".json"))],
    **{name: filled(name) for name in formats.FILLED},
    "github": summary,
    "classroom50": lambda of: [*map(told, of.texts("classroom50", ".json"))],
}


@pytest.mark.parametrize("name", READERS)
def test_scores_come_back_whatever_students_are_called(
    written: Written, name: str
) -> None:
    assert READERS[name](written) == pytest.approx(scores())


def test_files_stay_in_their_folders_and_have_names_that_any_system_takes(
    written: Written,
) -> None:
    for path in written.paths:
        assert path.resolve().is_relative_to(written.out.resolve()), path
        assert re.fullmatch(r"[\w.=@+ -]{1,200}", path.name), path
    assert len({stem.casefold() for stem in written.stems}) == len(NAMES)


@pytest.mark.parametrize("folder", STUDENTS)
def test_no_student_reads_what_is_told_later_or_another_name(
    written: Written, folder: str
) -> None:
    suffix = next((written.out / folder).iterdir()).suffix
    for at, text in enumerate(written.texts(folder, suffix)):
        # Gradescope withholds by itself.
        assert UNTOLD not in text or folder == "gradescope"
        shown = html.unescape(text)
        others = [n for i, n in enumerate(NAMES) if i != at and len(n) > 4]
        assert [name for name in others if name in shown] == [], NAMES[at]


@pytest.mark.parametrize("name", formats.FILLED)
def test_nobody_is_matched_by_a_name_of_which_nothing_is_left(
    written: Written, name: str
) -> None:
    told = (written.out / name / "not-matched.txt").read_text(encoding="utf-8")

    assert f"{len(NAMES) - len(NAMELESS)} students filled in" in told
    assert told.count("\n  ") == len(NAMELESS)


def test_each_annotation_is_one_command_about_a_file_of_its_student(
    written: Written,
) -> None:
    text = (written.out / "github" / "annotations.txt").read_text(encoding="utf-8")

    assert len(text.splitlines()) == MOST_ANNOTATIONS
    command = re.compile(r"::error file=[^:,]*,line=\d+,title=[^:,]*::.*")
    assert [x for x in text.splitlines() if not command.fullmatch(x)] == []
