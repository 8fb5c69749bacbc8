"""What can be told of an exception, whatever its class makes of being looked at.

A program's own class may raise, or never end, wherever it is asked for something. What
Python keeps is read past it; its text alone is asked for, in a time that is bounded.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox.worker import lacks
from grader.sandbox.worker.absent import NotHereError, starred
from grader.sandbox.worker.clock import Interrupted
from grader.sandbox.worker.fitting import cut
from grader.sandbox.worker.holes import is_hole
from grader.sandbox.worker.looking import is_a
from grader.sandbox.worker.openers import why_refused
from grader.sandbox.worker.places import Place, is_own, loop_of, own_frames

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from grader.sandbox.wire import WireError

SOURCE_LINE_CAP: Final = 200
MESSAGE_CAP: Final = 500
NAME_CAP: Final = 200
KINDS_CAP: Final = 12
"""How many classes of an exception are told, its own first."""

TELLING_S: Final = (0.5, 2.0)
"""How long an exception may take to say its text: computing, and on the wall."""

_LINES_CAP: Final = 10**7
_NAME: Final = type.__dict__["__name__"]
_MRO: Final = type.__dict__["__mro__"]
_TRACE: Final = BaseException.__dict__["__traceback__"]
_SYNTAX: Final = vars(SyntaxError)
_NO_END: Final = contextlib.nullcontext()


def failure(
    error: BaseException,
    at: Place | None = None,
    within: AbstractContextManager[None] = _NO_END,
) -> dict[str, object]:
    """Return what can be told of an exception: type, message, the student's line.

    `offset` is where in that line a syntax error is, from 1; 0 where nothing is known.

    Args:
        error: the exception.
        at: where it happened, if that is not where it was raised.
        within: bounds the time in which it has to say its text.
    """
    kinds = _MRO.__get__(type(error))[:KINDS_CAP]
    told = {
        "type": name_of(type(error)),
        "kinds": [name_of(kind) for kind in kinds],
        "message": "",
        **_shown(Place()),
        "hole": False,
        "memory": False,
    }
    # Something that is asked here may be the program's own after all.
    with contextlib.suppress(BaseException):
        told |= _looked_at(error, at, within)
    return told


def name_of(kind: type) -> str:
    """Return the name of a class, whatever its metaclass says."""
    return cut(_NAME.__get__(kind), NAME_CAP)


def refusal(error: NotHereError | WireError) -> dict[str, object]:
    """Return the reply in place of one that cannot cross."""
    if isinstance(error, NotHereError):
        return {"raised": failure(error.error, error.place)}
    return {"too_large": str(error)}


def unwritten_at(place: Place) -> dict[str, object]:
    """Return the failure of a function that is not written and raises nothing."""
    return {**failure(NotImplementedError()), **_shown(place), "hole": True}


def placed(told: dict[str, object], place: Place) -> dict[str, object]:
    """Return what is told of an exception, at a place where it has none."""
    return told if told["label"] else {**told, **_shown(place)}


def _looked_at(
    error: BaseException, at: Place | None, within: AbstractContextManager[None]
) -> dict[str, object]:
    message, place = _message(error, within), at or _place(error)
    lacks.behind(error, message, place)
    unwritten = type(error) is NotImplementedError and (
        message.endswith(": not written yet") or is_hole(place)
    )
    return {
        "message": message,
        **_shown(place, _of_syntax(error, "offset")),
        "hole": unwritten,
        "memory": _out_of_memory(error, message),
    }


def _shown(place: Place, column: int = 0) -> dict[str, object]:
    """Return a place, its line as it is shown, and a column of that."""
    line = place.text.rstrip()
    indent = len(line) - len(line.lstrip())
    text = cut(line.strip(), SOURCE_LINE_CAP)
    # Of a wrong indent the place is in front of the text.
    shown = max(column - indent, 1) if column else 0
    return {
        "label": cut(place.label, NAME_CAP),
        "line": place.line if 0 <= place.line < _LINES_CAP else 0,
        "text": text,
        "offset": shown if shown <= len(text) + 1 else 0,
    }


def _of_syntax(error: BaseException, name: str) -> int:
    """Return a number that a syntax error has; 0 for others, and if it is none."""
    value = _SYNTAX[name].__get__(error) if is_a(error, SyntaxError) else 0
    return value if type(value) is int and 0 <= value < _LINES_CAP else 0


def _message(error: BaseException, within: AbstractContextManager[None]) -> str:
    if is_a(error, SyntaxError):
        return _text(_SYNTAX["msg"].__get__(error), within)
    text = _text(error, within)
    if is_a(error, NameError) and starred:
        return f"{text} (is it from {starred[-1]}? That is not here)"
    refused = why_refused(error, text)
    return f"{refused}: {text}" if refused else text


def _text(value: Any, within: AbstractContextManager[None]) -> str:  # noqa: ANN401 - the program's
    """Return the text that something has; "" if it has none, or takes too long."""
    try:
        with within:
            return cut(str(value), MESSAGE_CAP)
    except BaseException:  # noqa: BLE001 - whatever it raises in place of its text
        return ""


def _place(error: BaseException) -> Place:
    """Return where it happened: the innermost place, or the loop that never ended."""
    if is_a(error, SyntaxError):
        name, line = _SYNTAX["filename"].__get__(error), _of_syntax(error, "lineno")
        if type(name) is str and is_own(name) and line:
            return Place(name, line)
    places = own_frames(_TRACE.__get__(error))
    if is_a(error, Interrupted):
        return loop_of(places)
    return places[-1] if places else Place()


def _out_of_memory(error: BaseException, message: str) -> bool:
    return is_a(error, MemoryError) or (
        is_a(error, RuntimeError) and "can't allocate memory" in message
    )
