"""The user that a worker is, and how many tasks that user has.

The kernel's limit on tasks counts all tasks of a user, and root's not at all. So each
worker gets a user of its own, where this process may change users and where everything
that a worker reads is open to any of them.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.sandbox.orders import OWN_USERS, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable

_SETGID_AND_SETUID: Final = 1 << 6 | 1 << 7


def has_own(tier: Tier, readable: Iterable[Path]) -> bool:
    """Return whether workers get users of their own; the tier `uid` rests on it.

    Args:
        tier: the tier of the wall.
        readable: the files and folders that workers may read.
    """
    if tier is Tier.UID:
        return True
    return _may_change() and all(map(_is_open_to_all, readable))


def own(number: int) -> int:
    """Return the user id of this worker, told by its number in its zygote.

    Other zygotes on this machine begin elsewhere, so that users are seldom shared.
    """
    return OWN_USERS[(61 * os.getppid() + number) % len(OWN_USERS)]


def tasks() -> int:
    """Return how many tasks this process's user has now; root's are not counted."""
    mine, total = os.getuid(), 0
    if mine == 0:
        return 0
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with suppress(OSError):  # it has ended since
                if entry.stat().st_uid == mine:
                    total += os.stat(f"{entry.path}/task").st_nlink - 2  # noqa: PTH116 - a fork pays for each `Path`
    return total


def _may_change() -> bool:
    """Return whether this process may become another user."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(r"^CapEff:\s*(\w+)", status, re.MULTILINE)
    held = int(match[1], 16) if match else 0
    return held & _SETGID_AND_SETUID == _SETGID_AND_SETUID


def _is_open_to_all(path: Path) -> bool:
    mode = path.stat().st_mode
    wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
    return mode & wanted == wanted and _may_be_entered(path.resolve().parent)


@cache
def _may_be_entered(folder: Path) -> bool:
    """Return whether any user may go through a folder, and all those above it."""
    if not folder.stat().st_mode & stat.S_IXOTH:
        return False
    return folder.parent == folder or _may_be_entered(folder.parent)
