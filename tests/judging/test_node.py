"""What a node does with a course: unpacked in private, removed when nobody needs it."""

from __future__ import annotations

import stat
import threading
from typing import TYPE_CHECKING, Any

import pytest
from fake_judges import FakeJudges
from helpers import program

from grader import __version__
from grader.errors import AuthorError, GraderError, OperatorError
from grader.judging import node, session
from grader.judging.bundles import (
    Bundle,
    BundleVerdicts,
    Opening,
    Unopened,
    digest_of,
    encoded,
    files_of,
    node_answer,
)
from grader.judging.node import OpenCourses
from grader.judging.protocol import Refused, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.course import Course

RIGHT = "def double(x): return 2 * x\n"


class Judges(FakeJudges):
    """Judges that wait before they judge, if told to, until they are stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = False
        self.judging = threading.Event()
        self.stopped = threading.Event()

    def examine(self, asked: Any) -> Iterator[Any]:
        self.judging.set()
        if self.waits:
            assert self.stopped.wait(20)
        yield from super().examine(asked)

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def judges(monkeypatch: pytest.MonkeyPatch) -> Judges:
    judges = Judges()
    monkeypatch.setattr(session, "open_judges", judges.open)
    return judges


@pytest.fixture
def courses(tmp_path: Path) -> OpenCourses:
    return OpenCourses(lambda: str(tmp_path))


@pytest.fixture
def course(make_course: Callable[..., Course]) -> Course:
    return make_course()


def opening(course: Course, run: str = "run") -> bytes:
    files = files_of(course)
    return encoded(
        Opening(__version__, run, digest_of(files), files, course.ids, "auto", 3)
    )


def bundle(*sources: str, run: str = "run") -> bytes:
    tasks = tuple(Task("double", program(source)) for source in sources)
    return encoded(Bundle(__version__, run, tasks))


def settle() -> None:
    """Wait for those who leave."""
    for thread in threading.enumerate():
        if thread.name == "grader-leaves":
            thread.join(20)


@pytest.mark.usefixtures("judges")
def test_course_lies_in_a_folder_of_its_own_until_its_run_leaves(
    courses: OpenCourses, course: Course, tmp_path: Path
) -> None:
    opened = courses.open(opening(course))
    courses.open(opening(course, "other"))
    # Main may have lost sight of a node that is still there.
    assert courses.open(opening(course)) == opened
    folders = list(tmp_path.iterdir())

    assert len(folders) == 2
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}

    courses.leave("run")
    settle()

    assert len(list(tmp_path.iterdir())) == 1
    assert courses.judge(bundle(RIGHT)) == Unopened()
    assert isinstance(courses.judge(bundle(RIGHT, run="other")), BundleVerdicts)

    courses.leave("other")
    courses.leave("never-opened")
    settle()

    assert list(tmp_path.iterdir()) == []


def test_judges_get_the_wall_the_threads_and_what_is_private(
    courses: OpenCourses, course: Course, judges: Judges, tmp_path: Path
) -> None:
    courses.open(opening(course))

    assert judges.collected
    assert judges.told == {
        "sandbox": "auto",
        "jobs": 3,
        "many": True,
        "private": (tmp_path,),
    }
    courses.leave("run")
    settle()


@pytest.mark.usefixtures("judges")
def test_equal_programs_of_a_bundle_are_told_apart(
    courses: OpenCourses, course: Course
) -> None:
    courses.open(opening(course))
    told = courses.judge(bundle(RIGHT, "def double(x): return 6\n", RIGHT))

    assert isinstance(told, BundleVerdicts)
    assert [one.number for one in told.found] == [0, 1, 2]
    assert told.found[0].verdict == told.found[2].verdict
    assert told.found[0].verdict != told.found[1].verdict
    courses.leave("run")
    settle()


def test_run_that_leaves_ends_what_is_judged_for_it_first(
    courses: OpenCourses, course: Course, judges: Judges, tmp_path: Path
) -> None:
    judges.waits = True
    courses.open(opening(course))
    judging = threading.Thread(target=courses.judge, args=(bundle(RIGHT),))
    judging.start()
    assert judges.judging.wait(20)
    courses.leave("run")
    judging.join(20)
    settle()

    assert judges.stopped.is_set()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("judges")
def test_course_that_nobody_asks_about_is_removed(
    courses: OpenCourses,
    course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = threading.Event()
    leave = courses.leave

    def left(run: str) -> None:
        leave(run)
        gone.set()

    monkeypatch.setattr(node, "IDLE_S", 0.01)
    monkeypatch.setattr(courses, "leave", left)
    courses.open(opening(course, "run"))
    gone.clear()

    assert gone.wait(20)
    settle()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("raised", "blame"),
    [
        (AuthorError("a check is wrong"), "AuthorError"),
        (OperatorError("no wall"), "OperatorError"),
        (GraderError("something"), "OperatorError"),
        (ZeroDivisionError("ours"), "InternalError"),
    ],
)
def test_course_that_cannot_be_opened_leaves_nothing_and_is_told_in_words(
    courses: OpenCourses,
    course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    raised: Exception,
    blame: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(session, "open_judges", fails)
    told = node_answer(node._answered(courses.open, opening(course)))

    assert isinstance(told, Refused)
    assert told.blame == blame
    assert str(raised) in told.message
    assert list(tmp_path.iterdir()) == []
