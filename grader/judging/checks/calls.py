"""The way from one check to the worker: requests, evidence, and what went wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from grader.errors import AuthorError
from grader.judging.answers import (
    Answer,
    Back,
    Count,
    Missing,
    Raised,
    Value,
    answer_of,
    value_of,
)
from grader.judging.checks.backs import Backs, answering
from grader.judging.checks.evidence import (
    Called,
    CheckEnded,
    Evidence,
    Exchange,
    Held,
)
from grader.judging.checks.lending import Lending
from grader.judging.checks.mirror import Change, Mirror, in_a_list
from grader.judging.checks.refusing import ended_by, refused
from grader.judging.checks.sharing import Folder
from grader.judging.checks.training import Run, runs_of
from grader.judging.checks.used import uses
from grader.judging.named import changed
from grader.judging.requests import (
    Asked,
    Call,
    Operate,
    Passes,
    Resume,
    Slope,
    Training,
    payload_of,
)
from grader.model import Outcome, Visibility
from grader.sandbox.wire import Handle
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from grader.judging.checks.host import Host

    # Makes what stands for an object: its line, its handle, and its name in the words.
    StandIns = Callable[["Calls", Handle, str], object]

# How many items of the student's objects one check goes through.
STEPS_CAP = 10_000
# Types that say less than the name by which a function was found.
NAME_CAP = 80
_FUNCTIONS = frozenset(
    {"function", "method", "builtin_function_or_method", "type", "generator"}
)


class Calls:
    """The way from one check to the worker: requests, evidence, and what went wrong.

    Args:
        host: the student's program.
        evidence: of the check.
        visibility: of the check.
        stand_in: makes what stands for an object that stays in the worker.
        functions: names of what should be functions.
    """

    def __init__(
        self,
        host: Host,
        evidence: Evidence,
        visibility: Visibility,
        stand_in: StandIns,
        functions: Collection[str] = (),
    ) -> None:
        self._functions = functions
        self._stand_in = stand_in
        self._host = host
        self._evidence = evidence
        self._visibility = visibility
        self._stand_ins: dict[int, object] = {}
        self._steps = 0
        self._asked_for = 0
        self.counts = False
        self._folder: Folder | None = None
        self._mirror = Mirror(
            *(partial(self._received, "object"), self._origin, evidence.let_go)
        )
        self._backs = Backs(
            self._mirror.backs, partial(self._received, "object"), self._mirror.copied
        )
        self._lending = Lending(evidence.copies, self._mirror.holds)

    def is_value(self, name: str) -> bool:
        """Return whether a name of the program's stands for a value, or may by now.

        What should be a function is called, and what it is instead is told then.
        """
        self._host.load()
        if name in self._functions:
            return False
        made = self._evidence.calls and name not in self._host.names
        return bool(made) or name in self._host.values

    def call(
        self,
        name: str,
        target: str | Handle,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        *,
        gradient: Slope = Slope.NONE,
        of: object = None,
        counted: bool = False,
        weighs: object = None,
        copies: bool = True,
    ) -> tuple[Called, object]:
        """Return the record of one call, and the gradient if asked for one.

        Args:
            name: what stands in the words.
            target: what is called.
            args: the positional arguments.
            kwargs: those with a name.
            gradient: which gradients are asked for.
            of: an object whose parameters' gradients are asked for, too.
            counted: whether to count what torch is asked to do.
            weighs: for each tensor of the result, what it counts in the gradients.
            copies: whether copies of the arguments are passed; what the call does to
                them is done to the check's own otherwise.

        Raises:
            CheckEnded: the call did not return a value.
        """
        args = tuple(map(in_a_list, args))
        kwargs = {key: in_a_list(arg) for key, arg in kwargs.items()}
        mirrored = None if copies else self._mirror.outgoing(args, kwargs)
        copied = partial(self._mirror.copied, known=mirrored is not None)
        sent = tuple(map(copied, args))
        named = {key: copied(arg) for key, arg in kwargs.items()}
        request = Call(
            *(target, sent, named, gradient, mirrored),
            watched=copies and gradient is Slope.NONE,
            backs=len(self._mirror.backs),
            of=of.grader_target() if isinstance(of, Held) else None,
            counted=counted or self.counts,
            weighs=weighs,
        )
        exchange, answer = self._returned(name, request)
        for thing in (*args, *kwargs.values()) if mirrored is not None else ():
            if self._mirror.holds(thing):
                self._evidence.passed.setdefault(id(thing), []).append(exchange)
        call = self._record(name, request, exchange, answer)
        self._evidence.calls.append(call)
        return call, answer.gradient

    def _record(
        self, name: str, request: Call, exchange: Exchange, answer: Value
    ) -> Called:
        """Return what there is to know of a call that returned a value."""
        own = self._mirror.returned(answer.same)
        if own is not None:
            self._evidence.copies[id(own)] = answer.value
        value = self.taken(name, answer) if own is None else own
        return Called.after(request, exchange, answer, name, value, self._host.last_s)

    def _returned(self, name: str, request: Call) -> tuple[Exchange, Value]:
        """Return the exchange and its value, with the changes of what was passed made.

        Without a value, nothing that was passed is certain.
        """
        try:
            exchange = self.exchange(name, request)
        except CheckEnded:
            self._mirror.doubt()
            raise
        answer = exchange.answer
        if not isinstance(answer, Value):
            self._mirror.doubt()
            raise self._refused(name, answer)
        exchange.changed = self._mirror.incoming(name, answer.left)
        for thing in exchange.changed:
            self._lending.settle(thing)
            if self._lending.handle_of(thing) is None:
                # What it was when it was returned, it is no longer.
                self._evidence.copies.pop(id(thing), None)
        return exchange, answer

    def uses(self, name: str, wanted: str) -> bool:
        """Return whether the program's text uses something by name, see `used.uses`."""
        return uses(self._host.hearsay.source, name, wanted)

    def operate(self, name: str, operation: str, *args: object) -> object:
        """Return what an operation on the student's object gives.

        Args:
            name: what stands in the words if it fails.
            operation: see `Operate`.
            args: the object, and whatever else the operation takes.

        Raises:
            CheckEnded: it gave no value; it is a built-in exception, too, if that was
                the student's.
        """
        sent = tuple(map(self._mirror.copied, args))
        asked = Operate(operation, sent, len(self._mirror.backs))
        exchange = self.exchange(name, asked)
        answer = exchange.answer
        if not isinstance(answer, Value):
            raise self._refused(name, answer)
        return self.taken(name, answer)

    def taken(self, name: str, answer: Value) -> object:
        """Return an answer's value as the check gets it."""
        with self._host.reading():
            return self._received(name, self._lending.taken(name, answer))

    def _send_back(self) -> None:
        """Do to things that live in the worker what the check did to its copies.

        Raises:
            AuthorError: the student's code has changed one meanwhile, or it cannot be
                changed so.
        """
        for loan in self._lending.changed():
            asked = Operate("itself", (loan.handle,))
            there, _ = self._host.request(loan.name, asked)
            loan.check(value_of(there))
            self._lending.settle(loan.thing)
            sent = (loan.handle, *self._mirror.content(loan.thing))
            answer = self.exchange(loan.name, Operate("put", sent)).answer
            if not isinstance(answer, Value) or answer.value is not True:
                raise loan.refused()

    def _origin(self, thing: object) -> Handle | None:
        return self._lending.handle_of(thing)

    def handle(self, name: str) -> Handle:
        """Return the handle of what the program has by this name.

        Raises:
            CheckEnded: there is nothing, or it is plain data.
        """
        found = self.operate(name, "name", name)
        if isinstance(found, Held) and found.grader_handle is not None:
            return found.grader_handle
        message = f"`{name}` is a value of type {type(found).__name__}."
        raise CheckEnded(Outcome.FAILED, message)

    def step(self, name: str, iterator: Handle) -> object:
        """Return the next item of an iterator in the worker.

        Raises:
            StopIteration: there is none.
            CheckEnded: there have been too many, or the student's code raised.
        """
        self._steps += 1
        if self._steps > STEPS_CAP:
            message = f"`{name}` gave more than {STEPS_CAP:,} items: does it ever end?"
            raise CheckEnded(Outcome.ERROR, message)
        try:
            return self.operate(name, "next", iterator)
        except CheckEnded as ended:
            if "StopIteration" in ended.kinds:
                raise StopIteration from None
            raise

    def share(self, folder: Path) -> None:
        """Let this folder of the check's be the same on both sides."""
        self._folder = Folder(folder)

    def may_change(self, changes: frozenset[Change] | None) -> None:
        """Let the program change these of the check's own things; None for all."""
        self._mirror.may_change = changes

    def close(self) -> None:
        """Put back what the student's code has done to the check's own things."""
        self._mirror.restore()
        self._lending.close()

    def exchange(self, name: str, request: Asked) -> Exchange:
        """Return a request with its answer, which did not raise."""
        if self._backs.rehearsing:
            raise AuthorError(f"`{name}`: the check has ended. Nothing can be asked.")
        self._send_back()
        self._backs.told = []
        folder = self._folder
        shares = folder is not None and folder.is_named_in(request)
        try:
            if folder is not None and shares:
                self._host.request(name, folder.as_it_is())
            answer, printed = self._answered(name, request)
            if folder is not None and shares:
                folder.take(self._host.request(name, folder.question())[0])
            exchange = Exchange(name, request, answer, printed)
            exchange.alone = shares or self._backs.overfull
            exchange.told = tuple(self._backs.told)
            exchange.backs = self._backs.as_now() if self._mirror.backs else None
            self._evidence.exchanges.append(exchange)
            if isinstance(answer, Raised):
                raise ended_by(self._host, self._visibility, name, answer)
        except CheckEnded as ended:
            self._evidence.halt(ended)
            raise
        return exchange

    def _answered(self, name: str, request: Asked) -> tuple[Answer, str]:
        """Return the answer to a request; the check is asked on the way."""
        if not (isinstance(request, Call | Operate) and request.backs):
            return self._host.request(name, request)

        def aside(reply: object) -> dict[str, object]:
            asked = answer_of(request, reply)
            given = self._asked_back(name, asked) if isinstance(asked, Back) else None
            return payload_of(Resume(given, request))

        with answering(self._host.load(), aside):
            answer, printed = self._host.request(name, request)
        while isinstance(answer, Back):
            try:
                value = self._asked_back(name, answer)
            except BaseException:
                # The student's code waits in the middle of a call. Whatever ended the
                # check, also an interruption, nobody goes on from there.
                self._host.close()
                raise
            answer, more = self._host.request(name, Resume(value, request))
            printed += more
        return answer, printed

    def _asked_back(self, name: str, asked: Back) -> object:
        """Return what the check gives; of an iterator a list, empty at its end."""
        self._asked_for += 1
        if self._asked_for > STEPS_CAP:
            message = (
                f"`{name}` asked for more than {STEPS_CAP:,} items or calls of what it "
                f"was given: does it ever end?"
            )
            raise CheckEnded(Outcome.ERROR, message)
        return self._backs.given(asked)

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
        """Return a value with stand-ins for what stayed in the worker.

        A stand-in is called by its type; by what made it where nobody knows that.
        """
        if isinstance(value, Handle):
            known = self._stand_ins.get(value.number)
            if known is not None:
                return known
            kind = self._host.hearsay.type_name(value.type_name)
            handle = Handle(value.number, maker if kind == "object" else kind)
            name = maker if kind in _FUNCTIONS else handle.type_name
            made = self._stand_in(self, handle, clean_line(name, NAME_CAP))
            return self._stand_ins.setdefault(value.number, made)
        return changed(value, lambda inner: self._received("object", inner))

    def _refused(self, name: str, answer: Answer | None) -> CheckEnded:
        ended = refused(self._host, name, answer)
        if isinstance(answer, Missing):
            self._evidence.halt(ended)
        return ended
