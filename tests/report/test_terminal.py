"""One exercise as lines for a terminal, in the words of the page."""

from __future__ import annotations

import msgspec
from handmade import (
    ACTIVE,
    HOSTILE,
    PROPERTY,
    checked,
    exercise,
    hostile,
    results,
    submission,
)
from hypothesis import given

from grader.model import Curve, ExerciseResult, Outcome, Role, Said
from grader.report.formats import markdown
from grader.report.letter import exercise_row, letter_of
from grader.report.sparks import sparks
from grader.report.terminal import exercise_lines

CURVE = Curve("test_c", (7.0, 4.0, 9.0), (7.0, 3.5, 0.0))
TRY = Said(Role.TRY_IT, "Try: Print w.grad.")
WORK = exercise(
    "autograd",
    checked("a"),
    checked("b", Outcome.FAILED, "`b` gave 1.", TRY, question="Why?"),
    checked("c", Outcome.FAILED, "`c` gave None."),
    checked("d", Outcome.ERROR, "`d` stopped.", TRY, question="Why?"),
    checked("e", Outcome.GRADER_ERROR, "secret 42"),
    notes=("autograd.ipynb is older and was not graded",),
)
WORK = msgspec.structs.replace(WORK, curves=(CURVE,))


def lines(work: ExerciseResult) -> list[str]:
    return list(exercise_lines(exercise_row(work), "my/autograd.py"))


def test_terminal_says_what_failed_first_and_each_thing_once() -> None:
    assert lines(WORK) == [
        "my/autograd.py: 1 of 5 checks passed",
        "  note: autograd.ipynb is older and was not graded",
        "  not right yet or stopped with an error: 2 checks, one question",
        "      Question: Why?",
        "      Try: Print w.grad.",
        "      - b is right: `b` gave 1.",
        "      - d is right: `d` stopped.",
        "  not right yet: c is right.",
        "      `c` gave None.",
        "      The losses in the visible check, from the first to the last:",
        *(f"      {line}" for line in sparks(CURVE)),
        "  could not be checked, not your fault: e is right.",
        "  passed: a is right.",
    ]


def test_error_of_several_lines_keeps_its_lines() -> None:
    work = exercise("autograd", checked("a", Outcome.ERROR, "It gave:\n  1"))

    assert lines(work)[2:] == ["      It gave:", "        1"]


def test_trouble_of_the_whole_file_comes_alone() -> None:
    broken = exercise("autograd", checked("a", Outcome.ERROR, "no"), error="no\nmore")

    assert lines(broken) == [
        "my/autograd.py: nothing in it could be checked",
        "  no",
        "  more",
    ]


def test_page_and_terminal_look_the_same_in_words() -> None:
    dora = submission("dora", WORK)
    page = markdown.page(letter_of(dora, results(dora)))
    reasons = exercise_row(WORK).reasons
    told = [part.text for reason in reasons for part in reason.shared]
    told += [
        part.text for reason in reasons for seen in reason.seen for part in seen.said
    ]
    told += [f"{reason.subject}: " for reason in reasons]
    shown = "\n".join(lines(WORK))

    assert len(told) > 5
    assert [text for text in told if text not in page] == []
    assert [t for t in told if t.rstrip(": ") not in shown] == []


@PROPERTY
@given(HOSTILE)
def test_no_line_acts_on_a_terminal_whatever_a_student_wrote(text: str) -> None:
    for work in hostile(text).exercises:
        assert [line for line in lines(work) if ACTIVE.search(line)] == []
