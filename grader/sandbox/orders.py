"""The messages between the trusted side and the zygote, and the types in them."""

from __future__ import annotations

import enum
from typing import Final

import msgspec

OWN_USERS: Final = range(61184, 61184 + 4096)
"""The user ids of workers: one each, where the zygote can give one."""


class Step(enum.StrEnum):
    """One layer of the wall, in the order in which they are applied."""

    DESCRIPTORS = "descriptors"
    LIMITS = "limits"
    PRIVILEGES = "privileges"
    NO_NEW_PRIVS = "no_new_privs"
    NON_DUMPABLE = "non_dumpable"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"


class Tier(enum.StrEnum):
    """Which mechanism keeps files unreadable; everything else is the same in each."""

    LANDLOCK = "landlock"
    UID = "uid"
    BWRAP = "bwrap"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that this tier demands."""
        if self is Tier.LANDLOCK:
            return tuple(Step)
        return tuple(step for step in Step if step is not Step.LANDLOCK)


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker may use up."""

    memory_mb: int = 1024
    cpu_s: int = 60
    open_files: int = 64
    tasks: int = 256

    def at(self, pace: float) -> Allowance:
        """Return the same for a machine that takes `pace` times as long."""
        return msgspec.structs.replace(self, cpu_s=int(self.cpu_s * pace))


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """What the canary tries to reach.

    `private` are files and folders of students: what they handed in, what was reported.
    """

    secret: str
    private: tuple[str, ...]
    checker: int
    zygote: int
    folders: tuple[str, ...]


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


class NotNow(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Spawn` while no process can be forked, with the reason."""

    reason: str


class Spawned(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Spawn`; a pidfd comes with it.

    `pace` says how many times longer things take here than on the nominal machine.
    """

    pid: int
    pace: float


class ZygoteReady(msgspec.Struct, frozen=True, kw_only=True):
    """What the zygote says about itself once it has loaded everything.

    `own_users` says whether each worker becomes a user of its own.
    """

    pid: int
    steps: tuple[Step, ...]
    modules: int
    warm_s: float
    pace: float
    own_users: bool


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker ended; the zygote writes it to the usage pipe."""

    status: int
    cpu_s: float
    max_rss_kb: int
