"""What a student reads: plain sentences about their own code.

Sentences about a hidden check never hold an input or an expected number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.judging.answers import Part
from grader.judging.checks import interruptions
from grader.judging.checks.evidence import Difference, is_call
from grader.judging.checks.sentences import SENTENCES
from grader.judging.names import WhyKept
from grader.judging.requests import Operate, Parameters, Statement
from grader.model import Visibility
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.judging.answers import Raised
    from grader.judging.checks.evidence import (
        Called,
        Comparison,
        Evidence,
        Origin,
    )
    from grader.judging.names import KeptName

_TEXT_CAP = 200
_UNREADABLE = frozenset({"SyntaxError", "IndentationError", "TabError", "CellNotRun"})
# These may come from the computer: another one has the thing, or allows it.
_OF_A_PLACE = frozenset(
    {"ModuleNotFoundError", "FileNotFoundError", "PermissionError", "gaierror"}
    | {"ConnectionError", "ConnectionRefusedError", "URLError", "BlockingIOError"}
)
_DOING = {interruptions.COMPUTING: "computing", interruptions.WAITING: "waiting"}


def raised(name: str, failure: Raised, *, away: bool = False) -> str:
    """Return the sentence for an exception in a call of the student's function.

    Args:
        name: the function's name.
        failure: the exception.
        away: whether it ran on a computer that is not the student's.
    """
    there = away and failure.type_name in _OF_A_PLACE
    here = ", where this is graded," if there else ""
    return f"`{name}` stopped{here} with {exception(failure)}{_where(failure)}."


def noted(failure: Raised) -> str:
    """Return the note on a failure, with what became of the code around it."""
    if is_unreadable(failure):
        head, *code = unreadable(failure).split("\n")
        said = f"{head.removesuffix('.')}. The other statements still ran."
        return "\n".join([said, *code])
    return f"{stopped(failure)} The statements after it still ran."


def stopped(failure: Raised) -> str:
    """Return the sentence for code at top level that raised, or took too long."""
    place = _at(failure.label, failure.line)
    text = clean_line(failure.message, _TEXT_CAP)
    if failure.type_name == interruptions.ENDED:
        return f"{place}{_quoted(failure)}: {text}"
    doing = _DOING.get(failure.type_name)
    if doing:
        return f"{place}: it was still {doing} when its time was up{_quoted(failure)}."
    return f"{place}: {exception(failure)}{_quoted(failure)}."


def exception(failure: Raised) -> str:
    """Return an exception's type and text, as Python writes them."""
    text = clean_line(failure.message, _TEXT_CAP)
    kind = clean_line(failure.type_name, _TEXT_CAP)
    return f"{kind}: {text}" if text else kind


def _where(failure: Raised) -> str:
    if not failure.label:
        return ""
    return f", at {failure.label}, line {failure.line}{_quoted(failure)}"


def _quoted(failure: Raised) -> str:
    text = clean_line(failure.text, _TEXT_CAP)
    return f" (`{text}`)" if text else ""


def missing(name: str, near: str | None) -> str:
    """Return the sentence for a name that the program does not define.

    Args:
        name: the name.
        near: a name of the same kind that may be meant, if there is one.
    """
    if near is not None:
        found = clean_line(near, _TEXT_CAP)
        return f"Expected `{name}`, found `{found}`: are these to be the same?"
    return f"Expected `{name}`, found nothing of this name."


def kept_from(name: str, place: Statement) -> str:
    """Return the sentence for a name that is in the file but was never defined."""
    label = clean_line(place.label, _TEXT_CAP)
    return f"`{name}` ({label}, line {place.line}) was never defined."


def is_unreadable(failure: Raised) -> bool:
    """Return whether a statement could not even be read."""
    return failure.type_name in _UNREADABLE


def unreadable(failure: Raised) -> str:
    """Return what cannot be read, and its line with a mark below the place."""
    if not is_unreadable(failure) or not failure.text:
        return stopped(failure)
    text = clean_line(failure.text, _TEXT_CAP)
    head = stopped(msgspec.structs.replace(failure, text="")).removesuffix(".")
    lines = [head, f"    {text}"]
    if 0 < failure.offset <= len(text) + 1:
        lines.append(f"    {' ' * (failure.offset - 1)}^")
    return "\n".join(lines)


def elsewhere(name: str, place: str) -> str:
    """Return the sentence for a name that stands in text that does not run."""
    return f"Expected `{name}` in the code, found it elsewhere: {place}."


def signature(name: str, found: str | None) -> str:
    """Return the sentence for a function that cannot take the handout's arguments."""
    yours = f": yours is `{name}{clean_line(found, _TEXT_CAP)}`" if found else ""
    return (
        f"`{name}` cannot be called as the handout says{yours}. Compare its parameters "
        f"with the handout's."
    )


def not_written(name: str) -> str:
    """Return the sentence for a hole that was left in."""
    return f"`{name}` is not written yet."


def left_over(name: str, hole: Raised) -> str:
    """Return the sentence for a hole that was left in above written code."""
    return (
        f"{_at(hole.label, hole.line)}{_quoted(hole)} still stands above your code: "
        f"`{name}` stops there. Remove that line."
    )


def kept(name: KeptName, text: str) -> str:
    """Return the note about a name that was bound to something else.

    Args:
        name: which, and where.
        text: the line that did it.
    """
    shown = f" (`{clean_line(text, _TEXT_CAP)}`)" if text else ""
    at, own, which = _at(*name.at), _at(*name.of), clean_line(name.name, _TEXT_CAP)
    match name.why:
        case WhyKept.STUB:
            what = f"{at}: here `{which}` is not written yet"
        case WhyKept.GONE:
            what = f"{at}: here `{which}` is deleted{shown}"
        case WhyKept.VALUE:
            what = f"{at}: here `{which}` becomes something else{shown}"
    return f"{what}. The checks ask the one that you wrote in {own}."


def _at(label: str, line: int) -> str:
    return f"{clean_line(label, _TEXT_CAP)}, line {line}"


def timeout(name: str, seconds: float | None, place: Raised | None = None) -> str:
    """Return the sentence for a call that did not come back.

    Args:
        name: the function's name.
        seconds: how long it computed; None if it waited.
        place: where it was, if that is known.
    """
    where = _where(place) if place is not None else ""
    if seconds is None:
        return (
            f"`{name}` waited for too long{where}: does it sleep, or wait for what "
            f"does not come?"
        )
    return (
        f"`{name}` was still running after {seconds:g} s of computing{where}: is there "
        f"a loop that never ends?"
    )


def used_up(computing_s: float, *, out_of_computing: bool) -> str:
    """Return the sentence for a check that had no time left to ask anything.

    Args:
        computing_s: how long an exercise may compute.
        out_of_computing: whether computing time is used up, or time to wait.
    """
    if out_of_computing:
        return (
            f"All that this exercise runs, outside functions too, may take "
            f"{computing_s:g} s together, and what ran before this has used it up."
        )
    return (
        "What ran before this, outside functions too, has waited for as long as the "
        "whole exercise may: does something sleep, or wait for what does not come?"
    )


def out_of_memory(name: str, memory_mb: int) -> str:
    """Return the sentence for code that wanted more memory than there is."""
    return (
        f"`{name}` asked for more memory than the {memory_mb} MB it may use: how large "
        f"is the largest tensor or list that it builds?"
    )


def failed(evidence: Evidence, visibility: Visibility) -> str:
    """Return the sentence for a check that did not hold."""
    unequal = [c for c in evidence.comparisons if c.difference is not None]
    if not unequal:
        names = list(dict.fromkeys(call.name for call in evidence.calls))
        if len(names) == 1 and _is_named(evidence.calls[0]):
            return f"`{names[0]}` does not do what this check says."
        if not names and (values := {*_variables(evidence)}) and len(values) == 1:
            return f"`{values.pop()}` is not what this check says."
        return "What this check says does not hold yet."
    found = unequal[-1]
    difference = found.difference or Difference.VALUE
    if difference is Difference.NOTHING and not found.place:
        return _nothing(found, evidence)
    begun = gave(found.origin, evidence)
    # The way to a part may hold a hidden input.
    if found.place and visibility is Visibility.VISIBLE:
        begun += f" at {clean_line(found.place, _TEXT_CAP)}"
    return SENTENCES[difference](begun, found, visibility)


def gave(origin: Origin | None, evidence: Evidence) -> str:
    """Return the beginning of a sentence about a value, up to its verb."""
    if origin is None:
        return followed(evidence)
    name = f"`{origin.exchange.name}`"
    match origin.part, origin.exchange.request:
        case Part.GRADIENT, _:
            return f"backward() on the result of {name} gave"
        case Part.ARGUMENTS, _:
            return f"{name} left in its argument"
        case _, Parameters():
            return f"A {name} has as parameters"
        case _, Operate():
            return f"{name} holds"
    own = is_call(origin.exchange) or "." in origin.exchange.name
    return f"{name} gave" if own else f"A {name} gave"


def followed(evidence: Evidence) -> str:
    """Return the beginning of a sentence about a value that a check worked out."""
    names = {call.name for call in evidence.calls if _is_named(call)}
    others = any(not _is_named(call) for call in evidence.calls)
    looked = any(exchange.looked for exchange in evidence.exchanges)
    if len(names) == 1 and not others and not looked:
        # What returns nothing is there for what it does to its argument.
        silent = all(call.value is None for call in evidence.calls)
        verb = "left in its argument" if silent and evidence.passed else "gave"
        return f"`{names.pop()}` {verb}"
    return "What follows from your results is"


def _variables(evidence: Evidence) -> Iterator[str]:
    """Yield the names of the program's variables that a check looked at."""
    for exchange in evidence.exchanges:
        match exchange.request:
            case Operate("name"):
                yield exchange.name


def _nothing(comparison: Comparison, evidence: Evidence) -> str:
    origin = comparison.origin
    if origin is None:
        return "What follows from your results is None, expected numbers."
    name = origin.exchange.name
    match origin.part, origin.whole:
        case Part.GRADIENT, True:
            return (
                f"backward() on the result of `{name}` left no gradient: does the "
                f"result remember where it came from?"
            )
        case Part.VALUE, True if not isinstance(origin.exchange.request, Operate):
            begun = gave(origin, evidence)
            return f"{begun} None: is there a `return` on every path?"
        case Part.VALUE, False if not isinstance(origin.exchange.request, Operate):
            return f"What `{name}` gave holds None, expected numbers."
    return f"{gave(origin, evidence)} None, expected numbers."


def _is_named(call: Called) -> bool:
    """Return whether a call was one of the program's own functions by its name."""
    return call.exchange is None or is_call(call.exchange)
