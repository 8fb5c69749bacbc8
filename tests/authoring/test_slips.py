"""An author's slip in a list of variants is reported before anything is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from authoring.small import CHECKS, written
from fake_judges import FakeJudges
from helpers import Counting

from grader.authoring import proving
from grader.course import load_course
from grader.errors import AuthorError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course import Course

AUTHOR_ERRORS = {
    "an edit that does not apply": (
        ("mistakes.py", '"x - 1.5"', '"x - 2.5"'),
        "variant 'right': expected 'x - 2.5' 1 time(s) in the solution, found it 0",
    ),
    "an unknown about": (
        ("mistakes.py", '"shift"', '"shfit"'),
        (
            "mistake 'right': expected to be about a definition of the solution "
            "(forward, "
            "loss, shift), got 'shfit'"
        ),
    ),
    "a variant that does not parse": (
        ("alternatives.py", '"x * w"', '"x * * w"'),
        "alternative 'x_first': expected Python that parses, got invalid syntax",
    ),
    "a name used for both": (
        ("alternatives.py", '"x_first"', '"minus"'),
        "variant 'minus': expected either a mistake or an alternative, found it",
    ),
    "a name used twice": (
        ("mistakes.py", '"size"', '"minus"'),
        "'minus': expected a name used once, found it 2 times",
    ),
    "a mistake that changes nothing": (
        ("mistakes.py", '"-w * x"', '"(w * x)"'),
        "mistake 'minus': expected a change of the solution",
    ),
    "a list that does not run": (
        ("mistakes.py", "edit, mistake", "edit"),
        "mistakes.py: expected a list of variants, got NameError",
    ),
    "a wrapper that does not exist": (
        (
            "alternatives.py",
            "ALTERNATIVES = [",
            'WRAPPERS = {"shift": ("flaot",)}\nALTERNATIVES = [',
        ),
        "WRAPPERS: 'shift': expected a function of the solution and names out of",
    ),
}


def refusal(course: Course) -> AuthorError:
    """Return why a course is not proved; nothing of it is judged."""
    fake, watcher = FakeJudges(checks={"small": CHECKS}), Counting()
    with fake.open(course) as judges, pytest.raises(AuthorError) as error:
        proving.prove_with(judges, course, 1, watcher)

    assert watcher.expected == 0
    assert fake.judged == []
    return error.value


@pytest.mark.parametrize("what", AUTHOR_ERRORS)
def test_authors_slip_is_told_before_anything_is_judged(
    tmp_path: Path, what: str
) -> None:
    change, words = AUTHOR_ERRORS[what]
    course = load_course(written(tmp_path, change))
    error = refusal(course)

    assert words in str(error)
    assert error.exit_code == 2


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    root = written(
        tmp_path,
        ("mistakes.py", '"x - 1.5"', '"x - 2.5"'),
        ("alternatives.py", '"x * w"', '"x * * w"'),
        ("mistakes.py", '"loss"', '"lost"'),
    )
    error = refusal(load_course(root))

    for words in (
        "3 problems",
        "'right'",
        "'x_first'",
        "'no_square'",
        "Adjust the edit",
    ):
        assert words in str(error)
