"""Whether two models compute the same once they have the same weights.

A model starts at random, so what a student's answers is no evidence by itself. Here it
is asked for its weights, another model is given them, and both are asked for the same
outputs. In which order the other one takes them shows where the outputs agree.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from grader.judging.checks.evidence import CheckEnded, Exchange, is_call
from grader.judging.diagnosis.samples import equal, flat
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import torch

    from grader.judging.checks.host import Host
    from grader.judging.diagnosis.stage import Stage

_ORDERS_CAP = 24
_NUMBERS_CAP = 5_000
# Stands for a new object in requests to the stage.
_NEW = Handle(0, "")


class Twins:
    """A student's objects, and those that the stage makes in their likeness.

    Args:
        host: the student's program.
        stage: the solution and its mistakes.
        exchanges: of all checks, in which objects were made and called.
    """

    def __init__(self, host: Host, stage: Stage, exchanges: Iterable[Exchange]) -> None:
        self._host = host
        self._stage = stage
        self._exchanges = tuple(exchanges)
        self._asked: dict[str, _Asked | None] = {}

    def order(self, maker: str, slot: int) -> tuple[int, ...] | None:
        """Return in which order a slot's object takes the student's weights.

        It is null where no order makes their outputs agree, or none can be asked for.

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
            last = answers[-1]
            if last is not None and equal(last.reply.get("value"), asked.output):
                return order
        return None

    def _sizes(self, asked: _Asked, slot: int) -> list[int]:
        """Return how many numbers each parameter of a slot's object has."""
        read = Exchange("", {"do": "parameters", "target": _NEW}, {})
        answer = self._stage.perform([slot], [asked.made, read])[slot][-1]
        values = None if answer is None else answer.reply.get("value")
        return [v.numel() for v in values] if isinstance(values, list) else []

    def _ask(self, maker: str) -> _Asked | None:
        """Return a new object's weights and what it gives then, by the student."""
        found = next(_called(self._exchanges, maker), None)
        if found is None:
            return None
        made, called = found
        try:
            handle, weights = new_object(self._host, made)
            reply, _ = self._host.request(maker, {**called.payload, "target": handle})
        except CheckEnded:
            return None
        if not weights or not flat(reply.get("value")):
            return None
        payload = {**called.payload, "target": _NEW}
        return _Asked(
            making(made), Exchange("", payload, {}), weights, reply.get("value")
        )


class _Asked:
    """A student's object: how it was made and called, its weights, its output."""

    def __init__(
        self,
        made: Exchange,
        called: Exchange,
        weights: list[torch.Tensor],
        output: object,
    ) -> None:
        self.made, self.called = made, called
        self.weights, self.output = weights, output


def new_object(host: Host, made: Exchange) -> tuple[Handle | None, list[torch.Tensor]]:
    """Return a new object of the student's and its weights; none where it has none.

    Raises:
        CheckEnded: the program ended instead.
    """
    handle = host.request(made.name, dict(made.payload))[0].get("value")
    if not isinstance(handle, Handle):
        return None, []
    asked: dict[str, object] = {"do": "parameters", "target": handle}
    values = host.request(made.name, asked)[0].get("value")
    if not isinstance(values, list) or not all(
        type(v).__name__ == "Tensor" for v in values
    ):
        return handle, []
    return handle, values if sum(v.numel() for v in values) <= _NUMBERS_CAP else []


def making(made: Exchange) -> Exchange:
    """Return the request that makes an object on the stage."""
    return Exchange(made.name, dict(made.payload), {"value": _NEW})


def given_weights(made: Exchange, weights: Sequence[torch.Tensor]) -> list[Exchange]:
    """Return requests that make an object on the stage and give it these weights."""
    payload: dict[str, object] = {"do": "assign", "target": _NEW}
    payload["values"] = list(weights)
    return [made, Exchange(made.name, payload, {})]


def with_new(call: Exchange) -> Exchange:
    """Return a call in which the object of `given_weights` stands for its handle."""
    args = call.payload.get("args")
    kept = tuple(
        _NEW if isinstance(a, Handle) else a
        for a in (args if isinstance(args, tuple) else ())
    )
    return Exchange(call.name, {**call.payload, "args": kept}, {})


def makers(exchanges: Iterable[Exchange]) -> set[str]:
    """Return the names of the program's functions that made an object of plain data."""
    return {e.name for e in exchanges if _makes(e)}


def maker_of(exchanges: Iterable[Exchange], handle: Handle) -> Exchange | None:
    """Return the exchange in which an object was made, by nothing but plain data."""
    for exchange in filter(_makes, exchanges):
        value = exchange.reply.get("value")
        if isinstance(value, Handle) and value.number == handle.number:
            return exchange
    return None


def _called(
    exchanges: Sequence[Exchange], maker: str
) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield objects' making and a call that gave numbers, both by plain data."""
    for called in exchanges:
        target = called.payload.get("target")
        if called.payload.get("do") != "call" or not isinstance(target, Handle):
            continue
        made = maker_of(exchanges, target)
        if made is not None and made.name == maker and _is_plain(called):
            yield made, called


def _makes(exchange: Exchange) -> bool:
    value = exchange.reply.get("value")
    return is_call(exchange) and isinstance(value, Handle) and _is_plain(exchange)


def _is_plain(exchange: Exchange) -> bool:
    args = exchange.payload.get("args")
    return isinstance(args, tuple) and not any(isinstance(a, Handle) for a in args)


def _orders(have: Sequence[int], need: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the orders in which weights of these sizes fit into others."""
    if sorted(have) == sorted(need) and have:
        every = itertools.permutations(range(len(have)))
        for order in itertools.islice(every, _ORDERS_CAP):
            if [have[i] for i in order] == list(need):
                yield order
