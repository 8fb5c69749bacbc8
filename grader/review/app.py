"""The pages of the desk, and the forms that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.errors import GraderError
from grader.model import Results
from grader.programs import kept_programs
from grader.report import web
from grader.report.class_view import class_view
from grader.report.formats import html, results_json
from grader.report.letter import letter_of
from grader.report.options import Options
from grader.report.stems import file_stems
from grader.report.web import code, figures
from grader.review.guard import POLICY, REFERRER, RequestGuard, guarded
from grader.review.worklist import Item, worklist

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from starlette.requests import Request

    from grader.model import SubmissionResult
    from grader.review.decisions import Decider

_ASSETS = {
    "page.css": "text/css",
    "class.js": "text/javascript",
    "desk.js": "text/javascript",
}
_HTML = "text/html; charset=utf-8"
_NOTHING, _SEE_OTHER, _BAD, _MISSING = 204, 303, 400, 404


class Reading(msgspec.Struct, frozen=True):
    """One reading of the results: a run may write new ones between two requests."""

    results: Results
    stems: tuple[str, ...]
    items: tuple[Item, ...]

    def index(self, stem: str) -> int | None:
        """Return a student's position by the name in an address."""
        return self.stems.index(stem) if stem in self.stems else None


class DeskPages:
    """Answers requests that the guard let through.

    Args:
        out: the folder of the reports.
        guard: knows the token that a form has to bring.
        decider: keeps what is decided.
    """

    def __init__(self, out: Path, guard: RequestGuard, decider: Decider) -> None:
        self._out = out
        self._guard = guard
        self._decider = decider

    def app(self) -> Starlette:
        """Return the server's application."""
        serve, decide = self._served, self._decided
        return Starlette(
            routes=[
                Route("/", serve(self._list)),
                Route("/item/{number:int}", serve(self._item)),
                Route("/student/{stem}", serve(self._student)),
                Route("/item/{number:int}", decide(self._of_item), methods=["POST"]),
                Route("/student/{stem}", decide(self._of_student), methods=["POST"]),
                Route("/chart/{stem}/{number:int}.svg", serve(self._chart)),
                Route("/{name}", serve(self._asset)),
            ]
        )

    def _served(
        self, page: Callable[[Request], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            refusal = self._guard.refusal(request)
            return guarded(refusal or _told(page, request))

        return answer

    def _decided(
        self, students: Callable[[Request], tuple[str, ...]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            refusal = self._guard.refusal(request)
            if refusal is not None:
                return guarded(refusal)
            fields = await self._guard.form(request)
            if fields is None:
                return guarded(_plain("This form is not one of the desk's own.", _BAD))
            return guarded(self._kept(request, students(request), fields))

        return answer

    def _kept(
        self, request: Request, students: tuple[str, ...], fields: dict[str, str]
    ) -> Response:
        if not students:
            return _plain("There is nobody of this name in the results.", _MISSING)
        try:
            self._decider.decide(fields.get("action", ""), students, fields)
        except GraderError as error:
            return _refused(request, error)
        return RedirectResponse(request.url.path, status_code=_SEE_OTHER)

    def _found(self) -> Reading:
        results = results_json.read(self._out)
        stems = file_stems(tuple(one.student for one in results.submissions))
        return Reading(results, stems, worklist(results))

    def _list(self, request: Request) -> Response:
        del request
        found = self._found()
        return _page(
            "desk.html",
            view=class_view(found.results),
            items=found.items,
            stems=found.stems,
        )

    def _item(self, request: Request) -> Response:
        found = self._found()
        number = request.path_params["number"]
        if not 0 <= number < len(found.items):
            return _plain("There is no such item any more.", _MISSING)
        stems = dict(
            zip(
                (one.student for one in found.results.submissions),
                found.stems,
                strict=True,
            )
        )
        item = found.items[number]
        return _page(
            "desk_item.html",
            item=item,
            students=[(name, stems[name]) for name in item.students if name in stems],
            about=item.about.partition(":")[0],
            number=number,
            last=len(found.items) - 1,
            csrf=self._guard.csrf,
        )

    def _student(self, request: Request) -> Response:
        found = self._found()
        index = found.index(request.path_params["stem"])
        if index is None:
            return _plain("There is nobody of this name in the results.", _MISSING)
        submission = found.results.submissions[index]
        letter = letter_of(submission, found.results)
        options = Options(programs=kept_programs(found.results, self._out))
        stem = found.stems[index]
        sections, _ = html.sections(
            submission, letter, options, lambda n: f"/chart/{stem}/{n}.svg"
        )
        return _page(
            "desk_student.html",
            letter=letter,
            sections=sections,
            places=_places(submission),
            csrf=self._guard.csrf,
            before=found.stems[index - 1] if index else None,
            after=found.stems[index + 1] if index + 1 < len(found.stems) else None,
        )

    def _chart(self, request: Request) -> Response:
        found = self._found()
        index = found.index(request.path_params["stem"])
        if index is None:
            return _plain("There is no such chart.", _MISSING)
        submission = found.results.submissions[index]
        letter = letter_of(submission, found.results)
        _, charts = html.sections(submission, letter, Options(), str)
        number = request.path_params["number"]
        if not 1 <= number <= len(charts):
            return _plain("There is no such chart.", _MISSING)
        image = figures.curves([charts[number - 1]])
        return Response(image, media_type="image/svg+xml")

    def _asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name == "code.css":
            return Response(code.colours(), media_type="text/css")
        if name == "favicon.ico":  # every browser asks for one
            return Response(status_code=_NOTHING)
        if name not in _ASSETS:
            return _plain("There is no such page.", _MISSING)
        return Response(web.asset(name), media_type=_ASSETS[name])

    def _of_item(self, request: Request) -> tuple[str, ...]:
        items = self._found().items
        number = request.path_params["number"]
        return items[number].students if 0 <= number < len(items) else ()

    def _of_student(self, request: Request) -> tuple[str, ...]:
        found = self._found()
        index = found.index(request.path_params["stem"])
        return () if index is None else (found.results.submissions[index].student,)


def _places(submission: SubmissionResult) -> list[str]:
    """Return what can be decided about: each exercise, and each check of it."""
    return [
        place
        for exercise in submission.exercises
        for place in (
            exercise.exercise,
            *(f"{exercise.exercise}:{check.name}" for check in exercise.checks),
        )
    ]


def _told(page: Callable[[Request], Response], request: Request) -> Response:
    """Return a page, or what went wrong as one sentence."""
    try:
        return page(request)
    except GraderError as error:
        return _refused(request, error)


def _page(template: str, **values: object) -> Response:
    content = web.page(template, policy=POLICY, referrer=REFERRER, **values)
    return Response(content, media_type=_HTML)


def _refused(request: Request, error: GraderError) -> Response:
    """Return a page that says what is wrong, with the way back to the form."""
    answer = _page("desk_said.html", text=str(error), here=request.url.path)
    answer.status_code = _BAD
    return answer


def _plain(text: str, code: int) -> Response:
    return PlainTextResponse(f"{text}\n", status_code=code)
