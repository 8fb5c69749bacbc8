"""At the end of a run the instructor is told of files that were not graded."""

from __future__ import annotations

import msgspec
import pytest
from handmade import ACTIVE, ANNA, HOSTILE, NASTY, PROPERTY, checked, exercise, results
from handmade import submission as sub
from hypothesis import given

from grader.ending import ending_of
from grader.model import Left, Outcome, Results, WhyLeft
from grader.report.hand_ins import hand_in_lines

STUB = sub("cat", exercise("autograd", checked("train", Outcome.NOT_ATTEMPTED)))
ABSENT = sub("dan", exercise("autograd", checked("train", Outcome.FAILED), file=None))


def told(*left: Left, run: Results | None = None) -> list[str]:
    run = run or results(ANNA)
    ending = ending_of(run.submissions, left)
    whole = msgspec.structs.replace(run, left=left, ending=ending)
    return list(hand_in_lines(whole))


def test_nothing_is_told_where_nothing_was_left() -> None:
    assert told() == []


def test_files_that_may_be_meant_are_told_with_the_command_that_takes_them() -> None:
    command = "cp -n -- in/anna/Untitled.ipynb in/anna/autograd.ipynb"
    meant = Left("anna", "Untitled.ipynb", WhyLeft.NAME, "A name.", "autograd", command)
    beside = Left(None, "grades.zip", WhyLeft.PLACE, "It lies in no student's folder.")

    assert told(meant, beside) == [
        "files that were not graded:",
        "- anna, Untitled.ipynb: A name.",
        f"    {command}",
        "- grades.zip: It lies in no student's folder.",
    ]


def test_helper_is_told_only_where_a_file_is_missing() -> None:
    helpers = [Left(who, "utils.py", WhyLeft.NAME, "x") for who in ("anna", "dan")]

    assert told(*helpers, run=results(ANNA, ABSENT))[:2] == [
        "files that were not graded:",
        "- dan, utils.py: x",
    ]


def test_other_written_files_are_told_and_copies_and_stubs_are_not() -> None:
    other = Left("anna", "old.py", WhyLeft.ANOTHER, "a.py was graded: it is later.")
    same = Left("anna", "copy.py", WhyLeft.SAME, "They say the same.")
    stub = Left("anna", "a.ipynb", WhyLeft.HANDOUT, "It is as it was handed out.")

    assert told(other, same, stub) == [
        "further files for one exercise, which say other things:",
        "- anna, old.py: a.py was graded: it is later.",
    ]


def test_students_without_points_are_named_if_anything_came_from_them() -> None:
    run = results(ANNA, STUB, ABSENT)
    archive = Left("dan", "all.zip", WhyLeft.KIND, "It is an archive.", "autograd")

    assert told(run=run) == ["1 student has 0 points though they handed in a file: cat"]
    assert told(archive, run=run)[-1] == (
        "2 students have 0 points though they handed in a file: cat, dan"
    )


@pytest.mark.parametrize("count", [21, 500])
def test_long_lists_are_cut_and_say_so(count: int) -> None:
    left = [Left("anna", f"{n}.zip", WhyLeft.KIND, "x") for n in range(count)]

    assert told(*left)[-1] == f"and {count - 20} more, see results.json"


@PROPERTY
@given(HOSTILE)
def test_no_line_begins_with_a_students_text_or_acts_on_a_terminal(text: str) -> None:
    run = results(sub(text, *STUB.exercises))
    lines = told(Left(text, text, WhyLeft.KIND, text), run=run)

    assert all(line.startswith(("files that", "- ", "1 student has")) for line in lines)
    assert not any(ACTIVE.search(line) or "\n" in line for line in lines)


def test_nasty_names_are_one_line_each() -> None:
    left = [Left(text, text, WhyLeft.KIND, text) for text in NASTY]

    assert len(told(*left)) == 1 + 20 + 1
