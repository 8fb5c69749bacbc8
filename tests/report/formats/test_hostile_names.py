"""Whatever students are called, each format tells their scores, and nothing untold."""

from __future__ import annotations

import csv
import datetime as dt
import html
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


class Written:
    """The reports of a class, in every format that is made of results alone."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.stems = file_stems(NAMES)
        made = [name for name in formats.OURS if name not in formats.FILLED]
        of = results(*map(named, NAMES, scores()))
        self.paths = write_reports(of, out, made)

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
