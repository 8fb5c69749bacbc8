"""What platforms read: each format is read back by somebody else's parser."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from handmade import (
    ACTIVE,
    ANNA,
    BEN,
    CLASS,
    HOSTILE,
    PROPERTY,
    UNFINISHED,
    checked,
    exercise,
    hostile,
    rendered,
    results,
    submission,
)
from hypothesis import given

from grader.course.parts import program_of_files
from grader.errors import UsageError
from grader.model import Block, Outcome, Program, ProgramKind
from grader.report import formats, places
from grader.report.formats import classroom50, github
from grader.report.options import NONE, Options, Sheet

if TYPE_CHECKING:
    from grader.model import Results

SOURCE = "import torch\n\n\ndef forward(w, x):\n    return w\n\n\ndef loss(w, x, y):\n"
PROGRAM = Program(
    ProgramKind.SCRIPT, "backprop.py", "00", (Block("backprop.py", SOURCE.encode()),)
)
KNOWN = Options(programs=lambda _, exercise: {"backprop": PROGRAM}.get(exercise))


def page(name: str, of: Results, options: Options = NONE, index: int = 0) -> bytes:
    return list(rendered(name, of, options).values())[index]


def junit(of: Results, options: Options = NONE) -> ET.Element:
    return ET.fromstring(page("junit", of, options))  # noqa: S314 - it is ours


def test_junit_counts_what_it_holds() -> None:
    root = junit(results(ANNA, BEN, UNFINISHED))
    cases = root.findall(".//testcase")

    assert root.get("tests") == str(len(cases)) == "9"
    assert root.get("failures") == str(len(root.findall(".//failure"))) == "3"
    assert root.get("errors") == str(len(root.findall(".//error"))) == "1"
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == 9


# What Jenkins knows (junit-10.xsd of its plugin xunit), but for file and line, which
# GitLab and readers on GitHub want.
SCHEMA = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"name", "classname", "time", "file", "line"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
}


def test_junit_holds_only_what_readers_know() -> None:
    root = junit(results(ANNA, BEN, UNFINISHED))
    more = {(e.tag, key) for e in root.iter() for key in {*e.keys()} - SCHEMA[e.tag]}

    assert more == set()
    assert all(re.fullmatch(r"\d+\.\d+", str(s.get("time"))) for s in root)


def test_junit_says_the_question_first_and_where_the_function_stands() -> None:
    failure = junit(CLASS, KNOWN).find(".//testcase[@line='8']/failure")

    assert failure is not None
    assert failure.get("message") == "Question: What is squared in `loss(w, x, y)`?"
    assert (failure.text or "").startswith("Question: What is squared")
    assert "expected 4.0, got 2.0" in (failure.text or "")


def test_fault_of_ours_is_an_error_that_tells_no_secret() -> None:
    text = page("junit", results(UNFINISHED)).decode()

    assert "<error" in text
    assert "secret 42" not in text


@PROPERTY
@given(HOSTILE)
def test_junit_holds_any_text(text: str) -> None:
    root = junit(results(hostile(text)))

    assert root.get("tests") == "4"


def gradescope(of: Results) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(page("gradescope", of))
    return told


def test_gradescope_gets_points_status_and_visibility() -> None:
    told = gradescope(results(BEN))
    first, second = told["tests"][:2]

    assert (told["score"], told["stdout_visibility"]) == (5.0, "hidden")
    assert (first["status"], first["score"], first["output"]) == ("passed", 5.0, "")
    assert (second["status"], second["score"]) == ("failed", 0.0)
    assert second["output"].startswith("Question: What is squared")
    # `hidden` on one test would hide the total from the student.
    assert {test["visibility"] for test in told["tests"]} == {"after_published"}
    assert {test["number"] for test in told["tests"]} >= {"backprop.1", "autograd.2"}


def test_gradescope_names_an_exercise_once_in_a_line() -> None:
    missing = checked("a", Outcome.NOT_ATTEMPTED, "autograd: expected autograd.py.")
    own = exercise("autograd", missing, file=None, notes=("a note",))
    told = gradescope(results(submission("eva", own)))

    assert "\nautograd: expected autograd.py.\nautograd: a note\n" in told["output"]


def test_gradescope_says_when_a_score_is_not_final() -> None:
    told = gradescope(results(UNFINISHED))

    assert "not final" in told["output"]
    assert told["extra_data"] == {"complete": False}


def test_classroom50_gets_whole_points_and_the_exact_ones_beside_them() -> None:
    half = exercise("autograd", checked("a", points=2.5), checked("b", points=1.2))
    told = json.loads(page("classroom50", results(submission("eva", half))))

    assert told["schema"] == "classroom50/result/v1"
    assert (told["score"], told["max-score"]) == (4, 4)
    assert [test["score"] for test in told["tests"]] == [3, 1]
    assert math.isclose(told["tests"][0]["exact-score"], 2.5)
    assert classroom50.whole(0.5) == 1


def test_gitlab_gets_a_finding_per_check_on_the_students_line() -> None:
    found = json.loads(page("gitlab", CLASS, KNOWN))

    assert [one["location"] for one in found] == [
        {"path": "ben/backprop.py", "lines": {"begin": 8}}
    ]
    assert found[0]["severity"] == "major"
    assert "What is squared" in found[0]["description"]


def test_github_annotates_the_first_failure_of_each_exercise() -> None:
    lines = list(github.commands(CLASS, KNOWN))

    assert lines == [
        "::error file=ben/backprop.py,line=8,title=loss is right.::Question%3A"
        " What is squared in `loss(w, x, y)`? `loss`: expected 4.0, got 2.0. at x = "
        "2.0".replace("Question%3A", "Question:")
    ]


def test_github_gets_ten_annotations_at_most() -> None:
    students = [
        submission(f"s{n}", exercise("a", checked("f", Outcome.FAILED, "no")))
        for n in range(30)
    ]

    assert len(list(github.commands(results(*students), NONE))) == 10


@PROPERTY
@given(HOSTILE)
def test_no_line_of_an_annotation_is_a_students(text: str) -> None:
    lines = page("github", results(hostile(text)), index=1).decode().splitlines()

    assert len(lines) == 1 + bool(text)
    assert all(line.startswith("::error file=") for line in lines)
    assert all(line.count("::") >= 2 for line in lines)


def test_summary_of_a_large_class_is_cut_between_rows() -> None:
    students = [submission(f"{n:05}-{'x' * 200}") for n in range(6_000)]
    text = page("github", results(*students)).decode()

    assert len(text.encode()) < 1024 * 1024
    assert text.endswith("more, see the reports.\n")
    assert all(line.endswith("|") for line in text.splitlines() if line[:1] == "|")


def test_checks_have_a_row_each() -> None:
    rows = list(csv.DictReader(io.StringIO(page("checks", CLASS).decode())))

    assert len(rows) == 8
    assert rows[5]["outcome"] == "failed"
    assert (rows[5]["score"], rows[5]["max"]) == ("0", "5")


def test_workbook_has_two_sheets_and_no_formula() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(page("excel", results(hostile("=1+1"), BEN))))
    scores = list(book["scores"].values)

    assert book.sheetnames == ["scores", "checks"]
    assert scores[0] == (
        *("student", "autograd", "backprop", "total", "max", "percent", "complete"),
    )
    assert scores[2][:4] == ("ben", None, 5, 5)
    assert book["scores"]["A2"].data_type == "s"
    assert book["scores"]["A2"].value == "=1+1"


@PROPERTY
@given(HOSTILE)
def test_letters_hold_nothing_that_acts(text: str) -> None:
    pages = rendered("letters", results(hostile(text)))
    merged = pages.pop("mail-merge.csv").decode()

    assert len(pages) == 1
    for content in (*pages.values(), merged.encode()):
        assert not ACTIVE.search(content.decode().replace("\r\n", "\n"))
    row = next(csv.DictReader(io.StringIO(merged)))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_last_definition_of_a_name_is_the_one_that_counts() -> None:
    source = f"{SOURCE}    pass\n\n\ndef forward(w, x):\n    return w * x\n"
    twice = Program(ProgramKind.SCRIPT, "a.py", "00", (Block("a.py", source.encode()),))

    assert places.place_of(twice, ("forward",), "a/x.py") == ("a/x.py", 12)
    assert places.place_of(twice, ("nothing",), "a/x.py") == ("a/x.py", 1)
    assert places.place_of(None, ("forward",), "a/x.py") == ("a/x.py", 1)


def test_place_in_one_of_several_files_has_the_name_of_that() -> None:
    files = {"model.py": "x = 1\n", "train.py": "\n\ndef fit(): pass\n"}
    program = program_of_files(files, "0f")

    assert places.place_of(program, ("fit",), "a/model.py") == ("a/train.py", 3)


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Gradients by hand (77),Quiz (78)
    Points Possible,,,,,40,10
"Doe, Anna",501,,anna,A,,7
"Roe, Ben",502,u502,broe,A,3,8
"Poe, Carl",503,,carl,A,EX,
"Student, Test",504,,x,A,,
"""


def test_canvas_fills_one_column_and_nothing_else() -> None:
    ben = submission("roeben_502", *BEN.exercises)
    carl = submission("carl", *BEN.exercises)
    nobody = submission("zoe", *BEN.exercises)
    sheet = Sheet("grades.csv", CANVAS.encode())
    of = results(ANNA, ben, carl, nobody)
    pages = rendered("canvas", of, Options(sheets={"canvas": sheet}))
    rows = list(csv.reader(io.StringIO(pages["canvas/gradebook.csv"].decode())))
    before = list(csv.reader(io.StringIO(CANVAS)))

    assert [row[5] for row in rows] == [before[0][5], "40", "40", "10", "EX", ""]
    assert [r[:5] + r[6:] for r in rows] == [r[:5] + r[6:] for r in before]
    assert "zoe: 5" in pages["canvas/not-matched.txt"].decode()
    assert "3 students filled in" in pages["canvas/not-matched.txt"].decode()


def test_canvas_asks_which_column_is_meant() -> None:
    sheet = Sheet("grades.csv", CANVAS.replace("Gradients by hand", "Week 4").encode())

    with pytest.raises(UsageError, match=r"Week 4 .77., Quiz .78.*--canvas-column"):
        page("canvas", CLASS, Options(sheets={"canvas": sheet}))


def test_canvas_takes_the_column_that_is_named() -> None:
    sheet = Sheet("grades.csv", CANVAS.encode(), "quiz (78)")
    text = page("canvas", CLASS, Options(sheets={"canvas": sheet})).decode()

    assert '"Doe, Anna",501,,anna,A,,10' in text


MOODLE = """\
\ufeffID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,\
"Zuletzt geändert (Bewertung)",Feedback als Kommentar
Teilnehmer/in12,Anna Doe,anna@example.org,Zur Bewertung abgegeben,,"20,00",-,
Teilnehmer/in13,Ben Roe,ben@example.org,Zur Bewertung abgegeben,,"20,00",-,
Teilnehmer/in14,Anna Doe,ad2@example.org,Keine Abgabe,,"20,00",-,
"""


def test_moodle_fills_the_worksheet_in_the_sites_language() -> None:
    anna = submission("Anna Doe_12_assignsubmission_file_", *ANNA.exercises)
    sheet = Sheet("Bewertungen.csv", MOODLE.encode())
    pages = rendered("moodle", results(anna, BEN), Options(sheets={"moodle": sheet}))
    text = pages["moodle/worksheet.csv"].decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeffID,")
    assert [row[4] for row in rows] == ["Bewertung", "20", "5", ""]
    assert "What is squared" in rows[2][7]
    assert rows[3][7] == ""


def test_two_rows_of_one_name_are_nobodys() -> None:
    anna = submission("Anna Doe", *ANNA.exercises)
    sheet = Sheet("Bewertungen.csv", MOODLE.encode())
    pages = rendered("moodle", results(anna), Options(sheets={"moodle": sheet}))

    assert "0 students filled in" in pages["moodle/not-matched.txt"].decode()
    assert "Anna Doe: 20" in pages["moodle/not-matched.txt"].decode()


BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Homework [Total Pts: 10 Score] |123"\n'
    '"Doe"\t"Anna"\t"anna"\t""\n"Roe"\t"Ben"\t"broe"\t""\n'
)


def test_blackboard_is_filled_in_its_own_encoding() -> None:
    ben = submission("Ben Roe", *BEN.exercises)
    sheet = Sheet("gc.xls", BLACKBOARD.encode("utf-16"))
    options = Options(sheets={"blackboard": sheet})
    text = page("blackboard", results(ANNA, ben), options).decode("utf-16")

    assert [line.split("\t")[3] for line in text.splitlines()[1:]] == ["10", "2.5"]


@pytest.mark.parametrize("name", formats.FILLED)
def test_missing_table_is_told_with_its_option(name: str) -> None:
    with pytest.raises(UsageError, match=f"--{name}-csv"):
        page(name, CLASS)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00", b"one\ntwo\n", b'"a,b'])
def test_table_that_is_none_is_told(content: bytes) -> None:
    with pytest.raises(UsageError, match=r"x\.csv: expected"):
        page("canvas", CLASS, Options(sheets={"canvas": Sheet("x.csv", content)}))
