"""Whether right work computes too much, against the solution on the same inputs.

What is counted are the operations that torch was asked for, and the rounds that the
program's own loops make: numbers that are the same on every machine. Computing time
says something only where it is far beyond: what takes long may be inside a library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import Role, Said

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
    asked, needed = _operations(own), _operations(right)
    if asked > times * needed + _OPERATIONS:
        said = f"{_shown(asked / max(needed, 1))} times as many operations as"
        hint = "does a loop do what one operation of torch does for all at once?"
        return _too_much(own, f"takes {said} the solution: {hint}")
    rounds, due = _rounds(own), _rounds(right)
    if rounds > times * due + _ROUNDS:
        said = f"goes through loops {_shown(rounds / max(due, 1))} times as often as"
        hint = "what does it do again and again?"
        return _too_much(own, f"{said} the solution: {hint}")
    most_s = _FAR * (times * _seconds(right) + _SECONDS)
    if _seconds(own) <= most_s:
        return None
    best_s = min(_seconds(own), _seconds(again()))
    if best_s <= most_s:
        return None
    said = f"{_shown(best_s / max(_seconds(right), 1e-3))} times as long as"
    hint = "what does it do more often than it needs to?"
    return _too_much(own, f"computes {said} the solution: {hint}")


def _too_much(own: Evidence, said: str) -> Said:
    return Said(Role.SAW, f"{_subject(own)} is right, but {said}")


def _rounds(evidence: Evidence) -> int:
    return sum(call.rounds for call in evidence.calls)


def _operations(evidence: Evidence) -> int:
    return sum(sum(call.ops.values()) for call in evidence.calls)


def _seconds(evidence: Evidence) -> float:
    return sum(call.seconds for call in evidence.calls)


def _subject(evidence: Evidence) -> str:
    names = {call.name for call in evidence.calls}
    return f"`{names.pop()}`" if len(names) == 1 else "What this check asks for"


def _shown(ratio: float) -> str:
    """Return a ratio as one says it: 2.3, 40, 1,000."""
    return f"{ratio:.1f}" if ratio < 10 else f"{round(ratio):,}"  # noqa: PLR2004 - two digits
