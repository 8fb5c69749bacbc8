"""A counterexample: the simplest call on which a function differs from the solution.

A student cannot learn from a hidden input, and may not see one. So the calls of the
checks that failed are shrunk: small numbers of the same kind, short lists, one epoch.
What the solution answers tells which calls are valid. The student's program is asked in
a process that no check has used, so that it can tell nothing of a hidden input; and no
call is shown that a hidden check makes, nor a number that was drawn.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from grader.course.uses import used_by
from grader.judging.answers import Raised, value_of
from grader.judging.checks.evidence import CheckEnded, Exchange
from grader.judging.diagnosis.agreement import end_of
from grader.judging.diagnosis.asking import handles_in
from grader.judging.diagnosis.sameness import APART, DETERMINED, same
from grader.judging.diagnosis.samples import flat
from grader.judging.diagnosis.showing import NotShownError, difference, shown_steps
from grader.judging.diagnosis.simplest import numbers_in
from grader.judging.diagnosis.wrongs import Aspect, forms, sequences, simplest
from grader.judging.named import changed
from grader.judging.requests import Assign, Call, Operate, Parameters
from grader.model import Finding, Role, Said
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.judging.checks.evidence import Evidence
    from grader.judging.checks.host import Host
    from grader.judging.diagnosis.hidden import Hidden
    from grader.judging.diagnosis.stage import Stage
    from grader.judging.diagnosis.wrongs import Wrong
    from grader.judging.requests import Asked

# What all counterexamples of one program may take, in seconds of the nominal machine.
BUDGET_S: Final = 1.0
_TRIED_CAP = 48
_ANSWERS_CAP = 12

Steps = tuple[Exchange, ...]


def with_counterexamples(
    told: Mapping[str, Finding],
    wrongs: Mapping[str, Sequence[Wrong]],
    looking: Counterexamples,
) -> dict[str, Finding]:
    """Return findings with a counterexample for each function, where one is found.

    All checks of a function have the same, so that it is told once.

    Args:
        told: the findings by name.
        wrongs: what was wrong in each of them, the plainest first.
        looking: finds the counterexamples.
    """
    by_function: dict[str, list[Wrong]] = {}
    for wrong in itertools.chain.from_iterable(wrongs.values()):
        by_function.setdefault(wrong.subject, []).append(wrong)
    texts = looking.about(by_function)
    firsts = {name: found[0].subject for name, found in wrongs.items() if found}
    return {
        name: _with(finding, texts.get(firsts.get(name, "")))
        for name, finding in told.items()
    }


def _with(finding: Finding, text: str | None) -> Finding:
    """Return a finding with a counterexample behind its facts."""
    if text is None:
        return finding
    last = [part for part in finding.said if part.role is Role.TRY_IT]
    said = [part for part in finding.said if part.role is not Role.TRY_IT]
    said += [Said(Role.COUNTEREXAMPLE, text), *last]
    return msgspec.structs.replace(finding, said=tuple(said))


class Counterexamples:
    """Looks for the counterexamples of one program.

    Args:
        host: the student's program; a process of its own is started.
        stage: holds the solution.
        hidden: what may not be shown.
        failed: what the failed checks saw; what they let pass is not shown as wrong.
    """

    def __init__(
        self, host: Host, stage: Stage, hidden: Hidden, failed: Iterable[Evidence]
    ) -> None:
        self._host = host
        self._stage = stage
        self._hidden = hidden
        compared = [c for evidence in failed for c in evidence.comparisons]
        narrow = min((c.rtol for c in compared if c.difference), default=APART)
        self._rtol = max(narrow, APART)
        self._fresh: Host | None = None
        self._before_s = stage.used_s
        self._uses = used_by(stage.source)

    def about(self, wrongs: Mapping[str, Sequence[Wrong]]) -> dict[str, str]:
        """Return what to show of each function, if anything.

        Where a function uses another one that has a counterexample, that is enough.

        Args:
            wrongs: the wrong answers of each function.
        """
        found: dict[str, str] = {}
        try:
            for name in sorted(wrongs, key=lambda n: len(self._uses.get(n, ()))):
                if found.keys().isdisjoint(self._uses.get(name, ())):
                    text = self._of(wrongs[name])
                    found |= {name: text} if text else {}
        finally:
            if self._fresh is not None:
                self._fresh.close()
        return found

    @property
    def _is_over(self) -> bool:
        used_s = self._stage.used_s - self._before_s
        fresh = self._fresh
        if fresh is not None:
            used_s += fresh.used_s
        return used_s > BUDGET_S or (fresh is not None and fresh.unloadable is not None)

    def _of(self, wrongs: Sequence[Wrong]) -> str | None:
        for wrong in forms(wrongs):
            for steps in sequences(wrong.steps):
                text = self._on(steps, wrong.aspect)
                if text or self._is_over:
                    return text
        return None

    def _on(self, steps: Steps, aspect: Aspect) -> str | None:
        """Return the first of the simplest calls of a form that differs, in words."""
        simple, others = itertools.tee(itertools.islice(simplest(steps), _TRIED_CAP))
        for tried in simple:
            if self._is_over:
                return None
            right = self._right(tried)
            if right is None or self._hidden.forbid(tried):
                continue
            try:
                text = self._difference(tried, right, aspect)
            except NotShownError:
                continue
            others, all_of_them = itertools.tee(others)
            if text and self._is_settled(tried, right, all_of_them, aspect):
                return text
        return None

    def _right(self, steps: Steps, turn: int = 0) -> list[Exchange] | None:
        """Return the solution's answers to some steps, if it has one to each."""
        answers = self._stage.tried(steps, turn)
        found = [a for a in answers if a is not None and end_of(a.answer) is None]
        if len(found) < len(steps):
            return None
        value = value_of(found[-1].answer)
        told = [value.value, value.gradient, list(value.arguments)]
        odd = numbers_in(told, lambda number: not np.isfinite(number))
        return found if np.isfinite(flat(told)).all() and not odd else None

    def _difference(
        self, steps: Steps, rights: Sequence[Exchange], aspect: Aspect
    ) -> str | None:
        """Return how the student's program differs on some steps, in words."""
        mine = self._mine(steps)
        for number, (student, right) in enumerate(zip(mine, rights, strict=False)):
            last = number == len(steps) - 1
            if last or isinstance(student.answer, Raised):
                hearsay, rtol = self._host.hearsay, self._rtol
                told = difference(student, right, aspect.name, hearsay, rtol)
                return told and f"{shown_steps(steps[: number + 1])} {told}."
        return None

    def _is_settled(
        self,
        steps: Steps,
        right: Sequence[Exchange],
        others: Iterable[Steps],
        aspect: Aspect,
    ) -> bool:
        """Return whether what is right is no chance, and follows from the arguments.

        What is right whatever the arguments are may be the whole solution.
        """
        again = self._right(steps, 1)
        due = _seen(right[-1], aspect)
        if again is None or not same(_seen(again[-1], aspect), due, DETERMINED):
            return False
        if aspect in (Aspect.PRINTED, Aspect.FORM):
            return True
        asked = itertools.islice((o for o in others if o is not steps), _ANSWERS_CAP)
        found = (self._right(other) for other in asked)
        return any(
            other is not None and not same(_seen(other[-1], aspect), due, APART)
            for other in found
        )

    def _mine(self, steps: Steps) -> list[Exchange]:
        """Return the student's answers to some steps, up to one that raised."""
        if self._fresh is None:
            self._fresh = self._host.afresh(BUDGET_S)
        known: dict[int, Handle] = {}
        found = []
        for step in steps:
            try:
                request = _with_handles(step.request, known)
                answer, printed = self._fresh.request(step.name, request)
            except (CheckEnded, KeyError):
                return []
            found.append(Exchange(step.name, step.request, answer, printed))
            if isinstance(answer, Raised):
                break
            for path, number in handles_in(value_of(step.answer).value):
                handle = _at(value_of(answer).value, path)
                if isinstance(handle, Handle):
                    known.setdefault(number, handle)
        return found


def _seen(right: Exchange, aspect: Aspect) -> list[object]:
    """Return what of an answer is shown; of the arguments those that were changed."""
    value = value_of(right.answer)
    if aspect is not Aspect.ARGUMENTS:
        return [value.value, value.gradient]
    sent = right.request.args if isinstance(right.request, Call) else ()
    both = zip(sent, value.arguments, strict=False)
    return [after for before, after in both if not same(before, after, APART)]


def _with_handles(request: Asked, known: Mapping[int, Handle]) -> Asked:
    """Return a request with new handles; raise KeyError if one is not known."""

    def own(value: object) -> object:
        if isinstance(value, Handle):
            return known[value.number]
        return changed(value, own)

    match request:
        case Call(target, args, kwargs, of=of):
            return replace(
                request,
                target=known[target.number] if isinstance(target, Handle) else target,
                args=tuple(map(own, args)),
                kwargs={key: own(value) for key, value in kwargs.items()},
                of=known[of.number] if isinstance(of, Handle) else None,
            )
        case Operate(operation, args):
            return Operate(operation, tuple(map(own, args)))
        case Parameters(Handle(number=number)):
            return Parameters(known[number])
        case Assign(Handle(number=number), values):
            return Assign(known[number], values)
    raise KeyError


def _at(value: object, path: Sequence[object]) -> object:
    """Return an item of a value by the way to it; None where there is none."""
    for key in path:
        if isinstance(value, list | tuple) and isinstance(key, int):
            value = value[key] if key < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value
