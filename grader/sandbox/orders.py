"""What is said on a control socket: orders to the zygote, and its answers."""

from __future__ import annotations

import msgspec

from grader.sandbox.lockdown import Allowance, Step


class Spawn(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A request: fork, lock down and run one job.

    Three descriptors come with it: channel, output and usage.
    """

    job: str
    limits: Allowance


class Connect(msgspec.Struct, frozen=True, tag=True):
    """A request: serve one more control socket, for another checker process.

    The socket's descriptor comes with it; there is no answer.
    """


class Spawned(msgspec.Struct, frozen=True):
    """The answer to a request; a pidfd comes with it."""

    pid: int


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What the zygote says of itself once it is warm."""

    pid: int
    steps: tuple[Step, ...]
    modules: int
    warm_s: float


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker ended; written to its usage descriptor when it has."""

    status: int
    cpu_s: float
    max_rss_kb: int
