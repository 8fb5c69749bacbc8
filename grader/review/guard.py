"""Who may talk to the desk: whoever was given its link, from its own pages.

Every answer forbids what its pages do not need. A request for another host name (DNS
rebinding), from another page, without the cookie or without the form's own token is
refused before anything is read of it.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

COOKIE = "desk"
FIELD = "csrf"
MOST_BYTES = 64 * 1024
_FIELDS = 100
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
# Without it a browser sends no origin with a form, and the form is refused.
REFERRER = "same-origin"
_HEADERS = {
    # A page itself cannot forbid what frames it: only a header can.
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": REFERRER,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SAFE = ("GET", "HEAD")


class RequestGuard:
    """Decides whether a request is answered.

    Attributes:
        token: opens the desk once; it stands in the link that is printed.
        csrf: stands in every form.
    """

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe(32)
        self.csrf = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._used = False

    def refusal(self, request: Request) -> Response | None:
        """Return the answer to a request that is not served, or None."""
        host = request.headers.get("host", "")
        if host not in self._hosts:
            return _refused("This desk answers to 127.0.0.1 alone.")
        if request.url.path == "/" and "token" in request.query_params:
            return self._opened(request.query_params["token"])
        if not _same(request.cookies.get(COOKIE, ""), self._session):
            return _refused("Open the link that `grader review` printed.")
        origin = request.headers.get("origin")
        if request.method not in _SAFE and origin != f"http://{host}":
            return _refused("This request came from another page.")
        return None

    def _opened(self, token: str) -> Response:
        if self._used or not _same(token, self.token):
            return _refused(
                "This link was used, or is not the one that `grader review` printed. "
                "Start it again."
            )
        self._used = True
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(
            COOKIE, self._session, httponly=True, samesite="strict", path="/"
        )
        return answer

    async def form(self, request: Request) -> dict[str, str] | None:
        """Return the fields of a form of ours; None for any other."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return None
        try:
            fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_FIELDS)
        except ValueError:  # too many
            return None
        told = {name: values[0] for name, values in fields.items()}
        return told if _same(told.get(FIELD, ""), self.csrf) else None


def guarded(answer: Response) -> Response:
    """Return an answer with the headers that all have."""
    answer.headers.update(_HEADERS)
    return answer


def _refused(why: str) -> Response:
    return PlainTextResponse(f"{why}\n", status_code=403)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
