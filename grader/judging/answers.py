"""The one door for what a worker says, which is hostile until `answer_of` has read it.

Only what the request asked for is kept, every text is cut before anything looks at it,
and a reply of any other form is `Garbled`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from grader.judging.changes import (
    COUNT_CAP,
    Changed,
    Lent,
    arguments_after,
    changes_of,
    could_give,
    counts_of,
    lent_of,
    own_of,
    printed_of,
)
from grader.judging.named import named
from grader.judging.names import KeptName, defined, kept_of, statements
from grader.judging.recorded import Recorded, recorded
from grader.judging.requests import (
    Assign,
    Call,
    Forget,
    Load,
    Operate,
    Parameters,
    Passes,
    Rehearse,
    Resume,
    Statement,
    Swap,
    Training,
)
from grader.judging.shared import Swapped, swapped_of
from grader.text import without_its_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

    from grader.judging.requests import Asked, Request

MESSAGE_CAP: Final = 500
NAME_CAP: Final = 200
"""The longest name of a type, a file or a cell that is kept."""
SOURCE_LINE_CAP: Final = 200
FAILURES_CAP: Final = 1000
KINDS_CAP: Final = 12
WARNINGS_CAP: Final = 100
TEXT_CAP: Final = 100_000
"""What `str` and `repr` of an object give is cut to this many characters."""
WEIGHTS_CAP: Final = 10_000

_LINES_CAP = 10**7


class Part(enum.Enum):
    """Which part of an answer a value is."""

    VALUE = "value"
    ARGUMENTS = "arguments"
    GRADIENT = "gradient"


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What a call returned, its positional arguments afterwards, and the gradient.

    `left` is what has changed in things that have mirrors; it is in `arguments`, too.
    `warned` holds class and text of each warning, `ops` what torch was asked
    to do and how often, and `rounds` how often a loop went round, if the request wants
    to know. `lent` are the ways to things that live in the worker, with their handles.
    `same` is the number of the check's own thing that was returned, if it was one.
    """

    value: object
    arguments: tuple[object, ...] = ()
    gradient: object = None
    left: tuple[Changed, ...] = ()
    warned: tuple[tuple[str, str], ...] = ()
    ops: tuple[tuple[str, int], ...] = ()
    rounds: int = 0
    lent: Lent = ()
    same: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A model's parameters, in its own order."""

    values: list[torch.Tensor]
    lent: Lent = ()


@dataclass(frozen=True, slots=True)
class Done:
    """It was done, and there is nothing to say about it."""


class Raised(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exception, as far as a worker can tell: its text, and the student's line.

    `label` is the file or the cell; empty if no line of the student's is involved.
    `offset` is where in `text` a syntax error is, counted from 1, or 0. `hole` says
    that a part of the handout is not written yet, `written` that code stands below it
    all the same, `memory` that there was too little memory. `kinds` are the names of
    its class and of the classes that it derives from.
    """

    type_name: str = msgspec.field(name="type")
    message: str
    label: str = ""
    line: Annotated[int, msgspec.Meta(ge=0, lt=_LINES_CAP)] = 0
    text: str = ""
    offset: Annotated[int, msgspec.Meta(ge=0, le=SOURCE_LINE_CAP + 1)] = 0
    hole: bool = False
    written: bool = False
    memory: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """The program has run: what raised at top level, and the names that there are.

    `interrupted` are the statements that took too long, `kept` the names that stand for
    the program's own work again, `values` the names that cannot be called.
    """

    failures: tuple[Raised, ...]
    names: tuple[str, ...]
    interrupted: tuple[Statement, ...] = ()
    kept: tuple[KeptName, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """The program has nothing of the name that was called."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The function cannot take these arguments."""


@dataclass(frozen=True, slots=True)
class NotCallable:
    """What was called is a value of this type and cannot be called."""

    type_name: str


@dataclass(frozen=True, slots=True)
class NoWeights:
    """The parameters that a model gives are not tensors, or far too many."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The answer does not fit into a frame, or there have been too many large ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Back:
    """The program asks for a function or an iterator of the check's, by its number."""

    number: int
    args: tuple[object, ...]
    kwargs: dict[str, object]


@dataclass(frozen=True, slots=True)
class Garbled:
    """The reply is not an answer to the request."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there were."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsed:
    """Each program's answers, in order, and whether something was printed."""

    answers: tuple[tuple[tuple[Answer, str], ...], ...]


# How a request may end without what it asked for.
End = Raised | Missing | Mismatch | NotCallable | NoWeights | TooLarge
_Report = Loaded | Recorded | Count | Rehearsed | Swapped
Answer = Value | Back | Weights | Done | _Report | End | Garbled


def parts_of(request: Request, answer: Answer) -> Iterator[tuple[Part, object]]:
    """Yield what a check may see of an answer; of a gradient only that."""
    match request, answer:
        case Call(gradient=slope), Value(gradient=gradient) if slope:
            yield Part.GRADIENT, gradient
        case _, Value(value=value, arguments=arguments):
            yield Part.VALUE, value
            yield Part.ARGUMENTS, arguments
        case _, Weights(values):
            yield Part.VALUE, values


def value_of(answer: Answer | None) -> Value:
    """Return the value in which two answers can agree; None where there is none."""
    match answer:
        case Value():
            return answer
        case Weights(values, lent):
            return Value(values, lent=lent)
    return Value(None)


def answer_of(request: Request, reply: object) -> Answer:
    """Return a worker's answer to a request, whatever it said."""
    if isinstance(request, Resume):
        request = request.asked
    match reply:
        case {"raised": reported}:
            return _raised(reported) or Garbled()
        case {"too_large": str()}:
            return TooLarge()
        case dict():
            whole = dict(reply)
            if "fields" in whole:
                whole["value"] = named(whole.get("value"), whole["fields"])
            answer = _asked_for(request, whole) or Garbled()
            if isinstance(answer, Value | Weights) and "lent" in whole:
                lent = lent_of(whole["lent"])
                return Garbled() if lent is None else replace(answer, lent=lent)
            return answer
    return Garbled()


def _asked_for(request: Request, reply: dict[object, object]) -> Answer | None:
    """Return the parts of a reply that a request asks for, or None."""
    match request:
        case Call() | Operate() if "back" in reply:
            return _back(request, reply)
        case Call():
            return _called(request, reply)
        case Operate(operation):
            return _operated(operation, reply)
        case Load():
            return _loaded(reply)
        case Rehearse():
            return _rehearsed(request, reply.get("replies"))
    done = Done() if isinstance(request, Assign | Forget) else None
    return done or _told(request, reply.get("value"))


def _told(request: Request, value: object) -> Answer | None:
    match request, value:
        case Parameters(), _:
            return _weights(value)
        case Training(), list():
            return recorded(value)
        case Swap(), (sizes, source):
            return swapped_of(sizes, source)
        case Passes(), int() if 0 <= value < COUNT_CAP:
            return Count(int(value))
    return None


def _called(request: Call, reply: dict[object, object]) -> Answer | None:
    ops = tuple(counts_of(reply.get("ops")) if request.counted else ())
    (_, rounds), *_ = *counts_of([("rounds", reply.get("rounds"))]), ("", 0)
    match reply:
        case {"value": value, "left": list() as told} if request.mirrored:
            left = changes_of(request.mirrored, told)
            after = arguments_after(request, left or ())
            same = own_of(request.mirrored, value, reply.get("same"))
            made = Value(value, after, None, left or (), (), ops, rounds, (), same)
            return None if left is None else made
        case {"value": value, "arguments": tuple() as arguments}:
            gradient = reply.get("gradient") if request.gradient else None
            warned = tuple(_warnings(reply.get("warned")) if request.watched else ())
            made = Value(value, arguments, gradient, (), warned, ops, rounds)
            return made if len(arguments) == len(request.args) else None
        case {"missing": str()}:
            return Missing()
        case {"signature": str()}:
            return Mismatch()
        case {"not_callable": str() as kind}:
            return NotCallable(kind[:NAME_CAP])
    return None


def _warnings(told: object) -> Iterator[tuple[str, str]]:
    for each in told[:WARNINGS_CAP] if isinstance(told, list) else ():
        match each:
            case (str() as kind, str() as text):
                yield kind[:NAME_CAP], text[:MESSAGE_CAP]


def _back(request: Call | Operate, reply: dict[object, object]) -> Back | None:
    match reply:
        case {
            "back": int() as number,
            "args": tuple() as args,
            "kwargs": dict() as named,
        }:
            known = 0 <= number < request.backs and type(number) is int
            texts = {key: item for key, item in named.items() if isinstance(key, str)}
            return Back(number, args, texts) if known else None
    return None


def _operated(operation: str, reply: dict[object, object]) -> Value | Missing | None:
    match reply:
        case {"missing": str()} if operation == "name":
            return Missing()
        case {"value": value} if could_give(operation, value):
            if isinstance(value, str) and operation in ("str", "repr"):
                return Value(value[:TEXT_CAP])
            return Value(value)
    return None


def _raised(reported: object) -> Raised | None:
    try:
        told = msgspec.convert(reported, Raised)
    except ValueError:  # of msgspec, too
        return None
    return msgspec.structs.replace(
        told,
        type_name=told.type_name[:NAME_CAP],
        message=without_its_file(told.type_name, told.message[:MESSAGE_CAP]),
        label=told.label[:NAME_CAP],
        text=told.text[:SOURCE_LINE_CAP],
        kinds=tuple(kind[:NAME_CAP] for kind in told.kinds[:KINDS_CAP]),
    )


def _loaded(reply: dict[object, object]) -> Loaded | None:
    match reply:
        case {"failures": list() as failures, "names": list() as names}:
            raised = [_raised(failure) for failure in failures[:FAILURES_CAP]]
            if None in raised:
                return None
            return Loaded(
                tuple(filter(None, raised)),
                tuple(defined(names)),
                tuple(statements(reply.get("interrupted"))),
                tuple(kept_of(reply.get("kept"))),
                tuple(defined(reply.get("values"))),
            )
    return None


def _weights(value: object) -> Weights | NoWeights:
    # Decoded values have exact types, so the name is enough; torch may not be there.
    match value:
        case list() if len(value) <= WEIGHTS_CAP and all(
            type(each).__name__ == "Tensor" for each in value
        ):
            return Weights(value)
    return NoWeights()


def _rehearsed(request: Rehearse, replies: object) -> Rehearsed | None:
    if not isinstance(replies, list) or len(replies) != len(request.slots):
        return None
    return Rehearsed(tuple(_answers(request.requests, each) for each in replies))


def _answers(
    requests: Sequence[Asked], replies: object
) -> tuple[tuple[Answer, str], ...]:
    """Return one program's answers, up to the first that ended it."""
    told = replies if isinstance(replies, list) else []
    return tuple(
        (answer_of(request, reply), printed_of(reply))
        for request, reply in zip(requests, told, strict=False)
    )
