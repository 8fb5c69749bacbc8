"""A check's wrong answers: in what they differ, what led to them, their simplest form.

All is pure: nothing is asked of a program here.
"""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.judging.answers import Raised, value_of
from grader.judging.checks.evidence import is_call
from grader.judging.diagnosis.agreement import agree, end_of
from grader.judging.diagnosis.asking import handles_in
from grader.judging.diagnosis.hidden import key_of
from grader.judging.diagnosis.sameness import WRONG, same
from grader.judging.diagnosis.simplest import Filling, NoSimpleError, fillings
from grader.judging.requests import Assign, Call, Operate, Parameters, data_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.judging.checks.evidence import Exchange
    from grader.judging.requests import Asked

_FORMS_CAP = 4
_STEPS_CAP = 10
_CHANGING = frozenset({"setattr", "setitem", "delitem", "next", "enter", "exit"})


class Aspect(enum.IntEnum):
    """In what an answer differs, what is plainest first."""

    VALUE = 0
    PRINTED = 1
    ARGUMENTS = 2
    FORM = 3


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer: what a check asked up to it, and in what it differs."""

    steps: tuple[Exchange, ...]
    aspect: Aspect

    @property
    def given(self) -> int:
        """How many arguments the last call has."""
        match self.steps[-1].request:
            case Call(_, args, kwargs):
                return len(args) + len(kwargs)
        return 0

    @property
    def subject(self) -> str:
        """The function that it is about."""
        named = [step.name for step in self.steps if is_call(step)]
        return named[-1] if named else self.steps[-1].name


def wrongs_of(
    exchanges: Sequence[Exchange], rights: Sequence[Exchange | None]
) -> Iterator[Wrong]:
    """Yield the wrong answers that a check got, each with what led to it.

    Args:
        exchanges: what the check asked, and the student's answers.
        rights: the solution's; None where they are chance.
    """
    for index, (student, right) in enumerate(zip(exchanges, rights, strict=True)):
        aspect = None if right is None else _aspect(student, right)
        if aspect is not None:
            yield Wrong(_leading(exchanges[: index + 1]), aspect)


def _aspect(student: Exchange, right: Exchange) -> Aspect | None:
    raised = isinstance(student.answer, Raised) and not student.answer.hole
    if end_of(right.answer) is not None or (end_of(student.answer) and not raised):
        return None
    mine, due = value_of(student.answer), value_of(right.answer)
    asked = isinstance(student.request, Call) and student.request.gradient
    seen = (mine.gradient, due.gradient) if asked else (mine.value, due.value)
    in_place = not raised and not same(mine.arguments, due.arguments, WRONG)
    if raised or not same(*seen, WRONG):
        # What is right whatever the arguments are teaches nothing.
        return Aspect.ARGUMENTS if in_place and seen[1] is None else Aspect.VALUE
    if student.heard and bool(student.printed.strip()) != bool(right.printed.strip()):
        return Aspect.PRINTED
    if in_place:
        return Aspect.ARGUMENTS
    return None if agree(student, right, WRONG, form=True) else Aspect.FORM


def _leading(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """Return the requests without which the last one could not be, itself included.

    They make the objects that it uses, or may have changed them.
    """
    circle = _circles(exchanges)
    found = [exchanges[-1]]
    wanted = _used(exchanges[-1].request)
    for exchange in reversed(exchanges[:-1]):
        used, made = _used(exchange.request), _made(exchange)
        own, whole = ({circle[n] for n in numbers} for numbers in (used, wanted))
        if made & wanted or (own & whole and _may_change(exchange.request)):
            found.append(exchange)
            wanted |= used
    return tuple(reversed(found))


def _circles(exchanges: Sequence[Exchange]) -> dict[int, int]:
    """Return which objects have to do with each other: those have the same number.

    What is made of others may change them: a sum has its parts, a method its object.
    """
    circle: dict[int, int] = {}
    for exchange in exchanges:
        together = _used(exchange.request) | _made(exchange)
        known = {circle.get(number, number) for number in together}
        joined = {n for n, own in circle.items() if own in known} | together
        circle |= dict.fromkeys(joined, min(known, default=0))
    return circle


def _may_change(request: Asked) -> bool:
    if isinstance(request, Operate):
        return request.operation in _CHANGING
    return not isinstance(request, Parameters)


def _used(request: Asked) -> set[int]:
    return {number for _, number in handles_in(data_of(request))}


def _made(exchange: Exchange) -> set[int]:
    return {number for _, number in handles_in(value_of(exchange.answer).value)}


def forms(wrongs: Sequence[Wrong]) -> list[Wrong]:
    """Return a few of several wrong answers: the plainest, each form once.

    Of a call that leaves less to defaults, less can be meant, so it comes first.
    """
    found: dict[str, Wrong] = {}
    for wrong in sorted(wrongs, key=lambda w: (w.aspect, -w.given)):
        if len(found) == _FORMS_CAP:
            break
        if len(wrong.steps) > _STEPS_CAP or not all(map(_is_plain, wrong.steps)):
            continue
        first = list(itertools.islice(simplest(wrong.steps), 3))
        key = ";".join(key_of([data_of(s.request) for s in steps]) for steps in first)
        if first:
            found.setdefault(f"{wrong.steps[-1].name} {key}", wrong)
    return list(found.values())


def _is_plain(step: Exchange) -> bool:
    """Return whether a step can be repeated: nothing in it belongs to the check.

    What a program has made at top level may be right in a way of its own.
    """
    request = step.request
    if isinstance(request, Operate) and request.operation == "name":
        return request.args == ("given",)
    if isinstance(request, Call | Operate) and request.backs:
        return False
    if isinstance(request, Operate) and request.operation in ("enter", "exit"):
        return False
    return all(number >= 0 for number in _used(request))


def sequences(steps: tuple[Exchange, ...]) -> list[tuple[Exchange, ...]]:
    """Return the shortest sequences of some steps that may show what the whole does."""
    last = steps[-1]
    making = [s for s in steps[:-1] if _made(s) or isinstance(s.request, Assign)]
    others = [s for s in steps[:-1] if s not in making]
    kept = [{*map(id, making), *map(id, others[-n:])} for n in (1, len(others))]
    found = [(*making, last)] if others else []
    found += [(*(s for s in steps[:-1] if id(s) in some), last) for some in kept]
    return list(dict.fromkeys(found))


def simplest(steps: tuple[Exchange, ...]) -> Iterator[tuple[Exchange, ...]]:
    """Yield the steps with the simplest arguments of their form, each once."""
    seen = set()
    for filling in fillings([data_of(step.request) for step in steps]):
        try:
            made = tuple(
                replace(step, request=_filled(step.request, filling), heard=False)
                for step in steps
            )
        except NoSimpleError:
            continue
        key = key_of([data_of(step.request) for step in made])
        if key not in seen:
            seen.add(key)
            yield made


def _filled(request: Asked, filling: Filling) -> Asked:
    match request:
        case Call(_, args, kwargs):
            return replace(
                request.alone(),
                args=tuple(map(filling.of, args)),
                kwargs={key: filling.of(value) for key, value in kwargs.items()},
                watched=False,
                counted=False,
            )
        case Operate(operation, args) if not request.is_by_name:
            return Operate(operation, tuple(map(filling.of, args)))
        case Assign(target, values):
            return Assign(target, [filling.tensor(value) for value in values])
    return request
