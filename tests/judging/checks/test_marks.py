"""Points of checks that do not apply, give a part of them, or stand together."""

from __future__ import annotations

from typing import cast

import msgspec
import pytest
from helpers import a_verdict, work

from grader import score
from grader.errors import AuthorError
from grader.judging.checks.evidence import CURRENT, Evidence
from grader.judging.checks.marks import check_of
from grader.judging.session import How
from grader.model import (
    OVERRIDE,
    Adjustment,
    Check,
    Finding,
    Outcome,
    Visibility,
    Work,
)
from grader.report.counts import has_lost
from grader.scoring import score_work


def check(name: str, points: float, group: str = "") -> Check:
    return Check(name, "A title.", ("f",), Visibility.HIDDEN, points, group)


CHECKS = (check("a", 4.0), check("b", 3.0, "both"), check("c", 3.0, "both"))


@pytest.mark.parametrize(
    ("findings", "points", "most"),
    [
        ([Outcome.PASSED] * 3, 10.0, 10.0),
        ([Outcome.PASSED, Outcome.PASSED, Outcome.FAILED], 4.0, 10.0),
        ([Outcome.FAILED, Outcome.PASSED, Outcome.PASSED], 6.0, 10.0),
        ([Outcome.FAILED, Outcome.PASSED, Outcome.GRADER_ERROR], 0.0, 10.0),
    ],
)
def test_checks_of_a_group_earn_together(
    findings: list[Outcome], points: float, most: float
) -> None:
    found = [Finding(c.name, o) for c, o in zip(CHECKS, findings, strict=True)]
    result = score_work(work("x"), CHECKS, a_verdict(*found), 10.0)

    assert (result.score, result.max_score) == (points, most)


def test_check_that_leaves_itself_out_costs_nothing() -> None:
    found = (
        Finding("a", Outcome.PASSED),
        Finding("b", Outcome.SKIPPED, counts=False),
        Finding("c", Outcome.PASSED),
    )
    result = score_work(work("x"), CHECKS, a_verdict(*found), 10.0)

    assert (result.score, result.max_score) == (7.0, 7.0)
    assert [each.max_score for each in result.checks] == [4.0, 0.0, 3.0]


def test_part_of_the_points_is_earned() -> None:
    found = (
        Finding("a", Outcome.FAILED, share=0.25),
        Finding("b", Outcome.FAILED, share=0.5),
        Finding("c", Outcome.PASSED),
    )
    result = score_work(work("x"), CHECKS, a_verdict(*found), 10.0)

    assert result.score == 1.0


def test_shares_add_up_and_never_to_more_than_all() -> None:
    evidence = Evidence()
    token = CURRENT.set(evidence)
    try:
        for share, why in ((0.25, "shape"), (0.25, "shape"), (0.5, "type")):
            score(share, why)
        assert evidence.share == 0.75
        score(0.9, "all")
        with pytest.raises(AuthorError, match="from 0 to 1"):
            score(2, "too much")
    finally:
        CURRENT.reset(token)

    assert evidence.share == 1.0


def test_points_of_extra_checks_come_on_top() -> None:
    checks = (CHECKS[0], msgspec.structs.replace(check("d", 6.0), extra=True))
    found = (Finding("a", Outcome.PASSED), Finding("d", Outcome.PASSED))
    right = score_work(work("x"), checks, a_verdict(*found), 10.0)
    without = Finding("d", Outcome.FAILED)
    plain = score_work(work("x"), checks, a_verdict(found[0], without), 10.0)

    assert (right.score, right.max_score, right.extra_max) == (10.0, 4.0, 6.0)
    assert (plain.score, plain.max_score, plain.extra_max) == (4.0, 4.0, 6.0)


BY_HAND = msgspec.structs.replace(
    check("plot", 6.0), by_hand=True, rubric=("the axes have names", "the loss falls")
)


def test_points_by_hand_wait_for_a_person() -> None:
    passed = a_verdict(Finding("a", Outcome.PASSED))
    result = score_work(work("x"), (CHECKS[0], BY_HAND), passed, 10.0)
    waits = result.checks[1]

    assert (result.score, result.max_score, result.complete) == (4.0, 10.0, False)
    assert waits.outcome is Outcome.SKIPPED
    assert waits.waits
    assert not has_lost(waits)
    assert waits.message == (
        "Your instructor gives these points by hand. What counts: the axes have names; "
        "the loss falls."
    )


def test_points_by_hand_are_final_once_a_person_gave_them() -> None:
    passed = a_verdict(Finding("a", Outcome.PASSED))
    result = score_work(work("x"), (CHECKS[0], BY_HAND), passed, 10.0)
    given = Adjustment(5.0, "Set to 5 of 6.", OVERRIDE, "double", "plot")
    nothing = score_work(Work("anna", "double"), (BY_HAND,), None, 6.0)

    assert msgspec.structs.replace(result, adjustments=(given,)).complete
    assert nothing.complete
    assert nothing.checks[0].outcome is Outcome.NOT_ATTEMPTED


def test_only_checks_by_hand_say_so_in_the_results_file() -> None:
    passed = a_verdict(Finding("a", Outcome.PASSED))
    result = score_work(work("x"), (CHECKS[0], BY_HAND), passed, 10.0)
    written = [msgspec.json.decode(msgspec.json.encode(c)) for c in result.checks]

    assert [each.get("by_hand") for each in written] == [None, True]
    assert "by_hand" not in written[0]
    assert not How().wants(BY_HAND)


class Item:
    """A collected check, with these marks."""

    name = originalname = "test_plot"
    path = "test_hidden.py"
    cls = None

    def __init__(self, *marks: pytest.Mark) -> None:
        self.own_markers = marks

        def function() -> None:
            """A plot shows it."""

        self.function = function

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        return next((mark for mark in self.own_markers if mark.name == name), None)


def known(*marks: pytest.Mark) -> Check:
    return check_of(cast("pytest.Function", Item(*marks)))


def test_marks_say_what_is_known_of_a_check() -> None:
    rubric = ["the axes have names.", "the loss falls;"]
    manual = pytest.Mark("manual", (), {"points": 3, "rubric": rubric}, _ispytest=True)
    extra = pytest.Mark("extra", (), {}, _ispytest=True)
    found = known(manual, extra)

    assert (found.points, found.by_hand, found.extra) == (3.0, True, True)
    assert found.rubric == ("the axes have names", "the loss falls")
    assert not known().extra


@pytest.mark.parametrize(
    ("said", "who", "later"),
    [
        ("visible", "visible", False),
        ("hidden", "hidden", False),
        ("after_due", "hidden", True),
    ],
)
def test_check_that_is_told_after_the_due_date_is_hidden(
    said: str, who: str, *, later: bool
) -> None:
    mark = pytest.Mark("visibility", (said,), {}, _ispytest=True)
    found = known(mark)
    result = score_work(work("x"), (found,), a_verdict(), 0.0)

    assert (found.visibility, found.after_due) == (Visibility(who), later)
    assert result.checks[0].visibility == said


def test_unknown_visibility_is_refused() -> None:
    mark = pytest.Mark("visibility", ("after_due_date",), {}, _ispytest=True)
    with pytest.raises(AuthorError, match="'hidden' or 'after_due'"):
        known(mark)


def test_rubric_that_is_no_list_of_texts_is_refused() -> None:
    manual = pytest.Mark("manual", (), {"points": 3, "rubric": (1,)}, _ispytest=True)
    with pytest.raises(AuthorError, match="rubric: expected a list of texts"):
        known(manual)
