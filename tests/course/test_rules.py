"""The rules in `course.toml`: read with every problem at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from grader.course import Late, LateStep, Rounding, load_course
from grader.course.contradictions import unknown_checks
from grader.course.rules import moment
from grader.errors import AuthorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course

HEAD = 'title = "Small"\nexercises = ["double"]\n'
OWN = '[exercise.double]\ntitle = "Double"\n'


@pytest.fixture
def problems(make_course: Callable[..., Course]) -> Callable[[str], list[str]]:
    """Return the message that says what is wrong with a course's table."""
    root = make_course().root

    def said(table: str) -> list[str]:
        (root / "solutions" / "course.toml").write_text(table)
        with pytest.raises(AuthorError) as caught:
            load_course(root)
        lines = str(caught.value).splitlines()
        return [
            line.removeprefix("  - ").split("course.toml: ")[1]
            for line in lines
            if "course.toml" in line
        ]

    return said


def test_rules_are_read(make_course: Callable[..., Course]) -> None:
    table = """\
        title = "Small"
        exercises = ["double"]
        timezone = "Europe/Berlin"
        due = 2026-07-02T23:59:00

        [late]
        steps = [{after_hours = 1, percent = 5}, {after_hours = 24, percent = 50}]

        [rounding]
        to = 0.5

        [letter_grades]
        "1,0" = 95
        "5,0" = 0

        [exercise.double]
        title = "Double"
        accept_until = 2026-07-09T22:00:00Z
        weight = 3
        all_or_nothing = [["test_a", "test_b"]]
    """
    rules = make_course(table=table).rules
    own = rules.of("double")

    assert own.due is not None
    assert own.due.isoformat() == "2026-07-02T23:59:00+02:00"
    assert own.accept_until == dt.datetime(2026, 7, 9, 22, tzinfo=dt.UTC)
    assert rules.course.late == Late(
        steps=(LateStep(after_hours=1, percent=5), LateStep(after_hours=24, percent=50))
    )
    assert rules.course.rounding == Rounding(to=0.5)
    assert rules.course.letter_grades == {"1,0": 95, "5,0": 0}
    assert own.all_or_nothing == (("test_a", "test_b"),)


def test_every_problem_is_said_at_once(problems: Callable[[str], list[str]]) -> None:
    table = (
        f'{HEAD}prelaod = []\n[late]\npercnt = 10\nper = "week"\nat_most = 120\n'
        f'steps = [{{after_hours = "x"}}]\n[rounding]\nto = 0\n'
        f"[exercise.double]\nwieght = 1\npoints = -1\n"
    )

    assert problems(table) == [
        "there is no key `prelaod`. Did you mean `preload`?",
        "late: there is no key `percnt`. Did you mean `percent`?",
        "late.per: expected one of 'day', 'hour', got 'week'.",
        "late.steps, entry 1.after_hours: expected a number, got 'x'.",
        "late.steps, entry 1: expected a key `percent`, found none.",
        "late.at_most: expected a number <= 100.0, got 120.",
        "rounding.to: expected a number > 0.0, got 0.",
        "exercise.double: there is no key `wieght`. Did you mean `weight`?",
        "exercise.double: expected a key `title`, found none.",
        "exercise.double.points: expected a number >= 0.0, got -1.",
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("due = 2026-11-02\n", "due: expected a date and time such as 2026-11-02T23"),
        ("due = 2026-11-02T23:59:00\n", 'Add an offset, or timezone = "Europe/Berlin"'),
        ('timezone = "Europe/Berln"\n', "Did you mean `Europe/Berlin`?"),
        ("late = 3\n", "late: expected a table, got 3."),
        ("[late]\npercent = 10\n", "late: no exercise has a due date."),
        (
            "due = 2026-11-02T23:59:00Z\n[late]\ngrace_minutes = 5\n",
            "expected either `percent` or `steps`, got neither.",
        ),
        (
            (
                "due = 2026-11-02T23:59:00Z\n[late]\nsteps = "
                "[{after_hours = 5, percent = 9}, {after_hours = 4, percent = 9}]\n"
            ),
            "got 9 % from 4 hours on after 9 % from 5 hours on.",
        ),
        (
            "due = 2026-11-02T23:59:00Z\naccept_until = 2026-11-01T00:00:00Z\n",
            "expected accept_until after the due date",
        ),
        ("[late_days]\nbudget = 3\n", "late_days: without a table `late`"),
        ("[[drop]]\n", "drop, entry 1: expected either `lowest` or `best`"),
        ("[[drop]]\nlowest = 1\n", "drop, entry 1: 1 of 1 drops all."),
        (
            '[[drop]]\nlowest = 1\nexercises = ["duble"]\n',
            "there is no exercise `duble`. Did you mean `double`?",
        ),
        ("[letter_grades]\nA = 90\n", "expected one that begins at 0"),
        ("[letter_grades]\nA = 0\nB = 0\n", "A and B both begin at 0 percent."),
        (
            f"{OWN}points = 0\nweight = 2\n",
            "exercise.double.weight: the exercise has no points to weigh.",
        ),
        (
            f'{OWN}all_or_nothing = [["test_a"], ["test_a"]]\n',
            "all_or_nothing: test_a is named 2 times, expected once.",
        ),
    ],
)
def test_rules_that_cannot_hold_are_refused(
    problems: Callable[[str], list[str]], table: str, said: str
) -> None:
    assert any(said in one for one in problems(HEAD + table))


def test_weights_are_for_all_exercises_or_none(
    problems: Callable[[str], list[str]],
) -> None:
    table = f'title = "x"\nexercises = ["double", "half"]\n{OWN}weight = 2\n'

    assert "weight: expected one for each exercise or for none, got none for half." in (
        problems(table)
    )


def test_groups_do_not_share_exercises(problems: Callable[[str], list[str]]) -> None:
    table = (
        'title = "x"\nexercises = ["double", "half"]\n'
        '[[drop]]\nlowest = 1\n[[drop]]\nbest = 1\nexercises = ["double", "half"]\n'
    )

    assert "drop: double is in 2 groups, expected at most one." in problems(table)


def test_checks_that_an_exercise_lacks_are_named(
    make_course: Callable[..., Course],
) -> None:
    table = (
        f'{HEAD}{OWN}extra_checks = ["test_doble_of_three"]\n'
        f'all_or_nothing = [["test_double_of_three", "test_x"]]\n'
    )
    rules = make_course(table=table).rules

    assert unknown_checks(rules, {"double": ["test_double_of_three"]}) == [
        (
            "exercise.double.extra_checks: there is no check `test_doble_of_three`. "
            "Did you mean `test_double_of_three`?"
        ),
        "exercise.double.all_or_nothing: there is no check `test_x`.",
    ]


DATE_AND_TIME = "a date and time such as 2026-11-02T23:59:00"


@pytest.mark.parametrize("text", ["2026-10-25", "20261025", "2026-W43-7"])
def test_date_without_a_time_is_its_last_minute(text: str) -> None:
    found = moment(text, ZoneInfo("Europe/Berlin"))

    assert found.isoformat() == "2026-10-25T23:59:00+01:00"


@pytest.mark.parametrize("text", ["", "25.10.2026", "tomorrow", "2026-13-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a date such as"):
        moment(text, ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'timezone = "CEST"',
            "timezone: expected a time zone such as 'Europe/Berlin', got 'CEST'.",
        ),
        (
            'due = "25.10.2026"',
            f"due: expected {DATE_AND_TIME}, got '25.10.2026'.",
        ),
    ],
)
def test_date_or_zone_that_is_none_is_told_in_plain_words(
    problems: Callable[[str], list[str]], line: str, said: str
) -> None:
    assert problems(f"{line}\n{HEAD}") == [said]
