"""Points of checks that leave themselves out, give a part, or stand together."""

from __future__ import annotations

import pytest
from helpers import a_verdict, work

from grader import score
from grader.errors import AuthorError
from grader.judging.checks.evidence import CURRENT, Evidence
from grader.model import Check, Finding, Outcome, Visibility
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
