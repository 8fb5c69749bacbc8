"""Reasons: each question once, what all were told once, what each check saw apart."""

from __future__ import annotations

from handmade import checked

from grader.model import CheckResult, Outcome, Role, Said
from grader.report.reasons import Seen, reasons_of

FACT = Said(Role.FACT, "The loss of epoch 1 is right.")
END = (FACT, Said(Role.TRY_IT, "Try: Print w.grad."))


def check(name: str, *said: str | Said, question: str | None = "Why?") -> CheckResult:
    return checked(name, Outcome.FAILED, *said, question=question)


def saw(text: str) -> tuple[Said, ...]:
    return (Said(Role.SAW, text),)


def test_checks_with_one_question_share_what_all_were_told() -> None:
    one = check("one", "`train` gave [0.5, 1.25], expected 2.", *END)
    two = check("two", "`train` gave None.", *END)

    (reason,) = reasons_of([one, two])

    assert reason.question == "Why?"
    assert reason.shared == END
    assert reason.seen == (
        Seen((one,), saw("`train` gave [0.5, 1.25], expected 2.")),
        Seen((two,), saw("`train` gave None.")),
    )
    assert reason.checks == (one, two)


def test_checks_that_were_told_the_same_are_one_item() -> None:
    told = [check(n, "`train` gave 1.", *END) for n in "ab"]
    other = check("c", "`train` gave 2.", *END)

    (reason,) = reasons_of([told[0], other, told[1]])

    assert reason.seen == (
        Seen(tuple(told), saw("`train` gave 1.")),
        Seen((other,), saw("`train` gave 2.")),
    )


def test_words_of_one_check_stay_whole() -> None:
    (reason,) = reasons_of([check("one", "`train` gave 1.", *END)])

    assert reason.shared == (*saw("`train` gave 1."), *END)
    assert [seen.said for seen in reason.seen] == [()]


def test_words_that_end_those_of_another_leave_none_of_their_own() -> None:
    (reason,) = reasons_of([check("one", *END), check("two", "It gave 1.", *END)])

    assert reason.shared == END
    assert [seen.said for seen in reason.seen] == [(), saw("It gave 1.")]


def test_nothing_in_common_leaves_nothing_shared() -> None:
    (reason,) = reasons_of([check("one", "It gave 1."), check("two", "It gave 2.")])

    assert reason.shared == ()
    assert [seen.said for seen in reason.seen] == [saw("It gave 1."), saw("It gave 2.")]


def test_without_a_question_only_equal_words_are_one_reason() -> None:
    works = [
        check(n, text, question=None)
        for n, text in (("a", "X."), ("b", "Y."), ("c", "X."))
    ]

    found = reasons_of(works)

    assert [[c.name for c in reason.checks] for reason in found] == [
        ["test_a", "test_c"],
        ["test_b"],
    ]


def test_without_a_question_the_fact_behind_is_the_reason() -> None:
    one = check("one", "It gave 1.", FACT, question=None)
    two = check("two", "It gave 2.", FACT, question=None)

    (reason,) = reasons_of([one, two])

    assert reason.shared == (FACT,)


def test_how_often_something_is_so_is_no_reason() -> None:
    often = Said(Role.HOW_OFTEN, "This is so for both inputs that were tried.")
    works = [check(n, f"`{n}` gave 1.", often, question=None) for n in "ab"]

    assert len(reasons_of(works)) == 2


def test_what_is_not_written_yet_is_one_reason() -> None:
    works = [
        checked(n, Outcome.NOT_ATTEMPTED, f"`{n}` is not written yet.") for n in "ab"
    ]

    (reason,) = reasons_of(works)

    assert [seen.said for seen in reason.seen] == [w.said for w in works]


def test_another_outcome_is_another_reason() -> None:
    one = check("one", *END)
    other = checked("two", Outcome.ERROR, *END, question="Why?")

    assert len(reasons_of([one, other])) == 2
