"""What a mistake shows to visible checks, and whether a student's program shows it.

A digest is of all answers that one check gets, numbers with four digits. A number that
noise may round either way has two readings: a student's answers have several digests,
and a mistake fits if its own is one of them.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.answers import value_of
from grader.judging.checks.numbers import SMALL, ZERO_ATOL
from grader.judging.diagnosis.agreement import end_of
from grader.judging.diagnosis.case import DIAGNOSED, costs_of, record_again, tells
from grader.judging.diagnosis.recognition import INDEPENDENT, Recognition
from grader.judging.diagnosis.sameness import EXACT, form_of, numbers_of_both
from grader.judging.diagnosis.twins import Twins
from grader.judging.requests import Call
from grader.model import Outcome
from grader.sandbox.wire import Handle
from grader.traces import Symptom

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from grader.course.questions import Question, Questions
    from grader.judging.checks.evidence import Exchange
    from grader.judging.diagnosis.case import Case
    from grader.judging.diagnosis.recognition import Record
    from grader.traces import Cost

_DIGITS = 3
# Of a long answer the first and the last numbers tell enough.
_ENDS = 8
_READINGS_CAP = 64
_DIGEST = 16

# One thing that an answer shows, in each way that it may be read.
Readings = tuple[str, ...]


def told_by(case: Case, salt: str) -> tuple[dict[str, Symptom], dict[str, Cost]]:
    """Return what a release hands out of an author's program; nothing without a salt.

    That is what a mistake shows to each check that it does not pass, and what is
    computed for each check that limits it.
    """
    return (_shown_by(case, salt), costs_of(case.check_runs)) if salt else ({}, {})


def _shown_by(case: Case, salt: str) -> dict[str, Symptom]:
    if case.stage is None:
        return {}
    case.stage.begin(case.host.program.sha256)
    records = [record_again(case, run) for run in case.check_runs if tells(run)]
    twins = Twins(case.host, case.stage, ())
    recognition = Recognition(case.stage, records, twins)
    return {
        record.check.name: _shown(record, recognition, salt)
        for record in records
        if record.failed or record.lost
    }


def _shown(record: Record, recognition: Recognition, salt: str) -> Symptom:
    if record.lost:
        return Symptom("")
    chance = recognition.expected(record).chance
    by_chance = tuple(index for index, by in enumerate(chance) if by)
    form = recognition.by_form(record)
    first, *_ = _digests(record, salt, by_chance, form=form)
    return Symptom(first, recognition.weight([record])[1], form, by_chance)


def asked_by(case: Case, questions: Questions) -> dict[str, Question]:
    """Return the question for each check that a student's program did not pass.

    It is asked if one mistake explains everything that is known, or else everything
    that the check itself rests on; mistakes that ask the same are one.
    """
    runs = {run.running.check.name: run for run in case.check_runs if tells(run)}
    failed = [n for n, run in runs.items() if run.finding.outcome in DIAGNOSED]
    seen = _Seen(case, questions)
    found: dict[str, Question] = {}
    for name in failed:
        own = [other for other in questions.scopes.get(name, ()) if other in runs]
        for scope in (runs.keys(), own):
            fitting = [q for q in questions.asked if seen.fits(q, name, scope)]
            weight = max((_evidence(q, scope) for q in fitting), default=0)
            if len({q.question for q in fitting}) == 1 and weight >= INDEPENDENT:
                found.setdefault(name, fitting[0])
    return found


def _evidence(question: Question, scope: Collection[str]) -> int:
    return sum(s.evidence for name, s in question.shows.items() if name in scope)


class _Seen:
    """What a student's program has shown to the checks."""

    def __init__(self, case: Case, questions: Questions) -> None:
        runs = [run for run in case.check_runs if tells(run)]
        self._records = {
            run.running.check.name: None
            if run.finding.outcome is Outcome.PASSED
            else record_again(case, run)
            for run in runs
        }
        self._salt = questions.of
        self._known: dict[tuple[str, bool, tuple[int, ...]], frozenset[str]] = {}

    def fits(self, question: Question, name: str, scope: Collection[str]) -> bool:
        """Return whether a mistake shows the same to a check and all of its scope."""
        return name in question.shows and all(
            self._same(other, question.shows.get(other)) for other in scope
        )

    def _same(self, name: str, shown: Symptom | None) -> bool:
        record = self._records[name]
        if record is None:
            # What chance alone decides may have come out right this time.
            return shown is None or not shown.evidence
        if shown is None:
            return False
        if record.lost:
            return False
        key = name, shown.form, shown.by_chance
        if key not in self._known:
            found = _digests(record, self._salt, shown.by_chance, form=shown.form)
            self._known[key] = frozenset(found)
        return shown.digest in self._known[key]


def _digests(
    record: Record, salt: str, by_chance: Collection[int], *, form: bool
) -> list[str]:
    """Return a digest of each way to read what a check got, the plain one first."""
    readings = [
        reading
        for index, exchange in enumerate(record.exchanges)
        for reading in _answered(exchange, form=form, chance=index in by_chance)
    ]
    if math.prod(map(len, readings)) > _READINGS_CAP:
        readings = [reading[:1] for reading in readings]
    return [
        hashlib.sha256(repr((salt, record.check.name, read)).encode()).hexdigest()[
            :_DIGEST
        ]
        for read in itertools.product(*readings)
    ]


def _answered(exchange: Exchange, *, form: bool, chance: bool) -> Iterator[Readings]:
    """Yield what counts of one answer: how it ended, or its parts."""
    yield (exchange.name,)
    end = end_of(exchange.answer)
    if end is not None:
        yield (repr(end),)
        return
    got = value_of(exchange.answer)
    if form or exchange.heard or got.value is None:
        yield (f"printed {bool(exchange.printed.strip())}",)
    asked = isinstance(exchange.request, Call) and exchange.request.gradient
    if form or (asked and got.gradient is None):
        yield (repr(form_of(got.value)),)
    told = (exchange.told,) if exchange.told else ()
    for part in (got.value, got.gradient, got.arguments, *told):
        yield from _read(part, chance=chance)


def _read(value: object, *, chance: bool) -> Iterator[Readings]:
    """Yield the readings of a value, part by part."""
    numbers, _ = numbers_of_both(value, value)
    if isinstance(value, Handle):
        yield (f"object {value.type_name}",)
    elif numbers is not None:
        yield (f"shape {numbers.shape}",)
        yield from () if chance else _rounded(np.ravel(numbers))
    elif isinstance(value, dict):
        yield (repr(sorted(map(str, value))),)
        for item in value.values():
            yield from _read(item, chance=chance)
    elif isinstance(value, list | tuple):
        yield (f"{len(value)} parts",)
        for item in value:
            yield from _read(item, chance=chance)
    else:
        text = "" if chance and isinstance(value, str | bytes) else repr(value)
        yield (f"{type(value).__name__} {text}",)


def _rounded(numbers: np.ndarray) -> Iterator[Readings]:
    """Yield the readings of numbers; what is small beside the others is noise."""
    if np.iscomplexobj(numbers):
        numbers = np.concatenate([numbers.real, numbers.imag])
    size = np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)
    least = max(ZERO_ATOL, SMALL * size)
    kept = numbers if len(numbers) <= 2 * _ENDS else _both_ends(numbers)
    for one in kept.tolist():
        if abs(one) < least:
            yield ("small",)
        else:
            near = (one, one * (1 - EXACT), one * (1 + EXACT))
            yield tuple(dict.fromkeys(f"{each:.{_DIGITS}e}" for each in near))


def _both_ends(numbers: np.ndarray) -> np.ndarray:
    return np.concatenate([numbers[:_ENDS], numbers[-_ENDS:]])
