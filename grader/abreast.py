"""Many things done by several processes side by side, told in their order.

Each process is a fork of this one: it sees all that is there, and imports nothing. It
takes one bundle of things after the other; what it has done waits to be read.
"""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import threading
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from grader.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")

# Fewer things are done sooner by this process alone.
_WORTH: Final = 200
_BUNDLE: Final = 25
# Any pipe has room for the numbers of this many bundles.
_MOST_BUNDLES: Final = 8000
_NUMBER: Final = struct.Struct("=I")


def abreast(
    function: Callable[[Sequence[T]], R], things: Sequence[T], jobs: int
) -> Generator[R, None, None]:
    """Yield what a function returns for each bundle of things, in their order.

    Args:
        function: is called in a process of its own, and not in order; what it returns
            can be pickled.
        things: all of them.
        jobs: how many processes there are at most. There is only this one where the
            things are few, where it has threads, which a fork would lose, and where
            the system has no forks.

    Raises:
        OperatorError: a process was ended from outside.
        Exception: what the function raised.
    """
    size = max(_BUNDLE, len(things) // _MOST_BUNDLES + 1)
    bundles = [things[at : at + size] for at in range(0, len(things), size)]
    count = min(jobs, len(bundles))
    alone = threading.active_count() > 1 or not hasattr(os, "fork")
    if alone or count == 1 or len(things) < _WORTH:
        yield from map(function, bundles)
        return
    with contextlib.ExitStack() as stack:
        numbers = _numbers(len(bundles))
        stack.callback(os.close, numbers)
        connections: list[Connection] = []
        for _ in range(count):
            connections.append(_forked(function, bundles, numbers, connections, stack))
        yield from _in_order(connections, len(bundles))


def _numbers(count: int) -> int:
    """Return where all numbers below one can be read, each once, by several."""
    reading, writing = os.pipe()
    os.write(writing, b"".join(map(_NUMBER.pack, range(count))))
    os.close(writing)
    return reading


def _forked(
    function: Callable[[T], object],
    bundles: Sequence[T],
    numbers: int,
    others: Sequence[Connection],
    stack: contextlib.ExitStack,
) -> Connection:
    """Return where a new process tells what it has done; the stack ends it."""
    from multiprocessing import Pipe

    reading, writing = Pipe(duplex=False)
    process = os.fork()
    if process == 0:
        # Else this one would not learn that its parent is gone.
        for one in (reading, *others):
            one.close()
        _work(function, bundles, numbers, writing)
    writing.close()
    stack.callback(_end, process, reading)
    return reading


def _end(process: int, reading: Connection) -> None:
    """End a process, if it has not ended itself, and wait for that."""
    reading.close()
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _work(
    function: Callable[[T], object],
    bundles: Sequence[T],
    numbers: int,
    writing: Connection,
) -> NoReturn:
    """Do bundles, and end this process without what its parent does at its end."""
    # Whoever types Ctrl-C ends the parent, which ends this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    number = 0
    try:
        while told := os.read(numbers, _NUMBER.size):
            (number,) = _NUMBER.unpack(told)
            writing.send((number, None, function(bundles[number])))
    except BrokenPipeError:
        pass
    except BaseException as error:  # noqa: BLE001 - raised again where it is read
        with contextlib.suppress(OSError):
            writing.send((number, error, None))
    finally:
        os._exit(0)


def _in_order(connections: Sequence[Connection], count: int) -> Iterator[Any]:
    """Yield what came of each bundle; what comes before its turn is kept.

    Raises:
        OperatorError: a process has ended before its bundle was done.
        Exception: what the function raised.
    """
    from multiprocessing.connection import wait

    at_work = list(connections)
    done: dict[int, tuple[BaseException | None, Any]] = {}
    for wanted in range(count):
        while wanted not in done:
            if not at_work:
                raise OperatorError(
                    "a process that reads hand-ins or writes reports was ended from "
                    "outside, perhaps because memory was short. Type the command "
                    "again, with --jobs 1 if that does not help."
                )
            ready_now = wait(at_work)
            for ready in [one for one in at_work if one in ready_now]:
                try:
                    number, raised, result = ready.recv()
                except EOFError:
                    at_work.remove(ready)
                else:
                    done[number] = raised, result
        raised, result = done.pop(wanted)
        if raised is not None:
            raise raised
        yield result
