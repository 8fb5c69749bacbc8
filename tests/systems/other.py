"""Hides from the kit what Windows and macOS do not have: starts as `sitecustomize`.

It is hidden only from our own modules: libraries know which system they run on.
"""

from __future__ import annotations

import builtins
import faulthandler
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
import types
from typing import Any

MODULES = frozenset(
    {"fcntl", "grp", "landlockpy", "pty", "pwd", "resource", "seccompy", "termios"}
)
NAMES = {
    os: "fork forkpty getegid geteuid getgid getpgid getuid killpg memfd_create "
    "pidfd_open sched_getaffinity set_blocking setpgid setsid wait4 waitid uname",
    select: "epoll kqueue poll",
    selectors: "EpollSelector KqueueSelector PollSelector",
    signal: "ITIMER_PROF ITIMER_REAL SIGALRM SIGHUP SIGKILL SIGPROF SIGXCPU "
    "pidfd_send_signal pthread_kill pthread_sigmask setitimer",
    socket: "AF_UNIX recv_fds send_fds",
    time: "clock_gettime",
    faulthandler: "register unregister",
}
HIDDEN = {module: frozenset(names.split()) for module, names in NAMES.items()}


def is_ours(frame: types.FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(
        "grader"
    ) or "/grader/" in (frame.f_code.co_filename)


class Other(types.ModuleType):
    """A module as it is on another system."""

    def __getattribute__(self, name: str) -> Any:
        if name in HIDDEN[self] and is_ours(sys._getframe(1)):
            raise AttributeError(f"not on this system: {name}")
        return super().__getattribute__(name)


for module in NAMES:
    module.__class__ = Other
usual_import, usual_start = builtins.__import__, subprocess.Popen.__init__


def other_import(name: str, *args: Any, **kwargs: Any) -> types.ModuleType:
    if name in MODULES and is_ours(sys._getframe(1)):
        raise ModuleNotFoundError(f"not on this system: {name}", name=name)
    return usual_import(name, *args, **kwargs)


def other_start(self: Any, *args: Any, **kwargs: Any) -> None:
    if kwargs.get("pass_fds") or kwargs.get("preexec_fn"):
        raise ValueError("not on this system: what only forking can do")
    usual_start(self, *args, **kwargs)


builtins.__import__ = other_import
subprocess.Popen.__init__ = other_start  # type: ignore[method-assign]
