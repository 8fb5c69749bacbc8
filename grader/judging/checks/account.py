"""The time that one program has: an allowance of computing, and one on the wall.

All times are in seconds of the nominal machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from grader.sandbox.host.client import GRACE_S
from grader.sandbox.host.stopwatch import wall_s

if TYPE_CHECKING:
    from grader.model import Limits

# Loading may take this many times what a call may: it runs all trials of a program.
_LOADING: Final = 2
# Each loading may compute for this share of what is left, so that calls have some, too.
_LOADING_SHARE: Final = 0.5
# The diagnosis may compute for this share of what the checks may.
_DIAGNOSIS_SHARE: Final = 0.5
# A call that can be expected to come to no end has this share of its time, or so long.
_BRIEF: Final = 0.2
_BRIEF_S: Final = 0.5
# Timers that count by ticks end a request a little early.
_NEARLY: Final = 0.95
# Short requests are over before anybody looks how fast the machine is.
_MOSTLY: Final = 0.8
# Less than this is nothing: a request alone takes about as long.
_LEAST_S: Final = 0.005


class Time(NamedTuple):
    """Seconds of computing, and seconds on the wall."""

    computing_s: float
    waiting_s: float

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of one of the two."""
        return min(self) < _LEAST_S

    def within(self, other: Time) -> Time:
        """Return the less of each of the two."""
        return Time(*map(min, self, other))

    def without(self, used: Time) -> Time:
        """Return what is left when that much has been used."""
        return Time(
            self.computing_s - used.computing_s, self.waiting_s - used.waiting_s
        )


def time_of_call(seconds: float) -> Time:
    """Return the time of one request that may compute for that long."""
    return Time(seconds, wall_s(seconds))


def brief(limits: Limits) -> Limits:
    """Return limits for a function that calls one that came to no end.

    It may be another time; right work takes far less than its limit.
    """
    call_s = limits.seconds_per_call
    call_s = min(call_s, max(_BRIEF * call_s, _BRIEF_S))
    return msgspec.structs.replace(limits, seconds_per_call=call_s)


def time_of_exercise(limits: Limits) -> Time:
    """Return the time of all that a program is asked, and of its loading.

    On the wall it is less than that of all calls together: who sleeps waits for
    nothing, and who computes on a busy machine is judged again when it is quiet.
    """
    computing_s = limits.seconds_per_exercise
    one_call_s = wall_s(limits.seconds_per_call)
    return Time(computing_s, max(one_call_s, 3 * computing_s + 5))


def time_of_diagnosis(limits: Limits) -> Time:
    """Return the time of all that a program is asked when the checks are over."""
    computing_s = _DIAGNOSIS_SHARE * limits.seconds_per_exercise
    return Time(computing_s, wall_s(limits.seconds_per_call))


def held_up(paced_s: float, allowed: Time) -> bool:
    """Return whether more time might help a request that was still computing.

    A machine that was seen has held up nobody who computed for all the time on it.

    Args:
        paced_s: for how long it computed while the machine was seen.
        allowed: the time that the request had.
    """
    return paced_s < _NEARLY * allowed.computing_s


def longest_s(limits: Limits, pace: float) -> float:
    """Return how long a program can hold its place, in seconds of this machine."""
    whole = time_of_exercise(limits).waiting_s + time_of_diagnosis(limits).waiting_s
    # The last request of each may end a little late.
    return (whole + 2 * GRACE_S) * pace


class Account:
    """What is left of a program's time, given out to its loading and to requests."""

    def __init__(self, limits: Limits, whole: Account | None = None) -> None:
        self._limits = limits
        self._left = time_of_exercise(limits)
        self._whole = whole
        self._used_s = self._paced_s = 0.0

    @property
    def held_up(self) -> bool:
        """Whether the machine was not seen for a large part of what was used."""
        return self._paced_s <= _MOSTLY * self._used_s

    def part(self, limits: Limits) -> Account:
        """Return an account with limits of its own, of which this one is charged."""
        part = Account(limits, self)
        part._left = part._left.within(self._left)
        return part

    def for_call(self, limits: Limits) -> Time:
        """Return the time of the next call, which has these limits."""
        return time_of_call(limits.seconds_per_call).within(self._left)

    def for_loading(self) -> Time:
        """Return the time of the next loading."""
        usual = time_of_call(_LOADING * self._limits.seconds_per_call)
        left = self._left._replace(computing_s=_LOADING_SHARE * self._left.computing_s)
        return usual.within(left)

    def charge(self, used: Time, paced_s: float = 0.0) -> None:
        """Take off what was used.

        Args:
            used: the computing time and that on the wall.
            paced_s: that part of the first in which the machine was seen.
        """
        self._left = self._left.without(used)
        self._used_s += used.computing_s
        self._paced_s += paced_s
        if self._whole is not None:
            self._whole.charge(used, paced_s)

    def renew(self) -> None:
        """Make a new account of it: for the diagnosis, where the checks are over."""
        self._left = time_of_diagnosis(self._limits)
