"""The stand-in for the student's program: each call crosses the wall.

`student.forward(w, x)` reads like a call of the student's own function, and is one:
in the worker. What comes back is plain data, or a `Remote` for what stays there.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NoReturn

from grader.judging.answers import (
    Answer,
    Count,
    Mismatch,
    Missing,
    NotCallable,
    Raised,
    TooLarge,
    Value,
    Weights,
)
from grader.judging.checks import words
from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import Called, CheckEnded, Evidence, Exchange
from grader.judging.checks.training import Run, runs_of
from grader.judging.requests import (
    Asked,
    Assign,
    Call,
    Parameters,
    Passes,
    Training,
)
from grader.model import Outcome, Visibility
from grader.sandbox.wire import Handle
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from grader.judging.checks.host import Host

_PERMUTATIONS_CAP = 120


class Line:
    """The way from one check to the worker: requests, evidence, and what went wrong."""

    def __init__(self, host: Host, evidence: Evidence, visibility: Visibility) -> None:
        self._host = host
        self._evidence = evidence
        self._visibility = visibility

    def call(
        self,
        name: str,
        target: str | Handle,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        *,
        gradient: bool = False,
    ) -> tuple[Called, object]:
        """Return the record of one call, and the gradient if asked for one.

        Raises:
            CheckEnded: the call did not return a value.
        """
        sent = tuple(_sent(arg) for arg in args)
        named = {key: _sent(arg) for key, arg in kwargs.items()}
        exchange = self.exchange(name, Call(target, sent, named, gradient))
        answer = exchange.answer
        if not isinstance(answer, Value):
            self._refused(name, answer)
        call = Called(
            name=name,
            value=self._received(name, answer.value),
            said=exchange.printed,
            left=answer.arguments,
            sent=args,
            named=tuple(kwargs.items()),
            exchange=exchange,
        )
        self._evidence.calls.append(call)
        return call, answer.gradient

    def exchange(self, name: str, request: Asked) -> Exchange:
        """Return a request with its answer, which did not raise."""
        answer, printed = self._host.request(name, request)
        exchange = Exchange(name, request, answer, printed)
        self._evidence.exchanges.append(exchange)
        if isinstance(answer, Raised):
            self._raised(name, answer)
        return exchange

    def training(self) -> tuple[Run, ...]:
        """Return the runs of the program's loading and of this check's calls.

        Raises:
            CheckEnded: the worker told of none in the agreed form.
        """
        made = len(self._evidence.calls)
        answer, _ = self._host.request("training", Training(made))
        runs = runs_of(answer)
        if runs is None:
            message = "The program's record of its training cannot be read."
            raise CheckEnded(Outcome.CRASHED, message)
        return tuple(r for r in runs if r.calls_ago is None or r.calls_ago < made)

    def passes(self) -> int:
        """Return how many backward passes the longest run of this check's calls made.

        Raises:
            CheckEnded: the worker ended.
        """
        made = len(self._evidence.calls)
        answer, _ = self._host.request("training", Passes(made))
        return answer.number if isinstance(answer, Count) else 0

    def _received(self, maker: str, value: object) -> object:
        """Return a value, or a stand-in: named by its type, else by what made it."""
        if not isinstance(value, Handle):
            return value
        kind = self._host.hearsay.type_name(value.type_name)
        return Remote(self, Handle(value.number, maker if kind == "object" else kind))

    def _raised(self, name: str, raised: Raised) -> NoReturn:
        hearsay = self._host.hearsay
        failure = hearsay.failure(raised)
        if failure.hole:
            hole = failure.message.removesuffix(": not written yet")
            known = hole if hole in self._host.names else name
            message = words.not_written(clean_line(known, 80))
            if failure.written and failure.label:
                message = words.left_over(clean_line(known, 80), failure)
            raise CheckEnded(Outcome.NOT_ATTEMPTED, message)
        if failure.memory:
            message = words.out_of_memory(name, self._host.limits.memory_mb)
            raise CheckEnded(Outcome.OUT_OF_MEMORY, message)
        if self._visibility is Visibility.HIDDEN:
            failure = hearsay.hidden(failure)
        raise CheckEnded(Outcome.ERROR, words.raised(name, failure))

    def _refused(self, name: str, answer: Answer | None) -> NoReturn:
        match answer:
            case Missing():
                raise self._missing(name)
            case Mismatch():
                own = self._host.hearsay.signature(name)
                raise CheckEnded(Outcome.ERROR, words.signature(name, own))
            case NotCallable(kind):
                kind = self._host.hearsay.type_name(kind)
                message = f"`{name}` is a value of type {kind}, expected a function."
                raise CheckEnded(Outcome.ERROR, message)
            case TooLarge():
                message = (
                    f"`{name}` returned more than a check can take: how large is it?"
                )
                raise CheckEnded(Outcome.ERROR, message)
        raise CheckEnded(Outcome.CRASHED, f"`{name}` ended without a value.")

    def _missing(self, name: str) -> CheckEnded:
        failures = [f for f in self._host.failures or () if not f.hole]
        names = self._host.names
        place = self._host.elsewhere(name)
        if place is not None:
            return CheckEnded(Outcome.NOT_ATTEMPTED, words.elsewhere(name, place))
        if words.has_near(name, names):
            return CheckEnded(Outcome.ERROR, words.missing(name, names))
        if failures:
            fact = f"The program stopped early: {words.stopped(failures[0])}"
            return CheckEnded(Outcome.ERROR, f"There is no `{name}`.", fact)
        return CheckEnded(Outcome.NOT_ATTEMPTED, words.missing(name, names))


class Student:
    """The student's program: its functions and classes as attributes."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def training(self) -> tuple[Run, ...]:
        """The training runs seen so far, in order: at top level, then in this check.

        A program that trains without `backward()` has none.

        Raises:
            CheckEnded: the program answered with something else.
        """
        return self._line.training()

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._line, name)


class Function:
    """One function or class of the student's, by name."""

    def __init__(self, line: Line, name: str) -> None:
        self._line = line
        self._name = name

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Return what the function returns."""
        return self.call(*args, **kwargs).value

    def call(self, *args: object, **kwargs: object) -> Called:
        """Return the whole record of one call, a `Called`."""
        return self._line.call(self._name, self._name, args, kwargs)[0]

    def gradient(self, *args: object, **kwargs: object) -> object:
        """Return the gradient of the result by the first argument that requires one.

        It is None where the result has no graph.
        """
        return self._line.call(self._name, self._name, args, kwargs, gradient=True)[1]


class Remote:
    """An object that stays in the worker: a model, or whatever is not data."""

    def __init__(self, line: Line, handle: Handle) -> None:
        self._line = line
        self.handle = handle

    @property
    def remote_type(self) -> str:
        """The name of the object's type."""
        return self.handle.type_name

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Return what calling the object returns."""
        name = clean_line(self.remote_type, 80)
        return self._line.call(name, self.handle, args, kwargs)[0].value

    def parameters(self) -> list[torch.Tensor]:
        """Return the model's parameters, in its own order.

        Raises:
            CheckEnded: the object has none, or they are no tensors.
        """
        name = clean_line(self.remote_type, 80)
        answer = self._line.exchange(name, Parameters(self.handle)).answer
        if not isinstance(answer, Weights):
            message = f"`{name}` has no parameters that can be read as tensors."
            raise CheckEnded(Outcome.ERROR, message)
        return answer.values

    def load(self, values: Sequence[torch.Tensor]) -> None:
        """Put values into the parameters, in the model's own order.

        Raises:
            CheckEnded: their number or sizes do not fit.
        """
        sizes = [parameter.numel() for parameter in self.parameters()]
        if sizes != [value.numel() for value in values]:
            raise self._unfit(sizes)
        self._assign(values)

    def start_like(self, reference_model: torch.nn.Module, at: torch.Tensor) -> None:
        """Give the model the reference model's weights, by what it then computes.

        Args:
            reference_model: the model with the weights.
            at: inputs on which the two must then agree.

        Raises:
            CheckEnded: no way to assign the weights makes the models agree.
        """
        wanted = [p.detach().clone() for p in reference_model.parameters()]
        expected = close_to(reference_model(at))
        sizes = [parameter.numel() for parameter in self.parameters()]
        if sorted(sizes) != sorted(value.numel() for value in wanted):
            raise self._unfit(sizes)
        orders = itertools.islice(itertools.permutations(wanted), _PERMUTATIONS_CAP)
        for values in orders:
            if [value.numel() for value in values] != sizes:
                continue
            self._assign(values)
            if expected.matches(self(at)):
                return
        name = clean_line(self.remote_type, 80)
        message = (
            f"`{name}` does not compute what the handout's model computes with the "
            f"same weights."
        )
        raise CheckEnded(Outcome.FAILED, message)

    def _assign(self, values: Sequence[torch.Tensor]) -> None:
        name = clean_line(self.remote_type, 80)
        self._line.exchange(name, Assign(self.handle, list(values)))

    def _unfit(self, sizes: list[int]) -> CheckEnded:
        name = clean_line(self.remote_type, 80)
        count = len(sizes)
        return CheckEnded(
            Outcome.FAILED,
            f"`{name}` has {count} parameter{'s' if count != 1 else ''} with "
            f"{sum(sizes)} number{'s' if sum(sizes) != 1 else ''} in all, not those of "
            f"the handout's model: how many numbers should it learn?",
        )


def _sent(value: object) -> object:
    """Return a check's argument as it crosses: a stand-in as its handle."""
    return value.handle if isinstance(value, Remote) else value
