"""`grades.csv` is exact, and no cell of it is computed."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest
from handmade import (
    ANNA,
    BEN,
    CLASS,
    HOSTILE,
    PROPERTY,
    UNFINISHED,
    checked,
    exercise,
    results,
    submission,
)
from hypothesis import given

from grader.model import Adjustment, Outcome
from grader.report.cells import text_cell
from grader.report.formats import grades_csv
from grader.text import clean_line


def test_grades_csv_has_a_row_per_student_and_every_cell_quoted() -> None:
    assert grades_csv.table(CLASS).splitlines() == [
        '"student","backprop","autograd","total","max","percent","complete","handed_in"',
        '"anna","10","10","20","20","100","true","true"',
        '"ben","5","","5","20","25","true","true"',
    ]


def test_grades_csv_leaves_a_cell_empty_where_there_is_nothing_to_say() -> None:
    one = submission("dora", exercise("autograd"))
    rows = grades_csv.table(results(UNFINISHED, one)).splitlines()

    assert rows[1] == '"carl","0","","0","5","0","false","true"'
    assert rows[2] == '"dora","","0","0","0","","true","true"'


def test_grades_csv_tells_nothing_handed_in_from_no_points() -> None:
    none = exercise("x", checked("a", Outcome.NOT_ATTEMPTED, "none"), file=None)
    wrong = exercise("x", checked("a", Outcome.FAILED, "no"))
    empty = exercise("x", checked("a", Outcome.ERROR, "empty"), error="empty")
    rows = grades_csv.table(
        results(
            *(
                submission(n, e)
                for n, e in zip("abc", (none, wrong, empty), strict=True)
            )
        )
    ).splitlines()

    assert rows[1:] == [
        '"a","","0","5","0","false","false"',
        '"b","0","0","5","0","true","true"',
        '"c","0","0","5","0","true","true"',
    ]


def test_grades_csv_shows_what_a_person_gave_for_nothing() -> None:
    none = exercise("x", checked("a", Outcome.NOT_ATTEMPTED, "none"), file=None)
    given = msgspec.structs.replace(none, score=3.0)

    assert '"a","3"' in grades_csv.table(results(submission("a", given)))


def test_grades_csv_keeps_the_points_exact() -> None:
    third = exercise(
        "autograd", checked("a", points=3.333333), checked("b", points=0.1)
    )

    assert '"3.433333"' in grades_csv.table(results(submission("eva", third)))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\u200b="])
def test_grades_csv_makes_no_formula_of_a_name(start: str) -> None:
    text = grades_csv.table(results(submission(f"{start}1+1", *ANNA.exercises)))

    assert list(csv.reader(io.StringIO(text)))[1][0].startswith("'")


def test_grades_csv_tells_a_formula_from_a_name_that_was_made_harmless() -> None:
    names = ("=1+1", "'=1+1", "''=1+1", "'a' is odd", "1+1")
    cells = [text_cell(name) for name in names]

    assert cells == ["'=1+1", "''=1+1", "'''=1+1", "'a' is odd", "1+1"]


@PROPERTY
@given(HOSTILE)
def test_grades_csv_holds_any_name_in_one_harmless_cell(name: str) -> None:
    text = grades_csv.table(results(submission(name, *ANNA.exercises), BEN))
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))

    assert [len(row) for row in rows] == [8, 8, 8]
    assert rows[1][1:] == ["10", "10", "20", "20", "100", "true", "true"]
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert rows[1][0] in {clean_line(name, 255), f"'{clean_line(name, 255)}"}


def test_grades_csv_tells_what_was_adjusted_where_anything_was() -> None:
    late = Adjustment(-2.0, "Handed in late.", "late", "backprop")
    whole = Adjustment(0.5, "Rounded.", "rounding")
    bonus = Adjustment(0.5, "Early.", "=1+1")
    first, second = ANNA.exercises
    anna = msgspec.structs.replace(
        ANNA,
        score=19.0,
        exercises=(msgspec.structs.replace(first, adjustments=(late,)), second),
        checks_score=20.0,
        adjustments=(whole, bonus),
        letter_grade="A-",
    )

    assert grades_csv.table(results(anna, BEN)).splitlines() == [
        (
            '"student","backprop","autograd","total","max","percent","complete","handed_in",'
            '"checks_total","adjusted","letter_grade"'
        ),
        (
            '"anna","10","10","19","20","95","true","true","20",'
            '"late, rounding, =1+1","A-"'
        ),
        '"ben","5","","5","20","25","true","true","","",""',
    ]
