"""The requests to a worker, as structs; each crosses the wall as a plain dict.

The worker's `do_<verb>` answers the struct of that name, and `answers.py` reads the
answer.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, NamedTuple

from grader.sandbox.wire import ANSWER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import torch

    from grader.model import Program
    from grader.sandbox.wire import Handle


@dataclass(frozen=True, slots=True)
class Earlier:
    """In a rehearsal: the value that the program gave for request `number`.

    `path` leads to an item of that value, by the indices and keys on the way.
    """

    number: int
    path: tuple[object, ...] = ()


class Statement(NamedTuple):
    """A statement at top level, told by its block and a line of it."""

    label: str
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """Run a program; several may live side by side, each in a slot of its own.

    The `skipped` statements are left out; the `helpers` can be imported, and the
    `files` read. `handout` is the exercise as it was handed out, where that is known.
    """

    kind: str
    filename: str
    blocks: tuple[tuple[str, str], ...]
    slot: int = 0
    skipped: tuple[Statement, ...] = ()
    handout: str = ""
    helpers: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


class Slope(enum.IntEnum):
    """Which gradients of a call's result are asked for.

    `FIRST` is that by the first argument that requires one, `EVERY` that by each
    argument that can have one.
    """

    NONE = 0
    FIRST = 1
    EVERY = 2


class Given(NamedTuple):
    """What the worker must know of a thing that a check has passed, or changed.

    `origin` is the program's own thing, if the check has its copy from there.
    """

    number: int
    kind: str
    content: object
    gradient: object = None
    origin: Handle | Earlier | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Mirrored:
    """A call's arguments as references to things that have mirrors in the worker.

    `given` are the things that it does not know as they are now, `dropped` those that
    it may forget; `kinds` has the form of each that it then holds. With `anew` all is
    new: another check has begun.
    """

    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    given: tuple[Given, ...]
    dropped: tuple[int, ...]
    kinds: Mapping[int, str]
    anew: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """Call a function of the program by its name, or an object in the worker.

    `gradient` asks for gradients of the result, `of` for those by the parameters of an
    object, too, `counted` for the operations of torch, `watched` for the warnings of
    the call. `weighs` has a tensor for each of the result's, to multiply it by first.
    `mirrored` has the same arguments once more, where changes in them are to be seen on
    both sides. `backs` says how many functions and iterators of the check may be asked
    for.
    """

    target: str | Handle | Earlier
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict)
    gradient: Slope = Slope.NONE
    mirrored: Mirrored | None = None
    watched: bool = False
    backs: int = 0
    of: Handle | Earlier | None = None
    counted: bool = False
    weighs: object = None

    def alone(self) -> Call:
        """Return the call as one that has nothing to do with others."""
        return replace(self, mirrored=None)


@dataclass(frozen=True, slots=True, eq=False)
class Operate:
    """Do what Python does with an object: `getattr`, `len`, `next`, `add`, ...

    `name` gives what the program calls by a name. The worker knows a fixed set of
    operations, each by its name among Python's built-in functions or in `operator`.
    """

    operation: str
    args: tuple[object, ...]
    backs: int = 0

    @property
    def is_by_name(self) -> bool:
        """Whether it only finds something that has a name."""
        return self.operation in ("name", "getattr")


@dataclass(frozen=True, slots=True, eq=False)
class Resume:
    """Go on with the value that a function or an iterator of the check gave.

    What comes back is the answer to `asked`, or the next question. With `refused`, the
    code that waits gets an exception instead.
    """

    value: object
    asked: Call | Operate
    refused: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Return the values of a model's parameters."""

    target: Handle | Earlier


@dataclass(frozen=True, slots=True, eq=False)
class Assign:
    """Put values into a model's parameters."""

    target: Handle | Earlier
    values: Sequence[torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """Report the training runs: of the loading and of this many last calls."""

    calls: int


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """Report how many passes the longest run of this many last calls made."""

    calls: int


@dataclass(frozen=True, slots=True, eq=False)
class Forget:
    """Let go of the objects that handles stand for."""


@dataclass(frozen=True, slots=True, eq=False)
class Swap:
    """Put files into a folder of the check's, and return all that are in it then."""

    folder: str
    files: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rehearse:
    """Put the same requests to the programs in several slots."""

    slots: tuple[int, ...]
    requests: tuple[Asked, ...]


Asked = Call | Operate | Parameters | Assign
"""What a check asks, and what can be put to other programs than the student's, too."""
Request = Asked | Resume | Load | Training | Passes | Forget | Swap | Rehearse


def data_of(request: Asked) -> list[object]:
    """Return everything in a request that is data or a handle."""
    match request:
        case Call(target, args, kwargs, of=of):
            return [target if not isinstance(target, str) else None, args, kwargs, of]
        case Operate(args=args):
            return [args[0], None] if request.is_by_name else [*args]
        case Parameters(target):
            return [target]
        case Assign(target, values):
            return [target, list(values)]


def payload_of(request: Request) -> dict[str, object]:
    """Return the plain dict that crosses the wall."""
    payload = {each.name: getattr(request, each.name) for each in fields(request)}
    payload.pop("backs", None)
    payload.pop("asked", None)
    if isinstance(request, Call):
        payload |= _passed(request)
    if isinstance(request, Load):
        payload |= _sources(request)
    if isinstance(request, Swap):
        payload |= _joined({"files": request.files})
    if isinstance(request, Rehearse):
        payload["requests"] = [_related(payload_of(each)) for each in request.requests]
    return {"do": type(request).__name__.lower(), **payload}


def _passed(call: Call) -> dict[str, object]:
    """Return the arguments of a call, each thing of them once."""
    passed = call.mirrored
    if passed is None:
        return {"mirrored": None}
    given = [tuple(each) for each in passed.given]
    own = {"given": given, "dropped": list(passed.dropped), "anew": passed.anew}
    return {"args": passed.args, "kwargs": passed.kwargs, "mirrored": own}


def _sources(load: Load) -> dict[str, object]:
    """Return the labels and sizes of all that is loaded, and the bytes as one array.

    Only arrays may be large on the wire, and a right program may hold a table.
    """
    parts = {
        "blocks": [(label, _utf8(text)) for label, text in load.blocks],
        "helpers": [(label, _utf8(text)) for label, text in load.helpers],
        "files": load.files,
    }
    return _joined(parts)


def _joined(parts: Mapping[str, Iterable[tuple[str, bytes]]]) -> dict[str, object]:
    """Return the names and sizes in each part, and all their bytes as one array."""
    import numpy as np

    whole = b"".join(content for part in parts.values() for _, content in part)
    sizes = {key: [(n, len(data)) for n, data in part] for key, part in parts.items()}
    return {**sizes, "source": np.frombuffer(whole, np.uint8)}


def modules_and_data(
    given: tuple[tuple[str, bytes], ...],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, bytes], ...]]:
    """Return what is imported and what is read, of the files that a course gives."""
    modules = [(n, data.decode("utf-8-sig")) for n, data in given if n.endswith(".py")]
    return tuple(modules), tuple(each for each in given if not each[0].endswith(".py"))


def loading(
    program: Program,
    given: tuple[tuple[str, bytes], ...],
    handout: str = "",
    skipped: Iterable[Statement] = (),
) -> Load:
    """Return the request to load a student's program, with the files beside it.

    Args:
        program: the program.
        given: the files that a course gives.
        handout: the exercise as it was handed out, where that is known.
        skipped: the statements that are left out.
    """
    own = {block.label: block.source for block in program.helpers}
    modules, files = modules_and_data(given)
    return Load(
        str(program.kind),
        program.filename,
        tuple((block.label, block.source) for block in program.blocks),
        skipped=tuple(sorted(skipped)),
        handout=handout,
        helpers=tuple({**own, **dict(modules)}.items()),
        files=files,
    )


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _related(value: object) -> object:
    """Return a value with earlier answers in the form that a worker reads."""
    match value:
        case Earlier(number, path):
            return {ANSWER: [number, *path]}
        case dict():
            return {key: _related(item) for key, item in value.items()}
        case tuple() if type(value) is tuple:
            return tuple(map(_related, value))
        case list():
            return list(map(_related, value))
    return value
