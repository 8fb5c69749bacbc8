"""The canary reads back what the kernel was told: one that only pretends is seen."""

from __future__ import annotations

import resource

import pytest

from grader.sandbox.orders import OWN_USERS, Allowance, Targets
from grader.sandbox.worker import canary
from grader.sandbox.zygote import lockdown

NOWHERE = "/nowhere"
TARGETS = Targets(secret=NOWHERE, private=(), checker=1, zygote=1, folders=())
LIMITS = (*canary._LIMITS, canary._TASKS)
NAMES = {f"use {name} without end": kind for name, (kind, _) in LIMITS}
Limits = dict[int, tuple[int, int]]


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """Return the limits of a kernel that has none, after a lock-down has set its own.

    This process keeps those that it has, and only seems to be a worker's user.
    """
    monkeypatch.setattr(canary.os, "getuid", lambda: OWN_USERS[0])
    endless = resource.RLIM_INFINITY
    limits: Limits = dict.fromkeys(NAMES.values(), (endless, endless))
    monkeypatch.setattr(resource, "getrlimit", limits.__getitem__)
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    lockdown._limit(Allowance(), 40)
    return limits


def succeeded() -> list[str]:
    """Return which of the attempts to be without limits succeed."""
    tries = canary.attempts(TARGETS)
    return [name for name in NAMES if canary._works(tries[name])]


def test_limits_of_a_lock_down_satisfy_the_canary(kernel: Limits) -> None:
    assert len(kernel) == 8
    assert succeeded() == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("left", [resource.RLIM_INFINITY, 2**62])
def test_limit_that_a_kernel_only_pretends_to_set_is_seen(
    kernel: Limits, name: str, left: int
) -> None:
    soft, _ = kernel[NAMES[name]]
    kernel[NAMES[name]] = (soft, left)

    assert succeeded() == [name]


@pytest.mark.parametrize(
    ("uid", "groups", "seen"),
    [
        (OWN_USERS[0], [], False),
        (OWN_USERS[0], [0], True),
        (OWN_USERS[-1], [4, 27], True),
        # An ordinary user keeps their groups: nobody could take them away.
        (1000, [1000], False),
    ],
)
def test_groups_that_a_kernel_only_pretends_to_leave_are_seen(
    monkeypatch: pytest.MonkeyPatch, uid: int, groups: list[int], *, seen: bool
) -> None:
    monkeypatch.setattr(canary.os, "getuid", lambda: uid)
    monkeypatch.setattr(canary.os, "getgroups", lambda: groups)
    attempt = canary.attempts(TARGETS)["belong to others' groups"]

    assert canary._works(attempt) is seen
