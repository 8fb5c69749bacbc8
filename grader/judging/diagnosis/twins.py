"""Whether two models compute the same once they have the same weights.

A model starts at random, so the answers of a student's model are no evidence by
themselves. Here another model gets its weights, and both are asked for outputs on the
same inputs. The right order of the weights is the one in which the outputs agree.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.judging.answers import Value, Weights
from grader.judging.checks.evidence import CheckEnded, Exchange, is_call
from grader.judging.diagnosis.bounds import NUMBERS_CAP
from grader.judging.diagnosis.samples import equal, flat
from grader.judging.requests import Assign, Call, Parameters
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import torch

    from grader.judging.checks.host import Host
    from grader.judging.diagnosis.stage import Stage
    from grader.judging.requests import Asked

_ORDERS_CAP = 24
# Stands for a new object in requests to the stage.
_NEW = Handle(0, "")
_ANEW = "a new object"


class Twins:
    """A student's objects, and objects on the stage with the same weights.

    Args:
        host: the student's program.
        stage: the solution and its mistakes.
        exchanges: of all checks, in which objects were made and called.
    """

    def __init__(self, host: Host, stage: Stage, exchanges: Iterable[Exchange]) -> None:
        self._host = host
        self._stage = stage
        self._exchanges = tuple(exchanges)
        self._asked: dict[str, _AskedObject | None] = {}

    def order(self, maker: str, slot: int) -> tuple[int, ...] | None:
        """Return the order in which a slot's object takes the student's weights.

        It is None if no order makes the outputs agree, or if there are no outputs.

        Args:
            maker: the name of the class or function that makes the object.
            slot: as in `Stage.perform`.
        """
        if maker not in self._asked:
            self._asked[maker] = self._ask(maker)
        asked = self._asked[maker]
        if asked is None:
            return None
        sizes = self._sizes(asked, slot)
        for order in _orders([w.numel() for w in asked.weights], sizes):
            given = given_weights(asked.made, [asked.weights[i] for i in order])
            answers = self._stage.perform([slot], [*given, asked.called])[slot]
            match answers[-1]:
                case Exchange(answer=Value(value)) if equal(value, asked.output):
                    return order
        return None

    def _sizes(self, asked: _AskedObject, slot: int) -> list[int]:
        """Return how many numbers each parameter of a slot's object has."""
        read = Exchange("", Parameters(_NEW))
        match self._stage.perform([slot], [asked.made, read])[slot][-1]:
            case Exchange(answer=Weights(values)):
                return [value.numel() for value in values]
        return []

    def _ask(self, maker: str) -> _AskedObject | None:
        """Return the weights of a new object of the student's, and what it gives."""
        found = next(_called(self._exchanges, maker), None)
        if found is None:
            return None
        made, called = found
        try:
            handle, weights = new_object(self._host, made.request)
            if handle is None:
                return None
            answer, _ = self._host.request(maker, replace(called, target=handle))
        except CheckEnded:
            return None
        match answer:
            case Value(output) if weights and flat(output):
                anew = Exchange("", replace(called, target=_NEW))
                return _AskedObject(making(made), anew, weights, output)
        return None


@dataclass(frozen=True, slots=True)
class _AskedObject:
    """A student's object: how it was made and called, its weights, its output."""

    made: Exchange
    called: Exchange
    weights: list[torch.Tensor]
    output: object


def new_object(host: Host, made: Asked) -> tuple[Handle | None, list[torch.Tensor]]:
    """Return a new object of the student's and its weights, if it has any.

    Raises:
        CheckEnded: the program ended instead.
    """
    match host.request(_ANEW, _alone(made))[0]:
        case Value(value=Handle() as handle):
            answer, _ = host.request(_ANEW, Parameters(handle))
        case _:
            return None, []
    match answer:
        case Weights(values) if sum(v.numel() for v in values) <= NUMBERS_CAP:
            return handle, values
    return handle, []


def making(made: Exchange) -> Exchange:
    """Return the request that makes an object on the stage."""
    return Exchange(made.name, _alone(made.request), Value(_NEW))


def _alone(made: Asked) -> Asked:
    return made.alone() if isinstance(made, Call) else made


def given_weights(made: Exchange, weights: Sequence[torch.Tensor]) -> list[Exchange]:
    """Return requests that make an object on the stage and give it these weights."""
    return [made, Exchange(made.name, Assign(_NEW, list(weights)))]


def with_object(call: Call, handle: Handle | None = None) -> Call:
    """Return a call with this object, or that of `given_weights`, for its handles."""
    given = handle or _NEW
    args = tuple(given if isinstance(arg, Handle) else arg for arg in call.args)
    return replace(call, args=args)


def makers(exchanges: Iterable[Exchange]) -> set[str]:
    """Return the names of functions that made an object from plain data."""
    return {e.name for e in exchanges if _makes(e)}


def maker_of(exchanges: Iterable[Exchange], handle: Handle) -> Exchange | None:
    """Return the exchange that made an object from plain data."""
    for exchange in filter(_makes, exchanges):
        match exchange.answer:
            case Value(value=Handle(number=number)) if number == handle.number:
                return exchange
    return None


def _called(
    exchanges: Sequence[Exchange], maker: str
) -> Iterator[tuple[Exchange, Call]]:
    """Yield how objects were made and a call that gave numbers, from plain data."""
    for exchange in exchanges:
        match exchange.request:
            case Call(target=Handle() as target) as called if _is_plain(called):
                made = maker_of(exchanges, target)
                if made is not None and made.name == maker:
                    yield made, called.alone()


def _makes(exchange: Exchange) -> bool:
    match exchange.request, exchange.answer:
        case Call() as call, Value(value=Handle()):
            return is_call(exchange) and _is_plain(call)
    return False


def _is_plain(call: Call) -> bool:
    return not any(isinstance(arg, Handle) for arg in call.args)


def _orders(have: Sequence[int], need: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the orders in which weights of these sizes fit into others."""
    if sorted(have) == sorted(need) and have:
        every = itertools.permutations(range(len(have)))
        for order in itertools.islice(every, _ORDERS_CAP):
            if [have[i] for i in order] == list(need):
                yield order
