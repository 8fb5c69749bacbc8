"""Kernel settings that several of the four processes make for themselves."""

from __future__ import annotations

import ctypes
from typing import Final

_PR_SET_DUMPABLE: Final = 4

# CDLL(None), not find_library, which starts a compiler to look for libc.
LIBC: Final = ctypes.CDLL(None, use_errno=True)
LIBC.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]


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
    if LIBC.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) failed")
