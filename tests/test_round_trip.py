"""One class goes round: in as a platform gives it, out as the platform takes it.

The judges are a double, so that each score is known beforehand from the file alone.
What every format says of it is read back with a reader that is not ours.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import os
import re
import stat
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

import made_class
import pytest
from fake_judges import FakeJudges
from grading_runs import Watching
from helpers import a_verdict
from made_class import Student

from grader import grading
from grader.grading import GradeRequest
from grader.model import Check, Finding, Outcome, Verdict, Visibility
from grader.report import formats, write_reports
from grader.report.options import Options, Sheet
from grader.report.stems import file_stems

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course import Course
    from grader.model import Results, Work

POINTS = (1.0, 2.5, 6.5)
CHECKS = tuple(
    Check(f"test_{p:g}", f"It earns {p:g}.", ("double",), Visibility.HIDDEN, p)
    for p in POINTS
)
# Full marks on the platform, so that the course's ten points are scaled.
FULL = 25.0


def few() -> list[Student]:
    """Return eight students with a file each, and one who handed in nothing."""
    known = made_class.students()
    return [
        *(one._replace(files=written_by(one.number)) for one in known[:8]),
        known[-1]._replace(files={}),
    ]


def written_by(number: int) -> dict[str, bytes]:
    return {"double.py": f"def double(x): return {number}\n".encode()}


def passed(digest: str) -> tuple[bool, ...]:
    """Return which checks a file passes: its digest decides."""
    return tuple(int(digest[at], 16) % 2 == 0 for at in range(len(POINTS)))


def due(one: Student) -> float:
    """Return the points that a student must get, from the file alone."""
    if not one.files:
        return 0.0
    right = passed(hashlib.sha256(one.files["double.py"]).hexdigest())
    return sum(
        points for points, is_right in zip(POINTS, right, strict=True) if is_right
    )


def judged(work: Work) -> Verdict:
    assert work.program is not None
    return _verdict(passed(work.program.sha256))


def authors(work: Work) -> Verdict:
    """Return that the solution passes, and that the stub does not."""
    assert work.program is not None
    right = "2 * x" in work.program.blocks[0].source
    return _verdict((right,) * len(CHECKS))


def _verdict(right: tuple[bool, ...]) -> Verdict:
    ends = [Outcome.PASSED if one else Outcome.FAILED for one in right]
    return a_verdict(*(Finding(c.name, e) for c, e in zip(CHECKS, ends, strict=True)))


def sheet(
    of: list[Student], head: list[str], row: Callable[[Student], list[str]]
) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([head, *map(row, of)])
    return file.getvalue()


def sorted_name(one: Student) -> tuple[str, str]:
    *first, last = one.name.split()
    return last, " ".join(first)


def canvas_sheet(of: list[Student]) -> str:
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 4 (77)"]
    text = sheet(
        of,
        head,
        lambda s: [", ".join(sorted_name(s)), str(9000 + s.number), s.id, "", "A", ""],
    )
    first, rest = text.split("\r\n", 1)
    return f"{first}\r\n    Points Possible,,,,,{FULL:g}\r\n{rest}"


def moodle_sheet(of: list[Student]) -> str:
    head = ["Identifier", "Full name", "Email address", "Status", "Grade"]
    return sheet(
        of,
        [*head, "Maximum Grade", "Last modified (grade)", "Feedback comments"],
        lambda s: [
            *(f"Participant {5000 + s.number}", s.name, s.email, "Submitted", ""),
            *(f"{FULL:g}", "-", ""),
        ],
    )


BLACKBOARD_COLUMN = f"Week 4 [Total Pts: {FULL:g} Score] |7"


def blackboard_sheet(of: list[Student]) -> str:
    head = ["Last Name", "First Name", "Username", BLACKBOARD_COLUMN]
    return sheet(of, head, lambda s: [*sorted_name(s), s.id, ""])


class Went(NamedTuple):
    """A class that went round: who is whom in the results, and what was written."""

    students: dict[str, Student]
    out: Path
    tables: tuple[str, ...]

    @property
    def due(self) -> dict[str, float]:
        """What everybody must get who handed in, by the name in the results."""
        return {name: due(one) for name, one in self.students.items()}

    def scaled(self, known: Callable[[Student], str]) -> dict[str, float]:
        """Return the same as the platform counts it, by the platform's own name."""
        whole = FULL / sum(POINTS)
        return {known(one): due(one) * whole for one in self.students.values()}

    def text(self, path: str) -> str:
        return (self.out / path).read_text(encoding="utf-8")

    def rows(self, path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(path))))

    def pages(self, folder: str, suffix: str) -> dict[str, str]:
        """Return a folder's pages, by the student's name where that is the file's."""
        paths = (self.out / folder).glob(f"*{suffix}")
        return {p.stem: p.read_text(encoding="utf-8") for p in paths}


Reader = Callable[[Went], dict[str, float]]


def go(
    name: str, of: list[Student], folder: Path, course: Course, *, listed: bool
) -> Went:
    """Grade a platform's zip, with a class list or without; write every format."""
    root = folder / "in"
    made_class.LAYOUTS[name][0](root)
    archive = made_class.zipped(root, folder / "in.zip")
    judges = FakeJudges(judged, {"double": CHECKS}, own=authors)
    roster = made_class.roster(folder / "class.csv") if listed else None
    request = GradeRequest(
        (archive,), course.root, folder / "out", 1, formats=("json",), roster=roster
    )
    graded = grading.grade(request, Watching(), open_judges=judges.open)
    sheets = {
        "canvas": Sheet("grades.csv", canvas_sheet(of).encode()),
        "moodle": Sheet("worksheet.csv", moodle_sheet(of).encode()),
        "blackboard": Sheet("centre.csv", blackboard_sheet(of).encode()),
    }
    write_reports(graded.results, request.out, formats.OURS, Options(sheets=sheets))
    own = tuple(COLUMNS) if listed else tuple({name} & COLUMNS.keys())
    return Went(whom(graded.results, of), request.out, own)


def whom(results: Results, of: list[Student]) -> dict[str, Student]:
    """Return who is who: no two students handed in the same file."""
    found = {}
    for one in results.submissions:
        digests = {ex.sha256 for ex in one.exercises}
        found[one.student] = next(
            (s for s in of if made_class.digest(s, "double") in digests), of[-1]
        )
    return found


@pytest.fixture(
    scope="module",
    params=["moodle", "canvas", "gradescope", "canvas, with a list"],
)
def went(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    make_course: Callable[..., Course],
) -> Went:
    folder, of = tmp_path_factory.mktemp("round"), few()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made_class, "students", lambda: of)
        name, _, listed = request.param.partition(", ")
        return go(name, of, folder, make_course(), listed=bool(listed))


def numbers(page: str, pattern: str) -> float:
    """Return the one number that a pattern finds in a page."""
    (found,) = re.findall(pattern, page)
    return float(found)


def by_file(went: Went, of: dict[str, float]) -> dict[str, float]:
    """Return scores by the student's name, which a file's name may only resemble."""
    stems = file_stems(tuple(went.students))
    return {name: of[stem] for name, stem in zip(went.students, stems, strict=True)}


def results_json(went: Went) -> dict[str, float]:
    told = json.loads(went.text("results.json"))
    return {one["student"]: one["score"] for one in told["submissions"]}


def grades_csv(went: Went) -> dict[str, float]:
    return {r["student"]: float(r["total"]) for r in went.rows("grades.csv")}


def mail_merge(went: Went) -> dict[str, float]:
    return {r["student"]: float(r["score"]) for r in went.rows("mail-merge.csv")}


def checks_csv(went: Went) -> dict[str, float]:
    sums = dict.fromkeys(went.students, 0.0)
    for row in went.rows("checks.csv"):
        sums[row["student"]] += float(row["score"])
    return sums


def workbook(went: Went) -> dict[str, float]:
    from openpyxl import load_workbook

    head, *rows = load_workbook(went.out / "grades.xlsx")["scores"].values
    return {row[0]: row[head.index("total")] for row in rows}


def class_page(went: Went) -> dict[str, float]:
    table = went.text("html/class/index.html").partition('id="table"')[2]
    rows = re.findall(r'scope="row"><a [^>]*>([^<]*)</a>.*?([\d.]+) / 10<', table)
    return {html.unescape(name): float(score) for name, score in rows}


def pages_of(folder: str, suffix: str, pattern: str) -> Reader:
    def read(went: Went) -> dict[str, float]:
        pages = went.pages(folder, suffix)
        return by_file(went, {n: numbers(p, pattern) for n, p in pages.items()})

    return read


def told_to(folder: str, score: Callable[[dict[str, Any]], float]) -> Reader:
    def read(went: Went) -> dict[str, float]:
        pages = went.pages(folder, ".json")
        return by_file(went, {n: score(json.loads(p)) for n, p in pages.items()})

    return read


def summary(went: Went) -> dict[str, float]:
    rows = re.findall(
        r"(?m)^\| (.*?) \| ([\d.]+) of 10 ", went.text("github/summary.md")
    )
    return {name: float(score) for name, score in rows}


def junit(went: Went) -> dict[str, float]:
    """Add up the points in the names of the test cases that have no child."""
    sums = dict.fromkeys(went.students, 0.0)
    root = ET.fromstring(went.text("junit.xml"))  # noqa: S314 - it is ours
    for case in root.iter("testcase"):
        if not len(case):
            points = float(case.attrib["name"].rpartition("_")[2].rstrip(")"))
            sums[case.attrib["classname"].removesuffix(".double")] += points
    return sums


def sum_of_tests(told: dict[str, Any]) -> float:
    scores = [test.get("exact-score", test["score"]) for test in told["tests"]]
    return float(sum(scores))


READERS: dict[str, Reader] = {
    "json": results_json,
    "csv": grades_csv,
    "checks": checks_csv,
    "excel": workbook,
    "the mail merge": mail_merge,
    "letters": pages_of("letters", ".txt", r": ([\d.]+) of 10 points in Small"),
    "markdown": pages_of("students", ".md", r"\*\*([\d.]+) of 10 points\*\*"),
    "html": pages_of("html/students", ".html", r'class="grade">([\d.]+) of 10 '),
    "the class page": class_page,
    "github": summary,
    "junit": junit,
    "gradescope": told_to("gradescope", lambda told: told["score"]),
    "gradescope, test by test": told_to("gradescope", sum_of_tests),
    "classroom50, test by test": told_to("classroom50", sum_of_tests),
}


def test_every_format_tells_the_same_scores(went: Went) -> None:
    told = {name: read(went) for name, read in READERS.items()}

    assert len(went.due) == len(went.tables or [0]) // 3 + 8
    assert len(set(went.due.values())) > 3
    assert told == dict.fromkeys(READERS, pytest.approx(went.due))


class Column(NamedTuple):
    """Where a platform's table has the scores, and how it calls a student."""

    file: str
    key: str
    column: str
    known: Callable[[Student], str]


COLUMNS = {
    "canvas": Column(
        "canvas/gradebook.csv", "ID", "Week 4 (77)", lambda s: str(9000 + s.number)
    ),
    "moodle": Column(
        "moodle/worksheet.csv",
        *("Identifier", "Grade"),
        lambda s: f"Participant {5000 + s.number}",
    ),
    "blackboard": Column(
        "blackboard/gradebook.csv", "Username", BLACKBOARD_COLUMN, lambda s: s.id
    ),
}


def test_tables_of_platforms_come_back_with_the_same_scores(went: Went) -> None:
    """The platform's own without a class list; with one, every platform's."""
    for name in went.tables:
        file, key, column, known = COLUMNS[name]
        rows = went.rows(file)
        filled = {r[key]: float(r[column]) for r in rows if r[key] and r[column]}

        assert filled == pytest.approx(went.scaled(known)), name
        assert len(rows) == 9 + (name == "canvas")


def test_worksheet_of_moodle_has_each_student_s_letter(went: Went) -> None:
    if "moodle" in went.tables:
        told = went.rows("moodle/worksheet.csv")
        letters = [row["Feedback comments"] for row in told if row["Grade"]]

        assert len(letters) == len(went.students)
        assert all("of 10 points in Small" in letter for letter in letters)


FOR_STUDENTS = ("students", "html/students", "letters", "gradescope", "classroom50")


def test_what_students_may_read_lies_apart_and_names_nobody_else(went: Went) -> None:
    stems = file_stems(tuple(went.students))
    for folder in FOR_STUDENTS:
        pages = [p for p in (went.out / folder).iterdir() if p.is_file()]

        assert sorted(p.stem for p in pages) == sorted(stems), folder
        for page in pages:
            told = html.unescape(page.read_text(encoding="utf-8")).replace("\\", "")
            others = [
                n for n, s in zip(went.students, stems, strict=True) if s != page.stem
            ]
            assert [n for n in others if n in told] == [], page


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_every_file_of_a_run_is_its_owner_s_alone(went: Went) -> None:
    modes = {
        str(path.relative_to(went.out)): stat.S_IMODE(path.stat().st_mode)
        for path in went.out.rglob("*")
        if path.is_file() and path.stat().st_size
    }

    assert set(modes.values()) == {0o600}, modes
