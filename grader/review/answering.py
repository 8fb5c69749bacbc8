"""How the desk answers: only whom the guard lets through, and with words for errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.errors import GraderError
from grader.report import web
from grader.review.guard import POLICY, REFERRER, RequestGuard, guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    # A page, and what a form of the desk's own does.
    Page = Callable[[Request], Response]
    Act = Callable[[Request, dict[str, str]], Response]

_HTML = "text/html; charset=utf-8"
_SEE_OTHER, BAD, MISSING = 303, 400, 404


class Answering:
    """Makes routes of pages and of what forms do.

    Args:
        guard: lets requests through, or not.
    """

    def __init__(self, guard: RequestGuard) -> None:
        self._guard = guard

    def page(self, path: str, made: Page) -> Route:
        """Return the route of a page."""

        async def answer(request: Request) -> Response:
            refusal = self._guard.refusal(request)
            return guarded(refusal or _told(lambda: made(request), request))

        return Route(path, answer)

    def form(self, path: str, act: Act) -> Route:
        """Return the route of a form: it is one of ours, or nothing is done."""

        async def answer(request: Request) -> Response:
            refusal = self._guard.refusal(request)
            if refusal is not None:
                return guarded(refusal)
            fields = await self._guard.form(request)
            if fields is None:
                return guarded(plain("This form is not one of the desk's own.", BAD))
            return guarded(_told(lambda: act(request, fields), request))

        return Route(path, answer, methods=["POST"])

    def shown(self, template: str, **values: object) -> Response:
        """Return a page from a template, with what its forms bring back."""
        return _page(template, csrf=self._guard.csrf, **values)


def see(path: str) -> Response:
    """Return the answer that sends a browser to another page."""
    return RedirectResponse(path, status_code=_SEE_OTHER)


def plain(text: str, code: int) -> Response:
    """Return one sentence."""
    return PlainTextResponse(f"{text}\n", status_code=code)


def _told(made: Callable[[], Response], request: Request) -> Response:
    """Return an answer; where there is none, what is wrong, and the way back."""
    try:
        return made()
    except GraderError as error:
        answer = _page("desk_said.html", text=str(error), here=request.url.path)
        answer.status_code = BAD
        return answer


def _page(template: str, **values: object) -> Response:
    content = web.page(template, policy=POLICY, referrer=REFERRER, home="/", **values)
    return Response(content, media_type=_HTML)
