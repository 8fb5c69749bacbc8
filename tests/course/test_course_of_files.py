"""An exercise whose work is several files: listed, released, known and checked."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from fake_judges import DOUBLE, FakeJudges

from grader.authoring.release import plan_of, release
from grader.checking import Checking
from grader.course import find_visible, load_course
from grader.errors import AuthorError
from grader.handing_in import hand_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course

TABLE = """\
title = "Small"
exercises = ["double"]
[exercise.double]
title = "Double"
files = {{ student = {} }}
"""
CORE = "def twice(x):\n    # BEGIN SOLUTION\n    return x + x\n    # END SOLUTION\n"
DOUBLE_PY = """\
from core import twice


def double(x):
    # BEGIN SOLUTION
    return twice(x) + 0 * 17
    # END SOLUTION
"""


@pytest.fixture
def root(make_course: Callable[..., Course]) -> Path:
    """Return a course of one exercise, whose solution is two files."""
    course = make_course()
    folder = course.exercises[0].folder
    (folder / "solution.py").unlink()
    (folder / "core.py").write_text(CORE)
    (folder / "ends.py").write_text(DOUBLE_PY)
    return course.root


def listing(root: Path, names: str = '["core.py", "ends.py"]') -> Course:
    (root / "solutions/course.toml").write_text(TABLE.format(names))
    return load_course(root)


def test_each_file_has_a_stub_and_there_is_no_notebook(root: Path) -> None:
    course = listing(root)
    release(plan_of(course))
    made = root / "exercises" / "double"
    [own] = find_visible(made)

    assert sorted(p.name for p in made.iterdir()) == [
        *("core.py", "ends.py", "test_visible.py")
    ]
    assert "twice: not written yet" in (made / "core.py").read_text()
    assert "double: not written yet" in (made / "ends.py").read_text()
    assert "from core import twice" in (made / "ends.py").read_text()
    assert own.written == ("core.py", "ends.py")
    assert own.id == "double"
    assert plan_of(course).stale == ()


def test_line_of_one_file_that_another_gives_away_is_found(root: Path) -> None:
    ends = root / "solutions/double/ends.py"
    ends.write_text("# return twice(x) + 0 * 17\n" + DOUBLE_PY)

    with pytest.raises(AuthorError, match=r"ends\.py, line 1: students would read"):
        plan_of(listing(root))


def test_file_whose_markers_are_wrong_is_named(root: Path) -> None:
    (root / "solutions/double/core.py").write_text(CORE.replace("# END", "# EDN"))

    with pytest.raises(AuthorError, match=r"core\.py, line "):
        plan_of(listing(root))


def test_file_in_which_nothing_is_to_be_written_is_handed_out_as_it_is(
    root: Path,
) -> None:
    plain = "def twice(x):\n    return x + x\n"
    (root / "solutions/double/core.py").write_text(plain)
    files = plan_of(listing(root)).files

    assert files[root / "exercises/double/core.py"] == plain.encode()


WRONG = {
    '["cor.py"]': "expected the solved 'cor.py' there, found none. Did you mean",
    '["random.py"]': "'random.py' would hide Python's own module.",
    '["core.py", "core.py"]': "'core.py' is listed twice, or is given.",
    '["a/core.py"]': "'a/core.py' is no module that students write",
    '["test_hidden.py"]': "'test_hidden.py' is no module that students write",
    "[]": "student: expected the files that students write, got none.",
    '["double.py"]': "expected the solved 'double.py' there",
    '["core.py"], extra = 1': "there is no key `extra`",
}


@pytest.mark.parametrize("names", WRONG)
def test_files_that_cannot_be_written_are_refused(root: Path, names: str) -> None:
    with pytest.raises(AuthorError) as caught:
        listing(root, names)

    assert WRONG[names] in str(caught.value)


def test_solution_beside_the_files_is_refused(root: Path) -> None:
    (root / "solutions/double/solution.py").write_text(CORE)

    with pytest.raises(AuthorError, match=r"solution\.py is none of the files"):
        listing(root)


def test_two_exercises_with_a_file_of_one_name_are_refused(root: Path) -> None:
    table = TABLE.format('["core.py", "ends.py"]').replace(
        '"double"]', '"double", "ends"]'
    )
    (root / "solutions/ends").mkdir()
    for path in (root / "solutions/double").glob("test_*.py"):
        (root / "solutions/ends" / path.name).write_text(path.read_text())
    (root / "solutions/ends/solution.py").write_text(CORE)
    (root / "solutions/course.toml").write_text(table)

    with pytest.raises(AuthorError, match=r"'ends\.py' would be a file of ends, too"):
        load_course(root)


def test_own_check_and_hand_in_take_all_the_files(root: Path, tmp_path: Path) -> None:
    release(plan_of(listing(root)))
    folder = root / "exercises" / "double"
    (folder / "ends.py").write_text("from core import twice\n\ndouble = twice\n")
    judges = FakeJudges(checks={"double": DOUBLE[:1]})
    paths = (folder / "core.py", folder / "ends.py")
    with Checking(paths, None, open_judges=judges.open) as checking:
        (checked,) = checking.check()
        watched = checking.watched()
    [seen] = judges.judged
    made = hand_in(checked, tmp_path / "out")

    assert seen.program is not None
    assert [b.label for b in seen.program.blocks] == ["core.py", "ends.py"]
    assert set(watched) == {*paths, folder / "test_visible.py"}
    assert made.name == "double.zip"
    with zipfile.ZipFile(made) as archive:
        assert archive.namelist() == ["core.py", "ends.py"]
        assert archive.read("ends.py").startswith(b"from core import twice\n")


def test_folder_of_the_exercise_is_enough_to_check_it(root: Path) -> None:
    release(plan_of(listing(root)))
    folder = root / "exercises" / "double"
    judges = FakeJudges(checks={"double": DOUBLE[:1]})
    with Checking((folder,), None, open_judges=judges.open) as checking:
        (checked,) = checking.check()

    assert checked.path == folder / "core.py"
