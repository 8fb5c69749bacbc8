"""Kernel settings that several of the processes make for themselves."""

from __future__ import annotations

import ctypes
import functools
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4
# The same number on every architecture.
_LANDLOCK_CREATE_RULESET: Final = 444
_LANDLOCK_CREATE_RULESET_VERSION: Final = 1


@functools.cache
def libc() -> ctypes.CDLL:
    """Return the C library; only Linux has all that is called in it."""
    # CDLL(None), not find_library, which starts a compiler to look for libc.
    found = ctypes.CDLL(None, use_errno=True)
    found.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    return found


def make_non_dumpable() -> None:
    """Keep other processes of this user out of this one's memory and /proc entries.

    Raises:
        OSError: the kernel refuses.
    """
    prctl(_PR_SET_DUMPABLE, 0)


def prctl(option: int, value: int) -> None:
    """Set an option of this process.

    Raises:
        OSError: the kernel refuses.
    """
    if libc().prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) failed")


def landlock_abi() -> int:
    """Return the version of the kernel's Landlock, or 0 where there is none.

    The package landlockpy knows it as well, but starts a program to find libc.
    """
    if sys.platform != "linux":
        return 0
    found = libc().syscall(
        *(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0)),
        _LANDLOCK_CREATE_RULESET_VERSION,
    )
    return max(0, int(found))
