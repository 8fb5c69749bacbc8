"""The class at a glance: what an instructor sees, as plain data."""

from __future__ import annotations

import msgspec
from handmade import (
    ANNA,
    BEN,
    CLASS,
    UNFINISHED,
    checked,
    exercise,
    results,
    submission,
)

from grader.model import Outcome, UnexplainedGroup
from grader.report.class_view import class_view


def test_mean_and_bins_are_of_those_who_handed_in() -> None:
    absent = submission("zoe", exercise("backprop", file=None))
    view = class_view(results(ANNA, BEN, absent))

    assert view.handed_in == 2
    assert view.mean == view.median == 62.5
    assert view.bins == (0, 0, 1, 0, 0, 0, 0, 0, 0, 1)
    assert view.students[2].flags == ("nothing handed in",)


def test_check_says_how_many_of_those_asked_passed() -> None:
    loss = class_view(CLASS).exercises[0].checks[1]

    assert (loss.asked, loss.passed, loss.share) == (2, 1, 50.0)
    assert loss.discrimination is None


def test_check_that_the_best_pass_tells_apart() -> None:
    students = [
        submission(
            f"s{n}",
            exercise(
                "a",
                checked("easy"),
                checked("hard", Outcome.PASSED if n > 3 else Outcome.FAILED, "no"),
                checked("rest", Outcome.PASSED if n > 2 else Outcome.FAILED, "no"),
            ),
        )
        for n in range(8)
    ]
    easy, hard, _ = class_view(results(*students)).exercises[0].checks

    assert easy.discrimination is None
    assert hard.discrimination is not None
    assert 0.5 < hard.discrimination <= 1


def test_mistake_counts_each_student_once_and_the_most_common_first() -> None:
    def who(name: str, mistake: str, count: int) -> object:
        wrong = [
            msgspec.structs.replace(
                checked(f"c{n}", Outcome.FAILED, "no", question=f"Why {mistake}?"),
                mistake=mistake,
            )
            for n in range(count)
        ]
        return submission(name, exercise("a", *wrong))

    of = results(who("x", "rare", 1), who("y", "often", 2), who("z", "often", 1))  # type: ignore[arg-type] # submissions
    views = class_view(of).mistakes

    assert [(v.name, v.students) for v in views] == [("often", (1, 2)), ("rare", (0,))]
    assert views[0].question == "Why often?"


def test_only_groups_of_several_are_shown() -> None:
    groups = (
        UnexplainedGroup("a", ("test_x",), ("ben", "anna")),
        UnexplainedGroup("a", ("test_y",), ("ben",)),
    )
    view = class_view(msgspec.structs.replace(CLASS, unexplained=groups))

    assert [(group.checks, group.students) for group in view.groups] == [
        (("test_x",), (1, 0))
    ]


def test_flags_say_who_needs_a_look() -> None:
    slow = submission("s", exercise("a", checked("f", Outcome.TIMEOUT, "slow")))
    view = class_view(results(BEN, UNFINISHED, slow))

    assert [row.flags for row in view.students] == [
        ("all but one check",),
        ("not final", "no points"),
        ("no points", "took too long"),
    ]
