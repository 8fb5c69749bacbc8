"""A node of a cluster: what its process does when the main process asks.

dask calls these functions by their names, with bytes, and takes bytes back. A node
unpacks the course into a private folder, opens judges behind its own wall, which a
canary proves there, and judges bundles until the run ends. Trusted, as a checker is.
"""

from __future__ import annotations

import functools
import os
import socket
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader import __version__
from grader.errors import AuthorError, GraderError, InternalError, OperatorError
from grader.judging.bundles import (
    Bundle,
    BundleVerdicts,
    Greeting,
    Kit,
    NodeAnswer,
    Opened,
    Opening,
    TaskVerdict,
    Unopened,
    Welcome,
    digest_of,
    encoded,
    order_of,
    unpack,
)
from grader.judging.protocol import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.judging.protocol import How, Task
    from grader.judging.session import Judges
    from grader.model import Program

IDLE_S: Final = 900.0
"""A course that nobody asks about for this long is removed: its main process died."""


def greet(body: bytes) -> bytes:
    """Return a `Welcome` for a `Greeting`."""
    return _answered(_welcomed, body)


def open_course(body: bytes) -> bytes:
    """Return `Opened` for an `Opening`, once the wall is proven here."""
    return _answered(_here().open, body)


def judge_bundle(body: bytes) -> bytes:
    """Return `BundleVerdicts` for a `Bundle`."""
    return _answered(_here().judge, body)


def leave(body: bytes) -> bytes:
    """End what the run does here, whose name this is; return nothing."""
    _here().leave(body.decode())
    return b""


def _answered(do: Callable[[bytes], NodeAnswer], body: bytes) -> bytes:
    """Return what came of it as bytes, whatever that is: no exception crosses."""
    try:
        _must_be_ours(order_of(body, Kit).kit)
        return encoded(do(body))
    except AuthorError as error:
        return encoded(Refused(AuthorError.__name__, str(error)))
    except GraderError as error:
        return encoded(Refused(OperatorError.__name__, str(error)))
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        return encoded(Refused(InternalError.__name__, said))


def _must_be_ours(kit: str) -> None:
    if kit != __version__:
        raise OperatorError(
            f"expected version {kit} of the kit, as on the machine that grades, got "
            f"{__version__}. Install the same version on all machines."
        )


def _welcomed(body: bytes) -> Welcome:
    from grader.judging.session import facts_here
    from grader.sandbox.host.tiers import wall_of

    wall = wall_of(order_of(body, Greeting).sandbox)
    return Welcome(socket.gethostname(), os.getpid(), facts_here(wall))


@functools.cache
def _here() -> OpenCourses:
    """Return the node that this process is."""
    return OpenCourses(_scratch)


def _scratch() -> str:
    """Return the folder that dask keeps for this process, and removes after it."""
    from distributed import get_worker

    return str(get_worker().local_directory)


class OpenCourses:
    """The courses that are open in this process, each for one run.

    Args:
        scratch: returns the folder to unpack them in.
    """

    def __init__(self, scratch: Callable[[], str]) -> None:
        self._scratch = scratch
        self._courses: dict[str, OpenCourse] = {}

    def open(self, body: bytes) -> Opened:
        """Return the checks of a course, once its judges are open here.

        Raises:
            AuthorError: the checks or a solution are wrong.
            OperatorError: this machine lacks something, or the wall does not hold.
        """
        opening = order_of(body, Opening)
        course = self._courses.get(opening.run)
        if course is None:
            course = OpenCourse(opening, Path(self._scratch()))
            self._courses[opening.run] = course
        course.expire(lambda: self.leave(opening.run))
        return Opened(dict(course.judges.checks))

    def judge(self, body: bytes) -> BundleVerdicts | Unopened:
        """Return the verdicts on a bundle of programs."""
        bundle = order_of(body, Bundle)
        course = self._courses.get(bundle.run)
        if course is None:
            return Unopened()
        try:
            return course.judge(bundle.tasks)
        finally:
            course.expire(lambda: self.leave(bundle.run))

    def leave(self, run: str) -> None:
        """End what is judged for a run, and remove its course."""
        course = self._courses.pop(run, None)
        if course is not None:
            course.close()


class OpenCourse:
    """A course in a private folder, and its judges behind this machine's wall."""

    def __init__(self, opening: Opening, scratch: Path) -> None:
        # Imported here: whoever only passes messages on needs none of it.
        from grader.course import load_course
        from grader.judging.session import open_judges

        if digest_of(opening.files) != opening.digest:
            raise InternalError("The course arrived damaged.")
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        with ExitStack() as stack:
            place = tempfile.TemporaryDirectory(prefix="course-", dir=scratch)
            root = Path(stack.enter_context(place))
            unpack(opening.files, root)
            course = load_course(root).only(opening.exercises)
            private = tuple(Path(os.fsdecode(path)) for path in opening.private)
            opened = open_judges(
                course,
                sandbox=opening.sandbox,
                jobs=opening.jobs,
                many=True,
                private=(scratch, *private),
            )
            self.judges: Judges = stack.enter_context(opened)
            # Collected now, behind the wall that is proven with it.
            _ = self.judges.checks
            self._stack = stack.pop_all()

    def judge(self, tasks: tuple[Task, ...]) -> BundleVerdicts:
        """Return the verdicts on tasks, each with its place among them."""
        asked = [_Numbered(number, task) for number, task in enumerate(tasks)]
        with self._lock:
            return BundleVerdicts(
                tuple(
                    TaskVerdict(one.number, verdict, extras)
                    for one, verdict, extras in self.judges.examine(asked)
                )
            )

    def expire(self, leave: Callable[[], None]) -> None:
        """Leave the course when nobody has asked about it for a while."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(IDLE_S, leave)
        self._timer.daemon = True
        self._timer.start()

    def close(self) -> None:
        """End the judging; the folder goes when its last process has ended."""
        if self._timer is not None:
            self._timer.cancel()
        self.judges.stop()
        # A bundle that was being judged ends first, in its own thread.
        threading.Thread(target=self._closed, name="grader-leaves").start()

    def _closed(self) -> None:
        with self._lock:
            self._stack.close()


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A task with its place in the bundle: two may be equal."""

    number: int
    task: Task

    @property
    def exercise(self) -> str:
        return self.task.exercise

    @property
    def program(self) -> Program:
        return self.task.program

    @property
    def how(self) -> How:
        return self.task.how
