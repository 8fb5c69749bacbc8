"""How a check ends whose request gave no value, in words for the student."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.judging.answers import Mismatch, Missing, NotCallable, TooLarge
from grader.judging.checks import words
from grader.judging.checks.ends import ended_with
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.missing import Stop, near_name, undefined_in
from grader.model import Outcome, Visibility
from grader.text import NOT_WRITTEN, clean_line

if TYPE_CHECKING:
    from grader.judging.answers import Answer, Raised
    from grader.judging.checks.host import Host


def ended_by(
    host: Host, visibility: Visibility, name: str, raised: Raised
) -> CheckEnded:
    """Return how a check ends in which the student's code raised.

    Args:
        host: the student's program.
        visibility: of the check.
        name: what stands in the words.
        raised: what was raised.
    """
    hearsay = host.hearsay
    failure = hearsay.failure(raised)
    if failure.hole:
        hole = failure.message.removesuffix(NOT_WRITTEN)
        known = hole if hole in hearsay.own(host.names) else name
        message = words.not_written(clean_line(known, 80))
        if failure.written and failure.label:
            message = words.left_over(clean_line(known, 80), failure)
        return CheckEnded(Outcome.NOT_ATTEMPTED, message)
    behind = host.stop_behind(raised)
    if behind is not None:
        return _kept_from(undefined_in(raised) or name, behind)
    if failure.memory:
        message = words.out_of_memory(name, host.limits.memory_mb)
        return CheckEnded(Outcome.OUT_OF_MEMORY, message)
    if visibility is Visibility.HIDDEN:
        failure = hearsay.hidden(failure)
    said = words.raised(name, failure, away=host.away)
    return ended_with(raised.kinds, Outcome.ERROR, said, raised.message)


def refused(host: Host, name: str, answer: Answer | None) -> CheckEnded:
    """Return how a check ends in which a call gave no value.

    Args:
        host: the student's program.
        name: what stands in the words.
        answer: what came instead.
    """
    match answer:
        case Missing():
            return _missing(host, name)
        case Mismatch():
            own = host.hearsay.signature(name)
            text = words.signature(name, own)
            return ended_with(("TypeError",), Outcome.ERROR, text)
        case NotCallable(kind):
            kind = host.hearsay.type_name(kind)
            message = f"`{name}` is a value of type {kind}, expected a function."
            return CheckEnded(Outcome.ERROR, message)
        case TooLarge():
            message = f"`{name}` returned more than a check can take: how large is it?"
            return CheckEnded(Outcome.ERROR, message)
    return CheckEnded(Outcome.CRASHED, f"`{name}` ended without a value.")


def _missing(host: Host, name: str) -> CheckEnded:
    hearsay = host.hearsay
    place = host.elsewhere(name)
    if place is not None:
        return CheckEnded(Outcome.NOT_ATTEMPTED, words.elsewhere(name, place))
    stop = host.stop_of(name)
    if stop is not None:
        return _kept_from(name, stop)
    near = near_name(name, hearsay.own(host.names), hearsay.kinds)
    outcome = Outcome.NOT_ATTEMPTED if near is None else Outcome.ERROR
    return CheckEnded(outcome, words.missing(name, near))


def _kept_from(name: str, stop: Stop) -> CheckEnded:
    """Return the end of a check that needs what the program could not define."""
    fact = f"The reason: {words.stopped(stop.failure)}"
    return CheckEnded(Outcome.ERROR, words.kept_from(name, stop.place), fact)
