"""What `grader doctor` finds on this machine, as facts; nothing is printed here."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from grader.errors import OperatorError
from grader.sandbox.host import outer
from grader.sandbox.host.gate import Gate
from grader.sandbox.modes import NO_WALL
from grader.sandbox.process import landlock_abi

if TYPE_CHECKING:
    from grader.sandbox.orders import Step

_FAILED: Final = "FAILED"
_HELD: Final = re.compile(r"^CapEff:\s*(\w+)", re.MULTILINE)
_PACKAGES: Final = ("torch", "numpy", "pytest", "landlockpy", "seccompy")


class Fact(msgspec.Struct, frozen=True):
    """One line of the table: what was looked at, whether it is good, and details.

    `good` is None where there is nothing to judge, as for a version.
    """

    name: str
    good: bool | None
    detail: str


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was found; `refusal` says why grading would be refused, if so."""

    tier: str
    mechanisms: tuple[Fact, ...]
    steps: tuple[Fact, ...]
    attempts: tuple[Fact, ...]
    versions: tuple[Fact, ...]
    refusal: str | None


def examine(
    mode: str,
    preload: tuple[str, ...],
    secret: Path,
    *,
    without: tuple[Step, ...] = (),
) -> Examination:
    """Return what this machine has, what its workers lose, and what a canary could do.

    Args:
        mode: the tier asked for, one of `gate.MODES`.
        preload: modules that the course wants imported beforehand.
        secret: a file that no worker may read, beside the hidden checks.
        without: steps left out, for a test of the canary.

    Raises:
        OperatorError: this is no Linux, and nothing that a wall is made of is here.
    """
    if sys.platform != "linux":
        raise OperatorError(
            "doctor: classes are graded on Linux, which has what a wall is made of. "
            "`grader check`, for your own work, needs none and runs here."
        )
    steps: tuple[Fact, ...] = ()
    attempts: tuple[Fact, ...] = ()
    threads: tuple[Fact, ...] = ()
    tier = mode
    refusal: str | None
    try:
        with Gate(mode, preload, without=without) as gate:
            tier = gate.name
            steps = _steps(gate)
            attempts = _attempts(gate, secret)
            threads = _threads(gate)
            refusal = _refusal(tier, steps, attempts)
    except OperatorError as error:
        refusal = str(error)
    return Examination(
        tier=tier,
        mechanisms=(*mechanisms(), *threads),
        steps=steps,
        attempts=attempts,
        versions=versions(),
        refusal=refusal,
    )


def mechanisms() -> tuple[Fact, ...]:
    """Return the mechanisms that a wall can be made of, and whether they are here."""
    abi = landlock_abi()
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    bubblewrap = outer.works()
    return (
        Fact("landlock", abi > 0, f"ABI {abi}" if abi else "none in this kernel"),
        _present("seccomp", present=_filters()),
        Fact("root", root, f"{'yes' if root else 'no'}; only the tier uid needs it"),
        Fact(
            "bubblewrap",
            bubblewrap,
            "works" if bubblewrap else "not installed, or may not make namespaces",
        ),
        _capabilities(),
        _present("pidfd", present=hasattr(os, "pidfd_open")),
    )


def _filters() -> bool:
    """Return whether the kernel filters system calls."""
    try:
        import seccompy
    except ImportError:  # the package is for Linux alone
        return False
    return seccompy.supported()


def versions() -> tuple[Fact, ...]:
    """Return versions, cores and memory: what decides numbers and speed here."""
    found = {
        "python": platform.python_version(),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
        "cores": f"{len(os.sched_getaffinity(0))} of {os.cpu_count()}",
        "memory": _memory(),
    }
    return tuple(Fact(name, None, detail) for name, detail in found.items())


def _present(name: str, *, present: bool) -> Fact:
    return Fact(name, present, "present" if present else "missing")


def _steps(gate: Gate) -> tuple[Fact, ...]:
    return tuple(
        Fact(step.value, applied, "applied" if applied else "LEFT OUT")
        for step, applied in gate.steps()
    )


def _threads(gate: Gate) -> tuple[Fact, ...]:
    """Return how the threads of workers are counted, where there is a wall."""
    if not gate.steps():
        return ()
    if gate.own_users:
        return (Fact("threads", None, "counted for each worker, by a user of its own"),)
    if os.geteuid() == 0:
        closed = "not counted: Python lies in a folder that only root may enter"
        return (Fact("threads", None, closed),)
    return (Fact("threads", None, "counted for all workers of this user together"),)


def _attempts(gate: Gate, secret: Path) -> tuple[Fact, ...]:
    report = gate.report(secret)
    tried = (
        Fact(name, name not in report.succeeded, _ended(name in report.succeeded))
        for name in report.tried
    )
    return (*tried, *(Fact(name, False, _FAILED) for name in report.lacking))


def _ended(succeeded: bool) -> str:  # noqa: FBT001 - it is the only argument
    return "SUCCEEDED" if succeeded else "refused"


def _refusal(
    tier: str, steps: tuple[Fact, ...], attempts: tuple[Fact, ...]
) -> str | None:
    """Return why nothing would be graded, and what to do."""
    if tier == NO_WALL:
        return None
    missing = [fact.name for fact in steps if not fact.good]
    able = [f.name for f in attempts if not f.good and f.detail != _FAILED]
    unable = [f.name for f in attempts if f.detail == _FAILED]
    if attempts and not missing and not able and not unable:
        return None
    what = [f"step left out: {name}" for name in missing]
    what += [f"a canary could {name}" for name in able]
    what += [f"a canary could not {name}" for name in unable]
    return (
        f"sandbox {tier}: the wall does not hold: {'; '.join(what) or 'no canary'}. "
        f"Grade on another machine or with another --sandbox."
    )


def _capabilities() -> Fact:
    """Return which capabilities this process has; workers lose all of them."""
    match = _HELD.search(_status())
    count = int(match[1], 16).bit_count() if match else 0
    return Fact("capabilities", None, f"{count} held here; workers lose all of them")


def _status() -> str:
    return Path("/proc/self/status").read_text(encoding="ascii")


def _memory() -> str:
    """Return how much memory there is, and how much of it is free."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = os.sysconf("SC_PHYS_PAGES") * page
    free = os.sysconf("SC_AVPHYS_PAGES") * page
    return f"{total >> 20} MB, {free >> 20} MB free"
