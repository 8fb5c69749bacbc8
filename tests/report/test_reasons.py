"""Reasons: each question once, what all were told once, what each check saw apart."""

from __future__ import annotations

import msgspec

from grader.model import CheckResult, Outcome, Visibility
from grader.report.reasons import Seen, reasons_of
from grader.text import HOW_OFTEN

END = "The loss of epoch 1 is right. Try: Print w.grad."


def check(name: str, message: str, question: str | None = "Why?") -> CheckResult:
    return CheckResult(
        name=name,
        title=name,
        about=("train",),
        visibility=Visibility.HIDDEN,
        outcome=Outcome.FAILED,
        score=0.0,
        max_score=1.0,
        message=message,
        question=question,
    )


def test_checks_with_one_question_share_what_all_were_told() -> None:
    one = check("one", f"`train` gave [0.5, 1.25], expected 2. {END}")
    two = check("two", f"`train` gave None. {END}")

    (reason,) = reasons_of([one, two])

    assert reason.question == "Why?"
    assert reason.shared == END
    assert reason.seen == (
        Seen((one,), "`train` gave [0.5, 1.25], expected 2."),
        Seen((two,), "`train` gave None."),
    )
    assert reason.checks == (one, two)


def test_checks_that_were_told_the_same_are_one_item() -> None:
    told = [check(n, f"`train` gave 1. {END}") for n in "ab"]
    other = check("c", f"`train` gave 2. {END}")

    (reason,) = reasons_of([told[0], other, told[1]])

    assert reason.seen == (
        Seen(tuple(told), "`train` gave 1."),
        Seen((other,), "`train` gave 2."),
    )


def test_message_of_one_check_stays_whole() -> None:
    (reason,) = reasons_of([check("one", f"`train` gave 1. {END}")])

    assert reason.shared == f"`train` gave 1. {END}"
    assert [seen.text for seen in reason.seen] == [""]


def test_message_that_ends_another_one_leaves_no_words_of_its_own() -> None:
    (reason,) = reasons_of([check("one", END), check("two", f"It gave 1. {END}")])

    assert reason.shared == END
    assert [seen.text for seen in reason.seen] == ["", "It gave 1."]


def test_nothing_in_common_leaves_nothing_shared() -> None:
    (reason,) = reasons_of([check("one", "It gave 1."), check("two", "It gave 2.")])

    assert reason.shared == ""
    assert [seen.text for seen in reason.seen] == ["It gave 1.", "It gave 2."]


def test_without_a_question_only_equal_words_are_one_reason() -> None:
    works = [
        check(n, text, None) for n, text in (("a", "X."), ("b", "Y."), ("c", "X."))
    ]

    found = reasons_of(works)

    assert [[c.name for c in reason.checks] for reason in found] == [["a", "c"], ["b"]]


def test_without_a_question_the_fact_at_the_end_is_the_reason() -> None:
    one = check("one", "It gave 1. The start is another one.", None)
    two = check("two", "It gave 2. The start is another one.", None)

    (reason,) = reasons_of([one, two])

    assert reason.shared == "The start is another one."


def test_how_often_something_is_so_is_no_reason() -> None:
    often = f"{HOW_OFTEN} both inputs that were tried."
    works = [check(n, f"`{n}` gave 1. {often}", None) for n in "ab"]

    assert len(reasons_of(works)) == 2


def test_what_is_not_written_yet_is_one_reason() -> None:
    works = [
        msgspec.structs.replace(check(n, f"`{n}` is not written yet.", None), outcome=o)
        for n, o in (("a", Outcome.NOT_ATTEMPTED), ("b", Outcome.NOT_ATTEMPTED))
    ]

    (reason,) = reasons_of(works)

    assert [seen.text for seen in reason.seen] == [w.message for w in works]


def test_message_of_several_lines_stays_as_it_was_written() -> None:
    lines = "It gave:\n1. A\n2. B"

    found = reasons_of([check("one", lines), check("two", "It gave 2. B")])

    assert [reason.shared for reason in found] == [lines, "It gave 2. B"]


def test_another_outcome_is_another_reason() -> None:
    one, two = check("one", END), check("two", END)
    other = msgspec.structs.replace(two, outcome=Outcome.ERROR)

    assert len(reasons_of([one, other])) == 2
