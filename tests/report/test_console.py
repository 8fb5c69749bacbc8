"""The class at a glance fits its terminal."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from handmade import (
    ANNA,
    CLASS,
    HOSTILE,
    PROPERTY,
    UNFINISHED,
    checked,
    exercise,
    hostile,
    results,
    submission,
)
from hypothesis import given, settings
from rich.cells import cell_len
from rich.console import Console

from grader.model import Outcome, Results, Suspect, UnexplainedGroup, Whose
from grader.report import console
from grader.report.formats import grades_csv


def lines_at(width: int, graded: Results) -> list[str]:
    file = io.StringIO()
    out = Console(file=file, width=200, color_system=None)
    out.print(console.render(graded, width))
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_console_shows_a_row_per_student_and_what_was_lost() -> None:
    text = console.plain(CLASS)

    assert re.search(r"student +backprop +autograd +total +%", text)
    assert re.search(r"anna +10 +10 +20 / 20 +100", text)
    assert re.search(r"ben +5 +- +5 / 20 +25", text)
    assert "1 of 2  backprop: loss is right." in text
    assert "3 files of 2 students graded: 0.8 s, 0.375 s each (median)." in text
    assert "not final" not in text


def test_console_lists_the_five_checks_that_most_students_lost() -> None:
    wrong = [checked(name, Outcome.FAILED) for name in "abcdef"]
    students = [submission(str(n), exercise("x", *wrong[n:])) for n in range(6)]
    text = console.plain(results(*students))

    assert [line.split()[0] for line in text.splitlines() if " of 6  " in line] == [
        *("6", "5", "4", "3", "2")
    ]
    assert text.index("x: f is right.") < text.index("x: e is right.")


def test_console_counts_no_fault_of_ours_as_lost_by_a_student() -> None:
    text = console.plain(results(UNFINISHED, ANNA))

    assert "lost" not in text
    assert re.search(r"carl +0 +- +\*0 / 5", text)
    assert "* not final" in text
    assert "backprop, test_loss (1 student): secret 42 in a check" in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_console_fits_its_width(width: int) -> None:
    ids = ("backprop", "autograd", "linear_regression", "logistic_regression")
    wrong = checked("train", Outcome.FAILED, title="a long title " * 20)
    student = submission("a name " * 30, *(exercise(name, wrong) for name in ids))
    lines = lines_at(width, results(student))

    assert max(map(cell_len, lines)) <= width
    assert any(re.search(r"0 / 20 +0$", line) for line in lines)


@pytest.mark.parametrize(("points", "share"), [(0.5, "4.55"), (8.0432, "73.12")])
def test_console_rounds_shares_as_the_table_of_grades_does(
    points: float, share: str
) -> None:
    part = checked("a", points=points)
    rest = checked("b", Outcome.FAILED, "no", points=11 - points)
    one = results(submission("dora", exercise("x", part, rest)))

    assert re.search(rf"dora .* {share}$", console.plain(one), re.MULTILINE)
    assert f'"{share}"' in grades_csv.table(one)


def test_console_counts_those_who_handed_in() -> None:
    wrong = exercise("x", checked("a", Outcome.FAILED, "no"))
    absent = exercise("x", checked("a", Outcome.NOT_ATTEMPTED, "none"), file=None)
    text = console.plain(
        results(*(submission(n, wrong) for n in "ab"), submission("c", absent))
    )

    assert "2 of 2  x: a is right." in text


def test_console_tells_what_several_students_share_with_their_names() -> None:
    wrong = exercise("x", checked("a", Outcome.ERROR, "`f` takes (x)."))
    text = console.plain(results(*(submission(n, wrong) for n in "abcdefg")))

    assert "What several students share" in text
    assert "7 of 7  x: `f` takes (x).\n    a, b, c, d, e and 2 more" in text


def test_console_tells_why_a_check_could_not_be_run_in_full() -> None:
    work = msgspec.structs.replace(
        UNFINISHED.exercises[0], faults=("test_hidden.py, line 8, in test_loss: no.",)
    )
    text = console.plain(results(submission("carl", work)))

    assert "backprop, test_loss (1 student): test_hidden.py, line 8, in" in text


def test_console_tells_which_points_come_for_nothing() -> None:
    free = Suspect("backprop", "test_free", Whose.STUB, "The stub passes it.")
    text = console.plain(msgspec.structs.replace(CLASS, suspects=(free,)))

    assert "the stub passes these checks\n  backprop, test_free" in text


def test_console_shows_all_four_exercises_at_80_columns() -> None:
    ids = ("backprop", "autograd", "linear_regression", "logistic_regression")
    student = submission("Maria Skłodowska", *(exercise(i, checked("f")) for i in ids))
    lines = lines_at(80, results(student))

    assert lines[1].split() == [
        *("student", "backprop", "autograd", "regression", "regression", "total", "%")
    ]
    assert lines[3].startswith("Maria Skłodowska")
    assert lines[3].split()[2:] == ["5", "5", "5", "5", "20", "/", "20", "100"]


@pytest.mark.parametrize("name", ["::error title=x::y", "--- a", "-rf", "", "=1+1"])
def test_console_begins_no_line_with_a_name_that_begins_oddly(name: str) -> None:
    lines = console.plain(results(submission(name, *ANNA.exercises))).splitlines()

    assert any(line.startswith(f'"{name}"') for line in lines)


def test_console_says_so_when_there_was_nothing_to_grade() -> None:
    assert console.plain(results()).startswith("0 files of 0 students graded")


CALM = console.plain(results(hostile("calm"), ANNA)).splitlines()


@settings(PROPERTY, max_examples=60)
@given(HOSTILE)
def test_console_shows_any_text_as_text_on_its_own_line(text: str) -> None:
    graded = results(hostile(text), ANNA)
    file = io.StringIO()
    terminal = Console(
        file=file, width=120, force_terminal=True, color_system="standard"
    )
    terminal.print(console.render(graded, 120))
    coloured = file.getvalue()

    assert len(console.plain(graded).splitlines()) == len(CALM)
    assert not re.search(r"\x1b(?!\[[0-9;]*m)|[\x07\x9b]", coloured)


def test_console_takes_no_markup_from_a_name() -> None:
    text = console.plain(results(submission("[bold]x[/bold] [/]", *ANNA.exercises)))

    assert "[bold]x[/bold] [/]" in text


def test_console_tells_which_behaviour_is_shared_and_unexplained() -> None:
    groups = (
        UnexplainedGroup("autograd", ("test_w", "test_l", "test_x"), ("ben", "carl")),
        UnexplainedGroup("autograd", ("test_alone",), ("anna",)),
    )
    text = console.plain(msgspec.structs.replace(CLASS, unexplained=groups))

    assert "2 students  autograd: test_w and 2 more checks" in text
    assert "test_alone" not in text


def test_console_counts_the_students_that_it_does_not_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(console, "_STUDENTS_SHOWN", 1)
    text = console.plain(CLASS)

    assert "anna" in text
    assert "\nben" not in text
    assert "and 1 more student, see results.json" in text
