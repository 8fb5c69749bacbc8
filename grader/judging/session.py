"""The one way to have programs judged: `open_judges`, with the wall proven inside.

Grading, a student's own check, the proof, replay and the benchmarks judge through
`Judges` only. Whoever has judges has the canary's proof: nothing is judged before it.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from grader import __version__
from grader.installed import version
from grader.judging.protocol import How, Setup, Task
from grader.model import Facts
from grader.sandbox.host.tiers import wall_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from grader.course import Course
    from grader.judging.pool import Pool
    from grader.model import Check, Program, Verdict, Work
    from grader.sandbox.host.gate import Gate
    from grader.traces import Extras

__all__ = [
    "How",
    "Judgeable",
    "Judges",
    "OpenJudges",
    "Task",
    "open_judges",
]

MANY = 30
"""From this many works on, it pays to prepare the zygote for many forks."""

# For fewer programs another checker takes longer to start than it saves.
_WORTH_A_CHECKER = 4


class Judgeable(Protocol):
    """A program, the exercise that it is for, and how to judge it."""

    @property
    def exercise(self) -> str:
        """The exercise's id."""

    @property
    def program(self) -> Program:
        """What is judged."""

    @property
    def how(self) -> How:
        """How it is judged."""


A = TypeVar("A", bound=Judgeable)


class Judges(Protocol):
    """Judges programs of one course; no process starts before it is needed."""

    @property
    def checks(self) -> Mapping[str, tuple[Check, ...]]:
        """The checks of each exercise, by its id.

        Raises:
            AuthorError: the checks or a solution are wrong.
            OperatorError: this machine lacks something, or the wall does not hold.
        """

    @property
    def facts(self) -> Facts:
        """What programs are judged with: versions, wall and machine."""

    def judge(
        self, works: Iterable[Work], how: How | None = None
    ) -> Iterator[tuple[Work, Verdict]]:
        """Yield each work that has a program with its verdict, as they are reached.

        Args:
            works: what was handed in.
            how: how to judge it; None for the way that counts for a grade.

        Raises:
            AuthorError, OperatorError: as `checks`.
        """

    def examine(self, asked: Iterable[A]) -> Iterator[tuple[A, Verdict, Extras]]:
        """Yield what was asked with verdicts and extras, as they are reached.

        Raises:
            AuthorError, OperatorError: as `checks`.
        """

    def stop(self) -> None:
        """End what is being judged; another thread that waits for it gets an error."""


class OpenJudges(Protocol):
    """How to get judges: `open_judges`, or its double in tests."""

    def __call__(
        self,
        course: Course,
        *,
        sandbox: str = "auto",
        jobs: int = 1,
        many: bool = False,
        private: tuple[Path, ...] = (),
    ) -> AbstractContextManager[Judges]:
        """Return judges of a course, which end with the context."""


@contextmanager
def open_judges(
    course: Course,
    *,
    sandbox: str = "auto",
    jobs: int = 1,
    many: bool = False,
    stays: bool = False,
    gate: Gate | None = None,
    private: tuple[Path, ...] = (),
) -> Iterator[Judges]:
    """Return judges on this machine, whose processes end with the context.

    Args:
        course: whose programs will be judged; reduced to the exercises of interest.
        sandbox: the tier of the wall.
        jobs: how many checkers may work at a time.
        many: whether many programs will follow, so that all of them start at once.
        stays: whether more will be asked after a while, so that the next worker starts
            ahead of time.
        gate: an open gate to use, where there is one; the canary tries it again.
        private: what students handed in and were told; the canary tries to read it.

    Raises:
        UsageError: there is no such tier.
        OperatorError: this machine has not what the tier needs.
    """
    with ExitStack() as stack:
        judges = LocalJudges(course, stack, sandbox, jobs, gate, many=many, stays=stays)
        judges.private = private
        yield judges


class LocalJudges:
    """Checker processes of this machine, behind a wall that a canary has tried."""

    def __init__(
        self,
        course: Course,
        stack: ExitStack,
        sandbox: str,
        jobs: int,
        gate: Gate | None,
        *,
        many: bool,
        stays: bool,
    ) -> None:
        self._course = course
        self._stack = stack
        self._sandbox = sandbox
        self._jobs = jobs
        self._gate = gate
        self._many = many
        self._stays = stays
        self._pool: Pool | None = None
        self.private: tuple[Path, ...] = ()
        self.facts = facts_here(gate.name if gate else wall_of(sandbox))

    @property
    def checks(self) -> Mapping[str, tuple[Check, ...]]:
        """The checks of each exercise, by its id."""
        return self._ready_for(0).ready().checks

    def judge(
        self, works: Iterable[Work], how: How | None = None
    ) -> Iterator[tuple[Work, Verdict]]:
        """Yield each work that has a program with its verdict, as they are reached."""
        how = how or How()
        tasks = (
            (work, Task(work.exercise, work.program, how))
            for work in works
            if work.program is not None
        )
        # A large class is not in memory: as many as matter are counted.
        first = list(islice(tasks, max(MANY + 1, self._jobs * _WORTH_A_CHECKER)))
        if first:
            pool = self._ready_for(len(first))
            for work, verdict, _ in pool.run(chain(first, tasks)):
                yield work, verdict

    def examine(self, asked: Iterable[A]) -> Iterator[tuple[A, Verdict, Extras]]:
        """Yield what was asked with verdicts and extras, as they are reached."""
        tasks = [(one, Task(one.exercise, one.program, one.how)) for one in asked]
        if tasks:
            yield from self._ready_for(len(tasks)).run(tasks)

    def stop(self) -> None:
        """End what is being judged; another thread that waits for it gets an error."""
        if self._pool is not None:
            self._pool.stop()

    def _ready_for(self, count: int) -> Pool:
        """Return checkers behind a proven wall, as many as this many programs need."""
        jobs = max(1, min(self._jobs, count // _WORTH_A_CHECKER))
        jobs = self._jobs if self._many else jobs
        if self._pool is None:
            self._pool = self._started(jobs, many=self._many or count > MANY)
        self._pool.grow(jobs)
        return self._pool

    def _started(self, jobs: int, *, many: bool) -> Pool:
        # Imported here: a run with nothing to judge does not need what these import.
        from grader.judging.pool import Pool
        from grader.sandbox.host.gate import Gate

        course = self._course
        gate = self._gate or self._stack.enter_context(
            Gate(self._sandbox, course.preload, many=many)
        )
        pool = self._stack.enter_context(Pool(self._setup(), gate))
        pool.grow(jobs)
        # The zygote and the checkers start side by side: the checkers take longer.
        pool.ready()
        gate.prove(course.table, self.private)
        return pool

    def _setup(self) -> Setup:
        course = self._course
        return Setup(
            course.root,
            course.exercises,
            course.preload,
            course.fingerprints(),
            self.facts,
            self._stays,
            Path.cwd(),
        )


def facts_here(wall: str) -> Facts:
    """Return what programs are judged with on this machine, without importing it."""
    import platform

    return Facts(
        kit=__version__,
        python=platform.python_version(),
        torch=version("torch"),
        numpy=version("numpy"),
        wall=wall,
        machine=f"{platform.system()} {platform.machine()}",
    )
