"""Whether right work computes too much, against the solution on the same inputs.

What is counted are the operations that torch was asked for, and the rounds that the
program's own loops make: numbers that are the same on every machine. Computing time
says something only where it is far beyond: what takes long may be inside a library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import Role, Said
from grader.traces import Cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.judging.checks.evidence import Evidence

# This much more is nothing: a short function with a line more or less.
_OPERATIONS: Final = 20
_ROUNDS: Final = 100
_SECONDS: Final = 0.1
# How many times as long as allowed is no matter of the machine.
_FAR: Final = 10


def excess(
    times: float, own: Evidence, right: Evidence, again: Callable[[], Evidence]
) -> Said | None:
    """Return what is said of work that computes too much; None of other work.

    Args:
        times: how many times what the solution computes is allowed.
        own: what the check saw of the student's program.
        right: what it saw of the solution.
        again: runs it with the student's program once more.
    """
    said = excess_of(times, own, cost_of(right))
    if said is not None:
        return said
    most_s = _FAR * (times * _seconds(right) + _SECONDS)
    if _seconds(own) <= most_s:
        return None
    best_s = min(_seconds(own), _seconds(again()))
    if best_s <= most_s:
        return None
    longer = f"{_shown(best_s / max(_seconds(right), 1e-3))} times as long as"
    hint = "what does it do more often than it needs to?"
    return _too_much(own, f"computes {longer} the solution: {hint}")


def excess_of(times: float, own: Evidence, needed: Cost) -> Said | None:
    """Return what is said of work that computes too much by count, None of other work.

    Args:
        times: how many times what the solution computes is allowed.
        own: what the check saw of the student's program.
        needed: what the solution computes.
    """
    cost = cost_of(own)
    if cost.operations > times * needed.operations + _OPERATIONS:
        ratio = cost.operations / max(needed.operations, 1)
        said = f"{_shown(ratio)} times as many operations as"
        hint = "does a loop do what one operation of torch does for all at once?"
        return _too_much(own, f"takes {said} the solution: {hint}")
    if cost.rounds > times * needed.rounds + _ROUNDS:
        ratio = cost.rounds / max(needed.rounds, 1)
        said = f"goes through loops {_shown(ratio)} times as often as"
        hint = "what does it do again and again?"
        return _too_much(own, f"{said} the solution: {hint}")
    return None


def cost_of(evidence: Evidence) -> Cost:
    """Return what a check saw a program compute."""
    return Cost(
        operations=sum(sum(call.ops.values()) for call in evidence.calls),
        rounds=sum(call.rounds for call in evidence.calls),
    )


def _too_much(own: Evidence, said: str) -> Said:
    return Said(Role.SAW, f"{_subject(own)} is right, but {said}")


def _seconds(evidence: Evidence) -> float:
    return sum(call.seconds for call in evidence.calls)


def _subject(evidence: Evidence) -> str:
    names = {call.name for call in evidence.calls}
    return f"`{names.pop()}`" if len(names) == 1 else "What this check asks for"


def _shown(ratio: float) -> str:
    """Return a ratio as one says it: 2.3, 40, 1,000."""
    return f"{ratio:.1f}" if ratio < 10 else f"{round(ratio):,}"  # noqa: PLR2004 - two digits
