"""The zygote: a process without secrets, libraries loaded, from which workers fork.

It is started by a fresh exec with a clean environment, never forked from a checker,
whose memory a fork would inherit. It has one thread, holds no check, solution or
result, and never runs student code itself. A control socket carries requests in (with
the worker's descriptors) and a pid out (with a pidfd). Each checker has one; when it
closes, the zygote kills that checker's workers. When the main process's socket closes,
which is the first one, it kills all workers.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.util
import mimetypes
import os
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

import msgspec

from grader.sandbox import pace
from grader.sandbox.orders import (
    Connect,
    NotNow,
    Spawn,
    Spawned,
    Step,
    Tier,
    Usage,
    ZygoteReady,
)
from grader.sandbox.process import make_non_dumpable
from grader.sandbox.warming import train_once
from grader.sandbox.zygote import hugepages, libraries
from grader.sandbox.zygote.lockdown import CHANNEL, LockdownPlan, lock_down, prepare

if TYPE_CHECKING:
    import io
    from collections.abc import Collection, Sequence

LOCK_DOWN_FAILED: Final = 97
"""The exit code of a child whose lock-down failed; its output says why."""

_EXIT: Final = os._exit  # a program may have put something else in its place
_FRAME: Final = 65536

_WARM_STDLIB: Final = (
    *("asyncio", "bz2", "concurrent.futures", "csv", "ctypes", "dataclasses"),
    *("decimal", "fractions", "json", "logging", "lzma", "pickle", "queue", "random"),
    *("sqlite3", "ssl", "statistics", "threading", "typing", "unittest"),
)
"""Some of them load libraries that a worker may not read: they load here or never."""

_WARM_IF_INSTALLED: Final = (
    "matplotlib.pyplot",
    "IPython.display",
    "IPython.core.inputtransformer2",
)


class Job(Protocol):
    """A module whose `main` is the whole life of a forked child."""

    def prepare(self, libraries: Collection[str]) -> None:
        """Do once, before any fork, what every child would do.

        Args:
            libraries: the names that programs may import, besides the standard library.
        """

    def main(self, channel: int) -> None:
        """Serve the checker on this descriptor until it closes."""


class _Child(NamedTuple):
    """A living worker: its descriptors, and the control socket that asked for it."""

    pid: int
    pidfd: int
    usage: int
    control: int

    def kill(self) -> None:
        """Kill it; it is collected once its pidfd is readable."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)


class Zygote:
    """The requests served, and the workers that are still alive."""

    def __init__(
        self,
        control: socket.socket,
        plan: LockdownPlan,
        jobs: dict[str, Job],
        pace: float,
    ) -> None:
        self._first = control.fileno()
        self._controls: dict[int, socket.socket] = {}
        self._plan = plan
        self._jobs = jobs
        self._pace = pace
        self._count = 0
        self._alive: dict[int, _Child] = {}  # by pidfd
        self._poll = select.poll()
        self._add_control(control)

    def serve(self) -> None:
        """Serve until the first control socket closes, then end all workers."""
        while self._first in self._controls:
            for descriptor, _ in self._poll.poll():
                if descriptor in self._alive:
                    self._reap(descriptor)
                elif descriptor in self._controls and not self._answer(descriptor):
                    self._hang_up(descriptor)
        for child in self._alive.values():
            child.kill()

    def _add_control(self, control: socket.socket) -> None:
        self._controls[control.fileno()] = control
        self._poll.register(control, select.POLLIN)

    def _hang_up(self, descriptor: int) -> None:
        """End the workers of a checker that has gone."""
        self._poll.unregister(descriptor)
        self._controls.pop(descriptor).close()
        for child in self._alive.values():
            if child.control == descriptor:
                child.kill()

    def _answer(self, control: int) -> bool:
        """Serve one request; return False when there will be no more."""
        frame, descriptors, _, _ = socket.recv_fds(self._controls[control], _FRAME, 3)
        if not frame:
            return False
        request = msgspec.msgpack.decode(frame, type=Spawn | Connect)
        if isinstance(request, Connect):
            self._add_control(socket.socket(fileno=descriptors[0]))
        else:
            self._fork(control, request, descriptors)
        return True

    def _fork(self, control: int, request: Spawn, descriptors: list[int]) -> None:
        """Fork a worker and tell whoever asked for it."""
        channel, output, usage = descriptors
        self._count += 1
        try:
            pid = os.fork()
        except OSError as error:  # no process, or no memory for one, at this moment
            for descriptor in descriptors:
                os.close(descriptor)
            self._tell(control, NotNow(str(error)))
            return
        if pid == 0:
            self._live(request, channel, output)
        os.close(channel)
        os.close(output)
        pidfd = os.pidfd_open(pid)
        self._alive[pidfd] = _Child(pid, pidfd, usage, control)
        self._poll.register(pidfd, select.POLLIN)
        self._tell(control, Spawned(pid, self._pace), pidfd)

    def _tell(self, control: int, answer: Spawned | NotNow, *passed: int) -> None:
        frame = msgspec.msgpack.encode(answer)
        with suppress(BrokenPipeError):  # its hang-up comes next
            socket.send_fds(self._controls[control], [frame], passed)

    def _live(self, request: Spawn, channel: int, output: int) -> None:
        """Be the worker; never return."""
        code = LOCK_DOWN_FAILED
        try:
            os.setsid()
            _arrange_descriptors(channel, output)
            lock_down(self._plan, request.limits.at(self._pace), self._count)
            code = 1
            self._jobs[request.job].main(CHANNEL)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            _flush()
            _EXIT(code)

    def _reap(self, pidfd: int) -> None:
        """Collect a worker that has ended and report what it used."""
        child = self._alive.pop(pidfd)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        _, status, used = os.wait4(child.pid, 0)
        record = Usage(
            status=status,
            cpu_s=used.ru_utime + used.ru_stime,
            max_rss_kb=used.ru_maxrss,
        )
        with suppress(BrokenPipeError):  # nobody wants to know
            os.write(child.usage, msgspec.msgpack.encode(record))
        os.close(child.usage)


def main(arguments: Sequence[str]) -> None:
    """Load everything, report it, and serve."""
    options = _parse(arguments)
    control = _take_control(options.control)
    if Step.NON_DUMPABLE.value not in options.without:
        make_non_dumpable()
    started = time.monotonic()
    if not options.bare:
        warm(options.preload)
    jobs = {name: _job(path) for name, path in map(_pair, options.job)}
    readable = readable_paths(options.preload)
    for job in jobs.values():
        job.prepare(libraries.module_names(readable))
    _refuse_secrets(readable)
    _forget_imports(Path(options.root))
    plan = prepare(Tier(options.tier), readable, frozenset(map(Step, options.without)))
    _assert_one_thread()
    _freeze()
    if options.huge_pages:
        hugepages.collapse()
    slowness = pace.measured()
    ready = ZygoteReady(
        pid=os.getpid(),
        steps=plan.steps,
        modules=len(sys.modules),
        warm_s=time.monotonic() - started,
        pace=slowness,
        own_users=plan.own_users,
    )
    control.send(msgspec.msgpack.encode(ready))
    Zygote(control, plan, jobs, slowness).serve()


def warm(preload: Sequence[str]) -> None:
    """Import, and use once, what student code will want."""
    gc.disable()
    for name in (*_WARM_STDLIB, "numpy", "numpy.random"):
        importlib.import_module(name)
    for name in preload:
        _preload(name)
    for name in _WARM_IF_INSTALLED:
        if importlib.util.find_spec(name.split(".", maxsplit=1)[0]) is not None:
            importlib.import_module(name)
    _plot_once()
    train_once()
    # These read files of the system that a worker cannot.
    time.localtime()
    mimetypes.init()


def _preload(name: str) -> None:
    """Import a module of the course's list, or end and say which one it was."""
    try:
        importlib.import_module(name)
    except ImportError as error:
        raise SystemExit(
            f"preload: expected modules that can be imported, got `{name}`: {error}. "
            f"Correct the list in course.toml."
        ) from error


def readable_paths(preload: Sequence[str]) -> list[Path]:
    """Return what workers may read, once everything is loaded."""
    named = libraries.distribution_paths((*libraries.STUDENT_NEEDS, *preload))
    loaded = libraries.module_paths(list(sys.modules.values()))
    zones = libraries.time_zone_paths()
    return sorted({*libraries.stdlib_paths(), *zones, *named, *loaded})


def _plot_once() -> None:
    """Draw one curve: the first figure loads the backend and, for 18 ms, the fonts."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return
    plt.plot([0.0, 1.0])
    plt.gcf().canvas.draw()
    plt.close("all")


def _take_control(descriptor: int) -> socket.socket:
    """Return the control socket, and keep the channel's number free for workers.

    Nothing that is opened later, such as the Landlock ruleset, may get that number.
    """
    control = socket.socket(fileno=os.dup(os.dup(descriptor)))
    os.closerange(CHANNEL, control.fileno())
    os.dup2(0, CHANNEL)
    return control


def _arrange_descriptors(channel: int, output: int) -> None:
    """Put the channel at its fixed number, and what is printed into the output pipe."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(channel, CHANNEL)
    # New streams: the zygote's remember what kind of file they were opened on.
    sys.stdout = _text_stream(1)
    sys.stderr = _text_stream(2)


def _text_stream(descriptor: int) -> io.TextIOWrapper:
    """Return a stream that loses no whole line when the process is killed."""
    return open(
        descriptor,
        "w",
        buffering=1,
        encoding="utf-8",
        errors="backslashreplace",
        closefd=False,
    )


def _flush() -> None:
    """Write what was printed, unless the student has closed or replaced the stream."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(BaseException):  # it is the student's object by now
            stream.flush()


def _refuse_secrets(readable: Sequence[Path]) -> None:
    """Exit if a module is loaded that a worker must not inherit."""
    ours = Path(__file__).parents[1]
    package = ours.parent
    allowed = (*readable, ours, package / "__init__.py", package / "errors.py")
    foreign = libraries.foreign_modules(list(sys.modules.values()), allowed)
    if foreign:
        raise SystemExit(
            f"zygote: expected nothing but libraries loaded, got {', '.join(foreign)}. "
            "Put into `preload` only what is installed as a package."
        )


def _forget_imports(root: Path) -> None:
    """Take the kit's own folder off the import path: workers cannot read it."""
    sys.path[:] = [entry for entry in sys.path if Path(entry) != root]
    sys.path_importer_cache.pop(str(root), None)


def _assert_one_thread() -> None:
    """Exit if there is a second thread: a fork would leave its locks held."""
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise SystemExit(
            f"zygote: expected one thread after loading the libraries, got {threads}. "
            "A module in `preload` starts threads when it is imported: take it out."
        )


def _freeze() -> None:
    """Keep the garbage collector from touching, and so copying, what is loaded."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _job(path: str) -> Job:
    """Return the job module of that name."""
    return cast("Job", importlib.import_module(path))


def _pair(argument: str) -> tuple[str, str]:
    """Return the two sides of NAME=MODULE."""
    name, _, module = argument.partition("=")
    return name, module


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options that the launcher gave."""
    parser = argparse.ArgumentParser(prog="zygote")
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--tier", required=True)
    parser.add_argument("--huge-pages", action="store_true")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--job", action="append", default=[])
    parser.add_argument("--preload", action="append", default=[])
    parser.add_argument("--without", action="append", default=[])
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
