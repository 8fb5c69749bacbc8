"""The canary: a worker that tries what must be impossible, before anyone is graded.

It runs behind the same wall as a student's program, on this machine, at every start.
Grading begins only after it reports that it tried everything and nothing succeeded.
"""

from __future__ import annotations

import ctypes
import fcntl
import importlib
import mmap
import os
import resource
import socket
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from grader.sandbox import wire
from grader.sandbox.orders import OWN_USERS, Targets
from grader.sandbox.worker.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_PR_GET_DUMPABLE: Final = 3
_PR_GET_NO_NEW_PRIVS: Final = 39
_PTRACE_ATTACH: Final = 16
_CAPABILITY_VERSION_3: Final = 0x20080522
# Honest imports that nobody has made before, of several parts of the library.
_LATE_MODULES: Final = ("tomllib", "graphlib", "pdb", "multiprocessing.shared_memory")
_LIMITS: Final = (
    ("memory", (resource.RLIMIT_AS, 2**44)),
    ("data", (resource.RLIMIT_DATA, 2**44)),
    ("computing time", (resource.RLIMIT_CPU, 10**6)),
    ("files", (resource.RLIMIT_FSIZE, 0)),
    ("memory dumps", (resource.RLIMIT_CORE, 0)),
    ("locked memory", (resource.RLIMIT_MEMLOCK, 0)),
    ("descriptors", (resource.RLIMIT_NOFILE, 4096)),
)
# The kernel counts none of root's, whatever the limit: `grader doctor` says so.
_TASKS: Final = ("threads", (resource.RLIMIT_NPROC, 10**6))


def prepare(_libraries: Collection[str]) -> None:
    """Do nothing: a canary meets what the kernel forbids, and nothing gentler."""


def main(channel: int) -> None:
    """Receive the targets, try everything, and report what was tried and worked."""
    line = Channel.on(channel)
    number, payload = line.receive()
    tries = attempts(msgspec.convert(payload, Targets))
    succeeded = [name for name, attempt in tries.items() if _works(attempt)]
    lacking = [name for name, need in needs().items() if not _works(need)]
    song = {"tried": list(tries), "succeeded": succeeded, "lacking": lacking}
    line.write(wire.encode(number, song))


def attempts(targets: Targets) -> dict[str, Callable[[], object]]:
    """Return every attempt under the name that `grader doctor` prints.

    An attempt succeeds when it neither raises OSError nor returns False.
    """
    secret, checker, zygote = Path(targets.secret), targets.checker, targets.zygote
    limits = (*_LIMITS, _TASKS) if os.getuid() else _LIMITS
    return {
        "read a file beside the hidden checks": secret.read_bytes,
        "list the folder of the hidden checks": lambda: list(secret.parent.iterdir()),
        "read a submission or a report": lambda: any(map(_reads, targets.private)),
        "read another process's arguments": lambda: _open(f"/proc/{checker}/cmdline"),
        "open the checker's memory": lambda: _open(f"/proc/{checker}/mem"),
        "open the zygote's memory": lambda: _open(f"/proc/{zygote}/mem"),
        "read the checker's environment": lambda: _open(f"/proc/{checker}/environ"),
        "trace the checker": lambda: _call("ptrace", _PTRACE_ATTACH, checker, 0, 0),
        "signal the checker": lambda: os.kill(checker, 0),
        "signal the zygote": lambda: os.kill(zygote, 0),
        "signal the checker through a pipe's owner": lambda: _own_pipe(checker),
        "start a process": _fork,
        "run a program": _exec,
        "connect to a network": lambda: _socket(socket.AF_INET),
        "bind a local socket": lambda: _socket(socket.AF_UNIX),
        "create an anonymous file": lambda: os.close(os.memfd_create("canary")),
        **{f"write to {name}": partial(_write, name) for name in targets.folders},
        "open any file for writing": lambda: _open(os.devnull, os.O_WRONLY),
        "use an inherited descriptor": _use_inherited,
        "use a capability": _has_capability,
        "gain privileges": lambda: not _LIBC.prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
        "be traced": lambda: _LIBC.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0,
        "raise a limit": _raise_limit,
        "use any amount of memory": _has_no_limit,
        **{f"use {what} without end": partial(_is_free, *k) for what, k in limits},
        "belong to others' groups": _belongs_to_groups,
        "ask whether another process is there": lambda: os.getsid(checker),
        "read the computing time of another process": lambda: _read_clock(checker),
        "share the flags of its input": _shares_input,
    }


def needs() -> dict[str, Callable[[], object]]:
    """Return what must be possible: what right programs do that is loaded late."""
    return {f"import {name}": partial(_import, name) for name in _LATE_MODULES}


def _works(attempt: Callable[[], object]) -> bool:
    """Return whether an attempt succeeded."""
    try:
        return attempt() is not False
    except (OSError, ValueError):  # a ValueError is what setrlimit makes of EPERM
        return False


def _import(name: str) -> bool:
    """Return whether a module can be imported, that the zygote has not loaded."""
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def _reads(path: str) -> bool:
    """Return whether a file can be read, or a folder listed."""
    try:
        if os.path.isdir(path):  # noqa: PTH112 - the name need not be text
            os.listdir(path)  # noqa: PTH208
            return True
        _open(path)
    except OSError:
        return False
    return True


def _is_free(kind: int, most: float) -> bool:
    """Return whether a limit is not there, or higher than it is ever set."""
    return not 0 <= resource.getrlimit(kind)[1] <= most


def _belongs_to_groups() -> bool:
    """Return whether a user of a worker's own is in anybody's group."""
    return os.getuid() in OWN_USERS and os.getgroups() != []


def _read_clock(pid: int) -> None:
    """Read the clock that counts a process's computing time."""
    time.clock_gettime((~pid << 3) | 2)


def _shares_input() -> bool:
    """Return whether the input may be written to, as one that many share may be."""
    return fcntl.fcntl(0, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY


def _open(path: str, flags: int = os.O_RDONLY) -> None:
    """Open a file."""
    os.close(os.open(path, flags))


def _call(name: str, *arguments: int) -> None:
    """Call a function of libc.

    Raises:
        OSError: It returned -1.
    """
    if getattr(_LIBC, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)


def _own_pipe(pid: int) -> None:
    """Ask the kernel to signal a process whenever a pipe of ours is written to."""
    read, write = os.pipe()
    try:
        fcntl.fcntl(read, fcntl.F_SETOWN, pid)
    finally:
        os.close(read)
        os.close(write)


def _fork() -> None:
    """Start a process that ends at once."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _exec() -> None:
    """Run a program that does not exist; without a wall the kernel looks for it."""
    try:
        os.execv("/nonexistent", ["canary"])
    except FileNotFoundError:
        return


def _socket(family: int) -> None:
    """Create a socket: every way out of the machine begins with one."""
    socket.socket(family, socket.SOCK_STREAM).close()


def _write(folder: str) -> None:
    """Create a file and remove it again."""
    path = Path(folder, f".grader-canary-{os.getpid()}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    path.unlink()


def _use_inherited() -> bool:
    """Return whether a descriptor beyond the channel is open."""
    return any(_is_open(descriptor) for descriptor in range(4, 256))


def _is_open(descriptor: int) -> bool:
    """Return whether this descriptor is open."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_GETFD)
    except OSError:
        return False
    return True


def _has_capability() -> bool:
    """Return whether any capability is left."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()
    _LIBC.capget(header, sets)
    return any(sets)


def _raise_limit() -> None:
    """Allow itself files of some size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def _has_no_limit() -> bool:
    """Return whether memory may be reserved without end."""
    try:
        mmap.mmap(-1, 2**44).close()
    except OSError:
        return resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
    return True
