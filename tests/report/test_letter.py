"""The letter: each thing once, in parts with roles, and only for its student."""

from __future__ import annotations

import msgspec
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
    results,
    submission,
)
from hypothesis import given

from grader.model import (
    Adjustment,
    CheckResult,
    Curve,
    Outcome,
    Role,
    Said,
    Unexplained,
)
from grader.report.formats import markdown
from grader.report.letter import AdjustmentRow, Letter, Reason, exercise_row, letter_of

FACT = Said(Role.FACT, "The loss of epoch 1 is right.")
TRY = Said(Role.TRY_IT, "Try: Print w.grad.")
END = (FACT, TRY)
OFTEN = Said(Role.HOW_OFTEN, "This is so for both inputs that were tried.")


def check(name: str, *said: str | Said, question: str | None = "Why?") -> CheckResult:
    return checked(name, Outcome.FAILED, *said, question=question)


def stopped(name: str, *said: str | Said, question: str | None = "Why?") -> CheckResult:
    return checked(name, Outcome.ERROR, *said, question=question)


def saw(text: str) -> tuple[Said, ...]:
    return (Said(Role.SAW, text),)


def reasons(*checks: CheckResult) -> tuple[Reason, ...]:
    """Return the reasons of an exercise that has one more check, which passed."""
    return exercise_row(exercise("autograd", *checks, checked("passed"))).reasons


def names(reason: Reason) -> list[str]:
    return [row.name.removeprefix("test_") for row in reason.checks]


def own_words(reason: Reason) -> list[tuple[str, str]]:
    return [
        (seen.subject, " ".join(part.text for part in seen.said))
        for seen in reason.seen
    ]


def all_texts(node: object) -> list[str]:
    """Return all texts in a letter."""
    match node:
        case str():
            return [node]
        case dict():
            return [text for value in node.values() for text in all_texts(value)]
        case list() | tuple():
            return [text for value in node for text in all_texts(value)]
    return []


def letter(*checks: CheckResult) -> Letter:
    dora = submission("dora", exercise("autograd", *checks))
    return letter_of(dora, results(dora))


# Reasons


def test_checks_with_one_question_share_what_all_were_told() -> None:
    (reason,) = reasons(
        check("one", "`train` gave [0.5, 1.25], expected 2.", *END),
        check("two", "`train` gave None.", *END),
    )

    assert reason.question == "Why?"
    assert reason.shared == END
    assert own_words(reason) == [
        ("one is right", "`train` gave [0.5, 1.25], expected 2."),
        ("two is right", "`train` gave None."),
    ]
    assert names(reason) == ["one", "two"]
    assert reason.subject == "2 checks, one question"


def test_counterexample_is_shown_once_in_all_reasons() -> None:
    shown = Said(Role.COUNTEREXAMPLE, "`train(1.0)` gives `2.0`; right is `1.0`.")
    first, second = reasons(
        check("one", "`train` gave 1.", FACT, shown),
        check("two", "`train` gave 2.", FACT, shown),
        check("three", "`train` gave 3.", FACT, shown, question="Where?"),
    )

    assert first.shared == (FACT, shown)
    assert second.shared == (*saw("`train` gave 3."), FACT)


def test_checks_without_a_question_are_one_reason_whatever_they_show() -> None:
    a, b = (Said(Role.COUNTEREXAMPLE, f"`{name}(1.0)` gives `2.0`.") for name in "ab")
    (reason,) = reasons(
        check("one", FACT, a, question=None), check("two", FACT, b, question=None)
    )

    assert [seen.said[-1] for seen in reason.seen] == [a, b]


def test_checks_that_were_told_the_same_are_one_item() -> None:
    (reason,) = reasons(
        check("a", "`train` gave 1.", *END),
        check("b", "`train` gave 2.", *END),
        check("c", "`train` gave 1.", *END),
    )

    assert own_words(reason) == [
        ("a is right; and 1 more", "`train` gave 1."),
        ("b is right", "`train` gave 2."),
    ]
    assert names(reason) == ["a", "b", "c"]


def test_words_of_one_check_stay_whole() -> None:
    (reason,) = reasons(check("one", "`train` gave 1.", OFTEN, *END))

    assert [part.role for part in reason.shared] == [
        *(Role.SAW, Role.HOW_OFTEN, Role.FACT, Role.TRY_IT)
    ]
    assert reason.seen == ()
    assert reason.subject == "one is right"


def test_words_that_end_those_of_another_leave_none_of_their_own() -> None:
    (reason,) = reasons(check("one", *END), check("two", "It gave 1.", *END))

    assert reason.shared == END
    assert own_words(reason) == [("one is right", ""), ("two is right", "It gave 1.")]
    assert [seen.subject for seen in reason.first] == ["two is right"]
    assert reason.more == 1


def test_nothing_in_common_leaves_nothing_shared() -> None:
    (reason,) = reasons(check("one", "It gave 1."), check("two", "It gave 2."))

    assert reason.shared == ()
    assert [text for _, text in own_words(reason)] == ["It gave 1.", "It gave 2."]


def test_question_is_asked_once_whatever_the_outcomes() -> None:
    (reason,) = reasons(
        check("one", "It gave 1.", TRY),
        stopped("two", "It stopped.", TRY),
        check("three", "It gave 1.", TRY),
    )

    assert reason.outcomes == (Outcome.FAILED, Outcome.ERROR)
    assert reason.shared == (TRY,)
    assert own_words(reason) == [
        ("one is right; and 1 more", "It gave 1."),
        ("two is right", "It stopped."),
    ]


def test_same_words_are_said_once_whatever_the_outcomes() -> None:
    (reason,) = reasons(
        stopped("one", "line 3: no", question=None),
        checked("two", Outcome.CRASHED, "line 3: no"),
    )

    assert reason.outcomes == (Outcome.ERROR, Outcome.CRASHED)
    assert reason.subject == "one is right; and 1 more"


def test_another_question_is_another_reason() -> None:
    found = reasons(check("a", *END), check("b", *END, question="When?"))

    assert [reason.question for reason in found] == ["Why?", "When?"]


def test_without_a_question_only_equal_words_are_one_reason() -> None:
    found = reasons(
        check("a", "X.", question=None),
        check("b", "Y.", question=None),
        check("c", "X.", question=None),
    )

    assert [names(reason) for reason in found] == [["a", "c"], ["b"]]


def test_without_a_question_the_fact_behind_is_the_reason() -> None:
    (reason,) = reasons(
        check("one", "It gave 1.", FACT, question=None),
        check("two", "It gave 2.", FACT, question=None),
    )

    assert reason.shared == (FACT,)
    assert reason.subject == "2 checks, one reason"


def test_how_often_something_is_so_is_no_reason() -> None:
    found = reasons(
        check("a", "`a` gave 1.", OFTEN, question=None),
        check("b", "`b` gave 1.", OFTEN, question=None),
    )

    assert len(found) == 2


def test_what_is_not_written_yet_is_one_reason() -> None:
    (reason,) = reasons(
        checked("a", Outcome.NOT_ATTEMPTED, "`a` is not written yet."),
        checked("b", Outcome.NOT_ATTEMPTED, "`b` is not written yet."),
    )

    assert reason.subject == "2 checks"
    assert [text for _, text in own_words(reason)] == [
        "`a` is not written yet.",
        "`b` is not written yet.",
    ]


def test_reason_behind_every_check_says_so() -> None:
    row = exercise_row(exercise("autograd", *(stopped(n, "no") for n in "abcd")))

    assert [reason.subject for reason in row.reasons] == ["All 4 checks"]


def test_long_lists_of_titles_are_cut() -> None:
    (reason,) = reasons(*(stopped(n, "no") for n in "abcde"))

    assert reason.subject == "a is right; and 4 more"


def test_many_checks_with_one_reason_are_shown_by_two_and_counted() -> None:
    (reason,) = reasons(*(check(n, f"It gave {n}.", *END) for n in "abcdefg"))

    assert [seen.subject for seen in reason.first] == ["a is right", "b is right"]
    assert (len(reason.seen), reason.more) == (7, 5)


def test_sentence_of_several_checks_is_shown_once() -> None:
    often = [Said(Role.HOW_OFTEN, f"In {n} of 9 calls.") for n in range(3)]
    (reason,) = reasons(*(check(f"a{n}", "It gave 1.", o) for n, o in enumerate(often)))

    assert [seen.subject for seen in reason.first] == ["a0 is right"]
    assert reason.more == 2


# What a letter holds


def test_letter_has_the_headline_and_a_row_per_exercise() -> None:
    found = letter_of(BEN, CLASS)

    assert (found.headline.score, found.headline.max_score) == (5.0, 20.0)
    assert (found.headline.percent, found.headline.final) == (25.0, True)
    assert [(r.exercise, r.score, r.file, r.passed) for r in found.rows] == [
        ("backprop", 5.0, "backprop.py", 1),
        ("autograd", 0.0, None, 0),
    ]
    assert found.rows[0].notes == ("backprop.ipynb is older and was not graded",)


def test_nothing_handed_in_is_said_once() -> None:
    row = letter_of(BEN, CLASS).rows[1]

    assert not row.handed_in
    assert row.error == "expected autograd.py, found none"
    assert (row.checks, row.reasons) == ((), ())


@pytest.mark.parametrize("told", ["line 3: no", "There is no `a`."])
def test_trouble_of_the_whole_file_is_all_that_is_said(told: str) -> None:
    broken = exercise(
        "autograd",
        stopped("a", told),
        error="line 3: no\n  x\n  ^",
        notes=("a note",),
    )
    row = exercise_row(broken)

    assert row.error == "line 3: no\n  x\n  ^"
    assert row.is_unreadable
    assert row.notes == ("a note",)


def test_trouble_of_a_file_that_passes_checks_hides_none() -> None:
    row = exercise_row(exercise("autograd", checked("a"), error="line 3: no"))

    assert row.error == "line 3: no"
    assert not row.is_unreadable


def test_curves_stand_with_the_reason_that_saw_them() -> None:
    seen = Curve("test_b", (7.0, 4.0), (7.0, 3.5))
    unseen = Curve("test_passed", (7.0, 3.5), (7.0, 3.5))
    work = exercise(
        "autograd", check("a", "X."), check("b", "Y.", question=None), checked("passed")
    )
    work = msgspec.structs.replace(work, curves=(seen, unseen))

    assert [reason.curves for reason in exercise_row(work).reasons] == [(), (seen,)]


def test_points_added_or_taken_stand_with_their_reasons() -> None:
    late = Adjustment(-2.0, "Handed in a day late.", "late")
    told = Adjustment(0.0, "Counts as 5 of 5.", "weights")
    better = Adjustment(1.0, "The plot is right.", "override", check="test_a")
    work = msgspec.structs.replace(
        exercise("autograd", checked("a")), adjustments=(better,)
    )
    dora = msgspec.structs.replace(
        submission("dora", work), adjustments=(late, told), letter_grade="B"
    )
    found = letter_of(dora, results(dora))

    assert found.headline.letter_grade == "B"
    assert found.changes == (
        AdjustmentRow(-2.0, "Handed in a day late."),
        AdjustmentRow(0.0, "Counts as 5 of 5."),
    )
    assert found.rows[0].changes == (AdjustmentRow(1.0, "The plot is right."),)
    assert "(100 %), grade B, in Gradients" in (page := markdown.page(found))
    assert "- -2 points: Handed in a day late." in page
    assert "\n- Counts as 5 of 5." in page
    assert "- +1 point: The plot is right." in page


def test_advice_is_for_those_who_lost_points_on_a_file() -> None:
    assert "`grader check backprop.py`" in letter_of(BEN, CLASS).advice[0]
    assert letter_of(ANNA, CLASS).advice == ()


def test_letter_is_silent_on_faults_of_ours_and_on_what_is_the_instructors() -> None:
    known = msgspec.structs.replace(check("a", "X."), mistake="the_name_of_it")
    work = exercise("autograd", known, *UNFINISHED.exercises[0].checks)
    work = msgspec.structs.replace(
        work, unexplained=(Unexplained("test_a", "e71dence"),)
    )
    dora = submission("dora", work)
    told = repr(letter_of(dora, results(dora)))

    assert not letter_of(dora, results(dora)).headline.final
    assert "X." in told
    assert "could not" not in told
    assert not any(word in told for word in ("secret 42", "the_name", "e71dence"))


def test_title_stands_in_for_a_name_that_is_empty() -> None:
    nobody = submission("\x1b[2J", *ANNA.exercises)

    assert letter_of(nobody, CLASS).student == "a student without a name"


@PROPERTY
@given(HOSTILE)
def test_all_texts_of_a_letter_are_clean(text: str) -> None:
    bad = hostile(text)
    texts = all_texts(msgspec.to_builtins(letter_of(bad, results(bad))))

    assert [part for part in texts if ACTIVE.search(part)] == []
