"""Which tier a choice of wall comes to on this machine; nothing is started for it."""

from __future__ import annotations

import os

from grader.errors import OperatorError, UsageError
from grader.sandbox.modes import MODES, NO_WALL
from grader.sandbox.orders import Tier
from grader.sandbox.process import landlock_abi


def wall_of(mode: str) -> str:
    """Return the name of the wall that a gate of this mode has; nothing is started.

    Raises:
        UsageError: there is no such mode.
        OperatorError: this machine has not what the mode needs.
    """
    tier = tier_of(mode)
    if tier is None:
        return NO_WALL
    names = [*(["bwrap"] if mode == "bwrap" else []), tier.value, "seccomp"]
    return "+".join(dict.fromkeys(names))


def tier_of(mode: str) -> Tier | None:
    """Return the tier for a mode, or None for no wall.

    Raises:
        UsageError: there is no such mode.
        OperatorError: this machine has not what the mode needs.
    """
    if mode not in MODES:
        raise UsageError(
            f"--sandbox {mode}: expected one of {', '.join(MODES)}. Choose one."
        )
    if mode == NO_WALL:
        return None
    if mode == "auto":
        return _automatic()
    if mode == "bwrap":
        return Tier.LANDLOCK if landlock_abi() else Tier.BWRAP
    if mode == "uid" and _user() != 0:
        raise OperatorError(
            "--sandbox uid: expected root, which gives each worker a user id of its "
            "own, got an ordinary user. Use --sandbox auto."
        )
    return Tier(mode)


def _automatic() -> Tier:
    """Return the best tier of this machine; never none."""
    if landlock_abi():
        return Tier.LANDLOCK
    if _user() == 0:
        return Tier.UID
    raise OperatorError(
        "sandbox: expected Landlock (Linux 5.13 or later, enabled) or root, found "
        "neither. Nothing was graded. With bubblewrap installed, --sandbox bwrap may "
        "work; --sandbox none grades without a wall, and every report says so."
    )


def _user() -> int | None:
    """Return the number of the user, where the system counts them."""
    return os.geteuid() if hasattr(os, "geteuid") else None
