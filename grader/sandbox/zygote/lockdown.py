"""The lock-down: what a forked child gives up before it reads any byte of a student's.

The steps have one order, because each needs what a later one takes away: descriptors,
limits, privileges, no_new_privs, non-dumpable, Landlock, seccomp. The zygote prepares
what is costly once; the child only applies it. Any exception ends the child.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import landlockpy
import seccompy
from landlockpy import AccessFS, AccessNet, Ruleset

from grader.errors import OperatorError
from grader.sandbox.orders import Allowance, Step, Tier
from grader.sandbox.process import landlock_abi, libc, make_non_dumpable, prctl
from grader.sandbox.zygote import filters, users

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

CHANNEL: Final = 3
"""The descriptor on which every job talks to the checker; 0, 1 and 2 as usual."""

_ABI: Final = 3
"""Rights of newer Landlock versions are not used: some kernels report and reject them.
"""
_READ: Final = AccessFS.READ_FILE
_READ_BELOW: Final = AccessFS.READ_FILE | AccessFS.READ_DIR

_PR_SET_PDEATHSIG: Final = 1
_PR_CAPBSET_READ: Final = 23
_PR_CAPBSET_DROP: Final = 24
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_CAP_AMBIENT: Final = 47
_PR_CAP_AMBIENT_CLEAR_ALL: Final = 4
_CAPABILITY_VERSION_3: Final = 0x20080522

_HIGHEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class LockdownPlan:
    """A lock-down prepared in the zygote: only `lock_down` is left to the child.

    `own_users` says whether each worker becomes a user of its own.
    """

    steps: tuple[Step, ...]
    ruleset: Ruleset | None
    allow_list: seccompy.Filter
    own_users: bool


def prepare(
    tier: Tier, readable: Iterable[Path], without: frozenset[Step] = frozenset()
) -> LockdownPlan:
    """Return the plan of a tier.

    Args:
        tier: Which mechanism keeps files unreadable.
        readable: The files and folders that workers may read.
        without: Steps to leave out, so that a test can see the canary complain.

    Raises:
        OperatorError: This machine lacks what the tier needs.
    """
    if not seccompy.supported():
        raise OperatorError(
            "seccomp: expected a kernel with seccomp filters, got none. "
            "Grade on Linux outside of a container that forbids them."
        )
    steps = tuple(step for step in tier.steps if step not in without)
    readable = tuple(readable)
    ruleset = _ruleset(readable) if Step.LANDLOCK in steps else None
    own_users = users.has_own(tier, readable)
    return LockdownPlan(steps, ruleset, filters.allow_list(), own_users)


def lock_down(plan: LockdownPlan, limits: Allowance, number: int) -> None:
    """Apply a plan to this process, for good.

    The channel is expected at descriptor 3; all later descriptors are closed.

    Args:
        plan: the plan.
        limits: what this worker may use up.
        number: how many workers this is, which gives it its user.
    """
    uid = users.own(number) if plan.own_users else None
    # Each worker may have this many tasks beyond those that are there now.
    others = users.tasks() if uid is None else 0
    actions: dict[Step, Callable[[], object]] = {
        Step.DESCRIPTORS: lambda: _close_descriptors(plan.ruleset),
        Step.LIMITS: lambda: _limit(limits, others),
        Step.PRIVILEGES: lambda: _drop_privileges(uid),
        Step.NO_NEW_PRIVS: lambda: prctl(_PR_SET_NO_NEW_PRIVS, 1),
        Step.NON_DUMPABLE: make_non_dumpable,
        Step.LANDLOCK: lambda: _restrict(plan.ruleset),
        Step.SECCOMP: lambda: _filter(plan.allow_list),
    }
    for step in plan.steps:
        actions[step]()


def _ruleset(readable: Iterable[Path]) -> Ruleset:
    """Return the Landlock ruleset that allows reading these paths and nothing else."""
    if not landlock_abi():
        raise OperatorError(
            "landlock: expected Linux 5.13 or later with Landlock, got a kernel or "
            "container without it. Use --sandbox uid as root, or --sandbox bwrap."
        )
    ruleset = Ruleset(
        handled_fs=landlockpy.fs_for_abi(_ABI), handled_net=AccessNet.NONE
    )
    for path in readable:
        ruleset.allow_path(path, _READ_BELOW if path.is_dir() else _READ)
    return ruleset


def _close_descriptors(ruleset: Ruleset | None) -> None:
    """Close all descriptors but the standard streams, the channel and the ruleset.

    The input is opened anew: flags on one that is shared would outlive a worker.
    """
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    first = CHANNEL + 1
    if ruleset is not None:
        os.closerange(first, ruleset.fileno())
        first = ruleset.fileno() + 1
    os.closerange(first, _HIGHEST)


def _limit(limits: Allowance, tasks_of_user: int) -> None:
    """Set the resource limits; memory is counted from what the zygote already has."""
    addresses, data = (size + limits.memory_mb * 2**20 for size in _sizes())
    wanted = {
        resource.RLIMIT_AS: (addresses, addresses),
        # A library's pages can be given back for others; they are no data.
        resource.RLIMIT_DATA: (data, data),
        # The signal of the soft limit can be caught, that of the hard one cannot.
        resource.RLIMIT_CPU: (limits.cpu_s, limits.cpu_s + 1),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_NOFILE: (limits.open_files, limits.open_files),
        # Counts every task of the user, not of this process; root's never.
        resource.RLIMIT_NPROC: (tasks_of_user + limits.tasks,) * 2,
    }
    for kind, (soft, hard) in wanted.items():
        highest = resource.getrlimit(kind)[1]
        if highest == resource.RLIM_INFINITY:
            highest = max(soft, hard)
        resource.setrlimit(kind, (min(soft, highest), min(hard, highest)))


def _sizes() -> tuple[int, int]:
    """Return this process's address space and its data, in bytes."""
    # Not Path.read_text: its first use in a forked child costs a millisecond.
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    pages = os.read(descriptor, 128).split()
    os.close(descriptor)
    page = resource.getpagesize()
    return int(pages[0]) * page, int(pages[5]) * page


def _drop_privileges(uid: int | None) -> None:
    """Empty every capability set and, where given, become that user."""
    _drop_bounding_set()
    prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if libc().capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset failed")
    # Set after the change of user, which resets it: the worker dies with the zygote.
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _drop_bounding_set() -> None:
    """Empty the bounding set, if this process has the capability to do so."""
    capability = 0
    while libc().prctl(_PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:
        if libc().prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            return
        capability += 1


def _restrict(ruleset: Ruleset | None) -> None:
    """Enter the Landlock domain and close the ruleset's descriptor."""
    if ruleset is None:
        raise OperatorError("landlock: expected a prepared ruleset, got none.")
    ruleset.restrict(no_new_privs=False)
    ruleset.close()


def _filter(allow_list: seccompy.Filter) -> None:
    """Load both filters; the second one forbids loading more."""
    filters.only_itself(os.getpid()).load()
    allow_list.load()
