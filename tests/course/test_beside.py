"""Files that come with an exercise: listed, given out, known where students work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from helpers import SMALL_SOLUTION, SMALL_VISIBLE

from grader.authoring.release import plan_of, release
from grader.course import find_visible, load_course
from grader.course.beside import given_in, told, told_in
from grader.errors import AuthorError
from grader.sandbox.worker.brought import brought

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course

POINTS = b"a,b\n1,2\n\xff"
TABLE = """\
title = "Small"
exercises = ["double"]
[exercise.double]
title = "Double"
files = [{}]
"""
MARKED = SMALL_SOLUTION.replace("    return", "    # BEGIN SOLUTION\n    return")


@pytest.fixture
def root(make_course: Callable[..., Course]) -> Path:
    """Return a course with data and a module, neither of them listed yet."""
    course = make_course(solution=f"{MARKED}    # END SOLUTION\n")
    folder = course.exercises[0].folder
    (folder / "data").mkdir()
    (folder / "data" / "points.csv").write_bytes(POINTS)
    (folder / "helpers.py").write_text("TWO = 2\n")
    return course.root


def listing(root: Path, *names: str) -> Course:
    table = TABLE.format(", ".join(f'"{name}"' for name in names))
    (root / "solutions/course.toml").write_text(table)
    return load_course(root)


def test_files_are_released_as_they_are_and_known_beside_the_checks(root: Path) -> None:
    course = listing(root, "data/points.csv", "helpers.py")
    release(plan_of(course))
    [own] = find_visible(root / "exercises" / "double")

    assert own.files == ("data/points.csv", "helpers.py")
    assert dict(own.given) == {"data/points.csv": POINTS, "helpers.py": b"TWO = 2\n"}
    assert own.given == course.exercises[0].given
    assert plan_of(course).stale == ()
    assert own.home == root / "exercises" / "double"


def test_exercise_without_files_has_checks_as_before(root: Path) -> None:
    release(plan_of(listing(root)))
    [own] = find_visible(root / "exercises" / "double")
    written = own.visible_checks.read_text().split("\n", 1)

    assert own.files == ()
    assert own.given == ()
    assert own.home is None
    assert written[1] == SMALL_VISIBLE


WRONG = {
    "pionts.csv": "expected a file 'pionts.csv' beside the solution, found none.",
    "../course.toml": "'../course.toml' is no path below the exercise's folder",
    "/etc/passwd": "is no path below",
    "./helpers.py": "is no path below",
    "data/more.py": "'data/more.py' cannot be imported from there.",
    "solution.py": "'solution.py' is not for students.",
    "test_hidden.py": "'test_hidden.py' is not for students.",
}


@pytest.mark.parametrize("name", WRONG)
def test_file_that_cannot_be_given_is_refused(root: Path, name: str) -> None:
    with pytest.raises(AuthorError, match=r"exercise\.double\.files: ") as caught:
        listing(root, name)

    assert WRONG[name] in str(caught.value)


def test_files_that_are_too_large_are_refused(root: Path) -> None:
    with (root / "solutions/double/large.bin").open("wb") as file:
        file.truncate(17 << 20)

    with pytest.raises(AuthorError, match="expected 16 MB at most in all, got 17 MB"):
        listing(root, "large.bin")


def test_name_outside_the_folder_is_not_taken_from_a_students_file(
    tmp_path: Path,
) -> None:
    checks = tmp_path / "test_visible.py"
    (tmp_path / "here.csv").write_text("1")
    checks.write_text(told(["../secret.txt", "here.csv"]))

    assert told_in(checks) == ("here.csv",)
    assert given_in(tmp_path, told_in(checks)) == (("here.csv", b"1"),)


def test_parts_of_a_program_are_taken_apart_as_they_were_joined() -> None:
    blocks, helpers = [("f.py", 3)], [("h.py", 2)]
    files = [("a.bin", 1), ("b.bin", 0)]
    own = brought("x=1ä\xff".encode("latin-1"), blocks, [], [("a.bin", 2)])
    both = brought(b"x=1y2\xff", blocks, helpers, files)
    bare = brought(b"x=1y2", blocks, helpers, [])

    # A module is a file, too, where there is a place for files.
    module = {"h.py": b"y2"} if os.name == "posix" else {}
    assert own.files == {"a.bin": b"\xe4\xff"}
    assert both == (
        [("f.py", "x=1")],
        {"h.py": "y2"},
        {**module, "a.bin": b"\xff", "b.bin": b""},
        b"x=1y2",
    )
    assert bare == ([("f.py", "x=1")], {"h.py": "y2"}, module, b"x=1y2")
