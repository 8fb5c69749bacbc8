"""Markers: what is wrong with a region is reported once, with file and line."""

from __future__ import annotations

import pytest

from grader.course.markers import Region, regions_of

# Each has one region that is wrong, and in line 9 one that is right.
RIGHT = "# BEGIN SOLUTION\nlast = 9\n# END SOLUTION\n"
WRONG = {
    "unclosed": ("# BEGIN SOLUTION", "x = 1", 9, "that begins in line 1"),
    "unopened": ("x = 1", "# END SOLUTION", 2, "'# BEGIN SOLUTION' above"),
    "hidden, unclosed": ("# BEGIN HIDDEN", "x = 1", 9, "'# END HIDDEN' for"),
    "closed by another": ("# BEGIN HIDDEN", "# END SOLUTION", 2, "'# END HIDDEN'"),
    "end misspelt": ("# BEGIN SOLUTION", "# END SOLUTON", 2, "'# END SOLUTION' al"),
    "begin misspelt": ("# BEGN SOLUTION", "# END SOLUTION", 1, "'# BEGIN SOLUTION' al"),
    "lower case": ("# BEGIN SOLUTION", "# end solution", 2, "'# END SOLUTION' alone"),
    "plural": ("# BEGIN SOLUTIONS", "# END SOLUTION", 1, "'# BEGIN SOLUTION' alone"),
    "other words": ("# START SOLUTION", "# END SOLUTION", 1, "'# BEGIN SOLUTION' al"),
    "of another tool": ("### BEGIN HIDDEN TESTS", "# END HIDDEN", 1, "'# BEGIN HIDD"),
    "after code": ("x = 1  # BEGIN SOLUTION", "# END SOLUTION", 1, "alone on its line"),
    "hidden, lower case": ("# begin hidden", "# END HIDDEN", 1, "'# BEGIN HIDDEN'"),
    "line, lower case": ("x = 1  # solution", "y = 2", 1, "'# SOLUTION' at the end"),
    "line, misspelt": ("x = 1  # SOLUTON", "y = 2", 1, "'# SOLUTION' at the end"),
    "line, with words": ("x = 1  # SOLUTION NO PROMPT", "", 1, "'# SOLUTION' at the"),
    "line, without code": ("# SOLUTION", "", 1, "marks the statement before it"),
}


def source_of(first: str, second: str) -> str:
    return f"{first}\n{second}\n\n\n\n\n\n\n{RIGHT}"


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_region_is_told_once(what: str) -> None:
    first, second, line, told = WRONG[what]
    problems: list[str] = []
    regions = regions_of(source_of(first, second), "a.py", problems)

    (problem,) = problems
    assert problem.startswith(f"a.py, line {line}: ")
    assert told in problem
    assert regions == [Region("SOLUTION", 9, 11, "")]


def test_nested_regions_are_told_once() -> None:
    nested = (
        "# BEGIN SOLUTION\n# BEGIN SOLUTION\nx = 1  # SOLUTION\n"
        "# END SOLUTION\n# END SOLUTION\n"
    )
    problems: list[str] = []
    regions_of(nested, "a.py", problems)

    assert [problem.split(":")[0] for problem in problems] == [
        "a.py, line 2",
        "a.py, line 3",
    ]
    assert all("Regions do not nest." in problem for problem in problems)


@pytest.mark.parametrize(
    "comment",
    [
        "# the hidden layer begins here",
        "# begin with the hidden layer",
        "# End hidden layer setup",
        "# a solution of the equation",
        "x = 1  # the solution",
        "x = 1  # resolution",
        "# %% [markdown]\n# ## Solution\n# # SOLUTION",
        "# end",
    ],
)
def test_comments_that_only_sound_like_markers_are_none(comment: str) -> None:
    problems: list[str] = []

    assert regions_of(f"{comment}\ny = 2\n", "a.py", problems) == []
    assert problems == []
