"""Starts a worker without a wall: a child process that calls its parent back."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from typing import Final

from grader.sandbox.joining import Parent, speak_into
from grader.sandbox.limiting import limits_module, used_pages
from grader.sandbox.warming import train_once
from grader.sandbox.worker.channel import Channel
from grader.sandbox.worker.surroundings import enter, prepare
from grader.sandbox.worker.worker import serve

_EXIT: Final = os._exit  # a program may have put something else in its place


def main(argv: list[str]) -> None:
    """Start.

    Args:
        argv: memory in MB, CPU seconds, the names that programs may import, the modules
            to import now, and the parent's port.
    """
    memory_mb, cpu_seconds = map(int, argv[:2])
    parent = Parent(int(argv[-1]))
    line, output = parent.call(), parent.call()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    for name in argv[3:-1]:
        importlib.import_module(name)
    if "torch" in sys.modules:
        train_once()
    prepare(argv[2].split(","))
    _limit(memory_mb, cpu_seconds)
    speak_into(output)
    enter()
    serve(Channel(line.recv, line.send))


def _end_with(parent: Parent) -> None:
    """End this process when the checker has died."""
    parent.await_end()
    _EXIT(0)


def _limit(memory_mb: int, cpu_seconds: int) -> None:
    """Limit the memory that the student's code may add, and its computing time.

    This is left to the deadline of the checker where a system has no such limits.
    """
    resource = limits_module()
    if resource is None:
        return
    cap = used_pages() * resource.getpagesize() + (memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_AS, (cap, cap))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
