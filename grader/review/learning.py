"""Pages on which the course learns, and on which a change is tried before it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from grader.decisions import Naming
from grader.errors import UsageError
from grader.review.answering import MISSING, Answering, plain, see
from grader.review.jobs import JobOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from grader.moves import Moved
    from grader.review.jobs import DeskJob, Jobs
    from grader.review.reading import Reader

JOB = "/job"
"""The page of what runs, or ran last."""


class Offer(Protocol):
    """What can be adopted from one student's work, and for whom."""

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that nothing explains."""

    @property
    def group(self) -> tuple[str, ...]:
        """All who fail one of them in the same way."""

    @property
    def sources(self) -> Mapping[str, str]:
        """What would be written for each function, the likeliest first."""


class Learnt(Protocol):
    """A mistake that the course has learnt."""

    def told(self) -> tuple[str, ...]:
        """Return what was done, line by line."""


class Learner(Protocol):
    """Makes mistakes of the course out of what students did."""

    def offered(self, student: str, exercise: str) -> Offer:
        """Return what can be adopted from a student's work."""

    def adopt(self, naming: Naming, watcher: DeskJob) -> Learnt:
        """Write a mistake into the course, prove it, and ask its question."""


class Foresight(Protocol):
    """Says whose grade would move if everybody was graded now."""

    def __call__(self, watcher: DeskJob) -> tuple[Moved, ...]:
        """Return whose grade would move, by how much, and why."""


class LearningPages:
    """Name a mistake, try a change, and see how far either is.

    Args:
        answering: makes routes.
        read: reads the results anew.
        jobs: what takes longer than a click.
        learner: adopts mistakes.
        foresight: grades with the course as it is now, for nobody.
    """

    def __init__(
        self,
        answering: Answering,
        read: Reader,
        jobs: Jobs,
        learner: Learner,
        foresight: Foresight,
    ) -> None:
        self._answering = answering
        self._read = read
        self._learner = learner
        self._foresight = foresight
        self._jobs = jobs

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        page, form = self._answering.page, self._answering.form
        return [
            page("/name/{exercise}/{stem}", self._naming),
            form("/name/{exercise}/{stem}", self._name),
            page("/what-if", self._trying),
            form("/what-if", self._try),
            page(JOB, self._job),
        ]

    def _naming(self, request: Request) -> Response:
        found = self._read()
        index = found.index(request.path_params["stem"])
        if index is None:
            return plain("There is nobody of this name in the results.", MISSING)
        exercise = request.path_params["exercise"]
        student = found.results.submissions[index].student
        offer = self._learner.offered(student, exercise)
        return self._answering.shown(
            "desk_name.html",
            exercise=exercise,
            student=student,
            offer=offer,
            stems=found.stem_of,
        )

    def _name(self, request: Request, fields: dict[str, str]) -> Response:
        found = self._read()
        index = found.index(request.path_params["stem"])
        if index is None:
            raise UsageError("There is nobody of this name in the results.")
        given = {name: fields.get(name, "") for name in ("name", "question", "try_it")}
        naming = Naming(
            student=found.results.submissions[index].student,
            exercise=request.path_params["exercise"],
            about=fields.get("about", ""),
            **given,
        )

        def work(job: DeskJob) -> JobOutcome:
            return JobOutcome(self._learner.adopt(naming, job).told())

        return self._started("Naming a mistake", request, work)

    def _trying(self, request: Request) -> Response:
        del request
        return self._answering.shown("desk_what_if.html")

    def _try(self, request: Request, fields: dict[str, str]) -> Response:
        del fields

        def work(job: DeskJob) -> JobOutcome:
            moved = self._foresight(job)
            return JobOutcome(("Nothing was written, and no grade has moved.",), moved)

        return self._started("What would move", request, work)

    def _started(
        self, title: str, request: Request, work: Callable[[DeskJob], JobOutcome]
    ) -> Response:
        self._jobs.start(title, request.url.path, work)
        return see(JOB)

    def _job(self, request: Request) -> Response:
        del request
        job = self._jobs.last
        if job is None:
            return plain("Nothing was started here.", MISSING)
        runs = job.runs  # it may end while the page is made
        if not runs and job.outcome is not None and job.outcome.leads_back:
            return see(job.back)
        stems = self._read().stem_of
        return self._answering.shown("desk_job.html", job=job, runs=runs, stems=stems)
