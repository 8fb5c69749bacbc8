"""The untrusted process: it runs one program, then answers one request at a time.

It is started with the descriptor of its channel. It knows names and arguments, nothing
else: what is right is decided on the other side of the wall.
"""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any, Final, cast

from grader.sandbox import mirrors, wire
from grader.sandbox.worker import lacks, several, streams, surroundings
from grader.sandbox.worker.absent import NotHereError, refuse
from grader.sandbox.worker.brought import brought, lay_out, shared
from grader.sandbox.worker.callbacks import callback_of
from grader.sandbox.worker.calling import (
    EVERY,
    assign,
    can_take,
    counting,
    leaves_of,
    names_of,
    parameters_of,
    slopes_of,
    watching,
)
from grader.sandbox.worker.channel import Channel
from grader.sandbox.worker.clock import Alarm, Budget, Limit
from grader.sandbox.worker.failures import TELLING_S, failure, name_of, refusal
from grader.sandbox.worker.helpers import offer, offered
from grader.sandbox.worker.lending import lent
from grader.sandbox.worker.looking import usual_depth
from grader.sandbox.worker.mirrors import Mirrors
from grader.sandbox.worker.names import Names
from grader.sandbox.worker.operations import OPERATIONS, own
from grader.sandbox.worker.places import Place
from grader.sandbox.worker.program import modules, new_module
from grader.sandbox.worker.recorder import Recorder
from grader.sandbox.worker.rounds import counting_rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    import numpy as np
    import torch

    from grader.sandbox.worker.channel import Link

# The requests whose answers are the program's own values.
_LENDING: Final = frozenset({"call", "operate", "parameters"})
_NO_END: Final = contextlib.nullcontext()


class RequestHandler:
    """The program's names, the objects that stayed here, and the requests on them.

    `number` is that of the request that was received last.

    Args:
        clock: interrupts what takes too long.
        channel: the way back to the check.
    """

    def __init__(self, clock: Alarm | None = None, channel: Link | None = None) -> None:
        self.channel = channel
        self.number = 0
        self._names: dict[int, Names] = {}
        self._objects: list[object] = []
        self._numbers: dict[int, int] = {}
        self._mirrors = Mirrors()
        self._clock = clock or Alarm()
        # In a rehearsal: which program, and which of the requests.
        self._at: tuple[int, ...] = ()
        self.recorder = Recorder()

    @usual_depth()
    def answer(self, request: dict[str, Any]) -> dict[str, object]:
        """Return the reply to one request.

        One that comes with an allowance, of computing and of waiting, is interrupted
        when that is used up. What is loaded has it for all its statements together.
        """
        verb, allowed_s = request.pop("do"), request.pop("allowed_s", None)
        operation: Callable[..., dict[str, object]] = getattr(self, f"do_{verb}")
        surroundings.libraries.tidy()
        if allowed_s is None or verb == "rehearse":
            return operation(**request)
        if verb == "load":
            return operation(**request, budget=Budget(self._clock, *allowed_s))
        with Limit(self._clock, *allowed_s):
            return operation(**request)

    def raised(self, error: BaseException) -> dict[str, object]:
        """Return what can be told of an exception that a request ended with."""
        told = self._failure(error)
        place = Place(str(told["label"]), int(str(told["line"])))
        names = self._names.get(0)
        written = bool(told["hole"]) and names is not None and names.is_written(place)
        return {**told, "written": written}

    def _failure(self, error: BaseException) -> dict[str, object]:
        return failure(error, within=Limit(self._clock, *TELLING_S))

    def resolve(self, handle: wire.Handle) -> object:
        """Return the object that a handle stands for; that of a mirror itself."""
        if handle.number <= mirrors.CALLED:
            return callback_of(handle, self._ask)
        return handle if handle.number < 0 else self._objects[handle.number]

    def _ask(
        self, number: int, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> object:
        """Return what a function or an iterator of the check's gives.

        The check may put other requests before it answers.
        """
        if self.channel is None:
            raise RuntimeError("the check cannot be asked here")
        reply = {"back": number, "args": args, "kwargs": kwargs, "at": self._at}
        streams.flush()
        self.channel.write(wire.encode(self.number, reply, self.handle_of))
        while True:
            self.number, request = self.channel.receive(self.resolve)
            asked = cast("dict[str, Any]", request)
            if asked["do"] == "resume":
                return self.do_resume(**asked) if asked["refused"] else asked["value"]
            self.channel.write(reply_to(self, asked))

    def handle_of(self, value: object) -> wire.Handle:
        """Return a handle for an object; the same object keeps its handle."""
        refuse(value)
        # All of them are kept, so that no other object can have the same id.
        number = self._numbers.setdefault(id(value), len(self._objects))
        if number == len(self._objects):
            self._objects.append(value)
        return wire.Handle(number, name_of(type(value)))

    def lent(self, reply: dict[str, object], args: object) -> dict[str, object]:
        """Return what is told of an answer's things that live here, if any do."""
        holds = self._mirrors.holds if "left" in reply else lambda _: False
        found = lent(reply, cast("Any", args), holds, self.handle_of)
        return {"lent": found} if found else {}

    def do_nothing(self) -> dict[str, object]:
        """Answer that the worker is there."""
        return {}

    def do_resume(self, value: object, **_: object) -> dict[str, object]:
        """Raise: a value of the check's is for code that waits for it, and gets one."""
        raise RuntimeError(f"nobody waits for a {type(value).__name__}")

    def do_forget(self) -> dict[str, object]:
        """Let go of the objects that handles stand for."""
        self._objects.clear()
        self._numbers.clear()
        self._mirrors = Mirrors()
        return {}

    def do_load(
        self,
        kind: str,
        filename: str,
        blocks: list[tuple[str, int]],
        source: np.ndarray,
        slot: int = 0,
        skipped: Sequence[tuple[str, int]] = (),
        handout: str = "",
        helpers: Sequence[tuple[str, int]] = (),
        files: Sequence[tuple[str, int]] = (),
        budget: AbstractContextManager[None] = _NO_END,
    ) -> dict[str, object]:
        """Run the program; tell what failed and which names there are.

        Several programs may live here side by side, each in a slot of its own.

        Args:
            kind: "script", "notebook" or "files".
            filename: what the program is called.
            blocks: the label of each block, and how many bytes of the source it has.
            source: all of it, text as UTF-8.
            slot: where the program lives.
            skipped: places whose statements are left out.
            handout: the exercise as it was handed out, where that is known.
            helpers: the same of modules that it may import, after the blocks.
            files: the same of files that it may read, after the helpers.
            budget: bounds the time of each statement.
        """
        main = new_module(filename)
        own = brought(source.tobytes(), blocks, helpers, files)
        parts = several.offered(own.blocks if kind == several.FILES else ())
        spaces = {label: vars(module) for label, module in parts.items()}
        names = self._names[slot] = Names(vars(main), handout, spaces)
        if slot == 0:
            self.recorder.forget()
        recorded = self.recorder.next_piece if slot == 0 else self.recorder.rest
        if helpers or slot == 0:
            offer(own.helpers)
        lay_out(own.files)
        loading = several.Loading(kind, main, own, parts)
        defined = loading.run(names, budget, recorded, skipped)
        self.recorder.rest()
        return loading.told(defined, names.settle())

    def do_call(
        self,
        target: object,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        gradient: int,
        mirrored: dict[str, Any] | None = None,
        watched: bool = False,  # noqa: FBT001, FBT002 - arrives by name from the wire
        of: object = None,
        counted: bool = False,  # noqa: FBT001, FBT002 - as above
        weighs: list[torch.Tensor] | None = None,
        slot: int = 0,
    ) -> dict[str, object]:
        """Call a function of the program, or an object that stayed here.

        Args:
            target: the object, or the function's name.
            args: the positional arguments.
            kwargs: those with a name.
            gradient: which gradients of the result to add: 0 for none, 1 for that by
                the first argument that requires one, 2 for all.
            mirrored: what the check has changed, where arguments are references.
            watched: whether to tell of the warnings, rather than print them.
            of: an object whose parameters' gradients are to be told, too.
            counted: whether to count operations of torch, and rounds of loops.
            weighs: what the tensors of the result are multiplied by for gradients.
            slot: where the program lives.
        """
        function = self._found(target, slot)
        args, kwargs = self._mirrors.given(function, args, kwargs, mirrored)
        if not callable(function):
            return function
        if not can_take(function, args, kwargs):
            return {"signature": ""}
        surroundings.restore()
        if slot == 0:
            self.recorder.next_call()
        args = leaves_of(args) if gradient == EVERY else args
        with (
            watching(on=watched) as warned,
            counting(on=counted) as ops,
            counting_rounds(on=counted) as rounds,
        ):
            value = function(*args, **kwargs)
        self.recorder.rest()
        if value is None and (unwritten := self._names[slot].unwritten(function)):
            return {"raised": unwritten}
        after = {"arguments": args} if mirrored is None else self._left(value)
        counts = {"ops": [*ops.items()], "rounds": rounds.count}
        slopes = slopes_of(gradient, value, args, of, weighs)
        return {"value": value, **after, "warned": warned, **counts, **slopes}

    def _found(
        self, target: object, slot: int
    ) -> Callable[..., object] | dict[str, object]:
        """Return what is to be called, or the reply that there is no such thing."""
        if isinstance(target, str):
            names = self._names[slot]
            names.restore()
            if target not in names:
                return {"missing": target}
            target = names[target]
        return target if callable(target) else {"not_callable": name_of(type(target))}

    def _left(self, value: object) -> dict[str, object]:
        return {"left": self._mirrors.left(), "same": self._mirrors.own(value)}

    def do_operate(
        self, operation: str, args: tuple[object, ...], slot: int = 0
    ) -> dict[str, object]:
        """Return what an operation gives; `name` gives what the program has by a name.

        What a function does to its arguments is not told.
        """
        if operation == "name":
            names = self._names[slot]
            names.restore()
            name = cast("str", args[0])
            if name in names:
                return {"value": names[name]}
            found = modules.get(name) or offered(name)
            return {"missing": name} if found is None else {"value": found}
        surroundings.restore()
        value = OPERATIONS[operation](*args)
        self.recorder.rest()
        return {"value": value}

    def do_training(self, calls: int) -> dict[str, object]:
        """Return the training runs of slot 0: of its loading and of the last calls."""
        return {"value": self.recorder.report(calls)}

    def do_passes(self, calls: int) -> dict[str, object]:
        """Return how many passes the longest run of the last calls made."""
        return {"value": self.recorder.passes(calls)}

    def do_swap(
        self, folder: str, files: Sequence[tuple[str, int]], source: np.ndarray
    ) -> dict[str, object]:
        """Put files into a folder of the check's; return those that are in it then."""
        surroundings.admit(folder)
        return shared(folder, brought(source.tobytes(), (), (), files).files)

    def do_rehearse(
        self, slots: list[int], requests: list[dict[str, object]]
    ) -> dict[str, object]:
        """Put the same requests to several programs; return what each one answers.

        An argument `{wire.ANSWER: [n]}` stands for the value of a program's own n-th
        answer.
        """
        return {"replies": [self._rehearsed(slot, requests) for slot in slots]}

    def _rehearsed(
        self, slot: int, requests: list[dict[str, object]]
    ) -> list[dict[str, object]]:
        """Return a program's answers, up to the first that raises."""
        values: list[object] = []
        self._mirrors = Mirrors()
        replies: list[dict[str, object]] = []
        for index, request in enumerate(requests):
            self._at = (slot, index)
            asked = {
                key: own(item, values, wire.ANSWER) for key, item in request.items()
            }
            asked |= {"slot": slot} if asked["do"] in ("call", "operate") else {}
            said = io.StringIO()
            try:
                with contextlib.redirect_stdout(said):
                    reply = self.answer(asked)
            except BaseException as error:
                reply = {"raised": self._failure(error)}
            values.append(reply.get("value"))
            kept = {key: own(item, (), "") for key, item in reply.items()}
            replies.append({**kept, "printed": said.getvalue().strip()[:1]})
            if "raised" in reply:
                break
        self._at = ()
        return replies

    def do_parameters(self, target: object) -> dict[str, object]:
        """Return a model's parameters, in its own order."""
        return {"value": parameters_of(target)}

    def do_assign(
        self, target: object, values: list[torch.Tensor]
    ) -> dict[str, object]:
        """Put values into a model's parameters, in its own order."""
        assign(target, values)
        return {"value": None}


def reply_to(worker: RequestHandler, request: dict[str, object]) -> bytes:
    """Return the frame of a reply, whatever the request comes to."""
    lends, args = request["do"] in _LENDING, request.get("args", ())
    try:
        reply = worker.answer(request)
        reply |= worker.lent(reply, args) if lends and "value" in reply else {}
        fields = names_of(reply.get("value"))
    except BaseException as error:
        reply, fields = {"raised": worker.raised(error)}, []
    wanted = lacks.latest()
    extras = {"fields": fields, "lacks": wanted}
    reply |= {name: told for name, told in extras.items() if told}
    try:
        return wire.encode(worker.number, reply, worker.handle_of)
    except (NotHereError, wire.WireError) as error:
        reply = refusal(error)
    except BaseException as error:
        reply = {"raised": worker.raised(error)}
    return wire.encode(worker.number, {**reply, "lacks": wanted})


def serve(channel: Channel) -> None:
    """Answer requests until the checker closes the channel."""
    clock = Alarm(surroundings.naps)
    clock.install()
    worker = RequestHandler(clock, channel)
    worker.recorder.install()
    while True:
        worker.number, request = channel.receive(worker.resolve)
        frame = reply_to(worker, cast("dict[str, object]", request))
        streams.flush()
        channel.write(frame)


prepare = surroundings.prepare
"""What the zygote does before it forks workers."""


def main(channel: int) -> None:
    """Serve the checker on this descriptor until it closes."""
    surroundings.enter()
    serve(Channel.on(channel))
