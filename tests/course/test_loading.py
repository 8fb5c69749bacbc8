"""A course's table: every problem is reported, with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course import load_course
from grader.errors import AuthorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('title = "x"\nexercises = []\n', "expected at least one id"),
        ('title = "x"\nexercises = ["Double"]\n', "'Double' is not an id"),
        ('title = "x"\nexercises = ["double", "double"]\n', "listed 2 times"),
        (
            'title = "x"\nexercises = ["doble"]\n',
            "doble: expected solution.py or",
        ),
        ('title = "x"\nexercices = ["double"]\n', "Did you mean `exercises`?"),
        ('title = "x\n', "expected TOML, got an error"),
        (
            'title = 3\nexercises = ["double"]\n',
            "course.toml: title: expected a text, got 3",
        ),
        (
            'title = "x"\nexercises = ["double"]\n[limits]\nseconds_per_cal = 3\n',
            "Did you mean `seconds_per_call`?",
        ),
        (
            (
                'title = "x"\nexercises = ["double"]\n[exercise.double]\ntitle = "x"\n'
                "limits = { memory_mb = 0 }\n"
            ),
            "memory_mb: expected a number above 0, got 0",
        ),
        (
            'title = "x"\nexercises = ["double"]\n[exercise.duble]\ntitle = "x"\n',
            "Did you mean `double`?",
        ),
    ],
)
def test_wrong_course_table_is_refused_with_every_problem(
    make_course: Callable[..., Course], change: str, words: str
) -> None:
    root = make_course().root
    (root / "solutions" / "course.toml").write_text(change)

    with pytest.raises(AuthorError) as caught:
        load_course(root)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("of_course", "of_exercise", "shown"),
    [
        ("", "", True),
        ("counterexamples = false\n", "", False),
        ("", "counterexamples = false\n", False),
        ("counterexamples = false\n", "counterexamples = true\n", True),
    ],
)
def test_counterexamples_are_as_the_exercise_says_and_else_as_the_course(
    make_course: Callable[..., Course], of_course: str, of_exercise: str, shown: object
) -> None:
    table = f'title = "x"\nexercises = ["double"]\n{of_course}[exercise.double]\n'
    course = make_course(table=f'{table}title = "x"\n{of_exercise}')

    assert course.exercises[0].counterexamples is shown


def test_unknown_exercise_is_a_usage_error_with_the_nearest_name(
    make_course: Callable[..., Course],
) -> None:
    with pytest.raises(UsageError, match="Did you mean `double`"):
        make_course().only(("duble",))


def test_module_that_is_not_there_is_named_with_the_nearest(
    make_course: Callable[..., Course],
) -> None:
    table = 'title = "x"\nexercises = ["double"]\npreload = ["troch"]\n'

    with pytest.raises(AuthorError, match=r"no module `troch`. Did you mean `torch`\?"):
        make_course(table=table)
