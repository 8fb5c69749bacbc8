"""What a student's program was asked, in the form in which others can be asked it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from grader.judging.answers import value_of
from grader.judging.requests import Assign, Call, Earlier, Operate, Parameters
from grader.sandbox.mirrors import CALLED, PATH
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.judging.checks.evidence import Exchange
    from grader.judging.requests import Asked, Given, Mirrored


def requests_of(exchanges: Sequence[Exchange]) -> tuple[Asked, ...] | None:
    """Return the requests with earlier answers in place of handles.

    It is None if a handle is not the value of an earlier answer, or if a request rests
    on what no other program can be given, such as files of the check's.
    """
    if any(exchange.alone for exchange in exchanges):
        return None
    known: dict[int, Earlier] = {}
    able = any(exchange.backs is not None for exchange in exchanges)
    requests = []
    for index, exchange in enumerate(exchanges):
        try:
            requests.append(_related(exchange.request, known, able=able))
        except KeyError:
            return None
        answer = value_of(exchange.answer)
        for path, number in handles_in(answer.value):
            known.setdefault(number, Earlier(index, path))
        for path, handle in answer.lent:
            known.setdefault(handle.number, Earlier(index, path))
    return tuple(requests)


def handles_in(
    value: object, path: tuple[object, ...] = ()
) -> Iterator[tuple[tuple[object, ...], int]]:
    """Yield the handles in a value, each by the way to it and its number."""
    match value:
        case Handle(number=number):
            yield path, number
        case dict():
            for key, item in value.items():
                yield from handles_in(item, (*path, key))
        case list() | tuple():
            for index, item in enumerate(value):
                yield from handles_in(item, (*path, index))


def _related(
    request: Asked, known: Mapping[int, Earlier], *, able: bool = False
) -> Asked:
    """Return a request with earlier answers in place of handles, or raise KeyError.

    Args:
        request: what was asked of the student's program.
        known: by each handle's number the answer which it came with.
        able: whether functions of the check can be asked for again.
    """

    def own(value: object) -> object:
        match value:
            case Handle(number=number):
                least = PATH if able else CALLED
                return value if least < number < 0 else known[number]
            case dict():
                return {key: own(item) for key, item in value.items()}
            case list() | tuple():
                return type(value)([own(item) for item in value])
        return value

    def target(handle: Handle | Earlier) -> Earlier:
        return handle if isinstance(handle, Earlier) else known[handle.number]

    match request:
        case Call(to, args, kwargs):
            to = to if isinstance(to, str) else target(to)
            return replace(
                request,
                target=to,
                args=tuple(map(own, args)),
                kwargs={key: own(item) for key, item in kwargs.items()},
                mirrored=_related_things(request.mirrored, own),
                of=None if request.of is None else target(request.of),
            )
        case Operate(operation, args):
            return Operate(operation, tuple(map(own, args)))
        case Parameters(model):
            return Parameters(target(model))
        case Assign(model, values):
            return Assign(target(model), values)


def _related_things(
    mirrored: Mirrored | None, own: Callable[[object], object]
) -> Mirrored | None:
    """Return a call's things with earlier answers in place of handles."""
    if mirrored is None:
        return None
    return replace(
        mirrored,
        args=tuple(map(own, mirrored.args)),
        kwargs={key: own(item) for key, item in mirrored.kwargs.items()},
        given=tuple(_related_given(each, own) for each in mirrored.given),
    )


def _related_given(given: Given, own: Callable[[object], object]) -> Given:
    origin = cast("Handle | Earlier | None", own(given.origin))
    return given._replace(content=own(given.content), origin=origin)
