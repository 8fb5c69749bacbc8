"""The pages of the desk, and the forms that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from starlette.applications import Starlette
from starlette.responses import Response

from grader.errors import UsageError
from grader.programs import kept_programs
from grader.report import web
from grader.report.class_view import class_view
from grader.report.formats import html
from grader.report.letter import letter_of
from grader.report.options import Options
from grader.report.phrases import of
from grader.report.web import code, figures
from grader.review.answering import MISSING, Answering, plain, see
from grader.review.jobs import Jobs
from grader.review.learning import Foresight, Learner, LearningPages
from grader.review.plots import DrawsPlots, Plots
from grader.review.points import PointsPages
from grader.review.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from starlette.requests import Request

    from grader.model import CheckResult, ExerciseResult, SubmissionResult
    from grader.review.decisions import Decider
    from grader.review.guard import RequestGuard

_ASSETS = {
    "page.css": "text/css",
    "class.js": "text/javascript",
    "desk.js": "text/javascript",
}
_NOTHING = 204


class DeskPages:
    """Answers requests that the guard let through.

    Args:
        out: the folder of the reports.
        guard: knows the token that a form has to bring.
        decider: keeps what is decided.
        learner: adopts mistakes.
        foresight: says what a change of the course would move.
        draw: runs a program again for its plots.
    """

    def __init__(
        self,
        out: Path,
        guard: RequestGuard,
        decider: Decider,
        learner: Learner,
        foresight: Foresight,
        draw: DrawsPlots,
    ) -> None:
        self._out = out
        self._decider = decider
        self._answering = Answering(guard)
        jobs = Jobs()
        self._learning = LearningPages(
            self._answering, self._found, jobs, learner, foresight
        )
        self._points = PointsPages(
            self._answering, self._found, decider, Plots(jobs, draw), guard.csrf, out
        )

    def app(self) -> Starlette:
        """Return the server's application."""
        page, form = self._answering.page, self._answering.form
        return Starlette(
            routes=[
                page("/", self._list),
                page("/item/{number:int}", self._item),
                page("/student/{stem}", self._student),
                form("/item/{number:int}", self._decide_item),
                form("/student/{stem}", self._decide_student),
                page("/chart/{stem}/{number:int}.svg", self._chart),
                *self._learning.routes(),
                *self._points.routes(),
                page("/{name}", self._asset),
            ]
        )

    def _decide_item(self, request: Request, fields: dict[str, str]) -> Response:
        items = self._found().items
        number = request.path_params["number"]
        item = items[number] if 0 <= number < len(items) else None
        if item is not None and fields.get("item") not in (None, item.key):
            raise UsageError(
                "The list has changed since this page was opened: these are other "
                "students now. Look at the list again."
            )
        return self._kept(request, item.students if item else (), fields)

    def _decide_student(self, request: Request, fields: dict[str, str]) -> Response:
        found = self._found()
        index = found.index(request.path_params["stem"])
        chosen = (
            found.results.submissions[index : index + 1] if index is not None else ()
        )
        return self._kept(request, tuple(one.student for one in chosen), fields)

    def _kept(
        self, request: Request, students: tuple[str, ...], fields: dict[str, str]
    ) -> Response:
        if not students:
            return plain("There is nobody of this name in the results.", MISSING)
        self._decider.decide(fields.get("action", ""), students, fields)
        return see(request.url.path)

    def _found(self) -> Reading:
        return Reading(self._out)

    def _list(self, request: Request) -> Response:
        del request
        found = self._found()
        return self._answering.shown(
            "desk.html",
            view=class_view(found.results),
            items=found.items,
            stems=found.stems,
        )

    def _item(self, request: Request) -> Response:
        found = self._found()
        number = request.path_params["number"]
        if not 0 <= number < len(found.items):
            return plain("There is no such item any more.", MISSING)
        stems, item = found.stem_of, found.items[number]
        return self._answering.shown(
            "desk_item.html",
            item=item,
            students=[(name, stems[name]) for name in item.students if name in stems],
            about=item.about.partition(":")[0],
            places=_places(
                (s for s in found.results.submissions if s.student in item.students),
                points=False,
            ),
            number=number,
            last=len(found.items) - 1,
        )

    def _student(self, request: Request) -> Response:
        found = self._found()
        index = found.index(request.path_params["stem"])
        if index is None:
            return plain("There is nobody of this name in the results.", MISSING)
        submission = found.results.submissions[index]
        letter = letter_of(submission, found.results)
        stem = found.stems[index]
        with kept_programs(found.results, self._out) as programs:
            sections = html.sections(
                *(submission, letter, Options(programs=programs)),
                lambda n: f"/chart/{stem}/{n}.svg",
            )
        return self._answering.shown(
            "desk_student.html",
            letter=letter,
            sections=sections,
            places=_places([submission], points=True),
            before=found.stems[index - 1] if index else None,
            after=found.stems[index + 1] if index + 1 < len(found.stems) else None,
        )

    def _chart(self, request: Request) -> Response:
        found = self._found()
        index = found.index(request.path_params["stem"])
        if index is None:
            return plain("There is no such chart.", MISSING)
        submission = found.results.submissions[index]
        charts = html.curves_in(letter_of(submission, found.results))
        number = request.path_params["number"]
        if not 1 <= number <= len(charts):
            return plain("There is no such chart.", MISSING)
        image = figures.curves([charts[number - 1]])
        return Response(image, media_type="image/svg+xml")

    def _asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name == "code.css":
            return Response(code.colours(), media_type="text/css")
        if name == "favicon.ico":  # every browser asks for one
            return Response(status_code=_NOTHING)
        if name not in _ASSETS:
            return plain("There is no such page.", MISSING)
        return Response(web.asset(name), media_type=_ASSETS[name])


class Decidable(NamedTuple):
    """An exercise that can be decided about, and its checks, each with its words."""

    exercise: str
    whole: str
    checks: list[tuple[str, str]]


def _places(
    submissions: Iterable[SubmissionResult], *, points: bool
) -> list[Decidable]:
    """Return what can be decided about, with the points that it has if they matter.

    A check that is worth nothing cannot.
    """
    found: dict[str, Decidable] = {}
    for own in (own for submission in submissions for own in submission.exercises):

        def said(text: str, had: ExerciseResult | CheckResult) -> str:
            return f"{text} ({of(had.score, had.max_score)})" if points else text

        checks = [
            (check.name, said(check.title or check.name, check))
            for check in own.checks
            if check.max_score
        ]
        place = Decidable(own.exercise, said("all of it", own), checks)
        found.setdefault(own.exercise, place)
    return list(found.values())
