"""The answer to a student's own check: one thing to do next, in any terminal."""

from __future__ import annotations

import msgspec
import pytest
from handmade import ACTIVE, HOSTILE, PROPERTY, checked, exercise, hostile
from hypothesis import given

from grader.model import Curve, ExerciseResult, Outcome, Role, Said
from grader.report.answer import Amount, PartKind, Standing, answer_to
from grader.report.cell import html_of, lines_of
from grader.report.letter import exercise_row

SAW = Said(Role.SAW, "`train` gave 3, expected 4.")
CALL = Said(Role.CALL, "train(1)")
TRY = Said(Role.TRY_IT, "Try: print w.grad twice.")
WORK = exercise(
    "autograd",
    checked("forward"),
    checked("train", Outcome.FAILED, SAW, CALL, TRY, question="What adds up?"),
    checked("loss", Outcome.ERROR, "`loss` stopped with ValueError: no."),
)


def text(
    result: ExerciseResult,
    amount: Amount = Amount(),  # noqa: B008 - it is frozen
    standing: Standing = Standing(),  # noqa: B008 - it is frozen
    width: int = 88,
) -> str:
    row = exercise_row(result)
    parts = answer_to(row, "mine.py", amount, standing)
    return "\n".join(lines_of(parts, width))


def test_first_check_that_failed_is_told_and_the_others_are_counted() -> None:
    told = text(WORK)

    assert "mine.py: 1 of 3 checks passed" in told
    assert "`train` gave 3, expected 4.\n      train(1)\n" in told
    assert told.count("Question: What adds up?") == 1
    assert "ValueError" not in told
    assert "1 other check has not passed yet; --all shows everything." in told
    assert "passed: forward" not in told


def test_all_tells_about_every_check() -> None:
    told = text(WORK, Amount(everything=True))

    assert "ValueError" in told
    assert "passed: forward is right." in told
    assert "other check" not in told


def test_hint_is_the_second_step() -> None:
    assert "print w.grad twice" not in text(WORK)
    assert "--hint says something to try" in text(WORK)
    assert "print w.grad twice" in text(WORK, Amount(hint=True))


def test_file_that_cannot_be_read_is_told_once_and_without_checks() -> None:
    broken = "mine.py: SyntaxError: '(' was never closed, line 3."
    failed = checked("forward", Outcome.ERROR, broken)

    told = text(exercise("autograd", failed, error=broken))

    assert told.startswith("mine.py: nothing in it could be checked\n")
    assert told.count("SyntaxError") == 1
    assert "checks passed" not in told


def test_line_that_cannot_be_read_stays_whole() -> None:
    broken = "mine.py, line 3: SyntaxError: invalid syntax\n    x = = 1\n        ^"

    told = text(exercise("autograd", checked("a", Outcome.ERROR, ""), error=broken))

    assert told.endswith(
        "SyntaxError: invalid syntax\n          x = = 1\n              ^"
    )


def test_nothing_is_said_of_the_points_where_nobody_asks() -> None:
    parts = answer_to(exercise_row(WORK), "mine.py", Amount(), None)

    assert not any("These checks stand for" in part.text for part in parts)


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing(), "These checks stand for 0 points."),
        (Standing(1, of=10), "These checks stand for 1 of 10 points."),
        (Standing(0.5), "These checks stand for 0.5 points."),
        (Standing(1), "These checks stand for 1 point."),
    ],
)
def test_passing_never_promises_more_than_it_knows(
    standing: Standing, words: str
) -> None:
    right = exercise("autograd", checked("forward"))

    assert words in text(right, standing=standing)
    assert "hidden" in text(right, standing=standing)


def test_what_was_learnt_comes_after_the_last_check() -> None:
    standing = Standing(of=10, learnt="a step is no part.", following="next (Next)")
    done = text(exercise("autograd", checked("forward")), standing=standing)

    assert "You have learnt: a step is no part." in done
    assert "Next: next (Next)" in done
    assert "learnt" not in text(WORK, standing=standing)
    assert "Next" not in text(WORK, standing=standing)


def test_curve_of_losses_stands_with_its_check() -> None:
    curve = Curve("test_train", (3.0, 2.0), (4.0, 1.0))
    told = text(msgspec.structs.replace(WORK, curves=(curve,)))

    assert "yours" in told
    assert "expected" in told


def test_reason_of_several_checks_is_told_once() -> None:
    shared = Said(Role.FACT, "The sign is the other one.")
    wrong = [
        checked(name, Outcome.FAILED, Said(Role.SAW, f"`{name}` gave 1."), shared)
        for name in ("loss", "train")
    ]
    told = text(exercise("autograd", *wrong), Amount(everything=True))

    assert told.count("The sign is the other one.") == 1
    assert "`loss` gave 1." in told
    assert "`train` gave 1." in told


@PROPERTY
@given(HOSTILE)
def test_hostile_text_does_nothing_to_a_terminal(words: str) -> None:
    (work, *_) = hostile(words).exercises
    told = text(work, Amount(everything=True, hint=True))

    assert not ACTIVE.search(told.replace("\n", ""))


@pytest.mark.parametrize("width", [40, 60, 88])
def test_lines_fit_into_a_narrow_terminal(width: int) -> None:
    lines = text(WORK, Amount(everything=True, hint=True), width=width).splitlines()

    assert max(map(len, lines)) <= width


def test_notebook_and_terminal_say_the_same() -> None:
    parts = tuple(answer_to(exercise_row(WORK), "x", Amount(), Standing()))
    shown = html_of(parts)

    assert {part.kind for part in parts} >= {PartKind.HEAD, PartKind.BAD, PartKind.CODE}
    assert all(part.text in shown for part in parts if "`" not in part.text)
